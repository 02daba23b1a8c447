/* Settings under one name: isort's profiles.py. */
#include "style.h"

void profile_black(struct style *style, unsigned line_length)
{
	style->wrap = WRAP_VERTICAL_HANGING_INDENT;
	style->trailing_comma = true;
	style->use_parentheses = true;
	style->newline_before_comments = true;
	style->line_length = line_length;
}

static void profile_django(struct style *style)
{
	style->combine_as = true;
	style->trailing_comma = true;
	style->wrap = WRAP_VERTICAL_GRID_GROUPED;
	style->line_length = 79;
}

static void profile_google(struct style *style)
{
	static const char *const exclusions[] = {"typing", "typing_extensions", "collections.abc",
						 "six.moves"};

	style->force_single_line = true;
	style->force_sort_within_sections = true;
	style->lexicographical = true;
	style->line_length = style->is_newer ? 1000 : 79;
	style->order_by_type = false;
	style->group_by_package = true;
	for (size_t i = 0; i < (style->is_newer ? sizeof exclusions / sizeof *exclusions : 1); i++)
		*ARENA_PUSH(style->arena, &style->single_line_exclusions) = slice_of(exclusions[i]);
}

static void profile_appnexus(struct style *style, unsigned line_length)
{
	static const char *const sections[] = {"FUTURE",     "STDLIB",	    "THIRDPARTY",
					       "FIRSTPARTY", "APPLICATION", "LOCALFOLDER"};

	profile_black(style, line_length);
	style->force_sort_within_sections = true;
	style->order_by_type = false;
	style->reverse_relative = true;
	style->sort_relative_in_force_sorted_sections = true;
	style->sections = (struct slices){0};
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		*ARENA_PUSH(style->arena, &style->sections) = slice_of(sections[i]);
}

void profile_apply(struct style *style, struct slice name, unsigned black_length)
{
	if (slice_equal_string(name, "black")) {
		profile_black(style, black_length);
	} else if (slice_equal_string(name, "hug")) {
		profile_black(style, 100);
		style->newline_before_comments = false;
	} else if (slice_equal_string(name, "wemake")) {
		profile_black(style, style->is_newer ? 80 : 79);
		style->newline_before_comments = false;
	} else if (slice_equal_string(name, "attrs")) {
		profile_black(style, 79);
		style->newline_before_comments = false;
		style->lines_between_types = 1;
	} else if (slice_equal_string(name, "pycharm")) {
		style->wrap = WRAP_VERTICAL_HANGING_INDENT;
		style->force_grid_wrap = 2;
	} else if (slice_equal_string(name, "django")) {
		profile_django(style);
	} else if (slice_equal_string(name, "google")) {
		profile_google(style);
	} else if (slice_equal_string(name, "plone")) {
		profile_black(style, black_length);
		style->force_alphabetical_sort = true;
		style->force_single_line = true;
	} else if (slice_equal_string(name, "appnexus")) {
		profile_appnexus(style, black_length);
	} else if (slice_equal_string(name, "open_stack")) {
		style->force_single_line = true;
		style->force_sort_within_sections = true;
		style->lexicographical = true;
	} else {
		style->sorts = false;
	}
}
