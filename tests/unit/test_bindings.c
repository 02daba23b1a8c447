#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pawl/python.h"

static void chain_add(struct buf *out, const struct slices *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		buf_add_string(out, i ? "." : "");
		buf_add(out, chain->items[i]);
	}
}

static void all_add(struct buf *out, const struct all_change *all)
{
	static const char *const operations[] = {"set", "extend", "remove", "dynamic", "decorated"};

	buf_add_format(out, "(%s", operations[all->operation]);
	for (size_t i = 0; i < all->names.count; i++) {
		buf_add_char(out, ' ');
		buf_add(out, all->names.items[i]);
	}
	for (size_t i = 0; i < all->reference_count; i++) {
		buf_add_string(out, " +");
		chain_add(out, &all->references[i]);
	}
	buf_add_string(out, all->dynamic ? " …)" : ")");
}

/* One event: "def x", "x=a.b", "from .m a as x", "del x", with "@arm/count" where it is under one.
 */
static void binding_add(struct buf *out, const struct binding *binding)
{
	static const char *const kinds[] = {"def",  "chain", "import", "from",
					    "star", "load",  "del",    "all"};

	buf_add_format(out, "%s ", kinds[binding->kind]);
	buf_add(out, binding->name);
	if (binding->kind >= BINDING_MODULE && binding->kind <= BINDING_LOAD) {
		buf_add_string(out, "<");
		for (unsigned i = 0; i < binding->level; i++)
			buf_add_char(out, '.');
		buf_add(out, binding->module);
		buf_add_string(out, binding->target.len ? ":" : "");
		buf_add(out, binding->target);
	}
	if (binding->kind == BINDING_CHAIN) {
		buf_add_char(out, '=');
		chain_add(out, &binding->chain);
	}
	if (binding->all)
		all_add(out, binding->all);
	for (const struct branch *b = binding->branch; b; b = b->parent)
		buf_add_format(out, "@%u/%u%s", b->arm, b->arm_count,
			       b->may_fall_through ? "?" : "");
	buf_add_string(out, binding->type_checking ? "!" : "");
}

static void assert_bindings(const char *source, const char *expected)
{
	struct arena arena = {0};
	struct buf out = {.arena = &arena};
	struct bindings bindings;
	struct text text;

	text_open(&text, &arena, slice_of(source));
	bindings_read(&text, NULL, &arena, &bindings);
	assert_null(bindings.unreadable);
	buf_add_string(&out, "");
	for (size_t i = 0; i < bindings.count; i++) {
		buf_add_string(&out, i ? ", " : "");
		binding_add(&out, &bindings.items[i]);
	}
	assert_string_equal(out.ptr, expected);
	arena_free(&arena);
}

static void definitions_and_assignments_bind(void **state)
{
	(void)state;
	assert_bindings("def f(a): b = 1\nclass C(D): e = 1\nasync def g(): pass\n",
			"def f, def C, def g");
	assert_bindings("a = b = 1\n(c, [d, *e]), f.g, h[i] = j\n",
			"def a, def b, def c, def d, def e");
	assert_bindings("x: int\ny: int = 1\nz += 1\n", "def y, def z");
	assert_bindings("type T[K] = list[K]\n", "def T");
}

static void statements_with_targets_bind(void **state)
{
	(void)state;
	assert_bindings("for a, b in c:\n  d = 1\nelse:\n  e = 1\n", "def a, def b, def d, def e");
	assert_bindings("with open(f) as g, h as (i, j):\n  k = 1\n", "def g, def i, def j, def k");
	assert_bindings("print(a := 1, [b := 2 for c in d], lambda: (e := 3))\n", "def a, def b");
	assert_bindings("if (a := f()): pass\n", "def a");
	assert_bindings("while True:\n  a = 1\n", "def a");
}

static void patterns_bind_their_captures(void **state)
{
	(void)state;
	assert_bindings(
		"match s:\n"
		"  case [a, *b]: pass\n"
		"  case C(d, e=f): pass\n"
		"  case {'k': g, **h}: pass\n"
		"  case I.J | 1 as k: pass\n"
		"  case _: l = 1\n",
		"def a@0/5, def b@0/5, def d@1/5, def f@1/5, def g@2/5, def h@2/5, def k@3/5, "
		"def l@4/5");
}

static void imports_bind_what_they_name(void **state)
{
	(void)state;
	assert_bindings("import a.b, c.d as e\n", "import a<a.b, import e<c.d");
	assert_bindings("from .m import (a, b as c,)\nfrom .. import d\nfrom e import *\n",
			"from a<.m:a, from c<.m:b, from d<..:d, star *<e");
	assert_bindings("from __future__ import annotations\n",
			"from annotations<__future__:annotations");
}

static void bodies_of_functions_are_left_out_and_class_bodies_only_load(void **state)
{
	(void)state;
	assert_bindings("def f():\n  import a\nclass C:\n  import b\n  from c import d\n  e = 1\n",
			"def f, load <b, load <c:d, def C");
}

static void a_whole_name_or_chain_is_kept_with_what_it_is_bound_to(void **state)
{
	(void)state;
	assert_bindings("a = b.c\nd: type = e\nf = (g.h)\n(i := j.k)\n",
			"chain a=b.c, chain d=e, chain f=g.h, chain i=j.k");
	assert_bindings("a = b.c()\nd = e[0].f\n", "def a, def d");
	assert_bindings("[f] = [g]\na, b = c.d, e()\n(h) = i\n(j,) = k,\n",
			"chain f=g, chain a=c.d, def b, chain h=i, chain j=k");
	assert_bindings("a, b = c.d, e.f\n(g).h\n", "chain a=c.d, chain b=e.f");
	assert_bindings("a, b = c.d, e.f  # g\n[h][0].i\n", "chain a=c.d, chain b=e.f");
	assert_bindings("a = b.c,\nd = e\n", "def a, chain d=e");
	assert_bindings("a = b.c,  # d\ne: f = 1\n", "def a, def e");
	assert_bindings("a, *b = c, d\ne, f = g\nh, i = j, *k\n(l, m), n = (o, p), q\n",
			"def a, def b, def e, def f, def h, def i, def l, def m, chain n=q");
}

static void arms_are_numbered_as_a_run_can_enter_them(void **state)
{
	(void)state;
	assert_bindings("if a:\n  b = 1\nelif c:\n  d = 1\n", "def b@0/2?, def d@1/2?");
	assert_bindings("if a:\n  if b:\n    c = 1\n  else:\n    d = 1\n",
			"def c@0/2@0/1?, def d@1/2@0/1?");
	assert_bindings(
		"try:\n  a = 1\nexcept E as e:\n  b = 1\nelse:\n  c = 1\nfinally:\n  d = 1\n",
		"def a@0/2, def b@1/2, del e@1/2, def c@0/2, def d");
	assert_bindings("try:\n  a = 1\nexcept E:\n  b = 1\n  raise\n", "def a");
	assert_bindings("try:\n  a = 1\nfinally:\n  b = 1\n", "def a, def b");
}

static void what_type_checkers_alone_run_says_so(void **state)
{
	(void)state;
	assert_bindings("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  import a\nelse:\n  "
			"import b\n",
			"from TYPE_CHECKING<typing:TYPE_CHECKING, import a<a!, import b<b");
	assert_bindings("import typing as t\nif not t.TYPE_CHECKING:\n  import a\n",
			"import t<typing, import a<a");
	assert_bindings("import typing\nif typing.TYPE_CHECKING and x:\n  import a\n",
			"import typing<typing, import a<a!");
	assert_bindings("TYPE_CHECKING = f()\nif TYPE_CHECKING:\n  import a\n",
			"def TYPE_CHECKING, import a<a@0/1?");
}

static void statements_about_all_are_read(void **state)
{
	(void)state;
	assert_bindings("__all__ = ['a', \"b\"] + m.__all__\n",
			"all __all__(set a b +m.__all__), def __all__");
	assert_bindings(
		"__all__ += ('a',)\n__all__.extend(m.n.__all__)\n__all__.append('b')\n"
		"__all__.remove('a')\n",
		"all __all__(extend a), all __all__(extend +m.n.__all__), all __all__(extend b), "
		"all __all__(remove a)");
	assert_bindings("__all__ = [*m.__all__, 'a']\n__all__.sort()\n",
			"all __all__(set a +m.__all__), def __all__");
}

static void what_cannot_be_read_makes_all_dynamic(void **state)
{
	(void)state;
	assert_bindings("__all__ = [n for n in dir()]\n", "all __all__(set …), def __all__");
	assert_bindings("__all__ = ['a', b]\n", "all __all__(set a …), def __all__");
	assert_bindings("__all__.append(name)\n__all__[:] = []\n",
			"all __all__(extend …), all __all__(dynamic …)");
	assert_bindings("@public\ndef f(): pass\n", "all __all__(decorated f +public), def f");
	assert_bindings("def public(f):\n  __all__.append(f.__name__)\n",
			"all __all__(dynamic …), def public");
}

static void assert_dynamic(const char *source, bool expected)
{
	struct arena arena = {0};
	struct bindings bindings;
	struct text text;

	text_open(&text, &arena, slice_of(source));
	bindings_read(&text, NULL, &arena, &bindings);
	assert_int_equal(bindings.dynamic, expected);
	arena_free(&arena);
}

static void names_bound_through_the_module_s_dict_are_noticed(void **state)
{
	(void)state;
	assert_dynamic("globals().update(x)\n", true);
	assert_dynamic("for n in m:\n  globals()[n] = m[n]\n", true);
	assert_dynamic("setattr(sys.modules[__name__], 'a', 1)\n", true);
	assert_dynamic("exec(text)\n", true);
	assert_dynamic("x = globals()['a']\ndef f(): globals()['b'] = 1\n", false);
}

static void broken_statements_are_left_out(void **state)
{
	(void)state;
	assert_bindings("import a\nx = )1(\nimport b\n", "import a<a, import b<b");
	assert_bindings("", "");
	assert_bindings("for\nwith\nmatch\ndel\n", "");
}

static void a_line_at_the_margin_within_brackets_ends_no_block(void **state)
{
	(void)state;
	assert_bindings("if x:\n\tfrom .m import (\na,  # one\nb)\n\tc = (1 +\n2)\ny = 1\n",
			"from a<.m:a@0/1?, from b<.m:b@0/1?, def c@0/1?, def y");
}

static void nesting_over_the_limit_is_unreadable(void **state)
{
	struct arena arena = {0};
	struct buf source = {.arena = &arena};
	struct text_limits limits = {.max_depth = 20};
	struct bindings bindings;
	struct text text;

	(void)state;
	for (unsigned i = 0; i < 30; i++)
		buf_add_format(&source, "%*sif x:\n", (int)i, "");
	buf_add_format(&source, "%*sy = 1\n", 30, "");
	text_open(&text, &arena, buf_slice(&source));
	bindings_read(&text, &limits, &arena, &bindings);
	assert_non_null(bindings.unreadable);
	arena_free(&arena);
}

static void long_expressions_do_not_exhaust_the_stack(void **state)
{
	struct arena arena = {0};
	struct buf source = {.arena = &arena};
	struct bindings bindings;
	struct text text;

	(void)state;
	buf_add_string(&source, "__all__ = []");
	for (unsigned i = 0; i < 100000; i++)
		buf_add_string(&source, " + ['a']");
	buf_add_string(&source, "\nx = a");
	for (unsigned i = 0; i < 100000; i++)
		buf_add_string(&source, ".b");
	buf_add_string(&source, "\nif a");
	for (unsigned i = 0; i < 100000; i++)
		buf_add_string(&source, " and b");
	buf_add_string(&source, ": pass\n");
	text_open(&text, &arena, buf_slice(&source));
	bindings_read(&text, NULL, &arena, &bindings);
	if (!bindings.unreadable) {
		assert_int_equal(bindings.count, 3);
		assert_int_equal(bindings.items[0].all->names.count, 100000);
		assert_int_equal(bindings.items[2].chain.count, 100001);
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(definitions_and_assignments_bind),
		cmocka_unit_test(statements_with_targets_bind),
		cmocka_unit_test(patterns_bind_their_captures),
		cmocka_unit_test(imports_bind_what_they_name),
		cmocka_unit_test(bodies_of_functions_are_left_out_and_class_bodies_only_load),
		cmocka_unit_test(a_whole_name_or_chain_is_kept_with_what_it_is_bound_to),
		cmocka_unit_test(arms_are_numbered_as_a_run_can_enter_them),
		cmocka_unit_test(what_type_checkers_alone_run_says_so),
		cmocka_unit_test(statements_about_all_are_read),
		cmocka_unit_test(what_cannot_be_read_makes_all_dynamic),
		cmocka_unit_test(names_bound_through_the_module_s_dict_are_noticed),
		cmocka_unit_test(broken_statements_are_left_out),
		cmocka_unit_test(a_line_at_the_margin_within_brackets_ends_no_block),
		cmocka_unit_test(nesting_over_the_limit_is_unreadable),
		cmocka_unit_test(long_expressions_do_not_exhaust_the_stack),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
