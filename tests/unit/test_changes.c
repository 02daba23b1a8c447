#include "git_fixture.h"

/* What a walk gave, one line each: "path tipmode base0mode base1mode…", or "path ! message". */
struct record {
	struct fixture *fixture;
	struct buf text;
};

static int record(void *payload, const struct change *change, struct pawl_error *error)
{
	struct record *out = payload;

	(void)error;
	buf_add(&out->text, change->path);
	if (change->kind == CHANGE_BROKEN_TREE) {
		buf_add_format(&out->text, " ! %s\n", change->message);
		return 0;
	}
	buf_add_format(&out->text, " %o", change->tip.mode);
	for (size_t i = 0; i < change->base_count; i++)
		buf_add_format(&out->text, " %o", change->bases[i].mode);
	buf_add_char(&out->text, '\n');
	return 0;
}

static struct snapshot *snapshot(struct fixture *fixture, const char *tree)
{
	git_oid id = id_of(git_says(fixture, "git rev-parse '%s^{tree}'", tree));
	struct snapshot *out;

	if (snapshot_of_tree(&out, fixture->repository, &fixture->arena, &id, &fixture->error))
		fail_msg("%s", fixture->error.message);
	return out;
}

static const char *walk(struct fixture *fixture, struct snapshot *tip, struct snapshot **bases,
			size_t count, bool old_tip)
{
	struct record out = {fixture, {.arena = &fixture->arena}};

	buf_add_string(&out.text, "");
	if (changes_walk(tip, bases, count, old_tip, &fixture->arena, record, &out,
			 &fixture->error))
		fail_msg("%s", fixture->error.message);
	return out.text.ptr ? out.text.ptr : "";
}

static const char *walk_between(struct fixture *fixture, const char *base, const char *tip)
{
	fixture_open(fixture);
	struct snapshot *bases[] = {snapshot(fixture, base)};

	return walk(fixture, snapshot(fixture, tip), bases, 1, true);
}

static void test_only_paths_that_differ_are_given(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "mkdir -p a/b c && printf 1 >a/b/x && printf 2 >a/y && printf 3 >c/z && "
			  "printf 4 >w && git add . &&"
			  " git commit -qm x && git tag old && printf 9 >a/b/x && rm a/y && chmod "
			  "+x w && printf 5 >c/new &&"
			  " git add -A . && git commit -qm y");
	assert_string_equal(walk_between(fixture, "old", "HEAD"),
			    "a/b/x 100644 100644\na/y 0 100644\nc/new 100644 0\nw 100755 100644\n");
	/* tops, a, a/b and c of both */
	assert_int_equal(repository_counts(fixture->repository).trees, 8);
	assert_int_equal(repository_counts(fixture->repository).blobs, 0);
}

static void test_equal_trees_give_nothing(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "printf 1 >a && git add . && git commit -qm x");
	assert_string_equal(walk_between(fixture, "HEAD", "HEAD"), "");
}

static void test_a_file_that_becomes_a_folder_is_given_as_both(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "printf 1 >a && printf 1 >a.b && git add . && git commit -qm x && git "
			  "tag old && rm a &&"
			  " mkdir a && printf 1 >a/c && git add -A . && git commit -qm y");
	assert_string_equal(walk_between(fixture, "old", "HEAD"), "a 0 100644\na/c 100644 0\n");
	assert_string_equal(walk_between(fixture, "HEAD", "old"), "a 100644 0\na/c 0 100644\n");
}

static void test_links_and_gitlinks_are_files(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "git commit -q --allow-empty -m x && git tag old && ln -s a l &&"
			  " git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),m && "
			  "git add l && git commit -qm y");
	assert_string_equal(walk_between(fixture, "old", "HEAD"), "l 120000 0\nm 160000 0\n");
}

static void test_with_an_old_tip_other_bases_skip_nothing(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "printf 1 >a && printf 1 >b && git add . && git commit -qm 1 && git tag "
			  "one && printf 2 >a &&"
			  " git commit -qam 2 && git tag two && printf 2 >b && git commit -qam 3 "
			  "&& git tag tip");
	fixture_open(fixture);
	struct snapshot *bases[] = {snapshot(fixture, "one"), snapshot(fixture, "two")};

	assert_string_equal(walk(fixture, snapshot(fixture, "tip"), bases, 2, true),
			    "a 100644 100644 100644\nb 100644 100644 100644\n");
	assert_string_equal(walk(fixture, snapshot(fixture, "tip"), bases, 2, false),
			    "b 100644 100644 100644\n");
}

static void test_without_bases_every_path_is_given(void **state)
{
	struct fixture *fixture = *state;
	struct record out = {fixture, {.arena = &fixture->arena}};

	git_says(fixture,
		 "mkdir d && printf 1 >d/a && printf 1 >b && git add . && git commit -qm 1");
	fixture_open(fixture);
	assert_int_equal(snapshot_walk(snapshot(fixture, "HEAD"), &fixture->arena, record, &out,
				       &fixture->error),
			 0);
	assert_string_equal(out.text.ptr, "b 100644\nd/a 100644\n");
}

static void test_an_overlay_is_walked_as_a_tip(void **state)
{
	struct fixture *fixture = *state;

	git_says(fixture, "mkdir d e && printf 1 >d/a && printf 1 >d/b && printf 1 >e/c && git add "
			  ". && git commit -qm 1");
	fixture_open(fixture);
	struct snapshot *base = snapshot(fixture, "HEAD");
	struct entry one;

	assert_int_equal(snapshot_lookup(base, SLICE("d/a"), &one, &fixture->error), 0);
	struct overlay changes[] = {
		{SLICE("d/a"), {.mode = 0}, NULL},
		{SLICE("d/b"), one, NULL},
		{SLICE("d/z"), one, NULL},
		{SLICE("e/c"), {.mode = 0}, NULL},
	};
	struct snapshot *tip = snapshot_overlay(base, &fixture->arena, changes, 4);

	assert_string_equal(walk(fixture, tip, &base, 1, true),
			    "d/a 0 100644\nd/z 100644 0\ne/c 0 100644\n");
}

/* Writes a tree object of "MODE NAME" entries, NULL at the end, each with the given id. */
static const char *tree_of(struct fixture *fixture, const char *hex, const char *const *entries)
{
	git_oid id = id_of(hex);
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/tree", fixture->folder);
	file = fopen(path, "w");
	for (; *entries; entries++) {
		fwrite(*entries, 1, strlen(*entries) + 1, file);
		fwrite(id.id, 1, sizeof id.id, file);
	}
	fclose(file);
	return git_says(fixture, "git hash-object -t tree -w --literally tree");
}

static const char *blob(struct fixture *fixture)
{
	return git_says(fixture, "printf 1 | git hash-object -w --stdin");
}

static const char *empty_tree(struct fixture *fixture)
{
	return git_says(fixture, "git hash-object -t tree -w /dev/null");
}

static void assert_broken(struct fixture *fixture, const char *message, const char *const *entries)
{
	const char *folder = tree_of(fixture, blob(fixture), entries);
	const char *tip = tree_of(fixture, folder, (const char *[]){"40000 f", NULL});

	assert_string_equal(walk_between(fixture, empty_tree(fixture), tip),
			    slice_format(&fixture->arena, "f ! %s\n", message).ptr);
	/* accepted history is read as far as it goes */
	walk_between(fixture, tip, empty_tree(fixture));
}

#define ENTRIES(...) ((const char *[]){__VA_ARGS__, NULL})

static void test_trees_that_git_would_not_write_are_broken(void **state)
{
	struct fixture *fixture = *state;

	assert_broken(fixture, "entries that are not sorted, or twice there",
		      ENTRIES("100644 b", "100644 a"));
	assert_broken(fixture, "entries that are not sorted, or twice there",
		      ENTRIES("100644 a", "100644 a"));
	assert_broken(fixture, "entries that are not sorted, or twice there",
		      ENTRIES("40000 a", "100644 a.b"));
	assert_broken(fixture, "entries that are not sorted, or twice there",
		      ENTRIES("100644 sixteen_and_more_b", "100644 sixteen_and_more_a"));
	assert_broken(fixture, "an entry with a slash in its name",
		      ENTRIES("100644 sixteen_and_more/a"));
	assert_broken(fixture, "a file and a folder of the same name",
		      ENTRIES("100644 a", "100644 a.b", "40000 a"));
	assert_broken(fixture, "an entry named . or ..", ENTRIES("100644 ."));
	assert_broken(fixture, "an entry named . or ..", ENTRIES("40000 .."));
	assert_broken(fixture, "an entry named .git", ENTRIES("40000 .GiT"));
	assert_broken(fixture, "an entry with a slash in its name", ENTRIES("100644 a/b"));
	assert_broken(fixture, "an entry without a name", ENTRIES("100644 "));
	assert_broken(fixture, "a malformed mode", ENTRIES("1006x4 a"));
	assert_broken(fixture, "a malformed mode", ENTRIES("100644 a", " b"));
}

/* Names alike up to each length around a vector's, of files and folders, as `git mktree` sorts
 * them. */
static void test_names_that_begin_alike_are_in_gits_order(void **state)
{
	struct fixture *fixture = *state;
	const char *tip = git_says(
		fixture, "b=$(printf 1 | git hash-object -w --stdin); t=$(git mktree </dev/null)\n"
			 "for i in $(seq 1 40); do n=$(printf \"%%${i}s\" '' | tr ' ' n)\n"
			 "  printf \"100644 blob $b\\t%%s\\n\" ${n}a ${n}b ${n}-c ${n}d.py\n"
			 "  printf \"040000 tree $t\\t%%s\\n\" ${n}d ${n}-c.d ${n}a- ${n}0\n"
			 "done | git mktree");
	const char *empty = empty_tree(fixture);
	const char *said = walk_between(fixture, empty, tip);

	assert_null(strchr(said, '!'));
	assert_non_null(strstr(said, "nnnnnnnnnnnnnnnnd.py"));
}

static void test_a_tree_that_breaks_off_is_broken(void **state)
{
	struct fixture *fixture = *state;
	const char *whole, *cut;

	whole = tree_of(fixture, blob(fixture), ENTRIES("100644 a", "100644 b"));
	assert_string_equal(walk_between(fixture, empty_tree(fixture), whole),
			    "a 100644 0\nb 100644 0\n");
	cut = git_says(fixture,
		       "head -c 40 tree >cut && git hash-object -t tree -w --literally cut");
	assert_string_equal(walk_between(fixture, empty_tree(fixture), cut),
			    " ! an entry that breaks off\n");
}

static void test_a_folder_that_is_a_blob_is_broken(void **state)
{
	struct fixture *fixture = *state;
	const char *tip = tree_of(fixture, blob(fixture), ENTRIES("40000 f"));
	const char *empty = empty_tree(fixture);

	assert_string_equal(walk_between(fixture, empty, tip),
			    "f ! an object in a tree's place that is none\n");
}

static void test_modes_are_read_as_git_reads_them(void **state)
{
	struct fixture *fixture = *state;
	const char *tip = tree_of(fixture, blob(fixture),
				  ENTRIES("100664 a", "0100755 b", "120777 c", "160001 d"));
	const char *empty = empty_tree(fixture);

	assert_string_equal(walk_between(fixture, empty, tip),
			    "a 100644 0\nb 100755 0\nc 120000 0\nd 160000 0\n");
}

static void test_folders_nested_too_deep_are_broken(void **state)
{
	struct fixture *fixture = *state;
	const char *tip = git_says(fixture, "t=$(printf 1 | git hash-object -w --stdin); "
					    "t=$(printf '100644 blob %%s\\ta' $t | git mktree)\n"
					    "for i in $(seq 256); do t=$(printf '040000 tree "
					    "%%s\\td' $t | git mktree); done; echo $t");
	const char *empty = empty_tree(fixture);
	const char *said;

	git_says(fixture, "echo %s >tip", tip);
	said = walk_between(fixture, empty, tip);
	assert_non_null(strstr(said, "/d/a 100644 0\n"));
	tip = git_says(fixture, "printf '040000 tree %%s\\td' $(cat tip) | git mktree");
	said = walk_between(fixture, empty, tip);
	assert_non_null(strstr(said, "/d ! folders nested more than 256 deep\n"));
}

static void test_a_path_longer_than_a_checkout_can_hold_is_broken(void **state)
{
	struct fixture *fixture = *state;
	const char *tip = git_says(
		fixture, "n=$(printf '%%04095d' 0); b=$(printf 1 | git hash-object -w --stdin)\n"
			 "t=$(printf \"100644 blob $b\\t$n\" | git mktree); u=$(printf \"100644 "
			 "blob $b\\tx$n\" | git mktree)\n"
			 "printf \"040000 tree $t\\ta\\n040000 tree $u\\tb\\n100644 blob "
			 "$b\\tc\\n\" | git mktree");
	const char *empty = empty_tree(fixture);

	assert_string_equal(walk_between(fixture, empty, tip),
			    "a ! a path of more than 4095 bytes\nb ! a path of more than 4095 "
			    "bytes\nc 100644 0\n");
}

static void test_a_tree_that_is_missing_is_the_server_s_failure(void **state)
{
	struct fixture *fixture = *state;
	const char *id = git_says(fixture, "mkdir a && printf 1 >a/b && git add . && git commit "
					   "-qm x && git rev-parse HEAD:a");
	struct record out = {fixture, {.arena = &fixture->arena}};

	git_says(fixture, "rm -f .git/objects/%.2s/%s", id, id + 2);
	fixture_open(fixture);
	assert_int_equal(snapshot_walk(snapshot(fixture, "HEAD"), &fixture->arena, record, &out,
				       &fixture->error),
			 -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_SERVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_only_paths_that_differ_are_given),
		FIXTURE_TEST(test_equal_trees_give_nothing),
		FIXTURE_TEST(test_a_file_that_becomes_a_folder_is_given_as_both),
		FIXTURE_TEST(test_links_and_gitlinks_are_files),
		FIXTURE_TEST(test_with_an_old_tip_other_bases_skip_nothing),
		FIXTURE_TEST(test_without_bases_every_path_is_given),
		FIXTURE_TEST(test_an_overlay_is_walked_as_a_tip),
		FIXTURE_TEST(test_trees_that_git_would_not_write_are_broken),
		FIXTURE_TEST(test_names_that_begin_alike_are_in_gits_order),
		FIXTURE_TEST(test_a_tree_that_breaks_off_is_broken),
		FIXTURE_TEST(test_a_folder_that_is_a_blob_is_broken),
		FIXTURE_TEST(test_modes_are_read_as_git_reads_them),
		FIXTURE_TEST(test_folders_nested_too_deep_are_broken),
		FIXTURE_TEST(test_a_path_longer_than_a_checkout_can_hold_is_broken),
		FIXTURE_TEST(test_a_tree_that_is_missing_is_the_server_s_failure),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
