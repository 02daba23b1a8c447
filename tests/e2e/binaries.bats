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

@test "pawl-pre-receive, pawl-pre-commit and pawl are under 4 MB each" {
	for program in $PROGRAMS; do
		[ "$(stat -c %s "$BIN/$program")" -lt 4000000 ]
	done
}

@test "no program holds a network transport" {
	for program in $PROGRAMS; do
		run -0 nm "${BIN%/bin}/symbols/$program"
		[[ $output == *' T git_repository_open'* ]]
		run -1 grep -iE ' t (git_(http|smart|transport_(http|smart|git))|getaddrinfo|connect$|gethostby|SSL_)' <<<"$output"
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
