#include "git_fixture.h"

#define ID_A "1111111111111111111111111111111111111111"
#define ID_B "2222222222222222222222222222222222222222"

struct reading {
	struct arena arena;
	struct updates updates;
	struct pawl_error error;
	int result;
};

static struct reading read_bytes(struct slice text)
{
	struct reading reading = {0};
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
	rewind(file);
	reading.result =
		updates_read(fileno(file), &reading.arena, &reading.updates, &reading.error);
	fclose(file);
	return reading;
}

static void assert_error(struct slice text, enum pawl_error_kind kind, const char *words)
{
	struct reading reading = read_bytes(text);

	assert_int_equal(reading.result, -1);
	assert_int_equal(reading.error.kind, kind);
	assert_non_null(strstr(reading.error.message, words));
	arena_free(&reading.arena);
}

static void test_lines_become_updates(void **state)
{
	struct reading reading = read_bytes(
		SLICE(ID_A " " ID_B " refs/heads/main\n" ID_B " " ID_A " refs/tags/v1 \xc3\xa4\n"));

	(void)state;
	/* a space ends no name: it can be in none */
	assert_int_equal(reading.result, -1);
	arena_free(&reading.arena);
	reading = read_bytes(
		SLICE(ID_A " " ID_B " refs/heads/main\n" ID_B " " ID_A " refs/tags/\xff\n"));
	assert_int_equal(reading.result, 0);
	assert_int_equal(reading.updates.count, 2);
	assert_string_equal(reading.updates.items[0].name.ptr, "refs/heads/main");
	assert_string_equal(reading.updates.items[1].name.ptr, "refs/tags/\xff");
	assert_memory_equal(reading.updates.items[1].old_id.id, id_of(ID_B).id, 20);
	assert_memory_equal(reading.updates.items[1].new_id.id, id_of(ID_A).id, 20);
	arena_free(&reading.arena);
}

static void test_no_lines_are_no_updates(void **state)
{
	struct reading reading = read_bytes(SLICE(""));

	(void)state;
	assert_int_equal(reading.result, 0);
	assert_int_equal(reading.updates.count, 0);
	arena_free(&reading.arena);
}

static void test_every_proper_prefix_of_a_line_is_truncated(void **state)
{
	struct slice line = SLICE(ID_A " " ID_B " refs/heads/main\n");
	char with_end[256];

	(void)state;
	for (size_t len = 1; len < line.len; len++)
		assert_error((struct slice){line.ptr, len}, PAWL_ERROR_SERVER, "line 1");
	for (size_t len = 0; len <= 82; len++) {
		memcpy(with_end, line.ptr, len);
		with_end[len] = '\n';
		assert_error((struct slice){with_end, len + 1}, PAWL_ERROR_SERVER, "cut short");
	}
}

static void test_a_wrong_byte_is_malformed_and_its_line_named(void **state)
{
	(void)state;
	assert_error(SLICE("hello\n"), PAWL_ERROR_CALL, "line 1");
	assert_error(SLICE(ID_A " " ID_B " refs/heads/a\n" ID_A "\t"), PAWL_ERROR_CALL, "line 2");
	assert_error(SLICE(ID_A "  " ID_B " refs/heads/a\n"), PAWL_ERROR_CALL, "line 1");
	assert_error(SLICE(ID_A " " ID_B "2 refs/heads/a\n"), PAWL_ERROR_CALL, "line 1");
	assert_error(SLICE(ID_A " " ID_B " refs/heads/a\0b\n"), PAWL_ERROR_CALL, "line 1");
}

static void test_names_that_no_ref_can_have_are_malformed(void **state)
{
	static const char *names[] = {
		"HEAD",		 "main",	   "refs/",	      "refs/heads/",
		"refs//heads",	 "refs/.a",	   "refs/heads/a..b", "refs/heads/a.lock",
		"refs/heads/a.", "refs/heads/a b", "refs/a\tb",	      "refs/a~1",
		"refs/a^",	 "refs/a:b",	   "refs/a?",	      "refs/a*",
		"refs/a[b",	 "refs/a\\b",	   "refs/a@{b",	      "refs/a\x7f",
		"refs/a.lock/b",
	};
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(line, sizeof line, ID_A " " ID_B " %s\n", names[i]);
		assert_error(slice_of(line), PAWL_ERROR_CALL, "line 1");
	}
}

static void test_a_line_without_end_is_a_limit_and_not_memory(void **state)
{
	FILE *file = tmpfile();
	struct reading reading = {0};

	(void)state;
	fputs(ID_A " " ID_B " refs/heads/", file);
	for (int i = 0; i < 1 << 20; i++)
		fputc('a', file);
	rewind(file);
	reading.result =
		updates_read(fileno(file), &reading.arena, &reading.updates, &reading.error);
	assert_int_equal(reading.result, -1);
	assert_int_equal(reading.error.kind, PAWL_ERROR_LIMIT);
	assert_true(reading.arena.allocated < 1 << 20);
	arena_free(&reading.arena);
	fclose(file);
}

static void test_too_many_refs_are_a_limit(void **state)
{
	FILE *file = tmpfile();
	struct reading reading = {0};

	(void)state;
	for (int i = 0; i <= PAWL_MAX_UPDATES; i++)
		fprintf(file, ID_A " " ID_B " refs/heads/b%d\n", i);
	rewind(file);
	reading.result =
		updates_read(fileno(file), &reading.arena, &reading.updates, &reading.error);
	assert_int_equal(reading.result, -1);
	assert_int_equal(reading.error.kind, PAWL_ERROR_LIMIT);
	arena_free(&reading.arena);
	fclose(file);
}

static void test_a_stdin_that_cannot_be_read_is_the_server_s_failure(void **state)
{
	struct reading reading = {0};

	(void)state;
	assert_int_equal(updates_read(-1, &reading.arena, &reading.updates, &reading.error), -1);
	assert_int_equal(reading.error.kind, PAWL_ERROR_SERVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_become_updates),
		cmocka_unit_test(test_no_lines_are_no_updates),
		cmocka_unit_test(test_every_proper_prefix_of_a_line_is_truncated),
		cmocka_unit_test(test_a_wrong_byte_is_malformed_and_its_line_named),
		cmocka_unit_test(test_names_that_no_ref_can_have_are_malformed),
		cmocka_unit_test(test_a_line_without_end_is_a_limit_and_not_memory),
		cmocka_unit_test(test_too_many_refs_are_a_limit),
		cmocka_unit_test(test_a_stdin_that_cannot_be_read_is_the_server_s_failure),
	};

	return cmocka_run_group_tests_name("updates", tests, NULL, NULL);
}
