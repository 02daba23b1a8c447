/*
 * Where a repository's objects lie: its own directory, a push's quarantine, and the alternates of
 * both.
 */
#ifndef PAWL_GIT_ALTERNATES_H
#define PAWL_GIT_ALTERNATES_H

#include <sys/types.h>

#include "pawl/common.h"

struct object_directory {
	struct slice path; /* NUL-terminated */
	dev_t device;
	ino_t inode;
	bool quarantine; /* holds what this push brought, and nothing else (GIT_QUARANTINE_PATH) */
};

struct object_directories {
	struct object_directory *items;
	size_t count, capacity;
};

/*
 * The directories to look objects up in, in git's order: `objects` first (GIT_OBJECT_DIRECTORY
 * where the caller obeys it), then GIT_ALTERNATE_OBJECT_DIRECTORIES where `environment`, then what
 * info/alternates name. One that does not exist is left out, as git does; -1 where `objects` itself
 * is missing (PAWL_ERROR_SERVER) or there are more than a limit (PAWL_ERROR_LIMIT).
 */
int object_directories_find(struct arena *arena, const char *objects, bool environment,
			    struct object_directories *out, struct pawl_error *error);

#endif
