/*
 * Patterns are git's own wildmatch, as libgit2 carries it. Its matcher tries every way to spread a
 * name over the stars: seconds for `*a*a*a*b` and a path that a stranger chose. Without WM_PATHNAME
 * a star takes anything, so the leftmost place for each piece between stars is as good as any
 * other, and each piece takes exactly as many bytes as it has elements. So the pieces are matched
 * one by one, by wildmatch itself, in time bounded by pattern times name.
 */
#include "pawl/policy.h"

#include <limits.h>

#include "keys.h"

/* src/util/wildmatch.h in libgit2: not included, since it needs the headers of that library's
 * build. */
int wildmatch(const char *pattern, const char *text, unsigned int flags);

/* What stands between two stars. */
struct piece {
	const char *ptr;
	size_t len;	 /* in the pattern */
	size_t elements; /* bytes of a name that it takes */
	bool literal;	 /* it matches its own bytes */
};

/* The end of a bracket expression, read as dowild() in wildmatch.c reads it; NULL where it has
 * none. */
static const char *bracket_end(const char *at, const char *end)
{
	char before = 0, c;

	if (++at < end && (*at == '!' || *at == '^'))
		at++;
	do {
		if (at >= end)
			return NULL;
		c = *at;
		if (c == '\\') {
			if (++at >= end)
				return NULL;
		} else if (c == '-' && before && at + 1 < end && at[1] != ']') {
			if (*++at == '\\' && ++at >= end)
				return NULL;
			c = 0;
		} else if (c == '[' && at + 1 < end && at[1] == ':') {
			const char *close = memchr(at + 2, ']', (size_t)(end - at - 2));

			if (!close)
				return NULL;
			if (close > at + 2 && close[-1] == ':') {
				at = close;
				c = 0;
			}
		}
		before = c;
		at++;
	} while (at >= end || *at != ']');
	return at + 1;
}

/* The piece that begins at `at`, up to a star or the end. False where the pattern can match
 * nothing. */
static bool piece_read(const char *at, const char *end, struct piece *out)
{
	*out = (struct piece){.ptr = at, .literal = true};
	while (at < end && *at != '*') {
		if (*at == '[' || *at == '\\' || *at == '?')
			out->literal = false;
		if (*at == '[')
			at = bracket_end(at, end);
		else if (*at == '\\')
			at = at + 1 < end ? at + 2 : NULL;
		else
			at++;
		if (!at)
			return false;
		out->elements++;
	}
	out->len = (size_t)(at - out->ptr);
	return true;
}

static bool piece_matches(const struct piece *piece, const char *name)
{
	char pattern[PAWL_MAX_PATTERN + 1], bytes[PAWL_MAX_PATTERN + 1];

	if (piece->literal)
		return memcmp(piece->ptr, name, piece->len) == 0;
	memcpy(pattern, piece->ptr, piece->len);
	pattern[piece->len] = '\0';
	memcpy(bytes, name, piece->elements);
	bytes[piece->elements] = '\0';
	return wildmatch(pattern, bytes, 0) == 0;
}

/* Where the piece first matches from `at` on; anchored: at `at` alone. NULL where it does not. */
static const char *piece_find(const struct piece *piece, const char *at, const char *end,
			      bool anchored)
{
	for (; (size_t)(end - at) >= piece->elements; at++) {
		if (piece_matches(piece, at))
			return at;
		if (anchored)
			return NULL;
	}
	return NULL;
}

bool pattern_match(struct slice pattern, struct slice name)
{
	const char *at = name.ptr, *end = name.ptr + name.len;
	const char *next = pattern.ptr, *stop = pattern.ptr + pattern.len;
	bool first = true;

	if (pattern.len > PAWL_MAX_PATTERN || !pattern.len)
		return pattern.len == 0 && name.len == 0;
	for (;;) {
		struct piece piece;
		bool last;

		if (!piece_read(next, stop, &piece))
			return false;
		next = piece.ptr + piece.len;
		last = next == stop;
		if (last && !first) { /* what follows the last star ends with the name */
			if ((size_t)(end - at) < piece.elements)
				return false;
			return piece_find(&piece, end - piece.elements, end, true) != NULL;
		}
		at = piece_find(&piece, at, end, first);
		if (!at)
			return false;
		at += piece.elements;
		if (last)
			return at == end;
		next++;
		first = false;
	}
}

bool patterns_match(const struct slices *patterns, struct slice name)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (pattern_match(patterns->items[i], name))
			return true;
	return false;
}

/* A pattern whose last star takes the end of `folder/` takes anything behind it. */
bool patterns_cover(const struct slices *patterns, struct slice folder)
{
	char name[PATH_MAX + 1];

	if (folder.len >= PATH_MAX)
		return false;
	memcpy(name, folder.ptr, folder.len);
	name[folder.len] = '/';
	for (size_t i = 0; i < patterns->count; i++) {
		struct slice pattern = patterns->items[i];

		if (pattern.len && pattern.ptr[pattern.len - 1] == '*' &&
		    pattern_match(pattern, (struct slice){name, folder.len + 1}))
			return true;
	}
	return false;
}

bool pattern_valid(struct slice pattern)
{
	const char *next = pattern.ptr, *stop = pattern.ptr + pattern.len;
	struct piece piece;

	if (!pattern.len || pattern.len > PAWL_MAX_PATTERN)
		return false;
	while (piece_read(next, stop, &piece)) {
		next = piece.ptr + piece.len;
		if (next == stop)
			return true;
		next++;
	}
	return false;
}

bool pattern_is_literal(struct slice pattern)
{
	struct piece piece;

	return pattern.len <= PAWL_MAX_PATTERN &&
	       piece_read(pattern.ptr, pattern.ptr + pattern.len, &piece) && piece.literal &&
	       piece.len == pattern.len;
}
