/*
 * Paths as module names, and relative imports as absolute ones (T1).
 */
#include "pawl/resolve.h"

/* What of `path` lies below `root`: false where the root does not hold it. */
static bool path_below(struct slice root, struct slice path, struct slice *out)
{
	while (root.len > 0 && root.ptr[root.len - 1] == '/')
		root.len--;
	*out = path;
	if (root.len == 0 || slice_equal_string(root, "."))
		return true;
	if (path.len <= root.len || !slice_starts_with(path, root) || path.ptr[root.len] != '/')
		return false;
	*out = (struct slice){path.ptr + root.len + 1, path.len - root.len - 1};
	return true;
}

static bool take_suffix(struct slice *text, struct slice suffix)
{
	if (!slice_ends_with(*text, suffix))
		return false;
	text->len -= suffix.len;
	return true;
}

/* `a/b/__init__` is the package a.b, `__init__` alone the root's own. */
static bool take_init(struct slice *stem)
{
	if (slice_equal_string(*stem, "__init__")) {
		stem->len = 0;
		return true;
	}
	return take_suffix(stem, SLICE("/__init__"));
}

void module_name_of_path(const struct slices *roots, struct slice path, struct arena *arena,
			 struct module_name *out)
{
	struct slice stem = {0};
	bool held = false;

	*out = (struct module_name){.name = SLICE("")};
	for (size_t i = 0; i < roots->count && !held; i++)
		held = path_below(roots->items[i], path, &stem);
	if (!held)
		return;
	if (take_suffix(&stem, SLICE(".pyi")))
		out->stub = true;
	else if (!take_suffix(&stem, SLICE(".py")))
		return; /* a script: no import can name it, and it has no package */
	out->package = take_init(&stem);
	if (stem.len > 0 && memchr(stem.ptr, '.', stem.len))
		return; /* `a.b/c.py` is not a.b.c */
	char *name = arena_alloc(arena, stem.len + 1);
	for (size_t i = 0; i < stem.len; i++)
		name[i] = stem.ptr[i] == '/' ? '.' : stem.ptr[i];
	out->name = (struct slice){name, stem.len};
	out->known = true;
}

/* `a.b` of `a.b.c`; false at the top. */
static bool take_parent(struct slice *name)
{
	const char *dot = name->len > 0 ? memrchr(name->ptr, '.', name->len) : NULL;

	name->len = dot ? (size_t)(dot - name->ptr) : 0;
	return dot != NULL;
}

bool module_name_absolute(const struct module_name *from, unsigned level, struct slice module,
			  struct arena *arena, struct slice *out)
{
	struct slice base = from->name;

	if (level == 0) {
		*out = module;
		return module.len > 0;
	}
	if (!from->known)
		return false;
	if (from->package ? base.len == 0 : !take_parent(&base))
		return false;
	for (unsigned i = 1; i < level; i++) {
		if (!take_parent(&base))
			return false;
	}
	*out = module.len > 0 ? slice_join(arena, base, SLICE("."), module)
			      : slice_copy(arena, base);
	return true;
}
