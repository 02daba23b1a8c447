/* What holds for a whole block: whether isort would leave it, and what its names bind. */
#include "rewriting.h"

/* ---- is it sorted? ---- */

static bool names_are_sorted(const struct style *style, const struct wanted_names *names)
{
	for (size_t i = 1; i < names->count; i++)
		if (name_order(style, &names->items[i - 1], &names->items[i]) >= 0)
			return false;
	return true;
}

/* isort keeps a name with a comment, and one with an alias, in a statement of its own. */
static bool names_are_apart(const struct style *style, const struct entry_statement *entry)
{
	if (entry->names.count < 2)
		return true;
	if (!entry->from || is_single_line(style, entry->module))
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

static bool is_formatted(struct rewriting *rewriting, struct entry_statement *entry)
{
	size_t indent = statement_indent(rewriting, entry->old).len;

	if (reads_as(rewriting, entry->old, entry_format(rewriting, entry, indent)))
		return true;
	entry->explode = false;
	return reads_as(rewriting, entry->old, entry_format(rewriting, entry, indent));
}

static bool could_be_one(const struct style *style, const struct entry_statement *a,
			 const struct entry_statement *b)
{
	if (!a->from || !b->from || a->star || b->star || !slice_equal(a->module, b->module))
		return false;
	if (is_single_line(style, a->module) || is_commented_single(a) || is_commented_single(b))
		return false;
	return style->combine_as || (!a->names.items[0].alias.len && !b->names.items[0].alias.len);
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

/* Whether another statement of the block gives the entry's first name an alias, so that isort has
 * the name itself apart, too. */
static bool has_alias_elsewhere(const struct import_block *block,
				const struct entry_statement *entry)
{
	for (size_t i = 0; i < block->statements.count; i++) {
		const struct block_statement *other = &block->statements.items[i];

		if (!other->from || !slice_equal(other->module, entry->module))
			continue;
		for (size_t j = 0; j < other->names.count; j++)
			if (other->names.items[j].alias.len &&
			    slice_equal(other->names.items[j].name, entry->names.items[0].name))
				return true;
	}
	return false;
}

/* ---- headings of sections ---- */

static struct slice trimmed(struct slice line)
{
	while (line.len && (*line.ptr == ' ' || *line.ptr == '\t'))
		line.ptr++, line.len--;
	while (line.len && strchr(" \t\r\n", line.ptr[line.len - 1]))
		line.len--;
	return line;
}

struct heading_place heading_find(const struct rewriting *rewriting,
				  const struct block_statement *statement, unsigned section)
{
	struct slice heading = section_heading(rewriting->style, section);
	struct slice bytes = rewriting->text->bytes, line;
	uint32_t at = statement->above;

	if (!heading.len)
		return (struct heading_place){0};
	/* A comment that opens the text belongs to no statement. */
	if (at == statement->line_start && at) {
		at--;
		if (at && bytes.ptr[at] == '\n' && bytes.ptr[at - 1] == '\r')
			at--;
		at = (uint32_t)(text_line(rewriting->text, text_position(rewriting->text, at)).ptr -
				bytes.ptr);
	}
	line = text_line(rewriting->text, text_position(rewriting->text, at));
	if (!slice_equal(trimmed(line), heading))
		return (struct heading_place){0};
	if (at < statement->above)
		return (struct heading_place){at, statement->above};
	at += (uint32_t)line.len;
	at += bytes.ptr[at] == '\r' && at + 1 < bytes.len && bytes.ptr[at + 1] == '\n' ? 2 : 1;
	return (struct heading_place){statement->above, at};
}

void headings_strip(const struct rewriting *rewriting, struct entry_statement *entry)
{
	struct slices kept = {0};

	for (size_t i = 0; i < entry->above.count; i++)
		if (!is_heading(rewriting->style, trimmed(entry->above.items[i])))
			*ARENA_PUSH(rewriting->arena, &kept) = entry->above.items[i];
	entry->above = kept;
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

static bool follows(struct rewriting *rewriting, const struct import_block *block,
		    const struct entry_statement *last, const struct entry_statement *next)
{
	const struct style *style = rewriting->style;
	struct order_key a = entry_key(last), b = entry_key(next);
	unsigned lines = blank_lines(style, last->section, last->from, next->section, next->from);

	if (style->newline_before_comments && !lines &&
	    (next->above.count ||
	     (last->section != next->section && section_heading(style, next->section).len)))
		lines = 1;
	return statement_order(style, &a, &b) <= 0 &&
	       (!could_be_one(style, last, next) || has_alias_elsewhere(block, next)) &&
	       lines_between(rewriting, last->old, next->old) == lines;
}

int block_is_sorted(struct rewriting *rewriting, const struct import_block *block, bool *out,
		    struct pawl_error *error)
{
	const struct style *style = rewriting->style;
	struct entry_statement last = {0}, next;

	*out = false;
	if (block->fixed || !style->sorts)
		return 0;
	for (size_t i = 0; i < block->statements.count; i++) {
		const struct block_statement *statement = &block->statements.items[i];

		if (!statement->alone)
			return 0;
		if (entry_of_statement(rewriting, statement, &next, error) < 0)
			return -1;
		if (!names_are_sorted(style, &next.names) || !names_are_apart(style, &next) ||
		    !is_formatted(rewriting, &next) ||
		    !has_its_heading(rewriting, i ? &last : NULL, &next) ||
		    (i && !follows(rewriting, block, &last, &next)))
			return 0;
		last = next;
	}
	*out = true;
	return 0;
}

/* ---- what its names bind ---- */

struct binding_seen {
	struct slice identity; /* "module:name" */
	bool twice;
};

static struct slice identity_of(struct rewriting *rewriting,
				const struct block_statement *statement,
				const struct block_name *name)
{
	const struct canonical_use *use = use_at(rewriting, name->at);
	struct entry_statement entry;
	struct pawl_error ignored;

	if (use && !use->rule && !use->leaves.count)
		return slice_join(rewriting->arena, use->module, SLICE(":"), use->name);
	if (entry_of_statement(rewriting, statement, &entry, &ignored) < 0 || !entry.from)
		return slice_join(rewriting->arena, SLICE("import"), SLICE(" "),
				  name->alias.len
					  ? name->name
					  : bound_name(rewriting->arena, false,
						       &(struct wanted_name){.name = name->name}));
	return slice_join(rewriting->arena, entry.absolute.len ? entry.absolute : entry.module,
			  SLICE(":"), identifier_normalize(rewriting->arena, name->name));
}

static struct slice bound_by(struct rewriting *rewriting, const struct block_statement *statement,
			     const struct block_name *name)
{
	struct wanted_name wanted = {.name = name->name, .alias = name->alias};

	return bound_name(rewriting->arena, statement->from, &wanted);
}

/* F3: a statement that shares its lines stays one line, which leaves no room for comments. */
static bool has_comment_within(const struct rewriting *rewriting,
			       const struct block_statement *statement)
{
	return memchr(rewriting->text->bytes.ptr + statement->start, '#',
		      statement->end - statement->start) != NULL;
}

static void take_back(struct canonical_use *use, const char *why, const char *next)
{
	use->rule = "F3";
	use->why = why;
	use->next = next;
}

int block_check_names(struct rewriting *rewriting, const struct import_block *block,
		      struct pawl_error *error)
{
	struct map seen = {.arena = rewriting->arena};

	(void)error;
	for (size_t i = 0; i < block->statements.count; i++) {
		const struct block_statement *statement = &block->statements.items[i];

		for (size_t j = 0; j < statement->names.count; j++) {
			const struct block_name *name = &statement->names.items[j];
			struct slice identity = identity_of(rewriting, statement, name);
			struct map_entry *entry =
				map_put(&seen, bound_by(rewriting, statement, name));
			struct binding_seen *binding = entry->value;

			if (!binding) {
				entry->value = binding =
					arena_alloc(rewriting->arena, sizeof *binding);
				binding->identity = identity;
			}
			binding->twice |= !slice_equal(binding->identity, identity);
		}
	}
	for (size_t i = 0; i < block->statements.count; i++) {
		const struct block_statement *statement = &block->statements.items[i];
		bool crowded = !statement->alone && has_comment_within(rewriting, statement);

		for (size_t j = 0; j < statement->names.count; j++) {
			const struct block_name *name = &statement->names.items[j];
			struct canonical_use *use = use_at(rewriting, name->at);
			const struct binding_seen *binding =
				use ? map_get(&seen, bound_by(rewriting, statement, name)) : NULL;

			if (binding && !use->rule && binding->twice)
				take_back(use, "these imports bind the name twice",
					  "bind it once, then pawl fix again");
			else if (use && !use->rule && crowded)
				take_back(use,
					  "a comment stands in a statement that shares its lines",
					  "give the statement lines of its own");
		}
	}
	return 0;
}
