/*
 * Rewriting uses of a facade to canonical imports. SEMANTICS.md: F1 to F8.
 */
#ifndef PAWL_REWRITE_H
#define PAWL_REWRITE_H

#include "pawl/policy.h"

/* ---- what `pawl fix` would do (src/rewrite/fix.c) ---- */

struct fix_request {
	const struct policy *policy;
	struct snapshot *tree; /* what is rewritten, and what names are resolved in */
	struct slices paths;   /* files or folders to rewrite; none: all */
	struct slice facade;   /* only uses of this one; empty: of all */
	size_t limit;	       /* how many files at most; 0: any number */
	bool attributes;       /* F5 */
	bool strings;	       /* F6 */
};

/* A text that is rewritten. */
struct fixed_text {
	struct slice path;
	struct entry entry; /* as the tree has it */
	struct slice before, after;
	size_t count;	       /* names and strings rewritten */
	struct slice detached; /* F7: a facade that the text no longer imports; else empty */
};

/* A use that is left as it is, and why. */
struct left_use {
	struct slice path;
	struct position at;
	struct slice symbol;
	const char *rule;  /* "F6" */
	struct slice why;  /* one clause */
	struct slice next; /* what to do about it */
};

struct fixes {
	struct {
		struct fixed_text *items; /* by path */
		size_t count, capacity;
	} texts;
	struct {
		struct left_use *items; /* by path and position */
		size_t count, capacity;
	} left;
	size_t beyond_limit; /* texts that `limit` cut off */
};

/* 0 or -1. Nothing is written. */
int fixes_find(const struct fix_request *request, struct arena *arena, struct fixes *out,
	       struct pawl_error *error);

/* ---- taking re-exports away (src/rewrite/prune.c) ---- */

struct prune_request {
	const struct policy *policy;
	struct snapshot *tree;
	struct slice facade;
	bool keep_import; /* a module that was loaded for its names is still loaded */
};

/* A re-export that is taken away, or why it is left. */
struct pruned {
	struct slice name; /* "*" for a star */
	uint32_t line;
	const char *why;
};

struct pruned_names {
	struct pruned *items;
	size_t count, capacity;
};

struct prune {
	struct fixed_text text; /* the facade's source */
	struct pruned_names names, left;
	struct slice refused; /* why nothing can be told to be unneeded; or empty */
};

/* The re-exports that no use, no string and no __all__ needs. 0 or -1. Nothing is written. */
int prune_find(const struct prune_request *request, struct arena *arena, struct prune *out,
	       struct pawl_error *error);

/* ---- star imports made explicit (src/rewrite/expand.c) ---- */

struct expand_request {
	const struct policy *policy;
	struct snapshot *tree;
	struct slice facade;
	bool used; /* only the names that something in the tree needs */
};

struct expanded {
	uint32_t line;
	struct slice module; /* as written, without its dots */
	size_t names;
};

struct expand_left {
	uint32_t line;
	struct slice module, why;
};

struct expand {
	struct fixed_text text; /* the facade's source */
	struct {
		struct expanded *items;
		size_t count, capacity;
	} stars;
	struct {
		struct expand_left *items;
		size_t count, capacity;
	} left;
	bool all_written;      /* it had no __all__, and it has one now */
	struct slice all_left; /* why it has none, though a star went; or empty */
	struct slice refused;  /* why nothing can be expanded; or empty */
};

/*
 * Each star import of the facade's top level as an import of the names that it brings (D5), in its
 * place: what the facade binds stays the same object, and so does the order. A star whose names
 * cannot be told, or may not be there in every run, or whose module may be half loaded then, is
 * left. 0 or -1. Nothing is written.
 */
int expand_find(const struct expand_request *request, struct arena *arena, struct expand *out,
		struct pawl_error *error);

/* ---- a lazy module (src/rewrite/lazy.c) ---- */

/*
 * The text of a module that has every re-export of `facade` and imports each from where it is
 * declared when it is first touched (PEP 562). *left: names that cannot be had so, with the reason.
 * PAWL_ERROR_CALL where there is no such module.
 */
int lazy_write(struct snapshot *tree, const struct policy *policy, struct slice facade,
	       struct arena *arena, struct slice *out, struct slices *left,
	       struct pawl_error *error);

/* ---- writing it (src/rewrite/write.c) ---- */

/*
 * Replaces one file of the worktree. 0; 1 where its bytes are no longer those that were read, and
 * nothing was written; -1.
 */
int fixed_text_write(struct repository *repository, const struct fixed_text *text,
		     struct arena *arena, struct pawl_error *error);

/*
 * Puts every text into the index, and into the worktree where the file there is what was staged.
 * Unstaged edits are never touched.
 */
int fixes_stage(struct repository *repository, const struct fixes *fixes, struct arena *arena,
		struct pawl_error *error);

/* A diff of one text, as git-apply(1) takes it. */
int fixed_text_diff(const struct fixed_text *text, struct buf *out, struct pawl_error *error);

/* ---- before a commit (src/rewrite/commit.c) ---- */

/*
 * `on-commit = fix`: rewrites what is staged at the paths of the verdict's uses, also where git
 * commits from an index of its own (`git commit PATH`), and the worktree's files where they are
 * what is staged. *out says what was done.
 */
int commit_fix(struct repository *repository, const struct policy *policy,
	       const struct staged *staged, const struct verdict *verdict, struct arena *arena,
	       struct fixes *out, struct pawl_error *error);

#endif
