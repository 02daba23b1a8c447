#include "rewriting.h"

#include <stdlib.h>

static int compare(const void *left, const void *right)
{
	const struct edit *a = left, *b = right;

	return (a->start > b->start) - (a->start < b->start);
}

struct slice edits_apply(struct arena *arena, struct slice bytes, struct edits *edits)
{
	struct buf out = {.arena = arena};
	uint32_t at = 0;

	if (edits->count)
		qsort(edits->items, edits->count, sizeof *edits->items, compare);
	for (size_t i = 0; i < edits->count; i++) {
		const struct edit *edit = &edits->items[i];

		buf_add(&out, (struct slice){bytes.ptr + at, edit->start - at});
		buf_add(&out, edit->text);
		at = edit->end;
	}
	buf_add(&out, (struct slice){bytes.ptr + at, bytes.len - at});
	return buf_slice(&out);
}
