/*
 * For each path on stdin, one a line: `path TAB names TAB doubtful TAB missing`, where `names` are
 * counted that the text's top level binds, and `missing` those of them that its outline lacks.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pawl/python.h"

static void outline_check(const char *path, struct slice bytes, struct arena *arena)
{
	struct bindings bindings;
	struct outline outline;
	struct text text;
	size_t names = 0;

	text_open(&text, arena, bytes);
	if (text.state == TEXT_UNREADABLE)
		return;
	outline_read(&text, arena, &outline);
	bindings_read(&text, NULL, arena, &bindings);
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
	printf("%s\t%zu\t%d\t%s\n", path, names, outline.doubtful, missing.len ? missing.ptr : "");
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
