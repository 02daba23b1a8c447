#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../src/python/scopes.h"

/* A module [0, 100) with a function [10, 60) that holds a class [20, 50) that holds a function [30,
 * 40). */
struct fixture {
	struct arena arena;
	struct scopes scopes;
	struct scope *module, *function, *class_, *method;
	struct import import;
};

static int set_up(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){.scopes.arena = &fixture.arena};
	fixture.module = scope_open(&fixture.scopes, NULL, BLOCK_MODULE, 0, UINT32_MAX);
	fixture.function = scope_open(&fixture.scopes, fixture.module, BLOCK_FUNCTION, 10, 60);
	fixture.class_ = scope_open(&fixture.scopes, fixture.function, BLOCK_CLASS, 20, 50);
	fixture.method = scope_open(&fixture.scopes, fixture.class_, BLOCK_FUNCTION, 30, 40);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	arena_free(&((struct fixture *)*state)->arena);
	return 0;
}

static void import_into(struct fixture *f, struct scope *scope)
{
	scope_import(&f->scopes, scope, SLICE("m"), SLICE("thing"), &f->import);
}

static bool is_imported(struct fixture *f, struct scope *scope)
{
	struct scope_name *name = scope_resolve(&f->scopes, scope, SLICE("m"), 99);

	return name && map_get(&name->imports, SLICE("thing")) == &f->import;
}

static void the_innermost_scope_holds_an_offset(void **state)
{
	struct fixture *f = *state;

	assert_ptr_equal(scope_at(&f->scopes, 0), f->module);
	assert_ptr_equal(scope_at(&f->scopes, 10), f->function);
	assert_ptr_equal(scope_at(&f->scopes, 35), f->method);
	assert_ptr_equal(scope_at(&f->scopes, 40), f->class_);
	assert_ptr_equal(scope_at(&f->scopes, 50), f->function);
	assert_ptr_equal(scope_at(&f->scopes, 60), f->module);
}

static void a_modules_name_is_seen_everywhere(void **state)
{
	struct fixture *f = *state;

	import_into(f, f->module);
	assert_true(is_imported(f, f->module));
	assert_true(is_imported(f, f->function));
	assert_true(is_imported(f, f->class_));
	assert_true(is_imported(f, f->method));
}

static void a_class_is_skipped_by_the_functions_inside(void **state)
{
	struct fixture *f = *state;

	import_into(f, f->class_);
	assert_true(is_imported(f, f->class_));
	assert_false(is_imported(f, f->method));
	assert_false(is_imported(f, f->function));
	/* PEP 695: type parameters are evaluated in a scope that sees the class. */
	assert_true(is_imported(f, scope_open(&f->scopes, f->class_, BLOCK_TYPES, 41, 42)));
}

static void a_nearer_binding_hides_a_farther_one(void **state)
{
	struct fixture *f = *state;

	import_into(f, f->module);
	scope_bind(f->function, SLICE("m"), 12, true);
	assert_true(is_imported(f, f->module));
	assert_false(is_imported(f, f->function));
	assert_false(is_imported(f, f->method));
}

static void a_global_of_a_function_is_the_modules_inside_it_too(void **state)
{
	struct fixture *f = *state;

	scope_declare_global(f->method, SLICE("m"));
	import_into(f, f->method);
	scope_bind(f->function, SLICE("m"), 12, true);
	assert_true(is_imported(f, f->module));
	assert_true(is_imported(f, f->method));
	assert_true(is_imported(f, scope_open(&f->scopes, f->method, BLOCK_FUNCTION, 35, 36)));
	assert_false(is_imported(f, f->function));
}

static void a_nonlocal_is_the_enclosing_functions(void **state)
{
	struct fixture *f = *state;

	scope_bind(f->function, SLICE("m"), 12, true);
	scope_declare_nonlocal(f->method, SLICE("m"));
	import_into(f, f->method);
	assert_true(is_imported(f, f->function));
	assert_true(is_imported(f, f->method));
	assert_false(is_imported(f, f->module));
}

static void a_walrus_binds_outside_of_comprehensions(void **state)
{
	struct fixture *f = *state;
	struct scope *outer = scope_open(&f->scopes, f->method, BLOCK_COMPREHENSION, 31, 39);
	struct scope *inner = scope_open(&f->scopes, outer, BLOCK_COMPREHENSION, 32, 38);

	assert_ptr_equal(scope_of_walrus(inner), f->method);
	assert_ptr_equal(scope_of_walrus(f->method), f->method);
}

static void private_names_are_mangled_with_the_innermost_class(void **state)
{
	struct fixture *f = *state;

	f->method->class_name = SLICE("__Cls");
	assert_true(
		slice_equal_string(scope_mangle(&f->scopes, f->method, SLICE("__x")), "_Cls__x"));
	assert_true(
		slice_equal_string(scope_mangle(&f->scopes, f->method, SLICE("__x__")), "__x__"));
	assert_true(slice_equal_string(scope_mangle(&f->scopes, f->method, SLICE("_x")), "_x"));
	f->method->class_name = SLICE("__");
	assert_true(slice_equal_string(scope_mangle(&f->scopes, f->method, SLICE("__x")), "__x"));
	assert_true(slice_equal_string(scope_mangle(&f->scopes, f->module, SLICE("__x")), "__x"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_innermost_scope_holds_an_offset),
		TEST(a_modules_name_is_seen_everywhere),
		TEST(a_class_is_skipped_by_the_functions_inside),
		TEST(a_nearer_binding_hides_a_farther_one),
		TEST(a_global_of_a_function_is_the_modules_inside_it_too),
		TEST(a_nonlocal_is_the_enclosing_functions),
		TEST(a_walrus_binds_outside_of_comprehensions),
		TEST(private_names_are_mangled_with_the_innermost_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
