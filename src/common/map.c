/*
 * uthash behind two functions: its macros stay in this file, and its memory comes from the arena.
 */
#include "pawl/common.h"

#define uthash_malloc(size)	  arena_alloc(map->arena, (size))
#define uthash_free(memory, size) ((void)(memory))
#define uthash_fatal(message)	  memory_failed()
#include <uthash.h>

struct map_link {
	struct map_entry entry;
	struct map_link *last; /* of the map; kept in the first link alone */
	UT_hash_handle hh;
};

static struct map_link *map_first(const struct map *map)
{
	return map->head ? map->head->link : NULL;
}

static struct map_link *map_find(const struct map *map, struct slice key)
{
	struct map_link *first = map_first(map);
	struct map_link *found = NULL;

	/* uthash compares by memcmp(), which takes no null pointer, not even for no bytes. */
	if (first)
		HASH_FIND(hh, first, key.len ? key.ptr : "", (unsigned)key.len, found);
	return found;
}

void *map_get(const struct map *map, struct slice key)
{
	struct map_link *found = map_find(map, key);

	return found ? found->entry.value : NULL;
}

struct map_entry *map_put(struct map *map, struct slice key)
{
	struct map_link *found = map_find(map, key);
	struct map_link *first = map_first(map);

	if (found)
		return &found->entry;
	if (key.len > UINT32_MAX)
		memory_failed();
	found = arena_alloc(map->arena, sizeof *found);
	found->entry.key = key.len ? key : SLICE("");
	found->entry.link = found;
	if (first)
		first->last->entry.next = &found->entry;
	HASH_ADD_KEYPTR(hh, first, found->entry.key.ptr, (unsigned)key.len, found);
	first->last = found;
	map->head = &first->entry;
	map->count++;
	return &found->entry;
}
