/*
 * What .gitattributes does to texts on their way out. With `working-tree-encoding` git writes other
 * bytes into a working tree than the repository has, and Python runs those: any import can be
 * written so that no object shows it.
 */
#include <strings.h>

#include "judge.h"

#define ATTRIBUTE SLICE("working-tree-encoding=")

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The word at the start of the text, which may be empty. */
static struct slice word_of(struct slice text)
{
	size_t len = 0;

	while (len < text.len && !is_blank(text.ptr[len]))
		len++;
	return (struct slice){text.ptr, len};
}

static struct slice behind(struct slice text, const char *at)
{
	return (struct slice){at, (size_t)(text.ptr + text.len - at)};
}

/* Whether a line names any encoding but UTF-8, which changes nothing. The last one counts, but who
 * names two? */
static bool names_encoding(struct slice line)
{
	struct slice rest = line;

	for (const char *at; (at = slice_find(rest, ATTRIBUTE));) {
		struct slice word = word_of(behind(rest, at + ATTRIBUTE.len));

		if (at > line.ptr && is_blank(at[-1]) && !slice_equal_string(word, "UTF-8") &&
		    !slice_equal_string(word, "utf-8"))
			return true;
		rest = behind(rest, at + ATTRIBUTE.len);
	}
	return false;
}

/* What every path that the pattern matches ends in, so far as its bytes say. */
static struct slice literal_end(struct slice pattern)
{
	size_t start = pattern.len;

	while (start && !strchr("*?[]\\/\"", pattern.ptr[start - 1]))
		start--;
	return behind(pattern, pattern.ptr + start);
}

/* Whether some path may match both: false only where their ends differ, whatever core.ignoreCase
 * says. */
static bool may_meet(struct slice left, struct slice right)
{
	struct slice a = literal_end(left), b = literal_end(right);
	size_t len = a.len < b.len ? a.len : b.len;

	return strncasecmp(a.ptr + a.len - len, b.ptr + b.len - len, len) == 0;
}

/* Whether the line gives another encoding to a text that the policy reads, or to who knows what: it
 * defines a macro, or its pattern is quoted. */
static bool is_suspect(const struct policy *policy, struct slice line)
{
	struct slice pattern;

	while (line.len && is_blank(*line.ptr))
		line = behind(line, line.ptr + 1);
	if (!line.len || *line.ptr == '#' || !names_encoding(line))
		return false;
	pattern = word_of(line);
	if (*pattern.ptr == '"' || slice_starts_with(pattern, SLICE("[attr]")))
		return true;
	for (size_t i = 0; i < policy->include.count; i++)
		if (may_meet(pattern, policy->include.items[i]))
			return true;
	return false;
}

static bool next_line(struct slice *rest, struct slice *line)
{
	const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;

	*line = *rest;
	if (!rest->len)
		return false;
	if (end)
		line->len = (size_t)(end - rest->ptr);
	*rest = end ? behind(*rest, end + 1) : behind(*rest, rest->ptr + rest->len);
	return true;
}

static int text_read(struct judgement *judgement, struct snapshot *snapshot, struct slice path,
		     const struct entry *entry, struct slice *out, struct pawl_error *error)
{
	const char *why;
	int result = text_of_entry(snapshot, path, entry, judgement->arena, out, &why, error);

	/* git reads none that is larger than a limit of its own, or a link. */
	return result < 0 ? -1 : 0;
}

/* The lines of the bases, of which none is new. */
static int lines_known(struct judgement *judgement, const struct changed_path *path,
		       struct map *known, struct pawl_error *error)
{
	struct slice text, line;

	for (size_t i = 0; i < path->base_count; i++) {
		if (text_read(judgement, judgement->request->bases[i], path->path, &path->bases[i],
			      &text, error) < 0)
			return -1;
		while (slice_find(text, ATTRIBUTE) && next_line(&text, &line))
			map_put(known, line)->value = judgement;
	}
	return 0;
}

/* A finding for the first suspect line that no base has at this path. */
static int judge_one(struct judgement *judgement, const struct changed_path *path,
		     struct pawl_error *error)
{
	struct map known = {.arena = judgement->arena};
	struct slice text, line;
	unsigned number = 0;

	if (text_read(judgement, judgement->request->tip, path->path, &path->tip, &text, error) < 0)
		return -1;
	if (!slice_find(text, ATTRIBUTE))
		return 0;
	if (lines_known(judgement, path, &known, error) < 0)
		return -1;
	while (next_line(&text, &line)) {
		struct finding *finding;

		number++;
		if (!is_suspect(judgement->request->policy, line) || map_get(&known, line))
			continue;
		finding = finding_add(judgement, FINDING_UNREADABLE, path->path);
		finding->at.line = number;
		finding->at.column = 1;
		finding->statement = line;
		finding->note = SLICE("texts get other bytes on disk than pawl reads");
		break;
	}
	return 0;
}

bool path_is_attributes(struct slice path)
{
	const struct slice name = SLICE(".gitattributes");

	return slice_ends_with(path, name) &&
	       (path.len == name.len || path.ptr[path.len - name.len - 1] == '/');
}

int judge_attributes(struct judgement *judgement, struct pawl_error *error)
{
	for (size_t i = 0; i < judgement->attributes.count; i++)
		if (judge_one(judgement, &judgement->attributes.items[i], error) < 0)
			return -1;
	return 0;
}
