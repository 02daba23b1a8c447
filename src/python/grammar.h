/*
 * tree-sitter's grammar of Python. Private to src/python/parse.c.
 */
#ifndef PAWL_PYTHON_GRAMMAR_H
#define PAWL_PYTHON_GRAMMAR_H

#include <tree_sitter/api.h>

const TSLanguage *grammar_python(void);

/*
 * The same, where a block ends only where the grammar lets it. For its recovery from errors the
 * scanner ends a block at any line that is indented less, unless a bracket could close there: so
 * `from m import (`, and the name at the margin below it, which CPython runs, are an error to it.
 * Of texts with real errors this one makes less sense.
 */
const TSLanguage *grammar_python_unhurried(void);

#endif
