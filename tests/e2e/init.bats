#!/usr/bin/env bats
# pawl facades and pawl init: from a repository without a policy to a frozen facade.
# shellcheck disable=SC2154,SC2086 # frozen.bash and run set the rest
load frozen

# mono.models: 12 files with two uses each, of three modules; mono.api the same with an __all__ of all it hands on.
write_tree() {
	local name
	put src/mono/__init__.py </dev/null
	put tests/__init__.py </dev/null
	for package in models api; do
		for name in user group team; do
			echo "class ${name^}: pass" | put "src/mono/$package/$name.py"
			echo "from mono.$package.$name import *" >>"src/mono/$package/__init__.py"
		done
	done
	echo 'import os' >>src/mono/models/team.py
	echo 'own = 1' >>src/mono/models/__init__.py
	echo '__all__ = ["User", "Group", "Team"]' >>src/mono/api/__init__.py
	for i in {1..12}; do
		printf 'from mono.models import User, Group, Team, own\nfrom mono.api import User as U, Group as G, Team as T\n' |
			put "src/mono/web/x$i.py"
	done
	echo 'from mono.models import os' >>src/mono/web/x1.py
}

json() {
	python3 -c "import json, sys; found = json.load(sys.stdin); assert $1, found" <<<"$output"
}

@test "facades: by uses, with stars, leaked names and what is declared there" {
	run -0 pawl facades --format json
	json 'found["candidates"] == [{"name": "mono.models", "uses": 37, "files": 12, "modules": 4, "stars": 4, "leaked": 1, "declared": 12, "curated": False}]'
	run -0 pawl facades
	says 'mono.models 37 12 4' '4 names by stars, 1 use' 'imports of what it declares itself' '1 not proposed' 'curated API'
}

@test "facades --all shows curated APIs" {
	run -0 pawl facades --all
	says 'mono.api' 'curated API'
	run -0 pawl facades --all --format json
	json '[row["name"] for row in found["candidates"]] == ["mono.models", "mono.api"]'
	json 'found["candidates"][1]["curated"]'
}

@test "facades: curated APIs alone are counted, without a table" {
	sed -i '/mono.models/d' src/mono/web/*.py
	run -0 pawl facades
	[[ $output == '1 not proposed, '* ]]
}

@test "facades: below the thresholds there is none" {
	git rm -qr src/mono/web/x1.py src/mono/web/x10.py src/mono/web/x11.py
	run -0 pawl facades
	says 'no candidates'
	run -0 pawl facades HEAD
	says 'mono.models'
}

@test "init --yes writes a policy that can be read, and the baseline" {
	run -0 pawl init --yes
	says 'mono.models' '.pawl/config.ini written' '37 uses frozen in .pawl/baseline' 'What to do next' 'git add .pawl'
	grep -qx 'roots = src .' .pawl/config.ini
	grep -qx '\[facade mono.models\]' .pawl/config.ini
	grep -q '^; ' .pawl/config.ini
	git add -A
	git commit -qm 'Freeze'
	run -0 pawl check --all --exact HEAD
	echo 'from mono.models import User' | put src/mono/new.py
	git add -A
	run -1 pawl check
}

@test "init --facade and --root take the place of what is found" {
	run -0 pawl init --facade mono.api --facade mono.models --root src
	grep -qx 'roots = src' .pawl/config.ini
	grep -qx '\[facade mono.api\]' .pawl/config.ini
	says '73 uses frozen'
}

@test "init without a terminal and without a choice is exit 2, and writes nothing" {
	run -2 pawl init </dev/null
	says '--facade NAME, or --yes'
	[ ! -e .pawl ]
	run -2 pawl init --facade 'no name'
	[ ! -e .pawl ]
}

@test "init asks on a terminal, by number and by name" {
	type script >/dev/null 2>&1 || skip 'no script(1)'
	run -0 script -qec 'pawl init' /dev/null <<<'1 mono.api'
	grep -qx '\[facade mono.models\]' .pawl/config.ini
	grep -qx '\[facade mono.api\]' .pawl/config.ini
}

@test "init leaves a policy that is there: exit 1" {
	echo '[pawl]' | put .pawl/config.ini
	run -1 pawl init --yes
	says 'is there already'
	[ "$(cat .pawl/config.ini)" = '[pawl]' ]
	[ ! -e $BASELINE ]
}

@test "init in a bare repository is exit 2, from a folder below the top the top's" {
	git clone -q --bare . "$BATS_TEST_TMPDIR/bare.git"
	run -2 pawl init --yes --repo "$BATS_TEST_TMPDIR/bare.git"
	cd src/mono
	run -0 pawl init --yes
	[ -f ../../.pawl/config.ini ] && [ -f ../../$BASELINE ]
}
