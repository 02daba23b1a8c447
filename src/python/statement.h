/*
 * What one import statement imports, read from a tree or from its bytes. Private to src/python.
 */
#ifndef PAWL_PYTHON_STATEMENT_H
#define PAWL_PYTHON_STATEMENT_H

#include "line.h"
#include "parse.h"
#include "skim.h"

/* An import_statement, import_from_statement or future_import_statement of the grammar. */
bool statement_is_import(TSNode node);

/*
 * Whether CPython takes it too: tree-sitter lets a line end stand anywhere in a statement, a comma
 * at its end, and dots in the names of a from-import.
 */
bool statement_is_sound(const struct parse *parse, TSNode node);

/*
 * Appends what the statement imports: a copy of `base` (scope, type_checking, statement) for each
 * name. False where that would be more than `max` in all.
 */
bool statement_read(const struct parse *parse, TSNode node, const struct import *base, size_t max,
		    struct arena *arena, struct imports *out);

/*
 * The same without a tree, by Python's grammar alone, for texts and statements that tree-sitter
 * finds errors in: Python 2's `from x import async` is one. Appends nothing where no import
 * statement begins at statement->start and ends before statement->end.
 */
bool statement_scan(const struct skim_statement *statement, struct line_cursor *cursor, size_t max,
		    struct arena *arena, struct imports *out);

#endif
