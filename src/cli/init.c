/* pawl init: a policy and a baseline for a repository that has none. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "command.h"

static const char usage[] =
	"usage: pawl init [--facade NAME]... [--yes] [--root DIR]... [--repo DIR]\n"
	"\n"
	"Finds the folders that modules are named from, shows which modules are used as facades,\n"
	"asks which to freeze, writes a commented " PAWL_POLICY_PATH " and the baseline, and\n"
	"says what to do next.\n"
	"\n"
	"  --facade NAME   freeze this one; do not ask\n"
	"  --yes           freeze the one with the most uses; do not ask\n"
	"  --root DIR      a folder that modules are named from\n"
	"\n"
	"Without a terminal --facade or --yes must choose.\n";

struct options {
	bool yes;
	struct slices facades, roots;
	const char *repository;
};

/* -1 to go on, else the exit status. */
static int options_read(struct arena *arena, int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{"facade", .values = &options->facades, .arena = arena},
		{"yes", .flag = &options->yes},
		{"root", .values = &options->roots, .arena = arena},
		{"repo", .value = &options->repository},
		{0},
	};
	int status = options_parse(argc, argv, usage, known);

	if (status >= 0)
		return status;
	return optind < argc ? usage_wrong(usage) : -1;
}

/* ---- which facades ---- */

static const struct candidate *proposed(const struct candidates *found, size_t number)
{
	for (size_t i = 0; i < found->count; i++)
		if (!found->items[i].curated && number-- == 0)
			return &found->items[i];
	return NULL;
}

/* Names or numbers of the list, as the user types them; an empty line is the first. */
static int ask(struct session *session, const struct candidates *found, struct slices *out)
{
	char line[1024], *rest = line;

	printf("\nWhich to freeze? Names or numbers of the list [1]: ");
	fflush(stdout);
	if (!fgets(line, sizeof line, stdin))
		return pawl_error_set(&session->error, PAWL_ERROR_CALL, "no answer");
	for (char *word; (word = strsep(&rest, " ,\t\n"));) {
		char *end;
		unsigned long number = strtoul(word, &end, 10);
		const struct candidate *candidate = NULL;

		if (!*word)
			continue;
		if (!*end && number)
			candidate = proposed(found, number - 1);
		if (!*end && !candidate)
			return pawl_error_set(&session->error, PAWL_ERROR_CALL,
					      "the list has no number %s", word);
		*ARENA_PUSH(&session->arena, out) =
			candidate ? candidate->name : slice_copy(&session->arena, slice_of(word));
	}
	if (!out->count && proposed(found, 0))
		*ARENA_PUSH(&session->arena, out) = proposed(found, 0)->name;
	return 0;
}

static int choose(struct session *session, const struct options *options,
		  const struct candidates *found, struct slices *out)
{
	const struct candidate *first = proposed(found, 0);

	*out = options->facades;
	if (out->count)
		return 0;
	if (options->yes && first)
		*ARENA_PUSH(&session->arena, out) = first->name;
	else if (!options->yes && isatty(STDIN_FILENO))
		return ask(session, found, out);
	if (out->count)
		return 0;
	return pawl_error_set(&session->error, PAWL_ERROR_CALL,
			      first ? "which facade? --facade NAME, or --yes for the first"
				    : "no facade: name one with --facade");
}

/* ---- the policy ---- */

static struct slice policy_text(struct arena *arena, const struct slices *roots,
				const struct slices *facades)
{
	struct buf out = {.arena = arena};

	buf_add_string(
		&out,
		"; What pawl freezes here: pawl.ini(5) has every key.\n"
		"; A change that loosens it needs a maintainer, whom only the server's own\n"
		"; file can name.\n"
		"\n"
		"[pawl]\n"
		"; The folders that modules are named from; the first that holds a file wins.\n"
		"roots =");
	for (size_t i = 0; i < roots->count; i++) {
		buf_add_char(&out, ' ');
		buf_add(&out, roots->items[i]);
	}
	buf_add_string(&out, "\n"
			     "; Texts that are not looked at:\n"
			     "; exclude = src/legacy/migrations/*\n"
			     "; Exceptions on the import's own line, `# pawl: allow (reason)`:\n"
			     "; inline-allow = yes\n");
	for (size_t i = 0; i < facades->count; i++) {
		buf_add_string(&out, "\n; No new uses of this one.\n[facade ");
		buf_add(&out, facades->items[i]);
		buf_add_string(&out, "]\n"
				     "; No new re-exports in it either:\n"
				     "; surface = frozen\n"
				     "; Files that may use it freely:\n"
				     "; allow = src/shell.py\n"
				     "; Said with each rejection:\n"
				     "; message = see docs/imports.md\n"
				     "; The day by which no use should be left:\n"
				     "; deadline = 2030-01-01\n");
	}
	return buf_slice(&out);
}

static int write_policy(struct session *session, struct slice path, const struct slices *facades)
{
	struct arena *arena = &session->arena;
	struct slice text = policy_text(arena, &session->policy.roots, facades);
	struct policy read;

	/* What a flag or an answer put in has to be such as can be read back. */
	if (policy_parse(arena, text, slice_of(PAWL_POLICY_PATH), false, &read, &session->error) <
	    0)
		return -1;
	return file_replace(path.ptr, text, &session->error);
}

static void say_next(void)
{
	puts("\nWhat to do next:\n"
	     "  git add .pawl && git commit -m 'Freeze the facade'\n"
	     "  install.sh --repo .             the same check before each commit\n"
	     "  install.sh --repo SERVER.git    and on the server, where it counts\n"
	     "  pawl check --all                for CI\n"
	     "  pawl status                     what is left");
}

/* 0; 1 where there is a policy already; -1. */
static int is_there(struct session *session, struct slice *path)
{
	const char *folder = repository_worktree(session->repository);

	if (!folder)
		return pawl_error_set(
			&session->error, PAWL_ERROR_CALL,
			"a bare repository has no working tree to write the policy to");
	*path = slice_format(&session->arena, "%s%s", folder, PAWL_POLICY_PATH);
	if (access(path->ptr, F_OK) == 0)
		return 1;
	if (errno == ENOENT || errno == ENOTDIR)
		return 0;
	return pawl_error_set(&session->error, PAWL_ERROR_SERVER, "cannot look at %s: %s",
			      path->ptr, strerror(errno));
}

static int freeze(const struct options *options)
{
	char *arguments[] = {(char[]){"freeze"}, (char[]){"--repo"},
			     (char *)(uintptr_t)options->repository, NULL};

	optind = 0; /* getopt anew */
	return freeze_main(options->repository ? 3 : 1,
			   options->repository ? arguments : (char *[]){arguments[0], NULL});
}

/* -1 to freeze now, else the exit status. */
static int init(struct session *session, struct options *options)
{
	struct candidates found;
	struct slices facades = {0};
	struct snapshot *snapshot;
	struct slice path = {0};
	int result;

	if (session_open(session, options->repository) < 0)
		return session_fail(session);
	result = is_there(session, &path);
	if (result == 1) {
		puts(PAWL_POLICY_PATH " is there already: nothing was changed");
		return 1;
	}
	if (result < 0 || session_survey(session, NULL, NULL, &options->roots, &snapshot) < 0 ||
	    candidates_find(snapshot, &session->policy, &session->arena, &found, &session->error) <
		    0)
		return session_fail(session);
	program_write(STDOUT_FILENO, report_candidates_text(&session->arena, &found, false));
	if (choose(session, options, &found, &facades) < 0 ||
	    write_policy(session, path, &facades) < 0)
		return session_fail(session);
	puts("\n" PAWL_POLICY_PATH " written");
	return -1;
}

int init_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	struct arena arena = {0};
	int status = options_read(&arena, argc, argv, &options);

	if (status < 0) {
		status = init(&session, &options);
		session_close(&session);
		fflush(stdout);
		if (status < 0) {
			status = freeze(&options);
			if (status == 0)
				say_next();
		}
	}
	arena_free(&arena);
	return status;
}
