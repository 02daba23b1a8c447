/*
 * Repositories made by real git, for the unit tests of src/git/.
 */
#ifndef GIT_FIXTURE_H
#define GIT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pawl/git.h"

/* One test's: a folder of its own, with a repository in it, opened by fixture_open(). */
struct fixture {
	char folder[64];
	struct arena arena;
	struct repository *repository;
	struct pawl_error error;
};

/* Runs a shell script in the fixture's folder; its last line of output, without the line end, in
 * the arena. */
PAWL_PRINTF(2, 3)
static inline char *git_says(struct fixture *fixture, const char *format, ...)
{
	char *script, *command, *line = arena_alloc(&fixture->arena, 4096);
	va_list arguments;
	FILE *output;

	va_start(arguments, format);
	assert_true(vasprintf(&script, format, arguments) > 0);
	va_end(arguments);
	assert_true(asprintf(&command, "cd %s && { %s\n}", fixture->folder, script) > 0);
	output = popen(command, "r");
	assert_non_null(output);
	while (fgets(line, 4096, output))
		line[strcspn(line, "\n")] = '\0';
	if (pclose(output))
		fail_msg("failed: %s", script);
	free(script);
	free(command);
	return line;
}

static inline int fixture_make(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	strcpy(fixture->folder, "/tmp/pawl-test-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_SYSTEM", "/dev/null", 1);
	setenv("GIT_AUTHOR_NAME", "A", 1);
	setenv("GIT_AUTHOR_EMAIL", "a@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "A", 1);
	setenv("GIT_COMMITTER_EMAIL", "a@example.org", 1);
	git_says(fixture, "git init -q -b main .");
	*state = fixture;
	return 0;
}

static inline int fixture_remove(void **state)
{
	struct fixture *fixture = *state;

	repository_free(fixture->repository);
	git_says(fixture, "rm -rf %s", fixture->folder);
	arena_free(&fixture->arena);
	free(fixture);
	return 0;
}

static inline void fixture_open(struct fixture *fixture)
{
	struct repository_options options = {.path = fixture->folder};

	repository_free(fixture->repository);
	fixture->repository = NULL;
	if (repository_open(&fixture->repository, &options, &fixture->error))
		fail_msg("%s", fixture->error.message);
}

static inline git_oid id_of(const char *hex)
{
	git_oid id;

	assert_int_equal(git_oid_fromstrp(&id, hex), 0);
	return id;
}

#define FIXTURE_TEST(function)                                                                     \
	cmocka_unit_test_setup_teardown(function, fixture_make, fixture_remove)

#endif
