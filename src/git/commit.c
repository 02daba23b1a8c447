#include "commit.h"

#include "object.h"

/* An octopus of 100,000 parents is 5 MB. */
#define MAX_COMMIT_BYTES ((size_t)16 << 20)
#define MAX_TAG_BYTES	 ((size_t)16 << 20)
/* git has no limit; nobody tags tags of tags that often. */
#define MAX_TAG_DEPTH 64

/* Takes "KEY <40 hex digits>\n" off the front of *text; false, *text as it was, where it is not
 * there. */
static bool take_id(struct slice *text, struct slice key, git_oid *id)
{
	size_t len = key.len + GIT_OID_SHA1_HEXSIZE + 1;

	if (text->len < len || !slice_starts_with(*text, key) || text->ptr[len - 1] != '\n' ||
	    git_oid_fromstrn(id, text->ptr + key.len, GIT_OID_SHA1_HEXSIZE))
		return false;
	*text = (struct slice){text->ptr + len, text->len - len};
	return true;
}

static struct slice take_line(struct slice *text)
{
	const char *end = memchr(text->ptr, '\n', text->len);
	size_t len = end ? (size_t)(end - text->ptr) : text->len;
	struct slice line = {text->ptr, len};

	*text = (struct slice){text->ptr + len + (end != NULL), text->len - len - (end != NULL)};
	return line;
}

/* "committer NAME <MAIL> SECONDS ZONE"; 0 where it cannot be read, since time only orders work
 * (P11). */
static int64_t committer_time(struct slice header)
{
	while (header.len) {
		struct slice line = take_line(&header);
		const char *mail = NULL;
		int64_t time = 0;

		if (!line.len)
			break;
		if (!slice_starts_with(line, SLICE("committer ")))
			continue;
		mail = memrchr(line.ptr, '>', line.len);
		if (!mail)
			break;
		for (const char *c = mail + 1; c < line.ptr + line.len; c++) {
			if (*c == ' ' && !time)
				continue;
			if (*c < '0' || *c > '9' || time > INT64_MAX / 10 - 9)
				break;
			time = time * 10 + (*c - '0');
		}
		return time;
	}
	return 0;
}

static bool is_at_parent(struct slice text)
{
	/* git reads no parent where the object ends before its line could: it goes on without one
	 */
	return text.len > SLICE("parent ").len + GIT_OID_SHA1_HEXSIZE &&
	       slice_starts_with(text, SLICE("parent "));
}

/* As git's parse_commit_buffer (commit.c): a tree, parents, and then what is of no concern here. */
static bool parse(struct slice text, struct arena *arena, struct commit *out)
{
	struct slice rest;
	size_t count = 0;

	if (!take_id(&text, SLICE("tree "), &out->tree))
		return false;
	rest = text;
	for (git_oid ignored; is_at_parent(rest); count++)
		if (!take_id(&rest, SLICE("parent "), &ignored))
			return false;
	out->parent_count = count;
	out->parents = count ? arena_alloc(arena, count * sizeof *out->parents) : NULL;
	for (size_t i = 0; i < count; i++)
		take_id(&text, SLICE("parent "), &out->parents[i]);
	out->time = committer_time(rest);
	return true;
}

static int read_object(struct repository *repository, const git_oid *id, git_object_t type,
		       size_t limit, struct slice what, struct object *out,
		       struct pawl_error *error)
{
	enum object_state state;

	if (object_read(repository, id, type, limit, what, out, &state, error))
		return -1;
	if (state == OBJECT_TOO_LARGE)
		return pawl_error_set(error, PAWL_ERROR_LIMIT, "object %s is over %zu bytes",
				      git_oid_tostr_s(id), limit);
	if (state == OBJECT_OTHER_TYPE)
		return pawl_error_set(error, PAWL_ERROR_SERVER,
				      "object %s is no %s, but named as one", git_oid_tostr_s(id),
				      git_object_type2string(type));
	return 0;
}

int commit_parse(struct repository *repository, const git_oid *id, struct arena *arena,
		 struct commit *out, struct pawl_error *error)
{
	struct object object;
	bool sound;

	if (read_object(repository, id, GIT_OBJECT_COMMIT, MAX_COMMIT_BYTES, SLICE("a commit"),
			&object, error))
		return -1;
	out->id = *id;
	sound = parse(object.bytes, arena, out);
	object_release(&object);
	if (!sound)
		return pawl_error_set(error, PAWL_ERROR_SERVER,
				      "commit %s is corrupt: run git fsck", git_oid_tostr_s(id));
	return 0;
}

/* What a tag names: "object <id>" is its first line. */
static int read_tag(struct repository *repository, git_oid *id, struct pawl_error *error)
{
	struct object object;
	git_oid target;
	bool sound;

	if (read_object(repository, id, GIT_OBJECT_TAG, MAX_TAG_BYTES, SLICE("a tag"), &object,
			error))
		return -1;
	sound = take_id(&object.bytes, SLICE("object "), &target);
	object_release(&object);
	if (!sound)
		return pawl_error_set(error, PAWL_ERROR_SERVER, "tag %s is corrupt: run git fsck",
				      git_oid_tostr_s(id));
	*id = target;
	return 0;
}

int object_peel(struct repository *repository, const git_oid *id, git_oid *out, git_object_t *type,
		struct pawl_error *error)
{
	*out = *id;
	for (int depth = 0; depth < MAX_TAG_DEPTH; depth++) {
		if (object_type(repository, out, SLICE("a ref"), type, error))
			return -1;
		if (*type == GIT_OBJECT_COMMIT || *type == GIT_OBJECT_TREE)
			return 0;
		if (*type != GIT_OBJECT_TAG)
			return 1;
		if (read_tag(repository, out, error))
			return -1;
	}
	return pawl_error_set(error, PAWL_ERROR_LIMIT, "object %s is a tag of tags, over %d deep",
			      git_oid_tostr_s(id), MAX_TAG_DEPTH);
}

int commit_read(struct repository *repository, const git_oid *id, struct arena *arena,
		struct commit *out, struct pawl_error *error)
{
	git_object_t type;
	git_oid peeled;
	int result = object_peel(repository, id, &peeled, &type, error);

	if (result || type != GIT_OBJECT_COMMIT)
		return result < 0 ? -1 : 1;
	return commit_parse(repository, &peeled, arena, out, error);
}
