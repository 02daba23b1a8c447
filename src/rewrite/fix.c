/* What `pawl fix` does to a tree: every use is rewritten, or left with its reason. */
#include <stdlib.h>

#include "fixing.h"

bool module_is_within(struct slice package, struct slice module)
{
	return slice_equal(package, module) ||
	       (slice_starts_with(module, package) && module.ptr[package.len] == '.');
}

/* ---- paths ---- */

bool path_is_chosen(const struct fix_request *request, struct slice path)
{
	for (size_t i = 0; i < request->paths.count; i++) {
		struct slice chosen = request->paths.items[i];

		if (!chosen.len || slice_equal(chosen, path) ||
		    (slice_starts_with(path, chosen) && path.ptr[chosen.len] == '/'))
			return true;
	}
	return !request->paths.count;
}

struct uses_of_path fixing_uses_of(const struct fixing *fixing, struct slice path)
{
	size_t first = (uintptr_t)map_get(&fixing->read, path), count = 0;

	if (!first)
		return (struct uses_of_path){0};
	first--;
	while (first + count < fixing->uses.count &&
	       slice_equal(fixing->uses.items[first + count].path, path))
		count++;
	return (struct uses_of_path){&fixing->uses.items[first], count};
}

static int bytes_of(struct fixing *fixing, struct slice path, struct entry *entry,
		    struct slice *bytes, struct pawl_error *error)
{
	enum blob_state state;

	if (snapshot_lookup(fixing->request->tree, path, entry, error) < 0)
		return -1;
	if (!entry_is_blob(entry))
		return 1;
	if (snapshot_read(fixing->request->tree, path, entry, fixing->arena, bytes, &state, error) <
	    0)
		return -1;
	return state == BLOB_READ ? 0 : 1;
}

/* ---- what is to become of a use ---- */

static int origin_of(struct fixing *fixing, const struct tree_use *use, struct slice facade,
		     const struct origin **out, struct pawl_error *error)
{
	struct map_entry *entry = map_put(&fixing->origins, use->symbol);
	struct slice name = {use->symbol.ptr + facade.len + 1, use->symbol.len - facade.len - 1};
	struct origin *origin;
	struct slice note;

	if (!entry->value) {
		origin = arena_alloc(fixing->arena, sizeof *origin);
		name = slice_copy(fixing->arena, name);
		switch (foreign_resolve(fixing->foreign, fixing->modules,
					policy_facade(fixing->request->policy, facade), name,
					origin, &note, error)) {
		case FOREIGN_FOUND:
			break;
		case FOREIGN_NOT:
			if (name_resolve(fixing->modules, facade, name, origin, error) < 0)
				return -1;
			break;
		case FOREIGN_FAILED:
		case FOREIGN_BROKEN:
			return -1;
		}
		entry->value = origin;
	}
	*out = entry->value;
	return 0;
}

/* ---- uses through a module (F5) ---- */

struct asking {
	struct fixing *fixing;
	struct file *file;
	struct uses_of_path uses;
};

static bool is_meant(const struct fixing *fixing, const struct tree_use *use)
{
	return !use->escape && !use->allowed && !use->barred_alone &&
	       (!fixing->request->facade.len ||
		slice_equal(fixing->facades.names[use->facade], fixing->request->facade));
}

static int answer_of(struct asking *asking, const struct tree_use *use, const struct origin *origin,
		     uint32_t facade, struct attribute_answer *out, struct pawl_error *error)
{
	struct fixing *fixing = asking->fixing;
	struct refusal refusal = {0};

	out->module = origin->module;
	if (origin->kind != ORIGIN_MODULE)
		out->name = origin->name;
	out->rewritten = !refusal_of_origin(origin).rule &&
			 !refusal_of_target(fixing, asking->file, use,
					    fixing->facades.names[facade], origin->module)
				  .rule;
	if (out->rewritten && refusal_of_module(fixing, origin, &refusal, error) < 0)
		return -1;
	out->rewritten = out->rewritten && !refusal.rule;
	return 0;
}

static int ask(void *payload, uint32_t facade, uint32_t at, struct attribute_answer *out,
	       struct pawl_error *error)
{
	struct asking *asking = payload;
	struct fixing *fixing = asking->fixing;
	const struct tree_use *use = NULL;
	const struct origin *origin;

	for (size_t i = 0; i < asking->uses.count; i++)
		if (asking->uses.items[i].at.offset == at &&
		    asking->uses.items[i].via == VIA_ATTRIBUTE &&
		    is_meant(fixing, &asking->uses.items[i]))
			use = &asking->uses.items[i];
	if (!use)
		return 0;
	out->use = true;
	if (origin_of(fixing, use, fixing->facades.names[facade], &origin, error) < 0)
		return -1;
	return answer_of(asking, use, origin, facade, out, error);
}

static int ask_name(void *payload, uint32_t facade, const struct chain_step *step,
		    struct attribute_answer *out, struct pawl_error *error)
{
	struct asking *asking = payload;
	struct fixing *fixing = asking->fixing;
	struct slice of = fixing->facades.names[facade];
	const struct facade_policy *policy = policy_facade(fixing->request->policy, of);
	struct tree_use use = {
		.path = asking->file->path,
		.facade = facade,
		.symbol = slice_join(fixing->arena, of, SLICE("."), step->name),
	};
	const struct origin *origin;

	if (slice_equal(asking->file->module.name, of) ||
	    policy_allows(policy, asking->file->path) || !is_meant(fixing, &use))
		return 0;
	if (origin_of(fixing, &use, of, &origin, error) < 0)
		return -1;
	out->use = origin_is_use(origin);
	out->allowed = policy_allows_line(fixing->request->policy, &asking->file->text, step->at);
	return answer_of(asking, &use, origin, facade, out, error);
}

static int attributes_find(struct fixing *fixing, struct file *file, struct uses_of_path uses,
			   struct pawl_error *error)
{
	struct asking asking = {fixing, file, uses};
	struct attribute_request request = {
		.text = &file->text,
		.module = &file->module,
		.imports = &file->imports,
		.facades = &fixing->facades,
		.limits = &fixing->request->policy->limits,
		.imported = &fixing->imported,
		.ask = ask,
		.ask_name = ask_name,
		.payload = &asking,
	};

	if (!fixing->request->attributes)
		return 0;
	return attributes_plan(&request, fixing->arena, &file->uses, &file->attributes, error);
}

static int compare_uses(const void *left, const void *right)
{
	const struct canonical_use *a = left, *b = right;

	return (a->at > b->at) - (a->at < b->at);
}

/* Why attributes_plan() left a place; empty where it did not say. */
static struct slice why_left(const struct file *file, const struct tree_use *use)
{
	for (size_t i = 0; i < file->attributes.left.count; i++)
		if (file->attributes.left.items[i].use_at == use->at.offset)
			return file->attributes.left.items[i].why;
	return (struct slice){0};
}

/* What stands in the way of an attribute that attributes_plan() did not take. */
static int leave_attribute(struct fixing *fixing, const struct file *file,
			   const struct tree_use *use, const struct origin *origin,
			   struct pawl_error *error)
{
	struct slice facade = fixing->facades.names[use->facade], why = why_left(file, use);
	struct refusal refusal = refusal_of_origin(origin);
	struct left_use *left;

	if (!refusal.rule)
		refusal = refusal_of_target(fixing, file, use, facade, origin->module);
	if (!refusal.rule && !why.len && refusal_of_module(fixing, origin, &refusal, error) < 0)
		return -1;
	if (refusal.rule) {
		use_leave(fixing, use, &refusal);
		return 0;
	}
	left = left_add(fixing, use->path, use->at, use->symbol);
	left->rule = "F5";
	left->why = why.len ? why : SLICE("what the text imports is not the facade itself");
	left->next = SLICE("rewrite it by hand");
	return 0;
}

static bool is_planned(const struct file *file, const struct tree_use *use)
{
	for (size_t i = 0; i < file->attributes.count; i++)
		if (file->attributes.items[i].use_at == use->at.offset)
			return true;
	return false;
}

/* The places follow the import: where that stays, they stay. */
static void attributes_apply(struct fixing *fixing, struct file *file, struct rewriting *rewriting)
{
	for (size_t i = 0; i < file->attributes.count; i++) {
		const struct attribute_edit *planned = &file->attributes.items[i];
		const struct canonical_use *import = use_at(rewriting, planned->import_at);

		if (!import || !import->done || import->rule)
			continue;
		file->others++;
		*ARENA_PUSH(fixing->arena, &rewriting->edits) = planned->edit;
	}
}

static int decide(struct fixing *fixing, struct file *file, const struct tree_use *use,
		  struct pawl_error *error)
{
	struct slice facade = fixing->facades.names[use->facade];
	struct refusal refusal = refusal_of_form(fixing, use);
	const struct origin *origin;
	struct canonical_use *canonical;
	struct slice module, name;

	if (is_planned(file, use))
		return 0;
	if (refusal.rule) {
		use_leave(fixing, use, &refusal);
		return 0;
	}
	if (origin_of(fixing, use, facade, &origin, error) < 0)
		return -1;
	if (use->via == VIA_ATTRIBUTE)
		return leave_attribute(fixing, file, use, origin, error);
	module = origin->module;
	name = origin->name;
	if (origin->kind == ORIGIN_MODULE)
		module_split(origin->module, &module, &name);
	refusal = refusal_of_origin(origin);
	if (!refusal.rule)
		refusal = refusal_of_use(fixing, file, use, origin, &module, &name);
	if (!refusal.rule && origin->kind == ORIGIN_MODULE &&
	    refusal_of_module(fixing, origin, &refusal, error) < 0)
		return -1;
	if (refusal.rule) {
		use_leave(fixing, use, &refusal);
		return 0;
	}
	canonical = ARENA_PUSH(fixing->arena, &file->uses);
	canonical->at = use->at.offset;
	canonical->module = module;
	canonical->name = name;
	canonical->symbol = use->symbol;
	canonical->facade = facade;
	return 0;
}

/* ---- one text ---- */

static int blocks_rewrite(struct rewriting *rewriting, struct pawl_error *error)
{
	const struct import_blocks *blocks = rewriting->blocks;

	for (size_t i = 0; i < blocks->count; i++) {
		const struct import_block *block = &blocks->items[i];
		bool used = false;

		for (size_t j = 0; j < block->statements.count && !used; j++) {
			const struct block_statement *statement = &block->statements.items[j];

			for (size_t k = 0; k < statement->names.count && !used; k++)
				used = use_at(rewriting, statement->names.items[k].at) != NULL;
		}
		if (used && block_rewrite(rewriting, block, error) < 0)
			return -1;
	}
	return 0;
}

/* F6: `"sentry.models.User"` becomes `"sentry.models.user.User"`. */
static int strings_rewrite(struct fixing *fixing, struct file *file, struct rewriting *rewriting,
			   struct pawl_error *error)
{
	for (size_t i = 0; fixing->request->strings && i < fixing->targets.count; i++) {
		const struct target *target = &fixing->targets.items[i];
		const struct origin *origin;
		struct tree_use use = {.symbol = target->symbol};
		const char *dot = memrchr(target->symbol.ptr, '.', target->symbol.len);
		struct slice facade = {target->symbol.ptr, (size_t)(dot - target->symbol.ptr)};
		struct edit *edit;

		if (!target->listed || !slice_equal(target->path, file->path) ||
		    map_get(&fixing->patched, target->symbol))
			continue;
		if (fixing->request->facade.len && !slice_equal(fixing->request->facade, facade))
			continue;
		if (origin_of(fixing, &use, facade, &origin, error) < 0)
			return -1;
		if (!origin_is_use(origin) || refusal_of_origin(origin).rule)
			continue;
		file->others++;
		edit = ARENA_PUSH(fixing->arena, &rewriting->edits);
		edit->start = target->start;
		edit->end = target->end;
		edit->text = origin->kind == ORIGIN_MODULE
				     ? origin->module
				     : slice_join(fixing->arena, origin->module, SLICE("."),
						  origin->name);
	}
	return 0;
}

/* F7: whether the text still imports the facade, or anything below it. */
static bool still_imports(struct fixing *fixing, const struct module_name *module,
			  struct slice bytes, struct slice facade)
{
	struct imports imports = {0};
	struct text text;

	text_open(&text, fixing->arena, bytes);
	imports_read(&text, NULL, &fixing->request->policy->limits, fixing->arena, &imports);
	for (size_t i = 0; i < imports.count; i++) {
		const struct import *import = &imports.items[i];
		struct slice absolute;

		if (!module_name_absolute(module, import->level, import->module, fixing->arena,
					  &absolute))
			continue;
		if (module_is_within(facade, absolute) ||
		    (import->from && !import->star &&
		     module_is_within(facade, slice_join(fixing->arena, absolute, SLICE("."),
							 import->name))))
			return true;
	}
	return false;
}

static void finish(struct fixing *fixing, struct file *file, struct rewriting *rewriting,
		   const struct entry *entry)
{
	struct fixed_text *fixed = ARENA_PUSH(fixing->arena, &fixing->out->texts);

	fixed->path = file->path;
	fixed->entry = *entry;
	fixed->before = file->text.bytes;
	fixed->count = 0;
	for (size_t i = 0; i < file->uses.count; i++)
		fixed->count += file->uses.items[i].done && !file->uses.items[i].rule &&
				!file->uses.items[i].leaves.count;
	fixed->count += file->others;
	fixed->after = edits_apply(fixing->arena, file->text.bytes, &rewriting->edits);
	for (size_t i = 0; i < file->uses.count; i++) {
		const struct canonical_use *use = &file->uses.items[i];

		if (use->done && !use->rule && !module_is_within(use->facade, use->module) &&
		    !still_imports(fixing, &file->module, fixed->after, use->facade)) {
			fixed->detached = use->facade;
			break;
		}
	}
}

static void leave_rest(struct fixing *fixing, const struct file *file)
{
	for (size_t i = 0; i < file->uses.count; i++) {
		const struct canonical_use *use = &file->uses.items[i];
		struct left_use *left;

		if (use->done && !use->rule)
			continue;
		left = left_add(fixing, file->path, text_position(&file->text, use->at),
				use->symbol);
		left->rule = use->rule ? use->rule : "F8";
		left->why = slice_of(use->rule ? use->why
					       : "its import stands in code that cannot be read");
		left->next =
			slice_of(use->rule ? use->next : "mend the code, or rewrite it by hand");
	}
	for (size_t i = 0; i < file->attributes.quoted.count; i++) {
		const struct attribute_quoted *quoted = &file->attributes.quoted.items[i];
		struct left_use *left = left_add(fixing, file->path, quoted->at, quoted->symbol);

		left->rule = "F5";
		left->why = quoted->why;
		left->next = SLICE("rewrite it by hand");
	}
}

static int fix_file(struct fixing *fixing, struct slice path, struct pawl_error *error)
{
	const struct policy *policy = fixing->request->policy;
	struct uses_of_path uses = fixing_uses_of(fixing, path);
	struct arena *arena = fixing->arena;
	struct file file = {.path = path};
	struct rewriting rewriting = {.arena = arena};
	struct style style;
	struct entry entry;
	struct slice bytes;
	int result = bytes_of(fixing, path, &entry, &bytes, error);

	if (result)
		return result < 0 ? -1 : 0;
	module_name_of_path(&policy->roots, path, arena, &file.module);
	text_open(&file.text, arena, bytes);
	if (file.text.state == TEXT_UNREADABLE)
		return 0;
	imports_read(&file.text, NULL, &policy->limits, arena, &file.imports);
	if (attributes_find(fixing, &file, uses, error) < 0)
		return -1;
	for (size_t i = 0; i < uses.count; i++)
		if (is_meant(fixing, &uses.items[i]) &&
		    decide(fixing, &file, &uses.items[i], error) < 0)
			return -1;
	if (file.uses.count)
		qsort(file.uses.items, file.uses.count, sizeof *file.uses.items, compare_uses);
	if (style_of_path(arena, fixing->request->tree, path, &style, error) < 0)
		return -1;
	rewriting.text = &file.text;
	rewriting.module = &file.module;
	rewriting.style = &style;
	rewriting.blocks = &file.blocks;
	rewriting.uses = &file.uses;
	if (strings_rewrite(fixing, &file, &rewriting, error) < 0)
		return -1;
	if (file.uses.count)
		import_blocks_read(&file.text, &policy->limits, arena, &file.blocks);
	if (blocks_rewrite(&rewriting, error) < 0)
		return -1;
	attributes_apply(fixing, &file, &rewriting);
	leave_rest(fixing, &file);
	if (rewriting.edits.count)
		finish(fixing, &file, &rewriting, &entry);
	return 0;
}

/* ---- the tree ---- */

static void index_uses(struct fixing *fixing)
{
	for (size_t i = 0; i < fixing->uses.count; i++) {
		struct map_entry *entry = map_put(&fixing->read, fixing->uses.items[i].path);

		if (!entry->value)
			entry->value = (void *)(uintptr_t)(i + 1);
	}
}

static int compare_paths(const void *left, const void *right)
{
	return slice_compare(*(const struct slice *)left, *(const struct slice *)right);
}

static int compare_left(const void *left, const void *right)
{
	const struct left_use *a = left, *b = right;
	int order = slice_compare(a->path, b->path);

	if (order)
		return order;
	return (a->at.offset > b->at.offset) - (a->at.offset < b->at.offset);
}

static int fix_files(struct fixing *fixing, struct pawl_error *error)
{
	struct slices paths = {0};

	for (size_t i = 0; i < fixing->targets.count && fixing->request->strings; i++)
		map_put(&fixing->read, fixing->targets.items[i].path);
	for (const struct map_entry *entry = fixing->read.head; entry; entry = entry->next)
		if (path_is_chosen(fixing->request, entry->key))
			*ARENA_PUSH(fixing->arena, &paths) = entry->key;
	if (paths.count)
		qsort(paths.items, paths.count, sizeof *paths.items, compare_paths);
	for (size_t i = 0; i < paths.count; i++) {
		if (fixing->request->limit && fixing->out->texts.count >= fixing->request->limit) {
			fixing->out->beyond_limit = paths.count - i;
			break;
		}
		if (fix_file(fixing, paths.items[i], error) < 0)
			return -1;
	}
	if (fixing->out->left.count)
		qsort(fixing->out->left.items, fixing->out->left.count,
		      sizeof *fixing->out->left.items, compare_left);
	return 0;
}

int fixes_find(const struct fix_request *request, struct arena *arena, struct fixes *out,
	       struct pawl_error *error)
{
	struct fixing fixing = {.request = request, .arena = arena, .out = out};

	*out = (struct fixes){0};
	fixing.facades = policy_facade_set(request->policy, arena);
	fixing.options.roots = &request->policy->roots;
	fixing.options.limits = &request->policy->limits;
	fixing.foreign = foreign_new(arena, request->policy);
	fixing.modules = modules_new(arena, request->tree, &fixing.options);
	fixing.replaced.arena = fixing.imported.arena = fixing.origins.arena =
		fixing.patched.arena = fixing.read.arena = arena;
	if (tree_uses_read(request->tree, request->policy, arena, &fixing.uses, error) < 0)
		return -1;
	index_uses(&fixing);
	if (survey_tree(&fixing, error) < 0)
		return -1;
	return fix_files(&fixing, error);
}
