#!/usr/bin/env bats
# Commits: the pre-commit hook reads the index, never the work tree; `pawl check` says the same as the hooks.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

setup() {
	isolate_git
	cp -a "$BATS_FILE_TMPDIR/world/." "$BATS_TEST_TMPDIR/"
	WORK=$BATS_TEST_TMPDIR/work SERVER=$BATS_TEST_TMPDIR/server.git
	URL=file://$SERVER
	install_pre_commit "$(work rev-parse --absolute-git-dir)"
	cd "$WORK" || return 1
}

install_pre_commit() {
	mkdir -p "$1/hooks"
	cat >"$1/hooks/pre-commit" <<-HOOK
		#!/bin/sh
		"$PAWL_BIN/pawl-pre-commit" "\$@"
		status=\$?
		echo \$status >"$BATS_TEST_TMPDIR/commit-hook-status"
		exit \$status
	HOOK
	chmod +x "$1/hooks/pre-commit"
}

# try_commit [git commit's arguments]
try_commit() {
	rm -f "$BATS_TEST_TMPDIR/commit-hook-status"
	status=0
	output=$(git -C "$WORK" commit -m 'A commit' "$@" 2>&1 </dev/null) || status=$?
	hook_status=none
	[ ! -f "$BATS_TEST_TMPDIR/commit-hook-status" ] || hook_status=$(cat "$BATS_TEST_TMPDIR/commit-hook-status")
}

commit_ok() {
	local before
	before=$(work rev-parse -q --verify HEAD || true)
	try_commit "$@"
	[ "$status" = 0 ] && [ "$hook_status" = 0 ] || fail 'the commit was rejected' || return 1
	[ "$before" != "$(work rev-parse HEAD)" ] || fail 'no commit was made' || return 1
}

commit_rejected() {
	local before
	before=$(work rev-parse -q --verify HEAD || true)
	try_commit "$@"
	[ "$status" = 1 ] && [ "$hook_status" = 1 ] || fail 'the commit was not rejected with exit 1' || return 1
	[ "$before" = "$(work rev-parse -q --verify HEAD || true)" ] || fail 'a commit was made' || return 1
}

# check EXIT [pawl check's arguments]: sets output, standard output and error together.
check() {
	local expected=$1
	shift
	status=0
	output=$("$PAWL_BIN/pawl" check --repo "$WORK" "$@" 2>&1) || status=$?
	[ "$status" = "$expected" ] || fail "pawl check $* should exit with $expected" || return 1
}

# The findings of a JSON verdict on stdin, one a line; checks the object's shape on the way.
findings() {
	python3 -c '
import json, sys
verdict = json.load(sys.stdin, object_pairs_hook=list)
assert [key for key, _ in verdict] == ["version", "findings", "new", "frozen", "removed"], verdict
verdict = dict(verdict)
assert verdict["version"] == 1
places = []
for finding in verdict["findings"]:
    assert [key for key, _ in finding] == [
        "kind", "facade", "symbol", "via", "path", "line", "column", "statement", "canonical", "base_count",
        "count"], finding
    finding = dict(finding)
    assert finding["kind"] in ("use", "re-export", "unreadable", "policy")
    places.append((finding["path"].encode("utf-8", "surrogateescape"), finding["line"] or 0, finding["column"] or 0))
    print(*(finding[key] for key in ("kind", "symbol", "via", "path", "line", "column", "canonical")), sep="|")
assert places == sorted(places)
print("new", verdict["new"], "frozen", verdict["frozen"], "removed", verdict["removed"])
'
}

# check_json EXIT [arguments]: sets output to findings().
check_json() {
	local expected=$1 json
	shift
	status=0
	json=$("$PAWL_BIN/pawl" check --repo "$WORK" --format json "$@") || status=$?
	output=$json
	[ "$status" = "$expected" ] || fail "pawl check --format json $* should exit with $expected" || return 1
	output=$(findings <<<"$json") || fail "not a verdict: $json" || return 1
}

USE='from mono.models import User'

@test "pre-commit: a new use in the index is rejected" {
	put_line src/mono/new.py 'import os' "$USE"
	work add -A
	commit_rejected
	finds src/mono/new.py:2:25 mono.models.User
	says "- $USE" '+ from mono.models.user import User' 'pawl fix'
}

@test "pre-commit: the canonical import is accepted" {
	put_line src/mono/new.py 'from mono.models.user import User'
	work add -A
	commit_ok
}

@test "pre-commit: the binary itself works as the hook" {
	ln -sf "$PAWL_BIN/pawl-pre-commit" "$WORK/.git/hooks/pre-commit"
	put_line src/mono/new.py "$USE"
	work add -A
	before=$(work rev-parse HEAD)
	try_commit
	[ "$status" = 1 ]
	[ "$before" = "$(work rev-parse HEAD)" ]
	finds src/mono/new.py:1:25 mono.models.User
}

@test "pre-commit: a new use in the work tree alone is not looked at" {
	put_line src/mono/new.py "$USE"
	put_line src/mono/web.py "$USE" "from mono.models import Group"
	put_line src/mono/tasks.py 'x = 1'
	work add src/mono/tasks.py
	commit_ok
}

@test "pre-commit: a new use in the index is found where the work tree has none" {
	put_line src/mono/new.py "$USE"
	work add -A
	put_line src/mono/new.py 'x = 1'
	commit_rejected
	rm "$WORK/src/mono/new.py"
	commit_rejected
	finds src/mono/new.py:1:25 mono.models.User
}

@test "pre-commit: of a partly staged file only the staged part counts" {
	{ printf 'a = 1\n'; seq -f '# line %.0f' 30; printf 'b = 1\n'; } | put src/mono/long.py
	work add -A
	commit_ok
	{ printf 'a = 2\n'; seq -f '# line %.0f' 30; printf '%s\n' "$USE"; } | put src/mono/long.py
	printf 'y\nn\n' | work add -p >/dev/null
	commit_ok
	work show HEAD:src/mono/long.py | grep -q '^a = 2'
	printf 'y\n' | work add -p >/dev/null
	commit_rejected
	finds src/mono/long.py:32:25 mono.models.User
}

@test "pre-commit: git commit -a" {
	put_line src/mono/tasks.py "$USE"
	commit_rejected -a
	finds src/mono/tasks.py:1:25 mono.models.User
	put_line src/mono/tasks.py 'x = 1'
	commit_ok -a
}

@test "pre-commit: git commit PATH judges what is committed, not what is staged beside it" {
	put_line src/mono/new.py "$USE"
	work add -A
	put_line src/mono/tasks.py 'x = 1'
	commit_ok src/mono/tasks.py
	put_line src/mono/tasks.py "$USE"
	commit_rejected src/mono/tasks.py
	finds src/mono/tasks.py:1:25 mono.models.User
	never_says src/mono/new.py
}

@test "pre-commit: from a folder below the top" {
	put_line src/mono/new.py "$USE"
	work add -A
	WORK=$WORK/src/mono
	commit_rejected
	finds src/mono/new.py:1:25 mono.models.User
}

@test "pre-commit: an amended commit is judged against the one it replaces" {
	put_line src/mono/new.py "$USE"
	work add -A
	work commit -q --no-verify -m 'Past the hook'
	commit_ok --amend
	put_line src/mono/newer.py "$USE"
	work add -A
	commit_rejected --amend
	finds src/mono/newer.py:1:25 mono.models.User
	never_says src/mono/new.py:
}

@test "pre-commit: a merge commit rests on both sides" {
	work checkout -q -b topic
	put_line src/mono/web.py 'from mono.models.user import User' 'x = 1'
	work commit -q -a -m 'Fix web'
	work checkout -q main
	put_line src/mono/web.py "$USE" 'x = 2'
	work commit -q -a -m 'Work on web'
	work checkout -q topic
	run ! git merge -q main
	work checkout -q --theirs src/mono/web.py
	work add -A
	commit_ok
	[ "$(work rev-list --no-walk --count HEAD^2)" = 1 ]
}

@test "pre-commit: a use that neither side of a merge has is new" {
	work checkout -q -b topic
	put_line src/mono/tasks.py 'x = 1'
	work commit -q -a -m 'Topic'
	work checkout -q main
	put_line src/mono/quotas.py 'backend = 1'
	work commit -q -a -m 'Main'
	work merge -q --no-commit topic
	put_line src/mono/new.py "$USE"
	work add -A
	commit_rejected
	finds src/mono/new.py:1:25 mono.models.User
}

@test "pre-commit: a move is no new use" {
	work mv src/mono/web.py src/mono/site.py
	commit_ok
}

@test "pre-commit: fixes alone are accepted" {
	put_line src/mono/web.py 'x = 1'
	commit_ok -a
}

@test "P5: the first commit of a repository is the freeze" {
	rm -rf "$WORK/.git"
	git init -q --template= -b main "$WORK"
	install_pre_commit "$WORK/.git"
	work add -A
	commit_ok
	put_line src/mono/new.py "$USE"
	work add -A
	commit_rejected
}

@test "P4: the first commit of an orphan branch has no base" {
	work checkout -q --orphan island
	commit_rejected
	finds src/mono/web.py:1:25 mono.models.User
}

@test "pre-commit: in a linked work tree" {
	work worktree add -q "$BATS_TEST_TMPDIR/linked" -b linked
	put_line src/mono/new.py "$USE"
	work add -A
	WORK=$BATS_TEST_TMPDIR/linked
	put_line src/mono/tasks.py 'x = 1'
	work add -A
	commit_ok
	put_line src/mono/other.py "$USE"
	work add -A
	commit_rejected
	finds src/mono/other.py:1:25 mono.models.User
	never_says src/mono/new.py
}

@test "pre-commit: with a sparse index" {
	put_line tools/run.py 'x = 1'
	put_line data/more.py 'x = 1'
	work add -A
	commit_ok
	work sparse-checkout set --cone --sparse-index tools
	work ls-files --sparse | grep -q '^src/$'
	[ ! -e "$WORK/src/mono/web.py" ]
	put_line tools/run.py 'x = 2'
	work add tools
	commit_ok
	put_line tools/run.py "$USE"
	work add tools
	commit_rejected
	finds tools/run.py:1:25 mono.models.User
	says '+ from mono.models.user import User'
	work ls-files --sparse | grep -q '^src/$'
}

@test "pre-commit: with a split index" {
	work update-index --split-index
	put_line src/mono/new.py 'x = 1'
	work add -A
	commit_ok
	put_line src/mono/new.py "$USE"
	work add -A
	ls "$WORK"/.git/sharedindex.* >/dev/null
	commit_rejected
	finds src/mono/new.py:1:25 mono.models.User
}

@test "pre-commit: in a partial clone" {
	server config uploadpack.allowFilter true
	git clone -q --filter=blob:none --sparse "$URL" "$BATS_TEST_TMPDIR/partial"
	WORK=$BATS_TEST_TMPDIR/partial
	install_pre_commit "$WORK/.git"
	work sparse-checkout set --cone .pawl tools
	work rev-list --objects --missing=print HEAD | grep -q '^?'
	put_line tools/run.py 'x = 1'
	work add tools
	commit_ok
	put_line tools/run.py "$USE"
	work add tools
	commit_rejected
	finds tools/run.py:1:25 mono.models.User
	says '+ from mono.models.user import User'
}

@test "check: nothing staged, nothing found" {
	check 0
	check_json 0
	says 'new 0 '
}

@test "check: the index against HEAD, as the hook, in text and JSON" {
	put_line src/mono/new.py 'import os' "$USE" 'from mono import models' 'y = models.Group'
	put_line src/mono/web.py 'from mono.models.user import User'
	work add -A
	put_line src/mono/unstaged.py "$USE"
	commit_rejected
	hook=$output
	finds src/mono/new.py:2:25 mono.models.User
	finds src/mono/new.py:4:12 mono.models.Group
	check 1
	finds src/mono/new.py:2:25 mono.models.User
	finds src/mono/new.py:4:12 mono.models.Group
	says '1 frozen use removed'
	[[ $hook == *'1 frozen use removed'* ]]
	check_json 1
	[ "$output" = 'use|mono.models.User|from|src/mono/new.py|2|25|from mono.models.user import User
use|mono.models.Group|attribute|src/mono/new.py|4|12|from mono.models.group import Group
new 2 frozen 0 removed 1' ]
}

@test "check: JSON has a use without a canonical import, a re-export, and counts" {
	put_line src/mono/new.py 'from mono.models import Nobody'
	put_line src/mono/models/__init__.py 'from mono.models.user import *' 'from mono.models.group import *' \
		'from mono.models.options import *' 'from mono.models.extra import Extra'
	put_line src/mono/web.py "$USE" "$USE"
	work add -A
	check_json 1
	says 're-export|mono.models.Extra|' 'use|mono.models.Nobody|from|src/mono/new.py|1|25|None'
	says 'use|mono.models.User|from|src/mono/web.py|' 'new 3 frozen 1 removed 0'
}

@test "check: OLD..NEW is the same as a push" {
	put_line src/mono/web.py 'from mono.models.user import User'
	put_line src/mono/new.py "$USE"
	work add -A
	work commit -q --no-verify -m 'One less, one more'
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
	says '1 frozen use removed'
	check 1 HEAD~1..HEAD
	finds src/mono/new.py:1:25 mono.models.User
	says '1 frozen use removed'
	check_json 1 HEAD~1..HEAD
	[ "$output" = 'use|mono.models.User|from|src/mono/new.py|1|25|from mono.models.user import User
new 1 frozen 0 removed 1' ]
	check 0 HEAD..HEAD
	check 1 HEAD..HEAD~1
}

@test "check: OLD..NEW and a push of the same agree, over many changes" {
	start=$(work rev-parse HEAD)
	change() {
		case $1 in
		move) work mv src/mono/web.py src/mono/site.py ;;
		copy) cp src/mono/web.py src/mono/site.py ;;
		split)
			work rm -q src/mono/jobs.py
			put_line src/mono/a.py "$USE"
			put_line src/mono/b.py 'from mono.models import Group'
			;;
		second) printf '%s\n' "$USE" >>src/mono/web.py ;;
		fix) put_line src/mono/web.py 'x = 1' ;;
		star) put_line src/mono/new.py 'from mono.models import *' ;;
		unreadable) printf '# coding: utf-7\n' | put src/mono/new.py ;;
		link) ln -s web.py src/mono/link.py ;;
		mode) chmod +x src/mono/web.py ;;
		surface) printf 'import os\n' >>src/mono/models/__init__.py ;;
		policy) sed -i 's/^roots.*/roots = lib/' .pawl/config.ini ;;
		esac
	}
	for name in move copy split second fix star unreadable link mode surface policy; do
		work reset -q --hard "$start"
		work clean -q -d -f
		change "$name"
		work add -A
		work commit -q --no-verify -m "$name"
		push main:"$name"
		check "$hook_status" "$start..HEAD"
		check_json "$hook_status" "$start..HEAD"
		case $name in
		move | split | fix | mode) [ "$hook_status" = 0 ] || fail "$name" ;;
		*) [ "$hook_status" = 1 ] || fail "$name" ;;
		esac
	done
}

@test "check: OLD...NEW starts at their merge base" {
	work checkout -q -b topic
	put_line src/mono/new.py 'x = 1'
	work add -A
	commit_ok
	work checkout -q main
	put_line src/mono/web.py 'x = 1'
	commit_ok -a
	check 0 main...topic
	check 1 main..topic
	finds src/mono/web.py:1:25 mono.models.User
}

@test "check: OLD..NEW off a merge takes OLD for all accepted history" {
	work checkout -q -b topic
	put_line src/mono/new.py "$USE"
	work add -A
	work commit -q --no-verify -m 'A use'
	work checkout -q main
	put_line src/mono/tasks.py 'x = 1'
	commit_ok -a
	before=$(work rev-parse HEAD)
	work merge -q --no-edit topic
	check_json 1 "$before..HEAD"
	says 'new 1 '
}

@test "check: a range or a commit that brings the first policy is the freeze, as a push of it is" {
	work checkout -q --orphan fresh
	work rm -q -r --cached .pawl
	work commit -q --no-verify -m 'No policy yet'
	work add .pawl
	put_line src/mono/new.py "$USE"
	work add -A
	work commit -q --no-verify -m 'A policy'
	check_json 0 HEAD~1..HEAD
	check 0 HEAD~1...HEAD
	says 'HEAD~1...HEAD: brings the first policy, and freezes what is there'
	check 0 HEAD
	put_line src/mono/newer.py "$USE"
	work add -A
	work commit -q --no-verify -m 'A use'
	check 1 HEAD
	finds src/mono/newer.py:1:25 mono.models.User
	check 2 HEAD~2 # neither has one
	work reset -q --soft HEAD~2
	sed -i '2s/roots/rots/' "$WORK/.pawl/config.ini"
	work commit -q --no-verify -a -m 'A mistake'
	check 1 HEAD~1..HEAD
	says '1 mistake in the policy' .pawl/config.ini:2:1 "did you mean 'roots'?"
	work checkout -q --orphan fresher
	work commit -q --no-verify -m 'The same as the first commit'
	check 2 HEAD
	says "did you mean 'roots'?"
}

@test "check: a merge is judged by the policy of the parent that has one" {
	work checkout -q --orphan apart
	work rm -q -r --cached .
	work add README
	work commit -q --no-verify -m 'Another history'
	work clean -qfd
	work merge -q --no-verify --allow-unrelated-histories -m 'Both' main
	check 0 HEAD
	put_line src/mono/new.py "$USE"
	work add -A
	work commit -q --no-verify --amend --no-edit
	check 1 HEAD
	finds src/mono/new.py:1:25 mono.models.User
}

@test "check: a bare repository has no index" {
	status=0
	output=$("$PAWL_BIN/pawl" check --repo "$SERVER" 2>&1) || status=$?
	[ "$status" = 2 ]
	says 'name OLD..NEW or a revision'
}

@test "check: --config names another policy" {
	printf '[pawl]\nroots = src\n[facade mono.app]\n' >"$BATS_TEST_TMPDIR/other.ini"
	put_line src/mono/new.py "$USE" 'from mono.app import quotas'
	work add -A
	check_json 1 --config "$BATS_TEST_TMPDIR/other.ini"
	[ "$output" = 'use|mono.app.quotas|from|src/mono/new.py|2|22|from mono.quotas import backend as quotas
new 1 frozen 0 removed 0' ]
}

@test "check: git pawl is the same command" {
	put_line src/mono/new.py "$USE"
	work add -A
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$PAWL_BIN/pawl" "$BATS_TEST_TMPDIR/bin/git-pawl"
	status=0
	output=$(PATH=$BATS_TEST_TMPDIR/bin:$PATH git -C "$WORK" pawl check 2>&1) || status=$?
	[ "$status" = 1 ]
	finds src/mono/new.py:1:25 mono.models.User
}
