/*
 * The text of a module, and an index of what it binds.
 */
#include "modules.h"

/* Of the loads of one submodule under as many conditions, the later ones no longer matter. */
#define MAX_LOADS 64

int source_read(struct modules *modules, struct source *source, struct pawl_error *error)
{
	struct slice path = source->module.path, bytes;
	struct entry entry = source->module.entry;
	enum blob_state state;

	if (source->read == READ_DONE || !source_has_text(source))
		return 0;
	if (snapshot_lookup(modules->snapshot, path, &entry, error))
		return -1;
	if (entry_is_link(&entry) && snapshot_follow_link(modules->snapshot, path, &entry,
							  modules->arena, &path, &entry, error))
		return -1;
	if (snapshot_read(modules->snapshot, path, &entry, modules->arena, &bytes, &state, error))
		return -1;
	source->read = READ_DONE;
	if (state != BLOB_READ) {
		source->unreadable = "larger than max-blob-size";
		return 0;
	}
	text_open(&source->text, modules->arena, bytes);
	if (source->text.state == TEXT_UNREADABLE)
		source->unreadable = source->text.why ? source->text.why : "unreadable";
	else
		outline_read(&source->text, modules->arena, &source->outline);
	return 0;
}

bool source_absolute(const struct modules *modules, const struct source *source, unsigned level,
		     struct slice module, struct slice *out)
{
	struct module_name from = {
		.name = source->module.name,
		.known = true,
		.package = source->module.kind == MODULE_PACKAGE,
	};
	return module_name_absolute(&from, level, module, modules->arena, out);
}

static struct events *events_of(struct modules *modules, struct source *source, struct slice name)
{
	struct map_entry *entry = map_put(&source->events, name);

	if (!entry->value)
		entry->value = arena_alloc(modules->arena, sizeof(struct events));
	return entry->value;
}

static bool runs_whenever(const struct branch *first, const struct branch *then)
{
	for (;; then = then->parent) {
		if (!first ||
		    (then && first->statement == then->statement && first->arm == then->arm))
			return true;
		if (!then)
			return false;
	}
}

/* D2: only the first load of a submodule binds it; under conditions, each that may be the first. */
static void load_add(struct modules *modules, struct source *source, uint32_t index,
		     struct slice child)
{
	const struct binding *items = source->bindings.items;
	struct indices *loading = &events_of(modules, source, child)->loading;

	for (size_t i = 0; i < loading->count; i++) {
		if (runs_whenever(items[loading->items[i]].branch, items[index].branch))
			return;
	}
	if (loading->count < MAX_LOADS)
		*ARENA_PUSH(modules->arena, loading) = index;
}

/* Which direct submodule of the package an import loads: `from .s.t import x` loads s. */
static void load_index(struct modules *modules, struct source *source, uint32_t index)
{
	const struct binding *binding = &source->bindings.items[index];
	struct slice own = source->module.name, name;
	const char *dot;

	if (binding->type_checking ||
	    !source_absolute(modules, source, binding->level, binding->module, &name))
		return;
	if (slice_equal(name, own)) {
		if (binding->target.len > 0)
			load_add(modules, source, index, binding->target);
		return;
	}
	if (name.len <= own.len + 1 || !slice_starts_with(name, own) || name.ptr[own.len] != '.')
		return;
	name = (struct slice){name.ptr + own.len + 1, name.len - own.len - 1};
	dot = memchr(name.ptr, '.', name.len);
	if (dot)
		name.len = (size_t)(dot - name.ptr);
	load_add(modules, source, index, name);
}

static void binding_index(struct modules *modules, struct source *source, uint32_t index)
{
	const struct binding *binding = &source->bindings.items[index];

	switch (binding->kind) {
	case BINDING_STAR:
		*ARENA_PUSH(modules->arena, &source->stars) = index;
		break;
	case BINDING_LOAD:
	case BINDING_ALL:
		break;
	default:
		*ARENA_PUSH(modules->arena, &events_of(modules, source, binding->name)->binding) =
			index;
	}
	if (source->module.kind != MODULE_PACKAGE)
		return;
	if (binding->kind == BINDING_STAR || binding->kind == BINDING_LOAD ||
	    binding->kind == BINDING_FROM || binding->kind == BINDING_MODULE)
		load_index(modules, source, index);
}

int source_parse(struct modules *modules, struct source *source, struct pawl_error *error)
{
	if (source->parsed || !source_has_text(source))
		return 0;
	if (source_read(modules, source, error))
		return -1;
	source->parsed = true;
	if (source->unreadable)
		return 0;
	bindings_read_outline(&source->text, &source->outline, modules->options.limits,
			      modules->arena, &source->bindings);
	modules->parsed++;
	source->unreadable = source->bindings.unreadable;
	if (source->unreadable) {
		source->bindings = (struct bindings){.unreadable = source->unreadable};
		return 0;
	}
	for (size_t i = 0; i < source->bindings.count; i++)
		binding_index(modules, source, (uint32_t)i);
	return 0;
}
