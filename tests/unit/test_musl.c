/* What the hooks have in the place of musl's own functions, beside glibc's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

/* Under other names, since this program has the C library's. */
#define malloc	hook_malloc
#define calloc	hook_calloc
#define realloc hook_realloc
#define free	hook_free
#define memchr	hook_memchr
#define memrchr hook_memrchr
#define memcmp	hook_memcmp
#define memcpy	hook_memcpy
#define memmove hook_memmove
void *hook_malloc(size_t size);
void *hook_calloc(size_t count, size_t size);
void *hook_realloc(void *memory, size_t size);
void hook_free(void *memory);
void *hook_memchr(const void *memory, int c, size_t len);
void *hook_memrchr(const void *memory, int c, size_t len);
int hook_memcmp(const void *a, const void *b, size_t len);
void *hook_memcpy(void *restrict to, const void *restrict from, size_t len);
void *hook_memmove(void *to, const void *from, size_t len);
#include "../../src/musl/malloc.c" /* NOLINT(bugprone-suspicious-include) */
#include "../../src/musl/string.c" /* NOLINT(bugprone-suspicious-include) */
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef memchr
#undef memrchr
#undef memcmp
#undef memcpy
#undef memmove

#define BLOCKS 500
#define ROUNDS 100000

static uint64_t seed;

/* Marsaglia's xorshift: the same numbers in every run. */
static size_t any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (size_t)(seed >> 8);
}

struct piece {
	unsigned char *bytes, mark;
	size_t size;
};

static void piece_check(const struct piece *piece)
{
	assert_true((uintptr_t)piece->bytes % 16 == 0);
	for (size_t i = 0; i<piece->size; i += piece->size> 512 ? 97 : 1)
		assert_int_equal(piece->bytes[i], piece->mark);
}

static size_t any_size(void)
{
	switch (any() % 8) {
	case 0:
		return any() % 2000000;
	case 1:
		return any() % 100000;
	default:
		return any() % 600;
	}
}

static void pieces_of_memory_keep_what_is_written(void **state)
{
	static struct piece pieces[BLOCKS];

	(void)state;
	seed = 1;
	for (size_t round = 0; round < ROUNDS / 10; round++) {
		struct piece *piece = &pieces[any() % BLOCKS];
		size_t size = any_size(), kept = piece->size < size ? piece->size : size;

		if (piece->bytes)
			piece_check(piece);
		if (piece->bytes && any() % 2) {
			piece->bytes = hook_realloc(piece->bytes, size);
			piece->size = kept;
			piece_check(piece);
		} else {
			hook_free(piece->bytes);
			piece->bytes = hook_calloc(1, size);
			piece->mark = 0;
			piece->size = size;
			piece_check(piece);
		}
		piece->size = size;
		piece->mark = (unsigned char)any();
		memset(piece->bytes, piece->mark, size);
	}
	for (size_t i = 0; i < BLOCKS; i++)
		hook_free(pieces[i].bytes);
}

/* Where threads leave pieces for each other to free. */
static struct piece *_Atomic shelf[64];

static void *take_and_give(void *payload)
{
	uint64_t number = *(const uint64_t *)payload;

	for (size_t round = 0; round < ROUNDS; round++) {
		struct piece *piece = hook_malloc(sizeof *piece);

		number = number * 6364136223846793005 + 1442695040888963407;
		piece->size = (size_t)(number >> 33) % 300;
		piece->mark = (unsigned char)(number >> 50);
		piece->bytes = hook_calloc(1, piece->size);
		for (size_t i = 0; i < piece->size; i++)
			if (piece->bytes[i])
				return "not zeroed";
		memset(piece->bytes, piece->mark, piece->size);
		piece->bytes = hook_realloc(piece->bytes, piece->size + 200);
		piece = atomic_exchange(&shelf[number >> 58], piece);
		if (!piece)
			continue;
		for (size_t i = 0; i < piece->size; i++)
			if (piece->bytes[i] != piece->mark)
				return "written to by another";
		hook_free(piece->bytes);
		hook_free(piece);
	}
	return NULL;
}

static void threads_take_memory_and_give_back_each_others(void **state)
{
	pthread_t threads[4];
	uint64_t numbers[4] = {1, 2, 3, 4};
	void *wrong;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, &numbers[i]), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	for (size_t i = 0; i < 64; i++) {
		struct piece *piece = atomic_load(&shelf[i]);

		if (piece)
			hook_free(piece->bytes);
		hook_free(piece);
	}
}

static void memory_that_there_cannot_be_is_refused(void **state)
{
	/* Hidden from the compiler, which would refuse the calls itself. */
	volatile size_t most = SIZE_MAX;
	char *kept = hook_malloc(10);

	(void)state;
	assert_null(hook_malloc(most));
	assert_null(hook_malloc(most / 2));
	assert_null(hook_calloc(most / 2, 3));
	strcpy(kept, "kept");
	assert_null(hook_realloc(kept, most));
	assert_string_equal(kept, "kept");
	hook_free(kept);
	char *large = hook_malloc(1 << 20);
	assert_null(hook_realloc(large, most));
	hook_free(large);
}

static void bytes_are_found_and_compared_up_to_a_page_end(void **state)
{
	size_t page = 4096;
	unsigned char *pages =
		mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *bytes = pages + page, other[128];

	(void)state;
	assert_true(pages != MAP_FAILED);
	assert_int_equal(mprotect(pages, page, PROT_NONE), 0);
	assert_int_equal(mprotect(pages + 2 * page, page, PROT_NONE), 0);
	seed = 1;
	for (size_t round = 0; round < ROUNDS; round++) {
		size_t len = any() % sizeof other, shift = any() % 20;
		unsigned char *at = any() % 2 ? bytes + shift : bytes + page - len - shift;
		int wanted = (int)(any() % 3);
		size_t range = any() % 2 ? 3 : 200;

		if (at + len > bytes + page)
			at = bytes + page - len;
		for (size_t i = 0; i < len; i++)
			at[i] = (unsigned char)(any() % range);
		assert_ptr_equal(hook_memchr(at, wanted, len), memchr(at, wanted, len));
		assert_ptr_equal(hook_memrchr(at, wanted, len), memrchr(at, wanted, len));
		memcpy(other, at, len);
		if (len && any() % 3)
			other[any() % len] = (unsigned char)any();
		int expected = memcmp(at, other, len), found = hook_memcmp(at, other, len);
		assert_int_equal((expected > 0) - (expected < 0), (found > 0) - (found < 0));
	}
	munmap(pages, 3 * page);
}

/* Every length to behind the unrolled loop, from every place to every other near it. */
static void copies_are_as_glibc_makes_them(void **state)
{
	enum { NEAR = 40, LONGEST = 200, ALL = LONGEST + NEAR };
	unsigned char text[ALL], expected[ALL], found[ALL];

	(void)state;
	for (size_t i = 0; i < ALL; i++)
		text[i] = (unsigned char)(i * 7 + i / 13);
	for (size_t len = 0; len <= LONGEST; len++) {
		for (size_t places = 0; places < (size_t)NEAR * NEAR; places++) {
			size_t from = places % NEAR, to = places / NEAR;

			memcpy(expected, text, ALL);
			memcpy(found, text, ALL);
			memmove(expected + to, expected + from, len);
			assert_ptr_equal(hook_memmove(found + to, found + from, len), found + to);
			assert_memory_equal(found, expected, ALL);
			memset(expected, 0, ALL);
			memset(found, 0, ALL);
			memcpy(expected + to, text + from, len);
			assert_ptr_equal(hook_memcpy(found + to, text + from, len), found + to);
			assert_memory_equal(found, expected, ALL);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_memory_keep_what_is_written),
		cmocka_unit_test(threads_take_memory_and_give_back_each_others),
		cmocka_unit_test(memory_that_there_cannot_be_is_refused),
		cmocka_unit_test(bytes_are_found_and_compared_up_to_a_page_end),
		cmocka_unit_test(copies_are_as_glibc_makes_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
