/*
 * The imports of a whole tree, with the scopes and the tests of TYPE_CHECKING that they stand in.
 * Private to src/python.
 */
#ifndef PAWL_PYTHON_TREE_H
#define PAWL_PYTHON_TREE_H

#include "statement.h"

/*
 * Appends every import statement of the tree that CPython would take too; false where there are
 * others, which may have swallowed what follows them. `guards` gets the `t` of each `if
 * t.TYPE_CHECKING`, empty for `if TYPE_CHECKING`. Over `max` names: out->unreadable.
 */
bool tree_imports_read(const struct parse *parse, size_t max, struct arena *arena,
		       struct imports *out, struct slices *guards);

#endif
