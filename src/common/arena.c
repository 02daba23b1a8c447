#include "pawl/common.h"

#include <stdalign.h>
#include <stdlib.h>

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

#define FIRST_CHUNK   ((size_t)16 << 10)
#define LARGEST_CHUNK ((size_t)448 << 10)

/* A program's one reaction to a failed allocation; libraries leave no other way in. */
static void (*failure_handler)(void);

void memory_on_failure(void (*handler)(void))
{
	failure_handler = handler;
}

_Noreturn void memory_failed(void)
{
	if (failure_handler)
		failure_handler();
	abort();
}

void *memory_alloc(size_t size)
{
	void *memory = malloc(size ? size : 1);

	if (!memory)
		memory_failed();
	return memory;
}

void *memory_calloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	if (!memory)
		memory_failed();
	return memory;
}

void *memory_realloc(void *old, size_t size)
{
	void *memory = realloc(old, size ? size : 1);

	if (!memory)
		memory_failed();
	return memory;
}

static size_t aligned(size_t size)
{
	size_t alignment = alignof(max_align_t);

	if (size > SIZE_MAX - alignment)
		memory_failed();
	return (size + alignment - 1) & ~(alignment - 1);
}

/* Chunks double up to a bound, so that a small job stays small and a large one makes few calls. */
static struct arena_chunk *chunk_new(const struct arena *arena, size_t least)
{
	size_t size = arena->chunks ? arena->chunks->size * 2 : FIRST_CHUNK;
	struct arena_chunk *chunk;

	if (size > LARGEST_CHUNK)
		size = LARGEST_CHUNK;
	if (size < least)
		size = least;
	if (size > SIZE_MAX - sizeof *chunk)
		memory_failed();
	chunk = memory_alloc(sizeof *chunk + size);
	chunk->used = 0;
	chunk->size = size;
	return chunk;
}

void *arena_reserve(struct arena *arena, size_t size)
{
	size_t need = aligned(size ? size : 1);
	struct arena_chunk *chunk = arena->chunks;
	void *memory;

	if (!chunk || chunk->size - chunk->used < need) {
		struct arena_chunk *fresh = chunk_new(arena, need);

		if (chunk && need > LARGEST_CHUNK / 2) {
			/* A large one gets a chunk of its own behind the current one, which stays
			 * in use. */
			fresh->next = chunk->next;
			chunk->next = fresh;
		} else {
			fresh->next = chunk;
			arena->chunks = fresh;
		}
		chunk = fresh;
	}
	memory = chunk->bytes + chunk->used;
	chunk->used += need;
	arena->allocated += need;
	return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return memset(arena_reserve(arena, size), 0, size);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t len)
{
	char *copy = arena_reserve(arena, len + 1);

	if (len)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 8;
	void *grown;

	if (count < *capacity)
		return array;
	if (wanted > SIZE_MAX / size)
		memory_failed();
	grown = arena_reserve(arena, wanted * size);
	if (count)
		memcpy(grown, array, count * size);
	memset((char *)grown + count * size, 0, (wanted - count) * size);
	*capacity = wanted;
	return grown;
}

void arena_free(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;

	while (chunk) {
		struct arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	*arena = (struct arena){0};
}

void arena_adopt(struct arena *arena, struct arena *from)
{
	struct arena_chunk *last = from->chunks;

	if (!last)
		return;
	while (last->next)
		last = last->next;
	/* Behind the current chunk, which stays in use. */
	if (arena->chunks) {
		last->next = arena->chunks->next;
		arena->chunks->next = from->chunks;
	} else {
		arena->chunks = from->chunks;
	}
	arena->allocated += from->allocated;
	*from = (struct arena){0};
}
