#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "pawl/policy.h"

#define KEYS   12
#define SEED   20220831u
#define ROUNDS 5000

static struct arena arena;

/* B3 as it is written, for one key; nothing else of the merge is used here. */
static unsigned naive(unsigned base, unsigned ours, unsigned theirs)
{
	if (ours == base)
		return theirs;
	if (theirs == base)
		return ours;
	if (ours <= base && theirs <= base)
		return ours < theirs ? ours : theirs;
	return ours > theirs ? ours : theirs;
}

static struct baseline made_of(const unsigned *counts)
{
	struct baseline baseline = {0};

	for (unsigned i = KEYS; i-- > 0;)
		baseline_add(&arena, &baseline, slice_format(&arena, "p%u.py", i / 3),
			     slice_format(&arena, "m.n%u", i % 3), counts[i]);
	baseline_sort(&baseline);
	return baseline;
}

static const char *merged(const struct baseline *base, const struct baseline *ours,
			  const struct baseline *theirs)
{
	struct baseline out;

	baseline_merge(&arena, base, ours, theirs, &out);
	return baseline_format(&arena, &out).ptr;
}

static void three_random_baselines_merge_by_the_rule_for_each_key(void **state)
{
	unsigned seed = SEED;

	(void)state;
	print_message("seed %u\n", SEED);
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned counts[4][KEYS];
		struct baseline sides[4];
		const char *text;

		for (unsigned i = 0; i < KEYS; i++) {
			for (unsigned j = 0; j < 3; j++)
				counts[j][i] = (unsigned)rand_r(&seed) % 4;
			counts[3][i] = naive(counts[0][i], counts[1][i], counts[2][i]);
		}
		for (unsigned j = 0; j < 4; j++)
			sides[j] = made_of(counts[j]);
		text = merged(&sides[0], &sides[1], &sides[2]);
		assert_string_equal(text, baseline_format(&arena, &sides[3]).ptr);
		/* Ours and theirs are alike, and merging what is merged changes nothing. */
		assert_string_equal(text, merged(&sides[0], &sides[2], &sides[1]));
		assert_string_equal(text, merged(&sides[3], &sides[3], &sides[3]));
		assert_string_equal(text, merged(&sides[0], &sides[3], &sides[3]));
		arena_free(&arena);
	}
}

static void two_branches_that_removed_the_same_entries_lose_no_other(void **state)
{
	const unsigned base[KEYS] = {1, 2, 3, 4}, ours[KEYS] = {0, 2, 1, 4},
		       theirs[KEYS] = {0, 2, 2, 3};
	const unsigned expected[KEYS] = {0, 2, 1, 3};
	struct baseline sides[] = {made_of(base), made_of(ours), made_of(theirs),
				   made_of(expected)};

	(void)state;
	assert_string_equal(merged(&sides[0], &sides[1], &sides[2]),
			    baseline_format(&arena, &sides[3]).ptr);
	arena_free(&arena);
}

static void where_one_side_fixed_and_the_other_added_the_larger_stays(void **state)
{
	const unsigned base[KEYS] = {3}, ours[KEYS] = {2}, theirs[KEYS] = {4};
	struct baseline sides[] = {made_of(base), made_of(ours), made_of(theirs)}, empty = {0};

	(void)state;
	assert_string_equal(merged(&sides[0], &sides[1], &sides[2]),
			    baseline_format(&arena, &sides[2]).ptr);
	assert_string_equal(merged(&empty, &sides[1], &sides[2]),
			    baseline_format(&arena, &sides[2]).ptr);
	assert_string_equal(merged(&empty, &empty, &empty), baseline_format(&arena, &empty).ptr);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_random_baselines_merge_by_the_rule_for_each_key),
		cmocka_unit_test(two_branches_that_removed_the_same_entries_lose_no_other),
		cmocka_unit_test(where_one_side_fixed_and_the_other_added_the_larger_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
