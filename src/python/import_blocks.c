/*
 * Import statements with all that belongs to them (comments, parentheses, the lines that they
 * share), in the runs within which a statement may be moved.
 */
#include "parse.h"
#include "statement.h"

struct reader {
	const struct text *text;
	const struct parse *parse;
	struct arena *arena;
	struct import_blocks *out;
	struct { /* every comment of the text, in order */
		struct slice *items;
		size_t count, capacity;
	} comments;
	struct { /* `# isort: off` to `on`, `# fmt: off` to `on` */
		struct region {
			uint32_t start, end;
		} * items;
		size_t count, capacity;
	} regions;
	bool skip_file;
	uint32_t
		sound; /* the first error begins here: behind it suites may not be what they seem */
};

/* ---- lines ---- */

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static uint32_t line_start(const struct text *text, uint32_t at)
{
	const char *bytes = text->bytes.ptr;

	while (at > text->start && !is_line_end(bytes[at - 1]))
		at--;
	return at;
}

/* Behind the line end of the line that holds `at`. */
static uint32_t line_after(const struct text *text, uint32_t at)
{
	const char *bytes = text->bytes.ptr;
	uint32_t len = (uint32_t)text->bytes.len;

	while (at < len && !is_line_end(bytes[at]))
		at++;
	if (at + 1 < len && bytes[at] == '\r' && bytes[at + 1] == '\n')
		return at + 2;
	return at < len ? at + 1 : at;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\f';
}

static uint32_t skip_blanks(const struct text *text, uint32_t at)
{
	while (at < text->bytes.len && is_blank(text->bytes.ptr[at]))
		at++;
	return at;
}

/* Where the line above begins, or `line` at the top. */
static uint32_t line_above(const struct text *text, uint32_t line)
{
	uint32_t at = line;

	if (at <= text->start)
		return line;
	at--;
	if (text->bytes.ptr[at] == '\n' && at > text->start && text->bytes.ptr[at - 1] == '\r')
		at--;
	return line_start(text, at);
}

/* ---- comments ---- */

/* "isort: off" of "#  isort:off": what stands behind `word` and its colon, or empty. */
static struct slice directive(struct slice comment, const char *word)
{
	struct slice name = slice_of(word), rest = comment;

	while (rest.len && (*rest.ptr == '#' || is_blank(*rest.ptr)))
		rest.ptr++, rest.len--;
	if (!slice_starts_with(rest, name) || rest.len <= name.len || rest.ptr[name.len] != ':')
		return (struct slice){0};
	rest.ptr += name.len + 1;
	rest.len -= name.len + 1;
	while (rest.len && is_blank(*rest.ptr))
		rest.ptr++, rest.len--;
	return rest;
}

static bool says(struct slice comment, const char *word, const char *what)
{
	return slice_starts_with(directive(comment, word), slice_of(what));
}

/* A comment that holds its own statement fast: nothing crosses it, nothing joins it. */
static bool holds_fast(struct slice comment)
{
	return slice_find(comment, SLICE("isort:skip")) ||
	       slice_find(comment, SLICE("isort: skip")) ||
	       slice_find(comment, SLICE("isort: split")) ||
	       slice_find(comment, SLICE("fmt: skip")) || slice_find(comment, SLICE("fmt:skip"));
}

/* A comment on a line of its own that no import crosses. */
static bool divides(struct slice comment)
{
	return says(comment, "isort", "split") || says(comment, "isort", "off") ||
	       says(comment, "isort", "on") || says(comment, "fmt", "off") ||
	       says(comment, "fmt", "on") || says(comment, "fmt", "skip");
}

static uint32_t offset_of(const struct reader *reader, struct slice slice)
{
	return (uint32_t)(slice.ptr - reader->text->bytes.ptr);
}

static void region_note(struct reader *reader, struct slice comment, bool off, bool on)
{
	struct region *last =
		reader->regions.count ? &reader->regions.items[reader->regions.count - 1] : NULL;

	if (off && (!last || last->end))
		ARENA_PUSH(reader->arena, &reader->regions)->start = offset_of(reader, comment);
	else if (on && last && !last->end)
		last->end = offset_of(reader, comment);
}

/* Without the CR of a CRLF, which ends it too (T4). */
static struct slice comment_text(const struct reader *reader, TSNode node)
{
	struct slice comment = node_slice(reader->parse, node);

	if (slice_ends_with(comment, SLICE("\r")))
		comment.len--;
	return comment;
}

static void comment_note(struct reader *reader, struct slice comment)
{
	*ARENA_PUSH(reader->arena, &reader->comments) = comment;
	region_note(reader, comment, says(comment, "isort", "off") || says(comment, "fmt", "off"),
		    says(comment, "isort", "on") || says(comment, "fmt", "on"));
	reader->skip_file |= slice_find(comment, SLICE("isort:skip_file")) ||
			     slice_find(comment, SLICE("isort: skip_file"));
}

static bool in_region(const struct reader *reader, uint32_t at)
{
	for (size_t i = 0; i < reader->regions.count; i++) {
		const struct region *region = &reader->regions.items[i];

		if (region->start < at && (!region->end || at < region->end))
			return true;
	}
	return false;
}

/* The comment that begins at `at`, or an empty slice. */
static struct slice comment_at(const struct reader *reader, uint32_t at)
{
	size_t low = 0, high = reader->comments.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint32_t start = offset_of(reader, reader->comments.items[middle]);

		if (start == at)
			return reader->comments.items[middle];
		if (start < at)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct slice){0};
}

/* ---- one statement ---- */

/* A dotted name or a relative import, without what may stand between its parts. */
static struct slice dotted(const struct reader *reader, TSNode node)
{
	struct slice text = node_slice(reader->parse, node);
	struct buf out = {.arena = reader->arena};

	if (!memchr(text.ptr, ' ', text.len) && !memchr(text.ptr, '\\', text.len) &&
	    !memchr(text.ptr, '\t', text.len) && !memchr(text.ptr, '#', text.len))
		return text;
	struct walk walk;
	walk_open(&walk, node);
	while (walk_next(&walk, true))
		if (!ts_node_child_count(walk.node) && !node_is(walk.node, "comment") &&
		    !node_is(walk.node, "line_continuation"))
			buf_add(&out, node_slice(reader->parse, walk.node));
	walk_close(&walk);
	return buf_slice(&out);
}

/* A row of several names has none that a comment behind it would be about. */
static bool is_alone_in_row(const struct block_statement *statement, uint32_t line)
{
	size_t count = statement->names.count;

	return count && statement->names.items[count - 1].at >= line &&
	       (count == 1 || statement->names.items[count - 2].at < line);
}

/* Where a comment within a statement belongs. */
static void comment_place(struct reader *reader, struct block_statement *statement,
			  struct slices *waiting, struct slice comment, bool opened)
{
	uint32_t at = offset_of(reader, comment);
	uint32_t line = line_start(reader->text, at);
	struct block_name *last =
		statement->names.count ? &statement->names.items[statement->names.count - 1] : NULL;

	if (skip_blanks(reader->text, line) == at && opened)
		*ARENA_PUSH(reader->arena, waiting) = comment;
	else if (is_alone_in_row(statement, line) && !last->comment.len)
		last->comment = comment;
	else
		*ARENA_PUSH(reader->arena, &statement->comments) = comment;
}

static void name_read(struct reader *reader, struct block_statement *statement, TSNode node,
		      struct slices *waiting)
{
	struct block_name *name = ARENA_PUSH(reader->arena, &statement->names);
	TSNode written = node;

	if (node_is(node, "aliased_import")) {
		written = node_field(node, "name");
		name->alias = node_slice(reader->parse, node_field(node, "alias"));
	}
	name->name = dotted(reader, written);
	name->at = ts_node_start_byte(node);
	name->above = *waiting;
	*waiting = (struct slices){0};
}

static void statement_parts(struct reader *reader, struct block_statement *statement, TSNode node)
{
	struct slices waiting = {0};
	struct children children;
	bool opened = false, comma = false;

	if (node_is(node, "future_import_statement"))
		statement->module = SLICE("__future__");
	children_open(&children, node);
	while (children_next(&children)) {
		if (children.field && strcmp(children.field, "module_name") == 0) {
			statement->module = dotted(reader, children.node);
		} else if (children.field && strcmp(children.field, "name") == 0) {
			name_read(reader, statement, children.node, &waiting);
			comma = false;
		} else if (node_is(children.node, "wildcard_import")) {
			statement->star = true;
		} else if (node_is(children.node, "comment")) {
			comment_place(reader, statement, &waiting,
				      comment_text(reader, children.node), opened);
		} else if (node_is(children.node, "(")) {
			opened = true;
		} else if (node_is(children.node, ",")) {
			comma = true;
		}
	}
	children_close(&children);
	for (size_t i = 0; i < waiting.count; i++)
		*ARENA_PUSH(reader->arena, &statement->comments) = waiting.items[i];
	statement->exploded = opened && comma;
}

/* A backslash at the end of the line above: what begins this line goes on with it. */
static bool is_continued(const struct reader *reader, uint32_t line)
{
	const char *bytes = reader->text->bytes.ptr;
	uint32_t at = line;

	while (at > reader->text->start && is_line_end(bytes[at - 1]))
		at--;
	return at < line && at > reader->text->start && bytes[at - 1] == '\\';
}

/* A text's opening comment, in its first three lines, is the text's own: isort leaves it there. */
static bool opens_text(const struct reader *reader, uint32_t at)
{
	unsigned lines = 0;

	for (uint32_t i = (uint32_t)reader->text->start; i < at && lines < 3; i++)
		lines += is_line_end(reader->text->bytes.ptr[i]);
	return lines == 0 || (lines < 3 && !reader->out->count);
}

static void comments_above(const struct reader *reader, struct block_statement *statement)
{
	uint32_t indent = skip_blanks(reader->text, statement->line_start) - statement->line_start;

	statement->above = statement->line_start;
	for (;;) {
		uint32_t above = line_above(reader->text, statement->above);
		uint32_t at = skip_blanks(reader->text, above);
		struct slice comment = comment_at(reader, at);

		if (above == statement->above || !comment.len || at - above != indent ||
		    divides(comment))
			break;
		statement->above = above;
	}
	if (statement->above < statement->line_start && opens_text(reader, statement->above))
		statement->above = statement->line_start;
}

/* The statement itself and the lines that it stands on. */
static void statement_note(struct reader *reader, struct block_statement *statement, TSNode node)
{
	const struct text *text = reader->text;
	struct slice comment;
	uint32_t behind;

	statement->start = ts_node_start_byte(node);
	statement->end = ts_node_end_byte(node);
	statement->from = !node_is(node, "import_statement");
	statement_parts(reader, statement, node);
	statement->line_start = line_start(text, statement->start);
	behind = skip_blanks(text, statement->end);
	comment = comment_at(reader, behind);
	if (comment.len) {
		*ARENA_PUSH(reader->arena, &statement->comments) = comment;
		behind += (uint32_t)comment.len;
	}
	statement->alone = skip_blanks(text, statement->line_start) == statement->start &&
			   (behind == text->bytes.len || is_line_end(text->bytes.ptr[behind])) &&
			   !is_continued(reader, statement->line_start);
	statement->after = line_after(text, behind);
	comments_above(reader, statement);
}

/* ---- blocks ---- */

static bool is_held_fast(const struct block_statement *statement)
{
	for (size_t i = 0; i < statement->comments.count; i++)
		if (holds_fast(statement->comments.items[i]))
			return true;
	for (size_t i = 0; i < statement->names.count; i++)
		if (holds_fast(statement->names.items[i].comment))
			return true;
	return false;
}

/* Between two statements of a block stand blank lines and the comments above the second, no more.
 */
static bool adjoins(const struct reader *reader, const struct block_statement *last,
		    const struct block_statement *next)
{
	const char *bytes = reader->text->bytes.ptr;

	if (!last->alone || !next->alone || next->above < last->after)
		return false;
	for (uint32_t at = last->after; at < next->above; at++)
		if (!is_blank(bytes[at]) && !is_line_end(bytes[at]))
			return false;
	return true;
}

/* The suite's blocks; `open` is the last one, while the next statement can join it. */
static void suite_read(struct reader *reader, TSNode suite)
{
	bool sound = node_is(suite, "module") || node_is(suite, "block");
	struct import_block *open = NULL;
	struct children children;

	children_open(&children, suite);
	while (children_next(&children)) {
		struct block_statement statement = {0};
		bool fast, doubtful;

		if (!children.named || node_is(children.node, "comment"))
			continue;
		if (!statement_is_import(children.node)) {
			open = NULL;
			continue;
		}
		statement_note(reader, &statement, children.node);
		doubtful = statement.start >= reader->sound;
		fast = is_held_fast(&statement) || !sound || reader->skip_file || doubtful ||
		       in_region(reader, statement.start);
		if (open && (fast || open->fixed ||
			     !adjoins(reader, &open->statements.items[open->statements.count - 1],
				      &statement)))
			open = NULL;
		if (!open) {
			open = ARENA_PUSH(reader->arena, reader->out);
			open->suite = doubtful ? statement.start : ts_node_start_byte(suite);
			open->fixed = fast;
		}
		*ARENA_PUSH(reader->arena, &open->statements) = statement;
	}
	children_close(&children);
}

static uint32_t first_error(const struct parse *parse)
{
	struct walk walk;
	uint32_t first = UINT32_MAX;

	if (!ts_node_has_error(parse->root))
		return first;
	walk_open(&walk, parse->root);
	while (walk_next(&walk, ts_node_has_error(walk.node)))
		if ((ts_node_is_error(walk.node) || ts_node_is_missing(walk.node)) &&
		    ts_node_start_byte(walk.node) < first)
			first = ts_node_start_byte(walk.node);
	walk_close(&walk);
	return first;
}

static void gather(struct reader *reader, bool suites)
{
	struct walk walk;

	walk_open(&walk, reader->parse->root);
	for (bool enter = true; walk_next(&walk, enter);) {
		bool leaf = !ts_node_child_count(walk.node);

		enter = !leaf;
		if (!suites && node_is(walk.node, "comment"))
			comment_note(reader, comment_text(reader, walk.node));
		else if (suites && !leaf &&
			 (node_is(walk.node, "module") || node_is(walk.node, "block") ||
			  node_is(walk.node, "ERROR")))
			suite_read(reader, walk.node);
	}
	walk_close(&walk);
}

void import_blocks_read(const struct text *text, const struct text_limits *limits,
			struct arena *arena, struct import_blocks *out)
{
	struct reader reader = {.text = text, .arena = arena, .out = out};
	struct parse parse;

	*out = (struct import_blocks){0};
	reader.parse = &parse;
	if (parse_whole(&parse, text, limits)) {
		reader.sound = first_error(&parse);
		gather(&reader, false);
		gather(&reader, true);
	} else {
		out->unreadable = parse.unreadable;
	}
	parse_close(&parse);
}
