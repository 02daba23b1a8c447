#include "style.h"

static void style_defaults(struct style *style, struct arena *arena, struct snapshot *tree)
{
	static const char *const sections[] = {"FUTURE", "STDLIB", "THIRDPARTY", "FIRSTPARTY",
					       "LOCALFOLDER"};

	*style = (struct style){
		.arena = arena,
		.tree = tree,
		.folder = SLICE(""),
		.sorts = true,
		.line_length = 79,
		.indent = SLICE("    "),
		.headings_within = true,
		.order_by_type = true,
		.lines_between_sections = 1,
	};
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		*ARENA_PUSH(arena, &style->sections) = slice_of(sections[i]);
	style->default_section = 2;
}

/* ---- settings ---- */

/* Settings that change the order or the text in ways that are not known here. */
static bool has_unknown(const struct settings *settings)
{
	static const char *const keys[] = {"separate_packages", "formatter", "comment_prefix"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (settings_find(settings, keys[i]))
			return true;
	for (size_t i = 0; i < settings->count; i++)
		if (slice_starts_with(settings->items[i].key, SLICE("import_footer_")))
			return true;
	return false;
}

static void flags_read(struct style *style, const struct settings *settings)
{
	const struct {
		bool *field;
		const char *key;
	} flags[] = {
		{&style->trailing_comma, "include_trailing_comma"},
		{&style->use_parentheses, "use_parentheses"},
		{&style->balanced_wrapping, "balanced_wrapping"},
		{&style->newline_before_comments, "ensure_newline_before_comments"},
		{&style->force_single_line, "force_single_line"},
		{&style->force_sort_within_sections, "force_sort_within_sections"},
		{&style->combine_as, "combine_as_imports"},
		{&style->combine_star, "combine_star"},
		{&style->combine_straight, "combine_straight_imports"},
		{&style->from_first, "from_first"},
		{&style->star_first, "star_first"},
		{&style->reverse_sort, "reverse_sort"},
		{&style->only_sections, "only_sections"},
		{&style->no_inline_sort, "no_inline_sort"},
		{&style->order_by_type, "order_by_type"},
		{&style->case_sensitive, "case_sensitive"},
		{&style->lexicographical, "lexicographical"},
		{&style->group_by_package, "group_by_package"},
		{&style->reverse_relative, "reverse_relative"},
		{&style->sort_relative_in_force_sorted_sections,
		 "sort_relative_in_force_sorted_sections"},
		{&style->honor_case, "honor_case_in_force_sorted_sections"},
		{&style->length_sort, "length_sort"},
		{&style->length_sort_straight, "length_sort_straight"},
		{&style->case_blind_names, "force_alphabetical_sort_within_sections"},
		{&style->force_alphabetical_sort, "force_alphabetical_sort"},
		{&style->no_sections, "no_sections"},
		{&style->headings_within, "indented_import_headings"},
		{&style->dedup_headings, "dedup_headings"},
		{&style->ignore_comments, "ignore_comments"},
		{&style->honor_noqa, "honor_noqa"},
		{&style->comments_are_code, "treat_all_comments_as_code"},
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		*flags[i].field = settings_bool(settings, flags[i].key, *flags[i].field);
}

static void lists_read(struct style *style, const struct settings *settings)
{
	const struct {
		struct slices *field;
		const char *key;
	} lists[] = {
		{&style->force_to_top, "force_to_top"},
		{&style->no_lines_before, "no_lines_before"},
		{&style->single_line_exclusions, "single_line_exclusions"},
		{&style->src_paths, "src_paths"},
		{&style->constants, "constants"},
		{&style->classes, "classes"},
		{&style->variables, "variables"},
		{&style->length_sort_sections, "length_sort_sections"},
		{&style->forced_separate, "forced_separate"},
	};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		/* A profile's list is not added to. */
		if (settings_find(settings, lists[i].key))
			*lists[i].field = (struct slices){0};
		settings_list(settings, lists[i].key, style->arena, lists[i].field);
	}
	style->comments_are_code |= settings_find(settings, "treat_comments_as_code") != NULL;
}

static void numbers_read(struct style *style, const struct settings *settings)
{
	const struct {
		unsigned *field;
		const char *key;
	} numbers[] = {
		{&style->line_length, "line_length"},
		{&style->wrap_length, "wrap_length"},
		{&style->lines_between_sections, "lines_between_sections"},
		{&style->lines_between_types, "lines_between_types"},
		{&style->force_grid_wrap, "force_grid_wrap"},
	};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		*numbers[i].field = settings_number(settings, numbers[i].key, *numbers[i].field);
	if (settings_bool(settings, "force_grid_wrap", false) && !style->force_grid_wrap)
		style->force_grid_wrap = 1;
}

/* Four spaces, `4`, "Tab", or the characters themselves. */
static void indent_read(struct style *style, const struct settings *settings)
{
	const struct setting *setting = settings_find(settings, "indent");
	unsigned spaces = settings_number(settings, "indent", 0);
	struct buf out = {.arena = style->arena};
	struct slice written;

	if (!setting || !setting->values.count)
		return;
	written = setting->values.items[0];
	while (written.len && strchr("'\"", *written.ptr))
		written.ptr++, written.len--;
	while (written.len && strchr("'\"", written.ptr[written.len - 1]))
		written.len--;
	if (written.len == 3 && strncasecmp(written.ptr, "tab", 3) == 0)
		written = SLICE("\t");
	if (slice_equal_string(written, "\\t"))
		written = SLICE("\t");
	for (unsigned i = 0; i < spaces && i < 80; i++)
		buf_add_char(&out, ' ');
	style->indent = spaces ? buf_slice(&out) : written;
}

static void wrapping_read(struct style *style, const struct settings *settings)
{
	const struct setting *setting = settings_find(settings, "multi_line_output");

	if (setting && setting->values.count)
		style->sorts &= wrap_mode_read(setting->values.items[0], &style->wrap);
	indent_read(style, settings);
}

static void order_read(struct style *style, const struct settings *settings)
{
	const struct setting *setting = settings_find(settings, "sort_order");

	if (setting && setting->values.count) {
		style->native_order = slice_equal_string(setting->values.items[0], "native");
		style->sorts &= style->native_order ||
				slice_equal_string(setting->values.items[0], "natural");
	}
	if (style->force_alphabetical_sort) {
		style->case_blind_names = style->no_sections = style->from_first = true;
		style->lines_between_types = 1;
	}
}

static void settings_apply(struct style *style, const struct settings *settings)
{
	numbers_read(style, settings);
	flags_read(style, settings);
	lists_read(style, settings);
	wrapping_read(style, settings);
	order_read(style, settings);
	style->sorts &= !has_unknown(settings);
	/* One section whose modules are in the order of the sections that it has not. */
	style->sorts &=
		!style->only_sections || !style->no_sections || style->force_sort_within_sections;
	style->sorts &= sections_read(style, settings);
}

bool is_single_line(const struct style *style, struct slice module)
{
	if (!style->force_single_line)
		return false;
	for (size_t i = 0; i < style->single_line_exclusions.count; i++)
		if (slice_equal(style->single_line_exclusions.items[i], module))
			return false;
	return true;
}

/* ---- where settings stand ---- */

#define SETTINGS_MAX ((size_t)1 << 20)

/* The file's bytes; empty where it is not there or no honest settings file. */
static int settings_file(const struct style *style, struct slice path, struct slice *out,
			 struct pawl_error *error)
{
	enum blob_state state;
	struct entry entry;

	*out = (struct slice){0};
	if (snapshot_lookup(style->tree, path, &entry, error) < 0)
		return -1;
	if (!entry_is_blob(&entry))
		return 0;
	if (snapshot_read(style->tree, path, &entry, style->arena, out, &state, error) < 0)
		return -1;
	if (state != BLOB_READ || out->len > SETTINGS_MAX)
		*out = (struct slice){0};
	return 0;
}

/* isort's files, in its order; the first with a section of its own wins. */
static int isort_read(const struct style *style, struct slice folder, struct settings *out,
		      struct pawl_error *error)
{
	static const struct {
		const char *file, *section;
		bool toml;
	} places[] = {
		{".isort.cfg", "settings", false},	{".isort.cfg", "isort", false},
		{"pyproject.toml", "tool.isort", true}, {"setup.cfg", "isort", false},
		{"setup.cfg", "tool:isort", false},	{"tox.ini", "isort", false},
		{"tox.ini", "tool:isort", false},
	};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct slice path =
			slice_join(style->arena, folder, SLICE(""), slice_of(places[i].file));
		struct slice bytes;

		if (settings_file(style, path, &bytes, error) < 0)
			return -1;
		if (places[i].toml)
			settings_read_toml(style->arena, bytes, places[i].section, out);
		else
			settings_read_ini(style->arena, bytes, places[i].section, out);
		if (out->count)
			return 0;
	}
	return 0;
}

/* black's line length, and its settings where the folder holds some. */
static int black_read(const struct style *style, struct slice folder, struct settings *out,
		      struct pawl_error *error)
{
	struct slice bytes;

	if (settings_file(style,
			  slice_join(style->arena, folder, SLICE(""), SLICE("pyproject.toml")),
			  &bytes, error) < 0)
		return -1;
	settings_read_toml(style->arena, bytes, "tool.black", out);
	return 0;
}

/* The folder above, with its slash. False at the top. */
static bool folder_above(struct slice *folder)
{
	const char *slash;

	if (!folder->len)
		return false;
	slash = memrchr(folder->ptr, '/', folder->len - 1);
	folder->len = slash ? (size_t)(slash + 1 - folder->ptr) : 0;
	return true;
}

/* What was found, as one isort or another reads it. */
static void style_read(struct style *style, const struct settings *isort, unsigned black_length)
{
	const struct setting *profile = settings_find(isort, "profile");

	if (!isort->count)
		profile_black(style, black_length);
	else if (profile && profile->values.count)
		profile_apply(style, profile->values.items[0], 88);
	settings_apply(style, isort);
}

int style_of_path(struct arena *arena, struct snapshot *tree, struct slice path, struct style *out,
		  struct pawl_error *error)
{
	struct settings isort = {0}, black = {0};
	struct slice folder = slice_copy(arena, path);
	struct style *newer = arena_alloc(arena, sizeof *newer);

	style_defaults(out, arena, tree);
	while (folder.len && folder.ptr[folder.len - 1] != '/')
		folder.len--;
	do {
		if (!isort.count) {
			out->folder = folder;
			if (isort_read(out, folder, &isort, error) < 0)
				return -1;
		}
		if (!black.found && black_read(out, folder, &black, error) < 0)
			return -1;
	} while (folder_above(&folder));
	if (!isort.count)
		out->folder = SLICE("");
	style_defaults(newer, arena, tree);
	newer->folder = out->folder;
	newer->is_newer = true;
	out->newer = newer;
	style_read(out, &isort, settings_number(&black, "line_length", 88));
	style_read(newer, &isort, settings_number(&black, "line_length", 88));
	return 0;
}
