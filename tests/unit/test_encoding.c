#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../src/python/encoding.h"

static void assert_cookie(struct slice bytes, const char *expected)
{
	struct slice cookie = encoding_cookie(bytes);

	assert_int_equal(cookie.len, strlen(expected));
	if (cookie.len > 0)
		assert_memory_equal(cookie.ptr, expected, cookie.len);
}

static enum codec_kind kind_of(const char *name)
{
	return codec_find(slice_of(name))->kind;
}

static void a_cookie_stands_in_a_comment_of_the_first_two_lines(void **state)
{
	(void)state;
	assert_cookie(SLICE("# -*- coding: latin-1 -*-\n"), "latin-1");
	assert_cookie(SLICE("#!/bin/sh\n# vim: fileencoding=cp1252\n"), "cp1252");
	assert_cookie(SLICE("\f \t# coding:utf-7"), "utf-7");
	assert_cookie(SLICE("#\n#\n# coding: utf-7\n"), "");
	assert_cookie(SLICE(""), "");
}

static void a_second_line_behind_code_holds_no_cookie(void **state)
{
	(void)state;
	assert_cookie(SLICE("x = 1\n# coding: utf-7\n"), "");
	assert_cookie(SLICE("x = 1 # coding: utf-7\n"), "");
	assert_cookie(SLICE("\\\n# coding: utf-7\n"), "");
	assert_cookie(SLICE("  \n# coding: utf-7\n"), "utf-7");
}

static void a_cookie_ends_where_its_letters_end(void **state)
{
	(void)state;
	assert_cookie(SLICE("# coding: a_b-c.d;e"), "a_b-c.d");
	assert_cookie(SLICE("# coding : utf-7"), "");
	assert_cookie(SLICE("# coding= coding=x"), "coding");
	assert_cookie(SLICE("# coding:\0x"), "");
}

static void names_are_found_as_python_finds_them(void **state)
{
	(void)state;
	assert_int_equal(kind_of("utf-8"), CODEC_UTF8);
	assert_int_equal(kind_of("UTF_8-sig"), CODEC_UTF8);
	assert_int_equal(kind_of("U8"), CODEC_UTF8);
	assert_int_equal(kind_of("Latin-1-unix"), CODEC_LATIN1);
	assert_int_equal(kind_of("L1"), CODEC_LATIN1);
	assert_int_equal(kind_of("Windows-1252"), CODEC_BYTES);
	assert_int_equal(kind_of("windows--1252-"), CODEC_BYTES);
	assert_int_equal(kind_of("ANSI_X3.4-1968"), CODEC_BYTES);
	assert_int_equal(kind_of("Shift_JIS"), CODEC_MULTIBYTE);
	assert_int_equal(kind_of("ms-kanji"), CODEC_MULTIBYTE);
}

static void what_can_hide_a_text_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(kind_of("utf-7"), CODEC_UNKNOWN);
	assert_int_equal(kind_of("utf_16"), CODEC_UNKNOWN);
	assert_int_equal(kind_of("unicode-escape"), CODEC_UNKNOWN);
	assert_int_equal(kind_of("rot13"), CODEC_UNKNOWN);
	assert_int_equal(kind_of("cp037"), CODEC_UNKNOWN);
	assert_int_equal(kind_of("mac_arabic"), CODEC_UNKNOWN);
	assert_int_equal(kind_of("johab"), CODEC_UNKNOWN);
	assert_int_equal(kind_of("1252 windows_1252"), CODEC_UNKNOWN);
	assert_int_equal(kind_of("-"), CODEC_UNKNOWN);
	assert_int_equal(kind_of("utf8utf8"), CODEC_UNKNOWN);
}

static void texts_of_one_byte_a_character_are_read_as_bytes(void **state)
{
	struct arena arena = {0};
	struct slice bytes = SLICE("# coding: latin-1\nx = '\xe9' # \xe9\n");
	struct text text;

	(void)state;
	text_open(&text, &arena, bytes);
	assert_int_equal(text.state, TEXT_READABLE);
	assert_false(text.decoded);
	assert_ptr_equal(text.bytes.ptr, bytes.ptr);
	arena_free(&arena);
}

static void their_identifiers_are_decoded(void **state)
{
	struct arena arena = {0};
	struct text text;

	(void)state;
	text_open(&text, &arena, SLICE("# coding: latin-1\n\xaa = 1\n"));
	assert_true(text.decoded);
	assert_non_null(slice_find(text.bytes, SLICE("\n\xc2\xaa = 1\n")));
	arena_free(&arena);
}

static void a_text_that_cannot_be_decoded_says_why(void **state)
{
	struct arena arena = {0};
	struct text text;

	(void)state;
	text_open(&text, &arena, SLICE("# coding: utf-7\n"));
	assert_int_equal(text.state, TEXT_UNREADABLE);
	assert_non_null(text.why);
	assert_true(slice_equal_string(text.encoding, "utf-7"));
	text_open(&text, &arena, SLICE("# coding: gbk\n'\x95\xff\xff'\n"));
	assert_int_equal(text.state, TEXT_UNREADABLE);
	assert_non_null(text.why);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cookie_stands_in_a_comment_of_the_first_two_lines),
		cmocka_unit_test(a_second_line_behind_code_holds_no_cookie),
		cmocka_unit_test(a_cookie_ends_where_its_letters_end),
		cmocka_unit_test(names_are_found_as_python_finds_them),
		cmocka_unit_test(what_can_hide_a_text_is_unknown),
		cmocka_unit_test(texts_of_one_byte_a_character_are_read_as_bytes),
		cmocka_unit_test(their_identifiers_are_decoded),
		cmocka_unit_test(a_text_that_cannot_be_decoded_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
