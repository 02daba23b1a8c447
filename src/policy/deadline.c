/*
 * After a facade's deadline, with `after-deadline = reject`: a push that touches a file with uses,
 * frozen ones, is rejected until they are fixed. Each use of such a file is a finding.
 */
#include "judge.h"

bool facade_is_overdue(const struct facade_policy *facade, struct slice today)
{
	return facade->deadline.len && today.len && slice_compare(facade->deadline, today) <= 0;
}

static bool rejects(const struct judgement *judgement, uint32_t facade)
{
	const struct facade_policy *policy = &judgement->request->policy->items[facade];

	return policy->after_deadline == AFTER_DEADLINE_REJECT &&
	       facade_is_overdue(policy, judgement->request->today);
}

bool deadlines_reject(const struct judgement *judgement)
{
	for (uint32_t i = 0; i < judgement->request->policy->count; i++)
		if (rejects(judgement, i))
			return true;
	return false;
}

static void add_finding(struct judgement *judgement, const struct changed_path *path,
			const struct raw_use *use, const struct classified *classified)
{
	const struct facade_policy *facade = &judgement->request->policy->items[use->facade];
	const struct name_count *count = tally_find(path, use->facade, use->name);
	struct arena *arena = judgement->arena;
	struct finding *finding = finding_add(judgement, FINDING_USE, path->path);

	finding->facade = facade->name;
	finding->symbol = use_symbol(arena, facade->name, use->name);
	finding->has_via = true;
	finding->via = use->via;
	finding->at = use->at;
	finding->statement = text_line(&path->text, use->at);
	finding->base_count = count ? count->most : 0;
	finding->count = count ? count->tip : 0;
	finding->message = facade->message;
	finding->barred = policy_bars(facade, path->path);
	finding->note = slice_format(arena, "frozen, and the deadline %.*s has passed",
				     (int)facade->deadline.len, facade->deadline.ptr);
	if (classified->use)
		origin_canonical(&classified->origin, use->bound_as.len ? use->bound_as : use->name,
				 arena, &finding->canonical);
	finding->rewrite = finding->canonical;
}

/* Uses that are findings already, as new ones. */
static bool is_found(const struct judgement *judgement, size_t found,
		     const struct changed_path *path, const struct raw_use *use)
{
	const struct name_count *count = tally_find(path, use->facade, use->name);

	if (!count || !count->fresh)
		return false;
	for (size_t i = found; i-- > 0;) {
		const struct finding *finding = &judgement->verdict->items[i];

		if (finding->kind == FINDING_USE && finding->at.offset == use->at.offset &&
		    slice_equal(finding->path, path->path))
			return true;
	}
	return false;
}

static int judge_path(struct judgement *judgement, const struct changed_path *path, size_t found,
		      struct pawl_error *error)
{
	for (size_t i = 0; i < path->uses.count; i++) {
		const struct raw_use *use = &path->uses.items[i];
		const struct facade_policy *facade =
			&judgement->request->policy->items[use->facade];
		const struct classified *classified;

		if (use->escape || !rejects(judgement, use->facade) ||
		    !use_counts_in_tip(judgement, path, use))
			continue;
		if (classify(judgement->classifier, use->facade, use->name, &classified, error) < 0)
			return -1;
		if (classified_is_use(classified, policy_bars(facade, path->path)) &&
		    !is_found(judgement, found, path, use))
			add_finding(judgement, path, use, classified);
	}
	return 0;
}

int judge_deadlines(struct judgement *judgement, struct pawl_error *error)
{
	size_t found = judgement->verdict->count;
	bool any = deadlines_reject(judgement);

	for (size_t i = 0; any && i < judgement->paths.count; i++) {
		struct changed_path *path = &judgement->paths.items[i];

		if (!path->tip.mode || !path->uses.count)
			continue;
		if (judge_path(judgement, path, found, error) < 0)
			return -1;
	}
	return 0;
}
