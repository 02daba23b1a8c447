/* How a from-import that is too long goes on in further lines: isort's wrap_modes.py. */
#include "style.h"

/* ---- parts ---- */

size_t line_columns(struct slice text)
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

	return line_columns((struct slice){text->ptr + start, text->len - start});
}

static struct buf begin(const struct wrapping *wrapping)
{
	struct buf out = {.arena = wrapping->arena};

	buf_add(&out, wrapping->start);
	return out;
}

static void add_comment(struct buf *out, struct slice comment)
{
	if (!comment.len)
		return;
	buf_add_string(out, "  ");
	buf_add(out, comment);
}

static size_t comment_columns(struct slice comment)
{
	return comment.len ? 2 + line_columns(comment) : 0;
}

static void add_spaces(struct buf *out, size_t count)
{
	while (count--)
		buf_add_char(out, ' ');
}

/* ---- rows behind the parenthesis ---- */

/* A name and its alias part where even a row of their own is too short for them. */
static void add_parted(struct buf *out, const struct wrapping *wrapping, struct slice name,
		       size_t indent)
{
	add_spaces(out, indent);
	for (bool first = true; name.len; first = false) {
		const char *space = memchr(name.ptr, ' ', name.len);
		struct slice word = {name.ptr, space ? (size_t)(space - name.ptr) : name.len};

		if (!first && last_columns(out) + 1 + line_columns(word) + 1 > wrapping->width) {
			buf_add_char(out, '\n');
			add_spaces(out, indent);
		} else if (!first) {
			buf_add_char(out, ' ');
		}
		buf_add(out, word);
		name.ptr += word.len + (space ? 1 : 0);
		name.len -= word.len + (space ? 1 : 0);
	}
}

static struct slice wrap_grid(const struct wrapping *wrapping)
{
	size_t indent = line_columns(wrapping->start) + 1;
	struct slice comment = wrapping->comment;
	struct buf out = begin(wrapping);

	buf_add_char(&out, '(');
	buf_add(&out, wrapping->names.items[0]);
	for (size_t i = 1; i < wrapping->names.count; i++) {
		struct slice name = wrapping->names.items[i];

		if (last_columns(&out) + 2 + line_columns(name) + comment_columns(comment) + 1 <=
		    wrapping->width) {
			buf_add_string(&out, ", ");
			buf_add(&out, name);
			continue;
		}
		buf_add_char(&out, ',');
		add_comment(&out, comment);
		comment = (struct slice){0};
		buf_add_char(&out, '\n');
		add_parted(&out, wrapping, name, indent);
	}
	buf_add_string(&out, wrapping->comma ? ",)" : ")");
	add_comment(&out, comment);
	return buf_slice(&out);
}

static struct slice wrap_vertical(const struct wrapping *wrapping)
{
	struct buf out = begin(wrapping);

	buf_add_char(&out, '(');
	for (size_t i = 0; i < wrapping->names.count; i++) {
		if (i)
			add_spaces(&out, line_columns(wrapping->start) + 1);
		buf_add(&out, wrapping->names.items[i]);
		if (!i || wrapping->comma || i + 1 < wrapping->names.count)
			buf_add_char(&out, ',');
		if (!i)
			add_comment(&out, wrapping->comment);
		if (!i || i + 1 < wrapping->names.count)
			buf_add_char(&out, '\n');
	}
	if (wrapping->names.count == 1)
		add_spaces(&out, line_columns(wrapping->start) + 1);
	buf_add_char(&out, ')');
	return buf_slice(&out);
}

/* ---- rows below the parenthesis ---- */

static struct slice hang(const struct wrapping *wrapping, const char *close)
{
	struct buf out = begin(wrapping);

	buf_add_char(&out, '(');
	add_comment(&out, wrapping->comment);
	for (size_t i = 0; i < wrapping->names.count; i++) {
		buf_add_char(&out, '\n');
		buf_add(&out, wrapping->indent);
		buf_add(&out, wrapping->names.items[i]);
		if (wrapping->comma || i + 1 < wrapping->names.count)
			buf_add_char(&out, ',');
	}
	buf_add_char(&out, '\n');
	buf_add_string(&out, close);
	return buf_slice(&out);
}

static struct slice wrap_vertical_hanging_indent(const struct wrapping *wrapping)
{
	return hang(wrapping, ")");
}

static struct slice wrap_vertical_hanging_indent_bracket(const struct wrapping *wrapping)
{
	return hang(wrapping, slice_format(wrapping->arena, "%.*s)", (int)wrapping->indent.len,
					   wrapping->indent.ptr)
				      .ptr);
}

static struct slice rows(const struct wrapping *wrapping, bool grouped)
{
	struct buf out = begin(wrapping);

	buf_add_char(&out, '(');
	add_comment(&out, wrapping->comment);
	buf_add_char(&out, '\n');
	buf_add(&out, wrapping->indent);
	for (size_t i = 0; i < wrapping->names.count; i++) {
		struct slice name = wrapping->names.items[i];
		bool more = i + 1 < wrapping->names.count;
		size_t needed = last_columns(&out) + 2 + line_columns(name) +
				(more || wrapping->comma) + (!grouped && !more);

		if (i && needed > wrapping->width) {
			buf_add_string(&out, ",\n");
			buf_add(&out, wrapping->indent);
		} else if (i) {
			buf_add_string(&out, ", ");
		}
		buf_add(&out, name);
	}
	if (wrapping->comma)
		buf_add_char(&out, ',');
	buf_add_string(&out, grouped ? "\n)" : ")");
	return buf_slice(&out);
}

static struct slice wrap_vertical_grid(const struct wrapping *wrapping)
{
	return rows(wrapping, false);
}

static struct slice wrap_vertical_grid_grouped(const struct wrapping *wrapping)
{
	return rows(wrapping, true);
}

/* ---- lines that go on behind a backslash ---- */

static void add_backslash(struct buf *out)
{
	buf_add_string(out, out->len && out->ptr[out->len - 1] == ' ' ? "\\\n" : " \\\n");
}

static struct slice continued(const struct wrapping *wrapping, struct slice indent)
{
	size_t width = wrapping->width > 3 ? wrapping->width - 3 : 0;
	struct buf out = begin(wrapping);

	for (size_t i = 0; i < wrapping->names.count; i++) {
		struct slice name = wrapping->names.items[i];
		bool full = last_columns(&out) + (i ? 2 : 0) + line_columns(name) > width;

		if (i)
			buf_add_char(&out, ',');
		if (full) {
			add_backslash(&out);
			buf_add(&out, indent);
		} else if (i) {
			buf_add_char(&out, ' ');
		}
		buf_add(&out, name);
	}
	if (wrapping->comment.len &&
	    last_columns(&out) + comment_columns(wrapping->comment) > width + 2) {
		add_backslash(&out);
		buf_add(&out, indent);
		buf_add(&out, wrapping->comment);
		return buf_slice(&out);
	}
	add_comment(&out, wrapping->comment);
	return buf_slice(&out);
}

static struct slice wrap_hanging_indent(const struct wrapping *wrapping)
{
	return continued(wrapping, wrapping->indent);
}

static struct slice wrap_backslash_grid(const struct wrapping *wrapping)
{
	struct buf indent = {.arena = wrapping->arena};

	add_spaces(&indent, line_columns(wrapping->start));
	return continued(wrapping, buf_slice(&indent));
}

/* ---- the rest ---- */

static struct slice wrap_hanging_indent_with_parentheses(const struct wrapping *wrapping)
{
	struct slice comment = wrapping->comment;
	struct buf out = begin(wrapping);

	buf_add_char(&out, '(');
	for (size_t i = 0; i < wrapping->names.count; i++) {
		struct slice name = wrapping->names.items[i];
		size_t needed = last_columns(&out) + (i ? 2 : 0) + line_columns(name) +
				(i ? comment_columns(comment) : 0);

		if (i)
			buf_add_char(&out, ',');
		if (needed + 1 > wrapping->width) {
			add_comment(&out, comment);
			comment = (struct slice){0};
			buf_add_char(&out, '\n');
			buf_add(&out, wrapping->indent);
		} else if (i) {
			buf_add_char(&out, ' ');
		}
		buf_add(&out, name);
	}
	buf_add_string(&out, wrapping->comma ? ",)" : ")");
	add_comment(&out, comment);
	return buf_slice(&out);
}

static struct slice wrap_noqa(const struct wrapping *wrapping)
{
	struct slice comment = wrapping->comment;
	struct buf out = begin(wrapping);

	for (size_t i = 0; i < wrapping->names.count; i++) {
		buf_add_string(&out, i ? ", " : "");
		buf_add(&out, wrapping->names.items[i]);
	}
	if (last_columns(&out) + comment_columns(comment) <= wrapping->width ||
	    slice_find(comment, SLICE("NOQA"))) {
		add_comment(&out, comment);
		return buf_slice(&out);
	}
	buf_add_string(&out, "  # NOQA");
	if (comment.len)
		buf_add(&out, (struct slice){comment.ptr + 1, comment.len - 1});
	return buf_slice(&out);
}

/* ---- the table ---- */

static const struct {
	const char *name;
	struct slice (*wrap)(const struct wrapping *wrapping); /* NULL: not known here */
} modes[] = {
	[WRAP_GRID] = {"GRID", wrap_grid},
	[WRAP_VERTICAL] = {"VERTICAL", wrap_vertical},
	[WRAP_HANGING_INDENT] = {"HANGING_INDENT", wrap_hanging_indent},
	[WRAP_VERTICAL_HANGING_INDENT] = {"VERTICAL_HANGING_INDENT", wrap_vertical_hanging_indent},
	[WRAP_VERTICAL_GRID] = {"VERTICAL_GRID", wrap_vertical_grid},
	[WRAP_VERTICAL_GRID_GROUPED] = {"VERTICAL_GRID_GROUPED", wrap_vertical_grid_grouped},
	/* The mode above by another name. */
	[WRAP_VERTICAL_GRID_GROUPED_NO_COMMA] = {"VERTICAL_GRID_GROUPED_NO_COMMA",
						 wrap_vertical_grid_grouped},
	[WRAP_NOQA] = {"NOQA", wrap_noqa},
	[WRAP_VERTICAL_HANGING_INDENT_BRACKET] = {"VERTICAL_HANGING_INDENT_BRACKET",
						  wrap_vertical_hanging_indent_bracket},
	/* One statement becomes several of the same module. */
	[WRAP_VERTICAL_PREFIX_FROM_MODULE_IMPORT] = {"VERTICAL_PREFIX_FROM_MODULE_IMPORT", NULL},
	[WRAP_HANGING_INDENT_WITH_PARENTHESES] = {"HANGING_INDENT_WITH_PARENTHESES",
						  wrap_hanging_indent_with_parentheses},
	[WRAP_BACKSLASH_GRID] = {"BACKSLASH_GRID", wrap_backslash_grid},
};

static size_t mode_number(struct slice written)
{
	size_t number = 0;

	for (size_t i = 0; i < written.len; i++) {
		if (written.ptr[i] < '0' || written.ptr[i] > '9' || i > 1)
			return SIZE_MAX;
		number = number * 10 + (size_t)(written.ptr[i] - '0');
	}
	return written.len ? number : SIZE_MAX;
}

bool wrap_mode_read(struct slice written, enum wrap_mode *out)
{
	size_t number = mode_number(written);

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		if (i != number && !slice_equal_string(written, modes[i].name))
			continue;
		if (modes[i].wrap)
			*out = i == WRAP_VERTICAL_GRID_GROUPED_NO_COMMA ? WRAP_VERTICAL_GRID_GROUPED
									: (enum wrap_mode)i;
		return modes[i].wrap != NULL;
	}
	return false;
}

struct slice names_wrap(enum wrap_mode mode, const struct wrapping *wrapping)
{
	return modes[mode].wrap(wrapping);
}
