#include "scopes.h"

/* From a scope that starts before an offset to the innermost that holds it. */
static struct scope *climb(struct scope *scope, uint32_t offset)
{
	while (scope->around && scope->end <= offset)
		scope = scope->around;
	return scope;
}

struct scope *scope_open(struct scopes *scopes, struct scope *parent, enum block block,
			 uint32_t start, uint32_t end)
{
	struct scope *scope = arena_alloc(scopes->arena, sizeof *scope);

	scope->block = block;
	scope->parent = parent;
	scope->start = start;
	scope->end = end;
	scope->names.arena = scopes->arena;
	if (parent) {
		scope->class_name = parent->class_name;
		scope->depth = parent->depth + 1;
	}
	scope->around = scopes->count ? climb(scopes->items[scopes->count - 1], start) : NULL;
	*ARENA_PUSH(scopes->arena, scopes) = scope;
	return scope;
}

struct scope *scope_at(const struct scopes *scopes, uint32_t offset)
{
	size_t low = 0, high = scopes->count;

	/* The last scope that starts at or before the offset. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (scopes->items[middle]->start <= offset)
			low = middle;
		else
			high = middle;
	}
	return climb(scopes->items[low], offset);
}

struct slice scope_mangle(const struct scopes *scopes, const struct scope *scope, struct slice name)
{
	struct slice class_name = scope->class_name;

	if (!class_name.len || !slice_starts_with(name, SLICE("__")) ||
	    slice_ends_with(name, SLICE("__")))
		return name;
	while (class_name.len && class_name.ptr[0] == '_') {
		class_name.ptr++;
		class_name.len--;
	}
	if (!class_name.len)
		return name;
	return slice_join(scopes->arena,
			  slice_join(scopes->arena, SLICE("_"), SLICE(""), class_name), SLICE(""),
			  name);
}

static struct scope_name *name_put(struct scope *scope, struct slice name)
{
	struct map_entry *entry = map_put(&scope->names, name);

	if (!entry->value) {
		struct scope_name *fresh = arena_alloc(scope->names.arena, sizeof *fresh);

		fresh->imports.arena = scope->names.arena;
		entry->value = fresh;
	}
	return entry->value;
}

void scope_bind(struct scope *scope, struct slice name, uint32_t from, bool surely)
{
	struct scope_name *known = name_put(scope, name);

	if (!known->bound)
		known->from = known->surely = UINT32_MAX;
	if (from < known->from)
		known->from = from;
	if (surely && from < known->surely)
		known->surely = from;
	known->bound = true;
}

void scope_delete(struct scope *scope, struct slice name, uint32_t from)
{
	scope_bind(scope, name, from, false);
	name_put(scope, name)->deleted = true;
}

void scope_doubt(struct scope *scope, struct slice name)
{
	name_put(scope, name)->unsure = true;
}

bool scope_name_rebound(const struct scope_name *name, uint32_t from, uint32_t to)
{
	return name->bound && !name->deleted && name->surely != UINT32_MAX &&
	       from <= name->surely && name->surely <= to;
}

bool scope_runs_at_once(const struct scope *scope)
{
	while (scope->block == BLOCK_CLASS)
		scope = scope->parent;
	return scope->block == BLOCK_MODULE;
}

void scope_declare_global(struct scope *scope, struct slice name)
{
	name_put(scope, name)->global = true;
}

void scope_declare_nonlocal(struct scope *scope, struct slice name)
{
	name_put(scope, name)->nonlocal = true;
}

struct scope *scope_of_walrus(struct scope *scope)
{
	while (scope->block == BLOCK_COMPREHENSION)
		scope = scope->parent;
	return scope;
}

static struct scope_name *module_name(const struct scopes *scopes, struct slice name)
{
	return map_get(&scopes->items[0]->names, name);
}

/* The scope's own name, or that of the first scope around it that has it. */
static struct scope_name *name_owner(const struct scopes *scopes, const struct scope *scope,
				     struct slice name)
{
	bool sees_class = true;

	for (; scope->parent; scope = scope->parent) {
		struct scope_name *known = map_get(&scope->names, name);

		if (known && (scope->block != BLOCK_CLASS || sees_class)) {
			if (known->global)
				return module_name(scopes, name);
			if (known->bound && !known->nonlocal)
				return known;
		}
		sees_class &= scope->block == BLOCK_TYPES;
	}
	return module_name(scopes, name);
}

void scope_import(struct scopes *scopes, struct scope *scope, struct slice name, struct slice key,
		  const struct import *import)
{
	struct scope_name *known, *owner;
	struct map_entry *entry;

	/* Whether it surely does, the walk over the tree has told. */
	scope_bind(scope, name, import->statement_end, false);
	known = map_get(&scope->names, name);
	if (known->global)
		scope_bind(scopes->items[0], name, import->statement_end, false);
	owner = name_owner(scopes, scope, name);
	if (!owner)
		return;
	owner->unsure |= owner != known || (known->global && scope->parent);
	entry = map_put(&owner->imports, key);
	if (!entry->value)
		entry->value = (void *)import;
}

struct scope_name *scope_resolve(struct scopes *scopes, struct scope *scope, struct slice name,
				 uint32_t offset)
{
	struct scope_name *known = name_put(scope, name);

	/* Kept: hostile texts name one thing often, in deep scopes. */
	if (!known->resolved) {
		known->owner = name_owner(scopes, scope, name);
		known->resolved = true;
	}
	/* Before a class body binds a name, it has the module's: `class A: models = models.User`.
	 */
	if (scope->block == BLOCK_CLASS && known->owner == known && offset < known->from)
		return module_name(scopes, name);
	return known->owner;
}

struct scope_name *scope_resolve_else(struct scopes *scopes, struct scope *scope, struct slice name,
				      uint32_t offset)
{
	const struct scope_name *known = scope_resolve(scopes, scope, name, offset);

	if (scope->block != BLOCK_CLASS || !known || known != map_get(&scope->names, name) ||
	    (offset >= known->surely && !known->deleted))
		return NULL;
	return module_name(scopes, name);
}
