/* CODEOWNERS: the last pattern that matches says who owns a path. */
#include "git_fixture.h"

#include "pawl/policy.h"

static struct owners owners_in(struct fixture *fixture, const char *place, const char *rules)
{
	struct snapshot *snapshot;
	struct owners owners;
	git_oid tip;

	git_says(fixture,
		 "mkdir -p .github docs && printf '%s' >%s && git add . && git commit -q -m one",
		 rules, place);
	fixture_open(fixture);
	assert_int_equal(revision_parse(fixture->repository, "HEAD", &tip, &fixture->error), 0);
	assert_int_equal(snapshot_of_commit(&snapshot, fixture->repository, &fixture->arena, &tip,
					    &fixture->error),
			 0);
	assert_int_equal(owners_read(snapshot, &fixture->arena, &owners, &fixture->error), 0);
	return owners;
}

static void assert_owner(struct fixture *fixture, const char *rules, const char *path,
			 const char *owner)
{
	struct owners owners = owners_in(fixture, "CODEOWNERS", rules);

	assert_true(owners.there);
	assert_string_equal(owners_of(&owners, slice_of(path), &fixture->arena).ptr, owner);
}

static void the_last_match_wins(void **state)
{
	assert_owner(*state, "* @all\\n*.py @python\\n", "a/b.py", "@python");
}

static void a_path_that_nothing_matches_has_no_owner(void **state)
{
	assert_owner(*state, "*.c @c\\n", "a/b.py", "");
}

static void a_pattern_without_owners_takes_them_away(void **state)
{
	assert_owner(*state, "* @all\\n/free\\n", "free/a.py", "");
}

static void a_pattern_with_a_slash_is_anchored(void **state)
{
	assert_owner(*state, "* @all\\na/b @ab\\n", "x/a/b/c.py", "@all");
}

static void a_pattern_without_a_slash_matches_anywhere(void **state)
{
	assert_owner(*state, "b/ @b\\n", "x/a/b/c.py", "@b");
}

static void a_star_behind_a_slash_does_not_reach_into_folders(void **state)
{
	assert_owner(*state, "* @all\\ndocs/* @docs\\n", "docs/a/b.py", "@all");
}

static void two_stars_do(void **state)
{
	assert_owner(*state, "* @all\\ndocs/** @docs\\n", "docs/a/b.py", "@docs");
}

static void several_owners_are_one_group_and_comments_are_none(void **state)
{
	assert_owner(*state, "# none\\n[Section] @no\\n*   @a \\t @b # trailing\\r\\n", "x.py",
		     "@a @b");
}

static void a_file_in_github_s_folder_comes_first(void **state)
{
	struct fixture *fixture = *state;
	struct owners owners = owners_in(fixture, "CODEOWNERS", "* @top\\n");

	owners = owners_in(fixture, ".github/CODEOWNERS", "* @github\\n");
	assert_string_equal(owners_of(&owners, SLICE("x.py"), &fixture->arena).ptr, "@github");
}

static void a_tree_without_the_file_says_so(void **state)
{
	assert_false(owners_in(*state, "README", "").there);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(the_last_match_wins),
		FIXTURE_TEST(a_path_that_nothing_matches_has_no_owner),
		FIXTURE_TEST(a_pattern_without_owners_takes_them_away),
		FIXTURE_TEST(a_pattern_with_a_slash_is_anchored),
		FIXTURE_TEST(a_pattern_without_a_slash_matches_anywhere),
		FIXTURE_TEST(a_star_behind_a_slash_does_not_reach_into_folders),
		FIXTURE_TEST(two_stars_do),
		FIXTURE_TEST(several_owners_are_one_group_and_comments_are_none),
		FIXTURE_TEST(a_file_in_github_s_folder_comes_first),
		FIXTURE_TEST(a_tree_without_the_file_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
