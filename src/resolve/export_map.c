/*
 * What a facade re-exports, as a versioned file for repositories that use the facade and do not
 * hold its source.
 */
#include "pawl/resolve.h"

#define HEADER "# pawl exports, version 1"
#define COMMIT "# commit "

static const char *const kind_names[] = {
	[EXPORT_DECLARED] = "declared",	  [EXPORT_MODULE] = "module",
	[EXPORT_ACCIDENT] = "accident",	  [EXPORT_DOUBTFUL] = "doubtful",
	[EXPORT_UNKNOWN] = "unknown",	  [EXPORT_OWN] = "own",
	[EXPORT_SUBMODULE] = "submodule", [EXPORT_FACADE] = "facade",
	[EXPORT_DYNAMIC] = "dynamic",
};

#define KIND_COUNT (sizeof kind_names / sizeof *kind_names)

static enum export_kind kind_of(const struct origin *origin)
{
	if (origin->submodule)
		return EXPORT_SUBMODULE;
	if (!origin_is_use(origin))
		return EXPORT_OWN;
	if ((origin->kind != ORIGIN_DECLARED && origin->kind != ORIGIN_MODULE) || origin->replaced)
		return EXPORT_UNKNOWN;
	if (origin->doubtful)
		return EXPORT_DOUBTFUL;
	if (origin->accident)
		return EXPORT_ACCIDENT;
	return origin->kind == ORIGIN_DECLARED ? EXPORT_DECLARED : EXPORT_MODULE;
}

static struct export_line *line_add(struct export_map *map, struct slice facade, struct slice name,
				    enum export_kind kind, struct arena *arena)
{
	struct export_line *line = ARENA_PUSH(arena, map);

	line->facade = facade;
	line->name = name;
	line->kind = kind;
	return line;
}

static bool has_name(const struct exports *exports, struct slice name)
{
	size_t low = 0, high = exports->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = slice_compare(exports->items[middle].name, name);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* D7: a submodule that the facade's own source never loads can still be imported from it. */
static int add_submodules(struct export_map *map, struct modules *modules,
			  const struct module *module, const struct exports *exports,
			  struct arena *arena, struct pawl_error *error)
{
	struct slice folder = module->path;
	const char *slash = memrchr(folder.ptr, '/', folder.len);
	struct listing files = {0};

	if (module->kind == MODULE_FILE)
		return 0;
	if (module->kind == MODULE_PACKAGE)
		folder.len = slash ? (size_t)(slash - folder.ptr) : 0;
	if (snapshot_list(modules_snapshot(modules), folder, arena, &files, error) < 0)
		return -1;
	for (size_t i = 0; i < files.count; i++) {
		struct slice name = files.items[i];
		const char *dot = memchr(name.ptr, '.', name.len);
		struct module below;

		if (dot)
			name.len = (size_t)(dot - name.ptr);
		if (!name.len || has_name(exports, name) ||
		    (i && slice_starts_with(files.items[i - 1], name) && map->count &&
		     slice_equal(map->items[map->count - 1].name, name)))
			continue;
		if (modules_find(modules, slice_join(arena, module->name, SLICE("."), name), &below,
				 error) < 0)
			return -1;
		if (below.kind != MODULE_NONE)
			line_add(map, module->name, slice_copy(arena, name), EXPORT_SUBMODULE,
				 arena);
	}
	return 0;
}

int export_map_add(struct export_map *map, struct modules *modules, struct slice facade,
		   struct arena *arena, struct pawl_error *error)
{
	struct exports exports = {0};
	struct module module;

	if (modules_find(modules, facade, &module, error) < 0 ||
	    exports_list(modules, facade, &exports, error) < 0)
		return -1;
	line_add(map, facade, SLICE("*"),
		 exports.dynamic || exports.has_getattr ? EXPORT_DYNAMIC : EXPORT_FACADE, arena);
	for (size_t i = 0; i < exports.count; i++) {
		const struct origin *origin = &exports.items[i].origin;
		struct export_line *line =
			line_add(map, facade, exports.items[i].name, kind_of(origin), arena);

		if (line->kind == EXPORT_UNKNOWN || line->kind == EXPORT_OWN ||
		    line->kind == EXPORT_SUBMODULE)
			continue;
		line->module = origin->module;
		if (origin->kind == ORIGIN_DECLARED)
			line->declared = origin->name;
	}
	return add_submodules(map, modules, &module, &exports, arena, error);
}

struct slice export_map_format(struct arena *arena, const struct export_map *map)
{
	struct buf out = {.arena = arena};
	char commit[GIT_OID_SHA1_HEXSIZE + 1];

	git_oid_tostr(commit, sizeof commit, &map->commit);
	buf_add_format(&out, HEADER "\n" COMMIT "%s\n", commit);
	for (size_t i = 0; i < map->count; i++) {
		const struct export_line *line = &map->items[i];

		buf_add(&out, line->facade);
		buf_add_char(&out, '\t');
		buf_add(&out, line->name);
		buf_add_format(&out, "\t%s\t", kind_names[line->kind]);
		buf_add(&out, line->module);
		buf_add_char(&out, '\t');
		buf_add(&out, line->declared);
		buf_add_char(&out, '\n');
	}
	return buf_slice(&out);
}

/* ---- reading ---- */

/* The text up to `separator`, taken off the front. False where there is no separator. */
static bool take(struct slice *text, char separator, struct slice *out)
{
	const char *end = memchr(text->ptr, separator, text->len);

	if (!end)
		return false;
	*out = (struct slice){text->ptr, (size_t)(end - text->ptr)};
	text->len -= out->len + 1;
	text->ptr = end + 1;
	return true;
}

static bool kind_find(struct slice word, enum export_kind *out)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (slice_equal_string(word, kind_names[i])) {
			*out = (enum export_kind)i;
			return true;
		}
	return false;
}

/* Whether the fields of a line are those that its kind has. */
static bool line_is_whole(const struct export_line *line)
{
	bool has_module = line->kind == EXPORT_DECLARED || line->kind == EXPORT_MODULE ||
			  line->kind == EXPORT_DOUBTFUL || line->kind == EXPORT_ACCIDENT;

	if (!line->facade.len || !line->name.len)
		return false;
	if (line->kind == EXPORT_DECLARED && !line->declared.len)
		return false;
	return has_module ? line->module.len > 0 : !line->module.len && !line->declared.len;
}

static bool line_read(struct slice text, struct export_line *out)
{
	struct slice kind;

	return take(&text, '\t', &out->facade) && take(&text, '\t', &out->name) &&
	       take(&text, '\t', &kind) && take(&text, '\t', &out->module) &&
	       !memchr(text.ptr, '\t', text.len) && kind_find(kind, &out->kind) &&
	       (out->declared = text, line_is_whole(out));
}

static int broken(struct export_map *map, struct pawl_error *error, struct slice file,
		  unsigned line, const char *what)
{
	map->wrong_line = line;
	return pawl_error_set(error, PAWL_ERROR_POLICY,
			      "%.*s:%u: %s: make it anew with pawl exports --map", (int)file.len,
			      file.ptr, line, what);
}

int export_map_parse(struct arena *arena, struct slice bytes, struct slice file,
		     struct export_map *out, struct pawl_error *error)
{
	struct export_line *added;
	struct slice line;
	unsigned number = 2;

	*out = (struct export_map){0};
	if (!take(&bytes, '\n', &line) || !slice_equal_string(line, HEADER))
		return broken(out, error, file, 1, "no export map of this version");
	if (!take(&bytes, '\n', &line) || line.len != sizeof COMMIT - 1 + GIT_OID_SHA1_HEXSIZE ||
	    !slice_starts_with(line, SLICE(COMMIT)) ||
	    git_oid_fromstrn(&out->commit, line.ptr + sizeof COMMIT - 1, GIT_OID_SHA1_HEXSIZE))
		return broken(out, error, file, 2, "no commit that the map was made from");
	while (bytes.len) {
		number++;
		if (!take(&bytes, '\n', &line))
			return broken(out, error, file, number, "the last line is cut");
		added = ARENA_PUSH(arena, out);
		if (!line_read(line, added))
			return broken(out, error, file, number, "no line of an export map");
		added->line = number;
	}
	return 0;
}

const struct export_line *export_map_find(const struct export_map *map, struct slice facade,
					  struct slice name)
{
	for (size_t i = 0; i < map->count; i++)
		if (slice_equal(map->items[i].facade, facade) &&
		    slice_equal(map->items[i].name, name))
			return &map->items[i];
	return NULL;
}
