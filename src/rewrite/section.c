/* Which section a module goes to: isort's place.py. */
#include "style.h"

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

int section_of(const struct style *style, struct slice module, unsigned *out,
	       struct pawl_error *error)
{
	const char *dot = memchr(module.ptr, '.', module.len);
	struct slice root = {module.ptr, dot ? (size_t)(dot - module.ptr) : module.len};
	int found = -1;
	bool first_party;

	if (module.len && *module.ptr == '.')
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
