/*
 * What a text may bind at its own top level without an assignment there: by `global`, and by
 * writing to its own namespace.
 */
#include "bindings.h"

static void global_names(struct binder *binder, TSNode statement)
{
	struct children children;

	children_open(&children, statement);
	while (children_next(&children)) {
		if (node_is(children.node, "identifier"))
			*ARENA_PUSH(binder->arena, &binder->out->globals) =
				binder_identifier(binder, children.node);
	}
	children_close(&children);
}

void globals_read(struct binder *binder, TSNode body)
{
	size_t before = binder->out->globals.count;
	bool deletes = false;
	struct walk walk;

	walk_open(&walk, body);
	while (walk_next(&walk, true)) {
		if (node_is(walk.node, "global_statement"))
			global_names(binder, walk.node);
		deletes = deletes || node_is(walk.node, "delete_statement");
	}
	walk_close(&walk);
	if (deletes && binder->out->globals.count > before)
		binder->out->deletes_globals = true;
}

static bool is_reading_method(struct slice name)
{
	static const char *const reading[] = {"get", "items", "keys", "values", "copy"};

	for (size_t i = 0; i < sizeof reading / sizeof *reading; i++)
		if (slice_equal_string(name, reading[i]))
			return true;
	return false;
}

/* `globals()["x"]`, `globals().get("x")`, `x in globals()`: anything else may write. */
static bool is_only_read(const struct parse *parse, TSNode call)
{
	TSNode parent = ts_node_parent(call), above = ts_node_parent(parent);

	if (node_is(parent, "attribute"))
		return is_reading_method(node_slice(parse, node_field(parent, "attribute")));
	if (node_is(parent, "comparison_operator"))
		return true;
	return node_is(parent, "subscript") && ts_node_eq(node_field(parent, "value"), call) &&
	       (node_is(above, "call") || node_is(above, "argument_list") ||
		node_is(above, "return_statement") ||
		(node_is(above, "assignment") && ts_node_eq(node_field(above, "right"), parent)));
}

static bool call_writes(const struct parse *parse, TSNode call)
{
	struct slice function = node_slice(parse, node_field(call, "function"));
	struct slice arguments = node_slice(parse, node_field(call, "arguments"));

	if (slice_equal_string(function, "exec") || slice_equal_string(function, "execfile"))
		return true;
	if (slice_equal_string(function, "globals") || slice_equal_string(function, "vars") ||
	    slice_equal_string(function, "locals"))
		return arguments.len == 2 && !is_only_read(parse, call);
	return slice_equal_string(arguments, "(__name__)") &&
	       (slice_ends_with(function, SLICE("import_module")) ||
		slice_equal_string(function, "__import__"));
}

static bool node_writes(const struct parse *parse, TSNode node)
{
	struct slice name;

	if (node_is(node, "call"))
		return call_writes(parse, node);
	if (node_is(node, "exec_statement"))
		return true;
	if (node_is(node, "subscript"))
		return slice_ends_with(node_slice(parse, node), SLICE("[__name__]"));
	if (!node_is(node, "attribute"))
		return false;
	name = node_slice(parse, node_field(node, "attribute"));
	return slice_equal_string(name, "f_globals") || slice_equal_string(name, "__globals__") ||
	       slice_equal_string(node_slice(parse, node), "sys.modules");
}

bool text_writes_itself(const struct parse *parse)
{
	static const char *const words[] = {"globals", "locals",   "vars",	"exec",
					    "modules", "__name__", "f_globals", NULL};
	bool writes = false;
	struct walk walk;
	size_t i = 0;

	while (words[i] && !slice_find(parse->text->bytes, slice_of(words[i])))
		i++;
	if (!words[i])
		return false;
	walk_open(&walk, parse->root);
	while (!writes && walk_next(&walk, true))
		writes = node_writes(parse, walk.node);
	walk_close(&walk);
	return writes;
}
