/*
 * What pawl calls of utf8proc, with the same answers, from tables a quarter of the size: for the
 * hooks, which are to be small. deps/utf8proc-tables.c makes the tables out of utf8proc itself.
 * NFKC is UAX #15's; tests/truth/codecs.py holds it against Python.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <utf8proc.h>

struct property {
	uint8_t category, class, width;
};

struct composition {
	utf8proc_int32_t first, second, result;
};

#include "utf8proc-tables.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Hangul is computed: The Unicode Standard, section 3.12. */
enum {
	S_BASE = 0xac00,
	L_BASE = 0x1100,
	V_BASE = 0x1161,
	T_BASE = 0x11a7,
	L_COUNT = 19,
	V_COUNT = 21,
	T_COUNT = 28,
	S_COUNT = L_COUNT * V_COUNT * T_COUNT,
};

/* ---- tables ---- */

static const struct property *property_of(utf8proc_int32_t point)
{
	static const struct property none = {UTF8PROC_CATEGORY_CN, 0, 0};
	size_t low = 0, high = COUNT(runs);

	if (point < 0 || point > 0x10ffff)
		return &none;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (runs[middle] >> 8 <= (uint32_t)point)
			low = middle;
		else
			high = middle;
	}
	return &properties[runs[low] & 0xff];
}

utf8proc_category_t utf8proc_category(utf8proc_int32_t point)
{
	return (utf8proc_category_t)property_of(point)->category;
}

int utf8proc_charwidth(utf8proc_int32_t point)
{
	return property_of(point)->width;
}

static bool decomposition_find(utf8proc_int32_t point, size_t *out)
{
	size_t low = 0, high = COUNT(decomposed);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (decomposed[middle] == (uint32_t)point) {
			*out = middle;
			return true;
		}
		if (decomposed[middle] < (uint32_t)point)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* ---- UTF-8 ---- */

utf8proc_ssize_t utf8proc_iterate(const utf8proc_uint8_t *bytes, utf8proc_ssize_t len,
				  utf8proc_int32_t *out)
{
	static const utf8proc_int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	utf8proc_int32_t point;
	utf8proc_ssize_t need;

	*out = -1;
	if (len == 0)
		return 0;
	if (bytes[0] < 0x80)
		need = 1;
	else if (bytes[0] >= 0xc2 && bytes[0] < 0xe0)
		need = 2;
	else if (bytes[0] >= 0xe0 && bytes[0] < 0xf0)
		need = 3;
	else if (bytes[0] >= 0xf0 && bytes[0] < 0xf5)
		need = 4;
	else
		return UTF8PROC_ERROR_INVALIDUTF8;
	/* A negative length stands for a text that a byte ends which continues none. */
	if (len > 0 && len < need)
		return UTF8PROC_ERROR_INVALIDUTF8;
	point = need == 1 ? bytes[0] : bytes[0] & (0x7f >> need);
	for (utf8proc_ssize_t i = 1; i < need; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return UTF8PROC_ERROR_INVALIDUTF8;
		point = point << 6 | (bytes[i] & 0x3f);
	}
	if (point < least[need] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
		return UTF8PROC_ERROR_INVALIDUTF8;
	*out = point;
	return need;
}

static size_t encode(utf8proc_int32_t point, utf8proc_uint8_t *out)
{
	static const utf8proc_uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t len = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

	for (size_t i = len - 1; i > 0; i--) {
		out[i] = (utf8proc_uint8_t)(0x80 | (point & 0x3f));
		point >>= 6;
	}
	out[0] = (utf8proc_uint8_t)(lead[len] | point);
	return len;
}

/* ---- NFKC ---- */

/* At most so many points (U+FDFA). */
#define LONGEST_DECOMPOSITION 18

/* Full compatibility decomposition: how many points. */
static size_t decompose(utf8proc_int32_t point, utf8proc_int32_t out[LONGEST_DECOMPOSITION])
{
	size_t at, count = 0;

	if (point >= S_BASE && point < S_BASE + S_COUNT) {
		utf8proc_int32_t index = point - S_BASE, trail = index % T_COUNT;

		out[0] = L_BASE + index / (V_COUNT * T_COUNT);
		out[1] = V_BASE + index % (V_COUNT * T_COUNT) / T_COUNT;
		out[2] = T_BASE + trail;
		return trail ? 3 : 2;
	}
	if (point < 0x80 || !decomposition_find(point, &at)) {
		*out = point;
		return 1;
	}
	for (size_t i = at ? ends[at - 1] : 0; i < ends[at]; count++) {
		i += (size_t)utf8proc_iterate(decompositions + i, ends[at] - (utf8proc_ssize_t)i,
					      &out[count]);
	}
	return count;
}

/* Points keep their combining class above their 21 bits, since ordering asks for it often. */
static uint32_t classed(utf8proc_int32_t point)
{
	return (uint32_t)property_of(point)->class << 24 | (uint32_t)point;
}

static unsigned class_of(uint32_t point)
{
	return point >> 24;
}

static utf8proc_int32_t bare(uint32_t point)
{
	return (utf8proc_int32_t)(point & 0xffffff);
}

/* Marks between two starters by their class, stably. */
static void marks_order(uint32_t *points, size_t len)
{
	for (size_t i = 1; i < len; i++) {
		uint32_t point = points[i];
		size_t at = i;

		if (!class_of(point))
			continue;
		while (at > 0 && class_of(points[at - 1]) > class_of(point)) {
			points[at] = points[at - 1];
			at--;
		}
		points[at] = point;
	}
}

static int composition_compare(const void *a, const void *b)
{
	const struct composition *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->second > y->second) - (x->second < y->second);
}

static utf8proc_int32_t compose_pair(utf8proc_int32_t first, utf8proc_int32_t second)
{
	if (first >= L_BASE && first < L_BASE + L_COUNT && second >= V_BASE &&
	    second < V_BASE + V_COUNT)
		return S_BASE + ((first - L_BASE) * V_COUNT + second - V_BASE) * T_COUNT;
	if (first >= S_BASE && first < S_BASE + S_COUNT && (first - S_BASE) % T_COUNT == 0 &&
	    second > T_BASE && second < T_BASE + T_COUNT)
		return first + second - T_BASE;
	struct composition key = {first, second, -1};
	const struct composition *found =
		bsearch(&key, compositions, COUNT(compositions), sizeof key, composition_compare);
	return found ? found->result : -1;
}

/* A point joins the last starter unless one of its class, or another starter, stands between. */
static size_t compose(uint32_t *points, size_t len)
{
	size_t out = 0, starter = SIZE_MAX;
	int last_class = -1;

	for (size_t i = 0; i < len; i++) {
		int class = (int)class_of(points[i]);

		if (starter != SIZE_MAX && last_class < class) {
			utf8proc_int32_t joined =
				compose_pair(bare(points[starter]), bare(points[i]));

			if (joined >= 0) {
				points[starter] = classed(joined);
				continue;
			}
		}
		if (class == 0) {
			starter = out;
			last_class = -1;
		} else {
			last_class = class;
		}
		points[out++] = points[i];
	}
	return out;
}

/* All of the text, in NFKC; returns the number of points, or an error of utf8proc's. */
static utf8proc_ssize_t normalize(const utf8proc_uint8_t *text, utf8proc_ssize_t len,
				  uint32_t *points)
{
	size_t count = 0;

	for (utf8proc_ssize_t at = 0; at < len;) {
		utf8proc_int32_t parts[LONGEST_DECOMPOSITION], point;
		utf8proc_ssize_t step = utf8proc_iterate(text + at, len - at, &point);

		if (step < 0)
			return step;
		for (size_t i = 0, parted = decompose(point, parts); i < parted; i++)
			points[count++] = classed(parts[i]);
		at += step;
	}
	marks_order(points, count);
	return (utf8proc_ssize_t)compose(points, count);
}

/* Of the options only pawl's: NFKC. A three-byte character can become LONGEST_DECOMPOSITION. */
utf8proc_ssize_t utf8proc_map(const utf8proc_uint8_t *text, utf8proc_ssize_t len,
			      utf8proc_uint8_t **out, utf8proc_option_t options)
{
	size_t room = (size_t)len * LONGEST_DECOMPOSITION / 2 + LONGEST_DECOMPOSITION, end = 0;
	utf8proc_uint8_t *bytes = NULL;
	utf8proc_ssize_t count;
	uint32_t *points;

	*out = NULL;
	if (options != (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT))
		return UTF8PROC_ERROR_INVALIDOPTS;
	points = malloc(room * sizeof *points);
	if (!points)
		return UTF8PROC_ERROR_NOMEM;
	count = normalize(text, len, points);
	if (count < 0)
		goto cleanup;
	bytes = malloc((size_t)count * 4 + 1);
	if (!bytes) {
		count = UTF8PROC_ERROR_NOMEM;
		goto cleanup;
	}
	for (utf8proc_ssize_t i = 0; i < count; i++)
		end += encode(bare(points[i]), bytes + end);
	bytes[end] = '\0';
	count = (utf8proc_ssize_t)end;
	*out = bytes;
cleanup:
	free(points);
	return count;
}
