/* Where a statement stands among those of its block, as isort orders them. */
#include "rewriting.h"

bool is_beside_star(const struct rewriting *rewriting, struct slice module)
{
	for (size_t i = 0; i < rewriting->block->statements.count; i++)
		if (rewriting->block->statements.items[i].star &&
		    slice_equal(rewriting->block->statements.items[i].module, module))
			return true;
	return false;
}

static bool gives_alias(const struct entry_statement *other, const struct entry_statement *entry)
{
	if (!other->from || !slice_equal(other->module, entry->module))
		return false;
	for (size_t i = 0; i < other->names.count; i++)
		if (other->names.items[i].alias.len &&
		    slice_equal(other->names.items[i].name, entry->names.items[0].name))
			return true;
	return false;
}

static bool is_aliased(const struct entry_statements *entries, const struct entry_statement *entry)
{
	if (!entry->from || entry->names.count != 1)
		return false;
	for (size_t i = 0; i < entries->count; i++)
		if (gives_alias(&entries->items[i], entry))
			return true;
	return false;
}

static bool has_name_before(const struct style *style, const struct entry_statement *other,
			    const struct entry_statement *entry)
{
	struct wanted_name any = {.name = SLICE("*")};
	const struct wanted_names star = {&any, 1, 1};
	const struct wanted_names *names = other->star ? &star : &other->names;

	for (size_t i = 0; i < names->count; i++)
		if (name_order(style, entry->section, &names->items[i], &entry->names.items[0]) < 0)
			return true;
	return false;
}

/* An alias that comes before every name of its module without one. */
static bool is_leading(const struct style *style, const struct entry_statements *entries,
		       const struct entry_statement *entry)
{
	bool ordered = !style->only_sections && !style->no_inline_sort;

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry_statement *other = &entries->items[i];

		if (!other->from || !slice_equal(other->module, entry->module))
			continue;
		if (other->aliased) {
			if (!ordered &&
			    slice_equal(other->names.items[0].name, entry->names.items[0].name))
				return true;
		} else if (!ordered || has_name_before(style, other, entry)) {
			return false;
		}
	}
	return true;
}

/* isort's order within a module: aliases that lead, the star, names with a comment, the rest. */
static unsigned rank_of(const struct style *style, const struct entry_statements *entries,
			const struct entry_statement *entry)
{
	enum { LEADING, STAR, COMMENTED, REST };

	if (!entry->from || is_single_line(style, entry->module))
		return REST;
	if (entry->star)
		return STAR;
	if (entry->aliased)
		return is_leading(style, entries, entry) ? LEADING : REST;
	return is_commented_single(style, entry) ? COMMENTED : REST;
}

void entries_rank(struct rewriting *rewriting, struct entry_statements *entries)
{
	const struct style *style = rewriting->style;
	const struct block_statement *first = rewriting->block->statements.items;

	for (size_t i = 0; i < entries->count; i++)
		entries->items[i].aliased =
			!style->combine_as && is_aliased(entries, &entries->items[i]);
	for (size_t i = 0; i < entries->count; i++) {
		struct entry_statement *entry = &entries->items[i];

		entry->rank = rank_of(style, entries, entry);
		if (style->force_sort_within_sections)
			entry->line = entry_format(rewriting, entry,
						   statement_indent(rewriting, first).len);
	}
}

struct order_key entry_key(const struct rewriting *rewriting, const struct entry_statement *entry)
{
	return (struct order_key){
		.section = entry->section,
		.from = entry->from,
		.star = entry->star,
		.module = entry->module,
		.names = &entry->names,
		.rank = entry->rank,
		.beside_star = rewriting->style->star_first && entry->from &&
			       is_beside_star(rewriting, entry->module),
		.line = entry->line,
	};
}
