#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pawl/python.h"

#define EACH(text, texts) for (const char *const *(text) = (texts); *(text); (text)++)

static void a_relative_import_is_never_ruled_out(void **state)
{
	static const char *const imports[] = {
		"from . import x",
		"from.x import y",
		"from...x.y import z",
		"from . . import z",
		"from\\\n.\\\r\nx\\\r import\\\n y",
		"if x: from\t.\f\fb import y",
		"x = 1;from .x\\\n.y import(z)",
		"from .\xef\xbd\x8dodels import User",
		NULL,
	};

	(void)state;
	EACH(text, imports)
	if (!text_may_import_relatively(slice_of(*text)))
		fail_msg("ruled out: %s", *text);
	assert_true(text_may_import_relatively(SLICE("from\0.\0import x")));
}

static void prose_and_other_languages_import_nothing_relatively(void **state)
{
	static const char *const texts[] = {
		"",
		"from",
		"from sentry import x",
		"// to get data from.\n",
		"where it comes from. Then another one",
		"import x from './x';",
		"from ..x.y\nimport z",
		"yield from .5",
		NULL,
	};

	(void)state;
	EACH(text, texts)
	if (text_may_import_relatively(slice_of(*text)))
		fail_msg("not ruled out: %s", *text);
}

/* What is not read to its end is not ruled out, wherever the reading ends. */
static void a_relative_import_of_any_length_is_never_ruled_out(void **state)
{
	static const char *const gaps[] = {" ", "\\\n", "\\\r\n", "x.", NULL};
	static char text[4096];

	(void)state;
	EACH(gap, gaps)
	for (size_t count = 0; count < 1100; count++) {
		size_t len = 0, step = strlen(*gap);

		memcpy(text, "from .", len = 6);
		for (size_t i = 0; i < count && len < 3000; i++, len += step)
			memcpy(text + len, *gap, step);
		memcpy(text + len, "x import y", 11);
		if (!text_may_import_relatively(slice_of(text)))
			fail_msg("ruled out: %zu of '%s'", count, *gap);
	}
}

static void an_import_of_a_name_is_never_ruled_out(void **state)
{
	static const char *const imports[] = {
		"import sentry",
		"import os, sentry.models as m",
		"import os ,\\\n\tsentry",
		"from sentry.models import User",
		"from\f\\\r\nsentry import models",
		"x = 1;import\\\nsentry",
		NULL,
	};
	static const char *const texts[] = {
		"import {models} from 'sentry/models';",
		"import {\n  a,\n  sentry\n} from 'b';",
		"sentry.models",
		"from xsentry import y",
		"import os\nsentry = 1",
		"",
		NULL,
	};

	(void)state;
	EACH(text, imports)
	if (!text_may_import(slice_of(*text), SLICE("sentry")))
		fail_msg("ruled out: %s", *text);
	EACH(text, texts)
	if (text_may_import(slice_of(*text), SLICE("sentry")))
		fail_msg("not ruled out: %s", *text);
	assert_true(text_may_import_odd_name(SLICE("import os, \xef\xbd\x8dono")));
	assert_true(text_may_import_odd_name(SLICE("from \xef\xbd\x8dono import x")));
	assert_false(text_may_import_odd_name(SLICE("x = '\xe2\x80\xa6'  # \xe2\x80\x94")));
}

static void an_attribute_is_never_ruled_out(void **state)
{
	static const char *const uses[] = {
		"sentry.models",
		"sentry . models.User",
		"sentry.\\\nmodels",
		"sentry\\\r\n.\\\r\nmodels",
		"(sentry.  # why\n models)",
		"(sentry.\n\n# why\n\tmodels)",
		"(sentry.\rmodels)",
		"f'{sentry.models}'",
		"sentry.model\xef\xbd\x93",
		"(sentry. #\n\xef\xbd\x8dodels)",
		"(sentry).models",
		"(sentry\n.models)",
		"(sentry # why\n.models)",
		"x if sentry\\\n.models else y",
		"\xef\xbd\x93\x65ntry.models",
		NULL,
	};
	static const char *const texts[] = {
		"models",
		"x = models",
		"from sentry import models",
		"sentry.models_of",
		"sentry.xmodels",
		"self.models",
		"my_sentry.models",
		"sentry1 . models",
		"sentry.db.models.User",
		"x = ['models', \"models\"]  # models",
		"x = '\xe2\x80\xa6'",
		"",
		NULL,
	};

	(void)state;
	EACH(text, uses)
	if (!text_may_have_attribute(slice_of(*text), SLICE("sentry"), SLICE("models"), NULL))
		fail_msg("ruled out: %s", *text);
	/* The first of these stands where a dot could stand before it. */
	assert_true(text_may_have_attribute(slice_of(texts[0]), SLICE("sentry"), SLICE("models"),
					    NULL));
	EACH(text, texts + 1)
	if (text_may_have_attribute(slice_of(*text), SLICE("sentry"), SLICE("models"), NULL))
		fail_msg("not ruled out: %s", *text);
	assert_true(text_may_have_attribute(SLICE("sentry\0.\0models"), SLICE("sentry"),
					    SLICE("models"), NULL));
}

static void an_import_statement_has_no_attributes(void **state)
{
	static const char source[] = "import sentry\nfrom sentry.models import (User,\n models)\n"
				     "from sentry.models import Group; x = 1\nimport a.models\n";
	const char *const behind[] = {"", "sentry.models.User", "models"};
	const bool may[] = {false, true, true};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct arena arena = {0};
		struct slice bytes =
			slice_join(&arena, slice_of(source), SLICE(""), slice_of(behind[i]));
		struct imports imports;
		struct text text;

		text_open(&text, &arena, bytes);
		imports_read(&text, NULL, NULL, &arena, &imports);
		assert_int_equal(imports.count, 5);
		assert_int_equal(
			text_may_have_attribute(bytes, SLICE("sentry"), SLICE("models"), &imports),
			may[i]);
		assert_true(text_may_have_attribute(bytes, SLICE("sentry"), SLICE("models"), NULL));
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_relative_import_is_never_ruled_out),
		cmocka_unit_test(prose_and_other_languages_import_nothing_relatively),
		cmocka_unit_test(a_relative_import_of_any_length_is_never_ruled_out),
		cmocka_unit_test(an_import_of_a_name_is_never_ruled_out),
		cmocka_unit_test(an_attribute_is_never_ruled_out),
		cmocka_unit_test(an_import_statement_has_no_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
