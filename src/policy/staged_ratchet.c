/*
 * The ratchet of a commit: what the staged baseline loses by what is staged. It touches only lines
 * about paths that the commit changes, so that it costs what the commit does, and no commit says
 * more than it is about.
 *
 * Of those, only paths of which the baseline says what a base has. Where an earlier commit left
 * entries behind, they may be those of a file that is gone, and owed to where it went (B2): that
 * takes the whole tree and its history to tell, so they are left to `pawl ratchet`.
 */
#include "judge.h"

static int collect(void *payload, const struct change *change, struct pawl_error *error)
{
	struct map *paths = payload;

	(void)error;
	if (change->kind == CHANGE_FILE)
		map_put(paths, change->path)->value = paths;
	return 0;
}

static struct slices paths_of(const struct map *map, struct arena *arena)
{
	struct slices paths = {0};

	for (const struct map_entry *entry = map->head; entry; entry = entry->next)
		*ARENA_PUSH(arena, &paths) = entry->key;
	return paths;
}

/* 0; 1 where nothing is staged that could be shrunk; -1. */
static int read_staged(const struct staged *staged, const struct policy *policy,
		       struct arena *arena, struct staged_ratchet *out, struct baseline *all,
		       struct pawl_error *error)
{
	enum blob_state state;

	if (snapshot_lookup(staged->tip, policy->baseline, &out->entry, error) < 0)
		return -1;
	if (!entry_is_blob(&out->entry))
		return 1;
	if (snapshot_read(staged->tip, policy->baseline, &out->entry, arena, &out->before, &state,
			  error) < 0)
		return -1;
	if (state != BLOB_READ)
		return 1;
	return baseline_parse(arena, out->before, policy->baseline, false, all, error);
}

/* 1 where a base has the path, 0, -1. */
static int base_has(const struct staged *staged, struct slice path, struct pawl_error *error)
{
	struct entry found;

	for (size_t i = 0; i < staged->base_count; i++) {
		if (snapshot_lookup(staged->bases[i], path, &found, error) < 0)
			return -1;
		if (found.mode)
			return 1;
	}
	return 0;
}

/* How many entries, from the first on, are about the same path. */
static size_t run_of(const struct baseline *baseline, size_t first)
{
	size_t end = first + 1;

	while (end < baseline->count &&
	       slice_equal(baseline->items[end].path, baseline->items[first].path))
		end++;
	return end - first;
}

/* What one base has on the paths that the commit changes. */
struct base_uses {
	struct baseline entries;
	struct map runs; /* path to how many entries are about it, as size_t * */
};

static int base_uses_read(struct snapshot *base, const struct policy *policy,
			  const struct slices *paths, struct arena *arena, struct base_uses *out,
			  struct pawl_error *error)
{
	struct tree_uses uses = {0};

	*out = (struct base_uses){.runs = {.arena = arena}};
	if (tree_uses_of_paths(base, policy, paths, arena, &uses, error) < 0)
		return -1;
	baseline_of_uses(&uses, arena, &out->entries);
	for (size_t i = 0, count; i < out->entries.count; i += count) {
		size_t *run = arena_alloc(arena, sizeof *run);

		*run = count = run_of(&out->entries, i);
		map_put(&out->runs, out->entries.items[i].path)->value = run;
	}
	return 0;
}

/* Whether the entries from `first` on say of their path what this base has there. */
static bool says_what_is(const struct baseline *frozen, size_t first, size_t count,
			 const struct base_uses *base)
{
	const size_t *run = map_get(&base->runs, frozen->items[first].path);

	if (!run || *run != count)
		return false;
	for (size_t i = first; i < first + count; i++)
		if (baseline_count(&base->entries, frozen->items[i].path,
				   frozen->items[i].symbol) != frozen->items[i].count)
			return false;
	return true;
}

/* Moves to `kept` the entries of paths of which they say what no base has. */
static int keep_inexact(const struct staged *staged, const struct policy *policy,
			const struct slices *paths, struct arena *arena, struct baseline *frozen,
			struct baseline *kept, struct pawl_error *error)
{
	struct base_uses *bases = arena_alloc(arena, (staged->base_count + 1) * sizeof *bases);
	size_t left = 0;

	for (size_t i = 0; i < staged->base_count; i++)
		if (base_uses_read(staged->bases[i], policy, paths, arena, &bases[i], error) < 0)
			return -1;
	for (size_t i = 0, count; i < frozen->count; i += count) {
		bool exact = false;

		count = run_of(frozen, i);
		for (size_t base = 0; base < staged->base_count && !exact; base++)
			exact = says_what_is(frozen, i, count, &bases[base]);
		for (size_t entry = i; entry < i + count; entry++)
			if (exact)
				frozen->items[left++] = frozen->items[entry];
			else
				*ARENA_PUSH(arena, kept) = frozen->items[entry];
	}
	frozen->count = left;
	return 0;
}

/* What the staged texts use. */
struct parts {
	struct baseline named; /* by paths that the baseline names */
	struct baseline fresh; /* by new ones */
	bool returns; /* a new one is at a path that the baseline still names for a file that is
		       * gone
		       */
};

/*
 * A path that a base has and the baseline does not name is in neither part: entries that an earlier
 * commit left behind pay for it, or nothing does. It may not take what the paths that vanish now
 * owe to the new (P7). `all` is the whole baseline, `frozen` what of it may be touched.
 */
static int part(const struct staged *staged, const struct baseline *all,
		const struct baseline *frozen, const struct baseline *tree, struct arena *arena,
		struct parts *out, struct pawl_error *error)
{
	*out = (struct parts){0};
	for (size_t i = 0; i < tree->count; i++) {
		const struct baseline_entry *entry = &tree->items[i];
		int known;

		if (baseline_names(frozen, entry->path)) {
			*ARENA_PUSH(arena, &out->named) = *entry;
			continue;
		}
		known = base_has(staged, entry->path, error);
		if (known < 0)
			return -1;
		if (!known && baseline_names(all, entry->path))
			out->returns = true;
		else if (!known)
			*ARENA_PUSH(arena, &out->fresh) = *entry;
	}
	return 0;
}

static bool leaves_unpaid(const struct ratchet *ratchet, const struct baseline *fresh)
{
	for (size_t i = 0; i < ratchet->excess.count; i++)
		if (baseline_names(fresh, ratchet->excess.items[i].path))
			return true;
	return false;
}

/* Moves the entries of paths that are gone to `kept`. */
static int keep_vanished(struct snapshot *tip, struct arena *arena, struct baseline *frozen,
			 struct baseline *kept, struct pawl_error *error)
{
	size_t left = 0;

	for (size_t i = 0; i < frozen->count; i++) {
		struct entry found;

		if (snapshot_lookup(tip, frozen->items[i].path, &found, error) < 0)
			return -1;
		if (found.mode)
			frozen->items[left++] = frozen->items[i];
		else
			*ARENA_PUSH(arena, kept) = frozen->items[i];
	}
	frozen->count = left;
	return 0;
}

/*
 * A new path that gets only some of its entries is named from then on, and what an earlier commit
 * left behind pays for it no more (B2). So where the entries that vanish do not pay for all new
 * paths, these stay unnamed and those stay as they are, for `pawl ratchet`, which sees the tree.
 */
static int shrink(const struct staged *staged, const struct policy *policy,
		  const struct parts *parts, const struct slices *unreadable, struct arena *arena,
		  struct baseline *frozen, struct baseline *kept, struct ratchet *out,
		  struct pawl_error *error)
{
	struct baseline both = {0};
	struct ratchet_request request = {
		.policy = policy,
		.frozen = frozen,
		.tree = &both,
		.unreadable = unreadable,
		.snapshot = staged->tip,
	};

	for (size_t i = 0; i < parts->named.count + parts->fresh.count; i++)
		*ARENA_PUSH(arena, &both) = i < parts->named.count
						    ? parts->named.items[i]
						    : parts->fresh.items[i - parts->named.count];
	if (baseline_ratchet(&request, arena, out, error) < 0)
		return -1;
	if (!parts->returns && !leaves_unpaid(out, &parts->fresh))
		return 0;
	if (keep_vanished(staged->tip, arena, frozen, kept, error) < 0)
		return -1;
	request.tree = &parts->named;
	return baseline_ratchet(&request, arena, out, error);
}

int baseline_ratchet_staged(const struct staged *staged, const struct policy *policy,
			    struct arena *arena, struct staged_ratchet *out,
			    struct pawl_error *error)
{
	struct map changed = {.arena = arena};
	struct baseline all = {0}, frozen = {0}, tree = {0}, kept = {0};
	struct tree_uses uses = {0};
	struct ratchet ratchet = {0};
	struct parts parts;
	struct slices paths;
	int result;

	*out = (struct staged_ratchet){0};
	result = read_staged(staged, policy, arena, out, &all, error);
	if (result != 0)
		return result < 0 ? -1 : 0;
	if (changes_walk(staged->tip, staged->bases, staged->base_count, true, arena, collect,
			 &changed, error) < 0)
		return -1;
	for (size_t i = 0; i < all.count; i++)
		*ARENA_PUSH(arena, map_get(&changed, all.items[i].path) ? &frozen : &kept) =
			all.items[i];
	if (!frozen.count)
		return 0;
	paths = paths_of(&changed, arena);
	if (keep_inexact(staged, policy, &paths, arena, &frozen, &kept, error) < 0)
		return -1;
	if (!frozen.count)
		return 0;
	if (tree_uses_of_paths(staged->tip, policy, &paths, arena, &uses, error) < 0)
		return -1;
	baseline_of_uses(&uses, arena, &tree);
	if (part(staged, &all, &frozen, &tree, arena, &parts, error) < 0 ||
	    shrink(staged, policy, &parts, &uses.unreadable, arena, &frozen, &kept, &ratchet,
		   error) < 0)
		return -1;
	for (size_t i = 0; i < ratchet.kept.count; i++)
		*ARENA_PUSH(arena, &kept) = ratchet.kept.items[i];
	baseline_sort(&kept);
	out->removed = ratchet.removed;
	out->moved = ratchet.moved;
	out->after = baseline_format(arena, &kept);
	out->shrinks = ratchet.removed || ratchet.moved;
	return 0;
}
