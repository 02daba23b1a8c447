/*
 * The subcommands of pawl, one file each, and what they share.
 */
#ifndef PAWL_COMMAND_H
#define PAWL_COMMAND_H

#include <stdio.h>

#include "pawl/policy.h"
#include "pawl/report.h"

struct command {
	const char *name;
	int (*main)(int argc,
		    char **argv); /* argv[0] is the subcommand's name; gives the exit status */
	const char *summary;
};

int check_main(int argc, char **argv);
int expand_main(int argc, char **argv);
int exports_main(int argc, char **argv);
int facades_main(int argc, char **argv);
int fix_main(int argc, char **argv);
int freeze_main(int argc, char **argv);
int init_main(int argc, char **argv);
int lazy_main(int argc, char **argv);
int merge_baseline_main(int argc, char **argv);
int prune_main(int argc, char **argv);
int ratchet_main(int argc, char **argv);
int status_main(int argc, char **argv);
int uses_main(int argc, char **argv);
int where_main(int argc, char **argv);

/* ---- what subcommands share (session.c) ---- */

struct session {
	struct arena arena;
	struct repository *repository;
	struct policy policy;
	struct pawl_error error;
	char date[DATE_SIZE];
	struct slice today; /* in `date` */
};

/* Opens the repository that `path` (NULL: the current folder) lies in, in a session that is all
 * zero, or whose arena alone has been used. 0 or -1 with session->error. */
int session_open(struct session *session, const char *path);
/* Prints session->error; the exit status that it means. */
int session_fail(struct session *session);
void session_close(struct session *session);

/*
 * The policy: `config` where given, else the first of the snapshots that holds one, else the
 * worktree's file where `worktree`. PAWL_ERROR_POLICY where there is none.
 */
int session_policy(struct session *session, const char *config, struct snapshot *const *snapshots,
		   const char *const *names, size_t count, bool worktree);

/*
 * The tree that a subcommand works on, with its policy: REV's, or where `revision` is NULL the
 * working tree's tracked files as they are on disk.
 */
int session_snapshot(struct session *session, const char *config, const char *revision,
		     struct snapshot **out);

/* The commit that goes with session_snapshot(): the one that the working tree stands on where
 * `revision` is NULL; NULL where there is none yet. In the session's memory. */
const git_oid *session_commit(struct session *session, const char *revision);

/*
 * The baseline as it stands in the working tree, tracked or not, with its file's path and bytes: 0;
 * 1 where there is none; -1.
 */
int session_baseline_file(struct session *session, struct slice *path, struct slice *bytes,
			  struct baseline *out);
/* The baseline that goes with session_snapshot(): the snapshot's, or where `revision` is NULL the
 * working tree's. 0; 1 where there is none; -1. */
int session_baseline(struct session *session, struct snapshot *snapshot, const char *revision,
		     struct baseline *out);
/* B4: says so where a baseline's conflict markers were resolved. */
void session_say_conflict(const struct baseline *baseline, FILE *stream);

/* Names the texts that could not be read, with their reasons, on stderr. */
void session_say_unreadable(struct session *session, const struct tree_uses *uses);

/* Says on stderr which facades of the policy the tree has no module for. 0 or -1. */
int session_warn_missing(struct session *session, struct snapshot *snapshot);

/*
 * A tree that need not have a policy: the policy says what is read of it. `roots`, where there are
 * some, take the place of its roots; without a policy they are found.
 */
int session_survey(struct session *session, const char *config, const char *revision,
		   const struct slices *roots, struct snapshot **out);

/* ---- what is asked for (options.c) ---- */

/* An option of a subcommand, and where what it says goes: none of these where it says nothing. */
struct command_option {
	const char *name; /* without its two dashes */
	bool *flag;
	const char **value;
	struct slices *values; /* as often as it is given, in `arena` */
	struct arena *arena;
	bool *json; /* --format: `json`, or else what `plain` names */
	const char *plain;
};

/*
 * Reads a subcommand's options, and --help, up to its arguments, which begin at argv[optind]. The
 * list ends with a nameless one. -1 to go on, else the exit status.
 */
int options_parse(int argc, char **argv, const char *usage, const struct command_option *options);

/* Where a subcommand's options are wrong: its usage on stderr, exit status 2. */
int usage_wrong(const char *usage);

#endif
