/* A verdict for programs: DESIGN.md's object, key by key. */
#include "pawl/report.h"

static void finding_json(struct json *json, const struct finding *finding)
{
	bool placed = finding->at.line > 0;

	json_object_open(json);
	json_string_or_null(json, "kind", slice_of(finding_kind_name(finding->kind)));
	json_string_or_null(json, "facade", finding->facade);
	json_string_or_null(json, "symbol", finding->symbol);
	json_string_or_null(json, "via",
			    finding->has_via ? slice_of(use_via_name(finding->via)) : SLICE(""));
	json_string_or_null(json, "path", finding->path);
	json_number_or_null(json, "line", finding->at.line, placed);
	json_number_or_null(json, "column", finding->at.column, placed && finding->at.column);
	json_string_or_null(json, "statement", finding->statement);
	json_string_or_null(json, "canonical", finding->canonical);
	json_number_or_null(json, "base_count", finding->base_count, true);
	json_number_or_null(json, "count", finding->count, true);
	json_object_close(json);
}

struct slice report_json(struct arena *arena, const struct verdict *verdict)
{
	struct json *json = json_new(arena);

	json_object_open(json);
	json_number_or_null(json, "version", 1, true);
	json_key(json, "findings");
	json_array_open(json);
	for (size_t i = 0; i < verdict->count; i++)
		finding_json(json, &verdict->items[i]);
	json_array_close(json);
	json_number_or_null(json, "new", verdict->excused.len ? 0 : verdict->count, true);
	json_number_or_null(json, "frozen", verdict->frozen, true);
	json_number_or_null(json, "removed", verdict->removed, true);
	json_object_close(json);
	return slice_join(arena, json_finish(json), SLICE("\n"), SLICE(""));
}
