/* Export maps: what is written is read again, anything else is refused with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "pawl/resolve.h"

#define HEAD "# pawl exports, version 1\n# commit 0123456789012345678901234567890123456789\n"

static int parse(struct arena *arena, const char *text, struct export_map *out,
		 struct pawl_error *error)
{
	return export_map_parse(arena, slice_of(text), SLICE("maps/x.tsv"), out, error);
}

static void a_map_survives_writing_and_reading(void **state)
{
	static const char text[] = HEAD "m\t*\tfacade\t\t\nm\tUser\tdeclared\tm.user\tUser\n"
					"m\ttsdb\tmodule\tp.tsdb\t\nm\tsub\tsubmodule\t\t\n";
	struct pawl_error error = {0};
	const struct export_line *line;
	struct arena arena = {0};
	struct export_map map;

	(void)state;
	assert_int_equal(parse(&arena, text, &map, &error), 0);
	assert_int_equal(map.count, 4);
	line = export_map_find(&map, SLICE("m"), SLICE("User"));
	assert_non_null(line);
	assert_int_equal(line->kind, EXPORT_DECLARED);
	assert_true(slice_equal_string(line->module, "m.user"));
	assert_null(export_map_find(&map, SLICE("m"), SLICE("Nobody")));
	assert_true(slice_equal_string(export_map_format(&arena, &map), text));
	arena_free(&arena);
}

static void a_broken_map_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text, *place;
	} cases[] = {
		{"", "maps/x.tsv:1: "},
		{"# pawl exports, version 2\n", "maps/x.tsv:1: "},
		{"# pawl exports, version 1\n# commit xyz\n", "maps/x.tsv:2: "},
		{HEAD "m\tUser\tdeclared\tm.user\tUser", "maps/x.tsv:3: "},
		{HEAD "m\tUser\tdeclared\tm.user\n", "maps/x.tsv:3: "},
		{HEAD "m\tUser\tguessed\tm.user\tUser\n", "maps/x.tsv:3: "},
		{HEAD "m\tUser\tdeclared\t\tUser\n", "maps/x.tsv:3: "},
		{HEAD "m\tUser\tdeclared\tm.user\tUser\tmore\n", "maps/x.tsv:3: "},
		{HEAD "m\tUser\town\tm.user\tUser\n", "maps/x.tsv:3: "},
	};
	struct arena arena = {0};
	struct export_map map;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pawl_error error = {0};

		assert_int_equal(parse(&arena, cases[i].text, &map, &error), -1);
		assert_int_equal(error.kind, PAWL_ERROR_POLICY);
		assert_int_equal(strncmp(error.message, cases[i].place, strlen(cases[i].place)), 0);
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_map_survives_writing_and_reading),
		cmocka_unit_test(a_broken_map_is_refused_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
