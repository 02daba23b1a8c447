/*
 * What a text's bytes rule out, before anything of it is parsed. Each hint is true too often rather
 * than too seldom, costs one pass, and knows neither strings nor comments.
 */
#include "pawl/python.h"

#include <ctype.h>

/* Spaces between two words of a statement; NUL counts as one (T4). */
static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\f' || byte == '\0';
}

static bool is_line_end(char byte)
{
	return byte == '\n' || byte == '\r';
}

/* Behind spaces and continuations. */
static const char *skip_gap(const char *at, const char *end)
{
	while (at < end) {
		const char *next = at + 1;

		if (*at == '\\' && next < end && is_line_end(*next)) {
			at = next + 1;
			if (*next == '\r' && at < end && *at == '\n')
				at++;
		} else if (is_space(*at)) {
			at = next;
		} else {
			break;
		}
	}
	return at;
}

/* Before spaces and continuations. */
static const char *skip_gap_back(const char *start, const char *at)
{
	while (at > start) {
		const char *last = at - 1;

		if (is_space(*last)) {
			at = last;
			continue;
		}
		if (!is_line_end(*last))
			break;
		if (*last == '\n' && last > start && last[-1] == '\r')
			last--;
		if (last == start || last[-1] != '\\')
			break;
		at = last - 1;
	}
	return at;
}

/* As much of a relative import as is read to tell it from prose: "where it comes from. Then". */
#define RELATIVE_IMPORT_LIMIT 1000

static bool is_name_byte(char byte)
{
	return (unsigned char)byte >= 0x80 || isalnum((unsigned char)byte) || byte == '_';
}

/* What stops short of `import` is none, unless it stops where the reading does. */
static bool cut_short(const char *at, const char *limit, const char *end)
{
	return limit != end && limit - at < (ptrdiff_t)sizeof "import";
}

/* Whether dots, a dotted name and `import` follow, as far as that is read. */
static bool imports_relatively(const char *at, const char *end)
{
	const char *limit = end - at > RELATIVE_IMPORT_LIMIT ? at + RELATIVE_IMPORT_LIMIT : end;

	at = skip_gap(at, limit);
	while (at < limit && *at == '.') {
		struct slice word;

		while (at < limit && *at == '.')
			at = skip_gap(at + 1, limit);
		word.ptr = at;
		while (at < limit && is_name_byte(*at))
			at++;
		word.len = (size_t)(at - word.ptr);
		if (slice_starts_with(word, SLICE("import")))
			return true;
		at = skip_gap(at, limit);
		if (slice_starts_with((struct slice){at, (size_t)(limit - at)}, SLICE("import")))
			return true;
	}
	return cut_short(at, limit, end);
}

bool text_may_import_relatively(struct slice bytes)
{
	const char *end = bytes.ptr + bytes.len, *at;

	while ((at = slice_find(bytes, SLICE("from")))) {
		at += 4;
		if (imports_relatively(at, end))
			return true;
		bytes = (struct slice){at, (size_t)(end - at)};
	}
	return false;
}

/* Whether a module's name can begin at `at`: behind `from`, `import` or a comma. */
static bool follows_import(struct slice bytes, const char *at)
{
	struct slice before = {bytes.ptr, 0};

	before.len = (size_t)(skip_gap_back(bytes.ptr, at) - bytes.ptr);
	return slice_ends_with(before, SLICE(",")) || slice_ends_with(before, SLICE("from")) ||
	       slice_ends_with(before, SLICE("import"));
}

bool text_may_import(struct slice bytes, struct slice first)
{
	struct slice rest = bytes;
	const char *end = bytes.ptr + bytes.len, *at;

	while ((at = slice_find(rest, first))) {
		if (follows_import(bytes, at))
			return true;
		rest = (struct slice){at + first.len, (size_t)(end - at) - first.len};
	}
	return false;
}

bool text_may_import_odd_name(struct slice bytes)
{
	if (slice_is_ascii(bytes))
		return false;
	for (size_t i = 0; i < bytes.len; i++)
		if ((unsigned char)bytes.ptr[i] >= 0x80 &&
		    (i == 0 || (unsigned char)bytes.ptr[i - 1] < 0x80) &&
		    follows_import(bytes, bytes.ptr + i))
			return true;
	return false;
}

/* Whether the name that ends at `end` can be `owner`; where no name ends there, anything can. */
static bool may_be_name(const char *start, const char *end, struct slice owner)
{
	struct slice name = {end, 0};
	bool odd = false;

	while (name.ptr > start && is_name_byte(name.ptr[-1])) {
		name.ptr--;
		name.len++;
		odd |= (unsigned char)*name.ptr >= 0x80;
	}
	return !name.len || odd || slice_equal(name, owner);
}

/*
 * Behind a dot, or first in its line, where the dot may stand at the end of another line, with a
 * comment behind it. `owner` (empty: anything) must be able to stand before the dot.
 */
static bool may_follow_dot(struct slice bytes, const char *at, struct slice owner)
{
	at = skip_gap_back(bytes.ptr, at);
	if (at == bytes.ptr || is_line_end(at[-1]))
		return true;
	if (at[-1] != '.')
		return false;
	return !owner.len || may_be_name(bytes.ptr, skip_gap_back(bytes.ptr, at - 1), owner);
}

static bool odd_attribute(struct slice bytes)
{
	const char *end = bytes.ptr + bytes.len, *at = bytes.ptr;

	if (slice_is_ascii(bytes))
		return false;
	while (at < end) {
		const char *start = at;
		bool odd = false;

		for (; at < end && is_name_byte(*at); at++)
			odd |= (unsigned char)*at >= 0x80;
		if (odd && may_follow_dot(bytes, start, SLICE("")))
			return true;
		at += at < end;
	}
	return false;
}

/* Whether a statement of `imports`, from the one at *next on, covers the offset. */
static bool is_in_import(const struct imports *imports, size_t *next, size_t offset)
{
	if (!imports)
		return false;
	while (*next < imports->count && imports->items[*next].statement_end <= offset)
		++*next;
	return *next < imports->count && imports->items[*next].statement.offset <= offset;
}

bool text_may_have_attribute(struct slice bytes, struct slice owner, struct slice name,
			     const struct imports *imports)
{
	struct slice rest = bytes;
	const char *end = bytes.ptr + bytes.len, *at;
	size_t next = 0;

	while ((at = slice_find(rest, name))) {
		rest = (struct slice){at + name.len, (size_t)(end - at) - name.len};
		if ((at == bytes.ptr || !is_name_byte(at[-1])) &&
		    (!rest.len || !is_name_byte(*rest.ptr)) && may_follow_dot(bytes, at, owner) &&
		    !is_in_import(imports, &next, (size_t)(at - bytes.ptr)))
			return true;
	}
	return odd_attribute(bytes);
}
