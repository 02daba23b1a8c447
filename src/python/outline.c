/*
 * A lexical pass that leaves of a text what may bind names at its top level.
 *
 * Lines are Python's logical lines: the reference's sections on line joining, indentation and
 * string literals. Replacement fields of f- and t-strings may hold strings since PEP 701: one that
 * holds its own kind of quote, a backslash or a comment is more than is read here, and in doubt the
 * whole text counts.
 */
#include "pawl/python.h"

struct outliner {
	struct arena *arena;
	struct outline *out;
	const char *start, *p, *end;
	unsigned brackets;
	bool hidden; /* in the body of a function or class */
	const char *span;
};

static void span_open(struct outliner *outliner)
{
	outliner->span = outliner->p;
}

static void span_close(struct outliner *outliner)
{
	if (!outliner->hidden && outliner->p > outliner->span)
		*ARENA_PUSH(outliner->arena, outliner->out) =
			(struct slice){outliner->span, (size_t)(outliner->p - outliner->span)};
	outliner->span = outliner->p;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (unsigned char)c >= 0x80;
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
	while (outliner->p < outliner->end) {
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
	while (outliner->p < outliner->end && *outliner->p != '\n' && *outliner->p != '\r')
		outliner->p++;
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
	while (outliner->p < outliner->end) {
		bool line_end = *outliner->p == '\n' || *outliner->p == '\r';

		if (line_end && outliner->brackets == 0)
			break;
		if (!step(outliner))
			return false;
	}
	span_close(outliner);
	return outliner->brackets == 0;
}

void outline_read(const struct text *text, struct arena *arena, struct outline *out)
{
	struct outliner outliner = {
		.arena = arena,
		.out = out,
		.start = text->bytes.ptr + text->start,
		.p = text->bytes.ptr + text->start,
		.end = text->bytes.ptr + text->bytes.len,
	};
	unsigned body = 0; /* the indentation of the definition whose body it is */
	bool in_body = false;

	*out = (struct outline){0};
	while (outliner.p < outliner.end && !out->doubtful) {
		unsigned indent = read_indent(&outliner);
		bool defines;

		if (outliner.p == outliner.end)
			break;
		if (*outliner.p == '\n' || *outliner.p == '\r') {
			outliner.p++;
			continue;
		}
		if (*outliner.p == '#') {
			skip_comment(&outliner);
			continue;
		}
		in_body = in_body && indent > body;
		outliner.hidden = in_body;
		defines = word_at(&outliner, "def") || word_at(&outliner, "class") ||
			  word_at(&outliner, "async");
		out->doubtful = !read_line(&outliner);
		/* `async for` and `async with` are no definitions, but stand in functions alone. */
		if (defines && !in_body) {
			body = indent;
			in_body = true;
		}
	}
}

bool outline_holds(const struct outline *outline, struct slice word)
{
	if (outline->doubtful || word.len == 0)
		return true;
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
