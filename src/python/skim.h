/*
 * The skim: one lexical pass over a text that finds the logical lines, or parts of lines, that
 * begin an import (T5), outside strings, comments and brackets. Private to src/python.
 *
 * It is CPython's tokenizer with everything left out that cannot end a string, a bracket or a line.
 * What it cannot be sure of it calls a doubt (K5).
 */
#ifndef PAWL_PYTHON_SKIM_H
#define PAWL_PYTHON_SKIM_H

#include "pawl/python.h"

/* A place where an import statement may begin: not more than that, `import (b)` is one too. */
struct skim_statement {
	uint32_t at; /* of the keyword `from` or `import`, or of the `lazy` before it (PEP 810) */
	uint32_t start; /* of the keyword `from` or `import` */
	uint32_t end;	/* behind the statement's `;` or line end (K4), or the end of the text */
	enum scope_kind scope;
	bool type_checking; /* in an arm of `if` that runs under TYPE_CHECKING alone, whatever binds
			       that */
};

struct skim {
	struct skim_statement *items; /* in the order of the text */
	size_t count, capacity;
	bool doubt;	/* K5 */
	bool non_ascii; /* a byte ≥ 0x80 stands outside strings and comments */
	struct slices
		guards; /* the `t` of each `if t.TYPE_CHECKING`; empty for `if TYPE_CHECKING` */
	const char *unreadable; /* T7: nested too deep, or too many statements; then the rest is
				   unread */
};

/*
 * Whether a text, or what of it begins outside strings and brackets, can be left unread where no
 * import statement is: it is ASCII, and nothing in it is nested deeper than max-depth.
 */
bool skim_is_plain(struct slice rest, const struct text_limits *limits);

/*
 * Reads to behind the last line that can hold `import`, and on from there only where the rest is
 * not plain: what it would call a doubt there costs no import (T6).
 */
void skim_read(const struct text *text, const struct text_limits *limits, struct arena *arena,
	       struct skim *out);

#endif
