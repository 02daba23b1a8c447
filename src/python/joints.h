/*
 * Joints: line ends that tree-sitter's grammar of Python may take for white space. Private to
 * src/python.
 *
 * Where a list of targets could still go on, the grammar has no line end to expect, and its scanner
 * reads over one that stands outside brackets. Both readings of
 *
 *	a, b,                   x = a, (b)              type(a)
 *	c = 1                   (c.d).e                 (b).c = 1
 *
 * are whole then, and the longer one wins: a, b, c = 1; x = a, (b)(c.d).e; type (a)(b).c = 1. So
 *the parser is shown another byte at such a line end, mostly a `;`, which the longer reading cannot
 *hold.
 *
 * Nor has the grammar lists with a star before a literal or a bracket (`x = 1, *(2,)`): what it
 *makes of such a line takes the next one with it. There the star is not shown.
 */
#ifndef PAWL_PYTHON_JOINTS_H
#define PAWL_PYTHON_JOINTS_H

#include "pawl/python.h"

struct joint {
	uint32_t at;   /* of a byte of the text */
	char read_as;  /* what the parser reads there */
	bool line_end; /* that byte is a line end: the next range begins behind it, in the next line
			*/
};

struct joints {
	struct joint *items; /* by offset */
	size_t count, capacity;
};

/* All of a text, as far as it is within its limits. The items live in `arena`. */
void joints_find(const struct text *text, const struct text_limits *limits, struct arena *arena,
		 struct joints *out);

/* Makes `bytes`, which a parser is given for text->bytes from `offset` on, what it is to read. */
void joints_show(const struct joints *joints, char *bytes, size_t offset, size_t len);

#endif
