/* Deadlines of facades: which have passed, and what they make of frozen uses. */
#include "git_fixture.h"

#include "pawl/policy.h"

static const char *const POLICY = "[pawl]\nroots = .\n"
				  "[facade m]\ndeadline = 2026-03-01\nafter-deadline = reject\n";

static bool overdue(const char *deadline, const char *today)
{
	struct facade_policy facade = {.deadline = slice_of(deadline)};

	return facade_is_overdue(&facade, slice_of(today));
}

static void a_deadline_has_passed_from_its_day_on(void **state)
{
	(void)state;
	assert_false(overdue("2026-03-01", "2026-02-28"));
	assert_true(overdue("2026-03-01", "2026-03-01"));
	assert_true(overdue("2026-03-01", "2027-01-01"));
}

static void without_a_deadline_or_a_date_none_has_passed(void **state)
{
	(void)state;
	assert_false(overdue("", "2026-03-01"));
	assert_false(overdue("2026-03-01", ""));
}

/* The findings of a commit that touches a.py, which has a frozen use of m.X, on `today`. */
static struct verdict judge_touch(struct fixture *fixture, const char *today)
{
	struct judge_request request = {.first_is_old_tip = true, .base_count = 1};
	struct snapshot *bases[1];
	struct verdict verdict;
	struct policy policy;
	git_oid tip, base;

	git_says(fixture, "echo 'from n import X' >m.py && echo 'X = 1' >n.py\n"
			  "echo 'from m import X' >a.py && git add . && git commit -q -m one\n"
			  "echo 'x = 1' >>a.py && git commit -q -a -m two");
	fixture_open(fixture);
	assert_int_equal(revision_parse(fixture->repository, "HEAD", &tip, &fixture->error), 0);
	assert_int_equal(revision_parse(fixture->repository, "HEAD~", &base, &fixture->error), 0);
	assert_int_equal(policy_parse(&fixture->arena, slice_of(POLICY), SLICE("policy"), false,
				      &policy, &fixture->error),
			 0);
	assert_int_equal(snapshot_of_commit(&request.tip, fixture->repository, &fixture->arena,
					    &tip, &fixture->error),
			 0);
	assert_int_equal(snapshot_of_commit(&bases[0], fixture->repository, &fixture->arena, &base,
					    &fixture->error),
			 0);
	request.repository = fixture->repository;
	request.policy = &policy;
	request.bases = bases;
	request.today = slice_of(today);
	assert_int_equal(judge(&request, &fixture->arena, &verdict, &fixture->error), 0);
	return verdict;
}

static void the_day_before_a_touched_file_may_keep_its_frozen_uses(void **state)
{
	assert_int_equal(judge_touch(*state, "2026-02-28").count, 0);
}

static void from_the_deadline_on_they_are_findings(void **state)
{
	struct verdict verdict = judge_touch(*state, "2026-03-01");

	assert_int_equal(verdict.count, 1);
	assert_int_equal(verdict.items[0].kind, FINDING_USE);
	assert_true(slice_equal_string(verdict.items[0].path, "a.py"));
	assert_true(slice_equal_string(verdict.items[0].canonical, "from n import X"));
	assert_true(slice_equal_string(verdict.items[0].note,
				       "frozen, and the deadline 2026-03-01 has passed"));
}

static void without_a_date_nothing_is_rejected(void **state)
{
	assert_int_equal(judge_touch(*state, "").count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deadline_has_passed_from_its_day_on),
		cmocka_unit_test(without_a_deadline_or_a_date_none_has_passed),
		FIXTURE_TEST(the_day_before_a_touched_file_may_keep_its_frozen_uses),
		FIXTURE_TEST(from_the_deadline_on_they_are_findings),
		FIXTURE_TEST(without_a_date_nothing_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
