/*
 * pawl-pre-receive: rejects a push that adds a use of a frozen facade (githooks(5), pre-receive).
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
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
	"  --version      the version\n"
	"  --help         this text\n"
	"\n"
	"Exit status: 0 accepted, 1 new uses, 2 the call or the policy is wrong, 3 it could\n"
	"not be judged.\n";

struct options {
	const char *policy;
};

/* 0 to go on, else the exit status + 1. */
static int options_read(int argc, char **argv, struct options *options)
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
			options->policy = optarg;
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
	size_t texts = 0, whole = 0, modules = 0;

	for (size_t i = 0; i < push->updates.count; i++) {
		texts += push->updates.items[i].verdict.texts_read;
		whole += push->updates.items[i].verdict.texts_parsed_whole;
		modules += push->updates.items[i].verdict.modules_parsed;
	}
	fprintf(stderr,
		"pawl-trace: commits=%zu trees=%zu blobs=%zu bytes=%zu texts=%zu whole=%zu "
		"modules=%zu\n",
		counts.commits, counts.trees, counts.blobs, counts.blob_bytes, texts, whole,
		modules);
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

/* S4: the server's own failures alone may be let through, and only by the server's own policy. */
static int fail(const struct server_policy *server, struct arena *arena,
		const struct pawl_error *error)
{
	bool accept = error->kind == PAWL_ERROR_SERVER && server->has_server_file &&
		      server->policy.on_error == ON_ERROR_ACCEPT;

	program_write(STDERR_FILENO, report_error(arena, PROGRAM, error));
	if (!accept)
		return pawl_error_exit_status(error);
	program_write(STDERR_FILENO,
		      SLICE(PROGRAM ": accepted unjudged, as on-error = accept says\n"));
	return 0;
}

static int run(const struct options *options, struct arena *arena)
{
	struct repository_options open = {.hook = true};
	struct server_policy server = {0};
	struct push_request request = {.server = &server, .variable = variable};
	struct repository *repository = NULL;
	struct updates updates = {0};
	struct push push = {0};
	struct pawl_error error = {0};
	int status;

	if (updates_read(STDIN_FILENO, arena, &updates, &error) < 0) {
		status = fail(&server, arena, &error);
		goto done;
	}
	status = 0;
	if (updates.count == 0)
		goto done;
	request.updates = &updates;
	if (repository_open(&repository, &open, &error) < 0) {
		status = fail(&server, arena, &error);
		goto done;
	}
	request.repository = repository;
	deadline_set(PAWL_TIME_LIMIT, PROGRAM);
	if (policy_for_push(repository, options->policy, arena, &server, &error) < 0) {
		status = fail(&server, arena, &error);
		goto done;
	}
	deadline_set(server.policy.time_limit, PROGRAM);
	if (push_judge(&request, arena, &push, &error) < 0) {
		status = fail(&server, arena, &error);
		goto done;
	}
	report(&push, arena);
	status = push.findings ? 1 : 0;
	if (getenv("PAWL_TRACE"))
		trace(repository, &push);
done:
	repository_free(repository);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	struct arena arena = {0};
	int status;

	program_start(PROGRAM);
	status = options_read(argc, argv, &options);
	if (status)
		return status - 1;
	status = run(&options, &arena);
	arena_free(&arena);
	return status;
}
