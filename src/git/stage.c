/* Writing to the index, through git, which knows every format of it. */
#include <errno.h>
#include <unistd.h>

#include "child.h"
#include "repository.h"

static int write_all(int fd, struct slice bytes)
{
	while (bytes.len) {
		ssize_t put = write(fd, bytes.ptr, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		bytes.ptr += put;
		bytes.len -= (size_t)put;
	}
	return 0;
}

int index_stage(struct repository *repository, const struct overlay *changes, size_t count,
		struct arena *arena, struct pawl_error *error)
{
	struct slice git_dir = slice_format(arena, "--git-dir=%s", repository->git_dir.ptr);
	char *arguments[] = {(char[]){"git"},	       (char *)(uintptr_t)git_dir.ptr,
			     (char[]){"update-index"}, (char[]){"-z"},
			     (char[]){"--index-info"}, NULL};
	struct buf lines = {.arena = arena};
	struct child child;
	bool written;
	int status;

	for (size_t i = 0; i < count; i++) {
		char hex[GIT_OID_SHA1_HEXSIZE + 1];
		git_oid id;

		if (git_blob_create_from_buffer(&id, repository->git, changes[i].bytes->ptr,
						changes[i].bytes->len))
			return git_failure(error, "a blob cannot be written");
		git_oid_tostr(hex, sizeof hex, &id);
		buf_add_format(&lines, "%06o %s\t", changes[i].entry.mode, hex);
		buf_add(&lines, changes[i].path);
		buf_add_char(&lines, '\0');
	}
	if (!count)
		return 0;
	if (child_start(&child, arguments, true, error) < 0)
		return -1;
	written = write_all(child.in, buf_slice(&lines)) == 0;
	status = child_finish(&child);
	if (!written || status)
		return pawl_error_set(error, PAWL_ERROR_SERVER,
				      "git update-index ended with status %d: nothing is staged",
				      status);
	return 0;
}
