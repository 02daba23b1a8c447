#include "line.h"

#include "bytes.h"

struct line_cursor line_cursor_of(const struct text *text)
{
	return (struct line_cursor){
		.text = text,
		.line = 1,
		.start = (uint32_t)text->start,
		.offset = (uint32_t)text->start,
	};
}

struct position line_cursor_move(struct line_cursor *cursor, size_t offset)
{
	size_t len = cursor->text->bytes.len;
	at begin = (at)cursor->text->bytes.ptr, end = begin + len;
	at to = offset < len ? begin + offset : end;

	for (at p = cursor->offset < len ? begin + cursor->offset : to;
	     p < to && (p = line_end_find(p, to)) < to; p++) {
		if (*p == '\r' && p + 1 < end && p[1] == '\n')
			continue; /* the line ends behind both */
		cursor->line++;
		cursor->start = (uint32_t)(p + 1 - begin);
	}
	if (offset > cursor->offset)
		cursor->offset = (uint32_t)offset;
	return (struct position){
		.line = cursor->line,
		.column = (uint32_t)offset - cursor->start + 1,
		.offset = (uint32_t)offset,
	};
}
