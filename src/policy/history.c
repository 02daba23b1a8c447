#include "pawl/policy.h"

static int judge_commit(const struct history_request *request, const git_oid *tip,
			const struct ids *bases, bool first_is_old_tip, struct arena *arena,
			struct verdict *verdict, struct pawl_error *error)
{
	struct snapshot **snapshots = arena_alloc(arena, bases->count * sizeof(struct snapshot *));
	struct judge_request change = {
		.repository = request->repository,
		.policy = request->policy,
		.bases = snapshots,
		.base_count = bases->count,
		.first_is_old_tip = first_is_old_tip,
		.count_all = request->count_all,
		.guard_policy = true,
		.today = request->today,
	};

	if ((request->tip_is_tree ? snapshot_of_tree : snapshot_of_commit)(
		    &change.tip, request->repository, arena, tip, error) < 0)
		return -1;
	for (size_t i = 0; i < bases->count; i++)
		if (snapshot_of_commit(&snapshots[i], request->repository, arena, &bases->items[i],
				       error) < 0)
			return -1;
	return judge(&change, arena, verdict, error);
}

static void verdict_add(struct verdict *verdict, const struct verdict *one, struct slice commit,
			struct arena *arena)
{
	for (size_t i = 0; i < one->count; i++) {
		one->items[i].commit = commit;
		*ARENA_PUSH(arena, verdict) = one->items[i];
	}
	verdict->frozen += one->frozen;
	verdict->removed += one->removed;
	verdict->counted = verdict->counted || one->counted;
	verdict->texts_read += one->texts_read;
	verdict->texts_parsed_whole += one->texts_parsed_whole;
	verdict->modules_parsed += one->modules_parsed;
	verdict->threads += one->threads;
}

/* P9: every new commit against its own parents. */
static int judge_fresh(const struct history_request *request, struct arena *arena,
		       struct verdict *verdict, struct pawl_error *error)
{
	const struct ids *fresh = &request->bases.fresh;

	for (size_t i = 0; i < fresh->count; i++) {
		struct verdict one = {0};
		struct commit commit;
		struct ids parents;
		char name[13];

		if (commit_read(request->repository, &fresh->items[i], arena, &commit, error) < 0)
			return -1;
		parents = (struct ids){commit.parents, commit.parent_count, commit.parent_count};
		if (judge_commit(request, &commit.id, &parents, false, arena, &one, error) < 0)
			return -1;
		git_oid_tostr(name, sizeof name, &commit.id);
		verdict_add(verdict, &one, slice_copy(arena, slice_of(name)), arena);
	}
	verdict_sort(verdict);
	return 0;
}

int judge_history(const struct history_request *request, struct arena *arena, struct verdict *out,
		  struct pawl_error *error)
{
	*out = (struct verdict){0};
	if (!request->tip_is_tree && request->policy->granularity == GRANULARITY_COMMIT &&
	    judge_fresh(request, arena, out, error) < 0)
		return -1;
	if (out->count)
		return 0;
	/* Where no commit adds to its parents, a merge or a rewind can still add to the bases (P4).
	 */
	return judge_commit(request, &request->tip, &request->bases.ids,
			    request->bases.first_is_old_tip, arena, out, error);
}
