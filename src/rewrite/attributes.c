/*
 * F5: uses through a facade that a text binds as a module. `models.User` becomes `user.User`, and
 * so does `sentry.models.User`, so that the name is still looked up when it is used.
 */
#include "rewriting.h"

struct planning {
	const struct attribute_request *request;
	struct arena *arena;
	struct chains chains;
	struct quoted_names quoted;
	struct map leaves; /* leaf name to its parent, of the whole text */
};

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Whether the text has another use for the name; words of comments and keywords are none. */
static bool is_taken(const struct planning *planning, struct slice name)
{
	const struct quoted_names *quoted = &planning->quoted;

	if (quoted->unreadable || quoted->broken)
		return slice_find(planning->request->text->bytes, name) != NULL;
	return map_get(&quoted->words, identifier_normalize(planning->arena, name)) != NULL;
}

/* How an import binds a facade: `depth` names lie between the bound name and the facade's own. */
struct facade_binding {
	uint32_t facade;
	size_t depth;
	bool plain; /* `import a.b`, which binds `a` */
};

static bool facade_bound(const struct planning *planning, const struct import *import,
			 struct facade_binding *out)
{
	const struct attribute_request *request = planning->request;
	struct slice bound = import->module;

	*out = (struct facade_binding){.plain = !import->from && !import->alias.len};
	if (import->star || import->implied)
		return false;
	if (import->from) {
		struct slice package;

		if (!module_name_absolute(request->module, import->level, import->module,
					  planning->arena, &package))
			return false;
		bound = slice_join(planning->arena, package, SLICE("."), import->name);
	}
	for (size_t i = 0; out->plain && i < bound.len; i++)
		out->depth += bound.ptr[i] == '.';
	for (; out->facade < request->facades->count; out->facade++)
		if (slice_equal(request->facades->names[out->facade], bound))
			return true;
	return false;
}

bool imports_bind_facade(const struct imports *imports, const struct module_name *module,
			 const struct facade_set *facades, struct arena *arena)
{
	struct attribute_request request = {.module = module, .facades = facades};
	struct planning planning = {.request = &request, .arena = arena};
	struct facade_binding binding;

	for (size_t i = 0; i < imports->count; i++)
		if (facade_bound(&planning, &imports->items[i], &binding))
			return true;
	return false;
}

static struct slice bound_by(const struct import *import)
{
	struct slice bound = import->alias.len ? import->alias
			     : import->from    ? import->name
					       : import->module;
	const char *dot =
		import->from || import->alias.len ? NULL : memchr(bound.ptr, '.', bound.len);

	if (dot)
		bound.len = (size_t)(dot - bound.ptr);
	return bound;
}

/* `import a.b` and `import a.c` bind the same `a`. */
static bool binds_the_same(const struct import *a, const struct import *b)
{
	return !a->from && !b->from && !a->alias.len && !b->alias.len &&
	       !slice_equal(a->module, b->module);
}

/* Whether the chain goes as far as the facade, by its name. */
static bool is_through(const struct chain *chain, struct slice facade, size_t depth)
{
	size_t skip = 0;

	for (size_t i = 0; i <= chain->step_count && i < depth; i++) {
		const char *dot = memchr(facade.ptr + skip, '.', facade.len - skip);

		skip = (size_t)(dot - facade.ptr) + 1;
		if (i == chain->step_count)
			return true; /* it ends on the way: an escape */
		dot = memchr(facade.ptr + skip, '.', facade.len - skip);
		if (!slice_equal(chain->steps[i].name,
				 (struct slice){facade.ptr + skip,
						dot ? (size_t)(dot - facade.ptr) - skip
						    : facade.len - skip}))
			return false;
	}
	return true;
}

/* Why the uses through an import stay: the module escapes, is patched, is bound twice, or is
 * taken from here by others. NULL: they need not. */
static const char *unsettled(const struct planning *planning, size_t index,
			     const struct facade_binding *binding)
{
	const struct attribute_request *request = planning->request;
	const struct import *import = &request->imports->items[index];
	struct slice bound = bound_by(import), module = request->module->name;
	const char *why = NULL;

	for (size_t i = 0; i < request->imports->count; i++)
		if (i != index && slice_equal(bound_by(&request->imports->items[i]), bound) &&
		    !binds_the_same(&request->imports->items[i], import))
			return "another import of this text binds the module's name too";
	for (size_t i = 0; i < planning->chains.count; i++) {
		const struct chain *chain = &planning->chains.items[i];

		if (chain->import != index || chain->place != CHAIN_IN_CODE ||
		    !is_through(chain, request->facades->names[binding->facade], binding->depth))
			continue;
		if (chain->step_count == binding->depth + 1 && chain->access != CHAIN_LOAD)
			return "this text sets or deletes a name of the module";
		if (chain->step_count <= binding->depth)
			return "this text uses the module itself as a value";
	}
	if (!request->module->known)
		return NULL;
	why = map_get(request->imported, slice_join(planning->arena, module, SLICE(":"), bound));
	return why ? why
		   : map_get(request->imported,
			     slice_join(planning->arena, module, SLICE(":"), SLICE("*")));
}

/* The name that the declaring module gets in this text; false where it cannot have it. */
static bool leaf_take(struct planning *planning, struct canonical_use *use, struct slice module,
		      struct slice *leaf)
{
	const char *dot = memrchr(module.ptr, '.', module.len);
	struct slice parent, *known;
	struct map_entry *entry;
	struct leaf_import *import;

	*leaf = (struct slice){0};
	if (!dot)
		return false;
	parent = (struct slice){module.ptr, (size_t)(dot - module.ptr)};
	*leaf = (struct slice){dot + 1, module.len - parent.len - 1};
	entry = map_put(&planning->leaves, *leaf);
	if (!entry->value) {
		if (is_taken(planning, *leaf))
			return false;
		known = arena_alloc(planning->arena, sizeof *known);
		*known = parent;
		entry->value = known;
	}
	known = entry->value;
	if (!slice_equal(*known, parent))
		return false;
	for (size_t i = 0; i < use->leaves.count; i++)
		if (slice_equal(use->leaves.items[i].leaf, *leaf))
			return true;
	import = ARENA_PUSH(planning->arena, &use->leaves);
	import->parent = parent;
	import->leaf = *leaf;
	return true;
}

static void leave(struct planning *planning, const struct chain_step *step, struct slice why,
		  struct attribute_edits *edits)
{
	struct attribute_left *left = ARENA_PUSH(planning->arena, &edits->left);

	left->use_at = step->at.offset;
	left->why = why;
}

/* Nothing but names and dots: no comment or line end would be lost. */
static bool is_plain(struct slice written)
{
	for (size_t i = 0; i < written.len; i++)
		if (!is_word(written.ptr[i]) && written.ptr[i] != '.')
			return false;
	return true;
}

/* `sentry.utils.x` beside `import sentry.utils`: it needs no `import sentry.models`. */
static bool has_import(const struct planning *planning, const struct chain *chain, size_t index)
{
	const struct imports *imports = planning->request->imports;

	for (size_t i = 0; i < imports->count; i++) {
		const struct import *other = &imports->items[i];
		size_t depth = 0;

		if (i == index || other->from || other->alias.len || other->implied ||
		    other->statement.column != 1 || imports->items[index].statement.column != 1 ||
		    !slice_equal(bound_by(other), bound_by(&imports->items[index])))
			continue;
		for (size_t j = 0; j < other->module.len; j++)
			depth += other->module.ptr[j] == '.';
		if (chain->step_count > depth && is_through(chain, other->module, depth))
			return true;
	}
	return false;
}

/* The chain up to `step` becomes the declaring module's `leaf`, and what it gives. */
static void edit_add(struct planning *planning, const struct chain *chain,
		     const struct chain_step *step, const struct canonical_use *use,
		     const struct attribute_answer *answer, struct slice leaf,
		     struct attribute_edits *edits)
{
	struct attribute_edit *edit = ARENA_PUSH(planning->arena, edits);

	edit->use_at = step->at.offset;
	edit->import_at = use->at;
	edit->edit.start = chain->root.offset;
	edit->edit.end = step->at.offset + (uint32_t)step->name.len;
	edit->edit.text = answer->name.len
				  ? slice_join(planning->arena, leaf, SLICE("."), answer->name)
				  : leaf;
}

static int chain_plan(struct planning *planning, const struct chain *chain,
		      const struct facade_binding *binding, struct canonical_use *use,
		      struct attribute_edits *edits, struct pawl_error *error)
{
	const struct attribute_request *request = planning->request;
	struct slice facade = request->facades->names[binding->facade];
	const struct chain_step *step = &chain->steps[binding->depth];
	struct attribute_answer answer = {0};
	struct slice leaf, written;

	if (!is_through(chain, facade, binding->depth)) {
		use->keep = !has_import(planning, chain, (size_t)chain->import);
		return 0;
	}
	if (request->ask(request->payload, binding->facade, step->at.offset, &answer, error) < 0)
		return -1;
	use->keep = true;
	if (!answer.rewritten || step->at.offset + step->name.len > request->text->bytes.len ||
	    memcmp(request->text->bytes.ptr + step->at.offset, step->name.ptr, step->name.len))
		return 0;
	written = (struct slice){request->text->bytes.ptr + chain->root.offset,
				 step->at.offset - chain->root.offset};
	if (chain->doubtful) {
		leave(planning, step, SLICE("something else may bind the module's name here"),
		      edits);
		return 0;
	}
	if (slice_equal(answer.module, request->module->name)) {
		leave(planning, step, SLICE("this text declares it"), edits);
		return 0;
	}
	if (!is_plain(written) || chain->root.offset < use->at) {
		leave(planning, step,
		      is_plain(written) ? SLICE("it stands before the import")
					: SLICE("it is written over several lines"),
		      edits);
		return 0;
	}
	if (!leaf_take(planning, use, answer.module, &leaf)) {
		leave(planning, step,
		      leaf.len ? slice_format(planning->arena,
					      "this text has another use for the name `%.*s`",
					      (int)leaf.len, leaf.ptr)
			       : SLICE("it is declared in a top-level module"),
		      edits);
		return 0;
	}
	use->keep = false;
	edit_add(planning, chain, step, use, &answer, leaf, edits);
	return 0;
}

static void leave_quoted(struct planning *planning, const struct chain_step *step,
			 struct slice facade, struct slice why, struct attribute_edits *edits)
{
	struct attribute_quoted *left = ARENA_PUSH(planning->arena, &edits->quoted);

	left->at = step->at;
	left->symbol = slice_join(planning->arena, facade, SLICE("."), step->name);
	left->why = why;
}

/* What a quoted name needs the import for: where it cannot follow it, the import stays. */
static int quoted_plan(struct planning *planning, const struct chain *chain,
		       const struct facade_binding *binding, const char *unsettled_why,
		       struct canonical_use *use, struct attribute_edits *edits,
		       struct pawl_error *error)
{
	const struct attribute_request *request = planning->request;
	struct slice facade = request->facades->names[binding->facade], leaf = {0}, why = {0};
	const struct chain_step *step = &chain->steps[binding->depth];
	struct attribute_answer answer = {0};
	bool type = chain->place != CHAIN_IN_STRING;

	if (!is_through(chain, facade, binding->depth) || chain->step_count <= binding->depth) {
		use->keep = type && !has_import(planning, chain, (size_t)chain->import);
		return 0;
	}
	if (request->ask_name(request->payload, binding->facade, step, &answer, error) < 0)
		return -1;
	answer.use = answer.use && (type || answer.module.len); /* "models.py" */
	use->keep = type || answer.use;
	if (!answer.use || answer.allowed)
		return 0;
	if (unsettled_why)
		why = slice_of(unsettled_why);
	else if (!type)
		why = SLICE("a string names it, which may be looked up through the import");
	else if (chain->place == CHAIN_IN_DOUBTFUL_TYPE)
		why = SLICE("in the quoted type that names it the import may not be what is meant");
	else if (!answer.rewritten)
		why = SLICE("a quoted type names it, and where it is declared cannot be written");
	else if (slice_equal(answer.module, request->module->name))
		why = SLICE("this text declares it");
	else if (!leaf_take(planning, use, answer.module, &leaf))
		why = SLICE("this text has another use for its module's name");
	if (why.len) {
		leave_quoted(planning, step, facade, why, edits);
		return 0;
	}
	use->keep = false;
	edit_add(planning, chain, step, use, &answer, leaf, edits);
	return 0;
}

static int import_plan(struct planning *planning, size_t index,
		       const struct facade_binding *binding, struct canonical_uses *uses,
		       struct attribute_edits *edits, struct pawl_error *error)
{
	const struct attribute_request *request = planning->request;
	struct canonical_use use = {
		.at = request->imports->items[index].name_at.offset,
		.facade = request->facades->names[binding->facade],
		.symbol = request->facades->names[binding->facade],
	};
	const char *why = unsettled(planning, index, binding);
	bool keep = false;

	for (size_t i = 0; i < planning->chains.count; i++) {
		const struct chain *chain = &planning->chains.items[i];

		if (chain->import != index)
			continue;
		if (chain->place != CHAIN_IN_CODE) {
			use.keep = false;
			if (quoted_plan(planning, chain, binding, why, &use, edits, error) < 0)
				return -1;
			keep |= use.keep;
			continue;
		}
		if (why) {
			if (chain->step_count > binding->depth)
				leave(planning, &chain->steps[binding->depth], slice_of(why),
				      edits);
			continue;
		}
		if (chain_plan(planning, chain, binding, &use, edits, error) < 0)
			return -1;
		keep |= use.keep;
	}
	use.keep = keep;
	if (use.leaves.count)
		*ARENA_PUSH(planning->arena, uses) = use;
	return 0;
}

/* The imports whose chains are read at once. Imports of one scope that bind the same name by
 * `import a.b` share their chains, so that each facade has a round of its own. */
static int round_plan(struct planning *planning, int64_t plain, struct canonical_uses *uses,
		      struct attribute_edits *edits, struct pawl_error *error)
{
	const struct attribute_request *request = planning->request;
	size_t count = request->imports->count;
	bool *wanted = arena_alloc(planning->arena, count * sizeof *wanted + 1);
	struct facade_binding binding;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		wanted[i] = facade_bound(planning, &request->imports->items[i], &binding) &&
			    (binding.plain ? (int64_t)binding.facade : -1) == plain;
		any |= wanted[i];
	}
	if (!any)
		return 0;
	if (!planning->quoted.words.arena)
		quoted_names_read(request->text, request->imports, request->limits, planning->arena,
				  &planning->quoted);
	chains_read_quoted(request->text, request->imports, wanted, &planning->quoted,
			   request->limits, planning->arena, &planning->chains);
	if (planning->chains.unreadable)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (wanted[i] && facade_bound(planning, &request->imports->items[i], &binding) &&
		    import_plan(planning, i, &binding, uses, edits, error) < 0)
			return -1;
	return 0;
}

int attributes_plan(const struct attribute_request *request, struct arena *arena,
		    struct canonical_uses *uses, struct attribute_edits *edits,
		    struct pawl_error *error)
{
	struct planning planning = {.request = request, .arena = arena, .leaves.arena = arena};

	for (int64_t plain = -1; plain < (int64_t)request->facades->count; plain++)
		if (round_plan(&planning, plain, uses, edits, error) < 0)
			return -1;
	return 0;
}
