/*
 * For each path on stdin: a line `F path`, then a line for each chain that begins with a name bound
 * by any import: `line TAB column TAB access TAB level TAB module TAB name TAB root.step.step`,
 * then a line `E reason` where the text is unreadable. For tests/truth/scopes.py.
 */
#include "pawl/python.h"

#include <stdio.h>

static void print_chain(const struct text *text, const struct import *import,
			const struct chain *chain)
{
	static const char *const access[] = {"load", "store", "delete"};
	struct slice module = import->module, name = import->name;
	const char *root = text->bytes.ptr + chain->root.offset;
	const char *dot = module.len ? memchr(module.ptr, '.', module.len) : NULL;
	size_t len = 0;

	/* `import a.b` binds a. */
	if (!import->from && !import->alias.len && dot)
		module.len = (size_t)(dot - module.ptr);
	while (root + len < text->bytes.ptr + text->bytes.len &&
	       ((unsigned char)root[len] >= 0x80 || root[len] == '_' ||
		(root[len] >= '0' && root[len] <= '9') || (root[len] >= 'a' && root[len] <= 'z') ||
		(root[len] >= 'A' && root[len] <= 'Z')))
		len++;
	printf("%u\t%u\t%s\t%u\t%.*s\t%.*s\t%.*s", chain->root.line, chain->root.column,
	       access[chain->access], import->level, (int)module.len, module.ptr, (int)name.len,
	       name.ptr, (int)len, root);
	for (size_t i = 0; i < chain->step_count; i++)
		printf(".%.*s", (int)chain->steps[i].name.len, chain->steps[i].name.ptr);
	printf("\n");
}

static void print_chains(struct arena *arena, struct slice bytes)
{
	struct text text;
	struct imports imports;
	struct chains chains;
	bool *wanted;

	text_open(&text, arena, bytes);
	if (text.state == TEXT_UNREADABLE) {
		printf("E %s\n", text.why);
		return;
	}
	imports_read(&text, NULL, NULL, arena, &imports);
	wanted = arena_alloc(arena, imports.count * sizeof *wanted);
	memset(wanted, true, imports.count * sizeof *wanted);
	chains_read(&text, &imports, wanted, NULL, arena, &chains);
	for (size_t i = 0; i < chains.count; i++)
		print_chain(&text, &imports.items[chains.items[i].import], &chains.items[i]);
	if (imports.unreadable || chains.unreadable)
		printf("E %s\n", imports.unreadable ? imports.unreadable : chains.unreadable);
}

int main(void)
{
	char path[4096];

	while (fgets(path, sizeof path, stdin)) {
		struct pawl_error error = {0};
		struct arena arena = {0};
		struct slice bytes;

		path[strcspn(path, "\n")] = '\0';
		printf("F %s\n", path);
		if (file_read(&arena, path, (size_t)1 << 26, &bytes, &error) == 0)
			print_chains(&arena, bytes);
		else
			printf("E %s\n", error.message);
		arena_free(&arena);
	}
	return 0;
}
