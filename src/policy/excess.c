#include "judge.h"

#include <stdlib.h>

/* One place of the tip where a name is got, while it is decided which of them are the new ones. */
struct occurrence {
	const struct raw_use *use;
	bool old; /* a line of the base says the same */
	struct occurrence *next;
};

/* What is known of one (facade, name) over all paths. */
struct symbol {
	uint64_t credit;	/* left to spend on paths that no base has (P7) */
	uint64_t barred_credit; /* the same, of texts that `only` bars: it alone pays for such */
	uint64_t lost;		/* uses that paths which are still there have no more */
};

static struct symbol *symbol_of(struct map *symbols, const struct name_count *count)
{
	struct slice facade = {(const char *)&count->facade, sizeof count->facade};
	struct slice key = slice_join(symbols->arena, facade, SLICE("."), count->name);
	struct map_entry *entry = map_put(symbols, key);

	if (!entry->value)
		entry->value = arena_alloc(symbols->arena, sizeof(struct symbol));
	return entry->value;
}

static bool any_rise(const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->paths.count; i++)
		if (changed_path_rises(&judgement->paths.items[i]))
			return true;
	return false;
}

/* P7: what vanished paths lend, and what others lost. */
static int gather_credit(struct judgement *judgement, struct map *symbols, struct pawl_error *error)
{
	if (readings_visit_bases(judgement, tally_bases, error) < 0)
		return -1;
	for (size_t i = 0; i < judgement->paths.count; i++) {
		struct changed_path *path = &judgement->paths.items[i];
		bool vanished = changed_path_vanished(judgement, path);

		for (struct map_entry *entry = path->counts.head; entry; entry = entry->next) {
			const struct name_count *count = entry->value;
			struct symbol *symbol = symbol_of(symbols, count);

			if (vanished)
				*(count->barred ? &symbol->barred_credit : &symbol->credit) +=
					judgement->request->first_is_old_tip ? count->first
									     : count->least;
			else if (count->most > count->tip)
				symbol->lost += count->most - count->tip;
		}
	}
	return 0;
}

/* A line says which of several like uses is the new one, never how many are: of a longer one, its
 * beginning will do, or a line of many names would be kept once for each. */
#define MAX_LINE_KEY 512

static struct slice line_key(struct arena *arena, const struct text *text,
			     const struct raw_use *use, uint32_t facade)
{
	size_t room = use->at.offset - (use->at.column - 1) + MAX_LINE_KEY;
	struct text beginning = *text;
	struct slice name = use->name;
	struct slice facade_bytes = {(const char *)&facade, sizeof facade};

	if (beginning.bytes.len > room)
		beginning.bytes.len = room;
	struct slice line = text_line(&beginning, use->at);
	return slice_join(arena, slice_join(arena, facade_bytes, SLICE("."), name), SLICE(":"),
			  line);
}

/* How often each line of the first base that has the path says a name: the tip's like ones are old.
 */
static int lines_of_base(struct judgement *judgement, const struct changed_path *path,
			 struct map *lines, struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;
	struct raw_uses uses = {0};
	struct text text;
	struct slice bytes;
	const char *why;
	size_t base = 0;
	int result;

	while (base < path->base_count && !path->bases[base].mode)
		base++;
	if (base == path->base_count)
		return 0;
	result = text_of_entry(request->bases[base], path->path, &path->bases[base], lines->arena,
			       &bytes, &why, error);
	if (result != 0 || why)
		return result < 0 ? -1 : 0;
	uses_read(bytes, &path->module, &judgement->facades, &request->policy->limits, lines->arena,
		  &text, &uses);
	for (size_t i = 0; i < uses.count; i++) {
		struct slice key =
			line_key(lines->arena, &text, &uses.items[i], uses.items[i].facade);
		struct map_entry *entry = map_put(lines, key);

		if (!entry->value)
			entry->value = arena_alloc(lines->arena, sizeof(uint64_t));
		++*(uint64_t *)entry->value;
	}
	return 0;
}

static void add_finding(struct judgement *judgement, const struct changed_path *path,
			const struct name_count *count, const struct classified *classified,
			const struct symbol *symbol, const struct raw_use *use)
{
	struct arena *arena = judgement->arena;
	struct finding *finding = finding_add(judgement, FINDING_USE, path->path);
	struct slice line = text_line(&path->text, use->at);
	struct slice as = use->bound_as.len ? use->bound_as : count->name;
	bool same = use->statement.line == use->at.line;
	struct slice first = same ? line : text_line(&path->text, use->statement), import;
	size_t indent = 0;

	finding->facade = judgement->facades.names[count->facade];
	finding->symbol = use_symbol(arena, finding->facade, count->name);
	finding->has_via = true;
	finding->via = use->via;
	finding->at = use->at;
	finding->statement = line;
	finding->base_count = count->most;
	finding->count = count->tip;
	finding->message = judgement->request->policy->items[count->facade].message;
	finding->barred = count->barred;
	if (count->barred)
		finding->note =
			policy_bar_note(&judgement->request->policy->items[count->facade], arena);
	else if (classified->accident)
		finding->note = SLICE("re-exported by accident");
	else if (classified->note.len)
		finding->note = classified->note;
	else if (!changed_path_in_any_base(path) && symbol->lost)
		finding->note = SLICE("moved from a file that is still there, so not a move");
	if (!classified->use || /* declared by the facade: no other import gets it */
	    !origin_canonical(&classified->origin, count->name, arena, &finding->canonical) ||
	    !origin_canonical(&classified->origin, as, arena, &import))
		return;
	while (use->via == VIA_FROM && indent < first.len &&
	       (first.ptr[indent] == ' ' || first.ptr[indent] == '\t'))
		indent++;
	finding->rewrite = slice_join(arena, (struct slice){first.ptr, indent}, SLICE(""), import);
}

static void gather_occurrences(struct judgement *judgement, struct changed_path *path,
			       struct map *lines)
{
	struct arena *arena = judgement->arena;

	/* Backwards, so that each list comes out in the order of the text. */
	for (size_t i = path->uses.count; i-- > 0;) {
		const struct raw_use *use = &path->uses.items[i];
		struct name_count *count = tally_find(path, use->facade, use->name);
		struct occurrence *occurrence;
		uint64_t *left;

		if (!count || !count->fresh || !use_counts_in_tip(judgement, path, use))
			continue;
		occurrence = arena_alloc(arena, sizeof *occurrence);
		occurrence->use = use;
		left = map_get(lines, line_key(lines->arena, &path->text, use, use->facade));
		if (left && *left) {
			occurrence->old = true;
			--*left;
		}
		occurrence->next = count->occurrences;
		count->occurrences = occurrence;
	}
}

/* As many occurrences as are new: those that no line of the base says first, then the last ones. */
static int report_fresh(struct judgement *judgement, const struct changed_path *path,
			const struct name_count *count, const struct symbol *symbol,
			struct pawl_error *error)
{
	const struct classified *classified;
	uint64_t unsaid = 0, all = 0, skip_unsaid, skip_old;

	if (classify(judgement->classifier, count->facade, count->name, &classified, error) < 0)
		return -1;
	for (const struct occurrence *o = count->occurrences; o; o = o->next, all++)
		unsaid += !o->old;
	skip_unsaid = unsaid > count->fresh ? unsaid - count->fresh : 0;
	skip_old = all - unsaid - (count->fresh > unsaid ? count->fresh - unsaid : 0);
	for (const struct occurrence *o = count->occurrences; o; o = o->next) {
		uint64_t *skip = o->old ? &skip_old : &skip_unsaid;

		if (*skip) {
			--*skip;
			continue;
		}
		add_finding(judgement, path, count, classified, symbol, o->use);
	}
	return 0;
}

static int report_path(struct judgement *judgement, struct changed_path *path, struct map *symbols,
		       struct pawl_error *error)
{
	struct arena scratch = {0};
	struct map lines = {.arena = &scratch};
	int result = lines_of_base(judgement, path, &lines, error);

	if (result == 0) {
		gather_occurrences(judgement, path, &lines);
		for (struct map_entry *entry = path->counts.head; entry && result == 0;
		     entry = entry->next) {
			const struct name_count *count = entry->value;

			if (count->fresh)
				result = report_fresh(judgement, path, count,
						      symbol_of(symbols, count), error);
		}
	}
	arena_free(&scratch);
	return result;
}

static uint64_t spend(uint64_t *credit, struct name_count *count)
{
	uint64_t spent = count->fresh < *credit ? count->fresh : *credit;

	*credit -= spent;
	count->fresh -= spent;
	return spent;
}

/* Weighs one name of one path: what is new of it, what is frozen, what is gone. */
static void weigh(struct judgement *judgement, const struct changed_path *path,
		  struct name_count *count, struct symbol *symbol)
{
	struct verdict *verdict = judgement->verdict;
	uint64_t kept = count->tip < count->most ? count->tip : count->most;
	uint64_t spent = 0;

	count->fresh = count->tip - kept;
	if (count->fresh && !changed_path_in_any_base(path)) {
		if (!count->barred)
			spent = spend(&symbol->credit, count);
		spent += spend(&symbol->barred_credit, count);
	}
	verdict->frozen += kept + spent;
	verdict->removed += count->most - kept;
	/* A moved use is not a removed one. */
	verdict->removed -= spent < verdict->removed ? spent : verdict->removed;
}

static int weigh_path(struct judgement *judgement, struct changed_path *path, struct map *symbols,
		      struct pawl_error *error)
{
	bool fresh = false;

	for (struct map_entry *entry = path->counts.head; entry; entry = entry->next) {
		struct name_count *count = entry->value;
		const struct classified *classified;

		if (classify(judgement->classifier, count->facade, count->name, &classified,
			     error) < 0)
			return -1;
		if (!classified_is_use(classified, count->barred))
			continue;
		weigh(judgement, path, count, symbol_of(symbols, count));
		fresh = fresh || count->fresh;
	}
	return fresh ? report_path(judgement, path, symbols, error) : 0;
}

int judge_uses(struct judgement *judgement, struct pawl_error *error)
{
	struct map symbols = {.arena = judgement->arena};

	/* K6: nothing is resolved unless a raw name rises somewhere. */
	if (!any_rise(judgement) && !judgement->request->count_all)
		return 0;
	if (gather_credit(judgement, &symbols, error) < 0)
		return -1;
	/* Paths that the tip lacks first: what they lose may be spent by the others. */
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < judgement->paths.count; i++) {
			struct changed_path *path = &judgement->paths.items[i];

			if ((path->tip.mode == 0) == (pass == 0) &&
			    weigh_path(judgement, path, &symbols, error) < 0)
				return -1;
		}
	judgement->verdict->counted = true;
	return 0;
}
