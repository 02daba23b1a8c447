/*
 * Whether a module binds a name in every run: `from M import name` fails where it does not, and
 * `from M import *` does not. Private to src/rewrite.
 */
#ifndef PAWL_REWRITE_CERTAINTY_H
#define PAWL_REWRITE_CERTAINTY_H

#include "pawl/policy.h"

struct certainty {
	struct arena *arena;
	struct modules *modules;
	const struct policy *policy;
	struct map read; /* modules' bindings, by name; zero-initialise with the arena */
};

/* 0 with *out: false in doubt; -1. */
int name_is_certain(struct certainty *certainty, struct slice module, struct slice name, bool *out,
		    struct pawl_error *error);

#endif
