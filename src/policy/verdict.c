#include "judge.h"

#include <stdlib.h>

const char *finding_kind_name(enum finding_kind kind)
{
	static const char *const names[] = {
		[FINDING_USE] = "use",
		[FINDING_REEXPORT] = "re-export",
		[FINDING_UNREADABLE] = "unreadable",
		[FINDING_POLICY] = "policy",
	};

	return names[kind];
}

struct finding *finding_add(struct judgement *judgement, enum finding_kind kind, struct slice path)
{
	struct finding *finding = ARENA_PUSH(judgement->arena, judgement->verdict);

	*finding = (struct finding){.kind = kind, .path = path};
	return finding;
}

static int compare_findings(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	int order = slice_compare(a->path, b->path);

	if (order == 0)
		order = (a->at.line > b->at.line) - (a->at.line < b->at.line);
	if (order == 0)
		order = (a->at.column > b->at.column) - (a->at.column < b->at.column);
	return order ? order : slice_compare(a->symbol, b->symbol);
}

void verdict_sort(struct verdict *verdict)
{
	if (verdict->count)
		qsort(verdict->items, verdict->count, sizeof *verdict->items, compare_findings);
}

static void add_unreadable(struct judgement *judgement, struct slice path, const char *why)
{
	struct finding *finding = finding_add(judgement, FINDING_UNREADABLE, path);

	finding->note = slice_copy(judgement->arena, slice_of(why));
}

static struct changed_path *path_keep(struct judgement *judgement, struct changed_paths *paths,
				      const struct change *change)
{
	struct arena *arena = judgement->arena;
	struct changed_path *path = ARENA_PUSH(arena, paths);

	path->path = change->path;
	path->tip = change->tip;
	path->base_count = change->base_count;
	path->bases = arena_alloc(arena, change->base_count * sizeof *path->bases);
	if (change->base_count)
		memcpy(path->bases, change->bases, change->base_count * sizeof *path->bases);
	return path;
}

/* A change whose text the policy reads is kept, with copies of what lives only during the walk. */
static int collect(void *payload, const struct change *change, struct pawl_error *error)
{
	struct judgement *judgement = payload;
	struct arena *arena = judgement->arena;
	const struct policy *policy = judgement->request->policy;
	struct changed_path *path;
	enum hiding hiding;
	bool read;

	(void)error;
	if (change->kind == CHANGE_BROKEN_TREE) {
		add_unreadable(judgement, change->path, change->message);
		return 0;
	}
	hiding = change_hiding(policy, change);
	read = policy_reads(policy, change->path);
	if (hiding)
		*ARENA_PUSH(arena, &judgement->hidden) =
			(struct hidden_path){change->path, change->tip, hiding};
	if (path_is_attributes(change->path) && entry_is_blob(&change->tip))
		path_keep(judgement, &judgement->attributes, change);
	if (!read)
		return 0;
	path = path_keep(judgement, &judgement->paths, change);
	path->looked_at = hiding;
	module_name_of_path(&policy->roots, path->path, arena, &path->module);
	return 0;
}

/* T7: a finding only where the text differs from every base's. A moved one is known by its id, and
 * what vanished is taken to be in one place. */
static bool differs_from_every_base(struct judgement *judgement, const struct changed_path *path)
{
	if (path->linked)
		return true;
	for (size_t i = 0; i < path->base_count; i++)
		if (entry_equal(&path->tip, &path->bases[i]))
			return false;
	if (changed_path_in_any_base(path))
		return true;
	for (size_t i = 0; i < judgement->paths.count; i++) {
		struct changed_path *other = &judgement->paths.items[i];

		if (!other->moved && changed_path_vanished(judgement, other) &&
		    git_oid_equal(&other->bases[0].id, &path->tip.id)) {
			other->moved = true;
			return false;
		}
	}
	return true;
}

static int visit_tip(struct judgement *judgement, struct changed_path *path,
		     struct path_reading *reading, struct pawl_error *error)
{
	if (path->tip.mode && tally_tip(judgement, path, reading, error) < 0)
		return -1;
	for (struct map_entry *entry = path->counts.head; entry; entry = entry->next)
		judgement->verdict->exceptions +=
			((const struct name_count *)entry->value)->excused;
	if (path->unreadable && differs_from_every_base(judgement, path))
		add_unreadable(judgement, path->path, path->unreadable);
	return 0;
}

static int read_tips(struct judgement *judgement, size_t first, struct pawl_error *error)
{
	return readings_visit_tips(judgement, first, visit_tip, error);
}

static bool any_vanished(const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->paths.count; i++)
		if (changed_path_vanished(judgement, &judgement->paths.items[i]))
			return true;
	return false;
}

static struct classifier *make_classifier(struct judgement *judgement)
{
	const struct judge_request *request = judgement->request;
	struct snapshot **sides = arena_alloc(judgement->arena, (request->base_count + 1) *
									sizeof(struct snapshot *));

	sides[0] = request->tip;
	for (size_t i = 0; i < request->base_count; i++)
		sides[i + 1] = request->bases[i];
	return classifier_new(judgement->arena, request->policy, &judgement->facades, sides,
			      request->base_count + 1);
}

static int judge_all(struct judgement *judgement, struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;
	size_t changed;

	if (request->policy->count) {
		if (changes_walk(request->tip, request->bases, request->base_count,
				 request->first_is_old_tip, judgement->arena, collect, judgement,
				 error) < 0)
			return -1;
		if (judge_export_maps(judgement, error) < 0 ||
		    judge_attributes(judgement, error) < 0)
			return -1;
		changed = judgement->paths.count;
		judgement->vanished = any_vanished(judgement);
		if (read_tips(judgement, 0, error) < 0 || judge_links(judgement, error) < 0 ||
		    read_tips(judgement, changed, error) < 0)
			return -1;
		if (judge_uses(judgement, error) < 0 || judge_surfaces(judgement, error) < 0 ||
		    judge_deadlines(judgement, error) < 0)
			return -1;
	}
	if (request->guard_policy &&
	    (judge_policy_file(judgement, error) < 0 || judge_baseline_file(judgement, error) < 0))
		return -1;
	return 0;
}

int judge(const struct judge_request *request, struct arena *arena, struct verdict *out,
	  struct pawl_error *error)
{
	struct judgement judgement = {.request = request, .arena = arena, .verdict = out};
	int result;

	*out = (struct verdict){0};
	judgement.facades = policy_facade_set(request->policy, arena);
	judgement.classifier = make_classifier(&judgement);
	result = judge_all(&judgement, error);
	classifier_close(judgement.classifier);
	if (result < 0)
		return -1;
	out->modules_parsed = classifier_parsed(judgement.classifier);
	verdict_sort(out);
	return 0;
}
