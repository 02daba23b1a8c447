#include <stdlib.h>

#include "texts.h"

struct reading {
	const struct policy *policy;
	struct arena *arena;
	const struct facade_set *facades;
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

static bool counts(const struct reading *reading, struct slice path, const struct text_use *said)
{
	const struct raw_use raw = {.facade = said->facade,
				    .type_checking = said->type_checking,
				    .itself = said->itself};

	return use_counts(reading->policy, path, &raw);
}

static int add_use(struct reading *reading, struct slice path, const struct text_use *said,
		   struct pawl_error *error)
{
	struct arena *arena = reading->arena;
	struct slice facade = reading->facades->names[said->facade];
	const struct classified *classified = NULL;
	bool barred = policy_bars(&reading->policy->items[said->facade], path);
	struct tree_use *use;

	if (!said->escape) {
		if (!counts(reading, path, said))
			return 0;
		if (classify(reading->classifier, said->facade, said->name, &classified, error) < 0)
			return -1;
		if (!classified_is_use(classified, barred))
			return 0;
	}
	use = ARENA_PUSH(arena, reading->out);
	use->path = path;
	use->at = said->at;
	use->facade = said->facade;
	use->via = said->via;
	use->escape = said->escape;
	use->line = said->line;
	use->symbol = use_symbol(arena, facade, said->name);
	use->barred = barred && !said->escape;
	use->barred_alone = said->itself || (classified && !classified->use);
	use->allowed = said->allowed;
	if (classified && classified->use)
		set_canonical(reading, classified, use, said->name);
	return 0;
}

static int judge_text(void *payload, const struct tree_text *text, struct pawl_error *error)
{
	struct reading *reading = payload;

	if (text->broken) {
		add_unreadable(reading, text->path, text->broken);
		return 0;
	}
	if (text->state != TREE_TEXT_DONE)
		return 0;
	reading->out->texts++;
	if (text->unreadable)
		add_unreadable(reading, text->path, text->unreadable);
	for (size_t i = 0; i < text->count; i++)
		if (add_use(reading, text->path, &text->items[i], error) < 0)
			return -1;
	return 0;
}

static int compare_uses(const void *left, const void *right)
{
	const struct tree_use *a = left, *b = right;
	int order = slice_compare(a->path, b->path);

	if (order == 0)
		order = (a->at.offset > b->at.offset) - (a->at.offset < b->at.offset);
	return order ? order : slice_compare(a->symbol, b->symbol);
}

int tree_texts_judge(struct tree_texts *texts, struct snapshot *snapshot,
		     const struct policy *policy, const struct facade_set *facades,
		     struct arena *arena, struct tree_uses *out, struct pawl_error *error)
{
	struct snapshot **sides = arena_alloc(arena, sizeof *sides);
	struct reading reading = {policy, arena, facades, NULL, out};
	int result;

	sides[0] = snapshot;
	*out = (struct tree_uses){0};
	reading.classifier = classifier_new(arena, policy, facades, sides, 1);
	result = tree_texts_read(texts, snapshot, policy, facades, arena, judge_text, &reading,
				 error);
	classifier_close(reading.classifier);
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, compare_uses);
	return result;
}

int tree_uses_read(struct snapshot *snapshot, const struct policy *policy, struct arena *arena,
		   struct tree_uses *out, struct pawl_error *error)
{
	struct facade_set facades = policy_facade_set(policy, arena);
	struct tree_texts texts;

	*out = (struct tree_uses){0};
	if (tree_texts_list(snapshot, policy, arena, &texts, error) < 0)
		return -1;
	return tree_texts_judge(&texts, snapshot, policy, &facades, arena, out, error);
}

/* The text at one path, where there is one that the policy reads. */
static int read_path(struct snapshot *snapshot, const struct policy *policy,
		     const struct facade_set *facades, struct slice path, struct arena *arena,
		     struct tree_texts *texts, struct pawl_error *error)
{
	struct tree_text *text;
	struct entry entry;

	if (snapshot_lookup(snapshot, path, &entry, error) < 0)
		return -1;
	if (!entry.mode || !policy_reads(policy, path))
		return 0;
	text = ARENA_PUSH(arena, texts);
	text->path = path;
	text->entry = entry;
	module_name_of_path(&policy->roots, path, arena, &text->module);
	return tree_text_read(text, snapshot, policy, facades, arena, error);
}

int tree_uses_of_paths(struct snapshot *snapshot, const struct policy *policy,
		       const struct slices *paths, struct arena *arena, struct tree_uses *out,
		       struct pawl_error *error)
{
	struct facade_set facades = policy_facade_set(policy, arena);
	struct tree_texts texts = {0};

	*out = (struct tree_uses){0};
	for (size_t i = 0; i < paths->count; i++)
		if (read_path(snapshot, policy, &facades, paths->items[i], arena, &texts, error) <
		    0)
			return -1;
	return tree_texts_judge(&texts, snapshot, policy, &facades, arena, out, error);
}
