/*
 * What every room needs: errors as values, memory by arena, texts as slices, a map.
 *
 * Nothing here knows of git, of Python or of policies.
 */
#ifndef PAWL_COMMON_H
#define PAWL_COMMON_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PAWL_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* ---- errors (src/common/error.c) ---- */

/* What went wrong decides the exit status, and whether `on-error = accept` may cover it (S4). */
enum pawl_error_kind {
	PAWL_ERROR_NONE = 0,
	PAWL_ERROR_CALL,   /* exit 2: the command line, or what the caller says on stdin */
	PAWL_ERROR_POLICY, /* exit 2: the policy is wrong */
	PAWL_ERROR_SERVER, /* exit 3: a missing object, an unlistable ref store, a full disk */
	PAWL_ERROR_LIMIT,  /* exit 3: a limit or no memory; never covered by `on-error` */
};

struct pawl_error {
	enum pawl_error_kind kind;
	char message[1024]; /* one sentence, not escaped: whoever prints it escapes it */
};

/* Fills *error, cutting what is too long, and returns -1, so that callers `return
 * pawl_error_set()`. */
int pawl_error_set(struct pawl_error *error, enum pawl_error_kind kind, const char *format, ...)
	PAWL_PRINTF(3, 4);

/* The exit status that DESIGN.md gives an error: 2 or 3 (0 where there is none). */
int pawl_error_exit_status(const struct pawl_error *error);

/* ---- memory (src/common/arena.c) ---- */

/*
 * An arena owns everything that one job allocates (a push, a file) and is freed whole.
 * Zero-initialise it: `struct arena arena = {0};`. Not safe across threads: one arena a thread.
 */
struct arena {
	struct arena_chunk *chunks;
	size_t allocated; /* bytes handed out so far, for `PAWL_TRACE` and for limits */
};

/* `size` zeroed bytes, aligned for any type. Never NULL: a failed allocation ends in the handler
 * below. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));
/* The same, but with whatever bytes there are: for what is written before it is read, and may be
 * larger than what then is needed. */
void *arena_reserve(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));
/* The same with a copy of `len` bytes in it, and a NUL behind them. */
char *arena_copy(struct arena *arena, const char *bytes, size_t len)
	__attribute__((malloc, returns_nonnull));

/* Room for `count` + 1 elements of `size` bytes: returns the (possibly moved) array, old elements
 * kept. */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity, size_t size)
	__attribute__((returns_nonnull));

/* Appends a zeroed element to an array of (items, count, capacity) and gives a pointer to it. */
#define ARENA_PUSH(arena, list)                                                                    \
	((list)->items = arena_grow((arena), (list)->items, (list)->count, &(list)->capacity,      \
				    sizeof *(list)->items),                                        \
	 &(list)->items[(list)->count++])

void arena_free(struct arena *arena);

/* Hands all that `from` owns to `arena`; `from` is empty then. */
void arena_adopt(struct arena *arena, struct arena *from);

/*
 * What happens when memory is out, also inside tree-sitter: the handler must not return. A program
 * sets it once, first thing in main(); without one the process aborts.
 */
void memory_on_failure(void (*handler)(void));
_Noreturn void memory_failed(void);

/* malloc and realloc that end in the handler: for what outlives every arena, and for libraries. */
void *memory_alloc(size_t size) __attribute__((returns_nonnull));
void *memory_calloc(size_t count, size_t size) __attribute__((returns_nonnull));
void *memory_realloc(void *old, size_t size) __attribute__((returns_nonnull));

/* ---- slices (src/common/slice.c) ---- */

/* Bytes that someone else owns. May hold NUL; is not NUL-terminated unless the giver says so. */
struct slice {
	const char *ptr;
	size_t len;
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

struct slice slice_of(const char *string); /* the bytes of a C string, without its NUL */
bool slice_equal(struct slice a, struct slice b);
bool slice_equal_string(struct slice a, const char *string);
int slice_compare(struct slice a, struct slice b); /* bytewise, as memcmp, the shorter first */
bool slice_starts_with(struct slice text, struct slice prefix);
bool slice_ends_with(struct slice text, struct slice suffix);
bool slice_is_ascii(struct slice text);
/* Where `needle` first occurs in `text`, or NULL; an empty needle is found at the start. */
const char *slice_find(struct slice text, struct slice needle);

/* The line of that number, from 1, without its LF; empty where there is none. */
struct slice slice_line(struct slice text, unsigned line);

/* Copies in the arena, each NUL-terminated behind its length, so that .ptr is a C string too. */
struct slice slice_copy(struct arena *arena, struct slice slice);
struct slice slice_format(struct arena *arena, const char *format, ...) PAWL_PRINTF(2, 3);
struct slice slice_join(struct arena *arena, struct slice a, struct slice separator,
			struct slice b);

struct slices {
	struct slice *items;
	size_t count, capacity;
};

/* ---- growing text (src/common/buf.c) ---- */

/* A text under construction in an arena. Zero-initialise with the arena: `{.arena = &arena}`. */
struct buf {
	struct arena *arena;
	char *ptr; /* NUL-terminated once anything was added */
	size_t len, capacity;
};

void buf_add(struct buf *buf, struct slice text);
void buf_add_string(struct buf *buf, const char *string);
void buf_add_char(struct buf *buf, char c);
void buf_add_format(struct buf *buf, const char *format, ...) PAWL_PRINTF(2, 3);
struct slice buf_slice(const struct buf *buf);

/* ---- maps from bytes to pointers (src/common/map.c) ---- */

/* Lives in an arena; keys are not copied and must live as long as the map. Zero-initialise with the
 * arena. */
struct map {
	struct arena *arena;
	struct map_entry *head; /* in insertion order */
	size_t count;
};

struct map_entry {
	struct slice key;
	void *value;
	struct map_entry *next; /* in insertion order, NULL at the end */
	struct map_link *link;	/* the map's own */
};

/* The value of `key`, or NULL. */
void *map_get(const struct map *map, struct slice key);
/* The entry of `key`, made with a NULL value where there was none. */
struct map_entry *map_put(struct map *map, struct slice key);

/* ---- files (src/common/file.c) ---- */

/*
 * The whole of a file, NUL-terminated behind its length, in the arena. 0; 1 where there is no such
 * file; -1 with PAWL_ERROR_SERVER (unreadable) or PAWL_ERROR_LIMIT (over `limit` bytes).
 */
int file_read(struct arena *arena, const char *path, size_t limit, struct slice *out,
	      struct pawl_error *error);

/*
 * Replaces a file by write, fsync, rename, fsync of the folder: a reader sees the old bytes or the
 * new ones. Missing folders are made; the mode of a file that is there is kept. -1 with
 * PAWL_ERROR_SERVER, the old file intact and nothing left behind.
 */
int file_replace(const char *path, struct slice bytes, struct pawl_error *error);

/* ---- dates (src/common/date.c) ---- */

#define DATE_SIZE sizeof "2026-01-01"

/* Today's date in UTC, YYYY-MM-DD, in `out`. */
struct slice date_today(char out[DATE_SIZE]);

/* ---- time (src/common/deadline.c) ---- */

/*
 * After `milliseconds` of wall time the process ends with one line and exit status 3, whatever it
 * is doing: the only bound that also holds inside libraries. 0 takes the limit back.
 */
void deadline_set(unsigned milliseconds, const char *program);

/* ---- work on several processors (src/common/crew.c) ---- */

/*
 * Items that are read by several threads, in no order, and visited by the caller's, in theirs. What
 * is visited does not depend on the number of threads, if a visit reads what no other thread has
 * read, and `read` does nothing that another could see but to fill its item.
 */
struct crew_job {
	size_t count; /* of items */
	size_t block; /* the rest of the block that is visited, and the next, is read ahead */
	size_t bytes; /* no more is read ahead while what is held takes more than that; 0: any */
	void *payload;
	/* A further thread begins: its own tools, or NULL where it cannot help. */
	void *(*open)(void *payload);
	/* Reads an item on such a thread, or leaves it. Returns how many bytes it holds, about. */
	size_t (*read)(void *payload, void *tools, size_t item);
	/* The tools' end, on the caller's thread, when all is visited or a visit has failed. */
	void (*close)(void *payload, void *tools);
	/* On the caller's thread, when no other reads the item. 0 or -1. */
	int (*visit)(void *payload, size_t item, struct pawl_error *error);
	size_t started; /* out: how many further threads there were */
};

/*
 * Visits every item, with at most so many threads, the caller's included: fewer where the system
 * gives no more. -1 with the error of the first item whose visit has one; no later one is visited.
 */
int crew_run(struct crew_job *job, size_t threads, struct pawl_error *error);

/* How many processors this process may use. */
size_t crew_processors(void);

/* ---- programs (src/common/program.c) ---- */

/*
 * First thing in every main(): opens what of the descriptors 0 to 2 is closed (else a file that is
 * opened later could be written to as stderr), and ends the process with one line and status 3 when
 * memory is out. `name` must live as long as the process.
 */
void program_start(const char *name);

/* Writes all of a text; an error (a closed stderr) is nothing that could be told, and changes no
 * status. */
void program_write(int fd, struct slice text);

#endif
