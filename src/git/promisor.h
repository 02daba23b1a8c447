/*
 * Objects that a partial clone was promised: libgit2 does not fetch them, `git cat-file --batch`
 * does.
 */
#ifndef PAWL_GIT_PROMISOR_H
#define PAWL_GIT_PROMISOR_H

#include "pawl/git.h"

struct promisor;

/*
 * Asks git for an object, starting it in *promisor at the first time. 0 with the bytes in memory of
 * memory_alloc() that the caller frees (NULL over `limit`, then *len is the size alone); 1 where
 * git does not have it either; -1.
 */
int promisor_read(struct promisor **promisor, const char *git_dir, const git_oid *id, size_t limit,
		  char **out, size_t *len, git_object_t *type, struct pawl_error *error);

void promisor_free(struct promisor *promisor);

#endif
