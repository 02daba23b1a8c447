/*
 * The ratchet of a commit: what the staged baseline loses by what is staged. It touches only lines
 * about paths that the commit changes, so that it costs what the commit does, and no commit says
 * more than it is about.
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

/*
 * Parts what the staged texts use: by paths that the baseline names, and by new ones. A path that a
 * base has and the baseline does not name is in neither: entries that an earlier commit left behind
 * pay for it, or nothing does. It may not take what the paths that vanish now owe to the new (P7).
 */
static int part(const struct staged *staged, const struct baseline *frozen,
		const struct baseline *tree, struct arena *arena, struct baseline *named,
		struct baseline *fresh, struct pawl_error *error)
{
	for (size_t i = 0; i < tree->count; i++) {
		const struct baseline_entry *entry = &tree->items[i];
		int known;

		if (baseline_names(frozen, entry->path)) {
			*ARENA_PUSH(arena, named) = *entry;
			continue;
		}
		known = base_has(staged, entry->path, error);
		if (known < 0)
			return -1;
		if (!known)
			*ARENA_PUSH(arena, fresh) = *entry;
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
static int shrink(const struct staged *staged, const struct policy *policy, struct baseline *frozen,
		  const struct baseline *tree, const struct slices *unreadable, struct arena *arena,
		  struct baseline *kept, struct ratchet *out, struct pawl_error *error)
{
	struct baseline named = {0}, fresh = {0}, both = {0};

	if (part(staged, frozen, tree, arena, &named, &fresh, error) < 0)
		return -1;
	for (size_t i = 0; i < named.count + fresh.count; i++)
		*ARENA_PUSH(arena, &both) =
			i < named.count ? named.items[i] : fresh.items[i - named.count];
	if (baseline_ratchet(policy, frozen, &both, unreadable, staged->tip, arena, out, error) < 0)
		return -1;
	if (!leaves_unpaid(out, &fresh))
		return 0;
	if (keep_vanished(staged->tip, arena, frozen, kept, error) < 0)
		return -1;
	return baseline_ratchet(policy, frozen, &named, unreadable, staged->tip, arena, out, error);
}

int baseline_ratchet_staged(const struct staged *staged, const struct policy *policy,
			    struct arena *arena, struct staged_ratchet *out,
			    struct pawl_error *error)
{
	struct map changed = {.arena = arena};
	struct baseline all = {0}, frozen = {0}, tree = {0}, kept = {0};
	struct tree_uses uses = {0};
	struct ratchet ratchet = {0};
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
	if (tree_uses_of_paths(staged->tip, policy, &paths, arena, &uses, error) < 0)
		return -1;
	baseline_of_uses(&uses, arena, &tree);
	if (shrink(staged, policy, &frozen, &tree, &uses.unreadable, arena, &kept, &ratchet,
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
