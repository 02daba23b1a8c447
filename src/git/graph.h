/*
 * The commits that one question is about: each read at most once, and painted as often as is
 * needed.
 */
#ifndef PAWL_GIT_GRAPH_H
#define PAWL_GIT_GRAPH_H

#include "repository.h"

/* What is known of a commit for as long as the graph lives. */
enum node_fact {
	NODE_ACCEPTED = 1, /* reachable from an accepted tip */
	NODE_SEEN = 2,	   /* met by the walk from the new tip */
	NODE_DOUBTFUL = 4, /* taken for new, because its date says so */
};

struct node {
	git_oid id;
	uint32_t facts;
	struct node **parents; /* filled in by graph_load() */
	uint32_t parent_count;
	bool loaded;
	bool pending;	 /* in the heap of the painting `serial` */
	uint8_t colours; /* in that painting */
	uint32_t serial;
	int64_t time; /* only ever to order work (P11) */
};

struct nodes {
	struct node **items;
	size_t count, capacity;
};

struct graph {
	struct repository *repository;
	struct arena arena;
	struct node **slots; /* by id, open addressing */
	size_t slot_count, node_count;
	uint32_t serial; /* of the latest painting */
};

/* Zero-initialise the graph with its repository. */
void graph_free(struct graph *graph);

/* The node of a commit's id; nothing is read. */
struct node *graph_node(struct graph *graph, const git_oid *id);

/* Reads the commit, if that was not done yet. A missing parent shows when it is loaded itself. */
int graph_load(struct graph *graph, struct node *node, struct pawl_error *error);

/* The node of what `id` peels to: 0; 1 where that is no commit; -1. */
int graph_peel(struct graph *graph, const git_oid *id, struct node **out, struct pawl_error *error);

/* Appends, in the graph's memory. */
void nodes_push(struct graph *graph, struct nodes *nodes, struct node *node);

/* A heap of loaded nodes, latest first. */
void heap_push(struct graph *graph, struct nodes *heap, struct node *node);
struct node *heap_pop(struct nodes *heap);

#endif
