# shellcheck shell=bash
# A work tree with a frozen facade for the tests of the baseline: mono.models hands on User and Group, and
# src/mono/a.py to d.py use both of each, so that the baseline has eight adjacent lines.
# shellcheck disable=SC2034,SC2154,SC2001 # bats sets output, the tests read the rest

bats_require_minimum_version 1.5.0

PAWL_ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
PAWL_BIN=${PAWL_BIN:-$PAWL_ROOT/build/bin}
BASELINE=.pawl/baseline

USES='from mono.models import User, Group'
FIXED='from mono.models.user import User'

put() {
	mkdir -p "$(dirname -- "$1")"
	cat >"$1"
}

write_policy() {
	put .pawl/config.ini <<-'POLICY'
		[pawl]
		roots = src

		[facade mono.models]
	POLICY
}

write_tree() {
	write_policy
	put src/mono/__init__.py </dev/null
	put src/mono/models/__init__.py <<-'PYTHON'
		from mono.models.user import *
		from mono.models.group import *
	PYTHON
	echo 'class User: pass' | put src/mono/models/user.py
	echo 'class Group: pass' | put src/mono/models/group.py
	for name in a b c d; do
		# A body of its own, so that git sees which file moved where.
		printf '%s\n\n%s\n' "$USES" "$(printf "$name%s = 1\n" {1..20})" | put "src/mono/$name.py"
	done
}

commit() {
	git add -A && git commit -q --allow-empty -m "$1"
}

setup() {
	local name
	for name in $(compgen -e | grep -E '^(GIT_|GL_)'); do unset "$name"; done
	export HOME=$BATS_TEST_TMPDIR GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$BATS_TEST_TMPDIR/gitconfig
	export PATH=$PAWL_BIN:$PATH LC_ALL=C.UTF-8
	git config --global user.name 'Some Body'
	git config --global user.email body@example.com
	git config --global init.defaultBranch main
	WORK=$BATS_TEST_TMPDIR/work SERVER=$BATS_TEST_TMPDIR/server.git
	git init -q --template= "$WORK"
	cd "$WORK" || return 1
	write_tree
	commit 'The tree as it was found'
}

# The same with its baseline, committed.
frozen() {
	pawl freeze >/dev/null
	commit 'Freeze'
}

# A bare repository with the hook, which has accepted what is here.
serve() {
	git init -q --bare --template= "$SERVER"
	git push -q "$SERVER" main
	mkdir -p "$SERVER/hooks"
	cp "$PAWL_BIN/pawl-pre-receive" "$SERVER/hooks/pre-receive"
}

# fix NAME...: the uses of these files go.
fix() {
	local name
	for name; do sed -i "s/^from mono.models import.*/$FIXED/" "src/mono/$name.py"; done
}

# The last output on one line, however a report was wrapped.
said() {
	sed 's/^remote: *//' <<<"$output" | tr -s ' \t\n' ' '
}

says() {
	local text
	for text; do
		[[ $output == *"$text"* || $(said) == *"$text"* ]] || {
			printf 'not said: %s\n%s\n' "$text" "$output" >&2
			return 1
		}
	done
}

never_says() {
	local text
	for text; do
		[[ $output != *"$text"* && $(said) != *"$text"* ]] || {
			printf 'should not be said: %s\n%s\n' "$text" "$output" >&2
			return 1
		}
	done
}

# entries: the baseline without its header, with spaces for tabs.
entries() {
	tail -n +2 "${1-$BASELINE}" | tr '\t' ' '
}

# What a freeze of the working tree writes where there is no baseline.
fresh_freeze() {
	(
		mv "$BASELINE" "$BATS_TEST_TMPDIR/kept"
		pawl freeze >/dev/null
		cat "$BASELINE"
		mv "$BATS_TEST_TMPDIR/kept" "$BASELINE"
	)
}
