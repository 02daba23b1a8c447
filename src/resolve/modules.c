/*
 * The modules of a snapshot, found as Python's path finder finds them (T1).
 */
#include "modules.h"

/* How many folders are opened to see whether a folder without __init__ holds Python at all. */
#define NAMESPACE_FOLDERS 256

struct modules *modules_new(struct arena *arena, struct snapshot *snapshot,
			    const struct modules_options *options)
{
	struct modules *modules = arena_alloc(arena, sizeof *modules);

	modules->arena = arena;
	modules->snapshot = snapshot;
	modules->options = *options;
	if (modules->options.max_steps == 0)
		modules->options.max_steps = PAWL_MAX_RESOLVE_STEPS;
	modules->sources.arena = arena;
	modules->top.module.kind = MODULE_NAMESPACE;
	for (size_t i = 0; i < options->roots->count; i++) {
		struct slice root = options->roots->items[i];
		while (root.len > 0 && root.ptr[root.len - 1] == '/')
			root.len--;
		*ARENA_PUSH(arena, &modules->top.folders) =
			slice_equal_string(root, ".") ? SLICE("") : root;
	}
	return modules;
}

struct snapshot *modules_snapshot(const struct modules *modules)
{
	return modules->snapshot;
}

size_t modules_parsed(const struct modules *modules)
{
	return modules->parsed;
}

static struct slice path_join(struct arena *arena, struct slice folder, struct slice name)
{
	return folder.len == 0 ? slice_copy(arena, name)
			       : slice_join(arena, folder, SLICE("/"), name);
}

/* A Python text at `path`? A link counts where it leads to a file (T8). */
static int text_at(struct modules *modules, struct slice path, struct entry *out, bool *there,
		   struct pawl_error *error)
{
	struct slice target;

	if (snapshot_lookup(modules->snapshot, path, out, error))
		return -1;
	if (entry_is_link(out) &&
	    snapshot_follow_link(modules->snapshot, path, out, modules->arena, &target, out, error))
		return -1;
	*there = entry_is_blob(out);
	return 0;
}

static bool is_python(struct slice name, bool stubs)
{
	return slice_ends_with(name, SLICE(".py")) ||
	       (stubs && slice_ends_with(name, SLICE(".pyi")));
}

/* PEP 420 takes any folder; one without Python in it is data, and no module to anybody. */
static int holds_python(struct modules *modules, struct slice folder, bool stubs, unsigned *budget,
			bool *holds, struct pawl_error *error)
{
	struct listing names = {0};
	struct entry entry;

	*holds = false;
	if (*budget == 0)
		return 0;
	--*budget;
	if (snapshot_list(modules->snapshot, folder, modules->arena, &names, error))
		return -1;
	for (size_t i = 0; i < names.count && !*holds; i++)
		*holds = is_python(names.items[i], stubs);
	for (size_t i = 0; i < names.count && !*holds; i++) {
		struct slice path = path_join(modules->arena, folder, names.items[i]);

		if (memchr(names.items[i].ptr, '.', names.items[i].len))
			continue;
		if (snapshot_lookup(modules->snapshot, path, &entry, error))
			return -1;
		if (entry_is_tree(&entry) &&
		    holds_python(modules, path, stubs, budget, holds, error))
			return -1;
	}
	return 0;
}

static int place_text(struct modules *modules, struct source *source, struct slice path,
		      enum module_kind kind, bool *there, struct pawl_error *error)
{
	if (text_at(modules, path, &source->module.entry, there, error))
		return -1;
	if (*there) {
		source->module.kind = kind;
		source->module.path = path;
		source->module.stub = slice_ends_with(path, SLICE(".pyi"));
	}
	return 0;
}

/* A module of one name in one folder: a package before a file. */
static int place_in(struct modules *modules, struct source *source, struct slice folder,
		    struct slice leaf, bool stub, bool *there, struct pawl_error *error)
{
	struct slice stem = path_join(modules->arena, folder, leaf);
	struct slice package = slice_join(modules->arena, stem, SLICE(""),
					  stub ? SLICE("/__init__.pyi") : SLICE("/__init__.py"));
	struct slice file =
		slice_join(modules->arena, stem, SLICE(""), stub ? SLICE(".pyi") : SLICE(".py"));

	if (place_text(modules, source, package, MODULE_PACKAGE, there, error))
		return -1;
	if (!*there && place_text(modules, source, file, MODULE_FILE, there, error))
		return -1;
	if (*there && source->module.kind == MODULE_PACKAGE) {
		source->folders = (struct slices){0};
		*ARENA_PUSH(modules->arena, &source->folders) = stem;
	}
	return 0;
}

static int place_namespace(struct modules *modules, struct source *source, struct slice folder,
			   struct slice leaf, bool stubs, bool *there, struct pawl_error *error)
{
	struct slice path = path_join(modules->arena, folder, leaf);
	unsigned budget = NAMESPACE_FOLDERS;
	struct entry entry;
	bool holds;

	if (snapshot_lookup(modules->snapshot, path, &entry, error))
		return -1;
	if (!entry_is_tree(&entry))
		return 0;
	if (holds_python(modules, path, stubs, &budget, &holds, error))
		return -1;
	if (!holds)
		return 0;
	*there = true;
	if (source->folders.count == 0) {
		source->module.kind = MODULE_NAMESPACE;
		source->module.path = path;
		source->module.entry = entry;
	}
	*ARENA_PUSH(modules->arena, &source->folders) = path;
	return 0;
}

static int place(struct modules *modules, const struct source *parent, struct slice leaf,
		 struct source *source, struct pawl_error *error)
{
	const struct slices *folders = &parent->folders;
	bool there = false;

	/* Python sees no stub: one counts where there is no source in any folder (D9). */
	for (int stubs = 0; stubs < 2 && !there; stubs++) {
		for (size_t i = 0; i < folders->count && !there; i++)
			if (place_in(modules, source, folders->items[i], leaf, stubs, &there,
				     error))
				return -1;
		if (there)
			return 0;
		for (size_t i = 0; i < folders->count; i++)
			if (place_namespace(modules, source, folders->items[i], leaf, stubs, &there,
					    error))
				return -1;
	}
	return 0;
}

static bool is_path_component(struct slice leaf)
{
	return leaf.len > 0 && !memchr(leaf.ptr, '/', leaf.len) &&
	       !memchr(leaf.ptr, '\0', leaf.len);
}

static struct source *source_new(struct modules *modules, struct slice name)
{
	struct source *source = arena_alloc(modules->arena, sizeof *source);

	source->module.name = slice_copy(modules->arena, name);
	source->events.arena = modules->arena;
	source->notes.arena = modules->arena;
	source->public_names.names.arena = modules->arena;
	return source;
}

int source_child(struct modules *modules, const struct source *parent, struct slice leaf,
		 struct source **out, struct pawl_error *error)
{
	struct arena *arena = modules->arena;
	struct slice name = parent->module.name.len == 0
				    ? leaf
				    : slice_join(arena, parent->module.name, SLICE("."), leaf);
	struct source *source = map_get(&modules->sources, name);

	if (!source) {
		source = source_new(modules, name);
		if (is_path_component(leaf) && place(modules, parent, leaf, source, error))
			return -1;
		map_put(&modules->sources, source->module.name)->value = source;
	}
	*out = source;
	return 0;
}

int source_find(struct modules *modules, struct slice name, struct source **out,
		struct pawl_error *error)
{
	struct source *source = map_get(&modules->sources, name);
	struct source *parent = &modules->top;

	*out = source;
	if (source)
		return 0;
	for (size_t start = 0; start <= name.len;) {
		const char *dot =
			start < name.len ? memchr(name.ptr + start, '.', name.len - start) : NULL;
		size_t end = dot ? (size_t)(dot - name.ptr) : name.len;
		struct slice leaf = {name.ptr + start, end - start};

		if (source_child(modules, parent, leaf, &parent, error))
			return -1;
		/* Below nothing there is nothing, however long the name. */
		if (parent->module.kind == MODULE_NONE && end < name.len)
			parent = source_new(modules, name);
		start = parent->module.kind == MODULE_NONE ? name.len + 1 : end + 1;
	}
	*out = parent;
	return 0;
}

int modules_find(struct modules *modules, struct slice name, struct module *out,
		 struct pawl_error *error)
{
	struct source *source;

	if (source_find(modules, name, &source, error))
		return -1;
	*out = source->module;
	return 0;
}

int modules_unreadable(struct modules *modules, struct slice name, const char **why,
		       struct pawl_error *error)
{
	struct source *source;

	*why = NULL;
	if (source_find(modules, name, &source, error) || source_parse(modules, source, error))
		return -1;
	*why = source->unreadable;
	return 0;
}
