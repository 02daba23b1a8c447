/*
 * What a module's top level binds, in order (D1), from a whole parse.
 *
 * Statements nest as deep as limits->max_depth, and only they are entered by recursion; expressions
 * are walked.
 */
#include "bindings.h"

static void block_read(struct binder *binder, TSNode block);

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
	};
	return binding;
}

/* ---- TYPE_CHECKING (D8) ---- */

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

/* Keeps track of which names stand for TYPE_CHECKING: a name that is bound again is none. */
static void checking_note(struct binder *binder, const struct binding *binding)
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

enum condition {
	CONDITION_OPEN,
	CONDITION_CHECKING, /* true for type checkers alone, or for nobody (`if False`) */
	CONDITION_ALWAYS,   /* for every run: `if not TYPE_CHECKING`, `if True` */
};

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

static enum condition condition_read(const struct binder *binder, TSNode node)
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

/* ---- names ---- */

static void name_bind(struct binder *binder, enum binding_kind kind, TSNode at, TSNode statement)
{
	struct slice name = binder_identifier(binder, at);

	if (binder->in_class || name.len == 0)
		return;
	checking_note(binder, binder_add(binder, kind, name, at, statement));
	if (slice_equal_string(name, "__getattr__") && kind != BINDING_DELETE)
		binder->out->has_getattr = true;
}

/* Every name of a target: `a`, `(b, *c)`, `[d, e.f, g[h]]` bind or delete a, b, c and d. */
static void target_bind(struct binder *binder, enum binding_kind kind, TSNode target,
			TSNode statement)
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

/* D6: a value that is a whole name or chain is kept with what it is bound to. */
static void value_bind(struct binder *binder, TSNode target, TSNode value, TSNode statement)
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

static bool names_all(const struct binder *binder, TSNode node)
{
	return node_is(node, "identifier") &&
	       slice_equal_string(node_slice(binder->parse, node), "__all__");
}

static bool slices_all(const struct binder *binder, TSNode node)
{
	return node_is(node, "subscript") && names_all(binder, node_field(node, "value"));
}

/* ---- expressions that bind ---- */

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

/* Bodies have statements of their own, lambdas a scope of their own. */
static bool is_scope_or_body(TSNode node)
{
	return node_is(node, "block") || node_is(node, "lambda");
}

/* Walruses, and writes to the module's dict, in a statement's own expressions. */
static void expressions_read(struct binder *binder, TSNode statement)
{
	struct walk walk;

	if (!binder->scan_expressions || binder->in_class)
		return;
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
}

/* ---- imports ---- */

/* `a . b` as `a.b`, after NFKC. */
static struct slice dotted_read(const struct binder *binder, TSNode node)
{
	struct buf name = {.arena = binder->arena};
	struct children children;

	if (ts_node_is_null(node))
		return SLICE("");
	children_open(&children, node);
	while (children_next(&children)) {
		if (!node_is(children.node, "identifier"))
			continue;
		if (name.len > 0)
			buf_add_char(&name, '.');
		buf_add(&name, binder_identifier(binder, children.node));
	}
	children_close(&children);
	return name.len > 0 ? buf_slice(&name) : SLICE("");
}

static struct slice first_component(struct slice dotted)
{
	const char *dot = memchr(dotted.ptr, '.', dotted.len);

	return dot ? (struct slice){dotted.ptr, (size_t)(dot - dotted.ptr)} : dotted;
}

/* What one statement imports, before its names are known. */
struct import_source {
	TSNode statement;
	bool from;
	unsigned level;
	struct slice module;
};

static void import_bind(struct binder *binder, const struct import_source *source, TSNode node)
{
	struct slice name, alias = SLICE("");
	struct binding *binding;
	TSNode at = node;

	if (node_is(node, "aliased_import")) {
		TSNode alias_node = node_field(node, "alias");
		node = node_field(node, "name");
		at = alias_node;
		alias = binder_identifier(binder, alias_node);
	}
	name = dotted_read(binder, node);
	if (name.len == 0)
		return;
	binding = binder_add(binder, source->from ? BINDING_FROM : BINDING_MODULE, name, at,
			     source->statement);
	binding->level = source->level;
	binding->module = source->from ? source->module : name;
	binding->target = source->from ? name : SLICE("");
	binding->alias = alias;
	if (alias.len > 0)
		binding->name = alias;
	else if (!source->from)
		binding->name = first_component(name);
	if (binder->in_class) {
		binding->kind = BINDING_LOAD;
		binding->name = SLICE("");
	} else {
		checking_note(binder, binding);
	}
}

static void star_bind(struct binder *binder, const struct import_source *source, TSNode at)
{
	struct binding *binding =
		binder_add(binder, BINDING_STAR, SLICE("*"), at, source->statement);

	binding->level = source->level;
	binding->module = source->module;
	if (binder->in_class) {
		binding->kind = BINDING_LOAD;
		binding->name = SLICE("");
	}
}

static void source_read(const struct binder *binder, TSNode node, struct import_source *source)
{
	struct children children;

	if (node_is(node, "dotted_name")) {
		source->module = dotted_read(binder, node);
		return;
	}
	children_open(&children, node);
	while (children_next(&children)) {
		if (node_is(children.node, "dotted_name"))
			source->module = dotted_read(binder, children.node);
		if (!node_is(children.node, "import_prefix"))
			continue;
		struct slice dots = node_slice(binder->parse, children.node);
		for (size_t i = 0; i < dots.len; i++)
			source->level += dots.ptr[i] == '.';
	}
	children_close(&children);
}

static void import_read(struct binder *binder, TSNode statement)
{
	struct import_source source = {.statement = statement, .module = SLICE("")};
	struct children children;

	if (node_is(statement, "future_import_statement")) {
		source.from = true;
		source.module = SLICE("__future__");
	} else if (node_is(statement, "import_from_statement")) {
		source.from = true;
		source_read(binder, node_field(statement, "module_name"), &source);
	}
	children_open(&children, statement);
	while (children_next(&children)) {
		if (node_is(children.node, "wildcard_import"))
			star_bind(binder, &source, children.node);
		else if (children.field && strcmp(children.field, "name") == 0)
			import_bind(binder, &source, children.node);
	}
	children_close(&children);
}

/* ---- simple statements ---- */

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
		value_bind(binder, left, value, statement);
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

/* ---- compound statements ---- */

struct arm {
	TSNode body;
	enum condition condition;
	TSNode bind; /* an `as` name of an except clause, or a case's pattern; else null */
	uint32_t index;
};

struct arms {
	struct arm *items;
	size_t count, capacity;
};

static struct arm *arm_add(struct binder *binder, struct arms *arms, TSNode body)
{
	struct arm *arm = ARENA_PUSH(binder->arena, arms);

	arm->body = body;
	arm->index = (uint32_t)(arms->count - 1);
	return arm;
}

/* Does a block end in `raise` or `sys.exit()`? Then no use of the module sees what it binds. */
static bool never_ends(const struct binder *binder, TSNode block)
{
	struct children children;
	TSNode last = {0};
	struct slice text;

	if (ts_node_is_null(block))
		return false;
	children_open(&children, block);
	while (children_next(&children)) {
		if (children.named && !node_is(children.node, "comment"))
			last = children.node;
	}
	children_close(&children);
	if (ts_node_is_null(last))
		return false;
	text = node_slice(binder->parse, last);
	return node_is(last, "raise_statement") || slice_starts_with(text, SLICE("sys.exit("));
}

/* The captures of a `case`: `x`, `[a, *b]`, `C(d=e)`, `{"k": f, **g}`, `h as i`. */
static void pattern_bind(struct binder *binder, TSNode pattern, TSNode statement)
{
	uint32_t no_capture = UINT32_MAX; /* where a class's or a keyword's own name begins */
	struct walk walk;

	walk_open(&walk, pattern);
	for (bool enter = true; walk_next(&walk, enter);) {
		TSNode node = walk.node;
		uint32_t start = ts_node_start_byte(node);

		enter = true;
		if (node_is(node, "class_pattern") || node_is(node, "keyword_pattern")) {
			no_capture = start;
		} else if (node_is(node, "dotted_name")) {
			enter = start != no_capture && ts_node_named_child_count(node) == 1;
		} else if (node_is(node, "identifier") && start != no_capture) {
			name_bind(binder, BINDING_DECLARATION, node, statement);
		}
	}
	walk_close(&walk);
}

static void arm_read(struct binder *binder, const struct arm *arm, TSNode statement)
{
	if (node_is(arm->bind, "case_pattern"))
		pattern_bind(binder, arm->bind, statement);
	block_read(binder, arm->body);
	/* Python deletes an except clause's name at its end. */
	if (!ts_node_is_null(arm->bind) && !node_is(arm->bind, "case_pattern"))
		target_bind(binder, BINDING_DELETE, arm->bind, statement);
}

/* How many of the arms a run that goes on can enter: arms that share an index are one. */
static uint32_t arms_number(struct binder *binder, struct arms *arms)
{
	uint32_t count = 0;

	for (size_t i = 0; i < arms->count; i++) {
		struct arm *arm = &arms->items[i];

		if (arm->condition == CONDITION_CHECKING)
			continue;
		if (arm->index < i) { /* try's else */
			arm->index = arms->items[arm->index].index;
			continue;
		}
		arm->index = never_ends(binder, arm->body) ? UINT32_MAX : count++;
	}
	return count;
}

static void arms_read(struct binder *binder, TSNode statement, struct arms *arms, bool falls)
{
	const struct branch *outer = binder->branch;
	bool type_checking = binder->type_checking;
	uint32_t count = arms_number(binder, arms);

	for (size_t i = 0; i < arms->count; i++) {
		const struct arm *arm = &arms->items[i];

		if (arm->condition == CONDITION_CHECKING) {
			binder->type_checking = true;
		} else if (arm->index == UINT32_MAX) {
			continue;
		} else if (count > 1 || falls) {
			struct branch *branch = arena_alloc(binder->arena, sizeof *branch);
			*branch = (struct branch){
				.parent = outer,
				.statement = ts_node_start_byte(statement),
				.arm = arm->index,
				.arm_count = count,
				.may_fall_through = falls,
			};
			binder->branch = branch;
		}
		arm_read(binder, arm, statement);
		binder->branch = outer;
		binder->type_checking = type_checking;
	}
}

/* Adds an `if` or `elif`, and says in *rest what reaches the arms behind it. */
static void if_arm(struct binder *binder, struct arms *arms, TSNode clause, enum condition *rest)
{
	enum condition condition = condition_read(binder, node_field(clause, "condition"));
	struct arm *arm = arm_add(binder, arms, node_field(clause, "consequence"));

	arm->condition = *rest == CONDITION_CHECKING ? *rest : condition;
	if (condition == CONDITION_ALWAYS)
		*rest = CONDITION_CHECKING;
}

static void if_read(struct binder *binder, TSNode statement)
{
	enum condition rest = CONDITION_OPEN;
	struct children children;
	struct arms arms = {0};
	bool has_else = false;

	if_arm(binder, &arms, statement, &rest);
	children_open(&children, statement);
	while (children_next(&children)) {
		if (node_is(children.node, "elif_clause")) {
			if_arm(binder, &arms, children.node, &rest);
		} else if (node_is(children.node, "else_clause")) {
			TSNode body = node_field(children.node, "body");
			arm_add(binder, &arms, body)->condition = rest;
			has_else = true;
		}
	}
	children_close(&children);
	arms_read(binder, statement, &arms, !has_else && rest == CONDITION_OPEN);
}

static TSNode block_of(TSNode clause)
{
	struct children children;
	TSNode block = {0};

	children_open(&children, clause);
	while (children_next(&children)) {
		if (node_is(children.node, "block"))
			block = children.node;
	}
	children_close(&children);
	return block;
}

static TSNode except_name(TSNode clause)
{
	TSNode alias = node_field(clause, "alias");

	if (ts_node_is_null(alias) && node_is(node_field(clause, "value"), "as_pattern"))
		alias = node_field(node_field(clause, "value"), "alias");
	return alias;
}

static void try_read(struct binder *binder, TSNode statement)
{
	struct children children;
	struct arms arms = {0};
	TSNode finally = {0};

	arm_add(binder, &arms, node_field(statement, "body"));
	children_open(&children, statement);
	while (children_next(&children)) {
		if (node_is(children.node, "except_clause"))
			arm_add(binder, &arms, block_of(children.node))->bind =
				except_name(children.node);
		else if (node_is(children.node, "else_clause"))
			arm_add(binder, &arms, node_field(children.node, "body"))->index = 0;
		else if (node_is(children.node, "finally_clause"))
			finally = block_of(children.node);
	}
	children_close(&children);
	arms_read(binder, statement, &arms, false);
	block_read(binder, finally);
}

/* A bare `_` or name, without a guard, takes whatever comes. */
static bool is_irrefutable(const struct binder *binder, TSNode clause, TSNode pattern)
{
	struct slice text = node_slice(binder->parse, pattern);

	if (!ts_node_is_null(node_field(clause, "guard")))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
			      c >= 0x80 || (i > 0 && c >= '0' && c <= '9');
		if (!letter)
			return false;
	}
	return !slice_equal_string(text, "None") && !slice_equal_string(text, "True") &&
	       !slice_equal_string(text, "False");
}

static void match_read(struct binder *binder, TSNode statement)
{
	struct children children;
	struct arms arms = {0};
	bool falls = true;

	children_open(&children, node_field(statement, "body"));
	while (children_next(&children)) {
		TSNode clause = children.node, pattern = {0};
		struct arm *arm;

		if (!node_is(clause, "case_clause"))
			continue;
		expressions_read(binder, node_field(clause, "guard"));
		for (uint32_t i = 0; i < 2 && ts_node_is_null(pattern); i++) {
			if (node_is(ts_node_named_child(clause, i), "case_pattern"))
				pattern = ts_node_named_child(clause, i);
		}
		arm = arm_add(binder, &arms, node_field(clause, "consequence"));
		arm->bind = pattern;
		falls = falls && !is_irrefutable(binder, clause, pattern);
	}
	children_close(&children);
	arms_read(binder, statement, &arms, falls);
}

static void with_read(struct binder *binder, TSNode statement)
{
	struct walk walk;

	walk_open(&walk, statement);
	for (bool enter = true; walk_next(&walk, enter);) {
		enter = !is_scope_or_body(walk.node);
		if (node_is(walk.node, "as_pattern_target")) {
			target_bind(binder, BINDING_DECLARATION, walk.node, statement);
			enter = false;
		}
	}
	walk_close(&walk);
	block_read(binder, node_field(statement, "body"));
}

static void loop_read(struct binder *binder, TSNode statement)
{
	if (node_is(statement, "for_statement"))
		target_bind(binder, BINDING_DECLARATION, node_field(statement, "left"), statement);
	block_read(binder, node_field(statement, "body"));
	block_read(binder, node_field(node_field(statement, "alternative"), "body"));
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

static void block_read(struct binder *binder, TSNode block)
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

static void tree_read(struct parse *parse, bool parsed, const struct text_limits *limits,
		      struct arena *arena, struct bindings *out)
{
	static const char *const words[] = {":=",   "globals()", "locals()", "vars()",
					    "exec", "setattr",	 NULL};
	struct binder binder = {
		.parse = parse,
		.arena = arena,
		.out = out,
		.max_depth = limits && limits->max_depth ? limits->max_depth : PAWL_MAX_NESTING,
		.scan_expressions = text_holds_any(parse->text, words),
	};

	*out = (struct bindings){0};
	if (parsed)
		block_read(&binder, parse->root);
	else
		out->unreadable = parse->unreadable;
	parse_close(parse);
}

void bindings_read(const struct text *text, const struct text_limits *limits, struct arena *arena,
		   struct bindings *out)
{
	struct parse parse;
	bool parsed = parse_whole(&parse, text, limits);

	tree_read(&parse, parsed, limits, arena, out);
}

void bindings_read_outline(const struct text *text, const struct outline *outline,
			   const struct text_limits *limits, struct arena *arena,
			   struct bindings *out)
{
	struct parse parse;
	bool parsed = parse_outline(&parse, text, outline, limits, arena);

	tree_read(&parse, parsed, limits, arena, out);
}
