/* What is left of the frozen uses, and where. */
#include "pawl/policy.h"

#include <stdlib.h>

struct counting {
	struct arena *arena;
	struct owners owners;
	struct map facades, folders, symbols, people, files;
	struct map owned; /* path to owners, so that each is looked up once */
};

static struct status_row *row_of(struct map *rows, struct slice name)
{
	struct map_entry *entry = map_put(rows, name);
	struct status_row *row = entry->value;

	if (!row) {
		row = entry->value = arena_alloc(rows->arena, sizeof *row);
		row->name = name;
	}
	return row;
}

static struct slice folder_of(struct slice path)
{
	const char *slash = memrchr(path.ptr, '/', path.len);

	return slash ? (struct slice){path.ptr, (size_t)(slash - path.ptr)} : SLICE(".");
}

static struct slice owner_of(struct counting *counting, struct slice path)
{
	struct map_entry *entry = map_put(&counting->owned, path);
	struct slice *owner = entry->value;

	if (!owner) {
		owner = entry->value = arena_alloc(counting->arena, sizeof *owner);
		*owner = owners_of(&counting->owners, path, counting->arena);
	}
	return owner->len ? *owner : SLICE("(nobody)");
}

/* Adds a use to each row that it belongs to: to `count`, or to what there was `before`. */
static void count_use(struct counting *counting, const struct policy *policy,
		      const struct tree_use *use, bool before)
{
	struct status_row *rows[] = {
		row_of(&counting->facades, policy->items[use->facade].name),
		row_of(&counting->folders, folder_of(use->path)),
		row_of(&counting->symbols, use->symbol),
		counting->owners.there ? row_of(&counting->people, owner_of(counting, use->path))
				       : NULL,
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!rows[i])
			continue;
		if (before)
			rows[i]->before++;
		else
			rows[i]->count++;
	}
}

static int compare_rows(const void *left, const void *right)
{
	const struct status_row *a = left, *b = right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return slice_compare(a->name, b->name);
}

static struct status_rows rows_sorted(const struct map *map, struct arena *arena)
{
	struct status_rows rows = {0};

	for (const struct map_entry *entry = map->head; entry; entry = entry->next)
		*ARENA_PUSH(arena, &rows) = *(const struct status_row *)entry->value;
	if (rows.count)
		qsort(rows.items, rows.count, sizeof *rows.items, compare_rows);
	return rows;
}

/* What changed, by path and symbol: a use that moved within its file is none. */
static void count_changes(const struct tree_uses *uses, const struct tree_uses *before,
			  struct arena *arena, struct status *out)
{
	struct baseline now = {0}, then = {0};

	baseline_of_uses(uses, arena, &now);
	baseline_of_uses(before, arena, &then);
	for (size_t i = 0; i < now.count; i++) {
		const struct baseline_entry *entry = &now.items[i];
		uint64_t had = baseline_count(&then, entry->path, entry->symbol);

		out->added += entry->count > had ? entry->count - had : 0;
	}
	for (size_t i = 0; i < then.count; i++) {
		const struct baseline_entry *entry = &then.items[i];
		uint64_t has = baseline_count(&now, entry->path, entry->symbol);

		out->gone += entry->count > has ? entry->count - has : 0;
	}
}

static void count_all(struct counting *counting, const struct policy *policy,
		      const struct tree_uses *uses, struct status *out)
{
	for (size_t i = 0; i < uses->count; i++) {
		const struct tree_use *use = &uses->items[i];

		if (use->escape) {
			out->escapes++;
		} else if (use->allowed) {
			out->exceptions++;
		} else {
			out->uses++;
			map_put(&counting->files, use->path)->value = counting;
			count_use(counting, policy, use, false);
		}
	}
	out->files = counting->files.count;
}

int status_read(const struct status_request *request, struct arena *arena, struct status *out,
		struct pawl_error *error)
{
	struct counting counting = {.arena = arena};
	struct map *const maps[] = {&counting.facades, &counting.folders, &counting.symbols,
				    &counting.people,  &counting.files,	  &counting.owned};
	struct tree_uses before = {0};

	*out = (struct status){.policy = request->policy};
	for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
		maps[i]->arena = arena;
	if (owners_read(request->tip, arena, &counting.owners, error) < 0 ||
	    tree_uses_read(request->tip, request->policy, arena, &out->found, error) < 0)
		return -1;
	for (size_t i = 0; i < request->policy->count; i++)
		row_of(&counting.facades, request->policy->items[i].name);
	count_all(&counting, request->policy, &out->found, out);
	if (request->since) {
		if (tree_uses_read(request->since, request->policy, arena, &before, error) < 0)
			return -1;
		out->compared = true;
		for (size_t i = 0; i < before.count; i++)
			if (!before.items[i].escape && !before.items[i].allowed)
				count_use(&counting, request->policy, &before.items[i], true);
		count_changes(&out->found, &before, arena, out);
	}
	out->facades = rows_sorted(&counting.facades, arena);
	out->folders = rows_sorted(&counting.folders, arena);
	out->symbols = rows_sorted(&counting.symbols, arena);
	out->owners = rows_sorted(&counting.people, arena);
	out->owned = counting.owners.there;
	return 0;
}
