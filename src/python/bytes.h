/*
 * The inner loops of the skim and of outlines, many bytes at a time where the processor can.
 * Private to src/python.
 *
 * A loop over a table leaves at a place that no branch predictor foresees, at each of the brackets,
 * quotes and line ends of a text; counting zeros in a mask has no such branch.
 */
#ifndef PAWL_PYTHON_BYTES_H
#define PAWL_PYTHON_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/*
 * Where the skim stops among so many bytes: a bit for each such byte, the lowest for the first. One
 * look at them serves until all are passed, since a stop comes every ten bytes or so.
 */
#define STOPS_BYTES 64

struct stops {
	uint64_t outside; /* of strings: what is special, or of it brackets and what could hide one
			   */
	uint64_t inside;  /* of strings: quotes, backslashes, line ends */
};

/* Up to how many a text can have open at once. */
struct bounds {
	size_t brackets; /* and f-strings */
	size_t blocks;
};

#ifdef __SSE2__
static inline __m128i bytes_equal(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

/* Bits of `|` are set too, which costs less to stop at than to tell from a bracket. */
static inline void stops_add(struct stops *stops, at p, unsigned first, __m128i brackets)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)(p + first));
	__m128i pairs = _mm_and_si128(bytes, _mm_set1_epi8((char)0xfe));
	__m128i ends = _mm_or_si128(bytes_equal(bytes, '\n'), bytes_equal(bytes, '\r'));
	__m128i quotes = _mm_or_si128(bytes_equal(bytes, '"'), bytes_equal(bytes, '\''));
	__m128i inside = _mm_or_si128(_mm_or_si128(quotes, ends), bytes_equal(bytes, '\\'));
	/* [ \ ] and { | } are one range, moved to where one signed comparison finds it. */
	__m128i range = _mm_add_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)),
				     _mm_set1_epi8((char)(0x80 - '{')));
	__m128i outside = _mm_cmplt_epi8(range, _mm_set1_epi8((char)(0x80 + 3)));

	/* What is not ASCII is special, too. */
	__m128i rest = _mm_or_si128(_mm_or_si128(ends, bytes), bytes_equal(pairs, ':'));

	outside = _mm_or_si128(outside, bytes_equal(pairs, '('));
	outside = _mm_or_si128(_mm_or_si128(outside, quotes), bytes_equal(bytes, '#'));
	outside = _mm_or_si128(outside, _mm_andnot_si128(brackets, rest));
	stops->outside |= (uint64_t)(unsigned)_mm_movemask_epi8(outside) << first;
	stops->inside |= (uint64_t)(unsigned)_mm_movemask_epi8(inside) << first;
}

static inline struct stops stops_find(at p, bool brackets)
{
	struct stops stops = {0};
	__m128i only = _mm_set1_epi8(brackets ? -1 : 0);

	stops_add(&stops, p, 0, only);
	stops_add(&stops, p, 16, only);
	stops_add(&stops, p, 32, only);
	stops_add(&stops, p, 48, only);
	return stops;
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

static inline unsigned code_mask(at p)
{
	struct stops stops = {0};

	stops_add(&stops, p, 0, _mm_set1_epi8(-1));
	return (unsigned)(stops.outside | stops.inside);
}

static inline unsigned string_mask(at p)
{
	struct stops stops = {0};
	__m128i braces = bytes_equal(_mm_loadu_si128((const __m128i *)p), '{');

	stops_add(&stops, p, 0, _mm_set1_epi8(-1));
	return (unsigned)stops.inside | (unsigned)_mm_movemask_epi8(braces);
}

/* What the block's brackets may open, as two sums: a brace of an f-string opens two. */
static inline __m128i count_opened(__m128i bytes)
{
	__m128i none = _mm_setzero_si128(), braces = bytes_equal(bytes, '{');
	__m128i opened = bytes_equal(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), '{');

	opened = _mm_add_epi8(_mm_add_epi8(opened, braces), bytes_equal(bytes, '('));
	return _mm_sad_epu8(_mm_sub_epi8(none, opened), none);
}

/*
 * How deep a text of these bytes can be nested at most, whatever of it stands in strings: an
 * f-string within another stands in a brace of that one, each block is indented by a column more,
 * and a tab is eight of them. False where it is not ASCII.
 */
static inline bool bounds_find(at p, at end, struct bounds *out)
{
	size_t blanks = 0, most = 0;
	__m128i sums = _mm_setzero_si128(), all = sums;

	*out = (struct bounds){.brackets = 1};
	for (; end - p >= 16; p += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)p);

		all = _mm_or_si128(all, bytes);
		sums = _mm_add_epi64(sums, count_opened(bytes));
		blanks = _mm_movemask_epi8(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(' '))) ? 0
										      : blanks + 1;
		most = blanks > most ? blanks : most;
	}
	for (; p < end; p++) {
		all = _mm_or_si128(all, _mm_cvtsi32_si128(*p));
		out->brackets += *p == '{' ? 2U : (unsigned)(*p == '(' || *p == '[');
	}
	sums = _mm_add_epi64(sums, _mm_srli_si128(sums, 8));
	out->brackets += (size_t)_mm_cvtsi128_si64(sums);
	out->blocks = (most + 2) * 16 * 8;
	return !_mm_movemask_epi8(all);
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

static inline struct stops stops_find(at p, bool brackets)
{
	struct stops stops = {0};

	for (unsigned i = 0; i < STOPS_BYTES; i++) {
		enum special special = (enum special)specials[p[i]];
		bool quote = special == QUOTE;
		bool bracket = special == OPEN || special == CLOSE || special == HASH || quote;
		bool inside = special == NEWLINE || special == BACKSLASH || quote;

		stops.outside |= (uint64_t)(brackets ? bracket : special != NOT_SPECIAL) << i;
		stops.inside |= (uint64_t)inside << i;
	}
	return stops;
}

static inline bool bounds_find(at p, at end, struct bounds *out)
{
	size_t blanks = 0;

	*out = (struct bounds){.brackets = 1};
	for (; p < end && *p < 0x80; p++) {
		blanks = *p > ' ' ? 0 : blanks + 1;
		out->blocks = blanks * 8 > out->blocks ? blanks * 8 : out->blocks;
		out->brackets += *p == '{' ? 2U : (unsigned)(*p == '(' || *p == '[');
	}
	return p == end;
}
#endif

static inline at line_end_find(at p, at end)
{
	SCAN(p, end, line_mask(p))
	while (p < end && *p != '\n' && *p != '\r')
		p++;
	return p;
}

/* The next quote, `#`, bracket, backslash or line end, or a `|`. */
static inline at code_end_find(at p, at end)
{
	SCAN(p, end, code_mask(p))
	while (p < end && (specials[*p] == NOT_SPECIAL || specials[*p] == COLON ||
			   specials[*p] == SEMICOLON || specials[*p] == NOT_ASCII))
		p++;
	return p;
}

/* The next quote, backslash, line end or `{`. */
static inline at string_end_find(at p, at end)
{
	SCAN(p, end, string_mask(p))
	while (p < end && specials[*p] != QUOTE && specials[*p] != BACKSLASH &&
	       specials[*p] != NEWLINE && *p != '{')
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
