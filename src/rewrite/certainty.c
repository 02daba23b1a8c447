/* Whether a module binds a name in every run. */
#include "certainty.h"

#define MAX_STAR_DEPTH 20

struct read_module {
	struct module_name name;
	struct bindings bindings;
	bool readable;
};

static int module_read(struct certainty *certainty, struct slice name, struct read_module **out,
		       struct pawl_error *error)
{
	struct map_entry *entry = map_put(&certainty->read, name);
	struct read_module *read = entry->value;
	enum blob_state state;
	struct module module;
	struct slice bytes;
	struct text text;

	*out = read;
	if (read)
		return 0;
	*out = entry->value = read = arena_alloc(certainty->arena, sizeof *read);
	if (modules_find(certainty->modules, name, &module, error) < 0)
		return -1;
	if (!entry_is_blob(&module.entry))
		return 0;
	if (snapshot_read(modules_snapshot(certainty->modules), module.path, &module.entry,
			  certainty->arena, &bytes, &state, error) < 0)
		return -1;
	if (state != BLOB_READ)
		return 0;
	text_open(&text, certainty->arena, bytes);
	if (text.state != TEXT_READABLE)
		return 0;
	module_name_of_path(&certainty->policy->roots, module.path, certainty->arena, &read->name);
	bindings_read(&text, &certainty->policy->limits, certainty->arena, &read->bindings);
	read->readable = !read->bindings.unreadable;
	return 0;
}

/* The arms of one statement of the top level that have bound the name. */
struct arms {
	uint32_t statement;
	uint64_t bound;
};

/* Whether every way through the statement has bound the name, this arm included. */
static bool arm_completes(struct arms *arms, const struct branch *branch)
{
	if (branch->parent || branch->may_fall_through || branch->arm_count > 63 ||
	    branch->arm >= branch->arm_count)
		return false;
	if (arms->statement != branch->statement)
		*arms = (struct arms){branch->statement, 0};
	arms->bound |= (uint64_t)1 << branch->arm;
	return arms->bound == ((uint64_t)1 << branch->arm_count) - 1;
}

static int is_certain(struct certainty *certainty, struct slice module, struct slice name,
		      unsigned depth, bool *out, struct pawl_error *error);

/* The names that a star brings for certain; which it brings at all, exports_list() has said. */
static int star_is_certain(struct certainty *certainty, const struct read_module *read,
			   const struct binding *star, struct slice name, unsigned depth, bool *out,
			   struct pawl_error *error)
{
	struct slice module;

	*out = false;
	if (depth >= MAX_STAR_DEPTH || name.ptr[0] == '_' ||
	    !module_name_absolute(&read->name, star->level, star->module, certainty->arena,
				  &module))
		return 0;
	return is_certain(certainty, module, name, depth + 1, out, error);
}

static int is_certain(struct certainty *certainty, struct slice module, struct slice name,
		      unsigned depth, bool *out, struct pawl_error *error)
{
	struct arms arms = {UINT32_MAX, 0};
	struct read_module *read;

	*out = false;
	if (module_read(certainty, module, &read, error) < 0)
		return -1;
	for (size_t i = 0; read->readable && i < read->bindings.count; i++) {
		const struct binding *binding = &read->bindings.items[i];
		bool star = binding->kind == BINDING_STAR, binds = true;

		if (binding->type_checking || binding->kind == BINDING_LOAD ||
		    binding->kind == BINDING_ALL || (!star && !slice_equal(binding->name, name)))
			continue;
		if (binding->kind == BINDING_DELETE) {
			*out = false;
			continue;
		}
		if (star && star_is_certain(certainty, read, binding, name, depth, &binds, error))
			return -1;
		if (binds && (!binding->branch || arm_completes(&arms, binding->branch)))
			*out = true;
	}
	return 0;
}

int name_is_certain(struct certainty *certainty, struct slice module, struct slice name, bool *out,
		    struct pawl_error *error)
{
	certainty->read.arena = certainty->arena;
	return is_certain(certainty, module, name, 0, out, error);
}
