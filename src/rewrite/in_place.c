/* Statements in the old ones' place (F1), where the block was not as isort would have it. */
#include "rewriting.h"

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
	entry_edit(rewriting, start, end, &nothing);
}

static void replace_inline(struct rewriting *rewriting, const struct block_statement *statement,
			   const struct entry_statements *results)
{
	struct buf out = {.arena = rewriting->arena};

	for (size_t i = 0; i < results->count; i++)
		if (results->items[i].names.count)
			add_inline(&out, &results->items[i]);
	if (out.len)
		entry_edit(rewriting, statement->start, statement->end, &out);
	else
		remove_inline(rewriting, statement);
}

static void replace_lines(struct rewriting *rewriting, const struct block_statement *statement,
			  const struct entry_statements *results)
{
	struct slice indent = statement_indent(rewriting, statement);
	struct slice end = statement_line_end(rewriting, statement);
	struct buf out = {.arena = rewriting->arena};

	for (size_t i = 0; i < results->count; i++)
		if (results->items[i].names.count)
			entry_write(rewriting, &out, &results->items[i], indent, end);
	entry_edit(rewriting, out.len ? statement->above : statement->line_start, statement->after,
		   &out);
}

int block_rewrite_in_place(struct rewriting *rewriting, const struct import_block *block,
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
			(void)entry_drop_identical(&results.items[j], &seen);
			if (entry_drop_bound_before(rewriting, block, statement, &results.items[j],
						    error) < 0)
				return -1;
			if (!results.items[j].names.count && j + 1 < results.count)
				entry_hand_on(rewriting->arena, &results.items[j],
					      &results.items[j + 1]);
			*ARENA_PUSH(rewriting->arena, &seen) = results.items[j];
		}
		if (statement->alone)
			replace_lines(rewriting, statement, &results);
		else
			replace_inline(rewriting, statement, &results);
	}
	return 0;
}
