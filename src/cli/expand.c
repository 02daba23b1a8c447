/* pawl expand: the star imports of a facade as imports by name. */
#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "pawl/rewrite.h"

static const char usage[] =
	"usage: pawl expand [--repo DIR] [--config FILE] [--used] [--apply] FACADE\n"
	"\n"
	"Makes each star import of FACADE, as the working tree has it, an import of the names\n"
	"that it brings, and gives FACADE an __all__ where it has none. Shows the diff; --apply\n"
	"writes it.\n"
	"\n"
	"  --used   only the names that something in the tree needs: a use, a string that names\n"
	"           it, FACADE's own source\n"
	"\n"
	"Exit status 1: a star was left, or no __all__ written, for the reason given.\n";

struct options {
	bool apply, used;
	const char *repository, *config, *facade;
};

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{"apply", .flag = &options->apply},
		{"used", .flag = &options->used},
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

static void say(struct session *session, const struct expand *found)
{
	struct buf out = {.arena = &session->arena};

	for (size_t i = 0; i < found->stars.count; i++) {
		const struct expanded *star = &found->stars.items[i];

		escape_text(&out, found->text.path);
		buf_add_format(&out, ":%u: * of ", star->line);
		escape_text(&out, star->module);
		buf_add_format(&out, " is %zu name%s now\n", star->names,
			       star->names == 1 ? "" : "s");
	}
	if (found->all_written)
		buf_add_string(&out, "__all__ lists what the facade hands on.\n");
	program_write(STDOUT_FILENO, buf_slice(&out));
}

static void say_left(struct session *session, const struct expand *found)
{
	struct buf left = {.arena = &session->arena};

	for (size_t i = 0; i < found->left.count; i++) {
		escape_text(&left, found->text.path);
		buf_add_format(&left, ":%u: * of ", found->left.items[i].line);
		escape_text(&left, found->left.items[i].module);
		buf_add_string(&left, " left: ");
		escape_text(&left, found->left.items[i].why);
		buf_add_char(&left, '\n');
	}
	if (found->all_left.len) {
		escape_text(&left, found->text.path);
		buf_add_string(&left, ": no __all__ is written: ");
		escape_text(&left, found->all_left);
		buf_add_string(&left, ": write it by hand\n");
	}
	if (found->refused.len) {
		buf_add_string(&left, "pawl: nothing is expanded: ");
		escape_text(&left, found->refused);
		buf_add_char(&left, '\n');
	}
	program_write(STDERR_FILENO, buf_slice(&left));
}

static int expand(struct session *session, const struct options *options)
{
	struct expand_request request = {.policy = &session->policy, .used = options->used};
	struct buf diff = {.arena = &session->arena};
	struct expand found;
	int changed = 0;

	if (session_open(session, options->repository) < 0 ||
	    session_snapshot(session, options->config, NULL, &request.tree) < 0)
		return session_fail(session);
	request.facade = identifier_normalize(&session->arena, slice_of(options->facade));
	if (expand_find(&request, &session->arena, &found, &session->error) < 0)
		return session_fail(session);
	if (options->apply && found.stars.count)
		changed = fixed_text_write(session->repository, &found.text, &session->arena,
					   &session->error);
	else if (found.stars.count)
		changed = fixed_text_diff(&found.text, &diff, &session->error);
	if (changed < 0)
		return session_fail(session);
	if (changed)
		fputs("pawl: the facade changed meanwhile and is left: run it again\n", stderr);
	else if (options->apply)
		say(session, &found);
	else
		program_write(STDOUT_FILENO, buf_slice(&diff));
	say_left(session, &found);
	return changed || found.left.count || found.all_left.len || found.refused.len ? 1 : 0;
}

int expand_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	int status = options_read(argc, argv, &options);

	if (status >= 0)
		return status;
	status = expand(&session, &options);
	session_close(&session);
	return status;
}
