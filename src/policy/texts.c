/*
 * The texts of a whole tree, read on all cores: what each says is the work of one thread, with a
 * repository and an arena of its own. Meanwhile the caller's thread visits what is read, in the
 * tree's order. Whatever a thread cannot read is left to the caller's, which alone reports errors.
 */
#include "texts.h"

#include <stdlib.h>

#define MAX_THREADS	 16
#define TEXTS_PER_THREAD 128
#define BLOCK		 1024 /* what the texts say is kept anyway */

struct listing_walk {
	const struct policy *policy;
	struct arena *arena;
	struct tree_texts *out;
};

static int list_text(void *payload, const struct change *change, struct pawl_error *error)
{
	struct listing_walk *walk = payload;
	struct tree_text *text;

	(void)error;
	if (change->kind != CHANGE_BROKEN_TREE && !policy_reads(walk->policy, change->path))
		return 0;
	text = ARENA_PUSH(walk->arena, walk->out);
	text->path = change->path;
	text->entry = change->tip;
	if (change->kind == CHANGE_BROKEN_TREE)
		text->broken = slice_copy(walk->arena, slice_of(change->message)).ptr;
	else
		module_name_of_path(&walk->policy->roots, change->path, walk->arena, &text->module);
	return 0;
}

int tree_texts_list(struct snapshot *snapshot, const struct policy *policy, struct arena *arena,
		    struct tree_texts *out, struct pawl_error *error)
{
	struct listing_walk walk = {policy, arena, out};

	*out = (struct tree_texts){0};
	return snapshot_walk(snapshot, arena, list_text, &walk, error) < 0 ? -1 : 0;
}

static void add_use(struct tree_text *text, const struct text *source, const struct policy *policy,
		    const struct raw_use *raw, struct arena *arena)
{
	struct text_use *use = ARENA_PUSH(arena, text);

	use->facade = raw->facade;
	use->via = raw->via;
	use->type_checking = raw->type_checking;
	use->escape = raw->escape;
	use->itself = raw->itself;
	use->allowed = !raw->escape && policy_allows_line(policy, source, raw->at);
	use->at = raw->at;
	use->name = slice_copy(arena, raw->name);
	use->line = slice_copy(arena, text_line(source, raw->at));
}

int tree_text_read(struct tree_text *text, struct snapshot *snapshot, const struct policy *policy,
		   const struct facade_set *facades, struct arena *arena, struct pawl_error *error)
{
	struct arena scratch = {0};
	struct raw_uses uses = {0};
	struct text source;
	struct slice bytes;
	const char *why;
	int result =
		text_of_entry(snapshot, text->path, &text->entry, &scratch, &bytes, &why, error);

	if (result == 0 && !why) {
		uses_read(bytes, &text->module, facades, &policy->limits, &scratch, &source, &uses);
		why = uses.unreadable;
	}
	if (result == 0 && why)
		text->unreadable = slice_copy(arena, slice_of(why)).ptr;
	for (size_t i = 0; i < uses.count && !why; i++)
		add_use(text, &source, policy, &uses.items[i], arena);
	if (result >= 0)
		text->state = result == 0 ? TREE_TEXT_DONE : TREE_TEXT_NONE;
	arena_free(&scratch);
	return result < 0 ? -1 : 0;
}

/* ---- threads ---- */

struct reading {
	struct tree_texts *texts;
	struct snapshot *snapshot;
	const struct policy *policy;
	const struct facade_set *facades;
	struct arena *arena; /* of the caller */
	tree_text_visit visit;
	void *payload;
};

struct tools {
	struct repository *repository;
	struct snapshot *snapshot;
	struct arena arena; /* holds what the texts say that were read with them */
};

static void *tools_open(void *payload)
{
	const struct reading *reading = payload;
	struct tools *tools = memory_calloc(1, sizeof *tools);
	struct pawl_error ignored;

	if (repository_open_again(&tools->repository, snapshot_repository(reading->snapshot), 0,
				  &ignored) < 0) {
		free(tools);
		return NULL;
	}
	tools->snapshot = snapshot_again(reading->snapshot, tools->repository, &tools->arena);
	return tools;
}

static void tools_close(void *payload, void *closed)
{
	const struct reading *reading = payload;
	struct tools *tools = closed;

	arena_adopt(reading->arena, &tools->arena);
	repository_add_counts(snapshot_repository(reading->snapshot), tools->repository);
	repository_free(tools->repository);
	free(tools);
}

static bool waits(const struct tree_text *text)
{
	return text->state == TREE_TEXT_WAITING && !text->broken;
}

static size_t read_with_tools(void *payload, void *used, size_t item)
{
	const struct reading *reading = payload;
	struct tree_text *text = &reading->texts->items[item];
	struct tools *tools = used;
	struct pawl_error ignored;

	if (waits(text))
		tree_text_read(text, tools->snapshot, reading->policy, reading->facades,
			       &tools->arena, &ignored);
	return 0;
}

static int visit_text(void *payload, size_t item, struct pawl_error *error)
{
	const struct reading *reading = payload;
	struct tree_text *text = &reading->texts->items[item];

	if (waits(text) && tree_text_read(text, reading->snapshot, reading->policy,
					  reading->facades, reading->arena, error) < 0)
		return -1;
	return reading->visit(reading->payload, text, error);
}

static size_t threads_wanted(const struct tree_texts *texts, const struct snapshot *snapshot)
{
	size_t waiting = 0, wanted = crew_processors();

	if (!snapshot_is_plain(snapshot))
		return 1;
	for (size_t i = 0; i < texts->count; i++)
		waiting += waits(&texts->items[i]);
	if (wanted > MAX_THREADS)
		wanted = MAX_THREADS;
	return wanted > waiting / TEXTS_PER_THREAD ? waiting / TEXTS_PER_THREAD : wanted;
}

int tree_texts_read(struct tree_texts *texts, struct snapshot *snapshot,
		    const struct policy *policy, const struct facade_set *facades,
		    struct arena *arena, tree_text_visit visit, void *payload,
		    struct pawl_error *error)
{
	struct reading reading = {texts, snapshot, policy, facades, arena, visit, payload};
	struct crew_job job = {
		.count = texts->count,
		.block = BLOCK,
		.payload = &reading,
		.open = tools_open,
		.read = read_with_tools,
		.close = tools_close,
		.visit = visit_text,
	};

	return crew_run(&job, threads_wanted(texts, snapshot), error);
}
