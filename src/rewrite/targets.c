/* F6: what tests and tools patch by name: it must go on being found where it is patched. */
#include "rewriting.h"

static bool is_listed(const struct policy *policy, const struct imports *imports,
		      const struct named_string *string, struct arena *arena)
{
	struct slice root = string->callee, rest = {0};
	const char *dot;

	if (!string->callee.len || !string->first)
		return false;
	dot = memchr(root.ptr, '.', root.len);
	if (dot) {
		root.len = (size_t)(dot - root.ptr);
		rest = (struct slice){dot, string->callee.len - root.len};
	}
	for (size_t i = 0; i < policy->strings.count; i++)
		if (slice_equal(policy->strings.items[i], string->callee))
			return true;
	/* `patch` of `from unittest.mock import patch` is unittest.mock.patch. */
	for (size_t i = 0; i < imports->count; i++) {
		const struct import *import = &imports->items[i];
		struct slice bound = import->alias.len ? import->alias : import->name, full;

		if (!import->from && !import->alias.len)
			continue;
		if (!import->from)
			bound = import->alias;
		if (!slice_equal(bound, root) || import->star || import->level)
			continue;
		full = import->from ? slice_join(arena, import->module, SLICE("."), import->name)
				    : import->module;
		full = slice_join(arena, full, SLICE(""), rest);
		for (size_t j = 0; j < policy->strings.count; j++)
			if (slice_equal(policy->strings.items[j], full))
				return true;
	}
	return false;
}

static struct target *target_add(struct arena *arena, struct targets *out, struct slice path,
				 const struct named_string *string, const struct text *text)
{
	struct target *target = ARENA_PUSH(arena, out);

	target->path = path;
	target->at = string->at;
	target->callee = string->callee;
	target->first = string->first;
	target->whole = memchr(string->content.ptr, '.', string->content.len) != NULL;
	target->start = (uint32_t)(string->content.ptr - text->bytes.ptr);
	target->end = target->start + (uint32_t)string->content.len;
	return target;
}

/* "sentry.models.User" names a facade's User; anything longer patches what User holds. */
static const struct slice *facade_of(const struct facade_set *facades, struct slice content)
{
	const char *dot = memrchr(content.ptr, '.', content.len);

	if (!dot)
		return NULL;
	content.len = (size_t)(dot - content.ptr);
	for (size_t i = 0; i < facades->count; i++)
		if (slice_equal(facades->names[i], content))
			return &facades->names[i];
	return NULL;
}

/* The facade that is used as a value in the argument before: `patch.object(models, "User")`. */
static const struct slice *facade_before(const struct facade_set *facades,
					 const struct named_string *string,
					 const struct tree_use *uses, size_t use_count)
{
	for (size_t i = 0; i < use_count; i++)
		if (uses[i].escape && uses[i].at.offset >= string->before &&
		    uses[i].at.offset < string->before_end)
			return &facades->names[uses[i].facade];
	return NULL;
}

/* A string that begins with the facade's name and a dot. */
static bool quotes(struct slice bytes, struct slice prefix)
{
	const char *found;

	while ((found = slice_find(bytes, prefix))) {
		if (found > bytes.ptr && (found[-1] == '"' || found[-1] == '\''))
			return true;
		bytes.len -= (size_t)(found + 1 - bytes.ptr);
		bytes.ptr = found + 1;
	}
	return false;
}

static bool may_name(const struct facade_set *facades, struct slice bytes,
		     const struct tree_use *uses, size_t use_count, struct arena *arena)
{
	for (size_t i = 0; i < use_count; i++)
		if (uses[i].escape)
			return true;
	for (size_t i = 0; i < facades->count; i++)
		if (quotes(bytes, slice_join(arena, facades->names[i], SLICE("."), SLICE(""))))
			return true;
	return false;
}

/* A quoted type is looked up through this text's own names, and follows them (F5). */
static bool is_type(const struct quoted_names *quoted, uint32_t at)
{
	for (size_t i = 0; i < quoted->count; i++)
		if (quoted->items[i].type && quoted->items[i].at == at)
			return true;
	return false;
}

void targets_read(const struct policy *policy, const struct facade_set *facades, struct slice path,
		  const struct text *text, const struct tree_use *uses, size_t use_count,
		  struct arena *arena, struct targets *out)
{
	struct named_strings strings = {0};
	struct quoted_names quoted = {0};
	struct imports imports = {0};

	if (!may_name(facades, text->bytes, uses, use_count, arena))
		return;
	strings_read(text, &policy->limits, arena, &strings);
	for (size_t i = 0; i < strings.count; i++) {
		const struct named_string *string = &strings.items[i];
		struct slice content = identifier_normalize(arena, string->content);
		const struct slice *facade = facade_of(facades, content);
		struct target *target;

		if (facade) {
			if (!quoted.words.arena) {
				imports_read(text, NULL, &policy->limits, arena, &imports);
				quoted_names_read(text, &imports, &policy->limits, arena, &quoted);
			}
			if (is_type(&quoted, (uint32_t)(string->content.ptr - text->bytes.ptr)))
				continue;
			target = target_add(arena, out, path, string, text);
			target->symbol = content;
			target->listed = is_listed(policy, &imports, string, arena);
			continue;
		}
		facade = memchr(content.ptr, '.', content.len)
				 ? NULL
				 : facade_before(facades, string, uses, use_count);
		if (facade)
			target_add(arena, out, path, string, text)->symbol =
				slice_join(arena, *facade, SLICE("."), content);
	}
}
