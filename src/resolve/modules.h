/*
 * What is kept of the modules of a snapshot, and how a name is looked up in them. Private to
 * src/resolve.
 */
#ifndef PAWL_RESOLVE_MODULES_H
#define PAWL_RESOLVE_MODULES_H

#include "pawl/resolve.h"

struct indices {
	uint32_t *items;
	size_t count, capacity;
};

/* What of a module's bindings concerns one name. */
struct events {
	struct indices binding; /* that bind or delete it, ascending */
	struct indices loading; /* that load the submodule of that name for the first time (D2) */
};

/* The names in a module's __all__ (D5). */
struct public_names {
	bool present;
	bool dynamic;	  /* there are more than `names`, or fewer */
	bool uncertain;	  /* some of them in some runs only */
	struct map names; /* values are not NULL */
	struct slices order;
};

enum read_state { READ_NOT_YET, READ_DONE };
enum list_state { LIST_NOT_YET, LIST_BEGUN, LIST_DONE };

/* One module: its place in the tree, its text, its bindings, each read when it is first asked for.
 */
/* What a text shows without a parse, whatever the name that is asked for. */
struct star_hints {
	bool known;
	bool star, high_bytes; /* in its outline */
	bool list, plain_list; /* an __all__; or none, or one of literals */
};

struct source {
	struct module module;
	struct slices folders; /* where its submodules are; several for a namespace */
	enum read_state read;
	const char *unreadable;
	struct text text;
	struct outline outline;
	struct star_hints hints; /* stars.c */
	bool parsed;
	struct bindings bindings;
	struct map events; /* by name: struct events */
	struct indices stars;
	enum list_state list;
	struct public_names public_names;
	enum list_state star;
	bool star_dynamic; /* a star of this module gives names that cannot be read */
	struct map notes;  /* by name: struct note, see lookup.h */
};

struct modules {
	struct arena *arena;
	struct snapshot *snapshot;
	struct modules_options options;
	struct source top; /* holds the roots as folders */
	struct map sources;
	size_t parsed;
	struct lookup *lookup; /* where a resolution stands: lookup.h */
};

/* Never NULL: kind MODULE_NONE where there is no such module. 0; -1. */
int source_find(struct modules *modules, struct slice name, struct source **out,
		struct pawl_error *error);

/* `leaf` below `parent`. */
int source_child(struct modules *modules, const struct source *parent, struct slice leaf,
		 struct source **out, struct pawl_error *error);

/* The text, or ->unreadable. */
int source_read(struct modules *modules, struct source *source, struct pawl_error *error);

/* The bindings, or ->unreadable: then there are none. */
int source_parse(struct modules *modules, struct source *source, struct pawl_error *error);

/* The name of a module that an import in `source` names. False where it is unresolved (T1). */
bool source_absolute(const struct modules *modules, const struct source *source, unsigned level,
		     struct slice module, struct slice *out);

static inline bool source_has_text(const struct source *source)
{
	return source->module.kind == MODULE_FILE || source->module.kind == MODULE_PACKAGE;
}

#endif
