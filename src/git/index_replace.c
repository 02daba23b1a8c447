/*
 * A staged text replaced by another while git commits: the index that git commits from, and the one
 * that is to stay.
 */
#include <stdlib.h>

#include "child.h"
#include "repository.h"

#define MAX_ANSWER ((size_t)4096)

/* The id that the index has for a path: 0; 1 where it has none, or more than one; -1. */
static int staged_id(struct repository *repository, struct slice path, struct arena *arena,
		     git_oid *out, struct pawl_error *error)
{
	struct slice git_dir = slice_format(arena, "--git-dir=%s", repository->git_dir.ptr);
	struct slice spec = slice_format(arena, ":(top,literal)%s", slice_copy(arena, path).ptr);
	char *arguments[] = {(char[]){"git"},
			     (char *)(uintptr_t)git_dir.ptr,
			     (char[]){"ls-files"},
			     (char[]){"-s"},
			     (char[]){"-z"},
			     (char[]){"--"},
			     (char *)(uintptr_t)spec.ptr,
			     NULL};
	const size_t stage_at = 7 + GIT_OID_SHA1_HEXSIZE + 1; /* "<mode> SP <id> SP <stage>" */
	struct child child;
	struct slice answer;
	int status;

	if (child_start(&child, arguments, false, error) ||
	    child_read_all(&child, MAX_ANSWER, arena, &answer, &status, error))
		return -1;
	if (status)
		return pawl_error_set(error, PAWL_ERROR_SERVER, "git ls-files ended with status %d",
				      status);
	if (answer.len <= stage_at || answer.ptr[stage_at] != '0')
		return 1;
	return git_oid_fromstrn(out, answer.ptr + 7, GIT_OID_SHA1_HEXSIZE) ? 1 : 0;
}

/*
 * `git commit PATH` commits from an index of its own, next-index-PID.lock, and has the one that
 * stays after it ready in index.lock (git's builtin/commit.c, prepare_index). That one then has to
 * follow, or it would stage the old file again.
 */
static bool in_partial_commit(struct repository *repository, struct arena *arena,
			      struct slice *real)
{
	const char *file = getenv("GIT_INDEX_FILE");
	const char *name = file ? strrchr(file, '/') : NULL;

	name = name ? name + 1 : file;
	if (!name || strncmp(name, "next-index-", 11) != 0)
		return false;
	*real = slice_join(arena, repository->git_dir, SLICE(""), SLICE("index.lock"));
	return true;
}

/* What else is staged there is the user's own. */
static int follow(struct repository *repository, const struct overlay *change,
		  const git_oid *old_id, struct slice real, struct arena *arena,
		  struct pawl_error *error)
{
	struct slice kept = slice_copy(arena, slice_of(getenv("GIT_INDEX_FILE")));
	git_oid staged;
	int result;

	setenv("GIT_INDEX_FILE", real.ptr, 1);
	result = staged_id(repository, change->path, arena, &staged, error);
	if (result == 0 && git_oid_equal(&staged, old_id))
		result = index_stage(repository, change, 1, arena, error);
	setenv("GIT_INDEX_FILE", kept.ptr, 1);
	return result < 0 ? -1 : 0;
}

int index_replace(struct repository *repository, struct slice path, const struct entry *old_entry,
		  struct slice bytes, struct arena *arena, struct pawl_error *error)
{
	struct overlay change = {.path = path, .entry = *old_entry, .bytes = &bytes};
	struct slice real;

	if (index_stage(repository, &change, 1, arena, error))
		return -1;
	if (!in_partial_commit(repository, arena, &real))
		return 0;
	return follow(repository, &change, &old_entry->id, real, arena, error);
}
