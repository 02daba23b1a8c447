/*
 * Whether `if TYPE_CHECKING` means what it says. Private to src/python.
 */
#ifndef PAWL_PYTHON_TYPE_CHECKING_H
#define PAWL_PYTHON_TYPE_CHECKING_H

#include "pawl/python.h"

struct type_checking {
	const struct text *text;
	const struct text_limits *limits;
	const struct slices *guards; /* see type_checking_guard() */
	bool non_ascii;		     /* an identifier may not be what its bytes look like */
	struct imports *imports;     /* all that bind one of these names, and all stars */
};

/*
 * Takes type_checking back from every import unless TYPE_CHECKING, and each module that it is taken
 * from, is bound by imports from typing alone and only read otherwise: a text could set it, and
 * launder uses through it. May parse the text whole, and says so in imports->parsed_whole.
 */
void type_checking_verify(const struct type_checking *check);

/* Whether an import statement must be read for this, whatever a filter says. */
bool type_checking_needs(struct slice statement, const struct slices *guards);

/* Notes the `t` of an `if t.TYPE_CHECKING`; empty for `if TYPE_CHECKING`. */
void type_checking_guard(struct arena *arena, struct slices *guards, struct slice module);

#endif
