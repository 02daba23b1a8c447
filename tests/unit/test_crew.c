/* Items that several threads read and one visits. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "pawl/common.h"

#define ITEMS 5000
#define BLOCK 16

struct item {
	bool read; /* by another thread */
	bool visited;
};

struct work {
	struct item items[ITEMS];
	struct crew_job job;
	bool cannot_open;
	unsigned skips; /* each item of such a number is left to the visit */
	size_t slow;	/* the visit of it waits until others hold so many, and a little longer */
	size_t awaited;
	size_t fails; /* the item whose visit fails */
	size_t next;  /* that is to be visited */
	atomic_size_t held, most_held, read_ahead, opened;
	size_t most_ahead, closed, read_by_others;
};

static void *tools_open(void *payload)
{
	struct work *work = payload;

	if (work->cannot_open)
		return NULL;
	work->opened++;
	return memory_alloc(1);
}

static void tools_close(void *payload, void *tools)
{
	struct work *work = payload;

	work->closed++;
	free(tools);
}

static size_t read_item(void *payload, void *tools, size_t item)
{
	struct work *work = payload;

	(void)tools;
	if (item > work->read_ahead)
		work->read_ahead = item;
	if (work->skips && item % work->skips == 0)
		return 0;
	work->items[item].read = true;
	if (++work->held > work->most_held)
		work->most_held = work->held;
	return 1;
}

static int visit_item(void *payload, size_t item, struct pawl_error *error)
{
	struct work *work = payload;

	assert_int_equal(item, work->next++);
	assert_false(work->items[item].visited);
	work->items[item].visited = true;
	if (item == work->slow) {
		while (work->held < work->awaited)
			usleep(1000);
		usleep(20000);
	}
	if (work->read_ahead > item && work->read_ahead - item > work->most_ahead)
		work->most_ahead = work->read_ahead - item;
	work->read_by_others += work->items[item].read;
	work->held -= work->items[item].read;
	if (item == work->fails)
		return pawl_error_set(error, PAWL_ERROR_SERVER, "%zu", item);
	return 0;
}

static struct work *work_new(size_t count)
{
	struct work *work = memory_calloc(1, sizeof *work);

	work->slow = work->fails = SIZE_MAX;
	work->job = (struct crew_job){
		.count = count,
		.block = BLOCK,
		.payload = work,
		.open = tools_open,
		.read = read_item,
		.close = tools_close,
		.visit = visit_item,
	};
	return work;
}

static void every_item_is_visited_in_order_by_any_number_of_threads(void **state)
{
	static const size_t counts[] = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, ITEMS};
	struct pawl_error error;

	(void)state;
	for (size_t threads = 1; threads <= 5; threads++)
		for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
			struct work *work = work_new(counts[i]);

			work->skips = (unsigned)i;
			assert_int_equal(crew_run(&work->job, threads, &error), 0);
			assert_int_equal(work->next, counts[i]);
			assert_int_equal(work->held, 0);
			assert_int_equal(work->closed, work->opened);
			assert_int_equal(work->job.started, counts[i] ? threads - 1 : 0);
			free(work);
		}
}

static void other_threads_read_ahead_within_two_blocks(void **state)
{
	struct work *work = work_new(ITEMS);
	struct pawl_error error;

	(void)state;
	work->slow = 3;
	work->awaited = 2 * BLOCK - 4; /* all but itself and what was visited before */
	assert_int_equal(crew_run(&work->job, 3, &error), 0);
	assert_true(work->most_ahead < 2 * BLOCK);
	free(work);
}

static void what_is_held_is_bounded(void **state)
{
	struct work *work = work_new(ITEMS);
	struct pawl_error error;

	(void)state;
	work->slow = 3;
	work->awaited = 11;
	work->job.bytes = 10;
	assert_int_equal(crew_run(&work->job, 2, &error), 0);
	/* The one that goes beyond the bound is held, too. */
	assert_int_equal(work->most_held, 11);
	free(work);
}

static void the_first_failing_visit_ends_all(void **state)
{
	struct pawl_error error;

	(void)state;
	for (size_t fails = 0; fails < 100; fails += 9) {
		struct work *work = work_new(ITEMS);

		work->fails = fails;
		assert_int_equal(crew_run(&work->job, 3, &error), -1);
		assert_int_equal(work->next, fails + 1);
		assert_int_equal(atoi(error.message), fails);
		assert_int_equal(work->closed, work->opened);
		free(work);
	}
}

static void threads_without_tools_leave_all_to_the_caller(void **state)
{
	struct work *work = work_new(ITEMS);
	struct pawl_error error;

	(void)state;
	work->cannot_open = true;
	assert_int_equal(crew_run(&work->job, 4, &error), 0);
	assert_int_equal(work->next, ITEMS);
	assert_int_equal(work->read_by_others, 0);
	assert_int_equal(work->closed, 0);
	free(work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_item_is_visited_in_order_by_any_number_of_threads),
		cmocka_unit_test(other_threads_read_ahead_within_two_blocks),
		cmocka_unit_test(what_is_held_is_bounded),
		cmocka_unit_test(the_first_failing_visit_ends_all),
		cmocka_unit_test(threads_without_tools_leave_all_to_the_caller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
