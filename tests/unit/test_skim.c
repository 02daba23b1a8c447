#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../src/python/skim.h"

static struct skim skim(struct arena *arena, struct slice bytes)
{
	struct text text = {.bytes = bytes};
	struct skim skim;

	skim_read(&text, NULL, arena, &skim);
	return skim;
}

/* Before an import: what is doubtful behind the last one costs none. */
static void assert_doubt(struct slice bytes, bool doubt)
{
	struct arena arena = {0};
	struct slice before = slice_join(&arena, bytes, SLICE(""), SLICE("import z\n"));
	struct slice behind = slice_join(&arena, SLICE("import a\n# a block of the inner loop\n"),
					 SLICE(""), bytes);

	assert_int_equal(skim(&arena, before).doubt, doubt);
	assert_false(skim(&arena, behind).doubt);
	assert_int_equal(skim(&arena, behind).count, 1);
	arena_free(&arena);
}

static void a_statement_ends_behind_its_semicolon_or_line_end(void **state)
{
	struct arena arena = {0};
	struct skim found = skim(&arena, SLICE("import a;import b\r\nfrom c import (\nd)"));

	(void)state;
	assert_int_equal(found.count, 3);
	assert_int_equal(found.items[0].end, 9);
	assert_int_equal(found.items[1].start, 9);
	assert_int_equal(found.items[1].end, 19);
	assert_int_equal(found.items[2].start, 19);
	assert_int_equal(found.items[2].end, 37);
	arena_free(&arena);
}

static void what_is_unclosed_is_a_doubt(void **state)
{
	(void)state;
	assert_doubt(SLICE("x = (1, [2])\n"), false);
	assert_doubt(SLICE("x = (1\n"), true);
	assert_doubt(SLICE("x = 1)\n"), true);
	assert_doubt(SLICE("x = (1]\n"), true);
	assert_doubt(SLICE("x = 'a\n"), true);
	assert_doubt(SLICE("x = '''a'\n"), true);
	assert_doubt(SLICE("x = f'{a'\n"), true);
	assert_doubt(SLICE("x = \\ 1\n"), true);
}

static void a_comment_or_line_end_in_a_replacement_field_is_a_doubt(void **state)
{
	(void)state;
	assert_doubt(SLICE("x = f'''{a}\n'''\n"), false);
	assert_doubt(SLICE("x = f'''{\na}'''\n"), true);
	assert_doubt(SLICE("x = f'''{a # b\n}'''\n"), true);
	assert_doubt(SLICE("x = f'{a['b']}'\n"), false);
}

static void bytes_beyond_ascii_are_seen_outside_strings_and_comments(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_false(skim(&arena, SLICE("x = '\xe9' # \xe9\n")).non_ascii);
	assert_true(skim(&arena, SLICE("x\xe9 = 1\n")).non_ascii);
	assert_true(skim(&arena, SLICE("x = f'{\xe9}'\n")).non_ascii);
	arena_free(&arena);
}

static void every_length_of_indentation_and_string_is_read_alike(void **state)
{
	char text[256];

	(void)state;
	for (int width = 0; width < 70; width++) {
		struct arena arena = {0};
		int len = snprintf(text, sizeof text,
				   "if x:\n%*s import a; y = '%*s;import b'; import c", width, "",
				   width, "");
		struct skim found = skim(&arena, (struct slice){text, (size_t)len});
		assert_int_equal(found.count, 2);
		assert_int_equal(found.items[0].start, 7 + width);
		assert_int_equal(found.items[1].end, len);
		assert_false(found.doubt);
		arena_free(&arena);
	}
}

static void brackets_deeper_than_the_limit_are_unreadable(void **state)
{
	struct arena arena = {0};
	struct text_limits limits = {.max_depth = 3};
	struct text shallow = {.bytes = SLICE("x = ((([1])))\n")};
	struct text at_limit = {.bytes = SLICE("x = ((1))[[[1]]]\n")};
	struct skim found;

	(void)state;
	skim_read(&shallow, &limits, &arena, &found);
	assert_non_null(found.unreadable);
	skim_read(&at_limit, &limits, &arena, &found);
	assert_null(found.unreadable);
	arena_free(&arena);
}

/* `count` times `open` behind an import, then `middle`, then `count` times `close`. */
static struct skim skim_nested(struct arena *arena, int count, const char *open, const char *middle,
			       const char *close)
{
	struct buf text = {.arena = arena};

	buf_add_string(&text, "import a\nx = ");
	for (int i = 0; i < count; i++)
		buf_add_string(&text, open);
	buf_add_string(&text, middle);
	for (int i = 0; i < count; i++)
		buf_add_string(&text, close);
	buf_add_string(&text, "\n");
	return skim(arena, buf_slice(&text));
}

static struct skim skim_blocks(struct arena *arena, int count, const char *tab)
{
	struct buf text = {.arena = arena};

	buf_add_string(&text, "import a\n");
	for (int i = 0; i < count; i++) {
		for (int j = 0; tab && j < i / 8; j++)
			buf_add_string(&text, tab);
		for (int j = tab ? i / 8 * 8 : 0; j < i; j++)
			buf_add_char(&text, ' ');
		buf_add_string(&text, "class x:\n");
	}
	return skim(arena, buf_slice(&text));
}

static void what_is_nested_too_deep_is_seen_behind_the_last_import_too(void **state)
{
	static const struct {
		const char *open, *middle, *close;
	} brackets[] = {{"(", "", ")"}, {"[", "", "]"}, {"{", "", "}"}, {"f'{", "1", "}'"}};

	(void)state;
	for (size_t i = 0; i < sizeof brackets / sizeof *brackets; i++) {
		struct arena arena = {0};
		/* an f-string and its field are two */
		int limit = PAWL_MAX_NESTING / (i == 3 ? 2 : 1);

		assert_null(skim_nested(&arena, limit, brackets[i].open, brackets[i].middle,
					brackets[i].close)
				    .unreadable);
		assert_non_null(skim_nested(&arena, limit + 1, brackets[i].open, brackets[i].middle,
					    brackets[i].close)
					.unreadable);
		arena_free(&arena);
	}
	for (size_t i = 0; i < 2; i++) {
		struct arena arena = {0};
		const char *tab = i ? "\t" : NULL;

		assert_null(skim_blocks(&arena, PAWL_MAX_NESTING, tab).unreadable);
		assert_non_null(skim_blocks(&arena, PAWL_MAX_NESTING + 2, tab).unreadable);
		arena_free(&arena);
	}
}

static void bytes_beyond_ascii_are_seen_behind_the_last_import_too(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_true(skim(&arena, SLICE("import a\nx = \xe9\n")).non_ascii);
	assert_false(skim(&arena, SLICE("import a\nx = '\xe9'\n")).non_ascii);
	arena_free(&arena);
}

static void a_bracket_that_is_open_at_the_last_import_is_read_to_its_end(void **state)
{
	struct arena arena = {0};
	struct skim found = skim(&arena, SLICE("from a import (b,\n c)\nx = 1\n"));

	(void)state;
	assert_int_equal(found.count, 1);
	assert_int_equal(found.items[0].end, 22);
	assert_true(skim(&arena, SLICE("from a import (b,\n c\nx = 1\n")).doubt);
	assert_true(skim(&arena, SLICE("x = f(\nimport a\nx = 1\n")).doubt);
	assert_true(skim(&arena, SLICE("x = '''import a\nx = 1\n")).doubt);
	arena_free(&arena);
}

static struct skim skim_lines(struct arena *arena, const char *before, const char *line,
			      const char *behind)
{
	struct buf text = {.arena = arena};

	buf_add_string(&text, before);
	for (int i = 0; i <= PAWL_MAX_NESTING; i++)
		buf_add_string(&text, line);
	buf_add_string(&text, behind);
	return skim(arena, buf_slice(&text));
}

static void a_long_table_behind_the_last_import_is_not_nested_deep(void **state)
{
	static const char line[] = "    ('(((', [1], f'{(2)}'), # (((\n";
	struct arena arena = {0};
	char *open = arena_alloc(&arena, PAWL_MAX_NESTING + 2);

	(void)state;
	memset(open, '(', PAWL_MAX_NESTING + 1);
	assert_null(skim_lines(&arena, "import a\nx = [\n", line, "]\n").unreadable);
	assert_false(skim_lines(&arena, "import a\nx = [\n", line, "]\n").doubt);
	assert_false(skim_lines(&arena, "import a\nx = (\n", line, "]\n").doubt);
	assert_non_null(skim_lines(&arena, "import a\nx = [\n", line, open).unreadable);
	/* No f-string begins in the middle of a name, though `import` is in it. */
	assert_non_null(skim_lines(&arena, "x = importf'{'\n", line, open).unreadable);
	/* A statement shows that a bracket above was never closed. */
	assert_null(skim_lines(&arena, "import a\n", "x = (\ndef f(): pass\n", "").unreadable);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_statement_ends_behind_its_semicolon_or_line_end),
		cmocka_unit_test(what_is_unclosed_is_a_doubt),
		cmocka_unit_test(a_comment_or_line_end_in_a_replacement_field_is_a_doubt),
		cmocka_unit_test(bytes_beyond_ascii_are_seen_outside_strings_and_comments),
		cmocka_unit_test(every_length_of_indentation_and_string_is_read_alike),
		cmocka_unit_test(brackets_deeper_than_the_limit_are_unreadable),
		cmocka_unit_test(what_is_nested_too_deep_is_seen_behind_the_last_import_too),
		cmocka_unit_test(a_long_table_behind_the_last_import_is_not_nested_deep),
		cmocka_unit_test(bytes_beyond_ascii_are_seen_behind_the_last_import_too),
		cmocka_unit_test(a_bracket_that_is_open_at_the_last_import_is_read_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
