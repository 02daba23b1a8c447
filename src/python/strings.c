/* String literals that name modules, classes or attributes: what `mock.patch` and its like take. */
#include "parse.h"

#include <ctype.h>

static bool is_dotted_name(struct slice text)
{
	bool start = true;

	if (!text.len || text.len > 1024)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '.' && !start)
			start = true;
		else if (isalpha(c) || c == '_' || c >= 0x80 || (isdigit(c) && !start))
			start = false;
		else
			return false;
	}
	return !start;
}

/* The content of a string node that is plain: its one child between the quotes. */
static bool content_of(const struct parse *parse, TSNode string, struct slice *out)
{
	TSNode content;

	if (ts_node_named_child_count(string) != 3)
		return false;
	content = ts_node_named_child(string, 1);
	if (!node_is(content, "string_content") || ts_node_named_child_count(content))
		return false;
	*out = node_slice(parse, content);
	return is_dotted_name(*out);
}

/* `mock.patch` of a call; empty for any other callee. */
static struct slice callee_of(const struct parse *parse, TSNode call)
{
	TSNode function = node_field(call, "function");
	struct slice text;

	if (ts_node_is_null(function) ||
	    (!node_is(function, "identifier") && !node_is(function, "attribute")))
		return (struct slice){0};
	text = node_slice(parse, function);
	return is_dotted_name(text) ? text : (struct slice){0};
}

static void arguments_read(const struct parse *parse, TSNode call, struct arena *arena,
			   struct named_strings *out)
{
	struct slice callee = callee_of(parse, call), content;
	TSNode arguments = node_field(call, "arguments");
	struct children children;
	uint32_t before = 0, before_end = 0;
	bool first = true;

	if (!node_is(arguments, "argument_list"))
		return;
	children_open(&children, arguments);
	while (children_next(&children)) {
		if (!children.named || node_is(children.node, "comment"))
			continue;
		if (node_is(children.node, "string") &&
		    content_of(parse, children.node, &content)) {
			struct named_string *string = ARENA_PUSH(arena, out);
			uint32_t start = ts_node_start_byte(children.node);

			string->content = content;
			string->at = node_position(ts_node_named_child(children.node, 1));
			string->callee = callee;
			string->first = first;
			string->before = first ? start : before;
			string->before_end = first ? start : before_end;
		}
		before = ts_node_start_byte(children.node);
		before_end = ts_node_end_byte(children.node);
		first = false;
	}
	children_close(&children);
}

static void string_read(const struct parse *parse, TSNode string, struct arena *arena,
			struct named_strings *out)
{
	struct named_string *named;
	struct slice content;

	if (!content_of(parse, string, &content))
		return;
	named = ARENA_PUSH(arena, out);
	named->content = content;
	named->at = node_position(ts_node_named_child(string, 1));
	named->before = named->before_end = ts_node_start_byte(string);
}

/* By depth: whether the open node there is a list of arguments. */
struct parents {
	bool *items;
	size_t count, capacity;
};

static void parents_set(struct parents *parents, struct arena *arena, unsigned depth, bool value)
{
	while (parents->count <= depth)
		*ARENA_PUSH(arena, parents) = false;
	parents->items[depth] = value;
}

void strings_read(const struct text *text, const struct text_limits *limits, struct arena *arena,
		  struct named_strings *out)
{
	struct parents parents = {0};
	struct parse parse;
	struct walk walk;

	*out = (struct named_strings){0};
	if (!parse_whole(&parse, text, limits)) {
		out->unreadable = parse.unreadable;
		parse_close(&parse);
		return;
	}
	walk_open(&walk, parse.root);
	/* The strings of a call are read with it; ts_node_parent() would search from the root. */
	for (bool enter = true; walk_next(&walk, enter);) {
		enter = true;
		parents_set(&parents, arena, walk.depth, node_is(walk.node, "argument_list"));
		if (node_is(walk.node, "call")) {
			arguments_read(&parse, walk.node, arena, out);
		} else if (node_is(walk.node, "string")) {
			enter = false;
			if (!walk.depth || !parents.items[walk.depth - 1])
				string_read(&parse, walk.node, arena, out);
		}
	}
	walk_close(&walk);
	parse_close(&parse);
}
