/*
 * Looking a name up in a module: the lookups in progress, and what is kept of them.
 */
#include "frame.h"

void lookup_reset(struct modules *modules)
{
	if (!modules->lookup)
		modules->lookup = arena_alloc(modules->arena, sizeof *modules->lookup);
	modules->lookup->steps = 0;
	modules->lookup->depth = 0;
}

int lookup_step(struct modules *modules, struct pawl_error *error)
{
	if (modules->lookup->steps++ < modules->options.max_steps)
		return 0;
	return pawl_error_set(error, PAWL_ERROR_LIMIT,
			      "the re-exports of the tree are too entangled to follow");
}

static int lookup_walk(struct modules *modules, struct place place, struct slice name,
		       enum mode mode, struct answer *out, struct pawl_error *error)
{
	struct frame frame = {
		.modules = modules,
		.place = place,
		.name = name,
		.mode = mode,
		.low = INDEPENDENT,
	};

	if (place.end != END)
		frame.position = place.source->bindings.items[place.end].branch;
	if (place.source->unreadable) {
		out->found = found_unknown(modules, false);
		return 0;
	}
	if (frame_walk(&frame, error) || frame_conclude(&frame, &out->found, error))
		return -1;
	out->low = frame.low;
	return 0;
}

/* Nothing concerns the name from `end` on: as good as the module's end. */
static bool ends_there(const struct source *source, struct slice name, uint32_t end)
{
	const struct events *events = map_get(&source->events, name);

	return (!events || (indices_before(&events->binding, end) == events->binding.count &&
			    indices_before(&events->loading, end) == events->loading.count)) &&
	       indices_before(&source->stars, end) == source->stars.count &&
	       source->module.kind != MODULE_PACKAGE && !source->module.stub;
}

static struct note *note_of(struct modules *modules, struct place place, struct slice name)
{
	struct map *notes = &place.source->notes;
	struct slice key = name;
	struct note *note;

	if (place.end != END)
		key = slice_format(modules->arena, "%.*s %u", (int)name.len, name.ptr, place.end);
	note = map_get(notes, key);
	if (!note) {
		note = arena_alloc(modules->arena, sizeof *note);
		map_put(notes, slice_copy(modules->arena, key))->value = note;
	}
	return note;
}

/* Is a step of what was found in progress itself? Then it holds for others, and not here (D3). */
static bool comes_back(const struct modules *modules, const struct found *found)
{
	for (const struct link *link = found ? found->chain : NULL; link; link = link->next) {
		struct source *source = map_get(&modules->sources, link->step.module);
		const struct note *note = source ? map_get(&source->notes, link->step.name) : NULL;

		if (note && note->in_progress > 0)
			return true;
	}
	return false;
}

static bool note_answers(const struct modules *modules, const struct note *note, enum mode mode,
			 struct answer *out)
{
	const struct lookup *lookup = modules->lookup;
	size_t below = note->unbound_below[mode];

	if (note->in_progress > 0) {
		out->back = true;
		out->low = note->in_progress;
		return true;
	}
	if (note->known[mode] &&
	    !(note->circular[mode] && comes_back(modules, note->found[mode]))) {
		out->found = note->found[mode];
		return true;
	}
	if (below > 0 && below <= lookup->depth &&
	    lookup->serials[below] == note->unbound_serial[mode]) {
		out->low = below;
		return true;
	}
	return false;
}

static void note_keep(const struct modules *modules, struct note *note, enum mode mode,
		      const struct answer *answer)
{
	if (answer->low == INDEPENDENT) {
		note->known[mode] = true;
		note->found[mode] = answer->found;
	} else if (!answer->found && answer->low > 0) {
		note->unbound_below[mode] = answer->low;
		note->unbound_serial[mode] = modules->lookup->serials[answer->low];
	}
}

int lookup_name(struct modules *modules, struct place place, struct slice name, enum mode mode,
		struct answer *out, struct pawl_error *error)
{
	struct lookup *lookup = modules->lookup;
	struct note *note;
	int result;

	*out = (struct answer){.low = INDEPENDENT};
	if (lookup_step(modules, error) || source_parse(modules, place.source, error))
		return -1;
	if (place.end != END && ends_there(place.source, name, place.end))
		place.end = END;
	note = note_of(modules, place, name);
	if (note_answers(modules, note, mode, out))
		return 0;
	if (lookup->depth == PAWL_MAX_RESOLVE_DEPTH) {
		/* Depth 0 is never in progress: what follows from this is not kept. */
		*out = (struct answer){.found = found_unknown(modules, false), .low = 0};
		return 0;
	}
	lookup->serials[++lookup->depth] = ++lookup->serial;
	note->in_progress = lookup->depth;
	result = lookup_walk(modules, place, name, mode, out, error);
	note->in_progress = 0;
	if (out->low == lookup->depth) {
		note->circular[mode] = true;
		out->low = INDEPENDENT;
	}
	lookup->depth--;
	if (result == 0)
		note_keep(modules, note, mode, out);
	return result;
}

int lookup_any(struct modules *modules, struct place place, struct slice name, struct answer *out,
	       struct pawl_error *error)
{
	struct answer checked;

	if (lookup_name(modules, place, name, MODE_RUN, out, error))
		return -1;
	if (out->back || (out->found && !out->found->maybe))
		return 0;
	if (lookup_name(modules, place, name, MODE_CHECK, &checked, error))
		return -1;
	if (checked.low < out->low)
		out->low = checked.low;
	if (checked.found && !checked.found->maybe)
		out->found = checked.found;
	return 0;
}
