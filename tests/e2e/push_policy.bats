#!/usr/bin/env bats
# Whom the server trusts: where the policy comes from (S1), how it may change (S2), maintainers (S3, P10), S4, S5.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

write_policy() {
	put .pawl/config.ini <<-'POLICY'
		[pawl]
		roots = src
		include = *.py *.pyi
		exclude = src/mono/migrations/*
		refs = refs/heads/* refs/tags/*
		trunk = refs/heads/main
		baseline = .pawl/baseline
		granularity = commit

		[facade mono.models]
		allow = src/mono/shell.py src/mono/console.py
		surface = frozen
		type-checking = frozen
		message = see docs/imports.md

		[facade mono.app]
		surface = open
	POLICY
}

# edit SED-EXPRESSION: the policy in the work tree, changed and committed.
edit() {
	sed -i "$@" "$WORK/.pawl/config.ini"
	! git -C "$WORK" diff --quiet || fail 'the edit changes nothing' || return 1
	commit 'Edit the policy'
}

# loosened WORD... : the push of the edit is rejected by name.
loosened() {
	push_rejected 1 main
	says .pawl/config.ini "$@"
}

maintained() {
	server_policy <<-'POLICY'
		[pawl]
		maintainers = alice bob
		pusher = GL_USERNAME
	POLICY
}

@test "S1: the policy is the one on the trunk before the push" {
	sed -i '/mono.models/,$d' "$WORK/.pawl/config.ini"
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Unfreeze and use'
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
	says .pawl/config.ini
}

@test "S1: a policy on another branch says nothing" {
	work checkout -q -b topic
	sed -i 's/mono.models/mono.tasks/' "$WORK/.pawl/config.ini"
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Another policy'
	push_rejected 1 topic
	finds src/mono/new.py:1:25 mono.models.User
}

@test "S1: the server's own file stands above the pushed one" {
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		[facade mono.app]
	POLICY
	new_use
	push_ok main
	put_line src/mono/new.py 'from mono.app import quotas'
	commit 'The other facade'
	push_rejected 1 main
	finds src/mono/new.py:1:22 mono.app.quotas
}

@test "S1: a detached HEAD without a server's file is exit 2" {
	new_use
	server update-ref --no-deref HEAD main
	push_rejected 2 main
	says pawl HEAD
}

@test "S1: an unborn HEAD without a server's file is exit 2 where there are branches" {
	put_line src/mono/tasks.py 'x = 1'
	commit 'Clean'
	server symbolic-ref HEAD refs/heads/nowhere
	push_rejected 2 main
	says pawl HEAD
}

@test "S1: a detached HEAD does not matter with a server's file" {
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		trunk = refs/heads/main
		[facade mono.models]
	POLICY
	server update-ref --no-deref HEAD main
	new_use
	push_rejected 1 main
	work reset -q --hard HEAD^
	put_line src/mono/tasks.py 'x = 1'
	commit 'Clean'
	push_ok main
}

@test "S2: a facade taken out of the policy" {
	edit '/^\[facade mono.models\]/,/^$/d'
	loosened mono.models
}

@test "S2: a facade renamed in the policy" {
	edit 's/mono\.app/mono.apps/'
	loosened mono.app
}

@test "S2: the policy deleted" {
	work rm -q .pawl/config.ini
	commit 'Delete the policy'
	push_rejected 1 main
	says .pawl/config.ini
}

@test "S2: the policy moved away" {
	work mv .pawl/config.ini .pawl/config.old
	commit 'Move the policy'
	push_rejected 1 main
	says .pawl/config.ini
}

@test "S2: the policy replaced by a link, or by a folder" {
	sed '/^\[facade mono.models\]/,/^$/d' "$WORK/.pawl/config.ini" >"$WORK/.pawl/loose"
	ln -sf loose "$WORK/.pawl/config.ini"
	commit 'A link'
	push_rejected 1 main
	says .pawl/config.ini
	work rm -q .pawl/config.ini
	put_line .pawl/config.ini/x ''
	commit 'A folder'
	push_rejected 1 main
	says .pawl/config.ini
}

@test "S2: key roots" {
	edit 's/^roots = src/roots = lib/'
	loosened roots
}

@test "S2: key include" {
	edit 's/^include = .*/include = *.pyi/'
	loosened include
}

@test "S2: key exclude" {
	edit 's/^exclude = .*/& src\/mono\/*/'
	loosened exclude
}

@test "S2: key refs" {
	edit 's/^refs = .*/refs = refs\/heads\/*/'
	loosened refs
}

@test "S2: key trunk" {
	edit 's/^trunk = .*/trunk = refs\/heads\/none/'
	loosened trunk
}

@test "S2: key baseline" {
	edit 's/^baseline = .*/baseline = other/'
	loosened baseline
}

@test "S2: key granularity" {
	edit '/^granularity/d'
	loosened granularity
}

@test "S2: key allow" {
	edit 's/^allow = .*/& src\/mono\/new.py/'
	loosened allow
}

@test "S2: key surface" {
	edit 's/^surface = frozen/surface = open/'
	loosened surface
}

@test "S2: key type-checking" {
	edit 's/^type-checking = frozen/type-checking = free/'
	loosened type-checking
}

@test "S2: key inline-allow" {
	edit 's/^roots = .*/&\ninline-allow = yes/'
	loosened inline-allow
}

@test "S2: the server's keys have no place in a pushed policy" {
	for line in 'time-limit = 1' 'max-blob-size = 1' 'on-error = accept' 'maintainers = mallory' 'pusher = USER'; do
		edit "s/^roots = .*/&\n$line/"
		push_rejected 1 main
		says .pawl/config.ini "${line%% *}"
		work reset -q --hard HEAD^
	done
}

@test "S2: a pushed policy that cannot be read is a finding" {
	edit 's/^exclude/exlude/'
	push_rejected 1 main
	says .pawl/config.ini exlude exclude '1 mistake in the policy' 'Set it right'
	never_says loosens
}

@test "S2: a loosening in the middle of a push that a later commit takes back is none" {
	edit '/^granularity/d'
	push_unchecked main
	edit '/^allow/s/$/ src\/mono\/web.py/'
	work revert --no-edit HEAD >/dev/null
	push_ok main
}

@test "S2: a facade added without touching others is a tightening" {
	printf '\n[facade mono.quotas]\n' >>"$WORK/.pawl/config.ini"
	commit 'Freeze one more'
	push_ok main
	put_line src/mono/new.py 'from mono.quotas import Quotum'
	commit 'A use of it'
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.quotas.Quotum
}

@test "S2: an exemption removed is a tightening" {
	edit 's/ src\/mono\/console.py//'
	push_ok main
	edit '/^allow/d'
	push_ok main
}

@test "S2: a surface frozen is a tightening" {
	edit 's/^surface = open/surface = frozen/'
	push_ok main
	put_line src/mono/app.py 'from mono.quotas import backend as quotas, Quota' '' 'locks = object()'
	commit 'app re-exports more'
	push_rejected 1 main
	says src/mono/app.py:1 mono.app Quota
}

@test "S2: a message changed, comments and layout are no loosening" {
	edit 's/^message = .*/message = ask in the channel/; s/^\[pawl\]/; a comment\n\n[pawl]/; s/ = /=/'
	push_ok main
	new_use
	push_rejected 1 main
	says 'ask in the channel'
}

@test "S3: a maintainer may loosen the policy, with a reason" {
	maintained
	edit 's/^allow = .*/& src\/mono\/new.py/'
	GL_USERNAME=mallory push_rejected 1 --push-option=pawl.allow='I want it' main
	GL_USERNAME=alice push_ok --push-option=pawl.allow='The new shell' main
	new_use
	push_ok main
}

@test "S3: a maintainer may delete the policy" {
	maintained
	work rm -q .pawl/config.ini
	commit 'Delete the policy'
	GL_USERNAME=mallory push_rejected 1 --push-option=pawl.allow='I want it' main
	GL_USERNAME=bob push_ok --push-option=pawl.allow='The end' main
}

@test "S3: without a server's file nobody can loosen, and the message says so" {
	edit 's/^allow = .*/& src\/mono\/new.py/'
	GL_USERNAME=alice push_rejected 1 --push-option=pawl.allow='I want it' main
	says "server's" maintainer
}

@test "P10: a maintainer's push option lets new uses in, and the report says so" {
	maintained
	new_use
	GL_USERNAME=alice push_ok --push-option=pawl.allow='The release cannot wait' main
	says src/mono/new.py 'The release cannot wait'
}

@test "P10: without the push option a maintainer's new use is rejected, and the report names the option" {
	maintained
	new_use
	GL_USERNAME=alice push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
	says 'pawl.allow='
	GL_USERNAME=alice push_rejected 1 --push-option=other=yes main
}

@test "P10: a stranger's push option is no permission" {
	maintained
	new_use
	GL_USERNAME=mallory push_rejected 1 --push-option=pawl.allow='The release cannot wait' main
	finds src/mono/new.py:1:25 mono.models.User
	for name in Alice alice2 'alice bob' ' alice' 'mallory alice' '*' ''; do
		GL_USERNAME=$name push_rejected 1 --push-option=pawl.allow='The release cannot wait' main
	done
}

@test "S3: an unset variable means that there is no maintainer" {
	maintained
	new_use
	push_rejected 1 --push-option=pawl.allow='The release cannot wait' main
	server_policy <<-'POLICY'
		[pawl]
		maintainers = alice
	POLICY
	GL_USERNAME=alice push_rejected 1 --push-option=pawl.allow='The release cannot wait' main
}

@test "S3: a spoofed pusher variable is no permission" {
	maintained
	new_use
	export REMOTE_USER=alice USER=alice LOGNAME=alice GITEA_PUSHER_NAME=alice GL_ID=alice PUSHER=alice GIT_PUSHER=alice
	push_rejected 1 --push-option=pawl.allow='me' --push-option=GL_USERNAME=alice --push-option=pusher=alice main
	GL_USERNAME=mallory push_rejected 1 --push-option=pawl.allow='me' --push-option=GL_USERNAME=alice main
}

@test "S3: a spoofed author or committer is no permission" {
	maintained
	put_line src/mono/new.py 'from mono.models import User'
	export GIT_AUTHOR_NAME=alice GIT_COMMITTER_NAME=alice GIT_AUTHOR_EMAIL=alice GIT_COMMITTER_EMAIL=alice
	commit 'pawl.allow=because'
	GL_USERNAME=mallory push_rejected 1 --push-option=pawl.allow='me' main
}

@test "S3: a pushed policy cannot name maintainers, not even for the next push" {
	server_policy <<-'POLICY'
		[pawl]
		pusher = GL_USERNAME
	POLICY
	sed -i 's/^roots.*/&\nmaintainers = mallory/' "$WORK/.pawl/config.ini"
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Me'
	GL_USERNAME=mallory push_rejected 1 --push-option=pawl.allow='me' main
}

@test "S4: on-error = accept covers a server that cannot judge, never what was pushed" {
	server_policy <<-'POLICY'
		[pawl]
		on-error = accept
	POLICY
	new_use
	push_rejected 1 main
	work reset -q --hard HEAD^
	printf '# coding: utf-7\nx = 1\n' | put src/mono/new.py
	commit 'Unreadable'
	push_rejected 1 main
}

@test "S5: the hook permits no use because the baseline lists it" {
	put_line .pawl/baseline '# pawl baseline' "src/mono/new.py	mono.models.User	1"
	put_line src/mono/new.py 'from mono.models import User'
	commit 'With a baseline of my own'
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
}
