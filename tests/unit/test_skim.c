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

static void assert_doubt(struct slice bytes, bool doubt)
{
	struct arena arena = {0};

	assert_int_equal(skim(&arena, bytes).doubt, doubt);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_statement_ends_behind_its_semicolon_or_line_end),
		cmocka_unit_test(what_is_unclosed_is_a_doubt),
		cmocka_unit_test(a_comment_or_line_end_in_a_replacement_field_is_a_doubt),
		cmocka_unit_test(bytes_beyond_ascii_are_seen_outside_strings_and_comments),
		cmocka_unit_test(every_length_of_indentation_and_string_is_read_alike),
		cmocka_unit_test(brackets_deeper_than_the_limit_are_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
