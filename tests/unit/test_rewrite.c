/* The style that imports are written in: settings, order, text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../../src/rewrite/settings.h"
#include "../../src/rewrite/style.h"

static struct style black(struct arena *arena)
{
	struct style style = {
		.arena = arena,
		.sorts = true,
		.line_length = 40,
		.indent = SLICE("    "),
		.wrap = WRAP_VERTICAL_HANGING_INDENT,
		.trailing_comma = true,
		.use_parentheses = true,
		.order_by_type = true,
		.lines_between_sections = 1,
	};

	*ARENA_PUSH(arena, &style.sections) = SLICE("FIRSTPARTY");
	return style;
}

static struct wanted_names names_of(struct arena *arena, const char *const *words)
{
	struct wanted_names names = {0};

	for (; *words; words++)
		ARENA_PUSH(arena, &names)->name = slice_of(*words);
	return names;
}

static void toml_keeps_to_its_section(void **state)
{
	struct arena arena = {0};
	struct settings settings;
	struct slices list = {0};
	struct slice text =
		SLICE("[tool.black]\nline-length = 99\n[tool.isort]\nprofile = \"black\" # x\n"
		      "known_first_party = [\n  'a', # one\n  \"b\",\n]\n"
		      "line_length = 100\ncombine_as_imports = true\n[other]\nprofile = 1\n");

	(void)state;
	settings_read_toml(&arena, text, "tool.isort", &settings);
	assert_true(settings.found);
	assert_int_equal(settings_number(&settings, "line_length", 0), 100);
	assert_true(settings_bool(&settings, "combine_as_imports", false));
	settings_list(&settings, "known_first_party", &arena, &list);
	assert_int_equal(list.count, 2);
	assert_true(slice_equal_string(list.items[1], "b"));
	settings_read_toml(&arena, text, "tool.black", &settings);
	assert_int_equal(settings_number(&settings, "line_length", 0), 99);
	arena_free(&arena);
}

static void ini_lists_go_on_in_indented_lines(void **state)
{
	struct arena arena = {0};
	struct settings settings;
	struct slices list = {0};

	(void)state;
	settings_read_ini(&arena, SLICE("[isort]\nknown_first_party = a,b\n  c\nline_length: 70\n"),
			  "isort", &settings);
	settings_list(&settings, "known_first_party", &arena, &list);
	assert_int_equal(list.count, 3);
	assert_int_equal(settings_number(&settings, "line_length", 0), 70);
	assert_int_equal(settings_number(&settings, "nothing", 7), 7);
	arena_free(&arena);
}

static void hostile_settings_are_read_to_their_end(void **state)
{
	static const char *const texts[] = {
		"[tool.isort]\nx = [", "[tool.isort]\nx = \"", "[tool.isort]\nx = \"\\",
		"[tool.isort]\n= =\n", "[tool.isort",	       "[tool.isort]\nx"};
	struct arena arena = {0};
	struct settings settings;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		settings_read_toml(&arena, slice_of(texts[i]), "tool.isort", &settings);
		assert_true(settings.count <= 1);
		settings_read_ini(&arena, slice_of(texts[i]), "tool.isort", &settings);
		assert_true(settings.count <= 1);
	}
	arena_free(&arena);
}

static void names_sort_by_type_then_naturally(void **state)
{
	static const char *const words[] = {"b10", "b9", "Class", "CONST", "a", NULL};
	static const char *const sorted[] = {"CONST", "Class", "a", "b9", "b10"};
	struct arena arena = {0};
	struct style style = black(&arena);
	struct wanted_names names = names_of(&arena, words);

	(void)state;
	names_sort(&style, 0, &names);
	for (size_t i = 0; i < names.count; i++)
		assert_true(slice_equal_string(names.items[i].name, sorted[i]));
	arena_free(&arena);
}

static void straight_imports_come_before_from_imports(void **state)
{
	struct arena arena = {0};
	struct style style = black(&arena);
	struct order_key straight = {.module = SLICE("zoo"), .line = SLICE("import zoo")};
	struct order_key from = {
		.from = true, .module = SLICE("aaa"), .line = SLICE("from aaa import b")};

	(void)state;
	assert_true(statement_order(&style, &straight, &from) < 0);
	style.force_sort_within_sections = true;
	assert_true(statement_order(&style, &straight, &from) > 0);
	arena_free(&arena);
}

static struct slice formatted(struct style *style, const char *const *words, const char *comment,
			      size_t indent)
{
	struct wanted_names names = names_of(style->arena, words);
	struct slices comments = {0};
	struct statement_text text = {
		.start = SLICE("from package import "),
		.names = &names,
		.comments = &comments,
		.from = true,
	};

	if (comment)
		*ARENA_PUSH(style->arena, &comments) = slice_of(comment);
	return statement_format(style, style->arena, &text, indent);
}

static void a_long_statement_is_wrapped_as_black_does(void **state)
{
	static const char *const words[] = {"first_name", "second_name", NULL};
	struct arena arena = {0};
	struct style style = black(&arena);

	(void)state;
	assert_true(
		slice_equal_string(formatted(&style, words, NULL, 0),
				   "from package import (\n    first_name,\n    second_name,\n)"));
	style.line_length = 43;
	assert_true(slice_equal_string(formatted(&style, words, NULL, 0),
				       "from package import first_name, second_name"));
	assert_non_null(memchr(formatted(&style, words, NULL, 1).ptr, '(', 30));
	arena_free(&arena);
}

static void a_noqa_of_one_long_name_stands_on_the_parenthesis(void **state)
{
	static const char *const words[] = {"a_name_that_is_too_long", NULL};
	struct arena arena = {0};
	struct style style = black(&arena);

	(void)state;
	assert_true(slice_equal_string(
		formatted(&style, words, "# noqa", 0),
		"from package import (  # noqa\n    a_name_that_is_too_long,\n)"));
	arena_free(&arena);
}

/* `^` is as many spaces as "from package import " has letters, `~` one more. */
static struct slice spelled(struct arena *arena, const char *text)
{
	struct buf out = {.arena = arena};

	buf_add_string(&out, "from package import ");
	for (; *text; text++) {
		if (*text == '^' || *text == '~')
			buf_add_format(&out, "%*s", *text == '^' ? 20 : 21, "");
		else
			buf_add_char(&out, *text);
	}
	return buf_slice(&out);
}

static void each_mode_wraps_in_its_own_way(void **state)
{
	static const char *const words[] = {"alpha", "beta", "gamma", NULL};
	static const struct {
		const char *mode, *text, *commented;
	} cases[] = {
		{"0", "(alpha, beta,\n~gamma)", "(alpha,  # x\n~beta, gamma)"},
		{"VERTICAL", "(alpha,\n~beta,\n~gamma)", "(alpha,  # x\n~beta,\n~gamma)"},
		{"2", "alpha, \\\n    beta, gamma", "alpha, \\\n    beta, gamma  # x"},
		{"3", "(\n    alpha,\n    beta,\n    gamma\n)",
		 "(  # x\n    alpha,\n    beta,\n    gamma\n)"},
		{"4", "(\n    alpha, beta, gamma)", "(  # x\n    alpha, beta, gamma)"},
		{"5", "(\n    alpha, beta, gamma\n)", "(  # x\n    alpha, beta, gamma\n)"},
		{"6", "(\n    alpha, beta, gamma\n)", "(  # x\n    alpha, beta, gamma\n)"},
		{"NOQA", "alpha, beta, gamma  # NOQA", "alpha, beta, gamma  # NOQA x"},
		{"8", "(\n    alpha,\n    beta,\n    gamma\n    )",
		 "(  # x\n    alpha,\n    beta,\n    gamma\n    )"},
		{"10", "(alpha, beta,\n    gamma)", "(alpha,  # x\n    beta, gamma)"},
		{"11", "alpha, \\\n^beta, \\\n^gamma", "alpha, \\\n^beta, \\\n^gamma  # x"},
	};
	struct arena arena = {0};
	struct style style = black(&arena);
	enum wrap_mode mode = WRAP_NOQA;

	(void)state;
	style.trailing_comma = false;
	style.line_length = 33;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(wrap_mode_read(slice_of(cases[i].mode), &style.wrap));
		assert_true(slice_equal(formatted(&style, words, NULL, 0),
					spelled(&arena, cases[i].text)));
		assert_true(slice_equal(formatted(&style, words, "# x", 0),
					spelled(&arena, cases[i].commented)));
	}
	assert_false(wrap_mode_read(SLICE("9"), &mode));
	assert_false(wrap_mode_read(SLICE("12"), &mode));
	assert_int_equal(mode, WRAP_NOQA);
	arena_free(&arena);
}

static void sections_are_never_none(void **state)
{
	struct arena arena = {0};
	struct style style = black(&arena);
	struct settings settings;

	(void)state;
	settings_read_toml(&arena, SLICE("[tool.isort]\nsections = []\n"), "tool.isort", &settings);
	assert_false(sections_read(&style, &settings));
	assert_int_equal(style.sections.count, 1);
	settings_read_toml(&arena,
			   SLICE("[tool.isort]\nsections = ['STDLIB']\ndefault_section = 'X'\n"),
			   "tool.isort", &settings);
	assert_true(sections_read(&style, &settings));
	assert_true(slice_equal_string(style.sections.items[style.default_section], "STDLIB"));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(toml_keeps_to_its_section),
		cmocka_unit_test(ini_lists_go_on_in_indented_lines),
		cmocka_unit_test(hostile_settings_are_read_to_their_end),
		cmocka_unit_test(names_sort_by_type_then_naturally),
		cmocka_unit_test(straight_imports_come_before_from_imports),
		cmocka_unit_test(a_long_statement_is_wrapped_as_black_does),
		cmocka_unit_test(a_noqa_of_one_long_name_stands_on_the_parenthesis),
		cmocka_unit_test(each_mode_wraps_in_its_own_way),
		cmocka_unit_test(sections_are_never_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
