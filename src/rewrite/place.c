/* Where the statements that a block becomes go (F1), and the bytes that say so. */
#include "rewriting.h"

/* ---- bytes ---- */

static struct slice line_end(const struct rewriting *rewriting,
			     const struct block_statement *statement)
{
	struct slice bytes = rewriting->text->bytes;
	const char *end = bytes.ptr + statement->after;
	const char *feed;

	if (statement->after >= 2 && end[-1] == '\n' && end[-2] == '\r')
		return SLICE("\r\n");
	if (statement->after && end[-1] == '\n')
		return SLICE("\n");
	if (statement->after && end[-1] == '\r')
		return SLICE("\r");
	feed = memchr(bytes.ptr, '\n', bytes.len);
	if (feed)
		return feed > bytes.ptr && feed[-1] == '\r' ? SLICE("\r\n") : SLICE("\n");
	return memchr(bytes.ptr, '\r', bytes.len) ? SLICE("\r") : SLICE("\n");
}

static bool ends_line(const struct buf *out)
{
	return !out->len || out->ptr[out->len - 1] == '\n' || out->ptr[out->len - 1] == '\r';
}

static void add_lines(struct buf *out, struct slice text, struct slice indent, struct slice end)
{
	buf_add(out, indent);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '\n') {
			buf_add_char(out, text.ptr[i]);
			continue;
		}
		buf_add(out, end);
		if (i + 1 < text.len)
			buf_add(out, indent);
	}
	buf_add(out, end);
}

static void add_entry(struct rewriting *rewriting, struct buf *out,
		      const struct entry_statement *entry, struct slice indent, struct slice end)
{
	const char *bytes = rewriting->text->bytes.ptr;

	if (entry->kept) {
		uint32_t start = entry->body ? entry->body : entry->old->above;

		buf_add(out, (struct slice){bytes + start, entry->old->after - start});
		if (!ends_line(out))
			buf_add(out, end);
		return;
	}
	for (size_t i = 0; i < entry->above.count; i++)
		add_lines(out, entry->above.items[i], indent, end);
	add_lines(out, entry_format(rewriting, entry, indent.len), indent, end);
}

static void edit_add(struct rewriting *rewriting, uint32_t start, uint32_t end, struct buf *text)
{
	struct edit *edit = ARENA_PUSH(rewriting->arena, &rewriting->edits);

	/* A text's last line may have no end: it keeps none. */
	if (end == rewriting->text->bytes.len && end > start && text->len && ends_line(text) &&
	    rewriting->text->bytes.ptr[end - 1] != '\n' &&
	    rewriting->text->bytes.ptr[end - 1] != '\r') {
		while (text->len && ends_line(text))
			text->len--;
	}
	edit->start = start;
	edit->end = end;
	edit->text = buf_slice(text);
}

/* ---- identical bindings ---- */

/* Drops the names of `entry` that an entry of `there` binds to the same thing (F3). */
static void drop_identical(struct entry_statement *entry, const struct entry_statements *there)
{
	size_t kept = 0;

	for (size_t i = 0; i < entry->names.count; i++) {
		bool found = false;

		for (size_t j = 0; j < there->count && !found; j++) {
			const struct entry_statement *other = &there->items[j];

			if (!other->from || !other->absolute.len ||
			    !slice_equal(other->absolute, entry->absolute))
				continue;
			for (size_t k = 0; k < other->names.count && !found; k++)
				found = same_name(&other->names.items[k], &entry->names.items[i]);
		}
		if (!found)
			entry->names.items[kept++] = entry->names.items[i];
	}
	entry->names.count = kept;
}

/* ---- bindings before the block ---- */

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool binds_before(struct slice line, size_t at)
{
	static const char *const words[] = {"def",    "class", "del",	   "as",    "import",
					    "global", "for",   "nonlocal", "except"};
	size_t end = at, start;

	while (end && (line.ptr[end - 1] == ' ' || line.ptr[end - 1] == '\t'))
		end--;
	start = end;
	while (start && is_word(line.ptr[start - 1]))
		start--;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_equal_string((struct slice){line.ptr + start, end - start}, words[i]))
			return true;
	return false;
}

/* An `=` behind the name on its line, so that the name may stand on the left of an assignment. */
static bool assigns_behind(struct slice line, size_t at)
{
	for (size_t i = at; i < line.len; i++)
		if (line.ptr[i] == '=' && (i + 1 == line.len || line.ptr[i + 1] != '=') &&
		    line.ptr[i - 1] != '=' && line.ptr[i - 1] != '!')
			return true;
	return false;
}

/* Whether the name may be bound anew in these bytes: yes where that is not plain to see. */
static bool may_rebind(struct slice text, struct slice name)
{
	const char *found;

	while (text.len && (found = slice_find(text, name))) {
		size_t at = (size_t)(found - text.ptr), behind = at + name.len;
		struct slice line = {text.ptr, text.len};
		const char *start = at ? memrchr(text.ptr, '\n', at) : NULL;
		const char *end;

		if (start) {
			line.ptr = start + 1;
			line.len = text.len - (size_t)(line.ptr - text.ptr);
		}
		end = memchr(found, '\n', (size_t)(line.ptr + line.len - found));
		if (end)
			line.len = (size_t)(end - line.ptr);
		if ((!at || !is_word(found[-1])) &&
		    (behind == text.len || !is_word(text.ptr[behind])) &&
		    (binds_before(line, (size_t)(found - line.ptr)) ||
		     assigns_behind(line, (size_t)(found - line.ptr) + name.len)))
			return true;
		text.ptr += behind;
		text.len -= behind;
	}
	return false;
}

/* What a statement's name stands for once the uses are rewritten. */
static bool stands_for(struct rewriting *rewriting, const struct entry_statement *entry,
		       const struct block_name *written, struct slice module,
		       const struct wanted_name *name)
{
	const struct canonical_use *use = use_at(rewriting, written->at);
	struct wanted_name other = {.name = written->name, .alias = written->alias};

	if (!slice_equal(bound_name(rewriting->arena, true, &other),
			 bound_name(rewriting->arena, true, name)))
		return false;
	if (use && !use->rule && use->leaves.count)
		return false;
	if (use && !use->rule)
		return slice_equal(use->module, module) && slice_equal(use->name, name->name);
	return entry->absolute.len && slice_equal(entry->absolute, module) &&
	       slice_equal(written->name, name->name);
}

/* F3: an earlier block of the same suite binds the name to the same thing, and nothing since. */
static int bound_before(struct rewriting *rewriting, const struct import_block *block,
			const struct block_statement *statement, struct slice module,
			const struct wanted_name *name, bool *out, struct pawl_error *error)
{
	const char *bytes = rewriting->text->bytes.ptr;

	*out = false;
	for (const struct import_block *other = block;
	     other > rewriting->blocks->items && (other - 1)->suite == block->suite && !*out;) {
		other--;
		for (size_t i = 0; i < other->statements.count && !*out; i++) {
			const struct block_statement *before = &other->statements.items[i];
			struct entry_statement entry;

			if (!before->from || before->star)
				continue;
			if (entry_of_statement(rewriting, before, &entry, error) < 0)
				return -1;
			for (size_t j = 0; j < before->names.count && !*out; j++)
				*out = stands_for(rewriting, &entry, &before->names.items[j],
						  module, name);
			if (*out)
				*out = !may_rebind((struct slice){bytes + before->end,
								  statement->start - before->end},
						   bound_name(rewriting->arena, true, name));
		}
	}
	return 0;
}

static int drop_bound_before(struct rewriting *rewriting, const struct import_block *block,
			     const struct block_statement *statement, struct entry_statement *entry,
			     struct pawl_error *error)
{
	size_t kept = 0;
	bool bound;

	for (size_t i = 0; i < entry->names.count; i++) {
		if (bound_before(rewriting, block, statement, entry->absolute,
				 &entry->names.items[i], &bound, error) < 0)
			return -1;
		if (!bound)
			entry->names.items[kept++] = entry->names.items[i];
	}
	entry->names.count = kept;
	return 0;
}

/* ---- in the old one's place ---- */

static void add_inline(struct buf *out, const struct entry_statement *entry)
{
	if (out->len)
		buf_add_string(out, "; ");
	if (entry->from)
		buf_add_format(out, "from %.*s ", (int)entry->module.len, entry->module.ptr);
	buf_add_string(out, "import ");
	for (size_t i = 0; i < entry->names.count; i++) {
		const struct wanted_name *name = &entry->names.items[i];

		buf_add_format(out, "%s%.*s", i ? ", " : "", (int)name->name.len, name->name.ptr);
		if (name->alias.len)
			buf_add_format(out, " as %.*s", (int)name->alias.len, name->alias.ptr);
	}
}

/* A statement that goes from a line that it shares takes one `;` with it. */
static void remove_inline(struct rewriting *rewriting, const struct block_statement *statement)
{
	struct slice bytes = rewriting->text->bytes;
	uint32_t start = statement->start, end = statement->end;
	struct buf nothing = {.arena = rewriting->arena};

	while (end < bytes.len && (bytes.ptr[end] == ' ' || bytes.ptr[end] == '\t'))
		end++;
	if (end < bytes.len && bytes.ptr[end] == ';') {
		end++;
		while (end < bytes.len && (bytes.ptr[end] == ' ' || bytes.ptr[end] == '\t'))
			end++;
	} else {
		end = statement->end;
		while (start && (bytes.ptr[start - 1] == ' ' || bytes.ptr[start - 1] == '\t'))
			start--;
		if (start && bytes.ptr[start - 1] == ';')
			start--;
	}
	edit_add(rewriting, start, end, &nothing);
}

static void replace_inline(struct rewriting *rewriting, const struct block_statement *statement,
			   const struct entry_statements *results)
{
	struct buf out = {.arena = rewriting->arena};

	for (size_t i = 0; i < results->count; i++)
		if (results->items[i].names.count)
			add_inline(&out, &results->items[i]);
	if (out.len)
		edit_add(rewriting, statement->start, statement->end, &out);
	else
		remove_inline(rewriting, statement);
}

static void replace_lines(struct rewriting *rewriting, const struct block_statement *statement,
			  const struct entry_statements *results)
{
	struct slice indent = statement_indent(rewriting, statement);
	struct slice end = line_end(rewriting, statement);
	struct buf out = {.arena = rewriting->arena};

	for (size_t i = 0; i < results->count; i++)
		if (results->items[i].names.count)
			add_entry(rewriting, &out, &results->items[i], indent, end);
	edit_add(rewriting, out.len ? statement->above : statement->line_start, statement->after,
		 &out);
}

static int rewrite_in_place(struct rewriting *rewriting, const struct import_block *block,
			    struct pawl_error *error)
{
	struct entry_statements seen = {0};
	bool changed;

	for (size_t i = 0; i < block->statements.count; i++) {
		struct entry_statement entry;

		if (entry_of_statement(rewriting, &block->statements.items[i], &entry, error) < 0)
			return -1;
		*ARENA_PUSH(rewriting->arena, &seen) = entry;
	}
	for (size_t i = 0; i < block->statements.count; i++) {
		const struct block_statement *statement = &block->statements.items[i];
		struct entry_statements results = {0};

		if (statement_results(rewriting, statement, false, &results, &changed, error) < 0)
			return -1;
		if (!changed)
			continue;
		for (size_t j = 0; j < results.count; j++) {
			if (results.items[j].old)
				continue;
			drop_identical(&results.items[j], &seen);
			if (drop_bound_before(rewriting, block, statement, &results.items[j],
					      error) < 0)
				return -1;
			*ARENA_PUSH(rewriting->arena, &seen) = results.items[j];
		}
		if (statement->alone)
			replace_lines(rewriting, statement, &results);
		else
			replace_inline(rewriting, statement, &results);
	}
	return 0;
}

/* ---- where isort puts it ---- */

struct placing {
	struct rewriting *rewriting;
	const struct import_block *block;
	struct entry_statements entries; /* sorted */
	struct entry_statements all;	 /* as the order sees them */
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
	if (is_commented_single(a) || is_commented_single(b) || b->names.items[0].above.count)
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
		if (!is_directive(from->comments.items[i]))
			*ARENA_PUSH(arena, &into->comments) = from->comments.items[i];
	for (size_t i = 0; i < from->above.count; i++)
		*ARENA_PUSH(arena, &into->above) = from->above.items[i];
	into->kept = false;
}

static void place(struct placing *placing, struct entry_statement *entry)
{
	drop_identical(entry, &placing->entries);
	if (!entry->names.count)
		return;
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

static bool comes_before(const struct style *style, const struct entry_statement *entry,
			 const struct wanted_name *name, const struct wanted_name *aliased)
{
	if (style->only_sections || style->no_inline_sort)
		return !slice_equal(name->name, aliased->name);
	return name_order(style, entry->section, name, aliased) < 0;
}

/*
 * Where an alias stands apart, isort cuts its module's other names at it: `a`, `b as c`, `d` are
 * three statements. Cuts the entry at `at`; true where it did.
 */
static bool cut_at_alias(struct placing *placing, size_t at)
{
	struct entry_statements *entries = &placing->entries;
	struct entry_statement *plain = &entries->items[at], rest;
	const struct style *style = placing->rewriting->style;

	if (!plain->from || plain->star || plain->names.count < 2 || has_alias(&plain->names))
		return false;
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry_statement *other = &entries->items[i];
		struct wanted_name bare = {0};
		size_t below = 0;

		if (!other->from || other->star || !slice_equal(other->module, plain->module) ||
		    !has_alias(&other->names) || is_commented_single(other))
			continue;
		bare.name = other->names.items[0].name;
		while (below < plain->names.count &&
		       comes_before(style, plain, &plain->names.items[below], &bare))
			below++;
		if (!below && slice_equal(plain->names.items[0].name, bare.name))
			below = 1; /* the name that has the alias stands alone */
		if (!below || below == plain->names.count)
			continue;
		rest = *plain;
		rest.old = NULL;
		rest.kept = false;
		rest.above = (struct slices){0};
		if (style->newer)
			rest.comments = directives_of(placing, &plain->comments);
		rest.names = (struct wanted_names){0};
		for (size_t j = below; j < plain->names.count; j++)
			*ARENA_PUSH(placing->rewriting->arena, &rest.names) = plain->names.items[j];
		plain->names.count = below;
		plain->kept = false;
		*ARENA_PUSH(placing->rewriting->arena, entries) = rest;
		return true;
	}
	return false;
}

/* Among the statements of its module, if there are any: they stay together. */
static bool beside_module(struct placing *placing, const struct entry_statement *entry, size_t *out)
{
	struct order_key key = entry_key(placing->rewriting, entry);
	bool found = false;

	for (size_t i = 0; i < placing->entries.count; i++) {
		const struct entry_statement *other = &placing->entries.items[i];
		struct order_key place = entry_key(placing->rewriting, other);

		if (other->from != entry->from || !slice_equal(other->module, entry->module))
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
	if (placing->rewriting->style->only_sections &&
	    !placing->rewriting->style->force_sort_within_sections &&
	    !beside_module(placing, entry, &at))
		at = near_origin(placing, entry, at);
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

/* What has changed goes where it belongs now: what it joined or was cut from may not be there. */
static void settle(struct placing *placing)
{
	struct arena *arena = placing->rewriting->arena;
	struct entry_statements changed = {0};
	size_t kept = 0;

	placing->all = (struct entry_statements){0};
	for (size_t i = 0; i < placing->entries.count; i++)
		*ARENA_PUSH(arena, &placing->all) = placing->entries.items[i];
	for (size_t i = 0; i < placing->entries.count; i++) {
		struct entry_statement entry = placing->entries.items[i];

		if (entry.kept)
			placing->entries.items[kept++] = entry;
		else
			*ARENA_PUSH(arena, &changed) = entry;
	}
	placing->entries.count = kept;
	for (size_t i = 0; i < changed.count; i++)
		insert(placing, &changed.items[i]);
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
	struct slice end = line_end(rewriting, first);
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
			add_lines(&out, heading, indent, end);
		add_entry(rewriting, &out, entry, indent, end);
	}
	edit_add(rewriting, placing->start, last->after, &out);
}

static int rewrite_sorted(struct rewriting *rewriting, const struct import_block *block,
			  bool *crosses, struct pawl_error *error)
{
	struct placing placing = {.rewriting = rewriting, .block = block};
	struct entry_statements fresh = {0};
	bool any = false, changed;

	for (size_t i = 0; i < block->statements.count; i++) {
		struct entry_statements results = {0};
		struct entry_statement entry;

		if (statement_results(rewriting, &block->statements.items[i], true, &results,
				      &changed, error) < 0 ||
		    entry_of_statement(rewriting, &block->statements.items[i], &entry, error) < 0)
			return -1;
		(void)entry_is_formatted(rewriting, &entry);
		if (!changed)
			*ARENA_PUSH(rewriting->arena, &results) = entry;
		any |= changed;
		if (!i)
			placing.start = old_start(rewriting, &entry);
		for (size_t j = 0; j < results.count; j++) {
			results.items[j].origin = i;
			headings_strip(rewriting, &results.items[j]);
			if (results.items[j].old)
				results.items[j].body =
					heading_find(rewriting, results.items[j].old, entry.section)
						.end;
			if (!results.items[j].old &&
			    drop_bound_before(rewriting, block, &block->statements.items[i],
					      &results.items[j], error) < 0)
				return -1;
			*ARENA_PUSH(rewriting->arena,
				    results.items[j].old ? &placing.entries : &fresh) =
				results.items[j];
		}
	}
	if (!any)
		return 0;
	for (size_t i = 0; i < fresh.count; i++)
		place(&placing, &fresh.items[i]);
	for (size_t i = 0; !rewriting->style->combine_as && i < placing.entries.count; i++)
		if (cut_at_alias(&placing, i))
			i = (size_t)-1;
	rewriting->entries = &placing.all;
	settle(&placing);
	*crosses = placing.crosses;
	if (!placing.crosses)
		write_block(&placing);
	rewriting->entries = NULL;
	return 0;
}

static int rewrite(struct rewriting *rewriting, const struct import_block *block,
		   struct style *style, struct pawl_error *error)
{
	bool sorted, crosses = false;

	if (!style->headings_within && statement_indent(rewriting, block->statements.items).len)
		style->headings = (struct slices){0};
	if (block_check_names(rewriting, block, error) < 0 ||
	    block_is_sorted(rewriting, block, &sorted, error) < 0)
		return -1;
	/* Which isort it is shows where one of them would not leave the block. */
	if (!sorted) {
		style->newer = !style->newer;
		if (block_is_sorted(rewriting, block, &sorted, error) < 0)
			return -1;
	}
	if (sorted && rewrite_sorted(rewriting, block, &crosses, error) < 0)
		return -1;
	return sorted && !crosses ? 0 : rewrite_in_place(rewriting, block, error);
}

int block_rewrite(struct rewriting *rewriting, const struct import_block *block,
		  struct pawl_error *error)
{
	const struct style *all = rewriting->style;
	struct style style = *all;
	int result;

	rewriting->style = &style;
	rewriting->block = block;
	result = rewrite(rewriting, block, &style, error);
	rewriting->style = all;
	rewriting->block = NULL;
	return result;
}
