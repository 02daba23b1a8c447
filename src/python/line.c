#include "line.h"

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
	const char *bytes = cursor->text->bytes.ptr;
	size_t len = cursor->text->bytes.len;

	for (uint32_t i = cursor->offset; i < offset && i < len; i++) {
		if (bytes[i] != '\n' && (bytes[i] != '\r' || (i + 1 < len && bytes[i + 1] == '\n')))
			continue;
		cursor->line++;
		cursor->start = i + 1;
	}
	if (offset > cursor->offset)
		cursor->offset = (uint32_t)offset;
	return (struct position){
		.line = cursor->line,
		.column = (uint32_t)offset - cursor->start + 1,
		.offset = (uint32_t)offset,
	};
}
