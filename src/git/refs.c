#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "packed_refs.h"
#include "ref_name.h"
#include "repository.h"

#define MAX_SYMREFS   5	  /* git's SYMREF_MAXDEPTH (refs.c) */
#define MAX_REF_DEPTH 256 /* of folders below refs/ */

struct listing_refs {
	struct repository *repository;
	struct arena *arena;
	struct map loose; /* full names: they hide packed refs */
	ref_fn each;
	void *payload;
	struct pawl_error *error;
};

/* The name that the pusher sees, of one that the ref database has; as it is where it lies outside
 * the namespace. */
static struct slice seen_name(const struct repository *repository, struct slice full)
{
	size_t len = repository->namespace.len;

	if (!slice_starts_with(full, repository->namespace))
		return full;
	return (struct slice){full.ptr + len, full.len - len};
}

static int broken_ref(const char *name, struct pawl_error *error)
{
	return git_failure(error, "the ref %s is broken (run git fsck)", name);
}

/* A full name, symrefs followed: 0, 1 absent (with *target empty or where a dangling symref leads),
 * -1. */
static int resolve(struct repository *repository, struct slice full, struct arena *arena,
		   git_oid *id, struct slice *target, struct pawl_error *error)
{
	struct slice name = full;

	*target = SLICE("");
	for (int i = 0; i <= MAX_SYMREFS; i++) {
		git_reference *ref;
		int result = git_reference_lookup(&ref, repository->git, name.ptr);

		if (result == GIT_ENOTFOUND || result == GIT_EINVALIDSPEC)
			return 1;
		if (result)
			return broken_ref(full.ptr, error);
		if (git_reference_type(ref) == GIT_REFERENCE_DIRECT) {
			*id = *git_reference_target(ref);
			git_reference_free(ref);
			return 0;
		}
		name = slice_copy(arena, slice_of(git_reference_symbolic_target(ref)));
		*target = seen_name(repository, name);
		git_reference_free(ref);
	}
	return pawl_error_set(error, PAWL_ERROR_SERVER,
			      "the ref %s is broken: symbolic refs that lead in a circle",
			      full.ptr);
}

int ref_lookup(struct repository *repository, struct slice name, struct arena *arena,
	       struct ref *out, struct pawl_error *error)
{
	struct slice full = slice_join(arena, repository->namespace, SLICE(""), name);

	*out = (struct ref){.name = seen_name(repository, full)};
	return resolve(repository, full, arena, &out->target, &out->symbolic_target, error);
}

int head_branch(struct repository *repository, struct arena *arena, struct slice *out,
		struct pawl_error *error)
{
	struct slice names[] = {slice_join(arena, repository->namespace, SLICE(""), SLICE("HEAD")),
				SLICE("HEAD")};

	*out = SLICE("");
	/* A namespace may have a HEAD of its own; else the repository's names the branch. */
	for (size_t i = 0; i < 2; i++) {
		git_reference *head;
		int result = git_reference_lookup(&head, repository->git, names[i].ptr);

		if (result == GIT_ENOTFOUND)
			continue;
		if (result)
			return broken_ref("HEAD", error);
		if (git_reference_type(head) == GIT_REFERENCE_SYMBOLIC)
			*out = seen_name(
				repository,
				slice_copy(arena, slice_of(git_reference_symbolic_target(head))));
		git_reference_free(head);
		return out->len ? 0 : 1;
	}
	return 1;
}

/* Within a namespace others are nested: those are not its refs. */
static int give(const struct listing_refs *listing, const struct ref *ref)
{
	if (!slice_starts_with(ref->name, SLICE("refs/")))
		return 0;
	return listing->each(listing->payload, ref);
}

static int give_loose(struct listing_refs *listing, struct slice full)
{
	struct ref ref = {.name = seen_name(listing->repository, full)};
	int result;

	/* git ignores files whose names no ref can have; what it wrote itself is never such */
	if (!ref_name_is_valid(full))
		return 0;
	result = resolve(listing->repository, full, listing->arena, &ref.target,
			 &ref.symbolic_target, listing->error);
	if (result < 0)
		return -1;
	map_put(&listing->loose, full)->value = listing; /* anything: a set */
	return result ? 0 : give(listing, &ref);
}

/* 1: a folder, 0: something else, -1: gone meanwhile. */
static int is_folder(const char *path, const struct dirent *entry)
{
	struct stat status;

	if (entry->d_type == DT_DIR || entry->d_type == DT_REG)
		return entry->d_type == DT_DIR;
	return stat(path, &status) ? -1 : S_ISDIR(status.st_mode);
}

static int list_loose(struct listing_refs *listing, struct slice folder, int depth);

static int list_entry(struct listing_refs *listing, struct slice folder, const struct dirent *entry,
		      int depth)
{
	struct slice name = slice_join(listing->arena, folder, SLICE("/"), slice_of(entry->d_name));
	struct slice path =
		slice_join(listing->arena, listing->repository->common_dir, SLICE(""), name);
	int kind;

	if (entry->d_name[0] == '.' || slice_ends_with(name, SLICE(".lock")))
		return 0;
	kind = is_folder(path.ptr, entry);
	if (kind < 0)
		return 0;
	return kind ? list_loose(listing, name, depth + 1) : give_loose(listing, name);
}

/* `folder`: a full name without a slash at its end. */
static int list_loose(struct listing_refs *listing, struct slice folder, int depth)
{
	struct slice path =
		slice_join(listing->arena, listing->repository->common_dir, SLICE(""), folder);
	DIR *directory = opendir(path.ptr);
	struct dirent *entry;
	int result = 0;

	if (!directory && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!directory || depth > MAX_REF_DEPTH) {
		if (directory)
			closedir(directory);
		return pawl_error_set(listing->error, PAWL_ERROR_SERVER,
				      "the refs in %s cannot be listed: %s", path.ptr,
				      strerror(directory ? ELOOP : errno));
	}
	for (errno = 0; !result && (entry = readdir(directory)); errno = 0)
		result = list_entry(listing, folder, entry, depth);
	if (!result && errno)
		result = pawl_error_set(listing->error, PAWL_ERROR_SERVER,
					"the refs in %s cannot be listed: %s", path.ptr,
					strerror(errno));
	closedir(directory);
	return result;
}

static int give_packed(void *payload, const struct ref *packed)
{
	struct listing_refs *listing = payload;
	struct ref ref = *packed;

	if (!slice_starts_with(ref.name, listing->repository->namespace) ||
	    (listing->loose.count && map_get(&listing->loose, ref.name)))
		return 0;
	ref.name = seen_name(listing->repository, ref.name);
	return give(listing, &ref);
}

/*
 * Every ref below a folder ("refs", "refs/heads"), by the files' backend's own rule: loose refs
 * hide packed ones, and are read first, so that a `git pack-refs` at the same moment hides none.
 * libgit2's iterator skips loose refs that are broken, and within a namespace all packed ones.
 */
static int each_below(struct repository *repository, struct slice below, ref_fn each, void *payload,
		      struct pawl_error *error)
{
	struct arena scratch = {0};
	struct listing_refs listing = {
		.repository = repository,
		.arena = &scratch,
		.loose = {.arena = &scratch},
		.each = each,
		.payload = payload,
		.error = error,
	};
	int result = list_loose(&listing,
				slice_join(&scratch, repository->namespace, SLICE(""), below), 0);

	if (!result)
		result = packed_refs_read(repository->common_dir, &scratch, give_packed, &listing,
					  error);
	arena_free(&scratch);
	return result;
}

int refs_each(struct repository *repository, ref_fn each, void *payload, struct pawl_error *error)
{
	return each_below(repository, SLICE("refs"), each, payload, error);
}

static int stop_at_branch(void *payload, const struct ref *ref)
{
	bool *found = payload;

	*found = slice_starts_with(ref->name, SLICE("refs/heads/"));
	return *found;
}

int any_branch(struct repository *repository, bool *out, struct pawl_error *error)
{
	*out = false;
	return each_below(repository, SLICE("refs/heads"), stop_at_branch, out, error) < 0 ? -1 : 0;
}
