/*
 * Writes the tables of deps/utf8proc.c, from the utf8proc of the machine that builds: so the data
 * are utf8proc's own, and only how they are kept differs.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <utf8proc.h>

#define POINTS		 0x110000
#define LONGEST		 18
#define PROPERTIES	 256
#define COMPOSITIONS	 2048
#define HANGUL_SYLLABLES 0xac00
#define HANGUL_END	 0xd7a4

static _Noreturn void fail(const char *why)
{
	fprintf(stderr, "deps/utf8proc-tables: %s\n", why);
	exit(1);
}

struct property {
	int category, class, width;
};

static bool is_hangul(utf8proc_int32_t point)
{
	return point >= HANGUL_SYLLABLES && point < HANGUL_END;
}

/* Runs of code points that have the same properties: first << 8 | which properties. */
static void properties_write(void)
{
	static struct property seen[PROPERTIES];
	size_t count = 0, last = PROPERTIES;

	puts("static const uint32_t runs[] = {");
	for (utf8proc_int32_t point = 0; point < POINTS; point++) {
		struct property here = {(int)utf8proc_category(point),
					utf8proc_get_property(point)->combining_class,
					utf8proc_charwidth(point)};
		size_t i = 0;

		while (i < count && (seen[i].category != here.category ||
				     seen[i].class != here.class || seen[i].width != here.width))
			i++;
		if (i == PROPERTIES)
			fail("more kinds of code points than expected");
		if (i == count)
			seen[count++] = here;
		if (i != last)
			printf("0x%x,\n", (unsigned)point << 8 | (unsigned)i);
		last = i;
	}
	puts("};\nstatic const struct property properties[] = {");
	for (size_t i = 0; i < count; i++)
		printf("{%d, %d, %d},\n", seen[i].category, seen[i].class, seen[i].width);
	puts("};");
}

static size_t decompose(utf8proc_int32_t point, utf8proc_option_t options,
			utf8proc_int32_t out[LONGEST])
{
	int last_class = 0;
	utf8proc_ssize_t len = utf8proc_decompose_char(point, out, LONGEST, options, &last_class);

	if (len <= 0 || len > LONGEST)
		fail("a decomposition of another length than expected");
	return (size_t)len;
}

static bool is_decomposed(utf8proc_int32_t point, utf8proc_int32_t out[LONGEST], size_t *len)
{
	*len = decompose(point, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, out);
	return !is_hangul(point) && (*len != 1 || out[0] != point);
}

/* Full compatibility decompositions: the points in order, and where the UTF-8 of each ends. */
static void decompositions_write(void)
{
	utf8proc_int32_t points[LONGEST];
	size_t len, end = 0;

	puts("static const uint32_t decomposed[] = {");
	for (utf8proc_int32_t point = 0; point < POINTS; point++)
		if (is_decomposed(point, points, &len))
			printf("0x%x,\n", (unsigned)point);
	puts("};\nstatic const unsigned char decompositions[] = {");
	for (utf8proc_int32_t point = 0; point < POINTS; point++) {
		if (!is_decomposed(point, points, &len))
			continue;
		for (size_t i = 0; i < len; i++) {
			utf8proc_uint8_t bytes[4];
			utf8proc_ssize_t count = utf8proc_encode_char(points[i], bytes);

			for (utf8proc_ssize_t k = 0; k < count; k++)
				printf("%d,", bytes[k]);
		}
		puts("");
	}
	puts("};\nstatic const uint16_t ends[] = {");
	for (utf8proc_int32_t point = 0; point < POINTS; point++) {
		if (!is_decomposed(point, points, &len))
			continue;
		for (size_t i = 0; i < len; i++) {
			utf8proc_uint8_t bytes[4];
			end += (size_t)utf8proc_encode_char(points[i], bytes);
		}
		if (end > UINT16_MAX)
			fail("longer decompositions than expected");
		printf("%zu,\n", end);
	}
	puts("};");
}

/* What the points are after canonical composition: their number, in place. */
static size_t compose(utf8proc_int32_t *points, size_t len)
{
	utf8proc_ssize_t left = utf8proc_normalize_utf32(points, (utf8proc_ssize_t)len,
							 UTF8PROC_STABLE | UTF8PROC_COMPOSE);

	if (left <= 0)
		fail("a composition that fails");
	return (size_t)left;
}

struct composition {
	utf8proc_int32_t first, second, result;
};

static int composition_compare(const void *a, const void *b)
{
	const struct composition *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->second > y->second) - (x->second < y->second);
}

/*
 * Pairs of points that compose, each with the result. The pair of a point is all that it
 * canonically decomposes to but the last, composed, and that last. Excluded from composition is
 * what does not come back.
 */
static void compositions_write(void)
{
	static struct composition found[COMPOSITIONS];
	size_t count = 0;

	for (utf8proc_int32_t point = 0; point < POINTS; point++) {
		utf8proc_int32_t points[LONGEST];
		size_t len = decompose(point, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, points);
		utf8proc_int32_t last = points[len - 1];

		if (len < 2 || is_hangul(point))
			continue;
		if (compose(points, len - 1) != 1)
			continue;
		utf8proc_int32_t pair[LONGEST] = {points[0], last};
		if (compose(pair, 2) != 1 || pair[0] != point)
			continue;
		if (count == COMPOSITIONS)
			fail("more compositions than expected");
		found[count++] = (struct composition){points[0], last, point};
	}
	qsort(found, count, sizeof *found, composition_compare);
	puts("static const struct composition compositions[] = {");
	for (size_t i = 0; i < count; i++)
		printf("{0x%x, 0x%x, 0x%x},\n", (unsigned)found[i].first, (unsigned)found[i].second,
		       (unsigned)found[i].result);
	puts("};");
}

int main(void)
{
	properties_write();
	decompositions_write();
	compositions_write();
	return 0;
}
