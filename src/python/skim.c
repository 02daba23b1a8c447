#include "skim_strings.h"
#include "skimmer.h"
#include "type_checking.h"

/* ---- statements ---- */

static void statement_end(struct skimmer *s, at p)
{
	if (s->unclosed)
		s->out->items[s->out->count - 1].end = (uint32_t)(p - s->begin);
	s->unclosed = false;
}

/* Most lines only end blocks: that is told when somebody asks. */
static void blocks_catch_up(struct skimmer *s)
{
	blocks_dedent(&s->blocks, s->lowest, false);
	s->lowest = UINT32_MAX;
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
	blocks_catch_up(s);
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
static inline at indentation_skip(const struct skimmer *s, at p, uint32_t *column)
{
	at behind = spaces_skip(p, s->end);

	*column = (uint32_t)(behind - p);
	if (behind<s->end && * behind> ' ')
		return behind;
	for (p = behind; p < s->end && is_blank(*p); p++) {
		if (*p == '\t')
			*column = (*column / 8 + 1) * 8;
		else
			*column = *p == '\f' ? 0 : *column + 1;
	}
	return p;
}

/* What a line's first byte makes of it. */
enum line {
	OTHER_LINE,
	EMPTY_LINE,
	KEYWORD_LINE, /* perhaps one that begins a block or an import; or a joined one */
};

static const unsigned char lines[256] = {
	['\n'] = EMPTY_LINE,  ['\r'] = EMPTY_LINE,  ['#'] = EMPTY_LINE,	   ['a'] = KEYWORD_LINE,
	['c'] = KEYWORD_LINE, ['d'] = KEYWORD_LINE, ['e'] = KEYWORD_LINE,  ['f'] = KEYWORD_LINE,
	['i'] = KEYWORD_LINE, ['l'] = KEYWORD_LINE, ['\\'] = KEYWORD_LINE,
};

/* The first line of a statement that may begin with a keyword: gives where the statement begins. */
static at keyword_line_start(struct skimmer *s, at p, uint32_t column)
{
	if (*p == '\\') /* the indentation is the first line's */
		p = blanks_skip(s, p);
	if (p >= s->end)
		return p;
	blocks_catch_up(s);
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

/* The first line of a statement, from its first byte: gives where the statement begins. */
static inline at line_start(struct skimmer *s, at p)
{
	uint32_t column;

	p = indentation_skip(s, p, &column);
	if (p >= s->end)
		return p;
	switch ((enum line)lines[*p]) {
	case EMPTY_LINE:
		break;
	case KEYWORD_LINE:
		return keyword_line_start(s, p, column);
	case OTHER_LINE:
		s->lowest = column < s->lowest ? column : s->lowest;
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
	at word = spaces_skip(p, s->end);

	while (word < s->end && is_blank(*word))
		word++;
	if (word >= s->end || (*word != 'c' && *word != 'd' && *word != 'f' && *word != 'i'))
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
	while (!is_top_level(s))
		opening_pop(s);
	statement_end(s, p);
	return line_start(s, p);
}

/* ---- the pass ---- */

static at newline_read(struct skimmer *s, at p)
{
	p = newline_skip(s, p);
	if (!is_top_level(s)) {
		s->out->doubt |= s->fields > 0;
		return inner_line(s, p);
	}
	statement_end(s, p);
	return line_start(s, p);
}

static at close_read(struct skimmer *s, at p)
{
	enum kind top = opening_top(s)->kind;

	if (*p == '}' && top == FIELD) {
		opening_pop(s);
		return literal_skip(s, p + 1);
	}
	if (steps[*p].inside == (unsigned char)top)
		opening_pop(s);
	else
		s->out->doubt = true;
	return p + 1;
}

static at colon_read(struct skimmer *s, at p)
{
	struct opening *top = opening_top(s);

	if (top->kind == FIELD) {
		top->spec = true;
		return literal_skip(s, p + 1);
	}
	if (top->kind & BRACKET)
		return p + 1;
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
		opening_push(s, steps[*p].opens);
		return p + 1;
	case CLOSE:
		return close_read(s, p);
	case COLON:
		return colon_read(s, p);
	case SEMICOLON:
		if (!is_top_level(s))
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

at special_skip(struct skimmer *s, at p)
{
	return special_read(s, p);
}

/* To `end`, or to where what stops before it leads; or into a replacement field, where asked for.
 */
static at pass(struct skimmer *s, at p, at end, bool to_field)
{
	while (p < end && !s->out->unreadable && !(to_field && s->fields)) {
		uint64_t stops = stops_from(s, p, false);
		ptrdiff_t len = end - s->block;

		if (len >= STOPS_BYTES)
			len = STOPS_BYTES;
		else
			stops &= ~(UINT64_MAX << len);
		stops = steps_take(s, stops);
		p = s->block + (stops ? __builtin_ctzll(stops) : len);
		if (stops)
			p = special_read(s, p);
	}
	return p;
}

/* Behind the last `import`, or the beginning. */
static at last_import_find(const struct skimmer *s)
{
	struct slice rest = {(const char *)s->begin, (size_t)(s->end - s->begin)};
	const char *found;

	while ((found = slice_find(rest, SLICE("import")))) {
		found += sizeof "import" - 1;
		rest = (struct slice){found, (size_t)((const char *)s->end - found)};
	}
	return (at)rest.ptr;
}

static at line_behind(const struct skimmer *s, at p)
{
	at end = line_end_find(p, s->end);

	return end < s->end ? end + 1 : end;
}

static size_t max_depth_of(const struct text_limits *limits)
{
	return limits && limits->max_depth ? limits->max_depth : PAWL_MAX_NESTING;
}

void skimmer_open(struct skimmer *s, struct slice bytes, const struct text_limits *limits,
		  struct arena *arena, struct skim *out)
{
	*out = (struct skim){0};
	*s = (struct skimmer){
		.begin = (at)bytes.ptr,
		.end = (at)bytes.ptr + bytes.len,
		.arena = arena,
		.out = out,
		.lowest = UINT32_MAX,
		.max_depth = max_depth_of(limits),
		.max_statements =
			limits && limits->max_imports ? limits->max_imports : PAWL_MAX_IMPORTS,
	};
	s->block = s->end;
	s->capacity = s->max_depth < 64 ? s->max_depth + 1 : 64;
	s->items = arena_alloc(arena, s->capacity * sizeof *s->items);
	opening_push(s, NOTHING);
}

static void stops_choose(struct skimmer *s, bool brackets)
{
	s->brackets = brackets;
	s->block = s->end; /* to look again */
}

/*
 * As pass() over all, but only for what is open meanwhile; in replacement fields all is read. Where
 * a statement shows that nothing closed a bracket, pass() closes it: here all is deeper from then
 * on.
 */
static bool is_too_deep(struct slice bytes, const struct text_limits *limits)
{
	struct arena scratch = {0};
	struct skimmer s;
	struct skim skim;
	at p;

	skimmer_open(&s, bytes, limits, &scratch, &skim);
	p = s.begin;
	while (p < s.end && !skim.unreadable) {
		stops_choose(&s, true);
		p = pass(&s, p, s.end, true);
		stops_choose(&s, false);
		while (s.fields && p < s.end && !skim.unreadable)
			p = pass(&s, p, p + 1, false);
	}
	arena_free(&scratch);
	return skim.unreadable;
}

bool skim_is_plain(struct slice rest, const struct text_limits *limits)
{
	at p = (at)rest.ptr;
	struct bounds bounds;
	size_t max_depth = max_depth_of(limits);

	return bounds_find(p, p + rest.len, &bounds) && bounds.blocks < max_depth &&
	       (bounds.brackets < max_depth || !is_too_deep(rest, limits));
}

void skim_read(const struct text *text, const struct text_limits *limits, struct arena *arena,
	       struct skim *out)
{
	struct skimmer s;
	at p;

	skimmer_open(&s, text->bytes, limits, arena, out);
	if (text->bytes.len == 0)
		return;
	p = line_start(&s, s.begin + text->start);
	p = pass(&s, p, line_behind(&s, last_import_find(&s)), false);
	/* The last import's statement may end in a later line. */
	while (p < s.end && !out->unreadable && (!is_top_level(&s) || s.unclosed))
		p = pass(&s, p, line_behind(&s, p), false);
	if (p < s.end && !out->unreadable &&
	    !skim_is_plain((struct slice){(const char *)p, (size_t)(s.end - p)}, limits))
		pass(&s, p, s.end, false);
	out->doubt |= !is_top_level(&s);
}
