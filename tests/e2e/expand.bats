#!/usr/bin/env bats
# `pawl expand`: star imports of a facade as imports by name, and CPython as the judge of it.

load helpers

# The monolith, with a module that imports for itself.
with_imports() {
	put_line src/mono/models/user.py 'import os' 'from typing import Any' '' 'class User:' '    name: Any = os.sep' '' \
		'_hidden = 1'
	commit 'A module with imports'
}

# Every name of a module and what it is, in CPython, and what a star takes of it.
facts_of() { # MODULE
	(cd "$WORK/src" && PYTHONDONTWRITEBYTECODE=1 "${PYTHON:-python3}" -c '
import importlib, sys
module = importlib.import_module(sys.argv[1])
for name, thing in sorted(vars(module).items()):
    if not name.startswith("__"):
        print(name, getattr(thing, "__module__", None), getattr(thing, "__qualname__", repr(thing).split(" from ")[0]))
taken = {}
exec(f"from {sys.argv[1]} import *", taken)
print(*sorted(name for name in taken if name != "__builtins__"))' "$1")
}

expand() {
	run "$PAWL_BIN/pawl" expand --repo "$WORK" "$@"
}

@test "D5: expand binds the same objects, and a star of the facade takes the same names" {
	local before
	with_imports
	before=$(facts_of mono.models)
	expand --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	run ! grep 'import \*' "$WORK/src/mono/models/__init__.py"
	grep -qx 'from mono.models.user import Any, User, os' "$WORK/src/mono/models/__init__.py" ||
		fail "$(cat "$WORK/src/mono/models/__init__.py")"
	grep -qx '__all__ = \[' "$WORK/src/mono/models/__init__.py"
	[ "$(facts_of mono.models)" = "$before" ] || fail "$(facts_of mono.models)"
	expand --apply mono.models
	[ "$status:$output" = 0: ] || fail "$output"
}

@test "expand shows a diff that git applies, and writes nothing" {
	with_imports
	expand mono.models
	[ "$status" = 0 ]
	[ -z "$(work status --porcelain)" ]
	printf '%s\n' "$output" | work apply
	[ "$(work diff --name-only)" = src/mono/models/__init__.py ]
	expand mono.models
	[ "$status:$output" = 0: ] || fail "$output"
}

@test "expand --used writes only the names that something needs" {
	with_imports
	put_line settings.yaml 'model: "mono.models.os"'
	put_line src/mono/tasks.py 'from mono.models import Option'
	commit 'A string, and a use'
	expand --used --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	grep -qx 'from mono.models.user import User, os' "$WORK/src/mono/models/__init__.py"
	[[ $(facts_of mono.models) != *' Any '* ]]
	"$PAWL_BIN/pawl" check --repo "$WORK" --all >/dev/null || [ $? = 1 ]
}

@test "expand keeps comments and line ends, and an __all__ that is there" {
	with_imports
	printf 'from .user import *  # noqa\r\n__all__ = ["User"]\r\n' | put src/mono/models/__init__.py
	expand --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	[ "$(cat "$WORK/src/mono/models/__init__.py")" = "$(printf 'from .user import Any, User, os  # noqa\r\n__all__ = ["User"]\r')" ]
}

@test "D5: a star whose names cannot be read, or whose module is elsewhere, is left and named" {
	with_imports
	put_line src/mono/models/group.py 'globals().update(a=1)'
	put_line src/mono/models/__init__.py 'from .group import *' 'from os.path import *' 'from .user import *'
	expand --apply mono.models
	[ "$status" = 1 ]
	[[ $output == *'src/mono/models/__init__.py:1: * of group left: its names cannot be told: it may write to its own namespace (D5)'* ]] || fail "$output"
	[[ $output == *'src/mono/models/__init__.py:2: * of os.path left: its module is not in the tree'* ]]
	[ "$(sed -n 3p "$WORK/src/mono/models/__init__.py")" = 'from .user import Any, User, os' ]
	[[ $output == *'no __all__ is written: a star is left'* ]]
	run ! grep __all__ "$WORK/src/mono/models/__init__.py"
}

@test "D4: a star is left where an import by name could fail" {
	put_line src/mono/models/group.py 'import sys' 'if sys.platform == "win32":' '    class Group: pass'
	put_line src/mono/models/__init__.py 'from .group import *'
	expand --apply mono.models
	[ "$status" = 1 ]
	[[ $output == *'Group is bound there in some runs only (D4)'* ]] || fail "$output"
	[ "$(facts_of mono.models | grep -c Group)" = 0 ]
	# Both arms bind it: it is there in every run.
	put_line src/mono/models/group.py 'try:' '    from fast import Group' 'except ImportError:' '    class Group: pass'
	expand --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	[ "$(facts_of mono.models | grep -c '^Group mono.models.group Group')" = 1 ]
}

@test "D8: what is bound for type checkers alone is no name of a star" {
	put_line src/mono/models/group.py 'from typing import TYPE_CHECKING' 'if TYPE_CHECKING:' '    from os import path' \
		'class Group: pass'
	put_line src/mono/models/__init__.py 'from .group import *'
	expand --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	[ "$(head -n 1 "$WORK/src/mono/models/__init__.py")" = 'from .group import TYPE_CHECKING, Group' ]
	facts_of mono.models
}

@test "a star over a module that may be half loaded is left, and its way back named" {
	put_line src/mono/late.py 'LATE = 1' 'from mono.cycle import *' 'MORE = 2'
	put_line src/mono/cycle.py 'from mono.late import *'
	commit 'Stars in a circle'
	expand --apply mono.cycle
	[ "$status" = 1 ]
	[[ $output == *'src/mono/cycle.py:1: * of mono.late left: its import may import the facade back (in mono.late)'* ]] ||
		fail "$output"
	[ "$(cat "$WORK/src/mono/cycle.py")" = 'from mono.late import *' ]
}

@test "no __all__ is written where the facade's own names cannot be told, and the reason is" {
	with_imports
	put_line src/mono/models/__init__.py 'import sys' 'from .user import *' 'if sys.platform == "linux":' '    X = 1'
	local before
	before=$(facts_of mono.models)
	expand --apply mono.models
	[ "$status" = 1 ]
	[[ $output == *'no __all__ is written: the facade binds X in some runs only (D4): write it by hand'* ]] || fail "$output"
	[ "$(sed -n 2p "$WORK/src/mono/models/__init__.py")" = 'from .user import Any, User, os' ]
	[ "$(facts_of mono.models)" = "$before" ]
}

@test "D5: a submodule that something else loads is a name of a star, which is left" {
	mkdir -p "$WORK/src/mono/models/group"
	git -C "$WORK" mv src/mono/models/group.py src/mono/models/group/__init__.py
	put_line src/mono/models/group/kind.py 'KIND = 1'
	put_line src/mono/models/user.py 'from mono.models.group.kind import KIND' 'class User: pass'
	put_line src/mono/models/__init__.py 'from .user import *' 'from .group import *'
	commit 'A submodule that a sibling loads'
	expand --apply mono.models
	[ "$status" = 1 ]
	[[ $output == *'its submodule kind is a name of it once something else has loaded it (D5)'* ]] || fail "$output"
	# Where the package loads it, it is there in every run.
	put_line src/mono/models/group/__init__.py 'from . import kind' 'class Group: pass'
	expand --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	grep -qx 'from .group import Group, kind' "$WORK/src/mono/models/__init__.py"
}

@test "expand --used: a star that nothing uses does not keep __all__ from being written" {
	with_imports
	put_line src/mono/models/search.py 'RARE = 1'
	put_line src/mono/models/__init__.py 'from .user import *' 'from .search import *'
	commit 'A star that nothing uses'
	expand --used --apply mono.models
	[ "$status" = 1 ]
	[[ $output == *'* of search left: none of its names is used: pawl prune takes it away'* ]] || fail "$output"
	[[ $output == *'__all__ lists what the facade hands on.'* ]]
	"$PAWL_BIN/pawl" prune --repo "$WORK" --apply mono.models
	run -1 grep -e RARE -e 'import \*' "$WORK/src/mono/models/__init__.py"
	facts_of mono.models
}

@test "expand --used: where a text takes a star of the facade, every name stays" {
	with_imports
	put_line src/mono/everything.py 'from mono.models import *'
	commit 'A star of the facade'
	local before
	before=$(facts_of mono.everything)
	expand --used --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	[ "$(facts_of mono.everything)" = "$before" ] || fail "$(facts_of mono.everything)"
}

@test "an __all__ that expand wrote keeps no name: prune takes it away with its import" {
	with_imports
	expand --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	grep -qx '    "Any",' "$WORK/src/mono/models/__init__.py"
	run "$PAWL_BIN/pawl" prune --repo "$WORK" --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	run -1 grep -w -e Any -e os "$WORK/src/mono/models/__init__.py"
	grep -qx 'from mono.models.user import User' "$WORK/src/mono/models/__init__.py"
	grep -qx '    "User",' "$WORK/src/mono/models/__init__.py"
	facts_of mono.models
	# A hand has been at this one: it says what its writer wants.
	with_imports
	put_line src/mono/models/__init__.py 'from mono.models.user import Any, User' '__all__ = ["Any"]'
	run "$PAWL_BIN/pawl" prune --repo "$WORK" --apply mono.models
	[ "$(head -n 1 "$WORK/src/mono/models/__init__.py")" = 'from mono.models.user import Any, User' ] || fail "$output"
}

@test "D9: a stub is not expanded" {
	put_line src/mono/stub.pyi 'from mono.models.user import *'
	commit 'A stub'
	expand mono.stub
	[ "$status" = 1 ]
	[[ $output == *'the facade is a stub'* ]] || fail "$output"
}

@test "prune keeps the comment of a statement that expand wrote" {
	with_imports
	put_line src/mono/models/user.py 'from typing import Any' 'class User: pass' \
		'class AnotherUserWithALongName: pass' 'class YetAnotherUserWithALongName: pass'
	put_line src/mono/models/__init__.py 'from .user import *  # NOQA' 'from .group import *  # NOQA'
	commit 'Comments'
	expand --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	run "$PAWL_BIN/pawl" prune --repo "$WORK" --apply mono.models
	[ "$status" = 0 ] || fail "$output"
	[ "$(head -n 4 "$WORK/src/mono/models/__init__.py")" = "$(printf '%s\n' 'from .user import (  # NOQA' '    User,' ')' \
		'from .group import Group  # NOQA')" ] || fail "$(cat "$WORK/src/mono/models/__init__.py")"
}
