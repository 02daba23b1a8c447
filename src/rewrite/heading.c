/* The comment lines above the sections of a block (import_heading_…). */
#include "rewriting.h"

static struct slice trimmed(struct slice line)
{
	while (line.len && (*line.ptr == ' ' || *line.ptr == '\t'))
		line.ptr++, line.len--;
	while (line.len && strchr(" \t\r\n", line.ptr[line.len - 1]))
		line.len--;
	return line;
}

struct heading_place heading_find(const struct rewriting *rewriting,
				  const struct block_statement *statement, unsigned section)
{
	struct slice heading = section_heading(rewriting->style, section);
	struct slice bytes = rewriting->text->bytes, line;
	uint32_t at = statement->above;

	if (!heading.len)
		return (struct heading_place){0};
	/* A comment that opens the text belongs to no statement. */
	if (at == statement->line_start && at) {
		at--;
		if (at && bytes.ptr[at] == '\n' && bytes.ptr[at - 1] == '\r')
			at--;
		at = (uint32_t)(text_line(rewriting->text, text_position(rewriting->text, at)).ptr -
				bytes.ptr);
	}
	line = text_line(rewriting->text, text_position(rewriting->text, at));
	if (!slice_equal(trimmed(line), heading))
		return (struct heading_place){0};
	if (at < statement->above)
		return (struct heading_place){at, statement->above};
	at += (uint32_t)line.len;
	at += bytes.ptr[at] == '\r' && at + 1 < bytes.len && bytes.ptr[at + 1] == '\n' ? 2 : 1;
	return (struct heading_place){statement->above, at};
}

void headings_strip(const struct rewriting *rewriting, struct entry_statement *entry)
{
	struct slices kept = {0};

	for (size_t i = 0; i < entry->above.count; i++)
		if (!is_heading(rewriting->style, trimmed(entry->above.items[i])))
			*ARENA_PUSH(rewriting->arena, &kept) = entry->above.items[i];
	entry->above = kept;
}
