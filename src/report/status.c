/* What is left, as tables with bars within 80 columns, or as JSON. */
#include <inttypes.h>
#include <stdio.h>

#include "layout.h"

#define WIDTH	    80
#define NAME_WIDTH  44
#define COUNT_WIDTH 8
#define BAR_WIDTH   (WIDTH - 2 - NAME_WIDTH - 2 * COUNT_WIDTH - 2)
#define ROWS_SHOWN  12

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* A name in its column: of one that is too long the end is kept, which tells paths apart. */
static void add_name(struct buf *out, struct slice raw)
{
	struct slice name = escaped(out->arena, raw);
	size_t columns = text_columns(name);

	if (columns > NAME_WIDTH) {
		while (columns > NAME_WIDTH - 1) {
			do {
				name.ptr++;
				name.len--;
			} while (name.len && ((unsigned char)*name.ptr & 0xc0) == 0x80);
			columns = text_columns(name);
		}
		buf_add_string(out, "…");
		columns++;
	}
	buf_add(out, name);
	buf_add_format(out, "%*s", (int)(NAME_WIDTH - columns), "");
}

/* Eighths of a column, so that small counts still differ for the eye. */
static void add_bar(struct buf *out, uint64_t count, uint64_t most)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	uint64_t length = most ? (count * BAR_WIDTH * 8 + most - 1) / most : 0;

	for (uint64_t i = 0; i < length / 8; i++)
		buf_add_string(out, "█");
	buf_add_string(out, eighths[length % 8]);
}

static void add_change(struct buf *out, const struct status_row *row)
{
	char text[32] = "=";

	if (row->count > row->before)
		snprintf(text, sizeof text, "+%" PRIu64, row->count - row->before);
	else if (row->count < row->before)
		snprintf(text, sizeof text, "-%" PRIu64, row->before - row->count);
	buf_add_format(out, "%*s", COUNT_WIDTH, text);
}

static void add_table(struct buf *out, const struct status *status, const char *title,
		      const struct status_rows *rows)
{
	uint64_t most = rows->count ? rows->items[0].count : 0;

	buf_add_format(out, "\n%s\n", title);
	for (size_t i = 0; i < rows->count && i < ROWS_SHOWN; i++) {
		const struct status_row *row = &rows->items[i];

		buf_add_string(out, "  ");
		add_name(out, row->name);
		buf_add_format(out, "%*" PRIu64, COUNT_WIDTH, row->count);
		if (status->compared)
			add_change(out, row);
		if (row->count) {
			buf_add_string(out, "  ");
			add_bar(out, row->count, most);
		}
		buf_add_char(out, '\n');
	}
	if (rows->count > ROWS_SHOWN)
		buf_add_format(out, "  and %zu more\n", rows->count - ROWS_SHOWN);
}

static void add_deadlines(struct buf *out, const struct status *status, struct slice today)
{
	for (size_t i = 0; i < status->policy->count; i++) {
		const struct facade_policy *facade = &status->policy->items[i];

		if (!facade->deadline.len)
			continue;
		buf_add(out, escaped(out->arena, facade->name));
		buf_add_format(out, ": deadline %.*s%s%s\n", (int)facade->deadline.len,
			       facade->deadline.ptr,
			       facade_is_overdue(facade, today) ? ", passed" : "",
			       facade_is_overdue(facade, today) &&
					       facade->after_deadline == AFTER_DEADLINE_REJECT
				       ? ": files with uses are rejected until they are fixed"
				       : "");
	}
}

struct slice report_status_text(struct arena *arena, const struct status *status,
				struct slice today)
{
	struct buf out = {.arena = arena};

	buf_add_format(&out, "%" PRIu64 " use%s left in %" PRIu64 " file%s", status->uses,
		       plural(status->uses), status->files, plural(status->files));
	if (status->exceptions)
		buf_add_format(&out, ", %" PRIu64 " exception%s", status->exceptions,
			       plural(status->exceptions));
	if (status->compared)
		buf_add_format(&out, "; since %s %" PRIu64 " gone, %" PRIu64 " new",
			       escaped(arena, status->since).ptr, status->gone, status->added);
	buf_add_char(&out, '\n');
	add_deadlines(&out, status, today);
	if (!status->uses && !status->compared)
		return buf_slice(&out);
	add_table(&out, status, "by facade", &status->facades);
	add_table(&out, status, "by directory", &status->folders);
	add_table(&out, status, "by symbol", &status->symbols);
	if (status->owned)
		add_table(&out, status, "by owner (CODEOWNERS)", &status->owners);
	return buf_slice(&out);
}

/* ---- JSON ---- */

static void add_rows(struct json *json, const char *key, const struct status *status,
		     const struct status_rows *rows)
{
	json_key(json, key);
	json_array_open(json);
	for (size_t i = 0; i < rows->count; i++) {
		json_object_open(json);
		json_key(json, "name");
		json_string(json, rows->items[i].name);
		json_key(json, "uses");
		json_number(json, rows->items[i].count);
		if (status->compared) {
			json_key(json, "before");
			json_number(json, rows->items[i].before);
		}
		json_object_close(json);
	}
	json_array_close(json);
}

static void add_deadline_objects(struct json *json, const struct status *status, struct slice today)
{
	json_key(json, "deadlines");
	json_array_open(json);
	for (size_t i = 0; i < status->policy->count; i++) {
		const struct facade_policy *facade = &status->policy->items[i];

		if (!facade->deadline.len)
			continue;
		json_object_open(json);
		json_key(json, "facade");
		json_string(json, facade->name);
		json_key(json, "deadline");
		json_string(json, facade->deadline);
		json_key(json, "passed");
		json_bool(json, facade_is_overdue(facade, today));
		json_object_close(json);
	}
	json_array_close(json);
}

static void add_number(struct json *json, const char *key, uint64_t value)
{
	json_key(json, key);
	json_number(json, value);
}

struct slice report_status_json(struct arena *arena, const struct status *status,
				struct slice today)
{
	struct json *json = json_new(arena);
	struct buf out = {.arena = arena};

	json_object_open(json);
	add_number(json, "version", 1);
	add_number(json, "uses", status->uses);
	add_number(json, "files", status->files);
	add_number(json, "exceptions", status->exceptions);
	add_number(json, "unreadable", status->found.unreadable.count);
	json_key(json, "since");
	if (status->compared) {
		json_object_open(json);
		json_key(json, "revision");
		json_string(json, status->since);
		add_number(json, "gone", status->gone);
		add_number(json, "new", status->added);
		json_object_close(json);
	} else {
		json_null(json);
	}
	add_deadline_objects(json, status, today);
	add_rows(json, "facades", status, &status->facades);
	add_rows(json, "directories", status, &status->folders);
	add_rows(json, "symbols", status, &status->symbols);
	if (status->owned) {
		add_rows(json, "owners", status, &status->owners);
	} else {
		json_key(json, "owners");
		json_null(json);
	}
	json_object_close(json);
	buf_add(&out, json_finish(json));
	buf_add_char(&out, '\n');
	return buf_slice(&out);
}
