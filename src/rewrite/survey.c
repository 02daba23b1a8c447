/*
 * What the tree holds that stands in the way of a rewriting: strings that name what a facade hands
 * on (F6), and texts that import or name what another one binds (F5).
 */
#include "fixing.h"

static void note_imported(struct fixing *fixing, struct slice path, const struct text *text)
{
	struct imports imports = {0};
	struct module_name module;

	module_name_of_path(&fixing->request->policy->roots, path, fixing->arena, &module);
	imports_read(text, NULL, &fixing->request->policy->limits, fixing->arena, &imports);
	for (size_t i = 0; i < imports.count; i++) {
		const struct import *import = &imports.items[i];
		struct slice from;

		if (import->from && module_name_absolute(&module, import->level, import->module,
							 fixing->arena, &from))
			map_put(&fixing->imported,
				slice_join(fixing->arena, from, SLICE(":"), import->name))
				->value =
				(void *)slice_format(
					fixing->arena, "%.*s:%u imports the module from this text",
					(int)path.len, path.ptr, import->statement.line)
					.ptr;
	}
	/* What it quotes is no use, and has to follow all the same. */
	if (imports_bind_facade(&imports, &module, &fixing->facades, fixing->arena))
		map_put(&fixing->read, slice_copy(fixing->arena, path));
}

static bool is_dotted(char c)
{
	return c == '.' || c == '_' || (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Each "a.b" that begins what stands in quotes, by bytes: what may be patched in a module. */
static void note_quoted(struct fixing *fixing, struct slice path, struct slice bytes)
{
	const char *why = NULL;

	for (size_t i = 0; i + 1 < bytes.len; i++) {
		size_t end = i + 1;

		if (bytes.ptr[i] != '"' && bytes.ptr[i] != '\'')
			continue;
		while (end < bytes.len && is_dotted(bytes.ptr[end]))
			end++;
		if (end == bytes.len || bytes.ptr[end] != bytes.ptr[i])
			continue;
		for (size_t dot = i + 2; dot < end; dot++) {
			size_t next = dot + 1;

			if (bytes.ptr[dot] != '.')
				continue;
			if (!why)
				why = slice_format(
					      fixing->arena,
					      "a string in %.*s names the module as this text's",
					      (int)path.len, path.ptr)
					      .ptr;
			while (next < end && bytes.ptr[next] != '.')
				next++;
			map_put(&fixing->imported,
				slice_join(fixing->arena,
					   (struct slice){bytes.ptr + i + 1, dot - i - 1},
					   SLICE(":"),
					   (struct slice){bytes.ptr + dot + 1, next - dot - 1}))
				->value = (void *)why;
		}
		i = end - 1;
	}
}

/* Cheap: most texts name no facade at all. */
static bool may_hold_target(const struct fixing *fixing, struct slice bytes,
			    const struct uses_of_path *uses)
{
	if (uses->count)
		return true;
	for (size_t i = 0; i < fixing->facades.count; i++)
		if (slice_find(bytes, fixing->facades.names[i]))
			return true;
	return false;
}

static int scan_file(void *payload, const struct change *change, struct pawl_error *error)
{
	struct fixing *fixing = payload;
	struct uses_of_path uses = fixing_uses_of(fixing, change->path);
	struct arena scratch = {0};
	enum blob_state state;
	struct slice bytes;
	struct text text;

	if (change->kind != CHANGE_FILE || !entry_is_blob(&change->tip) ||
	    !policy_reads(fixing->request->policy, change->path))
		return 0;
	if (snapshot_read(fixing->request->tree, change->path, &change->tip, &scratch, &bytes,
			  &state, error) < 0) {
		arena_free(&scratch);
		return -1;
	}
	if (state == BLOB_READ &&
	    (fixing->request->attributes || may_hold_target(fixing, bytes, &uses))) {
		text_open(&text, fixing->arena, slice_copy(fixing->arena, bytes));
		if (text.state == TEXT_READABLE && fixing->request->attributes) {
			note_imported(fixing, change->path, &text);
			note_quoted(fixing, change->path, text.bytes);
		}
		if (text.state == TEXT_READABLE)
			targets_read(fixing->request->policy, &fixing->facades, change->path, &text,
				     uses.items, uses.count, fixing->arena, &fixing->targets);
	}
	arena_free(&scratch);
	return 0;
}

/* The targets that stay as they are stand in the way of their symbols. */
static void note_patched(struct fixing *fixing)
{
	for (size_t i = 0; i < fixing->targets.count; i++) {
		struct target *target = &fixing->targets.items[i];

		if (!fixing->request->strings || !target->listed ||
		    !path_is_chosen(fixing->request, target->path))
			map_put(&fixing->patched, target->symbol)->value = target;
	}
}

int survey_tree(struct fixing *fixing, struct pawl_error *error)
{
	if (snapshot_walk(fixing->request->tree, fixing->arena, scan_file, fixing, error) < 0)
		return -1;
	note_patched(fixing);
	return 0;
}
