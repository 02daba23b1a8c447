#include "parse.h"

#include "grammar.h"
#include "joints.h"
#include "line.h"
#include "skim.h"

#include <stdlib.h>
#include <threads.h>
#include <time.h>

/* How much of a translated text is handed to tree-sitter at a time. */
#define CHUNK_SIZE 4096

/*
 * tree-sitter takes 0.2 µs a byte, but its recovery from errors sums up all that it has skipped at
 * each further token: half a megabyte of rubbish takes it a minute. Steps of the parser do not show
 * that, processor time does. tree-sitter reports progress every hundred steps.
 */
#define NANOSECONDS_PER_BYTE 1000
#define NANOSECONDS_AT_LEAST 500000000
#define REPORTS_PER_LOOK     16

struct reader {
	const struct text *text;
	const struct joints *joints;
	bool as_is; /* neither a lone CR nor a NUL nor a joint: handed out without a copy */
	char chunk[CHUNK_SIZE];
};

struct budget {
	uint64_t deadline; /* of this thread's processor time */
	unsigned reports;
};

static once_flag allocator_once = ONCE_FLAG_INIT;

static void allocator_set(void)
{
	ts_set_allocator(memory_alloc, memory_calloc, memory_realloc, free);
}

static bool is_lone_cr(struct slice bytes, size_t i)
{
	return bytes.ptr[i] == '\r' && (i + 1 == bytes.len || bytes.ptr[i + 1] != '\n');
}

static bool needs_translation(struct slice bytes)
{
	if (bytes.len == 0)
		return false;
	if (memchr(bytes.ptr, '\0', bytes.len))
		return true;
	const char *end = bytes.ptr + bytes.len;
	for (const char *cr = bytes.ptr; (cr = memchr(cr, '\r', (size_t)(end - cr))); cr++) {
		if (is_lone_cr(bytes, (size_t)(cr - bytes.ptr)))
			return true;
	}
	return false;
}

static const char *read_chunk(void *payload, uint32_t offset, TSPoint point, uint32_t *len)
{
	struct reader *reader = payload;
	struct slice bytes = reader->text->bytes;

	(void)point;
	if (offset >= bytes.len) {
		*len = 0;
		return "";
	}
	if (reader->as_is) {
		*len = (uint32_t)(bytes.len - offset);
		return bytes.ptr + offset;
	}
	size_t count = bytes.len - offset < CHUNK_SIZE ? bytes.len - offset : CHUNK_SIZE;
	for (size_t i = 0; i < count; i++) {
		char c = bytes.ptr[offset + i];
		if (c == '\0')
			c = ' ';
		else if (is_lone_cr(bytes, offset + i))
			c = '\n';
		reader->chunk[i] = c;
	}
	joints_show(reader->joints, reader->chunk, offset, count);
	*len = (uint32_t)count;
	return reader->chunk;
}

static uint64_t processor_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static bool budget_is_spent(TSParseState *state)
{
	struct budget *budget = state->payload;

	return ++budget->reports % REPORTS_PER_LOOK == 0 && processor_time() > budget->deadline;
}

static bool parse_as(struct parse *parse, const TSLanguage *language, const struct text *text,
		     const struct joints *joints, const TSRange *ranges, size_t count)
{
	*parse = (struct parse){.text = text};
	call_once(&allocator_once, allocator_set);
	if (text->bytes.len >= UINT32_MAX || count >= UINT32_MAX) {
		parse->unreadable = "larger than a parser can take";
		return false;
	}
	parse->parser = ts_parser_new();
	if (!ts_parser_set_language(parse->parser, language) ||
	    !ts_parser_set_included_ranges(parse->parser, ranges, (uint32_t)count)) {
		parse->unreadable = "refused by the parser";
		return false;
	}
	size_t size = 0;
	for (size_t i = 0; i < count; i++)
		size += ranges[i].end_byte - ranges[i].start_byte;
	struct budget budget = {
		.deadline = processor_time() + NANOSECONDS_AT_LEAST + size * NANOSECONDS_PER_BYTE,
	};
	struct reader reader = {
		.text = text,
		.joints = joints,
		.as_is = joints->count == 0 && !needs_translation(text->bytes),
	};
	TSInput input = {.payload = &reader, .read = read_chunk, .encoding = TSInputEncodingUTF8};
	TSParseOptions options = {.payload = &budget, .progress_callback = budget_is_spent};
	parse->tree = ts_parser_parse_with_options(parse->parser, NULL, input, options);
	if (!parse->tree) {
		parse->unreadable = "too laborious to parse";
		return false;
	}
	parse->root = ts_tree_root_node(parse->tree);
	return true;
}

bool parse_ranges(struct parse *parse, const struct text *text, const TSRange *ranges, size_t count)
{
	struct joints none = {0}; /* behind an import comes nothing that it could go on with */

	return parse_as(parse, grammar_python(), text, &none, ranges, count);
}

/* Ranges that hold blocks. An error that is only the scanner's haste to end one is none. */
static bool parse_blocks(struct parse *parse, const struct text *text, const struct joints *joints,
			 const TSRange *ranges, size_t count)
{
	struct parse again;

	if (!parse_as(parse, grammar_python(), text, joints, ranges, count))
		return false;
	if (!ts_node_has_error(parse->root))
		return true;
	if (parse_as(&again, grammar_python_unhurried(), text, joints, ranges, count) &&
	    !ts_node_has_error(again.root)) {
		parse_close(parse);
		*parse = again;
	} else {
		parse_close(&again);
	}
	return true;
}

struct ranges {
	TSRange *items;
	size_t count, capacity;
};

static TSPoint point_at(struct line_cursor *cursor, size_t offset)
{
	struct position position = line_cursor_move(cursor, offset);

	return (TSPoint){position.line - 1, position.column - 1};
}

/* The same ranges, less what stands between a statement and the next line. */
static void ranges_split(const struct text *text, const struct joints *joints,
			 const TSRange *ranges, size_t count, struct arena *arena,
			 struct ranges *out)
{
	struct line_cursor cursor = line_cursor_of(text);
	size_t next = 0;

	for (size_t i = 0; i < count; i++) {
		TSRange range = ranges[i];

		for (; next < joints->count && joints->items[next].at < range.end_byte; next++) {
			uint32_t behind = joints->items[next].at + 1;

			if (!joints->items[next].line_end || behind <= range.start_byte ||
			    behind == range.end_byte)
				continue;
			TSRange head = range;
			head.end_byte = behind;
			range.start_byte = behind;
			range.start_point = head.end_point = point_at(&cursor, behind);
			*ARENA_PUSH(arena, out) = head;
		}
		*ARENA_PUSH(arena, out) = range;
	}
}

/* `shown` is the text or the copy of it to parse. *parse says which limit the text is over, if any.
 */
static bool parse_within_limits(struct parse *parse, const struct text *text,
				const struct text *shown, const struct text_limits *limits,
				const TSRange *ranges, size_t count)
{
	struct arena scratch = {0};
	struct skim skim;
	struct joints joints;
	struct ranges split = {0};
	bool parsed = false;

	skim_read(text, limits, &scratch, &skim);
	*parse = (struct parse){.text = shown, .unreadable = skim.unreadable};
	if (!skim.unreadable) {
		joints_find(text, limits, &scratch, &joints);
		ranges_split(text, &joints, ranges, count, &scratch, &split);
		parsed = parse_blocks(parse, shown, &joints, split.items, split.count);
	}
	arena_free(&scratch);
	return parsed;
}

static TSRange range_to_end(const struct text *text, TSPoint point, size_t from)
{
	return (TSRange){
		.start_point = point,
		.end_point = {.row = UINT32_MAX, .column = UINT32_MAX},
		.start_byte = (uint32_t)from,
		.end_byte = (uint32_t)text->bytes.len,
	};
}

bool parse_whole(struct parse *parse, const struct text *text, const struct text_limits *limits)
{
	TSRange range = range_to_end(text, (TSPoint){0}, text->start);

	return parse_within_limits(parse, text, text, limits, &range, 1);
}

/* Of each body its first byte stays, as a zero, and the line end behind it. */
static void ranges_around(const struct text *text, const struct outline *outline, char *bytes,
			  struct arena *arena, struct ranges *out)
{
	bool lists = slice_find(text->bytes, SLICE("__all__"));
	struct line_cursor cursor = line_cursor_of(text);
	TSPoint point = {0};
	size_t from = text->start;

	for (size_t i = 0; i < outline->bodies.count; i++) {
		const struct outline_body *body = &outline->bodies.items[i];
		struct slice inside = {text->bytes.ptr + body->start, body->end - body->start};
		TSRange range = {.start_byte = (uint32_t)from, .end_byte = body->start + 1};

		/* Functions may write to the list of public names. */
		if (body->matters || inside.len < 2 ||
		    (lists && slice_find(inside, SLICE("__all__"))))
			continue;
		bytes[body->start] = '0';
		range.start_point = point;
		range.end_point = point_at(&cursor, body->start + 1);
		*ARENA_PUSH(arena, out) = range;
		from = body->end == text->bytes.len ? body->end : body->end - 1;
		point = point_at(&cursor, from);
	}
	if (from < text->bytes.len)
		*ARENA_PUSH(arena, out) = range_to_end(text, point, from);
}

bool parse_outline(struct parse *parse, const struct text *text, const struct outline *outline,
		   const struct text_limits *limits, struct arena *arena)
{
	struct ranges ranges = {0};
	struct text *shown;
	char *bytes;

	if (outline->doubtful || outline->bodies.count == 0)
		return parse_whole(parse, text, limits);
	bytes = (char *)slice_copy(arena, text->bytes).ptr;
	shown = arena_alloc(arena, sizeof *shown);
	*shown = *text;
	shown->bytes.ptr = bytes;
	ranges_around(text, outline, bytes, arena, &ranges);
	return parse_within_limits(parse, text, shown, limits, ranges.items, ranges.count);
}

void parse_close(struct parse *parse)
{
	if (parse->tree)
		ts_tree_delete(parse->tree);
	if (parse->parser)
		ts_parser_delete(parse->parser);
	parse->tree = NULL;
	parse->parser = NULL;
}

bool node_is(TSNode node, const char *type)
{
	return !ts_node_is_null(node) && strcmp(ts_node_type(node), type) == 0;
}

struct slice node_slice(const struct parse *parse, TSNode node)
{
	if (ts_node_is_null(node))
		return SLICE("");
	uint32_t start = ts_node_start_byte(node);
	return (struct slice){parse->text->bytes.ptr + start, ts_node_end_byte(node) - start};
}

struct position node_position(TSNode node)
{
	TSPoint point = ts_node_start_point(node);
	return (struct position){
		.line = point.row + 1,
		.column = point.column + 1,
		.offset = ts_node_start_byte(node),
	};
}

TSNode node_field(TSNode node, const char *field)
{
	if (ts_node_is_null(node))
		return node;
	return ts_node_child_by_field_name(node, field, (uint32_t)strlen(field));
}

void walk_open(struct walk *walk, TSNode root)
{
	*walk = (struct walk){.node = root};
	if (!ts_node_is_null(root))
		walk->cursor = ts_tree_cursor_new(root);
}

bool walk_next(struct walk *walk, bool enter)
{
	TSTreeCursor *cursor = &walk->cursor;

	if (ts_node_is_null(walk->node))
		return false;
	if (!walk->started) {
		walk->started = true;
		return true;
	}
	if (enter && ts_tree_cursor_goto_first_child(cursor)) {
		walk->depth++;
	} else {
		while (!ts_tree_cursor_goto_next_sibling(cursor)) {
			if (walk->depth == 0 || !ts_tree_cursor_goto_parent(cursor))
				return false;
			walk->depth--;
		}
	}
	walk->node = ts_tree_cursor_current_node(cursor);
	return true;
}

void walk_close(struct walk *walk)
{
	ts_tree_cursor_delete(&walk->cursor);
}

void children_open(struct children *children, TSNode parent)
{
	*children = (struct children){.started = ts_node_is_null(parent)};
	if (!children->started)
		children->cursor = ts_tree_cursor_new(parent);
}

bool children_next(struct children *children)
{
	TSTreeCursor *cursor = &children->cursor;
	bool there = children->started ? ts_tree_cursor_goto_next_sibling(cursor)
				       : ts_tree_cursor_goto_first_child(cursor);

	children->started = true;
	if (!there)
		return false;
	children->node = ts_tree_cursor_current_node(cursor);
	children->field = ts_tree_cursor_current_field_name(cursor);
	children->named = ts_node_is_named(children->node);
	return true;
}

void children_close(struct children *children)
{
	ts_tree_cursor_delete(&children->cursor);
}
