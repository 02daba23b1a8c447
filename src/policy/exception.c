#include "push.h"

#include <stdio.h>
#include <stdlib.h>

void exception_read_pusher(struct session *session)
{
	struct push *push = session->push;
	const struct policy *policy = &push->server->policy;
	const char *value;

	if (!push->server->has_server_file || !policy->pusher.len)
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

void exception_read_reason(struct session *session)
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
void exception_apply(struct session *session)
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

static bool has_policy_finding(const struct push *push)
{
	for (size_t i = 0; i < push->updates.count; i++)
		for (size_t j = 0; j < push->updates.items[i].verdict.count; j++)
			if (push->updates.items[i].verdict.items[j].kind == FINDING_POLICY)
				return true;
	return false;
}

/* Whether any finding is one that a maintainer could let in. */
static bool can_be_excused(const struct push *push)
{
	for (size_t i = 0; i < push->updates.count; i++)
		if (push->updates.items[i].verdict.count &&
		    !is_replace(push->updates.items[i].update))
			return true;
	return false;
}

/* P10, S3: who could let the push in, and how; or why this one could not. */
void exception_explain(struct session *session)
{
	struct push *push = session->push;

	if (!push->findings || !can_be_excused(push))
		return;
	if (!push->server->has_server_file || !push->server->policy.maintainers.count) {
		if (push->reason.len || has_policy_finding(push))
			push->hint = SLICE("No server's policy names maintainers, so nobody can "
					   "make an exception by a push.");
	} else if (push->maintainer) {
		push->hint = SLICE("You may let it in, as a maintainer: "
				   "git push -o pawl.allow=\"reason\"");
	} else if (!push->reason.len) {
		push->hint = SLICE("A maintainer may let it in: git push -o pawl.allow=\"reason\"");
	} else if (push->pusher.len) {
		push->hint = slice_format(session->arena, "%s is not among the maintainers.",
					  push->pusher.ptr);
	} else {
		push->hint = SLICE("The server does not know who pushes, so nobody is a "
				   "maintainer.");
	}
}
