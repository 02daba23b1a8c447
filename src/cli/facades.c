/* pawl facades: modules that are used as facades, and could be frozen. */
#include <stdio.h>
#include <unistd.h>

#include "command.h"

static const char usage[] =
	"usage: pawl facades [--all] [--root DIR]... [--repo DIR] [--config FILE]\n"
	"                    [--format text|json] [REV]\n"
	"\n"
	"Modules of the working tree (or of REV's) with at least 20 uses, from at least 10 files\n"
	"outside their own package, of names that at least 3 modules declare: by uses.\n"
	"\n"
	"  --all        those too whose __all__ names nine tenths of what is used (curated APIs)\n"
	"  --root DIR   a folder that modules are named from (default: the policy's roots, or\n"
	"               where the packages stand)\n";

struct options {
	bool all, json;
	struct slices roots;
	const char *repository, *config, *revision;
};

/* -1 to go on, else the exit status. */
static int options_read(struct arena *arena, int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{"all", .flag = &options->all},
		{"root", .values = &options->roots, .arena = arena},
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

static int facades(struct session *session, struct options *options)
{
	struct candidates found;
	struct snapshot *snapshot;

	if (session_open(session, options->repository) < 0)
		return session_fail(session);
	if (!options->revision && !repository_worktree(session->repository))
		options->revision = "HEAD";
	if (session_survey(session, options->config, options->revision, &options->roots,
			   &snapshot) < 0 ||
	    candidates_find(snapshot, &session->policy, &session->arena, &found, &session->error) <
		    0)
		return session_fail(session);
	program_write(STDOUT_FILENO,
		      (options->json ? report_candidates_json : report_candidates_text)(
			      &session->arena, &found, options->all));
	return 0;
}

int facades_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	struct arena arena = {0};
	int status = options_read(&arena, argc, argv, &options);

	if (status < 0) {
		status = facades(&session, &options);
		session_close(&session);
	}
	arena_free(&arena);
	return status;
}
