#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
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

static bool covers(const char *pattern, const char *folder)
{
	struct slice one = slice_of(pattern);

	return patterns_cover(&(struct slices){.items = &one, .count = 1}, slice_of(folder));
}

static void a_pattern_covers_a_folder_of_which_it_takes_every_name(void **state)
{
	(void)state;
	assert_true(covers("src/*", "src"));
	assert_true(covers("src/*", "src/mono"));
	assert_true(covers("*/mono/*", "a/b/mono/c"));
	assert_true(covers("s[qr]c/?*", "src/mono"));
	assert_false(covers("src/?*", "src"));
	assert_false(covers("src/*", "srcs"));
	assert_false(covers("src/*.py", "src"));
	assert_false(covers("src/\\*", "src"));
	assert_false(covers("", "src"));
}

/* By git's own wildmatch: what is covered takes the folder with any end. */
static void nothing_below_a_covered_folder_is_another_s(void **state)
{
	static const char pattern_bytes[] = "ab//**?[]\\", name_bytes[] = "ab/";
	unsigned seed = 20221128;
	size_t covered = 0;

	(void)state;
	for (size_t i = 0; i < 200000; i++) {
		char pattern[9] = "", folder[5] = "", name[16];

		for (size_t j = 0; j < 1 + i % 8; j++)
			pattern[j] =
				pattern_bytes[(size_t)rand_r(&seed) % (sizeof pattern_bytes - 1)];
		for (size_t j = 0; j < 1 + i % 4; j++)
			folder[j] = name_bytes[(size_t)rand_r(&seed) % (sizeof name_bytes - 1)];
		if (!covers(pattern, folder))
			continue;
		covered++;
		for (size_t j = 0; j < 8; j++) {
			snprintf(name, sizeof name, "%s/%c%c", folder, "ab/*?[]\\"[j], "ab"[j % 2]);
			if (wildmatch(pattern, name, 0) != 0)
				fail_msg("seed 20221128: '%s' does not take '%s'", pattern, name);
		}
	}
	assert_true(covered > 1000);
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
		cmocka_unit_test(a_pattern_covers_a_folder_of_which_it_takes_every_name),
		cmocka_unit_test(nothing_below_a_covered_folder_is_another_s),
		cmocka_unit_test(many_stars_and_a_long_name_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
