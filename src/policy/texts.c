/*
 * The texts of a whole tree, read on all cores: what each says is the work of one thread, with a
 * repository and an arena of its own. Meanwhile the caller's thread visits what is read, in the
 * tree's order. Whatever a thread cannot read is left to the caller's, which alone reports errors.
 */
#include "texts.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define MAX_THREADS	 16
#define TEXTS_PER_TAKE	 32 /* neighbours share folders, and delta bases in the pack */
#define TEXTS_PER_THREAD 128

struct listing_walk {
	const struct policy *policy;
	struct arena *arena;
	struct tree_texts *out;
};

static int list_text(void *payload, const struct change *change, struct pawl_error *error)
{
	struct listing_walk *walk = payload;
	struct tree_text *text;

	(void)error;
	if (change->kind != CHANGE_BROKEN_TREE && !policy_reads(walk->policy, change->path))
		return 0;
	text = ARENA_PUSH(walk->arena, walk->out);
	text->path = change->path;
	text->entry = change->tip;
	if (change->kind == CHANGE_BROKEN_TREE)
		text->broken = slice_copy(walk->arena, slice_of(change->message)).ptr;
	else
		module_name_of_path(&walk->policy->roots, change->path, walk->arena, &text->module);
	return 0;
}

int tree_texts_list(struct snapshot *snapshot, const struct policy *policy, struct arena *arena,
		    struct tree_texts *out, struct pawl_error *error)
{
	struct listing_walk walk = {policy, arena, out};

	*out = (struct tree_texts){0};
	return snapshot_walk(snapshot, arena, list_text, &walk, error) < 0 ? -1 : 0;
}

static void add_use(struct tree_text *text, const struct text *source, const struct policy *policy,
		    const struct raw_use *raw, struct arena *arena)
{
	struct text_use *use = ARENA_PUSH(arena, text);

	use->facade = raw->facade;
	use->via = raw->via;
	use->type_checking = raw->type_checking;
	use->escape = raw->escape;
	use->itself = raw->itself;
	use->allowed = !raw->escape && policy_allows_line(policy, source, raw->at);
	use->at = raw->at;
	use->name = slice_copy(arena, raw->name);
	use->line = slice_copy(arena, text_line(source, raw->at));
}

int tree_text_read(struct tree_text *text, struct snapshot *snapshot, const struct policy *policy,
		   const struct facade_set *facades, struct arena *arena, struct pawl_error *error)
{
	struct arena scratch = {0};
	struct raw_uses uses = {0};
	struct text source;
	struct slice bytes;
	const char *why;
	int result =
		text_of_entry(snapshot, text->path, &text->entry, &scratch, &bytes, &why, error);

	if (result == 0 && !why) {
		uses_read(bytes, &text->module, facades, &policy->limits, &scratch, &source, &uses);
		why = uses.unreadable;
	}
	if (result == 0 && why)
		text->unreadable = slice_copy(arena, slice_of(why)).ptr;
	for (size_t i = 0; i < uses.count && !why; i++)
		add_use(text, &source, policy, &uses.items[i], arena);
	if (result >= 0)
		text->state = result == 0 ? TREE_TEXT_DONE : TREE_TEXT_NONE;
	arena_free(&scratch);
	return result < 0 ? -1 : 0;
}

/* ---- threads ---- */

struct crew {
	struct tree_texts *texts;
	struct snapshot *snapshot;
	const struct policy *policy;
	const struct facade_set *facades;
	atomic_size_t next; /* the first text that nobody has taken */
	pthread_mutex_t lock;
	pthread_cond_t changed; /* one of the following has */
	bool *read;		/* a take's number: its texts are the reader's again */
	size_t working;		/* threads that may still read */
};

struct hand {
	struct crew *crew;
	pthread_t thread;
	struct arena arena; /* holds what its texts say */
	struct repository *repository;
};

static void read_taken(struct hand *hand, struct snapshot *snapshot, size_t first)
{
	struct crew *crew = hand->crew;
	size_t end = first + TEXTS_PER_TAKE;
	struct pawl_error ignored;

	if (end > crew->texts->count)
		end = crew->texts->count;
	for (size_t i = first; i < end; i++) {
		struct tree_text *text = &crew->texts->items[i];

		if (text->state == TREE_TEXT_WAITING && !text->broken)
			tree_text_read(text, snapshot, crew->policy, crew->facades, &hand->arena,
				       &ignored);
	}
	pthread_mutex_lock(&crew->lock);
	crew->read[first / TEXTS_PER_TAKE] = true;
	pthread_cond_signal(&crew->changed);
	pthread_mutex_unlock(&crew->lock);
}

static void read_takes(struct hand *hand)
{
	struct crew *crew = hand->crew;
	struct snapshot *snapshot;
	struct pawl_error ignored;
	size_t first;

	if (repository_open_again(&hand->repository, snapshot_repository(crew->snapshot),
				  &ignored) < 0 ||
	    snapshot_of_tree(&snapshot, hand->repository, &hand->arena,
			     snapshot_tree(crew->snapshot), &ignored) < 0)
		return;
	while ((first = atomic_fetch_add(&crew->next, TEXTS_PER_TAKE)) < crew->texts->count)
		read_taken(hand, snapshot, first);
}

static void *hand_work(void *payload)
{
	struct hand *hand = payload;
	struct crew *crew = hand->crew;

	read_takes(hand);
	pthread_mutex_lock(&crew->lock);
	crew->working--;
	pthread_cond_signal(&crew->changed);
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

static size_t threads_wanted(const struct tree_texts *texts)
{
	size_t waiting = 0, wanted = 1;
	cpu_set_t cores;

	for (size_t i = 0; i < texts->count; i++)
		waiting += texts->items[i].state == TREE_TEXT_WAITING;
	if (sched_getaffinity(0, sizeof cores, &cores) == 0)
		wanted = (size_t)CPU_COUNT(&cores);
	if (wanted > MAX_THREADS)
		wanted = MAX_THREADS;
	return wanted > waiting / TEXTS_PER_THREAD ? waiting / TEXTS_PER_THREAD : wanted;
}

static size_t crew_start(struct crew *crew, struct hand *hands, size_t wanted)
{
	size_t started = 0;

	crew->working = wanted; /* before any of them can end */
	for (; started < wanted; started++) {
		hands[started].crew = crew;
		if (pthread_create(&hands[started].thread, NULL, hand_work, &hands[started]))
			break;
	}
	pthread_mutex_lock(&crew->lock);
	crew->working -= wanted - started;
	pthread_mutex_unlock(&crew->lock);
	return started;
}

static void crew_end(struct crew *crew, struct hand *hands, size_t started, struct arena *arena)
{
	atomic_store(&crew->next, crew->texts->count); /* after an error nobody needs the rest */
	for (size_t i = 0; i < started; i++) {
		pthread_join(hands[i].thread, NULL);
		arena_adopt(arena, &hands[i].arena);
		if (!hands[i].repository)
			continue;
		repository_add_counts(snapshot_repository(crew->snapshot), hands[i].repository);
		repository_free(hands[i].repository);
	}
}

/* Until no thread touches the texts of a take any more. */
static void crew_await(struct crew *crew, size_t take)
{
	pthread_mutex_lock(&crew->lock);
	while (!crew->read[take] && crew->working)
		pthread_cond_wait(&crew->changed, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

static int visit_all(struct crew *crew, struct arena *arena, tree_text_visit visit, void *payload,
		     struct pawl_error *error)
{
	for (size_t i = 0; i < crew->texts->count; i++) {
		struct tree_text *text = &crew->texts->items[i];

		if (crew->read && i % TEXTS_PER_TAKE == 0)
			crew_await(crew, i / TEXTS_PER_TAKE);
		if (text->state == TREE_TEXT_WAITING && !text->broken &&
		    tree_text_read(text, crew->snapshot, crew->policy, crew->facades, arena,
				   error) < 0)
			return -1;
		if (visit(payload, text, error) < 0)
			return -1;
	}
	return 0;
}

/* With fewer than two threads the caller's own does as well. */
int tree_texts_read(struct tree_texts *texts, struct snapshot *snapshot,
		    const struct policy *policy, const struct facade_set *facades,
		    struct arena *arena, tree_text_visit visit, void *payload,
		    struct pawl_error *error)
{
	struct crew crew = {
		.texts = texts,
		.snapshot = snapshot,
		.policy = policy,
		.facades = facades,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
	};
	size_t wanted = threads_wanted(texts), started;
	struct hand *hands;
	int result;

	if (wanted < 2 || !snapshot_is_plain(snapshot))
		return visit_all(&crew, arena, visit, payload, error);
	hands = arena_alloc(arena, wanted * sizeof *hands);
	crew.read = arena_alloc(arena, texts->count / TEXTS_PER_TAKE + 1);
	started = crew_start(&crew, hands, wanted);
	result = visit_all(&crew, arena, visit, payload, error);
	crew_end(&crew, hands, started, arena);
	return result;
}
