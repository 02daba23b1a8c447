/* pawl check: the verdict on the index, a range, a commit, or a whole tree. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "command.h"

static const char usage[] =
	"usage: pawl check [--all [--exact]] [--repo DIR] [--config FILE] [--format text|json]\n"
	"                  [OLD..NEW | OLD...NEW | REV]\n"
	"\n"
	"  nothing      what is staged against HEAD, as the pre-commit hook judges it\n"
	"  OLD..NEW     as a push of NEW where OLD is all accepted history\n"
	"  OLD...NEW    the same from their merge base\n"
	"  REV          one commit against its own parents\n"
	"  --all        every use of REV's tree (default: the working tree, tracked files as\n"
	"               they are on disk), less the baseline\n"
	"  --exact      with --all: entries that are no longer needed fail too\n"
	"\n"
	"Exit status: 0 nothing new, 1 new uses, 2 the call or the policy is wrong, 3 it could\n"
	"not be judged.\n";

struct options {
	bool all, exact, json;
	const char *repository, *config, *what;
};

/* What is compared with what. */
struct comparison {
	struct snapshot *tip;
	struct snapshot **bases;
	size_t base_count;
	bool first_is_old_tip;
	const char *subject;
	/* A range alone: its ends, and the bases as commits. */
	bool range;
	git_oid old_id, new_id;
	struct ids base_ids;
};

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{"all", .flag = &options->all},
		{"exact", .flag = &options->exact},
		{"repo", .value = &options->repository},
		{"config", .value = &options->config},
		{"format", .json = &options->json, .plain = "text"},
		{0},
	};
	int status = options_parse(argc, argv, usage, known);

	if (status >= 0)
		return status;
	if (optind + 1 < argc || (options->exact && !options->all))
		return usage_wrong(usage);
	options->what = argv[optind];
	return -1;
}

static int add_base(struct session *session, struct comparison *comparison, const git_oid *commit)
{
	return snapshot_of_commit(&comparison->bases[comparison->base_count++], session->repository,
				  &session->arena, commit, &session->error);
}

static int set_bases(struct session *session, struct comparison *comparison, const struct ids *ids)
{
	comparison->bases =
		arena_alloc(&session->arena, (ids->count + 1) * sizeof *comparison->bases);
	for (size_t i = 0; i < ids->count; i++)
		if (add_base(session, comparison, &ids->items[i]) < 0)
			return -1;
	return 0;
}

static int compare_index(struct session *session, struct comparison *out)
{
	struct staged staged = {0};

	if (!repository_worktree(session->repository))
		return pawl_error_set(
			&session->error, PAWL_ERROR_CALL,
			"a bare repository has no index: name OLD..NEW or a revision");
	if (staged_read(session->repository, &session->arena, &staged, &session->error) < 0)
		return -1;
	*out = (struct comparison){
		.tip = staged.tip,
		.bases = staged.bases,
		.base_count = staged.base_count,
		.first_is_old_tip = true,
		.subject = "what is staged",
	};
	return 0;
}

static int compare_range(struct session *session, const char *range, const char *dots,
			 struct comparison *out)
{
	struct arena *arena = &session->arena;
	bool from_merge_base = dots[2] == '.';
	const char *right = dots + (from_merge_base ? 3 : 2);
	struct slice left = slice_copy(arena, (struct slice){range, (size_t)(dots - range)});
	struct ids *bases = &out->base_ids;

	out->range = true;
	out->subject = range;
	out->first_is_old_tip = true;
	if (revision_parse(session->repository, left.len ? left.ptr : "HEAD", &out->old_id,
			   &session->error) < 0 ||
	    revision_parse(session->repository, *right ? right : "HEAD", &out->new_id,
			   &session->error) < 0)
		return -1;
	if (!from_merge_base)
		*ARENA_PUSH(arena, bases) = out->old_id;
	else if (merge_bases(session->repository, &out->old_id, &out->new_id, arena, bases,
			     &session->error) < 0)
		return -1;
	if (bases->count > 1)
		out->first_is_old_tip = false;
	if (snapshot_of_commit(&out->tip, session->repository, arena, &out->new_id,
			       &session->error) < 0)
		return -1;
	return set_bases(session, out, bases);
}

static int compare_commit(struct session *session, const char *revision, struct comparison *out)
{
	struct arena *arena = &session->arena;
	struct commit commit;
	struct ids parents;
	git_oid id;

	out->subject = revision;
	if (revision_parse(session->repository, revision, &id, &session->error) < 0 ||
	    commit_read(session->repository, &id, arena, &commit, &session->error) < 0 ||
	    snapshot_of_commit(&out->tip, session->repository, arena, &id, &session->error) < 0)
		return -1;
	parents = (struct ids){commit.parents, commit.parent_count, commit.parent_count};
	out->first_is_old_tip = parents.count == 1;
	return set_bases(session, out, &parents);
}

static int compare(struct session *session, const char *what, struct comparison *out)
{
	const char *dots = what ? strstr(what, "..") : NULL;

	if (!what)
		return compare_index(session, out);
	if (dots)
		return compare_range(session, what, dots, out);
	return compare_commit(session, what, out);
}

/*
 * 1: a range or a commit that brings the first policy. As a push of it, it is judged by none: what
 * is there is frozen, but the policy and its baseline must be such as can be read. 0; -1.
 */
static int brings_first_policy(struct session *session, const struct options *options,
			       const struct comparison *comparison)
{
	struct policy policy;
	int result = 1;

	if (!options->what || options->config)
		return 0;
	for (size_t i = 0; i < comparison->base_count && result == 1; i++)
		result = policy_of_snapshot(comparison->bases[i], "base", &session->arena, &policy,
					    &session->error);
	if (result != 1)
		return result;
	result = policy_of_snapshot(comparison->tip, comparison->subject, &session->arena, &policy,
				    &session->error);
	/* Without a base nothing is asked of a push but that the policy can be read. */
	if (result < 0 && (!comparison->base_count || session->error.kind != PAWL_ERROR_POLICY))
		return -1;
	return result != 1;
}

static void say_first_policy(struct session *session, const struct comparison *comparison)
{
	struct buf line = {.arena = &session->arena};

	buf_add_string(&line, "pawl: ");
	escape_text(&line, slice_of(comparison->subject));
	buf_add_string(&line, ": brings the first policy, and freezes what is there\n");
	program_write(STDERR_FILENO, buf_slice(&line));
}

/* The policy that was accepted before the change; what is changed supplies it only where there was
 * none. */
static int find_policy(struct session *session, const struct options *options,
		       const struct comparison *comparison)
{
	size_t count = comparison->base_count;
	struct snapshot **places = arena_alloc(&session->arena, (count + 1) * sizeof *places);
	const char **names = arena_alloc(&session->arena, (count + 1) * sizeof *names);

	for (size_t i = 0; i < count; i++) {
		places[i] = comparison->bases[i];
		names[i] = "base";
	}
	places[count] = options->what ? NULL : comparison->tip;
	names[count] = "index";
	return session_policy(session, options->config, places, names, count + 1, !options->what);
}

static int print_verdict(struct session *session, const struct options *options,
			 const char *subject, const struct verdict *verdict)
{
	struct report_context context = {
		.subject = subject, .verb = "found", .fix = "pawl fix", .width = 80};

	if (!options->what && !options->all)
		context.fix = "pawl fix --staged";
	program_write(STDOUT_FILENO, options->json
					     ? report_json(&session->arena, verdict)
					     : report_text(&session->arena, verdict, &context));
	return verdict->count ? 1 : 0;
}

/* All of the left side's history is accepted. */
static int accepted_tip(void *payload, struct ids *out, struct pawl_error *error)
{
	struct comparison *comparison = payload;

	(void)error;
	*out = (struct ids){&comparison->old_id, 1, 1};
	return 0;
}

/* As a push: by commits too, where the policy says so (P9). */
static int judge_range(struct session *session, struct comparison *comparison,
		       struct verdict *verdict)
{
	struct history_request request = {
		.repository = session->repository,
		.policy = &session->policy,
		.tip = comparison->new_id,
		.bases = {.ids = comparison->base_ids,
			  .first_is_old_tip = comparison->first_is_old_tip},
		.count_all = true,
		.today = session->today,
	};
	struct bases_request fresh = {
		.old_tip = comparison->old_id,
		.new_tip = comparison->new_id,
		.accepted_tips = accepted_tip,
		.payload = comparison,
		.max_commits = session->policy.max_commits,
	};
	struct bases walked = {0};

	if (session->policy.granularity == GRANULARITY_COMMIT) {
		if (bases_find(session->repository, &fresh, true, &session->arena, &walked,
			       &session->error) < 0)
			return -1;
		request.bases.fresh = walked.fresh;
	}
	return judge_history(&request, &session->arena, verdict, &session->error);
}

static int judge_comparison(struct session *session, const struct comparison *comparison,
			    struct verdict *verdict)
{
	struct judge_request request = {
		.repository = session->repository,
		.policy = &session->policy,
		.tip = comparison->tip,
		.bases = comparison->bases,
		.base_count = comparison->base_count,
		.first_is_old_tip = comparison->first_is_old_tip,
		.count_all = true,
		.guard_policy = true,
		.today = session->today,
	};

	return judge(&request, &session->arena, verdict, &session->error);
}

/* On stderr: the verdict stands as it is, but for `after-deadline = reject`. */
static void say_overdue(struct session *session)
{
	for (size_t i = 0; i < session->policy.count; i++) {
		const struct facade_policy *facade = &session->policy.items[i];
		struct buf line = {.arena = &session->arena};

		if (!facade_is_overdue(facade, session->today))
			continue;
		buf_add_string(&line, "pawl: ");
		escape_text(&line, facade->name);
		buf_add_format(&line, ": the deadline %.*s has passed\n", (int)facade->deadline.len,
			       facade->deadline.ptr);
		program_write(STDERR_FILENO, buf_slice(&line));
	}
}

static int check_change(struct session *session, const struct options *options)
{
	struct comparison comparison = {0};
	struct verdict verdict = {0};
	int first, result = 0;

	if (compare(session, options->what, &comparison) < 0)
		return session_fail(session);
	first = brings_first_policy(session, options, &comparison);
	if (first < 0)
		return session_fail(session);
	if (first)
		say_first_policy(session, &comparison);
	else if (find_policy(session, options, &comparison) < 0 ||
		 session_warn_missing(session, comparison.tip) < 0)
		return session_fail(session);
	if (!first || comparison.base_count)
		result = comparison.range ? judge_range(session, &comparison, &verdict)
					  : judge_comparison(session, &comparison, &verdict);
	if (result < 0)
		return session_fail(session);
	say_overdue(session);
	return print_verdict(session, options, comparison.subject, &verdict);
}

static int check_tree(struct session *session, const struct options *options)
{
	bool worktree = !options->what && repository_worktree(session->repository);
	const char *revision = options->what || worktree ? options->what : "HEAD";
	struct baseline frozen = {0};
	struct tree_request request = {
		.policy = &session->policy,
		.frozen = &frozen,
		.exact = options->exact,
	};
	struct verdict verdict = {0};

	if (session_snapshot(session, options->config, revision, &request.snapshot) < 0 ||
	    session_baseline(session, request.snapshot, revision, &frozen) < 0)
		return session_fail(session);
	request.commit = session_commit(session, revision);
	if (judge_tree(&request, &session->arena, &verdict, &session->error) < 0)
		return session_fail(session);
	session_say_conflict(&frozen, stderr);
	say_overdue(session);
	return print_verdict(session, options, worktree ? "the working tree" : revision, &verdict);
}

static int check(struct session *session, const struct options *options)
{
	if (session_open(session, options->repository) < 0)
		return session_fail(session);
	return options->all ? check_tree(session, options) : check_change(session, options);
}

int check_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	int status = options_read(argc, argv, &options);

	if (status >= 0)
		return status;
	status = check(&session, &options);
	session_close(&session);
	return status;
}
