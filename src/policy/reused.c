/*
 * B2: paths that the baseline names, but for a file that is gone: another one stands there by now.
 *
 * A push that deletes a file and leaves its entries is fine, and so is a later one that puts
 * another file there. Then the entries are credit, as those of any vanished path, and what the new
 * file has is to be paid for. The tree alone does not tell such a path from one whose uses were
 * fixed, and a fix pays for nothing (P7). History tells: in some commit the path was gone while the
 * baseline said of it, word for word, what it says now. Where history is cut off (a shallow clone),
 * nothing is proven, and nothing credited.
 */
#include "judge.h"

/* Commits looked at, each once for a set of paths. It is asked only where the check fails else. */
#define MAX_COMMITS 100000

struct asked_path {
	struct slice path;
	struct slice lines; /* the baseline's about it, as they are written */
	struct slice first; /* what each of them begins with: the path and a TAB */
	bool reused;
};

struct asked_paths {
	struct asked_path *items;
	size_t count, capacity;
};

/* A commit yet to be read, for the paths of which all commits on the way said the same. */
struct visit {
	git_oid commit;
	bool *alive; /* one for each asked path */
};

struct visits {
	struct visit *items;
	size_t count, capacity;
};

struct search {
	const struct ratchet_request *request;
	struct arena *arena;
	struct asked_paths asked;
	struct visits open;
	struct map seen;       /* commit to one bool for each asked path */
	struct entry baseline; /* that `same` is about */
	bool *same;
	size_t read;
};

/* ---- which paths are asked for ---- */

static bool has_excess(const struct baseline *excess, struct slice symbol)
{
	for (size_t i = 0; i < excess->count; i++)
		if (slice_equal(excess->items[i].symbol, symbol))
			return true;
	return false;
}

static bool is_listed(const struct slices *paths, struct slice path)
{
	for (size_t i = 0; i < paths->count; i++)
		if (slice_equal(paths->items[i], path))
			return true;
	return false;
}

static void add_asked(struct search *search, const struct baseline_entry *first, size_t count)
{
	struct arena *arena = search->arena;
	struct baseline entries = {.items = arena_alloc(arena, count * sizeof *entries.items),
				   .count = count};
	struct asked_path *path = ARENA_PUSH(arena, &search->asked);
	struct slice text, after_header;
	const char *tab;

	memcpy(entries.items, first, count * sizeof *entries.items);
	text = baseline_format(arena, &entries);
	after_header.ptr = (const char *)memchr(text.ptr, '\n', text.len) + 1;
	after_header.len = text.len - (size_t)(after_header.ptr - text.ptr);
	tab = memchr(after_header.ptr, '\t', after_header.len);
	*path = (struct asked_path){
		.path = first->path,
		.lines = after_header,
		.first = {after_header.ptr, (size_t)(tab - after_header.ptr) + 1},
	};
}

/* A path matters that has more than its entries, or less of what another has too much of. */
static bool matters(const struct ratchet_request *request, const struct baseline *excess,
		    const struct baseline_entry *first, size_t count)
{
	if (baseline_names(excess, first->path))
		return true;
	for (size_t i = 0; i < count; i++)
		if (first[i].count >
			    baseline_count(request->tree, first[i].path, first[i].symbol) &&
		    has_excess(excess, first[i].symbol))
			return true;
	return false;
}

static int find_asked(struct search *search, const struct baseline *excess,
		      struct pawl_error *error)
{
	const struct ratchet_request *request = search->request;
	const struct baseline *frozen = request->frozen;

	for (size_t i = 0, end; i < frozen->count; i = end) {
		const struct baseline_entry *first = &frozen->items[i];
		struct entry found;

		for (end = i + 1; end < frozen->count; end++)
			if (!slice_equal(first->path, frozen->items[end].path))
				break;
		if (!matters(request, excess, first, end - i) ||
		    is_listed(request->unreadable, first->path))
			continue;
		if (snapshot_lookup(request->snapshot, first->path, &found, error) < 0)
			return -1;
		if (found.mode)
			add_asked(search, first, end - i);
	}
	return 0;
}

/* ---- what a commit's baseline said ---- */

/* Whether a text has these lines about the path, and no others. They stand together (B1). */
static bool says_the_same(struct slice text, const struct asked_path *path)
{
	size_t lines = 0, wanted = 0;
	const char *at;

	for (size_t i = 0; i < path->lines.len; i++)
		wanted += path->lines.ptr[i] == '\n';
	at = slice_find(text, path->lines);
	if (!at || (at > text.ptr && at[-1] != '\n'))
		return false;
	for (struct slice rest = text; (at = slice_find(rest, path->first));) {
		lines += at == text.ptr || at[-1] == '\n';
		rest.len -= (size_t)(at + path->first.len - rest.ptr);
		rest.ptr = at + path->first.len;
	}
	return lines == wanted;
}

/* Fills in search->same for the baseline of this commit. */
static int read_baseline(struct search *search, struct snapshot *snapshot, struct pawl_error *error)
{
	struct slice path = search->request->policy->baseline, text = {0};
	enum blob_state state = BLOB_OTHER_TYPE;
	struct arena scratch = {0};
	struct entry entry;
	int result;

	if (snapshot_lookup(snapshot, path, &entry, error) < 0)
		return -1;
	if (search->read > 1 && entry_equal(&entry, &search->baseline))
		return 0;
	search->baseline = entry;
	result = entry_is_blob(&entry)
			 ? snapshot_read(snapshot, path, &entry, &scratch, &text, &state, error)
			 : 0;
	for (size_t i = 0; i < search->asked.count; i++)
		search->same[i] =
			state == BLOB_READ && says_the_same(text, &search->asked.items[i]);
	arena_free(&scratch);
	return result;
}

/* ---- the way back ---- */

static bool *flags_new(const struct search *search)
{
	return arena_alloc(search->arena, search->asked.count * sizeof(bool));
}

/* Leaves in `alive` what no visit of this commit was about yet; false where that is nothing. */
static bool enter(struct search *search, const git_oid *commit, const bool *asked, bool *alive)
{
	struct slice key = {(const char *)commit, sizeof *commit};
	struct map_entry *entry = map_put(&search->seen, slice_copy(search->arena, key));
	bool any = false, *seen;

	if (!entry->value)
		entry->value = flags_new(search);
	seen = entry->value;
	for (size_t i = 0; i < search->asked.count; i++) {
		alive[i] = asked[i] && !seen[i] && !search->asked.items[i].reused;
		seen[i] = seen[i] || alive[i];
		any = any || alive[i];
	}
	return any;
}

/* One commit: which of the paths are gone in it, and which to go on for. */
static int read_commit(struct search *search, const struct visit *visit, struct pawl_error *error)
{
	struct repository *repository = snapshot_repository(search->request->snapshot);
	struct arena scratch = {0};
	struct pawl_error cut_off = {0};
	struct snapshot *snapshot;
	struct commit commit;
	bool *alive = flags_new(search), any = false;
	int result = 0;

	if (!enter(search, &visit->commit, visit->alive, alive))
		return 0;
	search->read++;
	if (commit_read(repository, &visit->commit, &scratch, &commit, &cut_off) != 0)
		goto done;
	result = snapshot_of_commit(&snapshot, repository, &scratch, &commit.id, error);
	if (result == 0)
		result = read_baseline(search, snapshot, error);
	for (size_t i = 0; i < search->asked.count && result == 0; i++) {
		struct asked_path *path = &search->asked.items[i];
		struct entry found;

		alive[i] = alive[i] && search->same[i];
		if (!alive[i])
			continue;
		result = snapshot_lookup(snapshot, path->path, &found, error);
		path->reused = result == 0 && !found.mode;
		any = any || !path->reused;
	}
	for (size_t i = 0; i < commit.parent_count && any && result == 0; i++)
		*ARENA_PUSH(search->arena, &search->open) =
			(struct visit){commit.parents[i], alive};
done:
	arena_free(&scratch);
	return result;
}

int reused_paths(const struct ratchet_request *request, const struct baseline *excess,
		 struct arena *arena, struct map *out, struct pawl_error *error)
{
	struct search search = {.request = request, .arena = arena, .seen = {.arena = arena}};
	bool *all;

	if (find_asked(&search, excess, error) < 0)
		return -1;
	if (!search.asked.count)
		return 0;
	search.same = flags_new(&search);
	all = flags_new(&search);
	memset(all, true, search.asked.count * sizeof *all);
	*ARENA_PUSH(arena, &search.open) = (struct visit){*request->commit, all};
	while (search.open.count && search.read < MAX_COMMITS) {
		struct visit visit = search.open.items[--search.open.count];

		if (read_commit(&search, &visit, error) < 0)
			return -1;
	}
	for (size_t i = 0; i < search.asked.count; i++)
		if (search.asked.items[i].reused)
			map_put(out, search.asked.items[i].path)->value = out;
	return 0;
}
