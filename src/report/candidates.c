/* Candidates for freezing, as a table within 80 columns or as JSON. */
#include <inttypes.h>

#include "layout.h"

#define NAME_WIDTH 44

static void add_flag(struct buf *flags, uint64_t count, const char *one, const char *more)
{
	if (!count)
		return;
	buf_add_string(flags, flags->len ? ", " : "");
	buf_add_format(flags, "%" PRIu64 " %s", count, count == 1 ? one : more);
}

static void add_row(struct buf *out, const struct candidate *candidate)
{
	struct buf flags = {.arena = out->arena};
	struct slice name = escaped(out->arena, candidate->name);
	size_t columns = text_columns(name);

	buf_add_string(out, "  ");
	buf_add(out, name);
	buf_add_format(out, "%*s%8" PRIu64 "%8" PRIu64 "%8" PRIu64 "\n",
		       columns < NAME_WIDTH ? (int)(NAME_WIDTH - columns) : 1, "", candidate->uses,
		       candidate->files, candidate->modules);
	add_flag(&flags, candidate->stars, "name by stars", "names by stars");
	add_flag(&flags, candidate->leaked, "use of a leaked name", "uses of leaked names");
	add_flag(&flags, candidate->declared, "import of what it declares itself",
		 "imports of what it declares itself");
	if (candidate->curated) {
		buf_add_string(&flags, flags.len ? ", " : "");
		buf_add_string(&flags, "curated API");
	}
	if (flags.len)
		layout_paragraph(out, buf_slice(&flags), 6, 6, 80);
}

struct slice report_candidates_text(struct arena *arena, const struct candidates *candidates,
				    bool curated)
{
	struct buf out = {.arena = arena};
	size_t hidden = 0;

	if (!candidates->count)
		return SLICE(
			"no candidates: no module hands on names of three others to ten files\n");
	for (size_t i = 0; i < candidates->count; i++) {
		if (candidates->items[i].curated && !curated) {
			hidden++;
			continue;
		}
		if (!out.len)
			buf_add_format(&out, "  %-*s%8s%8s%8s\n", NAME_WIDTH, "", "uses", "files",
				       "modules");
		add_row(&out, &candidates->items[i]);
	}
	if (hidden)
		buf_add_format(
			&out,
			"%s%zu not proposed, for __all__ names what is used of them: a curated "
			"API\n(--all shows them)\n",
			out.len ? "\n" : "", hidden);
	return buf_slice(&out);
}

static void add_number(struct json *json, const char *key, uint64_t value)
{
	json_key(json, key);
	json_number(json, value);
}

struct slice report_candidates_json(struct arena *arena, const struct candidates *candidates,
				    bool curated)
{
	struct json *json = json_new(arena);
	struct buf out = {.arena = arena};

	json_object_open(json);
	add_number(json, "version", 1);
	json_key(json, "candidates");
	json_array_open(json);
	for (size_t i = 0; i < candidates->count; i++) {
		const struct candidate *candidate = &candidates->items[i];

		if (candidate->curated && !curated)
			continue;
		json_object_open(json);
		json_key(json, "name");
		json_string(json, candidate->name);
		add_number(json, "uses", candidate->uses);
		add_number(json, "files", candidate->files);
		add_number(json, "modules", candidate->modules);
		add_number(json, "stars", candidate->stars);
		add_number(json, "leaked", candidate->leaked);
		add_number(json, "declared", candidate->declared);
		json_key(json, "curated");
		json_bool(json, candidate->curated);
		json_object_close(json);
	}
	json_array_close(json);
	json_object_close(json);
	buf_add(&out, json_finish(json));
	buf_add_char(&out, '\n');
	return buf_slice(&out);
}
