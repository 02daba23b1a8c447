#include "pawl/common.h"

#include <stdio.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct slice slice_of(const char *string)
{
	return (struct slice){string, strlen(string)};
}

bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool slice_equal_string(struct slice a, const char *string)
{
	return slice_equal(a, slice_of(string));
}

int slice_compare(struct slice a, struct slice b)
{
	size_t least = a.len < b.len ? a.len : b.len;
	int order = least ? memcmp(a.ptr, b.ptr, least) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool slice_starts_with(struct slice text, struct slice prefix)
{
	return text.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(text.ptr, prefix.ptr, prefix.len) == 0);
}

bool slice_ends_with(struct slice text, struct slice suffix)
{
	return text.len >= suffix.len &&
	       (suffix.len == 0 ||
		memcmp(text.ptr + text.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

bool slice_is_ascii(struct slice text)
{
	const char *at = text.ptr, *end = at + text.len;
	unsigned char all = 0;

#ifdef __SSE2__
	for (; end - at >= 16; at += 16)
		if (_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(const void *)at)))
			return false;
#endif
	for (; at < end; at++)
		all |= (unsigned char)*at;
	return all < 0x80;
}

#ifdef __SSE2__
/* A needle longer than this would be compared with too much of a text made for it. */
#define SHORT_NEEDLE 64

/* For each of sixteen places whether the needle's first and last byte stand there. */
static inline __m128i ends_equal(const char *at, struct slice needle)
{
	const __m128i *first = (const __m128i *)(const void *)at;
	const __m128i *last = (const __m128i *)(const void *)(at + needle.len - 1);

	return _mm_and_si128(
		_mm_cmpeq_epi8(_mm_loadu_si128(first), _mm_set1_epi8(needle.ptr[0])),
		_mm_cmpeq_epi8(_mm_loadu_si128(last), _mm_set1_epi8(needle.ptr[needle.len - 1])));
}

static const char *find_among(const char *at, struct slice needle)
{
	unsigned found = (unsigned)_mm_movemask_epi8(ends_equal(at, needle));

	for (; found; found &= found - 1) {
		const char *place = at + __builtin_ctz(found);

		if (memcmp(place, needle.ptr, needle.len) == 0)
			return place;
	}
	return NULL;
}

/*
 * Many places at a time, by the needle's first and last byte: most texts have neither next to the
 * other, and memmem() prepares more. The text has sixteen places or more.
 */
static const char *find_by_ends(struct slice text, struct slice needle)
{
	const char *at = text.ptr, *last = at + text.len - needle.len - 15, *found = NULL;

	for (; at < last && !found; at += 16) {
		for (; last - at >= 64; at += 64) {
			__m128i low =
				_mm_or_si128(ends_equal(at, needle), ends_equal(at + 16, needle));
			__m128i high = _mm_or_si128(ends_equal(at + 32, needle),
						    ends_equal(at + 48, needle));

			if (_mm_movemask_epi8(_mm_or_si128(low, high)))
				break;
		}
		found = find_among(at, needle);
	}
	return found ? found : find_among(last, needle);
}
#endif

const char *slice_find(struct slice text, struct slice needle)
{
	if (needle.len == 0)
		return text.ptr;
	if (text.len < needle.len)
		return NULL;
#ifdef __SSE2__
	if (needle.len <= SHORT_NEEDLE && text.len >= needle.len + 15)
		return find_by_ends(text, needle);
#endif
	return memmem(text.ptr, text.len, needle.ptr, needle.len);
}

struct slice slice_line(struct slice text, unsigned line)
{
	for (;; line--) {
		const char *end = text.len ? memchr(text.ptr, '\n', text.len) : NULL;

		if (line <= 1) {
			if (end)
				text.len = (size_t)(end - text.ptr);
			return text;
		}
		if (!end)
			return (struct slice){"", 0};
		text.len -= (size_t)(end + 1 - text.ptr);
		text.ptr = end + 1;
	}
}

struct slice slice_copy(struct arena *arena, struct slice slice)
{
	return (struct slice){arena_copy(arena, slice.ptr, slice.len), slice.len};
}

struct slice slice_format(struct arena *arena, const char *format, ...)
{
	struct buf buf = {.arena = arena};
	va_list arguments;
	int len;
	char *text;

	va_start(arguments, format);
	len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (len < 0)
		return buf_slice(&buf);
	text = arena_alloc(arena, (size_t)len + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)len + 1, format, arguments);
	va_end(arguments);
	return (struct slice){text, (size_t)len};
}

struct slice slice_join(struct arena *arena, struct slice a, struct slice separator, struct slice b)
{
	size_t len = a.len + separator.len + b.len;
	char *joined = arena_alloc(arena, len + 1);
	char *end = joined;

	if (a.len)
		end = mempcpy(end, a.ptr, a.len);
	if (separator.len)
		end = mempcpy(end, separator.ptr, separator.len);
	if (b.len)
		memcpy(end, b.ptr, b.len);
	return (struct slice){joined, len};
}
