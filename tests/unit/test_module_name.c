#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pawl/resolve.h"

static void assert_name(const char *path, const char *expected)
{
	struct slice items[] = {SLICE("src"), SLICE("lib/py/"), SLICE(".")};
	struct slices roots = {.items = items, .count = 3};
	struct arena arena = {0};
	struct module_name name;

	module_name_of_path(&roots, slice_of(path), &arena, &name);
	if (expected) {
		assert_true(name.known);
		assert_string_equal(name.name.ptr, expected);
	} else {
		assert_false(name.known);
	}
	arena_free(&arena);
}

static void the_first_root_that_holds_a_path_names_its_module(void **state)
{
	(void)state;
	assert_name("src/sentry/models/user.py", "sentry.models.user");
	assert_name("src/sentry/models/__init__.py", "sentry.models");
	assert_name("src/sentry/models/__init__.pyi", "sentry.models");
	assert_name("lib/py/a.py", "a");
	assert_name("srcs/a.py", "srcs.a");
	assert_name("setup.py", "setup");
	assert_name("src/__init__.py", "");
}

static void what_no_import_can_name_is_outside_the_roots(void **state)
{
	struct slice items[] = {SLICE("src")};
	struct slices roots = {.items = items, .count = 1};
	struct arena arena = {0};
	struct module_name name;

	(void)state;
	module_name_of_path(&roots, SLICE("tests/a.py"), &arena, &name);
	assert_false(name.known);
	assert_name("bin/tool", NULL);
	assert_name("a.b/c.py", NULL);
	arena_free(&arena);
}

static void assert_absolute(const char *module, bool package, unsigned level, const char *relative,
			    const char *expected)
{
	struct module_name from = {
		.name = slice_of(module), .known = module[0] != '?', .package = package};
	struct arena arena = {0};
	struct slice name;
	bool resolved = module_name_absolute(&from, level, slice_of(relative), &arena, &name);

	assert_int_equal(resolved, expected != NULL);
	if (expected)
		assert_true(slice_equal_string(name, expected));
	arena_free(&arena);
}

static void dots_climb_from_the_package_of_a_text(void **state)
{
	(void)state;
	assert_absolute("a.b.c", false, 1, "x", "a.b.x");
	assert_absolute("a.b.c", true, 1, "x", "a.b.c.x");
	assert_absolute("a.b.c", false, 2, "", "a");
	assert_absolute("a.b.c", true, 3, "x.y", "a.x.y");
	assert_absolute("a.b.c", false, 0, "x.y", "x.y");
}

static void dots_that_climb_too_far_stay_unresolved(void **state)
{
	(void)state;
	assert_absolute("a.b", false, 2, "x", NULL);
	assert_absolute("a", false, 1, "x", NULL);
	assert_absolute("", true, 1, "x", NULL);
	assert_absolute("a", true, 4000000000u, "x", NULL);
	assert_absolute("?", false, 1, "x", NULL);
	assert_absolute("?", false, 0, "x", "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_root_that_holds_a_path_names_its_module),
		cmocka_unit_test(what_no_import_can_name_is_outside_the_roots),
		cmocka_unit_test(dots_climb_from_the_package_of_a_text),
		cmocka_unit_test(dots_that_climb_too_far_stay_unresolved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
