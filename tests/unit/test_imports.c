#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "pawl/python.h"

static struct imports read(struct arena *arena, struct slice bytes,
			   const struct import_filter *filter, const struct text_limits *limits)
{
	struct imports imports;
	struct text text;

	text_open(&text, arena, bytes);
	assert_int_equal(text.state, TEXT_READABLE);
	imports_read(&text, filter, limits, arena, &imports);
	return imports;
}

static struct slice repeat(struct arena *arena, const char *head, const char *part, size_t count,
			   const char *tail)
{
	struct buf buf = {.arena = arena};

	buf_add_string(&buf, head);
	for (size_t i = 0; i < count; i++)
		buf_add_string(&buf, part);
	buf_add_string(&buf, tail);
	return buf_slice(&buf);
}

static const struct slice components[] = {{"sentry", 6}, {"models", 6}};
static const struct slice last[] = {{"models", 6}};

static struct import_filter filter(void)
{
	return (struct import_filter){
		.components = components, .component_count = 2, .last = last, .last_count = 1};
}

static void a_statement_and_its_names_have_exact_ends(void **state)
{
	struct arena arena = {0};
	struct imports imports =
		read(&arena, SLICE("x; from a import (b as c,\n d,) # e\n"), NULL, NULL);

	(void)state;
	assert_int_equal(imports.count, 2);
	assert_int_equal(imports.items[0].statement.offset, 3);
	assert_int_equal(imports.items[0].statement_end, 30);
	assert_int_equal(imports.items[0].name_at.offset, 18);
	assert_int_equal(imports.items[0].name_end, 24);
	assert_int_equal(imports.items[1].name_at.line, 2);
	assert_int_equal(imports.items[1].name_at.column, 2);
	assert_int_equal(imports.items[1].name_end, 28);
	assert_false(imports.parsed_whole);
	arena_free(&arena);
}

static void a_text_without_the_last_component_is_skipped(void **state)
{
	struct arena arena = {0};
	struct import_filter skip = filter();
	struct slice bytes = SLICE("from sentry import tasks\nx = '\xc3\xa9'\n");

	(void)state;
	assert_int_equal(read(&arena, bytes, &skip, NULL).count, 0);
	skip.inside = true;
	assert_int_equal(read(&arena, bytes, &skip, NULL).count, 1);
	arena_free(&arena);
}

static void a_text_that_may_spell_it_otherwise_is_not_skipped(void **state)
{
	struct arena arena = {0};
	struct import_filter skip = filter();

	(void)state;
	assert_int_equal(
		read(&arena, SLICE("from sentry.\xef\xbd\x8dodels import User\n"), &skip, NULL)
			.count,
		1);
	assert_int_equal(
		read(&arena, SLICE("import sentry\nsentry.\xef\xbd\x8dodels.User\n"), &skip, NULL)
			.count,
		1);
	arena_free(&arena);
}

static void only_statements_that_cannot_matter_are_skipped(void **state)
{
	struct arena arena = {0};
	struct import_filter skip = filter();
	struct imports imports =
		read(&arena,
		     SLICE("import os # models\nfrom a import b\nfrom . import c\n"
			   "from .d import e\nfrom f import *\nfrom sentry import g\n"
			   "from .. \\\n import h\nx = 'models'\n"),
		     &skip, NULL);

	(void)state;
	assert_int_equal(imports.count, 5);
	assert_true(slice_equal_string(imports.items[0].module, "os"));
	assert_true(slice_equal_string(imports.items[1].name, "c"));
	assert_true(imports.items[2].star);
	assert_true(slice_equal_string(imports.items[3].name, "g"));
	assert_true(slice_equal_string(imports.items[4].name, "h"));
	arena_free(&arena);
}

static void a_filter_keeps_what_type_checking_hangs_on(void **state)
{
	struct arena arena = {0};
	struct import_filter skip = filter();
	struct imports imports = read(&arena,
				      SLICE("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
					    "    from sentry.models import User\n"),
				      &skip, NULL);

	(void)state;
	assert_int_equal(imports.count, 2);
	assert_true(imports.items[1].type_checking);
	arena_free(&arena);
}

static void more_names_than_the_limit_are_unreadable(void **state)
{
	struct arena arena = {0};
	struct text_limits limits = {.max_imports = 3};

	(void)state;
	assert_null(read(&arena, SLICE("from a import b, c, d\n"), NULL, &limits).unreadable);
	assert_non_null(
		read(&arena, SLICE("from a import b, c, d, e\n"), NULL, &limits).unreadable);
	assert_non_null(read(&arena, SLICE("import a; import b; import c; import d"), NULL, &limits)
				.unreadable);
	assert_non_null(
		read(&arena, repeat(&arena, "", "import a\n", 100000, ""), NULL, NULL).unreadable);
	arena_free(&arena);
}

static void brackets_nested_by_the_thousand_are_unreadable(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_non_null(
		read(&arena, repeat(&arena, "x = ", "(", 100000, ""), NULL, NULL).unreadable);
	assert_non_null(
		read(&arena, repeat(&arena, "x = ", "f'{", 100000, ""), NULL, NULL).unreadable);
	assert_null(
		read(&arena, repeat(&arena, "x = ", "()", 100000, "\n"), NULL, NULL).unreadable);
	arena_free(&arena);
}

static void an_unclosed_bracket_hides_no_import_below(void **state)
{
	struct arena arena = {0};
	struct imports imports =
		read(&arena, SLICE("x = ([{\nfrom a import b\ndef f():\n  import c\n"), NULL, NULL);

	(void)state;
	assert_true(imports.parsed_whole);
	assert_int_equal(imports.count, 2);
	assert_int_equal(imports.items[1].scope, SCOPE_FUNCTION);
	arena_free(&arena);
}

static void rubbish_ends_in_bounded_time(void **state)
{
	struct arena arena = {0};
	struct imports imports = read(
		&arena, repeat(&arena, "(", "x from ) ] import : $ ? ", 20000, ""), NULL, NULL);

	(void)state;
	assert_true(imports.parsed_whole || imports.unreadable);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_statement_and_its_names_have_exact_ends),
		cmocka_unit_test(a_text_without_the_last_component_is_skipped),
		cmocka_unit_test(a_text_that_may_spell_it_otherwise_is_not_skipped),
		cmocka_unit_test(only_statements_that_cannot_matter_are_skipped),
		cmocka_unit_test(a_filter_keeps_what_type_checking_hangs_on),
		cmocka_unit_test(more_names_than_the_limit_are_unreadable),
		cmocka_unit_test(brackets_nested_by_the_thousand_are_unreadable),
		cmocka_unit_test(an_unclosed_bracket_hides_no_import_below),
		cmocka_unit_test(rubbish_ends_in_bounded_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
