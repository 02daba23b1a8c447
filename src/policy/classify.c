#include "judge.h"

struct classifier {
	struct arena *arena;
	const struct policy *policy;
	const struct facade_set *facades;
	struct modules **modules; /* one a side, made when first asked */
	struct snapshot *const *sides;
	struct modules_options options;
	size_t side_count;
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

/* Whether this side's facade hands the name on (R2); a side whose facade cannot be read says
 * nothing. */
static bool hands_on(const struct origin *origin)
{
	return origin->reexport || origin->kind == ORIGIN_AMBIGUOUS;
}

/*
 * R2: a use by the union of all sides. The tip is asked first: what it re-exports is a use whatever
 * the bases say, so that they are read only for the rest.
 */
static int classify_fresh(struct classifier *classifier, struct slice facade, struct slice name,
			  struct classified *out, struct pawl_error *error)
{
	const char *why;

	if (name_resolve(classifier_modules(classifier, 0), facade, name, &out->origin, error) < 0)
		return -1;
	if (modules_unreadable(classifier_modules(classifier, 0), facade, &why, error) < 0)
		return -1;
	out->use = !why && origin_is_use(&out->origin);
	for (size_t side = 1; side < classifier->side_count; side++) {
		struct origin origin = {0};

		if (out->use && out->origin.kind != ORIGIN_UNBOUND)
			break;
		if (name_resolve(classifier_modules(classifier, side), facade, name, &origin,
				 error) < 0)
			return -1;
		out->use = out->use || hands_on(&origin);
		if (!hands_on(&out->origin) && hands_on(&origin))
			out->origin = origin;
	}
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
		if (slice_equal_string(name, "*"))
			fresh->use = true;
		else if (classify_fresh(classifier, facade_name, name, fresh, error) < 0)
			return -1;
		entry->value = fresh;
	}
	*out = entry->value;
	return 0;
}
