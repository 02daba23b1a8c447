/*
 * What import statements bind (D2).
 */
#include "bindings.h"

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

void import_read(struct binder *binder, TSNode statement)
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
