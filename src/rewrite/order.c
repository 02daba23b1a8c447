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
	if (!style->case_blind_names && name.len > 1 && is_upper(name))
		return 'A';
	return !style->case_blind_names && name.len && isupper((unsigned char)*name.ptr) ? 'B'
											 : 'C';
}

/* isort looks even into force_to_top once the name is in lower case: `User` in there is found by
 * none. */
static struct slice as_compared(const struct style *style, struct slice name, bool case_blind)
{
	struct buf lower = {.arena = style->arena};

	if (style->case_sensitive && !case_blind)
		return name;
	add_lower(&lower, name);
	return buf_slice(&lower);
}

static struct slice name_key(const struct style *style, struct slice name)
{
	struct slice compared = as_compared(style, name, style->case_blind_names);
	struct buf key = {.arena = style->arena};

	buf_add_char(&key, listed(&style->force_to_top, compared) ? 'A' : 'B');
	if (style->order_by_type)
		buf_add_char(&key, type_of(style, name));
	if (style->length_sort)
		buf_add_format(&key, "%zu:", name.len);
	buf_add(&key, compared);
	return buf_slice(&key);
}

int name_order(const struct style *style, const struct wanted_name *a, const struct wanted_name *b)
{
	int order = natural_order(name_key(style, a->name), name_key(style, b->name));

	if (order == 0)
		order = slice_compare(a->name, b->name);
	return order ? order : slice_compare(a->alias, b->alias);
}

void names_sort(const struct style *style, struct wanted_names *names)
{
	/* Lists are short and mostly sorted. */
	for (size_t i = 1; i < names->count; i++)
		for (size_t j = i;
		     j > 0 && name_order(style, &names->items[j], &names->items[j - 1]) < 0; j--) {
			struct wanted_name swap = names->items[j];

			names->items[j] = names->items[j - 1];
			names->items[j - 1] = swap;
		}
}

/* ---- statements ---- */

/* "..a" as "..", a separator and "a". */
static void add_module(const struct style *style, struct buf *out, struct slice module, bool part)
{
	size_t dots = 0;

	while (dots < module.len && module.ptr[dots] == '.')
		dots++;
	buf_add(out, (struct slice){module.ptr, dots});
	if (dots && part)
		buf_add_char(out, style->reverse_relative ? ' ' : '_');
	buf_add(out, (struct slice){module.ptr + dots, module.len - dots});
}

static struct slice module_key(const struct style *style, struct slice module, bool from)
{
	struct buf name = {.arena = style->arena}, key = {.arena = style->arena};
	struct slice compared;

	add_module(style, &name, module, true);
	compared = as_compared(style, buf_slice(&name), false);
	buf_add_char(&key, listed(&style->force_to_top, compared) ? 'A' : 'B');
	if (style->length_sort || (style->length_sort_straight && !from))
		buf_add_format(&key, "%zu:", name.len);
	buf_add(&key, compared);
	return buf_slice(&key);
}

/* The statement's line as force_sort_within_sections compares it. */
static struct slice line_key(const struct style *style, const struct order_key *statement)
{
	struct buf module = {.arena = style->arena}, names = {.arena = style->arena};
	struct buf key = {.arena = style->arena};
	bool lower_module = !style->order_by_type, lower_names = !style->order_by_type;

	add_module(style, &module, statement->module,
		   style->sort_relative_in_force_sorted_sections || style->reverse_relative);
	if (!(style->group_by_package && statement->from)) {
		if (statement->from)
			buf_add_string(&names, style->lexicographical ? "." : " import ");
		if (statement->star)
			buf_add_char(&names, '*');
		for (size_t i = 0; statement->names && i < statement->names->count; i++) {
			const struct wanted_name *name = &statement->names->items[i];

			if (i)
				buf_add_string(&names, ", ");
			if (statement->from)
				buf_add(&names, name->name);
			if (name->alias.len) {
				buf_add_string(&names, " as ");
				buf_add(&names, name->alias);
			}
		}
	}
	if (style->honor_case && style->case_sensitive != style->order_by_type)
		lower_module = !style->case_sensitive;
	buf_add_char(&key, listed(&style->force_to_top, statement->module) ? 'A' : 'B');
	if (lower_module)
		add_lower(&key, buf_slice(&module));
	else
		buf_add(&key, buf_slice(&module));
	if (lower_names)
		add_lower(&key, buf_slice(&names));
	else
		buf_add(&key, buf_slice(&names));
	return buf_slice(&key);
}

int statement_order(const struct style *style, const struct order_key *a, const struct order_key *b)
{
	int order;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	if (style->force_sort_within_sections) {
		order = natural_order(line_key(style, a), line_key(style, b));
		if (order)
			return order; /* else as isort had them before: group_by_package */
	}
	if (a->from != b->from) {
		bool from_first = style->from_first ||
				  slice_equal_string(style->sections.items[a->section], "FUTURE");

		return a->from == from_first ? -1 : 1;
	}
	order = natural_order(module_key(style, a->module, a->from),
			      module_key(style, b->module, b->from));
	if (order == 0)
		order = slice_compare(a->module, b->module);
	if (order || a->star != b->star)
		return order ? order : a->star ? -1 : 1;
	if (a->commented != b->commented && !style->force_single_line)
		return a->commented ? -1 : 1;
	if (!a->names || !b->names || !a->names->count || !b->names->count)
		return 0;
	return name_order(style, &a->names->items[0], &b->names->items[0]);
}
