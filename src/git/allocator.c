#include "allocator.h"

#include <git2.h>
#include <git2/sys/alloc.h>
#include <stdint.h>
#include <stdlib.h>

static _Thread_local size_t bound = SIZE_MAX;
static _Thread_local bool refused;

static bool within(size_t size)
{
	if (size <= bound)
		return true;
	refused = true;
	return false;
}

/* The place in libgit2's source is for its own debugging. A failure is libgit2's to report. */
static void *bounded_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return within(size) ? malloc(size) : NULL;
}

static void *bounded_realloc(void *old, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return within(size) ? realloc(old, size) : NULL;
}

void allocator_install(void)
{
	static git_allocator bounded = {bounded_malloc, bounded_realloc, free};

	git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &bounded);
}

void allocator_bound(size_t largest)
{
	bound = largest;
	refused = false;
}

bool allocator_unbound(void)
{
	bound = SIZE_MAX;
	return refused;
}
