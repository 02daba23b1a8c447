/* F3: names that are bound to the same thing already. */
#include "rewriting.h"

struct entry_statement *entry_drop_identical(struct entry_statement *entry,
					     const struct entry_statements *there)
{
	struct entry_statement *twin = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < entry->names.count; i++) {
		bool found = false;

		for (size_t j = 0; j < there->count && !found; j++) {
			struct entry_statement *other = &there->items[j];

			if (!other->from || !other->absolute.len ||
			    !slice_equal(other->absolute, entry->absolute))
				continue;
			for (size_t k = 0; k < other->names.count && !found; k++)
				found = same_name(&other->names.items[k], &entry->names.items[i]);
			if (found)
				twin = other;
		}
		if (!found)
			entry->names.items[kept++] = entry->names.items[i];
	}
	entry->names.count = kept;
	return twin;
}

void entry_hand_lines(struct arena *arena, struct entry_statement *from, struct entry_statement *to)
{
	struct slices above = {0};

	for (size_t i = 0; i + from->above_name < from->above.count; i++)
		*ARENA_PUSH(arena, &above) = from->above.items[i];
	if (!above.count)
		return;
	for (size_t i = 0; i < to->above.count; i++)
		*ARENA_PUSH(arena, &above) = to->above.items[i];
	to->above = above;
	to->kept = false;
	from->above = (struct slices){0};
}

void entry_hand_on(struct arena *arena, struct entry_statement *from, struct entry_statement *to)
{
	entry_hand_lines(arena, from, to);
	for (size_t i = 0; i < from->comments.count; i++)
		if (!lists_comment(&to->comments, from->comments.items[i]))
			*ARENA_PUSH(arena, &to->comments) = from->comments.items[i];
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

int entry_drop_bound_before(struct rewriting *rewriting, const struct import_block *block,
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
