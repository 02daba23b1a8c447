/* `on-commit = fix`: what a commit adds is rewritten before it is made. */
#include "pawl/rewrite.h"

static void path_add(struct slices *paths, struct slice path, struct arena *arena)
{
	if (!paths->count || !slice_equal(paths->items[paths->count - 1], path))
		*ARENA_PUSH(arena, paths) = path;
}

int commit_fix(struct repository *repository, const struct policy *policy,
	       const struct staged *staged, const struct verdict *verdict, struct arena *arena,
	       struct fixes *out, struct pawl_error *error)
{
	struct fix_request request = {.policy = policy, .tree = staged->tip};

	*out = (struct fixes){0};
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->items[i].kind == FINDING_USE)
			path_add(&request.paths, verdict->items[i].path, arena);
	if (!request.paths.count)
		return 0;
	if (fixes_find(&request, arena, out, error) < 0)
		return -1;
	for (size_t i = 0; i < out->texts.count; i++) {
		const struct fixed_text *text = &out->texts.items[i];

		if (index_replace(repository, text->path, &text->entry, text->after, arena, error) <
		    0)
			return -1;
		if (repository_worktree(repository) &&
		    fixed_text_write(repository, text, arena, error) < 0)
			return -1;
	}
	return 0;
}
