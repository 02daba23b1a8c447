#include "module_fixture.h"

static void assert_origin_of(const struct file *files, size_t count, const char *module,
			     const char *name, const char *expected)
{
	struct arena arena = {0};
	struct pawl_error error = {0};
	struct modules *modules = modules_of(&arena, files, count);
	struct origin origin;

	assert_int_equal(name_resolve(modules, slice_of(module), slice_of(name), &origin, &error),
			 0);
	assert_string_equal(origin_say(&arena, &origin).ptr, expected);
	arena_free(&arena);
}

#define assert_origin(name, expected, ...) assert_origin_of(FILES(__VA_ARGS__), "f", name, expected)

/* ---- imports, stars and what they lead to ---- */

static void a_name_is_followed_through_imports_to_where_it_is_declared(void **state)
{
	(void)state;
	assert_origin("User", "declared f.user.User reexport",
		      {"f/__init__.py", "from .a import U as User\n"},
		      {"f/a.py", "from f.user import User as U\n"},
		      {"f/user.py", "class User: pass\n"});
	assert_origin("User", "declared f.User", {"f/__init__.py", "class User: pass\n"});
	assert_origin("nothing", "unbound", {"f.py", "x = 1\n"});
	assert_origin("x", "unbound", {"g.py", "x = 1\n"});
}

static void the_last_binding_wins(void **state)
{
	(void)state;
	assert_origin("x", "declared b.x reexport", {"f.py", "from a import x\nfrom b import x\n"},
		      {"a.py", "x = 1\n"}, {"b.py", "x = 1\n"});
	assert_origin("x", "declared f.x", {"f.py", "from a import x\nx = 2\n"},
		      {"a.py", "x = 1\n"});
	assert_origin("x", "declared b.x reexport star",
		      {"f.py", "from a import *\nfrom b import *\nfrom c import *\n"},
		      {"a.py", "x = 1\n"}, {"b.py", "x = 1\n"}, {"c.py", "y = 'x'\n"});
}

static void what_del_unbinds_is_not_there(void **state)
{
	(void)state;
	assert_origin("x", "unbound", {"f.py", "from a import x\ndel x\n"}, {"a.py", "x = 1\n"});
	assert_origin("e", "unbound", {"f.py", "try: pass\nexcept E as e: pass\n"});
}

static void an_alias_of_a_submodule_is_the_module_though_its_name_is_bound_anew(void **state)
{
	struct arena arena = {0};
	struct pawl_error error = {0};
	struct origin origin;
	struct slice canonical;
	struct modules *modules = modules_of(
		&arena,
		FILES({"f/__init__.py", "import f.a as m\nfrom . import b as n\nclass a: pass\n"},
		      {"f/a.py", ""}, {"f/b.py", ""}));

	(void)state;
	assert_int_equal(name_resolve(modules, SLICE("f"), SLICE("m"), &origin, &error), 0);
	assert_string_equal(origin_say(&arena, &origin).ptr, "module f.a reexport");
	/* `from f import a` gives the class. */
	assert_true(origin.replaced);
	assert_false(origin_canonical(&origin, SLICE("m"), &arena, &canonical));
	assert_int_equal(name_resolve(modules, SLICE("f"), SLICE("n"), &origin, &error), 0);
	assert_false(origin.replaced);
	assert_true(origin_canonical(&origin, SLICE("n"), &arena, &canonical));
	assert_string_equal(canonical.ptr, "from f import b as n");
	arena_free(&arena);
	/* What was loaded before and bound anew since is no module any more. */
	assert_origin("m", "declared f.a reexport",
		      {"f/__init__.py", "import f.a\nclass a: pass\nimport f.a as m\n"},
		      {"f/a.py", ""});
}

static void a_star_that_binds_in_some_runs_only_leaves_a_doubt(void **state)
{
	(void)state;
	assert_origin("x", "declared b.x reexport star doubtful",
		      {"f.py", "from a import *\nfrom b import *\n"}, {"a.py", "x = 1\n"},
		      {"b.py", "if y:\n    x = 2\n"});
	assert_origin("x", "declared b.x reexport star accident doubtful",
		      {"f.py", "from a import x\nfrom c import *\n"}, {"a.py", "x = 1\n"},
		      {"c.py", "from b import *\n"},
		      {"b.py", "try:\n    import z\nexcept E:\n    x = 2\n"});
	/* Nothing was there before, or it is bound whatever happens, or it is imported by name. */
	assert_origin("x", "declared b.x reexport star", {"f.py", "from b import *\n"},
		      {"b.py", "if y:\n    x = 2\n"});
	assert_origin("x", "declared b.x reexport star",
		      {"f.py", "from a import *\nfrom b import *\n"}, {"a.py", "x = 1\n"},
		      {"b.py", "if y:\n    x = 2\nelse:\n    x = 3\n"});
	assert_origin("x", "declared b.x reexport star accident",
		      {"f.py", "from a import *\nfrom c import *\n"}, {"a.py", "x = 1\n"},
		      {"c.py", "from b import x\n"}, {"b.py", "if y:\n    x = 2\n"});
}

static void a_submodule_that_another_module_loads_launders_no_name(void **state)
{
	(void)state;
	assert_origin("x", "unknown reexport", {"f/__init__.py", "from f.a import y\nx = b.x\n"},
		      {"f/a.py", "import f.b\ny = 1\n"}, {"f/b.py", "x = 1\n"});
	assert_origin("x", "declared f.x", {"f/__init__.py", "x = dict.fromkeys\n"});
}

static void the_first_module_outside_the_roots_ends_the_chain(void **state)
{
	(void)state;
	assert_origin("Any", "declared typing.Any reexport star accident",
		      {"f/__init__.py", "from f.user import *\n"},
		      {"f/user.py", "from typing import Any\n"});
	assert_origin("os", "module os reexport", {"f.py", "import os\n"});
	assert_origin("p", "module os.path reexport", {"f.py", "import os.path as p\n"});
}

static void what_an_import_cycle_brings_back_is_skipped(void **state)
{
	(void)state;
	/* D3, as in sentry.models: release.py imports Activity from the facade that stars it. */
	assert_origin("Activity", "declared f.activity.Activity reexport star",
		      {"f/__init__.py", "from f.activity import *\nfrom f.release import *\n"},
		      {"f/activity.py", "class Activity: pass\n"},
		      {"f/release.py", "from f import Activity\n"});
	assert_origin("x", "unbound", {"f.py", "from a import x\n"}, {"a.py", "from b import *\n"},
		      {"b.py", "from a import *\nfrom f import x\n"});
	assert_origin("x", "declared b.x reexport star accident", {"f.py", "from a import *\n"},
		      {"a.py", "from b import *\n"},
		      {"b.py", "x = 1\nfrom a import *\nfrom f import *\n"});
}

static void an_answer_cut_short_by_a_cycle_is_not_remembered(void **state)
{
	struct arena arena = {0};
	struct pawl_error error = {0};
	struct modules *modules = modules_of(&arena, FILES({"a.py", "x = 0\nfrom b import x\n"},
							   {"b.py", "x = 1\nfrom a import x\n"}));
	struct origin origin;

	(void)state;
	assert_int_equal(name_resolve(modules, SLICE("a"), SLICE("x"), &origin, &error), 0);
	assert_string_equal(origin_say(&arena, &origin).ptr, "declared b.x reexport");
	assert_int_equal(name_resolve(modules, SLICE("b"), SLICE("x"), &origin, &error), 0);
	assert_string_equal(origin_say(&arena, &origin).ptr, "declared a.x reexport");
	arena_free(&arena);
}

/* ---- submodules (D2, D7) ---- */

static void an_import_binds_the_submodule_it_loads(void **state)
{
	(void)state;
	assert_origin("s", "module f.s submodule", {"f/__init__.py", "from .s import x\n"},
		      {"f/s.py", "x = 1\n"});
	assert_origin("s", "declared f.s.s reexport", {"f/__init__.py", "from .s import s\n"},
		      {"f/s.py", "def s(): pass\n"});
	assert_origin("s", "module f.s submodule", {"f/__init__.py", "s = 1\nfrom .s.t import x\n"},
		      {"f/s/__init__.py", ""}, {"f/s/t.py", "x = 1\n"});
	assert_origin("s", "module f.s submodule", {"f/__init__.py", "class A:\n  import f.s\n"},
		      {"f/s.py", ""});
}

static void only_the_first_load_of_a_submodule_binds_it(void **state)
{
	(void)state;
	assert_origin("s", "declared f.s",
		      {"f/__init__.py", "from .s import x\ns = 1\nfrom .s import y\n"},
		      {"f/s.py", "x = y = 1\n"});
}

static void a_star_rebinds_a_submodule_that_was_loaded_before(void **state)
{
	(void)state;
	assert_origin("options", "module g.options reexport star accident",
		      {"f/__init__.py", "from .options import *\nfrom .release import *\n"},
		      {"f/options/__init__.py", ""}, {"f/release.py", "from g import options\n"},
		      {"g/__init__.py", ""}, {"g/options.py", ""});
	assert_origin("options", "module f.options submodule",
		      {"f/__init__.py", "from .release import *\nfrom .options import *\n"},
		      {"f/options/__init__.py", ""}, {"f/release.py", "from g import options\n"},
		      {"g/__init__.py", ""}, {"g/options.py", ""});
}

static void a_submodule_that_is_only_there_is_no_use(void **state)
{
	(void)state;
	assert_origin("s", "module f.s submodule", {"f/__init__.py", ""}, {"f/s.py", ""});
	assert_origin("s", "module f.s submodule", {"f/__init__.py", "from . import s\n"},
		      {"f/s.py", ""});
	assert_origin("s", "module f.s submodule", {"f/__init__.py", "from f import s\n"},
		      {"f/s/t.py", ""});
	assert_origin("s", "unbound", {"f/__init__.py", ""}, {"f/s/readme.txt", ""});
}

static void a_name_bound_beside_a_submodule_that_is_never_loaded_is_ambiguous(void **state)
{
	(void)state;
	assert_origin("s", "ambiguous reexport", {"f/__init__.py", "from .a import *\n"},
		      {"f/a.py", "s = 1\n"}, {"f/s.py", ""});
}

static void another_package_s_module_is_imported_from_its_parent(void **state)
{
	(void)state;
	assert_origin("tsdb", "module sentry.tsdb reexport",
		      {"f.py", "from sentry import search, tsdb\n"}, {"src/sentry/__init__.py", ""},
		      {"src/sentry/tsdb/__init__.py", ""});
	assert_origin("quotas", "declared sentry.quotas.backend reexport",
		      {"f.py", "from sentry.quotas import backend as quotas\n"},
		      {"src/sentry/__init__.py", ""}, {"src/sentry/quotas.py", "backend = B()\n"});
}

/* ---- branches (D4, D8) ---- */

static void the_module_that_chooses_declares_the_name(void **state)
{
	(void)state;
	assert_origin("json", "declared f.json choice",
		      {"f.py",
		       "try:\n  import simplejson as json\nexcept ImportError:\n  import json\n"});
	assert_origin("foo", "declared g.foo reexport choice", {"f.py", "from g import foo\n"},
		      {"g.py",
		       "def foo(): pass\ntry:\n  from _g import foo\nexcept ImportError: pass\n"});
	assert_origin("x", "declared a.x reexport",
		      {"f.py", "if c:\n  from a import x\nelse:\n  from b import x\n"},
		      {"a.py", "x = 1\n"}, {"b.py", "from a import x\n"});
	assert_origin("x", "declared a.x reexport", {"f.py", "if c:\n  from a import x\n"},
		      {"a.py", "x = 1\n"});
	assert_origin("x", "declared a.x reexport",
		      {"f.py", "try:\n  from a import x\nexcept ImportError:\n  raise Missing\n"},
		      {"a.py", "x = 1\n"});
}

static void all_arms_together_hide_what_was_bound_before(void **state)
{
	(void)state;
	assert_origin("x", "declared b.x reexport",
		      {"f.py",
		       "from a import x\nif c:\n  from b import x\nelif d:\n  from b import x\n"
		       "else:\n  from b import x\n"},
		      {"a.py", "x = 1\n"}, {"b.py", "x = 1\n"});
	assert_origin(
		"x", "declared f.x choice",
		{"f.py", "from a import x\nif c:\n  from b import x\nelif d:\n  from b import x\n"},
		{"a.py", "x = 1\n"}, {"b.py", "x = 1\n"});
	assert_origin("x", "declared b.x reexport",
		      {"f.py", "from a import x\ntry:\n  pass\nfinally:\n  from b import x\n"},
		      {"a.py", "x = 1\n"}, {"b.py", "x = 1\n"});
}

static void what_only_type_checkers_see_counts_where_nothing_else_is(void **state)
{
	(void)state;
	assert_origin("x", "declared a.x reexport",
		      {"f.py", "from typing import TYPE_CHECKING\nfrom a import x\n"
			       "if TYPE_CHECKING:\n  from b import x\n"},
		      {"a.py", "x = 1\n"}, {"b.py", "x = 1\n"});
	assert_origin("x", "declared b.x reexport type_checking",
		      {"f.py", "import typing as t\nif t.TYPE_CHECKING:\n  from b import x\n"},
		      {"b.py", "x = 1\n"});
	assert_origin(
		"x", "declared a.x reexport star", {"f.py", "from a import *\nfrom g import *\n"},
		{"a.py", "x = 1\n"},
		{"g.py", "from typing import TYPE_CHECKING as T\nif T:\n  from b import x\n"});
}

/* ---- assignments (D6) ---- */

static void an_assignment_of_an_imported_name_hands_it_on(void **state)
{
	(void)state;
	assert_origin("User", "declared f.user.User reexport",
		      {"f/__init__.py", "from .user import User as _U\nUser = _U\n"},
		      {"f/user.py", "class User: pass\n"});
	assert_origin("User", "declared f.user.User reexport",
		      {"f/__init__.py", "from . import user\nUser = (user.User)\n"},
		      {"f/user.py", "class User: pass\n"});
	assert_origin("sep", "unknown reexport", {"f.py", "from os import path\nsep = path.sep\n"});
	assert_origin("path", "declared os.path reexport", {"f.py", "import os\npath = os.path\n"});
}

static void other_assignments_declare(void **state)
{
	(void)state;
	assert_origin("x", "declared f.x", {"f.py", "from a import y\nx = y()\n"},
		      {"a.py", "y = 1\n"});
	assert_origin("x", "declared f.x", {"f.py", "from a import C\nx = C.m\n"},
		      {"a.py", "class C: m = 1\n"});
	assert_origin("text", "declared f.text", {"f.py", "text = str\n"});
	assert_origin("x", "declared f.x", {"f.py", "y = 1\nx = y\n"});
}

static void an_assignment_sees_what_was_bound_in_front_of_it(void **state)
{
	(void)state;
	assert_origin("x", "declared a.y reexport",
		      {"f.py", "from a import y\nx = y\nfrom b import y\n"}, {"a.py", "y = 1\n"},
		      {"b.py", "y = 1\n"});
	assert_origin("x", "declared f.x choice",
		      {"f.py", "try:\n  from a import y\n  x = y\nexcept E:\n  x = None\n"},
		      {"a.py", "y = 1\n"});
}

/* ---- __all__ (D5, D9) ---- */

static void a_star_takes_what_all_lists(void **state)
{
	(void)state;
	assert_origin("_x", "declared a._x reexport star", {"f.py", "from a import *\n"},
		      {"a.py", "__all__ = ['_x']\n_x = y = 1\n"});
	assert_origin("y", "unbound", {"f.py", "from a import *\n"},
		      {"a.py", "__all__ = ['_x']\n_x = y = 1\n"});
	assert_origin("_x", "unbound", {"f.py", "from a import *\n"}, {"a.py", "_x = 1\n"});
	assert_origin(
		"z", "declared b.z reexport star", {"f.py", "from a import *\n"},
		{"a.py",
		 "from b import *\nimport b\n__all__ = ['q'] + b.__all__\n__all__.remove('y')\n"},
		{"b.py", "__all__ = ('y',)\n__all__ += ['z']\ny = z = 1\n"});
	assert_origin("s", "module a.s reexport star", {"f.py", "from a import *\n"},
		      {"a/__init__.py", "__all__ = ['s']\n"}, {"a/s.py", ""});
}

static void a_dynamic_star_leaves_earlier_names_doubtful(void **state)
{
	(void)state;
	assert_origin("x", "declared a.x reexport doubtful",
		      {"f.py", "from a import x\nfrom b import *\n"}, {"a.py", "x = 1\n"},
		      {"b.py", "__all__ = names()\nx = 2\n"});
	assert_origin("x", "declared a.x reexport", {"f.py", "from b import *\nfrom a import x\n"},
		      {"a.py", "x = 1\n"}, {"b.py", "__all__ = names()\nx = 2\n"});
	assert_origin("x", "unknown reexport star", {"f.py", "from b import *\n"},
		      {"b.py", "__all__ = names()\nx = 2\n"});
	assert_origin("x", "declared a.x reexport doubtful",
		      {"f.py", "from a import x\nfrom outside import *\n"}, {"a.py", "x = 1\n"});
	assert_origin("x", "unknown reexport star", {"f.py", "from b import *\n"},
		      {"b.py", "from c import public\n@public\ndef x(): pass\n"},
		      {"c.py", "import sys\ndef public(f):\n  m = sys.modules[f.__module__]\n"
			       "  m.__dict__['__all__'].append(f.__name__)\n"});
}

static void a_stub_exports_what_it_imports_under_its_own_name(void **state)
{
	(void)state;
	assert_origin("x", "declared a.x reexport", {"f.pyi", "from a import x as x, y\n"},
		      {"a.py", "x = y = 1\n"});
	assert_origin("y", "unbound", {"f.pyi", "from a import x as x, y\n"},
		      {"a.py", "x = y = 1\n"});
	assert_origin("y", "declared f.y", {"f.pyi", "from a import y\n"}, {"f.py", "y = 1\n"});
}

static void a_stub_in_an_earlier_root_hides_no_source(void **state)
{
	(void)state;
	assert_origin("x", "declared a.x reexport", {"src/f.pyi", "x: int\nx = 1\n"},
		      {"f.py", "from a import x\n"}, {"a.py", "x = 1\n"});
	assert_origin("x", "declared p.q.x reexport", {"f.py", "from p.q import x\n"},
		      {"src/p/__init__.pyi", ""}, {"src/p/q.pyi", "x = 1\n"},
		      {"p/q.py", "x = 1\n"});
	assert_origin("x", "declared p.q.x reexport", {"f.py", "from p.q import x\n"},
		      {"p.pyi", ""}, {"p/q.py", "x = 1\n"});
	assert_origin("x", "declared p.q.x reexport", {"f.py", "from p.q import x\n"},
		      {"p/__init__.pyi", ""}, {"p/q.pyi", "x = 1\n"});
}

/* ---- lists of exports ---- */

static void stars_over_a_circle_of_imports_give_all_that_each_has(void **state)
{
	struct arena arena = {0};
	struct pawl_error error = {0};
	struct modules *modules = modules_of(
		&arena,
		FILES({"f/__init__.py", "from .a import *\nimport os\n"},
		      {"f/a.py", "from .b import *\ndef one(): pass\n"},
		      {"f/b.py", "from .a import *\nfrom f import *\ntwo = 2\n_three = 3\n"}));
	struct exports exports;
	struct buf names = {.arena = &arena};

	(void)state;
	assert_int_equal(exports_list(modules, SLICE("f"), &exports, &error), 0);
	for (size_t i = 0; i < exports.count; i++) {
		buf_add(&names, exports.items[i].name);
		buf_add_char(&names, ' ');
	}
	assert_string_equal(names.ptr, "a one os two ");
	assert_false(exports.dynamic);
	arena_free(&arena);
}

/* ---- speed and hostile trees ---- */

static void only_modules_that_hold_the_name_are_parsed(void **state)
{
	struct arena arena = {0};
	struct pawl_error error = {0};
	struct modules *modules = modules_of(
		&arena,
		FILES({"f/__init__.py", "from .a import *\nfrom .b import *\nfrom .c import *\n"},
		      {"f/a.py", "class User: pass\n"}, {"f/b.py", "class Other: pass\n"},
		      {"f/c.py", "__all__ = ('Third',)\nclass Third: pass\n"}));
	struct origin origin;

	(void)state;
	assert_int_equal(name_resolve(modules, SLICE("f"), SLICE("User"), &origin, &error), 0);
	assert_string_equal(origin_say(&arena, &origin).ptr, "declared f.a.User reexport star");
	assert_int_equal(modules_parsed(modules), 2);
	arena_free(&arena);
}

/* Each module takes a star from every other, under a condition: as many paths as permutations. */
static void entangled_stars_end(void **state)
{
	enum { MODULES = 40 };
	struct arena arena = {0};
	struct pawl_error error = {0};
	struct file files[MODULES];
	struct modules *modules;
	struct origin origin;
	int result;

	(void)state;
	for (unsigned i = 0; i < MODULES; i++) {
		struct buf text = {.arena = &arena};

		for (unsigned j = 0; j < MODULES; j++)
			buf_add_format(&text, "if c:\n  from m%u import *\n", j);
		buf_add_format(&text, "if c:\n  x = %u\n", i);
		files[i] = (struct file){slice_format(&arena, "m%u.py", i).ptr, text.ptr};
	}
	modules = modules_of(&arena, files, MODULES);
	result = name_resolve(modules, SLICE("m0"), SLICE("y"), &origin, &error);
	assert_int_equal(result, 0);
	assert_int_equal(origin.kind, ORIGIN_UNBOUND);
	result = name_resolve(modules, SLICE("m0"), SLICE("x"), &origin, &error);
	assert_true(result == 0 || error.kind == PAWL_ERROR_LIMIT);
	arena_free(&arena);
}

static void a_chain_over_the_limit_is_unknown(void **state)
{
	enum { MODULES = PAWL_MAX_RESOLVE_DEPTH + 10 };
	struct arena arena = {0};
	struct pawl_error error = {0};
	static struct file files[MODULES];
	struct modules *modules;
	struct origin origin;

	(void)state;
	for (unsigned i = 0; i < MODULES; i++)
		files[i] = (struct file){slice_format(&arena, "m%u.py", i).ptr,
					 slice_format(&arena, "from m%u import x\n", i + 1).ptr};
	modules = modules_of(&arena, files, MODULES);
	assert_int_equal(name_resolve(modules, SLICE("m0"), SLICE("x"), &origin, &error), 0);
	assert_int_equal(origin.kind, ORIGIN_UNKNOWN);
	assert_true(origin.reexport);
	arena_free(&arena);
}

/* ---- canonical imports ---- */

static void assert_canonical(enum origin_kind kind, const char *module, const char *name,
			     const char *bound_as, const char *expected)
{
	struct arena arena = {0};
	struct origin origin = {.kind = kind, .module = slice_of(module), .name = slice_of(name)};
	struct slice text;

	assert_true(origin_canonical(&origin, slice_of(bound_as), &arena, &text));
	assert_string_equal(text.ptr, expected);
	arena_free(&arena);
}

static void a_canonical_import_names_the_declaring_module(void **state)
{
	(void)state;
	assert_canonical(ORIGIN_DECLARED, "a.b", "C", "", "from a.b import C");
	assert_canonical(ORIGIN_DECLARED, "a.b", "backend", "quotas",
			 "from a.b import backend as quotas");
	assert_canonical(ORIGIN_DECLARED, "a.b", "C", "C", "from a.b import C");
	assert_canonical(ORIGIN_MODULE, "sentry.tsdb", "", "tsdb", "from sentry import tsdb");
	assert_canonical(ORIGIN_MODULE, "os", "", "", "import os");
	assert_canonical(ORIGIN_MODULE, "os.path", "", "p", "from os import path as p");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_followed_through_imports_to_where_it_is_declared),
		cmocka_unit_test(the_last_binding_wins),
		cmocka_unit_test(what_del_unbinds_is_not_there),
		cmocka_unit_test(
			an_alias_of_a_submodule_is_the_module_though_its_name_is_bound_anew),
		cmocka_unit_test(a_star_that_binds_in_some_runs_only_leaves_a_doubt),
		cmocka_unit_test(a_submodule_that_another_module_loads_launders_no_name),
		cmocka_unit_test(the_first_module_outside_the_roots_ends_the_chain),
		cmocka_unit_test(what_an_import_cycle_brings_back_is_skipped),
		cmocka_unit_test(an_answer_cut_short_by_a_cycle_is_not_remembered),
		cmocka_unit_test(an_import_binds_the_submodule_it_loads),
		cmocka_unit_test(only_the_first_load_of_a_submodule_binds_it),
		cmocka_unit_test(a_star_rebinds_a_submodule_that_was_loaded_before),
		cmocka_unit_test(a_submodule_that_is_only_there_is_no_use),
		cmocka_unit_test(a_name_bound_beside_a_submodule_that_is_never_loaded_is_ambiguous),
		cmocka_unit_test(another_package_s_module_is_imported_from_its_parent),
		cmocka_unit_test(the_module_that_chooses_declares_the_name),
		cmocka_unit_test(all_arms_together_hide_what_was_bound_before),
		cmocka_unit_test(what_only_type_checkers_see_counts_where_nothing_else_is),
		cmocka_unit_test(an_assignment_of_an_imported_name_hands_it_on),
		cmocka_unit_test(other_assignments_declare),
		cmocka_unit_test(an_assignment_sees_what_was_bound_in_front_of_it),
		cmocka_unit_test(a_star_takes_what_all_lists),
		cmocka_unit_test(a_dynamic_star_leaves_earlier_names_doubtful),
		cmocka_unit_test(a_stub_exports_what_it_imports_under_its_own_name),
		cmocka_unit_test(a_stub_in_an_earlier_root_hides_no_source),
		cmocka_unit_test(stars_over_a_circle_of_imports_give_all_that_each_has),
		cmocka_unit_test(only_modules_that_hold_the_name_are_parsed),
		cmocka_unit_test(entangled_stars_end),
		cmocka_unit_test(a_chain_over_the_limit_is_unknown),
		cmocka_unit_test(a_canonical_import_names_the_declaring_module),
	};
	return cmocka_run_group_tests(tests, repository_make, fixture_remove);
}
