/*
 * A lexical pass that leaves of a text what may bind names at its top level.
 *
 * Lines are Python's logical lines: the reference's sections on line joining, indentation and
 * string literals. Replacement fields of f- and t-strings may hold strings since PEP 701: one that
 * holds its own kind of quote, a backslash or a comment is more than is read here, and in doubt the
 * whole text counts.
 */
#include "bytes.h"
#include "pawl/python.h"

struct outliner {
	struct arena *arena;
	struct outline *out;
	size_t base; /* the offset of `start` in the text */
	const char *start, *p, *end;
	unsigned brackets;
	const char *span;
	/* The outermost definition that a line stands in, and the function in a class's body. */
	bool hidden, in_function, is_class, has_body;
	unsigned indent, function_indent;
};

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (unsigned char)c >= 0x80;
}

/* ---- words ---- */

#define HASH_START 5381u

static uint32_t hash_step(uint32_t hash, char c)
{
	return hash * 33 + (unsigned char)c;
}

static uint32_t hash_bit(uint32_t hash)
{
	return (hash ^ hash >> 12) % OUTLINE_WORDS;
}

static void words_note(struct outline *outline, struct slice code)
{
	uint32_t hash = HASH_START;

	for (size_t i = 0; i <= code.len; i++) {
		if (i < code.len && is_word(code.ptr[i])) {
			hash = hash_step(hash, code.ptr[i]);
		} else if (hash != HASH_START) {
			uint32_t bit = hash_bit(hash);
			outline->words[bit / 64] |= (uint64_t)1 << bit % 64;
			hash = HASH_START;
		}
	}
}

static bool words_may_hold(const struct outline *outline, struct slice word)
{
	uint32_t hash = HASH_START;

	for (size_t i = 0; i < word.len; i++)
		hash = hash_step(hash, word.ptr[i]);
	hash = hash_bit(hash);
	return outline->words[hash / 64] >> hash % 64 & 1;
}

/* ---- lines ---- */

/* To the next byte of a kind. False at the end of the text. */
static inline bool advance(struct outliner *outliner, at (*find)(at p, at end))
{
	outliner->p = (const char *)find((at)outliner->p, (at)outliner->end);
	return outliner->p < outliner->end;
}

static void span_open(struct outliner *outliner)
{
	outliner->span = outliner->p;
}

static void span_close(struct outliner *outliner)
{
	struct slice span = {outliner->span, (size_t)(outliner->p - outliner->span)};

	if (!outliner->hidden && span.len > 0) {
		*ARENA_PUSH(outliner->arena, outliner->out) = span;
		words_note(outliner->out, span);
	}
	outliner->span = outliner->p;
}

/* Does a string that begins at `quote` have replacement fields? By its prefix, of two letters at
 * most. */
static bool has_fields(const struct outliner *outliner, const char *quote)
{
	const char *prefix = quote;
	bool fields = false;

	while (prefix > outliner->start && is_word(prefix[-1]) && quote - prefix < 3) {
		prefix--;
		fields = fields || strchr("fFtT", *prefix);
	}
	return fields && quote - prefix < 3;
}

/* A replacement field, from behind its `{`. False in doubt. */
static bool skip_field(struct outliner *outliner, char quote)
{
	for (unsigned braces = 1; outliner->p < outliner->end && braces > 0; outliner->p++) {
		char c = *outliner->p;

		if (c == quote || c == '\\' || c == '#' || c == '\n' || c == '\r')
			return false;
		if (c == '"' || c == '\'') {
			/* Another kind of quote: up to its fellow, before the outer one comes. */
			for (outliner->p++; outliner->p < outliner->end && *outliner->p != c;
			     outliner->p++) {
				if (*outliner->p == quote || *outliner->p == '\\' ||
				    *outliner->p == '\n')
					return false;
			}
		}
		braces += c == '{';
		braces -= c == '}';
	}
	return true;
}

/* From the opening quote to behind the closing one. False in doubt. */
static bool skip_string(struct outliner *outliner)
{
	const char *open = outliner->p;
	char quote = *open;
	bool fields = has_fields(outliner, open);
	bool triple = outliner->end - open >= 3 && open[1] == quote && open[2] == quote;

	outliner->p += triple ? 3 : 1;
	while (advance(outliner, string_end_find)) {
		char c = *outliner->p++;

		if (c == '\\') {
			/* What is escaped may be a line end of two bytes. */
			if (outliner->end - outliner->p >= 2 && outliner->p[0] == '\r' &&
			    outliner->p[1] == '\n')
				outliner->p++;
			outliner->p += outliner->p < outliner->end;
		} else if (c == quote) {
			if (!triple)
				return true;
			if (outliner->end - outliner->p >= 2 && outliner->p[0] == quote &&
			    outliner->p[1] == quote) {
				outliner->p += 2;
				return true;
			}
		} else if ((c == '\n' || c == '\r') && !triple) {
			return false;
		} else if (c == '{' && fields) {
			if (outliner->p < outliner->end && *outliner->p == '{')
				outliner->p++;
			else if (!skip_field(outliner, quote))
				return false;
		}
	}
	return false;
}

static void skip_comment(struct outliner *outliner)
{
	advance(outliner, line_end_find);
}

static unsigned read_indent(struct outliner *outliner)
{
	unsigned indent = 0;

	for (; outliner->p < outliner->end; outliner->p++) {
		if (*outliner->p == ' ')
			indent++;
		else if (*outliner->p == '\t')
			indent = (indent / 8 + 1) * 8;
		else if (*outliner->p == '\f')
			indent = 0;
		else
			break;
	}
	return indent;
}

static bool word_at(const struct outliner *outliner, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(outliner->end - outliner->p) > len && memcmp(outliner->p, word, len) == 0 &&
	       !is_word(outliner->p[len]);
}

/* One step in a logical line. False in doubt. */
static bool step(struct outliner *outliner)
{
	char c = *outliner->p;

	if (c == '"' || c == '\'') {
		span_close(outliner);
		if (!skip_string(outliner))
			return false;
		span_open(outliner);
		return true;
	}
	if (c == '#') {
		span_close(outliner);
		skip_comment(outliner);
		span_open(outliner);
		return true;
	}
	outliner->p++;
	if (c == '(' || c == '[' || c == '{')
		outliner->brackets++;
	if ((c == ')' || c == ']' || c == '}') && outliner->brackets-- == 0)
		return false;
	if (c == '\\' && outliner->p < outliner->end) {
		bool two = *outliner->p == '\r' && outliner->p + 1 < outliner->end &&
			   outliner->p[1] == '\n';
		outliner->p += two ? 2 : 1;
	}
	return true;
}

/* A logical line up to its line end. False in doubt. */
static bool read_line(struct outliner *outliner)
{
	outliner->brackets = 0;
	span_open(outliner);
	while (advance(outliner, code_end_find)) {
		bool line_end = *outliner->p == '\n' || *outliner->p == '\r';

		if (line_end && outliner->brackets == 0)
			break;
		if (!step(outliner))
			return false;
	}
	span_close(outliner);
	return outliner->brackets == 0;
}

static uint32_t offset_of(const struct outliner *outliner, const char *p)
{
	return (uint32_t)(outliner->base + (size_t)(p - outliner->start));
}

/* A line that has a token, from `token` on, is deeper than the definition's own, or ends it. */
static void definition_step(struct outliner *outliner, const char *line, unsigned indent)
{
	struct outline_bodies *bodies = &outliner->out->bodies;

	if (!outliner->hidden)
		return;
	if (indent <= outliner->indent) {
		if (outliner->has_body)
			bodies->items[bodies->count - 1].end = offset_of(outliner, line);
		outliner->hidden = false;
		return;
	}
	if (!outliner->has_body)
		*ARENA_PUSH(outliner->arena, bodies) = (struct outline_body){
			.start = offset_of(outliner, outliner->p),
			.end = offset_of(outliner, outliner->end),
		};
	outliner->has_body = true;
}

/* Classes run their bodies: what an import in one loads matters, unless a function holds it. */
static void class_line(struct outliner *outliner, const char *token, unsigned indent, bool function)
{
	struct slice line = {token, (size_t)(outliner->p - token)};
	struct outline_bodies *bodies = &outliner->out->bodies;

	outliner->in_function = outliner->in_function && indent > outliner->function_indent;
	if (outliner->in_function)
		return;
	if (slice_find(line, SLICE("import")))
		bodies->items[bodies->count - 1].matters = true;
	outliner->in_function = function;
	outliner->function_indent = indent;
}

/* A logical line that begins at outliner->p, behind its indentation. */
static void line_read(struct outliner *outliner, const char *line, unsigned indent)
{
	const char *token = outliner->p;
	bool function, defines;

	definition_step(outliner, line, indent);
	function = word_at(outliner, "def") || word_at(outliner, "async");
	defines = function || word_at(outliner, "class");
	outliner->out->doubtful = !read_line(outliner);
	if (outliner->hidden) {
		if (outliner->is_class)
			class_line(outliner, token, indent, function);
	} else if (defines) {
		/* `async for` and `async with` are none, but stand in functions alone. */
		outliner->hidden = true;
		outliner->is_class = !function;
		outliner->indent = indent;
		outliner->has_body = outliner->in_function = false;
	}
}

void outline_read(const struct text *text, struct arena *arena, struct outline *out)
{
	struct outliner outliner = {
		.arena = arena,
		.out = out,
		.base = text->start,
		.start = text->bytes.ptr + text->start,
		.p = text->bytes.ptr + text->start,
		.end = text->bytes.ptr + text->bytes.len,
	};

	*out = (struct outline){0};
	while (outliner.p < outliner.end && !out->doubtful) {
		const char *line = outliner.p;
		unsigned indent = read_indent(&outliner);

		if (outliner.p == outliner.end)
			break;
		if (*outliner.p == '\n' || *outliner.p == '\r')
			outliner.p++;
		else if (*outliner.p == '#')
			skip_comment(&outliner);
		else
			line_read(&outliner, line, indent);
	}
}

bool outline_holds(const struct outline *outline, struct slice word)
{
	if (outline->doubtful || word.len == 0)
		return true;
	if (!words_may_hold(outline, word))
		return false;
	for (size_t i = 0; i < outline->count; i++) {
		struct slice rest = outline->items[i];
		const char *found;

		while ((found = slice_find(rest, word))) {
			const char *behind = found + word.len, *end = rest.ptr + rest.len;
			bool starts = found == rest.ptr || !is_word(found[-1]);

			if (starts && (behind == end || !is_word(*behind)))
				return true;
			rest = (struct slice){found + 1, (size_t)(end - found) - 1};
		}
	}
	return false;
}
