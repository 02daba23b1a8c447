#ifndef PAWL_GIT_SNAPSHOT_H
#define PAWL_GIT_SNAPSHOT_H

#include "overlay.h"

struct snapshot {
	struct repository *repository;
	struct arena *arena;
	git_oid tree; /* of the objects below any overlay; meaningless where .has_tree is false */
	bool has_tree;
	struct tree_entry root;	      /* mode 0: no entries */
	struct overlay_node *overlay; /* NULL: none */
	struct snapshot *below;	      /* what the overlay lies over */
};

/* The entry at a path, "" being the top; mode 0 where there is none. Ids may lie in `scratch`. */
int snapshot_find(struct snapshot *snapshot, struct slice path, struct arena *scratch,
		  struct tree_entry *out, struct pawl_error *error);

#endif
