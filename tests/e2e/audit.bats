#!/usr/bin/env bats
# The audit log: every verdict of the hook is one JSON line, whole or not at all.
# shellcheck disable=SC2154,SC2086,SC2030,SC2031 # frozen.bash and run set the rest
load frozen

served() {
	serve
	LOG=$SERVER/pawl/audit.log
}

# lines EXPRESSION: of the log's lines, as Python objects.
lines_are() {
	python3 -c "
import json, sys
text = open(sys.argv[1], 'rb').read()
assert not text or text.endswith(b'\n')
lines = [json.loads(line) for line in text.splitlines()]
assert $1, lines" "$LOG"
}

@test "a verdict is one line: time, pusher, ref, old, new, verdict, counts, exceptions, milliseconds" {
	served
	fix a
	commit 'Fix a'
	git push -q "$SERVER" main
	lines_are "list(lines[0]) == ['time', 'pusher', 'ref', 'old', 'new', 'verdict', 'findings', 'frozen', 'removed', 'exceptions', 'reason', 'milliseconds']"
	lines_are "len(lines) == 1 and lines[0]['verdict'] == 'accepted' and lines[0]['findings'] == 0"
	lines_are "lines[0]['ref'] == 'refs/heads/main' and lines[0]['new'] == '$(git rev-parse HEAD)' and lines[0]['old'] == '$(git rev-parse HEAD~)'"
	lines_are "lines[0]['pusher'] is None and lines[0]['reason'] is None and lines[0]['milliseconds'] < 10000"
	[ "$(stat -c %a "$LOG")" = 640 ]
}

@test "one finding rejects every ref of a push, and the log says so" {
	served
	git branch innocent
	echo 'from mono.models import User' >src/mono/e.py
	commit 'A new use'
	run -1 git push "$SERVER" main innocent
	lines_are "{line['ref']: (line['verdict'], line['findings']) for line in lines} == {'refs/heads/main': ('rejected', 1), 'refs/heads/innocent': ('rejected', 0)}"
}

@test "an exception is logged with its pusher and reason" {
	served
	mkdir -p "$SERVER/pawl"
	printf '[pawl]\nmaintainers = alice\npusher = GL_USERNAME\n' >"$SERVER/pawl/config.ini"
	git -C "$SERVER" config receive.advertisePushOptions true
	echo 'from mono.models import User' >src/mono/e.py
	commit 'A new use'
	GL_USERNAME=alice run -0 git push -o pawl.allow='the release' "$SERVER" main
	lines_are "lines[0]['verdict'] == 'excepted' and lines[0]['pusher'] == 'alice' and lines[0]['reason'] == 'the release' and lines[0]['findings'] == 1"
}

@test "exceptions on the import's line are counted" {
	sed -i 's/^roots.*/&\ninline-allow = yes/' .pawl/config.ini
	commit 'Allow'
	served
	echo 'from mono.models import User  # pawl: allow (a shell)' >src/mono/e.py
	commit 'An exception'
	run -0 git push "$SERVER" main
	lines_are "lines[0]['exceptions'] == 1 and lines[0]['verdict'] == 'accepted'"
}

@test "what could not be judged is logged, with the reason" {
	served
	echo 'nonsense' >"$SERVER/pawl-config"
	mkdir -p "$SERVER/pawl"
	printf '[pawl]\nroots\n' >"$SERVER/pawl/config.ini"
	commit 'Any'
	run -1 git push "$SERVER" main
	lines_are "len(lines) == 1 and lines[0]['verdict'] == 'error' and 'config.ini:2' in lines[0]['error'] and lines[0]['ref'] == 'refs/heads/main'"
}

@test "twenty pushes at the same moment leave twenty whole lines" {
	served
	local pids=()
	for i in {1..20}; do
		git push -q "$SERVER" "main:refs/heads/$(printf 'b%.0s' {1..100})$i" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
	lines_are "len(lines) == 20 and len({line['ref'] for line in lines}) == 20"
}

@test "no room for a whole line: nothing is written, and the push is not accepted" {
	served
	mkdir -p "${LOG%/*}"
	python3 -c 'print("{\"padding\": \"" + "x" * 985 + "\"}")' >"$LOG"
	cp "$LOG" "$BATS_TEST_TMPDIR/old"
	[ "$(stat -c %s "$LOG")" -lt 1024 ]
	mv "$SERVER/hooks/pre-receive" "$SERVER/hooks/judge"
	printf '#!/bin/bash\nulimit -f 1\nexec hooks/judge\n' >"$SERVER/hooks/pre-receive"
	chmod +x "$SERVER/hooks/pre-receive"
	fix a
	commit 'Fix a'
	run -1 git push "$SERVER" main
	says 'cannot write the audit log'
	cmp "$LOG" "$BATS_TEST_TMPDIR/old"
}

@test "a log that cannot be written: not accepted, but a rejection says why it is one" {
	served
	mkdir -p "$LOG"
	fix a
	commit 'Fix a'
	run -1 git push "$SERVER" main
	says 'cannot write the audit log'
	echo 'from mono.models import User' >src/mono/e.py
	commit 'A new use'
	run -1 git push "$SERVER" main
	says 'src/mono/e.py:1:25' 'cannot write the audit log'
}

@test "a line that a crash tore is dropped before the next" {
	served
	mkdir -p "${LOG%/*}"
	printf '{"kept": 1}\n{"torn": ' >"$LOG"
	git push -q "$SERVER" main:topic
	lines_are "[list(line)[0] for line in lines] == ['kept', 'time']"
	printf '%*s' 10000 x >"$LOG"
	git push -q "$SERVER" main:other
	lines_are "len(lines) == 1"
}

@test "audit = off keeps none; --audit names another file" {
	served
	mkdir -p "$SERVER/pawl"
	printf '[pawl]\naudit = off\n' >"$SERVER/pawl/config.ini"
	git push -q "$SERVER" main:topic
	[ ! -e "$LOG" ]
	rm "$SERVER/pawl/config.ini"
	mv "$SERVER/hooks/pre-receive" "$SERVER/hooks/judge"
	printf '#!/bin/sh\nexec hooks/judge --audit "%s"\n' "$BATS_TEST_TMPDIR/elsewhere/log" >"$SERVER/hooks/pre-receive"
	chmod +x "$SERVER/hooks/pre-receive"
	git push -q "$SERVER" main:other
	[ ! -e "$LOG" ]
	LOG=$BATS_TEST_TMPDIR/elsewhere/log
	lines_are "len(lines) == 1"
}

@test "audit = syslog writes to the system's log, and no file" {
	served
	mkdir -p "$SERVER/pawl"
	printf '[pawl]\naudit = syslog\n' >"$SERVER/pawl/config.ini"
	mv "$SERVER/hooks/pre-receive" "$SERVER/hooks/judge"
	printf '#!/bin/sh\nASAN_OPTIONS=detect_leaks=0 exec strace -f -qq -s 2000 -e trace=connect,sendto -o "%s" hooks/judge\n' "$BATS_TEST_TMPDIR/trace" >"$SERVER/hooks/pre-receive"
	chmod +x "$SERVER/hooks/pre-receive"
	git push -q "$SERVER" main:topic
	[ ! -e "$LOG" ]
	grep -q '/dev/log' "$BATS_TEST_TMPDIR/trace"
}
