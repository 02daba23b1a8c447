/* The sections, and which one a module goes to: isort's place.py. */
#include "style.h"

/* ---- settings ---- */

static unsigned section_find(const struct style *style, struct slice name, unsigned fallback)
{
	for (unsigned i = 0; i < style->sections.count; i++)
		if (slice_equal(style->sections.items[i], name))
			return i;
	return fallback;
}

/* "known_mono" of MONO. */
static struct slice section_key(struct style *style, const char *prefix, struct slice section)
{
	struct slice key =
		slice_format(style->arena, "%s_%.*s", prefix, (int)section.len, section.ptr);

	for (size_t i = 0; i < key.len; i++)
		if (key.ptr[i] >= 'A' && key.ptr[i] <= 'Z')
			((char *)key.ptr)[i] = (char)(key.ptr[i] - 'A' + 'a');
	return key;
}

/* The key that lists a section's modules: known_first_party for FIRSTPARTY. */
static struct slice known_key(struct style *style, const char *prefix, struct slice section)
{
	static const char *const names[][2] = {
		{"FUTURE", "future_library"},	 {"STDLIB", "standard_library"},
		{"THIRDPARTY", "third_party"},	 {"FIRSTPARTY", "first_party"},
		{"LOCALFOLDER", "local_folder"},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_equal_string(section, names[i][0]))
			return slice_format(style->arena, "%s_%s", prefix, names[i][1]);
	return section_key(style, prefix, section);
}

/* In isort's order: the last section's patterns first. */
static void known_read(struct style *style, const struct settings *settings)
{
	for (size_t i = style->sections.count; i > 0; i--) {
		struct slice section = style->sections.items[i - 1];
		struct slices patterns = {0};

		settings_list(settings, known_key(style, "known", section).ptr, style->arena,
			      &patterns);
		if (!patterns.count)
			settings_list(settings, section_key(style, "known", section).ptr,
				      style->arena, &patterns);
		settings_list(settings, known_key(style, "extra", section).ptr, style->arena,
			      &patterns);
		for (size_t j = 0; j < patterns.count; j++) {
			struct known_pattern *known = ARENA_PUSH(style->arena, &style->known);

			known->pattern = slice_copy(style->arena, patterns.items[j]);
			known->section = (unsigned)(i - 1);
		}
	}
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

/* import_heading_firstparty = Ours: `# Ours`. False where it cannot be read. */
static bool heading_read(struct style *style, const struct settings *settings, struct slice section,
			 struct slice *out)
{
	bool all = style->no_sections && !slice_equal_string(section, "FUTURE");
	const struct setting *setting = settings_find(
		settings,
		section_key(style, "import_heading", all ? SLICE("no_sections") : section).ptr);

	*out = (struct slice){0};
	if (setting && setting->values.count > 1)
		return false;
	if (setting && setting->values.count && setting->values.items[0].len)
		*out = slice_join(style->arena, SLICE("#"), SLICE(" "), setting->values.items[0]);
	return !style->dedup_headings || !is_heading(style, *out);
}

static bool headings_read(struct style *style, const struct settings *settings)
{
	for (size_t i = 0; i < style->sections.count; i++) {
		struct slice heading;

		if (!heading_read(style, settings, style->sections.items[i], &heading))
			return false;
		*ARENA_PUSH(style->arena, &style->headings) = heading;
	}
	return true;
}

bool sections_read(struct style *style, const struct settings *settings)
{
	const struct setting *setting = settings_find(settings, "default_section");
	struct slices sections = {0};
	bool none;

	settings_list(settings, "sections", style->arena, &sections);
	none = settings_find(settings, "sections") && !sections.count;
	if (sections.count)
		style->sections = sections;
	style->default_section = section_find(
		style,
		setting && setting->values.count ? setting->values.items[0] : SLICE("THIRDPARTY"),
		(unsigned)style->sections.count);
	/* isort fails where a module has no section: it has passed no text with one. */
	if (style->default_section == style->sections.count)
		style->default_section--;
	known_read(style, settings);
	for (size_t i = 0; i < style->forced_separate.count; i++)
		*ARENA_PUSH(style->arena, &style->sections) = style->forced_separate.items[i];
	return headings_read(style, settings) && !none;
}

/* ---- placing ---- */

/* As fnmatch without brackets; a module name is short. */
static bool matches(struct slice pattern, struct slice name)
{
	size_t p = 0, n = 0, star = SIZE_MAX, retry = 0;

	while (n < name.len) {
		if (p < pattern.len && pattern.ptr[p] == '*') {
			star = p++;
			retry = n;
		} else if (p < pattern.len &&
			   (pattern.ptr[p] == '?' || pattern.ptr[p] == name.ptr[n])) {
			p++;
			n++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			n = ++retry;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.ptr[p] == '*')
		p++;
	return p == pattern.len;
}

static int find(const struct style *style, const char *name)
{
	for (size_t i = 0; i < style->sections.count; i++)
		if (slice_equal_string(style->sections.items[i], name))
			return (int)i;
	return -1;
}

/* The longest prefix of the module that a pattern names. */
static int known_section(const struct style *style, struct slice module)
{
	for (;;) {
		const char *dot;

		for (size_t i = 0; i < style->known.count; i++)
			if (matches(style->known.items[i].pattern, module))
				return (int)style->known.items[i].section;
		dot = memrchr(module.ptr, '.', module.len);
		if (!dot)
			return -1;
		module.len = (size_t)(dot - module.ptr);
	}
}

static int is_there(const struct style *style, struct slice folder, struct slice name, bool *out,
		    struct pawl_error *error)
{
	struct slice path = slice_join(style->arena, folder, SLICE(""), name);
	struct entry entry;

	if (snapshot_lookup(style->tree, path, &entry, error) < 0)
		return -1;
	*out = entry_is_tree(&entry);
	if (*out)
		return 0;
	path = slice_join(style->arena, path, SLICE(""), SLICE(".py"));
	if (snapshot_lookup(style->tree, path, &entry, error) < 0)
		return -1;
	*out = entry_is_blob(&entry) || entry_is_link(&entry);
	return 0;
}

/* "./src/" of a settings file in `folder`, as a folder of the tree with its slash. */
static struct slice source_folder(const struct style *style, struct slice written)
{
	while (slice_starts_with(written, SLICE("./")))
		written.ptr += 2, written.len -= 2;
	while (written.len && written.ptr[written.len - 1] == '/')
		written.len--;
	if (!written.len || slice_equal_string(written, "."))
		return style->folder;
	return slice_format(style->arena, "%.*s%.*s/", (int)style->folder.len, style->folder.ptr,
			    (int)written.len, written.ptr);
}

static int is_first_party(const struct style *style, struct slice module, bool *out,
			  struct pawl_error *error)
{
	const char *dot = memchr(module.ptr, '.', module.len);
	struct slice root = {module.ptr, dot ? (size_t)(dot - module.ptr) : module.len};
	struct slice usual[] = {SLICE("src"), SLICE(".")};
	struct slices folders = style->src_paths;

	if (!folders.count)
		folders = (struct slices){usual, 2, 2};
	*out = false;
	for (size_t i = 0; i < folders.count && !*out; i++) {
		struct slice folder = source_folder(style, folders.items[i]);
		struct slice bare = folder;

		if (is_there(style, folder, root, out, error) < 0)
			return -1;
		/* A source folder that has the module's own name is the module. */
		while (bare.len && bare.ptr[bare.len - 1] == '/')
			bare.len--;
		if (bare.len && slice_ends_with(bare, root) &&
		    (bare.len == root.len || bare.ptr[bare.len - root.len - 1] == '/')) {
			struct entry entry;

			if (snapshot_lookup(style->tree, bare, &entry, error) < 0)
				return -1;
			*out |= entry_is_tree(&entry);
		}
	}
	return 0;
}

/* forced_separate = a: what begins with that, relative or not, is a section of its own. */
static int forced_section(const struct style *style, struct slice module)
{
	size_t first = style->sections.count - style->forced_separate.count;

	for (size_t i = 0; i < style->forced_separate.count; i++) {
		struct slice pattern = style->forced_separate.items[i];

		if (!slice_ends_with(pattern, SLICE("*")))
			pattern = slice_join(style->arena, pattern, SLICE(""), SLICE("*"));
		if (matches(pattern, module) ||
		    matches(slice_join(style->arena, SLICE("."), SLICE(""), pattern), module))
			return (int)(first + i);
	}
	return -1;
}

int section_of(const struct style *style, struct slice module, unsigned *out,
	       struct pawl_error *error)
{
	const char *dot = memchr(module.ptr, '.', module.len);
	struct slice root = {module.ptr, dot ? (size_t)(dot - module.ptr) : module.len};
	int found = forced_section(style, module);
	bool first_party;

	if (found < 0 && module.len && *module.ptr == '.')
		found = find(style, "LOCALFOLDER");
	if (found < 0)
		found = known_section(style, module);
	if (found < 0 && slice_equal_string(root, "__future__"))
		found = find(style, "FUTURE");
	if (found < 0 && is_standard_library(root))
		found = find(style, "STDLIB");
	if (found < 0) {
		if (is_first_party(style, module, &first_party, error) < 0)
			return -1;
		if (first_party)
			found = find(style, "FIRSTPARTY");
	}
	*out = found < 0 ? style->default_section : (unsigned)found;
	/* Which section all others are is all the same. */
	if (style->no_sections && !slice_equal_string(style->sections.items[*out], "FUTURE"))
		*out = style->default_section;
	return 0;
}

static bool has_no_lines_before(const struct style *style, unsigned section)
{
	for (size_t i = 0; i < style->no_lines_before.count; i++)
		if (slice_equal(style->no_lines_before.items[i], style->sections.items[section]))
			return true;
	return false;
}

unsigned blank_lines(const struct style *style, unsigned section, bool from, unsigned next_section,
		     bool next_from)
{
	if (section == next_section)
		return from != next_from && !style->force_sort_within_sections
			       ? style->lines_between_types
			       : 0;
	if (style->no_sections)
		return style->lines_between_sections;
	/* Sections between the two that the text has nothing of ask for their lines, too. */
	for (unsigned i = section < next_section ? section + 1 : next_section; i <= next_section;
	     i++)
		if (!has_no_lines_before(style, i))
			return style->lines_between_sections;
	return 0;
}
