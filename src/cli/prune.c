/* pawl prune: the re-exports of a facade that nothing in the tree uses any more. */
#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "pawl/rewrite.h"

static const char usage[] =
	"usage: pawl prune [--repo DIR] [--config FILE] [--apply] FACADE\n"
	"\n"
	"The re-exports of FACADE that nothing in the working tree needs any more: no use, no\n"
	"string that names it, no __all__. --apply takes them away; a module below FACADE whose\n"
	"last name goes is still imported, but binds nothing new (policy key keep-import).\n"
	"Exit status 1: something was left, for the reason given.\n";

struct options {
	bool apply;
	const char *repository, *config, *facade;
};

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{"apply", .flag = &options->apply},
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

static void say(struct session *session, const struct prune *found, struct slice facade,
		bool applied)
{
	struct buf out = {.arena = &session->arena}, left = {.arena = &session->arena};

	for (size_t i = 0; i < found->names.count; i++) {
		escape_text(&out, found->text.path);
		buf_add_format(&out, ":%u: ", found->names.items[i].line);
		escape_text(&out, facade);
		buf_add_char(&out, '.');
		escape_text(&out, found->names.items[i].name);
		buf_add_string(&out, applied ? " taken away\n" : " is not needed\n");
	}
	for (size_t i = 0; i < found->left.count; i++) {
		escape_text(&left, found->text.path);
		buf_add_format(&left, ":%u: ", found->left.items[i].line);
		escape_text(&left, found->left.items[i].name);
		buf_add_format(&left, " left: %s\n", found->left.items[i].why);
	}
	if (found->refused.len) {
		buf_add_string(&left, "pawl: nothing is taken away: ");
		escape_text(&left, found->refused);
		buf_add_char(&left, '\n');
	}
	program_write(STDOUT_FILENO, buf_slice(&out));
	program_write(STDERR_FILENO, buf_slice(&left));
}

static int prune(struct session *session, const struct options *options)
{
	struct prune_request request = {.policy = &session->policy, .keep_import = true};
	const struct facade_policy *facade;
	struct prune found;
	int changed = 0;

	if (session_open(session, options->repository) < 0 ||
	    session_snapshot(session, options->config, NULL, &request.tree) < 0)
		return session_fail(session);
	request.facade = identifier_normalize(&session->arena, slice_of(options->facade));
	facade = policy_facade(&session->policy, request.facade);
	if (facade)
		request.keep_import = facade->keep_import;
	if (prune_find(&request, &session->arena, &found, &session->error) < 0)
		return session_fail(session);
	if (options->apply && found.names.count)
		changed = fixed_text_write(session->repository, &found.text, &session->arena,
					   &session->error);
	if (changed < 0)
		return session_fail(session);
	if (changed)
		fputs("pawl: the facade changed meanwhile and is left: run it again\n", stderr);
	else
		say(session, &found, request.facade, options->apply);
	return changed || found.left.count || found.refused.len ? 1 : 0;
}

int prune_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	int status = options_read(argc, argv, &options);

	if (status >= 0)
		return status;
	status = prune(&session, &options);
	session_close(&session);
	return status;
}
