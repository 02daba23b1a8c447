/*
 * The names that a text gets through a facade, before anybody asks the facade what they are (R2,
 * K6).
 */
#include "pawl/resolve.h"

#include <stdlib.h>

static const char *const via_names[] = {
	[VIA_FROM] = "from",
	[VIA_STAR] = "star",
	[VIA_ATTRIBUTE] = "attribute",
	[VIA_STRING] = "string",
};

const char *use_via_name(enum use_via via)
{
	return via_names[via];
}

/* N4: what Python itself sets on a module (language reference, "Module attributes"). */
static bool is_modules_own(struct slice name)
{
	static const char *const names[] = {
		"__annotate__", "__annotations__", "__builtins__", "__cached__", "__class__",
		"__dict__",	"__doc__",	   "__file__",	   "__loader__", "__name__",
		"__package__",	"__path__",	   "__spec__",
	};

	if (name.len < 2 || name.ptr[0] != '_')
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_equal_string(name, names[i]))
			return true;
	return false;
}

/* One text being read. */
struct reader {
	const struct module_name *module;
	const struct facade_set *facades;
	struct arena *arena;
	struct raw_uses *out;
	struct slice *bound; /* for each import: bound_module() */
};

static bool is_below(struct slice name, struct slice package)
{
	return name.len > package.len && name.ptr[package.len] == '.' &&
	       slice_starts_with(name, package);
}

/* A root that lies in another one, or a folder on the way to it. */
static bool leads_to_root(const struct reader *reader, struct slice name)
{
	const struct slices *nested = &reader->facades->nested_roots;

	for (size_t i = 0; i < nested->count; i++)
		if (slice_equal(nested->items[i], name) || is_below(nested->items[i], name))
			return true;
	return false;
}

/* The name without the root that Python found the module through. */
static struct slice without_root(const struct reader *reader, struct slice name)
{
	const struct slices *nested = &reader->facades->nested_roots;

	for (size_t i = 0; i < nested->count; i++)
		if (is_below(name, nested->items[i])) {
			size_t skip = nested->items[i].len + 1;

			return (struct slice){name.ptr + skip, name.len - skip};
		}
	return name;
}

/* From a module of this name an attribute chain can reach a facade: it is one, or holds one. */
static bool leads_to_facade(const struct reader *reader, struct slice name)
{
	const struct facade_set *facades = reader->facades;

	if (leads_to_root(reader, name))
		return true;
	for (size_t i = 0; i < facades->count; i++)
		if (slice_equal(facades->names[i], name) || is_below(facades->names[i], name))
			return true;
	return false;
}

/* Index into the set, or -1: no facade, or the text is the facade's own source (R3). */
static int64_t facade_find(const struct reader *reader, struct slice name)
{
	const struct facade_set *facades = reader->facades;

	if (reader->module->known && slice_equal(without_root(reader, reader->module->name), name))
		return -1;
	for (size_t i = 0; i < facades->count; i++)
		if (slice_equal(facades->names[i], name))
			return (int64_t)i;
	return -1;
}

static struct raw_use *use_add(struct reader *reader, int64_t facade, struct slice name,
			       enum use_via via)
{
	struct raw_use *use = ARENA_PUSH(reader->arena, reader->out);

	use->facade = (uint32_t)facade;
	use->name = name;
	use->via = via;
	return use;
}

/* R4: a restricted facade got as a module, whatever is taken from it then. */
static void itself_add(struct reader *reader, const struct import *import, struct slice name,
		       struct position at, enum use_via via)
{
	int64_t facade = facade_find(reader, name);
	struct raw_use *use;

	if (facade < 0 || !reader->facades->restricted || !reader->facades->restricted[facade])
		return;
	use = use_add(reader, facade, SLICE(""), via);
	use->itself = true;
	use->type_checking = import->type_checking;
	use->relative = import->level > 0;
	use->at = at;
	use->statement = import->statement;
	use->statement_end = import->statement_end;
	use->bound_as = import->alias;
}

/* ---- imports ---- */

/* The name that the policy knows a module by. `F.__init__`, and F by way of another root, is F's
 * source under another name: Python runs it a second time, and all is there. */
static struct slice known_name(const struct reader *reader, struct slice module)
{
	const struct slice suffix = SLICE(".__init__");

	while (slice_ends_with(module, suffix))
		module.len -= suffix.len;
	return without_root(reader, module);
}

/* The module that a from-import takes names from; false where it cannot be told (T1). */
static bool source_module(struct reader *reader, const struct import *import, struct slice *out)
{
	bool told = module_name_absolute(reader->module, import->level, import->module,
					 reader->arena, out);

	/* Beyond the top of one root may lie another. */
	for (size_t i = 0; !told && i < reader->facades->nested_roots.count; i++) {
		struct module_name module = *reader->module;

		module.name = slice_join(reader->arena, reader->facades->nested_roots.items[i],
					 SLICE("."), module.name);
		told = module.name.len && module_name_absolute(&module, import->level,
							       import->module, reader->arena, out);
	}
	if (told)
		*out = known_name(reader, *out);
	return told;
}

/* The module that an import binds, if an attribute chain reaches a facade from it (N1); else empty.
 */
static struct slice bound_module(struct reader *reader, const struct import *import)
{
	struct slice bound, package;

	if (import->star)
		return (struct slice){0};
	if (!import->from) {
		bound = import->alias.len ? known_name(reader, import->module)
					  : import_bound_name(import);
		return leads_to_facade(reader, bound) ? bound : (struct slice){0};
	}
	if (!source_module(reader, import, &package))
		return (struct slice){0};
	/* Most from-imports come from elsewhere: nothing is joined for those. */
	if (package.len && !leads_to_facade(reader, package))
		return (struct slice){0};
	bound = import->name;
	if (package.len)
		bound = without_root(reader, slice_join(reader->arena, package, SLICE("."), bound));
	return leads_to_facade(reader, bound) ? bound : (struct slice){0};
}

/* The submodule of a package that leads to a facade below it; empty: none does. */
static struct slice submodule_on_the_way(struct slice facade, struct slice package)
{
	const char *dot;

	if (!is_below(facade, package))
		return (struct slice){0};
	facade.ptr += package.len + 1;
	facade.len -= package.len + 1;
	dot = memchr(facade.ptr, '.', facade.len);
	return (struct slice){facade.ptr, dot ? (size_t)(dot - facade.ptr) : facade.len};
}

/*
 * `from P import *` as `from P import m`, for a facade P.m or one below it: a star binds the
 * submodules that its package has by then, whoever loaded them. `unfolded` says by name which
 * import, from 1, an earlier star became: of two the later one counts. (None is there for type
 * checkers alone: a star may bind TYPE_CHECKING itself.)
 */
static void unfold_star(struct reader *reader, struct import star, struct map *unfolded,
			struct imports *imports)
{
	struct slice package;

	if (!source_module(reader, &star, &package))
		return;
	star.star = false;
	star.implied = true;
	for (size_t i = 0; i < reader->facades->count; i++) {
		struct map_entry *known;

		star.name = submodule_on_the_way(reader->facades->names[i], package);
		if (!star.name.len)
			continue;
		known = map_put(unfolded, star.name);
		if (known->value) {
			imports->items[(uintptr_t)known->value - 1] = star;
			continue;
		}
		*ARENA_PUSH(reader->arena, imports) = star;
		known->value = (void *)(uintptr_t)imports->count;
	}
}

static void unfold_stars(struct reader *reader, struct imports *imports)
{
	struct map unfolded = {.arena = reader->arena};

	for (size_t i = 0, count = imports->count; i < count; i++)
		if (imports->items[i].star)
			unfold_star(reader, imports->items[i], &unfolded, imports);
}

/* Where the package's source has surely loaded its submodule itself, so that nobody binds it anew
 * later; UINT32_MAX: nowhere. What begins a line stands in no block. */
static uint32_t own_load(struct reader *reader, const struct imports *imports, size_t count,
			 struct slice submodule)
{
	struct slice whole = slice_join(reader->arena, reader->module->name, SLICE("."), submodule);

	for (size_t i = 0; i < count; i++) {
		const struct import *import = &imports->items[i];
		struct slice module = import->module;

		if (import->statement.column != 1 || import->type_checking)
			continue;
		if (import->from && !source_module(reader, import, &module))
			continue;
		/* `from . import m` */
		if (import->from && slice_equal(module, reader->module->name) &&
		    slice_equal(import->name, submodule))
			return import->statement_end;
		if (slice_equal(module, whole) || is_below(module, whole))
			return import->statement_end;
	}
	return UINT32_MAX;
}

/*
 * Whoever loads P.m binds `m` in P's own namespace: the package's source has the facade by its bare
 * name, unless it surely binds that name to something of its own.
 */
static void imply_submodules(struct reader *reader, const struct text *text,
			     struct imports *imports)
{
	const struct module_name *module = reader->module;
	struct map unfolded = {.arena = reader->arena};
	size_t count = imports->count;

	if (!module->known || !module->package || !module->name.len ||
	    !leads_to_facade(reader, module->name))
		return;
	unfold_star(reader, (struct import){.from = true, .module = module->name}, &unfolded,
		    imports);
	/* A whole parse looks for the name: only where there may be one. */
	for (size_t i = imports->count; i-- > count;)
		if (!slice_find(text->bytes, imports->items[i].name) && slice_is_ascii(text->bytes))
			imports->items[i] = imports->items[--imports->count];
	for (size_t i = count; i < imports->count; i++)
		imports->items[i].statement_end =
			own_load(reader, imports, count, imports->items[i].name);
}

/* `from P import F_leaf`. */
static void import_itself(struct reader *reader, const struct import *import, struct slice package)
{
	struct slice module = import->name;

	if (import->star || !reader->facades->restricted)
		return;
	if (package.len)
		module = slice_join(reader->arena, package, SLICE("."), module);
	itself_add(reader, import, module, import->name_at, VIA_FROM);
}

/* `from F import N` and `from F import *`; where F is restricted, `import F` and the like too. */
static void import_use(struct reader *reader, const struct import *import)
{
	struct slice package;
	struct raw_use *use;
	int64_t facade;

	if (!import->from) {
		itself_add(reader, import, known_name(reader, import->module), import->name_at,
			   VIA_FROM);
		return;
	}
	if (!source_module(reader, import, &package))
		return;
	facade = facade_find(reader, package);
	if (facade < 0) {
		import_itself(reader, import, package);
		return;
	}
	/* `__init__` is the facade under another name, and what Python sets on it says no less. */
	if (!import->star && is_modules_own(import->name)) {
		itself_add(reader, import, package, import->name_at, VIA_FROM);
		return;
	}
	use = use_add(reader, facade, import->star ? SLICE("*") : import->name,
		      import->star ? VIA_STAR : VIA_FROM);
	use->type_checking = import->type_checking;
	use->relative = import->level > 0;
	use->at = import->name_at;
	use->statement = import->statement;
	use->statement_end = import->statement_end;
	use->bound_as = import->alias;
}

/* ---- chains ---- */

static struct raw_use *chain_use_add(struct reader *reader, const struct import *import,
				     const struct chain *chain, int64_t facade, struct slice name)
{
	struct raw_use *use = use_add(reader, facade, name, VIA_ATTRIBUTE);

	use->type_checking = import->type_checking;
	use->relative = import->level > 0;
	use->at = chain->root;
	use->statement = chain->root;
	use->statement_end = chain->end;
	return use;
}

/* N1: component by component from the bound module, for as long as a facade can be reached. */
static void chain_follow(struct reader *reader, const struct import *import,
			 const struct chain *chain)
{
	struct slice module = reader->bound[chain->import];
	int64_t facade = facade_find(reader, module);

	for (size_t i = 0; i < chain->step_count; i++) {
		const struct chain_step *step = &chain->steps[i];

		if (facade >= 0 && slice_equal_string(step->name, "__init__"))
			continue; /* the facade's source under another name */
		if (facade >= 0 && !is_modules_own(step->name))
			chain_use_add(reader, import, chain, facade, step->name)->at = step->at;
		else if (facade >= 0) /* R4: `__dict__` holds all that F has */
			itself_add(reader, import, module, step->at, VIA_ATTRIBUTE);
		module = without_root(reader,
				      slice_join(reader->arena, module, SLICE("."), step->name));
		if (!leads_to_facade(reader, module))
			return;
		facade = facade_find(reader, module);
	}
	/* N3. To bind or unbind the name itself takes nothing from the facade. */
	if (facade < 0 || chain->access != CHAIN_LOAD)
		return;
	chain_use_add(reader, import, chain, facade, (struct slice){0})->escape = true;
	/* R4: `import F.x` names F no less than `import F` does, once F is got by it. */
	if (chain->step_count)
		itself_add(reader, import, module, chain->steps[chain->step_count - 1].at,
			   VIA_ATTRIBUTE);
}

/* With many facades it takes longer to ask for each than to parse. */
#define HINTED_FACADES 16

/* Whether the text may have what a chain from the module, bound as `owner`, needs to reach a
 * facade.
 */
static bool may_reach_facade(const struct reader *reader, struct slice bytes,
			     const struct imports *imports, struct slice owner, struct slice module)
{
	const struct facade_set *facades = reader->facades;

	if (facades->count > HINTED_FACADES || leads_to_root(reader, module))
		return true;
	for (size_t i = 0; i < facades->count; i++) {
		struct slice facade = facades->names[i], next;
		const char *dot;

		if (slice_equal(facade, module))
			return true;
		if (!is_below(facade, module))
			continue;
		next = (struct slice){facade.ptr + module.len + 1, facade.len - module.len - 1};
		dot = memchr(next.ptr, '.', next.len);
		if (dot)
			next.len = (size_t)(dot - next.ptr);
		if (text_may_have_attribute(bytes, owner, next, imports))
			return true;
	}
	return false;
}

static void read_chains(struct reader *reader, const struct text *text,
			const struct imports *imports, const struct text_limits *limits)
{
	struct chains chains = {0};
	struct map asked = {.arena = reader->arena};
	bool any = false;
	bool *wanted = arena_alloc(reader->arena, imports->count * sizeof *wanted);

	reader->bound = arena_alloc(reader->arena, imports->count * sizeof *reader->bound);
	for (size_t i = 0; i < imports->count; i++) {
		struct slice owner = import_bound_name(&imports->items[i]);
		struct map_entry *entry;

		reader->bound[i] = bound_module(reader, &imports->items[i]);
		wanted[i] = reader->bound[i].len > 0;
		if (!wanted[i] || any)
			continue;
		entry = map_put(&asked,
				slice_join(reader->arena, owner, SLICE(" "), reader->bound[i]));
		any = !entry->value &&
		      may_reach_facade(reader, text->bytes, imports, owner, reader->bound[i]);
		entry->value = reader;
	}
	if (!any)
		return;
	chains_read(text, imports, wanted, limits, reader->arena, &chains);
	reader->out->chains_read = true;
	reader->out->unreadable = chains.unreadable;
	for (size_t i = 0; i < chains.count; i++)
		chain_follow(reader, &imports->items[chains.items[i].import], &chains.items[i]);
}

/* ---- the text ---- */

/* Each component of a facade's name; the last one is the one given back. */
static struct slice components_add(struct arena *arena, struct slices *components,
				   struct slice facade)
{
	const char *dot;

	while ((dot = memchr(facade.ptr, '.', facade.len))) {
		size_t len = (size_t)(dot - facade.ptr);

		*ARENA_PUSH(arena, components) = (struct slice){facade.ptr, len};
		facade = (struct slice){dot + 1, facade.len - len - 1};
	}
	*ARENA_PUSH(arena, components) = facade;
	return facade;
}

/* K1, K2. */
static struct import_filter filter_make(const struct reader *reader)
{
	const struct facade_set *facades = reader->facades;
	const struct module_name *module = reader->module;
	struct slice *last = arena_alloc(reader->arena, facades->count * sizeof *last);
	struct slices components = {0};
	bool inside = false;

	/* `from .__init__ import N` in the facade's package names none of its components. */
	*ARENA_PUSH(reader->arena, &components) = SLICE("__init__");

	for (size_t i = 0; i < facades->count; i++) {
		struct slice facade = facades->names[i];

		inside |= module->known &&
			  (slice_equal(module->name, facade) || is_below(module->name, facade));
		last[i] = components_add(reader->arena, &components, facade);
	}
	for (size_t i = 0; i < facades->nested_roots.count; i++)
		components_add(reader->arena, &components, facades->nested_roots.items[i]);
	return (struct import_filter){
		.components = components.items,
		.component_count = components.count,
		.last = last,
		.last_count = facades->count,
		.inside = inside,
	};
}

static bool is_same_anywhere(const struct reader *reader, bool inside,
			     const struct imports *imports)
{
	const struct module_name *module = reader->module;

	if (inside || (module->known && leads_to_facade(reader, module->name)))
		return false;
	for (size_t i = 0; i < imports->count; i++)
		if (imports->items[i].level && imports->items[i].star)
			return false;
	return true;
}

static int use_compare(const void *left, const void *right)
{
	const struct raw_use *a = left, *b = right;

	if (a->at.offset != b->at.offset)
		return a->at.offset < b->at.offset ? -1 : 1;
	if (a->facade != b->facade)
		return a->facade < b->facade ? -1 : 1;
	if (a->escape != b->escape)
		return a->escape ? 1 : -1;
	return slice_compare(a->name, b->name);
}

static void merge(struct raw_use *use, const struct raw_use *same)
{
	use->type_checking &= same->type_checking;
	use->relative &= same->relative;
}

/*
 * By position, each once: `import sentry.app` and `import sentry.models` both bind `sentry`, and
 * `sentry.models.User` is one use; it needs none but type checkers only if all its imports do.
 */
static void uses_sort(struct raw_uses *uses)
{
	size_t kept = 0;

	if (!uses->count)
		return;
	qsort(uses->items, uses->count, sizeof *uses->items, use_compare);
	for (size_t i = 1; i < uses->count; i++) {
		if (use_compare(&uses->items[kept], &uses->items[i]) == 0)
			merge(&uses->items[kept], &uses->items[i]);
		else
			uses->items[++kept] = uses->items[i];
	}
	uses->count = kept + 1;
}

void uses_read(struct slice bytes, const struct module_name *module,
	       const struct facade_set *facades, const struct text_limits *limits,
	       struct arena *arena, struct text *text, struct raw_uses *out)
{
	struct reader reader = {module, facades, arena, out, NULL};
	struct import_filter filter = filter_make(&reader);
	struct imports imports = {0};

	*out = (struct raw_uses){0};
	text_open(text, arena, bytes);
	if (text->state == TEXT_UNREADABLE) {
		out->unreadable = text->why;
		out->anywhere = true;
		return;
	}
	imports_read(text, &filter, limits, arena, &imports);
	out->parsed_whole = imports.parsed_whole;
	out->unreadable = imports.unreadable;
	out->anywhere = is_same_anywhere(&reader, filter.inside, &imports);
	reaching_imports_find(&imports, facades, arena, &out->reaching);
	/* K1 may have spared the text, which at its own place holds no use. */
	if (!imports.count && text_may_import_relatively(text->bytes))
		out->reaching.reach = REACH_FACADES_FOLDER;
	for (size_t i = 0; i < imports.count; i++)
		import_use(&reader, &imports.items[i]);
	unfold_stars(&reader, &imports);
	imply_submodules(&reader, text, &imports);
	if (!out->unreadable)
		read_chains(&reader, text, &imports, limits);
	uses_sort(out);
}
