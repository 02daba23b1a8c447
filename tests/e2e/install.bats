#!/usr/bin/env bats
# install.sh: where a hook goes, what it never touches, and that it can be taken away again.
load helpers

setup() {
	isolate_git
	cp -a "$BATS_FILE_TMPDIR/world/." "$BATS_TEST_TMPDIR/"
	WORK=$BATS_TEST_TMPDIR/work SERVER=$BATS_TEST_TMPDIR/server.git
	# shellcheck disable=SC2034 # the helpers push to it
	URL=file://$SERVER
	HOOK=$SERVER/hooks/pre-receive
	rm -f "$HOOK"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# install STATUS ARGUMENT...: runs install.sh, sets output.
install() {
	local expected=$1
	shift
	status=0
	output=$("$PAWL_ROOT/install.sh" "$@" 2>&1) || status=$?
	[ "$status" = "$expected" ] || fail "install.sh $* ended with $status, not $expected"
}

# Everything below a folder: names, kinds, modes, contents.
listing() {
	(cd "$1" && find . -printf '%P %y %m %l %T@\n' | sort && find . -type f -print0 | sort -z | xargs -0r sha256sum)
}

new_use() {
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Add a use'
}
canonical_import() {
	put_line src/mono/new.py 'from mono.models.user import User'
	commit 'Import canonically'
}
accepted() {
	push main
	[ "$status $(server rev-parse main)" = "0 $(work rev-parse main)" ] || fail 'not accepted'
}
rejected() {
	local before
	before=$(server rev-parse main)
	push main
	[ "$status $(server rev-parse main)" = "1 $before" ] || fail 'not rejected'
}
# commits STATUS: a commit of what is staged.
commits() {
	status=0
	output=$(git -C "${1}" commit -m 'A commit' 2>&1) || status=$?
	[ "$status" = "$2" ] || fail "git commit ended with $status"
}

# old_hook FILE STATUS: a hook that keeps its arguments and stdin, and ends so.
old_hook() {
	mkdir -p "$(dirname "$1")"
	cat >"$1" <<-HOOK
		#!/bin/sh
		echo "old hook: \${0##*/}" >&2
		cat >"$BATS_TEST_TMPDIR/old-stdin"
		exit $2
	HOOK
	chmod 750 "$1"
}

@test "install: a bare repository gets pre-receive, which rejects a new use and accepts the canonical import" {
	install 0 --repo "$SERVER"
	says "$HOOK: installed"
	cmp "$HOOK" "$PAWL_ROOT/build/bin/pawl-pre-receive"
	[ -x "$HOOK" ]
	new_use
	rejected
	says '+ from mono.models.user import User'
	canonical_import
	accepted
}

@test "install: another repository gets pre-commit" {
	install 0 --repo "$WORK"
	[ -x "$WORK/.git/hooks/pre-commit" ]
	[ ! -e "$WORK/.git/hooks/pre-receive" ]
	put_line src/mono/new.py 'from mono.models import User'
	work add .
	commits "$WORK" 1
	says '+ from mono.models.user import User'
	put_line src/mono/new.py 'from mono.models.user import User'
	work add .
	commits "$WORK" 0
}

@test "install: a folder of a work tree, and its .git, name the repository" {
	install 0 --repo "$WORK/src/mono"
	[ -x "$WORK/.git/hooks/pre-commit" ]
	install 0 --uninstall --repo "$WORK/.git"
	[ ! -e "$WORK/.git/hooks/pre-commit" ]
}

@test "install: a second run changes nothing" {
	install 0 --repo "$SERVER"
	before=$(listing "$SERVER")
	install 0 --repo "$SERVER"
	says 'up to date'
	[ "$before" = "$(listing "$SERVER")" ]
}

@test "install: a second run with --chain, --policy and --audit changes nothing" {
	old_hook "$HOOK" 0
	cp "$WORK/.pawl/config.ini" policy.ini
	install 0 --repo "$SERVER" --chain --policy policy.ini --audit audit.log
	before=$(listing "$SERVER")
	install 0 --repo "$SERVER" --chain --policy policy.ini --audit audit.log
	[ "$before" = "$(listing "$SERVER")" ]
	install 0 --repo "$SERVER"
	[ "$before" = "$(listing "$SERVER")" ]
}

@test "install: a second run in a work tree changes nothing" {
	install 0 --repo "$WORK"
	before=$(listing "$WORK")
	install 0 --repo "$WORK"
	[ "$before" = "$(listing "$WORK")" ]
}

@test "install: a hook that is there is never overwritten" {
	old_hook "$HOOK" 0
	before=$(listing "$SERVER")
	install 1 --repo "$SERVER"
	says "$HOOK is there already" --chain
	[ "$before" = "$(listing "$SERVER")" ]
}

@test "install: a hook that is not executable, and a dangling link, are never overwritten either" {
	echo 'exit 0' >"$HOOK"
	install 1 --repo "$SERVER"
	rm "$HOOK"
	ln -s nowhere "$HOOK"
	install 1 --repo "$SERVER"
	[ "$(readlink "$HOOK")" = nowhere ]
}

@test "install: a hook that was changed after the installation is not overwritten, and not removed" {
	install 0 --repo "$SERVER"
	old_hook "$HOOK" 0
	before=$(listing "$SERVER")
	install 1 --repo "$SERVER"
	install 1 --uninstall --repo "$SERVER"
	says 'was changed'
	[ "$before" = "$(listing "$SERVER")" ]
}

@test "install: an older version of pawl's hook is replaced" {
	install 0 --repo "$SERVER"
	echo 'an older version' >"$HOOK"
	sum=$(sha256sum <"$HOOK")
	sed -i "s/^sha256 .*/sha256 ${sum%% *}/" "$SERVER/hooks/.pawl/pre-receive.state"
	install 0 --repo "$SERVER"
	says installed
	cmp "$HOOK" "$PAWL_ROOT/build/bin/pawl-pre-receive"
}

@test "--chain: both run, the old one first, each with the whole stdin" {
	old_hook "$HOOK" 0
	install 0 --repo "$SERVER" --chain
	new_use
	old=$(server rev-parse main)
	rejected
	says 'old hook: pre-receive' '+ from mono.models.user import User'
	[[ $output == *'old hook'*'from mono.models.user'* ]]
	[ "$(cat old-stdin)" = "$old $(work rev-parse main) refs/heads/main" ]
	canonical_import
	accepted
	says 'old hook'
}

@test "--chain: the old hook can reject" {
	old_hook "$HOOK" 1
	install 0 --repo "$SERVER" --chain
	canonical_import
	rejected
	says 'old hook'
}

@test "--chain: an old hook that does not read its stdin takes nothing from pawl" {
	printf '#!/bin/sh\nexit 0\n' >"$HOOK"
	chmod +x "$HOOK"
	install 0 --repo "$SERVER" --chain
	new_use
	refs=$(for i in $(seq 3000); do echo "main:refs/heads/topic-$i"; done)
	# shellcheck disable=SC2086 # one word a ref
	push main $refs
	[ "$status" = 1 ]
	says 'from mono.models.user import User'
	[ -z "$(server for-each-ref refs/heads/topic-1)" ]
}

@test "--chain: the old hook finds its neighbours and its own name" {
	old_hook "$HOOK" 0
	cat >"$SERVER/hooks/library" <<-'SH'
		echo "neighbour of ${0##*/}" >&2
	SH
	cat >"$HOOK" <<-'SH'
		#!/bin/sh
		. "$(dirname "$0")/library"
	SH
	install 0 --repo "$SERVER" --chain
	canonical_import
	accepted
	says 'neighbour of pre-receive'
}

@test "--chain: an old pre-commit hook runs too" {
	old_hook "$WORK/.git/hooks/pre-commit" 0
	install 0 --repo "$WORK" --chain
	put_line src/mono/new.py 'from mono.models import User'
	work add .
	commits "$WORK" 1
	says 'old hook: pre-commit' 'from mono.models.user import User'
	put_line src/mono/new.py 'from mono.models.user import User'
	work add .
	commits "$WORK" 0
}

@test "--uninstall takes the hook away" {
	before=$(find "$SERVER/hooks" -printf '%P\n' | sort)
	install 0 --repo "$SERVER"
	install 0 --uninstall --repo "$SERVER"
	[ "$before" = "$(find "$SERVER/hooks" -printf '%P\n' | sort)" ]
	install 0 --uninstall --repo "$SERVER"
	says 'not installed'
}

@test "--uninstall puts back what --chain moved" {
	old_hook "$HOOK" 0
	before=$(listing "$SERVER/hooks" | grep -v '^ d')
	install 0 --repo "$SERVER" --chain
	[ "$before" != "$(listing "$SERVER/hooks" | grep -v '^ d')" ]
	install 0 --uninstall --repo "$SERVER"
	[ "$before" = "$(listing "$SERVER/hooks" | grep -v '^ d')" ]
}

@test "--uninstall puts back a symbolic link that --chain moved" {
	old_hook "$SERVER/tools/check" 0
	ln -s ../tools/check "$HOOK"
	install 0 --repo "$SERVER" --chain
	canonical_import
	accepted
	says 'old hook'
	install 0 --uninstall --repo "$SERVER"
	[ "$(readlink "$HOOK")" = ../tools/check ]
	[ ! -e "$SERVER/hooks/.pawl" ]
}

@test "--uninstall of a work tree leaves it as it was" {
	put_line .gitattributes '*.png binary'
	commit 'Attributes'
	config=$(work config --list --local)
	install 0 --repo "$WORK"
	install 0 --uninstall --repo "$WORK"
	[ "$config" = "$(work config --list --local)" ]
	[ -z "$(work status --porcelain)" ]
	[ ! -e "$WORK/.git/hooks/pre-commit" ]
}

@test "core.hooksPath is respected, absolute and relative" {
	mkdir shared
	work config core.hooksPath "$PWD/shared"
	install 0 --repo "$WORK"
	[ -x shared/pre-commit ]
	[ ! -e "$WORK/.git/hooks/pre-commit" ]
	install 0 --uninstall --repo "$WORK"
	[ ! -e shared/pre-commit ]
	work config core.hooksPath .githooks
	install 0 --repo "$WORK/src"
	[ -x "$WORK/.githooks/pre-commit" ]
}

@test "core.hooksPath of a server is respected" {
	server config core.hooksPath "$PWD/shared"
	install 0 --repo "$SERVER"
	[ -x shared/pre-receive ]
	new_use
	rejected
}

@test "hooks that core.hooksPath turns off are not turned on" {
	work config core.hooksPath /dev/null
	install 1 --repo "$WORK"
	says /dev/null
}

@test "a linked worktree shares the hooks of its repository" {
	work worktree add -q ../linked -b linked
	install 0 --repo linked
	[ -x "$WORK/.git/hooks/pre-commit" ]
	echo 'from mono.models import User' >linked/src/mono/new.py
	git -C linked add .
	commits linked 1
	says 'from mono.models.user import User'
}

@test "a .git file leads to the git directory" {
	git init -q --template= -b main --separate-git-dir elsewhere.git separate
	install 0 --repo separate
	[ -x elsewhere.git/hooks/pre-commit ]
}

@test "a hooks directory can be named instead of a repository" {
	mkdir -p "$SERVER/hooks/pre-receive.d" global
	install 0 --repo "$SERVER/hooks/pre-receive.d"
	cmp "$SERVER/hooks/pre-receive.d/pawl" "$PAWL_ROOT/build/bin/pawl-pre-receive"
	# What a server's own pre-receive does with such a folder: everything that it can run, in turn.
	[ "$(find "$SERVER/hooks/pre-receive.d" -maxdepth 1 ! -name '.*' -type f)" = "$SERVER/hooks/pre-receive.d/pawl" ]
	install 0 --repo global
	[ -x global/pre-receive ]
	install 0 --repo global --hook pre-commit
	[ -x global/pre-commit ]
	install 0 --uninstall --repo global --hook pre-commit
	[ -x global/pre-receive ]
	[ ! -e global/pre-commit ]
	install 0 --uninstall --repo global
	[ -z "$(ls -A global)" ]
}

@test "--policy is written into the hook" {
	cp "$WORK/.pawl/config.ini" "$PWD/it's a policy.ini"
	work rm -q .pawl/config.ini
	commit 'No policy in the tree'
	push_unchecked HEAD:main
	install 0 --repo "$SERVER" --policy "it's a policy.ini"
	new_use
	rejected
	says 'from mono.models.user import User'
	canonical_import
	accepted
}

@test "--audit is written into the hook" {
	install 0 --repo "$SERVER" --audit 'audit log'
	new_use
	rejected
	[ "$(wc -l <'audit log')" = 1 ]
	canonical_import
	accepted
	[ "$(wc -l <'audit log')" = 2 ]
}

@test "--policy of a file that is not there is refused" {
	install 2 --repo "$SERVER" --policy nowhere.ini
	[ ! -e "$HOOK" ]
}

@test "--prefix installs the programs, --uninstall takes them away" {
	install 0 --prefix "$PWD/prefix"
	prefix/bin/pawl-pre-receive --version
	prefix/bin/pawl-pre-commit --version
	prefix/bin/pawl --version
	PATH=$PWD/prefix/bin:$PATH git pawl --version
	install 0 --uninstall --prefix "$PWD/prefix"
	[ -z "$(find prefix -type f)" ]
}

@test "a call that is wrong says so and ends with 2" {
	install 2
	says usage:
	install 2 --repo
	says '--repo takes an argument'
	install 2 --bogus
	says '--bogus'
	install 2 --repo nowhere
	says 'nowhere is no directory'
	install 2 --repo "$WORK" --policy "$WORK/README"
	says 'for pre-receive'
}

@test "--help says how" {
	install 0 --help
	says --demo --repo --chain --policy --audit --prefix --uninstall
}

@test "missing packages that cannot be installed are listed" {
	mkdir tools
	for tool in bash cat cut dirname env grep head id sed printf dpkg-query; do
		ln -s "$(command -v "$tool")" tools/
	done
	printf '#!/bin/sh\nexit 1\n' >tools/sudo
	printf '#!/bin/sh\necho 1000\n' >tools/not-root
	ln -sf not-root tools/id
	chmod +x tools/sudo tools/not-root
	status=0
	output=$(PATH=$PWD/tools "$PAWL_ROOT/install.sh" --setup 2>&1) || status=$?
	[ "$status" = 3 ]
	says 'these packages are missing' 'apt-get install' cmake cargo
}
