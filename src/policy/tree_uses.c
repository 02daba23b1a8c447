#include "judge.h"

#include <stdlib.h>

struct reading {
	struct snapshot *snapshot;
	const struct policy *policy;
	struct arena *arena;
	struct facade_set facades;
	struct classifier *classifier;
	struct tree_uses *out;
};

static void add_unreadable(struct reading *reading, struct slice path, const char *why)
{
	*ARENA_PUSH(reading->arena, &reading->out->unreadable) = path;
	*ARENA_PUSH(reading->arena, &reading->out->reasons) =
		slice_copy(reading->arena, slice_of(why));
}

/* D7: a module object is imported from its parent. */
static void split_module(struct slice module, struct tree_use *use)
{
	const char *dot = memrchr(module.ptr, '.', module.len);

	use->module = module;
	if (!dot)
		return;
	use->module.len = (size_t)(dot - module.ptr);
	use->name = (struct slice){dot + 1, module.len - use->module.len - 1};
}

static void set_canonical(struct reading *reading, const struct classified *classified,
			  struct tree_use *use, struct slice bound_as)
{
	const struct origin *origin = &classified->origin;

	use->accident = classified->accident;
	if (!origin_canonical(origin, bound_as, reading->arena, &use->canonical))
		return;
	use->known = true;
	if (origin->kind == ORIGIN_MODULE) {
		split_module(origin->module, use);
		return;
	}
	use->module = origin->module;
	use->name = origin->name;
}

static int add_use(struct reading *reading, struct slice path, const struct text *text,
		   const struct raw_use *raw, struct pawl_error *error)
{
	struct arena *arena = reading->arena;
	struct slice facade = reading->facades.names[raw->facade];
	const struct classified *classified = NULL;
	bool barred = policy_bars(&reading->policy->items[raw->facade], path);
	struct tree_use *use;

	if (!raw->escape && (!use_counts(reading->policy, path, raw)))
		return 0;
	if (!raw->escape) {
		if (classify(reading->classifier, raw->facade, raw->name, &classified, error) < 0)
			return -1;
		if (!classified_is_use(classified, barred))
			return 0;
	}
	use = ARENA_PUSH(arena, reading->out);
	use->path = path;
	use->at = raw->at;
	use->facade = raw->facade;
	use->via = raw->via;
	use->escape = raw->escape;
	use->line = slice_copy(arena, text_line(text, raw->at.offset));
	use->symbol = use_symbol(arena, facade, raw->name);
	use->barred = barred && !raw->escape;
	use->barred_alone = raw->itself || (classified && !classified->use);
	use->allowed = !raw->escape && use_allowed_inline(reading->policy, text, raw);
	if (classified && classified->use)
		set_canonical(reading, classified, use, slice_copy(arena, raw->name));
	return 0;
}

static int read_file(void *payload, const struct change *change, struct pawl_error *error)
{
	struct reading *reading = payload;
	struct arena scratch = {0};
	struct module_name module;
	struct raw_uses uses = {0};
	struct text text;
	struct slice bytes;
	const char *why;
	int result;

	if (change->kind == CHANGE_BROKEN_TREE) {
		add_unreadable(reading, change->path, change->message);
		return 0;
	}
	if (!policy_reads(reading->policy, change->path))
		return 0;
	result = text_of_entry(reading->snapshot, change->path, &change->tip, &scratch, &bytes,
			       &why, error);
	if (result == 0 && !why) {
		reading->out->texts++;
		module_name_of_path(&reading->policy->roots, change->path, &scratch, &module);
		uses_read(bytes, &module, &reading->facades, &reading->policy->limits, &scratch,
			  &text, &uses);
		why = uses.unreadable;
	}
	if (result == 0 && why)
		add_unreadable(reading, change->path, why);
	for (size_t i = 0; i < uses.count && result == 0 && !why; i++)
		result = add_use(reading, change->path, &text, &uses.items[i], error);
	arena_free(&scratch);
	return result < 0 ? -1 : 0;
}

static int compare_uses(const void *left, const void *right)
{
	const struct tree_use *a = left, *b = right;
	int order = slice_compare(a->path, b->path);

	if (order == 0)
		order = (a->at.offset > b->at.offset) - (a->at.offset < b->at.offset);
	return order ? order : slice_compare(a->symbol, b->symbol);
}

static void reading_start(struct reading *reading, struct snapshot *snapshot,
			  const struct policy *policy, struct arena *arena, struct tree_uses *out)
{
	struct snapshot **sides = arena_alloc(arena, sizeof *sides);

	sides[0] = snapshot;
	*out = (struct tree_uses){0};
	*reading = (struct reading){
		.snapshot = snapshot, .policy = policy, .arena = arena, .out = out};
	reading->facades = policy_facade_set(policy, arena);
	reading->classifier = classifier_new(arena, policy, &reading->facades, sides, 1);
}

static void reading_end(struct reading *reading)
{
	classifier_close(reading->classifier);
	if (reading->out->count)
		qsort(reading->out->items, reading->out->count, sizeof *reading->out->items,
		      compare_uses);
}

int tree_uses_read(struct snapshot *snapshot, const struct policy *policy, struct arena *arena,
		   struct tree_uses *out, struct pawl_error *error)
{
	struct reading reading;
	int result;

	reading_start(&reading, snapshot, policy, arena, out);
	result = snapshot_walk(snapshot, arena, read_file, &reading, error);
	reading_end(&reading);
	return result < 0 ? -1 : 0;
}

int tree_uses_of_paths(struct snapshot *snapshot, const struct policy *policy,
		       const struct slices *paths, struct arena *arena, struct tree_uses *out,
		       struct pawl_error *error)
{
	struct reading reading;
	int result = 0;

	reading_start(&reading, snapshot, policy, arena, out);
	for (size_t i = 0; i < paths->count && result == 0; i++) {
		struct change change = {.kind = CHANGE_FILE, .path = paths->items[i]};

		result = snapshot_lookup(snapshot, change.path, &change.tip, error);
		if (result == 0 && change.tip.mode)
			result = read_file(&reading, &change, error);
	}
	reading_end(&reading);
	return result < 0 ? -1 : 0;
}
