/*
 * The folders that a tree's modules are named from, told by where its packages stand: the parent of
 * each package that is in none.
 */
#include "pawl/policy.h"

#include <stdlib.h>

#define SHARE_OF_TEXTS 20 /* a root holds at least one text in so many */

struct finding_roots {
	struct arena *arena;
	struct map packages; /* folders with an __init__.py */
	struct slices texts;
};

struct root {
	struct slice folder;
	size_t texts;
};
struct root_list {
	struct root *items;
	size_t count, capacity;
};

static struct slice parent_of(struct slice path)
{
	const char *slash = path.len ? memrchr(path.ptr, '/', path.len) : NULL;

	return (struct slice){path.ptr, slash ? (size_t)(slash - path.ptr) : 0};
}

static int collect(void *payload, const struct change *change, struct pawl_error *error)
{
	struct finding_roots *finding = payload;

	(void)error;
	if (change->kind != CHANGE_FILE || !entry_is_blob(&change->tip) ||
	    !slice_ends_with(change->path, SLICE(".py")))
		return 0;
	*ARENA_PUSH(finding->arena, &finding->texts) = change->path;
	if (slice_ends_with(change->path, SLICE("/__init__.py")))
		map_put(&finding->packages, parent_of(change->path))->value = finding;
	return 0;
}

/* The folder above the outermost package that holds a text; false where it is in no package. */
static bool root_of(const struct finding_roots *finding, struct slice text, struct slice *out)
{
	struct slice folder = parent_of(text);

	if (!folder.len || !map_get(&finding->packages, folder))
		return false;
	while (folder.len && map_get(&finding->packages, folder))
		folder = parent_of(folder);
	*out = folder;
	return true;
}

/* Deeper ones first: the first root that holds a path names its module (T1). */
static int compare_roots(const void *left, const void *right)
{
	const struct root *a = left, *b = right;

	if (a->folder.len != b->folder.len)
		return a->folder.len < b->folder.len ? 1 : -1;
	return slice_compare(a->folder, b->folder);
}

int roots_find(struct snapshot *snapshot, struct arena *arena, struct slices *out,
	       struct pawl_error *error)
{
	struct finding_roots finding = {.arena = arena, .packages = {.arena = arena}};
	struct map counts = {.arena = arena};
	struct root_list roots = {0};
	size_t inside = 0;

	*out = (struct slices){0};
	if (snapshot_walk(snapshot, arena, collect, &finding, error) < 0)
		return -1;
	for (size_t i = 0; i < finding.texts.count; i++) {
		struct slice folder;
		struct map_entry *entry;

		if (!root_of(&finding, finding.texts.items[i], &folder))
			continue;
		entry = map_put(&counts, folder);
		if (!entry->value)
			entry->value = arena_alloc(arena, sizeof(size_t));
		++*(size_t *)entry->value;
		inside++;
	}
	for (const struct map_entry *entry = counts.head; entry; entry = entry->next) {
		size_t texts = *(const size_t *)entry->value;

		if (texts * SHARE_OF_TEXTS >= inside)
			*ARENA_PUSH(arena, &roots) = (struct root){entry->key, texts};
	}
	if (roots.count)
		qsort(roots.items, roots.count, sizeof *roots.items, compare_roots);
	for (size_t i = 0; i < roots.count; i++)
		*ARENA_PUSH(arena, out) =
			roots.items[i].folder.len ? roots.items[i].folder : SLICE(".");
	if (!out->count)
		*ARENA_PUSH(arena, out) = SLICE(".");
	return 0;
}
