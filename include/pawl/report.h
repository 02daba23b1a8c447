/*
 * How a verdict is said: text for people, JSON for programs. Nothing from a repository is printed
 * raw.
 */
#ifndef PAWL_REPORT_H
#define PAWL_REPORT_H

#include "pawl/policy.h"

/* ---- escaping (src/report/escape.c) ---- */

/*
 * For terminals: control bytes (C0, DEL, C1 in UTF-8), bidirectional overrides and other invisible
 * format characters, and bytes that are not UTF-8 become \n, \t, \x1b, \u202e …; all else stays.
 */
void escape_text(struct buf *out, struct slice raw);

/* ---- JSON (src/report/json.c) ---- */

/* A thin hold on yajl_gen: strings that are not UTF-8 are written with \udcXX (surrogateescape). */
struct json;
struct json *json_new(struct arena *arena);
void json_object_open(struct json *json);
void json_object_close(struct json *json);
void json_array_open(struct json *json);
void json_array_close(struct json *json);
void json_key(struct json *json, const char *key);
void json_string(struct json *json, struct slice raw);
void json_null(struct json *json);
void json_bool(struct json *json, bool value);
void json_number(struct json *json, uint64_t value);
/* A key with its value; null where the string is empty, or the number not known. */
void json_string_or_null(struct json *json, const char *key, struct slice value);
void json_number_or_null(struct json *json, const char *key, uint64_t value, bool known);
/* The text so far, in the arena; frees what yajl holds. */
struct slice json_finish(struct json *json);

/* ---- verdicts (src/report/text.c, src/report/verdict_json.c) ---- */

/* DESIGN.md: one object, keys in its order, and a line end. */
struct slice report_json(struct arena *arena, const struct verdict *verdict);

struct report_context {
	const char *subject; /* "refs/heads/main", "this commit", "main..topic": escaped by the
				report */
	const char *verb;    /* "rejected" in a hook, else "found" */
	const char
		*fix;	/* what fixes it: "pawl fix" in a hook, "pawl fix --staged" in pre-commit */
	unsigned width; /* columns to fit where names allow: 80, less "remote: " in a server hook */
	size_t max_findings; /* how many are shown; 0: PAWL_MAX_SHOWN. The rest are counted in a
				line */
};
#define PAWL_MAX_SHOWN 50

/* DESIGN.md: what, where, the line as written, the line to write instead, what was removed, what
 * fixes it. Empty where there is nothing to say. */
struct slice report_text(struct arena *arena, const struct verdict *verdict,
			 const struct report_context *context);

/* "pawl: MESSAGE" for the terminal, escaped, on one line. */
struct slice report_error(struct arena *arena, const char *program, const struct pawl_error *error);

/* What to do about an error that keeps a hook from judging, by its kind. */
struct report_advice {
	const char *policy, *server, *limit;
};

/* The same of a hook, in one line too: which it was, what is wrong, and what to do. */
struct slice report_unjudged(struct arena *arena, const char *program,
			     const struct pawl_error *error, const struct report_advice *advice);

/* ---- what is left (src/report/status.c) ---- */

/* `today` (YYYY-MM-DD) says which deadlines have passed. */
struct slice report_status_text(struct arena *arena, const struct status *status,
				struct slice today);
struct slice report_status_json(struct arena *arena, const struct status *status,
				struct slice today);

/* ---- what could be frozen (src/report/candidates.c) ---- */

/* `curated`: with those that are curated APIs. */
struct slice report_candidates_text(struct arena *arena, const struct candidates *candidates,
				    bool curated);
struct slice report_candidates_json(struct arena *arena, const struct candidates *candidates,
				    bool curated);

/* ---- the audit log (src/report/audit.c) ---- */

/* Where the hook's verdicts are kept. */
struct audit {
	enum policy_audit kind;
	const char *file;      /* the hook's argument, which no policy can move; or NULL */
	const char *git_dir;   /* ends in /: pawl/audit.log in it is the default */
	uint64_t milliseconds; /* that the verdict took */
};

/*
 * One JSON line for each update: time, pusher, ref, old, new, verdict, counts, exceptions, the
 * maintainer's reason, milliseconds. Whole lines or nothing, also where other pushes append at the
 * same moment: -1 with PAWL_ERROR_SERVER, what was written in part taken back.
 */
int audit_push(struct arena *arena, const struct audit *audit, const struct push *push,
	       struct pawl_error *error);

/* A push that could not be judged. */
struct audit_failure {
	const struct pawl_error *why;
	bool accepted; /* S4 */
	const struct updates *updates;
	struct slice pusher; /* empty: unknown */
};
int audit_unjudged(struct arena *arena, const struct audit *audit,
		   const struct audit_failure *failure, struct pawl_error *error);

#endif
