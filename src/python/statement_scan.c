#include "statement.h"

/* Reserved in every Python that there was: no name in an import can be one. */
static const struct slice keywords[] = {
	{"and", 3},    {"as", 2},     {"assert", 6}, {"break", 5}, {"class", 5},  {"continue", 8},
	{"def", 3},    {"del", 3},    {"elif", 4},   {"else", 4},  {"except", 6}, {"finally", 7},
	{"for", 3},    {"from", 4},   {"global", 6}, {"if", 2},	   {"import", 6}, {"in", 2},
	{"is", 2},     {"lambda", 6}, {"not", 3},    {"or", 2},	   {"pass", 4},	  {"raise", 5},
	{"return", 6}, {"try", 3},    {"while", 5},  {"with", 4},  {"yield", 5},
};
#define LONGEST_KEYWORD 8

/* The next token of a statement: a name, or one byte of punctuation, or 0 at the statement's end.
 */
struct token {
	char kind; /* 'n' for a name */
	struct slice text;
	uint32_t offset;
};

struct scanner {
	struct slice bytes;
	uint32_t offset, end;
	bool bracket; /* inside the parentheses of a from-import */
	struct token token;
	struct arena *arena;
	struct line_cursor *cursor;
};

static bool is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_' || c >= 0x80;
}

static bool is_newline(const struct scanner *s, uint32_t at)
{
	return at < s->end && (s->bytes.ptr[at] == '\n' || s->bytes.ptr[at] == '\r');
}

static void blanks_skip(struct scanner *s)
{
	for (;; s->offset++) {
		char c = s->offset < s->end ? s->bytes.ptr[s->offset] : 'x';
		if (c == ' ' || c == '\t' || c == '\f' || c == '\0')
			continue;
		if (s->bracket && (c == '\n' || c == '\r'))
			continue;
		if (c == '\\' && is_newline(s, s->offset + 1)) {
			bool crlf = s->bytes.ptr[s->offset + 1] == '\r' &&
				    is_newline(s, s->offset + 2) &&
				    s->bytes.ptr[s->offset + 2] == '\n';
			s->offset += crlf ? 2 : 1;
			continue;
		}
		if (!s->bracket || c != '#')
			return;
		while (s->offset + 1 < s->end && !is_newline(s, s->offset + 1))
			s->offset++;
	}
}

static void next(struct scanner *s)
{
	const char *bytes = s->bytes.ptr;

	blanks_skip(s);
	uint32_t start = s->offset;
	s->token = (struct token){.offset = start};
	if (start >= s->end || is_newline(s, start) || bytes[start] == ';' || bytes[start] == '#')
		return;
	while (s->offset < s->end && is_word((unsigned char)bytes[s->offset]))
		s->offset++;
	if (s->offset == start)
		s->offset++;
	s->token.text = (struct slice){bytes + start, s->offset - start};
	s->token.kind = is_word((unsigned char)bytes[start]) ? 'n' : bytes[start];
}

static bool is_keyword(const struct token *token, const char *word)
{
	return token->kind == 'n' && slice_equal_string(token->text, word);
}

static bool is_name(const struct token *token)
{
	char first;

	if (token->kind != 'n')
		return false;
	first = token->text.ptr[0];
	if (first >= '0' && first <= '9')
		return false;
	if (first < 'a' || token->text.len > LONGEST_KEYWORD)
		return true;
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		if (first == keywords[i].ptr[0] && slice_equal(token->text, keywords[i]))
			return false;
	}
	return true;
}

/* A name, or names with dots between; *end is behind the last. */
static bool dotted_read(struct scanner *s, struct slice *out, uint32_t *end)
{
	struct buf dotted = {.arena = s->arena};

	if (!is_name(&s->token))
		return false;
	*out = identifier_normalize(s->arena, s->token.text);
	*end = s->offset;
	for (next(s); s->token.kind == '.'; next(s)) {
		next(s);
		if (!is_name(&s->token))
			return false;
		if (dotted.len == 0)
			buf_add(&dotted, *out);
		buf_add_char(&dotted, '.');
		buf_add(&dotted, identifier_normalize(s->arena, s->token.text));
		*end = s->offset;
	}
	if (dotted.len > 0)
		*out = buf_slice(&dotted);
	return true;
}

/* One name with its alias; the module itself in a plain import. */
static bool item_read(struct scanner *s, struct import *item)
{
	item->name_at = line_cursor_move(s->cursor, s->token.offset);
	if (!item->from) {
		if (!dotted_read(s, &item->module, &item->name_end))
			return false;
	} else {
		if (!is_name(&s->token))
			return false;
		item->name = identifier_normalize(s->arena, s->token.text);
		item->name_end = s->offset;
		next(s);
	}
	if (!is_keyword(&s->token, "as"))
		return true;
	next(s);
	if (!is_name(&s->token))
		return false;
	item->alias = identifier_normalize(s->arena, s->token.text);
	item->name_end = s->offset;
	next(s);
	return true;
}

/* `from` is read: dots and module, and the `import` behind them. */
static bool module_read(struct scanner *s, struct import *base)
{
	uint32_t end;

	for (; s->token.kind == '.'; next(s))
		base->level++;
	if (!is_keyword(&s->token, "import") && !dotted_read(s, &base->module, &end))
		return false;
	if (!is_keyword(&s->token, "import") || (base->level == 0 && base->module.len == 0))
		return false;
	next(s);
	return true;
}

/* 1: read; 0: no import statement; -1: too many. */
static int items_read(struct scanner *s, struct import *base, size_t max, struct imports *out)
{
	bool more = true;

	if (base->from && s->token.kind == '(') {
		s->bracket = true;
		next(s);
	}
	while (more) {
		struct import item = *base;
		if (base->from && !s->bracket && s->token.kind == '*') {
			item.star = true;
			item.name = SLICE("*");
			item.name_at = line_cursor_move(s->cursor, s->token.offset);
			item.name_end = s->offset;
			next(s);
			more = false;
		} else {
			if (!item_read(s, &item))
				return 0;
			more = s->token.kind == ',';
		}
		if (out->count >= max)
			return -1;
		*ARENA_PUSH(s->arena, out) = item;
		if (more)
			next(s);
		if (s->bracket && s->token.kind == ')')
			break;
	}
	base->statement_end = out->items[out->count - 1].name_end;
	if (!s->bracket)
		return s->token.kind == 0;
	if (s->token.kind != ')')
		return 0;
	base->statement_end = s->offset;
	s->bracket = false;
	next(s);
	return s->token.kind == 0;
}

bool statement_scan(const struct skim_statement *statement, struct line_cursor *cursor, size_t max,
		    struct arena *arena, struct imports *out)
{
	size_t before = out->count;
	struct scanner s = {
		.bytes = cursor->text->bytes,
		.offset = statement->start,
		.end = statement->end,
		.arena = arena,
		.cursor = cursor,
	};
	struct import base = {
		.scope = statement->scope,
		.type_checking = statement->type_checking,
		.statement = line_cursor_move(cursor, statement->at),
	};

	next(&s);
	base.from = is_keyword(&s.token, "from");
	next(&s);
	int read = base.from && !module_read(&s, &base) ? 0 : items_read(&s, &base, max, out);
	if (read == 0)
		out->count = before;
	for (size_t i = before; i < out->count; i++)
		out->items[i].statement_end = base.statement_end;
	return read >= 0;
}
