/*
 * Where a name comes from, as callers are told.
 */
#include "lookup.h"

static void steps_fill(struct arena *arena, const struct link *chain, struct origin *out)
{
	if (!chain)
		return;
	out->steps = arena_alloc(arena, chain->length * sizeof *out->steps);
	for (; chain; chain = chain->next)
		out->steps[out->step_count++] = chain->step;
}

/* An alternative's own alternatives are given too, but no deeper: trees of them grow fast. */
static void origin_fill(struct arena *arena, const struct found *found, unsigned depth,
			struct origin *out)
{
	*out = (struct origin){
		.kind = found->kind,
		.module = found->module,
		.name = found->name,
		.reexport = found->reexport,
		.star = found->star,
		.accident = found->accident,
		.external = found->external,
		.doubtful = found->doubtful,
		.type_checking = found->type_checking,
		.choice = found->choice,
	};
	steps_fill(arena, found->chain, out);
	if (depth == 0 || found->alternative_count == 0)
		return;
	out->alternative_count = found->alternative_count;
	out->alternatives = arena_alloc(arena, out->alternative_count * sizeof *out->alternatives);
	for (size_t i = 0; i < out->alternative_count; i++)
		origin_fill(arena, found->alternatives[i], depth - 1, &out->alternatives[i]);
}

static bool is_submodule(const struct found *found, struct slice module, struct slice name)
{
	return found->kind == ORIGIN_MODULE && found->module.len == module.len + 1 + name.len &&
	       slice_starts_with(found->module, module) && found->module.ptr[module.len] == '.' &&
	       slice_ends_with(found->module, name);
}

/* What the module neither binds itself nor takes from a star: its submodule, or nothing. */
static int unbound_fill(struct modules *modules, struct source *source, struct slice name,
			struct origin *out, struct pawl_error *error)
{
	struct source *child;

	*out = (struct origin){.kind = ORIGIN_UNBOUND};
	if (source_child(modules, source, name, &child, error))
		return -1;
	if (child->module.kind != MODULE_NONE) {
		origin_fill(modules->arena, found_module(modules, child->module.name, child), 0,
			    out);
		out->submodule = true;
	}
	return 0;
}

static int resolve(struct modules *modules, struct slice module, struct slice name,
		   struct origin *out, struct pawl_error *error)
{
	struct source *source;
	struct answer answer;

	lookup_reset(modules);
	if (source_find(modules, module, &source, error) ||
	    lookup_any(modules, (struct place){source, END}, name, &answer, error))
		return -1;
	if (!answer.found)
		return unbound_fill(modules, source, name, out, error);
	origin_fill(modules->arena, answer.found, 2, out);
	if (is_submodule(answer.found, source->module.name, name)) {
		out->submodule = true;
		out->reexport = false;
	} else if (out->kind == ORIGIN_UNKNOWN) {
		out->reexport = true;
		out->star = out->star || answer.found->maybe;
	}
	return 0;
}

/* D7: whether `from parent import leaf` gives another thing, which took the module's name there. */
static int find_replaced(struct modules *modules, struct origin *out, struct pawl_error *error)
{
	const char *dot = memrchr(out->module.ptr, '.', out->module.len);
	size_t len = dot ? (size_t)(dot - out->module.ptr) : 0;
	struct origin found;

	if (out->external || !dot)
		return 0;
	if (resolve(modules, (struct slice){out->module.ptr, len},
		    (struct slice){dot + 1, out->module.len - len - 1}, &found, error))
		return -1;
	out->replaced = found.kind != ORIGIN_MODULE || !slice_equal(found.module, out->module);
	return 0;
}

int name_resolve(struct modules *modules, struct slice module, struct slice name,
		 struct origin *out, struct pawl_error *error)
{
	if (resolve(modules, module, name, out, error))
		return -1;
	if (out->kind != ORIGIN_MODULE || out->submodule)
		return 0;
	return find_replaced(modules, out, error);
}

bool origin_is_use(const struct origin *origin)
{
	switch (origin->kind) {
	case ORIGIN_UNBOUND:
	case ORIGIN_UNKNOWN:
	case ORIGIN_AMBIGUOUS:
		return true;
	default:
		return origin->reexport && !origin->submodule;
	}
}

bool origin_is_future(const struct origin *origin)
{
	return origin->kind == ORIGIN_DECLARED && slice_equal_string(origin->module, "__future__");
}

bool origin_canonical(const struct origin *origin, struct slice bound_as, struct arena *arena,
		      struct slice *out)
{
	struct buf text = {.arena = arena};
	struct slice module = origin->module, leaf = origin->name;
	const char *dot;

	if ((origin->kind != ORIGIN_DECLARED && origin->kind != ORIGIN_MODULE) ||
	    origin->replaced || origin_is_future(origin))
		return false;
	if (origin->kind == ORIGIN_MODULE) {
		leaf = module;
		dot = memrchr(module.ptr, '.', module.len);
		module.len = dot ? (size_t)(dot - module.ptr) : 0;
		if (dot)
			leaf = (struct slice){dot + 1, leaf.len - module.len - 1};
	}
	if (module.len > 0) {
		buf_add_string(&text, "from ");
		buf_add(&text, module);
		buf_add_char(&text, ' ');
	}
	buf_add_string(&text, "import ");
	buf_add(&text, leaf);
	if (bound_as.len > 0 && !slice_equal(bound_as, leaf)) {
		buf_add_string(&text, " as ");
		buf_add(&text, bound_as);
	}
	*out = buf_slice(&text);
	return true;
}
