#!/usr/bin/env bats
# `on-commit = fix`: pawl-pre-commit rewrites what is staged (issue 5, point 6).

bats_require_minimum_version 1.5.0

setup() {
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
	cd "$BATS_TEST_TMPDIR" || return 1
	git init -q -b main repo
	cd repo || return 1
	git config user.name T
	git config user.email t@example.org
	mkdir -p .pawl src/shop/models
	printf '[pawl]\nroots = src\non-commit = fix\n[facade shop.models]\n' >.pawl/config.ini
	touch src/shop/__init__.py
	printf 'from .user import *\n' >src/shop/models/__init__.py
	printf 'class User: pass\n' >src/shop/models/user.py
	printf 'x = 1\n' >src/shop/views.py
	git add -A
	git commit -qm 'a shop'
	ln -s "$PAWL_BIN/pawl-pre-commit" .git/hooks/pre-commit
}

@test "a commit with a new use is made with the canonical import, and says so" {
	echo 'from shop.models import User' >src/shop/views.py
	git add -A
	run -0 git commit -qm 'use it'
	[[ "$output" == *"src/shop/views.py: 1 name rewritten, and staged"* ]]
	[ "$(git show HEAD:src/shop/views.py)" = "from shop.models.user import User" ]
	[ -z "$(git status --porcelain)" ]
}

@test "git commit -a is fixed too" {
	echo 'from shop.models import User' >src/shop/views.py
	run -0 git commit -qam 'use it'
	[ "$(git show HEAD:src/shop/views.py)" = "from shop.models.user import User" ]
	[ -z "$(git status --porcelain)" ]
}

@test "unstaged edits stay where they are" {
	echo 'from shop.models import User' >src/shop/views.py
	git add -A
	echo 'y = 2' >>src/shop/views.py
	run -0 git commit -qm 'use it'
	[ "$(git show HEAD:src/shop/views.py)" = "from shop.models.user import User" ]
	[ "$(cat src/shop/views.py)" = $'from shop.models import User\ny = 2' ]
}

@test "what cannot be fixed rejects the commit" {
	echo 'from shop.models import *' >src/shop/views.py
	git add -A
	run -1 git commit -qm 'use them all'
	[[ "$output" == *"rejected, 1 new use"* ]]
	[ "$(git rev-list --count HEAD)" = 1 ]
}

@test "git commit PATH, which has an index of its own, is fixed in both" {
	echo 'from shop.models import User' >src/shop/views.py
	echo 'z = 3' >src/shop/other.py
	git add src/shop/other.py
	run -0 git commit -qm 'use it' src/shop/views.py
	[ "$(git show HEAD:src/shop/views.py)" = "from shop.models.user import User" ]
	[ "$(cat src/shop/views.py)" = "from shop.models.user import User" ]
	[ "$(git status --porcelain)" = "A  src/shop/other.py" ]
}
