/*
 * Lines of a text, counted once from its start. Private to src/python.
 */
#ifndef PAWL_PYTHON_LINE_H
#define PAWL_PYTHON_LINE_H

#include "pawl/python.h"

/* A place in a text that only moves forward, so that many positions cost one pass. */
struct line_cursor {
	const struct text *text;
	uint32_t line, start; /* from 1; the offset of the line's first byte */
	uint32_t offset;
};

struct line_cursor line_cursor_of(const struct text *text);

/* The position of `offset`, which is not before any that was asked for earlier. */
struct position line_cursor_move(struct line_cursor *cursor, size_t offset);

#endif
