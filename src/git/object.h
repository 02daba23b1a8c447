/*
 * Raw objects, as stored (P8): what commits, trees and blobs are read through, and counted by.
 */
#ifndef PAWL_GIT_OBJECT_H
#define PAWL_GIT_OBJECT_H

#include "repository.h"

enum object_state {
	OBJECT_READ,
	OBJECT_TOO_LARGE,  /* over the limit */
	OBJECT_OTHER_TYPE, /* what names it lies about its type */
};

struct object {
	struct slice bytes; /* not NUL-terminated; until object_release() */
	git_object_t type;
	git_odb_object *held; /* what owns the bytes: libgit2's object, or … */
	char *promised;	      /* … memory of promisor_read() */
};

/*
 * Reads `id`, which should be a `type` (GIT_OBJECT_ANY: anything), of at most `limit` bytes. 0 with
 * the state and, where it is OBJECT_READ, an object to release; -1 where it is missing or corrupt,
 * the message saying that it was needed for `what`.
 */
int object_read(struct repository *repository, const git_oid *id, git_object_t type, size_t limit,
		struct slice what, struct object *out, enum object_state *state,
		struct pawl_error *error);

/* The type alone; a missing object is an error as above. */
int object_type(struct repository *repository, const git_oid *id, struct slice what,
		git_object_t *out, struct pawl_error *error);

void object_release(struct object *object);

#endif
