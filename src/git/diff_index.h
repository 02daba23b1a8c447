/*
 * What differs from HEAD, in the index or in the working tree, as git itself says.
 */
#ifndef PAWL_GIT_DIFF_INDEX_H
#define PAWL_GIT_DIFF_INDEX_H

#include "pawl/git.h"

struct head_diff {
	bool unborn; /* HEAD names no commit yet: all is compared with nothing */
	git_oid head;
	struct snapshot *below; /* HEAD's tree, or the empty one */
	/* Mode 0: gone. Of the working tree, an id of zeros says that the file must be read. */
	struct overlay *items;
	size_t count, capacity;
};

/* `cached`: the index, else the working tree's tracked files. Unmerged paths: PAWL_ERROR_CALL. */
int head_diff_read(struct repository *repository, bool cached, struct arena *arena,
		   struct head_diff *out, struct pawl_error *error);

#endif
