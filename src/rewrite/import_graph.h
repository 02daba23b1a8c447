/*
 * Which modules the loading of a module may load, as the sources at hand show it: every import of a
 * text counts, in functions too, but for those under TYPE_CHECKING. Private to src/rewrite.
 */
#ifndef PAWL_REWRITE_IMPORT_GRAPH_H
#define PAWL_REWRITE_IMPORT_GRAPH_H

#include "pawl/policy.h"

struct import_graph {
	struct arena *arena;
	struct modules *modules;
	const struct policy *policy;
	struct map nodes;    /* by name; zero-initialise with the arena */
	struct map closures; /* by name: struct map */
};

/*
 * Whether the loading of `from` may load `to` once it has begun: *via is then the module that does,
 * else empty. A text that cannot be read may load anything, one that imports by strings what it
 * says. Never a package that `from` is in: that has begun before. 0 or -1.
 */
int imports_reach(struct import_graph *graph, struct slice from, struct slice to, struct slice *via,
		  struct pawl_error *error);

/* Whether the text of `module` itself may load `to`. 0 or -1. */
int module_loads(struct import_graph *graph, struct slice module, struct slice to, bool *out,
		 struct pawl_error *error);

#endif
