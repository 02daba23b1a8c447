/* What a policy says when it says nothing, and the questions that others ask of it. */
#include "keys.h"

/* values.c stores a choice as an int. */
_Static_assert(sizeof(enum policy_surface) == sizeof(int) &&
		       sizeof(enum policy_type_checking) == sizeof(int) &&
		       sizeof(enum policy_granularity) == sizeof(int) &&
		       sizeof(enum policy_on_error) == sizeof(int) &&
		       sizeof(enum policy_on_commit) == sizeof(int) &&
		       sizeof(enum policy_audit) == sizeof(int) &&
		       sizeof(enum policy_after_deadline) == sizeof(int) &&
		       sizeof(enum policy_state) == sizeof(int),
	       "an enum is as wide as an int");

#define DEFAULT_LIST(list)                                                                         \
	((struct slices){(struct slice *)(list), sizeof(list) / sizeof *(list), 0})

void policy_defaults(struct policy *out)
{
	static const struct slice roots[] = {{".", 1}};
	static const struct slice include[] = {{"*.py", 4}, {"*.pyi", 5}};
	static const struct slice refs[] = {{"refs/heads/*", 12}};

	*out = (struct policy){
		.roots = DEFAULT_LIST(roots),
		.include = DEFAULT_LIST(include),
		.refs = DEFAULT_LIST(refs),
		.baseline = SLICE(".pawl/baseline"),
		.auto_ratchet = true,
		.time_limit = PAWL_TIME_LIMIT,
		.max_blob_size = PAWL_MAX_BLOB_SIZE,
		.limits = {.max_imports = PAWL_MAX_IMPORTS, .max_depth = PAWL_MAX_NESTING},
		.max_commits = PAWL_MAX_NEW_COMMITS,
	};
}

void facade_defaults(struct facade_policy *out)
{
	*out = (struct facade_policy){.keep_import = true};
}

static size_t key_size(const struct key *key)
{
	switch (key->type) {
	case KEY_CHOICE:
		return sizeof(int);
	case KEY_YES_NO:
		return sizeof(bool);
	case KEY_COUNT:
	case KEY_SIZE:
		return sizeof(size_t);
	case KEY_TIME:
		return sizeof(unsigned);
	default:
		return key_is_list(key) ? sizeof(struct slices) : sizeof(struct slice);
	}
}

void policy_overlay_server(struct policy *pushed, const struct policy *server)
{
	for (size_t i = 0; i < policy_key_count; i++) {
		const struct key *key = &policy_keys[i];

		if (key->section != SECTION_PAWL || (!key->server_only && !server->key_lines[i]))
			continue;
		memcpy((char *)pushed + key->offset, (const char *)server + key->offset,
		       key_size(key));
		if (key->type == KEY_FACTS)
			pushed->facts_off = server->facts_off;
	}
}

bool policy_reads(const struct policy *policy, struct slice path)
{
	return patterns_match(&policy->include, path) && !patterns_match(&policy->exclude, path);
}

bool policy_allows(const struct facade_policy *facade, struct slice path)
{
	return patterns_match(&facade->allow, path);
}

bool policy_allows_line(const struct policy *policy, const struct text *text, struct position at)
{
	static const struct slice mark = {"# pawl: allow (", 15};
	struct slice line, rest;
	const char *found;

	if (!policy->inline_allow)
		return false;
	line = text_line(text, at);
	found = slice_find(line, mark);
	if (!found)
		return false;
	rest.ptr = found + mark.len;
	rest.len = line.len - (size_t)(rest.ptr - line.ptr);
	found = memchr(rest.ptr, ')', rest.len);
	return found && found > rest.ptr;
}

bool policy_bars(const struct facade_policy *facade, struct slice path)
{
	return facade->only.count && !patterns_match(&facade->only, path) &&
	       !policy_allows(facade, path);
}

struct slice policy_symbol_facade(const struct policy *policy, struct slice symbol)
{
	const struct facade_policy *itself = policy_facade(policy, symbol);
	const char *dot = symbol.len ? memrchr(symbol.ptr, '.', symbol.len) : NULL;

	if (itself && itself->only.count)
		return symbol;
	return (struct slice){symbol.ptr, dot ? (size_t)(dot - symbol.ptr) : 0};
}

struct slice policy_bar_note(const struct facade_policy *facade, struct arena *arena)
{
	struct buf buf = {.arena = arena};

	buf_add_string(&buf, "only ");
	for (size_t i = 0; i < facade->only.count; i++) {
		buf_add_string(&buf, i ? " " : "");
		buf_add(&buf, facade->only.items[i]);
	}
	buf_add_string(&buf, " may import it");
	return buf_slice(&buf);
}

/* What of a root lies below another one; empty where it does not. */
static struct slice root_below(struct slice root, struct slice above)
{
	while (root.len && root.ptr[root.len - 1] == '/')
		root.len--;
	while (above.len && above.ptr[above.len - 1] == '/')
		above.len--;
	if (slice_equal_string(root, "."))
		return (struct slice){0};
	if (!above.len || slice_equal_string(above, "."))
		return root;
	if (root.len <= above.len || !slice_starts_with(root, above) || root.ptr[above.len] != '/')
		return (struct slice){0};
	return (struct slice){root.ptr + above.len + 1, root.len - above.len - 1};
}

static struct slices nested_roots(const struct slices *roots, struct arena *arena)
{
	struct slices nested = {0};

	for (size_t i = 0; i < roots->count; i++)
		for (size_t j = 0; j < roots->count; j++) {
			struct slice below = root_below(roots->items[i], roots->items[j]);
			char *name = arena_alloc(arena, below.len + 1);

			for (size_t k = 0; k < below.len; k++)
				name[k] = below.ptr[k] == '/' ? '.' : below.ptr[k];
			if (below.len)
				*ARENA_PUSH(arena, &nested) = (struct slice){name, below.len};
		}
	return nested;
}

struct facade_set policy_facade_set(const struct policy *policy, struct arena *arena)
{
	struct facade_set set = {.count = policy->count};
	bool *restricted;

	set.names = arena_alloc(arena, (policy->count + 1) * sizeof *set.names);
	restricted = arena_alloc(arena, (policy->count + 1) * sizeof *restricted);
	for (size_t i = 0; i < policy->count; i++)
		set.names[i] = policy->items[i].name;
	for (size_t i = 0; i < policy->count; i++)
		restricted[i] = policy->items[i].only.count > 0;
	set.restricted = restricted;
	set.nested_roots = nested_roots(&policy->roots, arena);
	return set;
}

const struct facade_policy *policy_facade(const struct policy *policy, struct slice name)
{
	for (size_t i = 0; i < policy->count; i++)
		if (slice_equal(policy->items[i].name, name))
			return &policy->items[i];
	return NULL;
}
