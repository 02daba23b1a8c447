#!/usr/bin/env bats
# The RFC's rollout, step by step: issue 5, points 3 to 5. The monolith's server stands beside getmono's, a second
# repository that uses the monolith's facades and does not hold their source.

load helpers

git_get() { git -C "$GET" "$@"; }

get_put() {
	mkdir -p "$(dirname -- "$GET/$1")"
	cat >"$GET/$1"
}

get_commit() { git_get add -A && git_get commit -q --allow-empty -m "$1"; }

# The second repository, with the policy on stdin.
make_getmono() {
	GET=$BATS_TEST_TMPDIR/getmono GETSERVER=$BATS_TEST_TMPDIR/getmono.git
	git init -q --bare --template= -b main "$GETSERVER"
	git init -q --template= -b main "$GET"
	get_put .pawl/config.ini
	printf 'from mono.models import User\n\nBILL = [User]\n' | get_put getmono/bill.py
	get_commit 'getmono as it was found'
	git_get push -q "$GETSERVER" main
	install_hook "$GETSERVER"
}

get_push_rejected() {
	status=0
	output=$(git_get push "file://$GETSERVER" main 2>&1) || status=$?
	hook_status=$(cat "$GETSERVER/hook-status")
	[ "$status:$hook_status" = "1:$1" ] || fail "the hook should exit with $1"
}

get_push_ok() {
	status=0
	output=$(git_get push "file://$GETSERVER" main 2>&1) || status=$?
	[ "$status" = 0 ] || fail 'the push was rejected'
}

write_map() {
	mkdir -p "$GET/.pawl/exports"
	"$PAWL_BIN/pawl" exports --repo "$WORK" --map mono.models mono.app >"$GET/.pawl/exports/mono.tsv"
}

with_map() {
	make_getmono <<-'POLICY'
		[facade mono.models]
		exports = .pawl/exports/mono.tsv
		[facade mono.app]
		exports = .pawl/exports/mono.tsv
	POLICY
	write_map
	get_commit 'Map the facades of mono'
	get_push_ok
}

with_source() {
	make_getmono <<-'POLICY'
		[facade mono.models]
		source = ../server.git refs/heads/main
		[facade mono.app]
		source = ../server.git refs/heads/main
	POLICY
}

new_get_uses() {
	printf 'from mono.models import Any, Nobody, Option, user\nfrom mono.app import quotas\nfrom mono.app import locks\n' |
		get_put getmono/new.py
	get_commit 'Use the facades of mono'
}

says_canonical_imports() {
	says '+ from mono.models.options import Option' '+ from typing import Any' \
		're-exported by accident' '+ from mono.quotas import backend as quotas' 'mono.models.Nobody'
	never_says mono.app.locks mono.models.user,
}

@test "a push to another repository is rejected with the canonical imports of an export map" {
	with_map
	new_get_uses
	get_push_rejected 1
	says_canonical_imports
}

@test "a push to another repository is rejected with the canonical imports of its source" {
	with_source
	new_get_uses
	get_push_rejected 1
	says_canonical_imports
}

@test "pawl fix rewrites by an export map what another repository declares" {
	with_map
	run "$PAWL_BIN/pawl" fix --repo "$GET"
	[ "$status" = 0 ] || fail "$output"
	[ "$(head -n 1 "$GET/getmono/bill.py")" = 'from mono.models.user import User' ]
}

@test "a broken map that a push brings is a finding with its line, also where the push uses the facade" {
	with_map
	sed -i '4s/$/\tmore/' "$GET/.pawl/exports/mono.tsv"
	new_get_uses
	get_push_rejected 1
	says '.pawl/exports/mono.tsv:4' 'no line of an export' '+ from mono.models.options import Option'
	sed -i '1s/1$/2/' "$GET/.pawl/exports/mono.tsv"
	get_commit 'Another version'
	get_push_rejected 1
	says '.pawl/exports/mono.tsv:1' 'no export map of'
}

@test "a push may not take a map away, nor call a use none" {
	with_map
	sed -i 's/^\(mono.models\tUser\t\).*/\1own\t\t/' "$GET/.pawl/exports/mono.tsv"
	get_commit 'Launder User'
	get_push_rejected 1
	says 'mono.models.User was a use, and is'
	rm "$GET/.pawl/exports/mono.tsv"
	get_commit 'Without a map'
	get_push_rejected 1
	says 'the export map is not'
}

@test "without a map nothing is guessed: the policy is wrong until a push brings one" {
	make_getmono <<-'POLICY'
		[facade mono.models]
		exports = .pawl/exports/mono.tsv
	POLICY
	printf 'from mono.models import Option\n' | get_put getmono/new.py
	get_commit 'A use'
	get_push_rejected 2
	says 'the export map is not'
	write_map
	get_commit 'A map'
	get_push_rejected 1
	says '+ from mono.models.options import Option'
}

@test "a source that cannot be read is an error that names it" {
	with_source
	rm -r "$SERVER/objects"
	new_get_uses
	get_push_rejected 2
	says '../server.git'
}

@test "a stale map beside a source is said, and the source believed" {
	make_getmono <<-'POLICY'
		[facade mono.models]
		exports = .pawl/exports/mono.tsv
		source  = ../server.git refs/heads/main
	POLICY
	write_map
	get_commit 'A map'
	get_push_ok
	put_line src/mono/models/late.py 'class Late:' '    pass'
	echo 'from mono.models.late import *' >>"$WORK/src/mono/models/__init__.py"
	commit 'Late'
	push_unchecked HEAD:main
	printf 'from mono.models import Late\n' | get_put getmono/new.py
	get_commit 'A late use'
	get_push_rejected 1
	says '+ from mono.models.late import Late' 'is stale' '../server.git is at'
}

# The public names of the monolith's models, in CPython, and whether each module was loaded.
public_names() {
	(cd "$WORK/src" && PYTHONDONTWRITEBYTECODE=1 python3 -c '
import sys, mono.models
print(*sorted(n for n in vars(mono.models) if not n.startswith("__")))
print(*sorted(n for n in sys.modules if n.startswith("mono.")))')
}

@test "prune takes away what nothing needs, and the modules are loaded as before" {
	local before after
	before=$(public_names)
	run "$PAWL_BIN/pawl" prune mono.models
	[ "$status" = 0 ] || fail "$output"
	[ "$output" = 'src/mono/models/__init__.py:3: mono.models.* is not needed' ] || fail "$output"
	run "$PAWL_BIN/pawl" prune --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	[ "$(sed -n 3p src/mono/models/__init__.py)" = 'import mono.models.options as options' ]
	after=$(public_names)
	[ "${after##*$'\n'}" = "${before##*$'\n'}" ]
	[ "${before%%$'\n'*}" = 'Any Group Option User group options user' ]
	[ "${after%%$'\n'*}" = 'Group User group options user' ]
	run "$PAWL_BIN/pawl" prune --apply mono.models
	[ "$status:$output" = 0: ]
}

@test "prune leaves what a string, __all__ or the facade itself needs, and all where a star takes all" {
	put_line src/mono/app.py 'from mono.quotas import backend as quotas, Quota, helper, other' '__all__ = ["Quota"]' \
		'locks = helper'
	put_line settings.yaml 'backend: "mono.app.quotas"'
	put .pawl/config.ini <<-'POLICY'
		[pawl]
		roots = src
		[facade mono.app]
		keep-import = no
	POLICY
	commit 'More'
	run "$PAWL_BIN/pawl" prune --apply mono.app
	[ "$status" = 0 ] || fail "$output"
	[ "$(head -n 1 src/mono/app.py)" = 'from mono.quotas import backend as quotas, Quota, helper' ] || fail "$output"
	put_line src/mono/all.py 'from mono.models import *'
	commit 'A star'
	run "$PAWL_BIN/pawl" prune mono.models
	[ "$status" = 1 ]
	[[ $output == *'src/mono/all.py:1: a star takes every name'* ]]
}

@test "a name that was rebound is not clobbered: prune leaves its statement (D2)" {
	put_line src/mono/models/__init__.py 'from mono.models.options import Option' 'options = Option()' \
		'from mono.models.user import User' 'from mono.models.group import Group'
	put_line src/mono/late.py 'from mono.models import options'
	commit 'Rebound'
	run "$PAWL_BIN/pawl" prune mono.models
	[ "$status" = 0 ] || fail "$output"
	sed -i 's/^options = .*/options = 1/' src/mono/models/__init__.py
	run "$PAWL_BIN/pawl" prune --apply mono.models
	[ "$status" = 1 ]
	[[ $output == *'src/mono/models/__init__.py:1: Option left'* ]]
	[ "$(head -n 1 src/mono/models/__init__.py)" = 'from mono.models.options import Option' ]
}

@test "a removed facade takes no re-export any more, but a module of its own" {
	policy <<-'POLICY'
		[pawl]
		roots = src
		[facade mono.models]
		state = removed
	POLICY
	put_line src/mono/models/__init__.py 'import mono.models.user as user' 'import mono.models.options as options'
	rm src/mono/web.py src/mono/jobs.py
	commit 'Remove the re-exports'
	push_ok HEAD:main
	put_line src/mono/models/__init__.py 'import mono.models.user as user' 'from mono.models.group import Group'
	commit 'Bring one back'
	push_rejected 1 HEAD:main
	says 'src/mono/models/__init__.py:2:31' 'adds a re-export to mono.models: Group'
	says 'removed for good'
}

# shown EXIT PLACE COMMAND: runs it in the monolith or in getmono, and writes it and what it prints down as README shows it.
shown() {
	local expected=$1 place=$WORK
	[ "$2" = mono ] || place=$GET
	printf '%s$ %s\n' "$2" "$3" >>"$BATS_TEST_TMPDIR/transcript"
	status=0
	output=$(cd "$place" && PATH=$PAWL_BIN:$PATH && eval "$3" 2>&1) || status=$?
	# Of a push what the hook says: git's own lines name places of this run, and pad the hook's with spaces.
	case $3 in
	'git push'*) output=$(sed '/^remote:/!d; s/ *$//' <<<"$output") ;;
	esac
	[ -z "$output" ] || printf '%s\n' "$output" >>"$BATS_TEST_TMPDIR/transcript"
	[ "$status" = "$expected" ] || fail "$3: should exit with $expected"
}

step() {
	[ ! -s "$BATS_TEST_TMPDIR/transcript" ] || echo >>"$BATS_TEST_TMPDIR/transcript"
	echo "# $1" >>"$BATS_TEST_TMPDIR/transcript"
}

@test "the six steps of the rollout, in order, and README shows them as they ran" {
	make_getmono <<-'POLICY'
		[facade mono.models]
		exports = .pawl/exports/mono.tsv
		[facade mono.app]
		exports = .pawl/exports/mono.tsv
	POLICY
	mkdir -p "$GET/.pawl/exports"
	git_get remote add origin "file://$GETSERVER"
	printf 'from mono.app import locks, quotas\n' >src/mono/limits.py
	sed -i '/facade mono.app/a keep-import = no' .pawl/config.ini
	"$PAWL_BIN/pawl" freeze >/dev/null
	commit 'The last use of quotas, and a baseline' && push_unchecked HEAD:main

	step '1. The other repository stops using the facades.'
	shown 0 mono 'pawl exports --map mono.models mono.app > ../getmono/.pawl/exports/mono.tsv'
	shown 0 getmono 'git add .pawl && pawl fix'
	get_commit 'Canonical imports'
	get_push_ok
	printf 'from mono.models import Option\n' | get_put getmono/new.py
	get_commit 'Use a facade of mono'
	shown 1 getmono 'git push origin main'
	[ "$(cat "$GETSERVER/hook-status")" = 1 ]

	step '2. Canonical imports for the small facade.'
	shown 0 mono 'pawl fix --facade mono.app'
	[ "$(cat src/mono/limits.py)" = $'from mono.app import locks\nfrom mono.quotas import backend as quotas' ]

	step '3. Its re-exports go.'
	shown 0 mono 'pawl prune --apply mono.app'
	[ "$(grep -c import src/mono/app.py)" = 0 ]
	commit 'mono.app re-exports nothing' && push_unchecked HEAD:main

	step '4. Canonical imports for the large one, gradually.'
	shown 0 mono 'pawl expand --apply mono.models'
	[ "$(grep -c 'import \*' src/mono/models/__init__.py)" = 0 ]
	commit 'mono.models names what it re-exports' && push_unchecked HEAD:main
	shown 1 mono 'pawl fix --facade mono.models --limit 1'
	commit 'Some canonical imports'
	shown 0 mono 'pawl ratchet'
	commit 'Ratchet' && push_unchecked HEAD:main
	shown 0 mono 'pawl status'
	shown 0 mono 'pawl fix --facade mono.models'
	commit 'The rest of them'
	shown 0 mono 'pawl ratchet'
	commit 'Ratchet' && push_unchecked HEAD:main
	[ "$("$PAWL_BIN/pawl" uses | grep -c mono.models.User)" = 0 ]

	step '6. A lazy module for the shell, made while the facade still has every name.'
	shown 0 mono 'pawl lazy mono.models > src/mono/shell.py'

	step '5. The re-exports of the large one go, for good.'
	shown 0 mono 'pawl prune --apply mono.models'
	[ "$(grep -c '^from' src/mono/models/__init__.py)" = 0 ]
	shown 0 mono "sed -i 's/surface = frozen/state = removed/' .pawl/config.ini"
	commit 'mono.models re-exports nothing' && push_unchecked HEAD:main
	(cd src && PYTHONDONTWRITEBYTECODE=1 python3 -c 'import mono.shell, mono.jobs, mono.web; mono.shell.User')
	put_line src/mono/models/__init__.py 'from mono.models.user import User'
	commit 'Bring one back'
	shown 1 mono 'git push origin main'
	[ "$(cat "$SERVER/hook-status")" = 1 ]

	readme_shows_transcript
}

# The block under the heading is this run's, and each command of the table above it was run.
# shellcheck disable=SC2016 # Markdown's backticks
readme_shows_transcript() {
	local section command missing=
	section=$(sed -n '/^## A rollout in six steps/,/^## Exit status/p' "$PAWL_ROOT/README.md")
	diff <(sed -n '/^```$/,/^```$/{/^```$/!p}' <<<"$section") "$BATS_TEST_TMPDIR/transcript"
	while IFS= read -r command; do
		grep -qF -- "\$ $command" "$BATS_TEST_TMPDIR/transcript" || missing+="not run: $command"$'\n'
	done < <(grep '^| [1-6]' <<<"$section" | grep -oE '`(pawl|git) [^`]*`' | tr -d '`')
	[ -z "$missing" ] || fail "$missing"
}
