#include "snapshot.h"

#include <stdlib.h>

#include "blob.h"
#include "path.h"

bool entry_is_blob(const struct entry *entry)
{
	return S_ISREG(entry->mode);
}

bool entry_is_link(const struct entry *entry)
{
	return S_ISLNK(entry->mode);
}

bool entry_is_tree(const struct entry *entry)
{
	return S_ISDIR(entry->mode);
}

bool entry_equal(const struct entry *a, const struct entry *b)
{
	return a->mode == b->mode && (!a->mode || git_oid_equal(&a->id, &b->id));
}

struct snapshot *snapshot_empty(struct repository *repository, struct arena *arena)
{
	struct snapshot *snapshot = arena_alloc(arena, sizeof *snapshot);

	snapshot->repository = repository;
	snapshot->arena = arena;
	return snapshot;
}

static struct snapshot *snapshot_new(struct repository *repository, struct arena *arena,
				     const git_oid *tree)
{
	struct snapshot *snapshot = snapshot_empty(repository, arena);

	snapshot->tree = *tree;
	snapshot->has_tree = true;
	snapshot->root = (struct tree_entry){.id = &snapshot->tree, .mode = S_IFDIR};
	return snapshot;
}

struct snapshot *snapshot_again(const struct snapshot *plain, struct repository *repository,
				struct arena *arena)
{
	return snapshot_new(repository, arena, &plain->tree);
}

int snapshot_of_tree(struct snapshot **out, struct repository *repository, struct arena *arena,
		     const git_oid *tree, struct pawl_error *error)
{
	const struct tree *root;
	struct arena scratch = {0};
	int result;

	*out = snapshot_new(repository, arena, tree);
	/* A missing tree is said now, and not at some later path. */
	result = tree_read(repository, tree, &scratch, &root, error);
	arena_free(&scratch);
	return result;
}

int snapshot_of_commit(struct snapshot **out, struct repository *repository, struct arena *arena,
		       const git_oid *commit, struct pawl_error *error)
{
	struct arena scratch = {0};
	struct commit read;
	int result = commit_read(repository, commit, &scratch, &read, error);

	arena_free(&scratch);
	if (result > 0)
		return pawl_error_set(error, PAWL_ERROR_SERVER, "object %s is no commit",
				      git_oid_tostr_s(commit));
	return result ? -1 : snapshot_of_tree(out, repository, arena, &read.tree, error);
}

struct snapshot *snapshot_overlay(struct snapshot *below, struct arena *arena,
				  const struct overlay *changes, size_t count)
{
	struct snapshot *snapshot = snapshot_empty(below->repository, arena);

	snapshot->tree = below->tree;
	snapshot->has_tree = below->has_tree;
	snapshot->below = below;
	snapshot->overlay = overlay_new(arena, &below->root, changes, count);
	snapshot->root = (struct tree_entry){.mode = S_IFDIR, .node = snapshot->overlay};
	return snapshot;
}

const git_oid *snapshot_tree(const struct snapshot *snapshot)
{
	return snapshot->has_tree ? &snapshot->tree : NULL;
}

struct repository *snapshot_repository(const struct snapshot *snapshot)
{
	return snapshot->repository;
}

bool snapshot_is_plain(const struct snapshot *snapshot)
{
	return snapshot->has_tree && !snapshot->below;
}

int snapshot_find(struct snapshot *snapshot, struct slice path, struct arena *scratch,
		  struct tree_entry *out, struct pawl_error *error)
{
	static const struct tree_entry none;

	*out = snapshot->root;
	while (path.len) {
		const struct tree *folder;
		const struct tree_entry *found;

		if (!S_ISDIR(out->mode)) {
			*out = none;
			return 0;
		}
		if (folder_open(snapshot->repository, out, scratch, &folder, error))
			return -1;
		found = tree_find(folder, path_take(&path));
		*out = found ? *found : none;
	}
	return 0;
}

int snapshot_lookup(struct snapshot *snapshot, struct slice path, struct entry *out,
		    struct pawl_error *error)
{
	struct arena scratch = {0};
	struct tree_entry found;
	int result = path.len ? snapshot_find(snapshot, path, &scratch, &found, error) : 0;

	*out = (struct entry){0};
	if (!result && path.len && found.mode) {
		out->mode = found.mode;
		if (found.id)
			out->id = *found.id;
	}
	arena_free(&scratch);
	return result;
}

/* What an overlay gives instead of a blob, or NULL. */
static const struct slice *overlaid_bytes(const struct snapshot *snapshot, struct slice path)
{
	for (; snapshot; snapshot = snapshot->below) {
		const struct overlay_node *node =
			snapshot->overlay ? overlay_find(snapshot->overlay, path) : NULL;

		if (node && node->replaced)
			return node->bytes;
	}
	return NULL;
}

int snapshot_read(struct snapshot *snapshot, struct slice path, const struct entry *entry,
		  struct arena *arena, struct slice *out, enum blob_state *state,
		  struct pawl_error *error)
{
	const struct slice *bytes = overlaid_bytes(snapshot, path);

	if (!bytes)
		return blob_read_for(snapshot->repository, &entry->id, path, arena, out, state,
				     error);
	*state = bytes->len > snapshot->repository->max_blob_size ? BLOB_TOO_LARGE : BLOB_READ;
	*out = *state == BLOB_READ ? slice_copy(arena, *bytes) : SLICE("");
	return 0;
}

static int order_names(const void *a, const void *b)
{
	return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

int snapshot_list(struct snapshot *snapshot, struct slice folder, struct arena *arena,
		  struct listing *out, struct pawl_error *error)
{
	struct arena scratch = {0};
	struct tree_entry found;
	const struct tree *tree = &tree_without_entries;
	int result = snapshot_find(snapshot, folder, &scratch, &found, error);

	*out = (struct listing){0};
	if (!result && S_ISDIR(found.mode))
		result = folder_open(snapshot->repository, &found, &scratch, &tree, error);
	for (size_t i = 0; !result && i < tree->count; i++)
		*ARENA_PUSH(arena, out) = slice_copy(arena, tree->items[i].name);
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, order_names);
	arena_free(&scratch);
	return result;
}
