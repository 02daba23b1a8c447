/*
 * For each text on stdin, which ends with a NUL: a line of the lines on which the whole parse sees
 * a statement of the top level begin; before them `E` where it sees an error. For
 * tests/truth/statements.py.
 */
#include "../../src/python/parse.h"

#include <stdio.h>

static void print_statements(struct arena *arena, struct slice bytes)
{
	struct text text;
	struct parse parse;
	struct children children;

	text_open(&text, arena, bytes);
	if (parse_whole(&parse, &text, NULL)) {
		if (ts_node_has_error(parse.root))
			printf("E ");
		children_open(&children, parse.root);
		while (children_next(&children)) {
			if (!node_is(children.node, "comment") && !node_is(children.node, ";") &&
			    !node_is(children.node, "line_continuation"))
				printf("%u ", node_position(children.node).line);
		}
		children_close(&children);
	}
	printf("\n");
	parse_close(&parse);
}

int main(void)
{
	static char bytes[65536];
	size_t len = 0;

	for (int c; (c = getchar()) != EOF;) {
		if (c != 0 && len < sizeof bytes) {
			bytes[len++] = (char)c;
			continue;
		}
		struct arena arena = {0};
		print_statements(&arena, (struct slice){bytes, len});
		arena_free(&arena);
		len = 0;
	}
	return 0;
}
