#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pawl/common.h"

static void an_arena_gives_zeroed_memory_of_any_size(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t size = 0; size < 3000000; size = size * 3 + 1) {
		char *memory = arena_alloc(&arena, size);

		for (size_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 'x', size);
	}
	arena_free(&arena);
	assert_null(arena.chunks);
}

static void a_list_keeps_its_elements_when_it_grows(void **state)
{
	struct arena arena = {0};
	struct slices list = {0};

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		*ARENA_PUSH(&arena, &list) = (struct slice){"abc", i};
	assert_int_equal(list.count, 1000);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(list.items[i].len, i);
	arena_free(&arena);
}

static void a_map_finds_what_was_put_and_keeps_the_order(void **state)
{
	struct arena arena = {0};
	struct map map = {.arena = &arena};
	size_t i = 0;

	(void)state;
	assert_null(map_get(&map, SLICE("0")));
	for (i = 0; i < 5000; i++)
		map_put(&map, slice_format(&arena, "%zu", i))->value = (void *)(i + 1);
	for (i = 0; i < 5000; i++)
		assert_int_equal((size_t)map_get(&map, slice_format(&arena, "%zu", i)), i + 1);
	assert_null(map_get(&map, SLICE("5000")));
	map_put(&map, SLICE("17"))->value = NULL;
	assert_int_equal(map.count, 5000);
	i = 0;
	for (struct map_entry *entry = map.head; entry; entry = entry->next, i++)
		assert_true(slice_equal(entry->key, slice_format(&arena, "%zu", i)));
	assert_int_equal(i, 5000);
	arena_free(&arena);
}

static void a_buf_joins_what_is_added(void **state)
{
	struct arena arena = {0};
	struct buf buf = {.arena = &arena};

	(void)state;
	assert_int_equal(buf_slice(&buf).len, 0);
	buf_add_format(&buf, "%d%s", 12, "ab");
	buf_add_char(&buf, 'c');
	buf_add(&buf, (struct slice){"d\0e", 3});
	assert_true(slice_equal(buf_slice(&buf), (struct slice){"12abcd\0e", 8}));
	arena_free(&arena);
}

static void slices_compare_bytewise(void **state)
{
	(void)state;
	assert_true(slice_compare(SLICE("a"), SLICE("ab")) < 0);
	assert_true(slice_compare(SLICE("\xff"), SLICE("a")) > 0);
	assert_int_equal(slice_compare(SLICE("ab"), SLICE("ab")), 0);
	assert_true(slice_starts_with(SLICE("abc"), SLICE("ab")));
	assert_false(slice_starts_with(SLICE("a"), SLICE("ab")));
	assert_true(slice_ends_with(SLICE("abc"), SLICE("bc")));
	assert_null(slice_find(SLICE("abc"), SLICE("d")));
}

static void a_needle_is_found_where_memmem_finds_it(void **state)
{
	unsigned seed = 20261127;
	size_t found = 0;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		size_t len = (size_t)rand_r(&seed) % 100, sought = (size_t)rand_r(&seed) % 6 + 1;
		char *text = memory_alloc(len), needle[100];
		const char *expected;

		if (round % 50 == 0)
			sought = 60 + (size_t)rand_r(&seed) % 10; /* around what is called short */
		for (size_t i = 0; i < len; i++)
			text[i] = "ab"[rand_r(&seed) % 16 == 0];
		for (size_t i = 0; i < sought; i++)
			needle[i] = "ab"[rand_r(&seed) % 16 == 0];
		expected = memmem(text, len, needle, sought);
		found += expected != NULL;
		assert_ptr_equal(
			slice_find((struct slice){text, len}, (struct slice){needle, sought}),
			expected);
		free(text);
	}
	assert_true(found > 10000);
	assert_string_equal(slice_find(SLICE("abc"), SLICE("")), "abc");
}

static void a_replaced_file_has_the_new_bytes_and_its_old_mode(void **state)
{
	char folder[] = "/tmp/pawl-test-XXXXXX";
	struct arena arena = {0};
	struct pawl_error error = {0};
	struct slice path, bytes;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = slice_format(&arena, "%s/a/b", folder);
	assert_int_equal(file_read(&arena, path.ptr, 100, &bytes, &error), 1);
	assert_int_equal(file_replace(path.ptr, SLICE("one"), &error), 0);
	assert_int_equal(file_replace(path.ptr, SLICE("two"), &error), 0);
	assert_int_equal(file_read(&arena, path.ptr, 100, &bytes, &error), 0);
	assert_true(slice_equal_string(bytes, "two"));
	assert_int_equal(file_read(&arena, path.ptr, 2, &bytes, &error), -1);
	assert_int_equal(error.kind, PAWL_ERROR_LIMIT);
	unlink(path.ptr);
	rmdir(slice_format(&arena, "%s/a", folder).ptr);
	rmdir(folder);
	arena_free(&arena);
}

static void an_error_gives_its_exit_status(void **state)
{
	struct pawl_error error = {0};

	(void)state;
	assert_int_equal(pawl_error_exit_status(&error), 0);
	assert_int_equal(pawl_error_set(&error, PAWL_ERROR_POLICY, "%s", "no"), -1);
	assert_int_equal(pawl_error_exit_status(&error), 2);
	pawl_error_set(&error, PAWL_ERROR_LIMIT, "no");
	assert_int_equal(pawl_error_exit_status(&error), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_gives_zeroed_memory_of_any_size),
		cmocka_unit_test(a_list_keeps_its_elements_when_it_grows),
		cmocka_unit_test(a_map_finds_what_was_put_and_keeps_the_order),
		cmocka_unit_test(a_buf_joins_what_is_added),
		cmocka_unit_test(slices_compare_bytewise),
		cmocka_unit_test(a_needle_is_found_where_memmem_finds_it),
		cmocka_unit_test(a_replaced_file_has_the_new_bytes_and_its_old_mode),
		cmocka_unit_test(an_error_gives_its_exit_status),
	};

	return cmocka_run_group_tests_name("common", tests, NULL, NULL);
}
