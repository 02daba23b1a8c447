/*
 * Open blocks by indentation: what a skimmed import stands in. Private to src/python.
 *
 * Only those that matter are kept: `def`, `class`, and `if` chains that test TYPE_CHECKING.
 */
#ifndef PAWL_PYTHON_BLOCKS_H
#define PAWL_PYTHON_BLOCKS_H

#include "pawl/python.h"

enum guard { GUARD_NONE, GUARD_TYPE_CHECKING, GUARD_NOT_TYPE_CHECKING };

struct block {
	uint32_t column; /* of the line that opened it */
	enum scope_kind scope;
	bool type_checking;
	bool is_if; /* a chain of `if`, `elif`, `else`: later arms know what was tested before them
		     */
	bool implied; /* an arm before this one was taken wherever TYPE_CHECKING is false */
};

struct blocks {
	struct block *items;
	size_t count, capacity;
};

/* What the innermost open block says; the module's own where none is open. */
struct block blocks_top(const struct blocks *blocks);

/* A logical line begins at `column`: closes what it ends. `arm`: it begins with elif or else. */
void blocks_dedent(struct blocks *blocks, uint32_t column, bool arm);

void blocks_open_scope(struct blocks *blocks, struct arena *arena, uint32_t column,
		       enum scope_kind scope);
void blocks_open_if(struct blocks *blocks, struct arena *arena, uint32_t column, enum guard guard);
/* The next arm of the `if` at `column`, which need not have been opened. */
void blocks_next_arm(struct blocks *blocks, struct arena *arena, uint32_t column, enum guard guard);

#endif
