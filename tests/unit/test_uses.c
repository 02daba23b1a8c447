#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "pawl/resolve.h"

static struct slice facade_names[] = {
	{"sentry.models", 13},
	{"sentry.app", 10},
	{"top", 3},
	{"sentry.models.sub", 17},
};
static const struct facade_set facades = {.names = facade_names, .count = 4};

static struct raw_uses read_uses(struct arena *arena, const char *module, bool package,
				 const char *source)
{
	struct module_name name = {.name = slice_of(module), .known = *module, .package = package};
	struct text text;
	struct raw_uses uses;

	uses_read(slice_of(source), &name, &facades, NULL, arena, &text, &uses);
	return uses;
}

/* Every raw use, as "line:column via facade.name" with commas between; an escape's via is "escape".
 */
static void assert_uses_in(const char *module, bool package, const char *source,
			   const char *expected)
{
	struct arena arena = {0};
	struct raw_uses uses = read_uses(&arena, module, package, source);
	struct buf out = {.arena = &arena};

	assert_null(uses.unreadable);
	buf_add_string(&out, "");
	for (size_t i = 0; i < uses.count; i++) {
		const struct raw_use *use = &uses.items[i];

		buf_add_format(&out, "%s%u:%u %s %s", i ? ", " : "", use->at.line, use->at.column,
			       use->escape ? "escape" : use_via_name(use->via),
			       facade_names[use->facade].ptr);
		if (!use->escape)
			buf_add_char(&out, '.');
		buf_add(&out, use->name);
	}
	assert_string_equal(out.ptr ? out.ptr : "", expected);
	arena_free(&arena);
}

static void assert_uses(const char *source, const char *expected)
{
	assert_uses_in("getsentry.views", false, source, expected);
}

static void a_from_import_of_a_facade_is_a_use_of_each_name(void **state)
{
	(void)state;
	assert_uses("from sentry.models import User, Group as G\n",
		    "1:27 from sentry.models.User, 1:33 from sentry.models.Group");
	assert_uses("from sentry.models import *\n", "1:27 star sentry.models.*");
	assert_uses("from sentry.models.user import User\nfrom sentry.modelss import x\n"
		    "from sentry import tsdb\nfrom models import User\n",
		    "");
}

static void the_alias_and_the_statement_come_with_a_use(void **state)
{
	struct arena arena = {0};
	struct raw_uses uses =
		read_uses(&arena, "a", false, "if x:\n  from sentry.models import (User as U,)\n");

	(void)state;
	assert_int_equal(uses.count, 1);
	assert_true(slice_equal_string(uses.items[0].bound_as, "U"));
	assert_int_equal(uses.items[0].statement.line, 2);
	assert_int_equal(uses.items[0].statement.column, 3);
	assert_int_equal(uses.items[0].statement_end, 46);
	assert_false(uses.chains_read);
	arena_free(&arena);
}

static void relative_imports_are_resolved_and_count(void **state)
{
	(void)state;
	assert_uses_in("sentry.api.base", false, "from ..models import User\n",
		       "1:22 from sentry.models.User");
	assert_uses_in("sentry.models.user", false, "from . import Group\nfrom ..app import x\n",
		       "1:15 from sentry.models.Group, 2:19 from sentry.app.x");
	assert_uses_in("sentry", true, "from .models import User\nfrom . import models as m\nm.A\n",
		       "1:21 from sentry.models.User, 3:3 attribute sentry.models.A");
	/* Outside all roots, or above them. */
	assert_uses_in("", false, "from ..models import User\nfrom sentry.models import A\n",
		       "2:27 from sentry.models.A");
	assert_uses_in("sentry.a", false, "from ....models import User\n", "");
}

static void a_chain_is_followed_through_every_binding_of_a_module(void **state)
{
	(void)state;
	assert_uses("import sentry.models\nsentry.models.User.objects\n",
		    "2:15 attribute sentry.models.User");
	assert_uses("import sentry.models as m\nm.User\n", "2:3 attribute sentry.models.User");
	assert_uses("from sentry import models\nmodels.User()\n",
		    "2:8 attribute sentry.models.User");
	assert_uses("import sentry.models.user\nsentry.models.User\n",
		    "2:15 attribute sentry.models.User");
	assert_uses("import sentry\nsentry.app.tsdb\nsentry.utils.x\n",
		    "2:12 attribute sentry.app.tsdb");
	assert_uses("import sentry.utils as models\nmodels.User\n", "");
	assert_uses("import top\ntop.X\n", "2:5 attribute top.X");
}

static void a_star_binds_the_facades_of_its_package(void **state)
{
	(void)state;
	assert_uses("from sentry import *\nmodels.User\napp.x\nother.y\n",
		    "2:8 attribute sentry.models.User, 3:5 attribute sentry.app.x");
	assert_uses("from sentry import *\nfrom django.db import models\nmodels.CharField\n", "");
	assert_uses_in("sentry.x", false, "from . import *\ndef f(app): app.x\nmodels.A\n",
		       "3:8 attribute sentry.models.A");
}

static void a_facades_init_is_the_facade(void **state)
{
	(void)state;
	assert_uses(
		"from sentry.models.__init__ import A\nimport sentry.models.__init__ as m\nm.B\n",
		"1:36 from sentry.models.A, 3:3 attribute sentry.models.B");
	assert_uses_in("sentry.models.user", false, "from .__init__ import A\n",
		       "1:23 from sentry.models.A");
}

static void a_use_is_one_whatever_imports_bind_its_root(void **state)
{
	(void)state;
	assert_uses("import sentry.models\nimport sentry.app\nsentry.models.User\n",
		    "3:15 attribute sentry.models.User");
}

static void a_facade_below_a_facade_is_reached_through_it(void **state)
{
	(void)state;
	assert_uses("from sentry.models import sub\nsub.X\n",
		    "1:27 from sentry.models.sub, 2:5 attribute sentry.models.sub.X");
	assert_uses("from sentry import models\nmodels.sub.X\n",
		    "2:8 attribute sentry.models.sub, 2:12 attribute sentry.models.sub.X");
}

static void a_facade_as_a_value_is_an_escape_and_its_package_is_none(void **state)
{
	(void)state;
	assert_uses("from sentry import models\ngetattr(models, 'User')\n",
		    "2:9 escape sentry.models");
	assert_uses("import sentry.models\nf(sentry)\nf(sentry.models)\n",
		    "3:3 escape sentry.models");
	/* Rebinding the name takes nothing from the facade. */
	assert_uses("from sentry import models\nmodels = 1\ndel models\n", "");
}

static void stores_and_deletes_are_uses(void **state)
{
	(void)state;
	assert_uses("from sentry import models\nmodels.A = 1\ndel models.B\n",
		    "2:8 attribute sentry.models.A, 3:12 attribute sentry.models.B");
}

static void what_python_sets_on_a_module_is_no_use(void **state)
{
	(void)state;
	assert_uses(
		"from sentry.models import __file__, __path__, __version__\n"
		"from sentry import models\nmodels.__name__\nmodels.__dict__.x\nmodels.__all__\n",
		"1:47 from sentry.models.__version__, 5:8 attribute sentry.models.__all__");
}

static void a_facades_own_source_is_exempt_from_that_facade_alone(void **state)
{
	(void)state;
	assert_uses_in("sentry.models", true,
		       "from . import user\nfrom sentry.models import A\nfrom sentry.app import x\n"
		       "from sentry import models\nmodels.B\nf(models)\n",
		       "3:24 from sentry.app.x");
	assert_uses_in("sentry.models.sub", true, "from sentry.models import A\nfrom . import B\n",
		       "1:27 from sentry.models.A");
}

static void type_checking_is_said_of_a_use_that_only_such_imports_give(void **state)
{
	struct arena arena = {0};
	struct raw_uses uses = read_uses(&arena, "a", false,
					 "from typing import TYPE_CHECKING\n"
					 "if TYPE_CHECKING:\n"
					 "    from sentry.models import User\n"
					 "    import sentry.models\n"
					 "sentry.models.A\n"
					 "def f():\n"
					 "    import sentry.models\n"
					 "    sentry.models.B\n");

	(void)state;
	assert_int_equal(uses.count, 3);
	assert_true(uses.items[0].type_checking);
	assert_true(uses.items[1].type_checking);
	assert_false(uses.items[2].type_checking);
	assert_true(uses.chains_read);
	arena_free(&arena);
}

static void a_scope_that_hides_the_module_gives_no_use(void **state)
{
	(void)state;
	assert_uses("from sentry import models\ndef f(models): models.User\n", "");
	assert_uses("from sentry import models\nfrom django.db import models as m\n"
		    "def f():\n    from django.db import models\n    models.CharField\n",
		    "");
}

static void an_unreadable_text_is_said_to_be_one(void **state)
{
	struct arena arena = {0};
	struct raw_uses uses = read_uses(&arena, "a", false, "# coding: utf-7\nimport x\n");

	(void)state;
	assert_non_null(uses.unreadable);
	assert_int_equal(uses.count, 0);
	arena_free(&arena);
}

static void names_are_compared_after_nfkc(void **state)
{
	(void)state;
	assert_uses("from sentry.\xef\xbd\x8dodels import User\n", "1:29 from sentry.models.User");
}

/* "facade.name" of each use that means the same elsewhere, in the order of the text. */
static const char *names_elsewhere(struct arena *arena, const struct raw_uses *uses)
{
	struct buf out = {.arena = arena};

	buf_add_string(&out, "");
	for (size_t i = 0; i < uses->count; i++)
		if (!uses->items[i].relative)
			buf_add_format(&out, "%u%s%s.%s\n", uses->items[i].facade,
				       uses->items[i].escape ? "!" : "",
				       uses->items[i].itself ? "=" : "",
				       slice_copy(arena, uses->items[i].name).ptr);
	buf_add_format(&out, "reach %d of %zu", uses->reaching.reach, uses->reaching.count);
	return out.ptr;
}

/* T8: told by the reading at its own place, as by one of a text that has no module name. */
static void what_a_text_would_use_elsewhere_is_told_where_it_stands(void **state)
{
	static const char *const lines[] = {
		"import sentry",
		"import sentry.models",
		"import sentry.app as models",
		"from sentry import models",
		"from sentry import *",
		"from sentry.models import User, sub",
		"from sentry.models.sub import *",
		"from . import models",
		"from . import User as sentry",
		"from .. import *",
		"from ..models import User as models",
		"from ..sentry import models",
		"from .app import quotas",
		"from .__init__ import models",
		"from top import x",
		"import src.sentry.models",
		"from src.sentry.models import Group",
		"from src.sentry import models",
		"src.sentry.models.User",
		"sentry.models.User",
		"models.User = models.sub.Sub",
		"f(models, sentry.app)",
		"def f(sentry):\n    sentry.models.User; models.Group",
	};
	static const char *const modules[] = {
		"getsentry.views",    "sentry.api.base", "other.models", "other", "",
		"sentry.models.user", "sentry",		 "top"};
	static bool restricted[] = {true, false, true, false};
	static struct slice src = {"src", 3};
	struct facade_set set = {.names = facade_names, .restricted = restricted, .count = 4};
	unsigned seed = 20261127;
	size_t same = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct arena arena = {0};
		struct buf source = {.arena = &arena};
		const char *name =
			modules[(size_t)rand_r(&seed) % (sizeof modules / sizeof *modules)];
		struct module_name here = {
			.name = slice_of(name), .known = *name, .package = rand_r(&seed) % 2};
		struct module_name nowhere = {0};
		struct text text;
		struct raw_uses there, uses;

		set.nested_roots = (struct slices){&src, (size_t)rand_r(&seed) % 2, 1};
		for (int i = rand_r(&seed) % 5; i >= 0; i--)
			buf_add_format(
				&source, "%s\n",
				lines[(size_t)rand_r(&seed) % (sizeof lines / sizeof *lines)]);
		uses_read(slice_of(source.ptr), &here, &set, NULL, &arena, &text, &uses);
		uses_read(slice_of(source.ptr), &nowhere, &set, NULL, &arena, &text, &there);
		same += uses.anywhere;
		if (uses.anywhere &&
		    strcmp(names_elsewhere(&arena, &uses), names_elsewhere(&arena, &there)) != 0)
			fail_msg("seed 20261127, round %d: %s\n%s-- here:\n%s\n-- elsewhere:\n%s",
				 round, name, source.ptr, names_elsewhere(&arena, &uses),
				 names_elsewhere(&arena, &there));
		arena_free(&arena);
	}
	assert_true(same > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_from_import_of_a_facade_is_a_use_of_each_name),
		cmocka_unit_test(the_alias_and_the_statement_come_with_a_use),
		cmocka_unit_test(relative_imports_are_resolved_and_count),
		cmocka_unit_test(a_chain_is_followed_through_every_binding_of_a_module),
		cmocka_unit_test(a_star_binds_the_facades_of_its_package),
		cmocka_unit_test(a_facades_init_is_the_facade),
		cmocka_unit_test(a_use_is_one_whatever_imports_bind_its_root),
		cmocka_unit_test(a_facade_below_a_facade_is_reached_through_it),
		cmocka_unit_test(a_facade_as_a_value_is_an_escape_and_its_package_is_none),
		cmocka_unit_test(stores_and_deletes_are_uses),
		cmocka_unit_test(what_python_sets_on_a_module_is_no_use),
		cmocka_unit_test(a_facades_own_source_is_exempt_from_that_facade_alone),
		cmocka_unit_test(type_checking_is_said_of_a_use_that_only_such_imports_give),
		cmocka_unit_test(a_scope_that_hides_the_module_gives_no_use),
		cmocka_unit_test(an_unreadable_text_is_said_to_be_one),
		cmocka_unit_test(names_are_compared_after_nfkc),
		cmocka_unit_test(what_a_text_would_use_elsewhere_is_told_where_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
