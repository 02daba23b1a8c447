/* The text of an import statement: isort's wrap.py, which black agrees with. */
#include "style.h"

struct formatting {
	const struct style *style;
	struct arena *arena;
	const struct statement_text *text;
	struct slices names;  /* "a as b" */
	struct slice comment; /* all of them, as they stand behind the statement; or empty */
	size_t width, rows_width;
};

/* ---- parts ---- */

static void add_name(struct buf *out, const struct wanted_name *name)
{
	buf_add(out, name->name);
	if (name->alias.len) {
		buf_add_string(out, " as ");
		buf_add(out, name->alias);
	}
}

static void add_names(struct formatting *formatting)
{
	const struct wanted_names *names = formatting->text->names;

	for (size_t i = 0; i < names->count; i++) {
		struct buf name = {.arena = formatting->arena};

		add_name(&name, &names->items[i]);
		*ARENA_PUSH(formatting->arena, &formatting->names) = buf_slice(&name);
	}
}

static void add_comments(struct formatting *formatting)
{
	const struct statement_text *text = formatting->text;
	struct buf out = {.arena = formatting->arena};

	for (size_t i = 0; i < text->comments->count; i++) {
		buf_add_string(&out, out.len ? "  " : "");
		buf_add(&out, text->comments->items[i]);
	}
	if (text->names->count == 1 && text->names->items[0].comment.len) {
		buf_add_string(&out, out.len ? "  " : "");
		buf_add(&out, text->names->items[0].comment);
	}
	formatting->comment = buf_slice(&out);
}

static struct slice in_one_line(const struct formatting *formatting)
{
	struct buf out = {.arena = formatting->arena};

	buf_add(&out, formatting->text->start);
	for (size_t i = 0; i < formatting->names.count; i++) {
		buf_add_string(&out, i ? ", " : "");
		buf_add(&out, formatting->names.items[i]);
	}
	if (formatting->comment.len) {
		buf_add_string(&out, "  ");
		buf_add(&out, formatting->comment);
	}
	return buf_slice(&out);
}

/* ---- one name a line ---- */

static bool has_comments_inside(const struct wanted_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->items[i].above.count ||
		    (names->count > 1 && names->items[i].comment.len))
			return true;
	return false;
}

/* As black does it, whatever isort's mode: names that have comments of their own. */
static struct slice exploded(const struct formatting *formatting)
{
	const struct wanted_names *names = formatting->text->names;
	struct slice indent = formatting->style->indent;
	struct buf out = {.arena = formatting->arena};

	buf_add(&out, formatting->text->start);
	buf_add_char(&out, '(');
	for (size_t i = 0; i < formatting->text->comments->count; i++) {
		buf_add_string(&out, "  ");
		buf_add(&out, formatting->text->comments->items[i]);
	}
	buf_add_char(&out, '\n');
	for (size_t i = 0; i < names->count; i++) {
		const struct wanted_name *name = &names->items[i];

		for (size_t j = 0; j < name->above.count; j++) {
			buf_add(&out, indent);
			buf_add(&out, name->above.items[j]);
			buf_add_char(&out, '\n');
		}
		buf_add(&out, indent);
		add_name(&out, name);
		buf_add_char(&out, ',');
		if (name->comment.len) {
			buf_add_string(&out, "  ");
			buf_add(&out, name->comment);
		}
		buf_add_char(&out, '\n');
	}
	buf_add_char(&out, ')');
	return buf_slice(&out);
}

/* ---- one name that is too long for its line: wrap.py's line() ---- */

static struct slice name_parted(const struct formatting *formatting)
{
	const struct style *style = formatting->style;
	struct slice comment = formatting->comment;
	bool hanging = style->wrap == WRAP_VERTICAL_HANGING_INDENT ||
		       style->wrap == WRAP_VERTICAL_GRID_GROUPED;
	bool parenthesised = style->use_parentheses || (style->is_newer && hanging);
	bool hoisted =
		comment.len && (style->use_parentheses ? slice_find(comment, SLICE("noqa")) != NULL
						       : parenthesised);
	struct buf out = {.arena = formatting->arena};

	buf_add(&out, formatting->text->start);
	buf_add_string(&out, parenthesised ? "(" : "\\");
	if (hoisted) {
		buf_add_string(&out, "  ");
		buf_add(&out, comment);
	}
	buf_add_char(&out, '\n');
	buf_add(&out, style->indent);
	buf_add(&out, formatting->names.items[0]);
	if (style->trailing_comma &&
	    (comment.len && !hoisted ? style->use_parentheses : parenthesised))
		buf_add_char(&out, ',');
	if (parenthesised && !hanging)
		buf_add_char(&out, ')');
	if (comment.len && !hoisted) {
		buf_add_string(&out, "  ");
		buf_add(&out, comment);
	}
	if (parenthesised && hanging)
		buf_add_string(&out, "\n)");
	return buf_slice(&out);
}

static struct slice line_wrapped(const struct formatting *formatting)
{
	struct slice line = in_one_line(formatting);

	if (line_columns(line) <= formatting->width)
		return line;
	if (formatting->style->wrap == WRAP_NOQA)
		return slice_find(line, SLICE("# NOQA"))
			       ? line
			       : slice_join(formatting->arena, line, SLICE("  "), SLICE("# NOQA"));
	return formatting->names.count == 1 ? name_parted(formatting) : line;
}

static struct slice line_commented(struct formatting *formatting)
{
	struct slice comment = formatting->comment, line;

	formatting->comment = (struct slice){0};
	line = line_wrapped(formatting);
	return comment.len ? slice_join(formatting->arena, line, SLICE("  "), comment) : line;
}

/* ---- several names: wrap.py's import_statement() ---- */

static size_t lines_of(struct slice text, size_t *shortest, size_t *longest, size_t *last)
{
	size_t count = 0;

	*shortest = SIZE_MAX;
	*longest = 0;
	for (;;) {
		const char *end = memchr(text.ptr, '\n', text.len);
		struct slice line = {text.ptr, end ? (size_t)(end - text.ptr) : text.len};

		*last = line_columns(line);
		*longest = *last > *longest ? *last : *longest;
		count++;
		if (!end)
			return count;
		*shortest = *last < *shortest ? *last : *shortest;
		text.len -= line.len + 1;
		text.ptr += line.len + 1;
	}
}

/* Shorter and shorter lines, until the last is as long as the others or there are more of them. */
static struct slice balanced(enum wrap_mode mode, struct wrapping *wrapping, struct slice wrapped)
{
	size_t shortest, longest, last, minimum;
	size_t lines = lines_of(wrapped, &minimum, &longest, &last), count = lines;
	struct slice next = wrapped;

	if (lines == 1)
		return wrapped;
	while (last < minimum && count == lines && wrapping->width > 10) {
		wrapped = next;
		wrapping->width--;
		next = names_wrap(mode, wrapping);
		count = lines_of(next, &shortest, &longest, &last);
	}
	return wrapped;
}

static struct slice wrapped_as(const struct formatting *formatting, enum wrap_mode mode)
{
	struct wrapping wrapping = {
		.arena = formatting->arena,
		.start = formatting->text->start,
		.names = formatting->names,
		.comment = formatting->comment,
		.indent = formatting->style->indent,
		.width = formatting->rows_width,
		.comma = formatting->style->trailing_comma,
	};
	struct slice wrapped = names_wrap(mode, &wrapping);

	if (formatting->style->balanced_wrapping)
		wrapped = balanced(mode, &wrapping, wrapped);
	return wrapped;
}

static struct slice wrapped(const struct formatting *formatting)
{
	enum wrap_mode mode = formatting->style->wrap;
	struct slice text = wrapped_as(formatting, mode);
	size_t shortest, longest, last;

	lines_of(text, &shortest, &longest, &last);
	return mode == WRAP_GRID && longest > formatting->width
		       ? wrapped_as(formatting, WRAP_VERTICAL_GRID)
		       : text;
}

/* ---- what becomes of a statement ---- */

/* isort breaks such a line, but does not lay it out. */
static bool is_line(const struct formatting *formatting)
{
	const struct statement_text *text = formatting->text;
	const struct wanted_name *name = &text->names->items[0];

	return text->names->count == 1 &&
	       (text->single || (name->alias.len && !formatting->style->combine_as) ||
		name->comment.len || text->comments->count);
}

static size_t within(size_t width, size_t indent)
{
	return width > indent ? width - indent : 1;
}

struct slice statement_format(const struct style *style, struct arena *arena,
			      const struct statement_text *text, size_t indent)
{
	struct formatting formatting = {.style = style, .arena = arena, .text = text};
	size_t count = text->names->count, columns;
	bool rows;

	formatting.width = within(style->line_length, indent);
	formatting.rows_width =
		style->wrap_length ? within(style->wrap_length, indent) : formatting.width;
	add_names(&formatting);
	add_comments(&formatting);
	if (has_comments_inside(text->names) || (text->explode && count > 1))
		return exploded(&formatting);
	if (!text->from || slice_equal_string(text->names->items[0].name, "*"))
		return in_one_line(&formatting);
	if (text->after)
		return line_commented(&formatting);
	if (is_line(&formatting))
		return line_wrapped(&formatting);
	columns = line_columns(in_one_line(&formatting));
	rows = style->force_grid_wrap && count >= style->force_grid_wrap;
	rows |= columns > formatting.width &&
		(count > 1 || (style->wrap != WRAP_GRID && style->wrap != WRAP_VERTICAL));
	return rows ? wrapped(&formatting) : line_wrapped(&formatting);
}
