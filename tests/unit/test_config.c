#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "../../src/policy/keys.h"

static struct arena arena;

static int free_all(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void reads(struct policy *policy, const char *text, bool server)
{
	struct pawl_error error = {0};

	if (policy_parse(&arena, slice_of(text), SLICE("config.ini"), server, policy, &error))
		fail_msg("%s", error.message);
}

static void refuses_bytes(struct slice text, bool server, const char *message)
{
	struct pawl_error error = {0};
	struct policy policy;

	assert_int_equal(policy_parse(&arena, text, SLICE("config.ini"), server, &policy, &error),
			 -1);
	assert_string_equal(error.message, message);
	assert_int_equal(error.kind, PAWL_ERROR_POLICY);
}

static void refuses(const char *text, const char *message)
{
	refuses_bytes(slice_of(text), false, message);
}

static void assert_list(const struct slices *list, const char *expected)
{
	struct buf buf = {.arena = &arena};

	buf_add_string(&buf, "");
	for (size_t i = 0; i < list->count; i++)
		buf_add_format(&buf, "%s%s", i ? " " : "", list->items[i].ptr);
	assert_string_equal(buf.ptr ? buf.ptr : "", expected);
}

static void an_empty_file_is_a_policy_of_defaults(void **state)
{
	struct policy policy;

	(void)state;
	reads(&policy, "", false);
	assert_list(&policy.roots, ".");
	assert_list(&policy.include, "*.py *.pyi");
	assert_list(&policy.exclude, "");
	assert_list(&policy.refs, "refs/heads/*");
	assert_list(&policy.trunk, "");
	assert_string_equal(policy.baseline.ptr, ".pawl/baseline");
	assert_true(policy.auto_ratchet);
	assert_false(policy.inline_allow);
	assert_int_equal(policy.time_limit, 4000);
	assert_int_equal(policy.max_blob_size, 8 << 20);
	assert_int_equal(policy.limits.max_imports, 50000);
	assert_int_equal(policy.limits.max_depth, 1000);
	assert_int_equal(policy.count, 0);
}

static void every_key_of_a_pushed_policy_is_read(void **state)
{
	struct policy policy;

	(void)state;
	reads(&policy,
	      "\xef\xbb\xbf# comment\r\n"
	      "[pawl]\r\n"
	      "roots = src ./lib/ . ; comment\n"
	      "include = *.py\n"
	      "exclude = a/*\n"
	      "   b/* ; why b\n"
	      "\n"
	      "\tc/[[]* ; and c\n"
	      "   ; nothing\n"
	      "refs = refs/heads/* ref*\n"
	      "trunk = refs/heads/main refs/heads/release-*\n"
	      "baseline = lint/baseline\n"
	      "granularity = commit\n"
	      "on-commit = fix\n"
	      "auto-ratchet = no\n"
	      "inline-allow = yes\n"
	      "strings = mock.patch patch.object\n"
	      "side-effects = sentry.models\n"
	      "facts = off\n"
	      "[facade sentry.models] ; the big one\n"
	      "[ facade  sentry.app ]\n"
	      "allow = x.py y.py\n"
	      "only = x.py\n"
	      "surface = frozen\n"
	      "type-checking = free\n"
	      "state = removed\n"
	      "message = see docs/imports.md: it = all there\n"
	      "   and more\n"
	      "deadline = 2024-02-29\n"
	      "after-deadline = reject\n"
	      "exports = .pawl/exports/sentry.tsv\n"
	      "source = ../sentry.git refs/heads/master\n"
	      "keep-import = no",
	      false);
	assert_list(&policy.roots, "src lib .");
	assert_list(&policy.include, "*.py");
	assert_list(&policy.exclude, "a/* b/* c/[[]*");
	assert_list(&policy.refs, "refs/heads/* ref*");
	assert_list(&policy.trunk, "refs/heads/main refs/heads/release-*");
	assert_string_equal(policy.baseline.ptr, "lint/baseline");
	assert_int_equal(policy.granularity, GRANULARITY_COMMIT);
	assert_int_equal(policy.on_commit, ON_COMMIT_FIX);
	assert_false(policy.auto_ratchet);
	assert_true(policy.inline_allow);
	assert_list(&policy.strings, "mock.patch patch.object");
	assert_list(&policy.side_effects, "sentry.models");
	assert_true(policy.facts_off);
	assert_int_equal(policy.count, 2);
	assert_string_equal(policy.items[0].name.ptr, "sentry.models");
	assert_int_equal(policy.items[0].line, 20);
	assert_int_equal(policy.items[0].surface, SURFACE_OPEN);
	assert_int_equal(policy.items[0].type_checking, TYPE_CHECKING_FROZEN);
	assert_true(policy.items[0].keep_import);
	assert_string_equal(policy.items[1].name.ptr, "sentry.app");
	assert_list(&policy.items[1].allow, "x.py y.py");
	assert_list(&policy.items[1].only, "x.py");
	assert_int_equal(policy.items[1].surface, SURFACE_FROZEN);
	assert_int_equal(policy.items[1].type_checking, TYPE_CHECKING_FREE);
	assert_int_equal(policy.items[1].state, STATE_REMOVED);
	assert_string_equal(policy.items[1].message.ptr,
			    "see docs/imports.md: it = all there and more");
	assert_string_equal(policy.items[1].deadline.ptr, "2024-02-29");
	assert_int_equal(policy.items[1].after_deadline, AFTER_DEADLINE_REJECT);
	assert_list(&policy.items[1].exports, ".pawl/exports/sentry.tsv");
	assert_string_equal(policy.items[1].source_repository.ptr, "../sentry.git");
	assert_string_equal(policy.items[1].source_ref.ptr, "refs/heads/master");
	assert_false(policy.items[1].keep_import);
}

static void every_key_of_the_servers_file_is_read(void **state)
{
	struct policy policy;

	(void)state;
	reads(&policy,
	      "[pawl]\npolicy-ref = refs/heads/main\non-error = accept\nmaintainers = ann "
	      "bob@example.org\n"
	      "pusher = GL_USERNAME\naudit = syslog\ntime-limit = 2s\nmax-blob-size = "
	      "512k\nmax-imports = 7\n"
	      "max-depth = 8\nmax-commits = 9\n",
	      true);
	assert_string_equal(policy.policy_ref.ptr, "refs/heads/main");
	assert_int_equal(policy.on_error, ON_ERROR_ACCEPT);
	assert_list(&policy.maintainers, "ann bob@example.org");
	assert_string_equal(policy.pusher.ptr, "GL_USERNAME");
	assert_int_equal(policy.audit, AUDIT_SYSLOG);
	assert_int_equal(policy.time_limit, 2000);
	assert_int_equal(policy.max_blob_size, 512 << 10);
	assert_int_equal(policy.limits.max_imports, 7);
	assert_int_equal(policy.limits.max_depth, 8);
	assert_int_equal(policy.max_commits, 9);
}

static void a_key_that_only_the_server_may_have_is_refused_by_name_in_a_pushed_policy(void **state)
{
	static const char *const keys[] = {
		"policy-ref", "on-error",      "maintainers", "pusher",	   "audit",
		"time-limit", "max-blob-size", "max-imports", "max-depth", "max-commits"};

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		refuses(slice_format(&arena, "[pawl]\n%s = 1\n", keys[i]).ptr,
			slice_format(&arena,
				     "config.ini:2: key '%s' belongs in the server's own file: a "
				     "pushed policy "
				     "must not have it",
				     keys[i])
				.ptr);
}

static void an_unknown_word_is_answered_with_the_nearest(void **state)
{
	(void)state;
	refuses("[pawl]\n\n; x\nroots = .\n\n\nexlude = a\n",
		"config.ini:7: unknown key 'exlude': did you mean 'exclude'?");
	refuses("[pawl]\nallow = a\n",
		"config.ini:2: key 'allow' belongs in a [facade NAME] section");
	refuses("[facade a]\nroots = a\n", "config.ini:2: key 'roots' belongs in [pawl]");
	refuses("[facade a]\nsurfcae = open\n",
		"config.ini:2: unknown key 'surfcae': did you mean 'surface'?");
	refuses("[facade a]\nsurface = forzen\n",
		"config.ini:2: surface cannot be 'forzen': did you mean 'frozen'?");
	refuses("[pawl]\ngranularity = each-and-every\n",
		"config.ini:2: granularity cannot be 'each-and-every': known are tip, commit");
	refuses("[pwal]\n", "config.ini:1: unknown section 'pwal': did you mean 'pawl'?");
	refuses("[pawl]\nROOTS = src\n",
		"config.ini:2: unknown key 'ROOTS': did you mean 'roots'?");
	refuses("[Facade x]\n", "config.ini:1: unknown section 'Facade': did you mean 'facade'?");
	refuses("[pawl sentry.models]\n",
		"config.ini:1: [pawl] takes no name: a facade is [facade NAME]");
}

static void what_is_there_twice_is_refused(void **state)
{
	(void)state;
	refuses("[pawl]\nexclude = a\nexclude = b\n",
		"config.ini:3: key 'exclude' is there already, in line 2");
	refuses("[pawl]\n[facade a]\n[pawl]\n", "config.ini:3: [pawl] is there already, in line 1");
	refuses("[facade a.b]\n[facade b]\n[facade a.\xef\xbd\x82]\n",
		"config.ini:3: [facade a.b] is there already, in line 1");
}

static void a_line_that_cannot_be_taken_whole_is_refused(void **state)
{
	char text[512] = "[pawl]\nexclude = ";

	(void)state;
	memset(text + 17, 'a', 188);
	reads(&(struct policy){0}, text, false);
	strcat(text, "a\n");
	refuses(text,
		"config.ini:2: line is longer than 198 bytes: continue it on an indented line");
	refuses("[pawl]\nroots\n", "config.ini:2: neither a [section] nor KEY = VALUE");
	refuses("[pawl]\nroots\nexlude = 1\n", "config.ini:2: neither a [section] nor KEY = VALUE");
	refuses("[pawl] roots = a\n", "config.ini:1: nothing may stand behind a section header");
	refuses("[pawl\n", "config.ini:1: a section header without ']'");
	refuses("roots = a\n",
		"config.ini:1: key 'roots' stands before any section: [pawl] or [facade NAME]");
	refuses("[pawl]\n roots = a\n", "config.ini:2: a key must not be indented");
	refuses("[pawl]\nexclude = a\n  refs = refs/heads/x\n",
		"config.ini:3: an indented line goes on with 'exclude': a key must not be "
		"indented");
	refuses("[pawl]\nexclude = a\n  [facade b]\n",
		"config.ini:3: a section header must not be indented");
	refuses(" [pawl]\n", "config.ini:1: a section header must not be indented");
	refuses("[pawl]\nbaseline = a\n  b\n",
		"config.ini:3: baseline takes one value: a key must not be indented");
	refuses("[pawl]\nexclude = a # b\n", "config.ini:2: '#' begins a comment only at the start "
					     "of a line: use ' ;' behind a value");
	refuses_bytes(SLICE("[pawl]\nexclude = a\0b\n"), false,
		      "config.ini:2: a control byte (0x00) is not allowed");
	refuses("[pawl]\rexclude = a\n", "config.ini:1: a control byte (0x0d) is not allowed");
	refuses("[pawl]\n= a\n",
		"config.ini:2: unknown key '': known are roots, include, exclude, refs, trunk, "
		"baseline, granularity, on-commit, auto-ratchet, inline-allow, strings, "
		"side-effects, facts");
}

static void a_section_longer_than_inihs_buffer_is_read_whole(void **state)
{
	struct policy policy;

	(void)state;
	reads(&policy,
	      "[facade a_very_long_package_name.another_long_package_name.and_a_module_name]\n",
	      false);
	assert_string_equal(policy.items[0].name.ptr,
			    "a_very_long_package_name.another_long_package_name.and_a_module_name");
}

static void a_facade_is_a_dotted_name_after_nfkc(void **state)
{
	struct policy policy;

	(void)state;
	reads(&policy,
	      "[facade sentry.\xef\xbd\x8d"
	      "odels]\n[facade caf\xc3\xa9._x1]\n",
	      false);
	assert_string_equal(policy.items[0].name.ptr, "sentry.models");
	refuses("[facade]\n", "config.ini:1: [facade] needs a module, as [facade sentry.models]");
	refuses("[facade a..b]\n", "config.ini:1: 'a..b' is no module: a dotted name is needed, as "
				   "[facade sentry.models]");
	refuses("[facade .a]\n", "config.ini:1: '.a' is no module: a dotted name is needed, as "
				 "[facade sentry.models]");
	refuses("[facade a.]\n", "config.ini:1: 'a.' is no module: a dotted name is needed, as "
				 "[facade sentry.models]");
	refuses("[facade a b]\n", "config.ini:1: 'a b' is no module: a dotted name is needed, as "
				  "[facade sentry.models]");
	refuses("[facade 1a]\n", "config.ini:1: '1a' is no module: a dotted name is needed, as "
				 "[facade sentry.models]");
	refuses("[facade a/b]\n", "config.ini:1: 'a/b' is no module: a dotted name is needed, as "
				  "[facade sentry.models]");
	refuses("[facade a\xff]\n", "config.ini:1: 'a\xff' is no module: a dotted name is needed, "
				    "as [facade sentry.models]");
}

static void a_value_that_could_do_nothing_is_refused(void **state)
{
	(void)state;
	refuses("[pawl]\ninclude =\n", "config.ini:2: include needs a value: texts that are read");
	refuses("[facade a]\nonly =\n", "config.ini:2: only needs a value: the texts that alone "
					"may import the facade; none: all may");
	refuses("[facade a]\nmessage =\n",
		"config.ini:2: message needs a value: said with each rejection");
	refuses("[pawl]\ntrunk = main\n",
		"config.ini:2: 'main' matches no ref: refs are named in full, as refs/heads/main");
	refuses("[pawl]\nexclude = /src/*\n",
		"config.ini:2: '/src/*' matches no path: paths begin at the top, without '/'");
	refuses("[pawl]\nexclude = src/\n",
		"config.ini:2: 'src/' matches no file: for all of a folder write 'src/*'");
	refuses("[pawl]\nexclude = src/[a\n",
		"config.ini:2: 'src/[a' is no pattern: a '[' is not closed, or a '\\' ends it");
	refuses("[pawl]\nexclude = !a\n",
		"config.ini:2: '!a': a pattern cannot be negated with '!'");
	refuses("[pawl]\nroots = ../x\n",
		"config.ini:2: '../x' is no path below the repository's top");
	refuses("[pawl]\nroots = /x\n", "config.ini:2: '/x' is no path below the repository's top");
	refuses("[pawl]\nbaseline = ../x\n",
		"config.ini:2: baseline cannot be '../x': it needs a relative path without '..'");
	refuses("[pawl]\nfacts = /etc/x\n",
		"config.ini:2: facts cannot be '/etc/x': it needs a relative path without '..'");
	refuses("[facade a]\ndeadline = 2023-02-29\n",
		"config.ini:2: deadline cannot be '2023-02-29': it needs a day, as 2026-12-31");
	refuses("[facade a]\nsource = ../x.git main\n",
		"config.ini:2: source needs a repository and a ref: ../other.git refs/heads/main");
	refuses("[pawl]\nauto-ratchet = true\n",
		"config.ini:2: auto-ratchet cannot be 'true': known are no, yes");
}

static void a_number_out_of_range_is_refused(void **state)
{
	(void)state;
	refuses_bytes(SLICE("[pawl]\nmax-depth = 0\n"), true,
		      "config.ini:2: max-depth cannot be '0': a number from 1 to 10000 is needed");
	refuses_bytes(SLICE("[pawl]\nmax-depth = 99999999999999999999999\n"), true,
		      "config.ini:2: max-depth cannot be '99999999999999999999999': a number from "
		      "1 to 10000 is "
		      "needed");
	refuses_bytes(SLICE("[pawl]\ntime-limit = 4h\n"), true,
		      "config.ini:2: time-limit cannot be '4h': a number from 0 to 3600000 "
		      "(milliseconds), or as "
		      "4s is needed");
	refuses_bytes(SLICE("[pawl]\nmax-blob-size = -1\n"), true,
		      "config.ini:2: max-blob-size cannot be '-1': a number from 1 to 1073741824 "
		      "(bytes), or as "
		      "64k, 8m is needed");
	refuses_bytes(SLICE("[pawl]\npusher = GL-USER\n"), true,
		      "config.ini:2: pusher cannot be 'GL-USER': it needs the name of an "
		      "environment variable, as "
		      "GL_USERNAME");
	refuses_bytes(SLICE("[pawl]\npolicy-ref = main\n"), true,
		      "config.ini:2: policy-ref cannot be 'main': it needs a ref in full, as "
		      "refs/heads/main");
}

static void a_policy_over_its_limits_is_refused(void **state)
{
	struct buf buf = {.arena = &arena};

	(void)state;
	for (int i = 0; i <= PAWL_MAX_FACADES; i++)
		buf_add_format(&buf, "[facade a%d]\n", i);
	refuses_bytes(buf_slice(&buf), false, "config.ini:1001: more than 1000 facades");
	buf = (struct buf){.arena = &arena};
	buf_add_string(&buf, "[pawl]\nexclude =\n");
	for (int i = 0; i <= PAWL_MAX_PATTERNS / 50; i++) {
		for (int j = 0; j < 50; j++)
			buf_add_string(&buf, " a");
		buf_add_char(&buf, '\n');
	}
	refuses_bytes(buf_slice(&buf), false, "config.ini:203: more than 10000 entries");
	refuses_bytes((struct slice){arena_alloc(&arena, (64 << 10) + 1), (64 << 10) + 1}, false,
		      "config.ini: longer than 65536 bytes");
}

static void the_servers_settings_are_laid_over_a_pushed_policy(void **state)
{
	struct policy pushed, server;

	(void)state;
	reads(&pushed, "[pawl]\nroots = src\nexclude = a\nfacts = off\n[facade a]\n", false);
	reads(&server, "[pawl]\nmaintainers = ann\nmax-depth = 5\nexclude = b\nfacts = x\n", true);
	policy_overlay_server(&pushed, &server);
	assert_list(&pushed.roots, "src");
	assert_list(&pushed.exclude, "b");
	assert_list(&pushed.maintainers, "ann");
	assert_int_equal(pushed.limits.max_depth, 5);
	assert_int_equal(pushed.limits.max_imports, 50000);
	assert_false(pushed.facts_off);
	assert_string_equal(pushed.facts.ptr, "x");
	assert_int_equal(pushed.count, 1);
}

static void a_policy_says_which_paths_are_read_and_which_may_use_a_facade(void **state)
{
	struct policy policy;

	(void)state;
	reads(&policy, "[pawl]\nexclude = src/migrations/*\n[facade a]\nallow = src/shell.py\n",
	      false);
	assert_true(policy_reads(&policy, SLICE("src/a.py")));
	assert_false(policy_reads(&policy, SLICE("src/a.txt")));
	assert_false(policy_reads(&policy, SLICE("src/migrations/x/a.py")));
	assert_true(policy_allows(&policy.items[0], SLICE("src/shell.py")));
	assert_false(policy_allows(&policy.items[0], SLICE("src/shell_py")));
	assert_ptr_equal(policy_facade(&policy, SLICE("a")), &policy.items[0]);
	assert_null(policy_facade(&policy, SLICE("b")));
	assert_int_equal(policy_facade_set(&policy, &arena).count, 1);
	assert_string_equal(policy_facade_set(&policy, &arena).names[0].ptr, "a");
}

static void the_examples_are_policies_and_show_every_key(void **state)
{
	static const char *const files[] = {"minimal", "sentry", "getsentry", "server"};
	bool shown[PAWL_MAX_KEYS] = {false};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		const char *path = slice_format(&arena, "config/%s.ini", files[i]).ptr;
		struct pawl_error error = {0};
		struct policy policy;
		struct slice bytes;

		assert_int_equal(file_read(&arena, path, PAWL_MAX_POLICY_SIZE, &bytes, &error), 0);
		if (policy_parse(&arena, bytes, slice_of(path), i == 3, &policy, &error))
			fail_msg("%s", error.message);
		for (size_t j = 0; j < policy_key_count; j++) {
			shown[j] = shown[j] || policy.key_lines[j];
			for (size_t k = 0; k < policy.count; k++)
				shown[j] = shown[j] || policy.items[k].key_lines[j];
		}
	}
	for (size_t i = 0; i < policy_key_count; i++)
		if (!shown[i])
			fail_msg("%s is in none of the examples", policy_keys[i].name);
}

static void the_table_names_the_defaults_that_are(void **state)
{
	struct buf text = {.arena = &arena};
	struct policy policy, defaults;
	struct loosenings changes;

	(void)state;
	reads(&defaults, "[facade a]\n", true);
	for (enum key_section section = SECTION_PAWL; section <= SECTION_FACADE; section++) {
		buf_add_string(&text, section == SECTION_PAWL ? "[pawl]\n" : "[facade a]\n");
		for (size_t i = 0; i < policy_key_count; i++)
			if (policy_keys[i].section == section && policy_keys[i].fallback &&
			    policy_keys[i].type != KEY_FACTS)
				buf_add_format(&text, "%s = %s\n", policy_keys[i].name,
					       policy_keys[i].fallback);
	}
	reads(&policy, text.ptr, true);
	policy_compare(&defaults, &policy, &arena, &changes);
	assert_int_equal(changes.count, 0);
	policy_compare(&policy, &defaults, &arena, &changes);
	assert_int_equal(changes.count, 0);
	assert_int_equal(policy.time_limit, defaults.time_limit);
	assert_int_equal(policy.max_blob_size, defaults.max_blob_size);
	assert_int_equal(policy.limits.max_imports, defaults.limits.max_imports);
	assert_int_equal(policy.limits.max_depth, defaults.limits.max_depth);
	assert_int_equal(policy.max_commits, defaults.max_commits);
	assert_int_equal(policy.on_error, defaults.on_error);
	assert_int_equal(policy.audit, defaults.audit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_is_a_policy_of_defaults),
		cmocka_unit_test(every_key_of_a_pushed_policy_is_read),
		cmocka_unit_test(every_key_of_the_servers_file_is_read),
		cmocka_unit_test(
			a_key_that_only_the_server_may_have_is_refused_by_name_in_a_pushed_policy),
		cmocka_unit_test(an_unknown_word_is_answered_with_the_nearest),
		cmocka_unit_test(what_is_there_twice_is_refused),
		cmocka_unit_test(a_line_that_cannot_be_taken_whole_is_refused),
		cmocka_unit_test(a_section_longer_than_inihs_buffer_is_read_whole),
		cmocka_unit_test(a_facade_is_a_dotted_name_after_nfkc),
		cmocka_unit_test(a_value_that_could_do_nothing_is_refused),
		cmocka_unit_test(a_number_out_of_range_is_refused),
		cmocka_unit_test(a_policy_over_its_limits_is_refused),
		cmocka_unit_test(the_servers_settings_are_laid_over_a_pushed_policy),
		cmocka_unit_test(a_policy_says_which_paths_are_read_and_which_may_use_a_facade),
		cmocka_unit_test(the_examples_are_policies_and_show_every_key),
		cmocka_unit_test(the_table_names_the_defaults_that_are),
	};

	return cmocka_run_group_tests(tests, NULL, free_all);
}
