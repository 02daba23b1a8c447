/*
 * memchr(), memrchr(), memcmp(), memcpy() and memmove() for the hooks, 16 bytes at a time where the
 * processor has SSE2: musl's own go byte by byte, or by eight; and its copy, which aligns itself by
 * single bytes, was a tenth of a push's time. To find a byte, whole aligned vectors are read, which
 * never cross into a page that the text has no byte of; the others read what they were given alone.
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

/* Words that lie anywhere, in memory of any type. */
typedef uint64_t __attribute__((may_alias, aligned(1))) word64;
typedef uint32_t __attribute__((may_alias, aligned(1))) word32;
typedef uint16_t __attribute__((may_alias, aligned(1))) word16;

/* Of fewer than 16 bytes, by words that overlap: the first byte is the highest of a word. */
static int compare_short(const unsigned char *x, const unsigned char *y, size_t len)
{
	uint64_t left, right;

	if (len >= 8) {
		left = __builtin_bswap64(*(const word64 *)x);
		right = __builtin_bswap64(*(const word64 *)y);
		if (left == right) {
			left = __builtin_bswap64(*(const word64 *)(x + len - 8));
			right = __builtin_bswap64(*(const word64 *)(y + len - 8));
		}
	} else if (len >= 4) {
		left = (uint64_t)__builtin_bswap32(*(const word32 *)x) << 32 |
		       __builtin_bswap32(*(const word32 *)(x + len - 4));
		right = (uint64_t)__builtin_bswap32(*(const word32 *)y) << 32 |
			__builtin_bswap32(*(const word32 *)(y + len - 4));
	} else {
		for (; len; len--, x++, y++)
			if (*x != *y)
				return *x - *y;
		return 0;
	}
	return (left > right) - (left < right);
}

static int compare_vector(const unsigned char *x, const unsigned char *y)
{
	__m128i left = _mm_loadu_si128((const __m128i *)(const void *)x);
	__m128i right = _mm_loadu_si128((const __m128i *)(const void *)y);
	unsigned same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(left, right));

	if (same == 0xffff)
		return 0;
	return x[__builtin_ctz(~same)] - y[__builtin_ctz(~same)];
}

int memcmp(const void *a, const void *b, size_t len)
{
	const unsigned char *x = a, *y = b;

	if (len < WIDTH)
		return compare_short(x, y, len);
	for (size_t at = 0; at < len - WIDTH; at += WIDTH) {
		int order = compare_vector(x + at, y + at);

		if (order)
			return order;
	}
	return compare_vector(x + len - WIDTH, y + len - WIDTH);
}

static void copy_vector(unsigned char *to, const unsigned char *from)
{
	_mm_storeu_si128((__m128i *)(void *)to,
			 _mm_loadu_si128((const __m128i *)(const void *)from));
}

/* Of fewer than 16 bytes: all are read before one is written. */
static void copy_short(unsigned char *to, const unsigned char *from, size_t len)
{
	if (len >= 8) {
		uint64_t first = *(const word64 *)from, last = *(const word64 *)(from + len - 8);

		*(word64 *)to = first;
		*(word64 *)(to + len - 8) = last;
	} else if (len >= 4) {
		uint32_t first = *(const word32 *)from, last = *(const word32 *)(from + len - 4);

		*(word32 *)to = first;
		*(word32 *)(to + len - 4) = last;
	} else if (len >= 2) {
		uint16_t first = *(const word16 *)from, last = *(const word16 *)(from + len - 2);

		*(word16 *)to = first;
		*(word16 *)(to + len - 2) = last;
	} else if (len) {
		*to = *from;
	}
}

/* From the first byte on: also where `from` lies behind `to` and both overlap. */
static void *copy_up(void *memory, const void *source, size_t len)
{
	unsigned char *to = memory;
	const unsigned char *from = source;

	if (len < WIDTH) {
		copy_short(to, from, len);
		return memory;
	}
	__m128i last = _mm_loadu_si128((const __m128i *)(const void *)(from + len - WIDTH));
	size_t at = 0;
	for (; len - at > 4 * WIDTH; at += 4 * WIDTH) {
		copy_vector(to + at, from + at);
		copy_vector(to + at + WIDTH, from + at + WIDTH);
		copy_vector(to + at + 2 * WIDTH, from + at + 2 * WIDTH);
		copy_vector(to + at + 3 * WIDTH, from + at + 3 * WIDTH);
	}
	for (; len - at > WIDTH; at += WIDTH)
		copy_vector(to + at, from + at);
	_mm_storeu_si128((__m128i *)(void *)(to + len - WIDTH), last);
	return memory;
}

/* From the last byte on. */
static void *copy_down(void *memory, const void *source, size_t len)
{
	unsigned char *to = memory;
	const unsigned char *from = source;

	if (len < WIDTH) {
		copy_short(to, from, len);
		return memory;
	}
	__m128i first = _mm_loadu_si128((const __m128i *)(const void *)from);
	for (; len > WIDTH; len -= WIDTH)
		copy_vector(to + len - WIDTH, from + len - WIDTH);
	_mm_storeu_si128((__m128i *)memory, first);
	return memory;
}

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
	return copy_up(to, from, len);
}

void *memmove(void *to, const void *from, size_t len)
{
	/* One comparison for both: before it, or so far behind that they do not overlap. */
	return (uintptr_t)to - (uintptr_t)from >= len ? copy_up(to, from, len)
						      : copy_down(to, from, len);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
#endif
