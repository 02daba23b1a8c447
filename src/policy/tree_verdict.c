#include "judge.h"

static struct finding *add(struct arena *arena, struct verdict *verdict, enum finding_kind kind,
			   struct slice path)
{
	struct finding *finding = ARENA_PUSH(arena, verdict);

	*finding = (struct finding){.kind = kind, .path = path};
	return finding;
}

static void add_use(const struct policy *policy, const struct tree_use *use, uint64_t base_count,
		    uint64_t count, struct arena *arena, struct verdict *verdict)
{
	const struct facade_policy *facade = &policy->items[use->facade];
	struct finding *finding = add(arena, verdict, FINDING_USE, use->path);

	finding->facade = facade->name;
	finding->symbol = use->symbol;
	finding->has_via = true;
	finding->via = use->via;
	finding->at = use->at;
	finding->statement = use->line;
	finding->canonical = use->canonical;
	finding->rewrite = use->canonical;
	finding->base_count = base_count;
	finding->count = count;
	finding->message = facade->message;
	finding->barred = use->barred;
	if (use->barred)
		finding->note = policy_bar_note(facade, arena);
	else if (use->accident)
		finding->note = SLICE("re-exported by accident");
}

/* Of each key's uses the last ones are the surplus: which of them came last, no baseline can tell.
 */
static void add_surplus(const struct policy *policy, const struct tree_uses *uses,
			const struct baseline *tree, const struct baseline *excess,
			struct arena *arena, struct verdict *verdict)
{
	struct baseline left = {0};

	for (size_t i = 0; i < excess->count; i++)
		baseline_add(arena, &left, excess->items[i].path, excess->items[i].symbol,
			     excess->items[i].count);
	baseline_sort(&left);
	for (size_t i = uses->count; i-- > 0;) {
		const struct tree_use *use = &uses->items[i];
		struct baseline_entry *entry;
		uint64_t over, count;

		if (use->escape || use->allowed)
			continue;
		entry = baseline_find(&left, use->path, use->symbol);
		if (!entry || !entry->count)
			continue;
		entry->count--;
		over = baseline_count(excess, use->path, use->symbol);
		count = baseline_count(tree, use->path, use->symbol);
		add_use(policy, use, count - over, count, arena, verdict);
	}
}

static void add_slack(const struct policy *policy, const struct baseline *frozen,
		      const struct baseline *kept, struct arena *arena, struct verdict *verdict)
{
	for (size_t i = 0; i < frozen->count; i++) {
		const struct baseline_entry *entry = &frozen->items[i];
		uint64_t needed = baseline_count(kept, entry->path, entry->symbol);
		struct finding *finding;

		if (entry->count <= needed)
			continue;
		finding = add(arena, verdict, FINDING_POLICY, policy->baseline);
		finding->slack = true;
		finding->symbol = entry->symbol;
		finding->at.line = entry->line;
		finding->at.column = entry->line ? 1 : 0;
		finding->base_count = entry->count;
		finding->count = needed;
		finding->note = slice_format(
			arena, "no longer needed (%llu of %llu are left): pawl ratchet",
			(unsigned long long)needed, (unsigned long long)entry->count);
		finding->statement = slice_join(arena, entry->path, SLICE(" "), entry->symbol);
	}
}

int judge_tree(const struct tree_request *request, struct arena *arena, struct verdict *out,
	       struct pawl_error *error)
{
	const struct policy *policy = request->policy;
	struct baseline tree = {0};
	struct tree_uses uses = {0};
	struct ratchet_request ratchet_request = {
		.policy = policy,
		.frozen = request->frozen,
		.tree = &tree,
		.unreadable = &uses.unreadable,
		.snapshot = request->snapshot,
		.commit = request->commit,
	};
	struct ratchet ratchet = {0};

	*out = (struct verdict){.counted = true};
	if (tree_uses_read(request->snapshot, policy, arena, &uses, error) < 0)
		return -1;
	baseline_of_uses(&uses, arena, &tree);
	if (baseline_ratchet(&ratchet_request, arena, &ratchet, error) < 0)
		return -1;
	add_surplus(policy, &uses, &tree, &ratchet.excess, arena, out);
	if (request->exact)
		add_slack(policy, request->frozen, &ratchet.kept, arena, out);
	for (size_t i = 0; i < uses.unreadable.count; i++)
		add(arena, out, FINDING_UNREADABLE, uses.unreadable.items[i])->note =
			uses.reasons.items[i];
	out->frozen = baseline_total(&ratchet.kept);
	out->removed = ratchet.removed;
	verdict_sort(out);
	return 0;
}
