#include <stdio.h>
#include <unistd.h>

#include "command.h"

int session_open(struct session *session, const char *path)
{
	struct repository_options options = {.path = path, .promisor = true};

	session->today = date_today(session->date);
	policy_defaults(&session->policy);
	return repository_open(&session->repository, &options, &session->error);
}

int session_fail(struct session *session)
{
	fflush(stdout);
	program_write(STDERR_FILENO, report_error(&session->arena, "pawl", &session->error));
	return pawl_error_exit_status(&session->error);
}

void session_close(struct session *session)
{
	repository_free(session->repository);
	arena_free(&session->arena);
}

static int no_policy(struct session *session)
{
	return pawl_error_set(&session->error, PAWL_ERROR_POLICY,
			      "no policy: there is no " PAWL_POLICY_PATH
			      "; pawl init writes one, --config FILE names another");
}

int session_policy(struct session *session, const char *config, struct snapshot *const *snapshots,
		   const char *const *names, size_t count, bool worktree)
{
	const char *folder = repository_worktree(session->repository);
	struct arena *arena = &session->arena;
	int result = 1;

	if (config) {
		result = policy_of_file(config, true, arena, &session->policy, &session->error);
		if (result == 1)
			return pawl_error_set(&session->error, PAWL_ERROR_POLICY,
					      "%s: no such policy file", config);
		goto found;
	}
	for (size_t i = 0; i < count && result == 1; i++)
		if (snapshots[i])
			result = policy_of_snapshot(snapshots[i], names[i], arena, &session->policy,
						    &session->error);
	if (result == 1 && worktree && folder)
		result = policy_of_file(slice_format(arena, "%s%s", folder, PAWL_POLICY_PATH).ptr,
					false, arena, &session->policy, &session->error);
	if (result == 1)
		return no_policy(session);
found:
	if (result < 0)
		return -1;
	repository_set_max_blob_size(session->repository, session->policy.max_blob_size);
	return 0;
}

void session_say_unreadable(struct session *session, const struct tree_uses *uses)
{
	for (size_t i = 0; i < uses->unreadable.count; i++) {
		struct buf line = {.arena = &session->arena};

		buf_add_string(&line, "pawl: not read: ");
		escape_text(&line, uses->unreadable.items[i]);
		buf_add_string(&line, ": ");
		escape_text(&line, uses->reasons.items[i]);
		buf_add_char(&line, '\n');
		program_write(STDERR_FILENO, buf_slice(&line));
	}
}

#define BASELINE_LIMIT ((size_t)64 << 20)

int session_baseline_file(struct session *session, struct slice *path, struct slice *bytes,
			  struct baseline *out)
{
	struct arena *arena = &session->arena;
	struct slice folder = slice_of(repository_worktree(session->repository));
	int result;

	*out = (struct baseline){0};
	*path = slice_join(arena, folder, SLICE(""), session->policy.baseline);
	result = file_read(arena, path->ptr, BASELINE_LIMIT, bytes, &session->error);
	if (result != 0)
		return result;
	return baseline_parse(arena, *bytes, session->policy.baseline, false, out, &session->error);
}

int session_baseline(struct session *session, struct snapshot *snapshot, const char *revision,
		     struct baseline *out)
{
	struct slice path, bytes;

	if (!revision)
		return session_baseline_file(session, &path, &bytes, out);
	return baseline_of_snapshot(snapshot, &session->policy, false, &session->arena, out,
				    &session->error);
}

void session_say_conflict(const struct baseline *baseline, FILE *stream)
{
	if (baseline->conflicted)
		fputs("conflict markers resolved: per entry what both sides need\n", stream);
}

int session_warn_missing(struct session *session, struct snapshot *snapshot)
{
	struct slices missing = {0};

	if (policy_missing_facades(&session->policy, snapshot, &session->arena, &missing,
				   &session->error) < 0)
		return -1;
	for (size_t i = 0; i < missing.count; i++) {
		struct buf line = {.arena = &session->arena};

		buf_add_string(&line, "pawl: the policy freezes ");
		escape_text(&line, missing.items[i]);
		buf_add_string(&line, ", but there is no such module under its roots\n");
		program_write(STDERR_FILENO, buf_slice(&line));
	}
	return 0;
}

static int tree_and_policy(struct session *session, const char *config, const char *revision,
			   struct snapshot **out)
{
	struct arena *arena = &session->arena;
	git_oid commit;

	if (!revision) {
		if (worktree_snapshot(session->repository, arena, out, &session->error) < 0)
			return -1;
		return session_policy(session, config, out, (const char *[]){"worktree"}, 1, true);
	}
	if (revision_parse(session->repository, revision, &commit, &session->error) < 0 ||
	    snapshot_of_commit(out, session->repository, arena, &commit, &session->error) < 0)
		return -1;
	return session_policy(session, config, out, &revision, 1, true);
}

int session_snapshot(struct session *session, const char *config, const char *revision,
		     struct snapshot **out)
{
	if (tree_and_policy(session, config, revision, out) < 0)
		return -1;
	return session_warn_missing(session, *out);
}

const git_oid *session_commit(struct session *session, const char *revision)
{
	git_oid *commit = arena_alloc(&session->arena, sizeof *commit);
	struct pawl_error unborn = {0};

	if (revision_parse(session->repository, revision ? revision : "HEAD", commit, &unborn) < 0)
		return NULL;
	return commit;
}

/* 0; 1 where there is none, which is no error; -1. */
static int policy_if_any(struct session *session, const char *config, struct snapshot *snapshot)
{
	int result = session_policy(session, config, &snapshot, (const char *[]){"tree"}, 1, true);

	if (result == 0 || config || session->error.kind != PAWL_ERROR_POLICY)
		return result;
	result = policy_of_snapshot(snapshot, "tree", &session->arena, &session->policy,
				    &session->error);
	if (result == 1)
		policy_defaults(&session->policy);
	return result;
}

int session_survey(struct session *session, const char *config, const char *revision,
		   const struct slices *roots, struct snapshot **out)
{
	struct arena *arena = &session->arena;
	git_oid commit;
	int result;

	if (revision) {
		if (revision_parse(session->repository, revision, &commit, &session->error) < 0 ||
		    snapshot_of_commit(out, session->repository, arena, &commit, &session->error) <
			    0)
			return -1;
	} else if (worktree_snapshot(session->repository, arena, out, &session->error) < 0) {
		return -1;
	}
	result = policy_if_any(session, config, *out);
	if (result < 0)
		return -1;
	if (roots->count)
		session->policy.roots = *roots;
	else if (result == 1)
		return roots_find(*out, arena, &session->policy.roots, &session->error);
	return 0;
}
