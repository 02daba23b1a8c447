/*
 * What is staged, asked of git itself: `git diff-index --cached` reads sparse and split indexes,
 * and whatever GIT_INDEX_FILE names.
 */
#include "diff_index.h"
#include "repository.h"

#define MAX_MERGE_HEAD_BYTES ((size_t)1 << 20)

/* A worktree's own: 0 also where no merge is under way. */
static int read_merge_heads(struct repository *repository, struct arena *arena, struct ids *heads,
			    struct pawl_error *error)
{
	struct slice path = slice_join(arena, repository->git_dir, SLICE(""), SLICE("MERGE_HEAD")),
		     text;
	int result = file_read(arena, path.ptr, MAX_MERGE_HEAD_BYTES, &text, error);
	const size_t line = GIT_OID_SHA1_HEXSIZE + 1;

	if (result)
		return result < 0 ? -1 : 0;
	for (size_t at = 0; at < text.len; at += line)
		if (text.len - at < line || text.ptr[at + line - 1] != '\n' ||
		    git_oid_fromstrn(ARENA_PUSH(arena, heads), text.ptr + at, GIT_OID_SHA1_HEXSIZE))
			return pawl_error_set(error, PAWL_ERROR_SERVER, "%s is malformed",
					      path.ptr);
	return 0;
}

int index_snapshot(struct repository *repository, struct arena *arena, struct snapshot **out,
		   struct ids *heads, struct pawl_error *error)
{
	struct head_diff diff = {0};

	*heads = (struct ids){0};
	if (head_diff_read(repository, true, arena, &diff, error) < 0)
		return -1;
	if (!diff.unborn)
		*ARENA_PUSH(arena, heads) = diff.head;
	if (read_merge_heads(repository, arena, heads, error))
		return -1;
	*out = snapshot_overlay(diff.below, arena, diff.items, diff.count);
	return 0;
}
