/*
 * CODEOWNERS: who owns a path, by the last pattern that matches it. Patterns are those of
 * gitignore(5) without `!` and ranges (GitHub's and GitLab's documentation of the file); a
 * pattern that ends in a star after a slash does not reach into folders.
 */
#include "pawl/policy.h"

#define OWNERS_LIMIT  ((size_t)3 << 20) /* GitHub reads no larger one */
#define PATTERN_LIMIT 256
#define RULES_LIMIT   20000

/* src/util/wildmatch.h in libgit2: see pattern.c. */
#define PATHNAME 2
int wildmatch(const char *pattern, const char *text, unsigned int flags);

struct owner_rule {
	const char *pattern; /* as wildmatch takes it, from the top of the tree */
	struct slice owners; /* as written, single blanks between; empty: nobody */
	bool folder;	     /* matches folders alone: what lies below is meant */
	bool flat;	     /* does not reach into folders */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The pattern at the start of a line, its escaped blanks taken literally by wildmatch. */
static struct slice take_pattern(struct slice *line)
{
	size_t len = 0;
	struct slice pattern;

	while (len < line->len && !is_blank(line->ptr[len]))
		len += line->ptr[len] == '\\' && len + 1 < line->len ? 2 : 1;
	pattern = (struct slice){line->ptr, len};
	line->ptr += len;
	line->len -= len;
	return pattern;
}

static struct slice take_owners(struct slice line, struct arena *arena)
{
	struct buf owners = {.arena = arena};

	buf_add_string(&owners, "");
	while (line.len) {
		size_t len = 0;

		while (line.len && is_blank(*line.ptr)) {
			line.ptr++;
			line.len--;
		}
		while (len < line.len && !is_blank(line.ptr[len]))
			len++;
		if (!len || *line.ptr == '#')
			break;
		buf_add_string(&owners, owners.len ? " " : "");
		buf_add(&owners, (struct slice){line.ptr, len});
		line.ptr += len;
		line.len -= len;
	}
	return buf_slice(&owners);
}

static void add_rule(struct owners *owners, struct slice line, struct arena *arena)
{
	struct slice pattern = take_pattern(&line);
	struct owner_rule rule = {.owners = take_owners(line, arena)};
	bool anchored;

	if (!pattern.len || pattern.len > PATTERN_LIMIT || owners->count >= RULES_LIMIT)
		return;
	rule.folder = pattern.ptr[pattern.len - 1] == '/';
	if (rule.folder)
		pattern.len--;
	rule.flat = slice_ends_with(pattern, SLICE("/*"));
	anchored = pattern.len && memchr(pattern.ptr, '/', pattern.len);
	if (pattern.len && *pattern.ptr == '/') {
		pattern.ptr++;
		pattern.len--;
	}
	rule.pattern =
		slice_join(arena, anchored ? SLICE("") : SLICE("**/"), SLICE(""), pattern).ptr;
	*ARENA_PUSH(arena, owners) = rule;
}

static void owners_parse(struct slice text, struct arena *arena, struct owners *out)
{
	while (text.len) {
		const char *end = memchr(text.ptr, '\n', text.len);
		struct slice line = {text.ptr, end ? (size_t)(end - text.ptr) : text.len};

		text.ptr += line.len + (end != NULL);
		text.len -= line.len + (end != NULL);
		while (line.len && is_blank(*line.ptr)) {
			line.ptr++;
			line.len--;
		}
		/* `[` and `^[` begin a section of GitLab's. */
		if (line.len && !strchr("#[^", *line.ptr))
			add_rule(out, line, arena);
	}
}

int owners_read(struct snapshot *snapshot, struct arena *arena, struct owners *out,
		struct pawl_error *error)
{
	static const char *const places[] = {".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS",
					     ".gitlab/CODEOWNERS"};

	*out = (struct owners){0};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct slice path = slice_of(places[i]), bytes;
		struct entry entry;
		enum blob_state state;

		if (snapshot_lookup(snapshot, path, &entry, error) < 0)
			return -1;
		if (!entry_is_blob(&entry))
			continue;
		if (snapshot_read(snapshot, path, &entry, arena, &bytes, &state, error) < 0)
			return -1;
		if (state != BLOB_READ || bytes.len > OWNERS_LIMIT)
			continue;
		out->there = true;
		owners_parse(bytes, arena, out);
		return 0;
	}
	return 0;
}

/* `path` is a copy that is cut at its slashes, from the right, and mended. */
static bool rule_matches(const struct owner_rule *rule, char *path)
{
	size_t len = strlen(path);
	bool matches = !rule->folder && wildmatch(rule->pattern, path, PATHNAME) == 0;

	for (size_t at = len; at-- > 0 && !matches && !rule->flat;)
		if (path[at] == '/') {
			path[at] = '\0';
			matches = wildmatch(rule->pattern, path, PATHNAME) == 0;
		}
	for (size_t at = 0; at < len; at++)
		if (!path[at])
			path[at] = '/';
	return matches;
}

struct slice owners_of(const struct owners *owners, struct slice path, struct arena *arena)
{
	char *copy = (char *)(uintptr_t)slice_copy(arena, path).ptr;

	for (size_t i = owners->count; i-- > 0;)
		if (rule_matches(&owners->items[i], copy))
			return owners->items[i].owners;
	return (struct slice){"", 0};
}
