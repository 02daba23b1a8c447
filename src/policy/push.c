#include "judge.h"
#include "push.h"

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
	if (ref_is_trunk(session, update->name, ref)) {
		add_ref_finding(session, update, verdict, FINDING_POLICY,
				"deletes the trunk, and with it what is frozen");
		return 0;
	}
	if (session_list_refs(session, error) < 0)
		return -1;
	if (session->governed <= session->deleted)
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

/* What the verdict on a tip depends on, beside the state before the push. */
struct tip_key {
	git_oid old_tip, new_tip;
	char trunk;
};

/* Refs that say the same get the same verdict: a push of many branches at few commits is judged
 * once for each. The findings are a copy, since exceptions take some of them away. */
static bool verdict_known(const struct session *session, const struct tip_key *key,
			  struct verdict *verdict)
{
	const struct verdict *known =
		map_get(&session->judged, (struct slice){(const char *)key, sizeof *key});

	if (!known)
		return false;
	*verdict = *known;
	verdict->items = NULL;
	verdict->count = verdict->capacity = 0;
	for (size_t i = 0; i < known->count; i++)
		*ARENA_PUSH(session->arena, verdict) = known->items[i];
	return true;
}

static void verdict_keep(struct session *session, const struct tip_key *key,
			 const struct verdict *verdict)
{
	struct slice bytes = {(const char *)key, sizeof *key};
	struct verdict *kept = arena_alloc(session->arena, sizeof *kept);

	*kept = *verdict;
	map_put(&session->judged, slice_copy(session->arena, bytes))->value = kept;
}

static int judge_tip(struct session *session, const struct update *update, const struct ref *ref,
		     const git_oid *tip, struct verdict *verdict, struct pawl_error *error)
{
	const struct policy *policy = &session->push->server->policy;
	struct history_request history = {
		.repository = session->request->repository,
		.policy = policy,
		.tip = *tip,
		.today = session->request->today,
	};
	struct bases_request request = {
		.new_tip = *tip,
		.trunk = ref_is_trunk(session, update->name, ref),
		.accepted_tips = session_accepted_tips,
		.likely_tips = session_likely_tips,
		.payload = session,
		.max_commits = policy->max_commits,
	};
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

	struct tip_key key;
	memset(&key, 0, sizeof key); /* padding is compared, too */
	key.old_tip = request.old_tip;
	key.new_tip = request.new_tip;
	key.trunk = request.trunk;
	if (verdict_known(session, &key, verdict))
		return 0;
	if (bases_find(session->request->repository, &request,
		       policy->granularity == GRANULARITY_COMMIT, session->arena, &history.bases,
		       error) < 0)
		return -1;
	if (judge_history(&history, session->arena, verdict, error) < 0)
		return -1;
	verdict_keep(session, &key, verdict);
	return 0;
}

static int judge_object(struct session *session, const struct update *update, const struct ref *ref,
			struct verdict *verdict, struct pawl_error *error)
{
	struct history_request tree = {
		.repository = session->request->repository,
		.policy = &session->push->server->policy,
		.tip_is_tree = true,
		.today = session->request->today,
	};
	git_object_t type;
	git_oid id;
	int result = object_peel(session->request->repository, &update->new_id, &id, &type, error);

	if (result < 0)
		return -1;
	if (result == 1) {
		add_ref_finding(session, update, verdict, FINDING_UNREADABLE, "leads to no commit");
		return 0;
	}
	tree.tip = id;
	if (type == GIT_OBJECT_TREE)
		return judge_history(&tree, session->arena, verdict, error);
	return judge_tip(session, update, ref, &id, verdict, error);
}

/* P5: where no branch is, the push is the freeze, by the policy that it brings. */
static int judge_freeze(struct session *session, const struct update *update,
			struct verdict *verdict, struct pawl_error *error)
{
	struct repository *repository = session->request->repository;
	const struct server_policy *server = session->push->server;
	struct snapshot *snapshot;
	git_object_t type;
	git_oid commit;
	int result;

	if (server->there || !slice_equal(update->name, server->policy_ref) ||
	    git_oid_is_zero(&update->new_id))
		return 0;
	result = object_peel(repository, &update->new_id, &commit, &type, error);
	if (result != 0 || type != GIT_OBJECT_COMMIT)
		return result < 0 ? -1 : 0;
	if (snapshot_of_commit(&snapshot, repository, session->arena, &commit, error) < 0)
		return -1;
	return judge_first_policy(snapshot, session->arena, verdict, error);
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
	if (!session->any_branch)
		return judge_freeze(session, update, verdict, error);
	if (!ref_is_governed(session, update->name, &ref))
		return 0;
	/* A first policy binds nobody yet, but it and its baseline must be such as can be read. */
	if (!session->push->server->there &&
	    (git_oid_is_zero(&update->new_id) || !ref_is_trunk(session, update->name, &ref)))
		return 0;
	if (git_oid_is_zero(&update->new_id))
		return judge_deletion(session, update, &ref, verdict, error);
	return judge_object(session, update, &ref, verdict, error);
}

static void count_deletions(struct session *session)
{
	const struct updates *updates = session->request->updates;

	for (size_t i = 0; i < updates->count; i++)
		if (git_oid_is_zero(&updates->items[i].new_id) &&
		    ref_name_is_governed(session, updates->items[i].name))
			session->deleted++;
}

int push_judge(const struct push_request *request, struct arena *arena, struct push *out,
	       struct pawl_error *error)
{
	struct session session = {
		.request = request, .arena = arena, .push = out, .judged = {.arena = arena}};
	struct repository *repository = request->repository;

	*out = (struct push){0};
	out->server = request->server;
	repository_set_max_blob_size(repository, request->server->policy.max_blob_size);
	if (any_branch(repository, &session.any_branch, error) < 0)
		return -1;
	exception_read_pusher(&session);
	exception_read_reason(&session);
	count_deletions(&session);
	for (size_t i = 0; i < request->updates->count; i++) {
		struct push_item *item = ARENA_PUSH(arena, &out->updates);

		item->update = &request->updates->items[i];
		if (judge_update(&session, item->update, &item->verdict, error) < 0)
			return -1;
	}
	exception_apply(&session);
	exception_explain(&session);
	return 0;
}
