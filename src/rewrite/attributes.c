/*
 * F5: uses through a facade that a text binds as a module. `models.User` becomes `user.User`, so
 * that the name is still looked up when it is used.
 */
#include "rewriting.h"

struct planning {
	const struct attribute_request *request;
	struct arena *arena;
	struct chains chains;
	struct map leaves; /* leaf name to its parent, of the whole text */
};

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Whether the text has the name anywhere but behind a dot: then it may be bound. */
static bool is_taken(struct slice text, struct slice name)
{
	const char *found;
	char before = 0;

	while ((found = slice_find(text, name))) {
		size_t behind = (size_t)(found - text.ptr) + name.len;

		if (found > text.ptr)
			before = found[-1];
		if (!is_word(before) && before != '.' &&
		    (behind == text.len || !is_word(text.ptr[behind])))
			return true;
		before = text.ptr[behind - 1];
		text.ptr += behind;
		text.len -= behind;
	}
	return false;
}

/* The facade that a from-import binds as a module: its index, or -1. */
static int64_t facade_bound(const struct planning *planning, const struct import *import)
{
	const struct attribute_request *request = planning->request;
	struct slice package, bound;

	if (!import->from || import->star ||
	    !module_name_absolute(request->module, import->level, import->module, planning->arena,
				  &package))
		return -1;
	bound = slice_join(planning->arena, package, SLICE("."), import->name);
	for (size_t i = 0; i < request->facades->count; i++)
		if (slice_equal(request->facades->names[i], bound))
			return (int64_t)i;
	return -1;
}

static struct slice bound_by(const struct import *import)
{
	struct slice bound = import->alias.len ? import->alias
			     : import->from    ? import->name
					       : import->module;
	const char *dot =
		import->from || import->alias.len ? NULL : memchr(bound.ptr, '.', bound.len);

	if (dot)
		bound.len = (size_t)(dot - bound.ptr);
	return bound;
}

/* Never where the module escapes, is patched, is bound twice, or is imported by others from here.
 */
static bool is_settled(const struct planning *planning, size_t index)
{
	const struct attribute_request *request = planning->request;
	struct slice bound = bound_by(&request->imports->items[index]);
	struct slice module = request->module->name;

	for (size_t i = 0; i < request->imports->count; i++)
		if (i != index && slice_equal(bound_by(&request->imports->items[i]), bound))
			return false;
	for (size_t i = 0; i < planning->chains.count; i++) {
		const struct chain *chain = &planning->chains.items[i];

		if (chain->import == index &&
		    (!chain->step_count || (chain->step_count == 1 && chain->access != CHAIN_LOAD)))
			return false;
	}
	return !request->module->known ||
	       (!map_get(request->imported,
			 slice_join(planning->arena, module, SLICE(":"), bound)) &&
		!map_get(request->imported,
			 slice_join(planning->arena, module, SLICE(":"), SLICE("*"))));
}

/* The name that the declaring module gets in this text; false where it cannot have it. */
static bool leaf_take(struct planning *planning, struct canonical_use *use, struct slice module,
		      struct slice *leaf)
{
	const char *dot = memrchr(module.ptr, '.', module.len);
	struct slice parent, *known;
	struct map_entry *entry;
	struct leaf_import *import;

	if (!dot)
		return false;
	parent = (struct slice){module.ptr, (size_t)(dot - module.ptr)};
	*leaf = (struct slice){dot + 1, module.len - parent.len - 1};
	entry = map_put(&planning->leaves, *leaf);
	if (!entry->value) {
		if (is_taken(planning->request->text->bytes, *leaf))
			return false;
		known = arena_alloc(planning->arena, sizeof *known);
		*known = parent;
		entry->value = known;
	}
	known = entry->value;
	if (!slice_equal(*known, parent))
		return false;
	for (size_t i = 0; i < use->leaves.count; i++)
		if (slice_equal(use->leaves.items[i].leaf, *leaf))
			return true;
	import = ARENA_PUSH(planning->arena, &use->leaves);
	import->parent = parent;
	import->leaf = *leaf;
	return true;
}

static int chain_plan(struct planning *planning, const struct chain *chain, uint32_t facade,
		      struct canonical_use *use, struct attribute_edits *edits,
		      struct pawl_error *error)
{
	const struct attribute_request *request = planning->request;
	const struct chain_step *step = &chain->steps[0];
	struct attribute_answer answer = {0};
	struct attribute_edit *edit;
	struct slice leaf;

	if (request->ask(request->payload, facade, step->at.offset, &answer, error) < 0)
		return -1;
	if (!answer.rewritten || step->at.offset + step->name.len > request->text->bytes.len ||
	    memcmp(request->text->bytes.ptr + step->at.offset, step->name.ptr, step->name.len) ||
	    slice_equal(answer.module, request->module->name) ||
	    !leaf_take(planning, use, answer.module, &leaf)) {
		use->keep = true;
		return 0;
	}
	edit = ARENA_PUSH(planning->arena, edits);
	edit->use_at = step->at.offset;
	edit->import_at = use->at;
	edit->edit.start = chain->root.offset;
	edit->edit.end = step->at.offset + (uint32_t)step->name.len;
	edit->edit.text =
		answer.name.len ? slice_join(planning->arena, leaf, SLICE("."), answer.name) : leaf;
	return 0;
}

static int import_plan(struct planning *planning, size_t index, uint32_t facade,
		       struct canonical_uses *uses, struct attribute_edits *edits,
		       struct pawl_error *error)
{
	const struct attribute_request *request = planning->request;
	struct canonical_use use = {
		.at = request->imports->items[index].name_at.offset,
		.facade = request->facades->names[facade],
		.symbol = request->facades->names[facade],
	};

	if (!is_settled(planning, index))
		return 0;
	for (size_t i = 0; i < planning->chains.count; i++)
		if (planning->chains.items[i].import == index &&
		    chain_plan(planning, &planning->chains.items[i], facade, &use, edits, error) <
			    0)
			return -1;
	if (use.leaves.count)
		*ARENA_PUSH(planning->arena, uses) = use;
	return 0;
}

int attributes_plan(const struct attribute_request *request, struct arena *arena,
		    struct canonical_uses *uses, struct attribute_edits *edits,
		    struct pawl_error *error)
{
	struct planning planning = {.request = request, .arena = arena, .leaves.arena = arena};
	size_t count = request->imports->count;
	bool *wanted = arena_alloc(arena, count * sizeof *wanted + 1);
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		wanted[i] = facade_bound(&planning, &request->imports->items[i]) >= 0;
		any |= wanted[i];
	}
	if (!any)
		return 0;
	chains_read(request->text, request->imports, wanted, request->limits, arena,
		    &planning.chains);
	if (planning.chains.unreadable)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (wanted[i] &&
		    import_plan(&planning, i,
				(uint32_t)facade_bound(&planning, &request->imports->items[i]),
				uses, edits, error) < 0)
			return -1;
	return 0;
}
