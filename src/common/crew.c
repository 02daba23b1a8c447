/*
 * The caller's thread goes through the items from the front. The others take from the back of the
 * block that it is in, where it needs them last, and when the two meet, of the block behind that:
 * so nobody waits, but for a meeting, and what is read ahead is bounded.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "pawl/common.h"

/* Texts are walked without recursion: 16 KiB did for the deepest. Memory is taken as it is used. */
#define STACK_BYTES ((size_t)1 << 20)
/* Into how many parts each thread's share of a block is taken: the last are single items. */
#define PARTS 8

struct crew {
	const struct crew_job *job;
	pthread_mutex_t lock;
	pthread_cond_t done; /* an item is read */
	pthread_cond_t room; /* more may be read, or nothing any more */
	size_t threads;	     /* the caller's too */
	int processor;	     /* that the caller was on when it called for the others */
	size_t at;	     /* the item that the caller visits */
	size_t first;	     /* of a block: from here nobody's */
	size_t back;	     /* from here the hands' */
	size_t end;
	size_t *held; /* of the items of two blocks, each: 0: not read, else bytes + 1 */
	size_t bytes; /* the sum of what is held */
	bool over;
};

struct hand {
	struct crew *crew;
	pthread_t thread;
	void *tools;
};

static void open_block(struct crew *crew, size_t first)
{
	const struct crew_job *job = crew->job;

	crew->first = first;
	crew->end = job->count - first < job->block ? job->count : first + job->block;
	crew->back = crew->end;
}

/* Whether the block is behind the one that the caller is in. */
static bool is_ahead(const struct crew *crew)
{
	size_t block = crew->job->block;

	return (crew->end - 1) / block > crew->at / block;
}

static bool may_hold_more(const struct crew *crew)
{
	return !crew->job->bytes || crew->bytes <= crew->job->bytes;
}

static bool all_taken(const struct crew *crew)
{
	return crew->first == crew->back && crew->end == crew->job->count;
}

/* The next items for a hand, [*first, *end); false where nothing is left. Under the lock. */
static bool take(struct crew *crew, size_t *first, size_t *end)
{
	while (!crew->over) {
		if (all_taken(crew))
			return false;
		if (crew->first == crew->back && !is_ahead(crew))
			open_block(crew, crew->end);
		if (crew->first < crew->back && may_hold_more(crew)) {
			size_t some = (crew->back - crew->first) / (PARTS * crew->threads);

			*end = crew->back;
			crew->back -= some ? some : 1;
			*first = crew->back;
			return true;
		}
		pthread_cond_wait(&crew->room, &crew->lock);
	}
	return false;
}

static size_t *held(struct crew *crew, size_t item)
{
	return &crew->held[item % (2 * crew->job->block)];
}

/*
 * A new thread is often left on its maker's processor for longer than a push takes, with another
 * one idle: it leaves for any other, and may then be moved as the system likes.
 */
static void leave_processor(int processor)
{
	cpu_set_t all, others;

	if (processor < 0 || processor != sched_getcpu() || sched_getaffinity(0, sizeof all, &all))
		return;
	others = all;
	CPU_CLR((size_t)processor, &others);
	if (CPU_COUNT(&others) && !sched_setaffinity(0, sizeof others, &others))
		sched_setaffinity(0, sizeof all, &all);
}

static void *hand_work(void *payload)
{
	struct hand *hand = payload;
	struct crew *crew = hand->crew;
	const struct crew_job *job = crew->job;
	size_t first, end;
	bool late;

	leave_processor(crew->processor);
	/* On a busy machine the others may have done it all. */
	pthread_mutex_lock(&crew->lock);
	late = crew->over || all_taken(crew);
	pthread_mutex_unlock(&crew->lock);
	if (!late)
		hand->tools = job->open(job->payload);
	if (!hand->tools)
		return NULL;
	pthread_mutex_lock(&crew->lock);
	while (take(crew, &first, &end)) {
		for (; first < end; first++) {
			size_t bytes;

			pthread_mutex_unlock(&crew->lock);
			bytes = job->read(job->payload, hand->tools, first);
			pthread_mutex_lock(&crew->lock);
			*held(crew, first) = bytes + 1;
			crew->bytes += bytes;
			pthread_cond_signal(&crew->done);
		}
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

/* Until the item is the caller's alone. */
static void reach(struct crew *crew, size_t item)
{
	pthread_mutex_lock(&crew->lock);
	crew->at = item;
	if (item == crew->end)
		open_block(crew, item);
	if (item % crew->job->block == 0)
		pthread_cond_broadcast(&crew->room);
	if (item >= crew->first && item < crew->back)
		crew->first = item + 1;
	else
		while (!*held(crew, item))
			pthread_cond_wait(&crew->done, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

static void leave(struct crew *crew, size_t item)
{
	bool full;

	pthread_mutex_lock(&crew->lock);
	full = !may_hold_more(crew);
	if (*held(crew, item))
		crew->bytes -= *held(crew, item) - 1;
	*held(crew, item) = 0;
	if (full && may_hold_more(crew))
		pthread_cond_broadcast(&crew->room);
	pthread_mutex_unlock(&crew->lock);
}

static int visit_all(struct crew *crew, struct pawl_error *error)
{
	const struct crew_job *job = crew->job;

	for (size_t i = 0; i < job->count; i++) {
		reach(crew, i);
		if (job->visit(job->payload, i, error) < 0)
			return -1;
		leave(crew, i);
	}
	return 0;
}

static size_t start(struct crew *crew, struct hand *hands, size_t wanted)
{
	pthread_attr_t attributes;
	size_t started = 0;

	if (pthread_attr_init(&attributes))
		return 0;
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	for (; started < wanted; started++) {
		hands[started].crew = crew;
		if (pthread_create(&hands[started].thread, &attributes, hand_work, &hands[started]))
			break;
	}
	pthread_attr_destroy(&attributes);
	return started;
}

static void end(struct crew *crew, struct hand *hands, size_t started)
{
	const struct crew_job *job = crew->job;

	pthread_mutex_lock(&crew->lock);
	crew->over = true;
	pthread_cond_broadcast(&crew->room);
	pthread_mutex_unlock(&crew->lock);
	for (size_t i = 0; i < started; i++) {
		pthread_join(hands[i].thread, NULL);
		if (hands[i].tools)
			job->close(job->payload, hands[i].tools);
	}
}

static int run_alone(const struct crew_job *job, struct pawl_error *error)
{
	for (size_t i = 0; i < job->count; i++)
		if (job->visit(job->payload, i, error) < 0)
			return -1;
	return 0;
}

int crew_run(struct crew_job *job, size_t threads, struct pawl_error *error)
{
	struct crew crew = {
		.job = job,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.done = PTHREAD_COND_INITIALIZER,
		.room = PTHREAD_COND_INITIALIZER,
		.threads = threads,
	};
	struct hand *hands;
	int result;

	job->started = 0;
	if (threads < 2 || !job->count)
		return run_alone(job, error);
	crew.processor = sched_getcpu();
	open_block(&crew, 0);
	crew.held = memory_calloc(2 * job->block, sizeof *crew.held);
	hands = memory_calloc(threads - 1, sizeof *hands);
	job->started = start(&crew, hands, threads - 1);
	result = job->started ? visit_all(&crew, error) : run_alone(job, error);
	end(&crew, hands, job->started);
	free(hands);
	free(crew.held);
	return result;
}

size_t crew_processors(void)
{
	cpu_set_t processors;

	if (sched_getaffinity(0, sizeof processors, &processors))
		return 1;
	return (size_t)CPU_COUNT(&processors);
}
