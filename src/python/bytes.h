/*
 * The inner loops of the skim, sixteen bytes at a time where the processor can. Private to
 * src/python.
 *
 * A loop over a table leaves at a place that no branch predictor foresees, at each of the brackets,
 * quotes and line ends of a text; counting zeros in a mask has no such branch.
 */
#ifndef PAWL_PYTHON_BYTES_H
#define PAWL_PYTHON_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

typedef const unsigned char *at;

/* What stops the skim outside strings; one number a kind, so that what to do is one jump. */
enum special {
	NOT_SPECIAL,
	NEWLINE,
	HASH,
	QUOTE,
	OPEN,
	CLOSE,
	COLON,
	SEMICOLON,
	BACKSLASH,
	NOT_ASCII,
};

static const unsigned char specials[256] = {
	['\n'] = NEWLINE,  ['\r'] = NEWLINE,   ['#'] = HASH,
	['\''] = QUOTE,	   ['"'] = QUOTE,      ['('] = OPEN,
	['['] = OPEN,	   ['{'] = OPEN,       [')'] = CLOSE,
	[']'] = CLOSE,	   ['}'] = CLOSE,      [':'] = COLON,
	[';'] = SEMICOLON, ['\\'] = BACKSLASH, [0x80 ... 0xff] = NOT_ASCII,
};

#ifdef __SSE2__
static inline __m128i bytes_equal(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

#define SPECIAL_BLOCK 16

/* A bit for each special byte of a block, and for | ~ and DEL, which cost less to stop at than to
 * tell apart.
 */
static inline unsigned special_mask(at p)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)p);
	__m128i pairs = _mm_and_si128(bytes, _mm_set1_epi8((char)0xfe));
	__m128i upper = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
	__m128i found = _mm_cmpgt_epi8(upper, _mm_set1_epi8('{' - 1));

	found = _mm_or_si128(found, bytes_equal(pairs, '('));
	found = _mm_or_si128(found, bytes_equal(pairs, ':'));
	found = _mm_or_si128(found, bytes_equal(pairs, '"'));
	found = _mm_or_si128(found, bytes_equal(bytes, '\''));
	found = _mm_or_si128(found, bytes_equal(bytes, '\n'));
	found = _mm_or_si128(found, bytes_equal(bytes, '\r'));
	return (unsigned)_mm_movemask_epi8(_mm_or_si128(found, bytes));
}

static inline unsigned string_mask(at p, unsigned char quote)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)p);
	__m128i found = bytes_equal(bytes, (char)quote);

	found = _mm_or_si128(found, bytes_equal(bytes, '\\'));
	found = _mm_or_si128(found, bytes_equal(bytes, '\n'));
	return (unsigned)_mm_movemask_epi8(_mm_or_si128(found, bytes_equal(bytes, '\r')));
}

static inline unsigned line_mask(at p)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)p);

	return (unsigned)_mm_movemask_epi8(
		_mm_or_si128(bytes_equal(bytes, '\n'), bytes_equal(bytes, '\r')));
}

static inline unsigned space_mask(at p)
{
	return 0xffff &
	       ~(unsigned)_mm_movemask_epi8(bytes_equal(_mm_loadu_si128((const __m128i *)p), ' '));
}

/* What the block's brackets may open, as two sums. */
static inline __m128i count_opened(__m128i bytes)
{
	__m128i braces = bytes_equal(bytes, '{'), none = _mm_setzero_si128();
	__m128i opened = _mm_add_epi8(bytes_equal(bytes, '('), bytes_equal(bytes, '['));

	opened = _mm_add_epi8(opened, _mm_add_epi8(braces, braces));
	return _mm_sad_epu8(_mm_sub_epi8(none, opened), none);
}

static inline bool is_blank_block(__m128i bytes)
{
	__m128i blank = _mm_or_si128(bytes_equal(bytes, ' '), bytes_equal(bytes, '\t'));

	blank = _mm_or_si128(blank, bytes_equal(bytes, '\f'));
	return _mm_movemask_epi8(_mm_or_si128(blank, bytes_equal(bytes, '\0'))) == 0xffff;
}

/*
 * Whether no text of these bytes can open more than so many brackets, f-strings and blocks at once,
 * whatever of it stands in strings. An f-string within another stands in a brace of that one; each
 * block is indented by a column more, and a tab is eight of them.
 */
static inline bool nests_at_most(at p, at end, size_t max_depth)
{
	size_t opened = 1, blanks = 0, most_blanks = max_depth / 8 / 16;
	__m128i sums = _mm_setzero_si128();

	for (; end - p >= 16; p += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)p);

		sums = _mm_add_epi64(sums, count_opened(bytes));
		blanks = is_blank_block(bytes) ? blanks + 1 : 0;
		if (blanks + 2 > most_blanks)
			return false;
	}
	for (; p < end; p++)
		opened += *p == '{' ? 2U : (unsigned)(*p == '(' || *p == '[');
	sums = _mm_add_epi64(sums, _mm_srli_si128(sums, 8));
	opened += (size_t)_mm_cvtsi128_si64(sums);
	return opened < max_depth && most_blanks > 2;
}

/* Sixteen bytes a round while none is found; the rest falls through to the loop below. */
#define SCAN(p, end, mask)                                                                         \
	while ((end) - (p) >= 16) {                                                                \
		unsigned found_ = (mask);                                                          \
		if (found_)                                                                        \
			return (p) + __builtin_ctz(found_);                                        \
		(p) += 16;                                                                         \
	}
#else
#define SCAN(p, end, mask)

static inline bool nests_at_most(at p, at end, size_t max_depth)
{
	(void)max_depth;
	return p == end;
}
#endif

/* The first quote, backslash or line end from p on, or `end`. */
static inline at string_find(at p, at end, unsigned char quote)
{
	SCAN(p, end, string_mask(p, quote))
	while (p < end && *p != quote && *p != '\\' && *p != '\n' && *p != '\r')
		p++;
	return p;
}

static inline at line_end_find(at p, at end)
{
	SCAN(p, end, line_mask(p))
	while (p < end && *p != '\n' && *p != '\r')
		p++;
	return p;
}

/* Behind spaces. */
static inline at spaces_skip(at p, at end)
{
	SCAN(p, end, space_mask(p))
	while (p < end && *p == ' ')
		p++;
	return p;
}

#undef SCAN

#endif
