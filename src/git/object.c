#include "object.h"

#include <stdlib.h>

#include "allocator.h"
#include "promisor.h"

static int missing(const git_oid *id, struct slice what, struct pawl_error *error)
{
	return pawl_error_set(error, PAWL_ERROR_SERVER,
			      "object %s, needed for %.*s, is missing: run git fsck",
			      git_oid_tostr_s(id), (int)what.len, what.ptr);
}

static int corrupt(const git_oid *id, struct slice what, struct pawl_error *error)
{
	return git_failure(error, "object %s, needed for %.*s, cannot be read (run git fsck)",
			   git_oid_tostr_s(id), (int)what.len, what.ptr);
}

static int read_promised(struct repository *repository, const git_oid *id, git_object_t type,
			 size_t limit, struct slice what, struct object *out,
			 enum object_state *state, struct pawl_error *error)
{
	int result;

	*out = (struct object){0};
	*state = OBJECT_READ;
	if (!repository->may_promise)
		return missing(id, what, error);
	result = promisor_read(&repository->promisor, repository->git_dir.ptr, id, limit,
			       &out->promised, &out->bytes.len, &out->type, error);
	if (result)
		return result < 0 ? -1 : missing(id, what, error);
	if (type != GIT_OBJECT_ANY && out->type != type)
		*state = OBJECT_OTHER_TYPE;
	else if (!out->promised)
		*state = OBJECT_TOO_LARGE;
	out->bytes.ptr = out->promised;
	if (*state != OBJECT_READ) {
		free(out->promised);
		out->promised = NULL;
	}
	return 0;
}

static void count(struct repository_counts *counts, const struct object *object)
{
	if (object->type == GIT_OBJECT_COMMIT)
		counts->commits++;
	else if (object->type == GIT_OBJECT_TREE)
		counts->trees++;
	else if (object->type == GIT_OBJECT_BLOB)
		counts->blobs++;
	if (object->type == GIT_OBJECT_BLOB)
		counts->blob_bytes += object->bytes.len;
}

/* Nothing smaller is refused: libgit2 keeps tables of its own while it reads. */
#define LEAST_BOUND ((size_t)1 << 20)

/*
 * An object's header says how large it is, but finding and inflating it costs a good part of the
 * reading, so it is asked only where libgit2 wanted more memory than an object within the limit
 * takes. That can also be a delta's base, larger than what comes of it. Returns what libgit2 does;
 * *held is NULL where the object is over the limit, or of another type and very large.
 */
static int read_bounded(struct repository *repository, const git_oid *id, git_object_t type,
			size_t limit, git_odb_object **held, enum object_state *state)
{
	size_t bound = limit < LEAST_BOUND ? LEAST_BOUND : limit, len;
	git_object_t stored;

	*held = NULL;
	allocator_bound(bound < SIZE_MAX / 2 ? bound + bound / 2 : bound);
	int result = git_odb_read(held, repository->odb, id);
	if (!allocator_unbound() || !result)
		return result;
	*held = NULL;
	result = git_odb_read_header(&len, &stored, repository->odb, id);
	if (result)
		return result;
	if (type != GIT_OBJECT_ANY && stored != type)
		*state = OBJECT_OTHER_TYPE;
	else if (len > limit)
		*state = OBJECT_TOO_LARGE;
	return *state == OBJECT_READ ? git_odb_read(held, repository->odb, id) : 0;
}

int object_read(struct repository *repository, const git_oid *id, git_object_t type, size_t limit,
		struct slice what, struct object *out, enum object_state *state,
		struct pawl_error *error)
{
	*out = (struct object){0};
	*state = OBJECT_READ;
	int result = read_bounded(repository, id, type, limit, &out->held, state);

	if (result == GIT_ENOTFOUND) {
		if (read_promised(repository, id, type, limit, what, out, state, error))
			return -1;
		if (*state == OBJECT_READ)
			count(&repository->counts, out);
		return 0;
	}
	if (result)
		return corrupt(id, what, error);
	if (*state != OBJECT_READ)
		return 0;
	out->bytes = (struct slice){git_odb_object_data(out->held), git_odb_object_size(out->held)};
	out->type = git_odb_object_type(out->held);
	if (type != GIT_OBJECT_ANY && out->type != type)
		*state = OBJECT_OTHER_TYPE;
	else if (out->bytes.len > limit)
		*state = OBJECT_TOO_LARGE;
	if (*state == OBJECT_READ)
		count(&repository->counts, out);
	else
		object_release(out);
	return 0;
}

int object_type(struct repository *repository, const git_oid *id, struct slice what,
		git_object_t *out, struct pawl_error *error)
{
	enum object_state state;
	struct object object;
	size_t len;
	int result = git_odb_read_header(&len, out, repository->odb, id);

	if (!result)
		return 0;
	if (result != GIT_ENOTFOUND)
		return corrupt(id, what, error);
	if (read_promised(repository, id, GIT_OBJECT_ANY, 0, what, &object, &state, error))
		return -1;
	*out = object.type;
	object_release(&object);
	return 0;
}

void object_release(struct object *object)
{
	git_odb_object_free(object->held);
	free(object->promised);
	*object = (struct object){0};
}
