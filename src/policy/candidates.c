/*
 * Modules that a tree uses as facades without saying so. First every import is counted by the
 * module that it names; then those modules that many texts import from, and that hand on names of
 * others, are read as if they were frozen, and their uses counted as always.
 */
#include "pawl/policy.h"

#include <stdlib.h>

/* How often one module is named by imports from outside of it. */
struct mention {
	size_t uses, files;
	size_t last; /* the text that named it last, from 1 */
};

struct survey {
	struct snapshot *snapshot;
	const struct policy *policy;
	struct arena *arena;
	struct map mentions; /* module name to struct mention */
	size_t texts;
};

static bool within(struct slice package, struct slice module)
{
	return slice_equal(package, module) ||
	       (slice_starts_with(module, package) && module.ptr[package.len] == '.');
}

static void mention(struct survey *survey, const struct module_name *from, struct slice name,
		    bool use)
{
	struct map_entry *entry;
	struct mention *found = map_get(&survey->mentions, name);

	if (!name.len || within(name, from->name))
		return;
	if (!found) {
		entry = map_put(&survey->mentions, slice_copy(survey->arena, name));
		found = entry->value = arena_alloc(survey->arena, sizeof *found);
	}
	found->uses += use;
	if (found->last == survey->texts)
		return;
	found->last = survey->texts;
	found->files++;
}

static void mention_imports(struct survey *survey, const struct module_name *from,
			    const struct imports *imports, struct arena *scratch)
{
	for (size_t i = 0; i < imports->count; i++) {
		const struct import *import = &imports->items[i];
		struct slice module;

		if (!module_name_absolute(from, import->level, import->module, scratch, &module))
			continue;
		mention(survey, from, module, true);
		/* `from package import facade` and `import facade` reach it by attributes. */
		if (import->from && !import->star)
			mention(survey, from, slice_join(scratch, module, SLICE("."), import->name),
				true);
	}
}

static int survey_text(void *payload, const struct change *change, struct pawl_error *error)
{
	struct survey *survey = payload;
	struct arena scratch = {0};
	struct module_name module;
	struct imports imports = {0};
	struct text text;
	struct slice bytes;
	enum blob_state state;
	int result;

	if (change->kind != CHANGE_FILE || !entry_is_blob(&change->tip) ||
	    !policy_reads(survey->policy, change->path))
		return 0;
	result = snapshot_read(survey->snapshot, change->path, &change->tip, &scratch, &bytes,
			       &state, error);
	if (result == 0 && state == BLOB_READ) {
		survey->texts++;
		module_name_of_path(&survey->policy->roots, change->path, &scratch, &module);
		text_open(&text, &scratch, bytes);
		if (text.state == TEXT_READABLE)
			imports_read(&text, NULL, &survey->policy->limits, &scratch, &imports);
		mention_imports(survey, &module, &imports, &scratch);
	}
	arena_free(&scratch);
	return result;
}

/* ---- what a module hands on ---- */

/* What exports_list() says of it, counted. */
static void count_exports(const struct exports *exports, struct arena *arena, struct candidate *out)
{
	struct map modules = {.arena = arena};

	for (size_t i = 0; i < exports->count; i++) {
		const struct origin *origin = &exports->items[i].origin;

		if (!origin->reexport || !origin->module.len)
			continue;
		map_put(&modules, origin->module)->value = arena;
		out->stars += origin->star;
	}
	out->sources = modules.count;
}

/* Whether it is worth a closer look, and what it hands on. 1, 0 or -1. */
static int look_at(struct modules *modules, struct slice name, const struct mention *mention,
		   struct arena *arena, struct candidate *out, struct exports *exports,
		   struct pawl_error *error)
{
	struct module module;

	if (mention->uses < CANDIDATE_USES || mention->files < CANDIDATE_FILES)
		return 0;
	if (modules_find(modules, name, &module, error) < 0)
		return -1;
	if (module.kind != MODULE_PACKAGE && module.kind != MODULE_FILE)
		return 0;
	if (exports_list(modules, name, exports, error) < 0)
		return -1;
	*out = (struct candidate){.name = name};
	count_exports(exports, arena, out);
	return out->sources >= CANDIDATE_MODULES;
}

/* ---- uses of the promising ones ---- */

struct promising {
	struct candidate *items;
	size_t count, capacity;
};

/* What was counted of one candidate beside its sums. */
struct tally {
	struct map files, modules;
	const struct exports *exports;
};

static bool is_curated_name(const struct exports *exports, struct slice name)
{
	for (size_t i = 0; i < exports->all.count; i++)
		if (slice_equal(exports->all.items[i], name))
			return true;
	return false;
}

static void count_use(const struct policy *policy, const struct tree_use *use,
		      struct candidate *candidate, struct tally *tally, struct arena *arena)
{
	struct module_name from;
	struct slice name = {use->symbol.ptr + candidate->name.len + 1,
			     use->symbol.len - candidate->name.len - 1};

	module_name_of_path(&policy->roots, use->path, arena, &from);
	if (within(candidate->name, from.name))
		return;
	candidate->uses++;
	candidate->star_uses += use->via == VIA_STAR;
	candidate->leaked += use->accident;
	candidate->curated_uses +=
		tally->exports->all_static && is_curated_name(tally->exports, name);
	map_put(&tally->files, use->path)->value = candidate;
	if (use->module.len)
		map_put(&tally->modules, use->module)->value = candidate;
}

static int read_uses(struct survey *survey, struct promising *promising, struct exports *exports,
		     struct pawl_error *error)
{
	struct arena *arena = survey->arena;
	struct policy policy = *survey->policy;
	struct tally *tallies = arena_alloc(arena, (promising->count + 1) * sizeof *tallies);
	struct tree_uses uses;

	policy.items = arena_alloc(arena, (promising->count + 1) * sizeof *policy.items);
	policy.count = promising->count;
	for (size_t i = 0; i < promising->count; i++) {
		facade_defaults(&policy.items[i]);
		policy.items[i].name = promising->items[i].name;
		tallies[i] = (struct tally){.files = {.arena = arena},
					    .modules = {.arena = arena},
					    .exports = &exports[i]};
	}
	if (tree_uses_read(survey->snapshot, &policy, arena, &uses, error) < 0)
		return -1;
	for (size_t i = 0; i < uses.count; i++) {
		const struct tree_use *use = &uses.items[i];

		if (!use->escape)
			count_use(&policy, use, &promising->items[use->facade],
				  &tallies[use->facade], arena);
	}
	for (size_t i = 0; i < promising->count; i++) {
		struct candidate *candidate = &promising->items[i];
		const struct mention *mention = map_get(&survey->mentions, candidate->name);

		candidate->files = tallies[i].files.count;
		candidate->modules = tallies[i].modules.count;
		/* What else is imported from it, it declares itself, or it is a submodule. */
		candidate->declared =
			mention->uses > candidate->uses ? mention->uses - candidate->uses : 0;
		candidate->curated =
			candidate->uses && candidate->curated_uses * 10 >= candidate->uses * 9;
	}
	return 0;
}

static int compare_candidates(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->uses != b->uses)
		return a->uses < b->uses ? 1 : -1;
	return slice_compare(a->name, b->name);
}

int candidates_find(struct snapshot *snapshot, const struct policy *policy, struct arena *arena,
		    struct candidates *out, struct pawl_error *error)
{
	struct survey survey = {.snapshot = snapshot,
				.policy = policy,
				.arena = arena,
				.mentions = {.arena = arena}};
	struct modules_options options = {.roots = &policy->roots, .limits = &policy->limits};
	struct modules *modules = modules_new(arena, snapshot, &options);
	struct promising promising = {0};
	struct exports *exports;
	size_t count = 0;

	*out = (struct candidates){0};
	if (snapshot_walk(snapshot, arena, survey_text, &survey, error) < 0)
		return -1;
	exports = arena_alloc(arena, (survey.mentions.count + 1) * sizeof *exports);
	for (const struct map_entry *entry = survey.mentions.head; entry; entry = entry->next) {
		struct candidate candidate;
		int result = look_at(modules, entry->key, entry->value, arena, &candidate,
				     &exports[count], error);

		if (result < 0)
			return -1;
		if (result == 0)
			continue;
		*ARENA_PUSH(arena, &promising) = candidate;
		count++;
	}
	if (read_uses(&survey, &promising, exports, error) < 0)
		return -1;
	for (size_t i = 0; i < promising.count; i++) {
		const struct candidate *candidate = &promising.items[i];

		if (candidate->uses >= CANDIDATE_USES && candidate->files >= CANDIDATE_FILES &&
		    candidate->modules >= CANDIDATE_MODULES)
			*ARENA_PUSH(arena, out) = *candidate;
	}
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, compare_candidates);
	return 0;
}
