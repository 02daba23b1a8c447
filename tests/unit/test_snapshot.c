#include "git_fixture.h"

static struct snapshot *snapshot(struct fixture *fixture, const char *revision)
{
	git_oid id = id_of(git_says(fixture, "git rev-parse %s", revision));
	struct snapshot *out;

	fixture_open(fixture);
	if (snapshot_of_commit(&out, fixture->repository, &fixture->arena, &id, &fixture->error))
		fail_msg("%s", fixture->error.message);
	return out;
}

static struct entry lookup(struct fixture *fixture, struct snapshot *tree, const char *path)
{
	struct entry entry;

	assert_int_equal(snapshot_lookup(tree, slice_of(path), &entry, &fixture->error), 0);
	return entry;
}

static void assert_text(struct fixture *fixture, struct snapshot *tree, const char *path,
			const char *text)
{
	struct entry entry = lookup(fixture, tree, path);
	struct slice bytes;
	enum blob_state state;

	assert_true(entry_is_blob(&entry));
	assert_int_equal(snapshot_read(tree, slice_of(path), &entry, &fixture->arena, &bytes,
				       &state, &fixture->error),
			 0);
	assert_int_equal(state, BLOB_READ);
	assert_string_equal(bytes.ptr, text);
}

static void test_a_path_is_found_by_its_components_and_read(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *tree;

	git_says(fixture,
		 "mkdir -p a/b && printf one >a/b/c.py && printf two >a.py && printf x >a/b.py"
		 " && git add . && git commit -qm x");
	tree = snapshot(fixture, "HEAD");
	assert_text(fixture, tree, "a/b/c.py", "one");
	assert_text(fixture, tree, "a.py", "two");
	assert_int_equal(lookup(fixture, tree, "a/b").mode, 0040000);
	assert_int_equal(lookup(fixture, tree, "a/b/c.py/d").mode, 0);
	assert_int_equal(lookup(fixture, tree, "a/b/d.py").mode, 0);
	assert_int_equal(lookup(fixture, tree, "").mode, 0);
}

static void test_a_second_lookup_reads_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *tree;

	git_says(fixture, "mkdir -p a/b && printf one >a/b/c.py && git add . && git commit -qm x");
	tree = snapshot(fixture, "HEAD");
	lookup(fixture, tree, "a/b/c.py");
	lookup(fixture, tree, "a/b/d.py");
	assert_int_equal(repository_counts(fixture->repository).trees, 3);
	assert_int_equal(repository_counts(fixture->repository).blobs, 0);
}

static void test_a_blob_over_the_limit_is_too_large(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *tree;
	struct slice bytes;
	enum blob_state read;

	git_says(fixture, "printf 12345 >a && git add . && git commit -qm x");
	tree = snapshot(fixture, "HEAD");
	struct entry entry = lookup(fixture, tree, "a");

	repository_set_max_blob_size(fixture->repository, 5);
	assert_int_equal(blob_read(fixture->repository, &entry.id, &fixture->arena, &bytes, &read,
				   &fixture->error),
			 0);
	assert_int_equal(read, BLOB_READ);
	repository_set_max_blob_size(fixture->repository, 4);
	assert_int_equal(blob_read(fixture->repository, &entry.id, &fixture->arena, &bytes, &read,
				   &fixture->error),
			 0);
	assert_int_equal(read, BLOB_TOO_LARGE);
	assert_int_equal(bytes.len, 0);
}

static void test_a_tree_in_a_blob_s_place_is_no_blob(void **state)
{
	struct fixture *fixture = *state;
	struct slice bytes;
	enum blob_state read;

	git_says(fixture, "printf 1 >a && git add . && git commit -qm x");
	struct snapshot *tree = snapshot(fixture, "HEAD");

	assert_int_equal(blob_read(fixture->repository, snapshot_tree(tree), &fixture->arena,
				   &bytes, &read, &fixture->error),
			 0);
	assert_int_equal(read, BLOB_OTHER_TYPE);
}

static void test_a_missing_object_is_the_server_s_failure_and_named(void **state)
{
	struct fixture *fixture = *state;
	const char *id;

	id = git_says(fixture, "mkdir a && printf 1 >a/b && git add . && git commit -qm x && git "
			       "rev-parse HEAD:a");
	git_says(fixture, "rm -f .git/objects/%.2s/%s", id, id + 2);

	struct snapshot *tree = snapshot(fixture, "HEAD");
	struct entry entry;

	assert_int_equal(snapshot_lookup(tree, SLICE("a/b"), &entry, &fixture->error), -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_SERVER);
	assert_non_null(strstr(fixture->error.message, id));
	assert_non_null(strstr(fixture->error.message, "git fsck"));
}

static void test_a_corrupt_object_is_the_server_s_failure_and_named(void **state)
{
	struct fixture *fixture = *state;
	const char *id = git_says(
		fixture, "printf 1 >a && git add . && git commit -qm x && git rev-parse HEAD:a");

	git_says(fixture, "cd .git/objects/%.2s && chmod +w %s && printf rubbish >%s", id, id + 2,
		 id + 2);

	struct snapshot *tree = snapshot(fixture, "HEAD");
	struct entry entry = lookup(fixture, tree, "a");
	struct slice bytes;
	enum blob_state read;

	assert_int_equal(snapshot_read(tree, SLICE("a"), &entry, &fixture->arena, &bytes, &read,
				       &fixture->error),
			 -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_SERVER);
	assert_non_null(strstr(fixture->error.message, id));
}

static void test_replace_refs_are_not_obeyed(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "printf one >a && git add . && git commit -qm x && printf two >b"
			  " && git replace $(git rev-parse HEAD:a) $(git hash-object -w b)");
	assert_text(fixture, snapshot(fixture, "HEAD"), "a", "one");
}

static void test_an_overlay_adds_replaces_and_removes(void **state)
{
	struct fixture *fixture = *state;
	struct slice bytes = SLICE("from memory");
	struct snapshot *tree, *over;

	git_says(fixture, "mkdir -p d/e f && printf 1 >d/e/x && printf 2 >d/y && printf 3 >f/z && "
			  "git add . &&"
			  " git commit -qm x");
	tree = snapshot(fixture, "HEAD");
	struct entry one = lookup(fixture, tree, "d/e/x");
	struct overlay changes[] = {
		{SLICE("d/e/x"), {.mode = 0}, NULL},
		{SLICE("d/y"), one, NULL},
		{SLICE("new/folder/w"), one, &bytes},
		{SLICE("f"), one, NULL},
	};

	over = snapshot_overlay(tree, &fixture->arena, changes, 4);
	assert_int_equal(lookup(fixture, over, "d/e/x").mode, 0);
	assert_int_equal(lookup(fixture, over, "d/e").mode, 0);
	assert_text(fixture, over, "d/y", "1");
	assert_text(fixture, over, "new/folder/w", "from memory");
	assert_text(fixture, over, "f", "1");
	assert_int_equal(lookup(fixture, over, "f/z").mode, 0);
	assert_text(fixture, tree, "d/y", "2");
	assert_true(git_oid_equal(snapshot_tree(over), snapshot_tree(tree)));
}

static void test_an_overlay_over_nothing_is_a_tree(void **state)
{
	struct fixture *fixture = *state;
	struct slice bytes = SLICE("x");
	struct overlay change = {SLICE("a/b"), {.mode = 0100644}, &bytes};

	fixture_open(fixture);
	struct snapshot *empty = snapshot_empty(fixture->repository, &fixture->arena);
	struct snapshot *over = snapshot_overlay(empty, &fixture->arena, &change, 1);

	assert_text(fixture, over, "a/b", "x");
	assert_null(snapshot_tree(over));
	assert_int_equal(lookup(fixture, empty, "a/b").mode, 0);
}

static void test_a_folder_lists_names_bytewise(void **state)
{
	struct fixture *fixture = *state;
	struct listing names;
	struct snapshot *tree;

	git_says(fixture, "mkdir a && printf 1 >a/x && printf 1 >a.b && printf 1 >a0 && git add . "
			  "&& git commit -qm x");
	tree = snapshot(fixture, "HEAD");
	assert_int_equal(snapshot_list(tree, SLICE(""), &fixture->arena, &names, &fixture->error),
			 0);
	assert_int_equal(names.count, 3);
	assert_string_equal(names.items[0].ptr, "a");
	assert_string_equal(names.items[1].ptr, "a.b");
	assert_string_equal(names.items[2].ptr, "a0");
	assert_int_equal(
		snapshot_list(tree, SLICE("a.b"), &fixture->arena, &names, &fixture->error), 0);
	assert_int_equal(names.count, 0);
}

static const char *follow(struct fixture *fixture, struct snapshot *tree, const char *path)
{
	struct entry link = lookup(fixture, tree, path), target;
	struct slice target_path;

	assert_true(entry_is_link(&link));
	assert_int_equal(snapshot_follow_link(tree, slice_of(path), &link, &fixture->arena,
					      &target_path, &target, &fixture->error),
			 0);
	return target.mode ? slice_copy(&fixture->arena, target_path).ptr : NULL;
}

static void test_links_are_followed_within_the_tree(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *tree;

	git_says(fixture, "mkdir -p a/b c && printf 1 >a/b/t.py && ln -s ../a/b/t.py c/l.py && ln "
			  "-s c d && ln -s d/l.py e.py"
			  " && ln -s a/b f && ln -s f/../b/./t.py g.py && ln -s l1 l0 && ln -s l0 "
			  "l1 && ln -s ../x out.py"
			  " && ln -s /etc/passwd abs.py && ln -s a dir.py && ln -s nowhere no.py "
			  "&& ln -s a/b/t.py/ slash.py"
			  " && ln -s a/../../x up.py && git add . && git commit -qm x");
	tree = snapshot(fixture, "HEAD");
	assert_string_equal(follow(fixture, tree, "c/l.py"), "a/b/t.py");
	assert_string_equal(follow(fixture, tree, "e.py"), "a/b/t.py");
	assert_string_equal(follow(fixture, tree, "g.py"), "a/b/t.py");
	assert_null(follow(fixture, tree, "l0"));
	assert_null(follow(fixture, tree, "out.py"));
	assert_null(follow(fixture, tree, "abs.py"));
	assert_null(follow(fixture, tree, "dir.py"));
	assert_null(follow(fixture, tree, "no.py"));
	assert_null(follow(fixture, tree, "slash.py"));
	assert_null(follow(fixture, tree, "up.py"));
}

static void test_forty_links_are_followed_and_no_more(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *tree;

	git_says(fixture, "printf 1 >l0 && for i in $(seq 41); do ln -s l$((i-1)) l$i; done"
			  " && git add . && git commit -qm x");
	tree = snapshot(fixture, "HEAD");
	assert_string_equal(follow(fixture, tree, "l40"), "l0");
	assert_null(follow(fixture, tree, "l41"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_a_path_is_found_by_its_components_and_read),
		FIXTURE_TEST(test_a_second_lookup_reads_nothing),
		FIXTURE_TEST(test_a_blob_over_the_limit_is_too_large),
		FIXTURE_TEST(test_a_tree_in_a_blob_s_place_is_no_blob),
		FIXTURE_TEST(test_a_missing_object_is_the_server_s_failure_and_named),
		FIXTURE_TEST(test_a_corrupt_object_is_the_server_s_failure_and_named),
		FIXTURE_TEST(test_replace_refs_are_not_obeyed),
		FIXTURE_TEST(test_an_overlay_adds_replaces_and_removes),
		FIXTURE_TEST(test_an_overlay_over_nothing_is_a_tree),
		FIXTURE_TEST(test_a_folder_lists_names_bytewise),
		FIXTURE_TEST(test_links_are_followed_within_the_tree),
		FIXTURE_TEST(test_forty_links_are_followed_and_no_more),
	};

	return cmocka_run_group_tests_name("snapshots", tests, NULL, NULL);
}
