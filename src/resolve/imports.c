/*
 * What one binding binds: imports and assignments of names followed to where they lead (D2, D6,
 * D7).
 */
#include "lookup.h"

static struct slice first_component(struct slice dotted)
{
	const char *dot = memchr(dotted.ptr, '.', dotted.len);

	return dot ? (struct slice){dotted.ptr, (size_t)(dot - dotted.ptr)} : dotted;
}

/* Set on every module by Python itself. */
static bool is_set_by_python(struct slice name)
{
	static const char *const names[] = {"__name__",	   "__file__", "__path__",   "__doc__",
					    "__package__", "__spec__", "__loader__", "__dict__"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (slice_equal_string(name, names[i]))
			return true;
	}
	return false;
}

static int submodule_or_unknown(struct modules *modules, struct source *source, struct slice name,
				struct answer *out, struct pawl_error *error)
{
	struct source *child;

	if (source_child(modules, source, name, &child, error))
		return -1;
	if (child->module.kind != MODULE_NONE)
		out->found = found_module(modules, child->module.name, child);
	else if (is_set_by_python(name))
		out->found = found_external(modules, source->module.name, name);
	else
		out->found = found_unknown(modules, false);
	return 0;
}

int attribute_find(struct modules *modules, struct slice module, struct slice name,
		   struct answer *out, struct pawl_error *error)
{
	struct source *source;

	*out = (struct answer){.low = INDEPENDENT};
	if (source_find(modules, module, &source, error))
		return -1;
	if (source->module.kind == MODULE_NONE) {
		out->found = found_external(modules, module, name);
		return 0;
	}
	if (lookup_any(modules, (struct place){source, END}, name, out, error))
		return -1;
	if (out->found || out->back)
		return 0;
	if (submodule_or_unknown(modules, source, name, out, error))
		return -1;
	/* Unbound only because the chain came back: what it came back to stands (D3). */
	if (out->low != INDEPENDENT && out->found->kind == ORIGIN_UNKNOWN) {
		out->found = NULL;
		out->back = true;
	}
	return 0;
}

/* ---- attribute chains ---- */

/* One attribute further. A class's or an unknown object's attributes are its own affair (D6). */
static int chain_step(struct modules *modules, struct slice name, struct answer *at,
		      struct pawl_error *error)
{
	const struct found *object = at->found;
	size_t low = at->low;

	if (object->kind != ORIGIN_MODULE) {
		at->found = object->kind == ORIGIN_DECLARED && !object->external
				    ? NULL
				    : found_unknown(modules, false);
		return 0;
	}
	if (attribute_find(modules, object->module, name, at, error))
		return -1;
	if (low < at->low)
		at->low = low;
	return 0;
}

int chain_follow(struct modules *modules, struct place place, const struct slices *chain,
		 size_t count, struct answer *out, const struct found **root,
		 struct pawl_error *error)
{
	if (lookup_any(modules, place, chain->items[0], out, error))
		return -1;
	*root = out->found;
	for (size_t i = 1; i < count && out->found; i++) {
		if (lookup_step(modules, error) || chain_step(modules, chain->items[i], out, error))
			return -1;
	}
	return 0;
}

/* D6: `User = user.User` hands on where user was imported; any other assignment declares. */
static int assignment_follow(struct modules *modules, struct source *source, uint32_t index,
			     struct answer *out, struct pawl_error *error)
{
	const struct binding *binding = &source->bindings.items[index];
	struct place place = {source, index};
	const struct found *root;

	if (chain_follow(modules, place, &binding->chain, binding->chain.count, out, &root, error))
		return -1;
	if (out->back || (!root && out->low != INDEPENDENT)) {
		out->back = true;
		return 0;
	}
	/* `User = user.User`, where another module's import may have loaded `user` (D2). */
	if (!root && binding->chain.count > 1) {
		struct source *child;

		if (source_child(modules, source, binding->chain.items[0], &child, error))
			return -1;
		if (child->module.kind != MODULE_NONE) {
			out->found = found_handed_on(modules, source, binding->name, binding,
						     found_unknown(modules, false));
			return 0;
		}
	}
	if (root && root->reexport && out->found)
		out->found = found_handed_on(modules, source, binding->name, binding, out->found);
	else
		out->found = found_declared(modules, source, binding->name, binding);
	return 0;
}

/* ---- imports ---- */

static int own_follow(struct modules *modules, struct source *source, uint32_t index,
		      struct answer *out, struct pawl_error *error)
{
	const struct binding *binding = &source->bindings.items[index];

	/* `from . import s` in the package itself: what it binds already, else its submodule. */
	if (lookup_any(modules, (struct place){source, index}, binding->target, out, error))
		return -1;
	if (!out->found && !out->back &&
	    submodule_or_unknown(modules, source, binding->target, out, error))
		return -1;
	return 0;
}

static int from_follow(struct modules *modules, struct source *source, uint32_t index,
		       struct answer *out, struct pawl_error *error)
{
	const struct binding *binding = &source->bindings.items[index];
	const struct found *inner;
	struct slice module;
	struct found *found;

	if (!source_absolute(modules, source, binding->level, binding->module, &module)) {
		out->found = found_handed_on(modules, source, binding->name, binding,
					     found_unknown(modules, false));
		return 0;
	}
	bool own = slice_equal(module, source->module.name);
	if (own ? own_follow(modules, source, index, out, error)
		: attribute_find(modules, module, binding->target, out, error))
		return -1;
	if (!out->found)
		return 0;
	inner = out->found;
	found = found_handed_on(modules, source, binding->name, binding, inner);
	if (own && inner->kind != ORIGIN_MODULE)
		found->reexport = inner->reexport;
	out->found = found;
	return 0;
}

/* `import f.s as t` in f itself: the import loads s and binds it (D2), unless an earlier one did.
 */
static int own_attribute(struct modules *modules, struct source *source, uint32_t index,
			 struct slice name, struct answer *out, struct pawl_error *error)
{
	const struct events *events = map_get(&source->events, name);

	*out = (struct answer){.low = INDEPENDENT};
	if (events && events->loading.count && events->loading.items[0] < index &&
	    lookup_any(modules, (struct place){source, index}, name, out, error))
		return -1;
	if (out->found || out->back)
		return 0;
	return submodule_or_unknown(modules, source, name, out, error);
}

/* `import a.b.c as d`: since Python 3.7, a's attribute b's attribute c. */
static int module_follow(struct modules *modules, struct source *source, uint32_t index,
			 struct answer *out, struct pawl_error *error)
{
	const struct binding *binding = &source->bindings.items[index];
	struct slice first = first_component(binding->module);
	struct slice rest = {binding->module.ptr + first.len, binding->module.len - first.len};
	struct source *top;

	if (source_find(modules, first, &top, error))
		return -1;
	out->found = found_module(modules, first, top);
	if (binding->alias.len > 0 && top->module.kind == MODULE_NONE)
		out->found = found_module(modules, binding->module, NULL);
	while (binding->alias.len > 0 && rest.len > 0 && top->module.kind != MODULE_NONE) {
		struct slice name;

		rest = (struct slice){rest.ptr + 1, rest.len - 1};
		name = first_component(rest);
		rest = (struct slice){rest.ptr + name.len, rest.len - name.len};
		bool own = out->found->kind == ORIGIN_MODULE &&
			   slice_equal(out->found->module, source->module.name);

		if (lookup_step(modules, error) ||
		    (own ? own_attribute(modules, source, index, name, out, error)
			 : chain_step(modules, name, out, error)))
			return -1;
		if (!out->found) {
			if (!out->back)
				out->found = found_unknown(modules, false);
			break;
		}
	}
	if (out->found)
		out->found = found_handed_on(modules, source, binding->name, binding, out->found);
	return 0;
}

int binding_follow(struct modules *modules, struct source *source, uint32_t index,
		   struct answer *out, struct pawl_error *error)
{
	const struct binding *binding = &source->bindings.items[index];

	*out = (struct answer){.low = INDEPENDENT};
	switch (binding->kind) {
	case BINDING_CHAIN:
		return assignment_follow(modules, source, index, out, error);
	case BINDING_FROM:
		return from_follow(modules, source, index, out, error);
	case BINDING_MODULE:
		return module_follow(modules, source, index, out, error);
	default:
		out->found = found_declared(modules, source, binding->name, binding);
		return 0;
	}
}
