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
		.order_by_type = true,
		.lines_between_sections = 1,
	};
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		*ARENA_PUSH(arena, &style->sections) = slice_of(sections[i]);
	style->default_section = 2;
}

/* ---- profiles ---- */

static void profile_black(struct style *style, unsigned line_length)
{
	style->wrap = WRAP_VERTICAL_HANGING_INDENT;
	style->trailing_comma = true;
	style->use_parentheses = true;
	style->newline_before_comments = true;
	style->line_length = line_length;
}

static void profile_django(struct style *style)
{
	style->combine_as = true;
	style->trailing_comma = true;
	style->wrap = WRAP_VERTICAL_GRID_GROUPED;
	style->line_length = 79;
}

static void profile_google(struct style *style)
{
	static const char *const exclusions[] = {"collections.abc", "six.moves", "typing",
						 "typing_extensions"};

	style->force_single_line = true;
	style->force_sort_within_sections = true;
	style->lexicographical = true;
	style->line_length = 1000;
	style->order_by_type = false;
	style->group_by_package = true;
	for (size_t i = 0; i < sizeof exclusions / sizeof *exclusions; i++)
		*ARENA_PUSH(style->arena, &style->single_line_exclusions) = slice_of(exclusions[i]);
}

static void profile_apply(struct style *style, struct slice name, unsigned black_length)
{
	if (slice_equal_string(name, "black")) {
		profile_black(style, black_length);
	} else if (slice_equal_string(name, "hug")) {
		profile_black(style, 100);
		style->newline_before_comments = false;
	} else if (slice_equal_string(name, "wemake")) {
		profile_black(style, 80);
		style->newline_before_comments = false;
	} else if (slice_equal_string(name, "attrs")) {
		profile_black(style, 79);
		style->newline_before_comments = false;
		style->lines_between_types = 1;
	} else if (slice_equal_string(name, "pycharm")) {
		style->wrap = WRAP_VERTICAL_HANGING_INDENT;
		style->force_grid_wrap = 2;
	} else if (slice_equal_string(name, "django")) {
		profile_django(style);
	} else if (slice_equal_string(name, "google")) {
		profile_google(style);
	} else if (slice_equal_string(name, "plone")) {
		style->force_alphabetical_sort = true;
		style->force_single_line = true;
		style->line_length = 200;
	} else if (slice_equal_string(name, "open_stack")) {
		style->force_single_line = true;
		style->force_sort_within_sections = true;
		style->lexicographical = true;
	} else {
		style->sorts = false;
	}
}

/* ---- settings ---- */

/* Settings that change the order or the text in ways that are not known here. */
static bool has_unknown(const struct settings *settings)
{
	static const char *const flags[] = {
		"only_sections",     "star_first",	"combine_star",
		"float_to_top",	     "reverse_sort",	"no_inline_sort",
		"balanced_wrapping", "ignore_comments", "combine_straight_imports",
		"dedup_headings",
	};
	static const char *const keys[] = {
		"forced_separate",
		"separate_packages",
		"length_sort_sections",
		"sort_order",
		"formatter",
		"comment_prefix",
		"wrap_length",
		"indent",
		"add_imports",
		"indented_import_headings",
		"remove_imports",
		"default_section_name",
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (settings_bool(settings, flags[i], false))
			return true;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (settings_find(settings, keys[i]))
			return true;
	for (size_t i = 0; i < settings->count; i++)
		if (slice_starts_with(settings->items[i].key, SLICE("import_footer_")))
			return true;
	return false;
}

static unsigned section_find(const struct style *style, struct slice name, unsigned fallback)
{
	for (unsigned i = 0; i < style->sections.count; i++)
		if (slice_equal(style->sections.items[i], name))
			return i;
	return fallback;
}

/* The key that lists a section's modules: known_first_party for FIRSTPARTY. */
static struct slice known_key(struct style *style, const char *prefix, struct slice section)
{
	static const char *const names[][2] = {
		{"FUTURE", "future_library"},	 {"STDLIB", "standard_library"},
		{"THIRDPARTY", "third_party"},	 {"FIRSTPARTY", "first_party"},
		{"LOCALFOLDER", "local_folder"},
	};
	struct slice key;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_equal_string(section, names[i][0]))
			return slice_format(style->arena, "%s_%s", prefix, names[i][1]);
	key = slice_format(style->arena, "%s_%.*s", prefix, (int)section.len, section.ptr);
	for (size_t i = 0; i < key.len; i++)
		if (key.ptr[i] >= 'A' && key.ptr[i] <= 'Z')
			((char *)key.ptr)[i] = (char)(key.ptr[i] - 'A' + 'a');
	return key;
}

/* In isort's order: the last section's patterns first. */
static void known_read(struct style *style, const struct settings *settings)
{
	for (size_t i = style->sections.count; i > 0; i--) {
		struct slice section = style->sections.items[i - 1];
		struct slices patterns = {0};

		settings_list(settings, known_key(style, "known", section).ptr, style->arena,
			      &patterns);
		settings_list(settings, known_key(style, "extra", section).ptr, style->arena,
			      &patterns);
		for (size_t j = 0; j < patterns.count; j++) {
			struct known_pattern *known = ARENA_PUSH(style->arena, &style->known);

			known->pattern = slice_copy(style->arena, patterns.items[j]);
			known->section = (unsigned)(i - 1);
		}
	}
}

/* import_heading_firstparty = Ours: `# Ours`. False where it cannot be read. */
static bool headings_read(struct style *style, const struct settings *settings)
{
	bool any = false;

	for (size_t i = 0; i < style->sections.count; i++) {
		struct slice section = style->sections.items[i];
		struct slice key = slice_format(style->arena, "import_heading_%.*s",
						(int)section.len, section.ptr);
		const struct setting *setting;

		for (size_t j = 0; j < key.len; j++)
			if (key.ptr[j] >= 'A' && key.ptr[j] <= 'Z')
				((char *)key.ptr)[j] = (char)(key.ptr[j] - 'A' + 'a');
		setting = settings_find(settings, key.ptr);
		if (setting && setting->values.count > 1)
			return false;
		*ARENA_PUSH(style->arena, &style->headings) =
			setting && setting->values.count && setting->values.items[0].len
				? slice_join(style->arena, SLICE("#"), SLICE(" "),
					     setting->values.items[0])
				: (struct slice){0};
		any |= style->headings.items[i].len != 0;
	}
	return !any || !style->no_sections;
}

struct slice section_heading(const struct style *style, unsigned section)
{
	return section < style->headings.count ? style->headings.items[section] : (struct slice){0};
}

bool is_heading(const struct style *style, struct slice comment)
{
	for (size_t i = 0; i < style->headings.count; i++)
		if (comment.len && slice_equal(style->headings.items[i], comment))
			return true;
	return false;
}

static void settings_apply(struct style *style, const struct settings *settings)
{
	struct arena *arena = style->arena;
	const struct setting *setting;

	style->line_length = settings_number(settings, "line_length", style->line_length);
	setting = settings_find(settings, "multi_line_output");
	if (setting && setting->values.count &&
	    slice_equal_string(setting->values.items[0], "VERTICAL_HANGING_INDENT"))
		style->wrap = WRAP_VERTICAL_HANGING_INDENT;
	else
		style->wrap =
			(enum wrap_mode)settings_number(settings, "multi_line_output", style->wrap);
	if (style->wrap != WRAP_GRID && style->wrap != WRAP_VERTICAL_HANGING_INDENT &&
	    style->wrap != WRAP_VERTICAL_GRID && style->wrap != WRAP_VERTICAL_GRID_GROUPED)
		style->sorts = false;

#define FLAG(field, key) style->field = settings_bool(settings, key, style->field)
	FLAG(trailing_comma, "include_trailing_comma");
	FLAG(use_parentheses, "use_parentheses");
	FLAG(newline_before_comments, "ensure_newline_before_comments");
	FLAG(force_single_line, "force_single_line");
	FLAG(force_sort_within_sections, "force_sort_within_sections");
	FLAG(combine_as, "combine_as_imports");
	FLAG(from_first, "from_first");
	FLAG(order_by_type, "order_by_type");
	FLAG(case_sensitive, "case_sensitive");
	FLAG(lexicographical, "lexicographical");
	FLAG(group_by_package, "group_by_package");
	FLAG(reverse_relative, "reverse_relative");
	FLAG(sort_relative_in_force_sorted_sections, "sort_relative_in_force_sorted_sections");
	FLAG(honor_case, "honor_case_in_force_sorted_sections");
	FLAG(length_sort, "length_sort");
	FLAG(length_sort_straight, "length_sort_straight");
	FLAG(case_blind_names, "force_alphabetical_sort_within_sections");
	FLAG(no_sections, "no_sections");
	style->lines_between_sections =
		settings_number(settings, "lines_between_sections", style->lines_between_sections);
	style->lines_between_types =
		settings_number(settings, "lines_between_types", style->lines_between_types);
	style->force_grid_wrap =
		settings_number(settings, "force_grid_wrap", style->force_grid_wrap);
	FLAG(force_alphabetical_sort, "force_alphabetical_sort");
#undef FLAG
	if (style->force_alphabetical_sort) {
		style->case_blind_names = style->no_sections = style->from_first = true;
		style->lines_between_types = 1;
	}
	if (settings_bool(settings, "force_grid_wrap", false) && !style->force_grid_wrap)
		style->force_grid_wrap = 1;
	setting = settings_find(settings, "sections");
	if (setting) {
		style->sections = (struct slices){0};
		settings_list(settings, "sections", arena, &style->sections);
	}
	setting = settings_find(settings, "default_section");
	style->default_section = section_find(
		style,
		setting && setting->values.count ? setting->values.items[0] : SLICE("THIRDPARTY"),
		style->default_section);
	settings_list(settings, "force_to_top", arena, &style->force_to_top);
	settings_list(settings, "no_lines_before", arena, &style->no_lines_before);
	settings_list(settings, "single_line_exclusions", arena, &style->single_line_exclusions);
	settings_list(settings, "src_paths", arena, &style->src_paths);
	settings_list(settings, "constants", arena, &style->constants);
	settings_list(settings, "classes", arena, &style->classes);
	settings_list(settings, "variables", arena, &style->variables);
	known_read(style, settings);
	/* Whole lines by their lengths: not known here. */
	style->sorts &= !style->force_sort_within_sections ||
			!(style->length_sort || style->length_sort_straight);
	style->sorts &= !has_unknown(settings);
	style->sorts &= headings_read(style, settings);
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

int style_of_path(struct arena *arena, struct snapshot *tree, struct slice path, struct style *out,
		  struct pawl_error *error)
{
	struct settings isort = {0}, black = {0};
	const struct setting *profile;
	struct slice folder = slice_copy(arena, path);
	unsigned black_length;

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
	black_length = settings_number(&black, "line_length", 88);
	profile = settings_find(&isort, "profile");
	if (!isort.count)
		profile_black(out, black_length);
	else if (profile && profile->values.count)
		profile_apply(out, profile->values.items[0], 88);
	settings_apply(out, &isort);
	if (!isort.count)
		out->folder = SLICE("");
	return 0;
}
