/*
 * Strings, as the skim goes over them. Private to skim.c, and in its unit: most stops are at
 * strings, and a call for each would cost a tenth of the pass.
 */
#ifndef PAWL_PYTHON_SKIM_STRINGS_H
#define PAWL_PYTHON_SKIM_STRINGS_H

#include "skimmer.h"

/* Behind a backslash and what it escapes; CRLF counts as one. */
static inline at escape_skip(const struct skimmer *s, at p)
{
	if (p + 1 >= s->end)
		return s->end;
	return is_newline(s, p + 1) ? newline_skip(s, p + 1) : p + 2;
}

static inline at single_skip(struct skimmer *s, at p, unsigned char quote)
{
	while ((p = string_find(s, p)) < s->end && *p != '\n' && *p != '\r') {
		if (*p == quote)
			return p + 1;
		p = *p == '\\' ? escape_skip(s, p) : p + 1;
	}
	s->out->doubt = true;
	return p;
}

static inline at triple_skip(struct skimmer *s, at p, unsigned char quote)
{
	at from = p;

	while (p < s->end && (p = memchr(p, quote, (size_t)(s->end - p)))) {
		at escapes = p;
		while (escapes > from && escapes[-1] == '\\')
			escapes--;
		bool escaped = (p - escapes) % 2 != 0;
		if (!escaped && s->end - p >= 3 && p[1] == quote && p[2] == quote)
			return p + 3;
		from = ++p;
	}
	s->out->doubt = true;
	return s->end;
}

/*
 * The literal part of an f-string, or of a format specification in one, after PEP 701: to behind
 * the string's end, or into a replacement field. Where an earlier Python takes the text at all, it
 * sees the same strings: a quote of the outer kind inside a field is an error to it.
 */
static at literal_skip(struct skimmer *s, at p)
{
	while (p < s->end && !s->out->unreadable) {
		struct opening top = *opening_top(s);
		if (*p == '\\') {
			bool brace = p + 1 < s->end && (p[1] == '{' || p[1] == '}');
			bool named = !top.raw && s->end - p > 2 && p[1] == 'N' && p[2] == '{';
			p = brace ? p + 1 : escape_skip(s, p);
			if (named) {
				for (p++; p < s->end && *p != '}' && *p != top.quote; p++) {
					if (*p == '\n' || *p == '\r')
						break;
				}
				p += p < s->end && *p == '}';
			}
		} else if (*p == '{') {
			if (!top.spec && p + 1 < s->end && p[1] == '{') {
				p += 2;
				continue;
			}
			struct opening *field = opening_push(s, FIELD);
			field->quote = top.quote;
			field->triple = top.triple;
			field->raw = top.raw;
			return p + 1;
		} else if (*p == '}') {
			if (top.spec)
				opening_pop(s);
			else if (p + 1 < s->end && p[1] == '}')
				p++;
			p++;
		} else if (*p == top.quote) {
			bool ends = !top.triple ||
				    (s->end - p >= 3 && p[1] == top.quote && p[2] == top.quote);
			if (!ends) {
				p++;
				continue;
			}
			s->out->doubt |= top.spec;
			while (opening_pop(s) != STRING)
				;
			return p + (top.triple ? 3 : 1);
		} else if ((*p == '\n' || *p == '\r') && !top.triple) {
			s->out->doubt = true;
			while (opening_pop(s) != STRING)
				;
			return p;
		} else {
			p++;
		}
	}
	return p < s->end ? p : s->end;
}

/* Whether the letters before a quote make it an f-string or a t-string, and a raw one. */
static inline bool prefix_is_format(const struct skimmer *s, at quote, bool *raw)
{
	unsigned char first, second = 0;

	*raw = false;
	if (quote == s->begin || !is_word[quote[-1]])
		return false;
	first = quote[-1] | 0x20;
	if (quote - s->begin > 1 && is_word[quote[-2]]) {
		second = quote[-2] | 0x20;
		if (quote - s->begin > 2 && is_word[quote[-3]])
			return false;
		*raw = true;
		return (first == 'r' && (second == 'f' || second == 't')) ||
		       (second == 'r' && (first == 'f' || first == 't'));
	}
	return first == 'f' || first == 't';
}

/*
 * Behind the string that begins at a quote of the block; NULL where that takes more to see: it has
 * a prefix, an escape or nothing in it, or goes on behind the block.
 */
static inline at short_skip(const struct skimmer *s, at quote)
{
	uint64_t inside = s->stops.inside & UINT64_MAX << (quote - s->block) << 1;
	at last = inside ? s->block + __builtin_ctzll(inside) : quote;

	if (last <= quote + 1 || *last != *quote || (quote > s->begin && is_word[quote[-1]]))
		return NULL;
	return last + 1;
}

/* From the first quote of a string to behind it, or into its first replacement field. */
static inline at string_skip(struct skimmer *s, at p)
{
	unsigned char quote = *p;
	at behind = short_skip(s, p);
	if (behind)
		return behind;

	bool raw, format = prefix_is_format(s, p, &raw);
	bool triple = s->end - p >= 3 && p[1] == quote && p[2] == quote;

	p += triple ? 3 : 1;
	if (!format)
		return triple ? triple_skip(s, p, quote) : single_skip(s, p, quote);
	struct opening *string = opening_push(s, STRING);
	string->quote = quote;
	string->triple = triple;
	string->raw = raw;
	return literal_skip(s, p);
}

#endif
