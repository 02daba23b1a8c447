#!/usr/bin/env bats
# `pawl where` and `pawl exports`: issue 5, point 1; rules D.

bats_require_minimum_version 1.5.0

setup() {
	pawl=$PAWL_BIN/pawl
	cd "$BATS_TEST_TMPDIR" || return 1
	git init -q -b main repo
	cd repo || return 1
	git config user.name T
	git config user.email t@example.org
	mkdir -p .pawl src/shop/models src/shop/quotas
	printf '[pawl]\nroots = src .\n[facade shop.models]\n[facade shop.app]\n' >.pawl/config.ini
	touch src/shop/__init__.py src/shop/tsdb.py
	cat >src/shop/models/__init__.py <<-'PY'
		from .user import *
		from .order import Order as Purchase
		try:
		    from .fast import Cart
		except ImportError:
		    from .slow import Cart
	PY
	printf 'from typing import Any\n\nONE_DAY = 86400\n\nclass User: pass\n' >src/shop/models/user.py
	printf 'class Order: pass\n' >src/shop/models/order.py
	printf 'class Cart: pass\n' >src/shop/models/fast.py
	printf 'class Cart: pass\n' >src/shop/models/slow.py
	printf 'backend = object()\n' >src/shop/quotas/__init__.py
	printf 'from shop import tsdb\nfrom shop.quotas import backend as quotas\n' >src/shop/app.py
	printf 'from shop.models import User, Any\nfrom shop.models import User as U\n' >src/shop/views.py
	git add -A
	git commit -qm 'a shop'
}

@test "where names the declaring module and each step with path and line" {
	run --separate-stderr "$pawl" where shop.models.ONE_DAY
	[ "$status" = 0 ]
	[ "${lines[0]}" = "from shop.models.user import ONE_DAY" ]
	[ "${lines[1]}" = "  src/shop/models/__init__.py:1  shop.models.ONE_DAY" ]
	[ "${lines[2]}" = "  src/shop/models/user.py:3  shop.models.user.ONE_DAY" ]
}

@test "where says the import that keeps a renamed name's name" {
	run "$pawl" where shop.app.quotas
	[ "$status" = 0 ]
	[ "${lines[0]}" = "from shop.quotas import backend as quotas" ]
	run "$pawl" where shop.app.tsdb
	[ "$status" = 0 ]
	[ "${lines[0]}" = "from shop import tsdb" ]
}

@test "where gives every alternative that branches leave (D4)" {
	run "$pawl" where shop.models.Cart
	[ "$status" = 0 ]
	[[ "$output" == *"from shop.models.fast import Cart"* ]]
	[[ "$output" == *"from shop.models.slow import Cart"* ]]
	run --separate-stderr "$pawl" where --format json shop.models.Cart
	[[ "$output" == *'"canonical":"from shop.models.fast import Cart"'* ]]
	[[ "$output" == *'"canonical":"from shop.models.slow import Cart"'* ]]
}

@test "where exits 1 for a name that nothing declares, 2 for a wrong call" {
	run "$pawl" where shop.models.Nope
	[ "$status" = 1 ]
	run "$pawl" where shop.nowhere.User
	[ "$status" = 1 ]
	run "$pawl" where --format=json --repo no-such-folder User
	[ "$status" = 1 ]
	[ "$output" = "pawl: User: no module.name, as sentry.models.User" ]
	run "$pawl" where
	[ "$status" = 2 ]
	run "$pawl" where shop.models.User no-such-revision
	[ "$status" = 2 ]
}

@test "where reads the revision that it is given" {
	git rm -q src/shop/models/order.py
	sed -i /Purchase/d src/shop/models/__init__.py
	git commit -qam 'no orders'
	run "$pawl" where shop.models.Purchase
	[ "$status" = 1 ]
	run "$pawl" where shop.models.Purchase HEAD~1
	[ "$status" = 0 ]
	[ "${lines[0]}" = "from shop.models.order import Order as Purchase" ]
}

@test "exports lists every re-export: where from, how, by accident or not, uses left" {
	run --separate-stderr "$pawl" exports shop.models
	[ "$status" = 0 ]
	[[ "$output" == *$'User\tshop.models.user\tUser\tstar\t-\t2'* ]]
	[[ "$output" == *$'Any\ttyping\tAny\tstar\taccident\t1'* ]]
	[[ "$output" == *$'Purchase\tshop.models.order\tOrder\talias\t-\t0'* ]]
	[[ "$output" != *$'user\tshop'* ]]
	run --separate-stderr "$pawl" exports --format json shop.app
	[ "$status" = 0 ]
	[ "$(python3 -c 'import json, sys
for line in json.load(sys.stdin)["exports"]:
    print(line["name"], line["canonical"])' <<<"$output")" = \
		$'quotas from shop.quotas import backend as quotas\ntsdb from shop import tsdb' ]
}

@test "exports of a module that the policy does not name counts no uses" {
	run "$pawl" exports shop.nowhere
	[ "$status" = 2 ]
	sed -i '/shop.app/d' .pawl/config.ini
	git commit -qam 'one facade'
	run --separate-stderr "$pawl" exports shop.app
	[ "$status" = 0 ]
	[ "${lines[0]}" = $'quotas\tshop.quotas\tbackend\talias\t-\t-' ]
}

@test "an export map holds the commit, and one line a name" {
	run --separate-stderr "$pawl" exports --map shop.models shop.app
	[ "$status" = 0 ]
	[ "${lines[0]}" = "# pawl exports, version 1" ]
	[ "${lines[1]}" = "# commit $(git rev-parse HEAD)" ]
	[[ "$output" == *$'shop.models\tUser\tdeclared\tshop.models.user\tUser'* ]]
	[[ "$output" == *$'shop.app\ttsdb\tmodule\tshop.tsdb\t'* ]]
	[[ "$output" == *$'shop.models\tuser\tsubmodule\t\t'* ]]
}
