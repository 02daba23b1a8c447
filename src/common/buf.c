#include "pawl/common.h"

#include <stdio.h>

/* Makes room for `more` bytes and the NUL behind them. */
static void buf_reserve(struct buf *buf, size_t more)
{
	size_t wanted = buf->capacity ? buf->capacity : 64;
	char *grown;

	if (more >= SIZE_MAX / 2 - buf->len)
		memory_failed();
	if (buf->len + more < buf->capacity)
		return;
	while (wanted <= buf->len + more)
		wanted *= 2;
	grown = arena_reserve(buf->arena, wanted);
	if (buf->len)
		memcpy(grown, buf->ptr, buf->len);
	buf->ptr = grown;
	buf->capacity = wanted;
}

void buf_add(struct buf *buf, struct slice text)
{
	buf_reserve(buf, text.len);
	if (text.len)
		memcpy(buf->ptr + buf->len, text.ptr, text.len);
	buf->len += text.len;
	buf->ptr[buf->len] = '\0';
}

void buf_add_string(struct buf *buf, const char *string)
{
	buf_add(buf, slice_of(string));
}

void buf_add_char(struct buf *buf, char c)
{
	buf_add(buf, (struct slice){&c, 1});
}

void buf_add_format(struct buf *buf, const char *format, ...)
{
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (len <= 0)
		return;
	buf_reserve(buf, (size_t)len);
	va_start(arguments, format);
	vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, arguments);
	va_end(arguments);
	buf->len += (size_t)len;
}

struct slice buf_slice(const struct buf *buf)
{
	return (struct slice){buf->ptr ? buf->ptr : "", buf->len};
}
