# shellcheck shell=bash
# A small world for each end-to-end test: a bare server repository with the hook, a client with a
# Python monolith that was pushed before the hook came, and words to push and to look at the answer.
#
# The monolith (roots = src) has two frozen facades. mono.models star-imports user, group and options, surface
# frozen; mono.app re-exports quotas by name, surface open. Frozen uses: User in src/mono/web.py, Group and User in
# src/mono/jobs.py. src/mono/tasks.py has none.

bats_require_minimum_version 1.5.0

PAWL_ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
PAWL_BIN=${PAWL_BIN:-$PAWL_ROOT/build/bin}

# Nothing of the machine's or the caller's git settings reaches a test.
isolate_git() {
	local name
	for name in $(compgen -e | grep -E '^(GIT_|GL_|PAWL_|REMOTE_USER$|XDG_CONFIG_HOME$)'); do
		[ "$name" = PAWL_BIN ] || [ "$name" = PAWL_ROOT ] || unset "$name"
	done
	export HOME=$BATS_FILE_TMPDIR/home
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$BATS_FILE_TMPDIR/gitconfig
	export LC_ALL=C.UTF-8
}

write_git_config() {
	mkdir -p "$HOME"
	cat >"$GIT_CONFIG_GLOBAL" <<-'CONFIG'
		[user]
			name = Some Body
			email = body@example.com
		[init]
			defaultBranch = main
		[gc]
			auto = 0
		[receive]
			autogc = false
		[protocol "file"]
			allow = always
		[advice]
			detachedHead = false
		[merge]
			conflictStyle = merge
	CONFIG
}

# put PATH: stdin becomes the text at PATH in the client's work tree.
put() {
	mkdir -p "$(dirname -- "$WORK/$1")"
	cat >"$WORK/$1"
}

# put_line PATH LINE...: the same from arguments, one a line.
put_line() {
	local path=$1
	shift
	printf '%s\n' "$@" | put "$path"
}

# commit MESSAGE: everything in the work tree.
commit() {
	git -C "$WORK" add -A && git -C "$WORK" commit -q --allow-empty -m "$1"
}

# new_use [PATH [NAME]]: a commit with a new use.
new_use() {
	put_line "${1-src/mono/new.py}" "from mono.models import ${2-User}"
	commit "Use it in ${1-src/mono/new.py}"
}

# A commit that takes away the use in src/mono/web.py.
fix_web() {
	put_line src/mono/web.py 'from mono.models.user import User' '' 'def show():' '    return User()'
	commit 'Fix web'
}

# plain_work [PATH]: a commit without a use.
plain_work() {
	put_line "${1-src/mono/tasks.py}" "x = $RANDOM"
	commit 'Plain work'
}

work() { git -C "$WORK" "$@"; }
server() { git -C "$SERVER" "$@"; }

write_policy() {
	put .pawl/config.ini <<-'POLICY'
		[pawl]
		roots = src

		[facade mono.models]
		surface = frozen

		[facade mono.app]
		surface = open
	POLICY
}

write_monolith() {
	write_policy
	put_line src/mono/__init__.py ''
	put src/mono/models/__init__.py <<-'PYTHON'
		from mono.models.user import *
		from mono.models.group import *
		from mono.models.options import *
	PYTHON
	put_line src/mono/models/user.py 'class User:' '    pass'
	put_line src/mono/models/group.py 'class Group:' '    pass'
	put_line src/mono/models/options.py 'from typing import Any' '' 'class Option:' '    value: Any = None'
	put_line src/mono/models/extra.py 'class Extra:' '    pass'
	put_line src/mono/quotas.py 'class Quota:' '    pass' '' 'backend = Quota()'
	put_line src/mono/app.py 'from mono.quotas import backend as quotas' '' 'locks = object()'
	put_line src/mono/web.py 'from mono.models import User' '' 'def show():' '    return User()'
	put_line src/mono/jobs.py 'from mono.models import Group, User' '' 'QUEUE = [Group, User]'
	put_line src/mono/tasks.py 'from mono.models.user import User' '' 'def run():' '    return User'
	put_line README 'A small monolith.'
}

# The pre-receive hook, and around it just enough to see its exit status, which git does not tell.
install_hook() {
	mkdir -p "$1/hooks"
	cat >"$1/hooks/pre-receive" <<-HOOK
		#!/bin/sh
		"$PAWL_BIN/pawl-pre-receive"
		status=\$?
		echo \$status >hook-status
		exit \$status
	HOOK
	chmod +x "$1/hooks/pre-receive"
}

# The same as an administrator would: the binary itself.
install_bare_hook() {
	rm -f "$1/hooks/pre-receive"
	cp "$PAWL_BIN/pawl-pre-receive" "$1/hooks/pre-receive"
}

# Once a file: the world that each test then gets a copy of.
setup_file() {
	isolate_git
	write_git_config
	WORLD=$BATS_FILE_TMPDIR/world
	WORK=$WORLD/work SERVER=$WORLD/server.git
	git init -q --bare --template= -b main "$SERVER"
	server config receive.advertisePushOptions true
	server config receive.denyDeleteCurrent ignore
	git init -q --template= -b main "$WORK"
	if declare -F write_world >/dev/null; then write_world; else write_monolith; fi
	commit 'The monolith as it was found'
	work push -q "$SERVER" main
	install_hook "$SERVER"
}

setup() {
	isolate_git
	cp -a "$BATS_FILE_TMPDIR/world/." "$BATS_TEST_TMPDIR/"
	WORK=$BATS_TEST_TMPDIR/work SERVER=$BATS_TEST_TMPDIR/server.git
	URL=file://$SERVER
	work remote add origin "$URL"
	cd "$WORK" || return 1
}

# What a test does to the server behind the hook's back.
push_unchecked() {
	work push -q --receive-pack='git -c core.hooksPath=/dev/null receive-pack' "$URL" "$@"
}

# policy: stdin becomes the policy on the trunk, without asking the hook.
policy() {
	put .pawl/config.ini
	commit 'Set the policy'
	push_unchecked HEAD:main
}

# server_policy: stdin becomes the server's own file.
server_policy() {
	mkdir -p "$SERVER/pawl"
	cat >"$SERVER/pawl/config.ini"
}

server_refs() {
	server for-each-ref --format='%(refname) %(objectname)'
}

fail() {
	printf '%s\n' "$@" "git push: exit ${status-}, hook: exit ${hook_status-}" "${output-}" >&2
	return 1
}

# push [options] REFSPEC...: sets status, output, and hook_status (`none`: the hook did not run). The target of
# a refspec that is no full name is a branch, whatever the source is.
push() {
	local argument refspecs=()
	for argument; do
		case $argument in
		-* | *:refs/*) refspecs+=("$argument") ;;
		*) refspecs+=("${argument%%:*}:refs/heads/${argument##*:}") ;;
		esac
	done
	rm -f "$SERVER/hook-status"
	status=0
	output=$(git -C "$WORK" push "$URL" "${refspecs[@]}" 2>&1) || status=$?
	hook_status=none
	[ ! -f "$SERVER/hook-status" ] || hook_status=$(cat "$SERVER/hook-status")
}

# push_ok [options] REFSPEC...: accepted, and each ref is where the push put it.
push_ok() {
	local argument source target
	push "$@"
	[ "$status" = 0 ] || fail 'the push was rejected' || return 1
	[ "$hook_status" = 0 ] || fail 'the hook did not accept' || return 1
	for argument; do
		case $argument in -*) continue ;; esac
		argument=${argument#+}
		source=${argument%%:*} target=${argument##*:}
		case $target in refs/*) ;; *) target=refs/heads/$target ;; esac
		if [ -z "$source" ]; then
			! server rev-parse -q --verify "$target" >/dev/null || fail "$target is still there" || return 1
		else
			[ "$(server rev-parse -q --verify "$target")" = "$(work rev-parse "$source")" ] ||
				fail "$target did not move" || return 1
		fi
	done
}

# push_rejected EXIT [options] REFSPEC...: rejected by the hook with EXIT (a pattern), and no ref moved.
push_rejected() {
	local expected=$1 before
	shift
	before=$(server_refs)
	push "$@"
	[ "$status" = 1 ] || fail 'git push did not exit with 1' || return 1
	# shellcheck disable=SC2053 # a pattern
	[[ $hook_status == $expected ]] || fail "the hook should exit with $expected" || return 1
	[ "$before" = "$(server_refs)" ] || fail 'a ref moved' || return 1
	[[ $output == *'pre-receive hook declined'* ]] || fail 'it was not the hook that declined' || return 1
}

# says TEXT...: the last output holds each, byte for byte.
says() {
	local text
	for text; do
		[[ $output == *"$text"* ]] || fail "not said: $text" || return 1
	done
}

never_says() {
	local text
	for text; do
		[[ $output != *"$text"* ]] || fail "should not be said: $text" || return 1
	done
}

# finds PATH:LINE:COLUMN SYMBOL: the text report has this finding, the symbol behind the place or, where both
# do not fit on a line, below it.
finds() {
	local line place=
	while IFS= read -r line; do
		line=${line#remote: }
		line=${line%"${line##*[^ ]}"}
		case $line in
		"  $1") place=here ;;
		"  $1  $2" | "  $1  $2,"*) return 0 ;;
		"      $2" | "      $2,"*) [ -z "$place" ] || return 0 ;;
		*) place= ;;
		esac
	done <<<"$output"
	fail "not found: $1  $2"
}

# raw_tree: `MODE ID NAME` lines on stdin become a tree object exactly so, sorted or not; prints its id.
raw_tree() {
	python3 -c '
import subprocess, sys
body = b"".join(
    mode + b" " + name + b"\0" + bytes.fromhex(oid.decode())
    for mode, oid, name in (line.split(b" ", 2) for line in sys.stdin.buffer.read().splitlines()))
sys.stdout.buffer.write(subprocess.run(
    ["git", "-C", sys.argv[1], "hash-object", "--literally", "-t", "tree", "-w", "--stdin"],
    input=body, stdout=subprocess.PIPE, check=True).stdout)
' "$WORK"
}

# The id of stdin as a blob in the client's object database.
blob() {
	git -C "$WORK" hash-object -w --stdin
}
