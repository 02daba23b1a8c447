/*
 * memchr(), memrchr() and memcmp() for the hooks, 16 bytes at a time where the processor has SSE2:
 * musl's own go byte by byte, or by eight. Reading goes by whole aligned vectors, which never cross
 * into a page that the text has no byte of.
 */
#ifdef __SSE2__
#include <emmintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WIDTH sizeof(__m128i)

static unsigned equal_bytes(const unsigned char *aligned, __m128i wanted)
{
	__m128i bytes = _mm_load_si128((const __m128i *)(const void *)aligned);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted));
}

/* The C library's headers name no parameters of these in a way that could be kept. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
void *memchr(const void *memory, int c, size_t len)
{
	const unsigned char *first = memory;
	size_t before = (uintptr_t)first % WIDTH;
	const unsigned char *at = first - before;
	__m128i wanted = _mm_set1_epi8((char)c);

	if (!len)
		return NULL;
	for (unsigned found = equal_bytes(at, wanted) >> before << before;;
	     found = equal_bytes(at, wanted)) {
		if (found) {
			at += __builtin_ctz(found);
			return (size_t)(at - first) < len ? (void *)(uintptr_t)at : NULL;
		}
		at += WIDTH;
		if ((size_t)(at - first) >= len)
			return NULL;
	}
}

void *memrchr(const void *memory, int c, size_t len)
{
	const unsigned char *first = memory, *end = first + len;
	size_t behind = -(uintptr_t)end % WIDTH;
	const unsigned char *at = end + behind - WIDTH;
	__m128i wanted = _mm_set1_epi8((char)c);

	if (!len)
		return NULL;
	for (unsigned found = equal_bytes(at, wanted) & 0xffffu >> behind;;
	     found = equal_bytes(at, wanted)) {
		if (found) {
			at += 31 - __builtin_clz(found);
			return at >= first ? (void *)(uintptr_t)at : NULL;
		}
		if (at <= first)
			return NULL;
		at -= WIDTH;
	}
}

int memcmp(const void *a, const void *b, size_t len)
{
	const unsigned char *x = a, *y = b;

	for (; len >= WIDTH; len -= WIDTH, x += WIDTH, y += WIDTH) {
		__m128i left = _mm_loadu_si128((const __m128i *)(const void *)x);
		__m128i right = _mm_loadu_si128((const __m128i *)(const void *)y);
		unsigned same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(left, right));

		if (same != 0xffff) {
			int at = __builtin_ctz(~same);
			return x[at] - y[at];
		}
	}
	for (; len; len--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
} /* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
#endif
