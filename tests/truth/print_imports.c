/*
 * What src/python says of texts: the side of the differential tests that is written in C.
 *
 *	print_imports [--whole] < paths
 *
 * takes a path a line and prints, for each, its path, how it was read, its facts one a line, and an
 *empty line:
 *
 *	== PATH
 *	skimmed | parsed | unreadable WHY
 *	LINE:COLUMN from LEVEL MODULE NAME ALIAS LINE:COLUMN SCOPE [type-checking]
 *
 * The first position is the statement's, the second the name's; what is empty is a dash.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pawl/python.h"

#define MAX_FILE ((size_t)64 << 20)

static const char *const scope_names[] = {"module", "class", "function"};

static void slice_print(struct slice slice)
{
	if (slice.len == 0)
		putchar('-');
	else
		fwrite(slice.ptr, 1, slice.len, stdout);
	putchar(' ');
}

static void import_print(const struct import *import)
{
	printf("%u:%u %s %u ", import->statement.line, import->statement.column,
	       import->from ? "from" : "import", import->level);
	slice_print(import->module);
	slice_print(import->name);
	slice_print(import->alias);
	printf("%u:%u %s%s\n", import->name_at.line, import->name_at.column,
	       scope_names[import->scope], import->type_checking ? " type-checking" : "");
}

static int file_print(const char *path, bool whole)
{
	struct arena arena = {0};
	struct pawl_error error;
	struct slice bytes;
	struct text text;
	struct imports imports = {0};

	printf("== %s\n", path);
	if (file_read(&arena, path, MAX_FILE, &bytes, &error) != 0) {
		fprintf(stderr, "print_imports: %s: cannot be read\n", path);
		return -1;
	}
	text_open(&text, &arena, bytes);
	if (text.state == TEXT_READABLE) {
		if (whole)
			imports_read_whole(&text, NULL, &arena, &imports);
		else
			imports_read(&text, NULL, NULL, &arena, &imports);
	}
	const char *why = text.state == TEXT_READABLE ? imports.unreadable : text.why;
	printf("%s%s\n",
	       why		      ? "unreadable "
	       : imports.parsed_whole ? "parsed"
				      : "skimmed",
	       why ? why : "");
	for (size_t i = 0; i < imports.count; i++)
		import_print(&imports.items[i]);
	putchar('\n');
	arena_free(&arena);
	return 0;
}

int main(int argc, char **argv)
{
	bool whole = argc > 1 && strcmp(argv[1], "--whole") == 0;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t len;

	while ((len = getline(&line, &capacity, stdin)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (file_print(line, whole) != 0)
			return 1;
	}
	free(line);
	return 0;
}
