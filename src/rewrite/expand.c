/* Star imports of a facade made explicit: `pawl expand`. */
#include "certainty.h"
#include "facade_source.h"

struct expanding {
	const struct expand_request *request;
	struct arena *arena;
	struct expand *out;
	struct facade_source source;
	struct certainty certainty;
	struct style style;
	struct map dropped; /* names that a star brought, and that are not written (--used) */
	struct map written; /* names that are */
	struct edits edits;
};

static void leave(struct expanding *expanding, const struct binding *star, struct slice why)
{
	struct expand_left *left = ARENA_PUSH(expanding->arena, &expanding->out->left);

	*left = (struct expand_left){star->at.line, star->module, why};
}

/* ---- the names of one star (D5) ---- */

static bool star_takes(const struct exports *exports, const struct exported_name *exported)
{
	if (exported->origin.type_checking || exported->origin.kind == ORIGIN_UNBOUND)
		return false;
	if (!exports->all_static)
		return exported->name.ptr[0] != '_';
	for (size_t i = 0; i < exports->all.count; i++)
		if (slice_equal(exports->all.items[i], exported->name))
			return true;
	return false;
}

/* The names to write; *why says why none can be. 0 or -1. */
static int star_names(struct expanding *expanding, struct slice module,
		      const struct block_statement *statement, struct wanted_names *names,
		      struct slice *why, struct pawl_error *error)
{
	struct exports exports = {0};
	size_t taken = 0;

	if (exports_list(expanding->source.modules, module, &exports, error) < 0)
		return -1;
	if (exports.dynamic)
		*why = SLICE("its names cannot be read (D5): write them by hand");
	for (size_t i = 0; i < exports.count && !why->len; i++) {
		const struct exported_name *exported = &exports.items[i];
		bool certain = exported->origin.submodule;

		if (!star_takes(&exports, exported))
			continue;
		taken++;
		if (expanding->request->used &&
		    !facade_name_is_needed(&expanding->source, exported->name, statement)) {
			map_put(&expanding->dropped, exported->name)->value = expanding;
			continue;
		}
		if (!certain && name_is_certain(&expanding->certainty, module, exported->name,
						&certain, error) < 0)
			return -1;
		if (!certain)
			*why = slice_format(expanding->arena,
					    "%.*s is bound there under a condition only (D4): an "
					    "import by name could fail",
					    (int)exported->name.len, exported->name.ptr);
		*ARENA_PUSH(expanding->arena, names) = (struct wanted_name){.name = exported->name};
	}
	if (!why->len && !names->count)
		*why = taken ? SLICE("none of its names is used: pawl prune takes it away")
			     : SLICE("it brings no name: pawl prune takes it away");
	return 0;
}

/* ---- statements ---- */

static const struct binding *star_of(const struct expanding *expanding,
				     const struct block_statement *statement)
{
	const struct bindings *bindings = &expanding->source.bindings;

	for (size_t i = 0; i < bindings->count; i++)
		if (bindings->items[i].kind == BINDING_STAR &&
		    bindings->items[i].statement.offset == statement->start)
			return &bindings->items[i];
	return NULL;
}

/* As the statement's own lines end. */
static struct slice with_line_ends(struct expanding *expanding, struct slice text)
{
	struct slice bytes = expanding->source.text.bytes;
	const char *feed = memchr(bytes.ptr, '\n', bytes.len);
	const char *end = feed ? (feed > bytes.ptr && feed[-1] == '\r' ? "\r\n" : "\n") : "\r";
	struct buf out = {.arena = expanding->arena};

	if (!feed && !memchr(bytes.ptr, '\r', bytes.len))
		end = "\n";
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '\n')
			buf_add_string(&out, end);
		else
			buf_add_char(&out, text.ptr[i]);
	return buf_slice(&out);
}

/* Where the statement's text ends: behind its comment, which is written again. */
static uint32_t text_end(const struct expanding *expanding, const struct block_statement *statement)
{
	struct slice bytes = expanding->source.text.bytes;
	uint32_t end = statement->after;

	while (end > statement->end && (bytes.ptr[end - 1] == '\n' || bytes.ptr[end - 1] == '\r'))
		end--;
	return end;
}

static void star_write(struct expanding *expanding, const struct block_statement *statement,
		       const struct binding *star, struct wanted_names *names)
{
	struct edit *edit = ARENA_PUSH(expanding->arena, &expanding->edits);
	struct slice start = slice_format(expanding->arena, "from %.*s import ",
					  (int)statement->module.len, statement->module.ptr);
	struct expanded *expanded = ARENA_PUSH(expanding->arena, &expanding->out->stars);

	names_sort(&expanding->style, names);
	*edit = (struct edit){
		statement->start, text_end(expanding, statement),
		with_line_ends(expanding,
			       statement_format(&expanding->style, expanding->arena, start, names,
						&statement->comments, 0, false))};
	*expanded = (struct expanded){star->at.line, star->module, names->count};
	for (size_t i = 0; i < names->count; i++)
		map_put(&expanding->written, names->items[i].name)->value = expanding;
}

static int expand_statement(struct expanding *expanding, const struct block_statement *statement,
			    struct pawl_error *error)
{
	const struct binding *star = star_of(expanding, statement);
	struct wanted_names names = {0};
	struct slice module, why = {0};
	struct module found;

	if (!star || star->type_checking)
		return 0;
	if (star->branch || statement->start != statement->line_start)
		why = SLICE("it stands under a condition or in a suite: expand it by hand");
	else if (!statement->alone)
		why = SLICE("its line holds other statements: give it a line of its own");
	else if (!module_name_absolute(&expanding->source.name, star->level, star->module,
				       expanding->arena, &module))
		why = SLICE("its module is not known");
	else if (modules_find(expanding->source.modules, module, &found, error) < 0)
		return -1;
	else if (!entry_is_blob(&found.entry))
		why = SLICE("its module is not in the tree");
	else if (star_names(expanding, module, statement, &names, &why, error) < 0)
		return -1;
	if (why.len)
		leave(expanding, star, why);
	else
		star_write(expanding, statement, star, &names);
	return 0;
}

static int expand_statements(struct expanding *expanding, struct pawl_error *error)
{
	struct import_blocks blocks = {0};

	import_blocks_read(&expanding->source.text, &expanding->request->policy->limits,
			   expanding->arena, &blocks);
	for (size_t i = 0; i < blocks.count; i++)
		for (size_t j = 0; j < blocks.items[i].statements.count; j++)
			if (expand_statement(expanding, &blocks.items[i].statements.items[j],
					     error) < 0)
				return -1;
	return 0;
}

/* ---- __all__ ---- */

static bool has_all(const struct expanding *expanding)
{
	const struct bindings *bindings = &expanding->source.bindings;

	for (size_t i = 0; i < bindings->count; i++)
		if (bindings->items[i].kind == BINDING_ALL)
			return true;
	return false;
}

/* Every name that the facade hands on now, less those that went: who star-imports the facade gets
 * the same, and no linter calls the imports unused. 0 or -1. */
static int all_write(struct expanding *expanding, struct pawl_error *error)
{
	struct slice bytes = expanding->source.text.bytes;
	struct buf out = {.arena = expanding->arena};
	const struct exports *exports = &expanding->source.exports;
	size_t at = bytes.len;

	while (at && (bytes.ptr[at - 1] == '\n' || bytes.ptr[at - 1] == '\r'))
		at--;
	/* black wants two lines behind a body. */
	for (size_t i = at; i > 0 && bytes.ptr[i - 1] != '\n' && bytes.ptr[i - 1] != '\r'; i--)
		if (i == 1 || bytes.ptr[i - 2] == '\n' || bytes.ptr[i - 2] == '\r')
			if (bytes.ptr[i - 1] == ' ' || bytes.ptr[i - 1] == '\t')
				buf_add_char(&out, '\n');
	buf_add_string(&out, "\n\n__all__ = [\n");
	for (size_t i = 0; i < exports->count; i++) {
		const struct exported_name *exported = &exports->items[i];
		bool certain = exported->origin.submodule ||
			       map_get(&expanding->written, exported->name) != NULL;

		if (exported->name.ptr[0] == '_' || exported->origin.type_checking ||
		    exported->origin.kind == ORIGIN_UNBOUND)
			continue;
		if (!certain && !map_get(&expanding->dropped, exported->name) &&
		    name_is_certain(&expanding->certainty, expanding->source.facade, exported->name,
				    &certain, error) < 0)
			return -1;
		if (!certain)
			continue;
		buf_add_format(&out, "    \"%.*s\",\n", (int)exported->name.len,
			       exported->name.ptr);
	}
	buf_add_string(&out, "]\n");
	*ARENA_PUSH(expanding->arena, &expanding->edits) = (struct edit){
		(uint32_t)at, (uint32_t)bytes.len, with_line_ends(expanding, buf_slice(&out))};
	expanding->out->all_written = true;
	return 0;
}

int expand_find(const struct expand_request *request, struct arena *arena, struct expand *out,
		struct pawl_error *error)
{
	struct expanding expanding = {.request = request, .arena = arena, .out = out};
	struct facade_source *source = &expanding.source;

	*out = (struct expand){0};
	if (facade_source_open(source, request->policy, request->tree, request->facade, arena,
			       error) < 0 ||
	    (request->used && facade_needs_read(source, error) < 0) ||
	    style_of_path(arena, request->tree, source->file.path, &expanding.style, error) < 0)
		return -1;
	expanding.certainty = (struct certainty){arena, source->modules, request->policy, {0}};
	expanding.dropped.arena = expanding.written.arena = arena;
	out->text = source->file;
	out->refused = source->refused;
	if (out->refused.len)
		return 0;
	if (expand_statements(&expanding, error) < 0)
		return -1;
	if (out->stars.count && !out->left.count && !has_all(&expanding) &&
	    all_write(&expanding, error) < 0)
		return -1;
	out->text.after = edits_apply(arena, out->text.before, &expanding.edits);
	return 0;
}
