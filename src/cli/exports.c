/* pawl exports: every name that a facade re-exports, or the map of it for other repositories. */
#include <stdio.h>
#include <unistd.h>

#include "command.h"

static const char usage[] =
	"usage: pawl exports [--repo DIR] [--config FILE] [--format text|json] FACADE [REV]\n"
	"       pawl exports [--repo DIR] [--config FILE] [--rev REV] --map FACADE...\n"
	"\n"
	"Every name that FACADE re-exports in the tree of REV (default: HEAD), one a line, with\n"
	"tabs between: name, canonical module, canonical name, how it gets out (name, alias,\n"
	"star), `accident` where a star drags an import of another package along, and how many\n"
	"uses of it remain (`-` where the policy does not name FACADE).\n"
	"\n"
	"  --map   the export map of the facades, for a repository that uses them and does not\n"
	"          hold their source: keep it in a file that its policy's `exports` names\n";

struct options {
	bool json, map;
	const char *repository, *config, *revision;
	char **facades;
	size_t facade_count;
};

/* -1 to go on, else the exit status. */
static int options_read(int argc, char **argv, struct options *options)
{
	const struct command_option known[] = {
		{"map", .flag = &options->map},
		{"rev", .value = &options->revision},
		{"repo", .value = &options->repository},
		{"config", .value = &options->config},
		{"format", .json = &options->json, .plain = "text"},
		{0},
	};
	int status = options_parse(argc, argv, usage, known);

	if (status >= 0)
		return status;
	options->facades = argv + optind;
	options->facade_count = (size_t)(argc - optind);
	if (!options->map && options->facade_count == 2 && !options->revision) {
		options->revision = argv[optind + 1];
		options->facade_count = 1;
	}
	if (!options->facade_count || (!options->map && options->facade_count > 1) ||
	    (options->map && options->json))
		return usage_wrong(usage);
	if (!options->revision)
		options->revision = "HEAD";
	return -1;
}

/* A facade's re-exports, each with its uses. */
struct listing_of_exports {
	struct slice facade;
	struct exports exports;
	bool counted;	 /* the policy names the facade, so that its uses are known */
	struct map uses; /* name to count, as uintptr_t */
};

static uint64_t uses_of(const struct listing_of_exports *listing, struct slice name)
{
	return (uintptr_t)map_get(&listing->uses, name);
}

/* How a name gets out of the facade. */
static const char *how(const struct exported_name *exported)
{
	const struct origin *origin = &exported->origin;

	if (origin->star)
		return "star";
	if (origin->kind == ORIGIN_DECLARED && !slice_equal(origin->name, exported->name))
		return "alias";
	return "name";
}

/* D7: what `from module import name` says; the parent and the leaf of a module object. */
static void canonical_parts(const struct origin *origin, struct slice *module, struct slice *name)
{
	const char *dot = NULL;

	*module = *name = (struct slice){0};
	if (origin->replaced)
		return;
	*module = origin->module;
	*name = origin->name;
	if (origin->kind != ORIGIN_MODULE)
		return;
	*name = (struct slice){0};
	if (module->len)
		dot = memrchr(module->ptr, '.', module->len);
	if (!dot)
		return;
	*name = (struct slice){dot + 1, (size_t)(module->ptr + module->len - dot - 1)};
	module->len = (size_t)(dot - module->ptr);
}

static struct slice as_text(struct arena *arena, const struct listing_of_exports *listing)
{
	struct buf out = {.arena = arena};

	for (size_t i = 0; i < listing->exports.count; i++) {
		const struct exported_name *exported = &listing->exports.items[i];
		struct slice module, name;

		if (!origin_is_use(&exported->origin))
			continue;
		canonical_parts(&exported->origin, &module, &name);
		escape_text(&out, exported->name);
		buf_add_char(&out, '\t');
		escape_text(&out, module);
		buf_add_char(&out, '\t');
		escape_text(&out, name);
		buf_add_format(&out, "\t%s\t%s\t", how(exported),
			       exported->origin.accident ? "accident" : "-");
		if (listing->counted)
			buf_add_format(&out, "%llu\n",
				       (unsigned long long)uses_of(listing, exported->name));
		else
			buf_add_string(&out, "-\n");
	}
	return buf_slice(&out);
}

static void exported_json(struct arena *arena, struct json *json,
			  const struct listing_of_exports *listing,
			  const struct exported_name *exported)
{
	struct slice module, name, canonical = {0};

	canonical_parts(&exported->origin, &module, &name);
	origin_canonical(&exported->origin, exported->name, arena, &canonical);
	json_object_open(json);
	json_key(json, "name");
	json_string(json, exported->name);
	json_string_or_null(json, "module", module);
	json_string_or_null(json, "declared_as", name);
	json_string_or_null(json, "canonical", canonical);
	json_key(json, "how");
	json_string(json, slice_of(how(exported)));
	json_key(json, "accident");
	json_bool(json, exported->origin.accident);
	json_key(json, "uses");
	if (listing->counted)
		json_number(json, uses_of(listing, exported->name));
	else
		json_null(json);
	json_object_close(json);
}

static struct slice as_json(struct arena *arena, const struct listing_of_exports *listing)
{
	struct json *json = json_new(arena);
	struct buf out = {.arena = arena};

	json_object_open(json);
	json_key(json, "version");
	json_number(json, 1);
	json_key(json, "facade");
	json_string(json, listing->facade);
	json_key(json, "dynamic");
	json_bool(json, listing->exports.dynamic);
	json_key(json, "exports");
	json_array_open(json);
	for (size_t i = 0; i < listing->exports.count; i++)
		if (origin_is_use(&listing->exports.items[i].origin))
			exported_json(arena, json, listing, &listing->exports.items[i]);
	json_array_close(json);
	json_object_close(json);
	buf_add(&out, json_finish(json));
	buf_add_char(&out, '\n');
	return buf_slice(&out);
}

/* How often each name of the facade is still used, where the policy names it. */
static int count_uses(struct session *session, struct snapshot *snapshot,
		      struct listing_of_exports *listing)
{
	struct tree_uses uses = {0};

	listing->uses.arena = &session->arena;
	if (!policy_facade(&session->policy, listing->facade))
		return 0;
	if (tree_uses_read(snapshot, &session->policy, &session->arena, &uses, &session->error) < 0)
		return -1;
	listing->counted = true;
	for (size_t i = 0; i < uses.count; i++) {
		const struct tree_use *use = &uses.items[i];
		struct map_entry *entry;
		struct slice name;

		if (use->escape || use->barred_alone ||
		    !slice_equal(session->policy.items[use->facade].name, listing->facade))
			continue;
		name = use->symbol;
		name.ptr += listing->facade.len + 1;
		name.len -= listing->facade.len + 1;
		entry = map_put(&listing->uses, name);
		entry->value = (void *)((uintptr_t)entry->value + 1);
	}
	return 0;
}

static int no_facade(struct session *session, struct slice facade)
{
	pawl_error_set(&session->error, PAWL_ERROR_CALL,
		       "%.*s: no such module below the roots of the policy", (int)facade.len,
		       facade.ptr);
	return session_fail(session);
}

static int list(struct session *session, struct snapshot *snapshot, struct modules *modules,
		const struct options *options)
{
	struct arena *arena = &session->arena;
	struct listing_of_exports listing = {0};
	struct module module;

	listing.facade = identifier_normalize(arena, slice_of(options->facades[0]));
	if (modules_find(modules, listing.facade, &module, &session->error) < 0)
		return session_fail(session);
	if (module.kind == MODULE_NONE)
		return no_facade(session, listing.facade);
	if (exports_list(modules, listing.facade, &listing.exports, &session->error) < 0 ||
	    count_uses(session, snapshot, &listing) < 0)
		return session_fail(session);
	program_write(STDOUT_FILENO,
		      options->json ? as_json(arena, &listing) : as_text(arena, &listing));
	if (listing.exports.dynamic && !options->json)
		fputs("pawl: a star that cannot be read may hand on more names than these\n",
		      stderr);
	return 0;
}

static int map(struct session *session, struct modules *modules, const git_oid *commit,
	       const struct options *options)
{
	struct export_map map = {.commit = *commit};
	struct arena *arena = &session->arena;
	struct module module;

	for (size_t i = 0; i < options->facade_count; i++) {
		struct slice facade = identifier_normalize(arena, slice_of(options->facades[i]));

		if (modules_find(modules, facade, &module, &session->error) < 0)
			return session_fail(session);
		if (module.kind == MODULE_NONE)
			return no_facade(session, facade);
		if (export_map_add(&map, modules, facade, arena, &session->error) < 0)
			return session_fail(session);
	}
	program_write(STDOUT_FILENO, export_map_format(arena, &map));
	return 0;
}

static int exports(struct session *session, const struct options *options)
{
	struct modules_options reading = {0};
	struct snapshot *snapshot;
	struct modules *modules;
	git_oid commit;

	if (session_open(session, options->repository) < 0 ||
	    revision_parse(session->repository, options->revision, &commit, &session->error) < 0 ||
	    snapshot_of_commit(&snapshot, session->repository, &session->arena, &commit,
			       &session->error) < 0 ||
	    session_policy(session, options->config, &snapshot, &options->revision, 1, true) < 0)
		return session_fail(session);
	reading.roots = &session->policy.roots;
	reading.limits = &session->policy.limits;
	modules = modules_new(&session->arena, snapshot, &reading);
	if (options->map)
		return map(session, modules, &commit, options);
	return list(session, snapshot, modules, options);
}

int exports_main(int argc, char **argv)
{
	struct options options = {0};
	struct session session = {0};
	int status = options_read(argc, argv, &options);

	if (status >= 0)
		return status;
	status = exports(&session, &options);
	session_close(&session);
	return status;
}
