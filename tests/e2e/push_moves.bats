#!/usr/bin/env bats
# Moves (P7): uses of vanished paths are credit within one update, per facade and symbol, for new paths.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

@test "P7: git mv carries its uses along" {
	work mv src/mono/web.py src/mono/site.py
	commit 'Move'
	push_ok main
}

@test "P7: a folder moved carries its uses along" {
	mkdir "$WORK/src/mono/front"
	work mv src/mono/web.py src/mono/jobs.py src/mono/front/
	commit 'Move both'
	push_ok main
}

@test "P7: moved and edited without a new use is accepted" {
	work mv src/mono/web.py src/mono/site.py
	put_line src/mono/site.py 'import os' '' 'def render():' '    from mono.models import User as U' '    return U(os)'
	commit 'Move and edit'
	push_ok main
}

@test "P7: moved, with one use more, is rejected" {
	work mv src/mono/web.py src/mono/site.py
	put_line src/mono/site.py 'from mono.models import User, Group'
	commit 'Move and add'
	push_rejected 1 main
	finds src/mono/site.py:1:31 mono.models.Group
	says '1 new use of mono.models'
}

@test "P7: split into two new files is accepted" {
	work rm -q src/mono/jobs.py
	put_line src/mono/jobs/a.py 'from mono.models import Group'
	put_line src/mono/jobs/b.py 'from mono.models import User'
	put_line src/mono/jobs/__init__.py ''
	commit 'Split'
	push_ok main
}

@test "P7: split into two with a use in each where there was one is rejected" {
	work rm -q src/mono/web.py
	put_line src/mono/a.py 'from mono.models import User'
	put_line src/mono/b.py 'from mono.models import User'
	commit 'Split and doubled'
	push_rejected 1 main
	says '1 new use of mono.models'
}

@test "P7: a part moved out of a file that stays earns no credit, and the report says what to write" {
	put_line src/mono/jobs.py 'from mono.models import User'
	put_line src/mono/groups.py 'from mono.models import Group'
	commit 'Move a part'
	push_rejected 1 main
	finds src/mono/groups.py:1:25 mono.models.Group
	says '+ from mono.models.group import Group'
}

@test "P7: a copy earns no credit" {
	cp "$WORK/src/mono/web.py" "$WORK/src/mono/copy.py"
	commit 'Copy'
	push_rejected 1 main
	finds src/mono/copy.py:1:25 mono.models.User
}

@test "P7: credit is not spent on a path that the base has" {
	work rm -q src/mono/web.py
	put_line src/mono/tasks.py 'from mono.models import User'
	commit 'Into a file that is there'
	push_rejected 1 main
	finds src/mono/tasks.py:1:25 mono.models.User
}

@test "P7: credit is counted for each symbol" {
	work rm -q src/mono/web.py
	put_line src/mono/site.py 'from mono.models import Group'
	commit 'Another name'
	push_rejected 1 main
	finds src/mono/site.py:1:25 mono.models.Group
}

@test "P7: deleted on one ref and added on another is new there" {
	push_ok main:topic
	work checkout -q -b topic
	put_line src/mono/site.py 'from mono.models import User'
	commit 'Add'
	work checkout -q main
	work rm -q src/mono/web.py
	commit 'Delete'
	push_rejected 1 main topic
	says refs/heads/topic
	finds src/mono/site.py:1:25 mono.models.User
	push_ok main
	push_rejected 1 topic
}

@test "P7: credit is spent within one update: deleted in one push, added in the next is new" {
	work rm -q src/mono/web.py
	commit 'Delete'
	push_ok main
	put_line src/mono/site.py 'from mono.models import User'
	commit 'Add'
	push_rejected 1 main
	finds src/mono/site.py:1:25 mono.models.User
}

@test "P7: deleted and added in two commits of one push is a move" {
	work rm -q src/mono/web.py
	commit 'Delete'
	put_line src/mono/site.py 'from mono.models import User'
	commit 'Add'
	push_ok main
}

@test "P7: a move on a new branch is paid by its base" {
	work checkout -q -b topic
	work mv src/mono/web.py src/mono/site.py
	commit 'Move'
	push_ok topic
}

@test "P7: a path that is not read pays for nothing" {
	policy <<-'POLICY'
		[pawl]
		roots = src
		exclude = src/mono/migrations/*
		[facade mono.models]
		allow = src/mono/shell.py
	POLICY
	put_line src/mono/migrations/one.py 'from mono.models import User'
	put_line src/mono/shell.py 'from mono.models import Group'
	commit 'Free uses'
	push_ok main
	work mv src/mono/migrations/one.py src/mono/one.py
	commit 'Move out of the excluded folder'
	push_rejected 1 main
	finds src/mono/one.py:1:25 mono.models.User
	work reset -q --hard HEAD^
	work mv src/mono/shell.py src/mono/two.py
	commit 'Move out of the allowed path'
	push_rejected 1 main
	finds src/mono/two.py:1:25 mono.models.Group
}

@test "P7: a file that becomes a package moves its uses" {
	work rm -q src/mono/web.py
	put_line src/mono/web/__init__.py 'from mono.models import User'
	commit 'A package now'
	push_ok main
}

@test "P7: on the trunk, a move and its way back are accepted" {
	work mv src/mono/web.py src/mono/site.py
	commit 'Move'
	push_ok main
	work revert --no-edit HEAD >/dev/null
	push_ok main
}
