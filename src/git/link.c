/*
 * Symlinks, followed within a snapshot as the kernel would follow them in a checkout (T8).
 */
#include "path.h"
#include "pawl/git.h"

#define MAX_LINKS	40   /* the kernel's, path_resolution(7) */
#define MAX_LINK_LENGTH 4095 /* PATH_MAX less its NUL: no checkout can hold a longer target */

struct walk {
	struct snapshot *snapshot;
	struct arena *arena;
	struct buf path;      /* where the walk stands, without links on the way; "" is the top */
	size_t folder;	      /* how much of it is the folder */
	struct slice pending; /* what is left to walk */
	unsigned links;
	struct pawl_error *error;
};

static void set_path(struct walk *walk, struct slice name)
{
	walk->path.len = walk->folder;
	if (walk->folder)
		buf_add_char(&walk->path, '/');
	buf_add(&walk->path, name);
}

static size_t parent_length(struct slice path)
{
	const char *slash = path.len ? memrchr(path.ptr, '/', path.len) : NULL;

	return slash ? (size_t)(slash - path.ptr) : 0;
}

/* Puts a link's target before what is left. 0; 1 where it leads nowhere in the snapshot; -1. */
static int enter_link(struct walk *walk, struct slice path, const struct entry *link)
{
	struct slice target;
	enum blob_state state;

	if (++walk->links > MAX_LINKS)
		return 1;
	if (snapshot_read(walk->snapshot, path, link, walk->arena, &target, &state, walk->error))
		return -1;
	/* symlink(2) takes a string: what stands behind a NUL does not reach the file system */
	target.len = strnlen(target.ptr, target.len);
	if (state != BLOB_READ || !target.len || target.len > MAX_LINK_LENGTH ||
	    target.ptr[0] == '/')
		return 1;
	walk->pending = walk->pending.len
				? slice_join(walk->arena, target, SLICE("/"), walk->pending)
				: target;
	return 0;
}

/* One component. 0: go on; 1: nowhere; 2: arrived, at the path and *entry; -1. */
static int step(struct walk *walk, struct entry *entry)
{
	bool last = !memchr(walk->pending.ptr, '/', walk->pending.len);
	struct slice name = path_take(&walk->pending);

	if (!name.len || slice_equal_string(name, "."))
		return 0;
	if (slice_equal_string(name, "..")) {
		if (!walk->folder)
			return 1;
		walk->folder = parent_length((struct slice){walk->path.ptr, walk->folder});
		return 0;
	}
	set_path(walk, name);
	if (snapshot_lookup(walk->snapshot, buf_slice(&walk->path), entry, walk->error))
		return -1;
	if (entry_is_link(entry))
		return enter_link(walk, buf_slice(&walk->path), entry);
	if (entry_is_tree(entry)) {
		walk->folder = walk->path.len;
		return 0;
	}
	return last && entry_is_blob(entry) ? 2 : 1;
}

int snapshot_follow_link(struct snapshot *snapshot, struct slice path, const struct entry *link,
			 struct arena *arena, struct slice *target_path, struct entry *target,
			 struct pawl_error *error)
{
	struct walk walk = {
		.snapshot = snapshot, .arena = arena, .path = {.arena = arena}, .error = error};
	int result;

	buf_add(&walk.path, path);
	walk.folder = parent_length(path);
	result = enter_link(&walk, path, link);
	while (!result && walk.pending.len)
		result = step(&walk, target);
	if (result < 0)
		return -1;
	*target_path = result == 2 ? buf_slice(&walk.path) : SLICE("");
	if (result != 2)
		*target = (struct entry){0};
	return 0;
}
