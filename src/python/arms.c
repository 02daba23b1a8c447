/*
 * Statements of which a run takes one arm or another: `if`, `try` and `match` (D4).
 */
#include "bindings.h"

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
			/* An outer `try` or `with` may go on from there. */
			if ((outer || binder->skippable) &&
			    ts_node_named_child_count(arm->body) > 1)
				binder->out->raises_caught = true;
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

void if_read(struct binder *binder, TSNode statement)
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

void try_read(struct binder *binder, TSNode statement)
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
		else if (node_is(children.node, "except_group_clause"))
			binder->out->raises_caught = true; /* several of them can run */
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

void match_read(struct binder *binder, TSNode statement)
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
