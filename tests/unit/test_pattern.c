#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "pawl/policy.h"

int wildmatch(const char *pattern, const char *text, unsigned int flags);

static bool matches(const char *pattern, const char *name)
{
	return pattern_match(slice_of(pattern), slice_of(name));
}

static void a_star_crosses_slashes_and_a_pattern_covers_the_whole_name(void **state)
{
	(void)state;
	assert_true(matches("*.py", "src/sentry/models.py"));
	assert_true(matches("src/*/migrations/*", "src/sentry/x/migrations/0001/a.py"));
	assert_true(matches("refs/heads/*", "refs/heads/topic/one"));
	assert_false(matches("*.py", "a.pyi"));
	assert_false(matches("src", "src/a.py"));
	assert_false(matches("", "a"));
	assert_true(matches("", ""));
	assert_true(matches("*", ""));
}

static void a_pattern_is_case_sensitive_and_knows_brackets_and_escapes(void **state)
{
	(void)state;
	assert_false(matches("*.PY", "a.py"));
	assert_true(matches("[a-c]?[!x]", "b/y"));
	assert_true(matches("\\*[*]", "**"));
	assert_false(matches("[*", "[*"));
	assert_true(matches("[[:digit:]-]*", "-1"));
	assert_true(matches("[]]*[^]a]", "]zb"));
}

static void a_name_that_is_not_terminated_is_matched_within_its_length(void **state)
{
	(void)state;
	assert_true(pattern_match((struct slice){"a*bXX", 3}, (struct slice){"axxbYY", 4}));
	assert_false(pattern_match((struct slice){"a*bXX", 3}, (struct slice){"axxbYY", 5}));
}

static void every_answer_is_that_of_gits_wildmatch(void **state)
{
	static const char pattern_bytes[] = "aab**?[]!-\\:^";
	static const char name_bytes[] = "aaab-]\\";
	unsigned seed = 20220712;
	size_t matched = 0;

	(void)state;
	for (size_t i = 0; i < 400000; i++) {
		char pattern[12] = "", name[10] = "";
		size_t pattern_len = (size_t)rand_r(&seed) % (sizeof pattern - 1) + 1;
		size_t name_len = (size_t)rand_r(&seed) % sizeof name;
		bool expected;

		for (size_t j = 0; j < pattern_len; j++)
			pattern[j] =
				pattern_bytes[(size_t)rand_r(&seed) % (sizeof pattern_bytes - 1)];
		for (size_t j = 0; j < name_len; j++)
			name[j] = name_bytes[(size_t)rand_r(&seed) % (sizeof name_bytes - 1)];
		expected = wildmatch(pattern, name, 0) == 0;
		matched += expected;
		if (pattern_is_literal(slice_of(pattern)) &&
		    expected != (strcmp(pattern, name) == 0))
			fail_msg("seed 20220712: '%s' is not literal", pattern);
		if (matches(pattern, name) != expected)
			fail_msg("seed 20220712: wildmatch('%s', '%s') is %d", pattern, name,
				 expected);
	}
	assert_true(matched > 5000);
}

static void a_class_by_name_is_known_and_an_unknown_one_matches_nothing(void **state)
{
	(void)state;
	assert_true(matches("*[[:upper:]_]", "aB"));
	assert_false(matches("*[[:nothing:]]", "aB"));
	assert_true(matches("[[:a]", ":"));
	assert_true(matches("[[:a]b", "[b"));
}

static void many_stars_and_a_long_name_take_no_time(void **state)
{
	char pattern[201], name[4097];

	(void)state;
	for (size_t i = 0; i < 200; i++)
		pattern[i] = "*a"[i % 2];
	pattern[199] = 'b';
	pattern[200] = '\0';
	memset(name, 'a', 4096);
	name[4096] = '\0';
	assert_false(matches(pattern, name));
	name[4095] = 'b';
	assert_true(matches(pattern, name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_star_crosses_slashes_and_a_pattern_covers_the_whole_name),
		cmocka_unit_test(a_pattern_is_case_sensitive_and_knows_brackets_and_escapes),
		cmocka_unit_test(a_name_that_is_not_terminated_is_matched_within_its_length),
		cmocka_unit_test(every_answer_is_that_of_gits_wildmatch),
		cmocka_unit_test(a_class_by_name_is_known_and_an_unknown_one_matches_nothing),
		cmocka_unit_test(many_stars_and_a_long_name_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
