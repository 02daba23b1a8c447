#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "pawl/policy.h"

#define HEADER                                                                                     \
	"# pawl baseline 1: path TAB symbol TAB count. Shrink it by `pawl ratchet`, never by "     \
	"hand.\n"

static struct arena arena;

static int free_all(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct baseline reads(const char *text, bool strict)
{
	struct pawl_error error = {0};
	struct baseline baseline;

	if (baseline_parse(&arena, slice_of(text), SLICE("b"), strict, &baseline, &error))
		fail_msg("%s", error.message);
	return baseline;
}

static void refuses(const char *text, bool strict, const char *message)
{
	struct pawl_error error = {0};
	struct baseline baseline;

	assert_int_equal(
		baseline_parse(&arena, slice_of(text), SLICE("b"), strict, &baseline, &error), -1);
	assert_string_equal(error.message, message);
	assert_int_equal(error.kind, PAWL_ERROR_POLICY);
}

static void assert_format(const struct baseline *baseline, const char *entries)
{
	assert_string_equal(baseline_format(&arena, baseline).ptr,
			    slice_format(&arena, HEADER "%s", entries).ptr);
}

static void what_is_written_is_read_back_strictly(void **state)
{
	struct baseline baseline = {0}, again;
	const char *text;

	(void)state;
	baseline_add(&arena, &baseline, SLICE("b.py"), SLICE("m.U"), 2);
	baseline_add(&arena, &baseline, SLICE("a.py"), SLICE("m.*"), 1);
	baseline_add(&arena, &baseline, SLICE("b.py"), SLICE("m.U"), 3);
	baseline_add(&arena, &baseline, SLICE("a\tb\nc\\d\x01\x7f\xff.py"), SLICE("m.U"), 1);
	baseline_add(&arena, &baseline, SLICE("none.py"), SLICE("m.U"), 0);
	baseline_sort(&baseline);
	text = baseline_format(&arena, &baseline).ptr;
	assert_string_equal(text, HEADER "a.py\tm.*\t1\n"
					 "a\\tb\\nc\\\\d\\001\\177\xff.py\tm.U\t1\n"
					 "b.py\tm.U\t5\n");
	again = reads(text, true);
	assert_int_equal(again.count, 3);
	assert_string_equal(baseline_format(&arena, &again).ptr, text);
	assert_int_equal(again.items[2].line, 4);
	assert_int_equal(baseline_count(&again, SLICE("a\tb\nc\\d\x01\x7f\xff.py"), SLICE("m.U")),
			 1);
	assert_int_equal(baseline_count(&again, SLICE("b.py"), SLICE("m.U")), 5);
	assert_int_equal(baseline_count(&again, SLICE("b.py"), SLICE("m.X")), 0);
	assert_int_equal(baseline_total(&again), 7);
	assert_false(again.conflicted);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void the_written_lines_are_in_bytewise_order_whatever_the_paths(void **state)
{
	static const char bytes[] = "\x01\t\\A~/.\xff\x7f";
	struct baseline baseline = {0};
	char *lines[301], *text, *rest;
	unsigned seed = 7;
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		char path[5] = "";

		for (size_t j = 0; j <= i % 4; j++)
			path[j] = bytes[(size_t)rand_r(&seed) % (sizeof bytes - 1)];
		baseline_add(&arena, &baseline, slice_copy(&arena, slice_of(path)), SLICE("m.U"),
			     1);
	}
	baseline_sort(&baseline);
	text = (char *)baseline_format(&arena, &baseline).ptr;
	assert_int_equal(reads(text, true).count, baseline.count);
	for (size_t i = 0; i < baseline.count; i++)
		assert_true(baseline_names(&baseline, baseline.items[i].path));
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		lines[count++] = line;
	for (size_t i = 2; i < count; i++)
		assert_true(compare_lines(&lines[i - 1], &lines[i]) < 0);
}

static void a_pushed_baseline_with_anything_odd_is_refused_with_its_line(void **state)
{
	(void)state;
	refuses("", true, "b:1: no header: the file is empty");
	refuses("a\tm.U\t1\n", true, "b:1: no header: `# pawl baseline 1: …` is the first line");
	refuses("# pawl baseline 2: x\n", true, "b:1: a baseline of another version of pawl");
	refuses(HEADER "b\tm.U\t1\na\tm.U\t1\n", true,
		"b:3: not sorted: this entry belongs before the line above (`pawl ratchet` sorts)");
	refuses(HEADER "a\tm.U\t1\na\tm.U\t2\n", true, "b:3: this entry is there twice");
	refuses(HEADER "<<<<<<< HEAD\n", true,
		"b:2: a conflict marker: `pawl ratchet` resolves it");
	refuses(HEADER "a\tm.U\t1", true, "b:2: the last line has no end");
	refuses(HEADER "\n", true, "b:2: no entry: path TAB symbol TAB count");
	refuses(HEADER "a m.U 1\n", true, "b:2: no entry: path TAB symbol TAB count");
	refuses(HEADER "a\tm.U\t1\r\n", true, "b:2: the count is no number from 1 to 2147483648");
}

static void a_count_is_a_plain_number_in_range(void **state)
{
	static const char *const bad[] = {
		"0", "01", "-1", "+1", "", "1 ", "2147483649", "99999999999999999999", "1\t1"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuses(slice_format(&arena, HEADER "a\tm.U\t%s\n", bad[i]).ptr, false,
			"b:2: the count is no number from 1 to 2147483648");
	assert_int_equal(reads(HEADER "a\tm.U\t2147483648\n", true).items[0].count, 2147483648u);
}

static void a_byte_has_one_spelling_only(void **state)
{
	static const char *const bad[] = {"a\\",   "a\\x",  "a\\101", "a\\011", "a\\000",
					  "a\\01", "a\x01", "a\\400", ""};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuses(slice_format(&arena, HEADER "%s\tm.U\t1\n", bad[i]).ptr, false,
			"b:2: a path and a symbol are needed, odd bytes as \\t, \\n, \\r, \\\\ or "
			"\\ooo");
}

static void a_file_at_hand_may_be_unsorted_doubled_and_with_crlf(void **state)
{
	struct baseline baseline =
		reads(HEADER "b\tm.U\t1\r\n\r\na\tm.U\t1\nb\tm.U\t4\nb\tm.U\t3", false);

	(void)state;
	assert_format(&baseline, "a\tm.U\t1\nb\tm.U\t4\n");
	assert_int_equal(reads("", false).count, 0);
}

static void conflict_markers_are_resolved_with_the_base_where_it_is_there(void **state)
{
	struct baseline baseline;

	(void)state;
	baseline = reads(HEADER "a\tm.U\t1\n"
				"<<<<<<< HEAD\n"
				"b\tm.U\t2\n"
				"c\tm.U\t1\n"
				"||||||| parent of 123\n"
				"b\tm.U\t3\n"
				"c\tm.U\t1\n"
				"d\tm.U\t1\n"
				"=======\n"
				"b\tm.U\t1\n"
				"d\tm.U\t1\n"
				">>>>>>> topic\n"
				"z\tm.U\t1\n",
			 false);
	assert_true(baseline.conflicted);
	assert_format(&baseline, "a\tm.U\t1\nb\tm.U\t1\nz\tm.U\t1\n");
}

static void conflict_markers_without_a_base_lose_nothing(void **state)
{
	struct baseline baseline;

	(void)state;
	baseline = reads(
		HEADER
		"<<<<<<< HEAD\nb\tm.U\t2\nc\tm.U\t1\n=======\nb\tm.U\t1\nd\tm.U\t1\n>>>>>>> x\n"
		"e\tm.U\t1\n<<<<<<< HEAD\nf\tm.U\t1\n=======\n>>>>>>> x\n",
		false);
	assert_true(baseline.conflicted);
	assert_format(&baseline, "b\tm.U\t2\nc\tm.U\t1\nd\tm.U\t1\ne\tm.U\t1\nf\tm.U\t1\n");
}

static void a_base_that_conflicts_itself_counts_as_empty(void **state)
{
	struct baseline baseline;

	(void)state;
	baseline = reads(
		HEADER
		"<<<<<<< HEAD\nb\tm.U\t2\n||||||| merged common ancestors\nb\tm.U\t3\n"
		"<<<<<<<<< Temporary merge branch 1\nb\tm.U\t4\n|||||||||\n=========\nb\tm.U\t5\n"
		">>>>>>>>> Temporary merge branch 2\n=======\nb\tm.U\t1\n>>>>>>> x\n",
		false);
	assert_format(&baseline, "b\tm.U\t2\n");
}

static void conflict_markers_out_of_place_are_refused(void **state)
{
	(void)state;
	refuses(HEADER "=======\n", false, "b:2: a conflict marker out of place");
	refuses(HEADER ">>>>>>> a\n", false, "b:2: a conflict marker out of place");
	refuses(HEADER "<<<<<<< a\n<<<<<<< a\n", false, "b:3: a conflict marker out of place");
	refuses(HEADER "<<<<<<< a\n=======\n||||||| b\n", false,
		"b:4: a conflict marker out of place");
	refuses(HEADER "<<<<<<< a\n=======\n", false, "b:2: a conflict without its end");
}

static void a_hundred_thousand_entries_are_read_and_written(void **state)
{
	struct buf buf = {.arena = &arena};
	struct baseline baseline;

	(void)state;
	buf_add_string(&buf, HEADER);
	for (unsigned i = 0; i < 100000; i++)
		buf_add_format(&buf, "src/%06u.py\tsentry.models.User\t%u\n", i, i % 7 + 1);
	baseline = reads(buf.ptr, true);
	assert_int_equal(baseline.count, 100000);
	assert_string_equal(baseline_format(&arena, &baseline).ptr, buf.ptr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back_strictly),
		cmocka_unit_test(the_written_lines_are_in_bytewise_order_whatever_the_paths),
		cmocka_unit_test(a_pushed_baseline_with_anything_odd_is_refused_with_its_line),
		cmocka_unit_test(a_count_is_a_plain_number_in_range),
		cmocka_unit_test(a_byte_has_one_spelling_only),
		cmocka_unit_test(a_file_at_hand_may_be_unsorted_doubled_and_with_crlf),
		cmocka_unit_test(conflict_markers_are_resolved_with_the_base_where_it_is_there),
		cmocka_unit_test(conflict_markers_without_a_base_lose_nothing),
		cmocka_unit_test(a_base_that_conflicts_itself_counts_as_empty),
		cmocka_unit_test(conflict_markers_out_of_place_are_refused),
		cmocka_unit_test(a_hundred_thousand_entries_are_read_and_written),
	};

	return cmocka_run_group_tests(tests, NULL, free_all);
}
