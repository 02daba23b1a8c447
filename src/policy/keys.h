/*
 * The keys of a policy, each described once: reading, comparing and the nearest known word all work
 * from this table. For src/policy/ alone.
 */
#ifndef PAWL_POLICY_KEYS_H
#define PAWL_POLICY_KEYS_H

#include "pawl/policy.h"

/* A line of the file bounds a pattern: see PAWL_MAX_PATTERN's use in pattern.c. */
#define PAWL_MAX_PATTERN 256

enum key_type {
	KEY_FOLDERS,	   /* struct slices: folders of the tree, "." for the top */
	KEY_PATHS,	   /* struct slices: paths of the tree */
	KEY_PATH_PATTERNS, /* struct slices */
	KEY_REF_PATTERNS,  /* struct slices */
	KEY_WORDS,	   /* struct slices: any words */
	KEY_DOTTED,	   /* struct slices: dotted names */
	KEY_PATH,	   /* struct slice: a path of the tree */
	KEY_FACTS,	   /* struct slice: a path; or `off` */
	KEY_REF,	   /* struct slice: a full ref name */
	KEY_VARIABLE,	   /* struct slice: the name of an environment variable */
	KEY_TEXT,	   /* struct slice: the whole value */
	KEY_DATE,	   /* struct slice: YYYY-MM-DD */
	KEY_SOURCE,	   /* two struct slices, side by side: a repository and a ref */
	KEY_CHOICE,	   /* an enum, by the order of `choices` */
	KEY_YES_NO,	   /* bool */
	KEY_COUNT,	   /* size_t */
	KEY_SIZE,	   /* size_t: bytes, with k, m */
	KEY_TIME,	   /* unsigned: milliseconds, or with s or ms */
};

enum key_section { SECTION_NONE, SECTION_PAWL, SECTION_FACADE };

/* S2: which changes of a key's value are proven tightenings. Every other one is a loosening. */
enum key_tightening {
	TIGHTER_NEVER,
	TIGHTER_ALWAYS,	    /* `message`: it changes no verdict */
	TIGHTER_SHORTER,    /* a list of exemptions: entries removed */
	TIGHTER_RESTRICTED, /* a list that restricts where it is not empty: `only` */
	TIGHTER_HIGHER,	    /* a choice listed later is stricter */
	TIGHTER_LOWER,	    /* a choice listed earlier is stricter */
	TIGHTER_EARLIER,    /* a date: earlier, or set where there was none */
};

struct key {
	const char *name;
	enum key_section section;
	enum key_type type;
	size_t offset;
	bool server_only;
	bool required; /* an empty value is an error */
	enum key_tightening tightening;
	const char *choices[4]; /* KEY_CHOICE, in the enum's order */
	size_t min, max;	/* KEY_COUNT, KEY_SIZE, KEY_TIME */
	const char *fallback;	/* the default, as it would be written; NULL: none */
	const char *doc;	/* one line */
};

extern const struct key policy_keys[];
extern const size_t policy_key_count; /* at most PAWL_MAX_KEYS */

const struct key *key_find(enum key_section section, struct slice name);
bool key_is_list(const struct key *key);

/*
 * How a word that is not known goes on: ": did you mean 'exclude'?" where one of the words is near,
 * else
 * ": known are a, b, c".
 */
struct slice nearest_word(struct arena *arena, struct slice word, const struct slices *known);

/* Whether git's wildmatch can match anything by it: no unclosed bracket, no lone backslash, not too
 * long. */
bool pattern_valid(struct slice pattern);

/* A policy while it is read (src/policy/config.c). */
struct reading {
	struct arena *arena;
	struct policy *policy;
	struct pawl_error *error;
	struct slice rest; /* what was not read yet */
	unsigned line;	   /* of the line read last, from 1 */
	bool indented;	   /* that line is */
	bool failed;	   /* *error is set */
	enum key_section section;
	const struct key *key; /* the one being read; NULL behind a section header */
	size_t words;	       /* of all lists */
};

/* Fills the error with "FILE:LINE: " and the sentence; returns -1. */
int reading_fail(struct reading *reading, const char *format, ...) PAWL_PRINTF(2, 3);

/* The struct that the keys of the section being read lie in. */
void *reading_section(const struct reading *reading);

/* Takes one line's value of a key (src/policy/values.c). `continued`: a further, indented line. 0
 * or -1. */
int value_read(struct reading *reading, const struct key *key, struct slice value, bool continued);

/* Whether `name` is a dotted identifier without an empty component. */
bool dotted_name_valid(struct slice name);

#endif
