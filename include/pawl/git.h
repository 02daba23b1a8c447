/*
 * What git holds: repository, refs, commits, trees, index; the bases of a push and what it changes.
 *
 * Nothing here knows of Python or of policies. Objects are read as stored: no replace refs, no
 * grafts, no shallow file (P8). Ids and modes are libgit2's and git's own.
 */
#ifndef PAWL_GIT_H
#define PAWL_GIT_H

#include <git2.h>

#include "pawl/common.h"

/* ---- the repository (src/git/repository.c) ---- */

struct repository; /* one a thread */

struct repository_options {
	const char *path; /* a repository or a folder in one; NULL: from the environment, as hooks
			     are called, with its quarantine, alternates and namespace */
	bool hook;	  /* server hook: GIT_DIR (or the working folder) is the git directory,
			     without discovery */
	bool promisor;	  /* missing objects may be asked of `git cat-file --batch`: laptops, never
			     servers */
	size_t max_blob_size; /* bytes; 0: the default, PAWL_MAX_BLOB_SIZE */
};

#define PAWL_MAX_BLOB_SIZE ((size_t)8 << 20)

/* PAWL_ERROR_SERVER where it cannot be opened; SHA-256 and reftable repositories are refused by
 * name. */
int repository_open(struct repository **out, const struct repository_options *options,
		    struct pawl_error *error);
void repository_free(struct repository *repository);
/*
 * The same repository once more, for another thread, before which `options.path` must still be
 * there. It asks nobody for objects that are missing. Blobs of more than `largest` bytes are over
 * its limit, too; 0: no others than for the first.
 */
int repository_open_again(struct repository **out, const struct repository *repository,
			  size_t largest, struct pawl_error *error);
/* Adds what `other` has read to the counts. */
void repository_add_counts(struct repository *repository, const struct repository *other);

git_repository *repository_git(struct repository *repository); /* libgit2's own handle, not owned */
const char *repository_git_dir(const struct repository *repository); /* absolute, ends in / */
const char *
repository_common_dir(const struct repository *repository); /* the same but in linked worktrees */
const char *
repository_worktree(const struct repository *repository); /* NULL in a bare repository */
void repository_set_max_blob_size(struct repository *repository, size_t bytes);

/* How many objects were read, and bytes inflated, so far: `PAWL_TRACE=1` prints them. */
struct repository_counts {
	size_t commits, trees, blobs, blob_bytes;
};
struct repository_counts repository_counts(const struct repository *repository);

/* ---- blobs (src/git/blob.c) ---- */

/* In the arena, NUL-terminated behind its length. */
enum blob_state {
	BLOB_READ,
	BLOB_TOO_LARGE,
	BLOB_OTHER_TYPE, /* a tree or commit where a file's mode promises a blob: only a pushed tree
			    says such things */
};

/*
 * The bytes of a blob. 0 and BLOB_READ; 0 and BLOB_TOO_LARGE over max-blob-size or BLOB_OTHER_TYPE
 * (then nothing was inflated and *out is empty: T7, unreadable); -1 with PAWL_ERROR_SERVER where it
 * is missing or corrupt.
 */
int blob_read(struct repository *repository, const git_oid *id, struct arena *arena,
	      struct slice *out, enum blob_state *state, struct pawl_error *error);

/* ---- snapshots (src/git/snapshot.c, src/git/overlay.c, src/git/link.c) ---- */

/* One entry of a tree; mode 0: there is none. Kinds by git's own reading of modes (canon_mode,
 * cache.h). */
struct entry {
	git_oid id;
	uint32_t mode;
};

bool entry_is_blob(const struct entry *entry); /* a regular file, executable or not */
bool entry_is_link(const struct entry *entry);
bool entry_is_tree(const struct entry *entry);
bool entry_equal(const struct entry *a, const struct entry *b); /* id and mode */

/*
 * A tree of files to look paths up in: a commit's tree, or that with some paths laid over it (the
 * index against HEAD). Trees that were looked into are kept, so a second lookup reads nothing.
 */
struct snapshot;

int snapshot_of_commit(struct snapshot **out, struct repository *repository, struct arena *arena,
		       const git_oid *commit, struct pawl_error *error);
int snapshot_of_tree(struct snapshot **out, struct repository *repository, struct arena *arena,
		     const git_oid *tree, struct pawl_error *error);
/* A plain snapshot's tree again, in the same repository as another thread has opened it. Reads
 * nothing. */
struct snapshot *snapshot_again(const struct snapshot *plain, struct repository *repository,
				struct arena *arena);
/* A tree without entries. */
struct snapshot *snapshot_empty(struct repository *repository, struct arena *arena);

/* `changes` (mode 0: removed) laid over `below`. An overlaid entry may carry its bytes: see below.
 */
struct overlay {
	struct slice path;
	struct entry entry;
	const struct slice
		*bytes; /* NULL: read entry.id; else what to read instead (a worktree file) */
};
struct snapshot *snapshot_overlay(struct snapshot *below, struct arena *arena,
				  const struct overlay *changes, size_t count);

/* 0, with mode 0 in *out where the path is absent (a path below a blob or a link is absent); -1. */
int snapshot_lookup(struct snapshot *snapshot, struct slice path, struct entry *out,
		    struct pawl_error *error);

/* The bytes of a blob entry that snapshot_lookup() or a walk gave for `path`: as blob_read(). */
int snapshot_read(struct snapshot *snapshot, struct slice path, const struct entry *entry,
		  struct arena *arena, struct slice *out, enum blob_state *state,
		  struct pawl_error *error);

/*
 * T8: the blob that a symlink at `path` leads to within the same snapshot, links on the way
 * followed (at most 40, as the kernel). 0 with the target's path and entry; 0 with mode 0 where it
 * leads outside, nowhere, to a folder or in circles; -1.
 */
int snapshot_follow_link(struct snapshot *snapshot, struct slice path, const struct entry *link,
			 struct arena *arena, struct slice *target_path, struct entry *target,
			 struct pawl_error *error);

/* The names in a folder ("" for the top): 0 with their count (none where it is no folder); -1. */
struct listing {
	struct slice *items; /* names, not paths, sorted bytewise */
	size_t count, capacity;
};
int snapshot_list(struct snapshot *snapshot, struct slice folder, struct arena *arena,
		  struct listing *out, struct pawl_error *error);

/* The snapshot's tree id, or the one below its overlay; NULL for the empty one. */
const git_oid *snapshot_tree(const struct snapshot *snapshot);
struct repository *snapshot_repository(const struct snapshot *snapshot);
/* Nothing is laid over its tree, or over none: the tree's id says all. */
bool snapshot_is_plain(const struct snapshot *snapshot);

/* ---- what a push changes (src/git/changes.c, src/git/tree.c) ---- */

enum change_kind {
	CHANGE_FILE,	    /* a blob, a link or a gitlink, or the lack of one */
	CHANGE_BROKEN_TREE, /* P6: a tree of the tip that git would not write; `message` says why */
};

/* One path on which the tip differs from the bases, by P6. */
struct change {
	enum change_kind kind;
	struct slice path;	   /* from the top; may hold any byte but NUL */
	struct entry tip;	   /* mode 0: the tip lacks the path */
	const struct entry *bases; /* one a base, in the bases' order; mode 0: that base lacks it */
	size_t base_count;
	const char *message;
};

/* Called in the order of git's trees. A non-zero return ends the walk with it. */
typedef int (*change_fn)(void *payload, const struct change *change, struct pawl_error *error);

/*
 * Every path on which `tip` differs: from bases[0] where `first_is_old_tip`, else from every base
 * (P6). Enters only the subtrees that differ, all bases at once; reads each tree once. `change` and
 * its fields live until the callback returns, but `path` lives in `arena`. A tree that is missing:
 * -1, PAWL_ERROR_SERVER. Deeper than PAWL_MAX_TREE_DEPTH: CHANGE_BROKEN_TREE. Overlays are
 * honoured.
 */
#define PAWL_MAX_TREE_DEPTH 256
int changes_walk(struct snapshot *tip, struct snapshot *const *bases, size_t base_count,
		 bool first_is_old_tip, struct arena *arena, change_fn callback, void *payload,
		 struct pawl_error *error);

/* Every file of a snapshot: changes_walk() against nothing. */
int snapshot_walk(struct snapshot *snapshot, struct arena *arena, change_fn callback, void *payload,
		  struct pawl_error *error);

/* Whether to walk what lies below a folder. */
typedef bool (*enters_fn)(void *payload, struct slice folder);

/* The same, but for the folders that `enters` says no to; both get the payload. */
int snapshot_walk_some(struct snapshot *snapshot, struct arena *arena, enters_fn enters,
		       change_fn callback, void *payload, struct pawl_error *error);

/* The same of what lies below a folder; nothing where there is none. */
int snapshot_walk_folder(struct snapshot *snapshot, struct slice folder, struct arena *arena,
			 change_fn callback, void *payload, struct pawl_error *error);

/* ---- refs (src/git/refs.c, src/git/packed_refs.c) ---- */

struct ref {
	struct slice name;	      /* full, NUL-terminated */
	git_oid target;		      /* what it points at in the end; not peeled */
	struct slice symbolic_target; /* empty unless it is a symref */
};

/* What it gets lives until it returns; a listing ends where it returns other than 0. */
typedef int (*ref_fn)(void *payload, const struct ref *ref);

/* Every ref of the repository, as its ref database holds it, in no order. What `each` returned; or
 * -1, PAWL_ERROR_SERVER, where that cannot be listed (P5: GIT_NAMESPACE with packed refs), never
 * "no refs". Within GIT_NAMESPACE, names are those that the pusher sees and only the namespace's
 * refs are given. */
int refs_each(struct repository *repository, ref_fn each, void *payload, struct pawl_error *error);

/* One ref by full name: 0 found, 1 absent, -1. A dangling symref is absent, its target filled in.
 */
int ref_lookup(struct repository *repository, struct slice name, struct arena *arena,
	       struct ref *out, struct pawl_error *error);

/* What HEAD says: 0 with the branch's full name (it need not exist), 1 where HEAD is detached, -1.
 */
int head_branch(struct repository *repository, struct arena *arena, struct slice *out,
		struct pawl_error *error);

/* True where any branch (refs/heads/) exists; stops at the first. 0 or 1 in *out; -1. */
int any_branch(struct repository *repository, bool *out, struct pawl_error *error);

/* ---- ref updates on stdin (src/git/updates.c) ---- */

struct update {
	git_oid old_id, new_id; /* all zero: none */
	struct slice name;	/* NUL-terminated */
};

struct updates {
	struct update *items;
	size_t count, capacity;
};

/*
 * `<old> SP <new> SP <ref> LF` lines until the end of `fd` (githooks(5), pre-receive). A line that
 * ends too early is PAWL_ERROR_SERVER (truncated), one that is otherwise wrong PAWL_ERROR_CALL;
 * more than PAWL_MAX_UPDATES lines or a line over 64 KiB PAWL_ERROR_LIMIT. Each message has the
 * line's number.
 */
#define PAWL_MAX_UPDATES 100000
int updates_read(int fd, struct arena *arena, struct updates *out, struct pawl_error *error);

/* ---- commits and bases (src/git/commit.c, graph.c, ancestry.c, bases.c, revision.c) ---- */

struct commit {
	git_oid id, tree;
	git_oid *parents; /* from the raw object, whatever grafts and shallow say (P8) */
	size_t parent_count;
	int64_t time; /* the committer's, only ever to order work */
};

/* 0; 1 where the object peels to no commit (a tag of a tree or blob: then *out is untouched); -1.
 */
int commit_read(struct repository *repository, const git_oid *id, struct arena *arena,
		struct commit *out, struct pawl_error *error);

/* Peels tags: 0 with a commit's or a tree's id and type; 1 where it is neither; -1. */
int object_peel(struct repository *repository, const git_oid *id, git_oid *out, git_object_t *type,
		struct pawl_error *error);

struct ids {
	git_oid *items;
	size_t count, capacity;
};

/* Asked only when it must be known: fills in tips of governed refs, as before the push. */
typedef int (*accepted_tips_fn)(void *payload, struct ids *out, struct pawl_error *error);

struct bases_request {
	git_oid old_tip;		/* zero: a new ref */
	git_oid new_tip;		/* a commit */
	bool trunk;			/* P4: the old tip alone, where there is one */
	accepted_tips_fn accepted_tips; /* of all governed refs */
	accepted_tips_fn likely_tips;	/* of those that need no listing, and most branches grow
					   from: asked first; NULL: none */
	void *payload;			/* of both */
	size_t max_commits;		/* 0: PAWL_MAX_NEW_COMMITS; more new commits than that are
					   PAWL_ERROR_LIMIT */
};

#define PAWL_MAX_NEW_COMMITS ((size_t)1000000)

struct bases {
	struct ids ids; /* none: every use is new */
	bool first_is_old_tip;
	struct ids fresh; /* the new commits, filled only where want_fresh (P9) */
};

/*
 * P4. The old tip, and every accepted commit at which the walk from the new tip's parents first
 * meets accepted history (the new tip itself, where it is accepted already) that is an ancestor
 * neither of the old tip nor of another base. The answer depends on the graph alone, never on dates
 * (P11), and each commit is read at most once. A missing parent is PAWL_ERROR_SERVER.
 */
int bases_find(struct repository *repository, const struct bases_request *request, bool want_fresh,
	       struct arena *arena, struct bases *out, struct pawl_error *error);

/* All best common ancestors of two commits. */
int merge_bases(struct repository *repository, const git_oid *a, const git_oid *b,
		struct arena *arena, struct ids *out, struct pawl_error *error);

/* A revision as git-rev-parse(1) has it, peeled to a commit: PAWL_ERROR_CALL where there is none.
 */
int revision_parse(struct repository *repository, const char *spec, git_oid *out,
		   struct pawl_error *error);

/* ---- the index (src/git/index.c) ---- */

/*
 * What is staged (`GIT_INDEX_FILE` and all), as a snapshot laid over HEAD, or over nothing where
 * HEAD is unborn: asked of `git diff-index --cached --raw -z`, since libgit2 refuses sparse and
 * split indexes. *heads are HEAD and, in a merge, MERGE_HEAD's commits. Unmerged paths:
 * PAWL_ERROR_CALL.
 */
int index_snapshot(struct repository *repository, struct arena *arena, struct snapshot **out,
		   struct ids *heads, struct pawl_error *error);

/* ---- a staged text replaced (src/git/index_replace.c) ---- */

/*
 * Puts `bytes` in the place of what is staged at `path`, `old_entry`: in the index that
 * GIT_INDEX_FILE names, and where git commits from an index of its own (`git commit PATH`), in the
 * one that is to stay as well. The working tree is not touched. 0 or -1 with PAWL_ERROR_SERVER.
 */
int index_replace(struct repository *repository, struct slice path, const struct entry *old_entry,
		  struct slice bytes, struct arena *arena, struct pawl_error *error);

/* ---- the working tree (src/git/worktree.c) ---- */

/*
 * The tracked files as they are on disk, laid over HEAD: asked of `git diff-index --raw -z HEAD`.
 * Files that are gone are absent. PAWL_ERROR_CALL in a bare repository.
 */
int worktree_snapshot(struct repository *repository, struct arena *arena, struct snapshot **out,
		      struct pawl_error *error);

/* ---- staging (src/git/stage.c) ---- */

/* Stages the bytes and mode of each change, all or none, whatever the format of the index. */
int index_stage(struct repository *repository, const struct overlay *changes, size_t count,
		struct arena *arena, struct pawl_error *error);

#endif
