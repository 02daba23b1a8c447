/*
 * T8 for links that a push leaves alone: `a.py -> notes.txt` is judged as its target's text, so a
 * push that changes only notes.txt can change what a.py says. No tree knows who links to a file;
 * but a target that is judged at its own path tells of itself, except for its relative imports, and
 * for what is no finding there because it moved or another base has it. So the tree is looked
 * through for links only where such a target, or one that is not judged itself (not included,
 * excluded, allowed), names a facade more often than it did, or where a target has a relative
 * import that could lead to a facade from elsewhere, and did not have it; one without a facade's
 * name in it (`from . import User`) only in the facade's own folder. Where `only` alone lets the
 * target name the facade, no more than the folders outside of `only` are looked through.
 */
#include "judge.h"

enum hiding change_hiding(const struct policy *policy, const struct change *change)
{
	enum hiding hiding = HIDDEN_NOWHERE;

	if (!entry_is_blob(&change->tip) && !entry_is_link(&change->tip))
		return HIDDEN_NOWHERE;
	if (!policy_reads(policy, change->path))
		return HIDDEN_EVERYWHERE;
	for (size_t i = 0; i < policy->count; i++) {
		const struct facade_policy *facade = &policy->items[i];

		if (policy_allows(facade, change->path))
			return HIDDEN_EVERYWHERE;
		/* Where `only` lets it import what a link to it may not, it does not tell either.
		 */
		if (facade->only.count && !policy_bars(facade, change->path))
			hiding = HIDDEN_OUTSIDE;
	}
	return hiding;
}

static void reach_widen(enum reach *reach, enum reach to)
{
	if (to > *reach)
		*reach = to;
}

/* What links to the text could use more than its path tells of is added to the judgement. */
static void tell(struct judgement *judgement, enum hiding hiding, enum reach reach, bool names)
{
	reach_widen(&judgement->reach, reach);
	if (names && hiding == HIDDEN_EVERYWHERE)
		judgement->reach = REACH_ANYWHERE;
	judgement->outside |= names && hiding == HIDDEN_OUTSIDE;
}

static int compare_with_bases(struct judgement *judgement, const struct hidden_path *hidden,
			      const struct raw_uses *tip, struct arena *scratch,
			      struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;

	/* A link may stand in one base and its target say the same in another: all must. */
	for (size_t i = 0; i < request->base_count && judgement->reach != REACH_ANYWHERE; i++) {
		struct raw_uses base = {0};
		struct entry entry;
		enum reach reach;
		bool names;

		if (snapshot_lookup(request->bases[i], hidden->path, &entry, error) < 0 ||
		    (entry_is_blob(&entry) &&
		     elsewhere_read(judgement, request->bases[i], hidden->path, &entry, scratch,
				    &base, error) < 0))
			return -1;
		if (base.unreadable)
			base = (struct raw_uses){0};
		reach = uses_risen(tip, &base, scratch, &names);
		tell(judgement, hidden->hiding, reach, names);
	}
	return 0;
}

/* From where a link to the text could use more than it did. */
static int look_at_target(struct judgement *judgement, const struct hidden_path *hidden,
			  struct pawl_error *error)
{
	struct arena scratch = {0};
	struct raw_uses tip = {0};
	bool names = true;
	int result;

	if (entry_is_link(&hidden->tip)) {
		judgement->reach = REACH_ANYWHERE;
		return 0;
	}
	result = elsewhere_read(judgement, judgement->request->tip, hidden->path, &hidden->tip,
				&scratch, &tip, error);
	/* A text that is missing matters only where a link leads to it: the walk will tell. */
	if (result < 0 && error->kind == PAWL_ERROR_SERVER) {
		*error = (struct pawl_error){0};
		judgement->reach = REACH_ANYWHERE;
		result = 0;
	} else if (result == 0 && tip.unreadable) {
		tell(judgement, hidden->hiding, REACH_NOWHERE, true);
	} else if (result == 0 &&
		   (uses_risen(&tip, &(struct raw_uses){0}, &scratch, &names) || names)) {
		result = compare_with_bases(judgement, hidden, &tip, &scratch, error);
	}
	arena_free(&scratch);
	return result;
}

static int followed(struct snapshot *snapshot, struct slice path, const struct entry *link,
		    struct arena *arena, struct entry *target, struct pawl_error *error)
{
	struct slice target_path;

	*target = (struct entry){0};
	if (!entry_is_link(link))
		return 0;
	return snapshot_follow_link(snapshot, path, link, arena, &target_path, target, error);
}

/* A link that stands in the tip as in the base: read anew where its target is another text. */
static int consider_link(struct judgement *judgement, const struct change *change,
			 struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;
	struct arena *arena = judgement->arena;
	struct changed_path *path;
	struct entry now, before;
	struct entry *bases;
	/* As is_unchanged() in src/git/changes.c: a link unlike all of these, the walk saw. */
	size_t compared = request->first_is_old_tip ? 1 : request->base_count;
	bool alike = false, differs = false;

	bases = arena_alloc(arena, (request->base_count + 1) * sizeof *bases);
	if (followed(request->tip, change->path, &change->tip, arena, &now, error) < 0)
		return -1;
	for (size_t i = 0; i < request->base_count; i++) {
		if (snapshot_lookup(request->bases[i], change->path, &bases[i], error) < 0 ||
		    followed(request->bases[i], change->path, &bases[i], arena, &before, error) < 0)
			return -1;
		alike |= i < compared && entry_equal(&change->tip, &bases[i]);
		differs |= !entry_equal(&now, &before);
	}
	if (!alike || !differs)
		return 0;
	path = ARENA_PUSH(arena, &judgement->paths);
	*path = (struct changed_path){
		.path = change->path,
		.tip = change->tip,
		.bases = bases,
		.base_count = request->base_count,
		.linked = true,
	};
	module_name_of_path(&request->policy->roots, path->path, arena, &path->module);
	return 0;
}

static int find_link(void *payload, const struct change *change, struct pawl_error *error)
{
	struct judgement *judgement = payload;

	struct map_entry *known;

	if (change->kind != CHANGE_FILE || !entry_is_link(&change->tip) ||
	    !policy_reads(judgement->request->policy, change->path))
		return 0;
	judgement->links.arena = judgement->arena;
	known = map_put(&judgement->links, change->path);
	if (known->value)
		return 0; /* two facades' folders can lie in each other */
	known->value = judgement;
	return consider_link(judgement, change, error);
}

/* The folders that the facade's name may stand for: below them, `from . import N` is a use. */
static int walk_facades_folders(struct judgement *judgement, struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;
	const struct slices *roots = &request->policy->roots;
	struct arena *arena = judgement->arena;

	for (size_t i = 0; i < judgement->facades.count; i++) {
		struct slice name = judgement->facades.names[i];
		char *below = arena_alloc(arena, name.len);

		for (size_t j = 0; j < name.len; j++)
			below[j] = name.ptr[j] == '.' ? '/' : name.ptr[j];
		for (size_t j = 0; j < roots->count; j++) {
			struct slice folder = {below, name.len}, root = roots->items[j];

			while (root.len && root.ptr[root.len - 1] == '/')
				root.len--;
			if (root.len && !slice_equal_string(root, "."))
				folder = slice_join(arena, root, SLICE("/"), folder);
			if (snapshot_walk_folder(request->tip, folder, arena, find_link, judgement,
						 error))
				return -1;
		}
	}
	return 0;
}

/* Not where, all below the folder, every facade that only some may import lets them. */
static bool may_be_outside(void *payload, struct slice folder)
{
	const struct judgement *judgement = payload;
	const struct policy *policy = judgement->request->policy;

	for (size_t i = 0; i < policy->count; i++) {
		const struct slices *only = &policy->items[i].only;

		if (only->count && !patterns_cover(only, folder))
			return true;
	}
	return false;
}

int judge_links(struct judgement *judgement, struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;

	if (request->base_count == 0)
		return 0;
	for (size_t i = 0; i < judgement->hidden.count && judgement->reach != REACH_ANYWHERE; i++)
		if (look_at_target(judgement, &judgement->hidden.items[i], error) < 0)
			return -1;
	if (judgement->reach == REACH_ANYWHERE)
		return snapshot_walk(request->tip, judgement->arena, find_link, judgement, error);
	if (judgement->reach == REACH_FACADES_FOLDER && walk_facades_folders(judgement, error) < 0)
		return -1;
	if (!judgement->outside)
		return 0;
	return snapshot_walk_some(request->tip, judgement->arena, may_be_outside, find_link,
				  judgement, error);
}
