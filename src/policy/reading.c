/*
 * The texts of the changed paths, read on a few processors where there are many; what they say is
 * counted (tally.c) on the caller's thread, path by path. A further thread has a repository of its
 * own, and reads nothing but blobs of ordinary size: links, what is missing and what is large it
 * leaves to the caller's, which reads as if it were alone, and alone reports errors.
 */
#include "judge.h"

#include <stdlib.h>

/* A server has other pushes for its other processors. */
#define MAX_THREADS 4
/* With fewer, what a thread takes to start, and to end, is what it saves. */
#define PATHS_PER_THREAD 16
#define BLOCK		 32
/* Texts that are read ahead take no more than this, each of them at most a small part of it. */
#define AHEAD_BYTES   ((size_t)8 << 20)
#define LARGEST_AHEAD ((size_t)256 << 10)

struct readings {
	struct judgement *judgement;
	size_t first;
	bool tips;
	reading_visit visit;
	struct path_reading *slots; /* of two blocks; one where no other thread reads */
	size_t slot_count;
};

struct tools {
	struct repository *repository;
	struct arena arena;
	struct snapshot *tip, **bases;
};

int path_text_read(const struct judgement *judgement, struct snapshot *snapshot,
		   const struct changed_path *path, const struct entry *entry,
		   struct text_reading *out, struct pawl_error *error)
{
	int result = text_of_entry(snapshot, path->path, entry, &out->arena, &out->bytes,
				   &out->unreadable, error);

	if (result < 0)
		return -1;
	out->done = true;
	if (result > 0 || out->unreadable)
		return 0;
	out->there = true;
	uses_read(out->bytes, &path->module, &judgement->facades,
		  &judgement->request->policy->limits, &out->arena, &out->text, &out->uses);
	out->unreadable = out->uses.unreadable;
	return 0;
}

static void text_free(struct text_reading *text)
{
	arena_free(&text->arena);
	*text = (struct text_reading){0};
}

static void reading_free(struct path_reading *reading)
{
	text_free(&reading->tip);
	for (size_t i = 0; i < BASES_AHEAD; i++)
		text_free(&reading->bases[i]);
}

/* ---- on a further thread ---- */

static void *tools_open(void *payload)
{
	const struct readings *readings = payload;
	const struct judge_request *request = readings->judgement->request;
	struct tools *tools = memory_calloc(1, sizeof *tools);
	struct arena *arena = &tools->arena;
	struct pawl_error ignored;

	if (repository_open_again(&tools->repository, request->repository, LARGEST_AHEAD,
				  &ignored) < 0) {
		free(tools);
		return NULL;
	}
	tools->tip = snapshot_again(request->tip, tools->repository, arena);
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): the elements are pointers */
	tools->bases = arena_alloc(arena, request->base_count * sizeof *tools->bases);
	for (size_t i = 0; i < request->base_count; i++)
		tools->bases[i] = snapshot_again(request->bases[i], tools->repository, arena);
	return tools;
}

static void tools_close(void *payload, void *closed)
{
	const struct readings *readings = payload;
	struct tools *tools = closed;

	repository_add_counts(readings->judgement->request->repository, tools->repository);
	repository_free(tools->repository);
	arena_free(&tools->arena);
	free(tools);
}

static void read_text(const struct judgement *judgement, struct snapshot *snapshot,
		      const struct changed_path *path, const struct entry *entry,
		      struct text_reading *out)
{
	struct pawl_error ignored;

	if (path_text_read(judgement, snapshot, path, entry, out, &ignored) < 0 || !out->there)
		text_free(out);
}

/* Up to one that is left to the caller's thread. */
static size_t read_bases(const struct judgement *judgement, const struct tools *tools,
			 const struct changed_path *path, struct path_reading *out)
{
	size_t bytes = 0;

	for (size_t i = 0; i < path->base_count && i < BASES_AHEAD; i++) {
		if (!path->bases[i].mode)
			continue;
		if (entry_is_blob(&path->bases[i]))
			read_text(judgement, tools->bases[i], path, &path->bases[i],
				  &out->bases[i]);
		if (!out->bases[i].done)
			break;
		bytes += out->bases[i].arena.allocated;
	}
	return bytes;
}

/* The bases of a path whose tip counts nothing may never be asked for. */
static bool any_counts(const struct policy *policy, const struct changed_path *path,
		       const struct raw_uses *uses)
{
	for (size_t i = 0; i < uses->count; i++)
		if (use_counts(policy, path->path, &uses->items[i]))
			return true;
	return false;
}

static struct changed_path *path_of(const struct readings *readings, size_t item)
{
	return &readings->judgement->paths.items[readings->first + item];
}

static size_t read_path(void *payload, void *used, size_t item)
{
	const struct readings *readings = payload;
	const struct judgement *judgement = readings->judgement;
	const struct changed_path *path = path_of(readings, item);
	struct path_reading *out = &readings->slots[item % readings->slot_count];
	const struct tools *tools = used;
	size_t bytes = 0;

	if (readings->tips) {
		if (!entry_is_blob(&path->tip))
			return 0;
		read_text(judgement, tools->tip, path, &path->tip, &out->tip);
		bytes = out->tip.arena.allocated;
		if (!any_counts(judgement->request->policy, path, &out->tip.uses))
			return bytes;
	}
	return path->bases_read ? 0 : bytes + read_bases(judgement, tools, path, out);
}

/* ---- on the caller's ---- */

static int visit_path(void *payload, size_t item, struct pawl_error *error)
{
	const struct readings *readings = payload;
	struct path_reading *reading = &readings->slots[item % readings->slot_count];
	int result = readings->visit(readings->judgement, path_of(readings, item), reading, error);

	reading_free(reading);
	return result;
}

/* A thread's repository has no more than objects: the index or a worktree is the caller's. */
static bool all_plain(const struct judge_request *request)
{
	for (size_t i = 0; i < request->base_count; i++)
		if (!snapshot_is_plain(request->bases[i]))
			return false;
	return snapshot_is_plain(request->tip);
}

static bool has_work(const struct readings *readings, const struct changed_path *path)
{
	if (readings->tips)
		return entry_is_blob(&path->tip);
	return !path->bases_read && changed_path_in_any_base(path);
}

static size_t threads_wanted(const struct readings *readings, size_t count)
{
	size_t work = 0, wanted, processors;

	for (size_t i = 0; i < count; i++)
		work += has_work(readings, path_of(readings, i));
	wanted = work / PATHS_PER_THREAD;
	if (wanted < 2 || !all_plain(readings->judgement->request))
		return 1;
	if (wanted > MAX_THREADS)
		wanted = MAX_THREADS;
	processors = crew_processors();
	return wanted < processors ? wanted : processors;
}

static int visit_paths(struct judgement *judgement, size_t first, bool tips, reading_visit visit,
		       struct pawl_error *error)
{
	struct path_reading alone = {0};
	struct readings readings = {judgement, first, tips, visit, &alone, 1};
	struct crew_job job = {
		.count = judgement->paths.count - first,
		.block = BLOCK,
		.bytes = AHEAD_BYTES,
		.payload = &readings,
		.open = tools_open,
		.read = read_path,
		.close = tools_close,
		.visit = visit_path,
	};
	size_t threads = threads_wanted(&readings, job.count);
	int result;

	if (threads < 2)
		return crew_run(&job, 1, error);
	readings.slot_count = (size_t)2 * BLOCK;
	readings.slots = memory_calloc(readings.slot_count, sizeof *readings.slots);
	result = crew_run(&job, threads, error);
	judgement->verdict->threads += job.started;
	for (size_t i = 0; i < readings.slot_count; i++)
		reading_free(&readings.slots[i]);
	free(readings.slots);
	return result;
}

int readings_visit_tips(struct judgement *judgement, size_t first, reading_visit visit,
			struct pawl_error *error)
{
	return visit_paths(judgement, first, true, visit, error);
}

int readings_visit_bases(struct judgement *judgement, reading_visit visit, struct pawl_error *error)
{
	return visit_paths(judgement, 0, false, visit, error);
}
