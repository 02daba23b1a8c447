/*
 * Which names a module has in every run once it is loaded, and which in some runs only: `from M
 * import name` fails where there is no such name, and `from M import *` does not. Private to
 * src/rewrite.
 */
#ifndef PAWL_REWRITE_CERTAINTY_H
#define PAWL_REWRITE_CERTAINTY_H

#include "import_graph.h"

struct certainty {
	struct arena *arena;
	struct modules *modules;
	const struct policy *policy;
	struct slice facade; /* its dotted name: who is loaded while it is */
	bool package;	     /* it is one: what lies below it is loaded after it has begun */
	struct import_graph graph;
	struct map read;     /* modules' bindings, by name; zero-initialise with the arena */
	struct map children; /* the submodules of every package in the tree: struct slices */
	bool children_read;
	unsigned depth; /* of stars that lead to stars */
};

struct bound_name {
	struct slice name;
	bool certain; /* in every run */
};

struct bound_names {
	struct bound_name *items;
	size_t count, capacity;
	struct slice unknown; /* why there may be others; else empty */
	bool listed;	      /* by an __all__ */
};

/* What the module's own text has bound at its end, private names and dunders too. 0 or -1. */
int module_names(struct certainty *certainty, struct slice module, struct bound_names *out,
		 struct pawl_error *error);

/* What a star import of the module brings, once it is loaded. 0 or -1. */
int star_names(struct certainty *certainty, struct slice module, struct bound_names *out,
	       struct pawl_error *error);

/*
 * The submodule of `package` that its own text does not load in every run and something else may,
 * or empty: it is an attribute of the package then. 0 or -1.
 */
int submodule_of_others(struct certainty *certainty, struct slice package,
			const struct bound_names *own, struct slice *out, struct pawl_error *error);

/* Whether an import statement of Python can say it. */
bool is_identifier(struct arena *arena, struct slice name);

#endif
