#include "packed_refs.h"

#define MAX_PACKED_REFS ((size_t)256 << 20)

/* "<40 hex digits> <name>" */
static bool parse(struct slice line, struct ref *ref)
{
	if (line.len < GIT_OID_SHA1_HEXSIZE + 2 || line.ptr[GIT_OID_SHA1_HEXSIZE] != ' ')
		return false;
	ref->name = (struct slice){line.ptr + GIT_OID_SHA1_HEXSIZE + 1,
				   line.len - GIT_OID_SHA1_HEXSIZE - 1};
	return !git_oid_fromstrn(&ref->target, line.ptr, GIT_OID_SHA1_HEXSIZE);
}

int packed_refs_read(struct slice common_dir, struct arena *arena, ref_fn each, void *payload,
		     struct pawl_error *error)
{
	struct slice path = slice_join(arena, common_dir, SLICE(""), SLICE("packed-refs")), text;
	int result = file_read(arena, path.ptr, MAX_PACKED_REFS, &text, error);
	size_t number = 1;

	if (result)
		return result < 0 ? -1 : 0;
	for (size_t at = 0, end; at < text.len && !result; at = end + 1, number++) {
		/* names become C strings in place: the file's bytes are the arena's, and ours */
		char *line = (char *)(uintptr_t)text.ptr + at;
		char *line_end = memchr(line, '\n', text.len - at);
		struct ref ref = {0};

		if (!line_end)
			goto malformed;
		*line_end = '\0';
		end = (size_t)(line_end - text.ptr);
		if (*line == '#' || *line == '^')
			continue;
		if (!parse((struct slice){line, end - at}, &ref))
			goto malformed;
		result = each(payload, &ref);
	}
	return result;
malformed:
	return pawl_error_set(error, PAWL_ERROR_SERVER, "%s:%zu is malformed: run git fsck",
			      path.ptr, number);
}
