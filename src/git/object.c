#include "object.h"

#include <stdlib.h>

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

int object_read(struct repository *repository, const git_oid *id, git_object_t type, size_t limit,
		struct slice what, struct object *out, enum object_state *state,
		struct pawl_error *error)
{
	size_t len;
	git_object_t stored;
	int result = git_odb_read_header(&len, &stored, repository->odb, id);

	*out = (struct object){0};
	*state = OBJECT_READ;
	if (result == GIT_ENOTFOUND) {
		if (read_promised(repository, id, type, limit, what, out, state, error))
			return -1;
		if (*state == OBJECT_READ)
			count(&repository->counts, out);
		return 0;
	}
	if (result)
		return corrupt(id, what, error);
	if (type != GIT_OBJECT_ANY && stored != type)
		*state = OBJECT_OTHER_TYPE;
	else if (len > limit)
		*state = OBJECT_TOO_LARGE;
	if (*state != OBJECT_READ)
		return 0;
	if (git_odb_read(&out->held, repository->odb, id))
		return corrupt(id, what, error);
	out->bytes = (struct slice){git_odb_object_data(out->held), git_odb_object_size(out->held)};
	out->type = stored;
	count(&repository->counts, out);
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
