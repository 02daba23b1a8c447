/*
 * git as a child process, for the few things that libgit2 cannot do: its stdout is read, its stderr
 * is ours.
 */
#ifndef PAWL_GIT_CHILD_H
#define PAWL_GIT_CHILD_H

#include <sys/types.h>

#include "pawl/common.h"

struct child {
	pid_t pid;
	int in, out; /* -1 where closed or not asked for */
};

/* Starts `git` with these arguments (NULL at the end, "git" first). `wants_input`: .in is a pipe to
 * it. */
int child_start(struct child *child, char *const arguments[], bool wants_input,
		struct pawl_error *error);

/* Closes both ends and waits. The exit status; 128 + n where signal n ended it. */
int child_finish(struct child *child);

/* Everything it writes, in the arena, then waits. PAWL_ERROR_LIMIT over `limit` bytes; its status
 * in *status. */
int child_read_all(struct child *child, size_t limit, struct arena *arena, struct slice *out,
		   int *status, struct pawl_error *error);

#endif
