/* What an import statement becomes, before anybody says where it goes. */
#include "rewriting.h"

/* ---- comments ---- */

bool is_directive(struct slice comment)
{
	static const char *const words[] = {
		"noqa",	 "type:",   "pylint", "pragma", "isort:", "fmt:",   "nosec",
		"mypy:", "pyright", "ruff:",  "flake8", "pyre-",  "pytype", "pawl:",
	};
	struct slice rest = comment;

	while (rest.len &&
	       (*rest.ptr == '#' || *rest.ptr == ' ' || *rest.ptr == '\t' || *rest.ptr == '!'))
		rest.ptr++, rest.len--;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i]);

		if (rest.len >= len && strncasecmp(rest.ptr, words[i], len) == 0)
			return true;
	}
	/* "# the models  # noqa": one comment to Python, two to people. */
	for (size_t i = 1; i + 1 < rest.len; i++)
		if (rest.ptr[i] == '#')
			return is_directive((struct slice){rest.ptr + i, rest.len - i});
	return false;
}

bool lists_comment(const struct slices *comments, struct slice wanted)
{
	for (size_t i = 0; i < comments->count; i++)
		if (slice_equal(comments->items[i], wanted))
			return true;
	return false;
}

static bool directives_within(const struct slices *a, const struct slices *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (is_directive(a->items[i]) && !lists_comment(b, a->items[i]))
			return false;
	return true;
}

bool same_directives(const struct slices *a, const struct slices *b)
{
	return directives_within(a, b) && directives_within(b, a);
}

/* ---- names ---- */

struct canonical_use *use_at(const struct rewriting *rewriting, uint32_t at)
{
	size_t low = 0, high = rewriting->uses->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct canonical_use *use = &rewriting->uses->items[middle];

		if (use->at == at)
			return use;
		if (use->at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct slice bound_name(struct arena *arena, bool from, const struct wanted_name *name)
{
	struct slice bound = name->alias.len ? name->alias : name->name;
	const char *dot = from ? NULL : memchr(bound.ptr, '.', bound.len);

	if (dot)
		bound.len = (size_t)(dot - bound.ptr);
	return identifier_normalize(arena, bound);
}

bool same_name(const struct wanted_name *a, const struct wanted_name *b)
{
	return slice_equal(a->name, b->name) && slice_equal(a->alias, b->alias);
}

/* ---- modules ---- */

static size_t dots_of(struct slice module)
{
	size_t dots = 0;

	while (dots < module.len && module.ptr[dots] == '.')
		dots++;
	return dots;
}

static bool is_within(struct slice package, struct slice module)
{
	return !package.len || slice_equal(package, module) ||
	       (slice_starts_with(module, package) && module.ptr[package.len] == '.');
}

static struct slice absolute_of(struct rewriting *rewriting, struct slice written)
{
	size_t dots = dots_of(written);
	struct slice rest = {written.ptr + dots, written.len - dots}, out = {0};

	rest = identifier_normalize(rewriting->arena, rest);
	if (!module_name_absolute(rewriting->module, (unsigned)dots, rest, rewriting->arena, &out))
		return (struct slice){0};
	return out;
}

struct slice module_written(const struct rewriting *rewriting, struct slice written,
			    struct slice absolute)
{
	size_t level = dots_of(written);
	struct slice package;

	if (!level)
		return absolute;
	for (;; level++) {
		struct buf out = {.arena = rewriting->arena};

		if (!module_name_absolute(rewriting->module, (unsigned)level, (struct slice){0},
					  rewriting->arena, &package) ||
		    !package.len)
			return absolute;
		if (!is_within(package, absolute))
			continue;
		for (size_t i = 0; i < level; i++)
			buf_add_char(&out, '.');
		if (absolute.len > package.len)
			buf_add(&out, (struct slice){absolute.ptr + package.len + 1,
						     absolute.len - package.len - 1});
		return buf_slice(&out);
	}
}

/* ---- entries ---- */

static struct wanted_name name_of(const struct block_name *name)
{
	return (struct wanted_name){
		.name = name->name,
		.alias = name->alias,
		.comment = name->comment,
		.above = name->above,
	};
}

static void lines_above(struct rewriting *rewriting, const struct block_statement *statement,
			struct slices *out)
{
	struct slice text = {rewriting->text->bytes.ptr + statement->above,
			     statement->line_start - statement->above};

	while (text.len) {
		struct slice line;
		size_t len = 0, end;

		while (len < text.len && text.ptr[len] != '\n' && text.ptr[len] != '\r')
			len++;
		end = len;
		if (end < text.len)
			end += end + 1 < text.len && text.ptr[end] == '\r' &&
					       text.ptr[end + 1] == '\n'
				       ? 2
				       : 1;
		line = (struct slice){text.ptr, len};
		while (line.len && (*line.ptr == ' ' || *line.ptr == '\t' || *line.ptr == '\f'))
			line.ptr++, line.len--;
		if (line.len)
			*ARENA_PUSH(rewriting->arena, out) = line;
		text.ptr += end;
		text.len -= end;
	}
}

int entry_of_statement(struct rewriting *rewriting, const struct block_statement *statement,
		       struct entry_statement *out, struct pawl_error *error)
{
	struct slice module;

	*out = (struct entry_statement){
		.old = statement,
		.kept = true,
		.from = statement->from,
		.star = statement->star,
		.module = statement->module,
		.comments = statement->comments,
		.explode = statement->exploded,
	};
	for (size_t i = 0; i < statement->names.count; i++)
		*ARENA_PUSH(rewriting->arena, &out->names) = name_of(&statement->names.items[i]);
	if (!statement->from && statement->names.count)
		out->module = statement->names.items[0].name;
	lines_above(rewriting, statement, &out->above);
	if (statement->from)
		out->absolute = absolute_of(rewriting, statement->module);
	module = out->module;
	return section_of(rewriting->style, module, &out->section, error);
}

bool is_commented_single(const struct style *style, const struct entry_statement *entry)
{
	if (entry->names.count != 1)
		return false;
	/* A combined alias has a comment of its own only within the parentheses. */
	return entry->names.items[0].comment.len ||
	       (entry->comments.count && !(style->combine_as && entry->names.items[0].alias.len));
}

struct slice statement_indent(const struct rewriting *rewriting,
			      const struct block_statement *statement)
{
	return (struct slice){rewriting->text->bytes.ptr + statement->line_start,
			      statement->start - statement->line_start};
}

struct slice entry_format(struct rewriting *rewriting, const struct entry_statement *entry,
			  size_t indent)
{
	struct wanted_name any = {.name = SLICE("*")};
	const struct wanted_names star = {&any, 1, 1};
	struct statement_text text = {
		.start = SLICE("import "),
		.names = entry->star ? &star : &entry->names,
		.comments = &entry->comments,
		.from = entry->from,
		.single = is_single_line(rewriting->style, entry->module) || entry->aliased,
		.explode = entry->explode,
		.after = is_single_line(rewriting->style, entry->module) &&
			 entry->names.count == 1 && entry->names.items[0].alias.len,
	};

	if (entry->from)
		text.start = slice_format(rewriting->arena, "from %.*s import ",
					  (int)entry->module.len, entry->module.ptr);
	return statement_format(rewriting->style, rewriting->arena, &text, indent);
}

/* The entry that the name goes to: of its module, and alone where isort keeps it apart. */
static struct entry_statement *result_find(struct rewriting *rewriting,
					   struct entry_statements *out, size_t first,
					   struct slice module, const struct wanted_name *name,
					   bool apart)
{
	const struct style *style = rewriting->style;
	bool alone =
		(name->alias.len && !style->combine_as) ||
		(apart && (name->comment.len || name->above.count || style->force_single_line));

	for (size_t i = first; !alone && i < out->count; i++) {
		struct entry_statement *entry = &out->items[i];
		const struct wanted_name *head = &entry->names.items[0];

		if (slice_equal(entry->module, module) &&
		    !(head->alias.len && !style->combine_as) &&
		    !(apart &&
		      (head->comment.len || head->above.count || style->force_single_line)))
			return entry;
	}
	return NULL;
}

static int result_add(struct rewriting *rewriting, const struct block_statement *statement,
		      const struct block_name *written, const struct canonical_use *use, bool apart,
		      struct entry_statements *out, size_t first, struct pawl_error *error)
{
	struct arena *arena = rewriting->arena;
	struct wanted_name name = name_of(written);
	struct slice module = module_written(rewriting, statement->module, use->module);
	struct slice bound = identifier_normalize(arena, written->name);
	struct entry_statement *entry;

	name.name = use->name;
	if (!name.alias.len && !slice_equal(bound, use->name))
		name.alias = bound;
	entry = result_find(rewriting, out, first, module, &name, apart);
	if (!entry) {
		entry = ARENA_PUSH(arena, out);
		entry->from = true;
		entry->module = module;
		entry->absolute = use->module;
		if (section_of(rewriting->style, module, &entry->section, error) < 0)
			return -1;
	}
	for (size_t i = 0; i < entry->names.count; i++)
		if (same_name(&entry->names.items[i], &name))
			return 0;
	*ARENA_PUSH(arena, &entry->names) = name;
	return 0;
}

static int leaves_add(struct rewriting *rewriting, const struct block_statement *statement,
		      const struct block_name *written, const struct canonical_use *use, bool apart,
		      struct entry_statements *out, size_t first, struct pawl_error *error)
{
	for (size_t i = 0; i < use->leaves.count; i++) {
		const struct leaf_import *leaf = &use->leaves.items[i];
		struct canonical_use one = {.module = leaf->parent, .name = leaf->leaf};
		struct block_name name = {.name = leaf->leaf};

		if (!i && !use->keep) {
			name.comment = written->comment;
			name.above = written->above;
		}
		if (result_add(rewriting, statement, &name, &one, apart, out, first, error) < 0)
			return -1;
	}
	return 0;
}

/* A single name's comment lines stand above its statement. */
static void hoist_above(struct rewriting *rewriting, struct entry_statement *entry)
{
	struct wanted_name *name = &entry->names.items[0];

	if (entry->names.count != 1)
		return;
	for (size_t i = 0; i < name->above.count; i++)
		*ARENA_PUSH(rewriting->arena, &entry->above) = name->above.items[i];
	entry->above_name = name->above.count;
	name->above = (struct slices){0};
}

static void order_results(struct rewriting *rewriting, struct entry_statements *out, size_t first)
{
	struct entry_statements results = {out->items + first, out->count - first, 0};

	entries_rank(rewriting, &results);
	for (size_t i = first + 1; i < out->count; i++)
		for (size_t j = i; j > first; j--) {
			struct entry_statement *a = &out->items[j - 1], *b = &out->items[j];
			struct order_key left = entry_key(rewriting, a);
			struct order_key right = entry_key(rewriting, b);

			if (statement_order(rewriting->style, &left, &right) <= 0)
				break;
			struct entry_statement swap = *a;
			*a = *b;
			*b = swap;
		}
}

/* F2: an instruction goes to each result, anything else to the first. */
static void share_comments(struct rewriting *rewriting, const struct block_statement *statement,
			   struct entry_statements *out, size_t first)
{
	for (size_t i = first; i < out->count; i++) {
		struct entry_statement *entry = &out->items[i];

		if (entry->old)
			continue;
		for (size_t j = 0; j < statement->comments.count; j++)
			if (is_directive(statement->comments.items[j]) || i == first)
				*ARENA_PUSH(rewriting->arena, &entry->comments) =
					statement->comments.items[j];
	}
}

int statement_results(struct rewriting *rewriting, const struct block_statement *statement,
		      bool apart, struct entry_statements *out, bool *changed,
		      struct pawl_error *error)
{
	struct entry_statement rest;
	size_t first = out->count, results;

	*changed = false;
	if (statement->star)
		return 0;
	if (entry_of_statement(rewriting, statement, &rest, error) < 0)
		return -1;
	rest.kept = false;
	rest.explode = false;
	rest.names = (struct wanted_names){0};
	for (size_t i = 0; i < statement->names.count; i++) {
		const struct canonical_use *use = use_at(rewriting, statement->names.items[i].at);

		if (use && !use->rule)
			*changed = true;
		if (!use || use->rule || use->keep)
			*ARENA_PUSH(rewriting->arena, &rest.names) =
				name_of(&statement->names.items[i]);
	}
	if (!*changed)
		return 0;
	if (!statement->from && rest.names.count) {
		rest.module = rest.names.items[0].name;
		rest.kept = rest.names.count == statement->names.count;
	}
	if (rest.names.count)
		*ARENA_PUSH(rewriting->arena, out) = rest;
	results = out->count;
	for (size_t i = 0; i < statement->names.count; i++) {
		const struct block_name *name = &statement->names.items[i];
		struct canonical_use *use = use_at(rewriting, name->at);

		if (!use || use->rule)
			continue;
		use->done = true;
		if (use->leaves.count) {
			if (leaves_add(rewriting, statement, name, use, apart, out, results,
				       error) < 0)
				return -1;
			continue;
		}
		if (result_add(rewriting, statement, name, use, apart, out, results, error) < 0)
			return -1;
	}
	for (size_t i = results; i < out->count; i++) {
		names_sort(rewriting->style, out->items[i].section, &out->items[i].names);
		hoist_above(rewriting, &out->items[i]);
	}
	order_results(rewriting, out, results);
	share_comments(rewriting, statement, out, first);
	if (!rest.names.count && out->count > first && rest.above.count) {
		struct slices above = rest.above;

		for (size_t i = 0; i < out->items[first].above.count; i++)
			*ARENA_PUSH(rewriting->arena, &above) = out->items[first].above.items[i];
		out->items[first].above = above;
	}
	return 0;
}
