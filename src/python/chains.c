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
		entry = map_put(&reader->bound, import_bound_name(import));
		if (!entry->value) {
			struct map *imports = arena_alloc(reader->arena, sizeof *imports);

			imports->arena = reader->arena;
			entry->value = imports;
		}
	}
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
		scope = scope_at(scopes, import->statement.offset);
		if (import->implied && scope_binds(scope, name))
			continue;
		key = import_key(import, reader->arena);
		scope_import(scopes, scope, scope_mangle(scopes, scope, name), key, import);
		map_put(map_get(&reader->bound, name), key)->value = (void *)import;
	}
}

/*
 * What imports may bind the name, or NULL. Where the tree has errors, so may the scopes: a name
 * that nobody binds is then any import's.
 */
static const struct map *reference_imports(struct reader *reader, const struct reference *reference)
{
	/* To rebind or delete the name is the scope's own business, whatever the name was before.
	 */
	bool rebinds =
		reference->access != CHAIN_LOAD && ts_node_eq(reference->root, reference->end);
	uint32_t offset = rebinds ? UINT32_MAX : ts_node_start_byte(reference->root);
	struct scope_name *name =
		scope_resolve(&reader->names.scopes, reference->scope, reference->name, offset);

	if (name && name->bound)
		return &name->imports;
	if (ts_node_has_error(reader->parse->root))
		return map_get(&reader->bound, reference->name);
	return NULL;
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

	for (node = reference->end; !ts_node_is_null(chain_object(node)); node = chain_object(node))
		chain->step_count++;
	chain->steps = arena_alloc(reader->arena, chain->step_count * sizeof *chain->steps);
	for (node = reference->end, i = chain->step_count; i-- > 0; node = chain_object(node)) {
		TSNode attribute = chain_attribute(node);

		chain->steps[i] = (struct chain_step){
			names_of(reader->parse, &reader->names.scopes, reference->scope, attribute),
			node_position(attribute)};
	}
}

static void chains_of_reference(struct reader *reader, const struct reference *reference)
{
	const struct map *imports = reference_imports(reader, reference);
	struct chain chain = {
		.root = node_position(reference->root),
		.end = ts_node_end_byte(reference->end),
		.access = reference->access,
	};

	if (!imports || !imports->count)
		return;
	if (is_dotted_name(reference->end))
		steps_of_dotted_name(reader, reference, &chain);
	else
		steps_of_attributes(reader, reference, &chain);
	for (struct map_entry *entry = imports->head; entry; entry = entry->next) {
		const struct import *import = entry->value;

		chain.import = (uint32_t)(import - reader->imports->items);
		*ARENA_PUSH(reader->arena, reader->out) = chain;
	}
}

void chains_read(const struct text *text, const struct imports *imports, const bool *wanted,
		 const struct text_limits *limits, struct arena *arena, struct chains *out)
{
	struct parse parse;
	struct reader reader = {.parse = &parse, .imports = imports, .arena = arena, .out = out};

	*out = (struct chains){0};
	wanted_names(&reader, wanted);
	if (parse_whole(&parse, text, limits)) {
		names_read(&parse, &reader.bound, limits, arena, &reader.names);
		out->unreadable = reader.names.unreadable;
		if (!out->unreadable)
			bind_imports(&reader, wanted);
		for (size_t i = 0; i < reader.names.count && !out->unreadable; i++) {
			chains_of_reference(&reader, &reader.names.items[i]);
			if (out->count > MAX_CHAINS)
				out->unreadable =
					"more uses of imported modules than can be judged";
		}
	} else {
		out->unreadable = parse.unreadable;
	}
	parse_close(&parse);
}
