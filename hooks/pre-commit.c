/*
 * pawl-pre-commit: says before the commit what the server would reject (githooks(5), pre-commit).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pawl/policy.h"
#include "pawl/report.h"
#include "pawl/rewrite.h"

#define PROGRAM "pawl-pre-commit"

static const char usage[] =
	"usage: " PROGRAM " [--policy FILE]\n"
	"\n"
	"A git pre-commit hook: judges what is staged against HEAD (and in a merge against\n"
	"MERGE_HEAD), and rejects what adds a use of a frozen facade.\n"
	"\n"
	"  --policy FILE  the policy (default: .pawl/config.ini in HEAD, else as it is staged)\n"
	"  --version      the version\n"
	"  --help         this text\n"
	"\n"
	"Exit status: 0 accepted, 1 new uses, 2 the call or the policy is wrong, 3 it could\n"
	"not be judged.\n";

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, const char **policy)
{
	static const struct option known[] = {
		{"policy", required_argument, NULL, 'p'},
		{"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'p':
			*policy = optarg;
			break;
		case 'v':
			puts(PROGRAM " " PAWL_VERSION);
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	return -1;
}

/* 0, 1 where nothing is frozen, -1. */
static int find_policy(const char *file, const struct staged *staged, struct arena *arena,
		       struct policy *out, struct pawl_error *error)
{
	int result;

	if (!file)
		return policy_of_staged(staged, arena, out, error);
	result = policy_of_file(file, true, arena, out, error);
	if (result == 1)
		return pawl_error_set(error, PAWL_ERROR_POLICY, "%s: no such policy file", file);
	return result;
}

/* Where the working tree's baseline is the staged one, it follows; other edits of it are left. */
static int follow_in_worktree(struct repository *repository, const struct policy *policy,
			      const struct staged_ratchet *ratchet, struct arena *arena,
			      struct pawl_error *error)
{
	const char *folder = repository_worktree(repository);
	struct slice path, bytes;
	int result;

	if (!folder)
		return 0;
	path = slice_join(arena, slice_of(folder), SLICE(""), policy->baseline);
	result = file_read(arena, path.ptr, ratchet->before.len, &bytes, error);
	if (result < 0 && error->kind == PAWL_ERROR_LIMIT)
		return 0; /* larger, so another */
	if (result != 0 || !slice_equal(bytes, ratchet->before))
		return result < 0 ? -1 : 0;
	return file_replace(path.ptr, ratchet->after, error);
}

/* The staged baseline loses what the commit fixes. The working tree first: killed in between, it is
 * shorter than what is staged, which is always legal. */
static int ratchet(struct repository *repository, const struct staged *staged,
		   const struct policy *policy, struct arena *arena, struct pawl_error *error)
{
	struct staged_ratchet shrunk = {0};
	struct buf line = {.arena = arena};

	if (baseline_ratchet_staged(staged, policy, arena, &shrunk, error) < 0)
		return -1;
	if (!shrunk.shrinks)
		return 0;
	if (follow_in_worktree(repository, policy, &shrunk, arena, error) < 0 ||
	    index_replace(repository, policy->baseline, &shrunk.entry, shrunk.after, arena, error) <
		    0)
		return -1;
	buf_add_string(&line, "pawl: ");
	escape_text(&line, policy->baseline);
	buf_add_format(&line, ": staged with %llu use%s removed, %llu moved\n",
		       (unsigned long long)shrunk.removed, shrunk.removed == 1 ? "" : "s",
		       (unsigned long long)shrunk.moved);
	program_write(STDERR_FILENO, buf_slice(&line));
	return 0;
}

static int judge_staged(struct repository *repository, const struct policy *policy,
			const struct staged *staged, struct arena *arena, struct verdict *out,
			struct pawl_error *error)
{
	struct judge_request request = {
		.repository = repository,
		.policy = policy,
		.tip = staged->tip,
		.bases = staged->bases,
		.base_count = staged->base_count,
		.first_is_old_tip = true,
		.guard_policy = true,
	};
	char today[DATE_SIZE];

	*out = (struct verdict){0};
	request.today = date_today(today);
	return judge(&request, arena, out, error);
}

static void say_fixed(const struct fixes *fixes, struct arena *arena)
{
	struct buf out = {.arena = arena};

	for (size_t i = 0; i < fixes->texts.count; i++) {
		const struct fixed_text *text = &fixes->texts.items[i];

		buf_add_string(&out, PROGRAM ": ");
		escape_text(&out, text->path);
		buf_add_format(&out, ": %zu name%s rewritten, and staged\n", text->count,
			       text->count == 1 ? "" : "s");
	}
	program_write(STDERR_FILENO, buf_slice(&out));
}

/* `on-commit = fix`: what is left after it is judged anew. */
static int fix_staged(struct repository *repository, const struct policy *policy,
		      struct staged *staged, struct arena *arena, struct verdict *verdict,
		      struct pawl_error *error)
{
	struct fixes fixes;

	if (!verdict->count || policy->on_commit != ON_COMMIT_FIX)
		return 0;
	if (commit_fix(repository, policy, staged, verdict, arena, &fixes, error) < 0)
		return -1;
	if (!fixes.texts.count)
		return 0;
	say_fixed(&fixes, arena);
	if (staged_read(repository, arena, staged, error) < 0)
		return -1;
	return judge_staged(repository, policy, staged, arena, verdict, error);
}

static const struct report_advice advice = {
	.policy = "once it is set right: git commit --no-verify",
	.server = "to commit unjudged: git commit --no-verify",
	.limit = "commit less at once, or unjudged: git commit --no-verify",
};

static int run(const char *policy_file, struct arena *arena, struct repository **repository,
	       struct pawl_error *error)
{
	struct report_context context = {.subject = "this commit",
					 .verb = "rejected",
					 .fix = "pawl fix --staged",
					 .width = 80};
	struct repository_options open = {.promisor = true};
	struct verdict verdict;
	struct staged staged = {0};
	struct policy policy;
	int result;

	policy_defaults(&policy);
	if (repository_open(repository, &open, error) < 0 ||
	    staged_read(*repository, arena, &staged, error) < 0)
		return -1;
	result = find_policy(policy_file, &staged, arena, &policy, error);
	if (result != 0)
		return result < 0 ? -1 : 0;
	repository_set_max_blob_size(*repository, policy.max_blob_size);
	if (judge_staged(*repository, &policy, &staged, arena, &verdict, error) < 0 ||
	    fix_staged(*repository, &policy, &staged, arena, &verdict, error) < 0)
		return -1;
	program_write(STDERR_FILENO, report_text(arena, &verdict, &context));
	if (verdict.count)
		return 1;
	return policy.auto_ratchet ? ratchet(*repository, &staged, &policy, arena, error) : 0;
}

int main(int argc, char **argv)
{
	struct repository *repository = NULL;
	struct pawl_error error = {0};
	struct arena arena = {0};
	const char *policy = NULL;
	int status;

	program_start(PROGRAM);
	status = options_read(argc, argv, &policy);
	if (status >= 0)
		return status;
	status = run(policy, &arena, &repository, &error);
	if (status < 0) {
		program_write(STDERR_FILENO, report_unjudged(&arena, PROGRAM, &error, &advice));
		status = pawl_error_exit_status(&error);
	}
	repository_free(repository);
	arena_free(&arena);
	return status;
}
