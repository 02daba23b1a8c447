#include "tree.h"

#include <stdlib.h>
#include <strings.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "object.h"

const struct tree tree_without_entries = {0};

/* The shortest entry: a digit, a space, a byte of name, NUL, an id. */
#define MIN_ENTRY_BYTES (size_t)(4 + GIT_OID_SHA1_SIZE)

uint32_t mode_canonical(uint32_t mode)
{
	if (S_ISREG(mode))
		return S_IFREG | (mode & 0100 ? 0755 : 0644);
	if (S_ISLNK(mode))
		return S_IFLNK;
	if (S_ISDIR(mode))
		return S_IFDIR;
	return S_IFDIR | S_IFLNK; /* a gitlink */
}

int tree_order(const struct tree_entry *a, const struct tree_entry *b)
{
	size_t len = a->name.len < b->name.len ? a->name.len : b->name.len;
	int order = memcmp(a->name.ptr, b->name.ptr, len);
	unsigned char after_a, after_b;

	if (order)
		return order;
	after_a = a->name.len > len ? (unsigned char)a->name.ptr[len] : S_ISDIR(a->mode) ? '/' : 0;
	after_b = b->name.len > len ? (unsigned char)b->name.ptr[len] : S_ISDIR(b->mode) ? '/' : 0;
	/* a name that ends and one that goes on with the very slash cannot meet in a sound tree */
	if (after_a == after_b)
		return (a->name.len > b->name.len) - (a->name.len < b->name.len);
	return after_a < after_b ? -1 : 1;
}

/* As git's get_mode (tree-walk.c): octal digits up to a space, not beginning with one. */
static bool parse_any_mode(struct slice bytes, size_t *at, uint32_t *mode)
{
	size_t i = *at;

	if (bytes.ptr[i] == ' ')
		return false;
	for (*mode = 0; i < bytes.len && bytes.ptr[i] != ' '; i++) {
		if (bytes.ptr[i] < '0' || bytes.ptr[i] > '7' || *mode > 07777777)
			return false;
		*mode = (*mode << 3) + (uint32_t)(bytes.ptr[i] - '0');
	}
	*at = i + 1;
	return i < bytes.len;
}

/* Nearly all entries are ordinary files and folders. */
static bool parse_mode(struct slice bytes, size_t *at, uint32_t *mode)
{
	const char *p = bytes.ptr + *at;

	if (bytes.len - *at >= 7 && memcmp(p, "100644 ", 7) == 0) {
		*mode = 0100644;
		*at += 7;
		return true;
	}
	if (bytes.len - *at >= 6 && memcmp(p, "40000 ", 6) == 0) {
		*mode = 040000;
		*at += 6;
		return true;
	}
	return parse_any_mode(bytes, at, mode);
}

/* The NUL behind a name, or a slash before it; `end` where there is neither. */
static const char *name_end(const char *p, const char *end)
{
#ifdef __SSE2__
	for (; end - p >= 16; p += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i stops = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_setzero_si128()),
					     _mm_cmpeq_epi8(bytes, _mm_set1_epi8('/')));
		unsigned found = (unsigned)_mm_movemask_epi8(stops);

		if (found)
			return p + __builtin_ctz(found);
	}
#endif
	while (p < end && *p && *p != '/')
		p++;
	return p;
}

static const char *parse_entry(struct slice bytes, size_t *at, struct tree_entry *entry,
			       bool *has_slash)
{
	const char *last = bytes.ptr + bytes.len, *end;
	uint32_t mode;

	if (!parse_mode(bytes, at, &mode))
		return "a malformed mode";
	end = name_end(bytes.ptr + *at, last);
	*has_slash = end < last && *end == '/';
	if (*has_slash)
		end = memchr(end, '\0', (size_t)(last - end));
	if (!end || (size_t)(last - end) < 1 + GIT_OID_SHA1_SIZE)
		return "an entry that breaks off";
	*entry = (struct tree_entry){
		.name = {bytes.ptr + *at, (size_t)(end - bytes.ptr) - *at},
		.id = (const git_oid *)(end + 1), /* bytes alone: any address will do */
		.mode = mode_canonical(mode),
	};
	*at += entry->name.len + 1 + GIT_OID_SHA1_SIZE;
	return NULL;
}

static const char *check_name(struct slice name, bool has_slash)
{
	if (!name.len)
		return "an entry without a name";
	if (name.ptr[0] == '.') {
		if (slice_equal_string(name, ".") || slice_equal_string(name, ".."))
			return "an entry named . or ..";
		if (name.len == 4 && !strncasecmp(name.ptr, ".git", 4))
			return "an entry named .git";
	}
	return has_slash ? "an entry with a slash in its name" : NULL;
}

static bool is_before(const struct tree_entry *a, const struct tree_entry *b)
{
#ifdef __SSE2__
	/* A name, a NUL and an id: from any name's first byte on, sixteen can be read. */
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)a->name.ptr);
	__m128i y = _mm_loadu_si128((const __m128i *)(const void *)b->name.ptr);
	unsigned differ = 0xffff ^ (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y));
	size_t at = differ ? (size_t)__builtin_ctz(differ) : SIZE_MAX;

	if (at < a->name.len && at < b->name.len)
		return (unsigned char)a->name.ptr[at] < (unsigned char)b->name.ptr[at];
#endif
	return tree_order(a, b) < 0;
}

static int order_for_sort(const void *a, const void *b)
{
	int order = tree_order(a, b);

	if (order)
		return order;
	/* the first of two stays, which is the one that git's own lookup finds */
	const struct tree_entry *left = a, *right = b;

	return left->name.ptr < right->name.ptr ? -1 : 1;
}

static void sort_and_drop_duplicates(struct tree *tree)
{
	size_t kept = 0;

	qsort(tree->items, tree->count, sizeof *tree->items, order_for_sort);
	for (size_t i = 0; i < tree->count; i++)
		if (!kept || tree_order(&tree->items[kept - 1], &tree->items[i]))
			tree->items[kept++] = tree->items[i];
	tree->count = kept;
}

static const struct tree_entry *find_kind(const struct tree *tree, struct slice name, uint32_t mode)
{
	const struct tree_entry wanted = {.name = name, .mode = mode};
	size_t low = 0, high = tree->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = tree_order(&wanted, &tree->items[middle]);

		if (!order)
			return &tree->items[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct tree_entry *tree_find(const struct tree *tree, struct slice name)
{
	const struct tree_entry *file = find_kind(tree, name, S_IFREG);

	return file ? file : find_kind(tree, name, S_IFDIR);
}

/* Whether there is a file of a folder's name. They need not be neighbours (`a`, `a.b`, `a/`), but
 * what stands between them begins with the name. */
static bool has_file_of_name(const struct tree *tree, size_t folder)
{
	struct slice name = tree->items[folder].name, before;

	if (!folder)
		return false;
	before = tree->items[folder - 1].name;
	if (before.len < name.len || before.ptr[name.len - 1] != name.ptr[name.len - 1] ||
	    !slice_starts_with(before, name))
		return false;
	return find_kind(tree, name, S_IFREG) != NULL;
}

static bool has_file_and_folder_of_one_name(const struct tree *tree)
{
	for (size_t i = 0; i < tree->count; i++)
		if (S_ISDIR(tree->items[i].mode) && has_file_of_name(tree, i))
			return true;
	return false;
}

struct tree tree_parse(struct arena *arena, struct slice bytes)
{
	struct tree tree = {0};
	bool sorted = true;

	tree.items = arena_reserve(arena, (bytes.len / MIN_ENTRY_BYTES + 1) * sizeof *tree.items);
	for (size_t at = 0; at < bytes.len;) {
		struct tree_entry *entry = &tree.items[tree.count];
		bool has_slash;
		const char *wrong = parse_entry(bytes, &at, entry, &has_slash);

		if (wrong) {
			tree.broken = wrong;
			break;
		}
		if (!tree.broken)
			tree.broken = check_name(entry->name, has_slash);
		if (tree.count && !is_before(entry - 1, entry))
			sorted = false;
		tree.count++;
	}
	if (!sorted) {
		sort_and_drop_duplicates(&tree);
		tree.broken = "entries that are not sorted, or twice there";
	} else if (!tree.broken && has_file_and_folder_of_one_name(&tree)) {
		tree.broken = "a file and a folder of the same name";
	}
	return tree;
}

static const struct tree *parse_kept(struct arena *arena, struct slice bytes, git_oid **id)
{
	struct tree *tree = arena_alloc(arena, sizeof *tree);

	*tree = tree_parse(arena, slice_copy(arena, bytes));
	*id = arena_alloc(arena, sizeof **id);
	return tree;
}

int tree_read(struct repository *repository, const git_oid *id, struct arena *scratch,
	      const struct tree **out, struct pawl_error *error)
{
	static const struct tree other_type = {.broken =
						       "an object in a tree's place that is none"};
	static const struct tree too_large = {.broken = "more than 64 MiB"};
	struct slice key = {(const char *)id->id, GIT_OID_SHA1_SIZE};
	enum object_state state;
	struct object object;
	git_oid *kept_id;

	*out = map_get(&repository->trees, key);
	if (*out)
		return 0;
	if (object_read(repository, id, GIT_OBJECT_TREE, MAX_TREE_BYTES, SLICE("a folder"), &object,
			&state, error))
		return -1;
	if (state != OBJECT_READ) {
		*out = state == OBJECT_OTHER_TYPE ? &other_type : &too_large;
		return 0;
	}
	if (repository->kept_tree_bytes + object.bytes.len > MAX_KEPT_TREE_BYTES) {
		*out = parse_kept(scratch, object.bytes, &kept_id);
	} else {
		repository->kept_tree_bytes += object.bytes.len;
		*out = parse_kept(&repository->arena, object.bytes, &kept_id);
		*kept_id = *id;
		key.ptr = (const char *)kept_id->id;
		map_put(&repository->trees, key)->value = (void *)(uintptr_t)*out;
	}
	object_release(&object);
	return 0;
}
