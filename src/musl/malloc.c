/*
 * The hooks' malloc(), in the place of musl's, which gives freed memory back to the kernel at once:
 * a push of 1,000 files spent half its time on that. A hook lives for milliseconds; freed blocks
 * are kept for the next of their size, and what is large is mapped alone and given back.
 *
 * Blocks of one class are never joined to others: what the lists hold is bounded by the most that
 * each class held at one time. A header tells a block in use from a free one, so that a double
 * free() or one of a stranger ends the program.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CLASSES	      96
#define LARGEST_CLASS ((size_t)512 << 10)
#define FIRST_REGION  ((size_t)1 << 20)
#define HUGE_PAGE     ((size_t)2 << 20)
#define PAGE	      ((size_t)4096)

struct block {
	size_t size;  /* without the header; of a mapped block, what the mapping has */
	uint32_t use; /* IN_USE, FREE or MAPPED, mixed with the address */
	uint32_t class;
	union {
		struct block *next; /* where free */
		max_align_t bytes;
	};
};

#define HEADER offsetof(struct block, bytes)

enum { IN_USE = 0x5aa51bee, MAPPED = 0x4d617050, FREE = 0x46726545 };

static struct block *lists[CLASSES];
static char *region, *region_end;

/* It is held for a few instructions: who meets it held looks again a few times, and then sleeps, or
 * it would take the time of a holder that is not running. */
enum { OPEN, HELD, AWAITED };
#define LOOKS 100
/* As in linux/futex.h, which is none of musl's headers. */
enum { WAIT_HERE = 0 | 128, WAKE_HERE = 1 | 128 };
static atomic_uint lock;

static void lock_await(void)
{
	int saved = errno;

	for (unsigned looks = 0; looks < LOOKS; looks++) {
		unsigned open = OPEN;

		if (atomic_load_explicit(&lock, memory_order_relaxed) == OPEN &&
		    atomic_compare_exchange_strong_explicit(
			    &lock, &open, HELD, memory_order_acquire, memory_order_relaxed))
			return;
	}
	while (atomic_exchange_explicit(&lock, AWAITED, memory_order_acquire) != OPEN)
		syscall(SYS_futex, &lock, WAIT_HERE, AWAITED, NULL);
	errno = saved;
}

static void lock_take(void)
{
	unsigned open = OPEN;

	if (!atomic_compare_exchange_strong_explicit(&lock, &open, HELD, memory_order_acquire,
						     memory_order_relaxed))
		lock_await();
}

static void lock_give(void)
{
	if (atomic_exchange_explicit(&lock, OPEN, memory_order_release) == AWAITED)
		syscall(SYS_futex, &lock, WAKE_HERE, 1); /* which cannot fail */
}

static uint32_t mark(const struct block *block, uint32_t use)
{
	return use ^ (uint32_t)((uintptr_t)block >> 4);
}

/* Multiples of 16 up to 512, then four steps to each doubling. */
static uint32_t class_of(size_t size, size_t *rounded)
{
	if (size <= 512) {
		uint32_t class = size ? (uint32_t)((size - 1) / 16) : 0;

		*rounded = (size_t)(class + 1) * 16;
		return class;
	}
	unsigned power = 63 - (unsigned)__builtin_clzll(size - 1);
	unsigned step = (unsigned)((size - 1) >> (power - 2)) & 3;

	*rounded = ((size_t)step + 5) << (power - 2);
	return 32 + (power - 9) * 4 + step;
}

static void *mapped(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static struct block *block_of(void *memory)
{
	return (struct block *)(void *)((char *)memory - HEADER);
}

/*
 * A page costs its first touch a microsecond or several, which is more than what is then done with
 * it; one huge page costs as much as fifty small ones. Where the kernel has none to give, small
 * ones stand in.
 */
static char *huge_page(void)
{
	char *memory = mapped(2 * HUGE_PAGE - PAGE);

	if (!memory)
		return NULL;
	size_t before = -(uintptr_t)memory & (HUGE_PAGE - 1), behind = HUGE_PAGE - PAGE - before;
	int saved = errno;
	if (before)
		munmap(memory, before);
	if (behind)
		munmap(memory + before + HUGE_PAGE, behind);
	madvise(memory + before, HUGE_PAGE, MADV_HUGEPAGE);
	errno = saved;
	return memory + before;
}

/* From the region, whose bytes are still zero. What is left of the last region is given up. */
static struct block *block_new(size_t size)
{
	size_t need = HEADER + size;

	if ((size_t)(region_end - region) < need) {
		bool first = !region;
		char *next = first ? mapped(FIRST_REGION) : huge_page();

		if (!next)
			return NULL;
		region = next;
		region_end = next + (first ? FIRST_REGION : HUGE_PAGE);
	}
	struct block *block = (struct block *)(void *)region;
	region += need;
	return block;
}

static void *map_alone(size_t size)
{
	if (size > PTRDIFF_MAX - HEADER - PAGE) {
		errno = ENOMEM;
		return NULL;
	}
	size_t whole = (HEADER + size + PAGE - 1) & ~(PAGE - 1);
	struct block *block = mapped(whole);

	if (!block)
		return NULL;
	block->size = whole - HEADER;
	block->use = mark(block, MAPPED);
	return &block->bytes;
}

static void *allocate(size_t size, bool zero)
{
	size_t rounded;

	if (size > LARGEST_CLASS)
		return map_alone(size);
	uint32_t class = class_of(size, &rounded);
	lock_take();
	struct block *block = lists[class];
	bool fresh = !block;
	if (block)
		lists[class] = block->next;
	else
		block = block_new(rounded);
	lock_give();
	if (!block)
		return NULL;
	if (!fresh && block->use != mark(block, FREE))
		abort();
	block->size = rounded;
	block->class = class;
	block->use = mark(block, IN_USE);
	if (zero && !fresh)
		memset(&block->bytes, 0, size);
	return &block->bytes;
}

/* The C library's headers name no parameters of these in a way that could be kept. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
void *malloc(size_t size)
{
	return allocate(size, false);
}

void *calloc(size_t count, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(count, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return allocate(all, true);
}

void free(void *memory)
{
	if (!memory)
		return;
	struct block *block = block_of(memory);
	if (block->use == mark(block, MAPPED)) {
		int saved = errno;

		munmap(block, HEADER + block->size);
		errno = saved;
		return;
	}
	if (block->use != mark(block, IN_USE) || block->class >= CLASSES)
		abort();
	block->use = mark(block, FREE);
	lock_take();
	block->next = lists[block->class];
	lists[block->class] = block;
	lock_give();
}

static void *mapping_resize(struct block *block, size_t size)
{
	size_t whole = (HEADER + size + PAGE - 1) & ~(PAGE - 1);

	block = mremap(block, HEADER + block->size, whole, MREMAP_MAYMOVE);
	if (block == MAP_FAILED)
		return NULL;
	block->size = whole - HEADER;
	block->use = mark(block, MAPPED);
	return &block->bytes;
}

void *realloc(void *memory, size_t size)
{
	if (!memory)
		return malloc(size);
	struct block *block = block_of(memory);
	bool is_mapped = block->use == mark(block, MAPPED);

	if (!is_mapped && block->use != mark(block, IN_USE))
		abort();
	if (is_mapped && size > LARGEST_CLASS && size <= PTRDIFF_MAX - HEADER - PAGE)
		return mapping_resize(block, size);
	if (size <= block->size && size >= block->size / 2)
		return memory;
	void *moved = malloc(size);
	if (!moved)
		return NULL;
	memcpy(moved, memory, size < block->size ? size : block->size);
	free(memory);
	return moved;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
