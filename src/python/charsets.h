/*
 * Encodings of several bytes a character, from tables that deps/charsets-tables.c makes: no C
 * library's iconv is asked, since musl's finds other characters in some bytes. Private to
 * src/python.
 */
#ifndef PAWL_PYTHON_CHARSETS_H
#define PAWL_PYTHON_CHARSETS_H

#include "pawl/python.h"

enum charset {
	CHARSET_NONE, /* no table: cannot be decoded */
	CHARSET_CP932,
	CHARSET_CP949,
	CHARSET_CP950,
	CHARSET_EUC_JP, /* JIS X 0208 and half-width katakana; no JIS X 0212 */
	CHARSET_GB18030,
};

/* The bytes in UTF-8, in the arena. False where one begins no character. */
bool charset_decode(enum charset charset, struct arena *arena, struct slice bytes,
		    struct slice *out);

/* Writes the point in UTF-8; returns how many bytes: at most four. */
size_t point_write(char *out, uint32_t point);

#endif
