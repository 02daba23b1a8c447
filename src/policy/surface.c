#include "judge.h"

/* The facade's source on one side, read at its top level. */
struct surface {
	struct module module;
	struct module_name name;
	struct text text;
	struct bindings bindings;
	bool readable;
};

static bool has_source(const struct surface *surface)
{
	return surface->module.kind == MODULE_PACKAGE || surface->module.kind == MODULE_FILE;
}

static int surface_find(struct judgement *judgement, size_t side, struct slice facade,
			struct surface *out, struct pawl_error *error)
{
	return modules_find(classifier_modules(judgement->classifier, side), facade, &out->module,
			    error);
}

/* The same text at the same place: its relative imports mean the same, too. */
static bool surface_equal(const struct surface *a, const struct surface *b)
{
	return has_source(a) && has_source(b) && entry_equal(&a->module.entry, &b->module.entry) &&
	       slice_equal(a->module.path, b->module.path);
}

static int surface_read(struct judgement *judgement, size_t side, struct surface *out,
			struct pawl_error *error)
{
	struct modules *modules = classifier_modules(judgement->classifier, side);
	const struct policy *policy = judgement->request->policy;
	struct arena *arena = judgement->arena;
	struct slice bytes;
	const char *why;
	int result;

	if (!has_source(out))
		return 0;
	result = text_of_entry(modules_snapshot(modules), out->module.path, &out->module.entry,
			       arena, &bytes, &why, error);
	if (result != 0 || why)
		return result < 0 ? -1 : 0;
	module_name_of_path(&policy->roots, out->module.path, arena, &out->name);
	text_open(&out->text, arena, bytes);
	if (out->text.state != TEXT_READABLE)
		return 0;
	bindings_read(&out->text, &policy->limits, arena, &out->bindings);
	out->readable = !out->bindings.unreadable;
	return 0;
}

static bool star_module(const struct surface *surface, const struct binding *binding,
			struct arena *arena, struct slice *out)
{
	return module_name_absolute(&surface->name, binding->level, binding->module, arena, out);
}

static bool has_star(const struct surface *surface, struct slice module, struct arena *arena)
{
	for (size_t i = 0; i < surface->bindings.count; i++) {
		const struct binding *binding = &surface->bindings.items[i];
		struct slice other;

		if (binding->kind == BINDING_STAR && star_module(surface, binding, arena, &other) &&
		    slice_equal(other, module))
			return true;
	}
	return false;
}

/* `from . import user`: binds a submodule of the facade, which is no re-export (R1). */
static int binds_submodule(struct modules *modules, struct slice facade,
			   const struct surface *surface, const struct binding *binding,
			   struct arena *arena, bool *out, struct pawl_error *error)
{
	struct slice module;
	struct module found;

	*out = false;
	if (binding->kind != BINDING_FROM || !star_module(surface, binding, arena, &module))
		return 0;
	if (slice_equal_string(module, "__future__")) {
		*out = true;
		return 0;
	}
	if (!slice_equal(module, facade))
		return 0;
	module = slice_join(arena, facade, SLICE("."), binding->target);
	if (modules_find(modules, module, &found, error) < 0)
		return -1;
	*out = found.kind != MODULE_NONE;
	return 0;
}

/* Whether any base's facade hands the name on already, in whatever way. */
static int base_hands_on(struct judgement *judgement, struct slice facade, struct slice name,
			 bool *out, struct pawl_error *error)
{
	*out = false;
	for (size_t side = 1; side <= judgement->request->base_count && !*out; side++) {
		struct origin origin = {0};

		if (name_resolve(classifier_modules(judgement->classifier, side), facade, name,
				 &origin, error) < 0)
			return -1;
		*out = origin.reexport || origin.kind == ORIGIN_AMBIGUOUS;
	}
	return 0;
}

static void add_reexport(struct judgement *judgement, const struct facade_policy *facade,
			 const struct surface *surface, const struct binding *binding,
			 const struct origin *origin)
{
	struct arena *arena = judgement->arena;
	struct finding *finding = finding_add(judgement, FINDING_REEXPORT, surface->module.path);

	finding->facade = facade->name;
	finding->symbol = slice_join(arena, facade->name, SLICE("."), binding->name);
	finding->at = binding->at;
	finding->statement = text_line(&surface->text, binding->at);
	finding->count = 1;
	finding->message = facade->message;
	finding->note = facade->state == STATE_REMOVED
				? SLICE("the re-exports of this facade were removed for good")
				: SLICE("its surface is frozen");
	if (origin)
		origin_canonical(origin, (struct slice){0}, arena, &finding->canonical);
}

static int judge_star(struct judgement *judgement, const struct facade_policy *facade,
		      const struct surface *surface, const struct binding *binding,
		      const struct surface *bases)
{
	struct slice module;

	if (!star_module(surface, binding, judgement->arena, &module))
		module = binding->module;
	for (size_t i = 0; i < judgement->request->base_count; i++)
		if (bases[i].readable && has_star(&bases[i], module, judgement->arena))
			return 0;
	add_reexport(judgement, facade, surface, binding, NULL);
	return 0;
}

static int judge_name(struct judgement *judgement, const struct facade_policy *facade,
		      const struct surface *surface, const struct binding *binding,
		      struct pawl_error *error)
{
	struct modules *modules = classifier_modules(judgement->classifier, 0);
	struct origin origin = {0};
	bool submodule, known;

	if (binds_submodule(modules, facade->name, surface, binding, judgement->arena, &submodule,
			    error) < 0)
		return -1;
	if (submodule)
		return 0;
	if (name_resolve(modules, facade->name, binding->name, &origin, error) < 0)
		return -1;
	if (origin.submodule)
		return 0;
	/* An assignment is one only where its right side reaches an import (D6). */
	if (binding->kind == BINDING_CHAIN && !origin.reexport)
		return 0;
	if (base_hands_on(judgement, facade->name, binding->name, &known, error) < 0)
		return -1;
	if (!known)
		add_reexport(judgement, facade, surface, binding, &origin);
	return 0;
}

static int judge_binding(struct judgement *judgement, const struct facade_policy *facade,
			 const struct surface *surface, const struct binding *binding,
			 const struct surface *bases, struct pawl_error *error)
{
	if (binding->type_checking && facade->type_checking == TYPE_CHECKING_FREE)
		return 0;
	switch (binding->kind) {
	case BINDING_STAR:
		return judge_star(judgement, facade, surface, binding, bases);
	case BINDING_MODULE:
	case BINDING_FROM:
	case BINDING_CHAIN:
		return judge_name(judgement, facade, surface, binding, error);
	default:
		return 0;
	}
}

static int judge_surface(struct judgement *judgement, const struct facade_policy *facade,
			 struct pawl_error *error)
{
	size_t base_count = judgement->request->base_count;
	struct surface tip = {0};
	struct surface *bases = arena_alloc(judgement->arena, base_count * sizeof *bases);

	if (surface_find(judgement, 0, facade->name, &tip, error) < 0)
		return -1;
	for (size_t i = 0; i < base_count; i++) {
		if (surface_find(judgement, i + 1, facade->name, &bases[i], error) < 0)
			return -1;
		if (surface_equal(&bases[i], &tip))
			return 0;
	}
	if (surface_read(judgement, 0, &tip, error) < 0)
		return -1;
	if (!tip.readable)
		return 0;
	for (size_t i = 0; i < base_count; i++)
		if (surface_read(judgement, i + 1, &bases[i], error) < 0)
			return -1;
	for (size_t i = 0; i < tip.bindings.count; i++)
		if (judge_binding(judgement, facade, &tip, &tip.bindings.items[i], bases, error) <
		    0)
			return -1;
	return 0;
}

/* Whether a change touches a source that the facade's name may stand for, or may: where it is a
 * link, any change may be its target's (T8). */
static int surface_touched(struct judgement *judgement, const struct facade_policy *facade,
			   bool *out, struct pawl_error *error)
{
	struct modules *modules = classifier_modules(judgement->classifier, 0);
	struct module module;
	struct entry entry;

	*out = true;
	for (size_t i = 0; i < judgement->paths.count; i++) {
		const struct changed_path *path = &judgement->paths.items[i];

		if (path->module.known && slice_equal(path->module.name, facade->name))
			return 0;
	}
	if (modules_find(modules, facade->name, &module, error) < 0 ||
	    snapshot_lookup(modules_snapshot(modules), module.path, &entry, error) < 0)
		return -1;
	*out = entry_is_link(&entry);
	return 0;
}

int judge_surfaces(struct judgement *judgement, struct pawl_error *error)
{
	const struct policy *policy = judgement->request->policy;

	for (size_t i = 0; i < policy->count; i++) {
		const struct facade_policy *facade = &policy->items[i];
		bool touched;

		if (facade->surface != SURFACE_FROZEN && facade->state != STATE_REMOVED)
			continue;
		if (surface_touched(judgement, facade, &touched, error) < 0 ||
		    (touched && judge_surface(judgement, facade, error) < 0))
			return -1;
	}
	return 0;
}
