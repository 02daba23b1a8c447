/*
 * Paths laid over a snapshot: a tree of nodes, each giving the folder that results when it is
 * opened.
 */
#ifndef PAWL_GIT_OVERLAY_H
#define PAWL_GIT_OVERLAY_H

#include "tree.h"

struct overlay_node {
	struct arena *arena; /* lives as long as the snapshot */
	struct slice name;
	bool replaced; /* `entry` stands here, whatever lies below */
	struct entry entry;
	const struct slice *bytes; /* instead of the entry's blob, or NULL */
	struct map children;	   /* name -> struct overlay_node */
	struct tree_entry below;   /* the folder that the children are laid over; mode 0: none */
	struct tree *merged;	   /* once opened */
};

/* `root` is the top folder that all is laid over. */
struct overlay_node *overlay_new(struct arena *arena, const struct tree_entry *root,
				 const struct overlay *changes, size_t count);

/* The node of a path, or NULL where nothing was laid. */
const struct overlay_node *overlay_find(const struct overlay_node *root, struct slice path);

/* The folder of a node, as a tree: kept in the node. */
int overlay_open(struct repository *repository, struct overlay_node *node, const struct tree **out,
		 struct pawl_error *error);

/* The folder of any entry: an overlay's, a tree object's (see tree_read()), or none for mode 0. */
int folder_open(struct repository *repository, const struct tree_entry *folder,
		struct arena *scratch, const struct tree **out, struct pawl_error *error);

#endif
