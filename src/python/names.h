/*
 * What each name of a text is to Python: bound here, used there, in which scope. One walk over the
 * whole tree fills the scopes and lists the places where a name stands. Private to src/python.
 */
#ifndef PAWL_PYTHON_NAMES_H
#define PAWL_PYTHON_NAMES_H

#include "parse.h"
#include "scopes.h"

/* A name where an expression or a target begins with it: what ast calls a Name. Or, as `member`,
 * the first attribute in a chain whose name a class may have bound: `A.models.User`. */
struct reference {
	struct scope *scope;
	struct slice name; /* mangled, after NFKC */
	TSNode root;	   /* the name */
	TSNode end;	   /* the last attribute of the chain that begins with it; else the root */
	enum chain_access access;
	bool member;
};

struct names {
	struct scopes scopes;
	struct reference *items; /* in the order of the text */
	size_t count, capacity;
	const char *unreadable; /* T7: scopes nested deeper than a limit; else NULL */
};

/*
 * Reads the names that are keys of `wanted`, as they are or once they are mangled, and as `members`
 * too where that is asked for; of the others nothing is kept. Imports bind here only so that they
 * hide others; see scope_import().
 */
void names_read(const struct parse *parse, const struct map *wanted, bool members,
		const struct text_limits *limits, struct arena *arena, struct names *out);

/* An identifier's name in a scope: after NFKC, mangled. */
struct slice names_of(const struct parse *parse, const struct scopes *scopes,
		      const struct scope *scope, TSNode identifier);

/* The object that a node of an attribute chain takes its attribute from; null: no such node. */
TSNode chain_object(TSNode node);

/* The attribute's own identifier. */
TSNode chain_attribute(TSNode node);

#endif
