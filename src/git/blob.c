#include "blob.h"

#include "object.h"

int blob_read_for(struct repository *repository, const git_oid *id, struct slice what,
		  struct arena *arena, struct slice *out, enum blob_state *state,
		  struct pawl_error *error)
{
	static const enum blob_state states[] = {
		[OBJECT_READ] = BLOB_READ,
		[OBJECT_TOO_LARGE] = BLOB_TOO_LARGE,
		[OBJECT_OTHER_TYPE] = BLOB_OTHER_TYPE,
	};
	struct object object;
	enum object_state read;

	*out = SLICE("");
	if (object_read(repository, id, GIT_OBJECT_BLOB, repository->max_blob_size, what, &object,
			&read, error))
		return -1;
	*state = states[read];
	if (read == OBJECT_READ)
		*out = slice_copy(arena, object.bytes);
	object_release(&object);
	return 0;
}

int blob_read(struct repository *repository, const git_oid *id, struct arena *arena,
	      struct slice *out, enum blob_state *state, struct pawl_error *error)
{
	return blob_read_for(repository, id, SLICE("a file's text"), arena, out, state, error);
}
