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
	if (baseline_ratchet(&frozen, &tree, &uses.unreadable, staged->tip, arena, &ratchet,
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
