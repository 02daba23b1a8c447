/* The value of each type of key, read from one line. What does not mean something for certain is an
 * error. */
#include <ctype.h>
#include <utf8proc.h>

#include "keys.h"

#define SPACES " \t"

/* The next word of *text, taken off it; empty at the end. */
static struct slice word_next(struct slice *text)
{
	struct slice word;

	while (text->len && strchr(SPACES, *text->ptr)) {
		text->ptr++;
		text->len--;
	}
	word = (struct slice){text->ptr, 0};
	while (word.len < text->len && !strchr(SPACES, word.ptr[word.len]))
		word.len++;
	text->ptr += word.len;
	text->len -= word.len;
	return word;
}

static struct slice word_copy(struct reading *reading, struct slice word)
{
	struct policy_word *place = ARENA_PUSH(reading->arena, &reading->policy->words);

	word = slice_copy(reading->arena, word);
	*place = (struct policy_word){word.ptr, reading->line};
	return word;
}

/* ---- words ---- */

static bool category_starts(utf8proc_category_t category)
{
	return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
	       category == UTF8PROC_CATEGORY_NL;
}

static bool category_continues(utf8proc_category_t category)
{
	return category_starts(category) || category == UTF8PROC_CATEGORY_MN ||
	       category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ND ||
	       category == UTF8PROC_CATEGORY_PC;
}

/* https://docs.python.org/3/reference/lexical_analysis.html#identifiers, by Unicode's categories.
 */
bool dotted_name_valid(struct slice name)
{
	bool start = true;

	for (size_t i = 0; i < name.len;) {
		utf8proc_int32_t point;
		utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)name.ptr + i,
							(utf8proc_ssize_t)(name.len - i), &point);
		utf8proc_category_t category;

		if (len <= 0)
			return false;
		category = utf8proc_category(point);
		if (start ? !category_starts(category) && point != '_'
			  : !category_continues(category) && point != '.')
			return false;
		start = point == '.';
		i += (size_t)len;
	}
	return !start;
}

/* "./src/" becomes "src"; false where it leads out of the tree, or is no name of anything in it. */
static bool tree_path_clean(struct slice *path)
{
	struct slice rest;

	while (path->len > 1 && path->ptr[path->len - 1] == '/')
		path->len--;
	while (path->len > 2 && path->ptr[0] == '.' && path->ptr[1] == '/') {
		path->ptr += 2;
		path->len -= 2;
	}
	if (slice_equal_string(*path, "."))
		return true;
	rest = *path;
	for (;;) {
		const char *slash = memchr(rest.ptr, '/', rest.len);
		struct slice name = {rest.ptr, slash ? (size_t)(slash - rest.ptr) : rest.len};

		if (!name.len || slice_equal_string(name, ".") || slice_equal_string(name, ".."))
			return false;
		if (!slash)
			return true;
		rest.ptr += name.len + 1;
		rest.len -= name.len + 1;
	}
}

static bool ref_name_valid(struct reading *reading, struct slice word)
{
	int valid = 0;

	word = slice_copy(reading->arena, word);
	return slice_starts_with(word, SLICE("refs/")) &&
	       git_reference_name_is_valid(&valid, word.ptr) == 0 && valid;
}

/* Patterns that can never match are errors: what they were to exempt or to govern would not be. */
static int pattern_check(struct reading *reading, const struct key *key, struct slice word)
{
	int len = (int)word.len;
	size_t literal = 0;

	if (!pattern_valid(word))
		return reading_fail(reading,
				    "'%.*s' is no pattern: a '[' is not closed, or a '\\' ends it",
				    len, word.ptr);
	if (*word.ptr == '!')
		return reading_fail(reading, "'%.*s': a pattern cannot be negated with '!'", len,
				    word.ptr);
	if (key->type == KEY_REF_PATTERNS) {
		while (literal < word.len && literal < 5 && !strchr("*?[\\", word.ptr[literal]))
			literal++;
		if (strncmp(word.ptr, "refs/", literal) != 0 ||
		    (literal == word.len && literal < 5))
			return reading_fail(
				reading,
				"'%.*s' matches no ref: refs are named in full, as refs/heads/%.*s",
				len, word.ptr, len, word.ptr);
	} else if (*word.ptr == '/' || slice_starts_with(word, SLICE("./"))) {
		return reading_fail(reading,
				    "'%.*s' matches no path: paths begin at the top, without '/'",
				    len, word.ptr);
	} else if (word.ptr[word.len - 1] == '/') {
		return reading_fail(reading,
				    "'%.*s' matches no file: for all of a folder write '%.*s*'",
				    len, word.ptr, len, word.ptr);
	}
	return 0;
}

static int word_check(struct reading *reading, const struct key *key, struct slice *word)
{
	int len = (int)word->len;

	if (*word->ptr == '#')
		return reading_fail(
			reading,
			"'#' begins a comment only at the start of a line: use ' ;' behind a "
			"value");
	switch (key->type) {
	case KEY_FOLDERS:
	case KEY_PATHS:
		if (!tree_path_clean(word))
			return reading_fail(reading, "'%.*s' is no path below the repository's top",
					    len, word->ptr);
		return 0;
	case KEY_PATH_PATTERNS:
	case KEY_REF_PATTERNS:
		return pattern_check(reading, key, *word);
	case KEY_DOTTED:
		if (!dotted_name_valid(*word))
			return reading_fail(reading, "'%.*s' is no dotted name", len, word->ptr);
		return 0;
	default:
		return 0;
	}
}

static int list_read(struct reading *reading, const struct key *key, struct slices *list,
		     struct slice value, bool continued)
{
	struct slice word;

	if (!continued)
		*list = (struct slices){0}; /* the default gives way */
	while ((word = word_next(&value)).len) {
		if (word_check(reading, key, &word))
			return -1;
		if (continued && slice_equal_string(word, "="))
			return reading_fail(
				reading,
				"an indented line goes on with '%s': a key must not be indented",
				key->name);
		if (++reading->words > PAWL_MAX_PATTERNS)
			return reading_fail(reading, "more than %d entries", PAWL_MAX_PATTERNS);
		*ARENA_PUSH(reading->arena, list) = word_copy(reading, word);
	}
	return 0;
}

/* ---- scalars ---- */

static int choice_read(struct reading *reading, const struct key *key, const char *const *choices,
		       struct slice value)
{
	struct slices known = {0};

	for (int i = 0; choices[i]; i++) {
		if (slice_equal_string(value, choices[i]))
			return i;
		*ARENA_PUSH(reading->arena, &known) = slice_of(choices[i]);
	}
	return reading_fail(reading, "%s cannot be '%.*s'%s", key->name, (int)value.len, value.ptr,
			    nearest_word(reading->arena, value, &known).ptr);
}

struct suffix {
	const char *name;
	size_t factor;
};

static int number_read(struct reading *reading, const struct key *key,
		       const struct suffix *suffixes, struct slice value, size_t *out)
{
	size_t number = 0, digits = 0;
	struct slice unit;
	bool known = false;

	while (digits < value.len && digits < 15 && isdigit((unsigned char)value.ptr[digits]))
		number = number * 10 + (size_t)(value.ptr[digits++] - '0');
	unit = (struct slice){value.ptr + digits, value.len - digits};
	for (; suffixes->name && !known; suffixes++) {
		known = slice_equal_string(unit, suffixes->name);
		if (known)
			number *= suffixes->factor;
	}
	if (!digits || !known || number < key->min || number > key->max)
		return reading_fail(reading,
				    "%s cannot be '%.*s': a number from %zu to %zu%s is needed",
				    key->name, (int)value.len, value.ptr, key->min, key->max,
				    key->type == KEY_TIME   ? " (milliseconds), or as 4s"
				    : key->type == KEY_SIZE ? " (bytes), or as 64k, 8m"
							    : "");
	*out = number;
	return 0;
}

static bool date_valid(struct slice value)
{
	static const unsigned char month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	unsigned part[3] = {0};
	size_t at = 0;

	if (value.len != 10 || value.ptr[4] != '-' || value.ptr[7] != '-')
		return false;
	for (size_t i = 0; i < 10; i++) {
		if (i == 4 || i == 7)
			at++;
		else if (isdigit((unsigned char)value.ptr[i]))
			part[at] = part[at] * 10 + (unsigned)(value.ptr[i] - '0');
		else
			return false;
	}
	if (part[1] < 1 || part[1] > 12 || part[2] < 1 || part[2] > month_days[part[1] - 1])
		return false;
	return part[1] != 2 || part[2] < 29 ||
	       (part[0] % 4 == 0 && (part[0] % 100 != 0 || part[0] % 400 == 0));
}

static bool variable_valid(struct slice value)
{
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if (c >= 0x80 || !(isalpha(c) || c == '_' || (i && isdigit(c))))
			return false;
	}
	return value.len > 0;
}

static int source_read(struct reading *reading, struct slice *fields, struct slice value)
{
	struct slice repository = word_next(&value), ref = word_next(&value);

	if (!ref.len || word_next(&value).len || !ref_name_valid(reading, ref))
		return reading_fail(
			reading,
			"source needs a repository and a ref: ../other.git refs/heads/main");
	fields[0] = word_copy(reading, repository);
	fields[1] = word_copy(reading, ref);
	return 0;
}

/* A key whose value is one slice. */
static int slice_read(struct reading *reading, const struct key *key, struct slice *field,
		      struct slice value)
{
	const char *needed = NULL;

	switch (key->type) {
	case KEY_PATH:
	case KEY_FACTS:
		if (!tree_path_clean(&value) || slice_equal_string(value, ".") ||
		    memchr(value.ptr, ' ', value.len))
			needed = "a relative path without '..'";
		break;
	case KEY_REF:
		if (!ref_name_valid(reading, value))
			needed = "a ref in full, as refs/heads/main";
		break;
	case KEY_VARIABLE:
		if (!variable_valid(value))
			needed = "the name of an environment variable, as GL_USERNAME";
		break;
	case KEY_DATE:
		if (!date_valid(value))
			needed = "a day, as 2026-12-31";
		break;
	default:
		break;
	}
	if (needed)
		return reading_fail(reading, "%s cannot be '%.*s': it needs %s", key->name,
				    (int)value.len, value.ptr, needed);
	*field = word_copy(reading, value);
	return 0;
}

static int scalar_read(struct reading *reading, const struct key *key, void *field,
		       struct slice value)
{
	static const char *const no_yes[] = {"no", "yes", NULL};
	static const struct suffix none[] = {{"", 1}, {NULL, 0}};
	static const struct suffix sizes[] = {{"", 1}, {"k", 1024}, {"m", 1024 * 1024}, {NULL, 0}};
	static const struct suffix times[] = {{"", 1}, {"ms", 1}, {"s", 1000}, {NULL, 0}};
	size_t number;
	int choice;

	switch (key->type) {
	case KEY_CHOICE:
		choice = choice_read(reading, key, key->choices, value);
		if (choice >= 0)
			memcpy(field, &choice,
			       sizeof choice); /* an enum: as wide, checked in policy.c */
		return choice < 0 ? -1 : 0;
	case KEY_YES_NO:
		choice = choice_read(reading, key, no_yes, value);
		*(bool *)field = choice == 1;
		return choice < 0 ? -1 : 0;
	case KEY_COUNT:
		return number_read(reading, key, none, value, field);
	case KEY_SIZE:
		return number_read(reading, key, sizes, value, field);
	case KEY_TIME:
		if (number_read(reading, key, times, value, &number))
			return -1;
		*(unsigned *)field = (unsigned)number;
		return 0;
	case KEY_SOURCE:
		return source_read(reading, field, value);
	case KEY_FACTS:
		reading->policy->facts_off = slice_equal_string(value, "off");
		if (reading->policy->facts_off)
			return 0;
		return slice_read(reading, key, field, value);
	default:
		return slice_read(reading, key, field, value);
	}
}

int value_read(struct reading *reading, const struct key *key, struct slice value, bool continued)
{
	void *field = (char *)reading_section(reading) + key->offset;

	if (key_is_list(key))
		return list_read(reading, key, field, value, continued);
	if (!value.len)
		return reading_fail(reading, "%s needs a value: %s", key->name, key->doc);
	if (continued && key->type == KEY_TEXT) {
		struct slice *text = field;

		*text = slice_join(reading->arena, *text, SLICE(" "), value);
		return 0;
	}
	if (continued)
		return reading_fail(reading, "%s takes one value: a key must not be indented",
				    key->name);
	return scalar_read(reading, key, field, value);
}
