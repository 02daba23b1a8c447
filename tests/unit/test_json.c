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

static void writes(struct slice raw, const char *expected)
{
	struct json *json = json_new(&arena);

	json_string(json, raw);
	assert_string_equal(slice_copy(&arena, json_finish(json)).ptr, expected);
}

static void strings_are_escaped_as_json_has_it(void **state)
{
	(void)state;
	writes(SLICE("a\"b\\c/d\n\x01\xc3\xa9"), "\"a\\\"b\\\\c/d\\n\\u0001\xc3\xa9\"");
	writes(SLICE(""), "\"\"");
	writes(SLICE("a\0b"), "\"a\\u0000b\"");
}

static void bytes_that_are_not_utf8_become_lone_surrogates(void **state)
{
	(void)state;
	writes(SLICE("a\"\n\\\xff\xc3\xa9"), "\"a\\u0022\\u000a\\u005c\\udcff\xc3\xa9\"");
	writes(SLICE("\xed\xa0\x80\xc0\x80\xf5\xe2\x82"),
	       "\"\\udced\\udca0\\udc80\\udcc0\\udc80\\udcf5\\udce2\\udc82\"");
}

static void what_a_terminal_would_obey_is_escaped(void **state)
{
	(void)state;
	writes(SLICE("\x7f\xc2\x9b[31m \xe2\x80\xae\xc3\xa9 \xf3\xa0\x81\x81"),
	       "\"\\u007f\\u009b[31m \\u202e\xc3\xa9 \\udb40\\udc41\"");
}

static void structures_and_numbers_are_written(void **state)
{
	struct json *json = json_new(&arena);

	(void)state;
	json_object_open(json);
	json_key(json, "a");
	json_array_open(json);
	json_number(json, UINT64_MAX);
	json_bool(json, true);
	json_null(json);
	json_string(json, SLICE("\xff"));
	json_array_close(json);
	json_object_close(json);
	assert_string_equal(slice_copy(&arena, json_finish(json)).ptr,
			    "{\"a\":[18446744073709551615,true,null,\"\\udcff\"]}");
}

static void a_verdict_has_the_designs_keys_in_its_order(void **state)
{
	struct finding findings[] = {
		{.kind = FINDING_USE,
		 .facade = SLICE("m"),
		 .symbol = SLICE("m.U"),
		 .has_via = true,
		 .via = VIA_FROM,
		 .path = SLICE("a\xff.py"),
		 .at = {3, 15, 40},
		 .statement = SLICE("from m import U"),
		 .canonical = SLICE("from m.u import U"),
		 .base_count = 1,
		 .count = 2},
		{.kind = FINDING_UNREADABLE, .path = SLICE("b.py")},
	};
	struct verdict verdict = {.items = findings, .count = 2, .frozen = 7, .removed = 1};

	(void)state;
	assert_string_equal(slice_copy(&arena, report_json(&arena, &verdict)).ptr,
			    "{\"version\":1,\"findings\":[{\"kind\":\"use\",\"facade\":\"m\","
			    "\"symbol\":\"m.U\",\"via\":\"from\","
			    "\"path\":\"a\\udcff.py\",\"line\":3,\"column\":15,\"statement\":"
			    "\"from m import U\","
			    "\"canonical\":\"from m.u import U\",\"base_count\":1,\"count\":2},"
			    "{\"kind\":\"unreadable\",\"facade\":null,\"symbol\":null,\"via\":null,"
			    "\"path\":\"b.py\",\"line\":null,"
			    "\"column\":null,\"statement\":null,\"canonical\":null,\"base_count\":"
			    "0,\"count\":0}],"
			    "\"new\":2,\"frozen\":7,\"removed\":1}\n");
	verdict.excused = SLICE("why");
	assert_non_null(slice_find(report_json(&arena, &verdict), SLICE("\"new\":0,")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_escaped_as_json_has_it),
		cmocka_unit_test(bytes_that_are_not_utf8_become_lone_surrogates),
		cmocka_unit_test(what_a_terminal_would_obey_is_escaped),
		cmocka_unit_test(structures_and_numbers_are_written),
		cmocka_unit_test(a_verdict_has_the_designs_keys_in_its_order),
	};

	return cmocka_run_group_tests(tests, NULL, free_all);
}
