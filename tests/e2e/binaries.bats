#!/usr/bin/env bats
# The programs as files: static, small, stripped, without a network, quick to start.

bats_require_minimum_version 1.5.0

setup() {
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	BIN=$ROOT/build/bin # what a user gets, also where the other tests run under sanitizers
	PROGRAMS="pawl-pre-receive pawl-pre-commit pawl"
}

@test "every program is static" {
	for program in $PROGRAMS; do
		run -1 ldd "$BIN/$program"
		[[ $output == *'not a dynamic executable'* ]]
	done
}

@test "every program is stripped" {
	for program in $PROGRAMS; do
		run nm "$BIN/$program"
		[[ $output == *'no symbols'* ]]
	done
}

@test "pawl-pre-receive is under 1.5 MB, pawl-pre-commit under 2 MB, pawl under 3 MB" {
	[ "$(stat -c %s "$BIN/pawl-pre-receive")" -lt 1500000 ]
	[ "$(stat -c %s "$BIN/pawl-pre-commit")" -lt 2000000 ]
	[ "$(stat -c %s "$BIN/pawl")" -lt 3000000 ]
}

# connect() alone is there: syslog() takes it to reach its daemon.
@test "no program holds a network transport" {
	for program in $PROGRAMS; do
		run -0 nm "${BIN%/bin}/symbols/$program"
		[[ $output == *' T git_repository_open'* ]]
		run -1 grep -iE ' t (git_(http|smart|transport_(http|smart|git))|getaddrinfo|gethostby|SSL_)' <<<"$output"
	done
}

@test "every program answers --version and --help" {
	for program in $PROGRAMS; do
		run -0 --separate-stderr "$BIN/$program" --version
		[[ $output =~ ^$program\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
		run -0 --separate-stderr "$BIN/$program" --help
		[[ $output == *usage:*"$program"* ]]
	done
}

@test "pawl-pre-receive makes at most 100 allocations before it reads stdin" {
	run -0 "${BIN%/bin}/tests/allocations" </dev/null
	[[ $output =~ 'allocations before stdin: '([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -le 100 ]
}
