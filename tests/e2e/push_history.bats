#!/usr/bin/env bats
# Bases over merges, reverts and joined histories (P4), each commit by itself (P9), and dates (P11).
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

# merge_taking SIDE PARENT...: a merge commit of the parents with the tree of SIDE, made by hand.
merge_taking() {
	local tree=$1 parents=()
	shift
	while [ $# -gt 0 ]; do parents+=(-p "$1"); shift; done
	git -C "$WORK" commit-tree "${parents[@]}" -m 'Merge' "$tree^{tree}"
}

@test "P4: a merge of the trunk into a branch brings the trunk's uses along" {
	work checkout -q -b topic
	fix_web
	push_ok topic
	work checkout -q main
	put_line src/mono/web.py 'from mono.models import User' '' '' 'def show():' '    return 1'
	commit 'Work on web, its use stays'
	push_ok main
	# In the conflict the trunk's side is taken.
	push_ok "$(merge_taking main topic main):topic"
}

@test "P4: a merge of the trunk into a branch does not hide a use that is in neither" {
	work checkout -q -b topic
	plain_work
	push_ok topic
	work checkout -q main
	plain_work src/mono/more.py
	push_ok main
	work checkout -q topic
	work merge -q --no-commit main
	put_line src/mono/new.py 'from mono.models import User'
	commit 'An evil merge'
	push_rejected 1 topic
	finds src/mono/new.py:1:25 mono.models.User
}

@test "P4: a merge of a stale branch into the trunk is accepted where git keeps the fix" {
	work checkout -q -b stale
	plain_work
	push_ok stale
	work checkout -q main
	fix_web
	push_ok main
	work merge -q --no-edit stale
	push_ok main
}

@test "P4: a merge of a stale branch into the trunk that restores a use is rejected" {
	work checkout -q -b stale
	plain_work
	push_ok stale
	work checkout -q main
	fix_web
	push_ok main
	push_rejected 1 "$(merge_taking stale main stale):main"
	finds src/mono/web.py:1:25 mono.models.User
	# Off the trunk the stale branch is a base of its own.
	push_ok "$(merge_taking stale stale main):stale"
}

@test "P4: a merge with an old ancestor lends nothing" {
	work branch old
	work checkout -q -b topic
	fix_web
	push_ok topic
	push_rejected 1 "$(merge_taking old topic old):topic"
	finds src/mono/web.py:1:25 mono.models.User
}

@test "P4: a new branch that merges an ancestor of its other base gets nothing from it" {
	work branch old
	fix_web
	push_ok main
	push_rejected 1 "$(merge_taking old main old):topic"
	finds src/mono/web.py:1:25 mono.models.User
}

@test "P4: merge -s ours on the trunk keeps the trunk's tree and is accepted" {
	work checkout -q -b stale
	new_use
	push_ok stale:refs/changes/1
	work checkout -q main
	fix_web
	push_ok main
	work merge -q --no-edit -s ours stale
	push_ok main
}

@test "P4: merge -s ours the other way round restores uses and is rejected on the trunk" {
	work checkout -q -b stale
	plain_work
	push_ok stale
	work checkout -q main
	fix_web
	push_ok main
	work checkout -q stale
	work merge -q --no-edit -s ours main
	push_rejected 1 stale:main
	finds src/mono/web.py:1:25 mono.models.User
	push_ok stale
}

@test "P4: a use that a merged branch adds is new on the trunk" {
	work checkout -q -b topic
	new_use
	work checkout -q main
	plain_work
	work merge -q --no-edit topic
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
}

@test "P4: add and revert in one push leaves an accepted commit, which a branch may rest on" {
	new_use
	work revert --no-edit HEAD >/dev/null
	push_ok main
	push_ok main~1:topic
	work checkout -q -b topic main~1
	plain_work
	push_ok topic
	# On the trunk that commit lends nothing, by merge or by rewind.
	push_rejected 1 "$(merge_taking topic main topic):main"
	finds src/mono/new.py:1:25 mono.models.User
	push_rejected 1 --force main~1:main
	finds src/mono/new.py:1:25 mono.models.User
}

@test "P4: a joined unrelated history lends nothing" {
	work checkout -q --orphan island
	work rm -q -r --cached .
	work clean -q -d -f
	put_line src/mono/imported.py 'from mono.models import User'
	commit 'Another project'
	work checkout -q main
	work merge -q --no-edit --allow-unrelated-histories island
	push_rejected 1 main
	finds src/mono/imported.py:1:25 mono.models.User
	push_rejected 1 main:topic
	finds src/mono/imported.py:1:25 mono.models.User
	never_says src/mono/web.py:
}

@test "P4: a joined unrelated history without uses is accepted" {
	work checkout -q --orphan island
	work rm -q -r --cached .
	work clean -q -d -f
	put_line src/mono/imported.py 'x = 1'
	commit 'Another project'
	work checkout -q main
	work merge -q --no-edit --allow-unrelated-histories island
	push_ok main
}

@test "P4: a criss-cross merge rests on both sides" {
	work checkout -q -b left
	fix_web
	push_ok left
	work checkout -q -b right main
	put_line src/mono/jobs.py 'x = 1'
	commit 'Fix jobs'
	push_ok right
	# left still has the uses of jobs, right still that of web: a merge off the trunk may have both.
	push_ok "$(merge_taking main left right):left"
}

maintained() {
	server_policy <<-'POLICY'
		[pawl]
		maintainers = alice
		pusher = GL_USERNAME
	POLICY
}

@test "P10: a revert that restores a use is new, and the report says how to let it in" {
	maintained
	fix_web
	push_ok main
	work revert --no-edit HEAD >/dev/null
	for account in alice mallory ''; do
		GL_USERNAME=$account push_rejected 1 main
		finds src/mono/web.py:1:25 mono.models.User
		says 'git push -o pawl.allow=' maintainer
	done
	GL_USERNAME=alice push_ok --push-option=pawl.allow='It broke the site' main
}

@test "P10: a backport of a file with uses to a branch whose base lacks them is new" {
	maintained
	push_unchecked main~0:refs/heads/release
	work checkout -q -b release
	put_line src/mono/web.py 'x = 1'
	commit 'The release has no use in web'
	push_ok release
	work checkout -q main -- src/mono/web.py
	commit 'Backport web'
	push_rejected 1 release
	finds src/mono/web.py:1:25 mono.models.User
	says 'git push -o pawl.allow='
}

@test "P9: with granularity = commit, add and revert in one push is rejected" {
	policy <<-'POLICY'
		[pawl]
		roots = src
		granularity = commit
		[facade mono.models]
	POLICY
	new_use
	work revert --no-edit HEAD >/dev/null
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
	says amend squash
}

@test "P9: with granularity = commit, a merge of accepted commits has nothing new" {
	policy <<-'POLICY'
		[pawl]
		roots = src
		granularity = commit
		[facade mono.models]
	POLICY
	work checkout -q -b topic
	plain_work
	push_ok topic
	work checkout -q main
	fix_web
	push_ok main
	work merge -q --no-edit topic
	push_ok main
}

@test "P9: with granularity = commit, the trunk's count still cannot rise" {
	policy <<-'POLICY'
		[pawl]
		roots = src
		granularity = commit
		[facade mono.models]
	POLICY
	work checkout -q -b stale
	plain_work
	push_ok stale
	work checkout -q main
	fix_web
	push_ok main
	# Each new commit has no more than its own parents.
	push_rejected 1 "$(merge_taking stale main stale):main"
	finds src/mono/web.py:1:25 mono.models.User
	work checkout -q -B other main~1
	plain_work src/mono/more.py
	push_rejected 1 --force other:main
	finds src/mono/web.py:1:25 mono.models.User
	push_rejected 1 --force main~1:main
	finds src/mono/web.py:1:25 mono.models.User
}

@test "P11: dates change no verdict" {
	fix_web
	push_ok main
	for when in '@0 +0000' '@1 +1400' '@4102444800 -1200'; do
		export GIT_AUTHOR_DATE=$when GIT_COMMITTER_DATE=$when
		work checkout -q -B topic main
		plain_work
		push_ok --force topic
		new_use
		push_rejected 1 topic
		finds src/mono/new.py:1:25 mono.models.User
		never_says src/mono/web.py:
		push_rejected 1 topic:main
		work reset -q --hard HEAD^
		push_rejected 1 --force "$(merge_taking main~1 topic main~1):topic"
		finds src/mono/web.py:1:25 mono.models.User
	done
}
