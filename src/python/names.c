#include "names.h"
#include "roles.h"

#define KIND_CACHE 512

struct walker {
	const struct parse *parse;
	const struct map *wanted;
	bool members;
	struct names *out;
	size_t max_depth;
	unsigned char kinds[KIND_CACHE]; /* by the grammar's symbol */
	struct frame *frames;
	size_t capacity;
};

static enum kind kind_of(struct walker *walker, TSNode node)
{
	TSSymbol symbol = ts_node_symbol(node);

	if (!ts_node_is_named(node))
		return KIND_OTHER;
	if (symbol >= KIND_CACHE)
		return node_kind(ts_node_type(node));
	if (walker->kinds[symbol] == KIND_UNKNOWN)
		walker->kinds[symbol] = (unsigned char)node_kind(ts_node_type(node));
	return walker->kinds[symbol];
}

/* ---- names ---- */

struct slice names_of(const struct parse *parse, const struct scopes *scopes,
		      const struct scope *scope, TSNode identifier)
{
	struct slice name = identifier_normalize(scopes->arena, node_slice(parse, identifier));

	return scope_mangle(scopes, scope, name);
}

/* False: nobody asked for this name. */
static bool name_is_wanted(const struct walker *walker, const struct scope *scope,
			   TSNode identifier, struct slice *mangled)
{
	struct slice name = identifier_normalize(walker->out->scopes.arena,
						 node_slice(walker->parse, identifier));

	*mangled = scope_mangle(&walker->out->scopes, scope, name);
	return map_get(walker->wanted, name) ||
	       (mangled->ptr != name.ptr && map_get(walker->wanted, *mangled));
}

static void bind(struct walker *walker, struct scope *scope, TSNode identifier, uint32_t from,
		 enum role role, bool surely)
{
	uint32_t end = ts_node_end_byte(identifier);
	struct slice name;

	if (!name_is_wanted(walker, scope, identifier, &name))
		return;
	if (from < end)
		from = end;
	if (role == ROLE_DELETE)
		scope_delete(scope, name, from);
	else
		scope_bind(scope, name, from, surely);
	if (role != ROLE_IMPORT)
		scope_doubt(scope, name);
}

static void refer(struct walker *walker, struct scope *scope, TSNode root, TSNode end,
		  enum chain_access access)
{
	struct slice name;

	if (!name_is_wanted(walker, scope, root, &name))
		return;
	*ARENA_PUSH(walker->out->scopes.arena, walker->out) = (struct reference){
		.scope = scope,
		.name = name,
		.root = root,
		.end = end,
		.access = access,
	};
}

static enum chain_access role_access(enum role role)
{
	switch (role) {
	case ROLE_STORE:
	case ROLE_WALRUS:
		return CHAIN_STORE;
	case ROLE_DELETE:
		return CHAIN_DELETE;
	default:
		return CHAIN_LOAD;
	}
}

static void enter_identifier(struct walker *walker, const struct frame *frame, TSNode node)
{
	struct scope *scope = frame->scope;
	struct slice name;

	switch (frame->role) {
	case ROLE_LOAD_REST:
		if (frame->chain_root == ts_node_start_byte(node))
			break;
		/* fallthrough */
	case ROLE_LOAD:
		refer(walker, scope, node, node, CHAIN_LOAD);
		break;
	case ROLE_STORE:
	case ROLE_DELETE:
		bind(walker, scope, node, frame->from, frame->role, !frame->skippable);
		refer(walker, scope, node, node, role_access(frame->role));
		break;
	case ROLE_WALRUS:
		bind(walker, scope_of_walrus(scope), node, frame->from, frame->role, false);
		refer(walker, scope_of_walrus(scope), node, node, CHAIN_STORE);
		break;
	case ROLE_PARAMETER:
		bind(walker, frame->inner, node, frame->from, frame->role, true);
		break;
	case ROLE_BIND: /* Python deletes an except clause's name at its end */
	case ROLE_CAPTURE:
		bind(walker, scope, node, frame->from, frame->role, false);
		break;
	case ROLE_TYPE_PARAMETER:
	case ROLE_ALIAS:
	case ROLE_IMPORT:
		bind(walker, scope, node, frame->from, frame->role, !frame->skippable);
		break;
	case ROLE_GLOBAL:
		if (name_is_wanted(walker, scope, node, &name))
			scope_declare_global(scope, name);
		break;
	case ROLE_NONLOCAL:
		if (name_is_wanted(walker, scope, node, &name))
			scope_declare_nonlocal(scope, name);
		break;
	case ROLE_NONE:
		break;
	}
}

/* ---- chains ---- */

/* The first named child that is no comment, or a null node. */
static TSNode only_child(TSNode node)
{
	TSNode found = {0};
	struct children children;

	children_open(&children, node);
	while (ts_node_is_null(found) && children_next(&children))
		if (children.named && !ts_node_is_extra(children.node))
			found = children.node;
	children_close(&children);
	return found;
}

/* The grammar reads `[*m.A]` as if it were `(*m).A`, which Python does not have. */
static bool is_wrapper(TSNode node)
{
	return node_is(node, "parenthesized_expression") || node_is(node, "type") ||
	       node_is(node, "list_splat") || node_is(node, "list_splat_pattern");
}

static TSNode unwrap(TSNode node)
{
	while (is_wrapper(node))
		node = only_child(node);
	return node;
}

TSNode chain_object(TSNode node)
{
	if (node_is(node, "attribute"))
		return unwrap(node_field(node, "object"));
	if (node_is(node, "member_type"))
		return unwrap(only_child(node));
	return (TSNode){0};
}

TSNode chain_attribute(TSNode node)
{
	if (node_is(node, "attribute"))
		return node_field(node, "attribute");
	return ts_node_named_child(node, ts_node_named_child_count(node) - 1);
}

/* `a.b.c`, whatever `a` is: the first attribute that somebody asked for. */
static void enter_members(struct walker *walker, const struct frame *frame, TSNode end)
{
	TSNode member = {0};
	struct slice name, found = {0};

	for (TSNode node = end, object; object = chain_object(node), !ts_node_is_null(object);
	     node = object) {
		TSNode attribute = chain_attribute(node);

		if (!ts_node_is_null(attribute) &&
		    name_is_wanted(walker, frame->scope, attribute, &name)) {
			member = attribute;
			found = name;
		}
	}
	if (ts_node_is_null(member))
		return;
	*ARENA_PUSH(walker->out->scopes.arena, walker->out) = (struct reference){
		.scope = frame->scope,
		.name = found,
		.root = member,
		.end = end,
		.access = role_access(frame->role),
		.member = true,
	};
}

/*
 * `a.b.c`: false if there may be more below than the chain, as it does not begin with a name or has
 * an error in it.
 */
static bool enter_chain(struct walker *walker, struct frame *frame, TSNode node)
{
	TSNode root = node, object;

	while (object = chain_object(root), !ts_node_is_null(object))
		root = object;
	if (!node_is(root, "identifier"))
		return false;
	refer(walker, frame->scope, root, node, role_access(frame->role));
	frame->chain_root = ts_node_start_byte(root);
	return !ts_node_has_error(node);
}

/* A dotted name in a `case`: alone it is bound, `a.b` and a class are looked up. */
static void enter_dotted_name(struct walker *walker, const struct frame *frame, TSNode node)
{
	TSNode first = ts_node_named_child(node, 0);

	if (ts_node_is_null(first))
		return;
	if (frame->role == ROLE_IMPORT)
		bind(walker, frame->scope, first, frame->from, frame->role, !frame->skippable);
	else if (frame->role == ROLE_CAPTURE && ts_node_named_child_count(node) == 1)
		bind(walker, frame->scope, first, frame->from, frame->role, false);
	else if (frame->role == ROLE_CAPTURE || frame->role == ROLE_LOAD)
		refer(walker, frame->scope, first, node, CHAIN_LOAD);
}

/* ---- the walk ---- */

static struct scope *open_scope(struct walker *walker, struct scope *parent, enum block block,
				TSNode node)
{
	if (parent->depth >= walker->max_depth)
		walker->out->unreadable = "nested deeper than max-depth";
	return scope_open(&walker->out->scopes, parent, block, ts_node_start_byte(node),
			  ts_node_end_byte(node));
}

static void enter_definition(struct walker *walker, struct frame *frame, TSNode node)
{
	TSNode name = node_field(node, "name");
	bool generic = !ts_node_is_null(node_field(node, "type_parameters")) ||
		       frame->kind == KIND_ALIAS_STATEMENT;

	frame->types = generic ? open_scope(walker, frame->scope, BLOCK_TYPES, node) : frame->scope;
	if (frame->kind == KIND_ALIAS_STATEMENT)
		return;
	frame->inner = open_scope(walker, frame->types,
				  frame->kind == KIND_CLASS ? BLOCK_CLASS : BLOCK_FUNCTION, node);
	if (ts_node_is_null(name))
		return;
	bind(walker, frame->scope, name, ts_node_end_byte(node), ROLE_STORE, !frame->skippable);
	frame->skippable = false; /* what is inside has a scope of its own */
	if (frame->kind == KIND_CLASS)
		frame->inner->class_name = names_of(walker->parse, &walker->out->scopes,
						    walker->out->scopes.items[0], name);
}

/* False: nothing below needs a look. */
static bool enter(struct walker *walker, struct frame *frame, TSNode node)
{
	if (frame->role == ROLE_NONE)
		return false;
	switch (frame->kind) {
	case KIND_FUNCTION:
	case KIND_CLASS:
	case KIND_LAMBDA:
	case KIND_ALIAS_STATEMENT:
		enter_definition(walker, frame, node);
		return true;
	case KIND_COMPREHENSION:
		frame->inner = open_scope(walker, frame->scope, BLOCK_COMPREHENSION, node);
		return true;
	case KIND_ASSIGNMENT:
		frame->from = ts_node_end_byte(node);
		/* `x: T` binds nothing, and makes the name the scope's. */
		frame->skippable |= ts_node_is_null(node_field(node, "right"));
		return true;
	case KIND_DELETE:
	case KIND_IMPORT:
	case KIND_WALRUS:
		frame->from = ts_node_end_byte(node);
		return true;
	case KIND_FOR:
		frame->from = ts_node_end_byte(node_field(node, "right"));
		frame->skippable = true;
		return true;
	case KIND_BRANCH:
		frame->skippable = true;
		return true;
	case KIND_ATTRIBUTE:
	case KIND_MEMBER_TYPE:
		if (frame->role == ROLE_LOAD_REST)
			return true;
		if (walker->members)
			enter_members(walker, frame, node);
		return !enter_chain(walker, frame, node);
	case KIND_IDENTIFIER:
		enter_identifier(walker, frame, node);
		return false;
	case KIND_DOTTED_NAME:
		enter_dotted_name(walker, frame, node);
		return false;
	default:
		return true;
	}
}

static bool enter_node(struct walker *walker, const struct walk *walk)
{
	struct frame *frame, *parent;
	const char *field;

	if (!ts_node_is_named(walk->node))
		return false;
	walker->frames = arena_grow(walker->out->scopes.arena, walker->frames, walk->depth,
				    &walker->capacity, sizeof *walker->frames);
	frame = &walker->frames[walk->depth];
	parent = frame - 1;
	field = ts_tree_cursor_current_field_name(&walk->cursor);
	*frame = (struct frame){
		.kind = kind_of(walker, walk->node),
		.role = ROLE_LOAD,
		.scope = parent->scope,
		.types = parent->types,
		.inner = parent->inner,
		.from = parent->from,
		.skippable = parent->skippable,
		.chain_root = parent->chain_root,
	};
	frame_place(frame, parent, field);
	return enter(walker, frame, walk->node);
}

void names_read(const struct parse *parse, const struct map *wanted, bool members,
		const struct text_limits *limits, struct arena *arena, struct names *out)
{
	struct walker walker = {.parse = parse, .wanted = wanted, .members = members, .out = out};
	struct walk walk;
	struct scope *module;

	*out = (struct names){.scopes.arena = arena};
	walker.max_depth = limits && limits->max_depth ? limits->max_depth : PAWL_MAX_NESTING;
	module = scope_open(&out->scopes, NULL, BLOCK_MODULE, 0, UINT32_MAX);
	walker.frames = arena_grow(arena, NULL, 0, &walker.capacity, sizeof *walker.frames);
	walker.frames[0] = (struct frame){
		.kind = KIND_OTHER, .scope = module, .types = module, .inner = module};
	walk_open(&walk, parse->root);
	walk_next(&walk, true);
	for (bool down = true; !out->unreadable && walk_next(&walk, down);)
		down = enter_node(&walker, &walk);
	walk_close(&walk);
}
