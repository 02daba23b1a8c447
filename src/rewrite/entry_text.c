/* The bytes of a block's statements, and the edits that bring them in. */
#include "rewriting.h"

struct slice statement_line_end(const struct rewriting *rewriting,
				const struct block_statement *statement)
{
	struct slice bytes = rewriting->text->bytes;
	const char *end = bytes.ptr + statement->after;
	const char *feed;

	if (statement->after >= 2 && end[-1] == '\n' && end[-2] == '\r')
		return SLICE("\r\n");
	if (statement->after && end[-1] == '\n')
		return SLICE("\n");
	if (statement->after && end[-1] == '\r')
		return SLICE("\r");
	feed = memchr(bytes.ptr, '\n', bytes.len);
	if (feed)
		return feed > bytes.ptr && feed[-1] == '\r' ? SLICE("\r\n") : SLICE("\n");
	return memchr(bytes.ptr, '\r', bytes.len) ? SLICE("\r") : SLICE("\n");
}

static bool ends_line(const struct buf *out)
{
	return !out->len || out->ptr[out->len - 1] == '\n' || out->ptr[out->len - 1] == '\r';
}

void lines_write(struct buf *out, struct slice text, struct slice indent, struct slice end)
{
	buf_add(out, indent);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '\n') {
			buf_add_char(out, text.ptr[i]);
			continue;
		}
		buf_add(out, end);
		if (i + 1 < text.len)
			buf_add(out, indent);
	}
	buf_add(out, end);
}

void entry_write(struct rewriting *rewriting, struct buf *out, const struct entry_statement *entry,
		 struct slice indent, struct slice end)
{
	const char *bytes = rewriting->text->bytes.ptr;

	if (entry->kept) {
		uint32_t start = entry->body ? entry->body : entry->old->above;

		buf_add(out, (struct slice){bytes + start, entry->old->after - start});
		if (!ends_line(out))
			buf_add(out, end);
		return;
	}
	for (size_t i = 0; i < entry->above.count; i++)
		lines_write(out, entry->above.items[i], indent, end);
	lines_write(out, entry_format(rewriting, entry, indent.len), indent, end);
}

void entry_edit(struct rewriting *rewriting, uint32_t start, uint32_t end, struct buf *text)
{
	struct edit *edit = ARENA_PUSH(rewriting->arena, &rewriting->edits);

	/* A text's last line may have no end: it keeps none. */
	if (end == rewriting->text->bytes.len && end > start && text->len && ends_line(text) &&
	    rewriting->text->bytes.ptr[end - 1] != '\n' &&
	    rewriting->text->bytes.ptr[end - 1] != '\r') {
		while (text->len && ends_line(text))
			text->len--;
	}
	edit->start = start;
	edit->end = end;
	edit->text = buf_slice(text);
}
