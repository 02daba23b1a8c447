/*
 * One lookup of one name in one module: its bindings from the last to the first, until one holds
 * for every run. What lookup.c, walk.c, coverage.c and conclusion.c share.
 */
#ifndef PAWL_RESOLVE_FRAME_H
#define PAWL_RESOLVE_FRAME_H

#include "lookup.h"

struct candidate {
	const struct found *found; /* NULL: deleted here */
	uint32_t index;
};

struct candidates {
	struct candidate *items;
	size_t count, capacity;
};

struct branches {
	const struct branch **items;
	size_t count, capacity;
};

/* A lookup under way. */
struct frame {
	struct modules *modules;
	struct place place;
	struct slice name;
	enum mode mode;
	const struct branch *position; /* that the place stands in */
	struct candidates candidates;
	struct branches covered; /* arms that bind the name behind where the walk is */
	struct branches maybe;	 /* where stars stand that may give the name; NULL: at the top */
	bool dynamic;		 /* a star that cannot be read came later */
	bool partial;		 /* a star gives the name in some runs only */
	bool loads; /* `from . import name` takes the submodule where nothing is bound */
	uint32_t load_index;
	bool done;
	size_t low;
};

/* ---- walk.c ---- */

/* Fills the frame with candidates. */
int frame_walk(struct frame *frame, struct pawl_error *error);

const struct binding *frame_binding(const struct frame *frame, uint32_t index);

/* How many of ascending indices (NULL: none) lie in front of `end`. */
size_t indices_before(const struct indices *indices, uint32_t end);

/* ---- coverage.c ---- */

/* In another arm than the place: no run comes from there to here. */
bool frame_beside(const struct frame *frame, const struct branch *branch);

/* Does what comes behind bind the name in this arm, or in one around it, whatever happens? */
bool frame_covered(const struct frame *frame, const struct branch *branch);

/* The name is bound in this arm whatever happens: then perhaps in its whole statement, and so on
 * up. */
void frame_cover(struct frame *frame, const struct branch *branch);

/* ---- conclusion.c ---- */

/* What the candidates of a walk come to; NULL: unbound. */
int frame_conclude(struct frame *frame, const struct found **out, struct pawl_error *error);

#endif
