#include "alternates.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* git's own limit (link_alt_odb_entries, object-file.c). */
#define MAX_ALTERNATE_DEPTH    5
#define MAX_OBJECT_DIRECTORIES 1024
#define MAX_ALTERNATES_FILE    ((size_t)1 << 20)

struct search {
	struct arena *arena;
	struct object_directories *out;
	const char *quarantine; /* NULL: the push has none */
	struct pawl_error *error;
};

static int add_directory(struct search *search, struct slice path, int depth, bool *missing);

/*
 * One element of a list that git C-quotes where it must (unquote_c_style, quote.c). Moves *at
 * behind the closing quote and returns true; false where it is not well quoted, then git takes it
 * literally.
 */
static bool unquote(struct slice list, size_t *at, struct buf *out)
{
	static const char letters[] = "abfnrtv\"\\", values[] = "\a\b\f\n\r\t\v\"\\";
	size_t i = *at + 1;

	while (i < list.len && list.ptr[i] != '"') {
		char c = list.ptr[i++];

		if (c == '\\') {
			if (i >= list.len)
				return false;
			c = list.ptr[i++];
			const char *letter = c ? strchr(letters, c) : NULL;
			if (letter) {
				c = values[letter - letters];
			} else {
				if (i + 2 > list.len || c < '0' || c > '3' || list.ptr[i] < '0' ||
				    list.ptr[i] > '7' || list.ptr[i + 1] < '0' ||
				    list.ptr[i + 1] > '7')
					return false;
				c = (char)((c - '0') << 6 | (list.ptr[i] - '0') << 3 |
					   (list.ptr[i + 1] - '0'));
				i += 2;
			}
		}
		buf_add_char(out, c);
	}
	if (i >= list.len)
		return false;
	*at = i + 1;
	return true;
}

/* git's parse_alt_odb_entry: comments, quoted and plain elements between separators. */
static struct slice next_element(struct arena *arena, struct slice list, char separator, size_t *at)
{
	size_t start = *at, end = start;
	struct buf quoted = {.arena = arena};
	struct slice element;

	if (list.ptr[start] == '"' && unquote(list, &end, &quoted)) {
		element = buf_slice(&quoted);
	} else {
		const char *found = memchr(list.ptr + start, separator, list.len - start);

		end = found ? (size_t)(found - list.ptr) : list.len;
		element = (struct slice){list.ptr + start, end - start};
		if (element.len && element.ptr[0] == '#')
			element.len = 0;
	}
	*at = end < list.len ? end + 1 : end;
	return element;
}

static int add_list(struct search *search, struct slice list, char separator,
		    struct slice relative_to, int depth)
{
	if (depth > MAX_ALTERNATE_DEPTH)
		return 0;
	for (size_t at = 0; at < list.len;) {
		struct slice element = next_element(search->arena, list, separator, &at);
		bool missing;

		if (!element.len || memchr(element.ptr, '\0', element.len))
			continue;
		if (element.ptr[0] != '/' && relative_to.len)
			element = slice_join(search->arena, relative_to, SLICE("/"), element);
		if (add_directory(search, element, depth, &missing))
			return -1;
	}
	return 0;
}

static bool known(const struct object_directories *list, const struct stat *status)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].device == status->st_dev &&
		    list->items[i].inode == status->st_ino)
			return true;
	return false;
}

static bool is_quarantine(const struct search *search, const struct stat *status)
{
	struct stat quarantine;

	return search->quarantine && !stat(search->quarantine, &quarantine) &&
	       quarantine.st_dev == status->st_dev && quarantine.st_ino == status->st_ino;
}

static int add_alternates_of(struct search *search, struct slice directory, int depth)
{
	struct slice file =
		slice_join(search->arena, directory, SLICE("/"), SLICE("info/alternates"));
	struct slice list;
	int result = file_read(search->arena, file.ptr, MAX_ALTERNATES_FILE, &list, search->error);

	if (result)
		return result < 0 ? -1 : 0;
	return add_list(search, list, '\n', directory, depth + 1);
}

static int add_directory(struct search *search, struct slice path, int depth, bool *missing)
{
	struct slice copy = slice_copy(search->arena, path);
	struct stat status;

	*missing = stat(copy.ptr, &status) || !S_ISDIR(status.st_mode);
	if (*missing || known(search->out, &status))
		return 0;
	if (search->out->count == MAX_OBJECT_DIRECTORIES)
		return pawl_error_set(search->error, PAWL_ERROR_LIMIT,
				      "more than %d object directories are linked as alternates",
				      MAX_OBJECT_DIRECTORIES);
	*ARENA_PUSH(search->arena, search->out) = (struct object_directory){
		.path = copy,
		.device = status.st_dev,
		.inode = status.st_ino,
		.quarantine = is_quarantine(search, &status),
	};
	return add_alternates_of(search, copy, depth);
}

int object_directories_find(struct arena *arena, const char *objects, bool environment,
			    struct object_directories *out, struct pawl_error *error)
{
	const char *quarantine = environment ? getenv("GIT_QUARANTINE_PATH") : NULL;
	const char *alternates = environment ? getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES") : NULL;
	struct search search = {arena, out, quarantine, error};
	bool missing;

	if (add_directory(&search, slice_of(objects), 0, &missing))
		return -1;
	if (missing)
		return pawl_error_set(error, PAWL_ERROR_SERVER,
				      "the object directory %s is missing: %s", objects,
				      strerror(errno));
	if (!alternates)
		return 0;
	/* git looks at the environment's before info/alternates; lookups do not depend on the
	 * order. */
	return add_list(&search, slice_of(alternates), ':', (struct slice){0}, 0);
}
