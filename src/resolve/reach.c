/*
 * What a text could use from elsewhere. A link makes a module of another name of its target (T8),
 * and a relative import means something else there. What is told is told for any place, so that
 * the tree need not be looked through for links unless a push could make one of them use more.
 */
#include "pawl/resolve.h"

bool text_may_use(struct slice bytes, const struct facade_set *facades)
{
	if (text_may_import_relatively(bytes) || text_may_import_odd_name(bytes))
		return true;
	for (size_t i = 0; i < facades->count + facades->nested_roots.count; i++) {
		struct slice first = i < facades->count
					     ? facades->names[i]
					     : facades->nested_roots.items[i - facades->count];
		const char *dot = memchr(first.ptr, '.', first.len);

		if (dot)
			first.len = (size_t)(dot - first.ptr);
		if (text_may_import(bytes, first))
			return true;
	}
	return false;
}

static bool is_component(const struct facade_set *facades, struct slice name)
{
	for (size_t i = 0; i < facades->count; i++)
		for (struct slice rest = facades->names[i]; rest.len;) {
			const char *dot = memchr(rest.ptr, '.', rest.len);
			size_t len = dot ? (size_t)(dot - rest.ptr) : rest.len;

			if (slice_equal((struct slice){rest.ptr, len}, name))
				return true;
			len += dot != NULL;
			rest = (struct slice){rest.ptr + len, rest.len - len};
		}
	return false;
}

static enum reach import_reach(const struct facade_set *facades, const struct import *import)
{
	struct slice first = import->module.len ? import->module : import->name;
	const char *dot = memchr(first.ptr, '.', first.len);

	if (!import->level)
		return REACH_NOWHERE;
	if (dot)
		first.len = (size_t)(dot - first.ptr);
	if (slice_equal_string(first, "__init__") || is_component(facades, first) ||
	    (import->star && !import->module.len))
		return REACH_ANYWHERE;
	return import->module.len ? REACH_NOWHERE : REACH_FACADES_FOLDER;
}

static struct slice key_of(const struct import *import, struct arena *arena)
{
	struct slice level = {(const char *)&import->level, sizeof import->level};

	/* A name holds no space, so that the two cannot run together. */
	return slice_join(arena, slice_join(arena, level, SLICE(""), import->module), SLICE(" "),
			  import->name);
}

void reaching_imports_find(const struct imports *imports, const struct facade_set *facades,
			   struct arena *arena, struct reaching_imports *out)
{
	*out = (struct reaching_imports){0};
	for (size_t i = 0; i < imports->count; i++) {
		const struct import *import = &imports->items[i];
		enum reach reach = import_reach(facades, import);

		if (reach == REACH_NOWHERE)
			continue;
		*ARENA_PUSH(arena, out) = (struct reaching_import){
			.reach = reach,
			.binds = import->star || is_component(facades, import->name),
			.key = key_of(import, arena),
		};
		if (reach > out->reach)
			out->reach = reach;
	}
}

static uint64_t *count_of(struct map *counts, struct slice key)
{
	struct map_entry *entry = map_put(counts, key);

	if (!entry->value)
		entry->value = arena_alloc(counts->arena, sizeof(uint64_t));
	return entry->value;
}

static struct slice use_key(const struct raw_use *use, struct arena *arena)
{
	struct slice facade = {(const char *)&use->facade, sizeof use->facade};

	return slice_join(arena, facade, use->itself ? SLICE("i") : SLICE("n"), use->name);
}

/* Whether the text names a facade more often by imports and chains that mean the same anywhere. */
static bool names_more(const struct raw_uses *tip, const struct raw_uses *base, struct arena *arena)
{
	struct map counts = {.arena = arena};

	for (size_t i = 0; i < base->count; i++)
		if (!base->items[i].escape)
			++*count_of(&counts, use_key(&base->items[i], arena));
	for (size_t i = 0; i < tip->count; i++) {
		uint64_t *left;

		if (tip->items[i].escape)
			continue;
		left = count_of(&counts, use_key(&tip->items[i], arena));
		if (!*left)
			return true;
		--*left;
	}
	return false;
}

enum reach uses_risen(const struct raw_uses *tip, const struct raw_uses *base, struct arena *arena,
		      bool *names)
{
	const struct reaching_imports *reaching = &tip->reaching;
	struct map counts = {.arena = arena};
	enum reach reach = REACH_NOWHERE;

	*names = tip->unreadable || names_more(tip, base, arena);
	if (!reaching->count)
		return reaching->reach;
	for (size_t i = 0; i < base->reaching.count; i++)
		++*count_of(&counts, base->reaching.items[i].key);
	for (size_t i = 0; i < reaching->count; i++) {
		const struct reaching_import *import = &reaching->items[i];
		uint64_t *left = count_of(&counts, import->key);

		if ((import->binds || !*left) && import->reach > reach)
			reach = import->reach;
		*left -= *left > 0;
	}
	return reach;
}
