#!/bin/bash
# Sets pawl up: packages, build, hooks. ./install.sh --help says how.
#
# What it puts into a hooks directory:
#   HOOK                 the program itself, or a wrapper where arguments or an older hook come in
#   .pawl/HOOK.state     what was installed, so that it can be told from what others put there
#   .pawl/HOOK.program   the program that a wrapper starts
#   .pawl/chained/HOOK   the older hook, with links to its former neighbours
set -euo pipefail
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
	cat <<-'USAGE'
		usage: ./install.sh --demo
		       ./install.sh --repo PATH [--chain] [--policy FILE] [--audit FILE] [--hook NAME]
		       ./install.sh --prefix DIR
		       ./install.sh --uninstall --repo PATH | --prefix DIR
		       ./install.sh --setup [GROUP...]

		Builds pawl where needed, first installing the Debian packages that it takes.

		  --demo         shows the main job on a small repository in a temporary directory
		  --repo PATH    installs pre-receive into a bare repository, pre-commit into another one; PATH can
		                 also be a hooks directory (pre-receive.d, a global one) instead of a repository
		  --chain        keeps a hook that is there: both run, the old one first, and either can reject
		  --policy FILE  the policy of a pre-receive hook; without it: pawl/config.ini in the git directory,
		                 else .pawl/config.ini of the default branch
		  --audit FILE   the audit log of a pre-receive hook
		  --hook NAME    pre-receive or pre-commit, where a hooks directory does not say which
		  --prefix DIR   installs the programs and manual pages below DIR; also together with --repo
		  --uninstall    takes away what was installed, and puts back what --chain moved
		  --setup        installs packages and no more; GROUPs: build (default), check, lint

		exit status: 0 done, or nothing to do; 1 refused: a hook is there that is not pawl's;
		2 the call is wrong; 3 it failed
	USAGE
}

say() { printf '%s\n' "$*"; }
fail() { # STATUS MESSAGE
	printf 'install.sh: %s\n' "$2" >&2
	exit "$1"
}

# ---- packages ----

# Each word is a Debian package; COMMAND=PACKAGE is met by the command, wherever it comes from.
packages_of() { # GROUP
	case $1 in
	build)
		echo cc=gcc libc6-dev musl-gcc=musl-tools make=make cmake=cmake git=git cargo=cargo ca-certificates flock=util-linux \
			strip=binutils libinih-dev libyajl-dev libutf8proc-dev \
			uthash-dev
		;;
	check)
		echo libcmocka-dev bats=bats python3=python3 python3-django python3-sympy python3-twisted isort=isort black=black mypy=mypy \
			/usr/sbin/apache2=apache2-bin strace=strace valgrind=valgrind
		;;
	lint)
		echo clang-format=clang-format clang-tidy=clang-tidy cppcheck=cppcheck shellcheck=shellcheck \
			mandoc=mandoc
		;;
	esac
}

package_present() { # WORD
	case $1 in
	*=*) command -v "${1%%=*}" >/dev/null 2>&1 ;;
	*) [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
	esac
}

# setup GROUP...: installs what is missing of the groups' packages, or stops with the list.
setup() {
	local group word missing=() root=()
	for group in "$@"; do
		for word in $(packages_of "$group"); do
			package_present "$word" || missing+=("${word##*=}")
		done
	done
	[ ${#missing[@]} -gt 0 ] || return 0

	if [ "$(id -u)" != 0 ]; then
		root=(sudo -n)
		"${root[@]}" true 2>/dev/null || setup_refuse "not root, and sudo asks for a password" "${missing[@]}"
	fi
	command -v apt-get >/dev/null 2>&1 || setup_refuse "there is no apt-get here" "${missing[@]}"
	say "Installing Debian packages: ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	{
		"${root[@]}" apt-get -qq update &&
			"${root[@]}" apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install "${missing[@]}"
	} </dev/null >&2 || fail 3 "apt-get could not install: ${missing[*]}"
}

setup_refuse() { # WHY PACKAGE...
	local why=$1
	shift
	fail 3 "these packages are missing, and cannot be installed from here ($why):
  apt-get install --no-install-recommends $*"
}

# ---- building ----

bin=$here/build/bin

# The programs in build/bin, made anew where a source is newer. Where the tools are missing, but a build was
# brought along, that one is taken.
build() {
	if [ -x "$bin/pawl-pre-receive" ] && [ -x "$bin/pawl-pre-commit" ] && [ -x "$bin/pawl" ]; then
		command -v make >/dev/null 2>&1 || return 0
		make -C "$here" -q build >/dev/null 2>&1 && return 0
	fi
	setup build
	say "Building pawl"
	make -C "$here" -s build >&2 || fail 3 "the build failed"
}

# ---- where a hook goes ----

# git as it sees PATH, whoever owns it: nothing of the repository is run here.
git_at() { # PATH ARGUMENT...
	local path=$1
	shift
	git -C "$path" -c safe.directory='*' "$@"
}

# Sets hooks (the directory), hook (the name that git gives it), file (the name it has there), and worktree
# (empty where there is none) from --repo and --hook.
locate() {
	local path=$repo kind
	[ -d "$path" ] || fail 2 "$path is no directory"
	path=$(cd "$path" && pwd -P)
	kind=$(kind_of "$path")
	worktree=

	case $kind in
	bare)
		hook=pre-receive
		path=$(git_at "$path" rev-parse --absolute-git-dir)
		;;
	worktree)
		hook=pre-commit
		case $path in */.git) path=${path%/.git} ;; esac
		path=$(git_at "$path" rev-parse --show-toplevel)
		worktree=$path
		;;
	directory) hook=$(hook_of_directory "$path") ;;
	esac
	[ -z "$wanted_hook" ] || hook=$wanted_hook
	file=$hook

	if [ "$kind" = directory ]; then
		hooks=$path
		case $path in *.d) file=pawl ;; esac
		return
	fi
	# Asked from the top, where hooks run: a relative core.hooksPath starts there too.
	hooks=$(git_at "$path" rev-parse --git-path hooks)
	case $hooks in /*) ;; *) hooks=$path/$hooks ;; esac
	[ -z "$(git_at "$path" config core.hooksPath)" ] || say "core.hooksPath is set: $hooks"
}

# bare, worktree, or directory: what --repo names. A folder inside of a git directory is no repository.
kind_of() { # PATH
	local git_dir
	git_dir=$(git_at "$1" rev-parse --absolute-git-dir 2>/dev/null) || {
		echo directory
		return
	}
	if [ "$(git_at "$1" rev-parse --is-inside-work-tree)" = true ]; then
		echo worktree
	elif [ "$(cd "$git_dir" && pwd -P)" != "$1" ]; then
		echo directory
	elif [ "$(git_at "$1" rev-parse --is-bare-repository)" = true ]; then
		echo bare
	elif [ "${1##*/}" = .git ]; then
		echo worktree
	else
		fail 2 "$1 is the git directory of a repository with a work tree: name the work tree"
	fi
}

# A hooks directory is most often a server's.
hook_of_directory() { # PATH
	case $1 in
	*/pre-commit.d) echo pre-commit ;;
	*) echo pre-receive ;;
	esac
}

# ---- the hook ----

sha256() { sha256sum <"$1" | cut -d ' ' -f 1; }

quoted() { printf "'%s'" "${1//\'/\'\\\'\'}"; } # for sh

state_get() { # KEY: its value in the state file, or nothing
	[ ! -e "$state" ] || sed -n "s/^$1 //p" "$state"
}

exists() { [ -e "$1" ] || [ -L "$1" ]; }

# Ours: what the state file says that we put there.
is_ours() {
	[ -f "$target" ] && [ ! -L "$target" ] && [ "$(sha256 "$target")" = "$(state_get sha256)" ]
}

# Starting sh costs more than the program itself, so a wrapper stands there only where one is needed.
write_hook() { # OUT
	local arguments=''
	[ -z "$policy" ] || arguments+=" --policy $(quoted "$policy")"
	[ -z "$audit" ] || arguments+=" --audit $(quoted "$audit")"
	if [ -z "$arguments" ] && ! exists "$chained"; then
		cp "$bin/pawl-$hook" "$1"
	elif ! exists "$chained"; then
		cat >"$1" <<-WRAPPER
			#!/bin/sh
			# Installed by pawl's install.sh, which also takes it away: ./install.sh --uninstall --repo PATH
			exec $(quoted "$program")$arguments "\$@"
		WRAPPER
	else
		write_chain "$1" "$arguments"
	fi
	chmod 755 "$1"
}

# Both are always run, so that one push shows everything there is to mend.
write_chain() { # OUT ARGUMENTS
	cat >"$1" <<-WRAPPER
		#!/bin/sh
		# Installed by pawl's install.sh --chain: the hook that was here, then pawl, each with the whole of
		# stdin. ./install.sh --uninstall --repo PATH puts the old hook back.
		old=$(quoted "$chained")
		input=\$(cat && echo .) || exit 3
		input=\${input%.}
		status=0
		if [ -x "\$old" ]; then
		    printf %s "\$input" | "\$old" "\$@" || status=\$?
		fi
		printf %s "\$input" | $(quoted "$program")$2 "\$@" || status=\$?
		exit \$status
	WRAPPER
}

# Makes what is at the target the chained hook, without a moment in which there is no hook: it stays until
# ours is moved over it. Its former neighbours are linked, for hooks that look for them beside themselves.
keep_old() {
	local link neighbour
	mkdir -p "${chained%/*}"
	if [ -L "$target" ]; then
		link=$(readlink "$target")
		case $link in /*) ;; *) link=../../$link ;; esac
		ln -s "$link" "$chained"
	else
		cp -p "$target" "$chained"
	fi
	for neighbour in "$hooks"/*; do
		case ${neighbour##*/} in "$file" | *.sample) ;; *)
			ln -sfn "../../${neighbour##*/}" "${chained%/*}/${neighbour##*/}"
			;;
		esac
	done
}

paths_of_hook() {
	case $hooks in *$'\n'*) fail 2 "a hooks directory with a line end in its name is refused" ;; esac
	[ -d "$hooks" ] || ! exists "$hooks" || fail 1 "$hooks is no directory: hooks are turned off there"
	target=$hooks/$file
	private=$hooks/.pawl
	state=$private/$file.state
	program=$private/$file.program
	chained=$private/chained/$file
}

install_hook() {
	locate
	paths_of_hook
	if [ "$hook" = pre-commit ] && [ -n "$policy$audit" ]; then
		fail 2 "--policy and --audit are for pre-receive: pre-commit goes by the policy of its own repository"
	fi
	build

	local foreign=
	if exists "$target" && ! is_ours; then
		foreign=1
		[ -n "$chain" ] || fail 1 "$target is there already, and is not pawl's: nothing was changed.
  --chain keeps it: both run, the old one first, and either can reject"
		! exists "$chained" || fail 1 "$target was changed after pawl kept an older hook in $chained:
  put one of them away first"
	fi

	# What an earlier run was told stays, unless this one says otherwise.
	[ -n "$policy" ] || policy=$(state_get policy)
	[ -n "$audit" ] || audit=$(state_get audit)

	# Made elsewhere first: a run that has nothing to do must not touch a thing.
	new=$(mktemp)
	trap 'rm -f "$new"' EXIT
	[ -z "$foreign" ] || keep_old
	write_hook "$new"
	if [ -f "$target" ] && [ -z "$foreign" ] && cmp -s "$new" "$target" && program_current; then
		say "$target: up to date"
	else
		replace_hook
		say "$target: installed$(exists "$chained" && echo ", after the hook that was there")"
	fi
	[ -z "$worktree" ] || install_merge_driver
}

is_wrapper() { [ "$(head -c 2 "$1")" = '#!' ]; }

program_current() { ! is_wrapper "$target" || cmp -s "$bin/pawl-$hook" "$program"; }

# The state goes first: a hook that is not in it would be taken for a stranger's.
replace_hook() {
	mkdir -p "$private"
	if is_wrapper "$new"; then
		cp "$bin/pawl-$hook" "$program.new"
		mv -f "$program.new" "$program"
	else
		rm -f "$program"
	fi
	{
		echo "sha256 $(sha256 "$new")"
		[ -z "$policy" ] || echo "policy $policy"
		[ -z "$audit" ] || echo "audit $audit"
	} >"$state.new"
	mv -f "$state.new" "$state"
	cp -p "$new" "$private/$file.new"
	if exists "$target"; then
		mv -fT "$private/$file.new" "$target"
	else
		ln "$private/$file.new" "$target" || fail 1 "$target could not be made: nothing was overwritten"
		rm "$private/$file.new"
	fi
}

uninstall_hook() {
	local link
	locate
	paths_of_hook
	[ -z "$worktree" ] || uninstall_merge_driver
	if [ ! -e "$state" ]; then
		say "$target: pawl is not installed there"
		return
	fi
	if exists "$target" && ! is_ours; then
		fail 1 "$target was changed since pawl was installed: nothing was removed"
	fi
	if [ -L "$chained" ]; then
		link=$(readlink "$chained")
		ln -s "${link#../../}" "$private/restored"
		mv -fT "$private/restored" "$target"
		say "$target: the hook that was there is back"
	elif [ -e "$chained" ]; then
		mv -fT "$chained" "$target"
		say "$target: the hook that was there is back"
	else
		rm -f "$target"
		say "$target: removed"
	fi
	rm -rf "$state" "$program" "$private/chained"
	rmdir "$private" 2>/dev/null || true # another hook's state may still be there
}

# ---- the merge driver of the baseline ----

attribute='.pawl/baseline merge=pawl-baseline'

config_set() { # KEY VALUE
	[ "$(git_at "$worktree" config --local "$1")" = "$2" ] || git_at "$worktree" config --local "$1" "$2"
}

install_merge_driver() {
	local pawl=pawl
	"$bin/pawl" merge-baseline --help >/dev/null 2>&1 || return 0
	# By its name where git will find it, as other clones of the repository have it too.
	command -v pawl >/dev/null 2>&1 || pawl=$(quoted "${prefix:-$here/build}/bin/pawl")
	config_set merge.pawl-baseline.name "pawl's baseline"
	config_set merge.pawl-baseline.driver "$pawl merge-baseline %O %A %B"
	grep -qxF "$attribute" "$worktree/.gitattributes" 2>/dev/null && return
	[ -z "$(tail -c 1 "$worktree/.gitattributes" 2>/dev/null)" ] || echo >>"$worktree/.gitattributes"
	echo "$attribute" >>"$worktree/.gitattributes"
	say "$worktree/.gitattributes: a line for the baseline's merge driver was added: commit it"
}

uninstall_merge_driver() {
	local attributes=$worktree/.gitattributes
	git_at "$worktree" config --remove-section merge.pawl-baseline 2>/dev/null || true
	grep -qxF "$attribute" "$attributes" 2>/dev/null || return 0
	grep -vxF "$attribute" "$attributes" >"$attributes.pawl" || true
	cat "$attributes.pawl" >"$attributes"
	rm "$attributes.pawl"
	[ -s "$attributes" ] || rm "$attributes"
}

# ---- the command line ----

demo='' setup_only='' uninstall='' chain='' repo='' prefix='' policy='' audit='' wanted_hook=''
groups=()

absolute() { # FILE
	case $1 in *$'\n'*) fail 2 "a path with a line end is refused: $1" ;; esac
	case $1 in /*) printf %s "$1" ;; *) printf %s "$PWD/$1" ;; esac
}

while [ $# -gt 0 ]; do
	case $1 in
	--repo | --policy | --audit | --prefix | --hook)
		[ -n "${2:-}" ] || fail 2 "$1 takes an argument: see --help"
		;;
	esac
	case $1 in
	--demo) demo=1 ;;
	--setup) setup_only=1 ;;
	--uninstall) uninstall=1 ;;
	--chain) chain=1 ;;
	--repo) repo=$2 && shift ;;
	--policy) policy=$(absolute "$2") && shift ;;
	--audit) audit=$(absolute "$2") && shift ;;
	--prefix) prefix=$(absolute "$2") && shift ;;
	--hook)
		case $2 in pre-receive | pre-commit) wanted_hook=$2 ;; *) fail 2 "no such hook: $2" ;; esac
		shift
		;;
	-h | --help)
		usage
		exit 0
		;;
	build | check | lint)
		[ -n "$setup_only" ] || fail 2 "unknown argument: $1: see --help"
		groups+=("$1")
		;;
	*) fail 2 "unknown argument: $1: see --help" ;;
	esac
	shift
done

# A hook that calls this, or git itself, leaves its repository in the environment.
while read -r name; do
	unset "$name"
done < <(env | sed -n 's/^\(GIT_[A-Z_]*\)=.*/\1/p')
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL # nor is this part of a make that calls it

if [ -n "$setup_only" ]; then
	[ ${#groups[@]} -gt 0 ] || groups=(build)
	setup "${groups[@]}"
	exit 0
fi
if [ -n "$demo" ]; then
	build
	exec "$here/docs/demo" "$here"
fi
[ -n "$repo$prefix" ] || {
	usage >&2
	exit 2
}
if [ -n "$repo" ]; then
	[ -z "$policy" ] || [ -r "$policy" ] || fail 2 "no such policy: $policy"
	command -v git >/dev/null 2>&1 || setup build
fi

if [ -n "$uninstall" ]; then
	[ -z "$repo" ] || uninstall_hook
	[ -z "$prefix" ] || make -C "$here" -s uninstall PREFIX="$prefix"
else
	[ -z "$prefix" ] || {
		build
		make -C "$here" -s install PREFIX="$prefix"
	}
	[ -z "$repo" ] || install_hook
fi
