#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "pawl/python.h"

/* Every chain of the imports that bind from `module`, as "line.step.step=access" with spaces
 * between. */
static struct slice read_chains(struct arena *arena, struct slice bytes, const char *module,
				const char **unreadable)
{
	struct text text;
	struct imports imports;
	struct chains chains;
	struct buf out = {.arena = arena};

	text_open(&text, arena, bytes);
	imports_read(&text, NULL, NULL, arena, &imports);
	bool *wanted = arena_alloc(arena, imports.count * sizeof *wanted + 1);

	for (size_t i = 0; i < imports.count; i++)
		wanted[i] = slice_equal_string(imports.items[i].module, module);
	chains_read(&text, &imports, wanted, NULL, arena, &chains);
	for (size_t i = 0; i < chains.count; i++) {
		const struct chain *chain = &chains.items[i];

		assert_true(wanted[chain->import]);
		buf_add_format(&out, "%s%u", i ? " " : "", chain->root.line);
		for (size_t step = 0; step < chain->step_count; step++) {
			buf_add_char(&out, '.');
			buf_add(&out, chain->steps[step].name);
		}
		if (chain->access != CHAIN_LOAD)
			buf_add_string(&out, chain->access == CHAIN_STORE ? "=store" : "=del");
	}
	*unreadable = chains.unreadable;
	buf_add_string(&out, "");
	return buf_slice(&out);
}

static void assert_chains_of(const char *source, const char *module, const char *expected)
{
	struct arena arena = {0};
	const char *unreadable;
	struct slice got = read_chains(&arena, slice_of(source), module, &unreadable);

	assert_null(unreadable);
	assert_string_equal(got.len ? got.ptr : "", expected);
	arena_free(&arena);
}

static void assert_chains(const char *source, const char *expected)
{
	assert_chains_of(source, "p", expected);
}

static void a_parameter_hides_an_import_but_its_default_does_not(void **state)
{
	(void)state;
	assert_chains("from p import m\n"
		      "def f(m=m.D, *a: m.A, k=m.K) -> m.R:\n"
		      "    return m.hidden\n"
		      "def g(): return m.seen\n",
		      "2.D 2.A 2.K 2.R 4.seen");
	assert_chains("from p import m\nlambda m=m.D: m.hidden\nlambda: m.seen\n", "2.D 3.seen");
	assert_chains("from p import m\ndef f(a, *m): m.x\ndef g(**m): m.x\ndef h(a, /, m): m.x\n",
		      "");
}

/* Two readings are whole in tree-sitter's grammar: with the line end, and over it. */
static void a_line_end_outside_brackets_ends_a_statement(void **state)
{
	(void)state;
	assert_chains("from p import m\ndef f():\n    m, m,\n    z = m.seen\n", "3 3 4.seen");
	assert_chains("from p import m\ndef f():\n    m,  # c\n\n    z: int = m.seen\n",
		      "3 5.seen");
	assert_chains("from p import m\ndef f():\n    x = m, \\\n\n    z += m.seen\n", "3 5.seen");
	assert_chains("from p import m\ndef f():\n    x = m,; m,\n    z = m.seen\n", "3 3 4.seen");
	assert_chains("from p import m\nx = a, (b)\n(m).seen\n", "3.seen");
	assert_chains("from p import m\nif a: x += a, b[c]\n(m).seen\n", "3.seen");
	assert_chains("from p import m\nif lambda: a: x: lambda: a = a, *b\n(m).seen\n", "3.seen");
	assert_chains("from p import m\nx = a, b <= c\n(m).seen\n", "3.seen");
	assert_chains("from p import m\ntype(a)\n(m).seen = 1\n", "3.seen=store");
	assert_chains("from p import m\ntype\nm.seen\n", "3.seen");
}

static void a_star_before_a_literal_is_no_error(void **state)
{
	(void)state;
	assert_chains("from p import m\n1, -1, * (a, b)\nm.seen\n", "3.seen");
	assert_chains("from p import m\nx = 1, *(2,)\nm.seen\n", "3.seen");
	assert_chains(
		"from p import m\nx = *[m.A, m], m.B\ndef f(m):\n    return *(a or b), m.no\n",
		"2.A 2 2.B");
	assert_chains("from p import m\n*[m.x],\nm.seen\n", "2.x 3.seen");
	assert_chains("from p import m\ndef f():\n    *'', m,\n    * (m.x), z = m.seen\n",
		      "3 4.x 4.seen");
	assert_chains("from p import m\ndef f():\n    return *{m.x}, m.y\nm.seen\n",
		      "3.x 3.y 4.seen");
	assert_chains("from p import m\nfor a in *None, *r'', m.x: pass\nm.seen\n", "2.x 3.seen");
}

static void a_line_in_brackets_may_be_less_indented_than_its_block(void **state)
{
	(void)state;
	assert_chains("from p import m\ndef f():\n    x = (m.\nseen)\n    m.y\n", "3.seen 5.y");
	assert_chains("from p import m\nclass A:\n\tx = [a,\r\n\r\n m\n.\n# c\nseen]\n\tm.y\n",
		      "5.seen 9.y");
}

static void a_comma_before_a_line_end_leaves_names_what_they_are(void **state)
{
	(void)state;
	assert_chains("from p import m\ndef f():\n    global a, m\n    (m).seen\n", "4.seen");
	assert_chains("from p import m\ndef f():\n    del a, m\n    (m).hidden\n", "");
	assert_chains("from p import m\nx = a, lambda m: 0, (b)\n(m).seen\n", "3.seen");
	assert_chains("from p import m\ndef f():\n    m,\n    a\n    (b).c = m.x\n", "3 5.x");
	assert_chains("from p import m\nx = lambda m: a, (m.seen)\n(m).seen\n", "2.seen 3.seen");
	assert_chains("from p import m\nx = a, not m.x\n(m).seen\n", "2.x 3.seen");
}

static void a_function_holds_its_imports_behind_scopes_of_its_header(void **state)
{
	(void)state;
	assert_chains("def f(k=lambda: 0):\n    from p import m\n    m.body\nm.outside\n",
		      "3.body");
	assert_chains("def f(k=[i for i in x]) -> (lambda: 0):\n    from p import m\n    m.body\n",
		      "3.body");
	assert_chains("class A(b(lambda: 0)):\n"
		      "    def g(self, k={i for i in x}):\n"
		      "        def h(k=lambda: 1):\n"
		      "            from p import m\n"
		      "            m.inner\n"
		      "        from p import m\n"
		      "        m.outer\n",
		      "5.inner 7.outer");
}

static void a_name_is_a_functions_own_for_all_of_it(void **state)
{
	(void)state;
	assert_chains("from p import m\n"
		      "def f():\n"
		      "    m.hidden\n"
		      "    for m in []: pass\n"
		      "def g():\n"
		      "    with a as (m, b): m.hidden\n"
		      "def h():\n"
		      "    try: pass\n"
		      "    except E as m: m.hidden\n"
		      "def i():\n"
		      "    if (m := 1): m.hidden\n"
		      "def j():\n"
		      "    def m(): pass\n"
		      "    m.hidden\n"
		      "def k():\n"
		      "    import m\n"
		      "    m.hidden\n"
		      "def l():\n"
		      "    del m\n"
		      "    m.hidden\n",
		      "");
}

static void an_import_in_a_function_is_seen_in_it_and_in_the_scopes_inside(void **state)
{
	(void)state;
	assert_chains("def f():\n"
		      "    from p import m\n"
		      "    class C:\n"
		      "        x = m.A\n"
		      "        def g(self): return [m.B for y in m.C]\n"
		      "m.not_here\n",
		      "4.A 5.B 5.C");
}

static void an_import_in_a_class_is_seen_in_its_body_alone(void **state)
{
	(void)state;
	assert_chains("class C:\n"
		      "    from p import m\n"
		      "    x = m.A\n"
		      "    y = [m.hidden for z in m.B]\n"
		      "    def f(self, d=m.D): return m.hidden\n"
		      "m.hidden\n",
		      "3.A 4.B 5.D");
}

static void a_class_body_sees_the_modules_name_until_it_binds_its_own(void **state)
{
	(void)state;
	assert_chains("from p import m\nclass C:\n    m = m.A\n    m.own\n    def f(self): m.B\n",
		      "3.A 5.B");
}

static void global_and_nonlocal_are_obeyed(void **state)
{
	(void)state;
	assert_chains("def f():\n"
		      "    global m\n"
		      "    from p import m\n"
		      "def g(): m.A\n"
		      "m.B\n",
		      "4.A 5.B");
	assert_chains("def f():\n"
		      "    m = 1\n"
		      "    def g():\n"
		      "        nonlocal m\n"
		      "        from p import m\n"
		      "    m.A\n"
		      "m.elsewhere\n",
		      "2=store 6.A");
	assert_chains("from p import m\n"
		      "def f(m):\n"
		      "    def g():\n"
		      "        global m\n"
		      "        def h(): m.A\n",
		      "5.A");
}

static void the_first_iterable_of_a_comprehension_is_outside_of_it(void **state)
{
	(void)state;
	assert_chains("from p import m\n[m.hidden for m in m.A for b in m.hidden]\n", "2.A");
	assert_chains("from p import m\n{k: m.A for k in m.B if m.C}\n{m.D for x in y}\n(m.E for x "
		      "in y)\n",
		      "2.A 2.B 2.C 3.D 4.E");
	/* A walrus binds in the function. */
	assert_chains("from p import m\ndef f():\n    [(m := x) for x in y]\n    m.hidden\n", "");
}

static void captures_of_a_match_bind_and_its_values_are_chains(void **state)
{
	(void)state;
	assert_chains("from p import m\n"
		      "def f(x):\n"
		      "    match m.S:\n"
		      "        case m.V: pass\n"
		      "        case m.K(a=m.W) if m.G: pass\n"
		      "        case {m.Key: _}: pass\n",
		      "3.S 4.V 5.K 5.W 5.G 6.Key");
	assert_chains("from p import m\ndef f(x):\n    match x:\n        case [m, *_]: m.hidden\n",
		      "");
	assert_chains("from p import m\ndef f(x):\n    match x:\n        case C() as m: m.hidden\n",
		      "");
	assert_chains("from p import m\ndef f(x):\n    match x:\n        case {**m}: m.hidden\n",
		      "");
	assert_chains("from p import m\ndef f(x):\n    match x:\n        case C(k=m): m.hidden\n",
		      "");
}

static void type_parameters_hide_and_their_bounds_do_not(void **state)
{
	(void)state;
	assert_chains("from p import m\n"
		      "def f[m](x: m.hidden = m.D) -> m.hidden: m.hidden\n"
		      "class C[T: m.B](m.Base): pass\n"
		      "class D[m](m.hidden): pass\n"
		      "type X[m] = m.hidden\n"
		      "type Y = list[m.A]\n",
		      "2.D 3.B 3.Base 6.A");
	assert_chains("class C:\n    from p import m\n    def f[T](self, x: m.A): m.hidden\n",
		      "3.A");
}

static void stores_and_deletes_through_a_name_are_chains(void **state)
{
	(void)state;
	assert_chains("from p import m\n"
		      "m.A = m.B.c = 1\n"
		      "m.D += 1\n"
		      "for m.E in x: pass\n"
		      "with x as m.F, y as (m.G, [m.H]): pass\n"
		      "del m.I, (m.J)\n"
		      "m.K: int = 1\n"
		      "m.L[0] = 1\n",
		      "2.A=store 2.B.c=store 3.D=store 4.E=store 5.F=store 5.G=store 5.H=store "
		      "6.I=del 6.J=del 7.K=store 8.L");
}

static void the_name_itself_is_a_chain_without_steps(void **state)
{
	(void)state;
	assert_chains("from p import m\nf(m, k=m)\nm = m or 1\ndel m\n", "2 2 3=store 3 4=del");
	/* A keyword is no name, nor is an attribute. */
	assert_chains("from p import m\nf(m=1)\nx.m.y\n", "");
}

static void a_chain_goes_through_parentheses_comments_and_lines(void **state)
{
	(void)state;
	assert_chains("from p import m\n(m).A\n((m.B)).C\n( # c\n  m\n  .D # d\n  .E)\nm\\\n.F\n",
		      "2.A 3.B.C 5.D.E 8.F");
	assert_chains("from p import m\nf\"{m.A!r:>{m.B}} {m.C=} m.no {{m.no}}\"\n", "2.A 2.B 2.C");
}

static void a_star_before_a_chain_is_not_the_chains_root(void **state)
{
	(void)state;
	assert_chains("from p import m\nx = [*m.A, *m.B()], *m.C, 1\nx[*m.D, *m.E[0]] = 1\n"
		      "*m.F, y = z\nf(*m.G, **m.H)\n",
		      "2.A 2.B 2.C 3.D 3.E 4.F=store 5.G 5.H");
}

static void annotations_decorators_and_bases_are_chains_and_strings_are_not(void **state)
{
	(void)state;
	assert_chains("from p import m\n"
		      "@m.A\n"
		      "class C(m.B, metaclass=m.M):\n"
		      "    x: List[m.D, 'm.no'] | m.E\n"
		      "    y: m.F.G\n",
		      "2.A 3.B 3.M 4.D 4.E 5.F.G");
}

static void an_import_with_dots_binds_its_first_component(void **state)
{
	(void)state;
	assert_chains_of("import p.q\np.q.A\ndef f(): import p.q as m; m.B; q.no\n", "p.q",
			 "2.q.A 3.B");
}

static void imports_that_bind_the_same_thing_are_one(void **state)
{
	(void)state;
	assert_chains("import p\nimport p\np.A\n", "3.A");
	/* Different things that one name may be: a chain for each. */
	assert_chains(
		"try:\n    from p import m\nexcept ImportError:\n    from p import n as m\nm.A\n",
		"5.A 5.A");
}

static void private_names_of_a_class_are_mangled(void **state)
{
	(void)state;
	assert_chains("from p import m as _C__m\nclass C:\n    def f(self): return __m.__A\n",
		      "3._C__A");
	assert_chains("from p import __m\nclass _C:\n    def f(self): return __m.A\n__m.B\n",
		      "4.B");
}

static void python_2_and_broken_texts_give_what_stands_in_them(void **state)
{
	(void)state;
	assert_chains("from p import m\nprint m.A\nprint >>m.B, m.C\ndef f((a, m)): m.hidden\n",
		      "2.A 3.B 3.C");
	assert_chains("from p import m\nx = (m.A\ndef f(:\n    m.B\n", "2.A 4.B");
}

static void an_error_that_tears_a_scope_apart_loses_no_name(void **state)
{
	(void)state;
	/* Python takes `a[*(b)]`, the grammar does not. */
	assert_chains("def f():\n    from p import m\n    x = a[*(b)]\n    def g(:\nm.A\n", "5.A");
	assert_chains("def f():\n    from p import m\nm.no\n", "");
}

static void names_are_compared_after_nfkc(void **state)
{
	(void)state;
	assert_chains("from p import m\n\xef\xbd\x8d.\xef\xbc\xa1\n", "2.A");
}

static void scopes_nested_too_deeply_are_unreadable(void **state)
{
	struct arena arena = {0};
	struct buf source = {.arena = &arena};
	const char *unreadable;

	(void)state;
	buf_add_string(&source, "from p import m\nx = ");
	for (int i = 0; i < PAWL_MAX_NESTING + 1; i++)
		buf_add_string(&source, "lambda:");
	buf_add_string(&source, "m.A\n");
	read_chains(&arena, buf_slice(&source), "p", &unreadable);
	assert_non_null(unreadable);
	arena_free(&arena);
}

static void many_imports_of_one_name_and_many_uses_are_cut_off(void **state)
{
	struct arena arena = {0};
	struct buf source = {.arena = &arena};
	const char *unreadable;

	(void)state;
	for (int i = 0; i < 1500; i++)
		buf_add_format(&source, "from p import m%d as m\n", i);
	for (int i = 0; i < 1500; i++)
		buf_add_string(&source, "m.A\n");
	read_chains(&arena, buf_slice(&source), "p", &unreadable);
	assert_non_null(unreadable);
	arena_free(&arena);
}

static void a_long_chain_is_read(void **state)
{
	struct arena arena = {0};
	struct buf source = {.arena = &arena};
	const char *unreadable;

	(void)state;
	buf_add_string(&source, "from p import m\nf()");
	for (int i = 0; i < 5000; i++)
		buf_add_string(&source, ".a");
	buf_add_string(&source, "\n");
	assert_int_equal(read_chains(&arena, buf_slice(&source), "p", &unreadable).len, 0);
	assert_null(unreadable);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_parameter_hides_an_import_but_its_default_does_not),
		cmocka_unit_test(a_line_end_outside_brackets_ends_a_statement),
		cmocka_unit_test(a_star_before_a_literal_is_no_error),
		cmocka_unit_test(a_line_in_brackets_may_be_less_indented_than_its_block),
		cmocka_unit_test(a_comma_before_a_line_end_leaves_names_what_they_are),
		cmocka_unit_test(a_function_holds_its_imports_behind_scopes_of_its_header),
		cmocka_unit_test(a_name_is_a_functions_own_for_all_of_it),
		cmocka_unit_test(an_import_in_a_function_is_seen_in_it_and_in_the_scopes_inside),
		cmocka_unit_test(an_import_in_a_class_is_seen_in_its_body_alone),
		cmocka_unit_test(a_class_body_sees_the_modules_name_until_it_binds_its_own),
		cmocka_unit_test(global_and_nonlocal_are_obeyed),
		cmocka_unit_test(the_first_iterable_of_a_comprehension_is_outside_of_it),
		cmocka_unit_test(captures_of_a_match_bind_and_its_values_are_chains),
		cmocka_unit_test(type_parameters_hide_and_their_bounds_do_not),
		cmocka_unit_test(stores_and_deletes_through_a_name_are_chains),
		cmocka_unit_test(the_name_itself_is_a_chain_without_steps),
		cmocka_unit_test(a_chain_goes_through_parentheses_comments_and_lines),
		cmocka_unit_test(a_star_before_a_chain_is_not_the_chains_root),
		cmocka_unit_test(annotations_decorators_and_bases_are_chains_and_strings_are_not),
		cmocka_unit_test(an_import_with_dots_binds_its_first_component),
		cmocka_unit_test(imports_that_bind_the_same_thing_are_one),
		cmocka_unit_test(private_names_of_a_class_are_mangled),
		cmocka_unit_test(python_2_and_broken_texts_give_what_stands_in_them),
		cmocka_unit_test(an_error_that_tears_a_scope_apart_loses_no_name),
		cmocka_unit_test(names_are_compared_after_nfkc),
		cmocka_unit_test(scopes_nested_too_deeply_are_unreadable),
		cmocka_unit_test(many_imports_of_one_name_and_many_uses_are_cut_off),
		cmocka_unit_test(a_long_chain_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
