/*
 * The inside of a repository: what the files of this room share.
 */
#ifndef PAWL_GIT_REPOSITORY_H
#define PAWL_GIT_REPOSITORY_H

#include "pawl/git.h"

#include <git2/sys/odb_backend.h>

/*
 * Trees are kept, parsed, for a repository's life, up to this many bytes; later ones live in the
 * arena of whoever reads them. It bounds memory on repositories of any size.
 */
#define MAX_KEPT_TREE_BYTES ((size_t)8 << 20)

struct promisor;

struct backends {
	git_odb_backend **items;
	size_t count, capacity;
};

struct repository {
	struct arena arena;		   /* lives as long as the repository */
	struct repository_options options; /* what it was opened with */
	git_repository *git;
	git_odb *odb;
	struct backends accepted; /* those that held their objects before the push */
	bool quarantined;	  /* there are others */
	struct slice git_dir, common_dir, worktree;
	struct slice namespace; /* "refs/namespaces/x/", or empty: prefix of every ref that exists
				   here */
	size_t max_blob_size;
	struct repository_counts counts;
	struct map trees; /* id -> struct tree */
	size_t kept_tree_bytes;
	bool may_promise;
	struct promisor *promisor; /* started at the first missing object */
};

/* True where `id` came with this push: in the quarantine, and in no object directory from before.
 */
bool repository_is_new_object(struct repository *repository, const git_oid *id);

/* Fills *error from libgit2's last one, "WHAT: message"; PAWL_ERROR_LIMIT where memory ran out. */
int git_failure(struct pawl_error *error, const char *format, ...) PAWL_PRINTF(2, 3);

#endif
