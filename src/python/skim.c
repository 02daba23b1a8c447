#include "skim.h"

#include "blocks.h"
#include "bytes.h"
#include "type_checking.h"

/* What can stand in an identifier or a number. */
static const bool is_word[256] = {
	['0' ... '9'] = true, ['A' ... 'Z'] = true,   ['a' ... 'z'] = true,
	['_'] = true,	      [0x80 ... 0xff] = true,
};

/* An open bracket, an open f-string, or an open replacement field of one. */
struct opening {
	char kind; /* ( [ {, F for an f-string, R for a replacement field */
	bool spec; /* R: behind the colon, where the text is literal again */
	/* F and R: of the string */
	unsigned char quote;
	bool triple, raw;
};

struct skimmer {
	at begin, end;
	at stop; /* the last import statement ends here or later; nothing else behind it matters */
	struct arena *arena;
	struct skim *out;
	struct opening *items; /* what is open */
	size_t count, capacity;
	size_t fields; /* how many of them are replacement fields */
	struct blocks blocks;
	bool unclosed; /* the last statement's end is still to come */
	size_t max_depth, max_statements;
};

/* ---- white space, words ---- */

static at newline_skip(const struct skimmer *s, at p)
{
	return p + (*p == '\r' && p + 1 < s->end && p[1] == '\n' ? 2 : 1);
}

static bool is_newline(const struct skimmer *s, at p)
{
	return p < s->end && (*p == '\n' || *p == '\r');
}

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\f' || c == '\0'; /* a NUL is read as a space (T4) */
}

/* Behind blanks and joined lines. */
static at blanks_skip(const struct skimmer *s, at p)
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
	if ((size_t)(s->end - p) < len || memcmp(p, word, len) != 0)
		return NULL;
	p += len;
	return p < s->end && is_word[*p] ? NULL : p;
}

#define word_match(s, p, word) word_match_len(s, p, word, sizeof(word) - 1)

static at word_skip(const struct skimmer *s, at p)
{
	while (p < s->end && is_word[*p])
		p++;
	return p;
}

/* ---- brackets ---- */

static struct opening *opening_push(struct skimmer *s, char kind)
{
	if (s->count >= s->max_depth)
		s->out->unreadable = "nested deeper than max-depth";
	if (s->count == s->capacity) {
		s->items = arena_grow(s->arena, s->items, s->count, &s->capacity, sizeof *s->items);
	}
	struct opening *opening = &s->items[s->count++];
	*opening = (struct opening){.kind = kind};
	s->fields += kind == 'R';
	return opening;
}

static char opening_pop(struct skimmer *s)
{
	char kind = s->items[--s->count].kind;

	s->fields -= kind == 'R';
	return kind;
}

static struct opening *opening_top(struct skimmer *s)
{
	return s->count ? &s->items[s->count - 1] : NULL;
}

/* What each closing bracket closes; a replacement field is noted as the brace that it is. */
static const char closed_by[256] = {[')'] = '(', [']'] = '[', ['}'] = '{'};

/* ---- strings ---- */

/* Behind a backslash and what it escapes; CRLF counts as one. */
static at escape_skip(const struct skimmer *s, at p)
{
	if (p + 1 >= s->end)
		return s->end;
	return is_newline(s, p + 1) ? newline_skip(s, p + 1) : p + 2;
}

static at single_skip(struct skimmer *s, at p, unsigned char quote)
{
	while ((p = string_find(p, s->end, quote)) < s->end && *p != '\n' && *p != '\r') {
		if (*p == quote)
			return p + 1;
		p = escape_skip(s, p);
	}
	s->out->doubt = true;
	return p;
}

static at triple_skip(struct skimmer *s, at p, unsigned char quote)
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
		struct opening top = s->items[s->count - 1];
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
			struct opening *field = opening_push(s, 'R');
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
			while (opening_pop(s) != 'F')
				;
			return p + (top.triple ? 3 : 1);
		} else if ((*p == '\n' || *p == '\r') && !top.triple) {
			s->out->doubt = true;
			while (opening_pop(s) != 'F')
				;
			return p;
		} else {
			p++;
		}
	}
	return p < s->end ? p : s->end;
}

/* Whether the letters before a quote make it an f-string or a t-string, and a raw one. */
static bool prefix_is_format(const struct skimmer *s, at quote, bool *raw)
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

static at string_skip(struct skimmer *s, at p)
{
	unsigned char quote = *p;
	bool raw, format = prefix_is_format(s, p, &raw);
	bool triple = s->end - p >= 3 && p[1] == quote && p[2] == quote;

	p += triple ? 3 : 1;
	if (!format)
		return triple ? triple_skip(s, p, quote) : single_skip(s, p, quote);
	struct opening *string = opening_push(s, 'F');
	string->quote = quote;
	string->triple = triple;
	string->raw = raw;
	return literal_skip(s, p);
}

/* ---- statements ---- */

static void statement_end(struct skimmer *s, at p)
{
	if (s->unclosed)
		s->out->items[s->out->count - 1].end = (uint32_t)(p - s->begin);
	s->unclosed = false;
}

static void import_check(struct skimmer *s, at p)
{
	at start = p;
	at lazy = word_match(s, p, "lazy");

	if (lazy) {
		start = blanks_skip(s, lazy);
		if (start >= s->end)
			return;
	}
	if (!word_match(s, start, "from") && !word_match(s, start, "import"))
		return;
	if (s->unclosed) /* `import a: import b`: no statement at all */
		return;
	if (s->out->count >= s->max_statements) {
		s->out->unreadable = "imports more names than max-imports";
		return;
	}
	struct block block = blocks_top(&s->blocks);
	*ARENA_PUSH(s->arena, s->out) = (struct skim_statement){
		.at = (uint32_t)(p - s->begin),
		.start = (uint32_t)(start - s->begin),
		.end = (uint32_t)(s->end - s->begin),
		.scope = block.scope,
		.type_checking = block.type_checking,
	};
	s->unclosed = true;
}

/* Where a statement can begin, but not a compound one: behind `;` and `:`. */
static at statement_start(struct skimmer *s, at p)
{
	p = blanks_skip(s, p);
	if (p < s->end && (*p == 'f' || *p == 'i' || *p == 'l'))
		import_check(s, p);
	return p;
}

/* ---- the headers of blocks ---- */

/* As blanks_skip(), and inside brackets over line ends and comments too. */
static at condition_skip(const struct skimmer *s, at p, size_t brackets)
{
	for (;;) {
		p = blanks_skip(s, p);
		if (brackets == 0 || p >= s->end)
			return p;
		if (*p == '#')
			p = line_end_find(p, s->end);
		else if (is_newline(s, p))
			p = newline_skip(s, p);
		else
			return p;
	}
}

/* What stands behind `if` or `elif`: [not] [t.]TYPE_CHECKING, in brackets or not, and its colon. */
static enum guard guard_read(struct skimmer *s, at p)
{
	enum guard guard = GUARD_TYPE_CHECKING;
	size_t brackets = 0;
	struct slice module = {0};
	at not ;

	for (;;) {
		p = condition_skip(s, p, brackets);
		if (p < s->end && *p == '(') {
			brackets++;
			p++;
		} else if (p < s->end && (not = word_match(s, p, "not"))) {
			guard = guard == GUARD_TYPE_CHECKING ? GUARD_NOT_TYPE_CHECKING
							     : GUARD_TYPE_CHECKING;
			p = not ;
		} else {
			break;
		}
	}
	at word = p;
	p = word_skip(s, p);
	at behind = condition_skip(s, p, brackets);
	if (behind < s->end && *behind == '.') {
		module = (struct slice){(const char *)word, (size_t)(p - word)};
		word = condition_skip(s, behind + 1, brackets);
		p = word_skip(s, word);
	}
	if (!slice_equal_string((struct slice){(const char *)word, (size_t)(p - word)},
				"TYPE_CHECKING"))
		return GUARD_NONE;
	for (p = condition_skip(s, p, brackets); p < s->end && *p == ')' && brackets > 0;
	     p = condition_skip(s, p, brackets)) {
		brackets--;
		p++;
	}
	if (brackets > 0 || p >= s->end || *p != ':')
		return GUARD_NONE;
	type_checking_guard(s->arena, &s->out->guards, module);
	return guard;
}

/* The header of a block that matters: `if`, `elif`, `else` matter where they test TYPE_CHECKING. */
static void header_check(struct skimmer *s, at p, uint32_t column)
{
	at behind;

	if (word_match(s, p, "def")) {
		blocks_open_scope(&s->blocks, s->arena, column, SCOPE_FUNCTION);
	} else if (word_match(s, p, "class")) {
		blocks_open_scope(&s->blocks, s->arena, column, SCOPE_CLASS);
	} else if ((behind = word_match(s, p, "async"))) {
		behind = blanks_skip(s, behind);
		if (word_match(s, behind, "def"))
			blocks_open_scope(&s->blocks, s->arena, column, SCOPE_FUNCTION);
	} else if ((behind = word_match(s, p, "if"))) {
		blocks_open_if(&s->blocks, s->arena, column, guard_read(s, behind));
	} else if ((behind = word_match(s, p, "elif"))) {
		blocks_next_arm(&s->blocks, s->arena, column, guard_read(s, behind));
	} else if (word_match(s, p, "else")) {
		blocks_next_arm(&s->blocks, s->arena, column, GUARD_NONE);
	}
	if (s->blocks.count > s->max_depth)
		s->out->unreadable = "nested deeper than max-depth";
}

/* Behind the indentation; a form feed sets it back to nothing, as CPython has it. */
static at indentation_skip(const struct skimmer *s, at p, uint32_t *column)
{
	at behind = spaces_skip(p, s->end);

	*column = (uint32_t)(behind - p);
	for (p = behind; p < s->end && is_blank(*p); p++) {
		if (*p == '\t')
			*column = (*column / 8 + 1) * 8;
		else
			*column = *p == '\f' ? 0 : *column + 1;
	}
	return p;
}

/* The first line of a statement, from its first byte: gives where the statement begins. */
static at line_start(struct skimmer *s, at p)
{
	uint32_t column;

	p = indentation_skip(s, p, &column);
	if (p >= s->end || *p == '\n' || *p == '\r' || *p == '#')
		return p;
	if (*p == '\\') /* the indentation is the first line's */
		p = blanks_skip(s, p);
	if (p >= s->end)
		return p;
	if (s->blocks.count > 0) {
		bool arm = *p == 'e' && (word_match(s, p, "elif") || word_match(s, p, "else"));
		blocks_dedent(&s->blocks, column, arm);
	}
	switch (*p) {
	case 'f':
	case 'l':
		import_check(s, p);
		break;
	case 'i':
		import_check(s, p);
		if (p + 1 >= s->end || p[1] != 'f')
			break;
		/* fall through */
	case 'a':
	case 'c':
	case 'd':
	case 'e':
		header_check(s, p, column);
		break;
	}
	return p;
}

/*
 * A line inside brackets. A statement there that no bracket can hold shows that one above was never
 * closed: what follows is read as if the brackets had ended (T6).
 */
static at inner_line(struct skimmer *s, at p)
{
	at word = p;

	while (word < s->end && is_blank(*word))
		word++;
	if (word >= s->end || !memchr("cdfi", *word, 4))
		return p;
	at behind = word_match(s, word, "from");
	if (behind) {
		at end = line_end_find(behind, s->end);
		for (behind = blanks_skip(s, behind); behind < end;
		     behind = blanks_skip(s, behind)) {
			if (word_match(s, behind, "import"))
				break;
			if (*behind != '.' && !is_word[*behind])
				return p;
			behind = *behind == '.' ? behind + 1 : word_skip(s, behind);
		}
		if (behind >= end)
			return p;
	} else if (!word_match(s, word, "import") && !word_match(s, word, "def") &&
		   !word_match(s, word, "class")) {
		return p;
	}
	s->out->doubt = true;
	while (s->count > 0)
		opening_pop(s);
	statement_end(s, p);
	return line_start(s, p);
}

/* ---- the pass ---- */

static at newline_read(struct skimmer *s, at p)
{
	p = newline_skip(s, p);
	if (s->count > 0) {
		s->out->doubt |= s->fields > 0;
		return inner_line(s, p);
	}
	statement_end(s, p);
	return line_start(s, p);
}

static at close_read(struct skimmer *s, at p)
{
	struct opening *top = opening_top(s);

	if (!top || closed_by[*p] != (top->kind == 'R' ? '{' : top->kind)) {
		s->out->doubt = true;
		return p + 1;
	}
	return opening_pop(s) == 'R' ? literal_skip(s, p + 1) : p + 1;
}

static at colon_read(struct skimmer *s, at p)
{
	struct opening *top = opening_top(s);

	if (top) {
		if (top->kind != 'R')
			return p + 1;
		top->spec = true;
		return literal_skip(s, p + 1);
	}
	if (p + 1 < s->end && p[1] == '=')
		return p + 2;
	return statement_start(s, p + 1);
}

static inline at special_read(struct skimmer *s, at p)
{
	switch ((enum special)specials[*p]) {
	case NEWLINE:
		return newline_read(s, p);
	case HASH:
		s->out->doubt |= s->fields > 0;
		return line_end_find(p, s->end);
	case QUOTE:
		return string_skip(s, p);
	case OPEN:
		opening_push(s, (char)*p);
		return p + 1;
	case CLOSE:
		return close_read(s, p);
	case COLON:
		return colon_read(s, p);
	case SEMICOLON:
		if (s->count > 0)
			return p + 1;
		statement_end(s, p + 1);
		return statement_start(s, p + 1);
	case BACKSLASH:
		s->out->doubt |= !is_newline(s, p + 1);
		return is_newline(s, p + 1) ? newline_skip(s, p + 1) : p + 1;
	case NOT_ASCII:
		s->out->non_ascii = true;
		return p + 1;
	case NOT_SPECIAL:
		break;
	}
	return p + 1;
}

/* From p to where the specials of one block are read, or to where one of them leads. */
static inline at block_read(struct skimmer *s, at p)
{
#ifdef SPECIAL_BLOCK
	if (s->end - p >= SPECIAL_BLOCK) {
		for (unsigned mask = special_mask(p); mask; mask &= mask - 1) {
			at special = p + __builtin_ctz(mask);
			at next = special_read(s, special);
			if (next != special + 1)
				return next;
		}
		return p + SPECIAL_BLOCK;
	}
#endif
	return specials[*p] ? special_read(s, p) : p + 1;
}

static size_t max_depth_of(const struct text_limits *limits)
{
	return limits && limits->max_depth ? limits->max_depth : PAWL_MAX_NESTING;
}

bool skim_is_plain(struct slice rest, const struct text_limits *limits)
{
	at p = (at)rest.ptr;

	return slice_is_ascii(rest) && nests_at_most(p, p + rest.len, max_depth_of(limits));
}

/* Behind the last `import`, where what follows is plain; else the end. */
static at stop_find(const struct skimmer *s, const struct text_limits *limits)
{
	struct slice rest = {(const char *)s->begin, (size_t)(s->end - s->begin)};
	const char *found;

	while ((found = slice_find(rest, SLICE("import")))) {
		found += sizeof "import" - 1;
		rest = (struct slice){found, (size_t)((const char *)s->end - found)};
	}
	return skim_is_plain(rest, limits) ? (at)rest.ptr : s->end;
}

static bool is_done(const struct skimmer *s, at p)
{
	return p >= s->end || (p >= s->stop && s->count == 0 && !s->unclosed);
}

void skim_read(const struct text *text, const struct text_limits *limits, struct arena *arena,
	       struct skim *out)
{
	struct skimmer s = {
		.begin = (at)text->bytes.ptr,
		.end = (at)text->bytes.ptr + text->bytes.len,
		.arena = arena,
		.out = out,
		.max_depth = max_depth_of(limits),
		.max_statements =
			limits && limits->max_imports ? limits->max_imports : PAWL_MAX_IMPORTS,
	};

	*out = (struct skim){0};
	if (text->bytes.len == 0)
		return;
	s.capacity = s.max_depth < 64 ? s.max_depth : 64;
	s.items = arena_alloc(arena, s.capacity * sizeof *s.items);
	s.stop = stop_find(&s, limits);
	at p = line_start(&s, s.begin + text->start);
	while (!out->unreadable && !is_done(&s, p))
		p = block_read(&s, p);
	out->doubt |= s.count > 0;
}
