#!/usr/bin/env bats
# Ways by which an account with push rights once got a use of a frozen facade past the hook, each with the rule
# that it went around.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

link() {
	mkdir -p "$(dirname -- "$WORK/$1")"
	ln -sfn "$2" "$WORK/$1"
}

@test "T8: a link makes a use of its target's relative import, which at the target's place is none" {
	link src/mono/linked.py ../other/text.py
	put_line src/other/text.py 'x = 1'
	commit 'A link to a harmless text'
	push_ok main
	put_line src/other/text.py 'from .models import User'
	commit 'Change the target alone'
	push_rejected 1 main
	finds src/mono/linked.py:1:21 mono.models.User
}

@test "T8: a relative import that names no facade is one from a link in the facade's own folder" {
	link src/mono/models/linked.py ../../other/text.py
	put_line src/other/text.py 'x = 1'
	commit 'A link to a harmless text'
	push_ok main
	put_line src/other/text.py 'from . import User'
	commit 'Change the target alone'
	push_rejected 1 main
	finds src/mono/models/linked.py:1:15 mono.models.User
}

@test "T8: a link's target that is no Python text by its name may be one without the facade's name" {
	link src/mono/models/linked.py ../../../notes.txt
	link src/mono/encoded.py ../../encoded.txt
	put_line notes.txt 'x = 1'
	put_line encoded.txt 'x = 1'
	commit 'Links to harmless texts'
	push_ok main
	put_line notes.txt 'from . import User'
	commit 'Change one target alone'
	push_rejected 1 main
	finds src/mono/models/linked.py:1:15 mono.models.User
	put_line notes.txt 'x = 1'
	put_line encoded.txt '# coding: utf-7' 'from mono.mod+AGU-ls import User'
	commit 'Change the other target alone'
	push_rejected 1 main
	says src/mono/encoded.py
}

@test "T8: a relative import beside one that was there already is a new use at the link" {
	link src/mono/linked.py ../other/text.py
	put_line src/other/text.py 'from .models import User'
	commit 'A link to a use'
	push_unchecked main
	put_line src/other/text.py 'from .models import User' 'x = 1'
	commit 'No further use'
	push_ok main
	put_line src/other/text.py 'from .models import User' 'from .models import Group'
	commit 'A further use'
	push_rejected 1 main
	finds src/mono/linked.py:2:21 mono.models.Group
}

@test "T8: a chain through a package that the target imported already is a new use at the link" {
	link src/mono/linked.py ../other/text.py
	link src/mono/noted.py ../../notes.txt
	put_line src/other/text.py 'from . import models'
	put_line notes.txt 'import mono' 'import os, mono.models as m'
	commit 'Links to harmless texts'
	push_ok main
	put_line src/other/text.py 'from . import models' 'models.User'
	commit 'Change one target alone'
	push_rejected 1 main
	finds src/mono/linked.py:2:8 mono.models.User
	put_line src/other/text.py 'from . import models'
	put_line notes.txt 'import mono' 'import os, mono.models as m' 'mono.models.User' 'm.Group'
	commit 'Change the other target alone'
	push_rejected 1 main
	finds src/mono/noted.py:3:13 mono.models.User
	finds src/mono/noted.py:4:3 mono.models.Group
}

@test "T8: a name that NFKC makes the facade's is one in a text that is none of Python's" {
	link src/mono/noted.py ../../notes.txt
	put_line notes.txt 'x = 1'
	commit 'A link to a harmless text'
	push_ok main
	put_line notes.txt 'import os, ｍono.models as m; m.User'
	commit 'Change the target alone'
	push_rejected 1 main
	says 'mono.models.User'
}

@test "T8, P4: a link that a branch takes over from one base is judged by its target" {
	link src/mono/linked.py ../other/text.py
	put_line src/other/text.py 'x = 1'
	commit 'A link to a harmless text'
	push_ok main
	work checkout -q -b side HEAD~1
	plain_work
	push_ok side
	work merge -q --no-edit main
	put_line src/other/text.py 'from .models import User'
	commit 'Change the target'
	push_rejected 1 HEAD:both
	finds src/mono/linked.py:1:21 mono.models.User
}

@test "R1: a facade that is a link is judged by its target" {
	cp "$WORK/src/mono/models/__init__.py" "$WORK/src/mono/facade.py"
	link src/mono/models/__init__.py ../facade.py
	commit 'The facade elsewhere'
	push_ok main
	echo 'from mono.models.extra import Extra' >>"$WORK/src/mono/facade.py"
	commit 'Re-export'
	push_rejected 1 main
	says src/mono/models/__init__.py:4:31 'adds a re-export to mono.models: Extra'
}

@test "R1: the same text at another place re-exports other modules" {
	work mv src/mono/models/__init__.py src/mono/models.py
	put_line src/mono/user.py 'class Other:' '    pass'
	put_line src/mono/models.py 'from .user import *'
	commit 'The facade as a module'
	push_unchecked main
	work mv src/mono/models.py src/mono/models/__init__.py
	commit 'The facade as a package'
	push_rejected 1 main
	says src/mono/models/__init__.py:1:19 'adds a re-export to mono.models: *'
}

@test "R1, D6: names assigned in one statement are re-exports as in several" {
	printf '%s\n' 'from mono.models import extra' 'Extra, other = extra.Extra, 1' '(More) = extra.Extra' \
		>>"$WORK/src/mono/models/__init__.py"
	commit 'Assign a tuple'
	push_rejected 1 main
	says src/mono/models/__init__.py:5:1 'mono.models: Extra' src/mono/models/__init__.py:6:2 'mono.models: More'
	never_says 'mono.models: other'
}

@test "N1: the facade's package is an attribute of itself" {
	put_line src/mono/new.py 'import mono.models.__init__' 'mono.models.__init__.User'
	commit 'The long way round'
	push_rejected 1 main
	finds src/mono/new.py:2:22 mono.models.User
}

@test "D9: a stub of the facade in an earlier root declares nothing" {
	policy <<-'POLICY'
		[pawl]
		roots = typings src

		[facade mono.models]
	POLICY
	put_line typings/mono/__init__.pyi ''
	put_line typings/mono/models/__init__.pyi 'class User: ...' 'class Group: ...'
	commit 'Stubs'
	push_ok main
	new_use
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
}

@test "N1: a root in another root gives the facade a second name" {
	policy <<-'POLICY'
		[pawl]
		roots = src .

		[facade mono.models]
	POLICY
	python3 -c 'import sys; sys.path[:0] = ["src", "."]; from src.mono.models import User' # it runs
	local text
	for text in 'from src.mono.models import User' 'import src.mono.models as m; m.User' \
		'import src.mono.models; src.mono.models.User' 'from src.mono import models; models.User' \
		'import src; src.mono.models.User'; do
		put_line tests/new.py "$text"
		commit "$text"
		push_rejected 1 main
		says mono.models.User
		work reset -q --hard HEAD~
	done
	put_line src/tools/run.py 'from ..mono.models import User'
	commit 'python -m src.tools.run'
	push_rejected 1 main
	finds src/tools/run.py:1:27 mono.models.User
	work reset -q --hard HEAD~
	put_line tests/new.py 'from src.mono.models.user import User' 'from src.mono.models import user'
	commit 'Canonical enough'
	push_ok main
}

@test "N1: the parent package's source has the facade by its bare name, whoever loaded it" {
	put_line src/mono/__init__.py 'def show():' '    return models.User'
	commit 'A name that nothing here binds'
	push_rejected 1 main
	finds src/mono/__init__.py:2:19 mono.models.User
}

@test "N1: whoever loads the facade binds its name in the parent package's source anew" {
	put_line src/mono/__init__.py 'models = None' 'def show():' '    return models.User'
	(cd src && python3 -c 'import mono, mono.models; assert mono.show() is mono.models.User') # it runs
	commit 'A name that is bound anew'
	push_rejected 1 main
	finds src/mono/__init__.py:3:19 mono.models.User
	work reset -q --hard HEAD~
	put_line src/mono/__init__.py 'from .models import extra as models' 'def show():' '    return models.Extra'
	(cd src && python3 -c 'import mono, mono.web; assert mono.show().__name__ == "Extra"')
	commit 'The source loads it itself, before'
	push_ok main
}

@test "N1: a star behind an import of the same name binds the facade" {
	local text
	for text in $'from os import path as models\nfrom mono import *\nmodels.User' \
		$'from mono import *\nmodels.User\nfrom os import path as models' \
		$'from mono import *\nfrom os import path as models\nfrom mono import *\ndef f(): return models.User'; do
		put_line src/mono/new.py "$text"
		(cd src && python3 -c 'import mono.models, mono.new') # it runs
		commit "$text"
		push_rejected 1 main
		says mono.models.User
		work reset -q --hard HEAD~
	done
	for text in 'from os import path as models' 'models = dict' 'class models: pass'; do
		put_line src/mono/new.py 'from mono import *' "$text" 'models.User' 'def f(): return models.User'
		commit "$text"
		push_ok main
	done
}

@test "N1: a name of the parent package's own is not the facade" {
	put_line src/mono/__init__.py 'models = dict(User=1)' 'models.User' 'def show(models):' '    models.User'
	commit 'A name of its own'
	push_ok main
}

@test "N1: a name that the parent package binds in some runs only may still be the facade" {
	local text
	for text in 'if 0: models = None' 'models: object' 'def g(): from os import path as models' \
		$'if 0:\n    from os import path as models' $'def g():\n    global models\n    models = 1'; do
		put_line src/mono/__init__.py "$text" 'def show(): return models.User'
		commit "$text"
		push_rejected 1 main
		says mono.models.User
		work reset -q --hard HEAD~
	done
	put_line src/mono/new.py 'from mono import *' 'def g(): from os import path as models' 'models.User'
	commit 'A star, and a name of another scope'
	push_rejected 1 main
	finds src/mono/new.py:3:8 mono.models.User
}

@test "N2: a class body has the module's name where it has not bound its own" {
	local text
	for text in 'if 0: models = 1' 'models: object' 'for models in (): pass' '0 and (models := 1)' \
		'models = 1; del models' 'if 0: import os as models'; do
		put_line src/mono/new.py 'from mono import models' 'class A:' "    $text" '    x = models.User'
		(cd src && python3 -c 'import mono.models, mono.new; assert mono.new.A.x is mono.models.User') # it runs
		commit "$text"
		push_rejected 1 main
		finds src/mono/new.py:4:16 mono.models.User
		work reset -q --hard HEAD~
	done
	for text in 'models = A' 'def models(self): pass' 'import os as models' 'class models: pass'; do
		put_line src/mono/new.py 'from mono import models' 'class A:' "    $text" '    x = models.User'
		commit "$text"
		push_ok main
	done
}

@test "N1: what an import in a class body binds is reached through the class and its instances" {
	local text
	for text in 'A.models.User' 'A().models.User' 'class B(A): x = A.models.User' \
		'def f(self): return self.models.User' 'A.__class__(A).models.User'; do
		put_line src/mono/new.py 'class A:' '    import mono.models as models' "$text"
		commit "$text"
		push_rejected 1 main
		says mono.models.User
		work reset -q --hard HEAD~
	done
	put_line src/mono/new.py 'class A:' '    import mono.models' 'x = A.mono.models.user.User, A.mono.models.User'
	(cd src && python3 -c 'import mono.new') # it runs
	commit 'By way of the parent'
	push_rejected 1 main
	finds src/mono/new.py:3:44 mono.models.User
	work reset -q --hard HEAD~
	put_line src/mono/new.py 'class A:' '    import mono.models as models' '    from os import path' \
		'A.models.user.User' 'def f():' '    import mono.app' 'A.path.User, f.mono.app.quotas'
	commit 'Submodules, and what others bind'
	push_ok main
}

@test "N2: a lambda in a function's header does not hide what its body imports" {
	for header in 'def f(k=lambda: 0):' 'def f(k=[i for i in ()]):' 'def f() -> (lambda: 0):'; do
		put_line src/mono/new.py "$header" '    import mono.models as m' '    return m.User'
		commit "$header"
		push_rejected 1 main
		finds src/mono/new.py:3:14 mono.models.User
		work reset -q --hard HEAD~
	done
}

@test "T7: texts that are checked out in another encoding are none that were judged" {
	local line
	printf '%s\n' 'from mono.models import User' | iconv -t UTF-8 -f IBM037 | put src/mono/new.py
	work update-index --add --cacheinfo "100644,$(blob <"$WORK/src/mono/new.py"),src/mono/new.py"
	for line in 'new.py working-tree-encoding=IBM037' '*.p[y] text working-tree-encoding=IBM037' \
		'*.py working-tree-encoding=UTF-8 working-tree-encoding=IBM037' '[attr]odd working-tree-encoding=IBM037'; do
		put_line .gitattributes '* text' "$line"
		work add .gitattributes
		work commit -q -m "$line"
		push_rejected 1 main
		says '1 text that cannot be read' .gitattributes:2:1 'other bytes on disk'
		work reset -q --soft HEAD~
	done
	put_line .gitattributes '*.ps1 working-tree-encoding=UTF-16LE' '*.py working-tree-encoding=UTF-8' \
		'# *.py working-tree-encoding=IBM037' '*.py -working-tree-encoding'
	work add .gitattributes
	work commit -q -m 'Harmless'
	push_ok main
	put_line .gitattributes '*.py working-tree-encoding=IBM037'
	work add .gitattributes
	work commit -q -m 'What is there already is nobody else'"'"'s fault'
	push_unchecked main
	work rm -q -f --cached src/mono/new.py
	put_line .gitattributes '*.py working-tree-encoding=IBM037' '* text'
	work add .gitattributes
	work commit -q -m 'Another line'
	push_ok main
}

@test "an exception's comment cannot go and leave its use" {
	policy <<-'POLICY'
		[pawl]
		roots = src
		inline-allow = yes

		[facade mono.models]
	POLICY
	put_line src/mono/new.py 'from mono.models import User  # pawl: allow (for a day)'
	commit 'An exception'
	push_ok main
	put_line src/mono/new.py 'from mono.models import User'
	commit 'Without its comment'
	push_rejected 1 main
	work mv src/mono/new.py src/mono/moved.py
	commit 'Moved, and without its comment'
	push_rejected 1 main
	finds src/mono/moved.py:1:25 mono.models.User
}

@test "S4: a commit that ends within a parent has none, as for git, and is no failure of the server's" {
	local tree commit
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		on-error = accept

		[facade mono.models]
	POLICY
	new_use
	tree=$(work rev-parse 'HEAD^{tree}')
	commit=$(printf 'tree %s\nparent abc' "$tree" |
		git -C "$WORK" hash-object --literally -t commit -w --stdin)
	work update-ref refs/heads/odd "$commit"
	push_rejected 1 odd
	finds src/mono/new.py:1:25 mono.models.User
}

@test "P1: a line of many names is judged in time that grows with it, not with its square" {
	python3 -c 'print("from mono.models import " + ", ".join(f"a{i}" for i in range(20000)))' |
		put src/mono/new.py
	commit 'Many names on one line'
	push_rejected 1 main
	says '20000 new uses of mono.models'
}

@test "N2: a list that ends with a comma binds nothing, whatever the next line assigns" {
	put_line src/mono/new.py 'import mono.models' 'def f():' '    mono,' '    user = mono.models.User'
	commit 'Look like an assignment to the module'
	push_rejected 1 main
	finds src/mono/new.py:4:24 mono.models.User
	put_line src/mono/new.py 'import mono.models' 'x = 1, (2)' '(mono.models).User'
	commit 'Look like a call'
	push_rejected 1 main
	finds src/mono/new.py:3:15 mono.models.User
}

@test "N2, D6: a star before a literal takes no line with it" {
	put_line src/mono/new.py 'import mono.models' '1, -1, * (2, 3)' 'mono.models.User'
	commit 'What the grammar does not know'
	push_rejected 1 main
	finds src/mono/new.py:3:13 mono.models.User
	rm "$WORK/src/mono/new.py"
	printf '%s\n' 'from mono.models import extra' 'x = 1, *(2,)' 'Extra = extra.Extra' \
		>>"$WORK/src/mono/models/__init__.py"
	commit 'The same above an alias'
	push_rejected 1 main
	says src/mono/models/__init__.py:6:1 'mono.models: Extra'
}
