/*
 * Looking a name up in a module: the walk over its bindings from the last to the first, through
 * stars and imports into other modules (D1 to D8). Private to src/resolve.
 */
#ifndef PAWL_RESOLVE_LOOKUP_H
#define PAWL_RESOLVE_LOOKUP_H

#include "modules.h"

/* A step of a chain; chains share their ends. */
struct link {
	struct origin_step step;
	const struct link *next;
	size_t length;
};

/* What a name was found to be. Never changed once made: modules share it. */
struct found {
	enum origin_kind kind;
	struct slice module, name;
	bool reexport; /* by an import of the module that was asked, or an assignment of one */
	bool star, accident, external, doubtful, type_checking, choice;
	bool partial; /* some runs of the module do not bind it: a star may leave what was before */
	bool maybe;   /* unknown, since a star that cannot be read may or may not give it */
	const struct link *chain;
	const struct found **alternatives;
	size_t alternative_count;
};

/* Bindings that only type checkers run count where there are no others (D8). */
enum mode { MODE_RUN, MODE_CHECK };

#define INDEPENDENT SIZE_MAX

/*
 * What a lookup gives. `low` is the depth of the outermost lookup in progress that a chain came
 * back to on the way (D3): such an answer holds only below it, and is not kept.
 */
struct answer {
	const struct found *found; /* NULL: unbound */
	bool back;		   /* the very (module, name) asked is in progress */
	size_t low;
};

/* What is kept of one name at one place of a module. */
struct note {
	bool known[2]; /* by mode */
	const struct found *found[2];
	bool circular[2];   /* a chain came back to the name itself while it was looked up */
	size_t in_progress; /* the depth of its lookup, counted from 1; 0: none */
	/* Unbound so far as a lookup in progress goes: holds while that one lasts. */
	size_t unbound_below[2];
	uint64_t unbound_serial[2];
};

/* The lookups in progress. */
struct lookup {
	size_t depth, steps;
	uint64_t serial;
	uint64_t serials[PAWL_MAX_RESOLVE_DEPTH + 1];
};

/* As the module stands at its end, or in front of binding number `end`. */
#define END UINT32_MAX

struct place {
	struct source *source;
	uint32_t end;
};

/* ---- lookup.c ---- */

int lookup_name(struct modules *modules, struct place place, struct slice name, enum mode mode,
		struct answer *out, struct pawl_error *error);

/* The same in MODE_RUN, and in MODE_CHECK where that finds nothing. */
int lookup_any(struct modules *modules, struct place place, struct slice name, struct answer *out,
	       struct pawl_error *error);

/* Before each resolution: nothing is in progress, no step taken. */
void lookup_reset(struct modules *modules);

/* PAWL_ERROR_LIMIT where a resolution takes too many. */
int lookup_step(struct modules *modules, struct pawl_error *error);

/* ---- found.c ---- */

const struct found *found_unknown(struct modules *modules, bool maybe);
const struct found *found_module(struct modules *modules, struct slice name,
				 const struct source *source);
/* Outside the roots. */
const struct found *found_external(struct modules *modules, struct slice module, struct slice name);
/* Declared where `binding` stands. */
const struct found *found_declared(struct modules *modules, const struct source *source,
				   struct slice name, const struct binding *binding);
/* `inner`, handed on by `binding` of `source` as `name`. */
struct found *found_handed_on(struct modules *modules, const struct source *source,
			      struct slice name, const struct binding *binding,
			      const struct found *inner);
bool found_same(const struct found *a, const struct found *b);

/* ---- imports.c: what one binding other than a star binds ---- */

/*
 * An answer with `back` is skipped: the chain came back, and the binding rebinds the same object
 * (D3). `name` is what the binding binds.
 */
int binding_follow(struct modules *modules, struct source *source, uint32_t index,
		   struct answer *out, struct pawl_error *error);

/* What `module.name` is: an attribute of it, or else its submodule. */
int attribute_find(struct modules *modules, struct slice module, struct slice name,
		   struct answer *out, struct pawl_error *error);

/*
 * What the first `count` names of a chain mean at `place`, and in *root what the first one does.
 * Nothing found and not back: the chain leads into an object that the tree declares, or begins with
 * a builtin.
 */
int chain_follow(struct modules *modules, struct place place, const struct slices *chain,
		 size_t count, struct answer *out, const struct found **root,
		 struct pawl_error *error);

/* ---- stars.c ---- */

/*
 * What the star in binding `index` gives for `name`: nothing, something, or `maybe`. *dynamic: it
 * gives names that cannot be read (D5).
 */
int star_follow(struct modules *modules, struct source *source, uint32_t index, struct slice name,
		enum mode mode, struct answer *out, bool *dynamic, struct pawl_error *error);

/* Does a star of this module give names that cannot be read? */
int star_is_dynamic(struct modules *modules, struct source *source, bool *dynamic,
		    struct pawl_error *error);

/* ---- public_names.c ---- */

/* source->public_names, of a parsed source. */
int public_names_read(struct modules *modules, struct source *source, struct pawl_error *error);

#endif
