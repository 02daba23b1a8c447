/* pawl fix: rewrites uses to canonical imports. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "command.h"
#include "pawl/rewrite.h"

static const char usage[] =
	"usage: pawl fix [--repo DIR] [--config FILE] [--diff|--check|--staged] [--facade F]\n"
	"                [--limit N] [--attributes] [--strings] [PATH...]\n"
	"\n"
	"Rewrites uses of frozen facades in the tracked files of the working tree, or in those\n"
	"at PATH, to canonical imports. Says what it left, why, and what to do about it.\n"
	"\n"
	"  --diff        shows what would change, and writes nothing\n"
	"  --check       writes nothing; exit status 1 where something would change\n"
	"  --staged      rewrites what is staged; unstaged edits stay\n"
	"  --facade F    only uses of F\n"
	"  --limit N     at most N files\n"
	"  --attributes  uses through a module too: models.User becomes user.User\n"
	"  --strings     strings too, where the policy lists the callable that takes them\n"
	"\n"
	"Exit status: 0 nothing is left, 1 something is, 2 the call or the policy is wrong,\n"
	"3 it could not be done.\n";

struct options {
	bool diff, check, staged;
	const char *repository, *config, *facade, *limit;
	bool attributes, strings;
	char **paths;
	size_t path_count;
};

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{"diff", .flag = &options->diff},
		{"check", .flag = &options->check},
		{"staged", .flag = &options->staged},
		{"facade", .value = &options->facade},
		{"limit", .value = &options->limit},
		{"attributes", .flag = &options->attributes},
		{"strings", .flag = &options->strings},
		{"repo", .value = &options->repository},
		{"config", .value = &options->config},
		{0},
	};
	int status = options_parse(argc, argv, usage, known);

	if (status >= 0)
		return status;
	if (options->diff && options->check)
		return usage_wrong(usage);
	options->paths = argv + optind;
	options->path_count = (size_t)(argc - optind);
	return -1;
}

/* ---- what the call asks for ---- */

static int call_wrong(struct session *session, const char *what, const char *word)
{
	return pawl_error_set(&session->error, PAWL_ERROR_CALL, "%s: %s", word, what);
}

/* "a/./b/../c" as "a/c"; false where it leads out. */
static bool path_clean(struct arena *arena, const char *path, struct slice *out)
{
	struct buf clean = {.arena = arena};

	while (*path) {
		size_t len = strcspn(path, "/");

		if (len == 2 && path[0] == '.' && path[1] == '.') {
			if (!clean.len)
				return false;
			while (clean.len && clean.ptr[clean.len - 1] != '/')
				clean.len--;
			clean.len -= clean.len ? 1 : 0;
		} else if (len && !(len == 1 && path[0] == '.')) {
			if (clean.len)
				buf_add_char(&clean, '/');
			buf_add(&clean, (struct slice){path, len});
		}
		path += len;
		path += strspn(path, "/");
	}
	*out = slice_copy(arena, buf_slice(&clean));
	return true;
}

/* 0 with *there; -1. */
static int path_look(struct session *session, struct snapshot *tree, struct slice path, bool *there)
{
	struct entry entry = {0};

	*there = !path.len; /* the top itself */
	if (path.len && snapshot_lookup(tree, path, &entry, &session->error) < 0)
		return -1;
	*there = *there || entry.mode;
	return 0;
}

/* A path as the caller sees it, from the top of the tree; else one from the top, as reports say it,
 * so that their command works in any folder. */
static int path_read(struct session *session, struct snapshot *tree, const char *written,
		     struct slice *out)
{
	const char *top = repository_worktree(session->repository);
	size_t top_len = top ? strlen(top) : 0;
	char folder[PATH_MAX];
	struct slice path = slice_of(written);
	bool inside, there = false;

	if (top && getcwd(folder, sizeof folder - 1)) {
		strcat(folder, "/");
		if (*written == '/' && strncmp(written, top, top_len) == 0)
			path = slice_of(written + top_len);
		else if (*written != '/' && strncmp(folder, top, top_len) == 0)
			path = slice_format(&session->arena, "%s%s", folder + top_len, written);
	}
	inside = (*written != '/' || path.ptr != written) &&
		 path_clean(&session->arena, path.ptr, out);
	if (inside && path_look(session, tree, *out, &there) < 0)
		return -1;
	if (!there && *written != '/' && path_clean(&session->arena, written, out) &&
	    path_look(session, tree, *out, &there) < 0)
		return -1;
	if (there)
		return 0;
	return call_wrong(session,
			  inside ? "no such tracked file or folder" : "lies outside the repository",
			  written);
}

static int request_read(struct session *session, const struct options *options,
			struct fix_request *request)
{
	char *end;

	request->attributes = options->attributes;
	request->strings = options->strings;
	if (options->facade) {
		request->facade = identifier_normalize(&session->arena, slice_of(options->facade));
		if (!policy_facade(&session->policy, request->facade))
			return call_wrong(session, "no facade of the policy", options->facade);
	}
	if (options->limit) {
		request->limit = strtoul(options->limit, &end, 10);
		if (*end || !request->limit || *options->limit == '-')
			return call_wrong(session, "no number of files", options->limit);
	}
	for (size_t i = 0; i < options->path_count; i++)
		if (path_read(session, request->tree, options->paths[i],
			      ARENA_PUSH(&session->arena, &request->paths)) < 0)
			return -1;
	return 0;
}

static int tree_read(struct session *session, const struct options *options, struct snapshot **tree)
{
	struct staged staged = {0};

	if (!options->staged)
		return worktree_snapshot(session->repository, &session->arena, tree,
					 &session->error);
	if (staged_read(session->repository, &session->arena, &staged, &session->error) < 0)
		return -1;
	*tree = staged.tip;
	return 0;
}

/* ---- what is said ---- */

static void say_left(struct arena *arena, const struct fixes *fixes)
{
	struct buf out = {.arena = arena};
	const struct left_use *last = NULL;

	for (size_t i = 0; i < fixes->left.count; i++) {
		const struct left_use *left = &fixes->left.items[i];

		escape_text(&out, left->path);
		buf_add_format(&out, ":%u:%u: ", left->at.line, left->at.column);
		escape_text(&out, left->symbol);
		buf_add_format(&out, " left (%s): ", left->rule);
		escape_text(&out, left->why);
		buf_add_char(&out, '\n');
		if (!last || !slice_equal(last->next, left->next) ||
		    !slice_equal(last->symbol, left->symbol)) {
			buf_add_string(&out, "    ");
			escape_text(&out, left->next);
			buf_add_char(&out, '\n');
		}
		last = left;
	}
	program_write(STDERR_FILENO, buf_slice(&out));
}

static void add_path_line(struct buf *out, struct slice path, const char *what)
{
	escape_text(out, path);
	buf_add_format(out, ": %s\n", what);
}

static void say_detached(struct arena *arena, const struct fixes *fixes)
{
	struct buf out = {.arena = arena};

	for (size_t i = 0; i < fixes->texts.count; i++) {
		const struct fixed_text *text = &fixes->texts.items[i];

		if (!text->detached.len)
			continue;
		escape_text(&out, text->path);
		buf_add_string(&out, ": no longer imports ");
		escape_text(&out, text->detached);
		buf_add_string(&out, " (F7)\n");
	}
	program_write(STDERR_FILENO, buf_slice(&out));
}

static void say_counts(struct arena *arena, const struct options *options,
		       const struct fixes *fixes, size_t changed)
{
	struct buf out = {.arena = arena};
	size_t names = 0, files = fixes->texts.count - changed;

	for (size_t i = 0; i < fixes->texts.count; i++)
		names += fixes->texts.items[i].count;
	buf_add_format(&out, "pawl: %zu name%s in %zu file%s %s, %zu left", names,
		       names == 1 ? "" : "s", files, files == 1 ? "" : "s",
		       options->diff || options->check ? "would be rewritten" : "rewritten",
		       fixes->left.count);
	if (changed)
		buf_add_format(&out, ", %zu changed meanwhile", changed);
	if (fixes->beyond_limit)
		buf_add_format(&out, ", %zu file%s beyond --limit", fixes->beyond_limit,
			       fixes->beyond_limit == 1 ? "" : "s");
	buf_add_char(&out, '\n');
	program_write(STDERR_FILENO, buf_slice(&out));
}

/* ---- what is done ---- */

static int write_files(struct session *session, const struct fixes *fixes, size_t *changed)
{
	struct buf out = {.arena = &session->arena};

	for (size_t i = 0; i < fixes->texts.count; i++) {
		const struct fixed_text *text = &fixes->texts.items[i];
		int result = fixed_text_write(session->repository, text, &session->arena,
					      &session->error);

		if (result < 0)
			return -1;
		*changed += result == 1;
		if (result == 1)
			add_path_line(&out, text->path,
				      "changed meanwhile and left: run pawl fix again");
		else
			add_path_line(&out, text->path, "rewritten");
	}
	program_write(STDOUT_FILENO, buf_slice(&out));
	return 0;
}

static int show_files(struct session *session, const struct options *options,
		      const struct fixes *fixes)
{
	struct buf out = {.arena = &session->arena};

	for (size_t i = 0; i < fixes->texts.count; i++) {
		if (!options->diff)
			add_path_line(&out, fixes->texts.items[i].path,
				      options->check ? "would be rewritten" : "rewritten");
		else if (fixed_text_diff(&fixes->texts.items[i], &out, &session->error) < 0)
			return -1;
	}
	if (options->diff && isatty(STDOUT_FILENO)) {
		struct buf safe = {.arena = &session->arena};
		struct slice rest = buf_slice(&out);

		while (rest.len) {
			const char *end = memchr(rest.ptr, '\n', rest.len);
			size_t len = end ? (size_t)(end - rest.ptr) : rest.len;

			escape_text(&safe, (struct slice){rest.ptr, len});
			buf_add_char(&safe, '\n');
			len += end ? 1 : 0;
			rest.ptr += len;
			rest.len -= len;
		}
		out = safe;
	}
	program_write(STDOUT_FILENO, buf_slice(&out));
	return 0;
}

static int apply(struct session *session, const struct options *options, const struct fixes *fixes,
		 size_t *changed)
{
	if (options->diff || options->check)
		return show_files(session, options, fixes);
	if (!options->staged)
		return write_files(session, fixes, changed);
	if (fixes_stage(session->repository, fixes, &session->arena, &session->error) < 0)
		return -1;
	return show_files(session, options, fixes);
}

static int fix(struct session *session, const struct options *options)
{
	struct fix_request request = {.policy = &session->policy};
	const char *const place = options->staged ? "index" : "worktree";
	struct fixes fixes;
	size_t changed = 0;

	if (session_open(session, options->repository) < 0 ||
	    tree_read(session, options, &request.tree) < 0 ||
	    session_policy(session, options->config, &request.tree, &place, 1, true) < 0 ||
	    request_read(session, options, &request) < 0 ||
	    fixes_find(&request, &session->arena, &fixes, &session->error) < 0 ||
	    apply(session, options, &fixes, &changed) < 0)
		return session_fail(session);
	say_left(&session->arena, &fixes);
	say_detached(&session->arena, &fixes);
	say_counts(&session->arena, options, &fixes, changed);
	if (options->check && fixes.texts.count)
		return 1;
	return fixes.left.count || changed || fixes.beyond_limit ? 1 : 0;
}

int fix_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	int status = options_read(argc, argv, &options);

	if (status >= 0)
		return status;
	status = fix(&session, &options);
	session_close(&session);
	return status;
}
