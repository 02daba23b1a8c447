#include "charsets.h"

struct gb18030_run {
	uint16_t code, point;
};

#include <charsets-tables.h>

/* Of a lead and a trail byte, each with its number from 1 among those that occur; 0 is none. */
struct table {
	const uint16_t *points, *singles;
	const uint8_t *rows, *columns;
	size_t width;
};

#define TABLE(name)                                                                                \
	{                                                                                          \
		name##_points, name##_singles, name##_rows, name##_columns, name##_width           \
	}

static const struct table cp932 = TABLE(cp932), cp949 = TABLE(cp949), cp950 = TABLE(cp950),
			  gb18030 = TABLE(gb18030);

#define COUNT(array) (sizeof(array) / sizeof *(array))

size_t point_write(char *out, uint32_t point)
{
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t len = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

	for (size_t i = len - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (point & 0x3f));
		point >>= 6;
	}
	out[0] = (char)(leads[len] | point);
	return len;
}

/* Each reads the character at the start: its length, or 0. */

static size_t table_read(const struct table *table, const unsigned char *bytes, size_t len,
			 uint32_t *point)
{
	*point = table->singles[bytes[0]];
	if (*point)
		return 1;
	if (len < 2 || !table->rows[bytes[0]] || !table->columns[bytes[1]])
		return 0;
	*point = table->points[(table->rows[bytes[0]] - 1) * table->width +
			       table->columns[bytes[1]] - 1];
	return *point ? 2 : 0;
}

/* CP932 has the rows and cells of JIS X 0208, two rows to a lead byte. */
static size_t euc_jp_read(const unsigned char *bytes, size_t len, uint32_t *point)
{
	if (len < 2 || bytes[1] < 0xa1 || bytes[1] == 0xff)
		return 0;
	if (bytes[0] == 0x8e)
		return table_read(&cp932, bytes + 1, 1, point) ? 2 : 0;
	if (bytes[0] < 0xa1 || bytes[0] == 0xff)
		return 0;
	unsigned row = bytes[0] - 0xa1u, cell = bytes[1] - 0xa1u, lead = row / 2 + 0x81;
	unsigned trail = row % 2 ? cell + 0x9f : cell + 0x40 + (cell >= 63);
	unsigned char shifted[2] = {(unsigned char)(lead > 0x9f ? lead + 0x40 : lead),
				    (unsigned char)trail};

	return table_read(&cp932, shifted, 2, point);
}

/* Two bytes by the table; four as the number that they are, in runs or straight from U+10000. */
static size_t gb18030_read(const unsigned char *bytes, size_t len, uint32_t *point)
{
	if (len < 4 || bytes[1] < 0x30 || bytes[1] > 0x39)
		return table_read(&gb18030, bytes, len, point);
	if (bytes[0] < 0x81 || bytes[0] == 0xff || bytes[2] < 0x81 || bytes[2] == 0xff ||
	    bytes[3] < 0x30 || bytes[3] > 0x39)
		return 0;
	uint32_t code =
		(((bytes[0] - 0x81u) * 10 + bytes[1] - 0x30u) * 126 + bytes[2] - 0x81u) * 10 +
		bytes[3] - 0x30u;
	if (code >= 189000) {
		*point = code - 189000 + 0x10000;
		return *point <= 0x10ffff ? 4 : 0;
	}
	size_t run = COUNT(gb18030_runs);
	while (run > 0 && gb18030_runs[run - 1].code > code)
		run--;
	if (!run || !gb18030_runs[run - 1].point || code >= 39420)
		return 0;
	*point = gb18030_runs[run - 1].point + code - gb18030_runs[run - 1].code;
	return 4;
}

static size_t character_read(enum charset charset, const unsigned char *bytes, size_t len,
			     uint32_t *point)
{
	*point = bytes[0];
	if (bytes[0] < 0x80)
		return 1;
	switch (charset) {
	case CHARSET_CP932:
		return table_read(&cp932, bytes, len, point);
	case CHARSET_CP949:
		return table_read(&cp949, bytes, len, point);
	case CHARSET_CP950:
		return table_read(&cp950, bytes, len, point);
	case CHARSET_EUC_JP:
		return euc_jp_read(bytes, len, point);
	case CHARSET_GB18030:
		return gb18030_read(bytes, len, point);
	case CHARSET_NONE:
		break;
	}
	return 0;
}

bool charset_decode(enum charset charset, struct arena *arena, struct slice bytes,
		    struct slice *out)
{
	const unsigned char *from = (const unsigned char *)bytes.ptr;
	/* One byte can become three, two three, four four. */
	char *text = arena_alloc(arena, bytes.len * 3 + 4);
	size_t len = 0;

	for (size_t at = 0, read; at < bytes.len; at += read) {
		uint32_t point;

		read = character_read(charset, from + at, bytes.len - at, &point);
		if (!read)
			return false;
		len += point_write(text + len, point);
	}
	*out = (struct slice){text, len};
	return true;
}
