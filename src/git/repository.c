#include "repository.h"

#include <git2/sys/repository.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "allocator.h"
#include "alternates.h"
#include "promisor.h"

/*
 * Pack windows: a clean mapping costs address space, and memory only for the pages touched. Small
 * windows keep a push into a huge pack from touching more than it needs.
 */
#define PACK_WINDOW_BYTES ((size_t)16 << 20)
#define PACK_MAPPED_BYTES ((size_t)256 << 20)

/*
 * Where libgit2 looks an object up first: in packs, then among loose ones; and in the last
 * directory's packs before the others', since most of what a push is judged by lies in what a
 * quarantine or a fork borrows from. To be told that an object is not there costs a message.
 */
#define LOOSE_PRIORITY	     1
#define PACK_PRIORITY(index) (LOOSE_PRIORITY + 1 + (int)(index))

/* libgit2 keeps its settings and what it initialises per process. */
static pthread_mutex_t library_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned library_users;

static int library_settings(void)
{
	/* extensions that change nothing about how objects and refs are read, or are looked at
	 * below */
	static const char *extensions[] = {"partialclone",	  "refstorage",
					   "compatobjectformat",  "noop-v1",
					   "submodulepathconfig", "worktreeconfig"};
	static const int levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
				     GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};

	/* Nothing that pawl reads depends on a user's configuration. */
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], ""))
			return -1;
	/*
	 * Owners are git's to check, which called the hook, or is called for what could run a
	 * program that a configuration names: libgit2 does not see what GIT_CONFIG_COUNT says is
	 * safe.
	 */
	if (git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0) ||
	    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions,
			     sizeof extensions / sizeof *extensions))
		return -1;
	/* git's own reading does not hash again either; receive-pack has hashed what came in. */
	if (git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0) ||
	    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0) ||
	    git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, PACK_WINDOW_BYTES) ||
	    git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, PACK_MAPPED_BYTES))
		return -1;
	return 0;
}

static int library_start(void)
{
	int result = 0;

	pthread_mutex_lock(&library_lock);
	if (!library_users) {
		allocator_install();
		result = git_libgit2_init() < 0 ? -1 : library_settings();
	}
	if (!result)
		library_users++;
	pthread_mutex_unlock(&library_lock);
	return result;
}

static void library_stop(void)
{
	pthread_mutex_lock(&library_lock);
	if (!--library_users)
		git_libgit2_shutdown();
	pthread_mutex_unlock(&library_lock);
}

int git_failure(struct pawl_error *error, const char *format, ...)
{
	const git_error *last = git_error_last();
	char what[sizeof error->message / 2];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	return pawl_error_set(
		error,
		last && last->klass == GIT_ERROR_NOMEMORY ? PAWL_ERROR_LIMIT : PAWL_ERROR_SERVER,
		"%s: %s", what, last && last->message ? last->message : "unknown error");
}

static int open_git(struct repository *repository, const struct repository_options *options,
		    struct pawl_error *error)
{
	unsigned flags = GIT_REPOSITORY_OPEN_CROSS_FS;
	int result;

	if (!options->path)
		flags |= GIT_REPOSITORY_OPEN_FROM_ENV;
	if (options->hook)
		flags |= GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_NO_DOTGIT |
			 GIT_REPOSITORY_OPEN_BARE;
	result = git_repository_open_ext(&repository->git, options->path, flags, NULL);
	if (result == GIT_ENOTFOUND)
		return pawl_error_set(error,
				      options->hook ? PAWL_ERROR_SERVER : PAWL_ERROR_CALL,
				      "there is no git repository at %s",
				      options->path ? options->path : getenv("GIT_DIR") ?: ".");
	if (result)
		return git_failure(error, "the git repository at %s cannot be opened",
				   options->path ? options->path : getenv("GIT_DIR") ?: ".");
	return 0;
}

/* A format that pawl cannot read is refused by name: judged wrongly it would look like an empty
 * repository. */
static int check_format(struct repository *repository, git_config *config, const char *key,
			const char *readable, struct pawl_error *error)
{
	git_config_entry *entry;
	int result = git_config_get_entry(&entry, config, key);

	if (result == GIT_ENOTFOUND)
		return 0;
	if (result)
		return git_failure(error, "the configuration of %s cannot be read",
				   repository->git_dir.ptr);
	if (strcasecmp(entry->value ? entry->value : "", readable))
		result = pawl_error_set(
			error, PAWL_ERROR_SERVER,
			"the repository has %s = %s, which pawl cannot read: only %s", key,
			entry->value ? entry->value : "", readable);
	git_config_entry_free(entry);
	return result;
}

static int check_formats(struct repository *repository, struct pawl_error *error)
{
	git_config *config;
	int result;

	if (git_repository_config_snapshot(&config, repository->git))
		return git_failure(error, "the configuration of %s cannot be read",
				   repository->git_dir.ptr);
	result = check_format(repository, config, "extensions.objectformat", "sha1", error);
	if (!result)
		result = check_format(repository, config, "extensions.refstorage", "files", error);
	git_config_free(config);
	return result;
}

static int add_backend(struct repository *repository, git_odb_backend *backend, int priority,
		       bool quarantine)
{
	if (git_odb_add_backend(repository->odb, backend, priority)) {
		backend->free(backend);
		return -1;
	}
	if (quarantine)
		repository->quarantined = true;
	else /* NOLINTNEXTLINE(bugprone-sizeof-expression): the elements are pointers */
		*ARENA_PUSH(&repository->arena, &repository->accepted) = backend;
	return 0;
}

static int add_directory(struct repository *repository, const struct object_directory *directory,
			 size_t index)
{
	git_odb_backend *packs, *loose;

	if (git_odb_backend_pack(&packs, directory->path.ptr) ||
	    add_backend(repository, packs, PACK_PRIORITY(index), directory->quarantine) ||
	    git_odb_backend_loose(&loose, directory->path.ptr, -1, 0, 0, 0) ||
	    add_backend(repository, loose, LOOSE_PRIORITY, directory->quarantine))
		return -1;
	return 0;
}

/*
 * The object database is put together here and not by libgit2, which splits what git has quoted in
 * GIT_ALTERNATE_OBJECT_DIRECTORIES, and takes a relative line of info/alternates for one only where
 * it begins with a dot.
 */
static int open_objects(struct repository *repository, const struct repository_options *options,
			struct pawl_error *error)
{
	const char *objects = options->path ? NULL : getenv("GIT_OBJECT_DIRECTORY");
	struct object_directories directories = {0};

	if (!objects)
		objects = slice_join(&repository->arena, repository->common_dir, SLICE(""),
				     SLICE("objects"))
				  .ptr;
	if (object_directories_find(&repository->arena, objects, !options->path, &directories,
				    error))
		return -1;
	if (git_odb_new(&repository->odb))
		return git_failure(error, "the objects of %s cannot be read",
				   repository->git_dir.ptr);
	for (size_t i = 0; i < directories.count; i++)
		if (add_directory(repository, &directories.items[i], i))
			return git_failure(error, "the objects in %s cannot be read",
					   directories.items[i].path.ptr);
	if (git_repository_set_odb(repository->git, repository->odb))
		return git_failure(error, "the objects of %s cannot be read",
				   repository->git_dir.ptr);
	return 0;
}

/* gitnamespaces(7): each component of GIT_NAMESPACE is a level of refs/namespaces/. */
static void set_namespace(struct repository *repository, const struct repository_options *options)
{
	const char *namespace = options->path ? NULL : getenv("GIT_NAMESPACE");
	struct buf prefix = {.arena = &repository->arena};

	while (namespace && *namespace) {
		size_t len = strcspn(namespace, "/");

		if (len) {
			buf_add_string(&prefix, "refs/namespaces/");
			buf_add(&prefix, (struct slice){namespace, len});
			buf_add_char(&prefix, '/');
		}
		namespace += len + (namespace[len] == '/');
	}
	repository->namespace = buf_slice(&prefix);
	/* libgit2 would look for loose refs alone there, and make the folder. */
	git_repository_set_namespace(repository->git, NULL);
}

static void set_paths(struct repository *repository)
{
	const char *worktree = git_repository_workdir(repository->git);

	repository->git_dir = slice_of(git_repository_path(repository->git));
	repository->common_dir = slice_of(git_repository_commondir(repository->git));
	if (worktree)
		repository->worktree = slice_of(worktree);
}

int repository_open(struct repository **out, const struct repository_options *options,
		    struct pawl_error *error)
{
	struct repository *repository;

	if (library_start())
		return git_failure(error, "libgit2 cannot start");
	repository = memory_calloc(1, sizeof *repository);
	repository->trees.arena = &repository->arena;
	repository->options = *options;
	repository->may_promise = options->promisor;
	repository_set_max_blob_size(repository, options->max_blob_size);
	if (open_git(repository, options, error))
		goto failed;
	set_paths(repository);
	set_namespace(repository, options);
	if (check_formats(repository, error) || open_objects(repository, options, error))
		goto failed;
	*out = repository;
	return 0;
failed:
	repository_free(repository);
	return -1;
}

int repository_open_again(struct repository **out, const struct repository *repository,
			  size_t largest, struct pawl_error *error)
{
	struct repository_options options = repository->options;

	options.promisor = false;
	options.max_blob_size = repository->max_blob_size;
	if (largest && largest < options.max_blob_size)
		options.max_blob_size = largest;
	return repository_open(out, &options, error);
}

void repository_add_counts(struct repository *repository, const struct repository *other)
{
	repository->counts.commits += other->counts.commits;
	repository->counts.trees += other->counts.trees;
	repository->counts.blobs += other->counts.blobs;
	repository->counts.blob_bytes += other->counts.blob_bytes;
}

void repository_free(struct repository *repository)
{
	if (!repository)
		return;
	promisor_free(repository->promisor);
	git_repository_free(repository->git);
	git_odb_free(repository->odb);
	arena_free(&repository->arena);
	free(repository);
	library_stop();
}

git_repository *repository_git(struct repository *repository)
{
	return repository->git;
}

const char *repository_git_dir(const struct repository *repository)
{
	return repository->git_dir.ptr;
}

const char *repository_common_dir(const struct repository *repository)
{
	return repository->common_dir.ptr;
}

const char *repository_worktree(const struct repository *repository)
{
	return repository->worktree.ptr;
}

void repository_set_max_blob_size(struct repository *repository, size_t bytes)
{
	repository->max_blob_size = bytes ? bytes : PAWL_MAX_BLOB_SIZE;
}

struct repository_counts repository_counts(const struct repository *repository)
{
	return repository->counts;
}

bool repository_is_new_object(struct repository *repository, const git_oid *id)
{
	if (!repository->quarantined)
		return false;
	for (size_t i = 0; i < repository->accepted.count; i++) {
		git_odb_backend *backend = repository->accepted.items[i];

		if (backend->exists(backend, id))
			return false;
	}
	return git_odb_exists_ext(repository->odb, id, GIT_ODB_LOOKUP_NO_REFRESH);
}
