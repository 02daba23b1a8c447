/*
 * What `pawl fix` does to a tree: what is in the way (survey.c), why a use is left (refusal.c), and
 * the rewriting of each text (fix.c). Private to these three.
 */
#ifndef PAWL_REWRITE_FIXING_H
#define PAWL_REWRITE_FIXING_H

#include "rewriting.h"

struct fixing {
	const struct fix_request *request;
	struct arena *arena;
	struct fixes *out;
	struct facade_set facades;
	struct modules *modules;
	struct foreign *foreign;
	struct modules_options options;
	struct tree_uses uses;
	struct targets targets;
	struct map origins;  /* symbol to struct origin */
	struct map patched;  /* symbol to the struct target that stands in its way */
	struct map imported; /* F5: "module:name" that the tree imports or names, to why */
	struct map replaced; /* module to "no" where its package has another thing of its name */
	struct map read;     /* paths with uses: the index of the first use + 1 */
};

/* One text being fixed. */
struct file {
	struct slice path;
	struct module_name module;
	struct text text;
	struct imports imports;
	struct import_blocks blocks;
	struct canonical_uses uses;
	size_t others; /* strings and attributes rewritten */
	struct attribute_edits attributes;
};

/* The uses of one path, of fixing->uses. */
struct uses_of_path {
	const struct tree_use *items;
	size_t count;
};
struct uses_of_path fixing_uses_of(const struct fixing *fixing, struct slice path);

/* Whether the request's paths take this one in. */
bool path_is_chosen(const struct fix_request *request, struct slice path);

/* Whether a module is the package itself, or lies below it. */
bool module_is_within(struct slice package, struct slice module);

/* `a.b.c` as `a.b` and `c`; a top-level one has an empty module. */
void module_split(struct slice whole, struct slice *module, struct slice *name);

/* ---- what is in the way (survey.c) ---- */

/* Reads every text: fills in fixing->targets, ->patched and, with --attributes, ->imported. Adds to
 * fixing->read texts whose quoted names may have to follow. 0 or -1. */
int survey_tree(struct fixing *fixing, struct pawl_error *error);

/* ---- why a use is left (refusal.c) ---- */

/* No rule: it is not refused. No `why`: a target is in the way (F6), and says it. */
struct refusal {
	const char *rule, *why, *next;
};

/* Whatever the text is; whatever its origin is; what both together say of a use that is no
 * attribute; and the part of that which holds for attributes too. */
struct refusal refusal_of_origin(const struct origin *origin);
struct refusal refusal_of_form(const struct fixing *fixing, const struct tree_use *use);
struct refusal refusal_of_use(struct fixing *fixing, const struct file *file,
			      const struct tree_use *use, const struct origin *origin,
			      const struct slice *module, const struct slice *name);
struct refusal refusal_of_target(const struct fixing *fixing, const struct file *file,
				 const struct tree_use *use, struct slice facade,
				 struct slice module);
/* F8: refused where the module's package has another thing of the module's name. 0 or -1. */
int refusal_of_module(struct fixing *fixing, const struct origin *origin, struct refusal *out,
		      struct pawl_error *error);

/* Adds to what is left: the place alone; a use, for a reason. */
struct left_use *left_add(struct fixing *fixing, struct slice path, struct position at,
			  struct slice symbol);
void use_leave(struct fixing *fixing, const struct tree_use *use, const struct refusal *refusal);

#endif
