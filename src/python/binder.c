/*
 * What takes down one binding after another while a module is read.
 */
#include "bindings.h"

struct slice binder_identifier(const struct binder *binder, TSNode node)
{
	return identifier_normalize(binder->arena, node_slice(binder->parse, node));
}

bool binder_chain(const struct binder *binder, TSNode node, struct slices *out)
{
	*out = (struct slices){0};
	while (node_is(node, "parenthesized_expression") && ts_node_named_child_count(node) == 1)
		node = ts_node_named_child(node, 0);
	while (node_is(node, "attribute")) {
		*ARENA_PUSH(binder->arena, out) =
			binder_identifier(binder, node_field(node, "attribute"));
		node = node_field(node, "object");
	}
	if (!node_is(node, "identifier"))
		return false;
	*ARENA_PUSH(binder->arena, out) = binder_identifier(binder, node);
	for (size_t i = 0, j = out->count; i + 1 < j; i++, j--) {
		struct slice name = out->items[i];
		out->items[i] = out->items[j - 1];
		out->items[j - 1] = name;
	}
	return true;
}

struct binding *binder_add(struct binder *binder, enum binding_kind kind, struct slice name,
			   TSNode at, TSNode statement)
{
	struct binding *binding = ARENA_PUSH(binder->arena, binder->out);

	*binding = (struct binding){
		.kind = kind,
		.name = name,
		.at = node_position(at),
		.statement = node_position(statement),
		.statement_end = ts_node_end_byte(statement),
		.branch = binder->branch,
		.type_checking = binder->type_checking,
		.skippable = binder->skippable,
	};
	return binding;
}

void name_bind(struct binder *binder, enum binding_kind kind, TSNode at, TSNode statement)
{
	struct slice name = binder_identifier(binder, at);

	if (binder->in_class || name.len == 0)
		return;
	checking_note(binder, binder_add(binder, kind, name, at, statement));
	if (slice_equal_string(name, "__getattr__") && kind != BINDING_DELETE)
		binder->out->has_getattr = true;
}

void target_bind(struct binder *binder, enum binding_kind kind, TSNode target, TSNode statement)
{
	struct walk walk;

	if (ts_node_is_null(target))
		return;
	walk_open(&walk, target);
	for (bool enter = true; walk_next(&walk, enter);) {
		enter = !node_is(walk.node, "attribute") && !node_is(walk.node, "subscript") &&
			!node_is(walk.node, "call");
		if (node_is(walk.node, "identifier"))
			name_bind(binder, kind, walk.node, statement);
	}
	walk_close(&walk);
}

void value_bind(struct binder *binder, TSNode target, TSNode value, TSNode statement)
{
	struct slices chain;
	size_t before = binder->out->count;

	if (!node_is(target, "identifier") || !binder_chain(binder, value, &chain)) {
		target_bind(binder, BINDING_DECLARATION, target, statement);
		return;
	}
	name_bind(binder, BINDING_CHAIN, target, statement);
	if (binder->out->count > before)
		binder->out->items[before].chain = chain;
}
