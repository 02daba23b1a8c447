/*
 * Every name that a module has once it is imported.
 *
 * Which names there may be is gathered over all modules that its stars lead to; what each of them
 * is, and whether it gets out at all, is asked of name_resolve(). So stars over circles of imports
 * need no second reading of the rules (D3).
 */
#include "lookup.h"

#include <stdlib.h>

struct gathering {
	struct modules *modules;
	struct map names;
	struct map modules_seen; /* by name: struct source */
};

static void names_gather(struct gathering *gathering, const struct source *source)
{
	for (const struct map_entry *entry = source->events.head; entry; entry = entry->next)
		map_put(&gathering->names, entry->key);
	for (const struct map_entry *entry = source->public_names.names.head; entry;
	     entry = entry->next)
		map_put(&gathering->names, entry->key);
}

static int stars_gather(struct gathering *gathering, const struct source *source,
			struct pawl_error *error)
{
	struct modules *modules = gathering->modules;

	for (size_t i = 0; i < source->stars.count; i++) {
		const struct binding *star = &source->bindings.items[source->stars.items[i]];
		struct source *other;
		struct slice name;

		if (!source_absolute(modules, source, star->level, star->module, &name))
			continue;
		if (source_find(modules, name, &other, error))
			return -1;
		if (source_has_text(other))
			map_put(&gathering->modules_seen, other->module.name)->value = other;
	}
	return 0;
}

static int gather(struct gathering *gathering, struct source *source, struct pawl_error *error)
{
	struct modules *modules = gathering->modules;

	map_put(&gathering->modules_seen, source->module.name)->value = source;
	/* The map grows while it is walked: newcomers stand behind. */
	for (const struct map_entry *entry = gathering->modules_seen.head; entry;
	     entry = entry->next) {
		struct source *seen = entry->value;

		if (source_parse(modules, seen, error) || public_names_read(modules, seen, error) ||
		    stars_gather(gathering, seen, error))
			return -1;
		names_gather(gathering, seen);
	}
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	const struct exported_name *left = a, *right = b;

	return slice_compare(left->name, right->name);
}

/* A submodule that is only there, and that the module does not load, is no name of it. */
static bool gets_out(const struct source *source, struct slice name, const struct origin *origin)
{
	const struct events *events = map_get(&source->events, name);

	/* Without a step, only a star that cannot be read may give it: exports->dynamic says so. */
	if (origin->kind == ORIGIN_UNBOUND ||
	    (origin->kind == ORIGIN_UNKNOWN && origin->step_count == 0))
		return false;
	return !origin->submodule || origin->step_count > 1 ||
	       (events && events->loading.count > 0);
}

static int has_dynamic_star(struct modules *modules, const struct source *source,
			    struct exports *out, struct pawl_error *error)
{
	out->dynamic = source->unreadable || source->bindings.dynamic;
	for (size_t i = 0; i < source->stars.count && !out->dynamic; i++) {
		const struct binding *star = &source->bindings.items[source->stars.items[i]];
		struct source *other = NULL;
		struct slice name;

		if (star->type_checking)
			continue;
		if (source_absolute(modules, source, star->level, star->module, &name) &&
		    source_find(modules, name, &other, error))
			return -1;
		out->dynamic = !other || other->module.kind == MODULE_NONE;
		if (!out->dynamic && star_is_dynamic(modules, other, &out->dynamic, error))
			return -1;
	}
	return 0;
}

int exports_list(struct modules *modules, struct slice module, struct exports *out,
		 struct pawl_error *error)
{
	struct gathering gathering = {
		.modules = modules,
		.names = {.arena = modules->arena},
		.modules_seen = {.arena = modules->arena},
	};
	struct source *source;

	*out = (struct exports){0};
	lookup_reset(modules);
	if (source_find(modules, module, &source, error))
		return -1;
	if (!source_has_text(source))
		return 0;
	if (gather(&gathering, source, error) || has_dynamic_star(modules, source, out, error))
		return -1;
	for (const struct map_entry *entry = gathering.names.head; entry; entry = entry->next) {
		struct exported_name exported = {.name = entry->key};

		if (name_resolve(modules, module, entry->key, &exported.origin, error))
			return -1;
		if (gets_out(source, entry->key, &exported.origin))
			*ARENA_PUSH(modules->arena, out) = exported;
	}
	if (out->count > 0)
		qsort(out->items, out->count, sizeof *out->items, compare_names);
	out->has_getattr = source->bindings.has_getattr;
	out->all_static = source->public_names.present && !source->public_names.dynamic;
	out->all_uncertain = source->public_names.uncertain;
	for (const struct map_entry *entry = source->public_names.names.head; entry;
	     entry = entry->next) {
		if (entry->value)
			*ARENA_PUSH(modules->arena, &out->all) = entry->key;
	}
	return 0;
}
