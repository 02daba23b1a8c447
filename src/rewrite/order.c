/* The order of statements and of the names within one: isort's sorting.py. */
#include "style.h"

#include <ctype.h>
#include <stdlib.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits(struct slice text, size_t at)
{
	size_t end = at;

	while (end < text.len && is_digit(text.ptr[end]))
		end++;
	return end - at;
}

static struct slice number_at(struct slice text, size_t at, size_t len)
{
	struct slice number = {text.ptr + at, len};

	while (number.len > 1 && *number.ptr == '0')
		number.ptr++, number.len--;
	return number;
}

static size_t letters(struct slice text, size_t at)
{
	size_t end = at;

	while (end < text.len && !is_digit(text.ptr[end]))
		end++;
	return end - at;
}

/* "a10" behind "a9": runs of digits count as numbers. */
static int natural_order(struct slice a, struct slice b)
{
	size_t i = 0, j = 0;

	while (i < a.len || j < b.len) {
		size_t a_len = letters(a, i), b_len = letters(b, j);
		int order = slice_compare((struct slice){a.ptr + i, a_len},
					  (struct slice){b.ptr + j, b_len});

		if (order)
			return order;
		i += a_len;
		j += b_len;
		a_len = digits(a, i);
		b_len = digits(b, j);
		if (!a_len || !b_len)
			return (a_len > 0) - (b_len > 0);
		struct slice x = number_at(a, i, a_len), y = number_at(b, j, b_len);
		if (x.len != y.len)
			return x.len < y.len ? -1 : 1;
		order = slice_compare(x, y);
		if (order)
			return order;
		i += a_len;
		j += b_len;
	}
	return 0;
}

static int natively(const struct style *style, struct slice a, struct slice b)
{
	return style->native_order ? slice_compare(a, b) : natural_order(a, b);
}

static bool listed(const struct slices *list, struct slice name)
{
	for (size_t i = 0; i < list->count; i++)
		if (slice_equal(list->items[i], name))
			return true;
	return false;
}

static bool is_upper(struct slice name)
{
	bool any = false;

	for (size_t i = 0; i < name.len; i++) {
		if (islower((unsigned char)name.ptr[i]))
			return false;
		any |= isupper((unsigned char)name.ptr[i]) != 0;
	}
	return any;
}

static void add_lower(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		buf_add_char(out, text.ptr[i] >= 'A' && text.ptr[i] <= 'Z'
					  ? (char)(text.ptr[i] + 'a' - 'A')
					  : text.ptr[i]);
}

/* A constant, a class or a variable, as its letters look. */
static char type_of(const struct style *style, struct slice name)
{
	if (listed(&style->constants, name))
		return 'A';
	if (listed(&style->classes, name))
		return 'B';
	if (listed(&style->variables, name))
		return 'C';
	if (name.len > 1 && is_upper(name))
		return 'A';
	return name.len && isupper((unsigned char)*name.ptr) ? 'B' : 'C';
}

static struct slice in_lower_case(const struct style *style, struct slice text)
{
	struct buf lower = {.arena = style->arena};

	add_lower(&lower, text);
	return buf_slice(&lower);
}

static bool sorts_by_length(const struct style *style, unsigned section)
{
	return style->length_sort || (section < style->sections.count && !style->no_sections &&
				      listed(&style->length_sort_sections,
					     in_lower_case(style, style->sections.items[section])));
}

/* isort looks even into force_to_top once the name is in lower case: `User` in there is found by
 * none. */
static struct slice name_key(const struct style *style, unsigned section, struct slice name)
{
	struct buf key = {.arena = style->arena};
	struct slice compared;

	if (style->case_blind_names)
		name = in_lower_case(style, name);
	compared = style->case_sensitive ? name : in_lower_case(style, name);
	buf_add_char(&key, listed(&style->force_to_top, compared) ? 'A' : 'B');
	if (style->order_by_type)
		buf_add_char(&key, type_of(style, name));
	if (sorts_by_length(style, section))
		buf_add_format(&key, "%zu:", line_columns(name));
	buf_add(&key, compared);
	return buf_slice(&key);
}

static int reversed(const struct style *style, int order)
{
	return style->reverse_sort ? -order : order;
}

int name_order(const struct style *style, unsigned section, const struct wanted_name *a,
	       const struct wanted_name *b)
{
	int order = reversed(style, natively(style, name_key(style, section, a->name),
					     name_key(style, section, b->name)));

	if (order || !slice_equal(a->name, b->name))
		return order;
	return natively(style, a->alias, b->alias);
}

void names_sort(const struct style *style, unsigned section, struct wanted_names *names)
{
	if (style->only_sections || style->no_inline_sort)
		return;
	/* Lists are short and mostly sorted. */
	for (size_t i = 1; i < names->count; i++)
		for (size_t j = i; j > 0 && name_order(style, section, &names->items[j],
						       &names->items[j - 1]) < 0;
		     j--) {
			struct wanted_name swap = names->items[j];

			names->items[j] = names->items[j - 1];
			names->items[j - 1] = swap;
		}
}

/* ---- statements ---- */

/* "..a" as "..", a separator and "a". */
static void add_module(const struct style *style, struct buf *out, struct slice module)
{
	size_t dots = 0;

	while (dots < module.len && module.ptr[dots] == '.')
		dots++;
	buf_add(out, (struct slice){module.ptr, dots});
	if (dots)
		buf_add_char(out, style->reverse_relative ? ' ' : '_');
	buf_add(out, (struct slice){module.ptr + dots, module.len - dots});
}

static struct slice module_key(const struct style *style, const struct order_key *statement)
{
	struct buf name = {.arena = style->arena}, key = {.arena = style->arena};
	struct slice compared;

	add_module(style, &name, statement->module);
	compared =
		style->case_sensitive ? buf_slice(&name) : in_lower_case(style, buf_slice(&name));
	buf_add_char(&key, listed(&style->force_to_top, compared) ? 'A' : 'B');
	if (sorts_by_length(style, statement->section) ||
	    (style->length_sort_straight && !statement->from))
		buf_add_format(&key, "%zu:", line_columns(buf_slice(&name)));
	buf_add(&key, compared);
	return buf_slice(&key);
}

/* ---- whole lines: section_key() ---- */

/* isort 9: without comments, parentheses, commas and backslashes. */
static struct slice unwrapped(const struct style *style, struct slice line)
{
	struct buf out = {.arena = style->arena};
	bool comment = false, space = false;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.ptr[i];

		comment = c != '\n' && (comment || c == '#');
		if (comment || strchr("(),\\", c))
			continue;
		if (c == ' ' || c == '\n' || c == '\t') {
			space = out.len != 0;
			continue;
		}
		if (space)
			buf_add_char(&out, ' ');
		space = false;
		buf_add_char(&out, c);
	}
	return buf_slice(&out);
}

static struct slice without(struct slice line, struct slice prefix)
{
	if (slice_starts_with(line, prefix))
		line.ptr += prefix.len, line.len -= prefix.len;
	return line;
}

/* The module first, and what separates it from the names: " import " or ".". */
static struct slice module_first(const struct style *style, const struct order_key *statement)
{
	const struct slice import = SLICE(" import ");
	struct slice line = style->is_newer ? unwrapped(style, statement->line) : statement->line;
	struct buf out = {.arena = style->arena};
	const char *names;

	/* isort 5 cuts `from importlib import a` at the first of the two. */
	names = statement->from && style->group_by_package
			? slice_find(line, style->is_newer ? import : SLICE(" import"))
			: NULL;
	if (names)
		line.len = (size_t)(names - line.ptr);
	line = without(line, statement->from ? SLICE("from ") : SLICE("import "));
	if (style->sort_relative_in_force_sorted_sections ||
	    (style->reverse_relative && statement->from))
		add_module(style, &out, line);
	else
		buf_add(&out, line);
	line = buf_slice(&out);
	names = slice_find(line, import);
	if (!names || !style->lexicographical)
		return line;
	return slice_join(style->arena, (struct slice){line.ptr, (size_t)(names - line.ptr)},
			  SLICE("."),
			  (struct slice){names + import.len,
					 line.len - (size_t)(names - line.ptr) - import.len});
}

/* honor_case_in_force_sorted_sections: the module by case_sensitive, the names by order_by_type. */
static void add_cased(const struct style *style, struct buf *out, struct slice line)
{
	const char *names = slice_find(line, SLICE(" import "));
	size_t module = names ? (size_t)(names - line.ptr) : line.len;
	struct slice parts[] = {{line.ptr, module}, {line.ptr + module, line.len - module}};
	bool keep[] = {style->order_by_type, style->order_by_type};

	if (style->honor_case && style->case_sensitive != style->order_by_type)
		keep[0] = style->case_sensitive;
	for (size_t i = 0; i < 2; i++)
		buf_add(out, keep[i] ? parts[i] : in_lower_case(style, parts[i]));
}

static struct slice line_key(const struct style *style, const struct order_key *statement)
{
	struct slice line = module_first(style, statement), word = line;
	const char *space = memchr(line.ptr, ' ', line.len);
	struct buf key = {.arena = style->arena};

	if (space)
		word.len = (size_t)(space - line.ptr);
	buf_add_char(&key, listed(&style->force_to_top, word) ? 'A' : 'B');
	if (style->length_sort)
		buf_add_format(&key, "%zu", line_columns(line));
	add_cased(style, &key, line);
	return buf_slice(&key);
}

/* ---- the order ---- */

/* Two statements of one module. */
static int order_within(const struct style *style, const struct order_key *a,
			const struct order_key *b)
{
	bool single = is_single_line(style, a->module);

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (!a->names || !b->names || !a->names->count || !b->names->count)
		return 0;
	/* The name itself comes before its aliases in any case. */
	if (style->only_sections || (style->no_inline_sort && !single))
		return slice_equal(a->names->items[0].name, b->names->items[0].name)
			       ? (a->names->items[0].alias.len > 0) -
					 (b->names->items[0].alias.len > 0)
			       : 0;
	return name_order(style, a->section, &a->names->items[0], &b->names->items[0]);
}

int statement_order(const struct style *style, const struct order_key *a, const struct order_key *b)
{
	int order;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	if (style->force_sort_within_sections) {
		order = reversed(style, natively(style, line_key(style, a), line_key(style, b)));
		if (order)
			return order; /* else as isort had them before: group_by_package */
	}
	if (a->from != b->from) {
		bool from_first = style->from_first ||
				  slice_equal_string(style->sections.items[a->section], "FUTURE");

		return a->from == from_first ? -1 : 1;
	}
	if (slice_equal(a->module, b->module))
		return order_within(style, a, b);
	if (style->only_sections)
		return 0;
	if (style->star_first && a->from && a->beside_star != b->beside_star)
		return a->beside_star ? -1 : 1;
	return reversed(style, natively(style, module_key(style, a), module_key(style, b)));
}
