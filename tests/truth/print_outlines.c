/*
 * For each path on stdin, one a line: `path TAB names TAB doubtful TAB hidden TAB missing`, where
 * `names` are counted that the text's top level binds, `hidden` the bodies that the parser need not
 * see, and `missing` the names that the outline lacks, or that are bound in another way without
 * those bodies.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pawl/python.h"

static bool same_branch(const struct branch *a, const struct branch *b)
{
	for (; a && b; a = a->parent, b = b->parent) {
		if (a->statement != b->statement || a->arm != b->arm ||
		    a->arm_count != b->arm_count || a->may_fall_through != b->may_fall_through)
			return false;
	}
	return a == b;
}

static bool same_slices(const struct slices *a, const struct slices *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; same && i < a->count; i++)
		same = slice_equal(a->items[i], b->items[i]);
	return same;
}

static bool same_list(const struct all_change *a, const struct all_change *b)
{
	if (!a || !b)
		return a == b;
	return a->operation == b->operation && a->dynamic == b->dynamic &&
	       same_slices(&a->names, &b->names);
}

static bool same_position(struct position a, struct position b)
{
	return a.line == b.line && a.column == b.column && a.offset == b.offset;
}

static bool same_binding(const struct binding *a, const struct binding *b)
{
	return a->kind == b->kind && slice_equal(a->name, b->name) && same_position(a->at, b->at) &&
	       same_position(a->statement, b->statement) && same_branch(a->branch, b->branch) &&
	       a->type_checking == b->type_checking && a->level == b->level &&
	       slice_equal(a->module, b->module) && slice_equal(a->target, b->target) &&
	       slice_equal(a->alias, b->alias) && same_slices(&a->chain, &b->chain) &&
	       same_list(a->all, b->all);
}

/* What the whole parse and the one without bodies do not have in common. */
static void differences_add(const struct bindings *whole, const struct bindings *without,
			    struct buf *out)
{
	if (whole->unreadable != without->unreadable || whole->dynamic != without->dynamic ||
	    whole->has_getattr != without->has_getattr || whole->edits_all != without->edits_all)
		buf_add(out, SLICE("(flags) "));
	if (whole->count != without->count)
		buf_add(out, SLICE("(count) "));
	for (size_t i = 0; i < whole->count && i < without->count; i++) {
		if (same_binding(&whole->items[i], &without->items[i]))
			continue;
		buf_add(out, whole->items[i].name);
		buf_add_char(out, ' ');
	}
}

static void outline_check(const char *path, struct slice bytes, struct arena *arena)
{
	struct bindings bindings, without;
	struct outline outline;
	struct text text;
	size_t names = 0;

	text_open(&text, arena, bytes);
	if (text.state == TEXT_UNREADABLE)
		return;
	outline_read(&text, arena, &outline);
	bindings_read(&text, NULL, arena, &bindings);
	bindings_read_outline(&text, &outline, NULL, arena, &without);
	struct buf missing = {.arena = arena};
	for (size_t i = 0; i < bindings.count; i++) {
		struct slice name = bindings.items[i].name;
		bool ascii = true;

		for (size_t j = 0; j < name.len; j++)
			ascii = ascii && (unsigned char)name.ptr[j] < 0x80;
		/* What functions do to __all__ is an event, and no name of the top level. */
		if (bindings.items[i].kind == BINDING_ALL || name.len == 0 ||
		    slice_equal_string(name, "*") || !ascii)
			continue;
		names++;
		if (!outline_holds(&outline, name)) {
			buf_add(&missing, name);
			buf_add_char(&missing, ' ');
		}
	}
	differences_add(&bindings, &without, &missing);
	buf_add_char(&missing, '\0');
	printf("%s\t%zu\t%d\t%zu\t%s\n", path, names, outline.doubtful, outline.bodies.count,
	       missing.ptr);
}

int main(void)
{
	struct pawl_error error = {0};
	char path[4096];

	while (fgets(path, sizeof path, stdin)) {
		struct arena arena = {0};
		struct slice bytes;

		path[strcspn(path, "\n")] = '\0';
		if (file_read(&arena, path, (size_t)64 << 20, &bytes, &error) == 0)
			outline_check(path, bytes, &arena);
		arena_free(&arena);
	}
	return 0;
}
