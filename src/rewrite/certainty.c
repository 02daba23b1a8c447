/* Which names a module has in every run. */
#include "certainty.h"

#define MAX_STAR_DEPTH 100

struct read_module {
	struct module_name name;
	struct module module;
	struct bindings bindings;
	struct slice unreadable; /* why; else empty */
	struct bound_names names;
	bool names_known, in_progress;
};

static int module_read(struct certainty *certainty, struct slice name, struct read_module **out,
		       struct pawl_error *error)
{
	struct map_entry *entry;
	struct read_module *read;
	enum blob_state state;
	struct slice bytes;
	struct text text;

	certainty->read.arena = certainty->arena;
	entry = map_put(&certainty->read, name);
	*out = read = entry->value;
	if (read)
		return 0;
	*out = entry->value = read = arena_alloc(certainty->arena, sizeof *read);
	*read = (struct read_module){.unreadable = SLICE("is not in the tree")};
	if (modules_find(certainty->modules, name, &read->module, error) < 0)
		return -1;
	if (!entry_is_blob(&read->module.entry))
		return 0;
	if (snapshot_read(modules_snapshot(certainty->modules), read->module.path,
			  &read->module.entry, certainty->arena, &bytes, &state, error) < 0)
		return -1;
	read->unreadable = SLICE("cannot be read");
	if (state != BLOB_READ)
		return 0;
	text_open(&text, certainty->arena, bytes);
	if (text.state != TEXT_READABLE)
		return 0;
	module_name_of_path(&certainty->policy->roots, read->module.path, certainty->arena,
			    &read->name);
	bindings_read(&text, &certainty->policy->limits, certainty->arena, &read->bindings);
	if (read->module.stub)
		read->unreadable = SLICE("is a stub: what runs is elsewhere");
	else if (!read->bindings.unreadable && !read->bindings.broken)
		read->unreadable = SLICE("");
	return 0;
}

/* ---- what one module binds, in order (D1) ---- */

enum bound { UNBOUND, MAYBE, ALWAYS };

/* One name so far: bound or not, and the arms of one statement that have bound it. */
struct name_state {
	enum bound bound;
	uint32_t statement;
	uint64_t arms;
	bool deleted; /* in one of them */
	bool unbound; /* somewhere: a submodule is bound when it is loaded first, and never again */
};

struct naming {
	struct certainty *certainty;
	const struct read_module *read;
	struct slice module;
	struct map states; /* in the order in which names are first met */
	struct slice unknown;
};

static struct name_state *state_of(struct naming *naming, struct slice name)
{
	struct map_entry *entry = map_put(&naming->states, name);

	if (!entry->value) {
		struct name_state *state = arena_alloc(naming->certainty->arena, sizeof *state);

		*state = (struct name_state){UNBOUND, UINT32_MAX, 0, false, false};
		entry->value = state;
	}
	return entry->value;
}

static uint32_t outermost_statement(const struct branch *branch)
{
	while (branch->parent)
		branch = branch->parent;
	return branch->statement;
}

static void enter_statement(struct name_state *state, const struct branch *branch)
{
	uint32_t statement = outermost_statement(branch);

	if (state->statement == statement)
		return;
	state->statement = statement;
	state->arms = 0;
	state->deleted = false;
}

/* Whether every way through the statement has bound the name, this arm included. */
static bool arm_completes(struct name_state *state, const struct branch *branch)
{
	enter_statement(state, branch);
	if (state->deleted || branch->parent || branch->may_fall_through ||
	    branch->arm_count > 63 || branch->arm >= branch->arm_count)
		return false;
	state->arms |= (uint64_t)1 << branch->arm;
	return state->arms == ((uint64_t)1 << branch->arm_count) - 1;
}

static void bind(struct naming *naming, struct slice name, const struct binding *binding,
		 bool certain)
{
	struct name_state *state = state_of(naming, name);

	if (certain && !binding->skippable &&
	    (!binding->branch || arm_completes(state, binding->branch)))
		state->bound = ALWAYS;
	else if (state->bound == UNBOUND)
		state->bound = MAYBE;
}

static void unbind(struct naming *naming, struct slice name, const struct binding *binding)
{
	struct name_state *state = state_of(naming, name);

	state->unbound = true;
	if (!binding->branch && !binding->skippable) {
		state->bound = UNBOUND;
		return;
	}
	if (state->bound == ALWAYS)
		state->bound = MAYBE;
	if (binding->branch) {
		enter_statement(state, binding->branch);
		state->deleted = true;
	}
}

static bool is_below(struct slice module, struct slice package)
{
	return module.len > package.len && slice_starts_with(module, package) &&
	       module.ptr[package.len] == '.';
}

/* D2: an import that loads a submodule binds it in its package. */
static int load_bind(struct naming *naming, const struct binding *binding, struct slice loaded,
		     struct pawl_error *error)
{
	struct slice name = loaded;
	struct module found;
	const char *dot;

	if (!is_below(loaded, naming->module))
		return 0;
	name.ptr += naming->module.len + 1;
	name.len -= naming->module.len + 1;
	dot = memchr(name.ptr, '.', name.len);
	if (dot)
		name.len = (size_t)(dot - name.ptr);
	loaded.len = naming->module.len + 1 + name.len;
	if (modules_find(naming->certainty->modules, loaded, &found, error) < 0)
		return -1;
	if (found.kind != MODULE_NONE)
		bind(naming, name, binding, !state_of(naming, name)->unbound);
	return 0;
}

static int import_loads(struct naming *naming, const struct binding *binding,
			struct pawl_error *error)
{
	struct certainty *certainty = naming->certainty;
	struct slice module;

	if (!module_name_absolute(&naming->read->name, binding->level, binding->module,
				  certainty->arena, &module))
		return 0;
	if (load_bind(naming, binding, module, error) < 0)
		return -1;
	/* `from . import sub`, also as something else; what is bound already is no submodule. */
	if (!slice_equal(module, naming->module) || !binding->target.len)
		return 0;
	return load_bind(naming, binding,
			 slice_join(certainty->arena, module, SLICE("."), binding->target), error);
}

static int star_bind(struct naming *naming, const struct binding *binding, struct pawl_error *error)
{
	struct certainty *certainty = naming->certainty;
	struct slice module, via = SLICE("");
	struct bound_names names;

	if (!module_name_absolute(&naming->read->name, binding->level, binding->module,
				  certainty->arena, &module)) {
		naming->unknown = SLICE("it has a star import whose module is not known");
		return 0;
	}
	if (star_names(certainty, module, &names, error) < 0)
		return -1;
	if (names.unknown.len) {
		naming->unknown = slice_format(
			certainty->arena, "it has a star import itself, of %.*s, and %.*s",
			(int)module.len, module.ptr, (int)names.unknown.len, names.unknown.ptr);
		return 0;
	}
	/* Entered first, it would be half loaded here, and give the half. */
	if (!(naming->read->module.kind == MODULE_PACKAGE && is_below(module, naming->module)) &&
	    imports_reach(&certainty->graph, module, naming->module, &via, error) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		bind(naming, names.items[i].name, binding, names.items[i].certain && !via.len);
	return 0;
}

static int binding_take(struct naming *naming, const struct binding *binding,
			struct pawl_error *error)
{
	if (binding->type_checking || binding->kind == BINDING_ALL)
		return 0;
	if ((binding->kind == BINDING_FROM || binding->kind == BINDING_MODULE ||
	     binding->kind == BINDING_LOAD || binding->kind == BINDING_STAR) &&
	    import_loads(naming, binding, error) < 0)
		return -1;
	if (binding->kind == BINDING_LOAD)
		return 0;
	if (binding->kind == BINDING_STAR)
		return star_bind(naming, binding, error);
	if (binding->kind == BINDING_DELETE)
		unbind(naming, binding->name, binding);
	else
		bind(naming, binding->name, binding, true);
	return 0;
}

static void globals_take(struct naming *naming)
{
	const struct bindings *bindings = &naming->read->bindings;

	for (size_t i = 0; i < bindings->globals.count; i++) {
		struct name_state *state = state_of(naming, bindings->globals.items[i]);

		if (state->bound == UNBOUND || bindings->deletes_globals)
			state->bound = MAYBE;
	}
}

/* ---- submodules that are loaded in every run (D2) ---- */

struct loading {
	struct certainty *certainty;
	struct slice package;
	struct map loaded; /* below the package, by name; grows while it is walked */
};

static int load_add(struct loading *loading, struct slice module, struct pawl_error *error)
{
	struct module found;

	if (!is_below(module, loading->package))
		return 0;
	for (size_t i = loading->package.len + 1; i <= module.len; i++) {
		struct slice part = {module.ptr, i};

		if (i < module.len && module.ptr[i] != '.')
			continue;
		if (modules_find(loading->certainty->modules, part, &found, error) < 0)
			return -1;
		if (found.kind == MODULE_NONE)
			return 0;
		map_put(&loading->loaded, part)->value = loading;
	}
	return 0;
}

static int loads_add(struct loading *loading, const struct read_module *read,
		     struct pawl_error *error)
{
	struct arena *arena = loading->certainty->arena;

	for (size_t i = 0; i < read->bindings.count; i++) {
		const struct binding *binding = &read->bindings.items[i];
		struct slice module;

		if (binding->branch || binding->skippable || binding->type_checking ||
		    (binding->kind != BINDING_FROM && binding->kind != BINDING_MODULE &&
		     binding->kind != BINDING_LOAD && binding->kind != BINDING_STAR) ||
		    !module_name_absolute(&read->name, binding->level, binding->module, arena,
					  &module))
			continue;
		if (load_add(loading, module, error) < 0 ||
		    (binding->target.len &&
		     load_add(loading, slice_join(arena, module, SLICE("."), binding->target),
			      error) < 0))
			return -1;
	}
	return 0;
}

/* By the package's own source, and by what that loads below it: modules elsewhere may be half
 * loaded, and load nothing more until the package is there. */
static int loaded_bind(struct naming *naming, struct pawl_error *error)
{
	struct loading loading = {naming->certainty, naming->module, {0}};

	if (naming->read->module.kind != MODULE_PACKAGE)
		return 0;
	loading.loaded.arena = naming->certainty->arena;
	if (loads_add(&loading, naming->read, error) < 0)
		return -1;
	for (const struct map_entry *entry = loading.loaded.head; entry; entry = entry->next) {
		struct slice name = {entry->key.ptr + naming->module.len + 1,
				     entry->key.len - naming->module.len - 1};
		struct name_state *state;
		struct read_module *read;

		if (module_read(naming->certainty, entry->key, &read, error) < 0 ||
		    loads_add(&loading, read, error) < 0)
			return -1;
		if (memchr(name.ptr, '.', name.len))
			continue;
		state = state_of(naming, name);
		if (!state->unbound)
			state->bound = ALWAYS;
	}
	return 0;
}

static int names_read(struct certainty *certainty, struct slice module, struct read_module *read,
		      struct pawl_error *error)
{
	struct naming naming = {certainty, read, module, {.arena = certainty->arena}, {0}};
	struct bound_names *out = &read->names;

	if (read->bindings.writes_itself)
		naming.unknown = SLICE("it may write to its own namespace (D5)");
	else if (read->bindings.raises_caught)
		naming.unknown = SLICE("it binds names in front of a raise that it catches");
	for (size_t i = 0; i < read->bindings.count && !naming.unknown.len; i++)
		if (binding_take(&naming, &read->bindings.items[i], error) < 0)
			return -1;
	if (!naming.unknown.len && loaded_bind(&naming, error) < 0)
		return -1;
	globals_take(&naming);
	for (const struct map_entry *entry = naming.states.head; entry; entry = entry->next) {
		const struct name_state *state = entry->value;

		if (state->bound != UNBOUND)
			*ARENA_PUSH(certainty->arena, out) =
				(struct bound_name){entry->key, state->bound == ALWAYS};
	}
	out->unknown = naming.unknown;
	return 0;
}

int module_names(struct certainty *certainty, struct slice module, struct bound_names *out,
		 struct pawl_error *error)
{
	struct read_module *read;

	*out = (struct bound_names){0};
	if (module_read(certainty, module, &read, error) < 0)
		return -1;
	if (read->unreadable.len) {
		out->unknown =
			slice_format(certainty->arena, "%.*s %.*s", (int)module.len, module.ptr,
				     (int)read->unreadable.len, read->unreadable.ptr);
		return 0;
	}
	if (read->in_progress || certainty->depth >= MAX_STAR_DEPTH) {
		out->unknown = SLICE("its star imports go in a circle, or too deep (D3)");
		return 0;
	}
	if (!read->names_known) {
		certainty->depth++;
		read->in_progress = true;
		if (names_read(certainty, module, read, error) < 0)
			return -1;
		read->in_progress = false;
		certainty->depth--;
		read->names_known = true;
	}
	*out = read->names;
	return 0;
}

/* ---- submodules that others load ---- */

static int child_add(void *payload, const struct change *change, struct pawl_error *error)
{
	struct certainty *certainty = payload;
	struct module_name name;
	struct map_entry *entry;
	struct slices *children;
	const char *dot;

	(void)error;
	if (!slice_ends_with(change->path, SLICE(".py")) &&
	    !slice_ends_with(change->path, SLICE(".pyi")))
		return 0;
	module_name_of_path(&certainty->policy->roots, change->path, certainty->arena, &name);
	/* A folder without __init__ is a submodule too (PEP 420). */
	while (name.known && name.name.len) {
		struct slice parent = SLICE(""), leaf = name.name;
		bool there = false;

		dot = memrchr(name.name.ptr, '.', name.name.len);
		if (dot) {
			parent = (struct slice){name.name.ptr, (size_t)(dot - name.name.ptr)};
			leaf = (struct slice){dot + 1, name.name.len - parent.len - 1};
		}
		entry = map_put(&certainty->children, parent);
		if (!entry->value) {
			children = arena_alloc(certainty->arena, sizeof *children);
			*children = (struct slices){0};
			entry->value = children;
		}
		children = entry->value;
		for (size_t i = 0; i < children->count && !there; i++)
			there = slice_equal(children->items[i], leaf);
		if (there)
			break;
		*ARENA_PUSH(certainty->arena, children) = slice_copy(certainty->arena, leaf);
		name.name = parent;
	}
	return 0;
}

static int children_read(struct certainty *certainty, struct pawl_error *error)
{
	if (certainty->children_read)
		return 0;
	certainty->children_read = true;
	certainty->children.arena = certainty->arena;
	return snapshot_walk(modules_snapshot(certainty->modules), certainty->arena, child_add,
			     certainty, error);
}

static bool is_certain(const struct bound_names *names, struct slice name)
{
	for (size_t i = 0; i < names->count; i++)
		if (slice_equal(names->items[i].name, name))
			return names->items[i].certain;
	return false;
}

/* Whether any text below the roots loads a module. */
static int is_loaded(struct certainty *certainty, struct slice module, bool *out,
		     struct pawl_error *error)
{
	*out = false;
	for (const struct map_entry *entry = certainty->children.head; entry && !*out;
	     entry = entry->next) {
		const struct slices *leaves = entry->value;

		if (module_loads(&certainty->graph, entry->key, module, out, error) < 0)
			return -1;
		for (size_t i = 0; i < leaves->count && !*out; i++)
			if (module_loads(&certainty->graph,
					 entry->key.len ? slice_join(certainty->arena, entry->key,
								     SLICE("."), leaves->items[i])
							: leaves->items[i],
					 module, out, error) < 0)
				return -1;
	}
	return 0;
}

/* What is below the facade is loaded by what the facade loads, while it is loaded; anything else by
 * anything. */
static int child_is_loaded(struct certainty *certainty, struct slice package, struct slice child,
			   bool *out, struct pawl_error *error)
{
	struct slice module = slice_join(certainty->arena, package, SLICE("."), child), via;

	if (!certainty->package || !is_below(package, certainty->facade))
		return is_loaded(certainty, module, out, error);
	if (imports_reach(&certainty->graph, certainty->facade, module, &via, error) < 0)
		return -1;
	*out = via.len > 0;
	return 0;
}

int submodule_of_others(struct certainty *certainty, struct slice package,
			const struct bound_names *own, struct slice *out, struct pawl_error *error)
{
	const struct slices *children;

	*out = SLICE("");
	if (children_read(certainty, error) < 0)
		return -1;
	children = map_get(&certainty->children, package);
	for (size_t i = 0; children && i < children->count && !out->len; i++) {
		struct slice child = children->items[i];
		bool loaded;

		if (child.ptr[0] == '_' || is_certain(own, child))
			continue;
		if (child_is_loaded(certainty, package, child, &loaded, error) < 0)
			return -1;
		if (loaded)
			*out = child;
	}
	return 0;
}

/* ---- what a star brings (D5) ---- */

/* An __all__ that is bound otherwise than exports_list() reads it, or in some runs only. */
static bool all_is_odd(const struct read_module *read)
{
	const struct bindings *bindings = &read->bindings;
	uint32_t set = UINT32_MAX;

	for (size_t i = 0; i < bindings->globals.count; i++)
		if (slice_equal_string(bindings->globals.items[i], "__all__"))
			return true;
	for (size_t i = 0; i < bindings->count; i++) {
		const struct binding *binding = &bindings->items[i];

		if (binding->type_checking)
			continue;
		if (binding->kind == BINDING_ALL)
			set = binding->statement.offset;
		else if (slice_equal_string(binding->name, "__all__") &&
			 binding->kind != BINDING_FROM && binding->statement.offset != set)
			return true;
	}
	return false;
}

static bool has_list(const struct read_module *read)
{
	for (size_t i = 0; i < read->bindings.count; i++) {
		const struct binding *binding = &read->bindings.items[i];

		if (!binding->type_checking &&
		    (binding->kind == BINDING_ALL || slice_equal_string(binding->name, "__all__")))
			return true;
	}
	return false;
}

static int listed_names(struct certainty *certainty, struct slice module,
			const struct read_module *read, struct bound_names *out,
			struct pawl_error *error)
{
	struct exports exports = {0};

	out->listed = true;
	if (exports_list(certainty->modules, module, &exports, error) < 0)
		return -1;
	if (!exports.all_static)
		out->unknown = SLICE("its __all__ cannot be read (D5)");
	else if (exports.all_uncertain || all_is_odd(read))
		out->unknown = SLICE("its __all__ depends on the run (D5)");
	for (size_t i = 0; i < exports.all.count && !out->unknown.len; i++)
		*ARENA_PUSH(certainty->arena, out) =
			(struct bound_name){exports.all.items[i], true};
	return 0;
}

static int public_names(struct certainty *certainty, struct slice module,
			const struct read_module *read, struct bound_names *out,
			struct pawl_error *error)
{
	struct bound_names names;
	struct slice other = SLICE("");

	if (module_names(certainty, module, &names, error) < 0)
		return -1;
	out->unknown = names.unknown;
	for (size_t i = 0; i < names.count && !out->unknown.len; i++) {
		if (slice_equal_string(names.items[i].name, "__all__"))
			out->unknown = SLICE("its __all__ comes by a star");
		else if (names.items[i].name.ptr[0] != '_')
			*ARENA_PUSH(certainty->arena, out) = names.items[i];
	}
	if (!out->unknown.len && read->bindings.has_getattr)
		out->unknown = SLICE("its __getattr__ may answer for __all__: give it an __all__");
	if (out->unknown.len || read->module.kind != MODULE_PACKAGE)
		return 0;
	if (submodule_of_others(certainty, module, &names, &other, error) < 0)
		return -1;
	if (other.len)
		out->unknown = slice_format(certainty->arena,
					    "its submodule %.*s is a name of it once something "
					    "else has loaded it (D5): import it there, or give "
					    "it an __all__",
					    (int)other.len, other.ptr);
	return 0;
}

int star_names(struct certainty *certainty, struct slice module, struct bound_names *out,
	       struct pawl_error *error)
{
	struct read_module *read;

	*out = (struct bound_names){0};
	if (module_read(certainty, module, &read, error) < 0)
		return -1;
	if (read->unreadable.len)
		return module_names(certainty, module, out, error);
	return has_list(read) ? listed_names(certainty, module, read, out, error)
			      : public_names(certainty, module, read, out, error);
}

/* ---- names ---- */

bool is_identifier(struct arena *arena, struct slice name)
{
	static const char *const keywords[] = {
		"False",  "None",   "True",    "and",	   "as",       "assert", "async",
		"await",  "break",  "class",   "continue", "def",      "del",	 "elif",
		"else",	  "except", "finally", "for",	   "from",     "global", "if",
		"import", "in",	    "is",      "lambda",   "nonlocal", "not",	 "or",
		"pass",	  "raise",  "return",  "try",	   "while",    "with",	 "yield"};

	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (slice_equal_string(name, keywords[i]))
			return false;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];

		if (c < 0x80 && c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return name.len && slice_equal(identifier_normalize(arena, name), name);
}
