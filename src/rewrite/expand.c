/* Star imports of a facade made explicit: `pawl expand`. */
#include "certainty.h"
#include "facade_source.h"

#include <stdlib.h>

struct expanding {
	const struct expand_request *request;
	struct arena *arena;
	struct expand *out;
	struct facade_source source;
	struct certainty certainty;
	struct style style;
	struct map dropped; /* names that a star brought, and that are not written (--used) */
	struct map written; /* names of stars that are (--used) */
	struct map stay;    /* --used: names of bindings that stay; the value is the one, or
			       `expanding` */
	bool all_stay;	    /* a star that is left may bind any name */
	bool stay_grew;
	const struct binding *star; /* the one that is looked at */
	size_t doubtful;	    /* stars that are left, and may bring what something needs */
	struct edits edits;
};

static void leave(struct expanding *expanding, const struct binding *star, struct slice why)
{
	struct expand_left *left = ARENA_PUSH(expanding->arena, &expanding->out->left);

	*left = (struct expand_left){star->at.line, star->module, why};
}

/* ---- the names of one star (D5) ---- */

/* Entered first, the module is half loaded when the facade is: a star gives the half then. */
static int why_half_loaded(struct expanding *expanding, struct slice module, struct slice *why,
			   struct pawl_error *error)
{
	struct slice facade = expanding->source.facade, via;

	if (expanding->certainty.package && slice_starts_with(module, facade) &&
	    module.len > facade.len && module.ptr[facade.len] == '.')
		return 0;
	if (imports_reach(&expanding->certainty.graph, module, facade, &via, error) < 0)
		return -1;
	if (via.len)
		*why = slice_format(
			expanding->arena,
			"its import may import the facade back (in %.*s), and an import "
			"by name fails while it is half loaded: import there from where "
			"the names are declared first",
			(int)via.len, via.ptr);
	return 0;
}

/* The names of the facade's own bindings, of stars that are left, and those that are written. */
static void stay_name(struct expanding *expanding, struct slice name, const void *binding)
{
	struct map_entry *entry = map_put(&expanding->stay, name);
	void *value =
		entry->value && entry->value != binding ? expanding : (void *)(uintptr_t)binding;

	expanding->stay_grew |= entry->value != value;
	entry->value = value;
}

static int stay_star(struct expanding *expanding, const struct binding *star,
		     struct pawl_error *error)
{
	struct bound_names brought = {0};
	struct slice module;

	if (!module_name_absolute(&expanding->source.name, star->level, star->module,
				  expanding->arena, &module))
		brought.unknown = SLICE("its module is not known");
	else if (star_names(&expanding->certainty, module, &brought, error) < 0)
		return -1;
	if (brought.unknown.len && !expanding->all_stay)
		expanding->stay_grew = expanding->all_stay = true;
	for (size_t i = 0; i < brought.count; i++)
		stay_name(expanding, brought.items[i].name, star);
	return 0;
}

static void stay_own(struct expanding *expanding)
{
	const struct bindings *bindings = &expanding->source.bindings;

	expanding->stay.arena = expanding->arena;
	for (size_t i = 0; i < bindings->count; i++)
		if (bindings->items[i].kind != BINDING_STAR)
			stay_name(expanding, bindings->items[i].name, expanding);
}

static bool stays_elsewhere(const struct expanding *expanding, struct slice name)
{
	const void *binding = map_get(&expanding->stay, name);

	return expanding->all_stay || (binding && binding != expanding->star);
}

/* --used: a use, a string, the facade's source; where a binding that stays binds the name too, so
 * that an importer would get another; and where it is a submodule's, which one `import F.name` gets
 * would change. */
static int name_is_dropped(struct expanding *expanding, struct slice name,
			   const struct block_statement *statement, bool *out,
			   struct pawl_error *error)
{
	const struct facade_source *source = &expanding->source;
	struct module found;

	*out = false;
	if (!expanding->request->used || source->star.len || stays_elsewhere(expanding, name) ||
	    facade_name_is_needed(source, name, statement))
		return 0;
	if (modules_find(source->modules,
			 slice_join(expanding->arena, source->facade, SLICE("."), name), &found,
			 error) < 0)
		return -1;
	*out = found.kind == MODULE_NONE;
	return 0;
}

/* The names to write; *why says why none can be, *harmless that nothing is lost by that. 0 or -1.
 */
static int written_names(struct expanding *expanding, struct slice module,
			 const struct block_statement *statement, struct wanted_names *names,
			 struct slice *why, bool *harmless, struct pawl_error *error)
{
	struct bound_names brought;

	if (why_half_loaded(expanding, module, why, error) < 0 ||
	    (!why->len && star_names(&expanding->certainty, module, &brought, error) < 0))
		return -1;
	if (why->len)
		return 0;
	if (brought.unknown.len)
		*why = slice_join(expanding->arena, SLICE("its names cannot be told"), SLICE(": "),
				  brought.unknown);
	for (size_t i = 0; i < brought.count && !why->len; i++) {
		const struct bound_name *bound = &brought.items[i];
		bool dropped;

		if (name_is_dropped(expanding, bound->name, statement, &dropped, error) < 0)
			return -1;
		if (dropped) {
			map_put(&expanding->dropped, bound->name)->value = expanding;
			continue;
		}
		if (!bound->certain)
			*why = slice_format(expanding->arena,
					    "%.*s is bound there in some runs only (D4), and an "
					    "import by name could fail: bind it in every run, or "
					    "list the names by hand",
					    (int)bound->name.len, bound->name.ptr);
		else if (!is_identifier(expanding->arena, bound->name))
			*why = slice_format(expanding->arena,
					    "an import cannot say %.*s, which its __all__ lists",
					    (int)bound->name.len, bound->name.ptr);
		*ARENA_PUSH(expanding->arena, names) = (struct wanted_name){.name = bound->name};
	}
	if (why->len || names->count)
		return 0;
	*harmless = true;
	*why = brought.count ? SLICE("none of its names is used: pawl prune takes it away")
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
		       const struct binding *star, unsigned section, struct wanted_names *names)
{
	struct edit *edit = ARENA_PUSH(expanding->arena, &expanding->edits);
	struct statement_text text = {
		.start = slice_format(expanding->arena, "from %.*s import ",
				      (int)statement->module.len, statement->module.ptr),
		.names = names,
		.comments = &statement->comments,
		.from = true,
	};
	struct expanded *expanded = ARENA_PUSH(expanding->arena, &expanding->out->stars);

	names_sort(&expanding->style, section, names);
	*edit = (struct edit){
		statement->start, text_end(expanding, statement),
		with_line_ends(expanding,
			       statement_format(&expanding->style, expanding->arena, &text, 0))};
	*expanded = (struct expanded){star->at.line, star->module, names->count};
}

static int expand_statement(struct expanding *expanding, const struct block_statement *statement,
			    struct pawl_error *error)
{
	const struct binding *star = star_of(expanding, statement);
	struct wanted_names names = {0};
	struct slice module, why = {0};
	unsigned section;
	bool harmless = false;
	struct module found;

	if (!star || star->type_checking)
		return 0;
	expanding->star = star;
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
	else if (written_names(expanding, module, statement, &names, &why, &harmless, error) < 0)
		return -1;
	expanding->doubtful += why.len && !harmless;
	if (why.len) {
		leave(expanding, star, why);
		return expanding->request->used ? stay_star(expanding, star, error) : 0;
	}
	if (section_of(&expanding->style, statement->module, &section, error) < 0)
		return -1;
	star_write(expanding, statement, star, section, &names);
	for (size_t i = 0; i < names.count; i++) {
		map_put(&expanding->written, names.items[i].name)->value = expanding;
		if (expanding->request->used)
			stay_name(expanding, names.items[i].name, star);
	}
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

/* --used: what a star brings that is left, no other may drop, and that can leave the next one. */
static int expand_used(struct expanding *expanding, struct pawl_error *error)
{
	stay_own(expanding);
	do {
		expanding->stay_grew = false;
		expanding->out->stars.count = 0;
		expanding->out->left.count = 0;
		expanding->edits.count = 0;
		expanding->doubtful = 0;
		expanding->dropped = (struct map){.arena = expanding->arena};
		expanding->written = (struct map){.arena = expanding->arena};
		if (expand_statements(expanding, error) < 0)
			return -1;
	} while (expanding->stay_grew);
	return 0;
}

/* ---- __all__ ---- */

static bool has_all(const struct expanding *expanding)
{
	const struct bindings *bindings = &expanding->source.bindings;

	for (size_t i = 0; i < bindings->count; i++)
		if (bindings->items[i].kind == BINDING_ALL ||
		    slice_equal_string(bindings->items[i].name, "__all__"))
			return true;
	return false;
}

/* A submodule that something else loads is a name that a star of the facade takes too. Where no
 * text of the tree has such a star, nothing is lost. */
static int why_submodules(struct expanding *expanding, const struct bound_names *names,
			  struct slice *why, struct pawl_error *error)
{
	struct facade_source *source = &expanding->source;
	struct slice other;

	if (!expanding->certainty.package)
		return 0;
	if (submodule_of_others(&expanding->certainty, source->facade, names, &other, error) < 0)
		return -1;
	if (!other.len)
		return 0;
	if (!source->needs_read && facade_needs_read(source, error) < 0)
		return -1;
	if (source->star.len)
		*why = slice_format(
			expanding->arena,
			"%.*s: a star takes the submodule %.*s too where something else "
			"has loaded it (D5): import it in the facade",
			(int)source->star.len, source->star.ptr, (int)other.len, other.ptr);
	return 0;
}

/* The names that a star of the facade takes, and still does; *why: they cannot be told. */
static int public_names(struct expanding *expanding, struct slices *out, struct slice *why,
			struct pawl_error *error)
{
	struct slice facade = expanding->source.facade;
	struct bound_names names;

	if (module_names(&expanding->certainty, facade, &names, error) < 0)
		return -1;
	*why = names.unknown;
	if (!why->len && expanding->source.bindings.has_getattr)
		*why = SLICE("the facade's __getattr__ may answer for __all__");
	for (size_t i = 0; i < names.count && !why->len; i++) {
		const struct bound_name *bound = &names.items[i];

		if (slice_equal_string(bound->name, "__all__"))
			*why = SLICE("a star brings one");
		if (bound->name.ptr[0] == '_' || (map_get(&expanding->dropped, bound->name) &&
						  !map_get(&expanding->written, bound->name)))
			continue;
		if (!bound->certain)
			*why = slice_format(expanding->arena,
					    "the facade binds %.*s in some runs only (D4)",
					    (int)bound->name.len, bound->name.ptr);
		*ARENA_PUSH(expanding->arena, out) = bound->name;
	}
	if (why->len)
		return 0;
	return why_submodules(expanding, &names, why, error);
}

static int compare_names(const void *a, const void *b)
{
	return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

static void all_add(struct expanding *expanding, const struct slices *names)
{
	struct slice bytes = expanding->source.text.bytes;
	struct buf out = {.arena = expanding->arena};
	size_t at = bytes.len;

	while (at && (bytes.ptr[at - 1] == '\n' || bytes.ptr[at - 1] == '\r'))
		at--;
	/* black wants two lines behind a body. */
	for (size_t i = at; i > 0 && bytes.ptr[i - 1] != '\n' && bytes.ptr[i - 1] != '\r'; i--)
		if (i == 1 || bytes.ptr[i - 2] == '\n' || bytes.ptr[i - 2] == '\r')
			if (bytes.ptr[i - 1] == ' ' || bytes.ptr[i - 1] == '\t')
				buf_add_char(&out, '\n');
	buf_add_string(&out, "\n\n" WRITTEN_ALL_COMMENT "\n__all__ = [\n");
	for (size_t i = 0; i < names->count; i++)
		buf_add_format(&out, "    \"%.*s\",\n", (int)names->items[i].len,
			       names->items[i].ptr);
	buf_add_string(&out, "]\n");
	*ARENA_PUSH(expanding->arena, &expanding->edits) = (struct edit){
		(uint32_t)at, (uint32_t)bytes.len, with_line_ends(expanding, buf_slice(&out))};
	expanding->out->all_written = true;
}

/* Every name that the facade hands on now, less those that went: who star-imports the facade gets
 * the same, and no linter calls the imports unused. 0 or -1. */
static int all_write(struct expanding *expanding, struct pawl_error *error)
{
	struct slice *why = &expanding->out->all_left;
	struct slices names = {0};

	if (expanding->doubtful) {
		*why = SLICE("a star is left");
		return 0;
	}
	if (public_names(expanding, &names, why, error) < 0)
		return -1;
	if (why->len)
		return 0;
	if (names.count)
		qsort(names.items, names.count, sizeof *names.items, compare_names);
	all_add(expanding, &names);
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
	expanding.certainty = (struct certainty){
		.arena = arena,
		.modules = source->modules,
		.policy = request->policy,
		.facade = source->facade,
		.package = source->module.kind == MODULE_PACKAGE,
		.graph = {.arena = arena, .modules = source->modules, .policy = request->policy},
	};
	expanding.dropped.arena = expanding.written.arena = arena;
	out->text = source->file;
	out->refused = source->refused;
	if (!out->refused.len && source->module.stub)
		out->refused =
			SLICE("the facade is a stub, where an import by name hands nothing on "
			      "(D9): write `import X as X`");
	else if (!out->refused.len && source->bindings.broken)
		out->refused = SLICE("the facade's source has errors");
	if (out->refused.len)
		return 0;
	if ((request->used ? expand_used(&expanding, error)
			   : expand_statements(&expanding, error)) < 0)
		return -1;
	if (out->stars.count && !has_all(&expanding) && all_write(&expanding, error) < 0)
		return -1;
	out->text.after = edits_apply(arena, out->text.before, &expanding.edits);
	return 0;
}
