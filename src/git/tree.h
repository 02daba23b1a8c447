/*
 * Trees, parsed from the raw object and checked (P6).
 */
#ifndef PAWL_GIT_TREE_H
#define PAWL_GIT_TREE_H

#include "repository.h"

#include <sys/stat.h>

#define MAX_TREE_BYTES ((size_t)64 << 20)

struct overlay_node;

struct tree_entry {
	struct slice name;
	const git_oid *id; /* in the tree's bytes */
	uint32_t mode;	   /* canonical; 0: there is none */
	struct overlay_node
		*node; /* a folder that an overlay changes: to be opened there, not by its id */
};

struct tree {
	struct tree_entry *items; /* in git's order, whatever the object's; without duplicates */
	size_t count;
	const char *broken; /* what git would not have written; NULL: nothing */
};

extern const struct tree tree_without_entries;

/* git's canon_mode (cache.h): what a mode counts as. */
uint32_t mode_canonical(uint32_t mode);

/*
 * Parses and checks. Names and ids point into `bytes`, the array lies in `arena`. Never fails: a
 * tree that breaks off gives what stands before, and .broken says what is wrong.
 */
struct tree tree_parse(struct arena *arena, struct slice bytes);

/*
 * The tree of an id; an object that is no tree is an empty broken one. Kept in the repository while
 * there is room, else in `scratch`, which must live as long as the tree is used.
 */
int tree_read(struct repository *repository, const git_oid *id, struct arena *scratch,
	      const struct tree **out, struct pawl_error *error);

/* git's order of entries: folders as if their name ended in a slash (base_name_compare,
 * read-cache.c). */
int tree_order(const struct tree_entry *a, const struct tree_entry *b);

/* The entry of that name, or NULL; where a broken tree has a file and a folder of one name, the
 * file. */
const struct tree_entry *tree_find(const struct tree *tree, struct slice name);

#endif
