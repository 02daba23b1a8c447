/*
 * Who is whose ancestor: by painting, exact whatever the commits' dates say (P11).
 */
#ifndef PAWL_GIT_ANCESTRY_H
#define PAWL_GIT_ANCESTRY_H

#include "graph.h"

enum ancestry { NO_ANCESTOR, ANCESTOR, ANCESTRY_UNKNOWN };

/* Whether `target` is one of `from`, or an ancestor of one; unknown only where it takes more than
 * so many steps (commits). */
int ancestry_reaches(struct graph *graph, const struct nodes *from, struct node *target,
		     size_t steps, enum ancestry *out, struct pawl_error *error);

/* Keeps of `nodes` those that are an ancestor of no other and, where given, not `above` nor an
 * ancestor of it. */
int ancestry_keep_maximal(struct graph *graph, struct nodes *nodes, struct node *above,
			  struct pawl_error *error);

#endif
