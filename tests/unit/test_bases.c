#include "git_fixture.h"

#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>

#define MAX_COMMITS 48

/* A history made in memory, with what is reachable from each commit as a set of bits. */
struct history {
	git_oid ids[MAX_COMMITS];
	uint64_t reach[MAX_COMMITS]; /* itself included */
	uint64_t parents[MAX_COMMITS];
	size_t count;
};

static uint32_t seed;

/* xorshift: the same everywhere, so that a seed printed is a failure repeated. */
static uint32_t random_below(uint32_t end)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % end;
}

static git_odb *open_odb(struct fixture *fixture)
{
	git_odb_backend *memory;
	git_odb *odb;

	fixture_open(fixture);
	assert_int_equal(git_repository_odb(&odb, repository_git(fixture->repository)), 0);
	assert_int_equal(git_mempack_new(&memory), 0);
	assert_int_equal(git_odb_add_backend(odb, memory, 999), 0);
	return odb;
}

static void add_commit(struct fixture *fixture, git_odb *odb, struct history *history,
		       uint64_t parents, int64_t time)
{
	struct buf text = {.arena = &fixture->arena};
	size_t i = history->count++;

	buf_add_string(&text, "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n");
	history->reach[i] = UINT64_C(1) << i;
	history->parents[i] = parents;
	for (size_t parent = 0; parent < i; parent++)
		if (parents >> parent & 1) {
			buf_add_format(&text, "parent %s\n",
				       git_oid_tostr_s(&history->ids[parent]));
			history->reach[i] |= history->reach[parent];
		}
	buf_add_format(&text, "author A <a> 1 +0000\ncommitter A <a> %lld +0000\n\n%zu\n",
		       (long long)time, i);
	assert_int_equal(
		git_odb_write(&history->ids[i], odb, text.ptr, text.len, GIT_OBJECT_COMMIT), 0);
}

/* Dates: sound, all the same, or anything at all, 1970 and the far future among it. */
static int64_t random_time(size_t index, uint32_t manner)
{
	if (manner == 0)
		return 1000000 + (int64_t)index;
	if (manner == 1)
		return 5;
	if (manner == 2)
		return random_below(4) ? 1000000 + (int64_t)index
				       : (random_below(2) ? 0 : 4000000000);
	return random_below(1000);
}

static void random_history(struct fixture *fixture, git_odb *odb, struct history *history)
{
	uint32_t manner = random_below(4), roots = 1 + random_below(3), near = 2 + random_below(20);

	history->count = 0;
	while (history->count < MAX_COMMITS) {
		uint64_t parents = 0;
		uint32_t wanted = random_below(10) < 6 ? 1 : 1 + random_below(3);

		for (uint32_t i = 0; history->count >= roots && i < wanted; i++) {
			uint32_t back = 1 + random_below(near);

			if (back > history->count)
				back = (uint32_t)history->count;
			parents |= UINT64_C(1) << (history->count - back);
		}
		add_commit(fixture, odb, history, parents, random_time(history->count, manner));
	}
}

struct tips {
	struct fixture *fixture;
	const struct history *history;
	uint64_t set, likely; /* the second is a part of the first */
	unsigned asked;
};

static int give(const struct tips *tips, uint64_t set, struct ids *out)
{
	for (size_t i = 0; i < tips->history->count; i++)
		if (set >> i & 1)
			*ARENA_PUSH(&tips->fixture->arena, out) = tips->history->ids[i];
	return 0;
}

static int give_tips(void *payload, struct ids *out, struct pawl_error *error)
{
	struct tips *tips = payload;

	(void)error;
	tips->asked++;
	return give(tips, tips->set, out);
}

static int give_likely_tips(void *payload, struct ids *out, struct pawl_error *error)
{
	const struct tips *tips = payload;

	(void)error;
	return give(tips, tips->likely, out);
}

static uint64_t set_of(const struct history *history, const struct ids *ids)
{
	uint64_t set = 0;

	for (size_t i = 0; i < ids->count; i++)
		for (size_t j = 0; j < history->count; j++)
			if (git_oid_equal(&ids->items[i], &history->ids[j]))
				set |= UINT64_C(1) << j;
	return set;
}

static uint64_t reach_of(const struct history *history, uint64_t set)
{
	uint64_t reach = 0;

	for (size_t i = 0; i < history->count; i++)
		if (set >> i & 1)
			reach |= history->reach[i];
	return reach;
}

/* Those of a set that are no proper ancestor of another. */
static uint64_t maximal(const struct history *history, uint64_t set)
{
	uint64_t out = set;

	for (size_t i = 0; i < history->count; i++)
		if (set >> i & 1)
			out &= ~(history->reach[i] & ~(UINT64_C(1) << i));
	return out;
}

/* P4 by its words. old: an index, or -1. */
static uint64_t expected_bases(const struct history *history, uint64_t tips, int old,
			       size_t new_tip, uint64_t *fresh)
{
	uint64_t below_old = old < 0 ? 0 : history->reach[old];
	uint64_t accepted = reach_of(history, tips) | below_old;
	uint64_t met = accepted & UINT64_C(1) << new_tip;

	*fresh = history->reach[new_tip] & ~accepted;
	for (size_t i = 0; i < history->count; i++)
		if (*fresh >> i & 1)
			met |= history->parents[i] & accepted;
	met = maximal(history, met & ~below_old);
	return met | (old < 0 ? 0 : UINT64_C(1) << old);
}

static void check_random_push(struct fixture *fixture, const struct history *history)
{
	struct tips tips = {.fixture = fixture, .history = history};
	size_t new_tip = random_below((uint32_t)history->count);
	int old = random_below(3) ? (int)random_below((uint32_t)history->count) : -1;
	struct bases_request request = {
		.new_tip = history->ids[new_tip], .accepted_tips = give_tips, .payload = &tips};
	struct bases bases;
	uint64_t fresh, expected;

	for (uint32_t i = random_below(6); i > 0; i--)
		tips.set |= UINT64_C(1) << random_below((uint32_t)history->count);
	if (old >= 0) {
		request.old_tip = history->ids[old];
		tips.set |= UINT64_C(1) << old;
	}
	if (random_below(2))
		request.likely_tips = give_likely_tips;
	tips.likely = random_below(2) ? tips.set & -tips.set : tips.set;
	expected = expected_bases(history, tips.set, old, new_tip, &fresh);
	assert_int_equal(bases_find(fixture->repository, &request, true, &fixture->arena, &bases,
				    &fixture->error),
			 0);
	assert_int_equal(set_of(history, &bases.ids), expected);
	assert_int_equal(bases.ids.count, __builtin_popcountll(expected));
	assert_int_equal(set_of(history, &bases.fresh), fresh);
	assert_int_equal(bases.fresh.count, __builtin_popcountll(fresh));
	assert_int_equal(bases.first_is_old_tip, old >= 0);
	if (old >= 0)
		assert_true(git_oid_equal(&bases.ids.items[0], &history->ids[old]));
	assert_true(tips.asked <= 1);
}

static void test_bases_of_random_histories_are_those_of_the_rule_whatever_the_dates(void **state)
{
	struct fixture *fixture = *state;

	seed = 20221122;
	for (int round = 0; round < 60; round++) {
		git_odb *odb = open_odb(fixture);
		struct history history;

		random_history(fixture, odb, &history);
		for (int push = 0; push < 100; push++)
			check_random_push(fixture, &history);
		git_odb_free(odb);
	}
}

static void test_merge_bases_of_random_histories_are_all_the_best_common_ancestors(void **state)
{
	struct fixture *fixture = *state;

	seed = 4711;
	for (int round = 0; round < 40; round++) {
		git_odb *odb = open_odb(fixture);
		struct history history;

		random_history(fixture, odb, &history);
		for (int i = 0; i < 60; i++) {
			size_t a = random_below(MAX_COMMITS), b = random_below(MAX_COMMITS);
			struct ids ids;

			assert_int_equal(merge_bases(fixture->repository, &history.ids[a],
						     &history.ids[b], &fixture->arena, &ids,
						     &fixture->error),
					 0);
			assert_int_equal(set_of(&history, &ids),
					 maximal(&history, history.reach[a] & history.reach[b]));
		}
		git_odb_free(odb);
	}
}

/* "0-1-2-3" by hand: commit i has the parents of the i-th set. */
static void make(struct fixture *fixture, struct history *history, const uint64_t *parents,
		 size_t count)
{
	git_odb *odb = open_odb(fixture);

	history->count = 0;
	for (size_t i = 0; i < count; i++)
		add_commit(fixture, odb, history, parents[i], 1000 + (int64_t)i);
	git_odb_free(odb);
}

static void test_a_fast_forward_of_commits_on_the_old_tip_lists_no_ref(void **state)
{
	struct fixture *fixture = *state;
	struct history history;
	struct tips tips = {.fixture = fixture, .history = &history, .set = 0x1};
	struct bases bases;

	make(fixture, &history, (uint64_t[]){0, 0x1}, 2);
	struct bases_request request = {.old_tip = history.ids[0],
					.new_tip = history.ids[0],
					.accepted_tips = give_tips,
					.payload = &tips};

	assert_int_equal(bases_find(fixture->repository, &request, false, &fixture->arena, &bases,
				    &fixture->error),
			 0);
	assert_int_equal(set_of(&history, &bases.ids), 0x1);
	assert_int_equal(tips.asked, 0);
}

static void test_on_the_trunk_the_old_tip_is_the_only_base_and_nothing_is_walked(void **state)
{
	struct fixture *fixture = *state;
	struct history history;
	struct tips tips = {.fixture = fixture, .history = &history, .set = 0xf};
	struct bases bases;

	/* 3 merges the accepted 2 into the trunk 1 */
	make(fixture, &history, (uint64_t[]){0, 0x1, 0x1, 0x6}, 4);
	struct bases_request request = {.old_tip = history.ids[1],
					.new_tip = history.ids[3],
					.trunk = true,
					.accepted_tips = give_tips,
					.payload = &tips};

	assert_int_equal(bases_find(fixture->repository, &request, false, &fixture->arena, &bases,
				    &fixture->error),
			 0);
	assert_int_equal(set_of(&history, &bases.ids), 0x2);
	assert_int_equal(tips.asked, 0);
	assert_true(repository_counts(fixture->repository).commits <= 2);
}

static void test_a_limit_on_new_commits_holds(void **state)
{
	struct fixture *fixture = *state;
	struct history history;
	struct tips tips = {.fixture = fixture, .history = &history, .set = 0};
	struct bases bases;

	make(fixture, &history, (uint64_t[]){0, 0x1, 0x2}, 3);
	struct bases_request request = {.new_tip = history.ids[2],
					.accepted_tips = give_tips,
					.payload = &tips,
					.max_commits = 3};

	assert_int_equal(bases_find(fixture->repository, &request, true, &fixture->arena, &bases,
				    &fixture->error),
			 0);
	assert_int_equal(bases.ids.count, 0);
	assert_int_equal(bases.fresh.count, 3);
	request.max_commits = 2;
	assert_int_equal(bases_find(fixture->repository, &request, false, &fixture->arena, &bases,
				    &fixture->error),
			 -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_LIMIT);
}

static void
test_a_missing_parent_is_the_server_s_failure_though_the_repository_is_shallow(void **state)
{
	struct fixture *fixture = *state;
	struct history history = {0};
	struct tips tips = {.fixture = fixture, .history = &history, .set = 0};
	struct bases bases;

	git_says(fixture, "git commit -q --allow-empty -m 1 && git commit -q --allow-empty -m 2 &&"
			  " git clone -q --bare --depth 1 file://$PWD shallow.git");
	struct repository_options options = {
		.path = slice_format(&fixture->arena, "%s/shallow.git", fixture->folder).ptr};
	struct bases_request request = {.new_tip = id_of(git_says(fixture, "git rev-parse HEAD")),
					.accepted_tips = give_tips,
					.payload = &tips};

	assert_int_equal(repository_open(&fixture->repository, &options, &fixture->error), 0);
	assert_int_equal(bases_find(fixture->repository, &request, false, &fixture->arena, &bases,
				    &fixture->error),
			 -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_SERVER);
	assert_non_null(strstr(fixture->error.message, git_says(fixture, "git rev-parse HEAD~1")));
}

static void test_a_commit_of_very_many_parents_is_read(void **state)
{
	struct fixture *fixture = *state;
	struct history history;
	struct buf text = {.arena = &fixture->arena};
	struct commit commit;
	git_odb *odb;
	git_oid id;

	make(fixture, &history, (uint64_t[]){0}, 1);
	assert_int_equal(git_repository_odb(&odb, repository_git(fixture->repository)), 0);
	buf_add_string(&text, "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n");
	for (int i = 0; i < 100000; i++)
		buf_add_format(&text, "parent %s\n", git_oid_tostr_s(&history.ids[0]));
	buf_add_string(&text, "author A <a> 1 +0000\ncommitter A <a> 77 +0000\n\n");
	assert_int_equal(git_odb_write(&id, odb, text.ptr, text.len, GIT_OBJECT_COMMIT), 0);
	git_odb_free(odb);
	assert_int_equal(
		commit_read(fixture->repository, &id, &fixture->arena, &commit, &fixture->error),
		0);
	assert_int_equal(commit.parent_count, 100000);
	assert_int_equal(commit.time, 77);
}

static void test_tags_are_peeled_to_commits_and_trees(void **state)
{
	struct fixture *fixture = *state;
	struct commit commit;
	git_object_t type;
	git_oid id, out;

	git_says(fixture, "printf 1 >a && git add . && git commit -qm 1 && git tag -am t one && "
			  "git tag -am t two one &&"
			  " git tag -am t tree HEAD^{tree} && git tag -am t blob HEAD:a");
	fixture_open(fixture);
	id = id_of(git_says(fixture, "git rev-parse two"));
	assert_int_equal(
		commit_read(fixture->repository, &id, &fixture->arena, &commit, &fixture->error),
		0);
	assert_string_equal(git_oid_tostr_s(&commit.id), git_says(fixture, "git rev-parse HEAD"));
	id = id_of(git_says(fixture, "git rev-parse tree"));
	assert_int_equal(
		commit_read(fixture->repository, &id, &fixture->arena, &commit, &fixture->error),
		1);
	assert_int_equal(object_peel(fixture->repository, &id, &out, &type, &fixture->error), 0);
	assert_int_equal(type, GIT_OBJECT_TREE);
	id = id_of(git_says(fixture, "git rev-parse blob"));
	assert_int_equal(object_peel(fixture->repository, &id, &out, &type, &fixture->error), 1);
}

static void test_revisions_are_parsed_as_git_does(void **state)
{
	struct fixture *fixture = *state;
	git_oid id;

	git_says(fixture, "git commit -q --allow-empty -m 1 && git commit -q --allow-empty -m 2 && "
			  "git tag -am t v1 HEAD~1");
	fixture_open(fixture);
	assert_int_equal(revision_parse(fixture->repository, "HEAD~1", &id, &fixture->error), 0);
	assert_string_equal(git_oid_tostr_s(&id), git_says(fixture, "git rev-parse HEAD~1"));
	assert_int_equal(revision_parse(fixture->repository, "v1", &id, &fixture->error), 0);
	assert_string_equal(git_oid_tostr_s(&id), git_says(fixture, "git rev-parse HEAD~1"));
	assert_int_equal(revision_parse(fixture->repository, "nowhere", &id, &fixture->error), -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_CALL);
	assert_int_equal(revision_parse(fixture->repository, "HEAD^{tree}", &id, &fixture->error),
			 -1);
	assert_int_equal(fixture->error.kind, PAWL_ERROR_CALL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(
			test_bases_of_random_histories_are_those_of_the_rule_whatever_the_dates),
		FIXTURE_TEST(
			test_merge_bases_of_random_histories_are_all_the_best_common_ancestors),
		FIXTURE_TEST(test_a_fast_forward_of_commits_on_the_old_tip_lists_no_ref),
		FIXTURE_TEST(test_on_the_trunk_the_old_tip_is_the_only_base_and_nothing_is_walked),
		FIXTURE_TEST(test_a_limit_on_new_commits_holds),
		FIXTURE_TEST(
			test_a_missing_parent_is_the_server_s_failure_though_the_repository_is_shallow),
		FIXTURE_TEST(test_a_commit_of_very_many_parents_is_read),
		FIXTURE_TEST(test_tags_are_peeled_to_commits_and_trees),
		FIXTURE_TEST(test_revisions_are_parsed_as_git_does),
	};

	return cmocka_run_group_tests_name("bases", tests, NULL, NULL);
}
