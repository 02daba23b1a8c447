#!/usr/bin/env bats
# Pushes of so many texts that several processors read them: nothing that is said depends on how many there are.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

# Texts with uses and without, of every kind that a further thread leaves to the first.
write_world() {
	local file
	server config receive.unpackLimit 10000
	write_monolith
	for file in {10..69}; do
		put_line "src/mono/many/t$file.py" 'from mono.models import User, Group' "x = $file"
		put_line "src/mono/plain/p$file.py" 'import os' "x = $file"
	done
	{ echo 'from mono.models import User' && seq -f 'name_number_%g = 1' 20000; } | put src/mono/many/large.py
	ln -s ../notes.txt "$WORK/src/mono/many/linked.py"
	put_line src/mono/notes.txt 'from mono.models import User'
}

# many_changes: a commit that changes nearly all of them, uses some names more often, and others less.
many_changes() {
	local file
	for file in {10..65}; do
		put_line "src/mono/many/t$file.py" 'from mono.models import User, Group' "x = $file + 1"
		put_line "src/mono/plain/p$file.py" 'import sys' "x = $file"
	done
	put_line src/mono/many/t12.py 'from mono.models import User'
	put_line src/mono/many/t14.py 'from mono.models import User, Group, Option' 'x = 14'
	put_line src/mono/many/t30.py 'from mono.models import User, Group' 'def f(:'
	put_line src/mono/many/t31.py '# coding: utf-7' 'from mono.models import User'
	put_line src/mono/many/t40.py 'import mono.models' 'x = (1' 'from mono.models import Option'
	put_line src/mono/plain/p22.py 'from mono import app' 'app.quotas'
	put_line src/mono/plain/p23.py 'from .. import models' 'models.User'
	put_line src/mono/notes.txt 'from mono.models import User, Option'
	{ echo 'from mono.models import User, Group' && seq -f 'name_number_%g = 2' 20000; } | put src/mono/many/large.py
	work mv src/mono/many/t66.py src/mono/plain/moved.py
	work rm -q src/mono/many/t67.py
	commit 'Many changes'
}

processors() { nproc; }

first_processor() {
	sed -n 's/^Cpus_allowed_list:[[:space:]]*\([0-9]*\).*/\1/p' /proc/self/status
}

# judged LINE [COMMAND...]: what the hook says of a push, called as git calls it.
judged() {
	local line=$1
	shift
	status=0
	output=$(cd "$SERVER" && echo "$line" | GIT_DIR=. PAWL_TRACE=1 "$@" "$PAWL_BIN/pawl-pre-receive" 2>&1) || status=$?
}

# judged_alike EXIT LINE: with one processor as with all of them.
judged_alike() {
	local alone status_alone
	judged "$2" taskset -c "$(first_processor)"
	alone=$output status_alone=$status
	judged "$2"
	[ "$status" = "$1" ] || fail "the hook should exit with $1" || return 1
	[ "$status" = "$status_alone" ] || fail "alone it exits with $status_alone:" "$alone" || return 1
	[ "${output% threads=*}" = "${alone% threads=*}" ] || fail 'alone it says:' "$alone" '' 'else:' || return 1
	[ "$1" = 3 ] || threads_are "$alone" 0 || return 1
}

# threads_are OUTPUT COUNT: how many were started beside the first.
threads_are() {
	[[ $1 == *" threads=$2" ]] || fail "not $2 threads:" "$1"
}

# brought: brings HEAD to the server on a ref that is not governed; prints the update line.
brought() {
	push_unchecked HEAD:refs/changes/1 && echo "$(server rev-parse main) $(work rev-parse HEAD) refs/heads/main"
}

# object_file COMMIT:PATH: where the server keeps it loose.
object_file() {
	local id
	id=$(server rev-parse "$1")
	echo "$SERVER/objects/${id:0:2}/${id:2}"
}

@test "a push of many texts is judged alike by one processor and by all" {
	many_changes
	judged_alike 1 "$(brought)"
	says 't14.py:1:38' 't31.py' 't40.py' 'p22.py' 'p23.py' 'linked.py:1:31' 'large.py:1:31'
	[ "$(processors)" = 1 ] || [[ $output =~ threads=[1-9] ]] || fail 'no thread was started'
}

@test "a merge of many texts is judged alike by one processor and by all" {
	local file
	many_changes
	push_unchecked HEAD:main
	work checkout -q -b topic HEAD~1
	for file in {10..69}; do
		put_line "src/mono/many/t$file.py" 'from mono.models import User, Group' '' '' "y = $file"
	done
	commit 'The other side'
	push_unchecked topic
	work merge -q -s ours -m 'Ours' main
	put_line src/mono/many/t50.py 'from mono.models import User, Group, Option'
	commit 'And more'
	judged_alike 1 "$(server rev-parse topic) $(brought | cut -d ' ' -f 2) refs/heads/topic"
	says 't50.py:1:38'
	judged_alike 1 "$(brought)"
	says 't50.py:1:38'
}

@test "a push that frees many texts of their uses is judged alike by one processor and by all" {
	local file
	for file in {10..69}; do put_line "src/mono/many/t$file.py" 'from mono.models.user import User'; done
	commit 'Fix'
	judged_alike 0 "$(brought)"
	push_ok main
}

@test "further threads find what lies in quarantine, loose and packed" {
	local limit said
	many_changes
	for limit in 100000 1; do
		server config receive.unpackLimit "$limit"
		export PAWL_TRACE=1
		push_rejected 1 main
		said=$(grep '^remote:' <<<"$output" | sed 's/ threads=[0-9]*//')
		[[ $said == *'pawl-trace: '* ]]
		[ "$(processors)" = 1 ] || [[ $output =~ threads=[1-9] ]] || fail 'no thread was started'
		sed -i "s:^\"$PAWL_BIN:exec taskset -c $(first_processor) &:" "$SERVER/hooks/pre-receive"
		push main
		[[ $output == *'threads=0'* ]]
		[ "$said" = "$(grep '^remote:' <<<"$output" | sed 's/ threads=[0-9]*//')" ] || fail 'not what was said before:' "$said"
		install_hook "$SERVER"
	done
}

@test "of several texts that cannot be read the first is told, whoever reads them" {
	local line object
	many_changes
	line=$(brought)
	for object in refs/changes/1:src/mono/plain/p60.py refs/changes/1:src/mono/many/t64.py \
		refs/changes/1:src/mono/many/t33.py main:src/mono/many/t32.py main:src/mono/many/t13.py; do
		rm -f "$(object_file "$object")"
		judged_alike 3 "$line"
		says "${object#*:}" 'missing'
		[ "$(grep -c . <<<"$output")" = 1 ]
	done
	chmod u+w "$(object_file refs/changes/1:src/mono/many/t11.py)"
	echo 'no object' >"$(object_file refs/changes/1:src/mono/many/t11.py)"
	judged_alike 3 "$line"
	says 'src/mono/many/t11.py' 'cannot be read'
}

@test "a push of few texts starts no thread" {
	local file
	for file in {10..40}; do put_line "src/mono/many/t$file.py" 'from mono.models import User' 'x = 0'; done
	commit '31 texts'
	judged "$(brought)"
	[ "$status" = 0 ]
	threads_are "$output" 0
	put_line src/mono/many/t41.py 'from mono.models import User' 'x = 0'
	commit '32 texts'
	judged "$(brought)"
	[ "$status" = 0 ]
	[ "$(processors)" = 1 ] || threads_are "$output" 1
}
