/* Facts as bytes. The file never leaves its machine: numbers are the machine's own. */
#include "facts.h"
#include "keys.h"

/* ---- writing ---- */

static void put_number(struct buf *out, uint32_t number)
{
	buf_add(out, (struct slice){(const char *)&number, sizeof number});
}

static void put_slice(struct buf *out, struct slice slice)
{
	put_number(out, (uint32_t)slice.len);
	buf_add(out, slice);
}

static void put_position(struct buf *out, const struct position *at)
{
	put_number(out, at->offset);
	put_number(out, at->line);
	put_number(out, at->column);
}

/* Neighbours share their paths: an empty one is the one before. */
static void put_path(struct buf *out, struct slice path, struct slice *last)
{
	bool same = path.len && slice_equal(path, *last);

	put_slice(out, same ? (struct slice){0} : path);
	*last = path;
}

void record_uses(struct buf *out, const struct tree_uses *uses)
{
	struct slice last = {0};

	put_number(out, (uint32_t)uses->texts);
	put_number(out, (uint32_t)uses->count);
	for (size_t i = 0; i < uses->count; i++) {
		const struct tree_use *use = &uses->items[i];

		put_path(out, use->path, &last);
		put_position(out, &use->at);
		put_number(out, use->facade);
		put_number(out, (uint32_t)use->via);
		put_number(out, (uint32_t)(use->escape | use->allowed << 1 | use->known << 2 |
					   use->accident << 3 | use->barred << 4 |
					   use->barred_alone << 5));
		put_slice(out, use->symbol);
		put_slice(out, use->module);
		put_slice(out, use->name);
		put_slice(out, use->canonical);
		put_slice(out, use->line);
	}
}

static void put_module(struct buf *out, const struct module_name *module)
{
	put_number(out, (uint32_t)(module->known | module->package << 1 | module->stub << 2));
	put_slice(out, module->name);
}

static bool is_kept(const struct tree_text *text)
{
	return text->state == TREE_TEXT_DONE && !text->unreadable && entry_is_blob(&text->entry);
}

void record_texts(struct buf *out, const struct tree_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		const struct tree_text *text = &texts->items[i];

		if (!is_kept(text))
			continue;
		buf_add(out, (struct slice){(const char *)&text->entry.id, sizeof(git_oid)});
		put_module(out, &text->module);
		put_number(out, (uint32_t)text->count);
		for (size_t j = 0; j < text->count; j++) {
			const struct text_use *use = &text->items[j];

			put_number(out, use->facade);
			put_number(out, (uint32_t)use->via);
			put_number(out, (uint32_t)(use->type_checking | use->escape << 1 |
						   use->allowed << 2 | use->itself << 3));
			put_position(out, &use->at);
			put_slice(out, use->name);
			put_slice(out, use->line);
		}
	}
}

static void put_list(struct buf *out, const struct slices *list)
{
	put_number(out, (uint32_t)list->count);
	for (size_t i = 0; i < list->count; i++)
		put_slice(out, list->items[i]);
}

static void put_value(struct buf *out, const struct key *key, const void *field)
{
	const struct slice *slices = field;

	if (key_is_list(key)) {
		put_list(out, field);
		return;
	}
	switch (key->type) {
	case KEY_CHOICE:
		put_slice(out, (struct slice){field, sizeof(int)});
		break;
	case KEY_YES_NO:
		put_number(out, *(const bool *)field);
		break;
	case KEY_COUNT:
	case KEY_SIZE:
		put_slice(out, (struct slice){field, sizeof(size_t)});
		break;
	case KEY_TIME:
		put_slice(out, (struct slice){field, sizeof(unsigned)});
		break;
	case KEY_SOURCE:
		put_slice(out, slices[0]);
		put_slice(out, slices[1]);
		break;
	case KEY_FACTS:
		break;
	default:
		put_slice(out, slices[0]);
	}
}

static void put_section(struct buf *out, enum key_section section, const void *fields)
{
	for (size_t i = 0; i < policy_key_count; i++)
		if (policy_keys[i].section == section)
			put_value(out, &policy_keys[i],
				  (const char *)fields + policy_keys[i].offset);
}

void record_policy(struct buf *out, const struct policy *policy)
{
	put_section(out, SECTION_PAWL, policy);
	put_number(out, (uint32_t)policy->count);
	for (size_t i = 0; i < policy->count; i++) {
		put_slice(out, policy->items[i].name);
		put_section(out, SECTION_FACADE, &policy->items[i]);
	}
}

/* ---- reading ---- */

/* Bytes that are taken from the front; once they do not suffice, nothing more is. */
struct taking {
	struct slice rest;
	bool failed;
};

static struct slice take(struct taking *taking, size_t len)
{
	struct slice taken = {taking->rest.ptr, len};

	if (len > taking->rest.len) {
		taking->failed = true;
		taking->rest.len = 0;
		return (struct slice){0};
	}
	taking->rest.ptr += len;
	taking->rest.len -= len;
	return taken;
}

static uint32_t take_number(struct taking *taking)
{
	struct slice taken = take(taking, sizeof(uint32_t));
	uint32_t number = 0;

	if (taken.len)
		memcpy(&number, taken.ptr, sizeof number);
	return number;
}

static struct slice take_slice(struct taking *taking)
{
	return take(taking, take_number(taking));
}

static uint32_t take_below(struct taking *taking, size_t bound)
{
	uint32_t number = take_number(taking);

	if (number >= bound) {
		taking->failed = true;
		return 0;
	}
	return number;
}

static void take_position(struct taking *taking, struct position *out)
{
	out->offset = take_number(taking);
	out->line = take_number(taking);
	out->column = take_number(taking);
}

static void take_use(struct taking *taking, size_t facades, struct slice *path,
		     struct tree_use *out)
{
	struct slice own = take_slice(taking);
	uint32_t flags;

	if (own.len)
		*path = own;
	out->path = *path;
	take_position(taking, &out->at);
	out->facade = take_below(taking, facades);
	out->via = (enum use_via)take_below(taking, VIA_STRING + 1);
	flags = take_below(taking, 1 << 6);
	out->escape = flags & 1;
	out->allowed = flags & 2;
	out->known = flags & 4;
	out->accident = flags & 8;
	out->barred = flags & 16;
	out->barred_alone = flags & 32;
	out->symbol = take_slice(taking);
	out->module = take_slice(taking);
	out->name = take_slice(taking);
	out->canonical = take_slice(taking);
	out->line = take_slice(taking);
}

bool recorded_uses(struct slice bytes, size_t facades, struct arena *arena, struct tree_uses *out)
{
	struct taking taking = {.rest = bytes};
	struct tree_uses uses = {.texts = take_number(&taking)};
	uint32_t count = take_below(&taking, bytes.len);
	struct slice path = {0};

	for (uint32_t i = 0; i < count && !taking.failed; i++)
		take_use(&taking, facades, &path, ARENA_PUSH(arena, &uses));
	if (taking.failed || taking.rest.len)
		return false;
	*out = uses;
	return true;
}

static void take_text(struct taking *taking, size_t facades, struct arena *arena,
		      struct tree_text *out)
{
	struct slice id = take(taking, sizeof(git_oid));
	uint32_t flags = take_below(taking, 1 << 3), count;

	if (id.len)
		memcpy(&out->entry.id, id.ptr, sizeof(git_oid));
	out->module = (struct module_name){take_slice(taking), flags & 1, flags & 2, flags & 4};
	out->state = TREE_TEXT_DONE;
	count = take_number(taking);
	for (uint32_t i = 0; i < count && !taking->failed; i++) {
		struct text_use *use = ARENA_PUSH(arena, out);

		use->facade = take_below(taking, facades);
		use->via = (enum use_via)take_below(taking, VIA_STRING + 1);
		flags = take_below(taking, 1 << 4);
		use->type_checking = flags & 1;
		use->escape = flags & 2;
		use->allowed = flags & 4;
		use->itself = flags & 8;
		take_position(taking, &use->at);
		use->name = take_slice(taking);
		use->line = take_slice(taking);
	}
}

bool recorded_texts(struct slice bytes, size_t facades, struct arena *arena, struct tree_texts *out)
{
	struct taking taking = {.rest = bytes};
	struct tree_texts texts = {0};

	while (taking.rest.len && !taking.failed)
		take_text(&taking, facades, arena, ARENA_PUSH(arena, &texts));
	if (taking.failed)
		return false;
	*out = texts;
	return true;
}
