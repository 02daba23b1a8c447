#include "lookup.h"

static const struct link *link_new(struct modules *modules, struct origin_step step,
				   const struct link *next)
{
	struct link *link = arena_alloc(modules->arena, sizeof *link);

	*link = (struct link){.step = step, .next = next, .length = next ? next->length + 1 : 1};
	return link;
}

static const struct found *found_new(struct modules *modules, struct found value)
{
	struct found *found = arena_alloc(modules->arena, sizeof *found);

	*found = value;
	return found;
}

const struct found *found_unknown(struct modules *modules, bool maybe)
{
	return found_new(modules, (struct found){.kind = ORIGIN_UNKNOWN, .maybe = maybe});
}

const struct found *found_module(struct modules *modules, struct slice name,
				 const struct source *source)
{
	bool there = source && source->module.kind != MODULE_NONE;
	struct origin_step step = {
		.module = name,
		.path = there ? source->module.path : SLICE(""),
		.line = there ? 1 : 0,
	};

	return found_new(modules, (struct found){
					  .kind = ORIGIN_MODULE,
					  .module = name,
					  .external = !there,
					  .chain = link_new(modules, step, NULL),
				  });
}

const struct found *found_external(struct modules *modules, struct slice module, struct slice name)
{
	struct origin_step step = {.module = module, .name = name};

	return found_new(modules, (struct found){
					  .kind = ORIGIN_DECLARED,
					  .module = module,
					  .name = name,
					  .external = true,
					  .chain = link_new(modules, step, NULL),
				  });
}

static struct origin_step step_at(const struct source *source, struct slice name,
				  const struct binding *binding)
{
	return (struct origin_step){
		.module = source->module.name,
		.name = name,
		.path = source->module.path,
		.line = binding->at.line,
	};
}

const struct found *found_declared(struct modules *modules, const struct source *source,
				   struct slice name, const struct binding *binding)
{
	struct origin_step step = step_at(source, name, binding);

	return found_new(modules, (struct found){
					  .kind = ORIGIN_DECLARED,
					  .module = source->module.name,
					  .name = name,
					  .type_checking = binding->type_checking,
					  .chain = link_new(modules, step, NULL),
				  });
}

struct found *found_handed_on(struct modules *modules, const struct source *source,
			      struct slice name, const struct binding *binding,
			      const struct found *inner)
{
	struct found *found = arena_alloc(modules->arena, sizeof *found);

	*found = *inner;
	found->reexport = true;
	found->star = found->partial = false;
	found->type_checking = inner->type_checking || binding->type_checking;
	found->accident = false;
	found->chain = link_new(modules, step_at(source, name, binding), inner->chain);
	return found;
}

bool found_same(const struct found *a, const struct found *b)
{
	return a->kind == b->kind && slice_equal(a->module, b->module) &&
	       slice_equal(a->name, b->name);
}
