#!/usr/bin/env bats
# What a push costs, counted instead of timed: objects read and texts parsed whole (K1, K6, DESIGN.md's speed).
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

# Fifty folders of ten texts beside the few of the monolith.
write_world() {
	local folder file
	write_monolith
	for folder in {1..50}; do
		for file in {1..10}; do
			put_line "src/mono/many/f$folder/t$file.py" 'from mono.models.user import User' "x = $folder$file"
		done
	done
}

# traced [BRANCH]: pushes it, or the trunk; sets status, and each count of the trace as an element of counts.
traced() {
	local line word
	PAWL_TRACE=1 push "${1:-main}"
	line=$(grep -o "pawl-trace: .*" <<<"$output") || fail "no trace"
	declare -gA counts=()
	for word in ${line#pawl-trace: }; do
		counts[${word%%=*}]=${word#*=}
	done
}

# at_most COUNT LIMIT
at_most() {
	[ "${counts[$1]}" -le "$2" ] || fail "$1 is ${counts[$1]}, more than $2" || return 1
}

@test "K6: a push of two changed texts reads them, their folders, and nothing of the facade" {
	put_line src/mono/many/f1/t1.py 'from mono.models.group import Group' 'x = 1'
	put_line src/mono/many/f2/t2.py 'from mono.models.group import Group' 'x = 1'
	commit 'Two texts'
	traced
	[ "$status" = 0 ]
	# The two texts before and after, and the policy.
	at_most blobs 5
	[ "${counts[texts]}" = 2 ] || [ "${counts[texts]}" = 4 ]
	# Five folders, before and after, and the policy's.
	at_most trees 14
	at_most commits 4
	at_most whole 0
	at_most modules 0
}

@test "K1: texts that cannot hold a use are not parsed" {
	for file in {1..10}; do put_line "src/mono/many/f1/t$file.py" 'import os' 'def f(:'; done
	commit 'Ten texts, all broken'
	traced
	[ "$status" = 0 ]
	at_most whole 0
	at_most modules 0
}

@test "K6: a frozen use that stays resolves nothing" {
	put_line src/mono/web.py 'from mono.models import User' '' 'def show():' '    return 2'
	commit 'Beside a use'
	traced
	[ "$status" = 0 ]
	at_most whole 0
	at_most modules 0
	at_most blobs 3
}

@test "K6: a new use parses the facade and the modules that hold its name" {
	put_line src/mono/many/f1/t1.py 'from mono.models import Group'
	commit 'A new use'
	traced
	[ "$status" = 1 ]
	# The facade and group, of both sides at the most: never user, options, or any other text.
	[ "${counts[modules]}" -ge 1 ]
	at_most modules 4
	at_most whole 4
}

@test "K6: a move of a folder reads no text of it twice, and nothing else" {
	work mv src/mono/many/f1 src/mono/many/moved
	commit 'Move a folder'
	traced
	[ "$status" = 0 ]
	at_most modules 0
	at_most whole 0
	at_most blobs 21
}

@test "P4: neither the number of commits nor of refs changes what a fast-forward reads" {
	put_line src/mono/many/f1/t1.py 'x = 2'
	commit 'One text'
	traced
	[ "$status" = 0 ]
	declare -A before=()
	for key in "${!counts[@]}"; do before[$key]=${counts[$key]}; done
	for number in {1..20}; do commit "Nothing $number"; done
	push_unchecked main
	server for-each-ref --format="create refs/heads/copy%(objectname) %(objectname)" | server update-ref --stdin
	put_line src/mono/many/f1/t1.py 'x = 3'
	commit 'One text'
	traced
	[ "$status" = 0 ]
	for key in commits trees blobs texts whole modules; do
		[ "${counts[$key]}" = "${before[$key]}" ] || fail "$key: ${before[$key]}, then ${counts[$key]}"
	done
}

@test "K1: a text that cannot name the facade is not parsed, however large" {
	seq -f 'x%g = 1' 20000 | put src/mono/large.py
	commit 'A large text'
	traced
	[ "$status" = 0 ]
	[ "${counts[texts]}" = 1 ]
	at_most whole 0
	at_most modules 0
}

@test "T8: no tree is looked through for links where no changed text could use more through one" {
	write_policy
	echo 'only = src/mono/many/*' >>"$WORK/.pawl/config.ini"
	printf '[facade mono.only]\nonly = src/mono/*\n' >>"$WORK/.pawl/config.ini"
	put_line src/mono/only.py 'from mono.quotas import Quota'
	put_line src/mono/many/f1/t1.py 'from mono.only import Quota' 'from .models import User' 'x = 1'
	put_line static/view.tsx "import User from 'mono/models';" "it's {models}"
	commit 'A text that only lets use the facade, and one of JavaScript'
	push_unchecked main
	put_line src/mono/many/f1/t1.py 'from mono.only import Quota' 'from .models import User' 'x = 2'
	put_line static/view.tsx "import User from 'mono/models';" 'import Group from "mono/app"' "it's {models + 1}"
	put_line static/new.tsx "import models from './mono';" "it's {models.User}"
	commit 'Both change, and use no more'
	traced
	[ "$status" = 0 ]
	at_most trees 16
	at_most whole 0
}

@test "K5: a text that the skim is unsure of is parsed whole" {
	put_line src/mono/doubt.py 'import mono.models' 'x = (1' 'from mono.models import User'
	commit 'An open bracket'
	traced
	[ "${counts[whole]}" = 1 ]
}

@test "K6: a text of which a link could say something else is read once, before and after" {
	write_policy
	echo 'only = src/mono/*' >>"$WORK/.pawl/config.ini"
	put_line src/mono/many/f1/t1.py 'from mono.models import User' 'x = 1'
	commit 'A use'
	push_unchecked main
	put_line src/mono/many/f1/t1.py 'from mono.models import User' 'x = 2'
	put_line src/mono/many/f1/t2.py 'from . import other' 'x = 2'
	commit 'The use stays'
	traced
	[ "$status" = 0 ]
	# Both texts before and after, and the policy.
	[ "${counts[texts]}" = 3 ]
	[ "${counts[blobs]}" = 5 ]
}

@test "P4: a branch that leaves the trunk a few commits back asks no other branch" {
	local number fork
	for number in {1..5}; do commit "Nothing $number"; done
	push_unchecked main
	fork=$(server rev-parse main~3)
	for number in {1..30}; do
		server update-ref "refs/heads/other$number" "$(server commit-tree -p "$fork" -m "$number" "$fork^{tree}")"
	done
	work checkout -q -b topic "$fork"
	put_line src/mono/many/f1/t1.py 'x = 2'
	commit 'One text'
	traced topic
	[ "$status" = 0 ]
	at_most commits 10
}

@test "P11: a commit dated long ago, on top of younger ones, reads no more of history" {
	local branch
	for number in {1..80}; do commit "Nothing $number"; done
	push_unchecked main
	for branch in topic beside; do server branch "$branch" main; done
	for branch in topic topic beside new; do
		put_line src/mono/many/f1/t1.py "x = $RANDOM"
		GIT_COMMITTER_DATE='@100 +0000' commit 'Long ago'
		traced "HEAD:$branch"
		[ "$status" = 0 ]
		at_most commits 30
	done
	# What is on another branch already, too.
	traced HEAD:topic
	[ "$status" = 0 ]
	at_most commits 30
	traced HEAD:again
	[ "$status" = 0 ]
	at_most commits 30
}

@test "T8: for a use where only lets it be, links are looked for outside of only alone" {
	write_policy
	echo 'only = src/*' >>"$WORK/.pawl/config.ini"
	ln -s ../src/mono/many/f1/t2.py "$WORK/tools.py"
	commit 'Everything below src may use the facade'
	push_unchecked main
	put_line src/mono/many/f1/t1.py 'from mono.models import User'
	commit 'A use'
	traced
	[ "$status" = 1 ]
	at_most trees 24
}
