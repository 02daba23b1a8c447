#include "graph.h"

#include "commit.h"

#define FIRST_SLOTS ((size_t)256)

void graph_free(struct graph *graph)
{
	arena_free(&graph->arena);
}

/* Ids are hashes already. */
static size_t slot_of(const struct graph *graph, const git_oid *id)
{
	uint64_t hash;
	size_t slot;

	memcpy(&hash, id->id, sizeof hash);
	slot = (size_t)hash & (graph->slot_count - 1);
	while (graph->slots[slot] && !git_oid_equal(&graph->slots[slot]->id, id))
		slot = (slot + 1) & (graph->slot_count - 1);
	return slot;
}

static void grow(struct graph *graph)
{
	struct node **old = graph->slots;
	size_t old_count = graph->slot_count;

	graph->slot_count = old_count ? old_count * 2 : FIRST_SLOTS;
	graph->slots = arena_alloc(&graph->arena, graph->slot_count * sizeof(struct node *));
	for (size_t i = 0; i < old_count; i++)
		if (old[i])
			graph->slots[slot_of(graph, &old[i]->id)] = old[i];
}

struct node *graph_node(struct graph *graph, const git_oid *id)
{
	size_t slot;

	if (graph->node_count >= graph->slot_count / 2)
		grow(graph);
	slot = slot_of(graph, id);
	if (!graph->slots[slot]) {
		graph->slots[slot] = arena_alloc(&graph->arena, sizeof(struct node));
		graph->slots[slot]->id = *id;
		graph->node_count++;
	}
	return graph->slots[slot];
}

static void take_commit(struct graph *graph, struct node *node, const struct commit *commit)
{
	struct node **parents =
		arena_alloc(&graph->arena, commit->parent_count * sizeof(struct node *));

	for (size_t i = 0; i < commit->parent_count; i++)
		parents[i] = graph_node(graph, &commit->parents[i]);
	node->parents = parents;
	node->parent_count = (uint32_t)commit->parent_count; /* a commit's size is limited */
	node->time = commit->time;
	node->loaded = true;
}

int graph_load(struct graph *graph, struct node *node, struct pawl_error *error)
{
	struct arena scratch = {0};
	struct commit commit;
	int result;

	if (node->loaded)
		return 0;
	result = commit_parse(graph->repository, &node->id, &scratch, &commit, error);
	if (!result)
		take_commit(graph, node, &commit);
	arena_free(&scratch);
	return result;
}

int graph_peel(struct graph *graph, const git_oid *id, struct node **out, struct pawl_error *error)
{
	git_object_t type;
	git_oid peeled;
	int result;

	/* only commits have nodes: many refs at one commit read it once */
	if (graph->slot_count) {
		*out = graph->slots[slot_of(graph, id)];
		if (*out)
			return 0;
	}
	result = object_peel(graph->repository, id, &peeled, &type, error);
	if (result)
		return result;
	if (type != GIT_OBJECT_COMMIT)
		return 1;
	*out = graph_node(graph, &peeled);
	return 0;
}

void nodes_push(struct graph *graph, struct nodes *nodes, struct node *node)
{
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): the elements are pointers */
	*ARENA_PUSH(&graph->arena, nodes) = node;
}

void heap_push(struct graph *graph, struct nodes *heap, struct node *node)
{
	size_t at = heap->count;

	nodes_push(graph, heap, node);
	while (at) {
		size_t above = (at - 1) / 2;

		if (heap->items[above]->time >= node->time)
			break;
		heap->items[at] = heap->items[above];
		at = above;
	}
	heap->items[at] = node;
}

struct node *heap_pop(struct nodes *heap)
{
	struct node *top = heap->items[0], *last = heap->items[--heap->count];
	size_t at = 0;

	for (size_t below; (below = 2 * at + 1) < heap->count; at = below) {
		if (below + 1 < heap->count &&
		    heap->items[below + 1]->time > heap->items[below]->time)
			below++;
		if (last->time >= heap->items[below]->time)
			break;
		heap->items[at] = heap->items[below];
	}
	if (heap->count)
		heap->items[at] = last;
	return top;
}
