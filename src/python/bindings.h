/*
 * What bindings.c and dunder_all.c share. Private to src/python.
 */
#ifndef PAWL_PYTHON_BINDINGS_H
#define PAWL_PYTHON_BINDINGS_H

#include "parse.h"

/* One reading of a module's top level: where it stands, and what it has found. */
struct binder {
	const struct parse *parse;
	struct arena *arena;
	struct bindings *out;
	const struct branch *branch;
	bool type_checking; /* under `if TYPE_CHECKING` */
	bool in_class;
	size_t depth, max_depth;
	bool scan_expressions;	/* the text may hold walruses or writes to its namespace */
	struct slices checking; /* names bound to typing.TYPE_CHECKING so far */
	struct slices typing;	/* names bound to the module itself so far */
};

/* An identifier node's text after NFKC. */
struct slice binder_identifier(const struct binder *binder, TSNode node);

/* The names of `a.b.c`, parentheses around it taken off. False where the node is something else. */
bool binder_chain(const struct binder *binder, TSNode node, struct slices *out);

/* A new event named `name`, at `at`, in `statement`. */
struct binding *binder_add(struct binder *binder, enum binding_kind kind, struct slice name,
			   TSNode at, TSNode statement);

/* ---- src/python/dunder_all.c ---- */

/* `__all__ = value` (ALL_SET) and `__all__ += value` (ALL_EXTEND). */
void all_assigned(struct binder *binder, enum all_operation operation, TSNode name, TSNode value,
		  TSNode statement);

/* `__all__.append("x")` and its like: any other call gives nothing. */
void all_called(struct binder *binder, TSNode call, TSNode statement);

/* The statement does to __all__ what cannot be read: `__all__[1:] = …`, `del __all__`. */
void all_obscured(struct binder *binder, TSNode name, TSNode statement);

/* A decorator that may write to __all__, by its name. */
void all_decorated(struct binder *binder, TSNode decorator, struct slice decorated,
		   TSNode statement);

/* Does a function's body write to a list named __all__? */
bool all_edited(const struct parse *parse, TSNode body);

#endif
