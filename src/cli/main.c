/* pawl: for people and CI. `git pawl` is the same. */
#include <stdio.h>
#include <string.h>

#include "command.h"

static const struct command commands[] = {
	{"check", check_main, "what a change adds: the index, a range, a commit, the whole tree"},
	{"expand", expand_main, "make the star imports of a facade explicit"},
	{"facades", facades_main, "modules that are used as facades, and could be frozen"},
	{"fix", fix_main, "rewrite uses to canonical imports"},
	{"freeze", freeze_main, "write the baseline: what is frozen of a tree"},
	{"lazy", lazy_main, "write a module that imports a facade's names when they are touched"},
	{"prune", prune_main, "take away the re-exports that nothing uses any more"},
	{"ratchet", ratchet_main, "remove from the baseline what is no longer there"},
	{"init", init_main, "a policy and a baseline for a repository that has none"},
	{"merge-baseline", merge_baseline_main, "git's merge driver for the baseline"},
	{"exports", exports_main, "every name that a facade re-exports, or the map of it"},
	{"status", status_main, "what is left: by facade, directory, symbol and owner"},
	{"uses", uses_main, "every use of a frozen facade in a tree"},
	{"where", where_main, "where a name is declared, and the re-exports that lead there"},
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static void print_usage(FILE *stream)
{
	fputs("usage: pawl <command> [<options>]\n\n", stream);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(stream, "  %-16s %s\n", commands[i].name, commands[i].summary);
	fputs("\n`pawl <command> --help` says more. Exit status: 0 nothing new, 1 new uses,\n"
	      "2 the call or the policy is wrong, 3 it could not be judged.\n",
	      stream);
}

int main(int argc, char **argv)
{
	program_start("pawl");
	if (argc < 2) {
		print_usage(stderr);
		return 2;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("pawl " PAWL_VERSION);
		return 0;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_usage(stdout);
		return 0;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].main(argc - 1, argv + 1);
	fprintf(stderr, "pawl: no command '%.80s'\n\n", argv[1]);
	print_usage(stderr);
	return 2;
}
