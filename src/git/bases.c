/*
 * P4: where the walk from a new tip first meets accepted history.
 */
#include "ancestry.h"

/* How far the history of the tips at hand is looked into before all governed refs are listed. */
#define MAX_STEPS_UNLISTED 256

/* Commits that are looked for so. */
#define MAX_LOOKS 1024

/* Doubtful commits that are looked for one by one; with more, all accepted history is painted. */
#define MAX_SEARCHES 8

struct search {
	struct graph graph;
	const struct bases_request *request;
	struct node *old_tip;  /* NULL: none */
	struct nodes accepted; /* heap: painted NODE_ACCEPTED, their parents not yet */
	struct nodes tips;     /* NODE_ACCEPTED, not in the heap yet */
	bool guessed;	       /* likely_tips was asked */
	bool listed;	       /* accepted_tips was asked */
	bool certain;	       /* all accepted history is painted */
	unsigned looks_near, looks_far;
	struct nodes seen;
	struct nodes candidates; /* accepted commits that the walk met */
	struct nodes fresh;
	struct nodes doubtful; /* of the fresh ones: those that only dates say are not accepted */
	struct pawl_error *error;
};

static void accept(struct search *search, struct node *node)
{
	if (node->facts & NODE_ACCEPTED)
		return;
	node->facts |= NODE_ACCEPTED;
	nodes_push(&search->graph, &search->tips, node);
}

/* To order them, tips must be read: done only once a commit is looked for that is none of them. */
static int load_tips(struct search *search)
{
	for (size_t i = 0; i < search->tips.count; i++) {
		struct node *node = search->tips.items[i];

		if (graph_load(&search->graph, node, search->error))
			return -1;
		heap_push(&search->graph, &search->accepted, node);
	}
	search->tips.count = 0;
	return 0;
}

static int ask_for_tips(struct search *search, accepted_tips_fn ask)
{
	struct ids ids = {0};

	if (ask(search->request->payload, &ids, search->error))
		return -1;
	for (size_t i = 0; i < ids.count; i++) {
		struct node *node;
		int result = graph_peel(&search->graph, &ids.items[i], &node, search->error);

		if (result < 0)
			return -1;
		if (!result)
			accept(search, node);
	}
	return 0;
}

/* Takes the latest accepted commit off the heap and accepts its parents. */
static int accept_parents(struct search *search)
{
	struct node *node = heap_pop(&search->accepted);

	for (uint32_t i = 0; i < node->parent_count; i++)
		accept(search, node->parents[i]);
	return load_tips(search);
}

/* Whether no accepted commit that has not been looked below is as late as this one: then dates say
 * that it is not accepted, which may be wrong. */
static int dates_exclude(struct search *search, const struct node *node, bool *out)
{
	if (load_tips(search))
		return -1;
	*out = !search->accepted.count || search->accepted.items[0]->time < node->time;
	return 0;
}

/* Paints as far as dates tell: what it accepts is accepted, what it does not may be all the same.
 */
static int look_by_dates(struct search *search, struct node *node)
{
	bool excluded;

	for (;;) {
		if (node->facts & NODE_ACCEPTED)
			return 0;
		if (dates_exclude(search, node, &excluded))
			return -1;
		if (excluded)
			return 0;
		if (accept_parents(search))
			return -1;
	}
}

/* A commit that is as old as accepted ones may lie below them, or have a wrong date. */
static int look_below(struct search *search, struct node *node, size_t steps,
		      enum ancestry *ancestry)
{
	bool excluded;

	*ancestry = ANCESTRY_UNKNOWN;
	if (node->facts & NODE_ACCEPTED)
		return 0;
	if (dates_exclude(search, node, &excluded))
		return -1;
	if (excluded)
		return 0;
	if (ancestry_reaches(&search->graph, &search->accepted, node, steps, ancestry,
			     search->error))
		return -1;
	if (*ancestry == ANCESTOR)
		accept(search, node);
	return 0;
}

/* Below the tips at hand. */
static int look_near(struct search *search, struct node *node)
{
	enum ancestry ancestry;

	if (search->looks_near == MAX_LOOKS)
		return 0;
	search->looks_near++;
	return look_below(search, node, MAX_STEPS_UNLISTED, &ancestry);
}

/* Below all of them; *certain where it is sure of a commit that it did not find. */
static int look_far(struct search *search, struct node *node, bool *certain)
{
	enum ancestry ancestry;

	if (search->looks_far == MAX_SEARCHES)
		return look_by_dates(search, node);
	if (look_below(search, node, SIZE_MAX, &ancestry))
		return -1;
	if (ancestry != ANCESTRY_UNKNOWN)
		search->looks_far++;
	*certain = ancestry == NO_ANCESTOR;
	return 0;
}

/* The cheapest way first: below the old tip, below the likely ones, below any. */
static int look_everywhere(struct search *search, struct node *node, bool *certain)
{
	if (search->old_tip && look_near(search, node))
		return -1;
	if (!(node->facts & NODE_ACCEPTED) && !search->guessed && search->request->likely_tips) {
		search->guessed = true;
		if (ask_for_tips(search, search->request->likely_tips) || look_near(search, node))
			return -1;
	}
	if (node->facts & NODE_ACCEPTED)
		return 0;
	if (!search->listed) {
		search->listed = true;
		if (ask_for_tips(search, search->request->accepted_tips))
			return -1;
	}
	return look_far(search, node, certain);
}

static int is_accepted(struct search *search, struct node *node, bool *out)
{
	bool certain = search->certain;
	int result;

	*out = false;
	if (!(node->facts & NODE_ACCEPTED) &&
	    repository_is_new_object(search->graph.repository, &node->id))
		return 0;
	if (graph_load(&search->graph, node, search->error))
		return -1;
	result = look_everywhere(search, node, &certain);
	*out = node->facts & NODE_ACCEPTED;
	if (!*out && !certain) {
		node->facts |= NODE_DOUBTFUL;
		nodes_push(&search->graph, &search->doubtful, node);
	}
	return result;
}

static size_t max_commits(const struct search *search)
{
	return search->request->max_commits ? search->request->max_commits : PAWL_MAX_NEW_COMMITS;
}

static void visit(struct search *search, struct nodes *stack, struct node *node)
{
	if (node->facts & NODE_SEEN)
		return;
	node->facts |= NODE_SEEN;
	nodes_push(&search->graph, &search->seen, node);
	nodes_push(&search->graph, stack, node);
}

/* The frontier of accepted history, as far as it is known. 0; 1 where there are too many new
 * commits; -1. */
static int walk(struct search *search, struct node *new_tip)
{
	struct nodes stack = {0};

	visit(search, &stack, new_tip);
	while (stack.count) {
		struct node *node = stack.items[--stack.count];
		bool accepted;

		if (is_accepted(search, node, &accepted))
			return -1;
		if (accepted) {
			nodes_push(&search->graph, &search->candidates, node);
			continue;
		}
		if (search->fresh.count == max_commits(search))
			return 1;
		nodes_push(&search->graph, &search->fresh, node);
		if (graph_load(&search->graph, node, search->error))
			return -1;
		for (uint32_t i = node->parent_count; i > 0; i--)
			visit(search, &stack, node->parents[i - 1]);
	}
	return 0;
}

static bool has_doubtful_parent(const struct node *node)
{
	for (uint32_t i = 0; i < node->parent_count; i++)
		if (node->parents[i]->facts & NODE_DOUBTFUL)
			return true;
	return false;
}

/*
 * Whether no doubtful commit is accepted. Only those without a doubtful parent need to be looked
 * for: were any of them accepted, so were its parents, down to one of those.
 */
static int check_doubtful(struct search *search, bool *right)
{
	unsigned searches = 0;

	*right = true;
	if (load_tips(search))
		return -1;
	for (size_t i = 0; *right && i < search->doubtful.count; i++) {
		struct node *node = search->doubtful.items[i];
		enum ancestry ancestry;

		if (node->facts & NODE_ACCEPTED) {
			*right = false; /* painted since */
			break;
		}
		if (has_doubtful_parent(node))
			continue;
		if (searches++ < MAX_SEARCHES) {
			if (ancestry_reaches(&search->graph, &search->accepted, node, SIZE_MAX,
					     &ancestry, search->error))
				return -1;
			*right = ancestry == NO_ANCESTOR;
		} else {
			*right = false;
		}
	}
	return 0;
}

static void forget(struct search *search)
{
	for (size_t i = 0; i < search->seen.count; i++)
		search->seen.items[i]->facts &= ~(uint32_t)(NODE_SEEN | NODE_DOUBTFUL);
	search->seen.count = search->candidates.count = 0;
	search->fresh.count = search->doubtful.count = 0;
}

static int paint_all_accepted(struct search *search)
{
	if (load_tips(search))
		return -1;
	while (search->accepted.count)
		if (accept_parents(search))
			return -1;
	search->certain = true;
	return 0;
}

/* First trusting the commits' dates, which is cheap and mostly right; and again without, where that
 * was wrong. */
static int find_frontier(struct search *search, struct node *new_tip)
{
	int result = walk(search, new_tip);
	bool right = false;

	if (result < 0 || (!result && check_doubtful(search, &right)))
		return -1;
	if (!right && search->doubtful.count) {
		forget(search);
		if (paint_all_accepted(search))
			return -1;
		result = walk(search, new_tip);
	}
	if (result > 0)
		return pawl_error_set(search->error, PAWL_ERROR_LIMIT,
				      "the push has more than %zu new commits",
				      max_commits(search));
	return result;
}

static int find_tips(struct search *search, struct node **new_tip)
{
	const struct bases_request *request = search->request;
	int result = graph_peel(&search->graph, &request->new_tip, new_tip, search->error);

	if (result > 0)
		return pawl_error_set(search->error, PAWL_ERROR_CALL, "object %s is no commit",
				      git_oid_tostr_s(&request->new_tip));
	if (result || git_oid_is_zero(&request->old_tip))
		return result;
	result = graph_peel(&search->graph, &request->old_tip, &search->old_tip, search->error);
	if (!result)
		accept(search, search->old_tip);
	return result < 0 ? -1 : 0;
}

static void give(const struct nodes *nodes, struct arena *arena, struct ids *out)
{
	for (size_t i = 0; i < nodes->count; i++)
		*ARENA_PUSH(arena, out) = nodes->items[i]->id;
}

static int find(struct search *search, bool want_fresh, struct arena *arena, struct bases *out)
{
	struct node *new_tip;
	bool alone;

	if (find_tips(search, &new_tip))
		return -1;
	alone = search->request->trunk && search->old_tip;
	if ((!alone || want_fresh) && find_frontier(search, new_tip))
		return -1;
	if (alone)
		search->candidates.count = 0;
	if (ancestry_keep_maximal(&search->graph, &search->candidates, search->old_tip,
				  search->error))
		return -1;
	out->first_is_old_tip = search->old_tip != NULL;
	if (search->old_tip)
		*ARENA_PUSH(arena, &out->ids) = search->old_tip->id;
	give(&search->candidates, arena, &out->ids);
	if (want_fresh)
		give(&search->fresh, arena, &out->fresh);
	return 0;
}

int bases_find(struct repository *repository, const struct bases_request *request, bool want_fresh,
	       struct arena *arena, struct bases *out, struct pawl_error *error)
{
	struct search search = {
		.graph = {.repository = repository}, .request = request, .error = error};
	int result;

	*out = (struct bases){0};
	result = find(&search, want_fresh, arena, out);
	graph_free(&search.graph);
	return result;
}
