/* Taking re-exports away that nothing needs any more: `pawl prune`. */
#include "facade_source.h"

struct pruning {
	const struct prune_request *request;
	struct arena *arena;
	struct prune *out;
	struct facade_source source;
	struct edits edits;
};

static void leave(struct pruning *pruning, const struct binding *binding, const char *why)
{
	struct pruned *left = ARENA_PUSH(pruning->arena, &pruning->out->left);

	*left = (struct pruned){binding->name, binding->at.line, why};
}

/* ---- statements ---- */

static int star_is_needed(struct pruning *pruning, struct slice module,
			  const struct block_statement *statement, bool *out,
			  struct pawl_error *error)
{
	struct exports exports = {0};

	if (exports_list(pruning->source.modules, module, &exports, error) < 0)
		return -1;
	*out = exports.dynamic || exports.has_getattr;
	for (size_t i = 0; i < exports.count && !*out; i++)
		*out = facade_name_is_needed(&pruning->source, exports.items[i].name, statement);
	return 0;
}

static struct slice line_end(const struct pruning *pruning, const struct block_statement *statement)
{
	struct slice bytes = pruning->source.text.bytes;
	size_t start = statement->after;

	while (start > statement->end &&
	       (bytes.ptr[start - 1] == '\n' || bytes.ptr[start - 1] == '\r'))
		start--;
	return (struct slice){bytes.ptr + start, statement->after - start};
}

/*
 * What stays of a statement so that the module is loaded as before: `import F.user as user` assigns
 * to `user` what it is already, also where something has rebound it (D2); `from . import user`
 * would not load a module whose name is taken. False: there is no such form.
 */
static int keep_loading(struct pruning *pruning, struct slice module, struct slice *out, bool *can,
			struct pawl_error *error)
{
	struct slice facade = pruning->request->facade, leaf = module;
	struct origin origin = {0};
	struct module found;

	*can = true;
	*out = (struct slice){0};
	if (!pruning->request->keep_import)
		return 0;
	if (modules_find(pruning->source.modules, module, &found, error) < 0)
		return -1;
	if (found.kind == MODULE_NONE)
		return 0;
	*can = false;
	if (!slice_starts_with(module, facade) || module.len <= facade.len + 1 ||
	    module.ptr[facade.len] != '.')
		return 0;
	leaf.ptr += facade.len + 1;
	leaf.len -= facade.len + 1;
	if (memchr(leaf.ptr, '.', leaf.len))
		return 0;
	if (name_resolve(pruning->source.modules, facade, leaf, &origin, error) < 0)
		return -1;
	*can = origin.submodule;
	*out = slice_format(pruning->arena, "import %.*s as %.*s", (int)module.len, module.ptr,
			    (int)leaf.len, leaf.ptr);
	return 0;
}

static void edit_add(struct pruning *pruning, uint32_t start, uint32_t end, struct slice text)
{
	struct edit *edit = ARENA_PUSH(pruning->arena, &pruning->edits);

	*edit = (struct edit){start, end, text};
}

/* The statement's own comment within its parentheses, behind the `(`; or empty. One behind its end
 * stays where it is. */
static struct slice comment_within(const struct pruning *pruning,
				   const struct block_statement *statement, size_t *count)
{
	const char *bytes = pruning->source.text.bytes.ptr;
	struct slice comment = SLICE("");

	*count = 0;
	for (size_t i = 0; i < statement->comments.count; i++) {
		const char *at = statement->comments.items[i].ptr;

		if (at < bytes + statement->start || at >= bytes + statement->end)
			continue;
		comment = statement->comments.items[i];
		++*count;
	}
	return comment;
}

/* Comments that the statement without some of its names could not keep. */
static bool has_comments(const struct pruning *pruning, const struct block_statement *statement)
{
	size_t within;

	for (size_t i = 0; i < statement->names.count; i++)
		if (statement->names.items[i].comment.len || statement->names.items[i].above.count)
			return true;
	comment_within(pruning, statement, &within);
	return within > (statement->exploded ? 1 : 0);
}

/* The statement with the needed names alone. */
static struct slice without_others(struct pruning *pruning, const struct block_statement *statement)
{
	struct buf out = {.arena = pruning->arena};
	const char *separator = statement->exploded ? "\n    " : "";
	size_t within;
	struct slice comment = comment_within(pruning, statement, &within);

	buf_add_string(&out, "from ");
	buf_add(&out, statement->module);
	buf_add_string(&out, statement->exploded ? " import (" : " import ");
	if (comment.len) {
		buf_add_string(&out, "  ");
		buf_add(&out, comment);
	}
	for (size_t i = 0; i < statement->names.count; i++) {
		const struct block_name *name = &statement->names.items[i];
		struct slice bound = name->alias.len ? name->alias : name->name;

		if (!facade_name_is_needed(&pruning->source,
					   identifier_normalize(pruning->arena, bound), statement))
			continue;
		buf_add_string(&out, separator);
		buf_add(&out, name->name);
		if (name->alias.len) {
			buf_add_string(&out, " as ");
			buf_add(&out, name->alias);
		}
		if (statement->exploded)
			buf_add_char(&out, ',');
		else
			separator = ", ";
	}
	if (statement->exploded)
		buf_add_string(&out, "\n)");
	return buf_slice(&out);
}

/* The first binding of a statement that every run of the top level goes through. */
static const struct binding *binding_of(const struct pruning *pruning,
					const struct block_statement *statement)
{
	for (size_t i = 0; i < pruning->source.bindings.count; i++) {
		const struct binding *binding = &pruning->source.bindings.items[i];

		if (binding->statement.offset == statement->start &&
		    (binding->kind == BINDING_FROM || binding->kind == BINDING_STAR))
			return binding;
	}
	return NULL;
}

static void note_pruned(struct pruning *pruning, const struct block_statement *statement)
{
	for (size_t i = 0; i < statement->names.count || (statement->star && !i); i++) {
		struct pruned *pruned;
		struct slice name = SLICE("*");

		if (!statement->star) {
			const struct block_name *written = &statement->names.items[i];

			name = identifier_normalize(pruning->arena, written->alias.len
									    ? written->alias
									    : written->name);
			if (facade_name_is_needed(&pruning->source, name, statement))
				continue;
		}
		pruned = ARENA_PUSH(pruning->arena, &pruning->out->names);
		*pruned = (struct pruned){
			name, text_position(&pruning->source.text, statement->start).line, NULL};
	}
}

static int take_away(struct pruning *pruning, const struct block_statement *statement,
		     const struct binding *binding, struct slice module, bool partly,
		     struct pawl_error *error)
{
	struct slice stays;
	bool can;

	if (!statement->alone) {
		leave(pruning, binding, "its line holds other statements");
		return 0;
	}
	if (partly && has_comments(pruning, statement)) {
		leave(pruning, binding, "its names have comments: take them away by hand");
		return 0;
	}
	if (partly) {
		note_pruned(pruning, statement);
		edit_add(pruning, statement->start, statement->end,
			 without_others(pruning, statement));
		return 0;
	}
	if (keep_loading(pruning, module, &stays, &can, error) < 0)
		return -1;
	if (!can) {
		leave(pruning, binding,
		      "no import has its side effects and binds nothing new: see keep-import");
		return 0;
	}
	note_pruned(pruning, statement);
	if (stays.len)
		stays = slice_join(pruning->arena, stays, SLICE(""), line_end(pruning, statement));
	edit_add(pruning, statement->line_start, statement->after, stays);
	return 0;
}

static int prune_statement(struct pruning *pruning, const struct block_statement *statement,
			   struct pawl_error *error)
{
	const struct binding *binding = binding_of(pruning, statement);
	size_t needed = 0, count = statement->names.count;
	struct slice module;
	bool star = false;

	if (!binding || !statement->from || binding->type_checking)
		return 0;
	if (!module_name_absolute(&pruning->source.name, binding->level, binding->module,
				  pruning->arena, &module) ||
	    slice_equal(module, pruning->request->facade) ||
	    slice_equal_string(module, "__future__"))
		return 0;
	if (binding->kind == BINDING_STAR) {
		if (star_is_needed(pruning, module, statement, &star, error) < 0)
			return -1;
		needed = star;
		count = 1;
	} else
		for (size_t i = 0; i < count; i++) {
			const struct block_name *name = &statement->names.items[i];
			struct slice bound = name->alias.len ? name->alias : name->name;

			needed += facade_name_is_needed(&pruning->source,
							identifier_normalize(pruning->arena, bound),
							statement);
		}
	if (needed == count)
		return 0;
	if (binding->branch) {
		leave(pruning, binding, "it stands under a condition: take it away by hand");
		return 0;
	}
	return take_away(pruning, statement, binding, module, needed > 0, error);
}

static int prune_statements(struct pruning *pruning, struct pawl_error *error)
{
	struct import_blocks blocks = {0};

	import_blocks_read(&pruning->source.text, &pruning->request->policy->limits, pruning->arena,
			   &blocks);
	for (size_t i = 0; i < blocks.count; i++)
		for (size_t j = 0; j < blocks.items[i].statements.count; j++)
			if (prune_statement(pruning, &blocks.items[i].statements.items[j], error) <
			    0)
				return -1;
	return 0;
}

/* ---- an __all__ that expand wrote ---- */

static bool is_pruned(const struct pruning *pruning, struct slice name)
{
	name = identifier_normalize(pruning->arena, name);
	for (size_t i = 0; i < pruning->out->names.count; i++)
		if (slice_equal(pruning->out->names.items[i].name, name))
			return true;
	return false;
}

/* Its entries go with their imports: a star of the facade would fail over one that stayed. */
static void shrink_all(struct pruning *pruning)
{
	const struct written_all *all = &pruning->source.written_all;
	const char *bytes = pruning->source.text.bytes.ptr;
	struct slice list = {bytes + all->list, all->end - all->list}, name;
	const char *feed = memchr(list.ptr, '\n', list.len);
	const char *end = feed && feed > list.ptr && feed[-1] == '\r' ? "\r\n" : "\n";
	struct buf out = {.arena = pruning->arena};
	bool some = false, exploded = feed || memchr(list.ptr, '\r', list.len);

	if (exploded && !feed)
		end = "\r";
	for (size_t i = 0; i < list.len; i++) {
		const char *close;

		if (list.ptr[i] != '"' && list.ptr[i] != '\'')
			continue;
		close = memchr(list.ptr + i + 1, list.ptr[i], list.len - i - 1);
		if (!close)
			return;
		name = (struct slice){list.ptr + i + 1, (size_t)(close - list.ptr) - i - 1};
		i = (size_t)(close - list.ptr);
		if (is_pruned(pruning, name))
			continue;
		buf_add_format(&out, exploded ? "%s    \"%.*s\"," : "%s\"%.*s\"",
			       exploded ? end
			       : some	? ", "
					: "",
			       (int)name.len, name.ptr);
		some = true;
	}
	if (some && exploded)
		buf_add_string(&out, end);
	edit_add(pruning, all->list, all->end, some ? buf_slice(&out) : SLICE(""));
}

int prune_find(const struct prune_request *request, struct arena *arena, struct prune *out,
	       struct pawl_error *error)
{
	struct pruning pruning = {.request = request, .arena = arena, .out = out};
	struct facade_source *source = &pruning.source;

	*out = (struct prune){0};
	if (facade_source_open(source, request->policy, request->tree, request->facade, arena,
			       error) < 0 ||
	    facade_needs_read(source, error) < 0)
		return -1;
	facade_source_ease(source);
	out->text = source->file;
	out->refused = source->refused;
	if (!out->refused.len && source->star.len)
		out->refused = slice_join(arena, source->star, SLICE(": "),
					  SLICE("a star takes every name"));
	if (out->refused.len)
		return 0;
	if (prune_statements(&pruning, error) < 0)
		return -1;
	if (source->written_all.end && out->names.count)
		shrink_all(&pruning);
	out->text.after = edits_apply(arena, out->text.before, &pruning.edits);
	return 0;
}
