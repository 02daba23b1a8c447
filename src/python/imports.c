#include "statement.h"

static size_t max_imports(const struct text_limits *limits)
{
	return limits && limits->max_imports ? limits->max_imports : PAWL_MAX_IMPORTS;
}

/* ---- what a whole tree says ---- */

enum guard { GUARD_NONE, GUARD_TYPE_CHECKING, GUARD_NOT_TYPE_CHECKING };

/* An open compound statement of the tree, and what holds for the imports in it. */
struct frame {
	unsigned depth;
	enum scope_kind scope;
	bool type_checking;
	bool is_if;   /* an if_statement: its arms are told apart by what was tested before them */
	bool implied; /* an arm before this one was taken wherever TYPE_CHECKING is false */
	enum guard guard;
};

struct frames {
	struct frame *items;
	size_t count, capacity;
};

static enum guard guard_of(const struct parse *parse, TSNode condition)
{
	enum guard yes = GUARD_TYPE_CHECKING, no = GUARD_NOT_TYPE_CHECKING;

	for (;;) {
		if (node_is(condition, "not_operator")) {
			enum guard swap = yes;
			yes = no;
			no = swap;
			condition = node_field(condition, "argument");
		} else if (node_is(condition, "parenthesized_expression") &&
			   ts_node_named_child_count(condition) == 1) {
			condition = ts_node_named_child(condition, 0);
		} else {
			break;
		}
	}
	if (node_is(condition, "attribute")) {
		if (!node_is(node_field(condition, "object"), "identifier"))
			return GUARD_NONE;
		condition = node_field(condition, "attribute");
	}
	return node_is(condition, "identifier") &&
			       slice_equal_string(node_slice(parse, condition), "TYPE_CHECKING")
		       ? yes
		       : GUARD_NONE;
}

static struct frame *frame_push(struct frames *frames, struct arena *arena, unsigned depth)
{
	struct frame *frame = ARENA_PUSH(arena, frames);
	struct frame *below = frames->count > 1 ? frame - 1 : NULL;

	*frame = (struct frame){.depth = depth};
	if (below) {
		frame->scope = below->scope;
		frame->type_checking = below->type_checking;
	}
	return frame;
}

/* The arms of an `if`, told by their fields: each opens a frame of its own. */
static void arm_open(const struct parse *parse, const struct walk *walk, struct frames *frames,
		     struct arena *arena)
{
	struct frame *chain = &frames->items[frames->count - 1];
	const char *field = ts_tree_cursor_current_field_name(&walk->cursor);
	enum guard guard = GUARD_NONE;

	if (!field)
		return;
	if (strcmp(field, "condition") == 0) {
		chain->guard = guard_of(parse, walk->node);
		return;
	}
	if (strcmp(field, "consequence") == 0)
		guard = chain->guard;
	else if (strcmp(field, "alternative") != 0)
		return;
	else if (node_is(walk->node, "elif_clause"))
		guard = guard_of(parse, node_field(walk->node, "condition"));
	bool type_checking = chain->implied || guard == GUARD_TYPE_CHECKING;
	chain->implied |= guard == GUARD_NOT_TYPE_CHECKING;
	struct frame *arm = frame_push(frames, arena, walk->depth);
	arm->type_checking |= type_checking;
}

static void frames_enter(const struct parse *parse, const struct walk *walk, struct frames *frames,
			 struct arena *arena)
{
	while (frames->items[frames->count - 1].depth >= walk->depth && frames->count > 1)
		frames->count--;
	const struct frame *top = &frames->items[frames->count - 1];
	if (top->is_if && walk->depth == top->depth + 1)
		arm_open(parse, walk, frames, arena);
	if (node_is(walk->node, "if_statement"))
		frame_push(frames, arena, walk->depth)->is_if = true;
	else if (node_is(walk->node, "function_definition"))
		frame_push(frames, arena, walk->depth)->scope = SCOPE_FUNCTION;
	else if (node_is(walk->node, "class_definition"))
		frame_push(frames, arena, walk->depth)->scope = SCOPE_CLASS;
}

static void tree_read(const struct parse *parse, size_t max, struct arena *arena,
		      struct imports *out)
{
	struct frames frames = {0};
	struct walk walk;

	frame_push(&frames, arena, 0);
	walk_open(&walk, parse->root);
	for (bool enter = true; walk_next(&walk, enter);) {
		enter = true;
		if (!ts_node_is_named(walk.node))
			continue;
		frames_enter(parse, &walk, &frames, arena);
		if (!statement_is_import(walk.node))
			continue;
		const struct frame *frame = &frames.items[frames.count - 1];
		struct import base = {
			.scope = frame->scope,
			.type_checking = frame->type_checking,
			.statement = node_position(walk.node),
		};
		enter = false;
		if (!statement_read(parse, walk.node, &base, max, arena, out)) {
			out->unreadable = "imports more names than max-imports";
			break;
		}
	}
	walk_close(&walk);
}

void imports_read_whole(const struct text *text, const struct text_limits *limits,
			struct arena *arena, struct imports *out)
{
	struct parse parse;

	*out = (struct imports){.parsed_whole = true};
	if (parse_whole(&parse, text, limits))
		tree_read(&parse, max_imports(limits), arena, out);
	else
		out->unreadable = parse.unreadable;
	parse_close(&parse);
}

void imports_read(const struct text *text, const struct import_filter *filter,
		  const struct text_limits *limits, struct arena *arena, struct imports *out)
{
	(void)filter;
	imports_read_whole(text, limits, arena, out);
}
