#include "pawl/common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* The handler of a failed allocation can be told nothing, and may not allocate. */
static char memory_message[128];

static _Noreturn void out_of_memory(void)
{
	program_write(STDERR_FILENO, slice_of(memory_message));
	_exit(3);
}

void program_start(const char *name)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* over `ulimit -f` write() says so, and the file is taken back */
	snprintf(memory_message, sizeof memory_message,
		 "%s: out of memory: not judged; do less at once, or give it more\n", name);
	memory_on_failure(out_of_memory);
}

void program_write(int fd, struct slice text)
{
	while (text.len) {
		ssize_t put = write(fd, text.ptr, text.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return;
		text.ptr += put;
		text.len -= (size_t)put;
	}
}
