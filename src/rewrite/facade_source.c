/* A facade's own source, and what of its names the tree needs. */
#include "facade_source.h"

#include <ctype.h>

static void refuse(struct facade_source *source, struct slice why)
{
	if (!source->refused.len)
		source->refused = why;
}

/* Nobody is excused here: whoever uses a name needs it. */
static int need_uses(struct facade_source *source, struct pawl_error *error)
{
	struct facade_policy *facade = arena_alloc(source->arena, sizeof *facade);
	struct slice name = source->facade;
	struct policy *policy = arena_alloc(source->arena, sizeof *policy);
	struct tree_uses uses = {0};

	*policy = *source->policy;
	facade_defaults(facade);
	facade->name = name;
	policy->items = facade;
	policy->count = 1;
	policy->exclude = (struct slices){0};
	policy->inline_allow = false;
	if (tree_uses_read(source->tree, policy, source->arena, &uses, error) < 0)
		return -1;
	source->needs_read = true;
	if (uses.unreadable.count)
		refuse(source, slice_join(source->arena, uses.unreadable.items[0], SLICE(": "),
					  SLICE("cannot be read, so it may use anything")));
	for (size_t i = 0; i < uses.count; i++) {
		const struct tree_use *use = &uses.items[i];

		if (use->escape)
			refuse(source,
			       slice_format(source->arena, "%.*s:%u: the facade is used as a value",
					    (int)use->path.len, use->path.ptr, use->at.line));
		else if (use->via == VIA_STAR)
			source->star = slice_format(source->arena, "%.*s:%u", (int)use->path.len,
						    use->path.ptr, use->at.line);
		else
			map_put(&source->needed, (struct slice){use->symbol.ptr + name.len + 1,
								use->symbol.len - name.len - 1})
				->value = source;
	}
	return 0;
}

static bool is_word(unsigned char c)
{
	return c >= 0x80 || c == '_' || isalnum(c);
}

static size_t word_len(struct slice text, size_t at)
{
	size_t len = 0;

	while (at + len < text.len && is_word((unsigned char)text.ptr[at + len]))
		len++;
	return len;
}

/* A string that names facade.name, in whatever file: settings name classes too. */
static int need_strings(void *payload, const struct change *change, struct pawl_error *error)
{
	struct facade_source *source = payload;
	struct slice prefix = slice_join(source->arena, source->facade, SLICE("."), SLICE(""));
	struct arena scratch = {0};
	enum blob_state state;
	struct slice bytes;
	const char *found;

	if (!entry_is_blob(&change->tip) || slice_equal(change->path, source->module.path))
		return 0;
	if (snapshot_read(source->tree, change->path, &change->tip, &scratch, &bytes, &state,
			  error) < 0) {
		arena_free(&scratch);
		return -1;
	}
	while (state == BLOB_READ && (found = slice_find(bytes, prefix))) {
		size_t len;

		bytes.len -= (size_t)(found - bytes.ptr) + prefix.len;
		bytes.ptr = found + prefix.len;
		len = word_len(bytes, 0);
		if (len && !map_get(&source->needed, (struct slice){bytes.ptr, len}))
			map_put(&source->needed,
				slice_copy(source->arena, (struct slice){bytes.ptr, len}))
				->value = source;
	}
	arena_free(&scratch);
	return 0;
}

/* Behind the last of the spans that need nothing and that `at` is in, else `at`. */
static size_t skip_needless(const struct facade_source *source, size_t at)
{
	for (size_t i = 0; i < source->needless.count; i++)
		if (at >= source->needless.items[i].start && at < source->needless.items[i].end)
			at = source->needless.items[i].end;
	return at;
}

/* Whether the facade's own source says a name elsewhere than in these bytes. */
static bool source_says(const struct facade_source *source, struct slice name, uint32_t start,
			uint32_t end)
{
	struct slice bytes = source->text.bytes;

	for (size_t i = 0; i < bytes.len;) {
		size_t len = word_len(bytes, i);

		if (len == name.len && (i < start || i >= end) &&
		    memcmp(bytes.ptr + i, name.ptr, len) == 0 && skip_needless(source, i) == i)
			return true;
		i += len ? len : 1;
	}
	return false;
}

/* An entry of __all__ that expand wrote is no need: it goes with its import. */
static bool all_says(const struct facade_source *source, struct slice name)
{
	if (source->written_all.end)
		return false;
	for (size_t i = 0; i < source->exports.all.count; i++)
		if (slice_equal(source->exports.all.items[i], name))
			return true;
	return false;
}

bool facade_name_is_needed(const struct facade_source *source, struct slice name,
			   const struct block_statement *statement)
{
	return all_says(source, name) || map_get(&source->needed, name) ||
	       source_says(source, name, statement->start, statement->end);
}

int facade_needs_read(struct facade_source *source, struct pawl_error *error)
{
	if (need_uses(source, error) < 0)
		return -1;
	return snapshot_walk(source->tree, source->arena, need_strings, source, error);
}

/* ---- an __all__ that expand wrote ---- */

static void written_all_find(struct facade_source *source)
{
	struct slice head = SLICE(WRITTEN_ALL_COMMENT), list = SLICE("__all__ = ["), rest;
	struct slice bytes = source->text.bytes;
	const char *at = slice_find(bytes, head), *close;

	if (!at || (at > bytes.ptr && at[-1] != '\n' && at[-1] != '\r'))
		return;
	rest = (struct slice){at + head.len, (size_t)(bytes.ptr + bytes.len - at) - head.len};
	while (rest.len && (*rest.ptr == '\n' || *rest.ptr == '\r')) {
		rest.ptr++;
		rest.len--;
	}
	close = memchr(rest.ptr, ']', rest.len);
	if (!slice_starts_with(rest, list) || !close)
		return;
	source->written_all.start = (uint32_t)(at - bytes.ptr);
	source->written_all.list = (uint32_t)((size_t)(rest.ptr - bytes.ptr) + list.len);
	source->written_all.end = (uint32_t)(close - bytes.ptr);
	/* Edited by hand, it says what whoever did so wants. */
	for (uint32_t i = source->written_all.list; i < source->written_all.end; i++)
		if (!is_word((unsigned char)bytes.ptr[i]) && !strchr("\"', \t\r\n", bytes.ptr[i]))
			source->written_all = (struct written_all){0};
	for (size_t i = 0, lists = 0; i < source->bindings.count; i++)
		if (source->bindings.items[i].kind == BINDING_ALL && ++lists > 1)
			source->written_all = (struct written_all){0};
}

static void needless_add(struct facade_source *source, uint32_t start, uint32_t end)
{
	*ARENA_PUSH(source->arena, &source->needless) = (struct source_span){start, end};
}

void facade_source_ease(struct facade_source *source)
{
	struct import_blocks blocks = {0};

	written_all_find(source);
	if (source->written_all.end)
		needless_add(source, source->written_all.start, source->written_all.end);
	import_blocks_read(&source->text, &source->policy->limits, source->arena, &blocks);
	for (size_t i = 0; i < blocks.count; i++)
		for (size_t j = 0; j < blocks.items[i].statements.count; j++) {
			const struct block_statement *statement =
				&blocks.items[i].statements.items[j];

			if (statement->from)
				needless_add(source, statement->start, statement->end);
		}
}

/* ---- its source ---- */

static int source_read(struct facade_source *source, struct pawl_error *error)
{
	struct fixed_text *text = &source->file;
	enum blob_state state;

	if (modules_find(source->modules, source->facade, &source->module, error) < 0)
		return -1;
	text->path = source->module.path;
	text->entry = source->module.entry;
	if (!entry_is_blob(&text->entry))
		return pawl_error_set(error, PAWL_ERROR_CALL,
				      "%.*s: no such module below the roots of the policy",
				      (int)source->facade.len, source->facade.ptr);
	if (snapshot_read(source->tree, text->path, &text->entry, source->arena, &text->before,
			  &state, error) < 0)
		return -1;
	text->after = text->before;
	module_name_of_path(&source->policy->roots, text->path, source->arena, &source->name);
	text_open(&source->text, source->arena, text->before);
	if (state == BLOB_READ && source->text.state == TEXT_READABLE)
		bindings_read(&source->text, &source->policy->limits, source->arena,
			      &source->bindings);
	if (state != BLOB_READ || source->text.state != TEXT_READABLE || source->text.decoded ||
	    source->bindings.unreadable)
		refuse(source, SLICE("the facade's source cannot be read"));
	return 0;
}

/* An __all__ that cannot be read may need any name. */
static int read_all(struct facade_source *source, struct pawl_error *error)
{
	bool all = source->bindings.edits_all;

	if (exports_list(source->modules, source->facade, &source->exports, error) < 0)
		return -1;
	for (size_t i = 0; i < source->bindings.count; i++)
		all = all || source->bindings.items[i].kind == BINDING_ALL;
	if (all && !source->exports.all_static)
		refuse(source, SLICE("its __all__ cannot be read"));
	return 0;
}

int facade_source_open(struct facade_source *source, const struct policy *policy,
		       struct snapshot *tree, struct slice facade, struct arena *arena,
		       struct pawl_error *error)
{
	*source = (struct facade_source){
		.policy = policy, .tree = tree, .facade = facade, .arena = arena};
	source->needed.arena = arena;
	source->options.roots = &policy->roots;
	source->options.limits = &policy->limits;
	source->modules = modules_new(arena, tree, &source->options);
	if (source_read(source, error) < 0)
		return -1;
	return read_all(source, error);
}
