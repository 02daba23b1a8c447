/*
 * The attribute chains that begin with a name that an import binds (N2). The tree says which names
 * there are, the scopes whose they are.
 */
#include "names.h"

/* Several imports can bind a name, so hostile texts could multiply the two. */
#define MAX_CHAINS 1000000

struct reader {
	const struct parse *parse;
	const struct imports *imports;
	struct names names;
	struct map bound; /* by the names that wanted imports bind: maps of them, as a scope has */
	struct map members; /* the same of imports that bind in a class */
	bool has_members;
	struct arena *arena;
	struct chains *out;
};

struct slice import_bound_name(const struct import *import)
{
	const char *dot;

	if (import->alias.len)
		return import->alias;
	if (import->from)
		return import->name;
	dot = memchr(import->module.ptr, '.', import->module.len);
	return (struct slice){import->module.ptr,
			      dot ? (size_t)(dot - import->module.ptr) : import->module.len};
}

/* Imports with one key bind the same thing: a text that repeats itself has one chain for a name. */
static struct slice import_key(const struct import *import, struct arena *arena)
{
	struct slice head = slice_format(arena, "%d %u ", import->type_checking, import->level);
	struct slice what = import->module;

	if (import->from)
		what = slice_join(arena, import->module, SLICE(" "), import->name);
	else if (!import->alias.len)
		what = import_bound_name(import);
	return slice_join(arena, head, SLICE(""), what);
}

/* ---- the names asked for ---- */

static void wanted_names(struct reader *reader, const bool *wanted)
{
	reader->bound.arena = reader->arena;
	for (size_t i = 0; i < reader->imports->count; i++) {
		const struct import *import = &reader->imports->items[i];
		struct map_entry *entry;

		if (!wanted[i] || import->star)
			continue;
		reader->has_members |= import->scope == SCOPE_CLASS;
		entry = map_put(&reader->bound, import_bound_name(import));
		if (!entry->value) {
			struct map *imports = arena_alloc(reader->arena, sizeof *imports);

			imports->arena = reader->arena;
			entry->value = imports;
		}
	}
}

/* What a class binds is an attribute of it, and of what is made by it (`A.models`, `self.models`).
 */
static void member_add(struct reader *reader, struct slice name, struct slice key,
		       const struct import *import)
{
	struct map_entry *entry = map_put(&reader->members, name);
	struct scope_name *member = entry->value;

	if (!member) {
		member = arena_alloc(reader->arena, sizeof *member);
		member->bound = true;
		member->imports.arena = reader->arena;
		entry->value = member;
	}
	map_put(&member->imports, key)->value = (void *)import;
}

/*
 * By where an import stands, not by its node: what the tree has as an error (PEP 810's `lazy`)
 * binds all the same.
 */
static void bind_imports(struct reader *reader, const bool *wanted)
{
	struct scopes *scopes = &reader->names.scopes;

	for (size_t i = 0; i < reader->imports->count; i++) {
		const struct import *import = &reader->imports->items[i];
		struct slice name, key;
		struct scope *scope;

		if (!wanted[i] || import->star)
			continue;
		name = import_bound_name(import);
		/* What stands nowhere is the module's. */
		scope = import->statement.line ? scope_at(scopes, import->statement.offset)
					       : scopes->items[0];
		key = import_key(import, reader->arena);
		scope_import(scopes, scope, scope_mangle(scopes, scope, name), key, import);
		map_put(map_get(&reader->bound, name), key)->value = (void *)import;
		if (scope->block == BLOCK_CLASS)
			member_add(reader, scope_mangle(scopes, scope, name), key, import);
	}
}

/*
 * The name that is referred to, or NULL; and what it is where a run has not bound that one.
 */
static const struct scope_name *reference_name(struct reader *reader,
					       const struct reference *reference,
					       const struct scope_name **or_else)
{
	/* To rebind or delete the name is the scope's own business, whatever the name was before.
	 */
	bool rebinds =
		reference->access != CHAIN_LOAD && ts_node_eq(reference->root, reference->end);
	uint32_t offset = rebinds ? UINT32_MAX : ts_node_start_byte(reference->root);
	struct scopes *scopes = &reader->names.scopes;

	*or_else = rebinds ? NULL
			   : scope_resolve_else(scopes, reference->scope, reference->name, offset);
	return scope_resolve(scopes, reference->scope, reference->name, offset);
}

/* ---- chains ---- */

static bool is_dotted_name(TSNode node)
{
	return node_is(node, "dotted_name");
}

/* The steps of `a.b.c` in a pattern, where the grammar has one flat node. */
static void steps_of_dotted_name(struct reader *reader, const struct reference *reference,
				 struct chain *chain)
{
	struct children children;
	size_t i = 0;

	chain->step_count = ts_node_named_child_count(reference->end) - 1;
	chain->steps = arena_alloc(reader->arena, chain->step_count * sizeof *chain->steps);
	children_open(&children, reference->end);
	while (i <= chain->step_count && children_next(&children)) {
		if (!node_is(children.node, "identifier"))
			continue;
		if (i++ > 0)
			chain->steps[i - 2] =
				(struct chain_step){names_of(reader->parse, &reader->names.scopes,
							     reference->scope, children.node),
						    node_position(children.node)};
	}
	chain->step_count = i ? i - 1 : 0;
	children_close(&children);
}

/* Attributes are nested from the last one inwards. */
static void steps_of_attributes(struct reader *reader, const struct reference *reference,
				struct chain *chain)
{
	TSNode node;
	size_t i;

	for (node = reference->end;
	     !ts_node_is_null(chain_object(node)) &&
	     !(reference->member && ts_node_eq(chain_attribute(node), reference->root));
	     node = chain_object(node))
		chain->step_count++;
	chain->steps = arena_alloc(reader->arena, chain->step_count * sizeof *chain->steps);
	for (node = reference->end, i = chain->step_count; i-- > 0; node = chain_object(node)) {
		TSNode attribute = chain_attribute(node);

		chain->steps[i] = (struct chain_step){
			names_of(reader->parse, &reader->names.scopes, reference->scope, attribute),
			node_position(attribute)};
	}
}

/*
 * Whether something else surely binds the name of an implied import after it and before the
 * reference. What stands nowhere can bind anew whenever other code runs, unless it did before.
 */
static bool is_hidden(const struct import *import, const struct scope_name *name,
		      const struct reference *reference)
{
	uint32_t from = import->statement_end;

	if (!import->implied)
		return false;
	if (!import->statement.line && scope_runs_at_once(reference->scope))
		from = 0;
	return scope_name_rebound(name, from, ts_node_start_byte(reference->root));
}

static void chains_add(struct reader *reader, struct chain *chain,
		       const struct reference *reference, const struct scope_name *name)
{
	for (struct map_entry *entry = name->imports.head; entry; entry = entry->next) {
		const struct import *import = entry->value;

		if (is_hidden(import, name, reference))
			continue;
		chain->import = (uint32_t)(import - reader->imports->items);
		*ARENA_PUSH(reader->arena, reader->out) = *chain;
	}
}

/* Where the tree has errors, so may the scopes: a name that nobody binds is then any import's. */
static const struct scope_name *name_of_errors(struct reader *reader,
					       const struct reference *reference)
{
	const struct map *imports = map_get(&reader->bound, reference->name);
	struct scope_name *any;

	if (!imports || !ts_node_has_error(reader->parse->root))
		return NULL;
	any = arena_alloc(reader->arena, sizeof *any);
	any->imports = *imports;
	return any;
}

static void chains_of_reference(struct reader *reader, const struct reference *reference)
{
	const struct scope_name *or_else = NULL, *name = NULL;
	struct chain chain = {
		.root = node_position(reference->root),
		.end = ts_node_end_byte(reference->end),
		.access = reference->access,
	};

	/* Which object has the member is not asked: doubt is a use, and is never rewritten. */
	if (reference->member)
		or_else = map_get(&reader->members, reference->name);
	else
		name = reference_name(reader, reference, &or_else);
	if (!reference->member && (!name || !name->bound))
		name = name_of_errors(reader, reference);
	if (!or_else || !or_else->bound || !or_else->imports.count)
		or_else = NULL;
	if ((!name || !name->imports.count) && !or_else)
		return;
	if (is_dotted_name(reference->end))
		steps_of_dotted_name(reader, reference, &chain);
	else
		steps_of_attributes(reader, reference, &chain);
	if (name) {
		chain.doubtful = name->unsure;
		chains_add(reader, &chain, reference, name);
	}
	chain.doubtful = true;
	if (or_else)
		chains_add(reader, &chain, reference, or_else);
}

/* ---- what is quoted ---- */

static void steps_of_quoted(struct reader *reader, const struct quoted_name *quoted, size_t skip,
			    struct chain *chain)
{
	struct slice rest = quoted->written;
	size_t count = 0;

	for (size_t i = skip; i < rest.len; i++)
		count += rest.ptr[i] == '.';
	chain->steps = arena_alloc(reader->arena, (count + 1) * sizeof *chain->steps);
	while (skip < rest.len) {
		const char *dot;
		size_t len;

		skip++; /* the dot before */
		dot = memchr(rest.ptr + skip, '.', rest.len - skip);
		len = dot ? (size_t)(dot - rest.ptr) - skip : rest.len - skip;
		if (!len)
			break;
		chain->steps[chain->step_count++] = (struct chain_step){
			identifier_normalize(reader->arena, (struct slice){rest.ptr + skip, len}),
			text_position(reader->parse->text, quoted->at + skip)};
		skip += len;
	}
}

/*
 * A type checker looks a quoted name up from where it stands, typing.get_type_hints() in the
 * module: they agree for sure where nothing on the way binds it but one import of the module's.
 */
static void chains_of_quoted(struct reader *reader, const struct quoted_name *quoted)
{
	const char *dot = memchr(quoted->written.ptr, '.', quoted->written.len);
	size_t len = dot ? (size_t)(dot - quoted->written.ptr) : quoted->written.len;
	struct slice root =
		identifier_normalize(reader->arena, (struct slice){quoted->written.ptr, len});
	struct scopes *scopes = &reader->names.scopes;
	const struct scope_name *module, *before = NULL;
	bool sure = quoted->type && !ts_node_has_error(reader->parse->root);
	struct chain chain = {.access = CHAIN_LOAD};

	if (!map_get(&reader->bound, root))
		return;
	chain.root = text_position(reader->parse->text, quoted->at);
	chain.end = quoted->at + (uint32_t)quoted->written.len;
	steps_of_quoted(reader, quoted, len, &chain);
	module = scope_resolve(scopes, scopes->items[0], root, UINT32_MAX);
	for (struct scope *scope = scope_at(scopes, quoted->at); scope; scope = scope->parent) {
		const struct scope_name *name = scope_resolve(scopes, scope, root, UINT32_MAX);

		sure = sure && name == module && name && !name->unsure && name->imports.count == 1;
		chain.place = sure	     ? CHAIN_IN_TYPE
			      : quoted->type ? CHAIN_IN_DOUBTFUL_TYPE
					     : CHAIN_IN_STRING;
		if (!name || name == before)
			continue;
		before = name;
		for (struct map_entry *entry = name->imports.head; entry; entry = entry->next) {
			const struct import *import = entry->value;

			chain.import = (uint32_t)(import - reader->imports->items);
			*ARENA_PUSH(reader->arena, reader->out) = chain;
		}
	}
}

static void chains_find(struct reader *reader, const struct quoted_names *quoted)
{
	struct names *names = &reader->names;
	struct chains *out = reader->out;

	for (size_t i = 0; i < names->count && !out->unreadable; i++) {
		chains_of_reference(reader, &names->items[i]);
		if (out->count > MAX_CHAINS)
			out->unreadable = "more uses of imported modules than can be judged";
	}
	for (size_t i = 0; quoted && i < quoted->count && !out->unreadable; i++) {
		chains_of_quoted(reader, &quoted->items[i]);
		if (out->count > MAX_CHAINS)
			out->unreadable = "more uses of imported modules than can be judged";
	}
}

void chains_read_quoted(const struct text *text, const struct imports *imports, const bool *wanted,
			const struct quoted_names *quoted, const struct text_limits *limits,
			struct arena *arena, struct chains *out)
{
	struct parse parse;
	struct reader reader = {.parse = &parse, .imports = imports, .arena = arena, .out = out};

	*out = (struct chains){0};
	reader.members.arena = arena;
	wanted_names(&reader, wanted);
	if (parse_whole(&parse, text, limits)) {
		names_read(&parse, &reader.bound, reader.has_members, limits, arena, &reader.names);
		out->unreadable = reader.names.unreadable;
		if (!out->unreadable) {
			bind_imports(&reader, wanted);
			chains_find(&reader, quoted);
		}
	} else {
		out->unreadable = parse.unreadable;
	}
	parse_close(&parse);
}

void chains_read(const struct text *text, const struct imports *imports, const bool *wanted,
		 const struct text_limits *limits, struct arena *arena, struct chains *out)
{
	chains_read_quoted(text, imports, wanted, NULL, limits, arena, out);
}
