#include "settings.h"

#include <ctype.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice trim(struct slice text)
{
	while (text.len && is_space(*text.ptr))
		text.ptr++, text.len--;
	while (text.len && is_space(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

static struct slice line_take(struct slice *rest)
{
	const char *end = memchr(rest->ptr, '\n', rest->len);
	struct slice line = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};
	size_t taken = line.len + (end ? 1 : 0);

	rest->ptr += taken;
	rest->len -= taken;
	return line;
}

static struct setting *setting_add(struct arena *arena, struct settings *settings, struct slice key)
{
	struct setting *setting = ARENA_PUSH(arena, settings);
	char *letters;

	key = slice_copy(arena, trim(key));
	letters = (char *)key.ptr;
	for (size_t i = 0; i < key.len; i++)
		letters[i] = letters[i] == '-' ? '_' : (char)tolower((unsigned char)letters[i]);
	setting->key = key;
	return setting;
}

/* "[ tool.isort ]" names `section`. */
static bool is_section(struct slice line, const char *section)
{
	line = trim(line);
	if (line.len < 2 || line.ptr[0] != '[')
		return false;
	const char *end = memchr(line.ptr, ']', line.len);
	if (!end)
		return false;
	return slice_equal_string(trim((struct slice){line.ptr + 1, (size_t)(end - line.ptr) - 1}),
				  section);
}

/* ---- TOML ---- */

/* A quoted string at the front of *text, without its quotes. */
static struct slice string_take(struct slice *text)
{
	char quote = *text->ptr;
	struct slice string = {text->ptr + 1, 0};
	size_t at = 1;

	while (at < text->len && text->ptr[at] != quote && text->ptr[at] != '\n')
		at += quote == '"' && text->ptr[at] == '\\' && at + 1 < text->len ? 2 : 1;
	if (at > text->len)
		at = text->len;
	string.len = at - 1;
	if (at < text->len && text->ptr[at] == quote)
		at++;
	text->ptr += at;
	text->len -= at;
	return string;
}

/* A value: a string, a bare word, or an array of them over several lines. */
static void value_take(struct arena *arena, struct slice *text, struct setting *setting)
{
	bool array = false;

	while (text->len) {
		char c = *text->ptr;

		if (c == '#') {
			while (text->len && *text->ptr != '\n')
				text->ptr++, text->len--;
		} else if (c == '\n' && !array) {
			return;
		} else if (c == '"' || c == '\'') {
			*ARENA_PUSH(arena, &setting->values) = string_take(text);
		} else if (c == '[') {
			array = true;
			text->ptr++, text->len--;
		} else if (c == ']') {
			array = false;
			text->ptr++, text->len--;
		} else if (is_space(c) || c == ',') {
			text->ptr++, text->len--;
		} else {
			struct slice word = {text->ptr, 0};

			while (text->len && !is_space(*text->ptr) && !strchr(",]#", *text->ptr))
				text->ptr++, text->len--, word.len++;
			if (word.len)
				*ARENA_PUSH(arena, &setting->values) = word;
			else
				text->ptr++, text->len--;
		}
	}
}

void settings_read_toml(struct arena *arena, struct slice bytes, const char *section,
			struct settings *out)
{
	struct setting dropped;
	bool inside = false;

	*out = (struct settings){0};
	while (bytes.len) {
		struct slice here = bytes, line = line_take(&bytes), trimmed = trim(line);
		const char *equals = memchr(line.ptr, '=', line.len);

		if (!trimmed.len || *trimmed.ptr == '#')
			continue;
		if (*trimmed.ptr == '[') {
			inside = is_section(line, section);
			out->found |= inside;
			continue;
		}
		if (!equals)
			continue;
		here.len -= (size_t)(equals + 1 - here.ptr);
		here.ptr = equals + 1;
		dropped = (struct setting){0};
		value_take(
			arena, &here,
			inside ? setting_add(arena, out,
					     (struct slice){line.ptr, (size_t)(equals - line.ptr)})
			       : &dropped);
		bytes = here;
	}
}

/* ---- INI ---- */

static void values_split(struct arena *arena, struct slice text, struct setting *setting)
{
	while (text.len) {
		const char *comma = memchr(text.ptr, ',', text.len);
		size_t len = comma ? (size_t)(comma - text.ptr) : text.len;
		struct slice value = trim((struct slice){text.ptr, len});

		if (value.len)
			*ARENA_PUSH(arena, &setting->values) = value;
		len += comma ? 1 : 0;
		text.ptr += len;
		text.len -= len;
	}
}

static const char *separator_find(struct slice line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] == '=' || line.ptr[i] == ':')
			return line.ptr + i;
	return NULL;
}

void settings_read_ini(struct arena *arena, struct slice bytes, const char *section,
		       struct settings *out)
{
	bool inside = false;

	*out = (struct settings){0};
	while (bytes.len) {
		struct slice line = line_take(&bytes), trimmed = trim(line);
		const char *separator;

		if (!trimmed.len || *trimmed.ptr == '#' || *trimmed.ptr == ';')
			continue;
		if (*line.ptr == '[') {
			inside = is_section(line, section);
			out->found |= inside;
			continue;
		}
		if (!inside)
			continue;
		separator = separator_find(line);
		if (is_space(*line.ptr) && out->count) {
			values_split(arena, line, &out->items[out->count - 1]);
		} else if (separator) {
			size_t key = (size_t)(separator - line.ptr);

			values_split(arena, (struct slice){separator + 1, line.len - key - 1},
				     setting_add(arena, out, (struct slice){line.ptr, key}));
		}
	}
}

/* ---- values ---- */

const struct setting *settings_find(const struct settings *settings, const char *key)
{
	for (size_t i = settings->count; i > 0; i--)
		if (slice_equal_string(settings->items[i - 1].key, key))
			return &settings->items[i - 1];
	return NULL;
}

bool settings_bool(const struct settings *settings, const char *key, bool fallback)
{
	static const char *const yes[] = {"true", "True", "yes", "on", "1", "t", "y"};
	const struct setting *setting = settings_find(settings, key);

	if (!setting || !setting->values.count)
		return fallback;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (slice_equal_string(setting->values.items[0], yes[i]))
			return true;
	return false;
}

unsigned settings_number(const struct settings *settings, const char *key, unsigned fallback)
{
	const struct setting *setting = settings_find(settings, key);
	struct slice digits;
	unsigned number = 0;

	if (!setting || !setting->values.count)
		return fallback;
	digits = setting->values.items[0];
	if (!digits.len || digits.len > 6)
		return fallback;
	for (size_t i = 0; i < digits.len; i++) {
		if (!isdigit((unsigned char)digits.ptr[i]))
			return fallback;
		number = number * 10 + (unsigned)(digits.ptr[i] - '0');
	}
	return number;
}

void settings_list(const struct settings *settings, const char *key, struct arena *arena,
		   struct slices *out)
{
	const struct setting *setting = settings_find(settings, key);
	struct setting split = {.values = *out};

	for (size_t i = 0; setting && i < setting->values.count; i++)
		values_split(arena, setting->values.items[i], &split);
	*out = split.values;
}
