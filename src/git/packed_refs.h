/*
 * The file packed-refs: `<id> SP <name> LF`, with comments (#) and peeled ids (^) between.
 */
#ifndef PAWL_GIT_PACKED_REFS_H
#define PAWL_GIT_PACKED_REFS_H

#include "pawl/git.h"

/* Ends the listing where it returns other than 0. */
typedef int (*ref_fn)(void *payload, const struct ref *ref);

/* Every packed ref, names in the arena. 0 (also without a file), what `each` returned, or -1 where
 * it is malformed. */
int packed_refs_read(struct slice common_dir, struct arena *arena, ref_fn each, void *payload,
		     struct pawl_error *error);

#endif
