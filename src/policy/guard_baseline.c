/*
 * B2: what a push may do to the baseline. It never permits a use (S5), but `pawl check --all`
 * trusts it, and so must its readers: it may only become shorter.
 *
 * Longer is what `pawl ratchet` would not write: an entry over every base's, which no entry of a
 * vanished path pays for. Which entries are of a file that is gone, though another one stands at
 * its path, only history tells (reused.c); it is not asked here. An entry that the tip's own tree
 * needs is taken where the baseline as a whole says no more of its symbol than it did: such a use
 * was accepted, or is judged by this very push. Where no base lists a facade at all (the first
 * baseline, or a facade that this push freezes) its entries must be uses that a base's tree has. To
 * delete the baseline is harmless: `check --all` then finds more, never less, and what is written
 * next is held against the accepted tree by the same rule.
 */
#include "judge.h"

struct guard {
	struct judgement *judgement;
	struct slice path; /* of the baseline */
	struct entry tip_entry;
	struct slice bytes;
	struct baseline tip;
	struct baseline frozen; /* the larger of the bases' counts for each entry */
	struct map listed;	/* facades that `frozen` has entries of */
	struct policy policy;	/* with the facades that the tip freezes */
	struct baseline *trees; /* what each base's tree has of the facades that are not listed */
	struct baseline needed; /* what the tip's tree has on the paths of the others */
	struct map balances;	/* symbol to struct balance */
};

/* What is said of a symbol on all paths together; `barred`: on those that `only` bars (R4). */
struct balance {
	uint64_t accepted, barred_accepted;
	uint64_t said, barred_said;
};

/* ---- findings ---- */

static struct finding *add(struct guard *guard, unsigned line, struct slice note)
{
	struct finding *finding = finding_add(guard->judgement, FINDING_POLICY, guard->path);

	finding->note = note;
	if (line) {
		finding->at.line = line;
		finding->at.column = 1;
		finding->statement = slice_line(guard->bytes, line);
	}
	return finding;
}

static void add_longer(struct guard *guard, const struct baseline_entry *entry, uint64_t allowed,
		       const char *whose)
{
	struct arena *arena = guard->judgement->arena;
	struct finding *finding = add(guard, entry->line, (struct slice){0});

	finding->facade = policy_symbol_facade(&guard->policy, entry->symbol);
	finding->symbol = entry->symbol;
	finding->base_count = allowed;
	finding->count = entry->count;
	finding->note = slice_format(
		arena, "the baseline grows: this entry says %llu, %s %llu; `pawl ratchet` shrinks",
		(unsigned long long)entry->count, whose, (unsigned long long)allowed);
}

/* ---- reading ---- */

/* "FILE:LINE: what" without the place, which the finding has of its own. */
static struct slice without_place(struct guard *guard, const struct pawl_error *why)
{
	struct slice message = slice_of(why->message);
	struct slice place =
		slice_format(guard->judgement->arena, "%.*s:%u: ", (int)guard->path.len,
			     guard->path.ptr, guard->tip.wrong_line);

	if (slice_starts_with(message, place)) {
		message.ptr += place.len;
		message.len -= place.len;
	}
	return message;
}

/* 0; 1 where the tip's cannot be taken, with its finding; -1. */
static int read_tip(struct guard *guard, struct pawl_error *error)
{
	struct judgement *judgement = guard->judgement;
	struct arena *arena = judgement->arena;
	struct pawl_error why = {0};
	enum blob_state state;

	if (!entry_is_blob(&guard->tip_entry)) {
		add(guard, 0, SLICE("the baseline is no file"));
		return 1;
	}
	if (snapshot_read(judgement->request->tip, guard->path, &guard->tip_entry, arena,
			  &guard->bytes, &state, error) < 0)
		return -1;
	if (state == BLOB_TOO_LARGE) {
		add(guard, 0, SLICE("the baseline is larger than max-blob-size"));
		return 1;
	}
	if (baseline_parse(arena, guard->bytes, guard->path, true, &guard->tip, &why) == 0)
		return 0;
	add(guard, guard->tip.wrong_line, slice_copy(arena, without_place(guard, &why)))->broken =
		true;
	return 1;
}

/* What a base's baseline says; nothing where it cannot be read: the tip's is then a first one. */
static int read_base(struct guard *guard, struct snapshot *base, struct baseline *out,
		     struct pawl_error *error)
{
	struct arena *arena = guard->judgement->arena;
	struct pawl_error ignored;
	struct entry entry;
	struct slice bytes;
	enum blob_state state;

	*out = (struct baseline){0};
	if (snapshot_lookup(base, guard->path, &entry, error) < 0)
		return -1;
	if (!entry_is_blob(&entry))
		return 0;
	if (snapshot_read(base, guard->path, &entry, arena, &bytes, &state, error) < 0)
		return -1;
	if (state != BLOB_READ ||
	    baseline_parse(arena, bytes, guard->path, false, out, &ignored) < 0)
		*out = (struct baseline){0};
	return 0;
}

static int read_bases(struct guard *guard, struct pawl_error *error)
{
	const struct judge_request *request = guard->judgement->request;
	struct arena *arena = guard->judgement->arena;
	static const struct baseline nothing;

	guard->listed.arena = arena;
	for (size_t i = 0; i < request->base_count; i++) {
		struct baseline base, both;

		if (read_base(guard, request->bases[i], &base, error) < 0)
			return -1;
		/* Against no common base, the merge takes the larger count of each entry (B3). */
		baseline_merge(arena, &nothing, &guard->frozen, &base, &both);
		guard->frozen = both;
	}
	for (size_t i = 0; i < guard->frozen.count; i++)
		map_put(&guard->listed,
			policy_symbol_facade(&guard->policy, guard->frozen.items[i].symbol))
			->value = guard;
	return 0;
}

/* ---- entries of facades that no base lists ---- */

/* The policy in force, and the facades that the tip's own adds to it. */
static int read_policy(struct guard *guard, struct pawl_error *error)
{
	const struct judge_request *request = guard->judgement->request;
	struct arena *arena = guard->judgement->arena;
	struct pawl_error ignored = {0};
	struct policy tip;
	int result = policy_of_snapshot(request->tip, "tip", arena, &tip, &ignored);

	guard->policy = *request->policy;
	if (result < 0 && ignored.kind != PAWL_ERROR_POLICY) {
		*error = ignored;
		return -1;
	}
	if (result != 0)
		return 0; /* judge_policy_file() says what is wrong with it */
	if (!guard->policy.count) {
		guard->policy = tip;
		return 0;
	}
	guard->policy.items = arena_alloc(arena, (request->policy->count + tip.count) *
							 sizeof *guard->policy.items);
	memcpy(guard->policy.items, request->policy->items,
	       request->policy->count * sizeof *guard->policy.items);
	for (size_t i = 0; i < tip.count; i++)
		if (!policy_facade(request->policy, tip.items[i].name))
			guard->policy.items[guard->policy.count++] = tip.items[i];
	return 0;
}

static bool is_listed(const struct guard *guard, const struct baseline_entry *entry)
{
	return map_get(&guard->listed, policy_symbol_facade(&guard->policy, entry->symbol)) != NULL;
}

/* Counts in the bases' trees, on the paths that `excess` names. */
static int read_trees(struct guard *guard, const struct baseline *excess, struct pawl_error *error)
{
	const struct judge_request *request = guard->judgement->request;
	struct arena *arena = guard->judgement->arena;
	struct slices paths = {0};

	for (size_t i = 0; i < excess->count; i++) {
		const struct baseline_entry *entry = &excess->items[i];

		if (!is_listed(guard, entry) &&
		    (!paths.count || !slice_equal(paths.items[paths.count - 1], entry->path)))
			*ARENA_PUSH(arena, &paths) = entry->path;
	}
	if (!paths.count)
		return 0;
	guard->trees = arena_alloc(arena, (request->base_count + 1) * sizeof *guard->trees);
	for (size_t i = 0; i < request->base_count; i++) {
		struct tree_uses uses = {0};

		if (tree_uses_of_paths(request->bases[i], &guard->policy, &paths, arena, &uses,
				       error) < 0)
			return -1;
		baseline_of_uses(&uses, arena, &guard->trees[i]);
	}
	return 0;
}

static uint64_t count_in_trees(const struct guard *guard, const struct baseline_entry *entry)
{
	uint64_t most = 0;

	for (size_t i = 0; i < guard->judgement->request->base_count; i++) {
		uint64_t count = baseline_count(&guard->trees[i], entry->path, entry->symbol);

		most = count > most ? count : most;
	}
	return most;
}

/* ---- entries that the tip's tree needs ---- */

static struct balance *balance_of(struct guard *guard, struct slice symbol)
{
	struct map_entry *entry = map_put(&guard->balances, symbol);

	if (!entry->value)
		entry->value = arena_alloc(guard->balances.arena, sizeof(struct balance));
	return entry->value;
}

static bool is_barred(const struct guard *guard, const struct baseline_entry *entry)
{
	const struct facade_policy *facade =
		policy_facade(&guard->policy, policy_symbol_facade(&guard->policy, entry->symbol));

	return facade && policy_bars(facade, entry->path);
}

static void read_balances(struct guard *guard)
{
	guard->balances.arena = guard->judgement->arena;
	for (size_t i = 0; i < guard->frozen.count; i++) {
		const struct baseline_entry *entry = &guard->frozen.items[i];
		struct balance *balance = balance_of(guard, entry->symbol);

		balance->accepted += entry->count;
		balance->barred_accepted += is_barred(guard, entry) ? entry->count : 0;
	}
	for (size_t i = 0; i < guard->tip.count; i++) {
		const struct baseline_entry *entry = &guard->tip.items[i];
		struct balance *balance = balance_of(guard, entry->symbol);

		balance->said += entry->count;
		balance->barred_said += is_barred(guard, entry) ? entry->count : 0;
	}
}

static int read_needed(struct guard *guard, const struct baseline *excess, struct pawl_error *error)
{
	struct arena *arena = guard->judgement->arena;
	struct tree_uses uses = {0};
	struct slices paths = {0};

	for (size_t i = 0; i < excess->count; i++) {
		const struct baseline_entry *entry = &excess->items[i];

		if (is_listed(guard, entry) &&
		    (!paths.count || !slice_equal(paths.items[paths.count - 1], entry->path)))
			*ARENA_PUSH(arena, &paths) = entry->path;
	}
	if (!paths.count)
		return 0;
	read_balances(guard);
	if (tree_uses_of_paths(guard->judgement->request->tip, &guard->policy, &paths, arena, &uses,
			       error) < 0)
		return -1;
	baseline_of_uses(&uses, arena, &guard->needed);
	return 0;
}

static bool is_needed(struct guard *guard, const struct baseline_entry *entry)
{
	const struct balance *balance = balance_of(guard, entry->symbol);

	return entry->count <= baseline_count(&guard->needed, entry->path, entry->symbol) &&
	       balance->said <= balance->accepted &&
	       balance->barred_said <= balance->barred_accepted;
}

static int report_excess(struct guard *guard, const struct baseline *excess,
			 struct pawl_error *error)
{
	if (read_trees(guard, excess, error) < 0 || read_needed(guard, excess, error) < 0)
		return -1;
	for (size_t i = 0; i < excess->count; i++) {
		const struct baseline_entry *over = &excess->items[i];
		const struct baseline_entry *entry =
			baseline_find(&guard->tip, over->path, over->symbol);
		uint64_t has;

		if (is_listed(guard, over)) {
			if (!is_needed(guard, entry))
				add_longer(guard, entry, entry->count - over->count,
					   "accepted are");
			continue;
		}
		has = count_in_trees(guard, entry);
		if (entry->count > has)
			add_longer(guard, entry, has, "the accepted tree has");
	}
	return 0;
}

/* 1 where a base has the very same baseline; 0; -1. */
static int same_in_a_base(struct guard *guard, struct pawl_error *error)
{
	const struct judge_request *request = guard->judgement->request;

	for (size_t i = 0; i < request->base_count; i++) {
		struct entry base;

		if (snapshot_lookup(request->bases[i], guard->path, &base, error) < 0)
			return -1;
		if (entry_equal(&base, &guard->tip_entry))
			return 1;
	}
	return 0;
}

int judge_baseline_file(struct judgement *judgement, struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;
	static const struct slices all_read;
	struct guard guard = {.judgement = judgement, .path = request->policy->baseline};
	struct ratchet_request ratchet_request = {
		.policy = &guard.policy,
		.frozen = &guard.frozen,
		.tree = &guard.tip,
		.unreadable = &all_read,
		.snapshot = request->tip,
	};
	struct ratchet ratchet = {0};
	int result;

	if (snapshot_lookup(request->tip, guard.path, &guard.tip_entry, error) < 0)
		return -1;
	if (!guard.tip_entry.mode)
		return 0;
	result = same_in_a_base(&guard, error);
	if (result == 0)
		result = read_tip(&guard, error);
	if (result != 0)
		return result < 0 ? -1 : 0;
	if (read_policy(&guard, error) < 0 || read_bases(&guard, error) < 0 ||
	    baseline_ratchet(&ratchet_request, judgement->arena, &ratchet, error) < 0)
		return -1;
	return report_excess(&guard, &ratchet.excess, error);
}
