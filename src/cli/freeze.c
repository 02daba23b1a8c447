/* pawl freeze, pawl ratchet: the baseline of a tree, made and shrunk. */
#include <stdio.h>
#include <unistd.h>

#include "command.h"

static const char freeze_usage[] =
	"usage: pawl freeze [--grow] [--repo DIR] [--config FILE] [REV]\n"
	"\n"
	"Writes the baseline: every use of a frozen facade in the working tree (or in REV's).\n"
	"Where there is a baseline already, it takes in nothing that is not in it.\n"
	"\n"
	"  --grow   take in new uses too, and say which\n";

static const char ratchet_usage[] =
	"usage: pawl ratchet [--repo DIR] [--config FILE]\n"
	"\n"
	"Removes from the baseline what the working tree has no more, takes moves along, and adds\n"
	"nothing.\n";

struct options {
	bool grow;
	const char *repository, *config, *revision;
};

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, bool freeze, struct options *options)
{
	const struct command_option known[] = {
		{"repo", .value = &options->repository},
		{"config", .value = &options->config},
		{freeze ? "grow" : NULL, .flag = &options->grow},
		{0},
	};
	const char *usage = freeze ? freeze_usage : ratchet_usage;
	int status = options_parse(argc, argv, usage, known);

	if (status >= 0)
		return status;
	if (optind + (freeze ? 1 : 0) < argc)
		return usage_wrong(usage);
	options->revision = argv[optind];
	return -1;
}

/* What both commands start from: the baseline as it stands in the working tree, and the tree's
 * uses. */
struct state {
	struct snapshot *snapshot;
	struct slice path; /* of the baseline's file */
	struct baseline frozen, tree;
	struct slice bytes; /* of the file, where it is there */
	bool there;
	struct ratchet ratchet;
};

static int read_state(struct session *session, const struct options *options, struct state *out)
{
	struct arena *arena = &session->arena;
	struct tree_uses uses = {0};
	struct ratchet_request request = {
		.policy = &session->policy,
		.frozen = &out->frozen,
		.tree = &out->tree,
		.unreadable = &uses.unreadable,
	};
	int result;

	if (!repository_worktree(session->repository))
		return pawl_error_set(&session->error, PAWL_ERROR_CALL,
				      "the baseline is a file of the working tree: a bare "
				      "repository has none");
	if (session_snapshot(session, options->config, options->revision, &out->snapshot) < 0)
		return -1;
	result = session_baseline_file(session, &out->path, &out->bytes, &out->frozen);
	if (result < 0)
		return -1;
	out->there = result == 0;
	if (tree_uses_read(out->snapshot, &session->policy, arena, &uses, &session->error) < 0)
		return -1;
	session_say_unreadable(session, &uses);
	baseline_of_uses(&uses, arena, &out->tree);
	request.snapshot = out->snapshot;
	request.commit = session_commit(session, options->revision);
	return baseline_ratchet(&request, arena, &out->ratchet, &session->error);
}

static void print_entries(struct session *session, const struct baseline *baseline)
{
	for (size_t i = 0; i < baseline->count; i++) {
		const struct baseline_entry *entry = &baseline->items[i];
		struct buf line = {.arena = &session->arena};

		buf_add_string(&line, "  ");
		escape_text(&line, entry->path);
		buf_add_string(&line, "  ");
		escape_text(&line, entry->symbol);
		buf_add_format(&line, "  +%llu\n", (unsigned long long)entry->count);
		fputs(buf_slice(&line).ptr, stdout);
	}
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static int write_baseline(struct session *session, const struct state *state,
			  const struct baseline *baseline)
{
	struct slice bytes = baseline_format(&session->arena, baseline);

	if (state->there && slice_equal(bytes, state->bytes))
		return 0;
	return file_replace(state->path.ptr, bytes, &session->error);
}

/* What could not be read stays frozen as it was. */
static void add_unread(struct session *session, struct state *state)
{
	const struct baseline *unread = &state->ratchet.unread;

	for (size_t i = 0; i < unread->count; i++)
		baseline_add(&session->arena, &state->tree, unread->items[i].path,
			     unread->items[i].symbol, unread->items[i].count);
	baseline_sort(&state->tree);
}

static int freeze(struct session *session, const struct options *options)
{
	struct state state = {0};
	uint64_t over, total;

	if (session_open(session, options->repository) < 0 ||
	    read_state(session, options, &state) < 0)
		return session_fail(session);
	over = baseline_total(&state.ratchet.excess);
	session_say_conflict(&state.frozen, stdout);
	if (state.there && over && !options->grow) {
		printf("not frozen: %llu use%s that the baseline does not have:\n\n",
		       (unsigned long long)over, plural(over));
		print_entries(session, &state.ratchet.excess);
		puts("\nFix them, or take them in: pawl freeze --grow");
		return 1;
	}
	add_unread(session, &state);
	if (write_baseline(session, &state, &state.tree) < 0)
		return session_fail(session);
	total = baseline_total(&state.tree);
	printf("%llu use%s frozen in %s\n", (unsigned long long)total, plural(total),
	       session->policy.baseline.ptr);
	if (state.there && over) {
		printf("%llu of them new:\n", (unsigned long long)over);
		print_entries(session, &state.ratchet.excess);
	}
	return 0;
}

static int ratchet(struct session *session, const struct options *options)
{
	struct state state = {0};
	uint64_t removed, left;

	if (session_open(session, options->repository) < 0 ||
	    read_state(session, options, &state) < 0)
		return session_fail(session);
	session_say_conflict(&state.frozen, stdout);
	if (!state.there) {
		puts("no baseline: pawl freeze writes one");
		return 0;
	}
	if (write_baseline(session, &state, &state.ratchet.kept) < 0)
		return session_fail(session);
	removed = state.ratchet.removed;
	left = baseline_total(&state.ratchet.kept);
	printf("%llu use%s removed, %llu left\n", (unsigned long long)removed, plural(removed),
	       (unsigned long long)left);
	return 0;
}

static int run(int argc, char **argv, bool is_freeze)
{
	struct options options = {0};
	struct session session = {0};
	int status = options_read(argc, argv, is_freeze, &options);

	if (status >= 0)
		return status;
	status = is_freeze ? freeze(&session, &options) : ratchet(&session, &options);
	session_close(&session);
	return status;
}

int freeze_main(int argc, char **argv)
{
	return run(argc, argv, true);
}

int ratchet_main(int argc, char **argv)
{
	return run(argc, argv, false);
}
