#include "tree.h"

#include "blocks.h"
#include "type_checking.h"

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

struct reading {
	const struct parse *parse;
	struct arena *arena;
	struct frames frames;
	struct slices *guards;
};

static enum guard guard_of(struct reading *reading, TSNode condition)
{
	enum guard guard = GUARD_TYPE_CHECKING;
	struct slice module = {0};

	for (;;) {
		if (node_is(condition, "not_operator")) {
			guard = guard == GUARD_TYPE_CHECKING ? GUARD_NOT_TYPE_CHECKING
							     : GUARD_TYPE_CHECKING;
			condition = node_field(condition, "argument");
		} else if (node_is(condition, "parenthesized_expression")) {
			condition = ts_node_named_child(condition, 0);
		} else {
			break;
		}
	}
	if (node_is(condition, "attribute")) {
		TSNode object = node_field(condition, "object");
		if (!node_is(object, "identifier"))
			return GUARD_NONE;
		module = node_slice(reading->parse, object);
		condition = node_field(condition, "attribute");
	}
	if (!node_is(condition, "identifier") ||
	    !slice_equal_string(node_slice(reading->parse, condition), "TYPE_CHECKING"))
		return GUARD_NONE;
	type_checking_guard(reading->arena, reading->guards, module);
	return guard;
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
static void arm_open(struct reading *reading, const struct walk *walk)
{
	struct frame *chain = &reading->frames.items[reading->frames.count - 1];
	const char *field = ts_tree_cursor_current_field_name(&walk->cursor);
	enum guard guard = GUARD_NONE;

	if (!field)
		return;
	if (strcmp(field, "condition") == 0) {
		chain->guard = guard_of(reading, walk->node);
		return;
	}
	if (strcmp(field, "consequence") == 0)
		guard = chain->guard;
	else if (strcmp(field, "alternative") != 0)
		return;
	else if (node_is(walk->node, "elif_clause"))
		guard = guard_of(reading, node_field(walk->node, "condition"));
	bool type_checking = chain->implied || guard == GUARD_TYPE_CHECKING;
	chain->implied |= guard == GUARD_NOT_TYPE_CHECKING;
	struct frame *arm = frame_push(&reading->frames, reading->arena, walk->depth);
	arm->type_checking |= type_checking;
}

static void frames_enter(struct reading *reading, const struct walk *walk)
{
	struct frames *frames = &reading->frames;

	while (frames->count > 1 && frames->items[frames->count - 1].depth >= walk->depth)
		frames->count--;
	const struct frame *top = &frames->items[frames->count - 1];
	if (top->is_if && walk->depth == top->depth + 1)
		arm_open(reading, walk);
	if (node_is(walk->node, "if_statement"))
		frame_push(frames, reading->arena, walk->depth)->is_if = true;
	else if (node_is(walk->node, "function_definition"))
		frame_push(frames, reading->arena, walk->depth)->scope = SCOPE_FUNCTION;
	else if (node_is(walk->node, "class_definition"))
		frame_push(frames, reading->arena, walk->depth)->scope = SCOPE_CLASS;
}

bool tree_imports_read(const struct parse *parse, size_t max, struct arena *arena,
		       struct imports *out, struct slices *guards)
{
	struct reading reading = {.parse = parse, .arena = arena, .guards = guards};
	struct walk walk;
	bool sound = true;

	frame_push(&reading.frames, arena, 0);
	walk_open(&walk, parse->root);
	for (bool enter = true; walk_next(&walk, enter);) {
		enter = true;
		if (!ts_node_is_named(walk.node))
			continue;
		frames_enter(&reading, &walk);
		if (!statement_is_import(walk.node))
			continue;
		if (ts_node_has_error(walk.node) || !statement_is_sound(parse, walk.node)) {
			sound = false;
			continue;
		}
		const struct frame *frame = &reading.frames.items[reading.frames.count - 1];
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
	return sound;
}
