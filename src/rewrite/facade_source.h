/*
 * A facade's own source, and what of its names something in the tree needs: what `pawl prune` and
 * `pawl expand` both ask before they change it. Private to src/rewrite.
 */
#ifndef PAWL_REWRITE_FACADE_SOURCE_H
#define PAWL_REWRITE_FACADE_SOURCE_H

#include "rewriting.h"

/* The line above an __all__ that `pawl expand` wrote. */
#define WRITTEN_ALL_COMMENT                                                                        \
	"# Written by pawl expand; pawl prune takes a name away with its import."

/* Offsets; `end` is 0 where there is none, or where a hand has been at it, or it was not looked
 * for. */
struct written_all {
	uint32_t start, list, end; /* of the comment, behind the `[`, of the `]` */
};

struct source_span {
	uint32_t start, end;
};

struct facade_source {
	const struct policy *policy;
	struct snapshot *tree;
	struct slice facade; /* its dotted name */
	struct arena *arena;
	struct modules *modules;
	struct modules_options options;
	struct module module;
	struct module_name name;
	struct fixed_text file; /* before and after are the same */
	struct text text;
	struct bindings bindings;
	struct exports exports;
	struct written_all written_all;
	struct {
		struct source_span *items;
		size_t count, capacity;
	} needless; /* parts of its text whose words need no name */
	bool needs_read;
	struct slice star;    /* PATH:LINE of a star import of the facade, which takes every name */
	struct map needed;    /* names that something in the tree needs, by facade_needs_read() */
	struct slice refused; /* why nothing of it can be changed; else empty */
};

/* Fills in all but `needed`. 0, also where it is refused; -1: PAWL_ERROR_CALL where the tree has no
 * such module. */
int facade_source_open(struct facade_source *source, const struct policy *policy,
		       struct snapshot *tree, struct slice facade, struct arena *arena,
		       struct pawl_error *error);

/* The uses and strings of the whole tree. 0, also where it is refused then; -1. */
int facade_needs_read(struct facade_source *source, struct pawl_error *error);

/*
 * Lets two things need no name, for who takes names away from both: an __all__ that expand wrote,
 * and what another import binds. Of two stars' names that are the same, each kept the other.
 */
void facade_source_ease(struct facade_source *source);

/* By a use, a string, __all__, or the source's own text elsewhere than in `statement`. */
bool facade_name_is_needed(const struct facade_source *source, struct slice name,
			   const struct block_statement *statement);

#endif
