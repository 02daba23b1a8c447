/* What the names of a block bind, and which uses it leaves for that. */
#include "rewriting.h"

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

/* F1: a name beside the star of its module would not stay there. */
static int check_star(struct rewriting *rewriting, struct canonical_use *use,
		      struct pawl_error *error)
{
	const struct import_block *block = rewriting->block;

	for (size_t i = 0; i < block->statements.count && !use->rule; i++) {
		struct entry_statement entry;

		if (!block->statements.items[i].star)
			continue;
		if (entry_of_statement(rewriting, &block->statements.items[i], &entry, error) < 0)
			return -1;
		if (!entry.absolute.len || !slice_equal(entry.absolute, use->module))
			continue;
		use->rule = "F1";
		use->why = "isort's combine_star would drop it beside the star of its module";
		use->next = "name what the star brings, then pawl fix again";
	}
	return 0;
}

static int check_stars(struct rewriting *rewriting, struct pawl_error *error)
{
	const struct import_block *block = rewriting->block;

	for (size_t i = 0; rewriting->style->combine_star && i < block->statements.count; i++) {
		const struct block_statement *statement = &block->statements.items[i];

		for (size_t j = 0; j < statement->names.count; j++) {
			struct canonical_use *use = use_at(rewriting, statement->names.items[j].at);

			if (use && !use->rule && check_star(rewriting, use, error) < 0)
				return -1;
		}
	}
	return 0;
}

int block_check_names(struct rewriting *rewriting, const struct import_block *block,
		      struct pawl_error *error)
{
	struct map seen = {.arena = rewriting->arena};

	if (check_stars(rewriting, error) < 0)
		return -1;
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
