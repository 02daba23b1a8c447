/* Which modules the loading of a module may load. */
#include "import_graph.h"

struct node {
	struct slice name;
	struct slices loads; /* whatever runs of it */
	struct slices late;  /* when a function of it is called */
	struct slice bytes;  /* of a text that imports by strings; else empty */
	bool unreadable;
};

static void load_add(struct import_graph *graph, struct node *node, bool late, struct slice module)
{
	/* Packages are loaded before what is in them. */
	for (size_t i = 1; i <= module.len; i++) {
		if (i < module.len && module.ptr[i] != '.')
			continue;
		*ARENA_PUSH(graph->arena, &node->loads) = (struct slice){module.ptr, i};
		if (late)
			*ARENA_PUSH(graph->arena, &node->late) = (struct slice){module.ptr, i};
	}
}

/* A star loads the submodules that __all__ lists. */
static int star_add(struct import_graph *graph, struct node *node, bool late, struct slice module,
		    struct pawl_error *error)
{
	struct exports exports = {0};
	struct module found;

	if (modules_find(graph->modules, module, &found, error) < 0)
		return -1;
	if (found.kind != MODULE_PACKAGE)
		return 0;
	if (exports_list(graph->modules, module, &exports, error) < 0)
		return -1;
	for (size_t i = 0; i < exports.all.count; i++)
		load_add(graph, node, late,
			 slice_join(graph->arena, module, SLICE("."), exports.all.items[i]));
	return 0;
}

static int import_add(struct import_graph *graph, struct node *node, const struct module_name *name,
		      const struct import *import, struct pawl_error *error)
{
	bool late = import->scope != SCOPE_MODULE;
	struct slice module;

	if (import->type_checking)
		return 0;
	if (!module_name_absolute(name, import->level, import->module, graph->arena, &module)) {
		node->unreadable = true;
		return 0;
	}
	load_add(graph, node, late, module);
	if (import->star)
		return star_add(graph, node, late, module, error);
	if (import->from && import->name.len)
		load_add(graph, node, late,
			 slice_join(graph->arena, module, SLICE("."), import->name));
	return 0;
}

static bool imports_by_strings(struct slice bytes)
{
	static const char *const words[] = {"import_module", "__import__",   "import_string",
					    "run_module",    "iter_modules", "walk_packages"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_find(bytes, slice_of(words[i])))
			return true;
	return false;
}

static int node_read(struct import_graph *graph, struct node *node, struct pawl_error *error)
{
	struct imports imports = {0};
	struct module_name name;
	enum blob_state state;
	struct module module;
	struct slice bytes;
	struct text text;

	if (modules_find(graph->modules, node->name, &module, error) < 0)
		return -1;
	if (!entry_is_blob(&module.entry))
		return 0;
	if (snapshot_read(modules_snapshot(graph->modules), module.path, &module.entry,
			  graph->arena, &bytes, &state, error) < 0)
		return -1;
	node->unreadable = true;
	if (state != BLOB_READ)
		return 0;
	text_open(&text, graph->arena, bytes);
	if (text.state != TEXT_READABLE)
		return 0;
	imports_read(&text, NULL, &graph->policy->limits, graph->arena, &imports);
	node->unreadable = imports.unreadable != NULL;
	if (imports_by_strings(text.bytes))
		node->bytes = text.bytes;
	module_name_of_path(&graph->policy->roots, module.path, graph->arena, &name);
	for (size_t i = 0; i < imports.count; i++)
		if (import_add(graph, node, &name, &imports.items[i], error) < 0)
			return -1;
	return 0;
}

static int node_find(struct import_graph *graph, struct slice name, struct node **out,
		     struct pawl_error *error)
{
	struct map_entry *entry = map_put(&graph->nodes, name);

	*out = entry->value;
	if (*out)
		return 0;
	*out = entry->value = arena_alloc(graph->arena, sizeof **out);
	**out = (struct node){.name = name};
	return node_read(graph, *out, error);
}

static bool is_ancestor(struct slice package, struct slice module)
{
	return package.len && module.len > package.len && slice_starts_with(module, package) &&
	       module.ptr[package.len] == '.';
}

/* What a module loads when `from` has begun: the packages that it is in have begun before. */
static const struct slices *node_loads_from(const struct node *node, struct slice from)
{
	return is_ancestor(node->name, from) ? &node->late : &node->loads;
}

/* All that the loading of `from` may load, in the order in which it is met; itself first. */
static int closure_find(struct import_graph *graph, struct slice from, const struct map **out,
			struct pawl_error *error)
{
	struct map_entry *kept = map_put(&graph->closures, from);
	struct map *closure = kept->value;

	*out = closure;
	if (closure)
		return 0;
	closure = arena_alloc(graph->arena, sizeof *closure);
	*closure = (struct map){.arena = graph->arena};
	map_put(closure, from);
	/* The map grows while it is walked: newcomers stand behind. */
	for (struct map_entry *entry = closure->head; entry; entry = entry->next) {
		const struct slices *loads;
		struct node *node;

		if (node_find(graph, entry->key, &node, error) < 0)
			return -1;
		entry->value = node;
		loads = node_loads_from(node, from);
		for (size_t i = 0; i < loads->count; i++)
			map_put(closure, loads->items[i]);
	}
	*out = kept->value = closure;
	return 0;
}

static bool node_loads(const struct node *node, struct slice from, struct slice to)
{
	const struct slices *loads = node_loads_from(node, from);
	const char *dot = memrchr(to.ptr, '.', to.len);
	struct slice leaf = to;

	if (node->unreadable)
		return true;
	if (dot) {
		leaf.len -= (size_t)(dot - to.ptr) + 1;
		leaf.ptr = dot + 1;
	}
	if (node->bytes.len && slice_find(node->bytes, leaf))
		return true;
	for (size_t i = 0; i < loads->count; i++)
		if (slice_equal(loads->items[i], to))
			return true;
	return false;
}

int imports_reach(struct import_graph *graph, struct slice from, struct slice to, struct slice *via,
		  struct pawl_error *error)
{
	const struct map *closure;

	*via = SLICE("");
	graph->nodes.arena = graph->closures.arena = graph->arena;
	if (is_ancestor(to, from))
		return 0;
	if (closure_find(graph, from, &closure, error) < 0)
		return -1;
	for (const struct map_entry *entry = closure->head; entry && !via->len; entry = entry->next)
		if (node_loads(entry->value, from, to))
			*via = entry->key;
	return 0;
}

int module_loads(struct import_graph *graph, struct slice module, struct slice to, bool *out,
		 struct pawl_error *error)
{
	struct node *node;

	graph->nodes.arena = graph->closures.arena = graph->arena;
	if (node_find(graph, module, &node, error) < 0)
		return -1;
	*out = node_loads(node, SLICE(""), to);
	return 0;
}
