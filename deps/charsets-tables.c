/*
 * Writes the tables of src/python/charsets.c out of the iconv of the machine that builds: glibc's.
 * What runs then needs neither its modules nor another C library's view of the same encodings.
 */
#include <iconv.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BYTES 256

static _Noreturn void fail(const char *why, const char *name)
{
	fprintf(stderr, "deps/charsets-tables: %s: %s\n", name, why);
	exit(1);
}

static iconv_t converter_open(const char *name)
{
	iconv_t converter = iconv_open("UTF-32LE", name);

	if (converter == (iconv_t)-1)
		fail("this machine's iconv does not know it", name);
	return converter;
}

/* The one point that the bytes stand for, else 0. */
static uint32_t point_of(iconv_t converter, const unsigned char *bytes, size_t len)
{
	uint32_t points[4] = {0};
	char *from = (char *)(uintptr_t)bytes, *to = (char *)points;
	size_t left = len, room = sizeof points;

	iconv(converter, NULL, NULL, NULL, NULL);
	if (iconv(converter, &from, &left, &to, &room) || left ||
	    iconv(converter, NULL, NULL, &to, &room) || room != sizeof points - sizeof *points)
		return 0;
	return points[0];
}

static void numbers_write(const char *type, const char *name, const char *what,
			  const uint32_t *numbers, size_t count)
{
	printf("static const %s %s_%s[] = {", type, name, what);
	for (size_t i = 0; i < count; i++)
		printf("%s0x%x,", i % 16 ? " " : "\n\t", (unsigned)numbers[i]);
	puts("\n};");
}

/* Where glibc leaves to users what CPython gives letters, only refusing is safe. */
static uint32_t public_point(uint32_t point)
{
	return point >= 0xe000 && point < 0xf900 ? 0 : point;
}

/* Rows are lead bytes that begin a character, columns are trail bytes that end one, from 1. */
static void charset_write(const char *name, const char *charset, bool users_own)
{
	static uint32_t points[BYTES][BYTES], packed[BYTES * BYTES];
	uint32_t singles[BYTES] = {0}, rows[BYTES] = {0}, columns[BYTES] = {0};
	size_t width = 0, height = 0, count = 0;
	iconv_t converter = converter_open(charset);

	for (unsigned lead = 0x80; lead < BYTES; lead++) {
		unsigned char bytes[2] = {(unsigned char)lead, 0};

		singles[lead] = point_of(converter, bytes, 1);
		for (unsigned trail = 0; trail < BYTES; trail++) {
			bytes[1] = (unsigned char)trail;
			points[lead][trail] = singles[lead] ? 0 : point_of(converter, bytes, 2);
			if (points[lead][trail] > UINT16_MAX)
				points[lead][trail] = 0;
			if (!users_own)
				points[lead][trail] = public_point(points[lead][trail]);
			if (points[lead][trail])
				rows[lead] = columns[trail] = 1;
		}
	}
	for (size_t i = 0; i < BYTES; i++) {
		if (rows[i])
			rows[i] = (uint32_t)++height;
		if (columns[i])
			columns[i] = (uint32_t)++width;
	}
	for (size_t lead = 0; lead < BYTES; lead++)
		for (size_t trail = 0; rows[lead] && trail < BYTES; trail++)
			if (columns[trail])
				packed[count++] = points[lead][trail];
	if (!count)
		fail("no character of two bytes", charset);
	numbers_write("uint16_t", name, "points", packed, count);
	numbers_write("uint16_t", name, "singles", singles, BYTES);
	numbers_write("uint8_t", name, "rows", rows, BYTES);
	numbers_write("uint8_t", name, "columns", columns, BYTES);
	printf("#define %s_width %zu\n", name, width);
	iconv_close(converter);
}

/* GB18030's four bytes below U+10000, counted through, in runs: the first code, its point. */
static void gb18030_write(void)
{
	iconv_t converter = converter_open("GB18030");
	uint32_t next = 0;

	puts("static const struct gb18030_run gb18030_runs[] = {");
	for (uint32_t code = 0; code < 39420; code++) {
		unsigned char bytes[] = {(unsigned char)(0x81 + code / 12600),
					 (unsigned char)(0x30 + code / 1260 % 10),
					 (unsigned char)(0x81 + code / 10 % 126),
					 (unsigned char)(0x30 + code % 10)};
		uint32_t point = public_point(point_of(converter, bytes, sizeof bytes));

		if (point != next)
			printf("\t{%u, 0x%x},\n", (unsigned)code, (unsigned)point);
		next = point ? point + 1 : 0;
	}
	puts("};");
	iconv_close(converter);
}

int main(void)
{
	charset_write("cp932", "CP932", true);
	charset_write("cp949", "CP949", true);
	charset_write("cp950", "CP950", false);
	charset_write("gb18030", "GB18030", true);
	gb18030_write();
	return 0;
}
