#ifndef PAWL_GIT_COMMIT_H
#define PAWL_GIT_COMMIT_H

#include "repository.h"

/* Reads the commit of exactly this id, its parents in `arena`. An object of another type is an
 * error. */
int commit_parse(struct repository *repository, const git_oid *id, struct arena *arena,
		 struct commit *out, struct pawl_error *error);

#endif
