/*
 * The walk over what concerns one name in one module, from the last event to the first.
 */
#include "frame.h"

const struct binding *frame_binding(const struct frame *frame, uint32_t index)
{
	return &frame->place.source->bindings.items[index];
}

/* ---- one event ---- */

static void candidate_add(struct frame *frame, const struct found *found, uint32_t index)
{
	*ARENA_PUSH(frame->modules->arena, &frame->candidates) = (struct candidate){found, index};
	frame_cover(frame, frame_binding(frame, index)->branch);
}

/* D9: a stub exports what it imports only as `X as X`, or by __all__. */
static int stub_hides(struct frame *frame, const struct binding *binding, bool *hides,
		      struct pawl_error *error)
{
	struct source *source = frame->place.source;
	struct slice target = binding->kind == BINDING_MODULE ? binding->module : binding->target;

	*hides = false;
	if (!source->module.stub || frame->place.end != END ||
	    (binding->kind != BINDING_FROM && binding->kind != BINDING_MODULE) ||
	    slice_equal(binding->alias, target))
		return 0;
	if (public_names_read(frame->modules, source, error))
		return -1;
	*hides = !map_get(&source->public_names.names, binding->name);
	return 0;
}

static void answer_take(struct frame *frame, const struct answer *answer)
{
	if (answer->low < frame->low)
		frame->low = answer->low;
}

/* Where the star gives the name in some runs only, another one may stand that was bound before. */
static int partial_visit(struct frame *frame, uint32_t index, const struct found *found,
			 struct pawl_error *error)
{
	struct answer before;

	frame->partial = true;
	if (lookup_name(frame->modules, (struct place){frame->place.source, index}, frame->name,
			frame->mode, &before, error))
		return -1;
	answer_take(frame, &before);
	frame->dynamic = frame->dynamic || (before.found && !found_same(before.found, found));
	return 0;
}

static int star_visit(struct frame *frame, uint32_t index, struct pawl_error *error)
{
	struct answer answer;
	bool dynamic = false;

	if (star_follow(frame->modules, frame->place.source, index, frame->name, frame->mode,
			&answer, &dynamic, error))
		return -1;
	answer_take(frame, &answer);
	frame->dynamic = frame->dynamic || dynamic;
	if (!answer.found)
		return 0;
	if (answer.found->partial && partial_visit(frame, index, answer.found, error))
		return -1;
	if (answer.found->maybe)
		*ARENA_PUSH(frame->modules->arena, &frame->maybe) =
			frame_binding(frame, index)->branch;
	else
		candidate_add(frame, answer.found, index);
	return 0;
}

/* `from . import s` in the package that s is a submodule of. */
static bool imports_itself(const struct frame *frame, const struct binding *binding)
{
	struct source *source = frame->place.source;
	struct slice module;

	return binding->kind == BINDING_FROM && slice_equal(binding->name, binding->target) &&
	       source_absolute(frame->modules, source, binding->level, binding->module, &module) &&
	       slice_equal(module, source->module.name);
}

static int binding_visit(struct frame *frame, uint32_t index, struct pawl_error *error)
{
	const struct binding *binding = frame_binding(frame, index);
	struct answer answer;
	bool hides;

	if (binding->kind == BINDING_STAR)
		return star_visit(frame, index, error);
	if (stub_hides(frame, binding, &hides, error))
		return -1;
	if (hides)
		return 0;
	if (binding->kind == BINDING_DELETE) {
		candidate_add(frame, NULL, index);
		return 0;
	}
	if (imports_itself(frame, binding)) {
		if (!frame->loads)
			frame->load_index = index;
		frame->loads = true;
		return 0;
	}
	if (binding_follow(frame->modules, frame->place.source, index, &answer, error))
		return -1;
	answer_take(frame, &answer);
	if (answer.found)
		candidate_add(frame, answer.found, index);
	return 0;
}

/* D2: the import has bound the submodule before its own names. */
static int load_visit(struct frame *frame, uint32_t index, struct pawl_error *error)
{
	struct source *source = frame->place.source, *child;
	const struct binding *binding = frame_binding(frame, index);
	struct slice module;

	if (source_absolute(frame->modules, source, binding->level, binding->module, &module) &&
	    slice_equal(module, source->module.name)) {
		/* `from . import s as t` loads s only where the package has no s. */
		if (!frame->loads)
			frame->load_index = index;
		frame->loads = true;
		return 0;
	}
	if (source_child(frame->modules, source, frame->name, &child, error))
		return -1;
	candidate_add(frame,
		      found_handed_on(frame->modules, source, frame->name, binding,
				      found_module(frame->modules,
						   child->module.kind
							   ? child->module.name
							   : slice_join(frame->modules->arena,
									source->module.name,
									SLICE("."), frame->name),
						   child)),
		      index);
	return 0;
}

static bool counts(const struct frame *frame, uint32_t index)
{
	const struct binding *binding = frame_binding(frame, index);

	if (binding->type_checking && frame->mode == MODE_RUN)
		return false;
	return !frame_beside(frame, binding->branch) && !frame_covered(frame, binding->branch);
}

/* ---- all of them ---- */

size_t indices_before(const struct indices *indices, uint32_t end)
{
	size_t low = 0, high = indices ? indices->count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (indices->items[middle] < end)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Three ascending lists, taken together from the end. Of one statement, what it binds comes before
 * what it loads. */
struct trail {
	const struct indices *lists[3]; /* loads, bindings, stars */
	size_t left[3];
};

static bool trail_step(struct trail *trail, unsigned *list, uint32_t *index)
{
	bool found = false;

	for (unsigned i = 0; i < 3; i++) {
		uint32_t last;

		if (trail->left[i] == 0)
			continue;
		last = trail->lists[i]->items[trail->left[i] - 1];
		if (!found || last >= *index) {
			*index = last;
			*list = i;
		}
		found = true;
	}
	if (found)
		trail->left[*list]--;
	return found;
}

int frame_walk(struct frame *frame, struct pawl_error *error)
{
	struct source *source = frame->place.source;
	const struct events *events = map_get(&source->events, frame->name);
	struct trail trail = {.lists = {events ? &events->loading : NULL,
					events ? &events->binding : NULL, &source->stars}};
	unsigned list = 0;
	uint32_t index = 0;

	for (unsigned i = 0; i < 3; i++)
		trail.left[i] = indices_before(trail.lists[i], frame->place.end);
	while (!frame->done && trail_step(&trail, &list, &index)) {
		frame->modules->lookup->steps += frame->covered.count;
		if (lookup_step(frame->modules, error))
			return -1;
		if (!counts(frame, index))
			continue;
		if (list == 0 ? load_visit(frame, index, error)
			      : binding_visit(frame, index, error))
			return -1;
	}
	return 0;
}
