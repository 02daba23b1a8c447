#include <getopt.h>

#include "command.h"

#define MAX_OPTIONS 16 /* more than any subcommand has */

static int takes_argument(const struct command_option *option)
{
	return option->value || option->values || option->json ? required_argument : no_argument;
}

/* False where the argument is none that the option knows. */
static bool option_take(const struct command_option *option, const char *argument)
{
	if (option->flag)
		*option->flag = true;
	if (option->value)
		*option->value = argument;
	if (option->values)
		*ARENA_PUSH(option->arena, option->values) = slice_of(argument);
	if (!option->json)
		return true;
	*option->json = strcmp(argument, "json") == 0;
	return *option->json || strcmp(argument, option->plain) == 0;
}

static int options_take(int argc, char **argv, const char *usage,
			const struct command_option *options)
{
	struct option known[MAX_OPTIONS + 2] = {0};
	int count = 0, chosen;

	for (; count < MAX_OPTIONS && options[count].name; count++)
		known[count] = (struct option){options[count].name, takes_argument(&options[count]),
					       NULL, count};
	known[count] = (struct option){"help", no_argument, NULL, count};
	while ((chosen = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (chosen == count) {
			fputs(usage, stdout);
			return 0;
		}
		if (chosen > count)
			return usage_wrong(usage); /* getopt_long() has named the option */
		if (!option_take(&options[chosen], optarg)) {
			fprintf(stderr, "%s: --%s is %s or json, not '%s'\n", argv[0],
				options[chosen].name, options[chosen].plain, optarg);
			return usage_wrong(usage);
		}
	}
	return -1;
}

int options_parse(int argc, char **argv, const char *usage, const struct command_option *options)
{
	char *name = argv[0], whole[64];
	int status;

	/* What getopt_long() calls the program in its messages. */
	snprintf(whole, sizeof whole, "pawl %s", name);
	argv[0] = whole;
	status = options_take(argc, argv, usage, options);
	argv[0] = name;
	return status;
}

int usage_wrong(const char *usage)
{
	fputs(usage, stderr);
	return 2;
}
