#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pawl/policy.h"

static struct arena arena;

static int free_all(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void reads(const char *text, struct policy *policy)
{
	struct pawl_error error = {0};

	if (policy_parse(&arena, slice_of(text), SLICE("p"), false, policy, &error))
		fail_msg("%s", error.message);
}

/* "LINE FACADE KEY: WHAT" of each loosening, one a line. */
static const char *loosens(const char *was, const char *is)
{
	struct policy old_policy, new_policy;
	struct loosenings found;
	struct buf buf = {.arena = &arena};

	reads(was, &old_policy);
	if (is)
		reads(is, &new_policy);
	policy_compare(&old_policy, is ? &new_policy : NULL, &arena, &found);
	buf_add_string(&buf, "");
	for (size_t i = 0; i < found.count; i++)
		buf_add_format(&buf, "%u [%.*s] %.*s: %.*s\n", found.items[i].line,
			       (int)found.items[i].facade.len, found.items[i].facade.ptr,
			       (int)found.items[i].key.len, found.items[i].key.ptr,
			       (int)found.items[i].what.len, found.items[i].what.ptr);
	return buf.ptr ? buf.ptr : "";
}

/* The change of one key in one section, both ways. */
static void both_ways(const char *header, const char *a, const char *b, const char *a_to_b,
		      const char *b_to_a)
{
	const char *with_a = slice_format(&arena, "%s\n%s\n", header, a).ptr;
	const char *with_b = slice_format(&arena, "%s\n%s\n", header, b).ptr;

	assert_string_equal(loosens(with_a, with_a), "");
	assert_string_equal(loosens(with_a, with_b), a_to_b);
	assert_string_equal(loosens(with_b, with_a), b_to_a);
}

static void an_exemption_lost_is_tighter_and_one_gained_is_looser(void **state)
{
	(void)state;
	both_ways("[pawl]", "exclude = a b", "exclude = b", "", "2 [] exclude: exclude gained a\n");
	both_ways("[pawl]", "", "exclude = a\n  b",
		  "2 [] exclude: exclude gained a\n3 [] exclude: exclude gained b\n", "");
	both_ways("[facade f]", "allow = a b", "allow = b", "", "2 [f] allow: allow gained a\n");
}

static void the_order_and_number_of_exemptions_changes_nothing(void **state)
{
	(void)state;
	both_ways("[facade f]", "allow = a b", "allow = b a a", "", "");
	both_ways("[pawl]", "", "include = *.pyi *.py\nroots = ./\nauto-ratchet = yes", "", "");
}

static void only_is_tighter_where_it_is_new_or_shorter_and_never_where_it_goes(void **state)
{
	(void)state;
	both_ways("[facade f]", "", "only = a", "", "0 [f] only: only is gone\n");
	both_ways("[facade f]", "only = a b", "only = b", "", "2 [f] only: only gained a\n");
}

static void a_surface_frozen_a_state_removed_and_a_deadline_that_rejects_are_tighter(void **state)
{
	(void)state;
	both_ways("[facade f]", "", "surface = frozen", "",
		  "0 [f] surface: surface is open, was frozen\n");
	both_ways("[facade f]", "surface = open", "surface = frozen", "",
		  "2 [f] surface: surface is open, was frozen\n");
	both_ways("[facade f]", "type-checking = free", "", "",
		  "2 [f] type-checking: type-checking is free, was frozen\n");
	both_ways("[facade f]", "", "state = removed", "",
		  "0 [f] state: state is frozen, was removed\n");
	both_ways("[facade f]", "", "after-deadline = reject", "",
		  "0 [f] after-deadline: after-deadline is say, was reject\n");
	both_ways("[pawl]", "inline-allow = yes", "", "",
		  "2 [] inline-allow: inline-allow is yes, was no\n");
}

static void a_deadline_that_is_new_or_earlier_is_tighter(void **state)
{
	(void)state;
	both_ways("[facade f]", "", "deadline = 2026-01-01", "",
		  "0 [f] deadline: deadline is nothing, was 2026-01-01\n");
	both_ways("[facade f]", "deadline = 2026-01-01", "deadline = 2025-12-31", "",
		  "2 [f] deadline: deadline is 2026-01-01, was 2025-12-31\n");
}

static void a_message_may_always_change(void **state)
{
	(void)state;
	both_ways("[facade f]", "", "message = a", "", "");
	both_ways("[facade f]", "message = b", "message = a", "", "");
}

static void every_other_key_is_guarded_both_ways(void **state)
{
	(void)state;
	both_ways("[pawl]", "", "include = *.py", "0 [] include: include lost *.pyi\n",
		  "0 [] include: include gained *.pyi\n");
	both_ways("[pawl]", "roots = a b", "roots = b a", "2 [] roots: roots changed order\n",
		  "2 [] roots: roots changed order\n");
	both_ways("[pawl]", "roots = a", "roots = b",
		  "2 [] roots: roots gained b\n0 [] roots: roots lost a\n",
		  "2 [] roots: roots gained a\n0 [] roots: roots lost b\n");
	both_ways("[pawl]", "", "refs = refs/heads/m*",
		  "2 [] refs: refs gained refs/heads/m*\n0 [] refs: refs lost refs/heads/*\n",
		  "0 [] refs: refs gained refs/heads/*\n0 [] refs: refs lost refs/heads/m*\n");
	both_ways("[pawl]", "", "trunk = refs/heads/m", "2 [] trunk: trunk gained refs/heads/m\n",
		  "0 [] trunk: trunk lost refs/heads/m\n");
	both_ways("[pawl]", "", "baseline = b",
		  "2 [] baseline: baseline is b, was .pawl/baseline\n",
		  "0 [] baseline: baseline is .pawl/baseline, was b\n");
	both_ways("[pawl]", "", "granularity = commit",
		  "2 [] granularity: granularity is commit, was tip\n",
		  "0 [] granularity: granularity is tip, was commit\n");
	both_ways("[pawl]", "", "on-commit = fix", "2 [] on-commit: on-commit is fix, was check\n",
		  "0 [] on-commit: on-commit is check, was fix\n");
	both_ways("[pawl]", "", "auto-ratchet = no",
		  "2 [] auto-ratchet: auto-ratchet is no, was yes\n",
		  "0 [] auto-ratchet: auto-ratchet is yes, was no\n");
	both_ways("[pawl]", "", "strings = a.b", "2 [] strings: strings gained a.b\n",
		  "0 [] strings: strings lost a.b\n");
	both_ways("[pawl]", "", "side-effects = a.b",
		  "2 [] side-effects: side-effects gained a.b\n",
		  "0 [] side-effects: side-effects lost a.b\n");
	both_ways("[pawl]", "", "facts = off", "2 [] facts: facts is off, was nothing\n",
		  "0 [] facts: facts is nothing, was off\n");
	both_ways("[facade f]", "", "exports = a.tsv", "2 [f] exports: exports gained a.tsv\n",
		  "0 [f] exports: exports lost a.tsv\n");
	both_ways("[facade f]", "source = ../a refs/heads/m", "source = ../b refs/heads/m",
		  "2 [f] source: source is ../b refs/heads/m, was ../a refs/heads/m\n",
		  "2 [f] source: source is ../a refs/heads/m, was ../b refs/heads/m\n");
	both_ways("[facade f]", "", "keep-import = no",
		  "2 [f] keep-import: keep-import is no, was yes\n",
		  "0 [f] keep-import: keep-import is yes, was no\n");
}

static void a_facade_added_is_tighter_and_one_removed_is_looser(void **state)
{
	(void)state;
	assert_string_equal(loosens("[facade f]\n", "[facade g]\nallow = x\n[facade f]\n"), "");
	assert_string_equal(loosens("[facade f]\n[facade g]\n", "[facade g]\n"),
			    "0 [f] : [facade f] is gone\n");
	assert_string_equal(loosens("", "[facade f]\nsource = ../secret.git refs/heads/m\n"),
			    "2 [f] source: source is ../secret.git refs/heads/m, was nothing\n");
}

static void a_policy_deleted_is_looser(void **state)
{
	(void)state;
	assert_string_equal(loosens("[facade f]\n", NULL), "0 [] : the policy is gone\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exemption_lost_is_tighter_and_one_gained_is_looser),
		cmocka_unit_test(the_order_and_number_of_exemptions_changes_nothing),
		cmocka_unit_test(
			only_is_tighter_where_it_is_new_or_shorter_and_never_where_it_goes),
		cmocka_unit_test(
			a_surface_frozen_a_state_removed_and_a_deadline_that_rejects_are_tighter),
		cmocka_unit_test(a_deadline_that_is_new_or_earlier_is_tighter),
		cmocka_unit_test(a_message_may_always_change),
		cmocka_unit_test(every_other_key_is_guarded_both_ways),
		cmocka_unit_test(a_facade_added_is_tighter_and_one_removed_is_looser),
		cmocka_unit_test(a_policy_deleted_is_looser),
	};

	return cmocka_run_group_tests(tests, NULL, free_all);
}
