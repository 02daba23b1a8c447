#include "ancestry.h"

enum colour {
	BELOW_TARGET = 1,
	BELOW_FROM = 2,
	BELOW_BOTH = 4, /* for merge bases: an ancestor of a common ancestor */
};

/* One painting. Colours of older ones are void without being washed off: each has its serial. */
struct painting {
	struct graph *graph;
	struct nodes heap;
	size_t open; /* nodes in the heap that can still change the answer */
	struct pawl_error *error;
};

static struct painting painting_new(struct graph *graph, struct pawl_error *error)
{
	graph->serial++;
	return (struct painting){.graph = graph, .error = error};
}

static uint8_t colours_of(const struct painting *painting, const struct node *node)
{
	return node->serial == painting->graph->serial ? node->colours : 0;
}

/* Whether a node of these colours is open; what it leads to decides the question. */
typedef bool (*is_open_fn)(uint8_t colours);

static int paint(struct painting *painting, struct node *node, unsigned colours, is_open_fn is_open)
{
	uint8_t before = colours_of(painting, node), after = (uint8_t)(before | colours);

	if (before == after)
		return 0;
	if (graph_load(painting->graph, node, painting->error))
		return -1;
	if (node->serial != painting->graph->serial)
		node->pending = false;
	if (node->pending)
		painting->open -= is_open(before);
	else
		heap_push(painting->graph, &painting->heap, node);
	node->serial = painting->graph->serial;
	node->colours = after;
	node->pending = true;
	painting->open += is_open(after);
	return 0;
}

static struct node *take(struct painting *painting, is_open_fn is_open)
{
	struct node *node = heap_pop(&painting->heap);

	node->pending = false;
	painting->open -= is_open(node->colours);
	return node;
}

static int paint_parents(struct painting *painting, const struct node *node, unsigned colours,
			 is_open_fn is_open)
{
	for (uint32_t i = 0; i < node->parent_count; i++)
		if (paint(painting, node->parents[i], colours, is_open))
			return -1;
	return 0;
}

/* ---- whether one commit leads to another ---- */

/*
 * Down from both sides at once: where the target leads to a commit, that commit cannot lead to the
 * target, since commits form no circles. Dates choose what comes next on a side and nothing else: a
 * target that is dated long ago, on top of what is younger, has its answer a few steps below it.
 */
struct race {
	struct painting painting; /* its heap: what the target leads to; open: what is below from */
	struct nodes below_from;
	struct node *target;
	size_t steps_from, steps_target;
};

/* The target's side goes first, and then does a part of the other side's steps. */
#define HEAD_START 16
#define SHARE	   8

/* Not to be looked into on the side of `from`: an ancestor of the target. */
static bool leads_to_target(uint8_t colours)
{
	return colours == BELOW_FROM;
}

static int race_paint(struct race *race, struct node *node, enum colour colour)
{
	struct painting *painting = &race->painting;
	uint8_t before = colours_of(painting, node), after = (uint8_t)(before | colour);

	if (before == after)
		return 0;
	if (graph_load(painting->graph, node, painting->error))
		return -1;
	if (node->serial != painting->graph->serial)
		node->pending = false;
	node->serial = painting->graph->serial;
	node->colours = after;
	if (colour == BELOW_TARGET) {
		heap_push(painting->graph, &painting->heap, node);
		painting->open -= node->pending; /* on the other side, which need not look on */
	} else if (leads_to_target(after)) {
		heap_push(painting->graph, &race->below_from, node);
		node->pending = true;
		painting->open++;
	}
	return 0;
}

static int race_paint_parents(struct race *race, const struct node *node, enum colour colour)
{
	for (uint32_t i = 0; i < node->parent_count; i++)
		if (race_paint(race, node->parents[i], colour))
			return -1;
	return 0;
}

static int race_step(struct race *race)
{
	struct nodes *targets = &race->painting.heap;

	if (targets->count && race->steps_target < HEAD_START + race->steps_from / SHARE) {
		race->steps_target++;
		return race_paint_parents(race, heap_pop(targets), BELOW_TARGET);
	}
	struct node *node = heap_pop(&race->below_from);
	race->steps_from++;
	node->pending = false;
	if (!leads_to_target(node->colours))
		return 0; /* the target has led to it since */
	race->painting.open--;
	return race_paint_parents(race, node, BELOW_FROM);
}

int ancestry_reaches(struct graph *graph, const struct nodes *from, struct node *target,
		     size_t steps, enum ancestry *out, struct pawl_error *error)
{
	struct race race = {.painting = painting_new(graph, error), .target = target};

	*out = ANCESTOR;
	for (size_t i = 0; i < from->count; i++)
		if (from->items[i] == target)
			return 0;
	if (race_paint(&race, target, BELOW_TARGET))
		return -1;
	for (size_t i = 0; i < from->count; i++)
		if (race_paint(&race, from->items[i], BELOW_FROM))
			return -1;
	while (race.painting.open && steps--) {
		if (race_step(&race))
			return -1;
		if (colours_of(&race.painting, target) & BELOW_FROM)
			return 0;
	}
	*out = race.painting.open ? ANCESTRY_UNKNOWN : NO_ANCESTOR;
	return 0;
}

/* ---- those that are nobody's ancestor ---- */

static bool always(uint8_t colours)
{
	(void)colours;
	return true;
}

static int64_t earliest(const struct nodes *nodes)
{
	int64_t time = INT64_MAX;

	for (size_t i = 0; i < nodes->count; i++)
		if (nodes->items[i]->time < time)
			time = nodes->items[i]->time;
	return time;
}

static void keep_unpainted(const struct painting *painting, struct nodes *nodes)
{
	size_t kept = 0;

	for (size_t i = 0; i < nodes->count; i++)
		if (!colours_of(painting, nodes->items[i]))
			nodes->items[kept++] = nodes->items[i];
	nodes->count = kept;
}

/* How far dates are followed: one that is wrong would lead through all of history. */
#define MAX_OBVIOUS_STEPS 4096

/*
 * Drops what lies below another as far as dates tell. What it drops is rightly dropped, since
 * nobody is an ancestor of his own parents; what it keeps must be looked at again.
 */
static int drop_obvious(struct graph *graph, struct nodes *nodes, struct node *above,
			struct pawl_error *error)
{
	struct painting painting = painting_new(graph, error);
	int64_t end;

	for (size_t i = 0; i < nodes->count; i++)
		if (graph_load(graph, nodes->items[i], error))
			return -1;
	end = earliest(nodes);
	if (above && paint(&painting, above, BELOW_FROM, always))
		return -1;
	for (size_t i = 0; i < nodes->count; i++)
		if (paint_parents(&painting, nodes->items[i], BELOW_FROM, always))
			return -1;
	for (size_t steps = MAX_OBVIOUS_STEPS;
	     steps && painting.heap.count && painting.heap.items[0]->time >= end; steps--)
		if (paint_parents(&painting, take(&painting, always), BELOW_FROM, always))
			return -1;
	keep_unpainted(&painting, nodes);
	return 0;
}

/* Whether another of the nodes, or `above`, has the one at `index` for an ancestor. */
static int is_below_another(struct graph *graph, const struct nodes *nodes, size_t index,
			    struct node *above, bool *out, struct pawl_error *error)
{
	struct nodes others = {0};
	enum ancestry ancestry;

	for (size_t i = 0; i < nodes->count; i++)
		if (i != index)
			nodes_push(graph, &others, nodes->items[i]);
	if (above)
		nodes_push(graph, &others, above);
	if (ancestry_reaches(graph, &others, nodes->items[index], SIZE_MAX, &ancestry, error))
		return -1;
	*out = ancestry == ANCESTOR;
	return 0;
}

static void drop(struct nodes *nodes, size_t index)
{
	nodes->count--;
	memmove(&nodes->items[index], &nodes->items[index + 1],
		(nodes->count - index) * sizeof(struct node *));
}

int ancestry_keep_maximal(struct graph *graph, struct nodes *nodes, struct node *above,
			  struct pawl_error *error)
{
	for (size_t i = nodes->count; i > 0; i--)
		if (nodes->items[i - 1] == above)
			drop(nodes, i - 1);
	if (nodes->count > 1 && drop_obvious(graph, nodes, above, error))
		return -1;
	/* Whoever is dropped lies below one that stays, so the rest can be judged without him. */
	for (size_t i = 0; i < nodes->count;) {
		bool below;

		if (is_below_another(graph, nodes, i, above, &below, error))
			return -1;
		if (below)
			drop(nodes, i);
		else
			i++;
	}
	return 0;
}

static bool may_be_common(uint8_t colours)
{
	return !(colours & BELOW_BOTH);
}

/* git's paint_down_to_common (commit-reach.c): *out gets every best common ancestor, and some that
 * are not best. */
static int paint_common(struct painting *painting, struct nodes *out)
{
	while (painting->open) {
		struct node *node = take(painting, may_be_common);
		unsigned colours = node->colours;

		if (colours == (BELOW_TARGET | BELOW_FROM)) {
			nodes_push(painting->graph, out, node);
			colours |= BELOW_BOTH;
		}
		if (paint_parents(painting, node, colours, may_be_common))
			return -1;
	}
	return 0;
}

int merge_bases(struct repository *repository, const git_oid *a, const git_oid *b,
		struct arena *arena, struct ids *out, struct pawl_error *error)
{
	struct graph graph = {.repository = repository};
	struct painting painting = painting_new(&graph, error);
	struct nodes common = {0};
	int result = -1;

	*out = (struct ids){0};
	if (paint(&painting, graph_node(&graph, a), BELOW_TARGET, may_be_common) ||
	    paint(&painting, graph_node(&graph, b), BELOW_FROM, may_be_common) ||
	    paint_common(&painting, &common) || ancestry_keep_maximal(&graph, &common, NULL, error))
		goto done;
	for (size_t i = 0; i < common.count; i++)
		*ARENA_PUSH(arena, out) = common.items[i]->id;
	result = 0;
done:
	graph_free(&graph);
	return result;
}
