#ifndef PAWL_GIT_BLOB_H
#define PAWL_GIT_BLOB_H

#include "repository.h"

/* blob_read(), its errors saying that the blob was needed for `what`. */
int blob_read_for(struct repository *repository, const git_oid *id, struct slice what,
		  struct arena *arena, struct slice *out, enum blob_state *state,
		  struct pawl_error *error);

#endif
