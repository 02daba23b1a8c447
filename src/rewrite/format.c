/* The text of a from-import, wrapped: isort's wrap.py and wrap_modes.py, which black agrees with.
 */
#include "style.h"

#define INDENT "    "

/* Columns: a character of UTF-8 counts once. */
static size_t columns(struct slice text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
	return count;
}

static size_t last_columns(const struct buf *text)
{
	const char *end = text->len ? memrchr(text->ptr, '\n', text->len) : NULL;
	size_t start = end ? (size_t)(end + 1 - text->ptr) : 0;

	return columns((struct slice){text->ptr + start, text->len - start});
}

static void add_name(struct buf *out, const struct wanted_name *name)
{
	buf_add(out, name->name);
	if (name->alias.len) {
		buf_add_string(out, " as ");
		buf_add(out, name->alias);
	}
}

static void add_comments(struct buf *out, const struct slices *comments)
{
	for (size_t i = 0; i < comments->count; i++) {
		buf_add_string(out, "  ");
		buf_add(out, comments->items[i]);
	}
}

static bool has_comments_inside(const struct wanted_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->items[i].above.count ||
		    (names->count > 1 && names->items[i].comment.len))
			return true;
	return false;
}

/* One name a line. */
static void add_exploded(struct buf *out, const struct wanted_names *names,
			 const struct slices *comments, bool comma)
{
	buf_add_char(out, '(');
	add_comments(out, comments);
	buf_add_char(out, '\n');
	for (size_t i = 0; i < names->count; i++) {
		const struct wanted_name *name = &names->items[i];

		for (size_t j = 0; j < name->above.count; j++) {
			buf_add_string(out, INDENT);
			buf_add(out, name->above.items[j]);
			buf_add_char(out, '\n');
		}
		buf_add_string(out, INDENT);
		add_name(out, name);
		if (comma || i + 1 < names->count)
			buf_add_char(out, ',');
		if (name->comment.len) {
			buf_add_string(out, "  ");
			buf_add(out, name->comment);
		}
		buf_add_char(out, '\n');
	}
	buf_add_char(out, ')');
}

/* Names in rows below the opening line (vertical grid, alone or grouped). */
static void add_vertical_grid(struct buf *out, const struct wanted_names *names,
			      const struct slices *comments, size_t width, bool comma, bool grouped)
{
	buf_add_char(out, '(');
	add_comments(out, comments);
	buf_add_string(out, "\n" INDENT);
	for (size_t i = 0; i < names->count; i++) {
		struct buf name = {.arena = out->arena};
		size_t needed;

		add_name(&name, &names->items[i]);
		needed = last_columns(out) + columns(buf_slice(&name)) + (i ? 2 : 0);
		needed += i + 1 < names->count || comma;
		needed += !grouped && i + 1 == names->count;
		if (i)
			buf_add_string(out, needed > width ? ",\n" INDENT : ", ");
		buf_add(out, buf_slice(&name));
	}
	if (comma)
		buf_add_char(out, ',');
	buf_add_string(out, grouped ? "\n)" : ")");
}

/* Names in rows behind the opening parenthesis. */
static void add_grid(struct buf *out, const struct wanted_names *names,
		     const struct slices *comments, size_t width, bool comma)
{
	size_t column = last_columns(out) + 1;
	struct slices pending = *comments;

	buf_add_char(out, '(');
	for (size_t i = 0; i < names->count; i++) {
		struct buf name = {.arena = out->arena}, tail = {.arena = out->arena};

		add_name(&name, &names->items[i]);
		add_comments(&tail, &pending);
		if (i && last_columns(out) + 2 + columns(buf_slice(&name)) +
					 columns(buf_slice(&tail)) + 1 >
				 width) {
			buf_add_char(out, ',');
			add_comments(out, &pending);
			pending = (struct slices){0};
			buf_add_char(out, '\n');
			for (size_t j = 0; j < column; j++)
				buf_add_char(out, ' ');
		} else if (i) {
			buf_add_string(out, ", ");
		}
		buf_add(out, buf_slice(&name));
	}
	buf_add_string(out, comma ? ",)" : ")");
}

/* One name that is too long for its line. */
static void add_single(const struct style *style, struct buf *out, const struct wanted_names *names,
		       const struct slices *comments)
{
	bool vertical = style->wrap != WRAP_GRID;
	bool hoisted = comments->count && (slice_find(comments->items[0], SLICE("noqa")) ||
					   names->items[0].comment.len);

	if (!style->use_parentheses && !vertical) {
		buf_add_string(out, "\\\n" INDENT);
		add_name(out, &names->items[0]);
		add_comments(out, comments);
		return;
	}
	buf_add_char(out, '(');
	if (hoisted)
		add_comments(out, comments);
	buf_add_string(out, "\n" INDENT);
	add_name(out, &names->items[0]);
	if (style->trailing_comma)
		buf_add_char(out, ',');
	if (!hoisted)
		add_comments(out, comments);
	if (names->items[0].comment.len) {
		buf_add_string(out, "  ");
		buf_add(out, names->items[0].comment);
	}
	buf_add_string(out,
		       vertical || comments->count || names->items[0].comment.len ? "\n)" : ")");
}

static void add_wrapped(const struct style *style, struct buf *out,
			const struct wanted_names *names, const struct slices *comments,
			size_t width)
{
	struct buf grid;

	if (names->count == 1) {
		add_single(style, out, names, comments);
		return;
	}
	switch (style->wrap) {
	case WRAP_GRID:
		grid = (struct buf){.arena = out->arena};
		buf_add(&grid, buf_slice(out));
		add_grid(&grid, names, comments, width, style->trailing_comma);
		if (last_columns(&grid) > width)
			add_vertical_grid(out, names, comments, width, style->trailing_comma,
					  false);
		else
			*out = grid;
		break;
	case WRAP_VERTICAL_GRID:
	case WRAP_VERTICAL_GRID_GROUPED:
		add_vertical_grid(out, names, comments, width, style->trailing_comma,
				  style->wrap == WRAP_VERTICAL_GRID_GROUPED);
		break;
	case WRAP_VERTICAL_HANGING_INDENT:
	default:
		add_exploded(out, names, comments, style->trailing_comma);
	}
}

struct slice statement_format(const struct style *style, struct arena *arena, struct slice start,
			      const struct wanted_names *names, const struct slices *comments,
			      size_t indent, bool explode)
{
	size_t width = style->line_length > indent ? style->line_length - indent : 1;
	struct buf line = {.arena = arena}, wrapped = {.arena = arena};

	buf_add(&wrapped, start);
	if (has_comments_inside(names) || (explode && names->count > 1)) {
		add_exploded(&wrapped, names, comments, true);
		return buf_slice(&wrapped);
	}
	buf_add(&line, start);
	for (size_t i = 0; i < names->count; i++) {
		if (i)
			buf_add_string(&line, ", ");
		add_name(&line, &names->items[i]);
	}
	add_comments(&line, comments);
	if (names->count == 1 && names->items[0].comment.len) {
		buf_add_string(&line, "  ");
		buf_add(&line, names->items[0].comment);
	}
	if (columns(buf_slice(&line)) <= width &&
	    !(style->force_grid_wrap && names->count >= style->force_grid_wrap))
		return buf_slice(&line);
	add_wrapped(style, &wrapped, names, comments, width);
	return buf_slice(&wrapped);
}
