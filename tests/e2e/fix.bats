#!/usr/bin/env bats
# `pawl fix` as a command: the working tree, the index, paths, exit status. What it writes into a
# text is proven by tests/corpus/fix.

bats_require_minimum_version 1.5.0

setup() {
	pawl=$PAWL_BIN/pawl
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
	cd "$BATS_TEST_TMPDIR" || return 1
	git init -q -b main repo
	cd repo || return 1
	git config user.name T
	git config user.email t@example.org
	mkdir -p .pawl src/shop/models src/shop/web
	printf '[pawl]\nroots = src\n[facade shop.models]\n[facade shop.app]\n' >.pawl/config.ini
	touch src/shop/__init__.py src/shop/web/__init__.py
	printf 'from .user import *\nfrom .order import Order\n' >src/shop/models/__init__.py
	printf 'class User: pass\n' >src/shop/models/user.py
	printf 'class Order: pass\n' >src/shop/models/order.py
	printf 'backend = 1\n' >src/shop/quotas.py
	printf 'from shop.quotas import backend as quotas\n' >src/shop/app.py
	printf 'from shop.models import Order, User\n' >src/shop/web/views.py
	printf 'from shop.app import quotas\n' >src/shop/web/limits.py
	git add -A
	git commit -qm 'a shop'
}

views=src/shop/web/views.py
limits=src/shop/web/limits.py
fixed_views=$'from shop.models.order import Order\nfrom shop.models.user import User'

@test "fix rewrites every use of the working tree, and says what it did" {
	run --separate-stderr -0 "$pawl" fix
	[ "$(cat $views)" = "$fixed_views" ]
	[ "$(cat $limits)" = "from shop.quotas import backend as quotas" ]
	[[ "$output" == *"$views: rewritten"* ]]
	# shellcheck disable=SC2154 # run sets it
	[[ "$stderr" == *"3 names in 2 files rewritten, 0 left"* ]]
	[[ "$stderr" == *"$limits: no longer imports shop.app (F7)"* ]]
	run -0 "$pawl" fix
	[[ "$output" == *"0 names in 0 files"* ]]
	run --separate-stderr -0 "$pawl" uses
	[ -n "$output" ] # HEAD still has them
	git commit -qam 'canonical imports'
	run --separate-stderr -0 "$pawl" uses
	[ -z "$output" ]
}

@test "fix --check and --diff write nothing; the diff applies" {
	run -1 "$pawl" fix --check
	[[ "$output" == *"would be rewritten"* ]]
	git diff --exit-code
	"$pawl" fix --diff >../fix.diff
	git diff --exit-code
	git apply ../fix.diff
	[ "$(cat $views)" = "$fixed_views" ]
	run -0 "$pawl" fix --check
}

@test "fix --staged rewrites the index, and the file only where it is what was staged" {
	echo 'from shop.models import User' >src/shop/web/new.py
	echo 'from shop.models import User' >src/shop/web/edited.py
	git add src/shop/web
	echo 'x = 1' >>src/shop/web/edited.py
	run --separate-stderr -0 "$pawl" fix --staged src/shop/web/new.py src/shop/web/edited.py
	[ "$(git show :src/shop/web/new.py)" = "from shop.models.user import User" ]
	[ "$(cat src/shop/web/new.py)" = "from shop.models.user import User" ]
	[ "$(git show :src/shop/web/edited.py)" = "from shop.models.user import User" ]
	[ "$(cat src/shop/web/edited.py)" = $'from shop.models import User\nx = 1' ]
	git diff --quiet HEAD -- $views
}

@test "fix --staged works with an index of another format" {
	git update-index --split-index
	echo 'from shop.models import User' >src/shop/web/new.py
	git add src/shop/web/new.py
	run -0 "$pawl" fix --staged src/shop/web/new.py
	[ "$(git show :src/shop/web/new.py)" = "from shop.models.user import User" ]
}

@test "paths are the caller's own, and bound what is rewritten" {
	cd src/shop/web
	run -0 "$pawl" fix views.py
	git diff --quiet -- limits.py
	[ "$(cat views.py)" = "$fixed_views" ]
	git checkout -q -- .
	run -0 "$pawl" fix ../web
	[ "$(git diff --name-only | wc -l)" = 2 ]
	run -2 "$pawl" fix nowhere.py
	run -2 "$pawl" fix ../../../../outside.py
	run -2 "$pawl" fix /src/shop/web/views.py
	git checkout -q -- .
	run -0 "$pawl" fix src/shop/web/views.py # as a report names it
	[ "$(cat views.py)" = "$fixed_views" ]
}

@test "fix --facade and --limit bound it too" {
	run -0 "$pawl" fix --facade shop.app
	[ "$(git diff --name-only)" = "$limits" ]
	git checkout -q -- .
	run -1 "$pawl" fix --limit 1
	[ "$(git diff --name-only | wc -l)" = 1 ]
	run -2 "$pawl" fix --facade shop.nowhere
	run -2 "$pawl" fix --limit none
	run -2 "$pawl" fix --check --diff
}

@test "what is left is reported with its rule and the next step; exit 1" {
	echo 'x = "shop.models.User"' >src/shop/web/names.py
	git add src/shop/web/names.py
	run --separate-stderr -1 "$pawl" fix
	[[ "$stderr" == *"$views:1:32: shop.models.User left (F6): src/shop/web/names.py:1 names it"* ]]
	[[ "$stderr" == *"2 names in 2 files rewritten, 1 left"* ]]
	[ "$(cat $views)" = $'from shop.models import User\nfrom shop.models.order import Order' ]
	run -1 "$pawl" fix
}

@test "F6: a quoted annotation names no target, a string elsewhere does" {
	printf 'import shop.models\n\ndef f(x: "shop.models.User"):\n    return x\n' >src/shop/web/forms.py
	git add -A
	run -0 "$pawl" fix $views
	[ "$(cat $views)" = "$fixed_views" ]
	git checkout -q $views
	printf 'NAME = "shop.models.User"\n' >>src/shop/web/forms.py
	run -1 "$pawl" fix $views
	[[ "$output" == *"shop.models.User left (F6): src/shop/web/forms.py:5 names it in a string"* ]]
}

@test "F5: a quoted name follows its import, but not on a line that is allowed" {
	local forms=src/shop/web/forms.py
	sed -i 's/^roots.*/&\ninline-allow = yes/' .pawl/config.ini
	cat >$forms <<-'PYTHON'
		import shop.models


		def find(who: "shop.models.User") -> "shop.models.Order":  # pawl: allow (a plugin reads it)
		    return shop.models.Order()


		def buy(who: "shop.models.User"):
		    return who
	PYTHON
	git add -A
	run -0 "$pawl" fix --attributes $forms
	[[ "$output" != *left\ \(* ]]
	[ "$(cat $forms)" = 'import shop.models
from shop.models import order, user


def find(who: "shop.models.User") -> "shop.models.Order":  # pawl: allow (a plugin reads it)
    return order.Order()


def buy(who: "user.User"):
    return who' ]
}

@test "a file that is not tracked, and the mode of one that is, stay" {
	echo 'from shop.models import User' >src/shop/web/untracked.py
	chmod +x $views
	run -0 "$pawl" fix
	[ "$(cat src/shop/web/untracked.py)" = "from shop.models import User" ]
	[ -x $views ]
}

@test "edits of the working tree are what is resolved and rewritten" {
	echo 'class Fresh: pass' >>src/shop/models/user.py
	echo 'from shop.models import Fresh' >>$views
	run -0 "$pawl" fix
	[ "$(tail -n 1 $views)" = "from shop.models.user import Fresh" ]
}

@test "a file name is escaped for the terminal" {
	printf 'from shop.models import User\n' >$'src/shop/web/a\033b.py'
	git add -A
	run --separate-stderr -0 "$pawl" fix
	[[ "$output$stderr" != *$'\033'* ]]
}

@test "a bare repository is refused" {
	git clone -q --bare . ../bare.git
	run -2 "$pawl" fix --repo ../bare.git
}
