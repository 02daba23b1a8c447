#include <stdlib.h>

#include <utf8proc.h>

#include "bytes.h"
#include "encoding.h"
#include "line.h"
#include "skim.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* No name in a policy is longer; and canonical ordering of combining marks is quadratic in
 * utf8proc. */
#define MAX_NORMALIZED 4096

static void text_refuse(struct text *text, const char *why)
{
	text->state = TEXT_UNREADABLE;
	text->why = why;
}

static void text_decode(struct text *text, struct arena *arena, const struct codec *codec)
{
	struct slice decoded;

	if (!codec_decode(codec, arena, text->bytes, &decoded)) {
		text_refuse(text, "cannot be decoded from the encoding that it declares");
		return;
	}
	text->bytes = decoded;
	text->decoded = true;
}

/*
 * Whether more than strings and comments hold bytes that the encoding gives a meaning: latin-1's ª
 * and º are a and o after NFKC. Where the skim is in doubt, so is this.
 */
static bool identifiers_need_decoding(const struct text *text)
{
	struct arena scratch = {0};
	struct skim skim;

	if (slice_is_ascii(text->bytes))
		return false;
	skim_read(text, NULL, &scratch, &skim);
	bool need = skim.non_ascii || skim.doubt || skim.unreadable;
	arena_free(&scratch);
	return need;
}

void text_open(struct text *out, struct arena *arena, struct slice bytes)
{
	*out = (struct text){.bytes = bytes, .state = TEXT_READABLE};
	if (slice_starts_with(bytes, SLICE(BYTE_ORDER_MARK))) {
		out->start = 3;
		bytes = (struct slice){bytes.ptr + 3, bytes.len - 3};
	}
	out->encoding = encoding_cookie(bytes);
	/* CPython refuses a byte-order mark beside a cookie that is not UTF-8; no other reading is
	 * likelier. */
	if (out->encoding.len == 0 || out->start != 0)
		return;
	const struct codec *codec = codec_find(out->encoding);
	switch (codec->kind) {
	case CODEC_UNKNOWN:
		text_refuse(out, "declares an encoding that cannot be read");
		break;
	case CODEC_UTF8:
		break;
	case CODEC_MULTIBYTE:
		text_decode(out, arena, codec);
		break;
	case CODEC_LATIN1:
	case CODEC_BYTES:
		if (identifiers_need_decoding(out))
			text_decode(out, arena, codec);
		break;
	}
}

struct position text_position(const struct text *text, size_t offset)
{
	struct line_cursor cursor = line_cursor_of(text);

	return line_cursor_move(&cursor, offset);
}

struct slice text_line(const struct text *text, struct position place)
{
	const char *bytes = text->bytes.ptr, *start = bytes + (place.offset - (place.column - 1));
	const char *last = bytes + text->bytes.len, *from = bytes + place.offset;
	const unsigned char *end = line_end_find((const unsigned char *)(from < last ? from : last),
						 (const unsigned char *)last);

	return (struct slice){start, (size_t)((const char *)end - start)};
}

struct slice identifier_normalize(struct arena *arena, struct slice identifier)
{
	if (identifier.len > MAX_NORMALIZED || slice_is_ascii(identifier))
		return identifier;
	utf8proc_uint8_t *normal = NULL;
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)identifier.ptr,
					    (utf8proc_ssize_t)identifier.len, &normal,
					    UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
	if (len == UTF8PROC_ERROR_NOMEM)
		memory_failed();
	if (len < 0) /* not UTF-8: no identifier either */
		return identifier;
	struct slice copy = slice_copy(arena, (struct slice){(const char *)normal, (size_t)len});
	free(normal);
	return copy;
}
