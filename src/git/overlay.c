#include "overlay.h"

#include <stdlib.h>

#include "path.h"

static struct overlay_node *node_new(struct arena *arena, struct slice name)
{
	struct overlay_node *node = arena_alloc(arena, sizeof *node);

	node->arena = arena;
	node->name = name;
	node->children.arena = arena;
	return node;
}

static void lay(struct overlay_node *node, const struct overlay *change)
{
	for (struct slice rest = slice_copy(node->arena, change->path); rest.len;) {
		struct slice name = path_take(&rest);
		struct map_entry *place = map_put(&node->children, name);

		if (!place->value)
			place->value = node_new(node->arena, name);
		node = place->value;
	}
	node->replaced = true;
	node->entry = change->entry;
	node->bytes = change->bytes;
}

struct overlay_node *overlay_new(struct arena *arena, const struct tree_entry *root,
				 const struct overlay *changes, size_t count)
{
	struct overlay_node *node = node_new(arena, SLICE(""));

	node->below = *root;
	for (size_t i = 0; i < count; i++)
		lay(node, &changes[i]);
	return node;
}

const struct overlay_node *overlay_find(const struct overlay_node *root, struct slice path)
{
	while (root && path.len)
		root = map_get(&root->children, path_take(&path));
	return root;
}

/* What stands at a child of a folder: mode 0 for nothing. */
static int child_entry(struct repository *repository, struct overlay_node *child,
		       const struct tree_entry *below, struct tree_entry *out,
		       struct pawl_error *error)
{
	const struct tree *folder;

	*out = (struct tree_entry){.name = child->name, .id = &child->entry.id};
	if (child->replaced && child->entry.mode) {
		out->mode = child->entry.mode;
		return 0;
	}
	if (!child->children.count)
		return 0;
	if (below && S_ISDIR(below->mode) && !child->replaced)
		child->below = *below;
	if (overlay_open(repository, child, &folder, error))
		return -1;
	if (!folder->count)
		return 0; /* git has no empty folders */
	out->mode = S_IFDIR;
	out->node = child;
	return 0;
}

static int order_for_sort(const void *a, const void *b)
{
	return tree_order(a, b);
}

static int merge(struct repository *repository, struct overlay_node *node, const struct tree *below,
		 struct tree *out, struct pawl_error *error)
{
	size_t room = below->count + node->children.count;

	out->items = arena_alloc(node->arena, (room + 1) * sizeof *out->items);
	out->broken = below->broken;
	for (size_t i = 0; i < below->count; i++)
		if (!map_get(&node->children, below->items[i].name))
			out->items[out->count++] = below->items[i];
	for (struct map_entry *child = node->children.head; child; child = child->next) {
		struct tree_entry *entry = &out->items[out->count];

		if (child_entry(repository, child->value, tree_find(below, child->key), entry,
				error))
			return -1;
		out->count += entry->mode != 0;
	}
	qsort(out->items, out->count, sizeof *out->items, order_for_sort);
	return 0;
}

int overlay_open(struct repository *repository, struct overlay_node *node, const struct tree **out,
		 struct pawl_error *error)
{
	const struct tree *below;
	struct tree *merged;

	*out = node->merged;
	if (*out)
		return 0;
	merged = arena_alloc(node->arena, sizeof *merged);
	if (folder_open(repository, &node->below, node->arena, &below, error) ||
	    merge(repository, node, below, merged, error))
		return -1;
	*out = node->merged = merged;
	return 0;
}

int folder_open(struct repository *repository, const struct tree_entry *folder,
		struct arena *scratch, const struct tree **out, struct pawl_error *error)
{
	if (folder->node)
		return overlay_open(repository, folder->node, out, error);
	if (folder->mode)
		return tree_read(repository, folder->id, scratch, out, error);
	*out = &tree_without_entries;
	return 0;
}
