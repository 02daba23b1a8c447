#include "diff_index.h"

#include <stdlib.h>

#include "child.h"
#include "repository.h"
#include "tree.h"

#define MAX_DIFF_BYTES ((size_t)512 << 20)
#define EMPTY_TREE     "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

/* ":<old mode> <new mode> <old id> <new id> <status>", githooks' git-diff-index(1), raw format */
#define NEW_MODE_AT   8
#define NEW_ID_AT     56
#define STATUS_AT     97
#define HEADER_LENGTH 98

static int run_diff(struct repository *repository, const char *against, bool cached,
		    struct arena *arena, struct slice *out, struct pawl_error *error)
{
	char hex[GIT_OID_SHA1_HEXSIZE + 1];
	struct slice git_dir = slice_format(arena, "--git-dir=%s", repository->git_dir.ptr);
	/* Named with the git directory: git would take the current folder for the top otherwise. */
	const char *folder = repository_worktree(repository);
	struct slice work_tree = slice_format(arena, "--work-tree=%s", folder ? folder : ".");
	char *arguments[] = {(char[]){"git"},
			     (char *)(uintptr_t)git_dir.ptr,
			     (char *)(uintptr_t)work_tree.ptr,
			     (char[]){"--no-replace-objects"},
			     (char[]){"diff-index"},
			     (char[]){"--raw"},
			     (char[]){"-z"},
			     (char[]){"--abbrev=40"},
			     (char[]){"--no-renames"},
			     (char[]){"--ignore-submodules=none"},
			     (char[]){"--ita-invisible-in-index"},
			     cached ? (char[]){"--cached"} : (char[]){"--no-ext-diff"},
			     hex,
			     (char[]){"--"},
			     NULL};
	struct child child;
	int status;

	memcpy(hex, against, sizeof hex);
	if (child_start(&child, arguments, false, error) ||
	    child_read_all(&child, MAX_DIFF_BYTES, arena, out, &status, error))
		return -1;
	if (status)
		return pawl_error_set(error, PAWL_ERROR_SERVER,
				      "git diff-index ended with status %d", status);
	return 0;
}

/* The bytes up to the next NUL, taken off *text; false where there is none. */
static bool take_string(struct slice *text, struct slice *out)
{
	const char *end = text->len ? memchr(text->ptr, '\0', text->len) : NULL;

	if (!end)
		return false;
	*out = (struct slice){text->ptr, (size_t)(end - text->ptr)};
	*text = (struct slice){end + 1, text->len - out->len - 1};
	return true;
}

static int parse_change(struct slice header, struct slice path, struct overlay *out,
			struct pawl_error *error)
{
	uint32_t mode;

	if (header.len < HEADER_LENGTH || header.ptr[0] != ':')
		return pawl_error_set(error, PAWL_ERROR_SERVER,
				      "git diff-index wrote what it never writes: %.*s",
				      (int)header.len, header.ptr);
	if (header.ptr[STATUS_AT] == 'U')
		return pawl_error_set(error, PAWL_ERROR_CALL,
				      "%s is not merged yet: resolve it and git add it", path.ptr);
	mode = (uint32_t)strtoul(header.ptr + NEW_MODE_AT, NULL, 8);
	*out = (struct overlay){.path = path};
	if (mode)
		out->entry.mode = mode_canonical(mode);
	if (git_oid_fromstrn(&out->entry.id, header.ptr + NEW_ID_AT, GIT_OID_SHA1_HEXSIZE))
		return pawl_error_set(error, PAWL_ERROR_SERVER, "git diff-index wrote no id for %s",
				      path.ptr);
	return 0;
}

static int parse_diff(struct slice text, struct arena *arena, struct head_diff *out,
		      struct pawl_error *error)
{
	while (text.len) {
		struct slice header, path;

		if (!take_string(&text, &header) || !take_string(&text, &path))
			return pawl_error_set(error, PAWL_ERROR_SERVER,
					      "git diff-index ended too early");
		if (parse_change(header, path, ARENA_PUSH(arena, out), error))
			return -1;
	}
	return 0;
}

/* 0; 1 where HEAD is unborn; -1. */
static int read_head(struct repository *repository, git_oid *out, struct pawl_error *error)
{
	int result = git_reference_name_to_id(out, repository->git, "HEAD");

	if (result == GIT_ENOTFOUND)
		return 1;
	return result ? git_failure(error, "HEAD cannot be read") : 0;
}

int head_diff_read(struct repository *repository, bool cached, struct arena *arena,
		   struct head_diff *out, struct pawl_error *error)
{
	char against[GIT_OID_SHA1_HEXSIZE + 1] = EMPTY_TREE;
	struct slice diff;
	int unborn = read_head(repository, &out->head, error);

	if (unborn < 0)
		return -1;
	out->unborn = unborn == 1;
	if (out->unborn) {
		out->below = snapshot_empty(repository, arena);
	} else {
		if (snapshot_of_commit(&out->below, repository, arena, &out->head, error))
			return -1;
		git_oid_fmt(against, &out->head);
	}
	if (run_diff(repository, against, cached, arena, &diff, error))
		return -1;
	return parse_diff(diff, arena, out, error);
}
