/*
 * Import statements in a tree: what one of them imports. Private to src/python.
 */
#ifndef PAWL_PYTHON_STATEMENT_H
#define PAWL_PYTHON_STATEMENT_H

#include "parse.h"

/* An import_statement, import_from_statement or future_import_statement of the grammar. */
bool statement_is_import(TSNode node);

/*
 * Appends what the statement imports: a copy of `base` (scope, type_checking, statement) for each
 * name. False where that would be more than `max` in all.
 */
bool statement_read(const struct parse *parse, TSNode node, const struct import *base, size_t max,
		    struct arena *arena, struct imports *out);

#endif
