#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "pawl/report.h"

static struct arena arena;

static int free_all(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct finding use(const char *path, uint32_t line, uint32_t column, const char *name,
			  const char *statement, const char *rewrite)
{
	return (struct finding){
		.kind = FINDING_USE,
		.facade = SLICE("sentry.models"),
		.symbol = slice_format(&arena, "sentry.models.%s", name),
		.path = slice_of(path),
		.at = {line, column, 0},
		.statement = slice_of(statement),
		.rewrite = slice_of(rewrite),
		.count = 1,
	};
}

static void says(struct finding *findings, size_t count, uint64_t removed, const char *expected)
{
	const struct verdict verdict = {.items = findings, .count = count, .removed = removed};
	const struct report_context context = {
		.subject = "refs/heads/main", .verb = "rejected", .fix = "pawl fix", .width = 80};
	struct slice text = report_text(&arena, &verdict, &context);

	if (getenv("PAWL_TEST_SHOW"))
		print_message("%.*s\n", (int)text.len, text.ptr);
	assert_string_equal(slice_copy(&arena, text).ptr, expected);
}

static void a_rejected_push_is_said_as_the_design_shows_it(void **state)
{
	struct finding findings[] = {
		use("src/sentry/api/endpoints/foo.py", 3, 27, "User",
		    "from sentry.models import User", "from sentry.models.user import User"),
		use("src/sentry/api/endpoints/foo.py", 41, 39, "Any",
		    "    from sentry.models import Any", "    from typing import Any"),
	};

	(void)state;
	findings[1].note = SLICE("re-exported by accident");
	says(findings, 2, 3,
	     "pawl: refs/heads/main: rejected, 2 new uses of sentry.models\n"
	     "\n"
	     "  src/sentry/api/endpoints/foo.py:3:27  sentry.models.User\n"
	     "    - from sentry.models import User\n"
	     "    + from sentry.models.user import User\n"
	     "  src/sentry/api/endpoints/foo.py:41:39  sentry.models.Any, re-exported by accident\n"
	     "    -     from sentry.models import Any\n"
	     "    +     from typing import Any\n"
	     "\n"
	     "  3 frozen uses removed, thank you.\n"
	     "  To fix: pawl fix src/sentry/api/endpoints/foo.py\n");
}

static void one_use_is_said_in_the_singular(void **state)
{
	struct finding finding = use("a.py", 1, 27, "A", "from sentry.models import A",
				     "from sentry.models.a import A");

	(void)state;
	says(&finding, 1, 1,
	     "pawl: refs/heads/main: rejected, 1 new use of sentry.models\n"
	     "\n"
	     "  a.py:1:27  sentry.models.A\n"
	     "    - from sentry.models import A\n"
	     "    + from sentry.models.a import A\n"
	     "\n"
	     "  1 frozen use removed, thank you.\n"
	     "  To fix: pawl fix a.py\n");
}

static void names_of_one_line_are_said_together(void **state)
{
	const char *line = "from sentry.models import A, B";
	struct finding findings[] = {
		use("a.py", 1, 27, "A", line, "from sentry.models.a import A"),
		use("a.py", 1, 30, "B", line, "from sentry.models.b import B")};

	(void)state;
	says(findings, 2, 0,
	     "pawl: refs/heads/main: rejected, 2 new uses of sentry.models\n"
	     "\n"
	     "  a.py:1:27  sentry.models.A\n"
	     "  a.py:1:30  sentry.models.B\n"
	     "    - from sentry.models import A, B\n"
	     "    + from sentry.models.a import A\n"
	     "    + from sentry.models.b import B\n"
	     "\n"
	     "  To fix: pawl fix a.py\n");
}

static void a_use_got_as_an_attribute_is_fixed_by_an_option_of_its_own(void **state)
{
	struct finding findings[] = {
		use("a.py", 2, 8, "A", "models.A", "from sentry.models.a import A"),
		use("b.py", 1, 27, "B", "from sentry.models import B", "")};

	(void)state;
	findings[0].via = VIA_ATTRIBUTE;
	says(findings, 1, 0,
	     "pawl: refs/heads/main: rejected, 1 new use of sentry.models\n"
	     "\n"
	     "  a.py:2:8  sentry.models.A\n"
	     "    - models.A\n"
	     "    + from sentry.models.a import A\n"
	     "\n"
	     "  To fix: pawl fix --attributes a.py\n");
	/* What cannot be fixed asks for nothing. */
	findings[0].canonical = findings[0].rewrite = (struct slice){0};
	findings[1].canonical = SLICE("from sentry.models.b import B");
	says(findings, 2, 0,
	     "pawl: refs/heads/main: rejected, 2 new uses of sentry.models\n"
	     "\n"
	     "  a.py:2:8  sentry.models.A\n"
	     "    - models.A\n"
	     "    No module declares A for certain: import it from where it is defined.\n"
	     "  b.py:1:27  sentry.models.B\n"
	     "    - from sentry.models import B\n"
	     "    + from sentry.models.b import B\n"
	     "\n"
	     "  To fix: pawl fix b.py\n");
}

static void each_kind_of_finding_says_what_to_do(void **state)
{
	struct finding findings[] = {
		{.kind = FINDING_POLICY,
		 .path = SLICE(".pawl/config.ini"),
		 .at = {7, 0, 0},
		 .note = SLICE("exclude gained tests/*")},
		{.kind = FINDING_UNREADABLE,
		 .path = SLICE("a.py"),
		 .note = SLICE("its encoding is utf-7")},
		use("b.py", 2, 1, "*", "from sentry.models import *", ""),
		use("c.py", 2, 1, "Gone", "from sentry.models import Gone", ""),
		{.kind = FINDING_REEXPORT,
		 .facade = SLICE("sentry.models"),
		 .symbol = SLICE("sentry.models.New"),
		 .path = SLICE("src/sentry/models/__init__.py"),
		 .at = {9, 19, 0},
		 .statement = SLICE("from .new import New"),
		 .message = SLICE("see docs/imports.md")},
	};

	(void)state;
	findings[3].base_count = 1;
	findings[3].count = 2;
	says(findings, 5, 0,
	     "pawl: refs/heads/main: rejected, 2 new uses of sentry.models, 1 new re-export in\n"
	     "  sentry.models, 1 text that cannot be read, 1 change that loosens the policy\n"
	     "\n"
	     "  .pawl/config.ini:7  loosens the policy: exclude gained tests/*\n"
	     "    Only a maintainer, whom the server's own file names, may loosen the policy:\n"
	     "    ask one to push this change, or take it back.\n"
	     "  a.py  cannot be read: its encoding is utf-7\n"
	     "    It could hide uses, so it is not let in. Save it as plain UTF-8, or smaller;\n"
	     "    or ask a maintainer to exclude it in .pawl/config.ini.\n"
	     "  b.py:2:1  sentry.models.*, every name at once, later ones too\n"
	     "    - from sentry.models import *\n"
	     "    Import the names that are used, each from the module that declares it.\n"
	     "  c.py:2:1  sentry.models.Gone, 2 here where 1 was frozen\n"
	     "    - from sentry.models import Gone\n"
	     "    No module declares Gone for certain: import it from where it is defined.\n"
	     "  src/sentry/models/__init__.py:9:19  adds a re-export to sentry.models: New\n"
	     "    - from .new import New\n"
	     "    sentry.models must not hand on more names: let whoever needs this one import\n"
	     "    it from the module that declares it.\n"
	     "\n"
	     "  sentry.models: see docs/imports.md\n");
}

static void more_findings_than_are_shown_are_counted(void **state)
{
	struct finding findings[60];

	(void)state;
	for (uint32_t i = 0; i < 60; i++)
		findings[i] = use("a.py", i + 1, 1, "A", "x", "y");
	{
		const struct verdict verdict = {.items = findings, .count = 60};
		const struct report_context context = {
			.subject = "r", .verb = "found", .width = 80};
		struct slice text = report_text(&arena, &verdict, &context);

		assert_non_null(
			slice_find(text, SLICE("pawl: r: found 60 new uses of sentry.models\n")));
		assert_non_null(slice_find(text, SLICE("  a.py:50:1  sentry.models.A\n")));
		assert_null(slice_find(text, SLICE("a.py:51:1")));
		assert_non_null(slice_find(
			text, SLICE("  … and 10 more; to see all of them: pawl check OLD..NEW\n")));
	}
}

static void an_excused_push_says_who_let_it_in_and_why(void **state)
{
	struct finding finding =
		use("a.py", 1, 27, "A", "from sentry.models import A", "from m import A");
	const struct verdict verdict = {
		.items = &finding, .count = 1, .excused = SLICE("hotfix \x1b[2J")};
	const struct report_context context = {
		.subject = "r", .verb = "rejected", .fix = "pawl fix", .width = 80};

	(void)state;
	assert_string_equal(slice_copy(&arena, report_text(&arena, &verdict, &context)).ptr,
			    "pawl: r: let in by a maintainer, 1 new use of sentry.models\n"
			    "\n"
			    "  a.py:1:27  sentry.models.A\n"
			    "    - from sentry.models import A\n"
			    "    + from m import A\n"
			    "\n"
			    "  Let in by a maintainer: hotfix \\x1b[2J\n");
}

static void a_verdict_by_commit_says_to_amend(void **state)
{
	struct finding finding =
		use("a.py", 1, 27, "A", "from sentry.models import A", "from m import A");

	(void)state;
	finding.commit = SLICE("1234567");
	says(&finding, 1, 0,
	     "pawl: refs/heads/main: rejected, 1 new use of sentry.models\n"
	     "\n"
	     "  a.py:1:27  sentry.models.A, in commit 1234567\n"
	     "    - from sentry.models import A\n"
	     "    + from m import A\n"
	     "\n"
	     "  Each commit is judged: a commit on top is not enough, amend or squash.\n"
	     "  To fix: pawl fix a.py\n");
}

static void nothing_new_is_said_in_a_line_or_not_at_all(void **state)
{
	(void)state;
	says(NULL, 0, 0, "");
	says(NULL, 0, 2, "pawl: refs/heads/main: 2 frozen uses removed, thank you.\n");
}

static void lines_and_paths_keep_to_the_width_and_to_the_shell(void **state)
{
	struct buf line = {.arena = &arena};
	struct finding findings[4];

	(void)state;
	buf_add_string(&line, "from sentry.models import ");
	for (size_t i = 0; i < 120; i++)
		buf_add_string(&line, "\xe6\xbc\xa2"); /* two columns each */
	findings[0] = use("-x.py", 1, 1, "A", line.ptr, "a");
	findings[1] = use("a b.py", 1, 1, "A", "\tx\r\n", "a");
	findings[2] = use("c'\n\xff.py", 1, 1, "A", "", "a");
	findings[3] =
		use("src/sentry/a/rather/deep/folder/with/a/long/name/a_module_with_a_long_name.py",
		    1, 1, "LongNameOfAModel", "\xe6\xbc\xa2", "a");
	findings[3].note = SLICE(
		"one of two files that a file was split into: a partial move earns no credit");
	says(findings, 4, 0,
	     "pawl: refs/heads/main: rejected, 4 new uses of sentry.models\n"
	     "\n"
	     "  -x.py:1:1  sentry.models.A\n"
	     "    - from sentry.models import 漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢…\n"
	     "    + a\n"
	     "  a b.py:1:1  sentry.models.A\n"
	     "    -     x\n"
	     "    + a\n"
	     "  c'\\n\\xff.py:1:1  sentry.models.A\n"
	     "    + a\n"
	     "  src/sentry/a/rather/deep/folder/with/a/long/name/a_module_with_a_long_name.py:1:1  "
	     "sentry.models.LongNameOfAModel\n"
	     "    - 漢\n"
	     "    + a\n"
	     "    one of two files that a file was split into: a partial move earns no credit\n"
	     "\n"
	     "  To fix: pawl fix ./-x.py 'a b.py' $'c\\'\\n\\xff.py' \\\n"
	     "          "
	     "src/sentry/a/rather/deep/folder/with/a/long/name/a_module_with_a_long_name.py\n");
}

static void an_error_is_one_escaped_line(void **state)
{
	struct pawl_error error = {0};

	(void)state;
	pawl_error_set(&error, PAWL_ERROR_SERVER, "a\nb\x1b");
	assert_string_equal(report_error(&arena, "pawl", &error).ptr, "pawl: a\\nb\\x1b\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rejected_push_is_said_as_the_design_shows_it),
		cmocka_unit_test(one_use_is_said_in_the_singular),
		cmocka_unit_test(names_of_one_line_are_said_together),
		cmocka_unit_test(a_use_got_as_an_attribute_is_fixed_by_an_option_of_its_own),
		cmocka_unit_test(each_kind_of_finding_says_what_to_do),
		cmocka_unit_test(more_findings_than_are_shown_are_counted),
		cmocka_unit_test(an_excused_push_says_who_let_it_in_and_why),
		cmocka_unit_test(a_verdict_by_commit_says_to_amend),
		cmocka_unit_test(nothing_new_is_said_in_a_line_or_not_at_all),
		cmocka_unit_test(lines_and_paths_keep_to_the_width_and_to_the_shell),
		cmocka_unit_test(an_error_is_one_escaped_line),
	};

	return cmocka_run_group_tests(tests, NULL, free_all);
}
