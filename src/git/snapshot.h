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

#endif
