/*
 * Reads a baseline, also one in which a merge left conflict markers (B4).
 *
 * With the markers, the text is three: what stands outside them is in all three, and B3 merges
 * them. A style without the base's part leaves that hunk's base empty. Then each entry of either
 * side stays, at the larger of its counts: nothing that the tree may need is lost, what is too much
 * is slack, and `ratchet` takes it. A base's part that holds markers itself (a merge of several
 * bases) is taken as empty for the same reason.
 */
#include "baseline.h"

#define MAX_COUNT    ((uint64_t)1 << 31)
#define HEADER_START "# pawl baseline "

enum side { SIDE_ALL, SIDE_OURS, SIDE_BASE, SIDE_THEIRS };

struct reader {
	struct arena *arena;
	struct slice file;
	bool strict;
	struct pawl_error *error;
	unsigned line;
	enum side side;
	bool base_skipped; /* the hunk's base has markers of its own */
	size_t base_start; /* how many entries base had before this hunk */
	unsigned hunk_line;
	struct baseline ours, base, theirs; /* `ours` alone where there is no marker */
	bool conflicted;
};

static int fail(struct reader *reader, const char *what)
{
	return pawl_error_set(reader->error, PAWL_ERROR_POLICY, "%.*s:%u: %s",
			      (int)reader->file.len, reader->file.ptr, reader->line, what);
}

/* ---- entries ---- */

/* The one byte that an escape stands for; 0 where it is none that baseline_format() writes. */
static unsigned char unescape(struct slice escape, size_t *len)
{
	static const char letters[] = "t\tn\nr\r\\\\";
	const char *letter;
	unsigned value = 0;

	*len = 2;
	if (escape.len < 2)
		return 0;
	letter = strchr("tnr\\", escape.ptr[1]);
	if (letter && *letter)
		return (unsigned char)strchr(letters, *letter)[1];
	*len = 4;
	for (size_t i = 1; i < 4; i++) {
		if (i >= escape.len || escape.ptr[i] < '0' || escape.ptr[i] > '7')
			return 0;
		value = value * 8 + (unsigned)(escape.ptr[i] - '0');
	}
	if (strchr("\t\n\r", (int)value) || (value >= 0x20 && value != 0x7f))
		return 0; /* each byte is written in one way only, or two lines could be one entry
			   */
	return (unsigned char)value;
}

/* Takes the escapes out of a field, in place of which it gives a copy where there are any. */
static bool field_read(struct arena *arena, struct slice raw, struct slice *out)
{
	struct buf plain = {.arena = arena};
	bool escaped = false;

	*out = raw;
	for (size_t i = 0; i < raw.len; i++) {
		unsigned char c = (unsigned char)raw.ptr[i];

		if (c < 0x20 || c == 0x7f)
			return false;
		escaped = escaped || c == '\\';
	}
	if (!escaped)
		return raw.len > 0;
	while (raw.len) {
		size_t len = 1;
		char c = *raw.ptr;

		if (c == '\\') {
			c = (char)unescape(raw, &len);
			if (!c)
				return false;
		}
		buf_add_char(&plain, c);
		raw.ptr += len;
		raw.len -= len;
	}
	*out = buf_slice(&plain);
	return true;
}

static bool count_read(struct slice raw, uint64_t *out)
{
	uint64_t count = 0;

	if (!raw.len || raw.len > 10 || *raw.ptr == '0')
		return false;
	for (size_t i = 0; i < raw.len; i++) {
		if (raw.ptr[i] < '0' || raw.ptr[i] > '9')
			return false;
		count = count * 10 + (uint64_t)(raw.ptr[i] - '0');
	}
	*out = count;
	return count <= MAX_COUNT;
}

static int order_check(struct reader *reader, const struct baseline_entry *entry)
{
	int order;

	if (!reader->strict || !reader->ours.count)
		return 0;
	order = baseline_entry_compare(&reader->ours.items[reader->ours.count - 1], entry);
	if (order == 0)
		return fail(reader, "this entry is there twice");
	if (order > 0)
		return fail(reader, "not sorted: this entry belongs before the line above (`pawl "
				    "ratchet` sorts)");
	return 0;
}

static int entry_read(struct reader *reader, struct slice line)
{
	struct baseline_entry entry = {.line = reader->line};
	const char *tab = memchr(line.ptr, '\t', line.len);
	const char *second =
		tab ? memchr(tab + 1, '\t', line.len - (size_t)(tab + 1 - line.ptr)) : NULL;
	const char *end = line.ptr + line.len;

	if (!second)
		return fail(reader, "no entry: path TAB symbol TAB count");
	if (!field_read(reader->arena, (struct slice){line.ptr, (size_t)(tab - line.ptr)},
			&entry.path) ||
	    !field_read(reader->arena, (struct slice){tab + 1, (size_t)(second - tab - 1)},
			&entry.symbol))
		return fail(reader, "a path and a symbol are needed, odd bytes as \\t, \\n, \\r, "
				    "\\\\ or \\ooo");
	if (!count_read((struct slice){second + 1, (size_t)(end - second - 1)}, &entry.count))
		return fail(reader, "the count is no number from 1 to 2147483648");
	if (order_check(reader, &entry))
		return -1;
	if (reader->side == SIDE_ALL || reader->side == SIDE_OURS)
		*ARENA_PUSH(reader->arena, &reader->ours) = entry;
	if (reader->strict)
		return 0; /* one text is enough: conflict markers are an error */
	if (reader->side == SIDE_ALL || (reader->side == SIDE_BASE && !reader->base_skipped))
		*ARENA_PUSH(reader->arena, &reader->base) = entry;
	if (reader->side == SIDE_ALL || reader->side == SIDE_THEIRS)
		*ARENA_PUSH(reader->arena, &reader->theirs) = entry;
	return 0;
}

/* ---- conflict markers ---- */

/* `<`, `|`, `=` or `>` where the line is a marker of git's: seven of them, or more within a base;
 * else 0. */
static char marker_of(struct slice line, size_t *len)
{
	char c = line.len ? *line.ptr : 0;

	for (*len = 0; *len < line.len && line.ptr[*len] == c;)
		++*len;
	if (!c || !strchr("<|=>", c) || *len < 7 || memchr(line.ptr, '\t', line.len))
		return 0;
	return *len == line.len || line.ptr[*len] == ' ' ? c : 0;
}

static int marker_take(struct reader *reader, char marker)
{
	enum side side = reader->side;

	if (marker == '<' && side == SIDE_ALL) {
		reader->side = SIDE_OURS;
		reader->base_skipped = false;
		reader->base_start = reader->base.count;
		reader->hunk_line = reader->line;
	} else if (marker == '|' && side == SIDE_OURS) {
		reader->side = SIDE_BASE;
	} else if (marker == '=' && (side == SIDE_OURS || side == SIDE_BASE)) {
		reader->side = SIDE_THEIRS;
	} else if (marker == '>' && side == SIDE_THEIRS) {
		reader->side = SIDE_ALL;
	} else {
		return fail(reader, "a conflict marker out of place");
	}
	reader->conflicted = true;
	return 0;
}

/* 1 where the line was a marker; 0; -1. */
static int marker_read(struct reader *reader, struct slice line)
{
	size_t len;
	char marker = marker_of(line, &len);

	if (!marker)
		return 0;
	if (reader->strict)
		return fail(reader, "a conflict marker: `pawl ratchet` resolves it");
	if (len > 7 && reader->side == SIDE_BASE) {
		reader->base_skipped = true;
		reader->base.count = reader->base_start;
		return 1;
	}
	return marker_take(reader, marker) ? -1 : 1;
}

/* ---- the whole ---- */

static int line_read(struct reader *reader, struct slice line)
{
	int marker = marker_read(reader, line);

	if (marker)
		return marker > 0 ? 0 : -1;
	if (slice_starts_with(line, SLICE(HEADER_START)) && !memchr(line.ptr, '\t', line.len)) {
		if (!slice_starts_with(line, SLICE(HEADER_START "1:")))
			return fail(reader, "a baseline of another version of pawl");
		if (reader->strict && reader->line > 1)
			return fail(reader, "the header is there twice");
		return 0;
	}
	if (reader->strict && reader->line == 1)
		return fail(reader, "no header: `" HEADER_START "1: …` is the first line");
	return entry_read(reader, line);
}

static int lines_read(struct reader *reader, struct slice rest)
{
	while (rest.len) {
		const char *end = memchr(rest.ptr, '\n', rest.len);
		struct slice line = {rest.ptr, end ? (size_t)(end - rest.ptr) : rest.len};

		reader->line++;
		rest.ptr += line.len + (end != NULL);
		rest.len -= line.len + (end != NULL);
		if (!end && reader->strict)
			return fail(reader, "the last line has no end");
		if (!reader->strict && line.len && line.ptr[line.len - 1] == '\r')
			line.len--; /* a checkout with core.autocrlf */
		if (!line.len && !reader->strict)
			continue;
		if (line_read(reader, line))
			return -1;
	}
	if (reader->side == SIDE_ALL)
		return 0;
	reader->line = reader->hunk_line;
	return fail(reader, "a conflict without its end");
}

/* What a merge by lines left twice, counted once, at its larger count; sorted. */
static void settle(struct baseline *baseline)
{
	struct baseline_entry *items = baseline->items;
	size_t kept = 0;

	baseline_order(baseline);
	for (size_t i = 0; i < baseline->count; i++) {
		if (!kept || baseline_entry_compare(&items[kept - 1], &items[i]) != 0)
			items[kept++] = items[i];
		else if (items[kept - 1].count < items[i].count)
			items[kept - 1].count = items[i].count;
	}
	baseline->count = kept;
}

int baseline_parse(struct arena *arena, struct slice bytes, struct slice file, bool strict,
		   struct baseline *out, struct pawl_error *error)
{
	struct reader reader = {.arena = arena, .file = file, .strict = strict, .error = error};

	*out = (struct baseline){0};
	if (strict && !bytes.len) {
		out->wrong_line = reader.line = 1;
		return fail(&reader, "no header: the file is empty");
	}
	if (lines_read(&reader, bytes)) {
		out->wrong_line = reader.line;
		return -1;
	}
	settle(&reader.ours);
	*out = reader.ours;
	if (!reader.conflicted)
		return 0;
	settle(&reader.base);
	settle(&reader.theirs);
	baseline_merge(arena, &reader.base, &reader.ours, &reader.theirs, out);
	out->conflicted = true;
	return 0;
}
