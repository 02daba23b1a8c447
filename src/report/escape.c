/* What must not reach a terminal as it is, and how wide the rest is there. */
#include <utf8proc.h>

#include "layout.h"

struct range {
	utf8proc_int32_t first, last;
};

/*
 * Shown as nothing at all though their category is not Cf: letters, marks and selectors with
 * Unicode's property Default_Ignorable_Code_Point. Two names that differ by one look the same.
 */
static const struct range invisible[] = {
	{0x34f, 0x34f},	  {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},
	{0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xffa0, 0xffa0}, {0xe0000, 0xe0fff},
};

bool point_is_hidden(utf8proc_int32_t point)
{
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_CC: /* C0, DEL, C1 */
	case UTF8PROC_CATEGORY_CF: /* bidirectional controls, zero-width space and joiners, soft
				      hyphen */
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CO: /* private use: a terminal's font decides */
	case UTF8PROC_CATEGORY_CN:
		return true;
	default:
		break;
	}
	for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++)
		if (point >= invisible[i].first && point <= invisible[i].last)
			return true;
	return false;
}

static void escape_point(struct buf *out, utf8proc_int32_t point)
{
	if (point == '\n' || point == '\t' || point == '\r')
		buf_add_format(out, "\\%c", point == '\n' ? 'n' : point == '\t' ? 't' : 'r');
	else if (point < 0x80)
		buf_add_format(out, "\\x%02x", (unsigned)point);
	else if (point < 0x10000)
		buf_add_format(out, "\\u%04x", (unsigned)point);
	else
		buf_add_format(out, "\\U%08x", (unsigned)point);
}

/* The character at the start of `text`: its length, or 0 where the first byte is not UTF-8. */
static size_t character_read(struct slice text, utf8proc_int32_t *point)
{
	utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)text.ptr,
						(utf8proc_ssize_t)text.len, point);

	return len > 0 ? (size_t)len : 0;
}

/* How many bytes at the start are printable ASCII: nearly all that there is. */
static size_t plain_len(struct slice text)
{
	size_t len = 0;

	while (len < text.len && text.ptr[len] >= ' ' && text.ptr[len] <= '~')
		len++;
	return len;
}

void escape_text(struct buf *out, struct slice raw)
{
	while (raw.len) {
		utf8proc_int32_t point;
		size_t plain = plain_len(raw), len = plain ? plain : character_read(raw, &point);

		if (plain)
			buf_add(out, (struct slice){raw.ptr, plain});
		else if (!len)
			buf_add_format(out, "\\x%02x", (unsigned char)*raw.ptr);
		else if (point_is_hidden(point))
			escape_point(out, point);
		else
			buf_add(out, (struct slice){raw.ptr, len});
		len += !len;
		raw.ptr += len;
		raw.len -= len;
	}
}

struct slice escaped(struct arena *arena, struct slice raw)
{
	struct buf buf = {.arena = arena};

	buf_add_string(&buf, "");
	escape_text(&buf, raw);
	return buf_slice(&buf);
}

size_t text_columns(struct slice text)
{
	return text_fitting(text, SIZE_MAX, NULL);
}

size_t text_fitting(struct slice text, size_t columns, size_t *len)
{
	size_t used = 0, at = 0;

	while (at < text.len) {
		utf8proc_int32_t point;
		size_t bytes = character_read((struct slice){text.ptr + at, text.len - at}, &point);
		size_t wide = bytes ? (size_t)utf8proc_charwidth(point) : 1;

		if (used + wide > columns)
			break;
		used += wide;
		at += bytes ? bytes : 1;
	}
	if (len)
		*len = at;
	return used;
}
