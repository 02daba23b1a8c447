#!/usr/bin/env bats
# What counts as a new use in a plain fast-forward push, and how the report says it (P1, N1, D, DESIGN.md).
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

@test "P1: a fast-forward that adds a use of a frozen facade is rejected" {
	put_line src/mono/new.py 'import os' 'from mono.models import User'
	commit 'Add a use'
	push_rejected 1 main
	says 'refs/heads/main: rejected, 1 new use of mono.models'
	finds src/mono/new.py:2:25 mono.models.User
	says '- from mono.models import User' '+ from mono.models.user import User'
	says 'pawl fix src/mono/new.py'
}

@test "P1: a fast-forward with the canonical import is accepted" {
	put_line src/mono/new.py 'from mono.models.user import User'
	commit 'Import canonically'
	push_ok main
	never_says rejected
}

@test "P1: a push that touches no Python is accepted" {
	put_line README 'from mono.models import User'
	commit 'Only words'
	push_ok main
}

@test "P1: the hook works as a plain copy of the binary" {
	install_bare_hook "$SERVER"
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Add a use'
	before=$(server_refs)
	push main
	[ "$status" = 1 ]
	[ "$before" = "$(server_refs)" ]
	finds src/mono/new.py:1:25 mono.models.User
	put_line src/mono/new.py 'from mono.models.user import User'
	commit 'Fix it'
	push main
	[ "$status" = 0 ]
	[ "$(server rev-parse main)" = "$(work rev-parse main)" ]
}

@test "P1: the hook works as a symbolic link to the binary" {
	ln -sf "$PAWL_BIN/pawl-pre-receive" "$SERVER/hooks/pre-receive"
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Add a use'
	before=$(server_refs)
	push main
	[ "$status" = 1 ]
	[ "$before" = "$(server_refs)" ]
	finds src/mono/new.py:1:25 mono.models.User
}

@test "P1: a second use of the same symbol in a file is new" {
	put_line src/mono/web.py 'from mono.models import User' '' 'def show():' '    from mono.models import User' '    return User()'
	commit 'Use it twice'
	push_rejected 1 main
	says '1 new use of mono.models'
	says 'src/mono/web.py' mono.models.User
}

@test "P1: a use replaced by another one is new" {
	put_line src/mono/web.py 'from mono.models import Group' '' 'def show():' '    return Group()'
	commit 'Another name'
	push_rejected 1 main
	finds src/mono/web.py:1:25 mono.models.Group
	says '1 new use of mono.models' '1 frozen use removed'
}

@test "P1: a frozen use on another line, indented or joined with another is no new one" {
	put src/mono/jobs.py <<-'PYTHON'
		# a comment


		def queue():
		    from mono.models import User
		    from mono.models import (
		        Group,  # why not
		    )
		    return [Group, User]
	PYTHON
	commit 'Only layout'
	push_ok main
}

@test "P1: whitespace alone changes no verdict" {
	printf 'from mono.models import User\r\n\r\n\r\ndef show():\r\n\treturn User()\r\n' | put src/mono/web.py
	commit 'Whitespace'
	push_ok main
}

@test "P1: a change of mode alone changes no verdict" {
	chmod +x "$WORK/src/mono/web.py" "$WORK/src/mono/jobs.py"
	commit 'Make them executable'
	push_ok main
}

@test "P1: a use less is accepted, and the use that takes its way back is rejected" {
	put_line src/mono/web.py 'from mono.models.user import User' '' 'def show():' '    return User()'
	commit 'Fix web'
	push_ok main
	work revert --no-edit HEAD >/dev/null
	push_rejected 1 main
	finds src/mono/web.py:1:25 mono.models.User
}

@test "P1: uses of two facades are counted each" {
	put_line src/mono/new.py 'from mono.models import Group, User' 'from mono.app import quotas'
	commit 'Three uses'
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.Group
	finds src/mono/new.py:1:32 mono.models.User
	finds src/mono/new.py:2:22 mono.app.quotas
	says 'from mono.quotas import backend as quotas'
}

@test "P1: the uses of a commit that a later one of the same push fixes are none" {
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Add a use'
	put_line src/mono/new.py 'from mono.models.user import User'
	commit 'Fix it'
	push_ok main
}

@test "N1: an attribute through a bound facade is a use" {
	put_line src/mono/new.py 'from mono import models' '' 'x = models.User'
	commit 'By attribute'
	push_rejected 1 main
	finds src/mono/new.py:3:12 mono.models.User
}

@test "N1: a star of the facade is a use" {
	put_line src/mono/new.py 'from mono.models import *'
	commit 'Everything'
	push_rejected 1 main
	says src/mono/new.py:1:25
}

@test "N1: submodules of the facade are no uses" {
	put_line src/mono/new.py 'from mono.models import user' 'import mono.models.group' '' \
		'x = user.User' 'y = mono.models.group.Group'
	commit 'Submodules'
	push_ok main
}

@test "D6: a name declared in the facade itself is no use" {
	put_line src/mono/new.py 'from mono.app import locks'
	commit 'Declared there'
	push_ok main
}

@test "D6: a name that the facade leaks by accident is a use, canonical where it comes from" {
	put_line src/mono/new.py 'def f():' '    from mono.models import Any' '    return Any'
	commit 'Any'
	push_rejected 1 main
	finds src/mono/new.py:2:29 mono.models.Any
	says 'by accident' 'from typing import Any'
}

@test "D10: a name that the facade does not have is a use without a canonical import" {
	put_line src/mono/new.py 'from mono.models import Nobody'
	commit 'Nobody'
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.Nobody
	never_says '+ from'
}

@test "R3: modules of the facade's package are not exempt, absolute or relative" {
	put_line src/mono/models/user.py 'from mono.models import Group' '' 'class User:' '    pass'
	put_line src/mono/models/group.py 'from . import Option' '' 'class Group:' '    pass'
	commit 'Inside'
	push_rejected 1 main
	finds src/mono/models/user.py:1:25 mono.models.Group
	finds src/mono/models/group.py:1:15 mono.models.Option
}

@test "R3: allow exempts paths" {
	policy <<-'POLICY'
		[pawl]
		roots = src
		[facade mono.models]
		allow = src/mono/shell.py
	POLICY
	put_line src/mono/shell.py 'from mono.models import User'
	commit 'The shell may'
	push_ok main
	put_line src/mono/shell2.py 'from mono.models import User'
	commit 'Others may not'
	push_rejected 1 main
	finds src/mono/shell2.py:1:25 mono.models.User
	never_says src/mono/shell.py:
}

@test "T1: an excluded path and a text of another kind are not read" {
	policy <<-'POLICY'
		[pawl]
		roots = src
		exclude = src/mono/migrations/*
		[facade mono.models]
	POLICY
	put_line src/mono/migrations/deep/er.py 'from mono.models import User'
	put_line src/mono/notes.txt 'from mono.models import User'
	commit 'Not read'
	push_ok main
}

@test "T1: a text outside all roots is judged too" {
	put_line tools/run.py 'from mono.models import User'
	commit 'Outside'
	push_rejected 1 main
	finds tools/run.py:1:25 mono.models.User
}

@test "T7: a text that cannot be judged is a finding" {
	printf '# coding: utf-7\nx = 1\n' | put src/mono/new.py
	commit 'utf-7'
	push_rejected 1 main
	says src/mono/new.py
}

@test "T7: an unreadable text that stays as it was is none" {
	printf '# coding: utf-7\nx = 1\n' | put src/mono/new.py
	commit 'utf-7'
	push_unchecked main
	put_line src/mono/tasks.py 'x = 1'
	commit 'Another file'
	push_ok main
}

@test "T7: an unreadable text that moves is none, a second copy of it is one" {
	printf '# coding: utf-7\nx = 1\n' | put src/mono/odd.py
	commit 'utf-7'
	push_unchecked main
	work mv src/mono/odd.py src/mono/a.py
	commit 'Moved'
	push_ok main
	cp "$WORK/src/mono/a.py" "$WORK/src/mono/b.py"
	work mv src/mono/a.py src/mono/c.py
	commit 'Moved and copied'
	push_rejected 1 main
	says '1 text that cannot be read' src/mono/c.py
	never_says src/mono/b.py
}

@test "P1: the report counts what a push removes" {
	put_line src/mono/jobs.py 'from mono.models.user import User' '' 'QUEUE = [User]'
	put_line src/mono/new.py 'from mono.models import Option'
	commit 'Two less, one more'
	push_rejected 1 main
	says '1 new use of mono.models' '2 frozen uses removed'
}

@test "P1: type-checking imports are uses unless the policy frees them" {
	put_line src/mono/new.py 'from typing import TYPE_CHECKING' '' 'if TYPE_CHECKING:' '    from mono.models import User'
	commit 'For the checker'
	push_rejected 1 main
	finds src/mono/new.py:4:29 mono.models.User
	work reset -q --hard HEAD^
	policy <<-'POLICY'
		[pawl]
		roots = src
		[facade mono.models]
		type-checking = free
	POLICY
	put_line src/mono/new.py 'from typing import TYPE_CHECKING' '' 'if TYPE_CHECKING:' '    from mono.models import User'
	commit 'For the checker'
	push_ok main
}
