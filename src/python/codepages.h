/*
 * Encodings of one byte a character. Private to src/python.
 */
#ifndef PAWL_PYTHON_CODEPAGES_H
#define PAWL_PYTHON_CODEPAGES_H

#include <stdint.h>

struct codepage {
	const char *name;     /* as Python has it; NULL ends the list */
	uint16_t points[128]; /* of the bytes from 0x80; 0 where the byte stands for nothing */
};

extern const struct codepage codepages[];

#endif
