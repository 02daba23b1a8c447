/*
 * The parts of a judgement, private to src/policy: what was read of each path (tally.c), what the
 * facades say of a name (classify.c), and the findings that are made of both.
 */
#ifndef PAWL_POLICY_JUDGE_H
#define PAWL_POLICY_JUDGE_H

#include "pawl/policy.h"

/* ---- names counted on one path (tally.c) ---- */

/* How often one raw name of one facade is got on one path (P1). */
struct name_count {
	uint32_t facade;
	struct slice name;
	bool barred; /* R4: `only` keeps this path's text from importing the facade */
	uint64_t tip;
	uint64_t excused;		/* of the tip, by `# pawl: allow (reason)`; not in `tip` */
	uint64_t most;			/* of any base */
	uint64_t least;			/* of every base */
	uint64_t first;			/* of bases[0] */
	uint64_t here;			/* of the base that is being read */
	struct occurrence *occurrences; /* in the tip, gathered only where some are new */
	uint64_t fresh;			/* how many of them are new */
};

/* How far a changed text's own path tells what links to it would say (T8). */
enum hiding {
	HIDDEN_NOWHERE, /* all but where its relative imports lead */
	HIDDEN_OUTSIDE, /* not where a facade's `only` bars a link and not the text */
	HIDDEN_EVERYWHERE,
};

/* One path on which the tip differs from the bases. */
struct changed_path {
	struct slice path;
	struct entry tip;
	struct entry *bases;
	size_t base_count;
	struct module_name module;
	struct text text;	/* of the tip, kept only where a use of it may be a finding */
	struct raw_uses uses;	/* likewise */
	const char *unreadable; /* T7: why, of the tip; else NULL */
	struct map counts;	/* (facade, name) to struct name_count */
	bool bases_read;
	bool looked_at; /* there is a hidden_path of it */
	bool moved;	/* T7: vanished, unreadable, and found again at another path */
	bool linked;	/* added by judge_links(): its entry is the base's, its text another */
};

struct changed_paths {
	struct changed_path *items;
	size_t count, capacity;
};

/* A changed text that is to be looked at for what its own path does not tell. */
struct hidden_path {
	struct slice path;
	struct entry tip;
	enum hiding hiding;
};

struct hidden_paths {
	struct hidden_path *items;
	size_t count, capacity;
};

struct judgement {
	const struct judge_request *request;
	struct arena *arena;
	struct facade_set facades;
	struct changed_paths paths;
	struct changed_paths attributes; /* .gitattributes */
	bool vanished;			 /* whether some path did: then there may be credit (P7) */
	struct hidden_paths hidden;
	struct map elsewhere; /* blob id to struct raw_uses: see elsewhere.c */
	enum reach reach;     /* from where a link to a changed text could use more than it did */
	bool outside;	      /* whether one could from where some facade's `only` bars it */
	struct map links;     /* the paths of links that judge_links() met */
	struct classifier *classifier;
	struct verdict *verdict;
};

bool changed_path_in_any_base(const struct changed_path *path);
/* P7: bases[0] has it where that is the old tip, else every base; and the tip lacks it. */
bool changed_path_vanished(const struct judgement *judgement, const struct changed_path *path);

struct path_reading;

/*
 * Counts the names of a path's text in the tip, and, where that has any, of those in the bases.
 * Texts that the reading has not are read.
 */
int tally_tip(struct judgement *judgement, struct changed_path *path, struct path_reading *reading,
	      struct pawl_error *error);
/* Counts the names of a path's texts in the bases, once; those that the reading has not are read.
 */
int tally_bases(struct judgement *judgement, struct changed_path *path,
		struct path_reading *reading, struct pawl_error *error);

/*
 * The bytes behind an entry that the policy includes: a blob's own or a link's target's (T8). 0,
 * with *why set where they cannot be judged (too large); 1 where there is no text (a gitlink, a
 * link out of the tree); -1.
 */
int text_of_entry(struct snapshot *snapshot, struct slice path, const struct entry *entry,
		  struct arena *arena, struct slice *bytes, const char **why,
		  struct pawl_error *error);

/* Whether some name is more often in the tip than in any base. */
bool changed_path_rises(const struct changed_path *path);
/* Whether a raw use counts for this path at all: allow, type-checking = free, escapes. */
bool use_counts(const struct policy *policy, struct slice path, const struct raw_use *use);
/* Whether it is one of the tip's count: no exception is written on its line. */
bool use_counts_in_tip(const struct judgement *judgement, const struct changed_path *path,
		       const struct raw_use *use);
/* The count of a name on a path, or NULL. */
struct name_count *tally_find(const struct changed_path *path, uint32_t facade, struct slice name);

/* ---- other bytes on disk (attributes.c) ---- */

bool path_is_attributes(struct slice path);
/* T7: a finding where a changed .gitattributes lets texts be checked out in another encoding. */
int judge_attributes(struct judgement *judgement, struct pawl_error *error);

/* ---- what the texts of the changed paths say (reading.c) ---- */

/* Of a path in the tip or a base. Zero where it was not read yet. */
struct text_reading {
	struct arena arena; /* holds what follows */
	bool done;
	bool there;		/* there is a text, within the limits */
	const char *unreadable; /* T7: why; else NULL */
	struct slice bytes;
	struct text text;
	struct raw_uses uses;
};

/* The old tip, or what a merge joins. */
#define BASES_AHEAD 2

struct path_reading {
	struct text_reading tip, bases[BASES_AHEAD];
};

/* Reads the text that the path has in a snapshot, `entry`. Touches nothing but *out. 0 or -1. */
int path_text_read(const struct judgement *judgement, struct snapshot *snapshot,
		   const struct changed_path *path, const struct entry *entry,
		   struct text_reading *out, struct pawl_error *error);

/* Sees a path, and what was read of it so far; it may take over what an arena of that holds. 0 or
 * -1. */
typedef int (*reading_visit)(struct judgement *judgement, struct changed_path *path,
			     struct path_reading *reading, struct pawl_error *error);

/*
 * Visit every changed path from `first`, in order, while other threads read the texts of those
 * behind: of the tip, and what tally_tip() needs beside; or of the bases. Where a visit reads what
 * it finds unread, nothing depends on the number of threads. 0 or -1.
 */
int readings_visit_tips(struct judgement *judgement, size_t first, reading_visit visit,
			struct pawl_error *error);
int readings_visit_bases(struct judgement *judgement, reading_visit visit,
			 struct pawl_error *error);

/* ---- links whose targets change (links.c) ---- */

enum hiding change_hiding(const struct policy *policy, const struct change *change);
/* Adds the links that a push leaves alone, and whose texts it changes, to the changed paths. Once
 * the others are read. */
int judge_links(struct judgement *judgement, struct pawl_error *error);

/* ---- what a text would use, were it linked from elsewhere (elsewhere.c) ---- */

/*
 * Nothing where there is no text; `unreadable` where it cannot be judged. A blob whose uses were
 * kept is not read again. 0 or -1.
 */
int elsewhere_read(struct judgement *judgement, struct snapshot *snapshot, struct slice path,
		   const struct entry *entry, struct arena *scratch, struct raw_uses *out,
		   struct pawl_error *error);
/* Keeps it of a text whose uses at its own place, `here`, were just read. */
void elsewhere_keep(struct judgement *judgement, const git_oid *blob, struct slice bytes,
		    const struct raw_uses *here);

/* ---- what the facades say of a name (classify.c) ---- */

struct classified {
	bool use;      /* R2: some side re-exports it, or the tip does not bind it at all (D10) */
	bool accident; /* an import of another package that a star drags along */
	struct origin origin; /* the tip's; a base's where the tip does not bind it */
	struct slice note;    /* of a facade in another repository: its map is stale */
};

/* Whether a name so classified is a use; where `only` bars the text, all but submodules are (R4).
 */
bool classified_is_use(const struct classified *classified, bool barred);
/* F.name; F itself where the module is imported (R4). */
struct slice use_symbol(struct arena *arena, struct slice facade, struct slice name);

struct classifier;

/* `sides`: the tip first, then the bases. */
struct classifier *classifier_new(struct arena *arena, const struct policy *policy,
				  const struct facade_set *facades, struct snapshot *const *sides,
				  size_t side_count);
int classify(struct classifier *classifier, uint32_t facade, struct slice name,
	     const struct classified **out, struct pawl_error *error);
struct modules *classifier_modules(struct classifier *classifier, size_t side);
size_t classifier_parsed(const struct classifier *classifier);
/* What the push brings is broken, and said: names of a broken map are uses, never an error (T7). */
void classifier_forgive(struct classifier *classifier);
/* Closes what it opened besides its arena. */
void classifier_close(struct classifier *classifier);

/* ---- paths that the baseline names for a file that is gone (reused.c) ---- */

/* Of the paths that could pay for `excess`, or be paid for, those that are reused: keys of *out. 0
 * or -1. */
int reused_paths(const struct ratchet_request *request, const struct baseline *excess,
		 struct arena *arena, struct map *out, struct pawl_error *error);

/* ---- findings ---- */

/* The uses whose count rises, moves credited; frozen and removed ones counted (excess.c). */
int judge_uses(struct judgement *judgement, struct pawl_error *error);
/* T7, P6: what cannot be judged (verdict.c). R1 (surface.c). S2 (guard.c). */
int judge_surfaces(struct judgement *judgement, struct pawl_error *error);
/* Export maps that the push breaks or loosens (guard_maps.c). */
int judge_export_maps(struct judgement *judgement, struct pawl_error *error);
int judge_policy_file(struct judgement *judgement, struct pawl_error *error);
int judge_first_policy(struct snapshot *snapshot, struct arena *arena, struct verdict *verdict,
		       struct pawl_error *error);
/* What a passed deadline makes of frozen uses (deadline.c). */
int judge_deadlines(struct judgement *judgement, struct pawl_error *error);
bool deadlines_reject(const struct judgement *judgement); /* some facade's does */
/* B2 (guard_baseline.c). */
int judge_baseline_file(struct judgement *judgement, struct pawl_error *error);

struct finding *finding_add(struct judgement *judgement, enum finding_kind kind, struct slice path);

#endif
