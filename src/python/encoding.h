/*
 * How a Python source text is encoded (PEP 263), and its decoding. Private to src/python.
 */
#ifndef PAWL_PYTHON_ENCODING_H
#define PAWL_PYTHON_ENCODING_H

#include "charsets.h"

enum codec_kind {
	CODEC_UNKNOWN, /* Python does not know it, or its bytes do not show what runs: utf-7, utf-16
			  … */
	CODEC_UTF8,
	CODEC_LATIN1,
	CODEC_BYTES,	 /* one byte a character; ASCII stands for itself and for nothing else */
	CODEC_MULTIBYTE, /* trail bytes may look like ASCII: decoded before anything is read */
};

struct codec {
	enum codec_kind kind;
	enum charset charset; /* where of several bytes */
	const char *aliases;  /* the names by which Python knows it, after normalisation, between
				 spaces */
};

/*
 * The encoding that the text declares in its first or second line, as written; empty without one.
 * By CPython's rule (check_coding_spec in Parser/tokenizer.c): the second line counts only where
 * the first is blank or a comment.
 */
struct slice encoding_cookie(struct slice bytes);

/* Never NULL: what Python does not know is a codec of kind CODEC_UNKNOWN. */
const struct codec *codec_find(struct slice name);

/* The bytes in UTF-8, in the arena. False where they cannot be decoded, or there is no table of the
 * codec. */
bool codec_decode(const struct codec *codec, struct arena *arena, struct slice bytes,
		  struct slice *out);

#endif
