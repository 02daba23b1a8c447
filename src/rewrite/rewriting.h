/*
 * The parts of a rewriting: what is to become of each use (fixing.h), what is patched by name
 * (targets.c), the statements that result (statements.c), whether their block is sorted (sorted.c),
 * and where they go (place.c, in_place.c). Private to src/rewrite.
 */
#ifndef PAWL_REWRITE_REWRITING_H
#define PAWL_REWRITE_REWRITING_H

#include "pawl/rewrite.h"
#include "style.h"

/* ---- one text ---- */

/* F5: `from parent import leaf`, which takes the place of a facade that is bound as a module. */
struct leaf_import {
	struct slice parent, leaf;
};

struct leaf_imports {
	struct leaf_import *items;
	size_t count, capacity;
};

/* A from-import of one name that is rewritten. */
struct canonical_use {
	uint32_t at;	     /* offset of the name */
	struct slice module; /* absolute */
	struct slice name;
	struct slice symbol; /* facade.name, for what is left after all */
	struct slice facade;
	struct leaf_imports leaves; /* F5: these instead of module and name */
	bool keep;		    /* F5: the facade is needed as a module all the same */
	bool done;
	const char *rule; /* why it is left after all, else NULL */
	const char *why, *next;
};

struct canonical_uses {
	struct canonical_use *items; /* by offset */
	size_t count, capacity;
};

struct edit {
	uint32_t start, end;
	struct slice text;
};

struct edits {
	struct edit *items;
	size_t count, capacity;
};

struct rewriting {
	struct arena *arena;
	const struct text *text;
	const struct module_name *module;
	const struct style *style;
	const struct import_blocks *blocks;
	const struct import_block *block; /* the one that is rewritten */
	struct canonical_uses *uses;
	struct edits edits;
};

/* The text after the edits, which do not overlap. */
struct slice edits_apply(struct arena *arena, struct slice bytes, struct edits *edits);

/* ---- statements (statements.c) ---- */

/* One statement of a block while it is rewritten. */
struct entry_statement {
	const struct block_statement *old; /* as it was read; NULL: new */
	bool kept;			   /* its bytes stay */
	bool from, star;
	struct slice module;   /* as written */
	struct slice absolute; /* empty where it is relative and unresolved */
	struct wanted_names names;
	struct slices comments;
	struct slices above; /* comment lines above */
	size_t above_name;   /* the last of them, which stood above its one name */
	bool explode;
	unsigned section;
	uint32_t body; /* where its bytes begin if not at old->above: behind a section's heading */
	size_t origin; /* index of the statement that it comes from */
	/* Among the others (rank.c). */
	bool aliased;	   /* one name, which isort has apart, since it has an alias */
	unsigned rank;	   /* struct order_key has it */
	struct slice line; /* and this */
};

struct entry_statements {
	struct entry_statement *items;
	size_t count, capacity;
};

/* A comment that is an instruction to a tool, which goes to every result (F2). */
bool is_directive(struct slice comment);
bool lists_comment(const struct slices *comments, struct slice wanted);
bool same_directives(const struct slices *a, const struct slices *b);

/* The statement as it stands. 0 or -1. */
int entry_of_statement(struct rewriting *rewriting, const struct block_statement *statement,
		       struct entry_statement *out, struct pawl_error *error);

/*
 * What a statement becomes: first, where names are left in it, itself, then one entry a module and
 * alias. No entry for a name whose use was taken back. Fills in nothing where it has no use.
 */
int statement_results(struct rewriting *rewriting, const struct block_statement *statement,
		      bool apart, struct entry_statements *out, bool *changed,
		      struct pawl_error *error);

/* The use at an offset, or NULL. */
struct canonical_use *use_at(const struct rewriting *rewriting, uint32_t at);

/* F4: `absolute` as the statement at `level` would write it. */
struct slice module_written(const struct rewriting *rewriting, struct slice written,
			    struct slice absolute);

/* What a name binds in its scope. */
struct slice bound_name(struct arena *arena, bool from, const struct wanted_name *name);

bool same_name(const struct wanted_name *a, const struct wanted_name *b);

/* isort keeps a single name with a comment apart from its module's others. */
bool is_commented_single(const struct style *style, const struct entry_statement *entry);
/* The statement's text without the indentation of its first line; line ends are LF. */
struct slice entry_format(struct rewriting *rewriting, const struct entry_statement *entry,
			  size_t indent);
struct slice statement_indent(const struct rewriting *rewriting,
			      const struct block_statement *statement);

/* ---- the order of statements (rank.c) ---- */

/* Fills in what the order of each depends on: the others. Again where one changes. */
void entries_rank(struct rewriting *rewriting, struct entry_statements *entries);
/* By entries_rank(). */
struct order_key entry_key(const struct rewriting *rewriting, const struct entry_statement *entry);
/* Whether the block that is rewritten has a star of the module. */
bool is_beside_star(const struct rewriting *rewriting, struct slice module);

/* ---- sorted blocks (sorted.c) ---- */

/* F1: whether isort, with these settings, would leave the block as it is. 0 or -1. */
int block_is_sorted(struct rewriting *rewriting, const struct import_block *block, bool *out,
		    struct pawl_error *error);

/* Whether an old statement reads as it would be written; if so without entry->explode, that goes.
 */
bool entry_is_formatted(struct rewriting *rewriting, struct entry_statement *entry);

/* ---- headings of sections (heading.c) ---- */

/* Where the heading of its section stands above a statement, from `start` to `end`; nowhere: both
 * 0. */
struct heading_place {
	uint32_t start, end;
};
struct heading_place heading_find(const struct rewriting *rewriting,
				  const struct block_statement *statement, unsigned section);
/* Takes headings from the comment lines above an entry. */
void headings_strip(const struct rewriting *rewriting, struct entry_statement *entry);

/* ---- bindings (block.c, bound.c) ---- */

/* F3: takes back uses whose name the block binds twice, to different things. */
int block_check_names(struct rewriting *rewriting, const struct import_block *block,
		      struct pawl_error *error);

/*
 * Drops the names of `entry` that an entry of `there` binds to the same thing: gives one of these,
 * NULL where it dropped none.
 */
struct entry_statement *entry_drop_identical(struct entry_statement *entry,
					     const struct entry_statements *there);
/* Drops those that an earlier block of the suite binds to the same thing, and nothing since. */
int entry_drop_bound_before(struct rewriting *rewriting, const struct import_block *block,
			    const struct block_statement *statement, struct entry_statement *entry,
			    struct pawl_error *error);
/* What a result that lost its names had for being the first (F2) goes to the next one. */
void entry_hand_on(struct arena *arena, struct entry_statement *from, struct entry_statement *to);
/* The comment lines that stood above its statement go above another. */
void entry_hand_lines(struct arena *arena, struct entry_statement *from,
		      struct entry_statement *to);

/* ---- bytes (entry_text.c) ---- */

/* How the statement's last line ends; that of a text's last, unended line as the text's others. */
struct slice statement_line_end(const struct rewriting *rewriting,
				const struct block_statement *statement);
/* `text` with LF, each line of it behind `indent`, and ended. */
void lines_write(struct buf *out, struct slice text, struct slice indent, struct slice end);
/* An entry with the comment lines above it, which keeps its own bytes where it may. */
void entry_write(struct rewriting *rewriting, struct buf *out, const struct entry_statement *entry,
		 struct slice indent, struct slice end);
/* An edit; a text whose last line has no end keeps it so. */
void entry_edit(struct rewriting *rewriting, uint32_t start, uint32_t end, struct buf *text);

/* ---- where it goes (place.c, in_place.c) ---- */

/* New statements in the old ones' place. */
int block_rewrite_in_place(struct rewriting *rewriting, const struct import_block *block,
			   struct pawl_error *error);

/* Rewrites the uses of one block: adds the edits. */
int block_rewrite(struct rewriting *rewriting, const struct import_block *block,
		  struct pawl_error *error);

/* ---- uses through a module (attributes.c) ---- */

/* F5: one place where `models.User` becomes `user.User`. */
struct attribute_edit {
	uint32_t use_at;    /* offset of the attribute's name: which use it is */
	uint32_t import_at; /* offset of the name that the import binds the facade by */
	struct edit edit;
};

/* F5: one place that stays. */
struct attribute_left {
	uint32_t use_at;
	struct slice why;
};

/* F5: a name in quotes that stays, and the import with it. */
struct attribute_quoted {
	struct position at;
	struct slice symbol, why;
};

struct attribute_edits {
	struct attribute_edit *items;
	size_t count, capacity;
	struct {
		struct attribute_quoted *items;
		size_t count, capacity;
	} quoted;
	struct {
		struct attribute_left *items;
		size_t count, capacity;
	} left;
};

/* What one chain's first step stands for; asked of fix.c. False: it is no use, or is left. */
struct attribute_answer {
	bool use;		   /* a use at all */
	bool allowed;		   /* its line says that it may stay */
	bool rewritten;		   /* it may be */
	struct slice module, name; /* name is empty for a module object */
};

struct attribute_request {
	const struct text *text;
	const struct module_name *module;
	const struct imports *imports;
	const struct facade_set *facades;
	const struct text_limits *limits;
	const struct map *imported; /* "module:name" that others take, to why it stays */
	int (*ask)(void *payload, uint32_t facade, uint32_t at, struct attribute_answer *out,
		   struct pawl_error *error);
	/* The same of a name that is quoted, and so no use to others. */
	int (*ask_name)(void *payload, uint32_t facade, const struct chain_step *step,
			struct attribute_answer *out, struct pawl_error *error);
	void *payload;
};

/* Whether an import of the text at `module` binds a facade, so that attributes_plan() has work. */
bool imports_bind_facade(const struct imports *imports, const struct module_name *module,
			 const struct facade_set *facades, struct arena *arena);

/* Adds to `uses` each import that changes, and to `edits` each place. 0 or -1. */
int attributes_plan(const struct attribute_request *request, struct arena *arena,
		    struct canonical_uses *uses, struct attribute_edits *edits,
		    struct pawl_error *error);

/* ---- what is patched by name (targets.c) ---- */

/* F6: a string, setattr or patch.object that names facade.name. */
struct target {
	struct slice symbol;
	struct slice path;
	struct position at;
	uint32_t start, end; /* of the string's content */
	bool listed;	     /* the whole argument of a callable that the policy lists */
	struct slice callee; /* as written, or empty */
	bool first;	     /* the callable's first argument */
	bool whole;	     /* the string is F.N, not N alone */
};

struct targets {
	struct target *items;
	size_t count, capacity;
};

/* Adds the targets of one text. `uses` are its uses. */
void targets_read(const struct policy *policy, const struct facade_set *facades, struct slice path,
		  const struct text *text, const struct tree_use *uses, size_t use_count,
		  struct arena *arena, struct targets *out);

#endif
