/*
 * What statements do to __all__ (D5): the forms that Python's reference and typing's documentation
 * on library interfaces name are read, everything else makes the list dynamic.
 */
#include "bindings.h"

static bool is_all(const struct binder *binder, TSNode node)
{
	return node_is(node, "identifier") &&
	       slice_equal_string(node_slice(binder->parse, node), "__all__");
}

/* The first named child that is no comment. */
static TSNode only_argument(TSNode arguments, unsigned *count)
{
	struct children children;
	TSNode first = {0};

	*count = 0;
	children_open(&children, arguments);
	while (children_next(&children)) {
		if (!children.named || node_is(children.node, "comment"))
			continue;
		if ((*count)++ == 0)
			first = children.node;
	}
	children_close(&children);
	return first;
}

/* A plain string's value. Escapes and replacement fields are more than a name needs. */
static bool string_read(const struct binder *binder, TSNode node, struct slice *out)
{
	struct children children;
	bool plain = true;

	*out = SLICE("");
	children_open(&children, node);
	while (children_next(&children)) {
		if (node_is(children.node, "string_content")) {
			plain = plain && ts_node_named_child_count(children.node) == 0;
			*out = node_slice(binder->parse, children.node);
		} else if (node_is(children.node, "interpolation")) {
			plain = false;
		}
	}
	children_close(&children);
	return plain;
}

/* What is still to be read of a value: a list, or an element of one. */
struct part {
	TSNode node;
	bool element;
};

struct parts {
	struct part *items;
	size_t count, capacity;
};

static void push(const struct binder *binder, struct parts *parts, TSNode node, bool element)
{
	*ARENA_PUSH(binder->arena, parts) = (struct part){node, element};
}

static void push_children(const struct binder *binder, struct parts *parts, TSNode parent,
			  bool elements)
{
	struct children children;
	size_t first = parts->count;

	children_open(&children, parent);
	while (children_next(&children)) {
		if (children.named && !node_is(children.node, "comment"))
			push(binder, parts, children.node, elements);
	}
	children_close(&children);
	/* Taken from the end: turned round, so that names come in the order of the text. */
	for (size_t i = first, j = parts->count; i + 1 < j; i++, j--) {
		struct part part = parts->items[i];
		parts->items[i] = parts->items[j - 1];
		parts->items[j - 1] = part;
	}
}

static bool is_sequence(TSNode node)
{
	return node_is(node, "list") || node_is(node, "tuple") || node_is(node, "set") ||
	       node_is(node, "expression_list");
}

static bool is_sum(TSNode node)
{
	return node_is(node, "binary_operator") && (node_is(node_field(node, "operator"), "+") ||
						    node_is(node_field(node, "operator"), "|"));
}

/* `list(x)`, `tuple(x)`, `sorted(x)`, `set(x)`: as x, for what the names are. */
static bool is_copy(const struct binder *binder, TSNode call, TSNode *argument)
{
	TSNode function = node_field(call, "function");
	TSNode arguments = node_field(call, "arguments");
	struct slice name;
	unsigned count;

	if (!node_is(function, "identifier") || !node_is(arguments, "argument_list"))
		return false;
	name = node_slice(binder->parse, function);
	*argument = only_argument(arguments, &count);
	return count == 1 && !node_is(*argument, "keyword_argument") &&
	       (slice_equal_string(name, "list") || slice_equal_string(name, "tuple") ||
		slice_equal_string(name, "sorted") || slice_equal_string(name, "set"));
}

static void reference_add(const struct binder *binder, struct all_change *change,
			  struct slices chain)
{
	change->references = arena_grow(binder->arena, change->references, change->reference_count,
					&change->reference_capacity, sizeof *change->references);
	change->references[change->reference_count++] = chain;
}

/* One part of a value: what it is made of goes back to the stack. */
static void part_read(const struct binder *binder, struct part part, struct parts *stack,
		      struct all_change *change)
{
	TSNode node = part.node, argument;
	struct slices chain = {0};
	struct slice string;

	if (node_is(node, "string") && string_read(binder, node, &string))
		*ARENA_PUSH(binder->arena, &change->names) = string;
	else if (node_is(node, "parenthesized_expression"))
		push_children(binder, stack, node, part.element);
	else if (node_is(node, "list_splat") || node_is(node, "parenthesized_list_splat"))
		push_children(binder, stack, node, false);
	else if (part.element)
		change->dynamic = true;
	else if (is_sequence(node))
		push_children(binder, stack, node, true);
	else if (node_is(node, "call") && is_copy(binder, node, &argument))
		push(binder, stack, argument, false);
	else if (binder_chain(binder, node, &chain))
		reference_add(binder, change, chain);
	else
		change->dynamic = true;
}

/* Without recursion: a sum of a hundred thousand lists is a tree as deep. */
static void value_read(const struct binder *binder, TSNode value, bool element,
		       struct all_change *change)
{
	struct parts stack = {0};

	push(binder, &stack, value, element);
	while (stack.count > 0) {
		struct part part = stack.items[--stack.count];

		if (!part.element && is_sum(part.node)) {
			push(binder, &stack, node_field(part.node, "right"), false);
			push(binder, &stack, node_field(part.node, "left"), false);
		} else {
			part_read(binder, part, &stack, change);
		}
	}
}

static struct all_change *change_add(struct binder *binder, enum all_operation operation, TSNode at,
				     TSNode statement)
{
	struct all_change *change;
	struct binding *binding;

	if (binder->in_class)
		return NULL;
	change = arena_alloc(binder->arena, sizeof *change);
	binding = binder_add(binder, BINDING_ALL, SLICE("__all__"), at, statement);
	change->operation = operation;
	binding->all = change;
	return change;
}

void all_assigned(struct binder *binder, enum all_operation operation, TSNode name, TSNode value,
		  TSNode statement)
{
	struct all_change *change = change_add(binder, operation, name, statement);

	if (change)
		value_read(binder, value, false, change);
}

void all_obscured(struct binder *binder, TSNode name, TSNode statement)
{
	struct all_change *change = change_add(binder, ALL_DYNAMIC, name, statement);

	if (change)
		change->dynamic = true;
}

static bool operation_of_method(struct slice method, unsigned arguments, enum all_operation *out)
{
	if (arguments != 1)
		return false;
	if (slice_equal_string(method, "append") || slice_equal_string(method, "extend"))
		*out = ALL_EXTEND;
	else if (slice_equal_string(method, "remove"))
		*out = ALL_REMOVE;
	else
		return false;
	return true;
}

static bool leaves_names(struct slice method)
{
	return slice_equal_string(method, "sort") || slice_equal_string(method, "reverse") ||
	       slice_equal_string(method, "copy") || slice_equal_string(method, "index") ||
	       slice_equal_string(method, "count");
}

void all_called(struct binder *binder, TSNode call, TSNode statement)
{
	TSNode function = node_field(call, "function");
	TSNode arguments = node_field(call, "arguments");
	enum all_operation operation;
	struct all_change *change;
	struct slice method;
	unsigned count;
	TSNode argument;

	if (!node_is(function, "attribute") || !is_all(binder, node_field(function, "object")))
		return;
	method = node_slice(binder->parse, node_field(function, "attribute"));
	if (leaves_names(method))
		return;
	argument = only_argument(arguments, &count);
	if (!operation_of_method(method, count, &operation)) {
		all_obscured(binder, function, statement);
		return;
	}
	change = change_add(binder, operation, function, statement);
	if (change) {
		bool element = !slice_equal_string(method, "extend");
		value_read(binder, argument, element, change);
	}
}

void all_decorated(struct binder *binder, TSNode decorator, struct slice decorated,
		   TSNode statement)
{
	TSNode expression = ts_node_named_child(decorator, 0);
	struct slices chain = {0};
	struct all_change *change;
	struct slice last;

	if (node_is(expression, "call"))
		expression = node_field(expression, "function");
	if (!binder_chain(binder, expression, &chain))
		return;
	last = chain.items[chain.count - 1];
	if (!slice_find(last, SLICE("public")) && !slice_find(last, SLICE("export")) &&
	    !slice_find(last, SLICE("all")))
		return;
	change = change_add(binder, ALL_DECORATED, decorator, statement);
	if (!change)
		return;
	*ARENA_PUSH(binder->arena, &change->names) = decorated;
	reference_add(binder, change, chain);
}

static bool is_edit(const struct parse *parse, TSNode node)
{
	TSNode list;

	if (node_is(node, "string_content"))
		return slice_equal_string(node_slice(parse, node), "__all__");
	if (node_is(node, "attribute")) {
		struct slice method = node_slice(parse, node_field(node, "attribute"));
		list = node_field(node, "object");
		return slice_equal_string(node_slice(parse, list), "__all__") &&
		       !leaves_names(method);
	}
	if (node_is(node, "augmented_assignment"))
		list = node_field(node, "left");
	else if (node_is(node, "global_statement"))
		list = ts_node_named_child(node, 0);
	else
		return false;
	return slice_equal_string(node_slice(parse, list), "__all__");
}

bool all_edited(const struct parse *parse, TSNode body)
{
	struct walk walk;
	bool edited = false;

	if (!slice_find(node_slice(parse, body), SLICE("__all__")))
		return false;
	walk_open(&walk, body);
	while (!edited && walk_next(&walk, true))
		edited = is_edit(parse, walk.node);
	walk_close(&walk);
	return edited;
}
