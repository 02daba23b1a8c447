/*
 * What the texts of a whole tree say, read on all cores (texts.c), and kept between runs (facts.c).
 */
#ifndef PAWL_POLICY_TEXTS_H
#define PAWL_POLICY_TEXTS_H

#include "judge.h"

/* A raw use, with what its text is asked about it: nothing here needs the text any more. */
struct text_use {
	uint32_t facade; /* index into the set */
	enum use_via via;
	bool type_checking, escape;
	bool allowed; /* `# pawl: allow (reason)` stands on its line */
	bool itself;  /* R4: the facade itself; name is empty */
	struct position at;
	struct slice name, line;
};

enum tree_text_state {
	TREE_TEXT_WAITING, /* not read yet, or not by a thread that may say why it failed */
	TREE_TEXT_NONE,	   /* no text: a gitlink, a link out of the tree */
	TREE_TEXT_DONE,
};

struct tree_text {
	const char *broken; /* the walk's message where the tree is broken here; else NULL */
	struct slice path;
	struct entry entry;
	struct module_name module;
	enum tree_text_state state;
	const char *unreadable; /* T7; else NULL */
	struct text_use *items; /* by position */
	size_t count, capacity;
};

struct tree_texts {
	struct tree_text *items; /* in the order of git's trees */
	size_t count, capacity;
};

/* Every text of a snapshot that the policy reads, none of them read yet. 0 or -1. */
int tree_texts_list(struct snapshot *snapshot, const struct policy *policy, struct arena *arena,
		    struct tree_texts *out, struct pawl_error *error);

/* Reads one. 0 or -1. */
int tree_text_read(struct tree_text *text, struct snapshot *snapshot, const struct policy *policy,
		   const struct facade_set *facades, struct arena *arena, struct pawl_error *error);

/* Sees one text that is read, on the caller's thread. 0 or -1. */
typedef int (*tree_text_visit)(void *payload, const struct tree_text *text,
			       struct pawl_error *error);

/*
 * Reads those that wait, on all cores where the snapshot is one tree's, and visits each in their
 * order while others are still being read. What is visited does not depend on the number of
 * threads, and the error is that of the first text that has one, or whose visit does. 0 or -1.
 */
int tree_texts_read(struct tree_texts *texts, struct snapshot *snapshot,
		    const struct policy *policy, const struct facade_set *facades,
		    struct arena *arena, tree_text_visit visit, void *payload,
		    struct pawl_error *error);

/* Reads those that wait. *out gets the uses among what the texts say, sorted. 0 or -1. */
int tree_texts_judge(struct tree_texts *texts, struct snapshot *snapshot,
		     const struct policy *policy, const struct facade_set *facades,
		     struct arena *arena, struct tree_uses *out, struct pawl_error *error);

#endif
