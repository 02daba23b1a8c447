/* pawl status: what is left of the frozen uses, where, and what changed. */
#include <stdio.h>
#include <unistd.h>

#include "command.h"

static const char usage[] =
	"usage: pawl status [--since REV] [--repo DIR] [--config FILE] [--format text|json] [REV]\n"
	"\n"
	"The uses that are left in the working tree (or in REV's): by facade, directory, symbol,\n"
	"and owner where the tree has a CODEOWNERS file.\n"
	"\n"
	"  --since REV   what changed since then\n";

struct options {
	bool json;
	const char *repository, *config, *since, *revision;
};

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{"since", .value = &options->since},
		{"repo", .value = &options->repository},
		{"config", .value = &options->config},
		{"format", .json = &options->json, .plain = "text"},
		{0},
	};
	int status = options_parse(argc, argv, usage, known);

	if (status >= 0)
		return status;
	if (optind + 1 < argc)
		return usage_wrong(usage);
	options->revision = argv[optind];
	return -1;
}

static int read_since(struct session *session, const char *since, struct snapshot **out)
{
	git_oid commit;

	if (!since)
		return 0;
	if (revision_parse(session->repository, since, &commit, &session->error) < 0)
		return -1;
	return snapshot_of_commit(out, session->repository, &session->arena, &commit,
				  &session->error);
}

static int status(struct session *session, struct options *options)
{
	struct status_request request = {.policy = &session->policy};
	struct status found = {0};

	if (session_open(session, options->repository) < 0)
		return session_fail(session);
	if (!options->revision && !repository_worktree(session->repository))
		options->revision = "HEAD";
	if (session_snapshot(session, options->config, options->revision, &request.tip) < 0 ||
	    read_since(session, options->since, &request.since) < 0 ||
	    status_read(&request, &session->arena, &found, &session->error) < 0)
		return session_fail(session);
	found.since = slice_of(options->since ? options->since : "");
	program_write(STDOUT_FILENO, (options->json ? report_status_json : report_status_text)(
					     &session->arena, &found, session->today));
	session_say_unreadable(session, &found.found);
	return 0;
}

int status_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	int result = options_read(argc, argv, &options);

	if (result >= 0)
		return result;
	result = status(&session, &options);
	session_close(&session);
	return result;
}
