/*
 * Reads a policy. inih finds keys and values; but it cuts what is too long, takes `[a] junk`, tells
 * its handler neither the line nor of a section without keys, and reads any indented line as more
 * of the value above. So the function that hands it the lines looks at each one first.
 */
#include <ini.h>
#include <stdio.h>

#include "keys.h"

int reading_fail(struct reading *reading, const char *format, ...)
{
	char message[sizeof reading->error->message];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	reading->failed = true;
	return pawl_error_set(reading->error, PAWL_ERROR_POLICY, "%.*s:%u: %s",
			      (int)reading->policy->file.len, reading->policy->file.ptr,
			      reading->line, message);
}

void *reading_section(const struct reading *reading)
{
	if (reading->section == SECTION_FACADE)
		return &reading->policy->items[reading->policy->count - 1];
	return reading->policy;
}

static unsigned *reading_key_lines(const struct reading *reading)
{
	if (reading->section == SECTION_FACADE)
		return reading->policy->items[reading->policy->count - 1].key_lines;
	return reading->policy->key_lines;
}

static struct slice trim(struct slice text)
{
	while (text.len && (*text.ptr == ' ' || *text.ptr == '\t')) {
		text.ptr++;
		text.len--;
	}
	while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
		text.len--;
	return text;
}

/* As inih cuts a key's first line: a `;` at its start or behind white space begins a comment. */
static struct slice cut_comment(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == ';' && (!i || text.ptr[i - 1] == ' ' || text.ptr[i - 1] == '\t'))
			text.len = i;
	return trim(text);
}

/* ---- sections ---- */

static int facade_open(struct reading *reading, struct slice name)
{
	struct facade_policy *facade;

	if (!dotted_name_valid(name))
		return reading_fail(
			reading,
			"'%.*s' is no module: a dotted name is needed, as [facade sentry.models]",
			(int)name.len, name.ptr);
	name = slice_copy(reading->arena, identifier_normalize(reading->arena, name));
	for (size_t i = 0; i < reading->policy->count; i++)
		if (slice_equal(reading->policy->items[i].name, name))
			return reading_fail(reading, "[facade %s] is there already, in line %u",
					    name.ptr, reading->policy->items[i].line);
	if (reading->policy->count >= PAWL_MAX_FACADES)
		return reading_fail(reading, "more than %d facades", PAWL_MAX_FACADES);
	facade = ARENA_PUSH(reading->arena, reading->policy);
	facade_defaults(facade);
	facade->name = name;
	facade->line = reading->line;
	reading->section = SECTION_FACADE;
	return 0;
}

static int section_unknown(struct reading *reading, struct slice word)
{
	struct slices known = {0};

	*ARENA_PUSH(reading->arena, &known) = SLICE("pawl");
	*ARENA_PUSH(reading->arena, &known) = SLICE("facade");
	return reading_fail(reading, "unknown section '%.*s'%s", (int)word.len, word.ptr,
			    nearest_word(reading->arena, word, &known).ptr);
}

/* `line` begins with [. */
static int section_open(struct reading *reading, struct slice line)
{
	const char *close = memchr(line.ptr, ']', line.len);
	struct slice name, word, behind;

	reading->key = NULL;
	if (!close)
		return reading_fail(reading, "a section header without ']'");
	name = trim((struct slice){line.ptr + 1, (size_t)(close - line.ptr - 1)});
	behind = (struct slice){close + 1, line.len - (size_t)(close + 1 - line.ptr)};
	if (cut_comment(behind).len)
		return reading_fail(reading, "nothing may stand behind a section header");
	word = name;
	for (word.len = 0; word.len < name.len && !strchr(" \t", name.ptr[word.len]);)
		word.len++;
	name = trim((struct slice){name.ptr + word.len, name.len - word.len});
	if (slice_equal_string(word, "facade")) {
		if (!name.len)
			return reading_fail(reading,
					    "[facade] needs a module, as [facade sentry.models]");
		return facade_open(reading, name);
	}
	if (!slice_equal_string(word, "pawl"))
		return section_unknown(reading, word);
	if (name.len)
		return reading_fail(reading, "[pawl] takes no name: a facade is [facade NAME]");
	if (reading->policy->line)
		return reading_fail(reading, "[pawl] is there already, in line %u",
				    reading->policy->line);
	reading->policy->line = reading->line;
	reading->section = SECTION_PAWL;
	return 0;
}

/* ---- lines, as inih asks for them ---- */

static int line_check(struct reading *reading, struct slice line, size_t limit)
{
	struct slice text = trim(line);

	if (line.len > limit)
		return reading_fail(
			reading, "line is longer than %zu bytes: continue it on an indented line",
			limit);
	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return reading_fail(reading, "a control byte (0x%02x) is not allowed", c);
	}
	reading->indented = text.len && text.ptr != line.ptr;
	if (!text.len || *text.ptr != '[')
		return 0;
	if (!reading->indented)
		return section_open(reading, text);
	/* A pattern may begin with a bracket; what looks like a header is one that slipped. */
	if (!reading->key || slice_starts_with(text, SLICE("[pawl")) ||
	    slice_starts_with(text, SLICE("[facade")))
		return reading_fail(reading, "a section header must not be indented");
	return 0;
}

/* As fgets(): an ini_reader. */
static char *line_read(char *out, int size, void *payload)
{
	struct reading *reading = payload;
	struct slice line = reading->rest;
	const char *end;

	if (reading->failed || !line.len)
		return NULL;
	end = memchr(line.ptr, '\n', line.len);
	if (end)
		line.len = (size_t)(end - line.ptr);
	reading->rest.ptr += line.len + (end != NULL);
	reading->rest.len -= line.len + (end != NULL);
	reading->line++;
	if (end && line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	if (line_check(reading, line, (size_t)size - 2))
		return NULL;
	memcpy(out, line.ptr, line.len);
	memcpy(out + line.len, "\n", 2);
	return out;
}

/* ---- keys ---- */

static int key_unknown(struct reading *reading, struct slice name)
{
	enum key_section other = reading->section == SECTION_PAWL ? SECTION_FACADE : SECTION_PAWL;
	struct slices known = {0};

	if (key_find(other, name))
		return reading_fail(reading, "key '%s' belongs in %s", name.ptr,
				    other == SECTION_PAWL ? "[pawl]" : "a [facade NAME] section");
	for (size_t i = 0; i < policy_key_count; i++)
		if (policy_keys[i].section == reading->section &&
		    (reading->policy->server || !policy_keys[i].server_only))
			*ARENA_PUSH(reading->arena, &known) = slice_of(policy_keys[i].name);
	return reading_fail(reading, "unknown key '%s'%s", name.ptr,
			    nearest_word(reading->arena, name, &known).ptr);
}

static int key_open(struct reading *reading, struct slice name)
{
	const struct key *key;
	unsigned *line;

	if (reading->indented)
		return reading_fail(reading, "a key must not be indented");
	if (reading->section == SECTION_NONE)
		return reading_fail(reading,
				    "key '%s' stands before any section: [pawl] or [facade NAME]",
				    name.ptr);
	key = key_find(reading->section, name);
	if (!key)
		return key_unknown(reading, name);
	if (key->server_only && !reading->policy->server)
		return reading_fail(reading,
				    "key '%s' belongs in the server's own file: a pushed policy "
				    "must not have it",
				    key->name);
	line = &reading_key_lines(reading)[key - policy_keys];
	if (*line)
		return reading_fail(reading, "key '%s' is there already, in line %u", key->name,
				    *line);
	*line = reading->line;
	reading->key = key;
	return 0;
}

/* An ini_handler: 1 to go on, 0 for an error. inih gives a continued line as the key once more. */
static int key_read(void *payload, const char *section, const char *name, const char *value)
{
	struct reading *reading = payload;
	struct slice text = slice_of(value);
	bool continued = reading->indented && reading->key;

	(void)section; /* cut after 49 bytes: section_open() has it whole */
	if (reading->failed)
		return 0;
	if (!continued && key_open(reading, slice_of(name)))
		return 0;
	if (continued) {
		text = cut_comment(text);
		if (!text.len)
			return 1;
	}
	return value_read(reading, reading->key, text, continued) == 0;
}

/* ---- the whole ---- */

static int required_check(struct reading *reading, enum key_section section, const void *fields,
			  const unsigned *key_lines)
{
	for (size_t i = 0; i < policy_key_count; i++) {
		const struct key *key = &policy_keys[i];
		const struct slices *list = (const void *)((const char *)fields + key->offset);

		if (key->section != section || !key->required || !key_is_list(key) || list->count)
			continue;
		if (section == SECTION_FACADE && !key_lines[i])
			continue; /* the facade's lists have no default to lose */
		reading->line = key_lines[i];
		return reading_fail(reading, "%s needs a value: %s", key->name, key->doc);
	}
	return 0;
}

int policy_parse(struct arena *arena, struct slice bytes, struct slice file, bool server,
		 struct policy *out, struct pawl_error *error)
{
	struct reading reading = {.arena = arena, .policy = out, .error = error, .rest = bytes};
	int bad_line;

	policy_defaults(out);
	out->file = slice_copy(arena, file);
	out->server = server;
	if (bytes.len > PAWL_MAX_POLICY_SIZE)
		return pawl_error_set(error, PAWL_ERROR_POLICY, "%.*s: longer than %zu bytes",
				      (int)file.len, file.ptr, PAWL_MAX_POLICY_SIZE);
	if (slice_starts_with(bytes, SLICE("\xef\xbb\xbf"))) {
		reading.rest.ptr += 3;
		reading.rest.len -= 3;
	}
	bad_line = ini_parse_stream(line_read, &reading, key_read, &reading);
	if (reading.failed && (!bad_line || (unsigned)bad_line >= reading.line))
		return -1;
	if (bad_line) { /* inih reads on after a line that it cannot take */
		reading.line = (unsigned)bad_line;
		return reading_fail(&reading, "neither a [section] nor KEY = VALUE");
	}
	if (required_check(&reading, SECTION_PAWL, out, out->key_lines))
		return -1;
	for (size_t i = 0; i < out->count; i++)
		if (required_check(&reading, SECTION_FACADE, &out->items[i],
				   out->items[i].key_lines))
			return -1;
	return 0;
}
