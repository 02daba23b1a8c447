/*
 * What a Python text says: its encoding, its imports, what it does with the modules that it binds,
 * and what it binds at its top level. Nothing here knows of git, of facades or of policies.
 *
 * The truth is what CPython does at run time, read without running anything (SEMANTICS.md, T and
 * N).
 */
#ifndef PAWL_PYTHON_H
#define PAWL_PYTHON_H

#include "pawl/common.h"

/* ---- texts (src/python/text.c, src/python/encoding.c) ---- */

enum text_state {
	TEXT_READABLE,
	TEXT_UNREADABLE, /* T3, T7: `why` says it in one clause */
};

struct text {
	struct slice bytes; /* what positions and offsets speak of: the blob's own, or decoded to
			       UTF-8 */
	bool decoded;	    /* bytes are not the blob's own (T3): offsets do not fit the blob */
	enum text_state state;
	const char *why;       /* static; NULL where readable */
	struct slice encoding; /* the cookie as written, or empty */
	size_t start;	       /* where the program begins: 3 behind a byte-order mark, else 0 */
};

/* Limits on one text, each with its name in the policy; 0 takes the default. */
struct text_limits {
	size_t max_imports; /* names imported by one text; PAWL_MAX_IMPORTS */
	size_t max_depth;   /* open brackets and nested blocks; PAWL_MAX_NESTING */
};
#define PAWL_MAX_IMPORTS 50000
#define PAWL_MAX_NESTING 1000

/* T3. Never fails: what cannot be read is TEXT_UNREADABLE. The text refers to `bytes`. */
void text_open(struct text *out, struct arena *arena, struct slice bytes);

/* Where a byte stands: line and column from 1, columns in bytes; lines end as CPython counts them
 * (T4). */
struct position {
	uint32_t line, column;
	uint32_t offset; /* into text.bytes */
};
struct position text_position(const struct text *text, size_t offset);

/* The line that holds a position of the text, without its end. */
struct slice text_line(const struct text *text, struct position place);

/* T2: an identifier after NFKC; the slice itself where it is ASCII. */
struct slice identifier_normalize(struct arena *arena, struct slice identifier);

/* ---- imports (src/python/skim.c, src/python/imports.c) ---- */

enum scope_kind { SCOPE_MODULE, SCOPE_CLASS, SCOPE_FUNCTION };

/* One name that an import statement imports: `from a import b, c as d` is two. */
struct import {
	bool from;	    /* `from M import N`, else `import M` */
	bool star;	    /* `from M import *`: name is "*" */
	bool implied;	    /* written nowhere, but by what stands at `statement` (line 0: nowhere):
			       binds up to where something else surely binds the name later */
	bool type_checking; /* runs under `if TYPE_CHECKING:` only (the name bound by typing's
			       import alone) */
	unsigned level;	    /* leading dots */
	struct slice module; /* dotted, without white space or comments, after NFKC; empty in `from
				. import x` */
	struct slice name;   /* what follows `import`, after NFKC; empty for `import M` */
	struct slice alias;  /* what follows `as`, after NFKC; empty without one */
	enum scope_kind scope;	   /* innermost scope that the statement stands in */
	struct position statement; /* of the keyword `from` or `import` (or `lazy`) */
	uint32_t statement_end;	   /* offset behind the statement's last token (its `)` where it has
				      one) */
	struct position name_at;   /* of the name in `from`; of the module in `import` */
	uint32_t name_end;	   /* offset behind the name, or its alias where it has one */
};

struct imports {
	struct import *items; /* in the order of the text */
	size_t count, capacity;
	bool parsed_whole;	/* the text fell to the full parse (K5): `PAWL_TRACE` counts it */
	const char *unreadable; /* T7: over a limit; else NULL. Then items are those found so far */
};

/* What may be skipped soundly (K1, K2). NULL: nothing. */
struct import_filter {
	const struct slice *components; /* every component of every facade's name; each of the last
					   ones `last` */
	size_t component_count;
	const struct slice *last; /* the last component of each facade */
	size_t last_count;
	bool inside; /* the text's package is a facade or below one: K1 does not apply */
};

/* Every import of a readable text (T5, T6); imports that the filter lets be skipped may be absent.
 */
void imports_read(const struct text *text, const struct import_filter *filter,
		  const struct text_limits *limits, struct arena *arena, struct imports *out);

/* The same by a whole parse, for the differential tests: must equal imports_read(text, NULL, …). */
void imports_read_whole(const struct text *text, const struct text_limits *limits,
			struct arena *arena, struct imports *out);

/* ---- hints (src/python/hints.c): true where it may be, false only where it is not ---- */

/* `from .module import`, anywhere in a text. */
bool text_may_import_relatively(struct slice bytes);

/* `from first`, `import first` or `import x, first`: an import of what begins with `first`. */
bool text_may_import(struct slice bytes, struct slice first);

/* The same of a name with a letter that NFKC may turn into another (T2). */
bool text_may_import_odd_name(struct slice bytes);

/* `owner.name` elsewhere than in one of these import statements (NULL: anywhere), or one that NFKC
 * may turn into it, or `.name` behind what is no plain name. */
bool text_may_have_attribute(struct slice bytes, struct slice owner, struct slice name,
			     const struct imports *imports);

/* ---- chains (src/python/scopes.c, src/python/chains.c) ---- */

/* What an import calls what it binds: `import a.b` binds a. A star binds no name that can be told.
 */
struct slice import_bound_name(const struct import *import);

enum chain_access { CHAIN_LOAD, CHAIN_STORE, CHAIN_DELETE };

enum chain_place {
	CHAIN_IN_CODE,
	CHAIN_IN_TYPE,		/* quoted; the import alone binds its name, for the whole text */
	CHAIN_IN_DOUBTFUL_TYPE, /* quoted; something else may bind the name where it is read */
	CHAIN_IN_STRING,	/* it looks like one */
};

struct chain_step {
	struct slice name;  /* after NFKC */
	struct position at; /* of the attribute's name */
};

/*
 * One place where a name that an import bound is used: `models.user.User` under `from sentry import
 * models` has the steps `user`, `User`. No steps: the name itself used as a value, an escape (N3).
 */
struct chain {
	uint32_t import;      /* index into imports: one of those that bind the name in its scope */
	struct position root; /* of the name */
	uint32_t end;	      /* offset behind the last step */
	struct chain_step *steps;
	size_t step_count;
	enum chain_access access; /* what is done to the last step (or the name) */
	enum chain_place place;
	bool doubtful; /* something else in the text may have bound the name, or what holds it */
};

struct chains {
	struct chain *items; /* in the order of the text */
	size_t count, capacity;
	const char *unreadable; /* T7: deeper than a limit; else NULL */
};

/*
 * N2. Every chain whose root is bound, by Python's scoping, by an import i with wanted[i]. A name
 * that several wanted imports of one scope bind gives one chain for each. `wanted` has
 * imports->count elements.
 */
void chains_read(const struct text *text, const struct imports *imports, const bool *wanted,
		 const struct text_limits *limits, struct arena *arena, struct chains *out);

/* ---- names in quotes (src/python/quoted_names.c) ---- */

/* A dotted name in a string or a type comment (PEP 484). */
struct quoted_name {
	struct slice written;
	uint32_t at; /* its offset */
	bool type;   /* the string is an annotation, or what else type checkers read as a type */
};

struct quoted_names {
	struct quoted_name *items; /* in the order of the text */
	size_t count, capacity;
	struct map words;	/* every name that the text looks up or binds, in quotes too */
	bool broken;		/* the text has errors: there may be more words */
	const char *unreadable; /* T7; else NULL */
};

/*
 * Of strings that are no types those alone that look like one, so that prose is none. `imports` are
 * the text's: what typing's `cast`, `TypeVar` and `NewType` are called there.
 */
void quoted_names_read(const struct text *text, const struct imports *imports,
		       const struct text_limits *limits, struct arena *arena,
		       struct quoted_names *out);

/*
 * The chains of what is quoted, as chains_read() has those of code: `place` says how sure it is
 * that the import is what is meant.
 */
void chains_read_quoted(const struct text *text, const struct imports *imports, const bool *wanted,
			const struct quoted_names *quoted, const struct text_limits *limits,
			struct arena *arena, struct chains *out);

/* ---- top-level bindings (src/python/bindings.c, src/python/dunder_all.c) ---- */

/*
 * D1: what running the module's top level binds, in order, under `if`, `try`, `with` and loops too;
 * bodies of functions are left out, class bodies give loads alone.
 */
enum binding_kind {
	BINDING_DECLARATION, /* def, class, assignment, for, with, match, type, walrus */
	BINDING_CHAIN,	     /* D6: an assignment whose whole right side is a name or a chain of
				attributes: `chain` */
	BINDING_MODULE,	     /* import: `import a.b` binds a, `import a.b as c` binds c to a.b */
	BINDING_FROM,	     /* from-import of one name */
	BINDING_STAR,	     /* from-import of * */
	BINDING_LOAD,	     /* an import in a class body: loads modules, binds nothing here */
	BINDING_DELETE,	     /* del, and the end of an `except … as name` */
	BINDING_ALL,	     /* a statement about __all__: `all` */
};

/*
 * An arm of an `if`, `try` or `match` that a run may enter or not: bindings in different arms of
 * one statement are alternatives (D4). No arms are: bodies of TYPE_CHECKING (their bindings say so
 * themselves), a try's finally, the one arm that every run goes through, and arms that end in
 * `raise` (nothing of theirs is bound where the module is used: left out whole).
 */
struct branch {
	const struct branch *parent; /* NULL: the module's top level */
	uint32_t statement;	     /* offset of the compound statement */
	uint32_t arm; /* below arm_count; try's body and else are one arm, handlers the others */
	uint32_t arm_count;    /* of the statement, also those that bind nothing */
	bool may_fall_through; /* the statement can run without entering any arm */
};

enum all_operation {
	ALL_SET,       /* __all__ = … */
	ALL_EXTEND,    /* +=, extend, append */
	ALL_REMOVE,    /* remove */
	ALL_DYNAMIC,   /* anything that cannot be read */
	ALL_DECORATED, /* a decorator that may add what it decorates: its name is references[0] */
};

/* What a statement does to __all__. */
struct all_change {
	enum all_operation operation;
	bool dynamic;	     /* takes in more than names and references say */
	struct slices names; /* string literals, in order */
	struct slices
		*references; /* chains that name another module's list: [polytools, __all__] */
	size_t reference_count, reference_capacity;
};

struct binding {
	enum binding_kind kind;
	struct slice name;  /* what is bound; "*" for a star; "__all__"; empty for a load */
	struct position at; /* of the bound name */
	struct position statement;
	uint32_t statement_end;
	const struct branch *branch; /* NULL where every run binds it */
	bool type_checking;	     /* D8: bound for type checkers alone */
	bool skippable; /* a run may pass it by though `branch` does not say so: in a loop, in a
			   `with` that may swallow, a walrus */
	/* BINDING_MODULE, _FROM, _STAR, _LOAD */
	unsigned level;
	struct slice module; /* as in struct import */
	struct slice target; /* _FROM, _LOAD: the name before `as`; a load's `import M` has none */
	struct slice alias;  /* as written, empty without one (D9: `X as X`) */
	/* BINDING_CHAIN */
	struct slices chain;
	/* BINDING_ALL */
	const struct all_change *all;
};

struct bindings {
	struct binding *items;
	size_t count, capacity;
	const char *unreadable; /* T7; else NULL */
	bool has_getattr;	/* a module-level __getattr__ (PEP 562) */
	bool dynamic;		/* binds names that cannot be read: globals().update(…), exec */
	bool edits_all; /* a function of it writes a list called __all__ (sympy's @public) */
	/* Of bindings_read() alone, since they stand in bodies that an outline leaves out: */
	bool broken;	    /* the text has errors: what stands in them is not here */
	bool raises_caught; /* an arm that ends in `raise`, whose names are not here, in another one
			     */
	bool writes_itself; /* it may bind names that cannot be read, from its functions too */
	bool deletes_globals;  /* a function deletes names that it declares global */
	struct slices globals; /* names that functions and class bodies declare global */
};

/* Of a readable text. Broken statements are left out (T6). */
void bindings_read(const struct text *text, const struct text_limits *limits, struct arena *arena,
		   struct bindings *out);

/* ---- outlines (src/python/outline.c) ---- */

#define OUTLINE_WORDS 4096

/* The body of a function or class that stands in no other. */
struct outline_body {
	uint32_t start, end; /* of its first token; of the first line behind it */
	bool matters;	     /* a class's, with imports of its own: they load modules */
};

struct outline_bodies {
	struct outline_body *items;
	size_t count, capacity;
};

/*
 * What of a readable text stands outside strings, comments, and bodies of functions and classes, in
 * order: a name that a module binds at its top level stands there (K6). A hundred times faster than
 * a parse.
 */
struct outline {
	struct slice *items;
	size_t count, capacity;
	bool doubtful; /* a string or bracket that does not close: any word may be anywhere */
	struct outline_bodies bodies;
	/* A bit for each word of the items, by its hash: most words that are asked for are not
	 * there. */
	uint64_t words[OUTLINE_WORDS / 64];
};

void outline_read(const struct text *text, struct arena *arena, struct outline *out);

/* Does the outline hold a whole word, as written in ASCII? True in doubt. */
bool outline_holds(const struct outline *outline, struct slice word);

/*
 * bindings_read() of a text whose outline is known: the parser is not shown the bodies that bind
 * nothing. Of texts that CPython takes the same, but for where a definition's statement ends.
 */
void bindings_read_outline(const struct text *text, const struct outline *outline,
			   const struct text_limits *limits, struct arena *arena,
			   struct bindings *out);

/* ---- import blocks (src/python/import_blocks.c) ---- */

/* One name of an import statement, as written. */
struct block_name {
	struct slice name, alias; /* not normalised; of `import a.b as c` the name is `a.b` */
	struct slice comment;	  /* behind it within the parentheses, from `#`; or empty */
	struct slices above;	  /* comment lines above it within the parentheses */
	uint32_t at;		  /* offset of the name: what struct import calls name_at */
};

/* One import statement, and what stands around it. Offsets are into text->bytes. */
struct block_statement {
	uint32_t above; /* where the comment lines directly above begin; line_start without any */
	uint32_t line_start;
	uint32_t start, end;
	uint32_t after; /* behind the end of its last line */
	bool from, star;
	bool alone;	     /* it shares its lines with no other statement (F3) */
	bool exploded;	     /* one name a line, in parentheses, with a comma behind the last */
	struct slice module; /* of a from-import: "..models", without white space or comments */
	struct {
		struct block_name *items;
		size_t count, capacity;
	} names;
	struct slices comments; /* its own, from `#`: behind the `(`, behind its end */
};

/* F1: a run of adjacent sibling imports in one suite, cut at what isort and black do not cross. */
struct import_block {
	uint32_t suite; /* the offset of the suite: blocks of one suite have the same */
	/* In `# isort: off` or `# fmt: off`, skipped, or in broken code: sort nothing. Behind an
	 * error in the text each statement is such a block, and such a suite, by itself. */
	bool fixed;
	struct {
		struct block_statement *items;
		size_t count, capacity;
	} statements;
};

struct import_blocks {
	struct import_block *items; /* in the order of the suites, then of the text */
	size_t count, capacity;
	const char *unreadable; /* T7: deeper than a limit; else NULL */
};

/* Every import of a readable text, by a whole parse. */
void import_blocks_read(const struct text *text, const struct text_limits *limits,
			struct arena *arena, struct import_blocks *out);

/* ---- strings that name things (src/python/strings.c) ---- */

/* A plain string literal (no replacement field, no escape) that holds a dotted name. */
struct named_string {
	struct slice content;
	struct position at;  /* of its content */
	struct slice callee; /* the call that it is an argument of, as written: `mock.patch` */
	bool first;	     /* it is the call's first argument */
	uint32_t before;     /* offset of the argument before it; its own where it is the first */
	uint32_t before_end;
};

struct named_strings {
	struct named_string *items; /* in the order of the text */
	size_t count, capacity;
	const char *unreadable; /* T7; else NULL */
};

/* All of them, by a whole parse. */
void strings_read(const struct text *text, const struct text_limits *limits, struct arena *arena,
		  struct named_strings *out);

#endif
