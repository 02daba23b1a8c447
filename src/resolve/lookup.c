/*
 * One name in one module: its bindings from the last to the first, until one holds for every run.
 */
#include "lookup.h"

struct candidate {
	const struct found *found; /* NULL: deleted here */
	uint32_t index;
};

struct candidates {
	struct candidate *items;
	size_t count, capacity;
};

struct branches {
	const struct branch **items;
	size_t count, capacity;
};

/* A lookup under way. */
struct frame {
	struct modules *modules;
	struct place place;
	struct slice name;
	enum mode mode;
	const struct branch *position; /* that the place stands in */
	struct candidates candidates;
	struct branches covered; /* arms that bind the name behind where the walk is */
	struct branches maybe;	 /* where stars stand that may give the name; NULL: at the top */
	bool dynamic;		 /* a star that cannot be read came later */
	bool loads; /* `from . import name` takes the submodule where nothing is bound */
	uint32_t load_index;
	bool done;
	size_t low;
};

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

/* ---- arms ---- */

static bool same_arm(const struct branch *a, const struct branch *b)
{
	return a->statement == b->statement && a->arm == b->arm;
}

/* Does the place itself stand in this arm? Then the arm is as good as certain. */
static bool around_place(const struct frame *frame, const struct branch *branch)
{
	for (const struct branch *p = frame->position; p; p = p->parent) {
		if (same_arm(p, branch))
			return true;
	}
	return false;
}

/* In another arm than the place: no run comes from there to here. */
static bool beside_place(const struct frame *frame, const struct branch *branch)
{
	for (; branch; branch = branch->parent) {
		for (const struct branch *p = frame->position; p; p = p->parent) {
			if (p->statement == branch->statement && p->arm != branch->arm)
				return true;
		}
	}
	return false;
}

static bool is_covered(const struct frame *frame, const struct branch *branch)
{
	for (; branch; branch = branch->parent) {
		for (size_t i = 0; i < frame->covered.count; i++) {
			if (same_arm(frame->covered.items[i], branch))
				return true;
		}
	}
	return false;
}

/* Is the name bound in this arm whatever happens? Then perhaps in its whole statement, and so on
 * up. */
static void cover(struct frame *frame, const struct branch *branch)
{
	for (; branch && !around_place(frame, branch); branch = branch->parent) {
		uint32_t arms = 1;

		for (size_t i = 0; i < frame->covered.count; i++)
			arms += frame->covered.items[i]->statement == branch->statement;
		*ARENA_PUSH(frame->modules->arena, &frame->covered) = branch;
		if (branch->may_fall_through || arms < branch->arm_count)
			return;
	}
	frame->done = true;
}

/* ---- one event ---- */

static const struct binding *binding_at(const struct frame *frame, uint32_t index)
{
	return &frame->place.source->bindings.items[index];
}

static void candidate_add(struct frame *frame, const struct found *found, uint32_t index)
{
	*ARENA_PUSH(frame->modules->arena, &frame->candidates) = (struct candidate){found, index};
	cover(frame, binding_at(frame, index)->branch);
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
	if (answer.found->maybe)
		*ARENA_PUSH(frame->modules->arena, &frame->maybe) =
			binding_at(frame, index)->branch;
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
	const struct binding *binding = binding_at(frame, index);
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
	const struct binding *binding = binding_at(frame, index);
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
	const struct binding *binding = binding_at(frame, index);

	if (binding->type_checking && frame->mode == MODE_RUN)
		return false;
	return !beside_place(frame, binding->branch) && !is_covered(frame, binding->branch);
}

/* ---- the walk ---- */

/* How many of ascending indices lie in front of `end`. */
static size_t count_before(const struct indices *indices, uint32_t end)
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

static int walk_events(struct frame *frame, struct pawl_error *error)
{
	struct source *source = frame->place.source;
	const struct events *events = map_get(&source->events, frame->name);
	struct trail trail = {.lists = {events ? &events->loading : NULL,
					events ? &events->binding : NULL, &source->stars}};
	unsigned list = 0;
	uint32_t index = 0;

	for (unsigned i = 0; i < 3; i++)
		trail.left[i] = count_before(trail.lists[i], frame->place.end);
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

/* ---- the verdict of a walk ---- */

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
	const struct binding *last = binding_at(frame, frame->candidates.items[0].index);
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
				binding_at(frame, frame->candidates.items[j].index)->branch;
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
				binding_at(frame, frame->load_index),
				found_module(frame->modules, child->module.name, child));
			return 0;
		}
	}
	if (frame->maybe.count > 0)
		*out = found_unknown(frame->modules, true);
	return 0;
}

static int conclude(struct frame *frame, const struct found **out, struct pawl_error *error)
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
	} else if (frame->dynamic && !(*out)->doubtful) {
		struct found *doubtful = arena_alloc(frame->modules->arena, sizeof *doubtful);
		*doubtful = **out;
		doubtful->doubtful = true;
		*out = doubtful;
	}
	return 0;
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
	if (walk_events(&frame, error) || conclude(&frame, &out->found, error))
		return -1;
	out->low = frame.low;
	return 0;
}

/* ---- lookups in progress, and what is kept of them ---- */

/* Nothing concerns the name from `end` on: as good as the module's end. */
static bool ends_there(const struct source *source, struct slice name, uint32_t end)
{
	const struct events *events = map_get(&source->events, name);

	return (!events || (count_before(&events->binding, end) == events->binding.count &&
			    count_before(&events->loading, end) == events->loading.count)) &&
	       count_before(&source->stars, end) == source->stars.count &&
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
