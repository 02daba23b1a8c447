#!/usr/bin/env bats
# What `pawl uses` keeps between runs: never needed, never believed without its checksums.
# shellcheck disable=SC2154,SC2086 # frozen.bash and run set the rest
load frozen

facts() {
	echo "$WORK/.git/pawl/facts"
}

# What reading everything anew says, and facts must say too.
anew() {
	pawl uses --no-facts "$@" >"$BATS_TEST_TMPDIR/anew"
}

same() {
	pawl uses "$@" >"$BATS_TEST_TMPDIR/said"
	cmp "$BATS_TEST_TMPDIR/anew" "$BATS_TEST_TMPDIR/said"
}

# Takes the loose object of a text out of the store.
lose() {
	local id
	id=$(git rev-parse "HEAD:$1")
	mv "$WORK/.git/objects/${id:0:2}/${id:2}" "$BATS_TEST_TMPDIR/lost"
}

@test "facts change no output, and nobody else may read them" {
	anew
	[ -s "$BATS_TEST_TMPDIR/anew" ]
	[ ! -e "$(facts)" ]
	same
	[ "$(stat -c %a "$(facts)")" = 600 ]
	same
	anew --format json
	same --format json
}

@test "the second run reads no text" {
	anew
	same
	lose src/mono/b.py
	same
	run -3 pawl uses --no-facts
}

@test "of another tree only the texts that changed are read" {
	pawl uses >/dev/null
	echo "$USES" | put src/mono/new.py
	commit 'one more text'
	anew
	lose src/mono/b.py
	same
	grep -q new.py "$BATS_TEST_TMPDIR/said"
	run -3 pawl uses --no-facts
}

@test "facts that are cut, changed, empty or of another version are thrown away and kept anew" {
	anew
	same
	cp "$(facts)" "$BATS_TEST_TMPDIR/good"
	size=$(stat -c %s "$(facts)")
	for cut in 0 5 40 "$((size / 2))" "$((size - 1))"; do
		truncate -s "$cut" "$(facts)"
		same
		cmp "$(facts)" "$BATS_TEST_TMPDIR/good"
	done
	for ((at = 11; at < size; at += 1 + size / 60)); do
		python3 -c '
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]))
    byte = file.read(1)[0]
    file.seek(int(sys.argv[2]))
    file.write(bytes([byte ^ 0x41]))' "$(facts)" "$at"
		same
	done
	printf 'pawl facts 0\nold' >"$(facts)"
	same
	cmp "$(facts)" "$BATS_TEST_TMPDIR/good"
	rm "$(facts)"
	same
	cmp "$(facts)" "$BATS_TEST_TMPDIR/good"
}

@test "a changed policy makes facts anew" {
	pawl uses >/dev/null
	sed -i '/^\[facade mono.models\]/aallow = src/mono/b.py' .pawl/config.ini
	commit 'allow one'
	anew
	same
	pawl uses HEAD~1 >/dev/null
	cp .pawl/config.ini "$BATS_TEST_TMPDIR/config"
	sed -i '/^allow = /d' "$BATS_TEST_TMPDIR/config"
	anew --config "$BATS_TEST_TMPDIR/config"
	same --config "$BATS_TEST_TMPDIR/config"
	grep -q b.py "$BATS_TEST_TMPDIR/said"
}

@test "facts = off keeps none, and facts = PATH keeps them there" {
	cp .pawl/config.ini "$BATS_TEST_TMPDIR/config"
	sed -i '/^\[pawl\]/afacts = off' "$BATS_TEST_TMPDIR/config"
	pawl uses --config "$BATS_TEST_TMPDIR/config" >/dev/null
	[ ! -e .git/pawl/facts ]
	sed -i 's!^facts = off!facts = kept/here!' "$BATS_TEST_TMPDIR/config"
	pawl uses --config "$BATS_TEST_TMPDIR/config" >/dev/null
	[ -s .git/kept/here ]
}

@test "a policy of the repository's own puts facts nowhere but below pawl/facts" {
	for path in hooks/post-checkout MERGE_HEAD refs/heads/x pawl/config.ini; do
		git checkout -q HEAD .pawl/config.ini
		sed -i "/^facts/d; /^\[pawl\]/afacts = $path" .pawl/config.ini
		commit "facts = $path"
		anew
		same
		[ ! -e ".git/$path" ]
	done
}

@test "nothing but a file of facts is replaced, and no link is followed" {
	cp .pawl/config.ini "$BATS_TEST_TMPDIR/config"
	sed -i '/^\[pawl\]/afacts = description' "$BATS_TEST_TMPDIR/config"
	echo mine >.git/description
	pawl uses --config "$BATS_TEST_TMPDIR/config" >/dev/null
	[ "$(cat .git/description)" = mine ]
	anew
	mkdir -p .git/pawl
	echo mine >"$BATS_TEST_TMPDIR/target"
	for name in facts facts.new; do
		ln -s "$BATS_TEST_TMPDIR/target" ".git/pawl/$name"
		same
		[ "$(cat "$BATS_TEST_TMPDIR/target")" = mine ]
		rm -f .git/pawl/*
	done
	rmdir .git/pawl
	mkdir "$BATS_TEST_TMPDIR/elsewhere"
	ln -s "$BATS_TEST_TMPDIR/elsewhere" .git/pawl
	same
	[ -z "$(ls -A "$BATS_TEST_TMPDIR/elsewhere")" ]
	rm .git/pawl
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	mkdir .git/pawl
	mv "$BATS_TEST_TMPDIR/fifo" .git/pawl/facts
	same
}

@test "where no facts can be kept there are none, and nothing is said" {
	anew
	touch .git/pawl
	run -0 --separate-stderr pawl uses
	[ "$output" = "$(cat "$BATS_TEST_TMPDIR/anew")" ]
	[ -z "$stderr" ]
	rm .git/pawl
	if [ "$(id -u)" != 0 ]; then
		chmod a-w .git
		same
		chmod u+w .git
		[ ! -e .git/pawl ]
	fi
	(ulimit -f 0 && exec "$PAWL_BIN/pawl" uses) | cat >"$BATS_TEST_TMPDIR/said"
	cmp "$BATS_TEST_TMPDIR/anew" "$BATS_TEST_TMPDIR/said"
	[ ! -e .git/pawl/facts ]
}

@test "runs at one time, and runs that are killed, leave facts that hold" {
	for i in {1..200}; do echo "$USES" | put "src/mono/many/m$i.py"; done
	commit 'many texts'
	anew
	for _ in {1..5}; do
		rm -f .git/pawl/facts*
		for i in {1..6}; do
			pawl uses >"$BATS_TEST_TMPDIR/run$i" &
		done
		wait
		for i in {1..6}; do cmp "$BATS_TEST_TMPDIR/anew" "$BATS_TEST_TMPDIR/run$i"; done
		same
	done
	for delay in 001 002 004 006 008 010 015 020 030; do
		rm -f .git/pawl/facts
		timeout -s KILL "0.$delay" "$PAWL_BIN/pawl" uses >/dev/null || true
		same
	done
	[ "$(find .git/pawl -type f | wc -l)" -le 2 ]
}

@test "one thread and several say the same" {
	for i in {1..600}; do echo "$USES" | put "src/mono/many/m$i.py"; done
	printf 'from mono.models import (\n' | put src/mono/many/broken.py
	commit 'many texts'
	anew
	taskset -c 0 "$PAWL_BIN/pawl" uses --no-facts >"$BATS_TEST_TMPDIR/said"
	cmp "$BATS_TEST_TMPDIR/anew" "$BATS_TEST_TMPDIR/said"
}

@test "the hooks know of no facts" {
	for hook in pawl-pre-receive pawl-pre-commit; do
		run -0 nm "$PAWL_ROOT/build/symbols/$hook"
		[[ $output != *facts_open* && $output != *facts_file* && $output != *mdb_* ]]
	done
}
