/*
 * Which code only type checkers see (D8): conditions on TYPE_CHECKING and on constants.
 */
#include "bindings.h"

static bool slices_contain(const struct slices *slices, struct slice name)
{
	for (size_t i = 0; i < slices->count; i++) {
		if (slice_equal(slices->items[i], name))
			return true;
	}
	return false;
}

static void slices_drop(struct slices *slices, struct slice name)
{
	for (size_t i = 0; i < slices->count;) {
		if (slice_equal(slices->items[i], name))
			slices->items[i] = slices->items[--slices->count];
		else
			i++;
	}
}

static bool is_typing(unsigned level, struct slice module)
{
	return level == 0 && (slice_equal_string(module, "typing") ||
			      slice_equal_string(module, "typing_extensions"));
}

void checking_note(struct binder *binder, const struct binding *binding)
{
	slices_drop(&binder->checking, binding->name);
	slices_drop(&binder->typing, binding->name);
	if (!is_typing(binding->level, binding->module))
		return;
	if (binding->kind == BINDING_FROM && slice_equal_string(binding->target, "TYPE_CHECKING"))
		*ARENA_PUSH(binder->arena, &binder->checking) = binding->name;
	if (binding->kind == BINDING_MODULE)
		*ARENA_PUSH(binder->arena, &binder->typing) = binding->name;
}

static enum condition condition_of_atom(const struct binder *binder, TSNode node)
{
	struct slices chain;

	if (node_is(node, "false") ||
	    (node_is(node, "integer") && slice_equal_string(node_slice(binder->parse, node), "0")))
		return CONDITION_CHECKING;
	if (node_is(node, "true") ||
	    (node_is(node, "integer") && slice_equal_string(node_slice(binder->parse, node), "1")))
		return CONDITION_ALWAYS;
	if (!binder_chain(binder, node, &chain))
		return CONDITION_OPEN;
	if (chain.count == 1 && slices_contain(&binder->checking, chain.items[0]))
		return CONDITION_CHECKING;
	if (chain.count == 2 && slices_contain(&binder->typing, chain.items[0]) &&
	    slice_equal_string(chain.items[1], "TYPE_CHECKING"))
		return CONDITION_CHECKING;
	return CONDITION_OPEN;
}

/* `A and B` is for type checkers alone where A or B is. */
static enum condition condition_of_and(const struct binder *binder, TSNode node)
{
	bool open = false;

	while (node_is(node, "boolean_operator") && node_is(node_field(node, "operator"), "and")) {
		enum condition right = condition_of_atom(binder, node_field(node, "right"));

		if (right == CONDITION_CHECKING)
			return right;
		open = open || right == CONDITION_OPEN;
		node = node_field(node, "left");
	}
	enum condition left = condition_of_atom(binder, node);
	return left == CONDITION_ALWAYS && open ? CONDITION_OPEN : left;
}

enum condition condition_read(const struct binder *binder, TSNode node)
{
	bool negated = false;
	enum condition condition;

	while (node_is(node, "not_operator") || node_is(node, "parenthesized_expression")) {
		negated ^= node_is(node, "not_operator");
		node = ts_node_named_child(node, 0);
	}
	condition = condition_of_and(binder, node);
	if (!negated || condition == CONDITION_OPEN)
		return condition;
	return condition == CONDITION_CHECKING ? CONDITION_ALWAYS : CONDITION_CHECKING;
}
