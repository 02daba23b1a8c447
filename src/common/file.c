#include "pawl/common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, struct arena *arena, size_t size, const char *path, struct slice *out,
		    struct pawl_error *error)
{
	char *bytes = arena_reserve(arena, size + 1);
	size_t have = 0;

	while (have < size) {
		ssize_t got = read(fd, bytes + have, size - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pawl_error_set(error, PAWL_ERROR_SERVER, "cannot read %s: %s", path,
					      strerror(errno));
		if (got == 0)
			break;
		have += (size_t)got;
	}
	bytes[have] = '\0';
	*out = (struct slice){bytes, have};
	return 0;
}

int file_read(struct arena *arena, const char *path, size_t limit, struct slice *out,
	      struct pawl_error *error)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 1;
	if (fd < 0)
		return pawl_error_set(error, PAWL_ERROR_SERVER, "cannot open %s: %s", path,
				      strerror(errno));
	if (fstat(fd, &status) < 0)
		result = pawl_error_set(error, PAWL_ERROR_SERVER, "cannot read %s: %s", path,
					strerror(errno));
	else if (!S_ISREG(status.st_mode))
		result = pawl_error_set(error, PAWL_ERROR_SERVER, "cannot read %s: not a file",
					path);
	else if ((size_t)status.st_size > limit)
		result = pawl_error_set(error, PAWL_ERROR_LIMIT, "%s is larger than %zu bytes",
					path, limit);
	else
		result = read_all(fd, arena, (size_t)status.st_size, path, out, error);
	close(fd);
	return result;
}

static int make_folders(const char *path)
{
	char folder[4096];
	size_t len = strlen(path);

	if (len >= sizeof folder) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(folder, path, len + 1);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0777) < 0 && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

static int write_all(int fd, struct slice bytes)
{
	while (bytes.len) {
		ssize_t put = write(fd, bytes.ptr, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		bytes.ptr += put;
		bytes.len -= (size_t)put;
	}
	return 0;
}

/* The rename is durable only once the folder that holds the name is. */
static int sync_folder(const char *path)
{
	char folder[4096];
	char *slash;
	int fd, result;

	memcpy(folder, path, strlen(path) + 1);
	slash = strrchr(folder, '/');
	if (slash)
		*(slash == folder ? slash + 1 : slash) = '\0';
	fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	result = fsync(fd);
	close(fd);
	/* Some file systems cannot sync a folder, and say so. */
	return result < 0 && errno != EINVAL ? -1 : 0;
}

static mode_t mode_wanted(const char *path)
{
	struct stat status;
	mode_t mask;

	if (stat(path, &status) == 0)
		return status.st_mode & 07777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

int file_replace(const char *path, struct slice bytes, struct pawl_error *error)
{
	char temporary[4096];
	int fd;

	if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= (int)sizeof temporary) {
		errno = ENAMETOOLONG;
		goto failed;
	}
	if (make_folders(path) < 0)
		goto failed;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		goto failed;
	if (write_all(fd, bytes) < 0 || fchmod(fd, mode_wanted(path)) < 0 || fsync(fd) < 0) {
		int reason = errno;

		close(fd);
		unlink(temporary);
		errno = reason;
		goto failed;
	}
	if (close(fd) < 0 || rename(temporary, path) < 0) {
		int reason = errno;

		unlink(temporary);
		errno = reason;
		goto failed;
	}
	if (sync_folder(path) < 0)
		goto failed;
	return 0;
failed:
	return pawl_error_set(error, PAWL_ERROR_SERVER, "cannot write %s: %s", path,
			      strerror(errno));
}
