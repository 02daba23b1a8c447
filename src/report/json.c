/* A thin hold on yajl_gen. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>
#include <yajl/yajl_gen.h>

#include "layout.h"

struct json {
	yajl_gen gen;
	struct buf text;
};

static void text_add(void *payload, const char *bytes, size_t len)
{
	buf_add(payload, (struct slice){bytes, len});
}

static void *yajl_malloc(void *payload, size_t size)
{
	(void)payload;
	return memory_alloc(size);
}

static void *yajl_realloc(void *payload, void *old, size_t size)
{
	(void)payload;
	return memory_realloc(old, size);
}

static void yajl_free(void *payload, void *memory)
{
	(void)payload;
	free(memory);
}

struct json *json_new(struct arena *arena)
{
	static const yajl_alloc_funcs memory = {yajl_malloc, yajl_realloc, yajl_free, NULL};
	struct json *json = arena_alloc(arena, sizeof *json);

	json->text.arena = arena;
	json->gen = yajl_gen_alloc(&memory);
	yajl_gen_config(json->gen, yajl_gen_print_callback, text_add, &json->text);
	return json;
}

void json_object_open(struct json *json)
{
	yajl_gen_map_open(json->gen);
}

void json_object_close(struct json *json)
{
	yajl_gen_map_close(json->gen);
}

void json_array_open(struct json *json)
{
	yajl_gen_array_open(json->gen);
}

void json_array_close(struct json *json)
{
	yajl_gen_array_close(json->gen);
}

void json_key(struct json *json, const char *key)
{
	yajl_gen_string(json->gen, (const unsigned char *)key, strlen(key));
}

/* The length of the character at `at`, 0 where it is not UTF-8 as Python has it: no surrogate,
 * nothing overlong. */
static size_t character_len(struct slice raw, size_t at, utf8proc_int32_t *point)
{
	utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)raw.ptr + at,
						(utf8proc_ssize_t)(raw.len - at), point);

	return len > 0 ? (size_t)len : 0;
}

/* JSON reaches terminals, too. yajl escapes C0. */
static bool is_plain(struct slice raw)
{
	for (size_t at = 0, len; at < raw.len; at += len) {
		utf8proc_int32_t point;

		len = character_len(raw, at, &point);
		if (!len || (point >= 0x7f && point_is_hidden(point)))
			return false;
	}
	return true;
}

/* UTF-16, as JSON has it. */
static void add_escape(struct buf *token, utf8proc_int32_t point)
{
	if (point >= 0x10000) {
		point -= 0x10000;
		buf_add_format(token, "\\u%04x", 0xd800 + ((unsigned)point >> 10));
		point = 0xdc00 + (point & 0x3ff);
	}
	buf_add_format(token, "\\u%04x", (unsigned)point);
}

/* yajl has no word for a lone surrogate, so the token is written here and handed over as it is. */
static void escaped_string(struct json *json, struct slice raw)
{
	struct buf token = {.arena = json->text.arena};
	utf8proc_int32_t point;

	buf_add_char(&token, '"');
	for (size_t at = 0, len; at < raw.len; at += len) {
		unsigned char c = (unsigned char)raw.ptr[at];

		len = character_len(raw, at, &point);
		if (!len)
			buf_add_format(&token, "\\udc%02x", c);
		else if (c == '"' || c == '\\' || point_is_hidden(point))
			add_escape(&token, point);
		else
			buf_add(&token, (struct slice){raw.ptr + at, len});
		len += !len;
	}
	buf_add_char(&token, '"');
	yajl_gen_number(json->gen, token.ptr, token.len);
}

void json_string(struct json *json, struct slice raw)
{
	if (is_plain(raw))
		yajl_gen_string(json->gen, (const unsigned char *)raw.ptr, raw.len);
	else
		escaped_string(json, raw);
}

void json_null(struct json *json)
{
	yajl_gen_null(json->gen);
}

void json_bool(struct json *json, bool value)
{
	yajl_gen_bool(json->gen, value);
}

void json_number(struct json *json, uint64_t value)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%" PRIu64,
			   value); /* yajl's own integers are signed */

	yajl_gen_number(json->gen, digits, (size_t)len);
}

void json_string_or_null(struct json *json, const char *key, struct slice value)
{
	json_key(json, key);
	if (value.len)
		json_string(json, value);
	else
		json_null(json);
}

void json_number_or_null(struct json *json, const char *key, uint64_t value, bool known)
{
	json_key(json, key);
	if (known)
		json_number(json, value);
	else
		json_null(json);
}

struct slice json_finish(struct json *json)
{
	yajl_gen_free(json->gen);
	json->gen = NULL;
	return buf_slice(&json->text);
}
