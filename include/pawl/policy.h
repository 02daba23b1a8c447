/*
 * What is allowed: the policy, what a change of it loosens, the baseline, and the verdict on a
 * change. SEMANTICS.md: P1, P7, R, S, B.
 */
#ifndef PAWL_POLICY_H
#define PAWL_POLICY_H

#include "pawl/git.h"
#include "pawl/python.h"
#include "pawl/resolve.h"

/* ---- patterns (src/policy/pattern.c) ---- */

/* git's wildmatch over the whole name, `*` crossing `/`, case-sensitive (P2). */
bool pattern_match(struct slice pattern, struct slice name);
bool patterns_match(const struct slices *patterns, struct slice name);
/* Whether one pattern takes whatever lies below a folder, as `src*` does for src. (Several that do
 * so together are not told.) */
bool patterns_cover(const struct slices *patterns, struct slice folder);
/* It matches one name, itself. */
bool pattern_is_literal(struct slice pattern);

/* ---- the policy (src/policy/config.c, src/policy/keys.c) ---- */

enum policy_surface { SURFACE_OPEN, SURFACE_FROZEN };
enum policy_type_checking { TYPE_CHECKING_FROZEN, TYPE_CHECKING_FREE };
enum policy_granularity { GRANULARITY_TIP, GRANULARITY_COMMIT };
enum policy_on_error { ON_ERROR_REJECT, ON_ERROR_ACCEPT };
enum policy_on_commit { ON_COMMIT_CHECK, ON_COMMIT_FIX };
enum policy_audit { AUDIT_FILE, AUDIT_SYSLOG, AUDIT_OFF };
enum policy_after_deadline { AFTER_DEADLINE_SAY, AFTER_DEADLINE_REJECT };
enum policy_state { STATE_FROZEN, STATE_REMOVED };

/* Room for a line number a key: src/policy/keys.c has one entry a key. */
#define PAWL_MAX_KEYS 48

struct facade_policy {
	struct slice name;   /* dotted, after NFKC */
	struct slices allow; /* patterns of paths that may use it (R3) */
	struct slices only;  /* patterns of paths that alone may import it at all; none: anyone */
	enum policy_surface surface;
	enum policy_type_checking type_checking;
	enum policy_state state;
	struct slice message;
	struct slice deadline; /* YYYY-MM-DD, or empty */
	enum policy_after_deadline after_deadline;
	struct slices exports; /* export maps, paths in the tree (another repository's facade) */
	struct slice source_repository, source_ref; /* `source = ../sentry.git refs/heads/master` */
	bool keep_import; /* `prune` keeps an import that has side effects; default yes */
	unsigned line;	  /* of its section header */
	unsigned key_lines[PAWL_MAX_KEYS]; /* where each key is set, by src/policy/keys.c's order;
					      0: nowhere */
};

/* One entry of a list, and where it stands. */
struct policy_word {
	const char *ptr; /* the entry's own bytes: compared by address */
	unsigned line;
};

struct policy {
	struct slice file; /* what messages call it: "config/server.ini", "main:.pawl/config.ini" */
	struct slices roots;   /* default: "." */
	struct slices include; /* default: *.py *.pyi */
	struct slices exclude;
	struct slices refs;    /* default: refs/heads/ and all below */
	struct slices trunk;   /* patterns of refs; default none: the policy ref alone */
	struct slice baseline; /* default: .pawl/baseline */
	enum policy_granularity granularity;
	enum policy_on_commit on_commit;
	bool auto_ratchet;	    /* default yes */
	bool inline_allow;	    /* default no */
	struct slices strings;	    /* callables whose string arguments name what they patch (F6) */
	struct slices side_effects; /* names whose import does more than bind (F7) */
	struct slice facts; /* where facts are kept between runs; empty: pawl/facts in the git
			       directory */
	bool facts_off;	    /* `facts = off` */

	/* The server's file alone has these (S2). */
	struct slice policy_ref; /* where .pawl/config.ini is read; empty: HEAD's branch */
	enum policy_on_error on_error;
	struct slices maintainers;
	struct slice pusher; /* the one variable that holds the pusher (S3) */
	enum policy_audit audit;
	unsigned time_limit;  /* milliseconds; default PAWL_TIME_LIMIT; 0: none */
	size_t max_blob_size; /* bytes */
	struct text_limits limits;
	size_t max_commits;

	struct facade_policy *items; /* the facades, in the file's order */
	size_t count, capacity;
	bool server;   /* read as the server's file */
	unsigned line; /* of [pawl]; 0: there is none */

	/* For messages: where what was read stands. */
	unsigned key_lines[PAWL_MAX_KEYS];
	struct {
		struct policy_word *items;
		size_t count, capacity;
	} words;
};

/* Limits on one policy: over one of them it is refused. */
#define PAWL_MAX_POLICY_SIZE ((size_t)64 << 10)
#define PAWL_MAX_FACADES     1000
#define PAWL_MAX_PATTERNS    10000

/* Where a pushed policy lives (S1). */
#define PAWL_POLICY_PATH ".pawl/config.ini"

/* GitHub Enterprise Server gives all hooks together 5 seconds. */
#define PAWL_TIME_LIMIT 4000

void policy_defaults(struct policy *out);
void facade_defaults(struct facade_policy *out);

/*
 * Reads a whole policy. `file` is what messages call it. `server`: keys that only the server's file
 * may have are allowed. -1 with PAWL_ERROR_POLICY and "FILE:LINE: what, and the nearest known
 * word".
 */
int policy_parse(struct arena *arena, struct slice bytes, struct slice file, bool server,
		 struct policy *out, struct pawl_error *error);

/*
 * Where the server's file has no facade, the pushed policy supplies them: all keys that only the
 * server's file may have are taken from `server`, and every other key of [pawl] that it sets wins
 * too.
 */
void policy_overlay_server(struct policy *pushed, const struct policy *server);

/* T1: read at all; and whether `path` may use facade `f` freely (allow, R3). */
bool policy_reads(const struct policy *policy, struct slice path);
bool policy_allows(const struct facade_policy *facade, struct slice path);
/* `# pawl: allow (reason)` on a line of a text, with a reason, where the policy permits it. */
bool policy_allows_line(const struct policy *policy, const struct text *text, struct position at);
/* The facade that a symbol is a use of: what stands before its last dot, or all of it, where that
 * is a facade that `only` governs (R4). */
struct slice policy_symbol_facade(const struct policy *policy, struct slice symbol);
/* R4: whether `only` keeps the text at `path` from importing the facade, and the words for it. */
bool policy_bars(const struct facade_policy *facade, struct slice path);
struct slice policy_bar_note(const struct facade_policy *facade, struct arena *arena);

struct facade_set policy_facade_set(const struct policy *policy, struct arena *arena);
const struct facade_policy *policy_facade(const struct policy *policy, struct slice name);

/* ---- facades that another repository holds (src/policy/foreign.c) ---- */

/* Reads export maps and other repositories, each once. */
struct foreign;

enum foreign_answer {
	FOREIGN_FAILED = -1, /* an error */
	FOREIGN_FOUND,	     /* *out is what the facade says of the name */
	FOREIGN_NOT,	     /* the tree holds the facade's source, or the policy names no other */
	FOREIGN_BROKEN,	     /* this tree's map says nothing: *error (PAWL_ERROR_POLICY) has why */
};

/* The policy must live as long as the arena. */
struct foreign *foreign_new(struct arena *arena, const struct policy *policy);
/* Closes the repositories that it opened; origins stay good. */
void foreign_close(struct foreign *foreign);
/*
 * Where `name` of a facade comes from whose source is not in the tree of `modules`: from the
 * policy's `source`, where the tree's repository is a server's, else from its `exports`. *note:
 * what is to be said along with it (a stale map); else untouched.
 */
enum foreign_answer foreign_resolve(struct foreign *foreign, struct modules *modules,
				    const struct facade_policy *facade, struct slice name,
				    struct origin *out, struct slice *note,
				    struct pawl_error *error);

/* The map that a snapshot holds at `path`: 0; 1 where it cannot be used, for *why; -1. */
int export_map_of_snapshot(struct snapshot *snapshot, struct slice path, struct arena *arena,
			   struct export_map *out, struct pawl_error *why,
			   struct pawl_error *error);

/* ---- what a change of policy loosens (src/policy/loosening.c) ---- */

struct loosening {
	struct slice facade; /* empty: section [pawl] */
	struct slice key;    /* empty: the section itself */
	unsigned line;	     /* in the new policy; 0: gone from it */
	struct slice what;   /* one clause: "exclude gained tests/" */
};
struct loosenings {
	struct loosening *items;
	size_t count, capacity;
};

/* S2: every change that is not a proven tightening. `new_policy` NULL: the file was deleted. */
void policy_compare(const struct policy *old_policy, const struct policy *new_policy,
		    struct arena *arena, struct loosenings *out);

/* ---- the baseline (src/policy/baseline.c, src/policy/baseline_merge.c) ---- */

struct baseline_entry {
	struct slice path, symbol; /* unescaped */
	uint64_t count;		   /* at least 1 */
	unsigned line;		   /* in the file it was read from; 0: made here */
};
struct baseline {
	struct baseline_entry *items; /* unique, sorted as their lines are: by path, then symbol */
	size_t count, capacity;
	bool conflicted;     /* conflict markers were found and resolved (B4) */
	unsigned wrong_line; /* where baseline_parse() failed; else 0 */
};

/*
 * B1. Bytes of a path that are TAB, LF, CR, backslash or control bytes are written as C escapes,
 * and the written lines are in bytewise order. Strict (a pushed file): anything unsorted, twice
 * there or conflicted is PAWL_ERROR_POLICY with "FILE:LINE: ..."; else conflict markers are
 * resolved by B3 (B4), an entry that is there twice counts once, at its larger count, and order
 * does not matter. The entries refer to `bytes`.
 */
int baseline_parse(struct arena *arena, struct slice bytes, struct slice file, bool strict,
		   struct baseline *out, struct pawl_error *error);
struct slice baseline_format(struct arena *arena, const struct baseline *baseline);
/* Adds to the entry of (path, symbol), made where there was none; call baseline_sort() when all are
 * in. */
void baseline_add(struct arena *arena, struct baseline *baseline, struct slice path,
		  struct slice symbol, uint64_t count);
void baseline_sort(struct baseline *baseline);
/* The entry of (path, symbol), or NULL. */
struct baseline_entry *baseline_find(const struct baseline *baseline, struct slice path,
				     struct slice symbol);
/* Whether it has an entry for the path, of any symbol. */
bool baseline_names(const struct baseline *baseline, struct slice path);
uint64_t baseline_count(const struct baseline *baseline, struct slice path, struct slice symbol);
uint64_t baseline_total(const struct baseline *baseline);
/* B3: three inputs, per key, nothing else. `base` may be empty. */
void baseline_merge(struct arena *arena, const struct baseline *base, const struct baseline *ours,
		    const struct baseline *theirs, struct baseline *out);

/* ---- the verdict (src/policy/verdict.c) ---- */

enum finding_kind { FINDING_USE, FINDING_REEXPORT, FINDING_UNREADABLE, FINDING_POLICY };
const char *finding_kind_name(enum finding_kind kind);

/* One thing that a push is rejected for. Slices are raw bytes: reports escape them. */
struct finding {
	enum finding_kind kind;
	struct slice facade; /* dotted; empty where the finding is about no facade */
	struct slice symbol; /* facade.name */
	bool has_via;
	enum use_via via;
	struct slice path;
	struct position at;	/* line 0: no line */
	struct slice statement; /* the line as written */
	struct slice canonical; /* "from sentry.models.user import User"; empty: null */
	struct slice rewrite;	/* the line to write instead, indentation and alias and all; empty:
				   unknown */
	uint64_t base_count, count;
	bool broken;	   /* a policy or a map that cannot be read */
	bool slack;	   /* an entry of the baseline that the tree needs no more */
	bool barred;	   /* R4: `only` keeps the text from importing the facade */
	struct slice note; /* "re-exported by accident", why it is unreadable, which key loosens */
	struct slice message; /* the facade's `message` */
	struct slice commit;  /* P9: the commit, abbreviated; else empty */
};

struct verdict {
	struct finding *items; /* sorted by path, line, column */
	size_t count, capacity;
	uint64_t frozen, removed;
	uint64_t exceptions; /* `# pawl: allow (reason)`, in the texts of the tip that were read */
	bool counted;	     /* frozen and removed are known: a use is new, or the request asked */
	struct slice
		excused; /* P10: the maintainer's reason; findings are then reported, not counted */
	/* for PAWL_TRACE */
	size_t texts_read, texts_parsed_whole, modules_parsed;
	size_t threads; /* that were started to read texts, beside the caller's */
};

struct judge_request {
	struct repository *repository;
	const struct policy *policy;
	struct snapshot *tip;
	struct snapshot *const *bases;
	size_t base_count;
	bool first_is_old_tip;
	struct slice today; /* YYYY-MM-DD: which deadlines have passed; empty: none */
	bool count_all;	    /* count frozen and removed uses also where none is new (K6) */
	bool guard_policy;  /* S2: a loosened PAWL_POLICY_PATH is a finding; B2: a longer baseline
			       too */
};

/* Whether the facade's deadline is `today` or before (src/policy/deadline.c). */
bool facade_is_overdue(const struct facade_policy *facade, struct slice today);

/* By path, line, column. */
void verdict_sort(struct verdict *verdict);

/* The verdict on one change of a tree: new uses, re-exports, unreadable texts, loosened policy. 0
 * or -1. */
int judge(const struct judge_request *request, struct arena *arena, struct verdict *out,
	  struct pawl_error *error);

/* ---- the verdict on a piece of history (src/policy/history.c) ---- */

struct history_request {
	struct repository *repository;
	const struct policy *policy;
	git_oid tip;
	bool tip_is_tree;   /* a tag of a tree: no history */
	struct bases bases; /* with .fresh where the policy's granularity is commit */
	bool count_all;
	struct slice today; /* as judge_request.today */
};

/* As judge(): the tip against its bases, and before that, where the policy says so, each new commit
 * against its own parents (P9). */
int judge_history(const struct history_request *request, struct arena *arena, struct verdict *out,
		  struct pawl_error *error);

/* ---- where a policy is found (src/policy/locate.c) ---- */

/* S1: what a server judges by. */
struct server_policy {
	struct policy policy;
	bool there; /* false: no facade is frozen anywhere */
	bool has_server_file;
	struct slice policy_ref; /* full name; empty where the server's file makes none needed */
};

/*
 * The server's file (`file`; NULL: pawl/config.ini in the git directory, which need not be there),
 * and where that names no facade, .pawl/config.ini at the policy ref. PAWL_ERROR_POLICY where HEAD
 * is unborn or detached and no server's file says otherwise, unless the repository has no branch.
 */
int policy_for_push(struct repository *repository, const char *file, struct arena *arena,
		    struct server_policy *out, struct pawl_error *error);

/*
 * The policy that `snapshot` holds, named "NAME:.pawl/config.ini" in messages. 0; 1 where it holds
 * none; -1.
 */
int policy_of_snapshot(struct snapshot *snapshot, const char *name, struct arena *arena,
		       struct policy *out, struct pawl_error *error);

/* A policy in a file: as policy_of_snapshot(). */
int policy_of_file(const char *path, bool server, struct arena *arena, struct policy *out,
		   struct pawl_error *error);

/*
 * The policy's facades that `snapshot` has no module for, and no export map or other repository
 * stands in for: a name misspelt freezes nothing, so whoever asks is told. 0 or -1.
 */
int policy_missing_facades(const struct policy *policy, struct snapshot *snapshot,
			   struct arena *arena, struct slices *out, struct pawl_error *error);

/* ---- pushes (src/policy/push.c) ---- */

struct push_request {
	struct repository *repository;
	const struct updates *updates;
	const struct server_policy *server;
	struct slice today; /* as judge_request.today */
	/* What the hook's environment says; NULL where unset. getenv() but for tests. */
	const char *(*variable)(const char *name);
};

struct push_item {
	const struct update *update;
	struct verdict verdict;
};

struct push_items {
	struct push_item *items;
	size_t count, capacity;
};

struct push {
	const struct server_policy *server;
	struct push_items updates;
	struct slice pusher; /* as the one variable says; empty: unknown */
	bool maintainer;
	struct slice reason; /* P10: of `-o pawl.allow=reason`; empty without one */
	struct slice hint;   /* why an exception was not taken, or who could make one; or empty */
	size_t findings;     /* not excused, over all updates */
};

/* P, S: the verdict on every update of a push. On -1 `out->server` is filled in as far as it was
 * read. */
int push_judge(const struct push_request *request, struct arena *arena, struct push *out,
	       struct pawl_error *error);

/* ---- commits (src/policy/staged.c) ---- */

/* What is staged, against HEAD and in a merge MERGE_HEAD. */
struct staged {
	struct snapshot *tip;
	struct snapshot *
		*bases; /* none on an orphan branch; the tip where there is no branch yet */
	size_t base_count;
};
int staged_read(struct repository *repository, struct arena *arena, struct staged *out,
		struct pawl_error *error);

/* HEAD's policy, else the staged one (a first commit): 0; 1 where neither has one; -1. */
int policy_of_staged(const struct staged *staged, struct arena *arena, struct policy *out,
		     struct pawl_error *error);

/* ---- every use of a tree (src/policy/tree_uses.c) ---- */

struct tree_use {
	struct slice path;
	struct position at;
	uint32_t facade;     /* index into the policy's facades */
	struct slice symbol; /* facade.name */
	enum use_via via;
	bool escape;		   /* N3: shown, no use */
	bool allowed;		   /* `# pawl: allow (reason)`: counted, no finding */
	bool known;		   /* module and name say where it is declared */
	struct slice module, name; /* canonical; name is empty for `import module` */
	struct slice canonical;	   /* the import, or empty */
	struct slice line;	   /* as written */
	bool accident;		   /* re-exported by accident */
	bool barred;		   /* R4: `only` keeps the text from importing the facade */
	bool barred_alone;	   /* R4: a use for no other reason: nothing to rewrite it to */
};

struct tree_uses {
	struct tree_use *items; /* sorted by path, line, column */
	size_t count, capacity;
	struct slices unreadable; /* paths, each with its reason in `reasons` */
	struct slices reasons;
	size_t texts;
};

int tree_uses_read(struct snapshot *snapshot, const struct policy *policy, struct arena *arena,
		   struct tree_uses *out, struct pawl_error *error);
/* The same, by way of the facts that are kept between runs (src/policy/recall.c). Not for hooks. */
int tree_uses_recall(struct snapshot *snapshot, const struct policy *policy, struct arena *arena,
		     struct tree_uses *out, struct pawl_error *error);
/* The same of some paths alone, each named once; a path that is not there has none. */
int tree_uses_of_paths(struct snapshot *snapshot, const struct policy *policy,
		       const struct slices *paths, struct arena *arena, struct tree_uses *out,
		       struct pawl_error *error);

/* ---- the ratchet (src/policy/ratchet.c) ---- */

/* The baseline that a tree needs: its uses, less the excepted ones. */
void baseline_of_uses(const struct tree_uses *uses, struct arena *arena, struct baseline *out);

/* What is left of a baseline once it is held against a tree. */
struct ratchet {
	struct baseline
		kept; /* what the tree still has of it, moves taken along (P7): never more */
	struct baseline excess; /* what the tree has over it; counts are the surplus */
	struct baseline unread; /* of `kept`: entries of texts that cannot be read, all kept */
	uint64_t removed;	/* uses of the baseline that the tree has no more */
	uint64_t moved;		/* uses of vanished paths that new paths took over */
};

struct ratchet_request {
	const struct policy *policy;
	const struct baseline *frozen;
	const struct baseline *tree;	 /* what baseline_of_uses() gave for `snapshot` */
	const struct slices *unreadable; /* the paths that it could not read */
	struct snapshot *snapshot;
	const git_oid *commit; /* what it is the tree of, or, of a working tree, stands on: asked
				  what was gone before; NULL: nothing is asked */
};

/*
 * B2: entries of paths that `snapshot` lacks are credit, per symbol, for paths that `frozen` does
 * not name; of a text that `only` bars it pays for such a one, of another it does not (R4). Where
 * that leaves an excess, entries of paths that were gone and are another file's now are credit too,
 * and those paths to be paid for (src/policy/reused.c). 0 or -1.
 */
int baseline_ratchet(const struct ratchet_request *request, struct arena *arena,
		     struct ratchet *out, struct pawl_error *error);

/* The baseline that `snapshot` holds at the policy's path: 0, 1 where there is none, -1. */
int baseline_of_snapshot(struct snapshot *snapshot, const struct policy *policy, bool strict,
			 struct arena *arena, struct baseline *out, struct pawl_error *error);

/* ---- the ratchet of a commit (src/policy/staged_ratchet.c) ---- */

struct staged_ratchet {
	bool shrinks;		    /* else nothing is to be written */
	struct entry entry;	    /* of the staged baseline */
	struct slice before, after; /* its bytes */
	uint64_t removed, moved;
};

/* What the staged baseline loses by what is staged: lines about the paths that the commit changes,
 * and no others. 0 or -1. */
int baseline_ratchet_staged(const struct staged *staged, const struct policy *policy,
			    struct arena *arena, struct staged_ratchet *out,
			    struct pawl_error *error);

/* ---- the verdict on a whole tree (src/policy/tree_verdict.c) ---- */

struct tree_request {
	const struct policy *policy;
	struct snapshot *snapshot;
	const git_oid *commit; /* as in struct ratchet_request */
	const struct baseline *frozen;
	bool exact; /* entries that are no longer needed are findings too */
};

/*
 * Every use of a tree less `frozen`: `check --all`. verdict->frozen counts what the baseline
 * covers, ->removed what it has and the tree has no more.
 */
int judge_tree(const struct tree_request *request, struct arena *arena, struct verdict *out,
	       struct pawl_error *error);

/* ---- who owns a path (src/policy/owners.c) ---- */

struct owner_rule;
struct owners {
	struct owner_rule *items; /* the last one that matches wins */
	size_t count, capacity;
	bool there; /* the tree has a CODEOWNERS file */
};

/* The CODEOWNERS file of a tree, where GitHub and GitLab look for it. 0 or -1. */
int owners_read(struct snapshot *snapshot, struct arena *arena, struct owners *out,
		struct pawl_error *error);
/* The owners as they are written, or empty. */
struct slice owners_of(const struct owners *owners, struct slice path, struct arena *arena);

/* ---- what is left (src/policy/status.c) ---- */

struct status_row {
	struct slice name;
	uint64_t count, before; /* uses now, and in `since` */
};
struct status_rows {
	struct status_row *items; /* by count, the most first, then by name */
	size_t count, capacity;
};

struct status {
	const struct policy *policy;
	struct tree_uses found;
	uint64_t uses, files; /* that have uses */
	uint64_t exceptions;  /* `# pawl: allow (reason)` */
	uint64_t escapes;     /* N3 */
	bool compared;
	struct slice since;   /* what it was compared with, as the caller calls it */
	uint64_t gone, added; /* since then, by path and symbol */
	struct status_rows facades, folders, symbols, owners;
	bool owned; /* there is a CODEOWNERS file */
};

struct status_request {
	const struct policy *policy;
	struct snapshot *tip;
	struct snapshot *since; /* or NULL */
};

/* 0 or -1. */
int status_read(const struct status_request *request, struct arena *arena, struct status *out,
		struct pawl_error *error);

/* ---- what could be frozen (src/policy/roots.c, src/policy/candidates.c) ---- */

/* The folders that modules are named from, as the tree's packages tell, deeper ones first; "."
 * where there is no package. 0 or -1. */
int roots_find(struct snapshot *snapshot, struct arena *arena, struct slices *out,
	       struct pawl_error *error);

/* A module is a candidate from so many uses, by so many files outside its own package, of names
 * that so many modules declare. */
#define CANDIDATE_USES	  20
#define CANDIDATE_FILES	  10
#define CANDIDATE_MODULES 3

struct candidate {
	struct slice name;
	uint64_t uses, files; /* from outside its own package */
	uint64_t modules;     /* that declare what is used of it */
	uint64_t sources;     /* modules that it hands on names of */
	uint64_t stars;	      /* names that get out by its star imports */
	uint64_t star_uses;   /* uses that are stars themselves */
	uint64_t leaked;      /* uses of names re-exported by accident */
	uint64_t declared;    /* imports from it that are no uses: its own names, submodules */
	uint64_t curated_uses;
	bool curated; /* a static __all__ names nine tenths of what is used */
};
struct candidates {
	struct candidate *items; /* by uses, the most first, then by name */
	size_t count, capacity;
};

/* `policy` says what is read (roots, include, exclude); its facades do not matter. 0 or -1. */
int candidates_find(struct snapshot *snapshot, const struct policy *policy, struct arena *arena,
		    struct candidates *out, struct pawl_error *error);

#endif
