/*
 * What the skim knows at a place of its text: the stops ahead, and what is open. Private to the
 * skim (skim.c, skim_strings.h, joints.c).
 */
#ifndef PAWL_PYTHON_SKIMMER_H
#define PAWL_PYTHON_SKIMMER_H

#include <string.h>

#include "blocks.h"
#include "bytes.h"
#include "skim.h"

/* What can stand in an identifier or a number. */
static const bool is_word[256] = {
	['0' ... '9'] = true, ['A' ... 'Z'] = true,   ['a' ... 'z'] = true,
	['_'] = true,	      [0x80 ... 0xff] = true,
};

/* What can be open; one bit each, so that many are asked for at once. */
enum kind {
	NOTHING = 1,
	ROUND = 2,
	SQUARE = 4,
	CURLY = 8,
	FIELD = 16, /* a replacement field of an f-string */
	STRING = 32 /* an f-string */
};

#define BRACKET (ROUND | SQUARE | CURLY)

struct opening {
	enum kind kind;
	bool spec; /* FIELD: behind the colon, where the text is literal again */
	/* STRING and FIELD: of the string */
	unsigned char quote;
	bool triple, raw;
};

struct skimmer {
	at begin, end;
	at block; /* whose stops these are */
	struct stops stops;
	bool brackets; /* outside strings only those that open or close something, or hide that */
	struct arena *arena;
	struct skim *out;
	struct opening *items; /* what is open; below it NOTHING, which stays */
	size_t count, capacity;
	size_t room;   /* up to so many nothing has to be asked */
	size_t fields; /* how many of them are replacement fields */
	struct blocks blocks;
	uint32_t lowest; /* column of the lines since blocks was told of one */
	bool unclosed;	 /* the last statement's end is still to come */
	size_t max_depth, max_statements;
};

/* At the beginning of a text; what is found goes to *out. */
void skimmer_open(struct skimmer *s, struct slice bytes, const struct text_limits *limits,
		  struct arena *arena, struct skim *out);

/* Behind the special byte at p and the string, comment or indentation that it begins. */
at special_skip(struct skimmer *s, at p);

/* ---- from stop to stop ---- */

/* What lies behind the text's end stops nothing. */
static inline void block_look(struct skimmer *s, at p)
{
	unsigned char last[STOPS_BYTES] = {0};

	s->block = p;
	if (s->end - p < STOPS_BYTES)
		p = memcpy(last, p, (size_t)(s->end - p));
	s->stops = stops_find(p, s->brackets);
}

/* Those of the block's stops, whose bit 0 is its first byte, that are not before p. */
static inline uint64_t stops_from(struct skimmer *s, at p, bool inside)
{
	size_t offset = (size_t)(p - s->block);

	if (offset >= STOPS_BYTES) {
		block_look(s, p);
		offset = 0;
	}
	return (inside ? s->stops.inside : s->stops.outside) & UINT64_MAX << offset;
}

/* The first quote, backslash or line end from p on, or the end. */
static inline at string_find(struct skimmer *s, at p)
{
	while (p < s->end) {
		uint64_t stops = stops_from(s, p, true);

		if (stops)
			return s->block + __builtin_ctzll(stops);
		p = s->block + STOPS_BYTES;
	}
	return s->end;
}

/* ---- white space, words ---- */

static inline at newline_skip(const struct skimmer *s, at p)
{
	return p + (*p == '\r' && p + 1 < s->end && p[1] == '\n' ? 2 : 1);
}

static inline bool is_newline(const struct skimmer *s, at p)
{
	return p < s->end && (*p == '\n' || *p == '\r');
}

static inline bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\f' || c == '\0'; /* a NUL is read as a space (T4) */
}

/* Behind blanks and joined lines. */
static inline at blanks_skip(const struct skimmer *s, at p)
{
	for (;;) {
		while (p < s->end && is_blank(*p))
			p++;
		if (p >= s->end || *p != '\\' || !is_newline(s, p + 1))
			return p;
		p = newline_skip(s, p + 1);
	}
}

/* Behind `word` where it stands at p as a whole word, else NULL. */
static inline at word_match_len(const struct skimmer *s, at p, const char *word, size_t len)
{
	if ((size_t)(s->end - p) < len || *p != (unsigned char)*word || memcmp(p, word, len) != 0)
		return NULL;
	p += len;
	return p < s->end && is_word[*p] ? NULL : p;
}

#define word_match(s, p, word) word_match_len(s, p, word, sizeof(word) - 1)

static inline at word_skip(const struct skimmer *s, at p)
{
	while (p < s->end && is_word[*p])
		p++;
	return p;
}

/* ---- brackets ---- */

static inline bool is_top_level(const struct skimmer *s)
{
	return s->count == 1;
}

static inline struct opening *opening_push(struct skimmer *s, enum kind kind)
{
	if (s->count > s->max_depth)
		s->out->unreadable = "nested deeper than max-depth";
	if (s->count == s->capacity)
		s->items = arena_grow(s->arena, s->items, s->count, &s->capacity, sizeof *s->items);
	s->room = s->capacity <= s->max_depth ? s->capacity : s->max_depth;
	struct opening *opening = &s->items[s->count++];
	*opening = (struct opening){.kind = kind};
	s->fields += kind == FIELD;
	return opening;
}

static inline enum kind opening_pop(struct skimmer *s)
{
	enum kind kind = s->items[--s->count].kind;

	s->fields -= kind == FIELD;
	return kind;
}

static inline struct opening *opening_top(const struct skimmer *s)
{
	return &s->items[s->count - 1];
}

/* What a special byte comes to inside what it says, where that is all that it comes to. */
struct step {
	unsigned char inside;
	unsigned char opens;
	signed char count;
};

#define OPENS(kind)                                                                                \
	{                                                                                          \
		NOTHING | BRACKET | FIELD, kind, 1                                                 \
	}
#define CLOSES(kind)                                                                               \
	{                                                                                          \
		kind, 0, -1                                                                        \
	}

static const struct step steps[256] = {
	['('] = OPENS(ROUND),	 ['['] = OPENS(SQUARE),
	['{'] = OPENS(CURLY),	 [')'] = CLOSES(ROUND),
	[']'] = CLOSES(SQUARE),	 ['}'] = CLOSES(CURLY),
	[':'] = {BRACKET, 0, 0}, ['|'] = {NOTHING | BRACKET | FIELD, 0, 0},
};

/*
 * Takes what only opens and closes: gives what stops are left, the first of which says more.
 * Brackets are the most of all specials, and which of them comes next no branch predictor foresees:
 * so they share a path without a branch.
 */
static inline uint64_t steps_take(struct skimmer *s, uint64_t stops)
{
	struct opening *items = s->items;
	size_t count = s->count;

	for (; stops; stops &= stops - 1) {
		struct step step = steps[s->block[__builtin_ctzll(stops)]];

		if (!(step.inside & items[count - 1].kind) || count >= s->room)
			break;
		items[count].kind = step.opens; /* nobody sees it, where it opens nothing */
		count = (size_t)((ptrdiff_t)count + step.count);
	}
	s->count = count;
	return stops;
}

#endif
