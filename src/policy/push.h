/*
 * The parts of the judgement of a push, private to src/policy: which refs count (governed.c), and
 * who may make an exception (exception.c).
 */
#ifndef PAWL_POLICY_PUSH_H
#define PAWL_POLICY_PUSH_H

#include "pawl/policy.h"

/* All that the judgement of one push shares. */
struct session {
	const struct push_request *request;
	struct arena *arena;
	struct push *push;
	bool listed;		  /* every ref before the push: then these are known */
	struct ids accepted_tips; /* of the governed ones */
	size_t governed;	  /* how many those are */
	bool any_branch;
	size_t deleted;	   /* governed refs that this push deletes */
	struct map judged; /* verdicts on tips, by what they depend on */
};

/* ---- which refs are governed (P2) ---- */

/* By its name alone; by its name or, as a symref, its target's. */
bool ref_name_is_governed(const struct session *session, struct slice name);
bool ref_is_governed(const struct session *session, struct slice name, const struct ref *ref);
bool ref_is_trunk(const struct session *session, struct slice name, const struct ref *ref);

/* Lists every ref as before the push, at most once. */
int session_list_refs(struct session *session, struct pawl_error *error);
/* The tips of all governed refs as before the push: accepted history (P3, P4). An accepted_tips_fn.
 */
int session_accepted_tips(void *payload, struct ids *out, struct pawl_error *error);
/* Those of the policy ref and of each trunk that the policy names in full, looked up by name. */
int session_likely_tips(void *payload, struct ids *out, struct pawl_error *error);

/* ---- exceptions (P10, S3) ---- */

void exception_read_pusher(struct session *session);
void exception_read_reason(struct session *session);
/* A maintainer may change the policy as such, and let uses in with a reason. Counts what is left.
 */
void exception_apply(struct session *session);
/* Where an exception was wanted and not made: why, and who could. */
void exception_explain(struct session *session);

#endif
