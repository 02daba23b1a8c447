#!/usr/bin/env bats
# A facade that some texts alone may import: `only` (R4).
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

# As helpers.bash's, with a lazy module for the shell, which another text imports already.
write_world() {
	write_monolith
	cat >>"$WORK/.pawl/config.ini" <<-'POLICY'

		[facade mono.lazy]
		only = src/mono/shell.py src/mono/bin/*
	POLICY
	put src/mono/lazy/__init__.py <<-'PYTHON'
		import importlib

		VERSION = 1


		def __getattr__(name):
		    return getattr(importlib.import_module('mono.models'), name)
	PYTHON
	put_line src/mono/lazy/helper.py 'def help():' '    pass'
	put_line src/mono/shell.py 'from mono import lazy' 'from mono.lazy import VERSION' 'print(lazy, VERSION)'
	put_line src/mono/old.py 'import mono.lazy' 'from mono.lazy import VERSION'
}

# rejects SYMBOL PLACE LINE...: a push of src/mono/new.py with these lines is rejected for that.
rejects() {
	local symbol=$1 place=$2
	shift 2
	put_line src/mono/new.py "$@"
	commit 'Import it'
	push_rejected 1 main
	finds "src/mono/new.py:$place" "$symbol"
	says 'only src/mono/shell.py src/mono/bin/* may import it'
}

@test "R4: import F is a use of F" {
	rejects mono.lazy 1:8 'import mono.lazy'
	never_says 'No module declares'
}

@test "R4: import F as another name is a use of F" {
	rejects mono.lazy 1:12 'import os, mono.lazy as z'
}

@test "R4: from P import F is a use of F" {
	rejects mono.lazy 1:18 'from mono import lazy'
}

@test "R4: a relative import of F is a use of F" {
	rejects mono.lazy 1:15 'from . import lazy'
}

@test "R4: F.__init__ is F" {
	rejects mono.lazy 1:8 'import mono.lazy.__init__'
}

@test "R4: from F import of a name that F declares is a use of it" {
	rejects mono.lazy.VERSION 1:23 'from mono.lazy import VERSION'
}

@test "R4: from F import of a name that F hands out lazily is a use of it" {
	rejects mono.lazy.User 1:19 'from .lazy import User'
}

@test "R4: from F import star is a use" {
	rejects 'mono.lazy.*' 1:23 'from mono.lazy import *'
}

@test "R4: what Python sets on F is got by an import of F" {
	rejects mono.lazy 1:23 'from mono.lazy import __name__'
}

@test "R4: names got through F by attribute are uses, declared ones too" {
	rejects mono.lazy.VERSION 2:11 'import mono' 'mono.lazy.VERSION'
}

@test "R4: F as a value by way of a submodule is a use of F" {
	rejects mono.lazy 2:10 'import mono.lazy.helper' 'z = mono.lazy'
}

@test "R4: what Python sets on F is got through F by attribute, too" {
	rejects mono.lazy 2:12 'import mono as m' 'x = m.lazy.__dict__["VERSION"]'
}

@test "R4: an import of F that only type checkers run is a use" {
	rejects mono.lazy 3:12 'from typing import TYPE_CHECKING' 'if TYPE_CHECKING:' '    import mono.lazy'
}

@test "R4: F under a name that NFKC folds is F" {
	rejects mono.lazy 1:8 'import mono.ｌazy'
}

@test "R4: the parent's own source has F by its bare name" {
	put_line src/mono/__init__.py 'x = lazy.VERSION'
	commit 'Use it by its bare name'
	push_rejected 1 main
	finds src/mono/__init__.py:1:10 mono.lazy.VERSION
}

@test "R4: submodules of F may be imported by all" {
	put_line src/mono/new.py 'import mono.lazy.helper' 'from mono.lazy import helper' \
		'from mono.lazy.helper import help' 'mono.lazy.helper.help()'
	commit 'Import what lies below'
	push_ok main
}

@test "R4: the texts of only may import F, and F itself may" {
	put_line src/mono/bin/run.py 'import mono.lazy' 'from mono.lazy import VERSION'
	put_line src/mono/lazy/__init__.py 'import mono.lazy' 'VERSION = 2' 'mono.lazy.VERSION'
	commit 'Import it where it may be'
	push_ok main
}

@test "R4: an allowed text may import F" {
	policy <<-'POLICY'
		[pawl]
		roots = src

		[facade mono.lazy]
		only = src/mono/shell.py
		allow = src/mono/new.py
	POLICY
	put_line src/mono/new.py 'from mono.lazy import VERSION, User'
	commit 'Import it where it is allowed'
	push_ok main
}

@test "R4: without only an import of F is no use" {
	put_line src/mono/new.py 'import mono.app' 'from mono.app import locks'
	commit 'Import another facade'
	push_ok main
}

@test "P1: imports of F that a base has are frozen, and a second one is new" {
	put_line src/mono/old.py '# moved down' 'import mono.lazy' 'from mono.lazy import VERSION'
	commit 'Move it down'
	push_ok main
	put_line src/mono/old.py 'import mono.lazy' 'import mono.lazy' 'from mono.lazy import VERSION'
	commit 'Twice'
	push_rejected 1 main
	says '1 new use of mono.lazy'
}

@test "P7: a text that only bars moves with its imports" {
	work mv src/mono/old.py src/mono/older.py
	commit 'Move it'
	push_ok main
}

@test "P7: a text that moves out of only brings its imports nowhere" {
	work mv src/mono/shell.py src/mono/elsewhere.py
	commit 'Move it out'
	push_rejected 1 main
	finds src/mono/elsewhere.py:1:18 mono.lazy
	finds src/mono/elsewhere.py:2:23 mono.lazy.VERSION
}

@test "T8: a link to a text of only is judged at its own path" {
	ln -s shell.py "$WORK/src/mono/link.py"
	commit 'Link to it'
	push_rejected 1 main
	finds src/mono/link.py:1:18 mono.lazy
}

@test "T8: a link that the push leaves alone is judged when a text of only changes" {
	ln -s bin/run.py "$WORK/src/mono/link.py"
	put_line src/mono/bin/run.py 'x = 1'
	commit 'Link to nothing much'
	push_ok main
	put_line src/mono/bin/run.py 'import mono.lazy'
	commit 'Import it'
	push_rejected 1 main
	finds src/mono/link.py:1:8 mono.lazy
}

@test "S2: only may lose a pattern, and gains one by a maintainer alone" {
	sed -i 's, src/mono/bin/\*,,' "$WORK/.pawl/config.ini"
	commit 'Fewer'
	push_ok main
	sed -i 's,^only = .*,& src/mono/new.py,' "$WORK/.pawl/config.ini"
	commit 'More'
	push_rejected 1 main
	says 'only gained src/mono/new.py'
}

@test "check --all finds imports of F that the baseline lacks, and freeze writes them" {
	run -1 "$PAWL_BIN/pawl" check --all
	finds src/mono/old.py:1:8 mono.lazy
	finds src/mono/old.py:2:23 mono.lazy.VERSION
	"$PAWL_BIN/pawl" freeze
	grep -qP '^src/mono/old.py\tmono.lazy\t1$' "$WORK/.pawl/baseline"
	commit 'Freeze'
	run -0 "$PAWL_BIN/pawl" check --all
	push_ok main
	run -0 "$PAWL_BIN/pawl" uses
	[[ $output == *$'src/mono/old.py\t1\t8\tmono.lazy\t'* ]]
	run "$PAWL_BIN/pawl" fix
	[ "$status" -le 1 ]
}

@test "P7, B2: to check --all and the baseline too, a text that moves out of only brings its entries nowhere" {
	put_line src/mono/shell.py 'from mono.lazy import User'
	"$PAWL_BIN/pawl" freeze
	commit 'Freeze' && push_unchecked main
	run -0 "$PAWL_BIN/pawl" check --all
	work mv src/mono/old.py src/mono/older.py
	mkdir -p "$WORK/src/mono/bin"
	work mv src/mono/shell.py src/mono/bin/shell.py
	commit 'Move one that is barred, and one within only'
	run -0 "$PAWL_BIN/pawl" check --all
	"$PAWL_BIN/pawl" ratchet
	commit 'Ratchet'
	push_ok main
	work mv src/mono/bin/shell.py src/mono/elsewhere.py
	commit 'Move it out'
	run -1 "$PAWL_BIN/pawl" check --all
	finds src/mono/elsewhere.py:1:23 mono.lazy.User
	sed -i 's,^src/mono/bin/shell.py,src/mono/elsewhere.py,' "$WORK/.pawl/baseline"
	commit 'Take its entry along'
	push_rejected 1 main
	finds src/mono/elsewhere.py:1:23 mono.lazy.User
	says '.pawl/baseline:2:1' 'the baseline grows: this entry says 1'
}

@test "B2: an import of F in the baseline is an entry of F, not of its parent" {
	put_line src/mono/__init__.py 'from mono.quotas import Quota'
	put_line src/mono/older.py 'from mono import Quota' 'import mono.lazy'
	printf '\n[facade mono]\n' >>"$WORK/.pawl/config.ini"
	# An entry of the parent alone does not make F a facade that was frozen before: its entries are first ones.
	printf '# pawl baseline 1: path, symbol, count\nsrc/mono/older.py\tmono.Quota\t1\n' | put .pawl/baseline
	commit 'Freeze the parent'
	push_unchecked HEAD:main
	printf '# pawl baseline 1: path, symbol, count\nsrc/mono/older.py\tmono.Quota\t1\nsrc/mono/older.py\tmono.lazy\t1\n' | put .pawl/baseline
	commit 'Freeze an import of F'
	push_ok main
	# From then on F was: what the baseline has not of it, it may not gain.
	sed -i '2isrc/mono/old.py\tmono.lazy.VERSION\t1' "$WORK/.pawl/baseline"
	commit 'And another one'
	push_rejected 1 main
	says '.pawl/baseline:2:1' 'the baseline grows: this entry says 1'
}
