/*
 * What differs between a tip and its bases: one walk over all their trees at once (P6).
 */
#include <stdlib.h>

#include "snapshot.h"

/* PATH_MAX: no checkout can hold a longer one, and memory for paths stays in proportion to trees.
 */
#define MAX_PATH 4096

struct walk {
	struct repository *repository;
	size_t base_count;
	bool first_is_old_tip;
	struct arena *arena;
	enters_fn enters; /* NULL: all folders */
	change_fn callback;
	void *payload;
	struct pawl_error *error;
	char path[MAX_PATH];
	size_t path_len;
	unsigned depth;
};

/* A folder as the tip (side 0) and the bases (side 1 and on) have it, while it is walked. */
struct level {
	struct arena scratch; /* trees too many to keep, and what follows */
	const struct tree **trees;
	size_t *next;		/* in each tree, what was not walked yet */
	struct tree_entry *row; /* one name, on every side; mode 0: not there */
	struct entry *entries;	/* the same for the callback */
	bool too_long;		/* said already */
};

static bool same(const struct tree_entry *a, const struct tree_entry *b)
{
	if (a->mode != b->mode)
		return false;
	/* what an overlay changes is compared within */
	return !a->mode || (!a->node && !b->node && git_oid_equal(a->id, b->id));
}

/* P6: equal to the old tip, or for a new ref to some base. Holds for all that lies below a folder,
 * too. */
static bool is_unchanged(const struct walk *walk, const struct tree_entry *row)
{
	size_t compared = walk->first_is_old_tip ? 1 : walk->base_count;

	for (size_t i = 1; i <= compared; i++)
		if (same(&row[0], &row[i]))
			return true;
	return false;
}

static int give(struct walk *walk, struct change *change)
{
	change->path = slice_copy(walk->arena, (struct slice){walk->path, walk->path_len});
	change->base_count = walk->base_count;
	return walk->callback(walk->payload, change, walk->error);
}

/* P6: a folder of the tip that cannot be judged. What the bases have there is given all the same.
 */
static int give_broken(struct walk *walk, const struct entry *entries, const char *message)
{
	struct change change = {
		.kind = CHANGE_BROKEN_TREE,
		.tip = entries[0],
		.bases = entries + 1,
		.message = message,
	};

	return give(walk, &change);
}

static void fill_entries(const struct walk *walk, const struct tree_entry *row, struct entry *out)
{
	for (size_t i = 0; i <= walk->base_count; i++) {
		out[i] = (struct entry){.mode = row[i].mode};
		if (row[i].mode && row[i].id)
			out[i].id = *row[i].id;
	}
}

static int give_file(struct walk *walk, struct level *level)
{
	struct change change = {.kind = CHANGE_FILE};

	fill_entries(walk, level->row, level->entries);
	change.tip = level->entries[0];
	change.bases = level->entries + 1;
	return give(walk, &change);
}

/* What a side has not been walked yet begins with this; NULL at its end. */
static const struct tree_entry *head(const struct level *level, size_t side)
{
	const struct tree *tree = level->trees[side];

	return level->next[side] < tree->count ? tree->items + level->next[side] : NULL;
}

static bool entries_alike(const struct tree_entry *a, const struct tree_entry *b)
{
	return same(a, b) && slice_equal(a->name, b->name);
}

/* Past what all sides have alike, which is most of a large folder. */
static void skip_alike(const struct walk *walk, struct level *level)
{
	const struct tree_entry *first;

	while ((first = head(level, 0))) {
		for (size_t i = 1; i <= walk->base_count; i++) {
			const struct tree_entry *entry = head(level, i);

			if (!entry || !entries_alike(first, entry))
				return;
		}
		for (size_t i = 0; i <= walk->base_count; i++)
			level->next[i]++;
	}
}

/* The next name in git's order, on all sides that have it. False at the end. */
static bool next_row(const struct walk *walk, struct level *level)
{
	const struct tree_entry *least = NULL;

	if (walk->base_count)
		skip_alike(walk, level);
	for (size_t i = 0; i <= walk->base_count; i++) {
		const struct tree_entry *entry = head(level, i);

		if (entry && (!least || tree_order(entry, least) < 0))
			least = entry;
	}
	if (!least)
		return false;
	for (size_t i = 0; i <= walk->base_count; i++) {
		const struct tree_entry *entry = head(level, i);

		if (entry && !tree_order(entry, least)) {
			level->row[i] = *entry;
			level->next[i]++;
		} else {
			level->row[i] = (struct tree_entry){.name = least->name};
		}
	}
	return true;
}

static int walk_folder(struct walk *walk, const struct tree_entry *folders);

/* Appends the row's name to the path; false where that would be too long. */
static bool descend(struct walk *walk, struct slice name)
{
	size_t slash = walk->path_len ? 1 : 0;

	if (name.len >= sizeof walk->path - walk->path_len - slash)
		return false;
	if (slash)
		walk->path[walk->path_len++] = '/';
	memcpy(walk->path + walk->path_len, name.ptr, name.len);
	walk->path_len += name.len;
	return true;
}

static int walk_row(struct walk *walk, struct level *level, const struct tree_entry *folders)
{
	size_t path_len = walk->path_len;
	bool is_folder = false;
	int result = 0;

	if (is_unchanged(walk, level->row))
		return 0;
	if (!descend(walk, level->row[0].name)) {
		if (level->too_long || !level->row[0].mode)
			return 0;
		level->too_long = true;
		fill_entries(walk, folders, level->entries);
		return give_broken(walk, level->entries, "a path of more than 4095 bytes");
	}
	for (size_t i = 0; i <= walk->base_count; i++)
		is_folder |= S_ISDIR(level->row[i].mode);
	walk->depth++;
	if (!is_folder)
		result = give_file(walk, level);
	else if (!walk->enters ||
		 walk->enters(walk->payload, (struct slice){walk->path, walk->path_len}))
		result = walk_folder(walk, level->row);
	walk->depth--;
	walk->path_len = path_len;
	return result;
}

static int open_level(struct walk *walk, struct level *level, const struct tree_entry *folders)
{
	size_t sides = walk->base_count + 1;

	level->trees = arena_alloc(&level->scratch, sides * sizeof(struct tree *));
	level->next = arena_alloc(&level->scratch, sides * sizeof *level->next);
	level->row = arena_alloc(&level->scratch, sides * sizeof *level->row);
	level->entries = arena_alloc(&level->scratch, sides * sizeof *level->entries);
	for (size_t i = 0; i < sides; i++)
		if (folder_open(walk->repository, &folders[i], &level->scratch, &level->trees[i],
				walk->error))
			return -1;
	return 0;
}

static int walk_level(struct walk *walk, struct level *level, const struct tree_entry *folders)
{
	int result = 0;

	if (level->trees[0]->broken || walk->depth > PAWL_MAX_TREE_DEPTH) {
		if (!folders[0].mode)
			return 0;
		fill_entries(walk, folders, level->entries);
		return give_broken(walk, level->entries,
				   level->trees[0]->broken ? level->trees[0]->broken
							   : "folders nested more than 256 deep");
	}
	while (!result && next_row(walk, level))
		result = walk_row(walk, level, folders);
	return result;
}

static int walk_folder(struct walk *walk, const struct tree_entry *folders)
{
	struct level level = {0};
	int result = open_level(walk, &level, folders);

	if (!result)
		result = walk_level(walk, &level, folders);
	arena_free(&level.scratch);
	return result;
}

static int walk_roots(struct walk *walk, struct slice folder, const struct tree_entry *roots)
{
	if (is_unchanged(walk, roots) || (folder.len && !descend(walk, folder)))
		return 0;
	return walk_folder(walk, roots);
}

static struct walk *walk_new(struct snapshot *snapshot, struct arena *arena, change_fn callback,
			     void *payload, struct pawl_error *error)
{
	struct walk *walk = memory_calloc(1, sizeof *walk);

	walk->repository = snapshot->repository;
	walk->arena = arena;
	walk->callback = callback;
	walk->payload = payload;
	walk->error = error;
	return walk;
}

int changes_walk(struct snapshot *tip, struct snapshot *const *bases, size_t base_count,
		 bool first_is_old_tip, struct arena *arena, change_fn callback, void *payload,
		 struct pawl_error *error)
{
	struct walk *walk = walk_new(tip, arena, callback, payload, error);
	struct tree_entry *roots = memory_calloc(base_count + 1, sizeof *roots);
	int result;

	walk->base_count = base_count;
	walk->first_is_old_tip = first_is_old_tip && base_count;
	roots[0] = tip->root;
	for (size_t i = 0; i < base_count; i++)
		roots[i + 1] = bases[i]->root;
	result = walk_roots(walk, SLICE(""), roots);
	free(roots);
	free(walk);
	return result;
}

int snapshot_walk(struct snapshot *snapshot, struct arena *arena, change_fn callback, void *payload,
		  struct pawl_error *error)
{
	return changes_walk(snapshot, NULL, 0, false, arena, callback, payload, error);
}

int snapshot_walk_some(struct snapshot *snapshot, struct arena *arena, enters_fn enters,
		       change_fn callback, void *payload, struct pawl_error *error)
{
	struct walk *walk = walk_new(snapshot, arena, callback, payload, error);

	int result;

	walk->enters = enters;
	result = walk_roots(walk, SLICE(""), &snapshot->root);
	free(walk);
	return result;
}

int snapshot_walk_folder(struct snapshot *snapshot, struct slice folder, struct arena *arena,
			 change_fn callback, void *payload, struct pawl_error *error)
{
	struct walk *walk = walk_new(snapshot, arena, callback, payload, error);
	struct arena scratch = {0};
	struct tree_entry root;
	int result;

	result = snapshot_find(snapshot, folder, &scratch, &root, error);
	if (!result && S_ISDIR(root.mode))
		result = walk_roots(walk, folder, &root);
	arena_free(&scratch);
	free(walk);
	return result;
}
