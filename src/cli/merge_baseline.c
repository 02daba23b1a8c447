/* pawl merge-baseline: git's merge driver for the baseline (gitattributes(5)). */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

static const char usage[] =
	"usage: pawl merge-baseline BASE OURS THEIRS\n"
	"\n"
	"Merges two baselines entry by entry and writes the result to OURS. As git's merge "
	"driver:\n"
	"  git config merge.pawl-baseline.driver 'pawl merge-baseline %O %A %B'\n"
	"  echo '.pawl/baseline merge=pawl-baseline' >> .gitattributes\n";

#define BASELINE_LIMIT ((size_t)64 << 20)

static int read_side(struct session *session, const char *path, struct baseline *out)
{
	struct slice bytes;
	int result = file_read(&session->arena, path, BASELINE_LIMIT, &bytes, &session->error);

	if (result == 1)
		return pawl_error_set(&session->error, PAWL_ERROR_CALL, "%s: no such file", path);
	if (result < 0)
		return -1;
	return baseline_parse(&session->arena, bytes, slice_of(path), false, out, &session->error);
}

static int merge(struct session *session, char **paths)
{
	struct baseline base = {0}, ours = {0}, theirs = {0}, merged = {0};

	if (read_side(session, paths[0], &base) < 0 || read_side(session, paths[1], &ours) < 0 ||
	    read_side(session, paths[2], &theirs) < 0)
		return session_fail(session);
	baseline_merge(&session->arena, &base, &ours, &theirs, &merged);
	if (file_replace(paths[1], baseline_format(&session->arena, &merged), &session->error) < 0)
		return session_fail(session);
	return 0;
}

int merge_baseline_main(int argc, char **argv)
{
	struct session session = {0};
	int status;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc != 4)
		return usage_wrong(usage);
	status = merge(&session, argv + 1);
	arena_free(&session.arena);
	return status;
}
