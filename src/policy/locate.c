#include "pawl/policy.h"

#include <stdio.h>

#define POLICY_FILE_LIMIT ((size_t)64 << 10)

int policy_of_file(const char *path, bool server, struct arena *arena, struct policy *out,
		   struct pawl_error *error)
{
	struct slice bytes;
	int result = file_read(arena, path, POLICY_FILE_LIMIT, &bytes, error);

	if (result != 0)
		return result;
	return policy_parse(arena, bytes, slice_copy(arena, slice_of(path)), server, out, error);
}

int policy_of_snapshot(struct snapshot *snapshot, const char *name, struct arena *arena,
		       struct policy *out, struct pawl_error *error)
{
	struct slice path = slice_of(PAWL_POLICY_PATH);
	struct slice file = slice_format(arena, "%s:%s", name, PAWL_POLICY_PATH);
	struct entry entry;
	struct slice bytes;
	enum blob_state state;

	if (snapshot_lookup(snapshot, path, &entry, error) < 0)
		return -1;
	if (!entry.mode)
		return 1;
	if (!entry_is_blob(&entry))
		return pawl_error_set(error, PAWL_ERROR_POLICY, "%s is no file", file.ptr);
	if (snapshot_read(snapshot, path, &entry, arena, &bytes, &state, error) < 0)
		return -1;
	if (state != BLOB_READ || bytes.len > POLICY_FILE_LIMIT)
		return pawl_error_set(error, PAWL_ERROR_POLICY, "%s is larger than %zu bytes",
				      file.ptr, POLICY_FILE_LIMIT);
	return policy_parse(arena, bytes, file, false, out, error);
}

/* The server's own file: 0, 1 where there is none, -1. One that is named must be there. */
static int server_file(struct repository *repository, const char *file, struct arena *arena,
		       struct policy *out, struct pawl_error *error)
{
	const char *path = file;
	int result;

	if (!path)
		path = slice_format(arena, "%spawl/config.ini", repository_common_dir(repository))
			       .ptr;
	result = policy_of_file(path, true, arena, out, error);
	if (result == 1 && file)
		return pawl_error_set(error, PAWL_ERROR_POLICY, "%s: no such policy file", file);
	return result;
}

/* The policy ref's full name; empty with 0 where HEAD names no branch that exists. */
static int policy_ref(struct repository *repository, const struct policy *server,
		      struct arena *arena, struct slice *name, struct ref *ref,
		      struct pawl_error *error)
{
	int result = 0;

	*name = server ? server->policy_ref : (struct slice){0};
	if (!name->len)
		result = head_branch(repository, arena, name, error);
	if (result < 0)
		return -1;
	if (result == 1) {
		*name = (struct slice){0};
		return 0;
	}
	return ref_lookup(repository, *name, arena, ref, error) < 0 ? -1 : 0;
}

/* What a repository whose policy ref does not exist gets (S1, P5). */
static int without_policy_ref(struct repository *repository, struct server_policy *out,
			      struct pawl_error *error)
{
	bool branch;

	if (any_branch(repository, &branch, error) < 0)
		return -1;
	out->there = false;
	if (!branch)
		return 0;
	return pawl_error_set(
		error, PAWL_ERROR_POLICY,
		"HEAD names no branch that exists, so no policy can be read: point it at the main "
		"branch (git symbolic-ref HEAD refs/heads/main), or give the server a policy of "
		"its "
		"own in pawl/config.ini");
}

int policy_for_push(struct repository *repository, const char *file, struct arena *arena,
		    struct server_policy *out, struct pawl_error *error)
{
	struct policy server;
	struct ref ref = {0};
	struct snapshot *snapshot;
	struct commit commit;
	int result = server_file(repository, file, arena, &server, error);

	*out = (struct server_policy){0};
	policy_defaults(&out->policy);
	if (result < 0)
		return -1;
	out->has_server_file = result == 0;
	if (out->has_server_file)
		out->policy = server;
	if (policy_ref(repository, out->has_server_file ? &server : NULL, arena, &out->policy_ref,
		       &ref, error) < 0)
		return -1;
	out->there = out->has_server_file && server.count;
	if (out->there)
		return 0;
	if (!ref.name.len || git_oid_is_zero(&ref.target))
		return without_policy_ref(repository, out, error);
	result = commit_read(repository, &ref.target, arena, &commit, error);
	if (result != 0)
		return result < 0 ? -1
				  : pawl_error_set(error, PAWL_ERROR_POLICY,
						   "the policy ref %s is no commit",
						   out->policy_ref.ptr);
	if (snapshot_of_tree(&snapshot, repository, arena, &commit.tree, error) < 0)
		return -1;
	result = policy_of_snapshot(snapshot, out->policy_ref.ptr, arena, &out->policy, error);
	if (result < 0)
		return -1;
	out->there = result == 0;
	if (out->has_server_file)
		policy_overlay_server(&out->policy, &server);
	return 0;
}

int policy_missing_facades(const struct policy *policy, struct snapshot *snapshot,
			   struct arena *arena, struct slices *out, struct pawl_error *error)
{
	struct modules_options options = {.roots = &policy->roots, .limits = &policy->limits};
	struct modules *modules = modules_new(arena, snapshot, &options);

	for (size_t i = 0; i < policy->count; i++) {
		const struct facade_policy *facade = &policy->items[i];
		struct module module;

		if (facade->exports.count || facade->source_repository.len ||
		    facade->state == STATE_REMOVED)
			continue;
		if (modules_find(modules, facade->name, &module, error) < 0)
			return -1;
		if (module.kind == MODULE_NONE)
			*ARENA_PUSH(arena, out) = facade->name;
	}
	return 0;
}
