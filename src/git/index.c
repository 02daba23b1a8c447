/*
 * What is staged, asked of git itself: `git diff-index --cached` reads sparse and split indexes,
 * and whatever GIT_INDEX_FILE names.
 */
#include <stdlib.h>

#include "child.h"
#include "repository.h"
#include "tree.h"

#define MAX_DIFF_BYTES	     ((size_t)512 << 20)
#define MAX_MERGE_HEAD_BYTES ((size_t)1 << 20)
#define EMPTY_TREE	     "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

/* ":<old mode> <new mode> <old id> <new id> <status>", githooks' git-diff-index(1), raw format */
#define NEW_MODE_AT   8
#define NEW_ID_AT     56
#define STATUS_AT     97
#define HEADER_LENGTH 98

struct overlays {
	struct overlay *items;
	size_t count, capacity;
};

static int run_diff(struct repository *repository, const char *against, struct arena *arena,
		    struct slice *out, struct pawl_error *error)
{
	char hex[GIT_OID_SHA1_HEXSIZE + 1];
	struct slice git_dir = slice_format(arena, "--git-dir=%s", repository->git_dir.ptr);
	char *arguments[] = {(char[]){"git"},
			     (char *)(uintptr_t)git_dir.ptr,
			     (char[]){"--no-replace-objects"},
			     (char[]){"diff-index"},
			     (char[]){"--cached"},
			     (char[]){"--raw"},
			     (char[]){"-z"},
			     (char[]){"--abbrev=40"},
			     (char[]){"--no-renames"},
			     (char[]){"--ignore-submodules=none"},
			     (char[]){"--ita-invisible-in-index"},
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
				      "git diff-index --cached ended with status %d", status);
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

static int parse_diff(struct slice text, struct arena *arena, struct overlays *out,
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

/* 0; 1 where HEAD is unborn; -1. */
static int read_head(struct repository *repository, git_oid *out, struct pawl_error *error)
{
	int result = git_reference_name_to_id(out, repository->git, "HEAD");

	if (result == GIT_ENOTFOUND)
		return 1;
	return result ? git_failure(error, "HEAD cannot be read") : 0;
}

int index_snapshot(struct repository *repository, struct arena *arena, struct snapshot **out,
		   struct ids *heads, struct pawl_error *error)
{
	char against[GIT_OID_SHA1_HEXSIZE + 1] = EMPTY_TREE;
	struct overlays overlays = {0};
	struct snapshot *below;
	struct slice diff;
	git_oid head;
	int unborn = read_head(repository, &head, error);

	*heads = (struct ids){0};
	if (unborn < 0)
		return -1;
	if (unborn) {
		below = snapshot_empty(repository, arena);
	} else {
		if (snapshot_of_commit(&below, repository, arena, &head, error))
			return -1;
		git_oid_fmt(against, &head);
		*ARENA_PUSH(arena, heads) = head;
	}
	if (read_merge_heads(repository, arena, heads, error) ||
	    run_diff(repository, against, arena, &diff, error) ||
	    parse_diff(diff, arena, &overlays, error))
		return -1;
	*out = snapshot_overlay(below, arena, overlays.items, overlays.count);
	return 0;
}
