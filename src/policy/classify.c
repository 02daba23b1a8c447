#include "judge.h"

struct classifier {
	struct arena *arena;
	const struct policy *policy;
	const struct facade_set *facades;
	struct modules **modules; /* one a side, made when first asked */
	struct snapshot *const *sides;
	struct modules_options options;
	size_t side_count;
	struct foreign *foreign;
	bool forgives;	  /* a broken map is a finding already */
	struct map known; /* (facade, name) to struct classified */
};

struct classifier *classifier_new(struct arena *arena, const struct policy *policy,
				  const struct facade_set *facades, struct snapshot *const *sides,
				  size_t side_count)
{
	struct classifier *classifier = arena_alloc(arena, sizeof *classifier);

	classifier->arena = arena;
	classifier->policy = policy;
	classifier->facades = facades;
	classifier->sides = sides;
	classifier->side_count = side_count;
	classifier->modules = arena_alloc(arena, side_count * sizeof *classifier->modules);
	classifier->options.roots = &policy->roots;
	classifier->options.limits = &policy->limits;
	classifier->known.arena = arena;
	classifier->foreign = foreign_new(arena, policy);
	return classifier;
}

struct modules *classifier_modules(struct classifier *classifier, size_t side)
{
	if (!classifier->modules[side])
		classifier->modules[side] = modules_new(classifier->arena, classifier->sides[side],
							&classifier->options);
	return classifier->modules[side];
}

size_t classifier_parsed(const struct classifier *classifier)
{
	size_t parsed = 0;

	for (size_t i = 0; i < classifier->side_count; i++)
		if (classifier->modules[i])
			parsed += modules_parsed(classifier->modules[i]);
	return parsed;
}

void classifier_forgive(struct classifier *classifier)
{
	classifier->forgives = true;
}

void classifier_close(struct classifier *classifier)
{
	foreign_close(classifier->foreign);
}

bool classified_is_use(const struct classified *classified, bool barred)
{
	return classified->use || (barred && !classified->origin.submodule);
}

struct slice use_symbol(struct arena *arena, struct slice facade, struct slice name)
{
	return name.len ? slice_join(arena, facade, SLICE("."), name) : facade;
}

/* Whether this side's facade hands the name on (R2); a side whose facade cannot be read says
 * nothing. */
static bool hands_on(const struct origin *origin)
{
	return origin->reexport || origin->kind == ORIGIN_AMBIGUOUS;
}

/* One side's answer. */
struct side_answer {
	struct origin origin;
	bool silent; /* its facade, or its map of it, cannot be read */
};

static int ask_side(struct classifier *classifier, size_t side, uint32_t facade, struct slice name,
		    struct side_answer *out, struct slice *note, struct pawl_error *error)
{
	const struct facade_policy *policy = &classifier->policy->items[facade];
	struct modules *modules = classifier_modules(classifier, side);
	const char *why;

	*out = (struct side_answer){0};
	switch (foreign_resolve(classifier->foreign, modules, policy, name, &out->origin, note,
				error)) {
	case FOREIGN_FAILED:
		return -1;
	case FOREIGN_FOUND:
		return 0;
	case FOREIGN_BROKEN:
		out->silent = true;
		return 1;
	case FOREIGN_NOT:
		break;
	}
	if (name_resolve(modules, policy->name, name, &out->origin, error) < 0 ||
	    modules_unreadable(modules, policy->name, &why, error) < 0)
		return -1;
	out->silent = why != NULL;
	return 0;
}

/*
 * R2: a use by the union of all sides. The tip is asked first: what it re-exports is a use whatever
 * the bases say, so that they are read only for the rest. Where every side's map is broken, there
 * is nothing to judge by: an error, but where the push breaks it (then that is a finding).
 */
static int classify_fresh(struct classifier *classifier, uint32_t facade, struct slice name,
			  struct classified *out, struct pawl_error *error)
{
	struct side_answer answer;
	int broken = ask_side(classifier, 0, facade, name, &answer, &out->note, error);

	if (broken < 0)
		return -1;
	out->origin = answer.origin;
	out->use = !answer.silent && origin_is_use(&out->origin);
	for (size_t side = 1; side < classifier->side_count; side++) {
		struct pawl_error why;
		int result;

		if (out->use && out->origin.kind != ORIGIN_UNBOUND)
			break;
		result = ask_side(classifier, side, facade, name, &answer, &out->note, &why);
		if (result < 0) {
			*error = why;
			return -1;
		}
		if (result == 1)
			continue;
		/* Only where the tip's map is broken does a base's unbound name count as one. */
		out->use = out->use || hands_on(&answer.origin) ||
			   (broken && origin_is_use(&answer.origin));
		if (!hands_on(&out->origin) && hands_on(&answer.origin))
			out->origin = answer.origin;
		broken = 0;
	}
	if (broken && !classifier->forgives)
		return -1;
	out->use = out->use || broken;
	out->accident = out->origin.accident && out->origin.reexport;
	return 0;
}

int classify(struct classifier *classifier, uint32_t facade, struct slice name,
	     const struct classified **out, struct pawl_error *error)
{
	struct arena *arena = classifier->arena;
	struct slice facade_name = classifier->facades->names[facade];
	struct slice key = slice_join(arena, facade_name, SLICE(":"), name);
	struct map_entry *entry = map_put(&classifier->known, key);
	struct classified *fresh;

	if (!entry->value) {
		fresh = arena_alloc(arena, sizeof *fresh);
		/* The module itself is told only where it counts (R4): it has no origin, nor has
		 * `*`. */
		if (!name.len || slice_equal_string(name, "*"))
			fresh->use = true;
		else if (classify_fresh(classifier, facade, name, fresh, error) < 0)
			return -1;
		entry->value = fresh;
	}
	*out = entry->value;
	return 0;
}
