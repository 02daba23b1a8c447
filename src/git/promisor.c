#include "promisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "child.h"

#define READ_BYTES ((size_t)64 << 10)
#define MAX_HEADER 128 /* "<id> <type> <size>\n" */

struct promisor {
	struct child child;
	char buffer[READ_BYTES];
	size_t start, end;
};

static int start(struct promisor **promisor, const char *git_dir, struct pawl_error *error)
{
	struct arena scratch = {0};
	struct slice option = slice_format(&scratch, "--git-dir=%s", git_dir);
	char *arguments[] = {(char[]){"git"}, (char *)(uintptr_t)option.ptr, (char[]){"cat-file"},
			     (char[]){"--batch"}, NULL};
	struct promisor *made = memory_calloc(1, sizeof *made);
	int result = child_start(&made->child, arguments, true, error);

	if (result)
		free(made);
	else
		*promisor = made;
	arena_free(&scratch);
	return result;
}

void promisor_free(struct promisor *promisor)
{
	if (!promisor)
		return;
	child_finish(&promisor->child);
	free(promisor);
}

static int ended(struct pawl_error *error)
{
	return pawl_error_set(error, PAWL_ERROR_SERVER,
			      "git cat-file ended before it had answered");
}

static int fill(struct promisor *promisor)
{
	ssize_t got;

	do
		got = read(promisor->child.out, promisor->buffer, sizeof promisor->buffer);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return -1;
	promisor->start = 0;
	promisor->end = (size_t)got;
	return 0;
}

/* The next `len` bytes, to `out` or to nowhere. */
static int take(struct promisor *promisor, char *out, size_t len)
{
	while (len) {
		if (promisor->start == promisor->end && fill(promisor))
			return -1;

		size_t there = promisor->end - promisor->start;
		size_t part = there < len ? there : len;

		if (out) {
			memcpy(out, promisor->buffer + promisor->start, part);
			out += part;
		}
		promisor->start += part;
		len -= part;
	}
	return 0;
}

static int take_line(struct promisor *promisor, char line[static MAX_HEADER])
{
	for (size_t i = 0; i < MAX_HEADER; i++) {
		if (take(promisor, &line[i], 1))
			return -1;
		if (line[i] == '\n') {
			line[i] = '\0';
			return 0;
		}
	}
	return -1;
}

/* A child that has died must not take this process with it: write with SIGPIPE held back. */
static int ask(struct promisor *promisor, const git_oid *id)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	char line[GIT_OID_SHA1_HEXSIZE + 2];
	ssize_t written;

	git_oid_fmt(line, id);
	line[GIT_OID_SHA1_HEXSIZE] = '\n';
	sigaction(SIGPIPE, &ignore, &before);
	do
		written = write(promisor->child.in, line, GIT_OID_SHA1_HEXSIZE + 1);
	while (written < 0 && errno == EINTR);
	sigaction(SIGPIPE, &before, NULL);
	return written == GIT_OID_SHA1_HEXSIZE + 1 ? 0 : -1;
}

/* From "<id> <type> <length>"; false where it is "<id> missing". */
static bool header_read(char *line, git_object_t *type, size_t *len)
{
	char *rest, *end;
	const char *word = strtok_r(line, " \n", &rest) ? strtok_r(NULL, " \n", &rest) : NULL;
	const char *number = word ? strtok_r(NULL, " \n", &rest) : NULL;

	if (!number)
		return false;
	*type = git_object_string2type(word);
	*len = strtoul(number, &end, 10);
	return *end == '\0';
}

int promisor_read(struct promisor **promisor, const char *git_dir, const git_oid *id, size_t limit,
		  char **out, size_t *len, git_object_t *type, struct pawl_error *error)
{
	char line[MAX_HEADER];

	if (!*promisor && start(promisor, git_dir, error))
		return -1;
	if (ask(*promisor, id) || take_line(*promisor, line))
		return ended(error);
	if (!header_read(line, type, len))
		return 1;
	*out = *len > limit ? NULL : memory_alloc(*len + 1);
	if (take(*promisor, *out, *len) || take(*promisor, NULL, 1)) {
		free(*out);
		return ended(error);
	}
	return 0;
}
