#include "statement.h"

bool statement_is_import(TSNode node)
{
	return node_is(node, "import_from_statement") || node_is(node, "import_statement") ||
	       node_is(node, "future_import_statement");
}

bool statement_is_sound(const struct parse *parse, TSNode node)
{
	struct arena scratch = {0};
	struct imports found = {0};
	struct line_cursor nowhere = {.text = parse->text, .offset = UINT32_MAX};
	struct skim_statement statement = {
		.at = ts_node_start_byte(node),
		.start = ts_node_start_byte(node),
		.end = ts_node_end_byte(node),
	};

	statement_scan(&statement, &nowhere, SIZE_MAX, &scratch, &found);
	arena_free(&scratch);
	return found.count > 0;
}

static struct slice node_identifier(const struct parse *parse, TSNode node, struct arena *arena)
{
	return identifier_normalize(arena, node_slice(parse, node));
}

/* A dotted_name without the white space that may stand around its dots. */
static struct slice node_dotted(const struct parse *parse, TSNode node, struct arena *arena)
{
	struct children children;
	struct buf dotted = {.arena = arena};
	struct slice first = {0};
	size_t count = 0;

	if (node_is(node, "identifier"))
		return node_identifier(parse, node, arena);
	children_open(&children, node);
	while (children_next(&children)) {
		if (!node_is(children.node, "identifier"))
			continue;
		struct slice part = node_identifier(parse, children.node, arena);
		if (count++ == 0) {
			first = part;
			continue;
		}
		if (count == 2)
			buf_add(&dotted, first);
		buf_add_char(&dotted, '.');
		buf_add(&dotted, part);
	}
	children_close(&children);
	return count > 1 ? buf_slice(&dotted) : first;
}

static void relative_read(const struct parse *parse, TSNode node, struct arena *arena,
			  struct import *base)
{
	struct children children;

	children_open(&children, node);
	while (children_next(&children)) {
		struct slice part = node_slice(parse, children.node);
		if (node_is(children.node, "dotted_name")) {
			base->module = node_dotted(parse, children.node, arena);
			continue;
		}
		for (size_t i = 0; i < part.len; i++)
			base->level += part.ptr[i] == '.';
	}
	children_close(&children);
}

/* The name in `base->from`, the module in a plain import; each with its alias. */
static void item_read(const struct parse *parse, TSNode item, struct arena *arena,
		      struct import *import)
{
	TSNode name = item;

	if (node_is(item, "aliased_import")) {
		name = node_field(item, "name");
		import->alias = node_identifier(parse, node_field(item, "alias"), arena);
	}
	if (import->from)
		import->name = node_dotted(parse, name, arena);
	else
		import->module = node_dotted(parse, name, arena);
	import->name_at = node_position(name);
	import->name_end = ts_node_end_byte(item);
}

bool statement_read(const struct parse *parse, TSNode node, const struct import *base, size_t max,
		    struct arena *arena, struct imports *out)
{
	struct import common = *base;
	struct children children;
	bool within = true;

	common.from = !node_is(node, "import_statement");
	common.statement_end = ts_node_end_byte(node);
	if (node_is(node, "future_import_statement"))
		common.module = SLICE("__future__");
	children_open(&children, node);
	while (within && children_next(&children)) {
		bool star = node_is(children.node, "wildcard_import");
		if (children.field && strcmp(children.field, "module_name") == 0) {
			if (node_is(children.node, "relative_import"))
				relative_read(parse, children.node, arena, &common);
			else
				common.module = node_dotted(parse, children.node, arena);
			continue;
		}
		if (!star && !(children.field && strcmp(children.field, "name") == 0))
			continue;
		within = out->count < max;
		if (!within)
			break;
		struct import *import = ARENA_PUSH(arena, out);
		*import = common;
		import->star = star;
		item_read(parse, children.node, arena, import);
		if (star)
			import->name = SLICE("*");
	}
	children_close(&children);
	return within;
}
