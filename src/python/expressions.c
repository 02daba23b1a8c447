/*
 * What a statement's own expressions bind: walruses, and writes to the module's dict.
 */
#include "bindings.h"

/* `globals()`, `vars()`, `locals()`: at the top level, all three are the module's own dict. */
static bool is_namespace(const struct binder *binder, TSNode node)
{
	struct slice function;

	if (!node_is(node, "call"))
		return false;
	function = node_slice(binder->parse, node_field(node, "function"));
	return slice_equal_string(function, "globals") || slice_equal_string(function, "vars") ||
	       slice_equal_string(function, "locals");
}

static bool binds_dynamically(const struct binder *binder, TSNode node)
{
	TSNode function;
	struct slice name;

	if (node_is(node, "exec_statement"))
		return true;
	if (node_is(node, "assignment")) {
		TSNode left = node_field(node, "left");
		return node_is(left, "subscript") &&
		       is_namespace(binder, node_field(left, "value"));
	}
	if (!node_is(node, "call"))
		return false;
	function = node_field(node, "function");
	if (node_is(function, "attribute")) {
		name = node_slice(binder->parse, node_field(function, "attribute"));
		return is_namespace(binder, node_field(function, "object")) &&
		       (slice_equal_string(name, "update") ||
			slice_equal_string(name, "setdefault"));
	}
	name = node_slice(binder->parse, function);
	if (slice_equal_string(name, "setattr"))
		return slice_find(node_slice(binder->parse, node_field(node, "arguments")),
				  SLICE("sys.modules"));
	return slice_equal_string(name, "exec");
}

bool is_scope_or_body(TSNode node)
{
	return node_is(node, "block") || node_is(node, "lambda");
}

void expressions_read(struct binder *binder, TSNode statement)
{
	bool skippable = binder->skippable;
	struct walk walk;

	if (!binder->scan_expressions || binder->in_class)
		return;
	/* Behind `and`, `or`, `if`, in a comprehension, under `assert`: a run may pass it by. */
	binder->skippable = true;
	walk_open(&walk, statement);
	for (bool enter = true; walk_next(&walk, enter);) {
		enter = !is_scope_or_body(walk.node);
		if (node_is(walk.node, "named_expression"))
			value_bind(binder, node_field(walk.node, "name"),
				   node_field(walk.node, "value"), statement);
		else if (binds_dynamically(binder, walk.node))
			binder->out->dynamic = true;
	}
	walk_close(&walk);
	binder->skippable = skippable;
}
