/* pawl lazy: a module with every name of a facade, for a shell. */
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "pawl/rewrite.h"

static const char usage[] =
	"usage: pawl lazy [--repo DIR] [--config FILE] FACADE\n"
	"\n"
	"Writes, to stdout, a module that has every re-export of FACADE as the working tree has\n"
	"it, and imports each from where it is declared when it is first touched (PEP 562):\n"
	"for a shell. Exit status 1: a name cannot be had so, and is named on stderr.\n";

struct options {
	const char *repository, *config, *facade;
};

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{"repo", .value = &options->repository},
		{"config", .value = &options->config},
		{0},
	};
	int status = options_parse(argc, argv, usage, known);

	if (status >= 0)
		return status;
	if (optind + 1 != argc)
		return usage_wrong(usage);
	options->facade = argv[optind];
	return -1;
}

static int lazy(struct session *session, const struct options *options)
{
	struct buf said = {.arena = &session->arena};
	struct slices left = {0};
	struct snapshot *tree;
	struct slice text;

	if (session_open(session, options->repository) < 0 ||
	    session_snapshot(session, options->config, NULL, &tree) < 0 ||
	    lazy_write(tree, &session->policy,
		       identifier_normalize(&session->arena, slice_of(options->facade)),
		       &session->arena, &text, &left, &session->error) < 0)
		return session_fail(session);
	program_write(STDOUT_FILENO, text);
	for (size_t i = 0; i < left.count; i++) {
		buf_add_string(&said, "pawl: left out: ");
		escape_text(&said, left.items[i]);
		buf_add_char(&said, '\n');
	}
	program_write(STDERR_FILENO, buf_slice(&said));
	return left.count ? 1 : 0;
}

int lazy_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	int status = options_read(argc, argv, &options);

	if (status >= 0)
		return status;
	status = lazy(&session, &options);
	session_close(&session);
	return status;
}
