/*
 * Facades whose source another repository holds: what they hand on is read from that repository
 * where a server has both (`source`), else from an export map in the tree (`exports`).
 */
#include "judge.h"

/* The export maps of one facade in one snapshot, read once. */
struct mapped {
	const struct snapshot *snapshot;
	const struct facade_policy *facade;
	struct map lines; /* name to struct export_line */
	git_oid commit;
	struct slice path; /* of the map that has the facade */
	bool read;	   /* false: `why` */
	struct pawl_error why;
	struct mapped *next;
};

/* A facade's own repository, opened once. */
struct live {
	const struct facade_policy *facade;
	struct repository *repository;
	struct modules *modules;
	git_oid commit;
	struct policy policy; /* its own: the roots */
	struct live *next;
};

struct foreign {
	struct arena *arena;
	const struct policy *policy;
	struct mapped *mapped;
	struct live *live;
};

struct foreign *foreign_new(struct arena *arena, const struct policy *policy)
{
	struct foreign *foreign = arena_alloc(arena, sizeof *foreign);

	foreign->arena = arena;
	foreign->policy = policy;
	return foreign;
}

void foreign_close(struct foreign *foreign)
{
	for (struct live *live = foreign->live; live; live = live->next)
		repository_free(live->repository);
	foreign->live = NULL;
}

/* ---- export maps ---- */

static int map_wrong(struct pawl_error *why, struct slice path, const char *what)
{
	return pawl_error_set(why, PAWL_ERROR_POLICY, "%.*s: the export map %s", (int)path.len,
			      path.ptr, what);
}

int export_map_of_snapshot(struct snapshot *snapshot, struct slice path, struct arena *arena,
			   struct export_map *out, struct pawl_error *why, struct pawl_error *error)
{
	enum blob_state state;
	struct entry entry;
	struct slice bytes;

	*out = (struct export_map){0};
	if (snapshot_lookup(snapshot, path, &entry, error) < 0)
		return -1;
	if (!entry_is_blob(&entry)) {
		map_wrong(why, path, entry.mode ? "is no file" : "is not there");
		return 1;
	}
	if (snapshot_read(snapshot, path, &entry, arena, &bytes, &state, error) < 0)
		return -1;
	if (state != BLOB_READ) {
		map_wrong(why, path, "is larger than max-blob-size");
		return 1;
	}
	return export_map_parse(arena, bytes, path, out, why) < 0 ? 1 : 0;
}

/* The lines of one map that are about the facade: the first map that has any is taken whole. */
static void lines_take(struct mapped *mapped, const struct export_map *map, struct slice path)
{
	bool taken = mapped->lines.count > 0;

	for (size_t i = 0; i < map->count && !taken; i++) {
		struct export_line *line = &map->items[i];

		if (!slice_equal(line->facade, mapped->facade->name))
			continue;
		map_put(&mapped->lines, line->name)->value = line;
		mapped->commit = map->commit;
		mapped->path = path;
	}
}

static int maps_read(struct foreign *foreign, struct snapshot *snapshot, struct mapped *mapped,
		     struct pawl_error *error)
{
	const struct slices *paths = &mapped->facade->exports;

	for (size_t i = 0; i < paths->count; i++) {
		struct export_map map;
		int result = export_map_of_snapshot(snapshot, paths->items[i], foreign->arena, &map,
						    &mapped->why, error);

		if (result)
			return result < 0 ? -1 : 0;
		lines_take(mapped, &map, paths->items[i]);
	}
	mapped->read = map_get(&mapped->lines, SLICE("*")) != NULL;
	if (!mapped->read && paths->count)
		pawl_error_set(&mapped->why, PAWL_ERROR_POLICY,
			       "%.*s: the export map says nothing of %.*s: make it anew with pawl "
			       "exports --map",
			       (int)paths->items[0].len, paths->items[0].ptr,
			       (int)mapped->facade->name.len, mapped->facade->name.ptr);
	return 0;
}

static int mapped_find(struct foreign *foreign, struct snapshot *snapshot,
		       const struct facade_policy *facade, struct mapped **out,
		       struct pawl_error *error)
{
	struct mapped *mapped = foreign->mapped;

	while (mapped && (mapped->snapshot != snapshot || mapped->facade != facade))
		mapped = mapped->next;
	*out = mapped;
	if (mapped)
		return 0;
	mapped = arena_alloc(foreign->arena, sizeof *mapped);
	mapped->snapshot = snapshot;
	mapped->facade = facade;
	mapped->lines.arena = foreign->arena;
	if (maps_read(foreign, snapshot, mapped, error) < 0)
		return -1;
	mapped->next = foreign->mapped;
	foreign->mapped = mapped;
	*out = mapped;
	return 0;
}

/* What a map says, as name_resolve() would have said it where the source is. */
static void origin_of_line(const struct mapped *mapped, struct slice name, struct origin *out)
{
	const struct export_line *line = map_get(&mapped->lines, name);
	const struct export_line *whole = map_get(&mapped->lines, SLICE("*"));

	*out = (struct origin){.reexport = true};
	switch (line ? line->kind : whole->kind) {
	case EXPORT_FACADE:
		*out = (struct origin){.kind = ORIGIN_UNBOUND};
		return;
	case EXPORT_DYNAMIC:
	case EXPORT_UNKNOWN:
		out->kind = ORIGIN_UNKNOWN;
		return;
	case EXPORT_OWN:
		*out = (struct origin){
			.kind = ORIGIN_DECLARED, .module = mapped->facade->name, .name = name};
		return;
	case EXPORT_SUBMODULE:
		*out = (struct origin){.kind = ORIGIN_MODULE, .submodule = true};
		return;
	case EXPORT_DECLARED:
	case EXPORT_MODULE:
	case EXPORT_DOUBTFUL:
	case EXPORT_ACCIDENT:
		break;
	}
	out->kind = line->declared.len ? ORIGIN_DECLARED : ORIGIN_MODULE;
	out->module = line->module;
	out->name = line->declared;
	out->doubtful = line->kind == EXPORT_DOUBTFUL;
	out->accident = out->star = line->kind == EXPORT_ACCIDENT;
}

/* ---- the repository itself ---- */

static int live_wrong(const struct facade_policy *facade, const char *what,
		      struct pawl_error *error)
{
	return pawl_error_set(error, PAWL_ERROR_POLICY,
			      "the source of %.*s, %.*s %.*s, cannot be read: %s",
			      (int)facade->name.len, facade->name.ptr,
			      (int)facade->source_repository.len, facade->source_repository.ptr,
			      (int)facade->source_ref.len, facade->source_ref.ptr, what);
}

/* The roots are that repository's own affair: its policy's, else the two that Python projects have.
 */
static int live_roots(struct foreign *foreign, struct live *live, struct snapshot *snapshot,
		      struct pawl_error *error)
{
	static const struct slice usual[] = {{"src", 3}, {".", 1}};
	int result = policy_of_snapshot(snapshot, live->facade->source_repository.ptr,
					foreign->arena, &live->policy, error);

	if (result == 1) {
		policy_defaults(&live->policy);
		live->policy.roots = (struct slices){(struct slice *)usual, 2, 0};
	}
	return result < 0 ? -1 : 0;
}

static int live_read(struct foreign *foreign, struct live *live, struct pawl_error *error)
{
	struct modules_options *options = arena_alloc(foreign->arena, sizeof *options);
	struct arena *arena = foreign->arena;
	struct snapshot *snapshot;
	struct module module;
	struct ref ref = {0};
	int result = ref_lookup(live->repository, live->facade->source_ref, arena, &ref, error);

	if (result)
		return result < 0 ? -1 : live_wrong(live->facade, "it has no such ref", error);
	if (snapshot_of_commit(&snapshot, live->repository, arena, &ref.target, error) < 0 ||
	    live_roots(foreign, live, snapshot, error) < 0)
		return -1;
	live->commit = ref.target;
	options->roots = &live->policy.roots;
	options->limits = &foreign->policy->limits;
	live->modules = modules_new(arena, snapshot, options);
	if (modules_find(live->modules, live->facade->name, &module, error) < 0)
		return -1;
	if (module.kind != MODULE_PACKAGE && module.kind != MODULE_FILE)
		return live_wrong(live->facade, "it has no such module below its roots", error);
	return 0;
}

static int live_find(struct foreign *foreign, struct repository *home,
		     const struct facade_policy *facade, struct live **out,
		     struct pawl_error *error)
{
	struct repository_options options = {.hook = true};
	struct pawl_error why;
	struct live *live = foreign->live;

	while (live && live->facade != facade)
		live = live->next;
	*out = live;
	if (live)
		return 0;
	options.max_blob_size = foreign->policy->max_blob_size;
	options.path = facade->source_repository.ptr;
	if (*options.path != '/')
		options.path =
			slice_format(foreign->arena, "%s%s", repository_git_dir(home), options.path)
				.ptr;
	live = arena_alloc(foreign->arena, sizeof *live);
	live->facade = facade;
	if (repository_open(&live->repository, &options, &why) < 0)
		return live_wrong(facade, why.message, error);
	live->next = foreign->live;
	foreign->live = live;
	*out = live;
	if (live_read(foreign, live, error) == 0)
		return 0;
	foreign->live = live->next;
	repository_free(live->repository);
	return -1;
}

/* A map beside a source that has moved on: said, and the source believed. */
static int stale_note(struct foreign *foreign, struct snapshot *snapshot, const struct live *live,
		      struct slice *note, struct pawl_error *error)
{
	char made[13], is[13];
	struct mapped *mapped;

	if (!live->facade->exports.count)
		return 0;
	if (mapped_find(foreign, snapshot, live->facade, &mapped, error) < 0)
		return -1;
	if (!mapped->read) {
		*note = slice_of(mapped->why.message);
		return 0;
	}
	if (git_oid_equal(&mapped->commit, &live->commit))
		return 0;
	git_oid_tostr(made, sizeof made, &mapped->commit);
	git_oid_tostr(is, sizeof is, &live->commit);
	*note = slice_format(foreign->arena, "%.*s is stale: made from %s, %s is at %s",
			     (int)mapped->path.len, mapped->path.ptr, made,
			     live->facade->source_repository.ptr, is);
	return 0;
}

/* ---- either ---- */

enum foreign_answer foreign_resolve(struct foreign *foreign, struct modules *modules,
				    const struct facade_policy *facade, struct slice name,
				    struct origin *out, struct slice *note,
				    struct pawl_error *error)
{
	struct snapshot *snapshot = modules_snapshot(modules);
	struct repository *home = snapshot_repository(snapshot);
	struct mapped *mapped;
	struct module module;
	struct live *live;

	if (!facade || (!facade->exports.count && !facade->source_repository.len))
		return FOREIGN_NOT;
	if (modules_find(modules, facade->name, &module, error) < 0)
		return FOREIGN_FAILED;
	if (module.kind == MODULE_PACKAGE || module.kind == MODULE_FILE)
		return FOREIGN_NOT;
	/* Beside a working tree there is no telling what lies at a server's path. */
	if (facade->source_repository.len && !repository_worktree(home)) {
		if (live_find(foreign, home, facade, &live, error) < 0 ||
		    name_resolve(live->modules, facade->name, name, out, error) < 0 ||
		    stale_note(foreign, snapshot, live, note, error) < 0)
			return FOREIGN_FAILED;
		return FOREIGN_FOUND;
	}
	if (!facade->exports.count) {
		pawl_error_set(error, PAWL_ERROR_POLICY,
			       "%.*s lies in another repository: keep a map of it here (pawl "
			       "exports --map) and name it in the policy's `exports`",
			       (int)facade->name.len, facade->name.ptr);
		return FOREIGN_BROKEN;
	}
	if (mapped_find(foreign, snapshot, facade, &mapped, error) < 0)
		return FOREIGN_FAILED;
	if (!mapped->read) {
		*error = mapped->why;
		return FOREIGN_BROKEN;
	}
	origin_of_line(mapped, name, out);
	return FOREIGN_FOUND;
}
