/* Text laid out for a terminal. */
#include "layout.h"

static void blanks(struct buf *out, size_t count)
{
	buf_add_format(out, "%*s", (int)count, "");
}

void layout_paragraph(struct buf *out, struct slice text, size_t first, size_t rest, size_t width)
{
	size_t column = first;
	bool begun = false; /* the line has a word */

	blanks(out, first);
	while (text.len) {
		const char *blank = memchr(text.ptr, ' ', text.len);
		struct slice word = {text.ptr, blank ? (size_t)(blank - text.ptr) : text.len};
		size_t wide = text_columns(word);

		text.ptr += word.len + (blank != NULL);
		text.len -= word.len + (blank != NULL);
		if (!word.len)
			continue;
		if (begun && column + 1 + wide > width) {
			buf_add_char(out, '\n');
			blanks(out, rest);
			column = rest;
		} else if (begun) {
			buf_add_char(out, ' ');
			column++;
		}
		buf_add(out, word);
		column += wide;
		begun = true;
	}
	buf_add_char(out, '\n');
}

void layout_source(struct buf *out, const char *prefix, struct slice line, size_t width)
{
	struct buf spread = {.arena = out->arena};
	size_t room = width > strlen(prefix) + 1 ? width - strlen(prefix) : 1, len;
	struct slice text;

	buf_add_string(&spread, "");
	while (line.len && strchr(" \t\r\n", line.ptr[line.len - 1]))
		line.len--;
	/* What is shown is bounded, so the work is: a line of 8 MB is cut before it is looked at.
	 */
	if (line.len > 4 * (size_t)width)
		line.len = 4 * (size_t)width;
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == '\t')
			buf_add_string(&spread, "    ");
		else
			buf_add_char(&spread, line.ptr[i]);
	}
	text = escaped(out->arena, buf_slice(&spread));
	buf_add_string(out, prefix);
	if (text_columns(text) > room) {
		text_fitting(text, room - 1, &len);
		buf_add(out, (struct slice){text.ptr, len});
		buf_add_string(out, "…\n");
		return;
	}
	buf_add(out, text);
	buf_add_char(out, '\n');
}

struct slice shell_word(struct arena *arena, struct slice path)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+@%:,-";
	struct slice safe = escaped(arena, path);
	struct buf word = {.arena = arena};
	bool quote = false;

	if (path.len && *path.ptr == '-')
		path = slice_join(arena, SLICE("."), SLICE("/"), path);
	for (size_t i = 0; i < path.len; i++)
		quote = quote || !memchr(plain, path.ptr[i], sizeof plain - 1);
	if (!quote)
		return path;
	if (slice_equal(safe, escaped(arena, safe)) && safe.len == path.len &&
	    !memchr(path.ptr, '\'', path.len))
		return slice_format(arena, "'%s'", slice_copy(arena, path).ptr);
	for (size_t i = 0; i < path.len; i++) {
		if (path.ptr[i] == '\\' || path.ptr[i] == '\'')
			buf_add_char(&word, '\\');
		buf_add_char(&word, path.ptr[i]);
	}
	return slice_format(arena, "$'%s'", escaped(arena, buf_slice(&word)).ptr);
}
