/* Taking re-exports away that nothing needs any more: `pawl prune`. */
#include <ctype.h>

#include "rewriting.h"

struct pruning {
	const struct prune_request *request;
	struct arena *arena;
	struct prune *out;
	struct modules *modules;
	struct modules_options options;
	struct module module;
	struct module_name name;
	struct text text;
	struct bindings bindings;
	struct exports exports;
	struct map needed; /* names that something in the tree needs */
	struct edits edits;
};

static void refuse(struct pruning *pruning, struct slice why)
{
	if (!pruning->out->refused.len)
		pruning->out->refused = why;
}

static void leave(struct pruning *pruning, const struct binding *binding, const char *why)
{
	struct pruned *left = ARENA_PUSH(pruning->arena, &pruning->out->left);

	*left = (struct pruned){binding->name, binding->at.line, why};
}

/* ---- what is needed ---- */

/* Nobody is excused here: whoever uses a name needs it. */
static int need_uses(struct pruning *pruning, struct pawl_error *error)
{
	struct facade_policy *facade = arena_alloc(pruning->arena, sizeof *facade);
	struct slice name = pruning->request->facade;
	struct policy *policy = arena_alloc(pruning->arena, sizeof *policy);
	struct tree_uses uses = {0};

	*policy = *pruning->request->policy;
	facade_defaults(facade);
	facade->name = name;
	policy->items = facade;
	policy->count = 1;
	policy->exclude = (struct slices){0};
	policy->inline_allow = false;
	if (tree_uses_read(pruning->request->tree, policy, pruning->arena, &uses, error) < 0)
		return -1;
	if (uses.unreadable.count)
		refuse(pruning, slice_join(pruning->arena, uses.unreadable.items[0], SLICE(": "),
					   SLICE("cannot be read, so it may use anything")));
	for (size_t i = 0; i < uses.count; i++) {
		const struct tree_use *use = &uses.items[i];

		if (use->escape || use->via == VIA_STAR)
			refuse(pruning,
			       slice_format(pruning->arena, "%.*s:%u: %s", (int)use->path.len,
					    use->path.ptr, use->at.line,
					    use->escape ? "the facade is used as a value"
							: "a star takes every name"));
		else
			map_put(&pruning->needed, (struct slice){use->symbol.ptr + name.len + 1,
								 use->symbol.len - name.len - 1})
				->value = pruning;
	}
	return 0;
}

static bool is_word(unsigned char c)
{
	return c >= 0x80 || c == '_' || isalnum(c);
}

static size_t word_len(struct slice text, size_t at)
{
	size_t len = 0;

	while (at + len < text.len && is_word((unsigned char)text.ptr[at + len]))
		len++;
	return len;
}

/* A string that names facade.name, in whatever file: settings name classes too. */
static int need_strings(void *payload, const struct change *change, struct pawl_error *error)
{
	struct pruning *pruning = payload;
	struct slice prefix =
		slice_join(pruning->arena, pruning->request->facade, SLICE("."), SLICE(""));
	struct arena scratch = {0};
	enum blob_state state;
	struct slice bytes;
	const char *found;

	if (!entry_is_blob(&change->tip) || slice_equal(change->path, pruning->module.path))
		return 0;
	if (snapshot_read(pruning->request->tree, change->path, &change->tip, &scratch, &bytes,
			  &state, error) < 0) {
		arena_free(&scratch);
		return -1;
	}
	while (state == BLOB_READ && (found = slice_find(bytes, prefix))) {
		size_t len;

		bytes.len -= (size_t)(found - bytes.ptr) + prefix.len;
		bytes.ptr = found + prefix.len;
		len = word_len(bytes, 0);
		if (len && !map_get(&pruning->needed, (struct slice){bytes.ptr, len}))
			map_put(&pruning->needed,
				slice_copy(pruning->arena, (struct slice){bytes.ptr, len}))
				->value = pruning;
	}
	arena_free(&scratch);
	return 0;
}

/* Whether the facade's own source says a name elsewhere than in these bytes. */
static bool source_says(const struct pruning *pruning, struct slice name, uint32_t start,
			uint32_t end)
{
	struct slice bytes = pruning->text.bytes;

	for (size_t i = 0; i < bytes.len;) {
		size_t len = word_len(bytes, i);

		if (len == name.len && (i < start || i >= end) &&
		    memcmp(bytes.ptr + i, name.ptr, len) == 0)
			return true;
		i += len ? len : 1;
	}
	return false;
}

static bool is_needed(const struct pruning *pruning, struct slice name,
		      const struct block_statement *statement)
{
	for (size_t i = 0; i < pruning->exports.all.count; i++)
		if (slice_equal(pruning->exports.all.items[i], name))
			return true;
	return map_get(&pruning->needed, name) ||
	       source_says(pruning, name, statement->start, statement->end);
}

/* ---- statements ---- */

static int star_is_needed(struct pruning *pruning, struct slice module,
			  const struct block_statement *statement, bool *out,
			  struct pawl_error *error)
{
	struct exports exports = {0};

	if (exports_list(pruning->modules, module, &exports, error) < 0)
		return -1;
	*out = exports.dynamic || exports.has_getattr;
	for (size_t i = 0; i < exports.count && !*out; i++)
		*out = is_needed(pruning, exports.items[i].name, statement);
	return 0;
}

static struct slice line_end(const struct pruning *pruning, const struct block_statement *statement)
{
	struct slice bytes = pruning->text.bytes;
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
	if (modules_find(pruning->modules, module, &found, error) < 0)
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
	if (name_resolve(pruning->modules, facade, leaf, &origin, error) < 0)
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

static bool has_comments(const struct block_statement *statement)
{
	for (size_t i = 0; i < statement->names.count; i++)
		if (statement->names.items[i].comment.len || statement->names.items[i].above.count)
			return true;
	return statement->comments.count > 0;
}

/* The statement with the needed names alone. */
static struct slice without_others(struct pruning *pruning, const struct block_statement *statement)
{
	struct buf out = {.arena = pruning->arena};
	const char *separator = statement->exploded ? "\n    " : "";

	buf_add_string(&out, "from ");
	buf_add(&out, statement->module);
	buf_add_string(&out, statement->exploded ? " import (" : " import ");
	for (size_t i = 0; i < statement->names.count; i++) {
		const struct block_name *name = &statement->names.items[i];
		struct slice bound = name->alias.len ? name->alias : name->name;

		if (!is_needed(pruning, identifier_normalize(pruning->arena, bound), statement))
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
	for (size_t i = 0; i < pruning->bindings.count; i++) {
		const struct binding *binding = &pruning->bindings.items[i];

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
			if (is_needed(pruning, name, statement))
				continue;
		}
		pruned = ARENA_PUSH(pruning->arena, &pruning->out->names);
		*pruned = (struct pruned){
			name, text_position(&pruning->text, statement->start).line, NULL};
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
	if (partly && has_comments(statement)) {
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
	if (!module_name_absolute(&pruning->name, binding->level, binding->module, pruning->arena,
				  &module) ||
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

			needed += is_needed(pruning, identifier_normalize(pruning->arena, bound),
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

	import_blocks_read(&pruning->text, &pruning->request->policy->limits, pruning->arena,
			   &blocks);
	for (size_t i = 0; i < blocks.count; i++)
		for (size_t j = 0; j < blocks.items[i].statements.count; j++)
			if (prune_statement(pruning, &blocks.items[i].statements.items[j], error) <
			    0)
				return -1;
	return 0;
}

/* ---- the facade ---- */

static int source_open(struct pruning *pruning, struct pawl_error *error)
{
	const struct prune_request *request = pruning->request;
	struct fixed_text *text = &pruning->out->text;
	enum blob_state state;

	if (modules_find(pruning->modules, request->facade, &pruning->module, error) < 0)
		return -1;
	text->path = pruning->module.path;
	text->entry = pruning->module.entry;
	if (!entry_is_blob(&text->entry))
		return pawl_error_set(error, PAWL_ERROR_CALL,
				      "%.*s: no such module below the roots of the policy",
				      (int)request->facade.len, request->facade.ptr);
	if (snapshot_read(request->tree, text->path, &text->entry, pruning->arena, &text->before,
			  &state, error) < 0)
		return -1;
	text->after = text->before;
	module_name_of_path(&request->policy->roots, text->path, pruning->arena, &pruning->name);
	text_open(&pruning->text, pruning->arena, text->before);
	if (state == BLOB_READ && pruning->text.state == TEXT_READABLE)
		bindings_read(&pruning->text, &request->policy->limits, pruning->arena,
			      &pruning->bindings);
	if (state != BLOB_READ || pruning->text.state != TEXT_READABLE || pruning->text.decoded ||
	    pruning->bindings.unreadable)
		refuse(pruning, SLICE("the facade's source cannot be read"));
	return 0;
}

/* An __all__ that cannot be read may need any name. */
static int read_all(struct pruning *pruning, struct pawl_error *error)
{
	bool all = pruning->bindings.edits_all;

	if (exports_list(pruning->modules, pruning->request->facade, &pruning->exports, error) < 0)
		return -1;
	for (size_t i = 0; i < pruning->bindings.count; i++)
		all = all || pruning->bindings.items[i].kind == BINDING_ALL;
	if (all && !pruning->exports.all_static)
		refuse(pruning, SLICE("its __all__ cannot be read"));
	return 0;
}

int prune_find(const struct prune_request *request, struct arena *arena, struct prune *out,
	       struct pawl_error *error)
{
	struct pruning pruning = {.request = request, .arena = arena, .out = out};

	*out = (struct prune){0};
	pruning.needed.arena = arena;
	pruning.options.roots = &request->policy->roots;
	pruning.options.limits = &request->policy->limits;
	pruning.modules = modules_new(arena, request->tree, &pruning.options);
	if (source_open(&pruning, error) < 0 || read_all(&pruning, error) < 0 ||
	    need_uses(&pruning, error) < 0 ||
	    snapshot_walk(request->tree, arena, need_strings, &pruning, error) < 0)
		return -1;
	if (out->refused.len)
		return 0;
	if (prune_statements(&pruning, error) < 0)
		return -1;
	out->text.after = edits_apply(arena, out->text.before, &pruning.edits);
	return 0;
}
