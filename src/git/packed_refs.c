#include "packed_refs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PACKED_REFS ((size_t)256 << 20)

/* A hundred thousand refs are six megabytes, and who looks for one branch needs one line. */
#define CHUNK ((size_t)64 << 10)

struct packed_refs {
	const char *path;
	int fd;
	ref_fn each;
	void *payload;
	size_t line; /* number of the last one, from 1 */
	char *bytes; /* CHUNK of them at the most */
	size_t len;
	size_t total; /* bytes so far */
	struct pawl_error *error;
};

/* "<40 hex digits> <name>" */
static bool parse(struct slice line, struct ref *ref)
{
	if (line.len < GIT_OID_SHA1_HEXSIZE + 2 || line.ptr[GIT_OID_SHA1_HEXSIZE] != ' ')
		return false;
	ref->name = (struct slice){line.ptr + GIT_OID_SHA1_HEXSIZE + 1,
				   line.len - GIT_OID_SHA1_HEXSIZE - 1};
	return !git_oid_fromstrn(&ref->target, line.ptr, GIT_OID_SHA1_HEXSIZE);
}

static int cannot_read(const struct packed_refs *packed)
{
	return pawl_error_set(packed->error, PAWL_ERROR_SERVER, "cannot read %s: %s", packed->path,
			      strerror(errno));
}

static int malformed(const struct packed_refs *packed)
{
	return pawl_error_set(packed->error, PAWL_ERROR_SERVER, "%s:%zu is malformed: run git fsck",
			      packed->path, packed->line);
}

/* `line`: without its line end, where a NUL stands. */
static int line_give(struct packed_refs *packed, struct slice line)
{
	struct ref ref = {0};

	packed->line++;
	if (line.len && (line.ptr[0] == '#' || line.ptr[0] == '^'))
		return 0;
	if (!parse(line, &ref))
		return malformed(packed);
	return packed->each(packed->payload, &ref);
}

/* Behind what is left of the last chunk, as much of the file as there is room for. 1 at the end of
 * the file. */
static int chunk_read(struct packed_refs *packed)
{
	ssize_t got = 1;

	while (packed->len < CHUNK && got) {
		got = read(packed->fd, packed->bytes + packed->len, CHUNK - packed->len);
		if (got < 0 && errno != EINTR)
			return cannot_read(packed);
		packed->len += got > 0 ? (size_t)got : 0;
		packed->total += got > 0 ? (size_t)got : 0;
	}
	if (packed->total > MAX_PACKED_REFS)
		return pawl_error_set(packed->error, PAWL_ERROR_LIMIT,
				      "%s is larger than %zu bytes", packed->path, MAX_PACKED_REFS);
	return got == 0;
}

/* The whole lines of a chunk; the line that it broke off in goes to the front. */
static int lines_give(struct packed_refs *packed)
{
	char *at = packed->bytes, *end = at + packed->len, *line_end;
	int result = 0;

	while (!result && at < end && (line_end = memchr(at, '\n', (size_t)(end - at)))) {
		/* names become C strings in place */
		*line_end = '\0';
		result = line_give(packed, (struct slice){at, (size_t)(line_end - at)});
		at = line_end + 1;
	}
	packed->len = (size_t)(end - at);
	memmove(packed->bytes, at, packed->len);
	return result;
}

static int file_give(struct packed_refs *packed)
{
	int result = 0, last = 0;

	while (!last && !result) {
		last = chunk_read(packed);
		if (last < 0)
			return -1;
		result = lines_give(packed);
		/* no line is as long as a chunk, and none ends with the file */
		if (!result && (packed->len == CHUNK || (last && packed->len))) {
			packed->line++;
			return malformed(packed);
		}
	}
	return result;
}

int packed_refs_read(struct slice common_dir, struct arena *arena, ref_fn each, void *payload,
		     struct pawl_error *error)
{
	struct packed_refs packed = {
		.path = slice_join(arena, common_dir, SLICE(""), SLICE("packed-refs")).ptr,
		.each = each,
		.payload = payload,
		.bytes = memory_alloc(CHUNK), /* an arena would touch it all to clear it */
		.error = error,
	};
	struct stat status;
	int result;

	packed.fd = open(packed.path, O_RDONLY | O_CLOEXEC);
	if (packed.fd < 0)
		result = errno == ENOENT || errno == ENOTDIR ? 0 : cannot_read(&packed);
	else if (fstat(packed.fd, &status))
		result = cannot_read(&packed);
	else if (!S_ISREG(status.st_mode))
		result = pawl_error_set(error, PAWL_ERROR_SERVER, "cannot read %s: not a file",
					packed.path);
	else
		result = file_give(&packed);
	if (packed.fd >= 0)
		close(packed.fd);
	free(packed.bytes);
	return result;
}
