/*
 * Where facts lie. A policy that was pushed may name the place, and another run, or anybody who may
 * write to the git directory, may have left anything there: so no link is followed, nothing is
 * replaced but a file of facts, and a reader has the old bytes or the new ones.
 */
#include "facts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NO_LINKS (O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)

struct facts_file {
	const char *name, *next_name; /* in the folder */
	int folder, fd;		      /* fd: -1 where nothing is there */
	bool foreign;		      /* what is there is no file of facts */
};

static int folder_enter(int folder, const char *name)
{
	int inner = openat(folder, name, O_DIRECTORY | O_RDONLY | NO_LINKS);

	if (inner < 0 && errno == ENOENT && mkdirat(folder, name, 0777) == 0)
		inner = openat(folder, name, O_DIRECTORY | O_RDONLY | NO_LINKS);
	close(folder);
	return inner;
}

static void open_present(struct facts_file *file)
{
	char begin[sizeof FACTS_FORMAT - 1];
	struct stat status;

	file->fd = openat(file->folder, file->name, O_RDONLY | NO_LINKS);
	if (file->fd < 0) {
		file->foreign = errno != ENOENT;
		return;
	}
	/* An empty one, and one that a crash has cut, begin as far as they go. */
	if (fstat(file->fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		file->foreign = true;
	} else {
		ssize_t got = pread(file->fd, begin, sizeof begin, 0);

		/* The version is at the end of the line: an older one gives way. */
		if (got > (ssize_t)strlen("pawl facts "))
			got = (ssize_t)strlen("pawl facts ");
		file->foreign = got < 0 || memcmp(begin, FACTS_FORMAT, (size_t)got);
	}
}

struct facts_file *facts_file_open(const char *folder, struct slice path, struct arena *arena)
{
	struct facts_file *file = arena_alloc(arena, sizeof *file);
	char *name = (char *)(uintptr_t)slice_copy(arena, path).ptr, *slash;

	file->folder = open(folder, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	while (file->folder >= 0 && (slash = strchr(name, '/'))) {
		*slash = '\0';
		file->folder = folder_enter(file->folder, name);
		name = slash + 1;
	}
	if (file->folder < 0)
		return NULL;
	file->name = name;
	file->next_name = slice_format(arena, "%s.new", name).ptr;
	open_present(file);
	return file;
}

void facts_file_close(struct facts_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	close(file->folder);
}

size_t facts_file_size(const struct facts_file *file)
{
	struct stat status;

	if (file->fd < 0 || file->foreign || fstat(file->fd, &status) < 0)
		return 0;
	return (size_t)status.st_size;
}

struct slice facts_file_read(const struct facts_file *file, size_t offset, size_t len,
			     struct arena *arena)
{
	size_t size = facts_file_size(file), have = 0;
	char *bytes;

	if (size > MAX_FACTS_BYTES || size <= offset)
		return (struct slice){0};
	if (len > size - offset)
		len = size - offset;
	bytes = arena_reserve(arena, len);
	while (have < len) {
		ssize_t got = pread(file->fd, bytes + have, len - have, (off_t)(offset + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	return (struct slice){bytes, have};
}

/* The lock is on the file, not on its name: whoever had it may have given the file its final name
 * since. */
static bool lock_next(const struct facts_file *file, int fd)
{
	struct stat held, named;

	return flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &held) == 0 &&
	       S_ISREG(held.st_mode) && held.st_nlink == 1 &&
	       fstatat(file->folder, file->next_name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static bool write_all(int fd, struct slice bytes)
{
	while (bytes.len) {
		ssize_t put = write(fd, bytes.ptr, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		bytes.ptr += put;
		bytes.len -= (size_t)put;
	}
	return true;
}

/* Whoever is killed leaves a half-written file under a name of its own, which the next run takes
 * over. It is not synced: what a crash of the machine cuts fails its checksum. */
void facts_file_replace(struct facts_file *file, struct slice bytes)
{
	int fd;

	if (file->foreign)
		return;
	fd = openat(file->folder, file->next_name, O_WRONLY | O_CREAT | NO_LINKS, 0600);
	if (fd < 0)
		return;
	if (lock_next(file, fd)) {
		if (ftruncate(fd, 0) < 0 || !write_all(fd, bytes) ||
		    renameat(file->folder, file->next_name, file->folder, file->name) < 0)
			unlinkat(file->folder, file->next_name, 0);
	}
	close(fd);
}
