/* pawl where: the declaring module of a name, and the chain of re-exports that leads there. */
#include <stdio.h>
#include <unistd.h>

#include "command.h"

static const char usage[] =
	"usage: pawl where [--repo DIR] [--config FILE] [--format text|json] SYMBOL [REV]\n"
	"\n"
	"Where SYMBOL (module.name, as sentry.models.User) is declared in the tree of REV\n"
	"(default: HEAD), and each step of the chain of re-exports that leads there.\n"
	"\n"
	"Exit status: 0 found, 1 declared nowhere that can be read, 2 the call or the policy\n"
	"is wrong, 3 it could not be judged.\n";

struct options {
	bool json;
	const char *repository, *config, *symbol, *revision;
};

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{"repo", .value = &options->repository},
		{"config", .value = &options->config},
		{"format", .json = &options->json, .plain = "text"},
		{0},
	};
	int status = options_parse(argc, argv, usage, known);

	if (status >= 0)
		return status;
	if (optind >= argc || optind + 2 < argc)
		return usage_wrong(usage);
	options->symbol = argv[optind];
	options->revision = argv[optind + 1] ? argv[optind + 1] : "HEAD";
	return -1;
}

static bool found(const struct origin *origin)
{
	return origin->kind == ORIGIN_DECLARED || origin->kind == ORIGIN_MODULE;
}

static const char *kind_name(enum origin_kind kind)
{
	static const char *const names[] = {
		[ORIGIN_UNBOUND] = "unbound",	  [ORIGIN_DECLARED] = "declared",
		[ORIGIN_MODULE] = "module",	  [ORIGIN_UNKNOWN] = "unknown",
		[ORIGIN_AMBIGUOUS] = "ambiguous",
	};

	return names[kind];
}

/* ---- text ---- */

static void add_steps(struct buf *out, const struct origin *origin)
{
	for (size_t i = 0; i < origin->step_count; i++) {
		const struct origin_step *step = &origin->steps[i];

		buf_add_string(out, "  ");
		if (step->line) {
			escape_text(out, step->path);
			buf_add_format(out, ":%u  ", step->line);
		} else {
			buf_add_string(out, "(outside the roots)  ");
		}
		escape_text(out, step->module);
		if (step->name.len) {
			buf_add_char(out, '.');
			escape_text(out, step->name);
		}
		buf_add_char(out, '\n');
	}
}

static void add_origin(struct arena *arena, struct buf *out, const struct origin *origin,
		       struct slice name)
{
	struct slice canonical;

	if (origin_canonical(origin, name, arena, &canonical)) {
		escape_text(out, canonical);
	} else if (origin->kind == ORIGIN_AMBIGUOUS) {
		buf_add_string(out, "ambiguous: a submodule that may have been rebound");
	} else if (origin->replaced) {
		buf_add_string(out, "a module, which no import gives: its package has another "
				    "thing of its name");
	} else {
		buf_add_string(out, "bound, but where it is declared cannot be read");
	}
	if (origin->doubtful)
		buf_add_string(out, "  (doubtful: a star that comes later may rebind it)");
	buf_add_char(out, '\n');
	add_steps(out, origin);
}

static struct slice as_text(struct arena *arena, const struct origin *origin, struct slice name)
{
	struct buf out = {.arena = arena};

	add_origin(arena, &out, origin, name);
	for (size_t i = 0; i < origin->alternative_count; i++) {
		buf_add_string(&out, origin->choice ? "a branch leads to:\n" : "or:\n");
		add_origin(arena, &out, &origin->alternatives[i], name);
	}
	return buf_slice(&out);
}

/* ---- JSON ---- */

static void origin_json(struct arena *arena, struct json *json, const struct origin *origin,
			struct slice name)
{
	struct slice canonical;

	json_object_open(json);
	json_key(json, "kind");
	json_string(json, slice_of(kind_name(origin->kind)));
	json_key(json, "module");
	json_string(json, origin->module);
	json_key(json, "name");
	json_string(json, origin->name);
	json_key(json, "canonical");
	if (origin_canonical(origin, name, arena, &canonical))
		json_string(json, canonical);
	else
		json_null(json);
	json_key(json, "doubtful");
	json_bool(json, origin->doubtful);
	json_key(json, "steps");
	json_array_open(json);
	for (size_t i = 0; i < origin->step_count; i++) {
		const struct origin_step *step = &origin->steps[i];

		json_object_open(json);
		json_key(json, "module");
		json_string(json, step->module);
		json_key(json, "name");
		json_string(json, step->name);
		json_key(json, "path");
		json_string(json, step->path);
		json_key(json, "line");
		json_number(json, step->line);
		json_object_close(json);
	}
	json_array_close(json);
	json_object_close(json);
}

static struct slice as_json(struct arena *arena, struct slice symbol, const struct origin *origin,
			    struct slice name)
{
	struct json *json = json_new(arena);
	struct buf out = {.arena = arena};

	json_object_open(json);
	json_key(json, "version");
	json_number(json, 1);
	json_key(json, "symbol");
	json_string(json, symbol);
	json_key(json, "origins");
	json_array_open(json);
	if (origin->kind != ORIGIN_UNBOUND)
		origin_json(arena, json, origin, name);
	for (size_t i = 0; i < origin->alternative_count; i++)
		origin_json(arena, json, &origin->alternatives[i], name);
	json_array_close(json);
	json_object_close(json);
	buf_add(&out, json_finish(json));
	buf_add_char(&out, '\n');
	return buf_slice(&out);
}

/* ---- the command ---- */

static int symbol_fail(struct session *session, const char *symbol, const char *why)
{
	struct buf line = {.arena = &session->arena};

	buf_add_string(&line, "pawl: ");
	escape_text(&line, slice_of(symbol));
	buf_add_format(&line, ": %s\n", why);
	program_write(STDERR_FILENO, buf_slice(&line));
	return 1;
}

static int where(struct session *session, const struct options *options)
{
	struct arena *arena = &session->arena;
	struct slice symbol = identifier_normalize(arena, slice_of(options->symbol));
	const char *dot = memrchr(symbol.ptr, '.', symbol.len);
	struct modules_options reading = {0};
	struct origin origin = {0};
	struct snapshot *snapshot;
	struct modules *modules;
	struct module module;
	struct slice parent, name;
	git_oid commit;

	if (!dot || dot == symbol.ptr || dot + 1 == symbol.ptr + symbol.len)
		return symbol_fail(session, options->symbol,
				   "no module.name, as sentry.models.User");
	parent = slice_copy(arena, (struct slice){symbol.ptr, (size_t)(dot - symbol.ptr)});
	name = (struct slice){dot + 1, symbol.len - parent.len - 1};
	if (session_open(session, options->repository) < 0 ||
	    revision_parse(session->repository, options->revision, &commit, &session->error) < 0 ||
	    snapshot_of_commit(&snapshot, session->repository, arena, &commit, &session->error) <
		    0 ||
	    session_policy(session, options->config, &snapshot, &options->revision, 1, true) < 0)
		return session_fail(session);
	reading.roots = &session->policy.roots;
	reading.limits = &session->policy.limits;
	modules = modules_new(arena, snapshot, &reading);
	if (modules_find(modules, parent, &module, &session->error) < 0)
		return session_fail(session);
	if (module.kind == MODULE_NONE)
		return symbol_fail(session, options->symbol,
				   "no such module below the roots of the policy");
	if (name_resolve(modules, parent, name, &origin, &session->error) < 0)
		return session_fail(session);
	if (options->json)
		program_write(STDOUT_FILENO, as_json(arena, symbol, &origin, name));
	if (origin.kind == ORIGIN_UNBOUND)
		return symbol_fail(session, options->symbol,
				   "the module neither binds nor contains it");
	if (!options->json)
		program_write(STDOUT_FILENO, as_text(arena, &origin, name));
	return found(&origin) ? 0 : 1;
}

int where_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	int status = options_read(argc, argv, &options);

	if (status >= 0)
		return status;
	status = where(&session, &options);
	session_close(&session);
	return status;
}
