/*
 * T8 for links that a push leaves alone: `a.py -> notes.txt` is judged as its target's text, so a
 * push that changes only notes.txt can change what a.py says. No tree knows who links to a file;
 * but a target that is judged at its own path tells of itself, except for its relative imports. So
 * the tree is looked through for links only where a changed target is not judged itself (not
 * included, excluded, allowed, or free by `only`) and names a facade more often than it did, or
 * where it has a relative import that could lead to a facade from elsewhere, and did not have it;
 * one without a facade's name in it (`from . import User`) only in the facade's own folder.
 */
#include "judge.h"

static bool is_judged_itself(const struct policy *policy, struct slice path)
{
	if (!policy_reads(policy, path))
		return false;
	for (size_t i = 0; i < policy->count; i++) {
		const struct facade_policy *facade = &policy->items[i];

		/* Where `only` lets it import what a link to it may not, it does not tell either.
		 */
		if (policy_allows(facade, path) ||
		    (facade->only.count && !policy_bars(facade, path)))
			return false;
	}
	return true;
}

bool change_is_hidden(const struct policy *policy, const struct change *change)
{
	return (entry_is_blob(&change->tip) || entry_is_link(&change->tip)) &&
	       !is_judged_itself(policy, change->path);
}

static int compare_with_bases(struct judgement *judgement, const struct hidden_path *hidden,
			      const struct raw_uses *tip, struct arena *scratch, enum reach *out,
			      struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;

	/* A link may stand in one base and its target say the same in another: all must. */
	for (size_t i = 0; i < request->base_count && *out != REACH_ANYWHERE; i++) {
		struct raw_uses base = {0};
		struct entry entry;
		enum reach reach;

		if (snapshot_lookup(request->bases[i], hidden->path, &entry, error) < 0 ||
		    (entry_is_blob(&entry) &&
		     elsewhere_read(judgement, request->bases[i], hidden->path, &entry, scratch,
				    &base, error) < 0))
			return -1;
		if (base.unreadable)
			base = (struct raw_uses){0};
		reach = uses_risen(tip, &base, scratch);
		*out = reach > *out ? reach : *out;
	}
	return 0;
}

/* From where a link to the text could use more than it did. */
static int target_reach(struct judgement *judgement, const struct hidden_path *hidden,
			enum reach *out, struct pawl_error *error)
{
	struct arena scratch = {0};
	struct raw_uses tip;
	int result;

	*out = REACH_ANYWHERE;
	if (entry_is_link(&hidden->tip))
		return 0;
	result = elsewhere_read(judgement, judgement->request->tip, hidden->path, &hidden->tip,
				&scratch, &tip, error);
	/* A text that is missing matters only where a link leads to it: the walk will tell. */
	if (result < 0 && error->kind == PAWL_ERROR_SERVER) {
		*error = (struct pawl_error){0};
		result = 0;
	} else if (result == 0) {
		*out = uses_risen(&tip, &(struct raw_uses){0}, &scratch);
		if (*out != REACH_NOWHERE && !tip.unreadable) {
			*out = REACH_NOWHERE;
			result = compare_with_bases(judgement, hidden, &tip, &scratch, out, error);
		}
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

int judge_links(struct judgement *judgement, struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;

	if (request->base_count == 0)
		return 0;
	for (size_t i = 0; i < judgement->hidden.count && judgement->reach != REACH_ANYWHERE; i++) {
		enum reach reach;

		if (target_reach(judgement, &judgement->hidden.items[i], &reach, error) < 0)
			return -1;
		if (reach > judgement->reach)
			judgement->reach = reach;
	}
	if (judgement->reach == REACH_ANYWHERE)
		return snapshot_walk(request->tip, judgement->arena, find_link, judgement, error);
	if (judgement->reach == REACH_FACADES_FOLDER)
		return walk_facades_folders(judgement, error);
	return 0;
}
