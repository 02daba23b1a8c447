/*
 * A tree of Python texts in memory, for tests of what is resolved in it.
 */
#ifndef PAWL_TESTS_MODULE_FIXTURE_H
#define PAWL_TESTS_MODULE_FIXTURE_H

#include "git_fixture.h"

#include "pawl/resolve.h"

struct file {
	const char *path, *text;
};

/* An empty one, for its limits: opened for a group of tests, since a snapshot must have one. */
static struct repository *repository;

static int repository_make(void **state)
{
	struct fixture *fixture;

	if (fixture_make(state))
		return -1;
	fixture = *state;
	fixture_open(fixture);
	repository = fixture->repository;
	return 0;
}

/* The modules of some files, under the roots `src` and the top. */
static struct modules *modules_of(struct arena *arena, const struct file *files, size_t count)
{
	struct overlay *changes = arena_alloc(arena, (count + 1) * sizeof *changes);
	struct modules_options options = {0};
	struct slices *roots = arena_alloc(arena, sizeof *roots);
	struct slice *texts = arena_alloc(arena, (count + 1) * sizeof *texts);
	struct snapshot *snapshot;

	for (size_t i = 0; i < count; i++) {
		texts[i] = slice_of(files[i].text);
		changes[i] = (struct overlay){
			.path = slice_of(files[i].path),
			.entry = {.mode = 0100644},
			.bytes = &texts[i],
		};
	}
	*ARENA_PUSH(arena, roots) = SLICE("src");
	*ARENA_PUSH(arena, roots) = SLICE(".");
	options.roots = roots;
	snapshot = snapshot_overlay(snapshot_empty(repository, arena), arena, changes, count);
	return modules_new(arena, snapshot, &options);
}

/* "declared a.b.C reexport star", "module a.b submodule", "unbound", … */
static struct slice origin_say(struct arena *arena, const struct origin *origin)
{
	static const char *const kinds[] = {"unbound", "declared", "module", "unknown",
					    "ambiguous"};
	struct buf out = {.arena = arena};

	buf_add_string(&out, kinds[origin->kind]);
	if (origin->kind == ORIGIN_DECLARED || origin->kind == ORIGIN_MODULE) {
		buf_add_char(&out, ' ');
		buf_add(&out, origin->module);
	}
	if (origin->kind == ORIGIN_DECLARED) {
		buf_add_char(&out, '.');
		buf_add(&out, origin->name);
	}
	buf_add_string(&out, origin->reexport ? " reexport" : "");
	buf_add_string(&out, origin->submodule ? " submodule" : "");
	buf_add_string(&out, origin->star ? " star" : "");
	buf_add_string(&out, origin->accident ? " accident" : "");
	buf_add_string(&out, origin->doubtful ? " doubtful" : "");
	buf_add_string(&out, origin->type_checking ? " type_checking" : "");
	buf_add_string(&out, origin->choice ? " choice" : "");
	return buf_slice(&out);
}

#define FILES(...)                                                                                 \
	(const struct file[]){__VA_ARGS__},                                                        \
		sizeof((const struct file[]){__VA_ARGS__}) / sizeof(struct file)

#endif
