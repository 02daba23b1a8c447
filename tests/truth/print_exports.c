/*
 * What pawl says that modules export, as lines for the scripts beside this file:
 *
 *	print_exports REPOSITORY COMMIT ROOTS MODULE [NAME…]
 *
 * ROOTS are separated by colons. With names, only those are resolved. Fields are separated by tabs:
 * name, kind, module, name there, flags, canonical import, and the chain as `module name path
 *line`, steps separated by ` > `.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pawl/resolve.h"

static void fail(const struct pawl_error *error)
{
	fprintf(stderr, "print_exports: %s\n", error->message);
	exit(pawl_error_exit_status(error));
}

static void slice_print(struct slice slice)
{
	if (slice.len)
		fwrite(slice.ptr, 1, slice.len, stdout);
}

static void flags_print(const struct origin *origin)
{
	printf("%s%s%s%s%s%s%s%s%s", origin_is_use(origin) ? "use," : "",
	       origin->reexport ? "reexport," : "", origin->submodule ? "submodule," : "",
	       origin->star ? "star," : "", origin->accident ? "accident," : "",
	       origin->external ? "external," : "", origin->doubtful ? "doubtful," : "",
	       origin->type_checking ? "type_checking," : "", origin->choice ? "choice," : "");
}

static void origin_print(struct arena *arena, struct slice name, const struct origin *origin)
{
	static const char *const kinds[] = {"unbound", "declared", "module", "unknown",
					    "ambiguous"};
	struct slice canonical = SLICE("-");

	origin_canonical(origin, name, arena, &canonical);
	slice_print(name);
	printf("\t%s\t", kinds[origin->kind]);
	slice_print(origin->module);
	printf("\t");
	slice_print(origin->name);
	printf("\t");
	flags_print(origin);
	printf("\t");
	slice_print(canonical);
	printf("\t");
	for (size_t i = 0; i < origin->step_count; i++) {
		const struct origin_step *step = &origin->steps[i];
		printf("%s", i ? " > " : "");
		slice_print(step->module);
		printf(" ");
		slice_print(step->name.len ? step->name : SLICE("-"));
		printf(" ");
		slice_print(step->path.len ? step->path : SLICE("-"));
		printf(" %u", step->line);
	}
	printf("\n");
}

static void roots_read(struct arena *arena, char *list, struct slices *out)
{
	for (char *root = strtok(list, ":"); root; root = strtok(NULL, ":"))
		*ARENA_PUSH(arena, out) = slice_of(root);
}

static int names_print(struct modules *modules, struct arena *arena, struct slice module,
		       char **names, struct pawl_error *error)
{
	for (; *names; names++) {
		struct origin origin;

		if (name_resolve(modules, module, slice_of(*names), &origin, error))
			return -1;
		origin_print(arena, slice_of(*names), &origin);
	}
	return 0;
}

static int exports_print(struct modules *modules, struct arena *arena, struct slice module,
			 struct pawl_error *error)
{
	struct exports exports;

	if (exports_list(modules, module, &exports, error))
		return -1;
	for (size_t i = 0; i < exports.count; i++)
		origin_print(arena, exports.items[i].name, &exports.items[i].origin);
	printf("#\t%s\t%s\t%s\n", exports.dynamic ? "dynamic" : "readable",
	       exports.has_getattr ? "getattr" : "-", exports.all_static ? "all" : "-");
	return 0;
}

int main(int argc, char **argv)
{
	struct pawl_error error = {0};
	struct arena arena = {0};
	struct repository *repository = NULL;
	struct snapshot *snapshot = NULL;
	struct slices roots = {0};
	git_oid commit;

	if (argc < 5) {
		fprintf(stderr, "usage: print_exports REPOSITORY COMMIT ROOTS MODULE [NAME...]\n");
		return 2;
	}
	roots_read(&arena, argv[3], &roots);
	if (repository_open(&repository, &(struct repository_options){.path = argv[1]}, &error) ||
	    (git_oid_fromstr(&commit, argv[2]) &&
	     pawl_error_set(&error, PAWL_ERROR_CALL, "%s is no object id", argv[2])) ||
	    snapshot_of_commit(&snapshot, repository, &arena, &commit, &error))
		fail(&error);
	struct modules_options options = {.roots = &roots};
	struct modules *modules = modules_new(&arena, snapshot, &options);
	struct slice module = slice_of(argv[4]);
	if (argc > 5 ? names_print(modules, &arena, module, argv + 5, &error)
		     : exports_print(modules, &arena, module, &error))
		fail(&error);
	if (getenv("PAWL_TRACE"))
		fprintf(stderr, "modules_parsed %zu, bytes %zu\n", modules_parsed(modules),
			arena.allocated);
	repository_free(repository);
	arena_free(&arena);
	return 0;
}
