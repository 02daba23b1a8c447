/*
 * The baseline in memory and as a text (B1).
 *
 * One order holds in both: that of the lines as they are written, so that `LC_ALL=C sort` of the
 * entries changes nothing. For all paths without odd bytes that is the order of path, then symbol,
 * bytewise: the TAB behind a path sorts before every byte that a written path can hold.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "baseline.h"

#define HEADER                                                                                     \
	"# pawl baseline 1: path TAB symbol TAB count. Shrink it by `pawl ratchet`, never by "     \
	"hand."

/* Bytes that are written as an escape: `\` itself, and what would end a field, a line, or disturb a
 * terminal. */
static bool byte_is_odd(unsigned char c)
{
	return c < 0x20 || c == 0x7f || c == '\\';
}

static const char *byte_written(unsigned char c, char out[5])
{
	switch (c) {
	case '\t':
		return "\\t";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\\':
		return "\\\\";
	default:
		snprintf(out, 5, byte_is_odd(c) ? "\\%03o" : "%c", c);
		return out;
	}
}

static int compare_written(struct slice a, struct slice b)
{
	size_t shorter = a.len < b.len ? a.len : b.len, at = 0;
	char a_byte[5], b_byte[5];

	while (at < shorter && a.ptr[at] == b.ptr[at])
		at++;
	if (at == shorter)
		return (a.len > b.len) - (a.len < b.len);
	/* No written byte is the beginning of another's. */
	return strcmp(byte_written((unsigned char)a.ptr[at], a_byte),
		      byte_written((unsigned char)b.ptr[at], b_byte));
}

int baseline_entry_compare(const struct baseline_entry *a, const struct baseline_entry *b)
{
	int order = compare_written(a->path, b->path);

	return order ? order : compare_written(a->symbol, b->symbol);
}

static int compare_entries(const void *a, const void *b)
{
	return baseline_entry_compare(a, b);
}

void baseline_add(struct arena *arena, struct baseline *baseline, struct slice path,
		  struct slice symbol, uint64_t count)
{
	if (count)
		*ARENA_PUSH(arena, baseline) = (struct baseline_entry){path, symbol, count, 0};
}

void baseline_order(struct baseline *baseline)
{
	if (baseline->count)
		qsort(baseline->items, baseline->count, sizeof *baseline->items, compare_entries);
}

void baseline_sort(struct baseline *baseline)
{
	size_t kept = 0;

	if (!baseline->count)
		return;
	baseline_order(baseline);
	for (size_t i = 1; i < baseline->count; i++) {
		struct baseline_entry *last = &baseline->items[kept], *entry = &baseline->items[i];

		if (baseline_entry_compare(last, entry) == 0)
			last->count += entry->count;
		else
			baseline->items[++kept] = *entry;
	}
	baseline->count = kept + 1;
}

struct baseline_entry *baseline_find(const struct baseline *baseline, struct slice path,
				     struct slice symbol)
{
	struct baseline_entry key = {path, symbol, 0, 0};

	if (!baseline->count)
		return NULL;
	return bsearch(&key, baseline->items, baseline->count, sizeof key, compare_entries);
}

static int compare_to_path(const void *path, const void *item)
{
	const struct baseline_entry *entry = item;

	return compare_written(*(const struct slice *)path, entry->path);
}

bool baseline_names(const struct baseline *baseline, struct slice path)
{
	return baseline->count && bsearch(&path, baseline->items, baseline->count,
					  sizeof *baseline->items, compare_to_path);
}

uint64_t baseline_count(const struct baseline *baseline, struct slice path, struct slice symbol)
{
	const struct baseline_entry *found = baseline_find(baseline, path, symbol);

	return found ? found->count : 0;
}

uint64_t baseline_total(const struct baseline *baseline)
{
	uint64_t total = 0;

	for (size_t i = 0; i < baseline->count; i++)
		total += baseline->items[i].count;
	return total;
}

static void write_field(struct buf *out, struct slice field)
{
	while (field.len) {
		struct slice plain = {field.ptr, 0};
		char byte[5];

		while (plain.len < field.len && !byte_is_odd((unsigned char)plain.ptr[plain.len]))
			plain.len++;
		buf_add(out, plain);
		field.ptr += plain.len;
		field.len -= plain.len;
		if (field.len) {
			buf_add_string(out, byte_written((unsigned char)*field.ptr++, byte));
			field.len--;
		}
	}
}

struct slice baseline_format(struct arena *arena, const struct baseline *baseline)
{
	struct buf out = {.arena = arena};

	buf_add_string(&out, HEADER "\n");
	for (size_t i = 0; i < baseline->count; i++) {
		write_field(&out, baseline->items[i].path);
		buf_add_char(&out, '\t');
		write_field(&out, baseline->items[i].symbol);
		buf_add_format(&out, "\t%" PRIu64 "\n", baseline->items[i].count);
	}
	return buf_slice(&out);
}
