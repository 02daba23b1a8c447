/*
 * Linked into a pawl-pre-receive of its own, with --wrap: says on stderr how many allocations came
 * before the first read of stdin. The hook's start is paid by every push.
 */
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

static unsigned allocations;
static int told;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
ssize_t __real_read(int fd, void *buf, size_t size);

void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	allocations++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	allocations++;
	return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size)
{
	allocations++;
	return __real_realloc(old, size);
}

ssize_t __wrap_read(int fd, void *buf, size_t size);
ssize_t __wrap_read(int fd, void *buf, size_t size)
{
	if (fd == STDIN_FILENO && !told++)
		dprintf(STDERR_FILENO, "allocations before stdin: %u\n", allocations);
	return __real_read(fd, buf, size);
}
