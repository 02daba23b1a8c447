#!/usr/bin/env bats
# What a push costs, counted: objects read, texts read and parsed whole, modules parsed (K1 to K6). Budgets in time are
# no tests; a number here that grows is work that somebody added.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

write_world() {
	local i
	write_monolith
	for i in {1..40}; do
		put_line "src/mono/deep/p$i/f.py" 'from mono.models import User' '' "x$i = User"
		put_line "src/mono/models/m$i.py" "class Model$i:" '    pass'
		printf 'from mono.models.m%s import *\n' "$i" >>"$WORK/src/mono/models/__init__.py"
	done
}

# trace_push: the counts of a push of HEAD to main.
trace_push() {
	export PAWL_TRACE=1
	push main
	unset PAWL_TRACE
	counts=$(sed -n 's/^remote: pawl-trace: \(.*[^ ]\) *$/\1/p' <<<"$output")
}

# counted NAME NUMBER...
counted() {
	local words=" $counts "
	while [ $# -gt 0 ]; do
		[[ $words == *" $1=$2 "* ]] || fail "not $1=$2: $counts" || return 1
		shift 2
	done
}

# at_most NAME NUMBER
at_most() {
	local rest=" $counts "
	[[ $rest == *" $1="* ]] || fail "no $1: $counts" || return 1
	rest=${rest#* "$1"=}
	[ "${rest%% *}" -le "$2" ] || fail "more than $1=$2: $counts"
}

@test "K6: a push of one plain file reads its text alone, and no module" {
	put_line src/mono/deep/p7/f.py 'x = 1'
	commit 'Plain'
	trace_push
	[ "$hook_status" = 0 ] || fail 'rejected'
	counted texts 1 whole 0 modules 0
}

@test "K6: a push that uses what it used before reads the base, and no module" {
	put_line src/mono/deep/p7/f.py 'from mono.models import User' '' 'y = User'
	commit 'As before'
	trace_push
	[ "$hook_status" = 0 ] || fail 'rejected'
	counted texts 2 whole 0 modules 0
}

@test "K6: a rejected push parses the facade and the one module that holds the name" {
	put_line src/mono/new.py 'from mono.models import Model17'
	commit 'A new use'
	trace_push
	[ "$hook_status" = 1 ] || fail 'accepted'
	finds src/mono/new.py:1:25 mono.models.Model17
	counted texts 1 whole 0 modules 2
}

@test "P6: only the folders that differ are opened" {
	put_line src/mono/deep/p7/f.py 'x = 1'
	commit 'Plain'
	trace_push
	# five folders from the root, in the tip and in the base
	at_most trees 12
	at_most blobs 2
}

@test "P4: where every parent of a new commit is the old tip, no other ref is read" {
	local i
	for i in {1..30}; do
		work checkout -q -b "branch$i" main
		put_line "src/mono/b$i.py" "x = $i"
		commit "Branch $i"
	done
	push_unchecked 'refs/heads/branch*:refs/heads/branch*'
	server pack-refs --all
	work checkout -q main
	plain_work
	trace_push
	[ "$hook_status" = 0 ] || fail 'rejected'
	at_most commits 4
}

@test "K1: a text that cannot name the facade is not parsed, however large" {
	{ seq -f 'x%g = 1' 20000; } | put src/mono/large.py
	commit 'Large'
	trace_push
	[ "$hook_status" = 0 ] || fail 'rejected'
	counted texts 1 whole 0 modules 0
}

@test "K5: a text that the skim is unsure of is parsed whole" {
	put_line src/mono/doubt.py 'import mono.models' 'x = (1' 'from mono.models import User'
	commit 'Unclosed'
	trace_push
	counted whole 1
}
