/*
 * What a module's top level binds, in order (D1), from a whole parse.
 *
 * Statements nest as deep as limits->max_depth, and only they are entered by recursion; expressions
 * are walked.
 */
#include "bindings.h"

/* ---- simple statements ---- */

static bool names_all(const struct binder *binder, TSNode node)
{
	return node_is(node, "identifier") &&
	       slice_equal_string(node_slice(binder->parse, node), "__all__");
}

static bool slices_all(const struct binder *binder, TSNode node)
{
	return node_is(node, "subscript") && names_all(binder, node_field(node, "value"));
}

/* How many elements a tuple or list has, or a target of several names; 0 where it is none of these,
 * or has a star. The first `room` of them are given. */
static size_t elements_of(TSNode node, TSNode *out, size_t room)
{
	struct children children;
	size_t count = 0;
	bool starred = false;

	if (!node_is(node, "pattern_list") && !node_is(node, "tuple_pattern") &&
	    !node_is(node, "list_pattern") && !node_is(node, "expression_list") &&
	    !node_is(node, "tuple") && !node_is(node, "list"))
		return 0;
	children_open(&children, node);
	while (children_next(&children)) {
		if (!children.named || node_is(children.node, "comment"))
			continue;
		starred |= node_is(children.node, "list_splat_pattern") ||
			   node_is(children.node, "list_splat");
		if (count < room)
			out[count] = children.node;
		count++;
	}
	children_close(&children);
	return starred ? 0 : count;
}

/* Of longer ones, as a whole, no element is taken for a re-export. */
#define MAX_PAIRS 256

/* `a, b = x.a, x.b` is `a = x.a` and `b = x.b`; nested ones bind without a chain. */
static void values_bind(struct binder *binder, TSNode target, TSNode value, TSNode statement)
{
	TSNode targets[MAX_PAIRS], values[MAX_PAIRS];
	size_t count = elements_of(target, targets, MAX_PAIRS);

	if (count == 1 && ts_node_child_count(target) == 3 && node_is(target, "tuple_pattern"))
		value_bind(binder, targets[0], value, statement); /* `(a) = x.a` */
	else if (!count || count > MAX_PAIRS || elements_of(value, values, MAX_PAIRS) != count)
		value_bind(binder, target, value, statement);
	else
		for (size_t i = 0; i < count; i++)
			value_bind(binder, targets[i], values[i], statement);
}

/* `a = b = value`: every target, with the value at the end. */
static void assignment_read(struct binder *binder, TSNode node, TSNode statement)
{
	TSNode value = node_field(node, "right");

	while (node_is(value, "assignment"))
		value = node_field(value, "right");
	if (ts_node_is_null(value))
		return; /* `name: type` binds nothing */
	for (; node_is(node, "assignment"); node = node_field(node, "right")) {
		TSNode left = node_field(node, "left");

		if (names_all(binder, left))
			all_assigned(binder, ALL_SET, left, value, statement);
		else if (slices_all(binder, left))
			all_obscured(binder, left, statement);
		values_bind(binder, left, value, statement);
	}
}

static void augmented_read(struct binder *binder, TSNode node, TSNode statement)
{
	TSNode left = node_field(node, "left");

	if (names_all(binder, left) && node_is(node_field(node, "operator"), "+="))
		all_assigned(binder, ALL_EXTEND, left, node_field(node, "right"), statement);
	else if (names_all(binder, left) || slices_all(binder, left))
		all_obscured(binder, left, statement);
	if (!names_all(binder, left))
		target_bind(binder, BINDING_DECLARATION, left, statement);
}

static void delete_read(struct binder *binder, TSNode statement)
{
	struct children children;

	children_open(&children, statement);
	while (children_next(&children)) {
		if (!children.named)
			continue;
		if (names_all(binder, children.node) || slices_all(binder, children.node))
			all_obscured(binder, children.node, statement);
		target_bind(binder, BINDING_DELETE, children.node, statement);
	}
	children_close(&children);
}

static void expression_read(struct binder *binder, TSNode statement)
{
	struct children children;

	children_open(&children, statement);
	while (children_next(&children)) {
		if (node_is(children.node, "assignment"))
			assignment_read(binder, children.node, statement);
		else if (node_is(children.node, "augmented_assignment"))
			augmented_read(binder, children.node, statement);
		else if (node_is(children.node, "call"))
			all_called(binder, children.node, statement);
	}
	children_close(&children);
}

/* `type X[T] = …` binds X. */
static void type_alias_read(struct binder *binder, TSNode statement)
{
	struct walk walk;
	bool bound = false;

	walk_open(&walk, node_field(statement, "left"));
	while (!bound && walk_next(&walk, true)) {
		bound = node_is(walk.node, "identifier");
		if (bound)
			name_bind(binder, BINDING_DECLARATION, walk.node, statement);
	}
	walk_close(&walk);
}

/* ---- definitions ---- */

static void definition_read(struct binder *binder, TSNode node, TSNode statement)
{
	TSNode body = node_field(node, "body");

	if (binder->scan_globals && !node_is(node, "class_definition"))
		globals_read(binder, body);
	if (node_is(node, "class_definition")) {
		bool outer = binder->in_class;
		binder->in_class = true;
		block_read(binder, body);
		binder->in_class = outer;
	} else if (all_edited(binder->parse, body)) {
		binder->out->edits_all = true;
		if (!binder->in_class)
			all_obscured(binder, node, statement);
	}
	name_bind(binder, BINDING_DECLARATION, node_field(node, "name"), statement);
}

static void decorated_read(struct binder *binder, TSNode statement)
{
	TSNode definition = node_field(statement, "definition");
	struct slice name = binder_identifier(binder, node_field(definition, "name"));
	struct children children;

	children_open(&children, statement);
	while (children_next(&children)) {
		if (node_is(children.node, "decorator"))
			all_decorated(binder, children.node, name, statement);
	}
	children_close(&children);
	definition_read(binder, definition, statement);
}

/* ---- with and loops ---- */

static void with_read(struct binder *binder, TSNode statement)
{
	bool skippable = binder->skippable;
	struct walk walk;
	size_t items = 0;

	walk_open(&walk, statement);
	for (bool enter = true; walk_next(&walk, enter);) {
		enter = !is_scope_or_body(walk.node);
		/* The first context manager may swallow what the second one raises. */
		if (node_is(walk.node, "with_item") && items++ > 0)
			binder->skippable = true;
		if (node_is(walk.node, "as_pattern_target")) {
			target_bind(binder, BINDING_DECLARATION, walk.node, statement);
			enter = false;
			binder->skippable = true;
		}
	}
	walk_close(&walk);
	binder->skippable = true;
	block_read(binder, node_field(statement, "body"));
	binder->skippable = skippable;
}

static void loop_read(struct binder *binder, TSNode statement)
{
	bool skippable = binder->skippable;

	binder->skippable = true;
	if (node_is(statement, "for_statement"))
		target_bind(binder, BINDING_DECLARATION, node_field(statement, "left"), statement);
	block_read(binder, node_field(statement, "body"));
	block_read(binder, node_field(node_field(statement, "alternative"), "body"));
	binder->skippable = skippable;
}

/* At the top level `global` says nothing; a class body binds the module's names by it. */
static void global_read(struct binder *binder, TSNode statement)
{
	if (binder->in_class && binder->scan_globals)
		globals_read(binder, statement);
}

/* ---- statements ---- */

static const struct {
	const char *type;
	void (*read)(struct binder *binder, TSNode statement);
} readers[] = {
	{"expression_statement", expression_read},
	{"import_from_statement", import_read},
	{"import_statement", import_read},
	{"future_import_statement", import_read},
	{"decorated_definition", decorated_read},
	{"if_statement", if_read},
	{"try_statement", try_read},
	{"match_statement", match_read},
	{"with_statement", with_read},
	{"for_statement", loop_read},
	{"while_statement", loop_read},
	{"delete_statement", delete_read},
	{"type_alias_statement", type_alias_read},
	{"global_statement", global_read},
	{"ERROR", block_read}, /* T6: what stands whole in it */
};

static void statement_read(struct binder *binder, TSNode statement)
{
	const char *type = ts_node_type(statement);

	expressions_read(binder, statement);
	if (strcmp(type, "function_definition") == 0 || strcmp(type, "class_definition") == 0) {
		definition_read(binder, statement, statement);
		return;
	}
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
		if (strcmp(type, readers[i].type) == 0) {
			readers[i].read(binder, statement);
			return;
		}
	}
}

void block_read(struct binder *binder, TSNode block)
{
	struct children children;

	if (ts_node_is_null(block) || binder->out->unreadable)
		return;
	if (binder->depth >= binder->max_depth) {
		binder->out->unreadable = "nested too deep";
		return;
	}
	binder->depth++;
	children_open(&children, block);
	while (children_next(&children)) {
		if (children.named)
			statement_read(binder, children.node);
	}
	children_close(&children);
	binder->depth--;
}

static bool text_holds_any(const struct text *text, const char *const *words)
{
	for (; *words; words++) {
		if (slice_find(text->bytes, slice_of(*words)))
			return true;
	}
	return false;
}

static void tree_read(struct parse *parse, bool parsed, bool bodies,
		      const struct text_limits *limits, struct arena *arena, struct bindings *out)
{
	static const char *const words[] = {":=",   "globals()", "locals()", "vars()",
					    "exec", "setattr",	 NULL};
	struct binder binder = {
		.parse = parse,
		.arena = arena,
		.out = out,
		.max_depth = limits && limits->max_depth ? limits->max_depth : PAWL_MAX_NESTING,
		.scan_expressions = text_holds_any(parse->text, words),
		.scan_globals = bodies && slice_find(parse->text->bytes, SLICE("global")),
	};

	*out = (struct bindings){0};
	if (parsed)
		block_read(&binder, parse->root);
	if (parsed && bodies) {
		out->broken = ts_node_has_error(parse->root);
		out->writes_itself = out->dynamic || text_writes_itself(parse);
	}
	if (!parsed)
		out->unreadable = parse->unreadable;
	parse_close(parse);
}

void bindings_read(const struct text *text, const struct text_limits *limits, struct arena *arena,
		   struct bindings *out)
{
	struct parse parse;
	bool parsed = parse_whole(&parse, text, limits);

	tree_read(&parse, parsed, true, limits, arena, out);
}

void bindings_read_outline(const struct text *text, const struct outline *outline,
			   const struct text_limits *limits, struct arena *arena,
			   struct bindings *out)
{
	struct parse parse;
	bool parsed = parse_outline(&parse, text, outline, limits, arena);

	tree_read(&parse, parsed, false, limits, arena, out);
}
