/*
 * T8 for links that a push leaves alone: `a.py -> notes.txt` is judged as its target's text, so a
 * push that changes only notes.txt can change what a.py says. No tree knows who links to a file;
 * but a target that is judged at its own path tells of itself, except for its relative imports. So
 * the tree is looked through for links only where a changed target is not judged itself (not
 * included, excluded, allowed) and imports something that may be a facade, or where it is and has a
 * relative import that could lead to a facade from elsewhere; one without a facade's name in it
 * (`from . import User`) only from the facade's own folder.
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

static struct slice last_component(struct slice name)
{
	const char *dot = memrchr(name.ptr, '.', name.len);

	if (!dot)
		return name;
	return (struct slice){dot + 1, name.len - (size_t)(dot + 1 - name.ptr)};
}

static bool may_name(const struct facade_set *facades, struct slice text)
{
	for (size_t i = 0; i < facades->count; i++)
		if (slice_find(text, last_component(facades->names[i])))
			return true;
	return false;
}

static bool non_ascii(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0x80)
			return true;
	return false;
}

/* Whether a text, read as Python, imports something that may be a facade from wherever it is
 * linked. */
static bool may_use(const struct facade_set *facades, const struct text_limits *limits,
		    struct slice bytes, struct arena *arena)
{
	struct imports imports = {0};
	struct text text;

	text_open(&text, arena, bytes);
	if (text.state != TEXT_READABLE)
		return true;
	if (!may_name(facades, bytes) && !non_ascii(bytes) && !slice_find(bytes, SLICE("from")))
		return false;
	imports_read(&text, NULL, limits, arena, &imports);
	for (size_t i = 0; i < imports.count; i++) {
		const struct import *import = &imports.items[i];

		if (import->level || may_name(facades, import->module) ||
		    may_name(facades, import->name))
			return true;
	}
	return false;
}

static int target_may_matter(struct judgement *judgement, const struct hidden_path *hidden,
			     bool *out, struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;
	struct arena scratch = {0};
	enum blob_state state;
	struct slice bytes;
	int result;

	*out = true;
	if (entry_is_link(&hidden->tip))
		return 0;
	result = snapshot_read(request->tip, hidden->path, &hidden->tip, &scratch, &bytes, &state,
			       error);
	/* A text that is missing matters only where a link leads to it: the walk will tell. */
	if (result < 0 && error->kind == PAWL_ERROR_SERVER) {
		*error = (struct pawl_error){0};
		result = 0;
	} else if (result == 0 && state == BLOB_READ)
		*out = may_use(&judgement->facades, &request->policy->limits, bytes, &scratch);
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
	bool look = judgement->reach == REACH_ANYWHERE;

	if (request->base_count == 0)
		return 0;
	for (size_t i = 0; i < judgement->hidden.count && !look; i++)
		if (target_may_matter(judgement, &judgement->hidden.items[i], &look, error) < 0)
			return -1;
	if (look)
		return snapshot_walk(request->tip, judgement->arena, find_link, judgement, error);
	if (judgement->reach == REACH_FACADES_FOLDER)
		return walk_facades_folders(judgement, error);
	return 0;
}
