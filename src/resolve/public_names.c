/*
 * What a module's __all__ holds once the module has run (D5).
 */
#include "lookup.h"

static void name_put(struct modules *modules, struct public_names *out, struct slice name)
{
	struct map_entry *entry = map_put(&out->names, name);

	(void)modules;
	entry->value = out;
}

static void names_clear(struct modules *modules, struct public_names *out)
{
	out->names = (struct map){.arena = modules->arena};
}

/* Whole lists are taken in: of a circle, what has been read so far, and that it is not all. */
static int list_take(struct modules *modules, struct source *other, struct public_names *out,
		     struct pawl_error *error)
{
	if (!source_has_text(other) || other->list == LIST_BEGUN) {
		out->dynamic = true;
		return 0;
	}
	if (source_parse(modules, other, error) || public_names_read(modules, other, error))
		return -1;
	out->dynamic = out->dynamic || other->public_names.dynamic || !other->public_names.present;
	out->uncertain = out->uncertain || other->public_names.uncertain;
	for (const struct map_entry *entry = other->public_names.names.head; entry;
	     entry = entry->next) {
		if (lookup_step(modules, error))
			return -1;
		if (entry->value)
			name_put(modules, out, entry->key);
	}
	return 0;
}

/* `polytools.__all__`, or a name that was imported from there. */
static int reference_take(struct modules *modules, struct place place, const struct slices *chain,
			  struct public_names *out, struct pawl_error *error)
{
	size_t last = chain->count - 1;
	const struct found *root;
	struct source *other;
	struct answer answer;
	bool attribute = last > 0 && slice_equal_string(chain->items[last], "__all__");

	if (chain_follow(modules, place, chain, attribute ? last : chain->count, &answer, &root,
			 error))
		return -1;
	if (!answer.found || answer.found->kind != (attribute ? ORIGIN_MODULE : ORIGIN_DECLARED) ||
	    (!attribute && !slice_equal_string(answer.found->name, "__all__"))) {
		out->dynamic = true;
		return 0;
	}
	if (source_find(modules, answer.found->module, &other, error))
		return -1;
	return list_take(modules, other, out, error);
}

/* Does a decorator write to __all__? One from outside the roots may if it is called `public`. */
static int decorator_take(struct modules *modules, struct place place,
			  const struct all_change *change, struct public_names *out,
			  struct pawl_error *error)
{
	const struct slices *chain = &change->references[0];
	const struct found *root;
	struct source *other;
	struct answer answer;
	bool writes;

	if (chain_follow(modules, place, chain, chain->count, &answer, &root, error))
		return -1;
	writes = slice_equal_string(chain->items[chain->count - 1], "public");
	if (answer.found && answer.found->kind == ORIGIN_DECLARED && !answer.found->external) {
		if (source_find(modules, answer.found->module, &other, error) ||
		    source_parse(modules, other, error))
			return -1;
		writes = other->bindings.edits_all;
	}
	if (writes) {
		out->present = true;
		out->dynamic = true;
	}
	return 0;
}

static int change_take(struct modules *modules, struct place place, const struct binding *binding,
		       struct public_names *out, struct pawl_error *error)
{
	const struct all_change *change = binding->all;

	if (change->operation == ALL_DECORATED)
		return decorator_take(modules, place, change, out, error);
	out->present = true;
	if (change->operation == ALL_SET && !binding->branch) {
		names_clear(modules, out);
		out->dynamic = false;
		out->uncertain = false;
	}
	out->uncertain = out->uncertain || binding->branch || binding->skippable;
	out->dynamic = out->dynamic || change->dynamic;
	for (size_t i = 0; i < change->names.count; i++) {
		if (change->operation != ALL_REMOVE)
			name_put(modules, out, change->names.items[i]);
		else if (binding->branch)
			out->dynamic = true;
		else if (map_get(&out->names, change->names.items[i]))
			map_put(&out->names, change->names.items[i])->value = NULL;
	}
	for (size_t i = 0; i < change->reference_count; i++) {
		if (change->operation == ALL_REMOVE)
			out->dynamic = true;
		else if (reference_take(modules, place, &change->references[i], out, error))
			return -1;
	}
	return 0;
}

/* `from .x import __all__`: the very list of the other module. */
static int import_take(struct modules *modules, struct source *source,
		       const struct binding *binding, struct public_names *out,
		       struct pawl_error *error)
{
	struct source *other;
	struct slice module;

	names_clear(modules, out);
	out->present = true;
	out->dynamic = true;
	if (!slice_equal_string(binding->target, "__all__") ||
	    !source_absolute(modules, source, binding->level, binding->module, &module))
		return 0;
	if (source_find(modules, module, &other, error))
		return -1;
	out->dynamic = false;
	out->uncertain = binding->branch || binding->skippable;
	return list_take(modules, other, out, error);
}

int public_names_read(struct modules *modules, struct source *source, struct pawl_error *error)
{
	struct public_names *out = &source->public_names;

	if (source->list != LIST_NOT_YET || !source->parsed)
		return 0;
	if (modules->lookup->depth == PAWL_MAX_RESOLVE_DEPTH) {
		out->present = out->dynamic = true;
		return 0;
	}
	source->list = LIST_BEGUN;
	modules->lookup->serials[++modules->lookup->depth] = ++modules->lookup->serial;
	for (size_t i = 0; i < source->bindings.count; i++) {
		const struct binding *binding = &source->bindings.items[i];
		struct place place = {source, (uint32_t)i};
		int result = 0;

		if (binding->type_checking)
			continue;
		if (binding->kind == BINDING_ALL)
			result = change_take(modules, place, binding, out, error);
		else if (binding->kind == BINDING_FROM &&
			 slice_equal_string(binding->name, "__all__"))
			result = import_take(modules, source, binding, out, error);
		if (result) {
			source->list = LIST_NOT_YET;
			return -1;
		}
	}
	modules->lookup->depth--;
	source->list = LIST_DONE;
	return 0;
}
