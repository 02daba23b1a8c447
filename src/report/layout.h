/* Text laid out for a terminal. For src/report/ alone. */
#ifndef PAWL_REPORT_LAYOUT_H
#define PAWL_REPORT_LAYOUT_H

#include "pawl/report.h"

/* Whether a terminal shows nothing for it, or does something else. */
bool point_is_hidden(int32_t point);

/* escape_text(), in a slice of its own. */
struct slice escaped(struct arena *arena, struct slice raw);

/* How many columns a terminal gives to an escaped text. */
size_t text_columns(struct slice text);
/* How many columns of an escaped text fit into `columns`, and how many bytes those are. */
size_t text_fitting(struct slice text, size_t columns, size_t *len);

/*
 * Words filled into lines of `width` columns, the first indented by `first`, the others by `rest`;
 * a word that is wider stays whole. Ends the last line. `text` is escaped.
 */
void layout_paragraph(struct buf *out, struct slice text, size_t first, size_t rest, size_t width);

/* One line of source behind `prefix`, escaped, tabs as four blanks, cut with an ellipsis at
 * `width`. */
void layout_source(struct buf *out, const char *prefix, struct slice line, size_t width);

/* A path as a POSIX shell (with $'…' where it must be) reads it back. */
struct slice shell_word(struct arena *arena, struct slice path);

#endif
