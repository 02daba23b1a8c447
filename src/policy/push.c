#include "pawl/policy.h"

#include <stdio.h>
#include <stdlib.h>

/* All that the judgement of one push shares. */
struct session {
	const struct push_request *request;
	struct arena *arena;
	struct push *push;
	struct refs refs; /* every ref before the push, once it had to be listed */
	bool listed;
	bool any_branch;
	size_t deleted; /* governed refs that this push deletes */
};

/* ---- which refs are governed (P2) ---- */

static bool is_trunk_name(const struct session *session, struct slice name)
{
	const struct server_policy *server = &session->push->server;

	if (server->policy.trunk.count)
		return patterns_match(&server->policy.trunk, name);
	return server->policy_ref.len && slice_equal(name, server->policy_ref);
}

static bool is_governed_name(const struct session *session, struct slice name)
{
	return is_trunk_name(session, name) ||
	       patterns_match(&session->push->server.policy.refs, name);
}

static bool is_trunk(const struct session *session, struct slice name, const struct ref *ref)
{
	return is_trunk_name(session, name) ||
	       (ref->symbolic_target.len && is_trunk_name(session, ref->symbolic_target));
}

static bool is_governed(const struct session *session, struct slice name, const struct ref *ref)
{
	return is_governed_name(session, name) ||
	       (ref->symbolic_target.len && is_governed_name(session, ref->symbolic_target));
}

static int list_refs(struct session *session, struct pawl_error *error)
{
	if (session->listed)
		return 0;
	session->listed = true;
	return refs_list(session->request->repository, session->arena, &session->refs, error);
}

/* The tips of all governed refs as before the push: accepted history (P3, P4). */
static int accepted_tips(void *payload, struct ids *out, struct pawl_error *error)
{
	struct session *session = payload;

	if (list_refs(session, error) < 0)
		return -1;
	for (size_t i = 0; i < session->refs.count; i++) {
		const struct ref *ref = &session->refs.items[i];
		git_object_t type;
		git_oid id;
		int result;

		if (!is_governed(session, ref->name, ref))
			continue;
		result = object_peel(session->request->repository, &ref->target, &id, &type, error);
		if (result < 0)
			return -1;
		if (result == 0 && type == GIT_OBJECT_COMMIT)
			*ARENA_PUSH(session->arena, out) = id;
	}
	return 0;
}

/* ---- findings about refs ---- */

static void add_ref_finding(struct session *session, const struct update *update,
			    struct verdict *verdict, enum finding_kind kind, const char *note)
{
	struct finding *finding = ARENA_PUSH(session->arena, verdict);

	*finding = (struct finding){.kind = kind, .path = update->name, .note = slice_of(note)};
}

/* P5: the trunk, or the last governed ref, goes only with a maintainer. */
static int judge_deletion(struct session *session, const struct update *update,
			  const struct ref *ref, struct verdict *verdict, struct pawl_error *error)
{
	size_t governed = 0;

	if (is_trunk(session, update->name, ref)) {
		add_ref_finding(session, update, verdict, FINDING_POLICY,
				"deletes the trunk, and with it what is frozen");
		return 0;
	}
	if (list_refs(session, error) < 0)
		return -1;
	for (size_t i = 0; i < session->refs.count; i++)
		governed +=
			is_governed(session, session->refs.items[i].name, &session->refs.items[i]);
	if (governed <= session->deleted)
		add_ref_finding(session, update, verdict, FINDING_POLICY,
				"deletes the last governed ref, and with it what is frozen");
	return 0;
}

/* ---- one update ---- */

/* P3: what the client says of the ref must be what the ref database holds. */
static int check_old(struct session *session, const struct update *update, struct ref *ref,
		     struct pawl_error *error)
{
	char said[GIT_OID_MAX_HEXSIZE + 1], held[GIT_OID_MAX_HEXSIZE + 1];
	git_oid current = {0};
	int result =
		ref_lookup(session->request->repository, update->name, session->arena, ref, error);

	if (result < 0)
		return -1;
	if (result == 0)
		current = ref->target;
	if (git_oid_equal(&current, &update->old_id))
		return 0;
	git_oid_tostr(said, sizeof said, &update->old_id);
	git_oid_tostr(held, sizeof held, &current);
	return pawl_error_set(error, PAWL_ERROR_CALL,
			      "%s: the push says that it is at %.12s, but it is at %.12s: fetch, "
			      "then push again",
			      update->name.ptr, said, held);
}

static int judge_trees(struct session *session, const git_oid *tip, bool tip_is_tree,
		       const struct ids *bases, bool first_is_old_tip, struct verdict *verdict,
		       struct pawl_error *error)
{
	struct arena *arena = session->arena;
	struct repository *repository = session->request->repository;
	struct snapshot **snapshots = arena_alloc(arena, bases->count * sizeof(struct snapshot *));
	struct judge_request request = {
		.repository = repository,
		.policy = &session->push->server.policy,
		.bases = snapshots,
		.base_count = bases->count,
		.first_is_old_tip = first_is_old_tip,
		.guard_policy = true,
	};

	if ((tip_is_tree ? snapshot_of_tree : snapshot_of_commit)(&request.tip, repository, arena,
								  tip, error) < 0)
		return -1;
	for (size_t i = 0; i < bases->count; i++)
		if (snapshot_of_commit(&snapshots[i], repository, arena, &bases->items[i], error) <
		    0)
			return -1;
	return judge(&request, arena, verdict, error);
}

/* P9: every new commit against its own parents. */
static int judge_commits(struct session *session, const struct ids *fresh, struct verdict *verdict,
			 struct pawl_error *error)
{
	struct arena *arena = session->arena;

	for (size_t i = 0; i < fresh->count; i++) {
		struct verdict one = {0};
		struct commit commit;
		struct ids parents;
		char name[13];

		if (commit_read(session->request->repository, &fresh->items[i], arena, &commit,
				error) < 0)
			return -1;
		parents = (struct ids){commit.parents, commit.parent_count, commit.parent_count};
		if (judge_trees(session, &commit.id, false, &parents, false, &one, error) < 0)
			return -1;
		git_oid_tostr(name, sizeof name, &commit.id);
		for (size_t j = 0; j < one.count; j++) {
			one.items[j].commit = slice_copy(arena, slice_of(name));
			*ARENA_PUSH(arena, verdict) = one.items[j];
		}
		verdict->frozen += one.frozen;
		verdict->removed += one.removed;
		verdict->texts_read += one.texts_read;
		verdict->texts_parsed_whole += one.texts_parsed_whole;
		verdict->modules_parsed += one.modules_parsed;
	}
	verdict_sort(verdict);
	return 0;
}

static int judge_tip(struct session *session, const struct update *update, const struct ref *ref,
		     const git_oid *tip, struct verdict *verdict, struct pawl_error *error)
{
	const struct policy *policy = &session->push->server.policy;
	bool by_commit = policy->granularity == GRANULARITY_COMMIT;
	struct bases_request request = {
		.new_tip = *tip,
		.trunk = is_trunk(session, update->name, ref),
		.accepted_tips = accepted_tips,
		.payload = session,
		.max_commits = policy->max_commits,
	};
	struct bases bases = {0};
	git_object_t type;

	/* A tag that moves has an old tip only where it led to a commit. */
	if (!git_oid_is_zero(&update->old_id)) {
		int result = object_peel(session->request->repository, &update->old_id,
					 &request.old_tip, &type, error);

		if (result < 0)
			return -1;
		if (result == 1 || type != GIT_OBJECT_COMMIT)
			request.old_tip = (git_oid){0};
	}
	if (bases_find(session->request->repository, &request, by_commit, session->arena, &bases,
		       error) < 0)
		return -1;
	if (by_commit && !bases.fresh.count && bases.ids.count && bases.first_is_old_tip)
		by_commit = false; /* a rewind has no new commit, and restores uses all the same */
	if (by_commit)
		return judge_commits(session, &bases.fresh, verdict, error);
	return judge_trees(session, tip, false, &bases.ids, bases.first_is_old_tip, verdict, error);
}

static int judge_object(struct session *session, const struct update *update, const struct ref *ref,
			struct verdict *verdict, struct pawl_error *error)
{
	struct ids none = {0};
	git_object_t type;
	git_oid id;
	int result = object_peel(session->request->repository, &update->new_id, &id, &type, error);

	if (result < 0)
		return -1;
	if (result == 1) {
		add_ref_finding(session, update, verdict, FINDING_UNREADABLE, "leads to no commit");
		return 0;
	}
	if (type == GIT_OBJECT_TREE)
		return judge_trees(session, &id, true, &none, false, verdict, error);
	return judge_tip(session, update, ref, &id, verdict, error);
}

static int judge_update(struct session *session, const struct update *update,
			struct verdict *verdict, struct pawl_error *error)
{
	struct ref ref = {0};

	if (slice_starts_with(update->name, SLICE("refs/replace/"))) {
		add_ref_finding(session, update, verdict, FINDING_POLICY,
				"replace refs change what git reads, so they are not taken");
		return 0;
	}
	if (check_old(session, update, &ref, error) < 0)
		return -1;
	/* P5: where no branch is, the push is the freeze. */
	if (!session->any_branch || !session->push->server.there ||
	    !is_governed(session, update->name, &ref))
		return 0;
	if (git_oid_is_zero(&update->new_id))
		return judge_deletion(session, update, &ref, verdict, error);
	return judge_object(session, update, &ref, verdict, error);
}

/* ---- exceptions (P10, S3) ---- */

static void read_pusher(struct session *session)
{
	struct push *push = session->push;
	const struct policy *policy = &push->server.policy;
	const char *value;

	if (!push->server.has_server_file || !policy->pusher.len)
		return;
	value = session->request->variable(policy->pusher.ptr);
	if (!value || !*value)
		return;
	push->pusher = slice_copy(session->arena, slice_of(value));
	for (size_t i = 0; i < policy->maintainers.count; i++)
		if (slice_equal(policy->maintainers.items[i], push->pusher))
			push->maintainer = true;
}

#define MAX_PUSH_OPTIONS 1000

static void read_reason(struct session *session)
{
	static const struct slice key = {"pawl.allow=", 11};
	const char *count = session->request->variable("GIT_PUSH_OPTION_COUNT");
	unsigned long options = count ? strtoul(count, NULL, 10) : 0;
	char name[64];

	for (unsigned long i = 0; i < options && i < MAX_PUSH_OPTIONS; i++) {
		const char *value;

		snprintf(name, sizeof name, "GIT_PUSH_OPTION_%lu", i);
		value = session->request->variable(name);
		if (value && slice_starts_with(slice_of(value), key) && value[key.len])
			session->push->reason =
				slice_copy(session->arena, slice_of(value + key.len));
	}
}

static void drop_policy_findings(struct verdict *verdict)
{
	size_t kept = 0;

	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->items[i].kind != FINDING_POLICY)
			verdict->items[kept++] = verdict->items[i];
	verdict->count = kept;
}

static bool is_replace(const struct update *update)
{
	return slice_starts_with(update->name, SLICE("refs/replace/"));
}

/* A maintainer may change the policy as such, and let uses in with a reason. */
static void excuse(struct session *session)
{
	struct push *push = session->push;

	for (size_t i = 0; i < push->updates.count; i++) {
		struct push_item *item = &push->updates.items[i];

		if (push->maintainer && !is_replace(item->update)) {
			if (push->reason.len && item->verdict.count)
				item->verdict.excused = push->reason;
			else
				drop_policy_findings(&item->verdict);
		}
		if (!item->verdict.excused.len)
			push->findings += item->verdict.count;
	}
}

static void explain(struct session *session)
{
	struct push *push = session->push;
	bool policy = false;

	for (size_t i = 0; i < push->updates.count; i++)
		for (size_t j = 0; j < push->updates.items[i].verdict.count; j++)
			policy = policy ||
				 push->updates.items[i].verdict.items[j].kind == FINDING_POLICY;
	if (!push->findings || (!push->reason.len && !policy))
		return;
	if (!push->server.has_server_file || !push->server.policy.maintainers.count)
		push->hint = SLICE("No server policy names maintainers, so nobody can make an "
				   "exception by a push.");
	else if (!push->maintainer && push->pusher.len)
		push->hint = slice_format(session->arena, "%s is not among the maintainers.",
					  push->pusher.ptr);
	else if (!push->maintainer)
		push->hint = SLICE("The server does not know who pushes, so nobody is a "
				   "maintainer.");
}

static void count_deletions(struct session *session)
{
	const struct updates *updates = session->request->updates;

	for (size_t i = 0; i < updates->count; i++)
		if (git_oid_is_zero(&updates->items[i].new_id) &&
		    is_governed_name(session, updates->items[i].name))
			session->deleted++;
}

int push_judge(const struct push_request *request, struct arena *arena, struct push *out,
	       struct pawl_error *error)
{
	struct session session = {.request = request, .arena = arena, .push = out};
	struct repository *repository = request->repository;

	*out = (struct push){0};
	if (policy_for_push(repository, request->policy_file, arena, &out->server, error) < 0)
		return -1;
	repository_set_max_blob_size(repository, out->server.policy.max_blob_size);
	if (any_branch(repository, &session.any_branch, error) < 0)
		return -1;
	read_pusher(&session);
	read_reason(&session);
	count_deletions(&session);
	for (size_t i = 0; i < request->updates->count; i++) {
		struct push_item *item = ARENA_PUSH(arena, &out->updates);

		item->update = &request->updates->items[i];
		if (judge_update(&session, item->update, &item->verdict, error) < 0)
			return -1;
	}
	excuse(&session);
	explain(&session);
	return 0;
}
