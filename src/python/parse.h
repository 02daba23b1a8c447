/*
 * Parsing with tree-sitter: the one place that drives it. Private to src/python.
 *
 * A tree speaks of offsets into text->bytes. tree-sitter reads the text through a callback that
 * turns a lone CR into LF and NUL into a space (K4), so that its lines are CPython's (T4) and no
 * text ends early, while every offset stays.
 *
 * Trees of hostile texts can be as deep as the text is long: never recurse over nodes, use a walk.
 */
#ifndef PAWL_PYTHON_PARSE_H
#define PAWL_PYTHON_PARSE_H

#include <tree_sitter/api.h>

#include "pawl/python.h"

/* One parse of one text. Valid from parse_whole() or parse_ranges() until parse_close(). */
struct parse {
	const struct text *text;
	TSParser *parser;
	TSTree *tree; /* NULL where unreadable */
	TSNode root;  /* of type "module"; ts_node_has_error(root) where the text has errors */
	const char *unreadable; /* T7: over a limit; else NULL */
};

/*
 * Parses a whole readable text. False with `unreadable` set where it is over one
 * of the limits or takes tree-sitter more work than any honest text of its size. Close it in
 * either case. `limits` may be NULL: the defaults.
 */
bool parse_whole(struct parse *parse, const struct text *text, const struct text_limits *limits);

/*
 * The same of parts of the text, in order and without overlap, read as if nothing stood between
 * them. Each range ends behind a `;` or a line end, else two statements fuse (K4).
 */
bool parse_ranges(struct parse *parse, const struct text *text, const TSRange *ranges,
		  size_t count);

/*
 * A whole text but for the bodies that bind nothing at its top level: of each the tree has one
 * expression statement, `0`. parse->text is a copy in `arena` that has these zeros.
 */
bool parse_outline(struct parse *parse, const struct text *text, const struct outline *outline,
		   const struct text_limits *limits, struct arena *arena);

/* Frees what tree-sitter holds. Nodes are dead afterwards; slices of the text are not. */
void parse_close(struct parse *parse);

/* ---- nodes: a null node has no text, no fields, no children ---- */

bool node_is(TSNode node, const char *type);
struct slice node_slice(const struct parse *parse, TSNode node);
struct position node_position(TSNode node); /* where it begins */

/* The child in a field of the grammar, or a null node (ts_node_is_null()). */
TSNode node_field(TSNode node, const char *field);

/*
 * All nodes of a subtree, parents before children, without recursion:
 *
 *	struct walk walk;
 *	walk_open(&walk, root);
 *	for (bool enter = true; walk_next(&walk, enter);) {
 *		enter = …what to do with the children of walk.node, depth levels below the root…
 *	}
 *	walk_close(&walk);
 *
 * The root comes first, at depth 0. Unnamed nodes ("import", "(") come too.
 */
struct walk {
	TSNode node;
	unsigned depth;
	TSTreeCursor cursor; /* for ts_tree_cursor_current_field_name() */
	bool started;
};

void walk_open(struct walk *walk, TSNode root);
bool walk_next(struct walk *walk, bool enter);
void walk_close(struct walk *walk);

/*
 * The children of one node, in order and in linear time (ts_node_child(node, i) is linear in i, so
 *a loop over it is quadratic):
 *
 *	struct children children;
 *	children_open(&children, node);
 *	while (children_next(&children))
 *		…children.node, children.field…
 *	children_close(&children);
 */
struct children {
	TSNode node;
	const char *field; /* its field in the parent, or NULL */
	bool named;
	TSTreeCursor cursor;
	bool started;
};

void children_open(struct children *children, TSNode parent);
bool children_next(struct children *children);
void children_close(struct children *children);

#endif
