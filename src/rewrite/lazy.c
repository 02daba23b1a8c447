/* A module that has every name of a facade and imports each only when it is touched (PEP 562). */
#include <stdlib.h>

#include "pawl/rewrite.h"

struct lazy_name {
	struct slice name, module, declared; /* `declared` is empty for a module object */
	bool unwritten;			     /* no import statement gives it */
};

struct lazy_names {
	struct lazy_name *items;
	size_t count, capacity;
};

static bool is_dunder(struct slice name)
{
	return slice_starts_with(name, SLICE("__")) && slice_ends_with(name, SLICE("__"));
}

static int compare_names(const void *left, const void *right)
{
	const struct lazy_name *a = left, *b = right;
	int order = slice_compare(a->module, b->module);

	return order ? order : slice_compare(a->name, b->name);
}

static struct slice plus(struct arena *arena, struct slice a, const char *b)
{
	return slice_join(arena, a, (struct slice){0}, slice_of(b));
}

/* D7: a module object is a name of its parent. */
static void module_split(struct slice whole, struct slice *parent, struct slice *leaf)
{
	const char *dot = memrchr(whole.ptr, '.', whole.len);

	*parent = (struct slice){0};
	*leaf = whole;
	if (!dot)
		return;
	*parent = (struct slice){whole.ptr, (size_t)(dot - whole.ptr)};
	*leaf = (struct slice){dot + 1, whole.len - parent->len - 1};
}

/* As `from module import name as name`: a type checker takes that for a name handed on. */
static void add_import(struct buf *out, const struct lazy_name *name)
{
	struct slice module = name->module, leaf = name->declared;

	if (!leaf.len)
		module_split(name->module, &module, &leaf);
	buf_add_string(out, "    ");
	if (module.len) {
		buf_add_string(out, "from ");
		buf_add(out, module);
		buf_add_char(out, ' ');
	}
	buf_add_string(out, "import ");
	buf_add(out, leaf);
	buf_add_string(out, " as ");
	buf_add(out, name->name);
	buf_add_char(out, '\n');
}

static struct slice lazy_format(struct arena *arena, struct slice facade,
				const struct lazy_names *names)
{
	struct buf out = {.arena = arena};
	bool any = false;

	buf_add_string(&out, "\"\"\"Every name of ");
	buf_add(&out, facade);
	buf_add_string(&out,
		       ", each imported when it is first touched.\n\nWritten by `pawl lazy`.\n"
		       "\"\"\"\n\nfrom importlib import import_module as _import_module\n"
		       "from typing import TYPE_CHECKING as _TYPE_CHECKING\n"
		       "from typing import Any as _Any\n\n");
	for (size_t i = 0; i < names->count; i++) {
		if (names->items[i].unwritten)
			continue;
		if (!any)
			buf_add_string(&out, "if _TYPE_CHECKING:\n");
		any = true;
		add_import(&out, &names->items[i]);
	}
	buf_add_string(&out, "\n_NAMES = {\n");
	for (size_t i = 0; i < names->count; i++) {
		buf_add_string(&out, "    \"");
		buf_add(&out, names->items[i].name);
		buf_add_string(&out, "\": (\"");
		buf_add(&out, names->items[i].module);
		buf_add_string(&out, "\", \"");
		buf_add(&out, names->items[i].declared);
		buf_add_string(&out, "\"),\n");
	}
	buf_add_string(&out,
		       "}\n\n\ndef __getattr__(name: str) -> _Any:\n    try:\n"
		       "        module, declared = _NAMES[name]\n    except KeyError:\n"
		       "        message = f\"module {__name__!r} has no attribute {name!r}\"\n"
		       "        raise AttributeError(message) from None\n"
		       "    value = _import_module(module)\n    if declared:\n"
		       "        value = getattr(value, declared)\n    globals()[name] = value\n"
		       "    return value\n\n\ndef __dir__() -> \"list[str]\":\n"
		       "    return sorted({*globals(), *_NAMES})\n");
	return buf_slice(&out);
}

int lazy_write(struct snapshot *tree, const struct policy *policy, struct slice facade,
	       struct arena *arena, struct slice *out, struct slices *left,
	       struct pawl_error *error)
{
	const struct modules_options options = {.roots = &policy->roots, .limits = &policy->limits};
	struct modules *modules = modules_new(arena, tree, &options);
	struct exports exports = {0};
	struct lazy_names names = {0};
	struct module module;

	if (modules_find(modules, facade, &module, error) < 0 ||
	    exports_list(modules, facade, &exports, error) < 0)
		return -1;
	if (module.kind != MODULE_PACKAGE && module.kind != MODULE_FILE)
		return pawl_error_set(error, PAWL_ERROR_CALL,
				      "%.*s: no such module below the roots of the policy",
				      (int)facade.len, facade.ptr);
	if (exports.dynamic)
		*ARENA_PUSH(arena, left) = SLICE("names of a star that cannot be read");
	for (size_t i = 0; i < exports.count; i++) {
		const struct exported_name *exported = &exports.items[i];
		struct lazy_name *name;

		if (is_dunder(exported->name) || exported->origin.type_checking)
			continue;
		if (exported->origin.kind != ORIGIN_DECLARED &&
		    exported->origin.kind != ORIGIN_MODULE) {
			*ARENA_PUSH(arena, left) =
				plus(arena, exported->name, ", whose module is not known");
			continue;
		}
		if (exported->origin.kind == ORIGIN_DECLARED &&
		    slice_equal(exported->origin.module, facade)) {
			*ARENA_PUSH(arena, left) =
				plus(arena, exported->name, ", which the facade itself declares");
			continue;
		}
		name = ARENA_PUSH(arena, &names);
		name->name = exported->name;
		name->module = exported->origin.module;
		name->unwritten = origin_is_future(&exported->origin);
		if (exported->origin.kind == ORIGIN_DECLARED)
			name->declared = exported->origin.name;
	}
	if (names.count)
		qsort(names.items, names.count, sizeof *names.items, compare_names);
	*out = lazy_format(arena, facade, &names);
	return 0;
}
