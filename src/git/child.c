#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_BYTES ((size_t)64 << 10)

static void close_end(int *end)
{
	if (*end >= 0)
		close(*end);
	*end = -1;
}

int child_start(struct child *child, char *const arguments[], bool wants_input,
		struct pawl_error *error)
{
	int input[2] = {-1, -1}, output[2] = {-1, -1};
	posix_spawn_file_actions_t actions;
	int failure;

	*child = (struct child){0, -1, -1};
	if (posix_spawn_file_actions_init(&actions))
		memory_failed();
	if ((wants_input && pipe2(input, O_CLOEXEC)) || pipe2(output, O_CLOEXEC)) {
		failure = errno;
		goto done;
	}
	if (wants_input)
		posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
	else
		posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
	failure = posix_spawnp(&child->pid, "git", &actions, NULL, arguments, environ);
	if (failure)
		goto done;
	child->in = input[1];
	child->out = output[0];
	input[1] = output[0] = -1;
done:
	posix_spawn_file_actions_destroy(&actions);
	for (int i = 0; i < 2; i++) {
		close_end(&input[i]);
		close_end(&output[i]);
	}
	if (failure)
		return pawl_error_set(error, PAWL_ERROR_SERVER, "git %s cannot be started: %s",
				      arguments[1], strerror(failure));
	return 0;
}

int child_finish(struct child *child)
{
	int status = 0;
	pid_t waited;

	close_end(&child->in);
	close_end(&child->out);
	do
		waited = waitpid(child->pid, &status, 0);
	while (waited < 0 && errno == EINTR);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int child_read_all(struct child *child, size_t limit, struct arena *arena, struct slice *out,
		   int *status, struct pawl_error *error)
{
	struct buf text = {.arena = arena};
	char *block = arena_reserve(arena, READ_BYTES);
	ssize_t got;

	while ((got = read(child->out, block, READ_BYTES)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || text.len + (size_t)got > limit)
			break;
		buf_add(&text, (struct slice){block, (size_t)got});
	}
	if (got) {
		int failure = errno;

		kill(child->pid, SIGTERM);
		child_finish(child);
		if (got > 0)
			return pawl_error_set(error, PAWL_ERROR_LIMIT,
					      "git wrote more than %zu bytes", limit);
		return pawl_error_set(error, PAWL_ERROR_SERVER, "git's output cannot be read: %s",
				      strerror(failure));
	}
	*status = child_finish(child);
	*out = buf_slice(&text);
	return 0;
}
