/*
 * Where a name is declared: module names, the module tree of a snapshot, what a facade re-exports,
 * and the uses of a text before anything is resolved. SEMANTICS.md: N1, D, R2, K6.
 */
#ifndef PAWL_RESOLVE_H
#define PAWL_RESOLVE_H

#include "pawl/git.h"
#include "pawl/python.h"

/* ---- module names (src/resolve/module_name.c) ---- */

struct module_name {
	struct slice name; /* dotted, NUL-terminated; empty for a root's own __init__ */
	bool known;	   /* false: outside all roots, so relative imports stay unresolved (T1) */
	bool package;	   /* an __init__ */
	bool stub;	   /* a .pyi */
};

/* T1: the first root that holds the path wins. `roots` are folders, "." for the top. */
void module_name_of_path(const struct slices *roots, struct slice path, struct arena *arena,
			 struct module_name *out);

/*
 * The absolute name of what `from <level dots>module` names in a text of `from`. False where it is
 * relative and unresolved: the text is outside all roots, or the dots climb above its root.
 */
bool module_name_absolute(const struct module_name *from, unsigned level, struct slice module,
			  struct arena *arena, struct slice *out);

/* ---- the module tree (src/resolve/modules.c) ---- */

/* The modules of one snapshot under its roots, and what was read of them. One a snapshot. */
struct modules;

enum module_kind {
	MODULE_NONE,	/* not below the roots */
	MODULE_PACKAGE, /* a folder with __init__.py(i) */
	MODULE_FILE,
	MODULE_NAMESPACE, /* a folder without __init__ that holds Python files or packages (PEP 420)
			   */
};

struct module {
	struct slice name;
	enum module_kind kind;
	bool stub;
	struct slice path; /* of its source; of the (first) folder for a namespace */
	struct entry entry;
};

struct modules_options {
	const struct slices *roots;
	const struct text_limits *limits;
	size_t max_steps; /* of one resolution; 0: PAWL_MAX_RESOLVE_STEPS */
};
#define PAWL_MAX_RESOLVE_STEPS ((size_t)10000000)

/* A chain of re-exports longer than this ends in ORIGIN_UNKNOWN. */
#define PAWL_MAX_RESOLVE_DEPTH 500

/* Roots, limits and the snapshot must live as long as the arena, which owns all that is found. */
struct modules *modules_new(struct arena *arena, struct snapshot *snapshot,
			    const struct modules_options *options);
struct snapshot *modules_snapshot(const struct modules *modules);

/* 0 with *out (kind MODULE_NONE where there is no such module); -1 with PAWL_ERROR_SERVER. */
int modules_find(struct modules *modules, struct slice name, struct module *out,
		 struct pawl_error *error);

/* Why the source of a module cannot be read (T3, T7), in one clause, or NULL: also where there is
 * no such module. 0; -1 with PAWL_ERROR_SERVER. */
int modules_unreadable(struct modules *modules, struct slice name, const char **why,
		       struct pawl_error *error);

/* How many module texts were parsed whole so far, for `PAWL_TRACE=1`. */
size_t modules_parsed(const struct modules *modules);

/* ---- where a name of a module comes from (src/resolve/origin.c, lookup.c) ---- */

enum origin_kind {
	ORIGIN_UNBOUND,	 /* D10: the module neither binds the name nor contains it */
	ORIGIN_DECLARED, /* bound in `module` as `name`; `module` may be outside the roots (D6) */
	ORIGIN_MODULE,	 /* a module object: `module`, canonically `from parent import leaf` (D7) */
	ORIGIN_UNKNOWN,	 /* bound, but where cannot be read: a dynamic star, an unreadable module */
	ORIGIN_AMBIGUOUS, /* D7: a submodule that may have been rebound or not */
};

/* One step of a chain of re-exports: `name` of `module` (empty: the module object itself), bound at
 * path:line (line 0: the module is outside the roots). */
struct origin_step {
	struct slice module, name, path;
	uint32_t line;
};

struct origin {
	enum origin_kind kind;
	struct slice module, name; /* empty where unbound or unknown */
	bool reexport;		   /* the module asked hands on what it imported (D6, R1) */
	bool submodule;		   /* its own submodule, not rebound: no use (D7) */
	bool star;		   /* gets out by a star */
	bool accident; /* a star drags along what its module imported from another package: `Any` */
	bool external; /* `module` lies outside the roots */
	bool replaced; /* a module whose package has another thing of its name: no canonical import
			*/
	bool doubtful; /* D5: a dynamic star came later; known, but `fix` leaves it */
	bool type_checking; /* D8: bound under TYPE_CHECKING alone, here or on the way */
	bool choice;	    /* D4: `module` declares the name by choosing among `alternatives` */
	struct origin_step
		*steps; /* from the module asked to the declaring one; none where unbound */
	size_t step_count;
	struct origin *alternatives; /* what branches lead to (D4), or what is in doubt (D7) */
	size_t alternative_count;
};

/*
 * Where `name` of `module` (a dotted name) comes from. Only sources that may bind the name are
 * parsed (K6). A module that is not there binds nothing; one that cannot be read gives
 * ORIGIN_UNKNOWN (modules_unreadable() tells). -1 with PAWL_ERROR_SERVER for a missing object, with
 * PAWL_ERROR_LIMIT over max_steps.
 */
int name_resolve(struct modules *modules, struct slice module, struct slice name,
		 struct origin *out, struct pawl_error *error);

/* Is a name with this origin, got through the module asked, a use? D7, D10, R1. */
bool origin_is_use(const struct origin *origin);

/* Is it a feature of __future__? An import of that by name is an instruction to the compiler. */
bool origin_is_future(const struct origin *origin);

/*
 * "from sentry.models.user import User", "import os"; with ` as alias` where the name is bound as
 * something else (`bound_as`, empty: as the name asked for). False: canonical is null.
 */
bool origin_canonical(const struct origin *origin, struct slice bound_as, struct arena *arena,
		      struct slice *out);

/* ---- what a module exports (src/resolve/exports.c) ---- */

/* Every name that `module` has once it is imported: its bindings, stars followed, and submodules
 * that it loads. */
struct exported_name {
	struct slice name;
	struct origin origin;
};
struct exports {
	struct exported_name *items; /* sorted by name */
	size_t count, capacity;
	bool dynamic; /* names may be there that are not here: a star that cannot be read, exec */
	bool has_getattr;   /* a module-level __getattr__ may give any name (D10) */
	bool all_static;    /* the module has an __all__ that can be read: `all` */
	bool all_uncertain; /* an entry of it is there in some runs only */
	struct slices all;
};
int exports_list(struct modules *modules, struct slice module, struct exports *out,
		 struct pawl_error *error);

/* ---- export maps (src/resolve/export_map.c) ---- */

enum export_kind {
	EXPORT_DECLARED,  /* a use; declared in `module` as `declared` */
	EXPORT_MODULE,	  /* a use: the module object `module` */
	EXPORT_ACCIDENT,  /* a use: another package's, dragged along by a star */
	EXPORT_DOUBTFUL,  /* a use that `fix` leaves (D5) */
	EXPORT_UNKNOWN,	  /* a use without a canonical import */
	EXPORT_OWN,	  /* no use: the facade declares it */
	EXPORT_SUBMODULE, /* no use: a submodule (D7) */
	EXPORT_FACADE,	  /* the line of the facade itself (name "*"): any other name is unbound */
	EXPORT_DYNAMIC,	  /* likewise, but names may be there that are not listed */
};

struct export_line {
	struct slice facade, name;
	enum export_kind kind;
	struct slice module, declared; /* `declared` is empty for a module object */
	unsigned line;		       /* in the file it was read from; 0: made here */
};

/* What facades of one commit hand on, as `pawl exports --map` writes it. */
struct export_map {
	git_oid commit;
	struct export_line *items;
	size_t count, capacity;
	unsigned wrong_line; /* where export_map_parse() failed; else 0 */
};

int export_map_add(struct export_map *map, struct modules *modules, struct slice facade,
		   struct arena *arena, struct pawl_error *error);
struct slice export_map_format(struct arena *arena, const struct export_map *map);

/* Strict: PAWL_ERROR_POLICY with "FILE:LINE: …" for anything that export_map_format() would not
 * write. */
int export_map_parse(struct arena *arena, struct slice bytes, struct slice file,
		     struct export_map *out, struct pawl_error *error);
/* NULL: the map has no such line. The facade's own line has the name "*". */
const struct export_line *export_map_find(const struct export_map *map, struct slice facade,
					  struct slice name);

/* ---- uses, unresolved (src/resolve/uses.c) ---- */

enum use_via { VIA_FROM, VIA_STAR, VIA_ATTRIBUTE, VIA_STRING };
const char *use_via_name(enum use_via via);

/* The facades of a policy, made ready for reading texts. */
struct facade_set {
	struct slice *names; /* dotted, after NFKC */
	size_t count;
	const bool
		*restricted; /* for each: imports of the module itself are told too; NULL: none */
	/* Roots that lie in other roots, dotted from there: with `roots = src .` Python finds the
	 * source of sentry.models under the name src.sentry.models, too. */
	struct slices nested_roots;
};

/* A raw name got through a facade: whether it is a use is for the facade to say (R2). */
struct raw_use {
	uint32_t facade;   /* index into the set */
	struct slice name; /* "*" for a star */
	enum use_via via;
	bool type_checking;
	bool escape;	    /* N3: the facade as a value; name is empty; no use */
	bool relative;	    /* by relative imports alone: another module, were it read elsewhere */
	bool itself;	    /* R4: the module itself, of a restricted facade; name is empty */
	struct position at; /* of the name */
	struct position statement; /* of the import, or of the chain's root */
	uint32_t statement_end;
	struct slice bound_as; /* what a from-import binds it as: the alias, or empty without one */
};

/*
 * Where else a text's relative imports could lead to a facade, were it imported from there through
 * a link (T8).
 */
enum reach { REACH_NOWHERE, REACH_FACADES_FOLDER, REACH_ANYWHERE };

/* A relative import that could. */
struct reaching_import {
	enum reach reach;
	bool binds; /* a module from which attribute chains could go on: what it gets is not told */
	struct slice key; /* of level, module and name */
};

struct reaching_imports {
	struct reaching_import *items;
	size_t count, capacity;
	enum reach reach; /* the farthest of them */
};

struct raw_uses {
	struct raw_use *items; /* by position */
	size_t count, capacity;
	struct reaching_imports reaching;
	const char *unreadable; /* T7; else NULL */
	bool anywhere; /* a text without a module name would give the same, less those that are
			  relative: no star is, and it lies neither in a facade's package nor above
			*/
	bool parsed_whole, chains_read; /* what it took, for `PAWL_TRACE` */
};

/*
 * N1 to N4: every name of a text that is got through a facade of the set. A facade's own source
 * gives none of that facade (R3). Names with two leading and trailing underscores that Python sets
 * on modules are left out.
 */
void uses_read(struct slice bytes, const struct module_name *module,
	       const struct facade_set *facades, const struct text_limits *limits,
	       struct arena *arena, struct text *text, struct raw_uses *out);

/* ---- texts that are linked to (src/resolve/reach.c) ---- */

/*
 * Whether a text may use a facade at all, from whatever place: it has the words that such an import
 * begins with, `from sentry`, `import x, sentry` or `from .`. Cheap, and true for few texts that
 * are none of Python's.
 */
bool text_may_use(struct slice bytes, const struct facade_set *facades);

/* The reaching ones among a text's imports, in the order of the text. */
void reaching_imports_find(const struct imports *imports, const struct facade_set *facades,
			   struct arena *arena, struct reaching_imports *out);

/*
 * Whether a text, were it linked to, could use a facade more than it did: `tip` and `base` are what
 * uses_read() gave for it without a module name, zero where there is no such text. *names: by what
 * means the same anywhere, or cannot be read. Returned: from where by relative imports.
 */
enum reach uses_risen(const struct raw_uses *tip, const struct raw_uses *base, struct arena *arena,
		      bool *names);

#endif
