/*
 * How the tree's own formatters write imports: isort's and black's settings, what section a module
 * goes to, the order of statements, and a statement's text. Private to src/rewrite.
 *
 * The truth is isort 5 and later, whose documentation ("Configuration options", "Profiles") names
 * the settings.
 */
#ifndef PAWL_REWRITE_STYLE_H
#define PAWL_REWRITE_STYLE_H

#include "pawl/git.h"
#include "settings.h"

/* isort's multi_line_output. */
enum wrap_mode {
	WRAP_GRID,
	WRAP_VERTICAL,
	WRAP_HANGING_INDENT,
	WRAP_VERTICAL_HANGING_INDENT,
	WRAP_VERTICAL_GRID,
	WRAP_VERTICAL_GRID_GROUPED,
	WRAP_VERTICAL_GRID_GROUPED_NO_COMMA,
	WRAP_NOQA,
	WRAP_VERTICAL_HANGING_INDENT_BRACKET,
	WRAP_VERTICAL_PREFIX_FROM_MODULE_IMPORT,
	WRAP_HANGING_INDENT_WITH_PARENTHESES,
	WRAP_BACKSLASH_GRID,
};

struct known_pattern {
	struct slice pattern; /* a module name, `*` and `?` as in a shell */
	unsigned section;
};

struct style {
	struct arena *arena;
	struct snapshot *tree;
	struct slice folder; /* that src_paths are relative to; "" for the top, else it ends in / */
	bool sorts;	     /* false: a setting that is not known here decides the order */
	/* As isort 9 has it where isort 5 has it otherwise; NULL in that itself. */
	const struct style *newer;
	bool is_newer;
	unsigned line_length, wrap_length; /* wrap_length: 0 for the same */
	enum wrap_mode wrap;
	struct slice indent; /* of a wrapped statement's lines */
	bool balanced_wrapping;
	bool trailing_comma, use_parentheses, newline_before_comments;
	bool force_single_line, force_sort_within_sections, combine_as, from_first;
	bool order_by_type, case_sensitive, lexicographical, group_by_package;
	bool reverse_relative, sort_relative_in_force_sorted_sections, honor_case;
	bool length_sort, length_sort_straight;
	bool reverse_sort, native_order, star_first, only_sections, no_inline_sort;
	bool combine_star, combine_straight;
	bool ignore_comments, honor_noqa, comments_are_code;
	bool case_blind_names; /* force_alphabetical_sort_within_sections */
	bool force_alphabetical_sort;
	bool no_sections; /* but for FUTURE's */
	unsigned lines_between_sections, lines_between_types;
	unsigned force_grid_wrap;
	struct slices sections; /* FUTURE, STDLIB, … in their order */
	unsigned default_section;
	struct slices headings; /* the comment line above each section, `# …`, or empty */
	bool headings_within;	/* in indented blocks too */
	bool dedup_headings;
	struct slices force_to_top, no_lines_before, single_line_exclusions, src_paths;
	struct slices length_sort_sections; /* in lower case */
	struct slices forced_separate;	    /* patterns: the last of the sections */
	struct slices constants, classes, variables;
	struct {
		struct known_pattern *items;
		size_t count, capacity;
	} known;
};

/* The style of the text at `path`: settings nearest to it in the tree, else the black profile. */
int style_of_path(struct arena *arena, struct snapshot *tree, struct slice path, struct style *out,
		  struct pawl_error *error);

/* ---- profiles (profile.c) ---- */

/* The settings of a profile; one that is not known sorts nothing. */
void profile_apply(struct style *style, struct slice name, unsigned black_length);
void profile_black(struct style *style, unsigned line_length);

/* Whether each name of the module has a statement of its own. */
bool is_single_line(const struct style *style, struct slice module);

/* The comment line above a section (import_heading_…); empty without one. */
struct slice section_heading(const struct style *style, unsigned section);
bool is_heading(const struct style *style, struct slice comment);

/* ---- sections (section.c) ---- */

/* The settings of sections, once the others are read. False where they cannot be followed. */
bool sections_read(struct style *style, const struct settings *settings);

bool is_standard_library(struct slice module);

/* Index into style->sections. 0 or -1. */
int section_of(const struct style *style, struct slice module, unsigned *out,
	       struct pawl_error *error);

/* Blank lines between two statements of the same section or of two. */
unsigned blank_lines(const struct style *style, unsigned section, bool from, unsigned next_section,
		     bool next_from);

/* ---- order (order.c) ---- */

/* One name of a statement that is written. */
struct wanted_name {
	struct slice name, alias; /* alias is empty without one */
	struct slice comment;	  /* from `#`, or empty */
	struct slices above;	  /* comment lines above it */
};

struct wanted_names {
	struct wanted_name *items;
	size_t count, capacity;
};

/* By isort's module_key() with sub_imports. */
int name_order(const struct style *style, unsigned section, const struct wanted_name *a,
	       const struct wanted_name *b);
void names_sort(const struct style *style, unsigned section, struct wanted_names *names);
/* By isort's order of statements within one section; the first name breaks a tie. */
struct order_key {
	unsigned section;
	bool from, star;
	struct slice module; /* of `import a.b`: a.b */
	const struct wanted_names *names;
	unsigned rank;	   /* among the statements of its module, before the names are compared */
	bool beside_star;  /* star_first: it or another statement of its module is a star */
	struct slice line; /* force_sort_within_sections: the statement's text */
};
int statement_order(const struct style *style, const struct order_key *a,
		    const struct order_key *b);

/* ---- a statement's text (format.c) ---- */

struct statement_text {
	struct slice start; /* "from M import " */
	const struct wanted_names *names;
	const struct slices *comments;
	bool from;
	bool single;  /* a name has a line of its own whatever its length */
	bool explode; /* one name a line, where there are several */
	bool after;   /* comments stand behind it all, and make no line too long */
};

/*
 * "from M import a, b  # comment", wrapped as the style says, without indentation and the last line
 * end; `indent` is what will stand before each line.
 */
struct slice statement_format(const struct style *style, struct arena *arena,
			      const struct statement_text *text, size_t indent);

/* ---- rows (wrap.c) ---- */

/* What is laid out in rows. */
struct wrapping {
	struct arena *arena;
	struct slice start;   /* "from M import " */
	struct slices names;  /* "a as b"; at least one */
	struct slice comment; /* from `#`, or empty */
	struct slice indent;  /* of the lines below the first */
	size_t width;
	bool comma; /* behind the last name */
};

/* A mode by its name or number. False, and *out as it was, where it is not known here. */
bool wrap_mode_read(struct slice written, enum wrap_mode *out);

/* The statement in rows; in one line only where there is nothing to wrap. */
struct slice names_wrap(enum wrap_mode mode, const struct wrapping *wrapping);

/* Columns: a character of UTF-8 counts once. */
size_t line_columns(struct slice text);

#endif
