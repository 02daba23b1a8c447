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

bool is_aliased(const struct rewriting *rewriting, struct slice module, struct slice name)
{
	if (!rewriting->entries || rewriting->style->combine_as)
		return false;
	for (size_t i = 0; i < rewriting->entries->count; i++) {
		const struct entry_statement *other = &rewriting->entries->items[i];

		if (!other->from || !slice_equal(other->module, module))
			continue;
		for (size_t j = 0; j < other->names.count; j++)
			if (other->names.items[j].alias.len &&
			    slice_equal(other->names.items[j].name, name))
				return true;
	}
	return false;
}

static bool has_name_before(const struct rewriting *rewriting, const struct entry_statement *entry,
			    const struct entry_statement *other)
{
	struct wanted_name any = {.name = SLICE("*")};
	const struct wanted_names star = {&any, 1, 1};
	const struct wanted_names *names = other->star ? &star : &other->names;

	for (size_t i = 0; i < names->count; i++)
		if (!is_aliased(rewriting, entry->module, names->items[i].name) &&
		    name_order(rewriting->style, entry->section, &names->items[i],
			       &entry->names.items[0]) < 0)
			return true;
	return false;
}

/* An alias that comes before every name of its module without one. */
static bool is_leading(const struct rewriting *rewriting, const struct entry_statement *entry)
{
	const struct style *style = rewriting->style;

	for (size_t i = 0; i < rewriting->entries->count; i++) {
		const struct entry_statement *other = &rewriting->entries->items[i];

		if (!other->from || !slice_equal(other->module, entry->module))
			continue;
		if (style->only_sections || style->no_inline_sort) {
			if (other->star ||
			    !is_aliased(rewriting, entry->module, other->names.items[0].name))
				return false;
			if (slice_equal(other->names.items[0].name, entry->names.items[0].name))
				return true;
		} else if (has_name_before(rewriting, entry, other)) {
			return false;
		}
	}
	return true;
}

/* isort's order within a module: aliases that lead, the star, names with a comment, the rest. */
static unsigned entry_rank(const struct rewriting *rewriting, const struct entry_statement *entry)
{
	enum { LEADING, STAR, COMMENTED, REST };

	if (!entry->from || is_single_line(rewriting->style, entry->module))
		return REST;
	if (entry->star)
		return STAR;
	if (entry->names.count == 1 &&
	    is_aliased(rewriting, entry->module, entry->names.items[0].name))
		return is_leading(rewriting, entry) ? LEADING : REST;
	return is_commented_single(rewriting->style, entry) ? COMMENTED : REST;
}

struct order_key entry_key(struct rewriting *rewriting, const struct entry_statement *entry)
{
	const struct block_statement *first = rewriting->block->statements.items;
	struct order_key key = {
		.section = entry->section,
		.from = entry->from,
		.star = entry->star,
		.module = entry->module,
		.names = &entry->names,
		.rank = entry_rank(rewriting, entry),
		.beside_star = rewriting->style->star_first && entry->from &&
			       is_beside_star(rewriting, entry->module),
	};

	if (rewriting->style->force_sort_within_sections)
		key.line = entry_format(rewriting, entry, statement_indent(rewriting, first).len);
	return key;
}
