#include "judge.h"

#define BASELINE_LIMIT ((size_t)64 << 20)

void baseline_of_uses(const struct tree_uses *uses, struct arena *arena, struct baseline *out)
{
	*out = (struct baseline){0};
	for (size_t i = 0; i < uses->count; i++) {
		const struct tree_use *use = &uses->items[i];

		if (!use->escape && !use->allowed)
			baseline_add(arena, out, use->path, use->symbol, 1);
	}
	baseline_sort(out);
}

/* Per symbol, what vanished paths lend. */
struct credit {
	uint64_t free;
	uint64_t barred; /* of texts that `only` bars: it alone pays for such (R4) */
};

static struct credit *credit_of(struct map *credits, struct slice symbol)
{
	struct map_entry *entry = map_put(credits, symbol);

	if (!entry->value)
		entry->value = arena_alloc(credits->arena, sizeof(struct credit));
	return entry->value;
}

static bool is_barred(const struct policy *policy, const struct baseline_entry *entry)
{
	const struct facade_policy *facade =
		policy_facade(policy, policy_symbol_facade(policy, entry->symbol));

	return facade && policy_bars(facade, entry->path);
}

/* Entries are sorted by path, so each path is looked up once. */
static int gather_credits(const struct ratchet_request *request, const struct map *reused,
			  struct map *credits, struct pawl_error *error)
{
	const struct baseline *frozen = request->frozen;
	struct slice path = {0};
	bool vanished = false;

	for (size_t i = 0; i < frozen->count; i++) {
		const struct baseline_entry *entry = &frozen->items[i];
		struct entry found;

		if (i == 0 || !slice_equal(path, entry->path)) {
			path = entry->path;
			if (snapshot_lookup(request->snapshot, path, &found, error) < 0)
				return -1;
			vanished = found.mode == 0 || map_get(reused, path);
		}
		if (vanished) {
			struct credit *credit = credit_of(credits, entry->symbol);

			*(is_barred(request->policy, entry) ? &credit->barred : &credit->free) +=
				entry->count;
		}
	}
	return 0;
}

static uint64_t spend(uint64_t *credit, uint64_t wanted)
{
	uint64_t spent = wanted < *credit ? wanted : *credit;

	*credit -= spent;
	return spent;
}

/* What cannot be read may still have its uses: its entries stay. */
static void keep_unreadable(const struct ratchet_request *request, struct arena *arena,
			    struct ratchet *out)
{
	const struct baseline *frozen = request->frozen;
	const struct slices *unreadable = request->unreadable;
	struct map paths = {.arena = arena};

	for (size_t i = 0; i < unreadable->count; i++)
		map_put(&paths, unreadable->items[i])->value = arena;
	for (size_t i = 0; paths.count && i < frozen->count; i++) {
		const struct baseline_entry *entry = &frozen->items[i];

		if (!map_get(&paths, entry->path))
			continue;
		baseline_add(arena, &out->kept, entry->path, entry->symbol, entry->count);
		baseline_add(arena, &out->unread, entry->path, entry->symbol, entry->count);
	}
}

/* `reused`: paths that the baseline names for a file that is gone. */
static int ratchet(const struct ratchet_request *request, const struct map *reused,
		   struct arena *arena, struct ratchet *out, struct pawl_error *error)
{
	const struct baseline *frozen = request->frozen;
	struct map credits = {.arena = arena};

	*out = (struct ratchet){0};
	keep_unreadable(request, arena, out);
	if (gather_credits(request, reused, &credits, error) < 0)
		return -1;
	for (size_t i = 0; i < request->tree->count; i++) {
		const struct baseline_entry *entry = &request->tree->items[i];
		uint64_t had = baseline_count(frozen, entry->path, entry->symbol);
		uint64_t kept = entry->count < had ? entry->count : had;

		if (!baseline_names(frozen, entry->path) || map_get(reused, entry->path)) {
			struct credit *credit = credit_of(&credits, entry->symbol);

			kept = is_barred(request->policy, entry)
				       ? 0
				       : spend(&credit->free, entry->count);
			kept += spend(&credit->barred, entry->count - kept);
			out->moved += kept;
		}
		if (kept)
			baseline_add(arena, &out->kept, entry->path, entry->symbol, kept);
		if (entry->count > kept)
			baseline_add(arena, &out->excess, entry->path, entry->symbol,
				     entry->count - kept);
	}
	baseline_sort(&out->kept);
	baseline_sort(&out->excess);
	out->removed = baseline_total(frozen) - baseline_total(&out->kept);
	return 0;
}

int baseline_ratchet(const struct ratchet_request *request, struct arena *arena,
		     struct ratchet *out, struct pawl_error *error)
{
	struct map reused = {.arena = arena};

	if (ratchet(request, &reused, arena, out, error) < 0)
		return -1;
	if (!out->excess.count || !request->commit)
		return 0;
	if (reused_paths(request, &out->excess, arena, &reused, error) < 0)
		return -1;
	return reused.count ? ratchet(request, &reused, arena, out, error) : 0;
}

int baseline_of_snapshot(struct snapshot *snapshot, const struct policy *policy, bool strict,
			 struct arena *arena, struct baseline *out, struct pawl_error *error)
{
	struct entry entry;
	struct slice bytes;
	enum blob_state state;

	*out = (struct baseline){0};
	if (snapshot_lookup(snapshot, policy->baseline, &entry, error) < 0)
		return -1;
	if (!entry.mode)
		return 1;
	if (!entry_is_blob(&entry))
		return pawl_error_set(error, PAWL_ERROR_POLICY, "%.*s is no file",
				      (int)policy->baseline.len, policy->baseline.ptr);
	if (snapshot_read(snapshot, policy->baseline, &entry, arena, &bytes, &state, error) < 0)
		return -1;
	if (state != BLOB_READ || bytes.len > BASELINE_LIMIT)
		return pawl_error_set(error, PAWL_ERROR_POLICY, "%.*s is too large",
				      (int)policy->baseline.len, policy->baseline.ptr);
	return baseline_parse(arena, bytes, policy->baseline, strict, out, error);
}
