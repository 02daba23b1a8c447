#include "git_fixture.h"

/* Opens the fixture's git directory as pre-receive is called in it. */
static int open_as_hook(struct fixture *fixture)
{
	struct repository_options options = {.hook = true};
	char folder[256];
	int result;

	snprintf(folder, sizeof folder, "%s/.git", fixture->folder);
	assert_int_equal(chdir(folder), 0);
	setenv("GIT_DIR", ".", 1);
	repository_free(fixture->repository);
	fixture->repository = NULL;
	result = repository_open(&fixture->repository, &options, &fixture->error);
	unsetenv("GIT_DIR");
	assert_int_equal(chdir("/"), 0);
	return result;
}

static int reads(struct fixture *fixture, const char *hex)
{
	struct slice bytes;
	enum blob_state state;
	git_oid id = id_of(hex);

	return blob_read(fixture->repository, &id, &fixture->arena, &bytes, &state,
			 &fixture->error);
}

static void test_a_folder_within_a_worktree_leads_to_its_repository(void **state)
{
	struct fixture *fixture = *state;
	struct repository_options options;

	git_says(fixture, "mkdir -p a/b");
	options = (struct repository_options){
		.path = slice_format(&fixture->arena, "%s/a/b", fixture->folder).ptr};
	assert_int_equal(repository_open(&fixture->repository, &options, &fixture->error), 0);
	assert_string_equal(repository_git_dir(fixture->repository),
			    slice_format(&fixture->arena, "%s/.git/", fixture->folder).ptr);
	assert_string_equal(repository_worktree(fixture->repository),
			    slice_format(&fixture->arena, "%s/", fixture->folder).ptr);
}

static void test_no_repository_is_a_wrong_call_or_the_server_s_failure(void **state)
{
	struct fixture *fixture = *state;
	struct repository_options options = {.path = "/nowhere"};

	assert_int_equal(repository_open(&fixture->repository, &options, &fixture->error), -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_CALL);
	assert_non_null(strstr(fixture->error.message, "/nowhere"));
	options.hook = true;
	assert_int_equal(repository_open(&fixture->repository, &options, &fixture->error), -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_SERVER);
	fixture->repository = NULL;
}

static void assert_refused(struct fixture *fixture, const char *words)
{
	struct repository_options options = {.path = fixture->folder};

	assert_int_equal(repository_open(&fixture->repository, &options, &fixture->error), -1);
	fixture->repository = NULL;
	assert_int_equal(fixture->error.kind, PAWL_ERROR_SERVER);
	assert_non_null(strstr(fixture->error.message, words));
	assert_int_equal(open_as_hook(fixture), -1);
	fixture->repository = NULL;
	assert_non_null(strstr(fixture->error.message, words));
}

static void test_a_sha256_repository_is_refused_by_name(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "rm -rf .git && git init -q --object-format=sha256 . 2>/dev/null");
	assert_refused(fixture, "sha256");
}

static void test_a_reftable_repository_is_refused_by_name(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "git config core.repositoryFormatVersion 1 && git config "
			  "extensions.refStorage reftable");
	assert_refused(fixture, "reftable");
}

static void test_an_extension_that_nobody_knows_is_refused_by_name(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture,
		 "git config core.repositoryFormatVersion 1 && git config extensions.novelty true");
	assert_refused(fixture, "novelty");
}

static void test_alternates_are_found_with_colons_spaces_and_relative_lines(void **state)
{
	struct fixture *fixture = *state;
	const char *one, *two, *three;

	one = git_says(fixture,
		       "git init -q 'a: b' && printf 1 | git -C 'a: b' hash-object -w --stdin");
	two = git_says(fixture, "git init -q c && printf 2 | git -C c hash-object -w --stdin");
	three = git_says(fixture, "git init -q d && printf 3 | git -C d hash-object -w --stdin");
	git_says(fixture, "{ echo '# a comment'; echo \"$PWD/a: b/.git/objects\"; echo; echo "
			  "/nowhere; echo ../../c/.git/objects; }"
			  " >.git/objects/info/alternates && echo \"$PWD/d/.git/objects\" "
			  ">c/.git/objects/info/alternates");
	assert_int_equal(open_as_hook(fixture), 0);
	assert_int_equal(reads(fixture, one), 0);
	assert_int_equal(reads(fixture, two), 0);
	assert_int_equal(reads(fixture, three), 0);
}

static void test_alternates_in_a_circle_end(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture,
		 "git init -q a && echo \"$PWD/a/.git/objects\" >.git/objects/info/alternates &&"
		 " echo \"$PWD/.git/objects\" >a/.git/objects/info/alternates");
	assert_int_equal(open_as_hook(fixture), 0);
}

static void test_a_quoted_alternate_of_the_environment_is_unquoted(void **state)
{
	struct fixture *fixture = *state;
	const char *one, *two;

	one = git_says(fixture,
		       "git init -q 'a:b\"c' && printf 1 | git -C 'a:b\"c' hash-object -w --stdin");
	two = git_says(fixture, "git init -q d && printf 2 | git -C d hash-object -w --stdin");
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES",
	       slice_format(&fixture->arena, "\"%s/a\\072b\\\"c/.git/objects\":%s/d/.git/objects",
			    fixture->folder, fixture->folder)
		       .ptr,
	       1);
	assert_int_equal(open_as_hook(fixture), 0);
	unsetenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
	assert_int_equal(reads(fixture, one), 0);
	assert_int_equal(reads(fixture, two), 0);
}

static int never_asked(void *payload, struct ids *out, struct pawl_error *error)
{
	(void)payload;
	(void)out;
	return pawl_error_set(error, PAWL_ERROR_CALL, "refs were listed");
}

/* What receive-pack sets while pre-receive runs. */
static void enter_quarantine(struct fixture *fixture)
{
	const char *quarantine =
		slice_format(&fixture->arena, "%s/.git/objects/incoming", fixture->folder).ptr;

	git_says(fixture, "mkdir -p .git/objects/incoming");
	setenv("GIT_OBJECT_DIRECTORY", quarantine, 1);
	setenv("GIT_QUARANTINE_PATH", quarantine, 1);
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES",
	       slice_format(&fixture->arena, "%s/.git/objects", fixture->folder).ptr, 1);
}

static void leave_quarantine(void)
{
	unsetenv("GIT_OBJECT_DIRECTORY");
	unsetenv("GIT_QUARANTINE_PATH");
	unsetenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
}

static void test_commits_in_quarantine_on_the_old_tip_need_no_list_of_refs(void **state)
{
	struct fixture *fixture = *state;
	struct bases_request request = {.accepted_tips = never_asked};
	struct bases bases;

	git_says(fixture, "git commit -q --allow-empty -m 1 && git pack-refs --all && git gc -q");
	request.old_tip = id_of(git_says(fixture, "git rev-parse HEAD"));
	enter_quarantine(fixture);
	request.new_tip = id_of(git_says(
		fixture,
		"t=$(git rev-parse HEAD^{tree}); c=$(git commit-tree -p HEAD -m 2 $t) &&"
		" d=$(git commit-tree -p HEAD -m 3 $t) && git commit-tree -p $c -p $d -m 4 $t"));
	assert_int_equal(open_as_hook(fixture), 0);
	leave_quarantine();
	assert_int_equal(bases_find(fixture->repository, &request, true, &fixture->arena, &bases,
				    &fixture->error),
			 0);
	assert_int_equal(bases.ids.count, 1);
	assert_int_equal(bases.fresh.count, 3);
}

static void test_a_commit_that_was_there_before_is_not_taken_for_new(void **state)
{
	struct fixture *fixture = *state;
	struct bases_request request = {.accepted_tips = never_asked};
	struct bases bases;

	git_says(fixture, "git commit -q --allow-empty -m 1");
	request.old_tip = id_of(git_says(fixture, "git rev-parse HEAD"));
	/* the same object in both places: the push sent what the server had */
	request.new_tip = id_of(
		git_says(fixture, "git commit-tree -p HEAD -m 2 $(git rev-parse HEAD^{tree})"));
	git_says(fixture,
		 "mkdir .git/objects/incoming && cp -r .git/objects/?? .git/objects/incoming");
	enter_quarantine(fixture);
	assert_int_equal(open_as_hook(fixture), 0);
	leave_quarantine();
	assert_int_equal(bases_find(fixture->repository, &request, false, &fixture->arena, &bases,
				    &fixture->error),
			 -1);
	assert_string_equal(fixture->error.message, "refs were listed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_a_folder_within_a_worktree_leads_to_its_repository),
		FIXTURE_TEST(test_no_repository_is_a_wrong_call_or_the_server_s_failure),
		FIXTURE_TEST(test_a_sha256_repository_is_refused_by_name),
		FIXTURE_TEST(test_a_reftable_repository_is_refused_by_name),
		FIXTURE_TEST(test_an_extension_that_nobody_knows_is_refused_by_name),
		FIXTURE_TEST(test_alternates_are_found_with_colons_spaces_and_relative_lines),
		FIXTURE_TEST(test_alternates_in_a_circle_end),
		FIXTURE_TEST(test_a_quoted_alternate_of_the_environment_is_unquoted),
		FIXTURE_TEST(test_commits_in_quarantine_on_the_old_tip_need_no_list_of_refs),
		FIXTURE_TEST(test_a_commit_that_was_there_before_is_not_taken_for_new),
	};

	return cmocka_run_group_tests_name("repositories", tests, NULL, NULL);
}
