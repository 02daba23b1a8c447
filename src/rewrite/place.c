/* Where isort puts the statements that a sorted block becomes (F1). */
#include "rewriting.h"

struct placing {
	struct rewriting *rewriting;
	const struct import_block *block;
	struct entry_statements entries; /* sorted */
	struct map touched;		 /* modules with statements that change */
	uint32_t start; /* where the block begins, with its first section's heading */
	bool crosses;	/* a name would move past a star, which may bind it too */
};

static bool star_between(const struct import_block *block, size_t from, size_t low, size_t high)
{
	for (size_t i = 0; i < block->statements.count; i++)
		if (block->statements.items[i].star &&
		    ((i < from && i >= high) || (i > from && i <= low)))
			return true;
	return false;
}

static bool has_alias(const struct wanted_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->items[i].alias.len)
			return true;
	return false;
}

/* F2: joined only where no instruction comes to cover more than it did. */
static bool can_join(const struct style *style, const struct entry_statement *a,
		     const struct entry_statement *b)
{
	if (!a->from || a->star || !slice_equal(a->module, b->module))
		return false;
	if (is_single_line(style, a->module))
		return false;
	if (!style->combine_as && (has_alias(&a->names) || has_alias(&b->names)))
		return false;
	if (is_commented_single(style, a) || is_commented_single(style, b) ||
	    b->names.items[0].above.count)
		return false;
	return same_directives(&a->comments, &b->comments);
}

/* Behind the other names; beside itself, and before its aliases, where they have no order. */
static void join_name(struct arena *arena, struct wanted_names *names,
		      const struct wanted_name *name)
{
	size_t at = names->count;

	for (size_t i = 0; i < names->count; i++) {
		if (!slice_equal(names->items[i].name, name->name))
			continue;
		at = i;
		if (!name->alias.len)
			break;
		at++;
	}
	ARENA_PUSH(arena, names);
	for (size_t i = names->count - 1; i > at; i--)
		names->items[i] = names->items[i - 1];
	names->items[at] = *name;
}

static void join(struct placing *placing, struct entry_statement *into,
		 const struct entry_statement *from)
{
	struct arena *arena = placing->rewriting->arena;

	for (size_t i = 0; i < from->names.count; i++)
		join_name(arena, &into->names, &from->names.items[i]);
	names_sort(placing->rewriting->style, into->section, &into->names);
	for (size_t i = 0; i < from->comments.count; i++)
		if (!lists_comment(&into->comments, from->comments.items[i]))
			*ARENA_PUSH(arena, &into->comments) = from->comments.items[i];
	for (size_t i = 0; i < from->above.count; i++)
		*ARENA_PUSH(arena, &into->above) = from->above.items[i];
	into->kept = false;
}

/* `next` is the next result of the same statement, or NULL. */
static void place(struct placing *placing, struct entry_statement *entry,
		  struct entry_statement *next)
{
	struct entry_statement *twin = entry_drop_identical(entry, &placing->entries);

	if (!entry->names.count) {
		if (next)
			entry_hand_on(placing->rewriting->arena, entry, next);
		else if (twin)
			entry_hand_lines(placing->rewriting->arena, entry, twin);
		return;
	}
	for (size_t i = 0; i < placing->entries.count; i++) {
		struct entry_statement *other = &placing->entries.items[i];

		if (!can_join(placing->rewriting->style, other, entry))
			continue;
		placing->crosses |=
			star_between(placing->block, entry->origin, other->origin, other->origin);
		join(placing, other, entry);
		return;
	}
	*ARENA_PUSH(placing->rewriting->arena, &placing->entries) = *entry;
}

static struct slices directives_of(struct placing *placing, const struct slices *comments)
{
	struct slices out = {0};

	for (size_t i = 0; i < comments->count; i++)
		if (is_directive(comments->items[i]))
			*ARENA_PUSH(placing->rewriting->arena, &out) = comments->items[i];
	return out;
}

/* The names from `first` on, to `end`, become a statement of their own. */
static void cut(struct placing *placing, size_t at, size_t first, size_t end)
{
	struct arena *arena = placing->rewriting->arena;
	struct entry_statement *plain = &placing->entries.items[at], rest = *plain;
	struct wanted_names left = {0};

	rest.old = NULL;
	rest.above = (struct slices){0};
	rest.names = (struct wanted_names){0};
	for (size_t i = 0; i < plain->names.count; i++)
		*ARENA_PUSH(arena, i >= first && i < end ? &rest.names : &left) =
			plain->names.items[i];
	plain->names = left;
	rest.kept = plain->kept = false;
	/* isort 5 has a comment behind each of the two. */
	if (placing->rewriting->style->is_newer)
		rest.comments = directives_of(placing, &plain->comments);
	*ARENA_PUSH(arena, &placing->entries) = rest;
}

/* A name with an alias has not the comment that it shared with others. */
static void cut_itself(struct placing *placing, size_t at, size_t itself)
{
	struct entry_statement *alone;

	if (itself)
		cut(placing, at, itself, itself + 1);
	else
		cut(placing, at, 1, placing->entries.items[at].names.count);
	alone = &placing->entries.items[itself ? placing->entries.count - 1 : at];
	alone->comments = directives_of(placing, &alone->comments);
}

static size_t name_index(const struct wanted_names *names, struct slice name)
{
	for (size_t i = 0; i < names->count; i++)
		if (slice_equal(names->items[i].name, name))
			return i;
	return SIZE_MAX;
}

/*
 * Where an alias stands apart, isort cuts its module's other names at it, and has the name itself
 * apart, too: `a`, `b as c`, `d` are three statements. Cuts the entry at `at`; true where it did.
 */
static bool cut_at_alias(struct placing *placing, size_t at)
{
	const struct style *style = placing->rewriting->style;
	const struct entry_statement *plain = &placing->entries.items[at];
	bool sorted = !style->only_sections && !style->no_inline_sort;

	if (!plain->from || plain->star || plain->names.count < 2 || has_alias(&plain->names))
		return false;
	for (size_t i = 0; i < placing->entries.count; i++) {
		const struct entry_statement *other = &placing->entries.items[i];
		struct wanted_name bare = {0};
		size_t below = 0, itself;

		if (!other->from || other->star || !slice_equal(other->module, plain->module) ||
		    !has_alias(&other->names))
			continue;
		bare.name = other->names.items[0].name;
		itself = name_index(&plain->names, bare.name);
		if (itself != SIZE_MAX) {
			cut_itself(placing, at, itself);
			return true;
		}
		while (sorted && below < plain->names.count &&
		       name_order(style, plain->section, &plain->names.items[below], &bare) < 0)
			below++;
		if (below && below < plain->names.count) {
			cut(placing, at, below, plain->names.count);
			return true;
		}
	}
	return false;
}

/* Among the statements of its module, or with `named` of its name: they stay together. */
static bool beside_module(struct placing *placing, const struct entry_statement *entry, bool named,
			  size_t *out)
{
	struct order_key key = entry_key(placing->rewriting, entry);
	bool found = false;

	for (size_t i = 0; i < placing->entries.count; i++) {
		const struct entry_statement *other = &placing->entries.items[i];
		struct order_key place = entry_key(placing->rewriting, other);

		if (other->from != entry->from || !slice_equal(other->module, entry->module))
			continue;
		if (named && (!other->aliased || !entry->aliased ||
			      !slice_equal(other->names.items[0].name, entry->names.items[0].name)))
			continue;
		found = true;
		*out = i;
		if (statement_order(placing->rewriting->style, &key, &place) < 0)
			return true;
		*out = i + 1;
	}
	return found;
}

/* only_sections: where isort knows no order, the old one's place. `at` is the last there is. */
static size_t near_origin(struct placing *placing, const struct entry_statement *entry, size_t at)
{
	const struct entry_statement *entries = placing->entries.items;
	struct order_key key = entry_key(placing->rewriting, entry);
	size_t first = at;

	while (first) {
		struct order_key other = entry_key(placing->rewriting, &entries[first - 1]);

		if (entries[first - 1].origin <= entry->origin ||
		    statement_order(placing->rewriting->style, &key, &other) != 0)
			break;
		first--;
	}
	/* Never between two of one module. */
	while (first && first < at && entries[first - 1].from && entries[first].from &&
	       slice_equal(entries[first - 1].module, entries[first].module))
		first++;
	return first;
}

/* Where the settings leave order to the text: `at` is the last place there is. */
static size_t where_unsorted(struct placing *placing, const struct entry_statement *entry,
			     size_t at)
{
	const struct style *style = placing->rewriting->style;

	if (style->force_sort_within_sections || !(style->only_sections || style->no_inline_sort) ||
	    beside_module(placing, entry, true, &at))
		return at;
	return !style->only_sections || beside_module(placing, entry, false, &at)
		       ? at
		       : near_origin(placing, entry, at);
}

static void insert(struct placing *placing, const struct entry_statement *entry)
{
	struct entry_statements *entries = &placing->entries;
	struct order_key key = entry_key(placing->rewriting, entry);
	size_t at = entries->count, low = 0, high = SIZE_MAX;
	bool any_below = false;

	for (size_t i = 0; i < entries->count; i++) {
		struct order_key other = entry_key(placing->rewriting, &entries->items[i]);

		if (statement_order(placing->rewriting->style, &key, &other) < 0) {
			at = i;
			break;
		}
	}
	at = where_unsorted(placing, entry, at);
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry_statement *other = &entries->items[i];

		if (!other->old)
			continue;
		if (i < at) {
			low = other->origin;
			any_below = true;
		} else if (high == SIZE_MAX) {
			high = other->origin;
		}
	}
	for (size_t i = 0; i < placing->block->statements.count; i++)
		if (placing->block->statements.items[i].star &&
		    ((i < entry->origin && i >= high) ||
		     (i > entry->origin && any_below && i <= low)))
			placing->crosses = true;
	ARENA_PUSH(placing->rewriting->arena, entries);
	for (size_t i = entries->count - 1; i > at; i--)
		entries->items[i] = entries->items[i - 1];
	entries->items[at] = *entry;
}

static bool is_touched(const struct placing *placing, const struct entry_statement *entry)
{
	return !entry->kept || (entry->from && map_get(&placing->touched, entry->module));
}

/* What an alias kept apart is one statement once more, until it is cut at those that are left. */
static void gather(struct placing *placing)
{
	struct entry_statements *entries = &placing->entries;

	for (size_t i = 0; i < entries->count; i++)
		for (size_t j = i + 1;
		     j < entries->count && is_touched(placing, &entries->items[i]);) {
			struct entry_statement *into = &entries->items[i],
					       *from = &entries->items[j];

			if (!from->from || from->star ||
			    !can_join(placing->rewriting->style, into, from)) {
				j++;
				continue;
			}
			placing->crosses |= star_between(placing->block, from->origin, into->origin,
							 into->origin);
			join(placing, into, from);
			for (size_t k = j; k + 1 < entries->count; k++)
				entries->items[k] = entries->items[k + 1];
			entries->count--;
		}
}

/*
 * What has changed goes where it belongs now, and the others of its module with it: what it joined
 * or was cut from may not be there, and an alias that leads does so no more.
 */
static void settle(struct placing *placing)
{
	struct arena *arena = placing->rewriting->arena;
	struct entry_statements changed = {0};
	size_t kept = 0;

	entries_rank(placing->rewriting, &placing->entries);
	for (size_t i = 0; i < placing->entries.count; i++) {
		struct entry_statement entry = placing->entries.items[i];

		if (!is_touched(placing, &entry))
			placing->entries.items[kept++] = entry;
		else
			*ARENA_PUSH(arena, &changed) = entry;
	}
	placing->entries.count = kept;
	for (size_t i = 0; i < changed.count; i++)
		insert(placing, &changed.items[i]);
}

/* The first of a module's statements, before whole lines are sorted. */
static struct entry_statement *module_head(struct placing *placing, struct entry_statement *entry)
{
	struct style style = *placing->rewriting->style;
	struct entry_statement *head = entry;

	style.force_sort_within_sections = false;
	for (size_t i = 0; i < placing->entries.count; i++) {
		struct entry_statement *other = &placing->entries.items[i];
		struct order_key a = entry_key(placing->rewriting, other);
		struct order_key b = entry_key(placing->rewriting, head);

		if (!other->from || !slice_equal(other->module, entry->module))
			continue;
		if (statement_order(&style, &a, &b) < (other < head))
			head = other;
	}
	return head;
}

/* isort has the comment lines above any statement of a module above the first. */
static void hoist_above(struct placing *placing)
{
	for (size_t i = 0; i < placing->entries.count; i++) {
		struct entry_statement *entry = &placing->entries.items[i], *head;

		if (!entry->from || !entry->above.count)
			continue;
		head = module_head(placing, entry);
		if (head == entry)
			continue;
		for (size_t j = 0; j < entry->above.count; j++)
			*ARENA_PUSH(placing->rewriting->arena, &head->above) =
				entry->above.items[j];
		entry->above = (struct slices){0};
		head->kept = entry->kept = false;
	}
}

static bool has_directives(const struct entry_statement *entry)
{
	for (size_t i = 0; i < entry->comments.count; i++)
		if (is_directive(entry->comments.items[i]))
			return true;
	return is_directive(entry->names.items[0].comment);
}

/* The comment of an alias, too, stands behind the first that the name's statements are. */
static void hoist_comments(struct placing *placing)
{
	struct arena *arena = placing->rewriting->arena;

	for (size_t i = 1; i < placing->entries.count; i++) {
		struct entry_statement *entry = &placing->entries.items[i], *before = entry - 1;
		struct wanted_name *name;

		if (!entry->from || entry->names.count != 1 || before->names.count != 1 ||
		    is_single_line(placing->rewriting->style, entry->module) ||
		    !slice_equal(before->module, entry->module) ||
		    !slice_equal(before->names.items[0].name, entry->names.items[0].name) ||
		    !entry->aliased)
			continue;
		while (before > placing->entries.items && before[-1].names.count == 1 &&
		       slice_equal(before[-1].module, entry->module) &&
		       slice_equal(before[-1].names.items[0].name, entry->names.items[0].name))
			before--;
		name = &entry->names.items[0];
		if (has_directives(entry) || (!name->comment.len && !entry->comments.count))
			continue;
		for (size_t j = 0; j < entry->comments.count; j++)
			*ARENA_PUSH(arena, &before->comments) = entry->comments.items[j];
		if (name->comment.len)
			*ARENA_PUSH(arena, &before->comments) = name->comment;
		name->comment = (struct slice){0};
		entry->comments = (struct slices){0};
		entry->kept = before->kept = false;
	}
}

static unsigned blanks_before(const struct style *style, const struct entry_statement *last,
			      const struct entry_statement *next)
{
	unsigned lines = blank_lines(style, last->section, last->from, next->section, next->from);

	if (last->section != next->section && section_heading(style, next->section).len)
		return style->newline_before_comments && !lines ? 1 : lines;
	return next->above.count && style->newline_before_comments && !lines ? 1 : lines;
}

/* Where what stands above an old statement begins, a heading that opens the text too. */
static uint32_t old_start(const struct rewriting *rewriting, const struct entry_statement *entry)
{
	struct heading_place place = heading_find(rewriting, entry->old, entry->section);

	return place.end ? place.start : entry->old->above;
}

static void write_block(struct placing *placing)
{
	struct rewriting *rewriting = placing->rewriting;
	const struct block_statement *first = &placing->block->statements.items[0];
	const struct block_statement *last =
		&placing->block->statements.items[placing->block->statements.count - 1];
	struct slice indent = statement_indent(rewriting, first);
	struct slice end = statement_line_end(rewriting, first);
	struct buf out = {.arena = rewriting->arena};

	for (size_t i = 0; i < placing->entries.count; i++) {
		const struct entry_statement *entry = &placing->entries.items[i];
		const struct entry_statement *before = entry - 1;

		struct slice heading = section_heading(rewriting->style, entry->section);

		if (i && before->section == entry->section)
			heading = (struct slice){0};
		/* Comment lines that a joined name brought ask for a blank line of their own. */
		bool commented =
			entry->old && entry->above.count &&
			(entry->body ? entry->body : entry->old->above) == entry->old->line_start;

		if (i && !commented && entry->old && before->old && before->old + 1 == entry->old &&
		    (heading.len != 0) == (entry->body != 0)) {
			buf_add(&out,
				(struct slice){rewriting->text->bytes.ptr + before->old->after,
					       entry->old->above - before->old->after});
		} else if (i) {
			for (unsigned j = blanks_before(rewriting->style, before, entry); j > 0;
			     j--)
				buf_add(&out, end);
		}
		if (heading.len)
			lines_write(&out, heading, indent, end);
		entry_write(rewriting, &out, entry, indent, end);
	}
	entry_edit(rewriting, placing->start, last->after, &out);
}

/*
 * Drops what an earlier block binds. A statement below comment lines keeps its last name: they are
 * about it, and isort would have them above whatever comes next.
 */
static int drop_bound_before(struct placing *placing, const struct block_statement *statement,
			     struct entry_statements *results, struct pawl_error *error)
{
	bool commented = results->items[0].above.count > results->items[0].above_name, left = false;

	for (size_t i = 0; i < results->count; i++) {
		struct entry_statement *result = &results->items[i];
		bool keep = result->old || (commented && !left && i + 1 == results->count);

		if (!keep && entry_drop_bound_before(placing->rewriting, placing->block, statement,
						     result, error) < 0)
			return -1;
		left |= result->names.count != 0;
	}
	return 0;
}

/* What the statement at `at` becomes: itself in placing->entries, what is new in *fresh. */
static int take_results(struct placing *placing, size_t at, struct entry_statements *fresh,
			bool *any, struct pawl_error *error)
{
	struct rewriting *rewriting = placing->rewriting;
	const struct block_statement *statement = &placing->block->statements.items[at];
	struct entry_statements results = {0};
	struct entry_statement entry;
	bool changed;

	if (statement_results(rewriting, statement, true, &results, &changed, error) < 0 ||
	    entry_of_statement(rewriting, statement, &entry, error) < 0)
		return -1;
	(void)entry_is_formatted(rewriting, &entry);
	if (!changed)
		*ARENA_PUSH(rewriting->arena, &results) = entry;
	*any |= changed;
	if (changed && entry.from)
		map_put(&placing->touched, entry.module)->value = placing;
	if (!at)
		placing->start = old_start(rewriting, &entry);
	for (size_t i = 0; i < results.count; i++) {
		struct entry_statement *result = &results.items[i];

		result->origin = at;
		headings_strip(rewriting, result);
		if (result->old)
			result->body = heading_find(rewriting, result->old, entry.section).end;
	}
	if (drop_bound_before(placing, statement, &results, error) < 0)
		return -1;
	for (size_t i = 0; i < results.count; i++)
		*ARENA_PUSH(rewriting->arena, results.items[i].old ? &placing->entries : fresh) =
			results.items[i];
	return 0;
}

static void place_fresh(struct placing *placing, struct entry_statements *fresh)
{
	for (size_t i = 0; i < fresh->count; i++) {
		struct entry_statement *entry = &fresh->items[i], *next = entry + 1;

		map_put(&placing->touched, entry->module)->value = placing;
		place(placing, entry,
		      i + 1 < fresh->count && next->origin == entry->origin ? next : NULL);
	}
}

static int rewrite_sorted(struct rewriting *rewriting, const struct import_block *block,
			  bool *crosses, struct pawl_error *error)
{
	struct placing placing = {
		.rewriting = rewriting, .block = block, .touched.arena = rewriting->arena};
	struct entry_statements fresh = {0};
	bool any = false;

	for (size_t i = 0; i < block->statements.count; i++)
		if (take_results(&placing, i, &fresh, &any, error) < 0)
			return -1;
	if (!any)
		return 0;
	place_fresh(&placing, &fresh);
	gather(&placing);
	for (size_t i = 0; !rewriting->style->combine_as && i < placing.entries.count; i++)
		if (cut_at_alias(&placing, i))
			i = (size_t)-1;
	settle(&placing);
	hoist_above(&placing);
	hoist_comments(&placing);
	*crosses = placing.crosses;
	if (!placing.crosses)
		write_block(&placing);
	return 0;
}

/* One isort's style for one block. False: it would not leave the block as it is. */
static int rewrite_as(struct rewriting *rewriting, const struct import_block *block,
		      struct style style, bool *done, struct pawl_error *error)
{
	bool crosses = true;

	*done = false;
	if (!style.headings_within && statement_indent(rewriting, block->statements.items).len)
		style.headings = (struct slices){0};
	rewriting->style = &style;
	if (block_is_sorted(rewriting, block, done, error) < 0)
		return -1;
	if (*done && rewrite_sorted(rewriting, block, &crosses, error) < 0)
		return -1;
	*done = *done && !crosses;
	return 0;
}

/* Which isort it is shows where one of them would not leave the block. */
static int rewrite(struct rewriting *rewriting, const struct import_block *block,
		   const struct style *style, struct pawl_error *error)
{
	bool done;

	if (block_check_names(rewriting, block, error) < 0 ||
	    rewrite_as(rewriting, block, *style, &done, error) < 0)
		return -1;
	if (!done && rewrite_as(rewriting, block, *style->newer, &done, error) < 0)
		return -1;
	rewriting->style = style;
	return done ? 0 : block_rewrite_in_place(rewriting, block, error);
}

int block_rewrite(struct rewriting *rewriting, const struct import_block *block,
		  struct pawl_error *error)
{
	const struct style *style = rewriting->style;
	int result;

	rewriting->block = block;
	result = rewrite(rewriting, block, style, error);
	rewriting->style = style;
	rewriting->block = NULL;
	return result;
}
