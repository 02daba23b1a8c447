#include "git_fixture.h"

struct staged {
	struct snapshot *snapshot;
	struct ids heads;
};

static struct staged staged(struct fixture *fixture)
{
	struct staged out;

	fixture_open(fixture);
	if (index_snapshot(fixture->repository, &fixture->arena, &out.snapshot, &out.heads,
			   &fixture->error))
		fail_msg("%s", fixture->error.message);
	return out;
}

/* The text staged at a path, or NULL. */
static const char *text(struct fixture *fixture, struct snapshot *tree, const char *path)
{
	struct entry entry;
	struct slice bytes;
	enum blob_state state;

	assert_int_equal(snapshot_lookup(tree, slice_of(path), &entry, &fixture->error), 0);
	if (!entry.mode)
		return NULL;
	assert_int_equal(snapshot_read(tree, slice_of(path), &entry, &fixture->arena, &bytes,
				       &state, &fixture->error),
			 0);
	return bytes.ptr;
}

static void test_what_is_staged_is_seen_and_the_worktree_is_not(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "mkdir d && printf 1 >d/a && printf 1 >d/b && printf 1 >c && git add . "
			  "&& git commit -qm 1 &&"
			  " printf 2 >d/a && git add d/a && printf 3 >d/a && git rm -q --cached c "
			  "&& printf 4 >d/n && git add d/n"
			  " && printf 5 >untracked && printf 6 >ita && git add -N ita");
	struct staged now = staged(fixture);

	assert_string_equal(text(fixture, now.snapshot, "d/a"), "2");
	assert_string_equal(text(fixture, now.snapshot, "d/b"), "1");
	assert_string_equal(text(fixture, now.snapshot, "d/n"), "4");
	assert_null(text(fixture, now.snapshot, "c"));
	assert_null(text(fixture, now.snapshot, "untracked"));
	assert_null(text(fixture, now.snapshot, "ita"));
	assert_int_equal(now.heads.count, 1);
}

static void test_before_the_first_commit_everything_staged_is_there(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "printf 1 >a && git add a");
	struct staged now = staged(fixture);

	assert_string_equal(text(fixture, now.snapshot, "a"), "1");
	assert_int_equal(now.heads.count, 0);
	assert_null(snapshot_tree(now.snapshot));
}

static void test_in_a_merge_its_heads_are_bases_too(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "git commit -q --allow-empty -m 1 && git checkout -qb t && printf 1 >a "
			  "&& git add a &&"
			  " git commit -qm 2 && git checkout -q main && git merge -q --no-ff "
			  "--no-commit t >/dev/null");
	struct staged now = staged(fixture);

	assert_int_equal(now.heads.count, 2);
	assert_string_equal(git_oid_tostr_s(&now.heads.items[0]),
			    git_says(fixture, "git rev-parse main"));
	assert_string_equal(git_oid_tostr_s(&now.heads.items[1]),
			    git_says(fixture, "git rev-parse t"));
	assert_string_equal(text(fixture, now.snapshot, "a"), "1");
}

static void test_an_unmerged_path_is_the_callers_error(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *snapshot;
	struct ids heads;

	git_says(fixture, "printf 0 >a && git add a && git commit -qm 0 && git checkout -qb t && "
			  "printf 1 >a && git commit -qam 1"
			  " && git checkout -q main && printf 2 >a && git commit -qam 2 && ! git "
			  "merge -q t >/dev/null");
	fixture_open(fixture);
	assert_int_equal(index_snapshot(fixture->repository, &fixture->arena, &snapshot, &heads,
					&fixture->error),
			 -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_CALL);
	assert_non_null(strstr(fixture->error.message, "a is not merged"));
}

static void test_another_index_is_read_where_git_names_one(void **state)
{
	struct fixture *fixture = *state;
	char path[128];

	git_says(fixture, "git commit -q --allow-empty -m 1 && printf 1 >a && "
			  "GIT_INDEX_FILE=.git/other git add a");
	snprintf(path, sizeof path, "%s/.git/other", fixture->folder);
	setenv("GIT_INDEX_FILE", path, 1);
	struct staged now = staged(fixture);

	unsetenv("GIT_INDEX_FILE");
	assert_string_equal(text(fixture, now.snapshot, "a"), "1");
	assert_null(text(fixture, staged(fixture).snapshot, "a"));
}

static void test_sparse_and_split_indexes_are_read(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "mkdir in out && printf 1 >in/a && printf 1 >out/b && git add . && git "
			  "commit -qm 1 &&"
			  " git sparse-checkout init --cone --sparse-index && git sparse-checkout "
			  "set in && printf 2 >in/a &&"
			  " git add in/a && git ls-files --sparse | grep -q '^out/$'");
	struct staged now = staged(fixture);

	assert_string_equal(text(fixture, now.snapshot, "in/a"), "2");
	assert_string_equal(text(fixture, now.snapshot, "out/b"), "1");
	git_says(fixture, "git sparse-checkout disable && git update-index --split-index && printf "
			  "3 >out/b &&"
			  " git add out/b && ls .git/sharedindex.* >/dev/null");
	now = staged(fixture);
	assert_string_equal(text(fixture, now.snapshot, "in/a"), "2");
	assert_string_equal(text(fixture, now.snapshot, "out/b"), "3");
}

static void test_a_linked_worktree_has_its_own_index_and_merge(void **state)
{
	struct fixture *fixture = *state;
	struct repository_options options = {
		.path = slice_format(&fixture->arena, "%s/linked", fixture->folder).ptr};
	struct snapshot *snapshot;
	struct ids heads;

	git_says(fixture,
		 "git commit -q --allow-empty -m 1 && git checkout -qb t && printf 1 >a && git add "
		 "a && git commit -qm 2"
		 " && git checkout -q main && git worktree add -q -b w linked && cd linked &&"
		 " git merge -q --no-ff --no-commit t >/dev/null && printf 2 >b && git add b");
	assert_int_equal(repository_open(&fixture->repository, &options, &fixture->error), 0);
	assert_int_equal(index_snapshot(fixture->repository, &fixture->arena, &snapshot, &heads,
					&fixture->error),
			 0);
	assert_int_equal(heads.count, 2);
	assert_string_equal(text(fixture, snapshot, "b"), "2");
	assert_string_not_equal(repository_git_dir(fixture->repository),
				repository_common_dir(fixture->repository));
}

static void test_promised_objects_of_a_partial_clone_are_fetched_only_where_allowed(void **state)
{
	struct fixture *fixture = *state;
	struct repository_options options = {
		.path = slice_format(&fixture->arena, "%s/partial", fixture->folder).ptr,
		.promisor = true};
	struct snapshot *snapshot;
	struct pawl_error error;
	git_oid head;

	git_says(fixture,
		 "printf 1 >a && mkdir d && printf 2 >d/b && git add . && git commit -qm 1 &&"
		 " git config uploadpack.allowFilter true && git config "
		 "uploadpack.allowAnySHA1InWant true &&"
		 " git clone -q --no-checkout --filter=tree:0 file://$PWD partial");
	head = id_of(git_says(fixture, "git rev-parse HEAD"));
	assert_int_equal(repository_open(&fixture->repository, &options, &fixture->error), 0);
	assert_int_equal(snapshot_of_commit(&snapshot, fixture->repository, &fixture->arena, &head,
					    &fixture->error),
			 0);
	assert_string_equal(text(fixture, snapshot, "d/b"), "2");
	options.promisor = false;
	repository_free(fixture->repository);
	assert_int_equal(repository_open(&fixture->repository, &options, &error), 0);

	struct entry entry;

	/* d and its blob are there by now; a never was */
	assert_int_equal(
		snapshot_of_commit(&snapshot, fixture->repository, &fixture->arena, &head, &error),
		0);
	assert_int_equal(snapshot_lookup(snapshot, SLICE("a"), &entry, &error), 0);

	struct slice bytes;
	enum blob_state read;

	assert_int_equal(
		blob_read(fixture->repository, &entry.id, &fixture->arena, &bytes, &read, &error),
		-1);
	assert_int_equal(error.kind, PAWL_ERROR_SERVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_what_is_staged_is_seen_and_the_worktree_is_not),
		FIXTURE_TEST(test_before_the_first_commit_everything_staged_is_there),
		FIXTURE_TEST(test_in_a_merge_its_heads_are_bases_too),
		FIXTURE_TEST(test_an_unmerged_path_is_the_callers_error),
		FIXTURE_TEST(test_another_index_is_read_where_git_names_one),
		FIXTURE_TEST(test_sparse_and_split_indexes_are_read),
		FIXTURE_TEST(test_a_linked_worktree_has_its_own_index_and_merge),
		FIXTURE_TEST(
			test_promised_objects_of_a_partial_clone_are_fetched_only_where_allowed),
	};

	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
