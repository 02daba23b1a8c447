/*
 * What a node of the grammar makes of the names inside: the role and the scope of each node follow
 * from those of the node around it. Private to src/python.
 */
#ifndef PAWL_PYTHON_ROLES_H
#define PAWL_PYTHON_ROLES_H

#include "scopes.h"

/* The nodes of the grammar that say something about the names inside. */
enum kind {
	KIND_UNKNOWN, /* not looked up yet */
	KIND_OTHER,
	KIND_ALIAS_STATEMENT,
	KIND_ALIASED_IMPORT,
	KIND_AS_PATTERN,
	KIND_ASSIGNMENT,
	KIND_ATTRIBUTE,
	KIND_BRANCH, /* a run may skip what is inside */
	KIND_CASE,
	KIND_CLASS,
	KIND_CLASS_PATTERN,
	KIND_COMPREHENSION,
	KIND_CONSTRAINED_TYPE,
	KIND_DELETE,
	KIND_DICT_PATTERN,
	KIND_DOTTED_NAME,
	KIND_EXCEPT,
	KIND_FOR,
	KIND_FOR_IN,
	KIND_FUNCTION,
	KIND_GENERIC_TYPE,
	KIND_GLOBAL,
	KIND_GROUP, /* hands its role on to what is inside: a tuple of targets */
	KIND_IDENTIFIER,
	KIND_IMPORT,
	KIND_KEYWORD_ARGUMENT,
	KIND_KEYWORD_PATTERN,
	KIND_LAMBDA,
	KIND_MEMBER_TYPE,
	KIND_NONLOCAL,
	KIND_PARAMETER, /* and the list of them */
	KIND_PATTERN,	/* of a `case` */
	KIND_TYPE,
	KIND_TYPE_PARAMETERS,
	KIND_WALRUS,
	KIND_WRAPPER, /* hands on even that it stands inside a chain: parentheses */
};

enum kind node_kind(const char *type);

/* What a name is for, where it stands. */
enum role {
	ROLE_LOAD,
	ROLE_LOAD_REST, /* below the start of a chain that does not begin with a name */
	ROLE_STORE,
	ROLE_DELETE,
	ROLE_BIND, /* bound, but no Name to ast: `except E as name` */
	ROLE_WALRUS,
	ROLE_CAPTURE, /* in a `case` */
	ROLE_PARAMETER,
	ROLE_TYPE_PARAMETER,
	ROLE_ALIAS, /* of a `type` statement */
	ROLE_IMPORT,
	ROLE_GLOBAL,
	ROLE_NONLOCAL,
	ROLE_NONE, /* no name of any scope: an attribute, a keyword */
};

/* One node on the way from the root to where the walk is. */
struct frame {
	enum kind kind;
	enum role role;
	struct scope *scope; /* that the node stands in */
	struct scope *types; /* of the innermost definition: with its type parameters */
	struct scope *inner; /* of the innermost definition: its own */
	uint32_t from;	     /* names bound inside are bound from here on */
	bool skippable;	     /* a run of the scope may get past without binding them */
	uint32_t chain_root; /* offset of the name that the chain around begins with; 0: none */
	bool first;	     /* the comprehension's first clause */
	bool seen;	     /* a comprehension's first clause, a constrained type's first half */
};

/*
 * Gives a frame that has its kind the role and the scope that it has inside `parent`, in a field of
 * the grammar (or NULL).
 */
void frame_place(struct frame *frame, struct frame *parent, const char *field);

#endif
