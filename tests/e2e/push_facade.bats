#!/usr/bin/env bats
# The facade's own source: new re-exports (R1), edits of it in the same push as a use (R2), its exemption (R3).
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

facade_line() {
	printf '%s\n' "$@" >>"$WORK/src/mono/models/__init__.py"
}

@test "R1: a new re-export by import is rejected where the surface is frozen" {
	facade_line 'from mono.models.extra import Extra'
	commit 'Re-export Extra'
	push_rejected 1 main
	says src/mono/models/__init__.py:4 mono.models Extra
}

@test "R1: a new re-export by a relative import with an alias is rejected" {
	facade_line 'from .extra import Extra as More'
	commit 'Re-export More'
	push_rejected 1 main
	says src/mono/models/__init__.py:4 mono.models More
}

@test "R1: a new re-export by star is rejected" {
	facade_line 'from mono.models.extra import *'
	commit 'Re-export all of extra'
	push_rejected 1 main
	says src/mono/models/__init__.py:4:31 mono.models
}

@test "R1: a new re-export at the margin, in a block and within brackets, is rejected" {
	facade_line 'if True:' '    from mono.models.extra import (' 'Extra,' ')'
	commit 'Re-export Extra under a condition'
	push_rejected 1 main
	says src/mono/models/__init__.py:6:1 mono.models Extra
}

@test "R1: a new re-export by assignment is rejected" {
	facade_line 'from . import extra' 'Extra = extra.Extra'
	commit 'Launder Extra'
	push_rejected 1 main
	says src/mono/models/__init__.py:5 mono.models Extra
}

@test "R1: another module's name is a re-export, too" {
	facade_line 'import os'
	commit 'Re-export os'
	push_rejected 1 main
	says src/mono/models/__init__.py:4 mono.models os
}

@test "R1: binding a submodule is no re-export" {
	facade_line 'from . import extra'
	commit 'Load extra'
	push_ok main
}

@test "R1: declaring a name in the facade is no re-export" {
	facade_line 'class Fresh:' '    pass' 'LIMIT = 10'
	commit 'Declare'
	push_ok main
}

@test "R1: a re-export that a base has may be written in another way" {
	put src/mono/models/__init__.py <<-'PYTHON'
		from .group import *
		from .options import *
		from .user import *
	PYTHON
	commit 'Sort'
	push_ok main
}

@test "R1: with surface = open, re-exports may come" {
	put_line src/mono/app.py 'from mono.quotas import backend as quotas, Quota' 'import os' '' 'locks = object()'
	commit 'app re-exports more'
	push_ok main
}

@test "R1: a facade that loses re-exports is accepted" {
	put_line src/mono/models/__init__.py 'from mono.models.user import *' 'from mono.models.group import *'
	commit 'Without options'
	push_ok main
}

@test "R2: a facade edited so that its names look declared does not hide a use of the same push" {
	facade_line '' 'class User:' '    pass'
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Declared, it says'
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
}

@test "R2: a facade emptied in the same push does not hide a use" {
	put_line src/mono/models/__init__.py 'def __getattr__(name):' '    raise AttributeError(name)'
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Empty'
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
}

@test "R2: a facade deleted in the same push does not hide a use" {
	work rm -q src/mono/models/__init__.py
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Delete'
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
}

@test "R2: an unreadable facade does not hide a use" {
	printf '# coding: utf-7\n' | cat - "$WORK/src/mono/models/__init__.py" >"$BATS_TEST_TMPDIR/facade"
	put src/mono/models/__init__.py <"$BATS_TEST_TMPDIR/facade"
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Unreadable'
	push_rejected 1 main
	says src/mono/models/__init__.py
	finds src/mono/new.py:1:25 mono.models.User
}

@test "R2: a facade that starts to re-export a name makes untouched imports of it no new uses" {
	put_line src/mono/new.py 'from mono.app import locks'
	commit 'A declared name'
	push_ok main
	put_line src/mono/locks.py 'locks = object()'
	put_line src/mono/app.py 'from mono.quotas import backend as quotas' 'from mono.locks import locks'
	commit 'Declared elsewhere now'
	push_ok main
	put_line src/mono/newer.py 'from mono.app import locks'
	commit 'Another use of it'
	push_rejected 1 main
	finds src/mono/newer.py:1:22 mono.app.locks
	never_says src/mono/new.py:
}

@test "R2: a facade that starts to re-export a name counts its new uses in the same push" {
	put_line src/mono/locks.py 'locks = object()'
	put_line src/mono/app.py 'from mono.quotas import backend as quotas' 'from mono.locks import locks'
	put_line src/mono/new.py 'from mono.app import locks'
	commit 'Both at once'
	push_rejected 1 main
	finds src/mono/new.py:1:22 mono.app.locks
}

@test "R3: the facade's own source may import from itself" {
	put_line src/mono/app.py 'from mono.quotas import backend as quotas' '' 'def late():' \
		'    from mono.app import quotas' '    return quotas' '' 'locks = object()'
	commit 'From itself'
	push_ok main
}

@test "R3: the facade's own source is exempt from itself alone" {
	put_line src/mono/app.py 'from mono.quotas import backend as quotas' '' 'def late():' \
		'    from mono.models import User' '    return User' '' 'locks = object()'
	commit 'From the other'
	push_rejected 1 main
	finds src/mono/app.py:4:29 mono.models.User
}

@test "R3: a facade that moves from a module to a package stays exempt" {
	work mv src/mono/app.py src/mono/app_new
	mkdir "$WORK/src/mono/app"
	work mv src/mono/app_new src/mono/app/__init__.py
	commit 'A package'
	push_ok main
}
