/*
 * Comes before every source of zlib-ng. That asks for memory with an alignment, and aligns what it
 * gets once more (inflate.c, deflate.c: PAD_WINDOW); the hooks' malloc() knows no alignments.
 */
#include <stdlib.h>

static inline int plain_memalign(void **out, size_t alignment, size_t size)
{
	(void)alignment;
	*out = malloc(size);
	return *out == NULL;
}

#define HAVE_POSIX_MEMALIGN
#define posix_memalign plain_memalign
