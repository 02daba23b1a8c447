/* Putting rewritten texts where they belong: never over bytes that nobody has read. */
#include <sys/stat.h>

#include "pawl/rewrite.h"

static struct slice full_path(struct repository *repository, struct slice path, struct arena *arena)
{
	return slice_format(arena, "%s%.*s", repository_worktree(repository), (int)path.len,
			    path.ptr);
}

int fixed_text_write(struct repository *repository, const struct fixed_text *text,
		     struct arena *arena, struct pawl_error *error)
{
	const char *path = full_path(repository, text->path, arena).ptr;
	struct stat status;
	struct slice now;
	int result;

	/* A file that became a link since leads elsewhere. */
	if (lstat(path, &status) < 0 || !S_ISREG(status.st_mode))
		return 1;
	result = file_read(arena, path, text->before.len + 1, &now, error);
	if (result < 0 && error->kind == PAWL_ERROR_LIMIT)
		return 1;
	if (result)
		return result;
	if (!slice_equal(now, text->before))
		return 1;
	return file_replace(path, text->after, error);
}

int fixes_stage(struct repository *repository, const struct fixes *fixes, struct arena *arena,
		struct pawl_error *error)
{
	size_t count = fixes->texts.count;
	struct overlay *changes = arena_alloc(arena, (count + 1) * sizeof *changes);

	for (size_t i = 0; i < count; i++) {
		const struct fixed_text *text = &fixes->texts.items[i];

		changes[i] = (struct overlay){text->path, text->entry, &text->after};
	}
	if (index_stage(repository, changes, count, arena, error) < 0)
		return -1;
	for (size_t i = 0; i < count && repository_worktree(repository); i++)
		if (fixed_text_write(repository, &fixes->texts.items[i], arena, error) < 0)
			return -1;
	return 0;
}

int fixed_text_diff(const struct fixed_text *text, struct buf *out, struct pawl_error *error)
{
	git_diff_options options;
	const char *path = slice_copy(out->arena, text->path).ptr;
	git_buf printed = {0};
	git_patch *patch;

	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_FORCE_TEXT;
	if (git_patch_from_buffers(&patch, text->before.ptr, text->before.len, path,
				   text->after.ptr, text->after.len, path, &options) ||
	    git_patch_to_buf(&printed, patch))
		return pawl_error_set(error, PAWL_ERROR_SERVER, "%s: no diff can be made", path);
	buf_add(out, (struct slice){printed.ptr, printed.size});
	git_buf_dispose(&printed);
	git_patch_free(patch);
	return 0;
}
