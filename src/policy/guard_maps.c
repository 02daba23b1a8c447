/* What a push does to the export maps that the policy names: they say what is a use. */
#include "judge.h"

static struct finding *add(struct judgement *judgement, struct slice path, unsigned line,
			   struct slice note)
{
	struct finding *finding = finding_add(judgement, FINDING_POLICY, path);

	finding->at.line = line;
	finding->at.column = line ? 1 : 0;
	finding->note = note;
	return finding;
}

/* Several facades can have one map. */
static void add_broken(struct judgement *judgement, struct slice path, unsigned line,
		       const char *why)
{
	const struct verdict *verdict = judgement->verdict;

	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->items[i].kind == FINDING_POLICY &&
		    slice_equal(verdict->items[i].path, path) && !verdict->items[i].facade.len)
			return;
	add(judgement, path, line, slice_copy(judgement->arena, slice_of(why)))->broken = true;
}

static bool is_no_use(const struct export_line *line)
{
	return line->kind == EXPORT_OWN || line->kind == EXPORT_SUBMODULE;
}

/* S2: a name that was a use and is called the facade's own would be free from then on. */
static void compare_lines(struct judgement *judgement, const struct facade_policy *facade,
			  struct slice path, const struct export_map *was,
			  const struct export_map *is)
{
	struct map lines = {.arena = judgement->arena};

	for (size_t i = 0; i < was->count; i++)
		if (slice_equal(was->items[i].facade, facade->name))
			map_put(&lines, was->items[i].name)->value = &was->items[i];
	for (size_t i = 0; i < is->count; i++) {
		const struct export_line *now = &is->items[i];
		const struct export_line *before = map_get(&lines, now->name);
		struct finding *finding;

		if (!slice_equal(now->facade, facade->name) || !is_no_use(now) || !before ||
		    is_no_use(before))
			continue;
		finding = add(judgement, path, now->line, (struct slice){0});
		finding->facade = facade->name;
		finding->symbol = slice_join(judgement->arena, facade->name, SLICE("."), now->name);
		finding->note = slice_join(judgement->arena, finding->symbol, SLICE(" "),
					   SLICE("was a use, and is none by this map"));
		finding->message = facade->message;
	}
}

/* Whether the push leaves the map as some base has it; *there: some base has one. */
static int untouched(struct judgement *judgement, struct slice path, bool *out, bool *there,
		     struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;
	struct entry tip, base;

	*out = *there = false;
	if (snapshot_lookup(request->tip, path, &tip, error) < 0)
		return -1;
	for (size_t i = 0; i < request->base_count; i++) {
		if (snapshot_lookup(request->bases[i], path, &base, error) < 0)
			return -1;
		*there = *there || base.mode;
		*out = *out || entry_equal(&base, &tip);
	}
	*out = *out || (!tip.mode && !*there);
	return 0;
}

static int judge_map(struct judgement *judgement, const struct facade_policy *facade,
		     struct slice path, struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;
	struct arena *arena = judgement->arena;
	struct export_map is, was;
	struct pawl_error why;
	bool same, there;
	int result;

	if (untouched(judgement, path, &same, &there, error) < 0)
		return -1;
	if (same)
		return 0;
	result = export_map_of_snapshot(request->tip, path, arena, &is, &why, error);
	if (result == 1) {
		classifier_forgive(judgement->classifier);
		add_broken(judgement, path, is.wrong_line, why.message);
	}
	for (size_t i = 0; i < request->base_count && result == 0 && there; i++) {
		int base =
			export_map_of_snapshot(request->bases[i], path, arena, &was, &why, error);

		if (base < 0)
			return -1;
		if (base == 0) {
			compare_lines(judgement, facade, path, &was, &is);
			break;
		}
	}
	return result < 0 ? -1 : 0;
}

int judge_export_maps(struct judgement *judgement, struct pawl_error *error)
{
	const struct policy *policy = judgement->request->policy;

	for (size_t i = 0; i < policy->count; i++)
		for (size_t j = 0; j < policy->items[i].exports.count; j++)
			if (judge_map(judgement, &policy->items[i],
				      policy->items[i].exports.items[j], error) < 0)
				return -1;
	return 0;
}
