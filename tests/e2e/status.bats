#!/usr/bin/env bats
# pawl status, deadlines, and exceptions that leave a trace.
# shellcheck disable=SC2154,SC2086 # frozen.bash and run set the rest
load frozen

json() {
	python3 -c "import json, sys; status = json.load(sys.stdin); assert $1, status" <<<"$output"
}

set_key() {
	sed -i "/^\[facade mono.models\]/a$1" .pawl/config.ini
}

@test "status counts by facade, directory and symbol" {
	echo "$USES" | put src/mono/web/deep.py
	git add -A
	run -0 pawl status
	[ "${lines[0]}" = '10 uses left in 5 files' ]
	says 'by facade' 'mono.models' 'by directory' 'src/mono/web' 'by symbol' 'mono.models.User'
	never_says 'by owner'
	run -0 pawl status --format json
	json 'status["uses"] == 10 and status["files"] == 5 and status["owners"] is None'
	json 'status["directories"] == [{"name": "src/mono", "uses": 8}, {"name": "src/mono/web", "uses": 2}]'
	json '[row["uses"] for row in status["symbols"]] == [5, 5]'
	json 'status["facades"] == [{"name": "mono.models", "uses": 10}] and status["since"] is None'
}

@test "status fits 80 columns, whatever the names" {
	long=src/mono/$(printf 'long%.0s' {1..20})/$(printf 'ünïcode%.0s' {1..20})
	for i in {1..20}; do echo "$USES" | put "$long/x$i/y.py"; done
	git add -A
	pawl status --since HEAD >"$BATS_TEST_TMPDIR/status"
	python3 -c '
import sys
for line in open(sys.argv[1], encoding="utf-8"):
    assert len(line.rstrip("\n")) <= 80, line
' "$BATS_TEST_TMPDIR/status"
	grep -q '█' "$BATS_TEST_TMPDIR/status"
	grep -q 'and [0-9]* more' "$BATS_TEST_TMPDIR/status"
}

@test "status --since says what is gone and what is new" {
	fix a b
	echo "$FIXED" >>src/mono/a.py
	echo 'from mono.models import User' >src/mono/e.py
	git add -A
	run -0 pawl status --since HEAD
	says '5 uses left' 'since HEAD 4 gone, 1 new'
	run -0 pawl status --since HEAD --format json
	json 'status["since"] == {"revision": "HEAD", "gone": 4, "new": 1}'
	json 'status["directories"] == [{"name": "src/mono", "uses": 5, "before": 8}]'
	run -2 pawl status --since nowhere
}

@test "status of a commit, and in a bare repository" {
	fix a
	run -0 pawl status HEAD
	says '8 uses left'
	run -0 pawl status
	says '6 uses left'
	git clone -q --bare . "$BATS_TEST_TMPDIR/bare.git"
	run -0 pawl status --repo "$BATS_TEST_TMPDIR/bare.git"
	says '8 uses left'
}

@test "status without a use left" {
	fix a b c d
	run -0 pawl status
	[ "$output" = '0 uses left in 0 files' ]
}

@test "CODEOWNERS: the last pattern that matches, anchored or not, folders, stars, escapes" {
	for path in docs/x.py docs/deep/x.py build/logs/y.py src/build/logs/y.py 'apps/with space.py' other.py \
		free/x.py; do
		echo 'from mono.models import User' | put "$path"
	done
	put .github/CODEOWNERS <<-'OWNERS'
		# comment
		*                  @everyone
		docs/*             @docs   @more # trailing
		/build/logs/       @logs
		apps/with\ space.py a@example.com
		**/c.py            @c
		src/mono/[!a].py   @ranges
		/src/mono/a.py     @a
		free/
	OWNERS
	git add -A
	run -0 pawl status --format json
	json '{row["name"]: row["uses"] for row in status["owners"]} == {
		"@everyone": 3, "@docs @more": 1, "@logs": 1, "a@example.com": 1, "@ranges": 6, "@a": 2, "(nobody)": 1}'
	run -0 pawl status
	says 'by owner (CODEOWNERS)' '@docs @more'
}

@test "a deadline that has passed is said by status and check" {
	set_key 'deadline = 2020-02-03'
	commit 'A deadline'
	run -0 pawl status
	says 'mono.models: deadline 2020-02-03, passed'
	run -0 pawl status --format json
	json 'status["deadlines"] == [{"facade": "mono.models", "deadline": "2020-02-03", "passed": True}]'
	run -0 pawl check
	says 'mono.models: the deadline 2020-02-03 has passed'
	pawl freeze
	run -0 pawl check --all
	says 'mono.models: the deadline 2020-02-03 has passed'
	sed -i 's/2020-02-03/2999-01-01/' .pawl/config.ini
	commit 'Another'
	run -0 pawl check
	never_says deadline
	run -0 pawl status
	says 'mono.models: deadline 2999-01-01'
	never_says passed
}

@test "after the deadline a push that touches a file with frozen uses is rejected until they are fixed" {
	set_key 'after-deadline = reject'
	set_key 'deadline = 2020-02-03'
	commit 'A deadline'
	serve
	echo 'x = 1' >>src/mono/models/user.py
	commit 'Not about uses'
	run -0 git push -q "$SERVER" main
	echo 'x = 1' >>src/mono/a.py
	sed -i 's/, Group$//' src/mono/a.py
	commit 'Touch it'
	run -1 git push "$SERVER" main
	says 'src/mono/a.py:1:25' 'mono.models.User' 'the deadline 2020-02-03 has passed' \
		'from mono.models.user import User'
	never_says 'src/mono/b.py'
	run -1 pawl check HEAD
	says 'src/mono/a.py:1:25'
	fix a
	commit 'Fix it'
	run -0 git push -q "$SERVER" main
}

@test "before the deadline, or where it only says so, nothing is rejected for it" {
	set_key 'after-deadline = reject'
	set_key 'deadline = 2999-01-01'
	commit 'A deadline'
	serve
	echo 'x = 1' >>src/mono/a.py
	commit 'Touch it'
	run -0 git push -q "$SERVER" main
	sed -i '/after-deadline/d; s/2999/2020/' .pawl/config.ini
	commit 'Loosen' # behind the hook's back
	git push -q --receive-pack='git -c core.hooksPath=/dev/null receive-pack' "$SERVER" main
	echo 'y = 1' >>src/mono/a.py
	commit 'Touch it again'
	run -0 git push -q "$SERVER" main
}

@test "a new use in a touched file after the deadline is said once" {
	set_key 'after-deadline = reject'
	set_key 'deadline = 2020-02-03'
	commit 'A deadline'
	echo 'from mono.models import User' >src/mono/e.py
	git add -A
	run -1 --separate-stderr pawl check --format json
	json 'len(status["findings"]) == 1'
}

@test "an exception on its line is counted by status, not frozen, and no finding" {
	sed -i 's/^roots.*/&\ninline-allow = yes/' .pawl/config.ini
	commit 'Allow'
	echo 'from mono.models import User  # pawl: allow (a shell needs it)' >src/mono/e.py
	git add -A
	run -0 pawl check
	run -0 pawl status
	says '8 uses left in 4 files, 1 exception'
	run -0 pawl status --format json
	json 'status["exceptions"] == 1'
	pawl freeze
	run -1 grep -c src/mono/e.py $BASELINE
	run -0 pawl check --all
}

@test "an exception without a reason, or without the policy's leave, is none" {
	echo 'from mono.models import User  # pawl: allow (a shell needs it)' >src/mono/e.py
	git add -A
	run -1 pawl check
	sed -i 's/^roots.*/&\ninline-allow = yes/' .pawl/config.ini
	commit 'Allow'
	echo 'from mono.models import User  # pawl: allow ()' >src/mono/f.py
	git add -A
	run -1 pawl check
	says src/mono/f.py
}
