/*
 * Python's scopes, as CPython's symtable builds them: which scope a name belongs to (N2; language
 * reference, "Naming and binding"). Knows nothing of trees: chains.c fills it while it walks one.
 * Private to src/python.
 */
#ifndef PAWL_PYTHON_SCOPES_H
#define PAWL_PYTHON_SCOPES_H

#include "pawl/python.h"

enum block {
	BLOCK_MODULE,
	BLOCK_CLASS,	     /* seen by itself alone, not by the scopes inside */
	BLOCK_FUNCTION,	     /* a lambda too */
	BLOCK_COMPREHENSION, /* a walrus binds outside of it */
	BLOCK_TYPES,	     /* PEP 695's type parameters: alone in seeing the class around it */
};

/* What one scope knows of one name. */
struct scope_name {
	bool bound;    /* somewhere in the scope, which makes it the scope's for all of it */
	bool global;   /* `global` */
	bool nonlocal; /* `nonlocal` */
	/* Offsets behind the first statement that binds it, and behind the first one that surely
	 * does (UINT32_MAX: none). */
	uint32_t from, surely;
	bool deleted;
	bool unsure;   /* other than imports bind it, or one that stands in another scope */
	bool resolved; /* `owner` is known */
	struct scope_name
		*owner;	    /* the name in the scope that it belongs to; NULL: nobody binds it */
	struct map imports; /* what imports bind to it: by what they bind, values are `struct
			       import` */
};

struct scope {
	enum block block;
	struct scope *parent; /* NULL: the module */
	struct scope *around; /* whose text holds this one's: a default is none of its function's */
	struct slice
		class_name;  /* of the innermost class around, which mangles `__x`; empty: none */
	uint32_t start, end; /* offsets */
	size_t depth;
	struct map names;
};

/* All scopes of a text, by their starts: parents before children. */
struct scopes {
	struct arena *arena;
	struct scope **items;
	size_t count, capacity;
};

/* Opens a scope inside `parent`; the first one, without a parent, is the module. */
struct scope *scope_open(struct scopes *scopes, struct scope *parent, enum block block,
			 uint32_t start, uint32_t end);

/* The innermost scope that holds an offset. */
struct scope *scope_at(const struct scopes *scopes, uint32_t offset);

/* A name as Python stores it: `__x` in a class C is `_C__x` (reference, "Private name mangling").
 */
struct slice scope_mangle(const struct scopes *scopes, const struct scope *scope,
			  struct slice name);

/* Whether the first statement of the scope that binds the name in every run that gets behind it
 * ends between two offsets, and none deletes the name. */
bool scope_name_rebound(const struct scope_name *name, uint32_t from, uint32_t to);

/* Whether what stands in the scope runs with the module's own code, and never later. */
bool scope_runs_at_once(const struct scope *scope);

/* Names are mangled and in NFKC. `from`: the offset behind the statement that binds; `surely`: it
 * does so whenever the scope's code gets there. */
void scope_bind(struct scope *scope, struct slice name, uint32_t from, bool surely);
/* A `del`, which makes a name the scope's too. */
void scope_delete(struct scope *scope, struct slice name, uint32_t from);
/* What is bound need not be what an import of the scope binds. */
void scope_doubt(struct scope *scope, struct slice name);
void scope_declare_global(struct scope *scope, struct slice name);
void scope_declare_nonlocal(struct scope *scope, struct slice name);

/* The scope that a walrus in `scope` binds in. */
struct scope *scope_of_walrus(struct scope *scope);

/* Once everything is bound and declared: `import` binds `name`, and what it binds has the name
 * `key`. */
void scope_import(struct scopes *scopes, struct scope *scope, struct slice name, struct slice key,
		  const struct import *import);

/* Once all imports are in: what a name at `offset` in `scope` is, or NULL where nobody binds it. */
struct scope_name *scope_resolve(struct scopes *scopes, struct scope *scope, struct slice name,
				 uint32_t offset);

/* What else it may be: a class body has the module's where it has not bound the name (LOAD_NAME).
 * NULL: nothing else. */
struct scope_name *scope_resolve_else(struct scopes *scopes, struct scope *scope, struct slice name,
				      uint32_t offset);

#endif
