/*
 * The file packed-refs: `<id> SP <name> LF`, with comments (#) and peeled ids (^) between.
 */
#ifndef PAWL_GIT_PACKED_REFS_H
#define PAWL_GIT_PACKED_REFS_H

#include "pawl/git.h"

/* Every packed ref. 0 (also without a file), what `each` returned, or -1 where it is malformed. */
int packed_refs_read(struct slice common_dir, struct arena *arena, ref_fn each, void *payload,
		     struct pawl_error *error);

#endif
