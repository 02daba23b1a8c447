/*
 * Settings as pyproject.toml and the INI files hold them: only as much of either format as the
 * settings of isort and black take. Private to src/rewrite.
 */
#ifndef PAWL_REWRITE_SETTINGS_H
#define PAWL_REWRITE_SETTINGS_H

#include "pawl/common.h"

struct setting {
	struct slice key;     /* lower case, `-` as `_` */
	struct slices values; /* one, or the elements of a list; INI values split at commas too */
};

struct settings {
	struct setting *items;
	size_t count, capacity;
	bool found; /* the section is there */
};

/* The keys of one section (`tool.isort`, `settings`). What cannot be read is passed over. */
void settings_read_toml(struct arena *arena, struct slice bytes, const char *section,
			struct settings *out);
void settings_read_ini(struct arena *arena, struct slice bytes, const char *section,
		       struct settings *out);

/* The last value of a key, or NULL. */
const struct setting *settings_find(const struct settings *settings, const char *key);
bool settings_bool(const struct settings *settings, const char *key, bool fallback);
unsigned settings_number(const struct settings *settings, const char *key, unsigned fallback);
/* Adds the values of a list to *out. */
void settings_list(const struct settings *settings, const char *key, struct arena *arena,
		   struct slices *out);

#endif
