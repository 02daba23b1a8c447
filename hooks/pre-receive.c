/*
 * pawl-pre-receive: rejects a push that adds a use of a frozen facade (githooks(5), pre-receive).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "pawl/policy.h"
#include "pawl/report.h"

#define PROGRAM "pawl-pre-receive"
/* git puts "remote: " before each line that it hands on. */
#define REMOTE_WIDTH (80 - 8)

static const char usage[] =
	"usage: " PROGRAM " [--policy FILE] [--audit FILE]\n"
	"\n"
	"A git pre-receive hook: reads `<old> <new> <ref>` lines and rejects what adds a use\n"
	"of a frozen facade.\n"
	"\n"
	"  --policy FILE  the server's policy (default: pawl/config.ini in the git directory,\n"
	"                 else .pawl/config.ini on the branch that HEAD names)\n"
	"  --audit FILE   where each verdict is kept as one JSON line (default: pawl/audit.log\n"
	"                 in the git directory)\n"
	"  --version      the version\n"
	"  --help         this text\n"
	"\n"
	"Exit status: 0 accepted, 1 new uses, 2 the call or the policy is wrong, 3 it could\n"
	"not be judged.\n";

struct options {
	const char *policy, *audit;
};

/* 0 to go on, else the exit status + 1. */
static int options_read(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"policy", required_argument, NULL, 'p'},
		{"audit", required_argument, NULL, 'a'},
		{"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'p':
			options->policy = optarg;
			break;
		case 'a':
			options->audit = optarg;
			break;
		case 'v':
			puts(PROGRAM " " PAWL_VERSION);
			return 1;
		case 'h':
			fputs(usage, stdout);
			return 1;
		default:
			fputs(usage, stderr);
			return 3;
		}
	}
	if (optind < argc) {
		fprintf(stderr, PROGRAM ": takes no arguments\n%s", usage);
		return 3;
	}
	return 0;
}

static const char *variable(const char *name)
{
	return getenv(name);
}

static void trace(const struct repository *repository, const struct push *push)
{
	struct repository_counts counts = repository_counts(repository);
	size_t texts = 0, whole = 0, modules = 0, threads = 0;

	for (size_t i = 0; i < push->updates.count; i++) {
		texts += push->updates.items[i].verdict.texts_read;
		whole += push->updates.items[i].verdict.texts_parsed_whole;
		modules += push->updates.items[i].verdict.modules_parsed;
		threads += push->updates.items[i].verdict.threads;
	}
	fprintf(stderr,
		"pawl-trace: commits=%zu trees=%zu blobs=%zu bytes=%zu texts=%zu whole=%zu "
		"modules=%zu threads=%zu\n",
		counts.commits, counts.trees, counts.blobs, counts.blob_bytes, texts, whole,
		modules, threads);
}

static void report(const struct push *push, struct arena *arena)
{
	for (size_t i = 0; i < push->updates.count; i++) {
		const struct push_item *item = &push->updates.items[i];
		struct report_context context = {
			.subject = item->update->name.ptr,
			.verb = "rejected",
			.fix = "pawl fix",
			.width = REMOTE_WIDTH,
		};

		program_write(STDERR_FILENO, report_text(arena, &item->verdict, &context));
	}
	if (push->hint.len) {
		struct buf hint = {.arena = arena};

		buf_add_string(&hint, "  ");
		escape_text(&hint, push->hint);
		buf_add_char(&hint, '\n');
		program_write(STDERR_FILENO, buf_slice(&hint));
	}
}

/* All that a run of the hook holds. */
struct run {
	struct arena *arena;
	struct repository *repository;
	struct server_policy server;
	struct updates updates;
	struct push push;
	struct audit audit;
	struct timespec start;
};

static void take_time(struct run *run)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	run->audit.milliseconds = (uint64_t)((now.tv_sec - run->start.tv_sec) * 1000 +
					     (now.tv_nsec - run->start.tv_nsec) / 1000000);
}

static const struct report_advice advice = {
	.policy = "the server's administrator can set it right",
	.server = "push again later, or ask the server's administrator",
	.limit = "push in smaller steps, or ask the server's administrator",
};

/* S4: the server's own failures alone may be let through, and only by the server's own policy. */
static int fail(struct run *run, const struct pawl_error *error)
{
	bool accept = error->kind == PAWL_ERROR_SERVER && run->server.has_server_file &&
		      run->server.policy.on_error == ON_ERROR_ACCEPT;
	struct audit_failure failure = {error, accept, &run->updates, run->push.pusher};
	struct pawl_error ignored;

	program_write(STDERR_FILENO, report_unjudged(run->arena, PROGRAM, error, &advice));
	take_time(run);
	/* The verdict stands as it is where the log cannot take it. */
	if (run->repository)
		audit_unjudged(run->arena, &run->audit, &failure, &ignored);
	if (!accept)
		return pawl_error_exit_status(error);
	program_write(STDERR_FILENO,
		      SLICE(PROGRAM ": accepted unjudged, as on-error = accept says\n"));
	return 0;
}

/* A verdict that cannot be kept is no acceptance; a rejection stands. */
static int keep(struct run *run)
{
	struct pawl_error error = {0};

	take_time(run);
	if ((!run->server.there && !run->push.findings) ||
	    audit_push(run->arena, &run->audit, &run->push, &error) == 0)
		return run->push.findings ? 1 : 0;
	if (!run->push.findings)
		return fail(run, &error);
	program_write(STDERR_FILENO, report_error(run->arena, PROGRAM, &error));
	return 1;
}

static int judge_push(struct run *run, const struct options *options, struct pawl_error *error)
{
	struct push_request request = {
		.repository = run->repository,
		.updates = &run->updates,
		.server = &run->server,
		.variable = variable,
	};
	char today[DATE_SIZE];

	if (policy_for_push(run->repository, options->policy, run->arena, &run->server, error) < 0)
		return -1;
	request.today = date_today(today);
	run->audit.kind = run->server.policy.audit;
	deadline_set(run->server.policy.time_limit, PROGRAM);
	return push_judge(&request, run->arena, &run->push, error);
}

static int run_hook(struct run *run, const struct options *options)
{
	struct repository_options open = {.hook = true};
	struct pawl_error error = {0};
	int status;

	clock_gettime(CLOCK_MONOTONIC, &run->start);
	run->audit.file = options->audit;
	deadline_set(PAWL_TIME_LIMIT, PROGRAM);
	if (updates_read(STDIN_FILENO, run->arena, &run->updates, &error) < 0) {
		struct pawl_error better;

		/* Longer ids, say, are a repository of another kind: it is refused by its name. */
		if (repository_open(&run->repository, &open, &better) < 0)
			error = better;
		return fail(run, &error);
	}
	if (run->updates.count == 0)
		return 0;
	if (repository_open(&run->repository, &open, &error) < 0)
		return fail(run, &error);
	run->audit.git_dir = repository_common_dir(run->repository);
	if (judge_push(run, options, &error) < 0)
		return fail(run, &error);
	status = keep(run);
	report(&run->push, run->arena);
	if (getenv("PAWL_TRACE"))
		trace(run->repository, &run->push);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	struct arena arena = {0};
	struct run run = {.arena = &arena};
	int status;

	program_start(PROGRAM);
	status = options_read(argc, argv, &options);
	if (status)
		return status - 1;
	status = run_hook(&run, &options);
	repository_free(run.repository);
	arena_free(&arena);
	return status;
}
