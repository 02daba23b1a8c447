/*
 * libgit2's memory: the C library's, with a bound on the pieces of it while an object is read,
 * whose size is known only when it has been found.
 */
#ifndef PAWL_GIT_ALLOCATOR_H
#define PAWL_GIT_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

/* Before libgit2 starts. */
void allocator_install(void);

/* From here to allocator_unbound(), in this thread, libgit2 gets no piece of more than `largest`.
 */
void allocator_bound(size_t largest);

/* Whether a piece was refused. */
bool allocator_unbound(void);

#endif
