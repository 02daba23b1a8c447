/* Why a use is left as it is: the rule, the reason in words, and what to do. */
#include "fixing.h"

struct refusal refusal_of_origin(const struct origin *origin)
{
	switch (origin->kind) {
	case ORIGIN_UNBOUND:
		return (struct refusal){"D10", "the facade neither binds nor contains it",
					"find what gives it (a module-level __getattr__, a "
					"write to globals()?) and import it from there"};
	case ORIGIN_UNKNOWN:
		return (struct refusal){"D5", "where it is declared cannot be read",
					"import it by hand from where it is declared"};
	case ORIGIN_AMBIGUOUS:
		return (struct refusal){"D7", "it may be a submodule or a name that replaced it",
					"import it by hand from where it is declared"};
	case ORIGIN_DECLARED:
	case ORIGIN_MODULE:
		break;
	}
	if (origin->doubtful)
		return (struct refusal){"D5", "a star that came later may rebind it",
					"import it by hand from where it is declared"};
	if (origin_is_future(origin))
		return (struct refusal){"F8", "its own import would tell the compiler something",
					"take the name away: who uses a feature of __future__ "
					"says so at the text's top"};
	return (struct refusal){0};
}

/* F7: named itself, or lying below a name listed where importing it elsewhere forgets the facade.
 */
static bool has_side_effects(const struct policy *policy, struct slice symbol, bool below_facade)
{
	for (size_t i = 0; i < policy->side_effects.count; i++)
		if (slice_equal(policy->side_effects.items[i], symbol) ||
		    (!below_facade && module_is_within(policy->side_effects.items[i], symbol)))
			return true;
	return false;
}

void module_split(struct slice whole, struct slice *module, struct slice *name)
{
	const char *dot = memrchr(whole.ptr, '.', whole.len);

	*module = (struct slice){0};
	*name = whole;
	if (!dot)
		return;
	*module = (struct slice){whole.ptr, (size_t)(dot - whole.ptr)};
	*name = (struct slice){dot + 1, whole.len - module->len - 1};
}

/* F8: whether `from parent import leaf` gives the module, and no name that replaced it there. */
static int gives_module(struct fixing *fixing, const struct origin *origin, bool *out,
			struct pawl_error *error)
{
	struct slice parent, leaf;
	struct map_entry *entry = map_put(&fixing->replaced, origin->module);
	struct origin found;

	*out = true;
	module_split(origin->module, &parent, &leaf);
	if (origin->external || !parent.len)
		return 0;
	if (!entry->value) {
		if (name_resolve(fixing->modules, slice_copy(fixing->arena, parent),
				 slice_copy(fixing->arena, leaf), &found, error) < 0)
			return -1;
		*out = found.kind == ORIGIN_MODULE && slice_equal(found.module, origin->module);
		entry->value = (void *)(*out ? "yes" : "no");
	}
	*out = slice_equal_string(slice_of(entry->value), "yes");
	return 0;
}

int refusal_of_module(struct fixing *fixing, const struct origin *origin, struct refusal *out,
		      struct pawl_error *error)
{
	bool given;

	if (gives_module(fixing, origin, &given, error) < 0)
		return -1;
	if (!given)
		*out = (struct refusal){"F8",
					"the package that its module lies in has another thing of "
					"the module's name",
					"rewrite it by hand"};
	return 0;
}

static bool is_utf8(const struct text *text)
{
	return !text->encoding.len ||
	       (text->encoding.len >= 3 && strncasecmp(text->encoding.ptr, "utf", 3) == 0);
}

/* The import of this text that a use stands in. */
static const struct import *import_of(const struct imports *imports, uint32_t at)
{
	size_t low = 0, high = imports->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct import *import = &imports->items[middle];

		if (import->name_at.offset == at)
			return import;
		if (import->name_at.offset < at)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct refusal refusal_of_target(const struct fixing *fixing, const struct file *file,
				 const struct tree_use *use, struct slice facade,
				 struct slice module)
{
	if (file->text.decoded)
		return (struct refusal){"F8",
					"the text is not in an encoding that is read as bytes",
					"save it as UTF-8, or rewrite it by hand"};
	if (map_get(&fixing->patched, use->symbol))
		return (struct refusal){"F6", NULL, NULL};
	if (has_side_effects(fixing->request->policy, use->symbol,
			     module_is_within(facade, module)))
		return (struct refusal){"F7", "the policy lists it under side-effects",
					"see that what its import does is done elsewhere"};
	return (struct refusal){0};
}

struct refusal refusal_of_use(struct fixing *fixing, const struct file *file,
			      const struct tree_use *use, const struct origin *origin,
			      const struct slice *module, const struct slice *name)
{
	struct slice facade = fixing->facades.names[use->facade];
	const struct import *import = import_of(&file->imports, use->at.offset);
	struct refusal refusal = {0};

	if (!import && !file->text.decoded)
		return (struct refusal){"F8", "its import stands in code that cannot be read",
					"mend the code, or rewrite it by hand"};
	if (!module->len)
		return (struct refusal){"F8", "it is a top-level module",
					"import the module by hand"};
	refusal = refusal_of_target(fixing, file, use, facade, *module);
	if (refusal.rule)
		return refusal;
	if (file->module.known && slice_equal(file->module.name, *module) &&
	    origin->kind == ORIGIN_DECLARED && import->scope != SCOPE_FUNCTION)
		return (struct refusal){"F4", "the text itself declares it",
					"use the name without importing it"};
	if (!is_utf8(&file->text) && (!slice_is_ascii(*module) || !slice_is_ascii(*name)))
		return (struct refusal){"F8", "its name does not fit the text's encoding",
					"save the text as UTF-8"};
	return (struct refusal){0};
}

/* What cannot be rewritten whatever its origin is. */
struct refusal refusal_of_form(const struct fixing *fixing, const struct tree_use *use)
{
	if (use->via == VIA_STAR)
		return (struct refusal){"N5", "a star takes every name",
					"write out the names that the text uses"};
	if (use->via == VIA_ATTRIBUTE && !fixing->request->attributes)
		return (struct refusal){"F5", "it is got as an attribute",
					"pawl fix --attributes rewrites it"};
	return (struct refusal){0};
}

struct left_use *left_add(struct fixing *fixing, struct slice path, struct position at,
			  struct slice symbol)
{
	struct left_use *left = ARENA_PUSH(fixing->arena, &fixing->out->left);

	left->path = path;
	left->at = at;
	left->symbol = symbol;
	return left;
}

void use_leave(struct fixing *fixing, const struct tree_use *use, const struct refusal *refusal)
{
	struct left_use *left = left_add(fixing, use->path, use->at, use->symbol);
	const struct target *target = map_get(&fixing->patched, use->symbol);

	left->rule = refusal->rule;
	if (refusal->why) {
		left->why = slice_of(refusal->why);
		left->next = slice_of(refusal->next);
		return;
	}
	left->why = slice_format(
		fixing->arena, "%s:%u names it in a string, %s%.*s%s", target->path.ptr,
		target->at.line, target->callee.len ? "an argument of " : "to be looked up",
		(int)target->callee.len, target->callee.ptr, target->callee.len ? "()" : "");
	if (target->listed && !fixing->request->strings)
		left->next = SLICE("pawl fix --strings rewrites both");
	else if (target->listed)
		left->next =
			slice_format(fixing->arena, "pawl fix --strings %s, too", target->path.ptr);
	else if (target->callee.len && target->first && target->whole)
		left->next = slice_format(fixing->arena,
					  "list %.*s under `strings` in the policy, then pawl fix "
					  "--strings",
					  (int)target->callee.len, target->callee.ptr);
	else
		left->next = slice_format(fixing->arena, "name it by its declaring module in %s:%u",
					  target->path.ptr, target->at.line);
}
