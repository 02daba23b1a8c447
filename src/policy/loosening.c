/*
 * S2: what a change of policy loosens. Only what the table in keys.c knows to be tighter is let
 * through; all else that differs is a loosening, so a key that is added there without a thought is
 * guarded.
 */
#include "keys.h"

/* One section of the policy as it was and as it is to be. */
struct comparison {
	struct arena *arena;
	const struct policy *policy; /* the new one */
	const void *was, *is;
	const unsigned *lines; /* of the keys in the new one */
	struct slice facade;
	struct loosenings *out;
};

static void add(const struct comparison *comparison, const struct key *key, unsigned line,
		struct slice what)
{
	*ARENA_PUSH(comparison->arena, comparison->out) =
		(struct loosening){comparison->facade, slice_of(key->name), line, what};
}

static const void *field(const void *section, const struct key *key)
{
	return (const char *)section + key->offset;
}

static unsigned key_line(const struct comparison *comparison, const struct key *key)
{
	return comparison->lines[key - policy_keys];
}

/* ---- lists ---- */

static unsigned word_line(const struct comparison *comparison, const struct key *key,
			  struct slice word)
{
	for (size_t i = 0; i < comparison->policy->words.count; i++)
		if (comparison->policy->words.items[i].ptr == word.ptr)
			return comparison->policy->words.items[i].line;
	return key_line(comparison, key); /* a default: written nowhere */
}

static struct map set_of(struct arena *arena, const struct slices *list)
{
	struct map set = {.arena = arena};

	for (size_t i = 0; i < list->count; i++)
		map_put(&set, list->items[i])->value = arena;
	return set;
}

/* The entries of `list` that `other` lacks, each a loosening. How many. */
static size_t add_missing(const struct comparison *comparison, const struct key *key,
			  const struct slices *list, const struct slices *other, bool gained)
{
	struct map known = set_of(comparison->arena, other);
	size_t before = comparison->out->count;

	for (size_t i = 0; i < list->count; i++) {
		struct slice word = list->items[i];
		unsigned line = gained ? word_line(comparison, key, word) : 0;

		if (map_get(&known, word))
			continue;
		map_put(&known, word)->value =
			comparison->arena; /* said once, if it is there twice */
		add(comparison, key, line,
		    slice_format(comparison->arena, "%s %s %s", key->name,
				 gained ? "gained" : "lost",
				 slice_copy(comparison->arena, word).ptr));
	}
	return comparison->out->count - before;
}

static bool list_equal(const struct slices *a, const struct slices *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!slice_equal(a->items[i], b->items[i]))
			return false;
	return true;
}

static void compare_list(const struct comparison *comparison, const struct key *key)
{
	const struct slices *was = field(comparison->was, key), *is = field(comparison->is, key);
	size_t found = 0;

	if (key->tightening == TIGHTER_RESTRICTED && !was->count)
		return; /* whoever it leaves out, it leaves out more than before */
	if (key->tightening == TIGHTER_RESTRICTED && !is->count) {
		add(comparison, key, 0, slice_format(comparison->arena, "%s is gone", key->name));
		return;
	}
	found += add_missing(comparison, key, is, was, true);
	if (key->tightening == TIGHTER_NEVER)
		found += add_missing(comparison, key, was, is, false);
	/* The first root that holds a path names its module (T1): their order is a rule too. */
	if (key->type == KEY_FOLDERS && !found && !list_equal(was, is))
		add(comparison, key, key_line(comparison, key),
		    slice_format(comparison->arena, "%s changed order", key->name));
}

/* ---- single values ---- */

static struct slice or_nothing(struct slice value)
{
	return value.len ? value : SLICE("nothing");
}

/* What a key's value is, for comparing and for saying. */
static struct slice value_text(const struct comparison *comparison, const struct key *key,
			       const void *section)
{
	const struct slice *slices = field(section, key);
	int choice;

	switch (key->type) {
	case KEY_CHOICE:
		memcpy(&choice, slices, sizeof choice);
		return slice_of(key->choices[choice]);
	case KEY_YES_NO:
		return slice_of(*(const bool *)(const void *)slices ? "yes" : "no");
	case KEY_SOURCE:
		return slice_join(comparison->arena, slices[0], SLICE(" "), slices[1]);
	case KEY_FACTS:
		return ((const struct policy *)section)->facts_off ? SLICE("off") : slices[0];
	default: /* the server's numbers are not compared */
		return slices[0];
	}
}

static int choice_index(const struct key *key, const void *section)
{
	int choice;

	if (key->type == KEY_YES_NO)
		return *(const bool *)field(section, key);
	memcpy(&choice, field(section, key), sizeof choice);
	return choice;
}

/* Whether a value that differs is a proven tightening. */
static bool is_tighter(const struct comparison *comparison, const struct key *key)
{
	const struct slice *was = field(comparison->was, key), *is = field(comparison->is, key);

	switch (key->tightening) {
	case TIGHTER_ALWAYS:
		return true;
	case TIGHTER_HIGHER:
		return choice_index(key, comparison->is) > choice_index(key, comparison->was);
	case TIGHTER_LOWER:
		return choice_index(key, comparison->is) < choice_index(key, comparison->was);
	case TIGHTER_EARLIER: /* YYYY-MM-DD sorts as it stands */
		return is->len && (!was->len || slice_compare(*is, *was) < 0);
	default:
		return false;
	}
}

static void compare_value(const struct comparison *comparison, const struct key *key)
{
	struct slice was = value_text(comparison, key, comparison->was);
	struct slice is = value_text(comparison, key, comparison->is);

	if (slice_equal(was, is) || is_tighter(comparison, key))
		return;
	was = slice_copy(comparison->arena, or_nothing(was));
	is = slice_copy(comparison->arena, or_nothing(is));
	add(comparison, key, key_line(comparison, key),
	    slice_format(comparison->arena, "%s is %s, was %s", key->name, is.ptr, was.ptr));
}

/* ---- sections ---- */

static void compare_section(const struct comparison *comparison, enum key_section section)
{
	for (size_t i = 0; i < policy_key_count; i++) {
		const struct key *key = &policy_keys[i];

		if (key->section != section || key->server_only)
			continue;
		if (key_is_list(key))
			compare_list(comparison, key);
		else
			compare_value(comparison, key);
	}
}

static void compare_facade(const struct facade_policy *was, const struct policy *new_policy,
			   struct arena *arena, struct loosenings *out)
{
	const struct facade_policy *is = policy_facade(new_policy, was->name);
	struct comparison comparison = {arena,	   new_policy, was, is, is ? is->key_lines : NULL,
					was->name, out};

	if (is)
		compare_section(&comparison, SECTION_FACADE);
	else
		*ARENA_PUSH(arena, out) = (struct loosening){
			.facade = was->name,
			.what = slice_format(arena, "[facade %s] is gone", was->name.ptr)};
}

/*
 * A facade that was not there freezes what was free: tighter, whatever its keys say. But `source`
 * makes the server read another of its repositories, which not everybody who may push here may
 * read.
 */
static void check_new_facade(const struct facade_policy *is, struct arena *arena,
			     struct loosenings *out)
{
	const struct key *source = key_find(SECTION_FACADE, SLICE("source"));

	if (is->source_repository.len)
		*ARENA_PUSH(arena, out) = (struct loosening){
			is->name, SLICE("source"), is->key_lines[source - policy_keys],
			slice_format(arena, "source is %s %s, was nothing",
				     is->source_repository.ptr, is->source_ref.ptr)};
}

void policy_compare(const struct policy *old_policy, const struct policy *new_policy,
		    struct arena *arena, struct loosenings *out)
{
	struct comparison comparison = {.arena = arena,
					.policy = new_policy,
					.was = old_policy,
					.is = new_policy,
					.out = out};

	*out = (struct loosenings){0};
	if (!new_policy) {
		*ARENA_PUSH(arena, out) = (struct loosening){.what = SLICE("the policy is gone")};
		return;
	}
	comparison.lines = new_policy->key_lines;
	compare_section(&comparison, SECTION_PAWL);
	for (size_t i = 0; i < old_policy->count; i++)
		compare_facade(&old_policy->items[i], new_policy, arena, out);
	for (size_t i = 0; i < new_policy->count; i++)
		if (!policy_facade(old_policy, new_policy->items[i].name))
			check_new_facade(&new_policy->items[i], arena, out);
}
