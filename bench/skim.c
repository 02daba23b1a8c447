/*
 * How fast texts are skimmed: bench/skim ROUNDS < PATHS
 *
 * Reads every file named on stdin, then prints two rates in MB/s of processor time, each the median
 * of so many rounds over all texts: as the skim reads them, which is to behind the last import; and
 * whole, which an import at each text's end makes it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../src/python/skim.h"

#define MAX_FILE ((size_t)64 << 20)

struct texts {
	struct slice *items;
	size_t count, capacity;
	size_t bytes;
};

static void read_texts(struct arena *arena, struct texts *out)
{
	char path[4096];

	while (fgets(path, sizeof path, stdin)) {
		struct pawl_error error = {0};
		struct slice bytes;

		path[strcspn(path, "\n")] = '\0';
		if (file_read(arena, path, MAX_FILE, &bytes, &error) != 0) {
			fprintf(stderr, "bench/skim: %s: %s\n", path, error.message);
			exit(2);
		}
		*ARENA_PUSH(arena, out) = bytes;
		out->bytes += bytes.len;
	}
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double rate(const struct texts *texts)
{
	double start = seconds();

	for (size_t i = 0; i < texts->count; i++) {
		struct arena scratch = {0};
		struct text text = {.bytes = texts->items[i], .state = TEXT_READABLE};
		struct skim skim;

		skim_read(&text, NULL, &scratch, &skim);
		arena_free(&scratch);
	}
	return (double)texts->bytes / 1e6 / (seconds() - start);
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void print_median(const struct texts *texts, size_t rounds)
{
	double *rates = memory_calloc(rounds, sizeof *rates);

	for (size_t i = 0; i < rounds; i++)
		rates[i] = rate(texts);
	qsort(rates, rounds, sizeof *rates, compare);
	printf("%.0f\n", rates[rounds / 2]);
	free(rates);
}

int main(int argc, char **argv)
{
	struct arena arena = {0};
	struct texts texts = {0};
	long rounds = argc == 2 ? strtol(argv[1], NULL, 10) : 0;

	if (rounds <= 0) {
		fputs("usage: bench/skim ROUNDS < PATHS\n", stderr);
		return 2;
	}
	read_texts(&arena, &texts);
	print_median(&texts, (size_t)rounds);
	for (size_t i = 0; i < texts.count; i++)
		texts.items[i] =
			slice_join(&arena, texts.items[i], SLICE("\n"), SLICE("import z\n"));
	print_median(&texts, (size_t)rounds);
	arena_free(&arena);
	return 0;
}
