/* pawl uses: every use of a frozen facade in a tree. */
#include <stdio.h>
#include <unistd.h>

#include "command.h"

static const char usage[] =
	"usage: pawl uses [--repo DIR] [--config FILE] [--format tsv|json] [--no-facts] [REV]\n"
	"\n"
	"Every use of a frozen facade in the tree of REV (default: HEAD), one a line:\n"
	"path, line, column, symbol, via, canonical module, canonical name.\n"
	"A facade that is used as a value is shown with via `escape`; it is no use.\n"
	"\n"
	"  --no-facts   neither read nor keep facts between runs\n";

struct options {
	bool json, no_facts;
	const char *repository, *config, *revision;
};

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{.name = "no-facts", .flag = &options->no_facts},
		{"repo", .value = &options->repository},
		{"config", .value = &options->config},
		{"format", .json = &options->json, .plain = "tsv"},
		{0},
	};
	int status = options_parse(argc, argv, usage, known);

	if (status >= 0)
		return status;
	if (optind + 1 < argc)
		return usage_wrong(usage);
	options->revision = argv[optind] ? argv[optind] : "HEAD";
	return -1;
}

static const char *via_name(const struct tree_use *use)
{
	return use->escape ? "escape" : use_via_name(use->via);
}

static struct slice as_tsv(struct arena *arena, const struct tree_uses *uses)
{
	struct buf out = {.arena = arena};

	for (size_t i = 0; i < uses->count; i++) {
		const struct tree_use *use = &uses->items[i];

		escape_text(&out, use->path);
		buf_add_format(&out, "\t%u\t%u\t", use->at.line, use->at.column);
		escape_text(&out, use->symbol);
		buf_add_format(&out, "\t%s\t", via_name(use));
		escape_text(&out, use->module);
		buf_add_char(&out, '\t');
		escape_text(&out, use->name);
		buf_add_char(&out, '\n');
	}
	return buf_slice(&out);
}

static struct slice as_json(struct arena *arena, const struct tree_uses *uses)
{
	struct json *json = json_new(arena);
	struct buf out = {.arena = arena};

	json_object_open(json);
	json_key(json, "version");
	json_number(json, 1);
	json_key(json, "uses");
	json_array_open(json);
	for (size_t i = 0; i < uses->count; i++) {
		const struct tree_use *use = &uses->items[i];

		json_object_open(json);
		json_key(json, "path");
		json_string(json, use->path);
		json_key(json, "line");
		json_number(json, use->at.line);
		json_key(json, "column");
		json_number(json, use->at.column);
		json_key(json, "symbol");
		json_string(json, use->symbol);
		json_key(json, "via");
		json_string(json, slice_of(via_name(use)));
		json_string_or_null(json, "module", use->module);
		json_string_or_null(json, "name", use->name);
		json_string_or_null(json, "canonical", use->canonical);
		json_object_close(json);
	}
	json_array_close(json);
	json_object_close(json);
	buf_add(&out, json_finish(json));
	buf_add_char(&out, '\n');
	return buf_slice(&out);
}

static int uses(struct session *session, const struct options *options)
{
	struct snapshot *snapshot;
	struct tree_uses found = {0};
	int (*read)(struct snapshot *, const struct policy *, struct arena *, struct tree_uses *,
		    struct pawl_error *) = options->no_facts ? tree_uses_read : tree_uses_recall;

	if (session_open(session, options->repository) < 0 ||
	    session_snapshot(session, options->config, options->revision, &snapshot) < 0 ||
	    read(snapshot, &session->policy, &session->arena, &found, &session->error) < 0)
		return session_fail(session);
	program_write(STDOUT_FILENO, options->json ? as_json(&session->arena, &found)
						   : as_tsv(&session->arena, &found));
	session_say_unreadable(session, &found);
	return 0;
}

int uses_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	int status = options_read(argc, argv, &options);

	if (status >= 0)
		return status;
	status = uses(&session, &options);
	session_close(&session);
	return status;
}
