#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pawl/report.h"

static struct arena arena;

static int free_all(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void escapes(struct slice raw, const char *expected)
{
	struct buf out = {.arena = &arena};

	buf_add_string(&out, "");
	escape_text(&out, raw);
	assert_string_equal(out.ptr ? out.ptr : "", expected);
}

static void plain_text_stays_as_it_is(void **state)
{
	(void)state;
	escapes(SLICE(""), "");
	escapes(SLICE("src/a b.py: ünïcode 漢字 é €\xf0\x9f\x98\x80 \\n"),
		"src/a b.py: ünïcode 漢字 é €\xf0\x9f\x98\x80 \\n");
}

static void control_bytes_are_escaped(void **state)
{
	(void)state;
	escapes(SLICE("a\nb\tc\rd\0e\x1b[31mf\x7fg\b"), "a\\nb\\tc\\rd\\x00e\\x1b[31mf\\x7fg\\x08");
	escapes(SLICE("\xc2\x85\xc2\x9b"), "\\u0085\\u009b");
}

static void what_reorders_or_hides_text_is_escaped(void **state)
{
	(void)state;
	escapes(SLICE("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b\xe2\x80\xa8\xef\xbb\xbf\xc2\xad"),
		"\\u202e\\u2066\\u200b\\u2028\\ufeff\\u00ad");
	escapes(SLICE("\xf3\xa0\x80\x81\xef\xb8\x8f\xe3\x85\xa4\xcd\x8f"),
		"\\U000e0001\\ufe0f\\u3164\\u034f");
}

static void bytes_that_are_not_utf8_are_escaped_one_by_one(void **state)
{
	(void)state;
	escapes(SLICE("a\xff\xc0\x80\xed\xa0\x80\xe2\x82"),
		"a\\xff\\xc0\\x80\\xed\\xa0\\x80\\xe2\\x82");
	escapes(SLICE("\x9b\xf4\x90\x80\x80z"), "\\x9b\\xf4\\x90\\x80\\x80z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays_as_it_is),
		cmocka_unit_test(control_bytes_are_escaped),
		cmocka_unit_test(what_reorders_or_hides_text_is_escaped),
		cmocka_unit_test(bytes_that_are_not_utf8_are_escaped_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, free_all);
}
