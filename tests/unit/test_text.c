#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "pawl/python.h"

static struct text open_text(struct arena *arena, struct slice bytes)
{
	struct text text;

	text_open(&text, arena, bytes);
	return text;
}

static void assert_position(const struct text *text, size_t offset, uint32_t line, uint32_t column)
{
	struct position position = text_position(text, offset);

	assert_int_equal(position.line, line);
	assert_int_equal(position.column, column);
	assert_int_equal(position.offset, offset);
}

static void assert_slice(struct slice slice, const char *expected)
{
	assert_int_equal(slice.len, strlen(expected));
	assert_memory_equal(slice.ptr, expected, slice.len);
}

static void lines_end_at_lf_crlf_and_a_lone_cr(void **state)
{
	struct arena arena = {0};
	struct text text = open_text(&arena, SLICE("a\nb\r\nc\rd"));

	(void)state;
	assert_position(&text, 0, 1, 1);
	assert_position(&text, 2, 2, 1);
	assert_position(&text, 5, 3, 1);
	assert_position(&text, 7, 4, 1);
	assert_position(&text, 8, 4, 2);
	arena_free(&arena);
}

static void columns_count_bytes_behind_the_byte_order_mark(void **state)
{
	struct arena arena = {0};
	struct text text = open_text(&arena, SLICE("\xef\xbb\xbf\xc3\xa9x"));

	(void)state;
	assert_int_equal(text.start, 3);
	assert_position(&text, 3, 1, 1);
	assert_position(&text, 5, 1, 3);
	arena_free(&arena);
}

static void a_line_comes_without_its_end(void **state)
{
	struct arena arena = {0};
	struct text text = open_text(&arena, SLICE("one\r\ntwo\rthree"));

	(void)state;
	assert_slice(text_line(&text, text_position(&text, 1)), "one");
	assert_slice(text_line(&text, text_position(&text, 5)), "two");
	assert_slice(text_line(&text, text_position(&text, 8)), "two");
	assert_slice(text_line(&text, text_position(&text, 14)), "three");
	assert_slice(text_line(&text, text_position(&text, 9999)), "three");
	arena_free(&arena);
}

static void identifiers_are_compared_after_nfkc(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_slice(identifier_normalize(&arena, SLICE("plain")), "plain");
	assert_slice(identifier_normalize(&arena, SLICE("\xef\xbd\x8dodels")), "models");
	assert_slice(identifier_normalize(&arena, SLICE("cafe\xcc\x81")), "caf\xc3\xa9");
	arena_free(&arena);
}

static void an_identifier_that_is_not_utf8_stays(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_slice(identifier_normalize(&arena, SLICE("a\xff")), "a\xff");
	arena_free(&arena);
}

static void a_hostile_run_of_combining_marks_takes_no_time(void **state)
{
	struct arena arena = {0};
	size_t len = (size_t)2 << 20;
	char *marks = malloc(len);

	(void)state;
	assert_non_null(marks);
	for (size_t i = 0; i < len; i += 4)
		memcpy(marks + i, "\xcc\x81\xcc\xa3", 4);
	assert_int_equal(identifier_normalize(&arena, (struct slice){marks, len}).len, len);
	free(marks);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_at_lf_crlf_and_a_lone_cr),
		cmocka_unit_test(columns_count_bytes_behind_the_byte_order_mark),
		cmocka_unit_test(a_line_comes_without_its_end),
		cmocka_unit_test(identifiers_are_compared_after_nfkc),
		cmocka_unit_test(an_identifier_that_is_not_utf8_stays),
		cmocka_unit_test(a_hostile_run_of_combining_marks_takes_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
