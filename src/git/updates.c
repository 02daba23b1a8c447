/*
 * What pre-receive is told on stdin: `<old> SP <new> SP <ref> LF`, githooks(5).
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "pawl/git.h"
#include "ref_name.h"

#define MAX_LINE   ((size_t)64 << 10)
#define READ_BYTES ((size_t)8 << 10)

#define OLD_END	   (size_t) GIT_OID_SHA1_HEXSIZE
#define NEW_END	   (2 * (size_t)GIT_OID_SHA1_HEXSIZE + 1)
#define NAME_START (NEW_END + 1)

struct reader {
	struct arena *arena;
	struct updates *out;
	struct buf line; /* what stands before its LF, so far */
	size_t number;	 /* of that line */
	struct pawl_error *error;
};

/* Whether a byte can stand there in any good line; what comes later decides nothing about it. */
static bool byte_fits(size_t at, char c)
{
	if (at == OLD_END || at == NEW_END)
		return c == ' ';
	return at < NEW_END ? isxdigit((unsigned char)c) : c != '\0';
}

static int malformed(const struct reader *reader, const char *what)
{
	return pawl_error_set(
		reader->error, PAWL_ERROR_CALL,
		"line %zu of stdin is malformed: %s, where a line is <old> <new> <ref>",
		reader->number, what);
}

static int truncated(const struct reader *reader)
{
	return pawl_error_set(reader->error, PAWL_ERROR_SERVER,
			      "line %zu of stdin is cut short after %zu bytes: git was interrupted",
			      reader->number, reader->line.len);
}

static int add_bytes(struct reader *reader, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (!byte_fits(reader->line.len + i, bytes.ptr[i]))
			return malformed(reader, "a byte that does not belong there");
	if (reader->line.len + bytes.len > MAX_LINE)
		return pawl_error_set(reader->error, PAWL_ERROR_LIMIT,
				      "line %zu of stdin is over %zu bytes", reader->number,
				      MAX_LINE);
	buf_add(&reader->line, bytes);
	return 0;
}

static int end_line(struct reader *reader)
{
	struct slice line = buf_slice(&reader->line);
	struct slice name;
	struct update *update;

	if (line.len <= NAME_START)
		return truncated(reader);
	name = (struct slice){line.ptr + NAME_START, line.len - NAME_START};
	if (!ref_name_is_valid(name))
		return malformed(reader, "no name of a ref at its end");
	if (reader->out->count == PAWL_MAX_UPDATES)
		return pawl_error_set(reader->error, PAWL_ERROR_LIMIT,
				      "a push of more than %d refs", PAWL_MAX_UPDATES);
	update = ARENA_PUSH(reader->arena, reader->out);
	git_oid_fromstrn(&update->old_id, line.ptr, GIT_OID_SHA1_HEXSIZE);
	git_oid_fromstrn(&update->new_id, line.ptr + OLD_END + 1, GIT_OID_SHA1_HEXSIZE);
	update->name = slice_copy(reader->arena, name);
	reader->line.len = 0;
	reader->number++;
	return 0;
}

static int take(struct reader *reader, struct slice block)
{
	while (block.len) {
		const char *end = memchr(block.ptr, '\n', block.len);
		size_t len = end ? (size_t)(end - block.ptr) : block.len;

		if (add_bytes(reader, (struct slice){block.ptr, len}) || (end && end_line(reader)))
			return -1;
		len += end != NULL;
		block = (struct slice){block.ptr + len, block.len - len};
	}
	return 0;
}

int updates_read(int fd, struct arena *arena, struct updates *out, struct pawl_error *error)
{
	struct reader reader = {arena, out, {.arena = arena}, 1, error};
	char block[READ_BYTES];
	ssize_t got;

	*out = (struct updates){0};
	while ((got = read(fd, block, sizeof block)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pawl_error_set(error, PAWL_ERROR_SERVER, "stdin cannot be read: %s",
					      strerror(errno));
		if (take(&reader, (struct slice){block, (size_t)got}))
			return -1;
	}
	return reader.line.len ? truncated(&reader) : 0;
}
