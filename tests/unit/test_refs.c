#include "git_fixture.h"

static int add_line(void *payload, const struct ref *ref)
{
	struct buf *text = payload;

	buf_add_format(text, "%s %s", git_oid_tostr_s(&ref->target), ref->name.ptr);
	if (ref->symbolic_target.len)
		buf_add_format(text, " %s", ref->symbolic_target.ptr);
	buf_add_char(text, '\n');
	return 0;
}

/* "hex name[ target]" lines, sorted by the shell that compares. */
static const char *list(struct fixture *fixture)
{
	struct buf text = {.arena = &fixture->arena};

	fixture_open(fixture);
	if (refs_each(fixture->repository, add_line, &text, &fixture->error))
		fail_msg("%s", fixture->error.message);
	return text.ptr ? text.ptr : "";
}

static void assert_as_git_lists(struct fixture *fixture)
{
	FILE *file;
	char path[128];

	snprintf(path, sizeof path, "%s/ours", fixture->folder);
	file = fopen(path, "w");
	fputs(list(fixture), file);
	fclose(file);
	git_says(fixture, "sort -o ours ours && git for-each-ref --format='%%(objectname) "
			  "%%(refname)%%(if)%%(symref)"
			  "%%(then) %%(symref)%%(end)' | sort >theirs && diff ours theirs >&2");
}

static void test_loose_packed_and_symbolic_refs_are_listed_as_git_does(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "git commit -q --allow-empty -m 1 && git branch a && git branch b/c && "
			  "git tag -am t v1 &&"
			  " git pack-refs --all && git commit -q --allow-empty -m 2 && git branch "
			  "-f a && git branch d"
			  " && git symbolic-ref refs/heads/alias refs/heads/b/c"
			  " && git symbolic-ref refs/heads/dangling refs/heads/nowhere 2>/dev/null"
			  " && touch .git/refs/heads/e.lock");
	assert_as_git_lists(fixture);
}

static void test_a_repository_without_refs_lists_none(void **state)
{
	struct fixture *fixture = *state;
	bool any = true;

	assert_string_equal(list(fixture), "");
	assert_int_equal(any_branch(fixture->repository, &any, &fixture->error), 0);
	assert_false(any);
}

static void test_a_branch_is_seen_loose_or_packed_and_tags_are_none(void **state)
{
	struct fixture *fixture = *state;
	bool any;

	git_says(fixture, "git commit -q --allow-empty -m 1 && git tag v1 && git checkout -q "
			  "--detach && git branch -D main -q");
	fixture_open(fixture);
	assert_int_equal(any_branch(fixture->repository, &any, &fixture->error), 0);
	assert_false(any);
	git_says(fixture, "git branch a");
	assert_int_equal(any_branch(fixture->repository, &any, &fixture->error), 0);
	assert_true(any);
	git_says(fixture, "git pack-refs --all");
	assert_int_equal(any_branch(fixture->repository, &any, &fixture->error), 0);
	assert_true(any);
}

static void assert_list_fails(struct fixture *fixture, const char *words)
{
	struct buf text = {.arena = &fixture->arena};

	fixture_open(fixture);
	assert_int_equal(refs_each(fixture->repository, add_line, &text, &fixture->error), -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_SERVER);
	assert_non_null(strstr(fixture->error.message, words));
}

static void test_a_broken_loose_ref_is_the_server_s_failure(void **state)
{
	struct fixture *fixture = *state;
	struct ref ref;

	git_says(fixture, "git commit -q --allow-empty -m 1 && echo rubbish >.git/refs/heads/bad");
	assert_list_fails(fixture, "refs/heads/bad");
	assert_int_equal(ref_lookup(fixture->repository, SLICE("refs/heads/bad"), &fixture->arena,
				    &ref, &fixture->error),
			 -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_SERVER);
}

static void test_symbolic_refs_in_a_circle_are_the_server_s_failure(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture,
		 "git commit -q --allow-empty -m 1 && git symbolic-ref refs/heads/a refs/heads/b &&"
		 " echo 'ref: refs/heads/a' >.git/refs/heads/b");
	assert_list_fails(fixture, "circle");
}

static void test_malformed_packed_refs_are_the_server_s_failure(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "git commit -q --allow-empty -m 1 && git pack-refs --all && printf "
			  "'rubbish\\n' >>.git/packed-refs");
	assert_list_fails(fixture, "packed-refs:3");
}

static void test_one_ref_is_looked_up_without_listing(void **state)
{
	struct fixture *fixture = *state;
	struct ref ref;

	git_says(fixture,
		 "git commit -q --allow-empty -m 1 && git branch p && git pack-refs --all &&"
		 " git symbolic-ref refs/heads/alias refs/heads/p &&"
		 " git symbolic-ref refs/heads/dangling refs/heads/nowhere 2>/dev/null");
	fixture_open(fixture);
	assert_int_equal(ref_lookup(fixture->repository, SLICE("refs/heads/p"), &fixture->arena,
				    &ref, &fixture->error),
			 0);
	assert_string_equal(git_oid_tostr_s(&ref.target), git_says(fixture, "git rev-parse p"));
	assert_int_equal(ref.symbolic_target.len, 0);
	assert_int_equal(ref_lookup(fixture->repository, SLICE("refs/heads/alias"), &fixture->arena,
				    &ref, &fixture->error),
			 0);
	assert_string_equal(ref.symbolic_target.ptr, "refs/heads/p");
	assert_int_equal(ref_lookup(fixture->repository, SLICE("refs/heads/dangling"),
				    &fixture->arena, &ref, &fixture->error),
			 1);
	assert_string_equal(ref.symbolic_target.ptr, "refs/heads/nowhere");
	assert_int_equal(ref_lookup(fixture->repository, SLICE("refs/heads/none"), &fixture->arena,
				    &ref, &fixture->error),
			 1);
	assert_int_equal(ref_lookup(fixture->repository, SLICE("refs/heads"), &fixture->arena, &ref,
				    &fixture->error),
			 1);
	assert_int_equal(ref_lookup(fixture->repository, SLICE("refs/heads/p/q"), &fixture->arena,
				    &ref, &fixture->error),
			 1);
}

static void test_head_names_its_branch_also_unborn(void **state)
{
	struct fixture *fixture = *state;
	struct slice branch;

	fixture_open(fixture);
	assert_int_equal(
		head_branch(fixture->repository, &fixture->arena, &branch, &fixture->error), 0);
	assert_string_equal(branch.ptr, "refs/heads/main");
	git_says(fixture, "git commit -q --allow-empty -m 1 && git checkout -q --detach");
	assert_int_equal(
		head_branch(fixture->repository, &fixture->arena, &branch, &fixture->error), 1);
}

static int add_name(void *payload, const struct ref *ref)
{
	buf_add_format(payload, "%s\n", ref->name.ptr);
	return 0;
}

static void test_a_namespace_has_its_own_refs_packed_or_not(void **state)
{
	struct fixture *fixture = *state;
	struct repository_options options = {.hook = true};
	struct buf text = {.arena = &fixture->arena};
	char folder[128];
	struct ref ref;

	git_says(fixture,
		 "git commit -q --allow-empty -m 1 && git update-ref "
		 "refs/namespaces/a/refs/heads/x HEAD &&"
		 " git pack-refs --all && git update-ref refs/namespaces/a/refs/heads/y HEAD &&"
		 " git update-ref refs/namespaces/a/refs/namespaces/b/refs/heads/z HEAD &&"
		 " git symbolic-ref refs/namespaces/a/HEAD refs/namespaces/a/refs/heads/x");
	snprintf(folder, sizeof folder, "%s/.git", fixture->folder);
	assert_int_equal(chdir(folder), 0);
	setenv("GIT_DIR", ".", 1);
	setenv("GIT_NAMESPACE", "a", 1);
	assert_int_equal(repository_open(&fixture->repository, &options, &fixture->error), 0);
	assert_int_equal(refs_each(fixture->repository, add_name, &text, &fixture->error), 0);
	assert_int_equal(ref_lookup(fixture->repository, SLICE("refs/heads/x"), &fixture->arena,
				    &ref, &fixture->error),
			 0);
	assert_int_equal(ref_lookup(fixture->repository, SLICE("refs/heads/main"), &fixture->arena,
				    &ref, &fixture->error),
			 1);
	struct slice branch;

	assert_int_equal(
		head_branch(fixture->repository, &fixture->arena, &branch, &fixture->error), 0);
	assert_string_equal(branch.ptr, "refs/heads/x");
	unsetenv("GIT_NAMESPACE");
	unsetenv("GIT_DIR");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(text.len,
			 sizeof "refs/heads/x\nrefs/heads/y\nrefs/namespaces/b/refs/heads/z\n" - 1);
	assert_non_null(strstr(text.ptr, "refs/heads/x\n"));
	assert_non_null(strstr(text.ptr, "refs/heads/y\n"));
	assert_non_null(strstr(text.ptr, "refs/namespaces/b/refs/heads/z\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_loose_packed_and_symbolic_refs_are_listed_as_git_does),
		FIXTURE_TEST(test_a_repository_without_refs_lists_none),
		FIXTURE_TEST(test_a_branch_is_seen_loose_or_packed_and_tags_are_none),
		FIXTURE_TEST(test_a_broken_loose_ref_is_the_server_s_failure),
		FIXTURE_TEST(test_symbolic_refs_in_a_circle_are_the_server_s_failure),
		FIXTURE_TEST(test_malformed_packed_refs_are_the_server_s_failure),
		FIXTURE_TEST(test_one_ref_is_looked_up_without_listing),
		FIXTURE_TEST(test_head_names_its_branch_also_unborn),
		FIXTURE_TEST(test_a_namespace_has_its_own_refs_packed_or_not),
	};

	return cmocka_run_group_tests_name("refs", tests, NULL, NULL);
}
