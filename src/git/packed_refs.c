#include "packed_refs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PACKED_REFS ((size_t)256 << 20)

/* A hundred thousand refs are six megabytes, and who looks for one branch needs one line. */
#define FIRST_CHUNK   ((size_t)64 << 10)
#define LARGEST_CHUNK ((size_t)1 << 20)

struct packed_refs {
	const char *path;
	int fd;
	struct arena *arena;
	ref_fn each;
	void *payload;
	size_t line;	    /* number of the last one, from 1 */
	struct slice tail;  /* the line that the last chunk broke off in */
	size_t total, next; /* bytes so far, and of the next chunk */
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

/* The tail, and behind it as much of the file as a chunk takes. 1 at the end of the file. */
static int chunk_read(struct packed_refs *packed, char **bytes, size_t *len)
{
	size_t size = packed->tail.len + packed->next;
	ssize_t got = 1;

	*bytes = arena_alloc(packed->arena, size);
	*len = packed->tail.len;
	if (*len)
		memcpy(*bytes, packed->tail.ptr, *len);
	while (*len < size && got) {
		got = read(packed->fd, *bytes + *len, size - *len);
		if (got < 0 && errno != EINTR)
			return cannot_read(packed);
		*len += got > 0 ? (size_t)got : 0;
	}
	packed->total += *len - packed->tail.len;
	if (packed->total > MAX_PACKED_REFS)
		return pawl_error_set(packed->error, PAWL_ERROR_LIMIT,
				      "%s is larger than %zu bytes", packed->path, MAX_PACKED_REFS);
	if (packed->next < LARGEST_CHUNK)
		packed->next *= 2;
	return got == 0;
}

static int lines_give(struct packed_refs *packed)
{
	int result = 0, last = 0;

	while (!last && !result) {
		char *bytes, *end;
		size_t len, at = 0;

		last = chunk_read(packed, &bytes, &len);
		if (last < 0)
			return -1;
		while (!result && at < len && (end = memchr(bytes + at, '\n', len - at))) {
			/* names become C strings in place */
			*end = '\0';
			result = line_give(packed,
					   (struct slice){bytes + at, (size_t)(end - bytes) - at});
			at = (size_t)(end - bytes) + 1;
		}
		packed->tail = (struct slice){bytes + at, len - at};
		/* no line is as long as a chunk, and none ends with the file */
		if (!result && (packed->tail.len >= FIRST_CHUNK || (last && packed->tail.len))) {
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
		.arena = arena,
		.each = each,
		.payload = payload,
		.next = FIRST_CHUNK,
		.error = error,
	};
	struct stat status;
	int result;

	packed.fd = open(packed.path, O_RDONLY | O_CLOEXEC);
	if (packed.fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : cannot_read(&packed);
	if (fstat(packed.fd, &status))
		result = cannot_read(&packed);
	else if (!S_ISREG(status.st_mode))
		result = pawl_error_set(error, PAWL_ERROR_SERVER, "cannot read %s: not a file",
					packed.path);
	else
		result = lines_give(&packed);
	close(packed.fd);
	return result;
}
