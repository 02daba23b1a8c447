/* Whether isort, with the tree's settings, would leave a block as it is (F1). */
#include "rewriting.h"

static bool names_are_sorted(const struct style *style, const struct entry_statement *entry)
{
	const struct wanted_name *names = entry->names.items;
	bool sorted = !style->only_sections && !style->no_inline_sort;

	for (size_t i = 1; entry->from && i < entry->names.count; i++)
		if (same_name(&names[i - 1], &names[i]) ||
		    (sorted && name_order(style, entry->section, &names[i - 1], &names[i]) > 0))
			return false;
	return true;
}

/* combine_straight_imports: `import a, b`, where its section gives no module an alias. */
static int is_combined(const struct rewriting *rewriting, unsigned section, bool *out,
		       struct pawl_error *error)
{
	const struct import_block *block = rewriting->block;

	*out = rewriting->style->combine_straight;
	for (size_t i = 0; i < block->statements.count && *out; i++) {
		const struct block_statement *statement = &block->statements.items[i];

		for (size_t j = 0; j < statement->names.count && !statement->from; j++) {
			unsigned other;

			if (!statement->names.items[j].alias.len)
				continue;
			if (section_of(rewriting->style, statement->names.items[j].name, &other,
				       error) < 0)
				return -1;
			*out &= other != section;
		}
	}
	return 0;
}

static int modules_are_sorted(const struct rewriting *rewriting,
			      const struct entry_statement *entry, bool *out,
			      struct pawl_error *error)
{
	struct order_key last = {.section = entry->section}, next = last;

	if (is_combined(rewriting, entry->section, out, error) < 0)
		return -1;
	for (size_t i = 0; i < entry->names.count && *out; i++, last = next) {
		next.module = entry->names.items[i].name;
		if (section_of(rewriting->style, next.module, &next.section, error) < 0)
			return -1;
		*out = next.section == entry->section &&
		       (!i || statement_order(rewriting->style, &last, &next) <= 0);
	}
	return 0;
}

/* isort keeps a name with a comment, and one with an alias, in a statement of its own. */
static bool names_are_apart(const struct style *style, const struct entry_statement *entry)
{
	if (entry->names.count < 2 || !entry->from)
		return true;
	if (is_single_line(style, entry->module))
		return false;
	for (size_t i = 0; i < entry->names.count; i++) {
		const struct wanted_name *name = &entry->names.items[i];

		if (name->comment.len || name->above.count ||
		    (name->alias.len && !style->combine_as))
			return false;
	}
	return true;
}

/* Text without its first line's indentation, its lines joined as the file joins them. */
static bool reads_as(struct rewriting *rewriting, const struct block_statement *statement,
		     struct slice wanted)
{
	struct slice indent = statement_indent(rewriting, statement);
	const char *at = rewriting->text->bytes.ptr + statement->start;
	const char *end = rewriting->text->bytes.ptr + statement->after;

	for (size_t i = 0; i < wanted.len; i++) {
		if (wanted.ptr[i] != '\n') {
			if (at == end || *at++ != wanted.ptr[i])
				return false;
			continue;
		}
		if (at < end && *at == '\r')
			at++;
		if (at < end && *at == '\n')
			at++;
		if ((size_t)(end - at) < indent.len || memcmp(at, indent.ptr, indent.len) != 0)
			return false;
		at += indent.len;
	}
	return at == end || *at == '\n' || *at == '\r';
}

/* Whether a statement reads as it would be written; one name a line may be how it comes out, too.
 */
bool entry_is_formatted(struct rewriting *rewriting, struct entry_statement *entry)
{
	size_t indent = statement_indent(rewriting, entry->old).len;
	bool explode = entry->explode;

	entry->explode = false;
	if (reads_as(rewriting, entry->old, entry_format(rewriting, entry, indent)))
		return true;
	entry->explode = explode;
	return reads_as(rewriting, entry->old, entry_format(rewriting, entry, indent));
}

static bool has_comment(const struct entry_statement *entry)
{
	for (size_t i = 0; i < entry->names.count; i++)
		if (entry->names.items[i].comment.len)
			return true;
	return entry->comments.count != 0;
}

/* Comments that isort takes away, or takes for code. */
static bool has_comment_in_its_way(const struct style *style, const struct entry_statement *entry)
{
	if (style->ignore_comments && has_comment(entry))
		return true;
	if (style->comments_are_code && entry->above.count)
		return true;
	for (size_t i = 0; style->honor_noqa && i < entry->comments.count; i++)
		if (is_directive(entry->comments.items[i]))
			return true;
	return false;
}

/* combine_star: the star stands for all names of its module that have no alias. */
static bool is_dropped(const struct rewriting *rewriting, const struct entry_statement *entry)
{
	return rewriting->style->combine_star && entry->from && !entry->star &&
	       entry->names.count && !entry->names.items[0].alias.len &&
	       is_beside_star(rewriting, entry->module);
}

/* Another statement of its module comes before the one above, where isort sorts no modules. */
static bool is_parted(const struct rewriting *rewriting, const struct entry_statement *entry)
{
	const struct block_statement *at = entry->old, *all = rewriting->block->statements.items;

	if (!rewriting->style->only_sections || !entry->from || at == all ||
	    slice_equal(at[-1].module, at->module))
		return false;
	while (at-- > all)
		if (at->from && slice_equal(at->module, entry->module))
			return true;
	return false;
}

/* isort has a name apart that an alias is given to, and so the names before it from those behind.
 */
static bool has_alias_between(const struct rewriting *rewriting,
			      const struct entry_statements *entries,
			      const struct entry_statement *a, const struct entry_statement *b)
{
	const struct style *style = rewriting->style;
	const struct wanted_name *last = &a->names.items[a->names.count - 1];
	const struct wanted_name *next = &b->names.items[0];

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry_statement *other = &entries->items[i];
		struct wanted_name bare = {0};

		if (!other->from || other->star || !other->names.items[0].alias.len ||
		    !slice_equal(other->module, a->module))
			continue;
		bare.name = other->names.items[0].name;
		if (slice_equal(bare.name, last->name) || slice_equal(bare.name, next->name) ||
		    (name_order(style, a->section, last, &bare) < 0 &&
		     name_order(style, a->section, &bare, next) < 0) ||
		    (name_order(style, a->section, next, &bare) < 0 &&
		     name_order(style, a->section, &bare, last) < 0))
			return true;
	}
	return false;
}

static bool could_be_one(const struct rewriting *rewriting, const struct entry_statements *entries,
			 const struct entry_statement *a, const struct entry_statement *b)
{
	const struct style *style = rewriting->style;

	if (!a->from || !b->from || a->star || b->star || !slice_equal(a->module, b->module))
		return false;
	if (is_single_line(style, a->module) || is_commented_single(style, a) ||
	    is_commented_single(style, b))
		return false;
	return style->combine_as || (!a->names.items[0].alias.len && !b->names.items[0].alias.len &&
				     !has_alias_between(rewriting, entries, a, b));
}

static unsigned lines_between(const struct rewriting *rewriting, const struct block_statement *last,
			      const struct block_statement *next)
{
	const char *bytes = rewriting->text->bytes.ptr;
	unsigned lines = 0;

	for (uint32_t at = last->after; at < next->above; at++)
		lines += bytes[at] == '\n' ||
			 (bytes[at] == '\r' && (at + 1 == next->above || bytes[at + 1] != '\n'));
	return lines;
}

/* The heading is there where its section begins, and nowhere else; takes it from the entry. */
static bool has_its_heading(const struct rewriting *rewriting, const struct entry_statement *last,
			    struct entry_statement *entry)
{
	struct heading_place place = heading_find(rewriting, entry->old, entry->section);
	size_t before = entry->above.count, own = place.end > entry->old->above;
	bool begins = !last || last->section != entry->section;

	headings_strip(rewriting, entry);
	return (place.end != 0) ==
		       (begins && section_heading(rewriting->style, entry->section).len) &&
	       before - entry->above.count == own;
}

static int follows(struct rewriting *rewriting, const struct entry_statements *entries, size_t at,
		   bool *out, struct pawl_error *error)
{
	const struct entry_statement *last = &entries->items[at - 1], *next = last + 1;
	const struct style *style = rewriting->style;
	struct order_key a = entry_key(rewriting, last), b = entry_key(rewriting, next);
	unsigned lines = blank_lines(style, last->section, last->from, next->section, next->from);

	if (style->newline_before_comments && !lines &&
	    (next->above.count ||
	     (last->section != next->section && section_heading(style, next->section).len)))
		lines = 1;
	*out = false;
	if (!last->from && !next->from && last->section == next->section &&
	    is_combined(rewriting, next->section, out, error) < 0)
		return -1;
	*out = !*out && statement_order(style, &a, &b) <= 0 &&
	       !could_be_one(rewriting, entries, last, next) &&
	       lines_between(rewriting, last->old, next->old) == lines;
	return 0;
}

/* Whether isort would leave the statement itself. */
static int stands(struct rewriting *rewriting, const struct entry_statement *last,
		  struct entry_statement *entry, bool *out, struct pawl_error *error)
{
	const struct style *style = rewriting->style;

	*out = true;
	if (!entry->from && entry->names.count > 1 &&
	    modules_are_sorted(rewriting, entry, out, error) < 0)
		return -1;
	*out = *out && names_are_sorted(style, entry) && names_are_apart(style, entry) &&
	       !is_dropped(rewriting, entry) && !is_parted(rewriting, entry) &&
	       !has_comment_in_its_way(style, entry) && entry_is_formatted(rewriting, entry) &&
	       has_its_heading(rewriting, last, entry);
	return 0;
}

int block_is_sorted(struct rewriting *rewriting, const struct import_block *block, bool *out,
		    struct pawl_error *error)
{
	const struct style *style = rewriting->style;
	struct entry_statements entries = {0};
	bool good = !block->fixed && style->sorts;

	*out = false;
	for (size_t i = 0; i < block->statements.count && good; i++) {
		good = block->statements.items[i].alone;
		if (entry_of_statement(rewriting, &block->statements.items[i],
				       ARENA_PUSH(rewriting->arena, &entries), error) < 0)
			return -1;
	}
	entries_rank(rewriting, &entries);
	for (size_t i = 0; i < entries.count && good; i++) {
		struct entry_statement *entry = &entries.items[i];

		if (stands(rewriting, i ? entry - 1 : NULL, entry, &good, error) < 0)
			return -1;
		if (good && i && follows(rewriting, &entries, i, &good, error) < 0)
			return -1;
	}
	*out = good;
	return 0;
}
