#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "diff_index.h"
#include "repository.h"

static int read_link(const char *path, struct arena *arena, struct slice *out,
		     struct pawl_error *error)
{
	char *target = arena_alloc(arena, PATH_MAX);
	ssize_t len = readlink(path, target, PATH_MAX - 1);

	if (len < 0)
		return pawl_error_set(error, PAWL_ERROR_SERVER, "cannot read %s: %s", path,
				      strerror(errno));
	*out = (struct slice){target, (size_t)len};
	return 0;
}

/* One file as it is on disk: its bytes stand in for the blob that git has not made yet. */
static int read_changed(struct repository *repository, struct overlay *overlay, struct arena *arena,
			struct pawl_error *error)
{
	struct slice folder = slice_of(repository_worktree(repository));
	struct slice path = slice_join(arena, folder, SLICE(""), overlay->path);
	struct slice *bytes = arena_alloc(arena, sizeof *bytes);
	int result;

	if (entry_is_link(&overlay->entry))
		result = read_link(path.ptr, arena, bytes, error);
	else
		result = file_read(arena, path.ptr, SIZE_MAX / 2, bytes, error);
	if (result < 0)
		return -1;
	if (result == 1)
		overlay->entry = (struct entry){0};
	else
		overlay->bytes = bytes;
	return 0;
}

int worktree_snapshot(struct repository *repository, struct arena *arena, struct snapshot **out,
		      struct pawl_error *error)
{
	struct head_diff diff = {0};

	if (!repository_worktree(repository))
		return pawl_error_set(error, PAWL_ERROR_CALL,
				      "a bare repository has no working tree: name a revision");
	if (head_diff_read(repository, false, arena, &diff, error) < 0)
		return -1;
	for (size_t i = 0; i < diff.count; i++) {
		struct overlay *overlay = &diff.items[i];

		if ((entry_is_blob(&overlay->entry) || entry_is_link(&overlay->entry)) &&
		    read_changed(repository, overlay, arena, error) < 0)
			return -1;
	}
	*out = snapshot_overlay(diff.below, arena, diff.items, diff.count);
	return 0;
}
