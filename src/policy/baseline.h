/* How a baseline is written, entry by entry. For src/policy/ alone. */
#ifndef PAWL_POLICY_BASELINE_H
#define PAWL_POLICY_BASELINE_H

#include "pawl/policy.h"

/* The order of two entries' lines as they are written, counts aside: below, equal to or above 0. */
int baseline_entry_compare(const struct baseline_entry *a, const struct baseline_entry *b);

/* Sorts the entries, and leaves those that are there twice. */
void baseline_order(struct baseline *baseline);

#endif
