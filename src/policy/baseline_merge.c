/*
 * B3: a merge of three baselines, key by key. It reads its three inputs and nothing else, so that
 * it does the same in a merge, a rebase, a cherry-pick, and on a machine without the tree.
 */
#include "baseline.h"

static uint64_t merge_counts(uint64_t base, uint64_t ours, uint64_t theirs)
{
	if (ours == base)
		return theirs;
	if (theirs == base)
		return ours;
	if (ours < base && theirs < base)
		return ours < theirs ? ours : theirs;
	/* Both above: the larger. One above and one below, of which B3 is silent: the larger too,
	 * for slack is legal and a use without its entry is not. */
	return ours > theirs ? ours : theirs;
}

/* The next entry of a side, if it is `key`: its count, and a step on; else 0. */
static uint64_t take(const struct baseline *side, size_t *at, const struct baseline_entry *key)
{
	if (*at >= side->count || baseline_entry_compare(&side->items[*at], key) != 0)
		return 0;
	return side->items[(*at)++].count;
}

void baseline_merge(struct arena *arena, const struct baseline *base, const struct baseline *ours,
		    const struct baseline *theirs, struct baseline *out)
{
	const struct baseline *sides[] = {base, ours, theirs};
	size_t at[3] = {0};

	*out = (struct baseline){0};
	for (;;) {
		const struct baseline_entry *key = NULL;
		uint64_t counts[3];

		for (size_t i = 0; i < 3; i++) {
			const struct baseline *side = sides[i];

			if (at[i] < side->count &&
			    (!key || baseline_entry_compare(&side->items[at[i]], key) < 0))
				key = &side->items[at[i]];
		}
		if (!key)
			return;
		for (size_t i = 0; i < 3; i++)
			counts[i] = take(sides[i], &at[i], key);
		baseline_add(arena, out, key->path, key->symbol,
			     merge_counts(counts[0], counts[1], counts[2]));
	}
}
