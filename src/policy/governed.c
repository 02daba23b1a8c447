#include "push.h"

static bool is_trunk_name(const struct session *session, struct slice name)
{
	const struct server_policy *server = session->push->server;

	if (server->policy.trunk.count)
		return patterns_match(&server->policy.trunk, name);
	return server->policy_ref.len && slice_equal(name, server->policy_ref);
}

bool ref_name_is_governed(const struct session *session, struct slice name)
{
	return is_trunk_name(session, name) ||
	       patterns_match(&session->push->server->policy.refs, name);
}

bool ref_is_trunk(const struct session *session, struct slice name, const struct ref *ref)
{
	return is_trunk_name(session, name) ||
	       (ref->symbolic_target.len && is_trunk_name(session, ref->symbolic_target));
}

bool ref_is_governed(const struct session *session, struct slice name, const struct ref *ref)
{
	return ref_name_is_governed(session, name) ||
	       (ref->symbolic_target.len && ref_name_is_governed(session, ref->symbolic_target));
}

static int take_governed(void *payload, const struct ref *ref)
{
	struct session *session = payload;

	if (!ref_is_governed(session, ref->name, ref))
		return 0;
	session->governed++;
	/* tags are peeled where they are taken: ten thousand refs may name one commit */
	*ARENA_PUSH(session->arena, &session->accepted_tips) = ref->target;
	return 0;
}

int session_list_refs(struct session *session, struct pawl_error *error)
{
	if (session->listed)
		return 0;
	session->listed = true;
	return refs_each(session->request->repository, take_governed, session, error);
}

int session_accepted_tips(void *payload, struct ids *out, struct pawl_error *error)
{
	struct session *session = payload;

	if (session_list_refs(session, error) < 0)
		return -1;
	*out = session->accepted_tips;
	return 0;
}

static int add_tip(struct session *session, struct slice name, struct ids *out,
		   struct pawl_error *error)
{
	struct ref ref;
	int result = ref_lookup(session->request->repository, name, session->arena, &ref, error);

	if (!result && ref_is_governed(session, name, &ref))
		*ARENA_PUSH(session->arena, out) = ref.target;
	return result < 0 ? -1 : 0;
}

int session_likely_tips(void *payload, struct ids *out, struct pawl_error *error)
{
	struct session *session = payload;
	const struct server_policy *server = session->push->server;

	if (server->policy_ref.len && add_tip(session, server->policy_ref, out, error))
		return -1;
	for (size_t i = 0; i < server->policy.trunk.count; i++) {
		struct slice name = server->policy.trunk.items[i];

		if (pattern_is_literal(name) && add_tip(session, name, out, error))
			return -1;
	}
	return 0;
}
