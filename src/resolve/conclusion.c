/*
 * What a walk's candidates come to: one origin, a choice among several, or nothing (D4, D5, D7).
 */
#include "frame.h"

static bool is_own_submodule(const struct frame *frame, const struct found *found)
{
	struct slice own = frame->place.source->module.name, module = found->module;

	return found->kind == ORIGIN_MODULE && module.len == own.len + 1 + frame->name.len &&
	       slice_starts_with(module, own) && slice_ends_with(module, frame->name) &&
	       module.ptr[own.len] == '.';
}

/* D4: the module chooses among what its arms lead to, and so declares the name. */
static const struct found *choice_found(struct frame *frame, const struct found **options,
					size_t count, enum origin_kind kind)
{
	const struct binding *last = frame_binding(frame, frame->candidates.items[0].index);
	struct found *choice = arena_alloc(frame->modules->arena, sizeof *choice);

	*choice = *found_declared(frame->modules, frame->place.source, frame->name, last);
	choice->kind = kind;
	choice->choice = kind == ORIGIN_DECLARED;
	choice->reexport = kind == ORIGIN_AMBIGUOUS;
	choice->alternatives = options;
	choice->alternative_count = count;
	return choice;
}

/* A star that may give the name, in an arm beside one that does. */
static bool maybe_beside(const struct frame *frame)
{
	for (size_t i = 0; i < frame->maybe.count; i++) {
		const struct branch *maybe = frame->maybe.items[i];

		for (size_t j = 0; maybe && j < frame->candidates.count; j++) {
			const struct branch *branch =
				frame_binding(frame, frame->candidates.items[j].index)->branch;
			for (; branch; branch = branch->parent) {
				if (branch->statement == maybe->statement &&
				    branch->arm != maybe->arm)
					return true;
			}
		}
	}
	return false;
}

/* The candidates that differ, in the order of the text. */
static const struct found **options_of(struct frame *frame, size_t *count)
{
	const struct found **options =
		arena_alloc(frame->modules->arena, (frame->candidates.count + 1) * sizeof *options);

	*count = 0;
	for (size_t i = frame->candidates.count; i-- > 0;) {
		const struct found *found = frame->candidates.items[i].found;
		bool known = !found;

		for (size_t j = 0; j < *count && !known; j++)
			known = found_same(options[j], found);
		if (!known)
			options[(*count)++] = found;
		frame->modules->lookup->steps += *count;
	}
	return options;
}

/* D7: the module binds the name, never loads its submodule of that name, and somebody else might.
 */
static int is_ambiguous(struct frame *frame, const struct found *found, bool *ambiguous,
			struct pawl_error *error)
{
	struct source *source = frame->place.source, *child;
	const struct events *events = map_get(&source->events, frame->name);

	*ambiguous = false;
	if (source->module.kind != MODULE_PACKAGE || frame->place.end != END ||
	    (events && events->loading.count > 0) || is_own_submodule(frame, found))
		return 0;
	if (source_child(frame->modules, source, frame->name, &child, error))
		return -1;
	*ambiguous = child->module.kind != MODULE_NONE;
	return 0;
}

static int nothing_bound(struct frame *frame, const struct found **out, struct pawl_error *error)
{
	struct source *source = frame->place.source, *child;

	*out = NULL;
	if (frame->loads) {
		if (source_child(frame->modules, source, frame->name, &child, error))
			return -1;
		if (child->module.kind != MODULE_NONE) {
			*out = found_handed_on(
				frame->modules, source, frame->name,
				frame_binding(frame, frame->load_index),
				found_module(frame->modules, child->module.name, child));
			return 0;
		}
	}
	if (frame->maybe.count > 0)
		*out = found_unknown(frame->modules, true);
	return 0;
}

int frame_conclude(struct frame *frame, const struct found **out, struct pawl_error *error)
{
	size_t count;
	const struct found **options;
	bool ambiguous;

	if (frame->candidates.count == 0)
		return nothing_bound(frame, out, error);
	options = options_of(frame, &count);
	if (count == 0)
		return nothing_bound(frame, out, error);
	/* A single one is the walk's first where it has been handed on in several ways. */
	*out = options[0];
	for (size_t i = 0; i < frame->candidates.count; i++) {
		if (frame->candidates.items[i].found) {
			*out = frame->candidates.items[i].found;
			break;
		}
	}
	if (is_ambiguous(frame, *out, &ambiguous, error))
		return -1;
	if (count > 1 || maybe_beside(frame))
		*out = choice_found(frame, options, count, ORIGIN_DECLARED);
	if (ambiguous) {
		options = arena_alloc(frame->modules->arena, sizeof *options);
		options[0] = *out;
		*out = choice_found(frame, options, 1, ORIGIN_AMBIGUOUS);
	} else if (frame->dynamic || !frame->done || frame->partial) {
		struct found *found = arena_alloc(frame->modules->arena, sizeof *found);

		*found = **out;
		found->doubtful |= frame->dynamic;
		found->partial = !frame->done || frame->partial;
		*out = found;
	}
	return 0;
}
