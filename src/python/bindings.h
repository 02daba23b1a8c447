/*
 * What the files that read a module's bindings share. Private to src/python.
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
	bool skippable;
	size_t depth, max_depth;
	bool scan_expressions;	/* the text may hold walruses or writes to its namespace */
	bool scan_globals;	/* and `global`, in bodies that are read */
	struct slices checking; /* names bound to typing.TYPE_CHECKING so far */
	struct slices typing;	/* names bound to the module itself so far */
};

/* ---- src/python/binder.c ---- */

/* An identifier node's text after NFKC. */
struct slice binder_identifier(const struct binder *binder, TSNode node);

/* The names of `a.b.c`, parentheses around it taken off. False where the node is something else. */
bool binder_chain(const struct binder *binder, TSNode node, struct slices *out);

/* A new event named `name`, at `at`, in `statement`. */
struct binding *binder_add(struct binder *binder, enum binding_kind kind, struct slice name,
			   TSNode at, TSNode statement);

/* The name in `at`, bound or deleted; a class's own names are none of the module's. */
void name_bind(struct binder *binder, enum binding_kind kind, TSNode at, TSNode statement);

/* Every name of a target: `a`, `(b, *c)`, `[d, e.f, g[h]]` bind or delete a, b, c and d. */
void target_bind(struct binder *binder, enum binding_kind kind, TSNode target, TSNode statement);

/* D6: a value that is a whole name or chain is kept with what it is bound to. */
void value_bind(struct binder *binder, TSNode target, TSNode value, TSNode statement);

/* ---- src/python/conditions.c ---- */

enum condition {
	CONDITION_OPEN,
	CONDITION_CHECKING, /* true for type checkers alone, or for nobody (`if False`) */
	CONDITION_ALWAYS,   /* for every run: `if not TYPE_CHECKING`, `if True` */
};

enum condition condition_read(const struct binder *binder, TSNode node);

/* Keeps track of which names stand for TYPE_CHECKING: a name that is bound again is none. */
void checking_note(struct binder *binder, const struct binding *binding);

/* ---- src/python/expressions.c ---- */

/* Walruses, and writes to the module's dict, in a statement's own expressions. */
void expressions_read(struct binder *binder, TSNode statement);

/* Bodies have statements of their own, lambdas a scope of their own. */
bool is_scope_or_body(TSNode node);

/* ---- src/python/self_writes.c ---- */

/* The names that a body declares global, and whether it deletes. */
void globals_read(struct binder *binder, TSNode body);

/* bindings->writes_itself, of a whole text. */
bool text_writes_itself(const struct parse *parse);

/* ---- src/python/binding_imports.c ---- */

void import_read(struct binder *binder, TSNode statement);

/* ---- src/python/arms.c ---- */

void if_read(struct binder *binder, TSNode statement);
void try_read(struct binder *binder, TSNode statement);
void match_read(struct binder *binder, TSNode statement);

/* ---- src/python/bindings.c ---- */

/* The statements of a block, a null one's too. */
void block_read(struct binder *binder, TSNode block);

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
