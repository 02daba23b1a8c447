#!/usr/bin/env bats
# Which refs are judged, and against what (P2 to P5, P8): creations, deletions, rewinds, symrefs, forgeries.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

@test "P4: a new branch at an accepted commit is accepted" {
	push_ok main:topic
	never_says rejected
}

@test "P4: a new branch without a new use is accepted" {
	put_line src/mono/new.py 'from mono.models.user import User'
	commit 'Clean'
	push_ok main:topic
}

@test "P4: a new branch with a new use is rejected" {
	new_use
	push_rejected 1 main:topic
	says 'refs/heads/topic: rejected, 1 new use of mono.models'
	finds src/mono/new.py:1:25 mono.models.User
}

@test "P4: a new branch from an old commit keeps the uses of that commit" {
	fix_web
	push_ok main
	work checkout -q -b topic HEAD^
	put_line src/mono/tasks.py 'x = 1'
	commit 'On an old base'
	push_ok topic
}

@test "P4: a force push of the trunk to diverged history is judged against the old tip alone" {
	fix_web
	push_ok main
	work reset -q --hard HEAD^
	put_line src/mono/tasks.py 'x = 1'
	commit 'Diverged, without the fix'
	push_rejected 1 --force main
	finds src/mono/web.py:1:25 mono.models.User
}

@test "P4: a force push of the trunk to diverged history without a new use is accepted" {
	put_line src/mono/tasks.py 'x = 1'
	commit 'One way'
	push_ok main
	work reset -q --hard HEAD^
	fix_web
	push_ok --force main
}

@test "P4: a force push of another branch may rest on an accepted commit" {
	work checkout -q -b topic
	fix_web
	push_ok topic
	work checkout -q main
	plain_work
	push_ok main
	work checkout -q -B topic main
	plain_work src/mono/more.py
	push_ok --force topic
	# And where it goes to an accepted commit as it is.
	work checkout -q -B topic topic~2
	fix_web
	push_ok --force topic
	push_ok --force main:topic
}

@test "P4: a force push of another branch may not rest on an ancestor of its old tip" {
	work checkout -q -b topic
	fix_web
	push_ok topic
	work reset -q --hard main
	plain_work
	push_rejected 1 --force topic
	finds src/mono/web.py:1:25 mono.models.User
}

@test "P4: a force push of another branch to diverged history with a new use is rejected" {
	work checkout -q -b topic
	fix_web
	push_ok topic
	work checkout -q main
	plain_work
	push_ok main
	work checkout -q -B topic main
	new_use
	push_rejected 1 --force topic
	finds src/mono/new.py:1:25 mono.models.User
	never_says src/mono/web.py:
}

@test "P4: a rewind of the trunk that restores uses is rejected" {
	fix_web
	push_ok main
	push_rejected 1 --force main~1:main
	finds src/mono/web.py:1:25 mono.models.User
}

@test "P4: a rewind of the trunk that restores no use is accepted" {
	put_line src/mono/tasks.py 'x = 1'
	commit 'No use'
	push_ok main
	work reset -q --hard HEAD^
	push_ok --force main
}

@test "P4: a rewind of another branch that restores uses is rejected" {
	work checkout -q -b topic
	fix_web
	push_ok topic
	put_line src/mono/tasks.py 'x = 1'
	commit 'More'
	push_ok topic
	push_ok --force topic~1:topic
	# Its old tip is the one base: the commit it goes back to is an ancestor of it.
	push_rejected 1 --force topic~2:topic
	finds src/mono/web.py:1:25 mono.models.User
}

@test "P5: deleting a branch that is not the trunk is accepted" {
	push_ok main:topic
	push_ok :topic
}

@test "P5: deleting the trunk needs a maintainer" {
	push_ok main:topic
	push_rejected 1 :main
	says refs/heads/main maintainer
}

@test "P5: deleting the only branch needs a maintainer" {
	push_rejected 1 :main
	says refs/heads/main maintainer
}

@test "P5: deleting the last governed ref needs a maintainer, also where the trunk is not there" {
	server_policy <<-'POLICY'
		[pawl]
		trunk = refs/heads/trunk
		[facade mono.models]
	POLICY
	push_rejected 1 :main
	says refs/heads/main maintainer
}

@test "P5: deleting all governed refs at once needs a maintainer" {
	server_policy <<-'POLICY'
		[pawl]
		trunk = refs/heads/trunk
		[facade mono.models]
	POLICY
	push_ok main:topic
	push_rejected 1 :main :topic
	says maintainer
}

@test "P5: after a maintainer deleted the only branch, the next push is the freeze" {
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		maintainers = alice
		pusher = GL_USERNAME
		[facade mono.models]
	POLICY
	GL_USERNAME=alice push_ok --push-option=pawl.allow='start again' :main
	new_use
	push_ok main
	new_use src/mono/newer.py
	push_rejected 1 main
}

@test "P5: the first push ever is the freeze" {
	push_unchecked :main
	new_use
	push_ok main
	new_use src/mono/newer.py
	push_rejected 1 main
	finds src/mono/newer.py:1:25 mono.models.User
	never_says src/mono/new.py:
}

@test "P5: the first push ever may not bring a policy that no later push could be judged by" {
	push_unchecked :main
	sed -i '2s/roots/rots/' "$WORK/.pawl/config.ini"
	commit 'A mistake'
	push_rejected 1 main
	says '1 mistake in the policy' .pawl/config.ini:2:1 "did you mean 'roots'?" 'Set it right'
	sed -i '2s/rots/roots/' "$WORK/.pawl/config.ini"
	commit 'Mend it'
	push_ok main
}

@test "P5: the first push ever may hold several branches" {
	push_unchecked :main
	new_use
	push_ok main main~1:topic
}

@test "P5: the first push ever is the freeze with a server's file, too" {
	push_unchecked :main
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		[facade mono.models]
	POLICY
	push_ok main
	new_use
	push_rejected 1 main
}

@test "P5: tags alone are no branch: a first push after them is the freeze" {
	push_unchecked :main main:refs/tags/v0
	push_ok main
}

@test "P3: several refs in one push: one finding rejects them all" {
	work checkout -q -b topic
	new_use
	work checkout -q main
	fix_web
	push_rejected 1 main topic
	says refs/heads/topic
	finds src/mono/new.py:1:25 mono.models.User
	push_ok main
}

@test "P3: several refs in one push: one report has the findings of each" {
	work checkout -q -b one
	new_use src/mono/one.py
	work checkout -q -b two main
	new_use src/mono/two.py Group
	push_rejected 1 one two
	says refs/heads/one refs/heads/two
	finds src/mono/one.py:1:25 mono.models.User
	finds src/mono/two.py:1:25 mono.models.Group
}

@test "P3: several clean refs in one push are accepted" {
	work branch one
	fix_web
	push_ok main one main:two
}

@test "P3: refs of the same push lend each other nothing" {
	# A ref that is not governed takes the commit, a governed one of the same push may not rest on it; nor may
	# one governed ref rest on another that the same push makes.
	new_use
	push_rejected 1 main:refs/changes/1 main:one
	put_line src/mono/tasks.py 'x = 1'
	commit 'On top'
	push_rejected 1 main~1:one main:two
	says refs/heads/one refs/heads/two
}

@test "P3: a forged old id does not choose the base" {
	fix_web
	push_ok main
	old=$(work rev-parse main~1)
	for forged in "$old" 0000000000000000000000000000000000000000; do
		new=$(work commit-tree -p "$old" -m 'Back to the uses' "$old^{tree}")
		before=$(server_refs)
		rm -f "$SERVER/hook-status"
		run -0 python3 - "$WORK" "$SERVER" "$forged" "$new" refs/heads/main <<-'PYTHON'
			import subprocess, sys
			work, server, old, new, ref = sys.argv[1:]

			def pkt(data):
			    return b"%04x%s" % (len(data) + 4, data)

			pack = subprocess.run(["git", "-C", work, "pack-objects", "--stdout", "--revs", "-q"],
			                      input=new.encode() + b"\n", stdout=subprocess.PIPE, check=True).stdout
			stream = pkt(f"{old} {new} {ref}\0report-status\n".encode()) + b"0000" + pack
			answer = subprocess.run(["git", "receive-pack", server], input=stream,
			                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
			sys.stdout.write(answer.decode("utf-8", "backslashreplace").replace("\0", " "))
		PYTHON
		hook_status=$(cat "$SERVER/hook-status")
		[[ $hook_status == [123] ]] || fail "forged $forged: the hook accepted"
		says pawl 'pre-receive hook declined'
		[ "$before" = "$(server_refs)" ]
	done
}

@test "P2: tags are not governed unless the policy says so" {
	new_use
	work tag light
	work tag -a -m annotated heavy
	push_ok light:refs/tags/light heavy:refs/tags/heavy
	never_says rejected
}

@test "P2: a governed tag is judged, annotated ones by their commit" {
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		refs = refs/heads/* refs/tags/*
		[facade mono.models]
	POLICY
	work tag -a -m 'nothing new' fine
	push_ok fine:refs/tags/fine
	new_use
	work tag -a -m annotated heavy
	work tag -a -m 'a tag of a tag' heavier heavy
	push_rejected 1 heavier:refs/tags/heavier
	says refs/tags/heavier
	finds src/mono/new.py:1:25 mono.models.User
}

@test "P2: a ref that is not governed takes anything, and its commits are no bases" {
	new_use
	push_ok main:refs/changes/1
	push_rejected 1 main:topic
	finds src/mono/new.py:1:25 mono.models.User
	push_rejected 1 main
	put_line src/mono/tasks.py 'x = 1'
	commit 'On top'
	push_rejected 1 main:topic
	finds src/mono/new.py:1:25 mono.models.User
}

@test "P2: patterns of refs are wildmatch over whole names, star crossing slashes" {
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		refs = refs/heads/rel*
		[facade mono.models]
	POLICY
	new_use
	push_ok main:topic main:refs/heads/x/rel
	push_rejected 1 main:refs/heads/release/1/2
	push_rejected 1 main:rel
}

@test "P2: the trunk is governed whatever the refs are" {
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		refs = refs/heads/release/*
		[facade mono.models]
	POLICY
	new_use
	push_rejected 1 main
	push_ok main:topic
}

@test "P2: a policy can name another trunk" {
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		trunk = refs/heads/stable
		[facade mono.models]
	POLICY
	push_ok main:stable
	work checkout -q -b stable
	fix_web
	push_ok stable
	work checkout -q main
	put_line src/mono/tasks.py 'x = 1'
	commit 'Still with the use'
	push_ok main
	# On the trunk the other parent lends nothing; main is another branch now.
	merge=$(work commit-tree -p stable -p main -m 'Take the side of main' 'main^{tree}')
	push_rejected 1 "$merge:stable"
	finds src/mono/web.py:1:25 mono.models.User
	fix=$(work commit-tree -p main -m 'Fixed here, too' 'stable^{tree}')
	push_ok "$fix:main"
	work checkout -q -B side main
	commit 'Beside it'
	push_ok side
	merge=$(work commit-tree -p "$fix" -p side -m 'Take the side' 'side^{tree}')
	push_ok "$merge:main"
}

@test "P2: a symref that aliases the trunk is the trunk" {
	server symbolic-ref refs/meta/alias refs/heads/main
	new_use
	push_rejected 1 main:refs/meta/alias
	finds src/mono/new.py:1:25 mono.models.User
	work reset -q --hard HEAD^
	work branch stale
	fix_web
	push_ok main:refs/meta/alias
	[ "$(server rev-parse refs/heads/main)" = "$(work rev-parse main)" ]
	# Through the alias the old tip is the only base, too: the stale branch lends nothing.
	push_ok stale
	merge=$(work commit-tree -p main -p stale -m 'Take the stale side' "stale^{tree}")
	push_rejected 1 "$merge:refs/meta/alias"
	finds src/mono/web.py:1:25 mono.models.User
}

@test "P8: a pushed replace ref is rejected" {
	dirty=$(echo 'from mono.models import User' | blob)
	clean=$(echo 'x = 1' | blob)
	work replace "$dirty" "$clean"
	push_rejected '[12]' "refs/replace/$dirty:refs/replace/$dirty"
	says refs/replace/
}

@test "P8: replace refs of the server change no verdict" {
	new_use
	dirty=$(work rev-parse main:src/mono/new.py)
	clean=$(echo 'x = 1' | server hash-object -w --stdin)
	work cat-file blob "$dirty" | server hash-object -w --stdin >/dev/null
	server replace "$dirty" "$clean"
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
}

@test "P4: an orphan branch without uses is accepted" {
	work checkout -q --orphan island
	work rm -q -r --cached .
	work clean -q -d -f
	put_line src/mono/new.py 'from mono.models.user import User'
	commit 'An island'
	push_ok island
}

@test "P4: on an orphan branch every use is new" {
	work checkout -q --orphan island
	commit 'The same tree without its history'
	push_rejected 1 island
	finds src/mono/web.py:1:25 mono.models.User
	finds src/mono/jobs.py:1:25 mono.models.Group
	finds src/mono/jobs.py:1:32 mono.models.User
	says '3 new uses of mono.models'
}

@test "P4: the trunk force-pushed to an orphan with the same uses has nothing new" {
	work checkout -q --orphan island
	commit 'The same tree without its history'
	push_ok --force island:main
}

@test "P3: several refs at one commit: each is judged by its own bases, and each is named" {
	work checkout -q -b side
	new_use
	push_ok side:refs/changes/1
	server update-ref refs/heads/side "$(work rev-parse HEAD)"
	push_rejected 1 side:main side:one side:two
	says refs/heads/main
	finds src/mono/new.py:1:25 mono.models.User
	push_ok side:one side:two
}
