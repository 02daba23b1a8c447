/*
 * Fuzz target: opening a text and reading its imports, by the skim and whole, must agree and never
 *crash.
 *
 * With libFuzzer: clang -fsanitize=fuzzer,address -DPAWL_LIBFUZZER … Without it, it reads files and
 *mutates them itself:
 *
 *	fuzz_imports [--mutations N] [--seed N] < paths
 *
 * prints each text on which the readings differ into ./difference-N.py, and at the end the numbers.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pawl/python.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/*
 * A mutated text can lack the body of a block. CPython refuses it, tree-sitter does not, and then
 * they may differ on what a statement stands in.
 */
static bool import_equal(const struct import *a, const struct import *b, bool mutated)
{
	if (!mutated && (a->scope != b->scope || a->type_checking != b->type_checking))
		return false;
	return a->from == b->from && a->star == b->star && a->level == b->level &&
	       slice_equal(a->module, b->module) && slice_equal(a->name, b->name) &&
	       slice_equal(a->alias, b->alias) &&
	       memcmp(&a->statement, &b->statement, sizeof a->statement) == 0 &&
	       a->statement_end == b->statement_end &&
	       memcmp(&a->name_at, &b->name_at, sizeof a->name_at) == 0 &&
	       a->name_end == b->name_end;
}

struct tally {
	size_t texts, imports, parsed, unreadable;
};

/*
 * tree-sitter takes two things that CPython refuses: a byte-order mark between tokens, and a string
 * with an unfinished \N{, which it reads on to the next brace, over quotes and lines.
 * imports_read() never trusts a tree alone, so neither costs an import; but on such a text the
 * readings need not agree.
 */
static bool is_beyond_tree_sitter(struct slice bytes)
{
	struct slice rest = {bytes.ptr + (bytes.len > 0), bytes.len - (bytes.len > 0)};

	return slice_find(bytes, SLICE("\\N{")) || slice_find(rest, SLICE("\xef\xbb\xbf"));
}

static bool readings_agree(struct slice bytes, bool mutated, struct tally *tally)
{
	struct arena arena = {0};
	struct imports skimmed = {0}, whole = {0};
	struct text text;
	bool agree = true;

	text_open(&text, &arena, bytes);
	if (text.state == TEXT_READABLE) {
		imports_read(&text, NULL, NULL, &arena, &skimmed);
		imports_read_whole(&text, NULL, &arena, &whole);
		/* Only a whole parse can be too laborious. */
		bool comparable = !whole.unreadable && !(mutated && is_beyond_tree_sitter(bytes));
		if (comparable)
			agree = !skimmed.unreadable && skimmed.count == whole.count;
		for (size_t i = 0; comparable && agree && i < whole.count; i++)
			agree = import_equal(&skimmed.items[i], &whole.items[i], mutated);
	}
	tally->texts++;
	tally->imports += skimmed.count;
	tally->parsed += skimmed.parsed_whole;
	tally->unreadable += text.state == TEXT_UNREADABLE || skimmed.unreadable;
	arena_free(&arena);
	return agree;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct tally tally = {0};

	if (!readings_agree((struct slice){(const char *)bytes, len}, true, &tally))
		abort();
	return 0;
}

#ifndef PAWL_LIBFUZZER

#define MAX_FILE    ((size_t)1 << 20)
#define MAX_MUTATED ((size_t)20000) /* longer texts are cut: a mutation costs a whole parse */

/* What Python's lexical rules turn on. */
static const char *const fragments[] = {
	"'",
	"\"",
	"'''",
	"\"\"\"",
	"f'",
	"f\"{",
	"{",
	"}",
	"(",
	")",
	"[",
	"]",
	"#",
	"\\",
	"\\\n",
	"\n",
	"\r",
	"\r\n",
	";",
	":",
	":=",
	"\t",
	"\f",
	" ",
	"import ",
	"from ",
	"import a",
	"\nimport b\n",
	"from . import c\n",
	"lazy ",
	"if ",
	"else:",
	"def f():",
	"class A:",
	"rf'''{x:",
	"t'{",
	"\\N{",
	"yield ",
	"raise ",
	"lambda:",
	"if TYPE_CHECKING:",
	"from typing import TYPE_CHECKING\n",
	"\xc2\xba",
	"\xff",
	"print ",
	"async def g():",
	"match x:",
	"case y:",
	"`",
	"!r}",
	"{{",
	"}}",
	"*",
	",",
	".",
	"...",
	"as ",
};

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static size_t random_below(uint64_t *state, size_t limit)
{
	return limit ? (size_t)(random_next(state) % limit) : 0;
}

/* One to four edits: a fragment put in, a stretch taken out, one moved over another. */
static struct slice mutate(struct arena *arena, struct slice text, uint64_t *state)
{
	size_t edits = 1 + random_below(state, 4);

	if (text.len > MAX_MUTATED) {
		text.ptr += random_below(state, text.len - MAX_MUTATED);
		text.len = MAX_MUTATED;
	}
	for (size_t i = 0; i < edits; i++) {
		struct buf buf = {.arena = arena};
		size_t at = random_below(state, text.len + 1);
		size_t cut = random_below(state, 3) ? 0 : random_below(state, 12);
		size_t count = sizeof fragments / sizeof *fragments;
		if (cut > text.len - at)
			cut = text.len - at;
		buf_add(&buf, (struct slice){text.ptr, at});
		if (random_below(state, 4))
			buf_add_string(&buf, fragments[random_below(state, count)]);
		buf_add(&buf, (struct slice){text.ptr + at + cut, text.len - at - cut});
		text = buf_slice(&buf);
	}
	return text;
}

static void difference_keep(struct slice text, size_t number)
{
	char name[64];

	snprintf(name, sizeof name, "difference-%zu.py", number);
	FILE *file = fopen(name, "wb");
	if (!file)
		return;
	fwrite(text.ptr, 1, text.len, file);
	fclose(file);
}

struct files {
	struct slice *items;
	size_t count, capacity;
};

static void files_read(struct arena *arena, struct files *files)
{
	struct pawl_error error;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t len;

	while ((len = getline(&line, &capacity, stdin)) > 0) {
		struct slice bytes;
		line[len - 1] = line[len - 1] == '\n' ? '\0' : line[len - 1];
		if (file_read(arena, line, MAX_FILE, &bytes, &error) == 0)
			*ARENA_PUSH(arena, files) = bytes;
	}
	free(line);
}

int main(int argc, char **argv)
{
	struct arena arena = {0};
	struct files files = {0};
	struct tally tally = {0};
	size_t mutations = 0, differences = 0;
	uint64_t seed = 1;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--mutations") == 0)
			mutations = strtoull(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--seed") == 0)
			seed = strtoull(argv[i + 1], NULL, 10);
	}
	files_read(&arena, &files);
	for (size_t i = 0; i < files.count; i++) {
		if (!readings_agree(files.items[i], false, &tally))
			difference_keep(files.items[i], ++differences);
	}
	uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
	for (size_t i = 0; files.count && i < mutations; i++) {
		struct arena scratch = {0};
		struct slice text =
			mutate(&scratch, files.items[random_below(&state, files.count)], &state);
		if (!readings_agree(text, true, &tally))
			difference_keep(text, ++differences);
		arena_free(&scratch);
	}
	printf("%zu texts, %zu mutated with seed %llu, %zu names imported, %zu parsed whole,"
	       " %zu unreadable, %zu differ\n",
	       tally.texts, mutations, (unsigned long long)seed, tally.imports, tally.parsed,
	       tally.unreadable, differences);
	arena_free(&arena);
	return differences != 0;
}

#endif
