#!/usr/bin/env bats
# Bad input: a clear line, the right exit status, nothing lost. Where git itself would stop such input before the
# hook sees it, the hook is called as git calls it.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

ZERO=0000000000000000000000000000000000000000
NOBODY=1234567890123456789012345678901234567890
USE='from mono.models import User'

# hook [arguments]: the pre-receive hook as git runs it, update lines on stdin; sets status and output.
hook() {
	status=0
	output=$(cd "$SERVER" && GIT_DIR=. "$PAWL_BIN/pawl-pre-receive" "$@" 2>&1) || status=$?
}

# judge EXIT LINE...: the hook reads these lines and exits so (a pattern).
judge() {
	local expected=$1
	shift
	hook < <(printf '%s\n' "$@")
	# shellcheck disable=SC2053 # a pattern
	[[ $status == $expected ]] || fail "the hook said $status for: $*" || return 1
}

# one_line: an error is one line that starts with the program's name.
one_line() {
	[ "$(grep -c . <<<"$output")" = 1 ] && [[ $output == pawl*:* ]] || fail 'not one clear line' || return 1
}

old() { server rev-parse main; }

# brought: commits the work tree and brings it to the server on a ref that is not governed; prints the update line.
brought() {
	commit 'Brought' && push_unchecked HEAD:refs/changes/1 && echo "$(old) $(work rev-parse HEAD) refs/heads/main"
}

# object_file COMMIT:PATH: where the server keeps it loose.
object_file() {
	local id
	id=$(server rev-parse "$1")
	echo "$SERVER/objects/${id:0:2}/${id:2}"
}

# clean_terminal: nothing in the output can steer a terminal.
clean_terminal() {
	local said=$output
	# What git itself says of a push is git's.
	[[ $output != *remote:* ]] || said=$(grep -a '^remote:' <<<"$output")
	! LC_ALL=C grep -q "[$(printf '\001-\010\013-\037\177')]" <<<"$said" || fail 'control bytes' || return 1
	iconv -f utf-8 -t utf-8 <<<"$said" >/dev/null || fail 'not UTF-8' || return 1
}

@test "stdin: no line at all is nothing to judge" {
	hook </dev/null
	[ "$status" = 0 ]
	[ -z "$output" ]
}

@test "stdin: a malformed line is exit 2" {
	line="$(old) $(old) refs/heads/main"
	for bad in garbage "$(old)  refs/heads/main" "x${line:1}" "${line:1}" "${line/heads/..}"; do
		judge 2 "$bad"
		one_line
		judge 2 "$line" "$bad"
		says 2
	done
	# The beginning of a good line is either.
	for bad in '' "$(old)" "$(old) $(old)" "$(old) $(old) "; do
		judge '[23]' "$bad"
		one_line
	done
}

@test "stdin: a truncated line is exit 3" {
	line="$(old) $(old) refs/heads/main"
	for length in 1 39 41 80 90; do
		hook < <(printf '%s' "${line:0:length}")
		[ "$status" = 3 ] || fail "$length bytes"
		one_line
	done
}

@test "stdin: a line without end and a line with NUL are errors" {
	hook < <(printf '%s %s ' "$(old)" "$(old)"; head -c 1000000 /dev/zero | tr '\0' a; echo)
	[[ $status == [23] ]]
	one_line
	hook < <(printf '%s %s refs/heads/main\0x\n' "$(old)" "$(old)")
	[[ $status == [23] ]]
	one_line
}

@test "stdin: an unknown new id is exit 3" {
	judge 3 "$(old) $NOBODY refs/heads/main"
	one_line
	says "${NOBODY:0:7}"
	judge 3 "$ZERO $NOBODY refs/heads/topic"
	one_line
}

@test "stdin: an unknown old id is an error" {
	judge '[23]' "$NOBODY $(old) refs/heads/main"
	one_line
}

@test "stdin: closed is an error or nothing, never a crash" {
	cd "$SERVER"
	GIT_DIR=. run bash -c "\"$PAWL_BIN/pawl-pre-receive\" <&-"
	[[ $status == [023] ]]
}

@test "objects: a missing commit, tree or blob of the push is exit 3" {
	put_line src/mono/new.py "$USE"
	line=$(brought)
	judge 1 "$line"
	for object in refs/changes/1:src/mono/new.py refs/changes/1:src/mono 'refs/changes/1^{tree}' refs/changes/1; do
		file=$(object_file "$object")
		mv "$file" "$BATS_TEST_TMPDIR/object"
		judge 3 "$line"
		one_line
		mv "$BATS_TEST_TMPDIR/object" "$file"
	done
	judge 1 "$line"
}

@test "objects: a missing object of the base is exit 3" {
	put_line src/mono/web.py "$USE" 'from mono.models import Group'
	line=$(brought)
	for object in main:src/mono/web.py main:src/mono 'main^{tree}'; do
		file=$(object_file "$object")
		mv "$file" "$BATS_TEST_TMPDIR/object"
		judge 3 "$line"
		one_line
		mv "$BATS_TEST_TMPDIR/object" "$file"
	done
	judge 1 "$line"
}

@test "objects: a missing text that is none of Python's is nothing to pawl, but where a link leads to it" {
	put_line data/linked.json '[]'
	ln -s ../../data/linked.json "$WORK/src/mono/link.py"
	commit 'A link'
	work push -q "$SERVER" HEAD:refs/heads/main
	put_line data/plain.json "$USE"
	line=$(brought)
	rm "$(object_file refs/changes/1:data/plain.json)"
	judge 0 "$line"
	put_line data/linked.json "$USE" "$USE"
	line=$(brought)
	rm "$(object_file refs/changes/1:data/linked.json)"
	judge 3 "$line"
	one_line
	says data/linked.json
}

@test "objects: a missing source of the facade is exit 3, and none of its uses gets in" {
	put_line src/mono/new.py "$USE"
	line=$(brought)
	rm "$(object_file main:src/mono/models/__init__.py)"
	judge 3 "$line"
	one_line
}

@test "objects: on-error = accept covers a missing object of the server" {
	put_line src/mono/new.py 'from mono.models.user import User'
	line=$(brought)
	rm "$(object_file main:src/mono)"
	judge 3 "$line"
	server_policy <<-'POLICY'
		[pawl]
		on-error = accept
	POLICY
	judge 0 "$line"
	says 'missing' 'on-error = accept'
}

@test "objects: a loose object cut short or overwritten is exit 3" {
	put_line src/mono/new.py "$USE"
	line=$(brought)
	file=$(object_file refs/changes/1:src/mono/new.py)
	chmod +w "$file"
	cp "$file" "$BATS_TEST_TMPDIR/object"
	head -c 10 "$BATS_TEST_TMPDIR/object" >"$file"
	judge 3 "$line"
	one_line
	: >"$file"
	judge 3 "$line"
	head -c 100 /dev/zero >"$file"
	judge 3 "$line"
	one_line
}

@test "objects: a corrupt object in a pack is exit 3" {
	{ echo "$USE"; seq 2000; } | put src/mono/new.py
	line=$(brought)
	server repack -q -a -d
	pack=$(echo "$SERVER"/objects/pack/*.pack)
	offset=$(server verify-pack -v "${pack%.pack}.idx" |
		awk -v id="$(server rev-parse refs/changes/1:src/mono/new.py)" '$1 == id { print $5 }')
	chmod +w "$pack"
	printf '\377\377\377\377\377\377' | dd of="$pack" bs=1 seek=$((offset + 20)) conv=notrunc status=none
	judge 3 "$line"
	one_line
}

@test "objects: an update whose tip is no commit is judged or refused, never let through" {
	put_line src/mono/new.py "$USE"
	line=$(brought)
	read -r old _ <<<"$line"
	judge '[123]' "$old $(server rev-parse 'refs/changes/1^{tree}') refs/heads/main"
	judge '[123]' "$ZERO $(server rev-parse 'refs/changes/1:src/mono/new.py') refs/heads/topic"
}

# wrong_policy TEXT...: the server's file with it is exit 2, one line, which says each TEXT.
wrong_policy() {
	server_policy
	judge 2 "$ZERO $(old) refs/heads/topic"
	one_line
	says config.ini "$@"
}

@test "policy: an unknown key, with the nearest known one" {
	printf '[pawl]\nroots = src\nexlude = x\n[facade mono.models]\n' | wrong_policy :3 exlude exclude
	printf '[pawl]\n[facade mono.models]\nalow = x\n' | wrong_policy :3 alow allow
	printf '[pawl]\n[facade mono.models]\nROOTS = x\n' | wrong_policy :3
}

@test "policy: an unknown section, with the nearest known one" {
	printf '[pwal]\nroots = src\n' | wrong_policy :1 pwal pawl
	printf '[pawl]\n\n[facad mono.models]\n' | wrong_policy :3 facad facade
	printf '[pawl]\n\n[facade]\n' | wrong_policy :3
}

@test "policy: a value out of range" {
	printf '[pawl]\n[facade mono.models]\nsurface = ajar\n' | wrong_policy :3 ajar
	printf '[pawl]\ntime-limit = -1\n' | wrong_policy :2 time-limit
	printf '[pawl]\nmax-blob-size = many\n' | wrong_policy :2 max-blob-size
	printf '[pawl]\ntime-limit = 99999999999999999999999\n' | wrong_policy :2 time-limit
	printf '[pawl]\non-error = shrug\n' | wrong_policy :2 shrug
	printf '[pawl]\n[facade mono..models]\n' | wrong_policy :2
}

@test "policy: a line that the parser cannot take" {
	printf '[pawl]\nroots = src\nwhat is this\n[facade mono.models]\n' | wrong_policy :3
	printf '[pawl\nroots = src\n' | wrong_policy :1
	printf 'roots = src\n' | wrong_policy :1
}

@test "policy: a line over the parser's length is an error, never cut" {
	long() {
		printf '[pawl]\nroots = src\nexclude ='
		seq -f ' src/mono/%.0f.py' "$1" | tr -d '\n'
		printf '\n[facade mono.models]\n'
	}
	long 2500 | wrong_policy :3
	long 100000 | server_policy
	judge '[23]' "$ZERO $(old) refs/heads/topic"
	one_line
}

@test "policy: a line of a thousand bytes is taken whole or refused" {
	put_line src/mono/new.py "$USE"
	line=$(brought)
	{ printf '[pawl]\nroots = src\n[facade mono.models]\nallow ='; seq -f ' src/mono/%.0f.py' 70 | tr -d '\n'
		printf ' src/mono/new.py\n'; } | server_policy
	judge '[02]' "$line"
}

@test "policy: a section or key twice, NUL and bytes that are not UTF-8 are never misread" {
	put_line src/mono/new.py "$USE"
	line=$(brought)
	for text in '[pawl]\nroots = src\n[facade mono.models]\n[facade mono.models]\n' \
		'[pawl]\nroots = src\nroots = lib\n[facade mono.models]\n' \
		'[pawl]\nroots = src\n[facade mono.models]\nmessage = \377\376\n' \
		'[pawl]\nroots = src\n\0\n[facade mono.models]\n' \
		'\357\273\277[pawl]\r\nroots = src\r\n[facade mono.models]\r\n'; do
		# shellcheck disable=SC2059 # the format is the text
		printf "$text" | server_policy
		judge '[12]' "$line"
		clean_terminal
	done
}

@test "policy: a wrong one on the trunk rejects every push with exit 2 and its place" {
	printf '[pawl]\nroots = src\nexlude = x\n[facade mono.models]\n' | policy
	put_line src/mono/tasks.py 'x = 1'
	commit 'Clean'
	push_rejected 2 main
	says .pawl/config.ini:3 exlude exclude 'the policy is wrong' "the server's administrator"
}

@test "policy: a file named in the call that is not there is an error" {
	hook --policy "$BATS_TEST_TMPDIR/nothing.ini" < <(echo "$ZERO $(old) refs/heads/topic")
	[[ $status == [23] ]]
	one_line
	says nothing.ini
}

@test "policy: a file named in the call is used" {
	printf '[pawl]\nroots = src\n[facade mono.app]\n' >"$BATS_TEST_TMPDIR/named.ini"
	put_line src/mono/new.py "$USE"
	line=$(brought)
	hook --policy "$BATS_TEST_TMPDIR/named.ini" <<<"$line"
	[ "$status" = 0 ]
	judge 1 "$line"
}

@test "policy: a facade that is not in the tree: its uses count, without a canonical import" {
	policy <<-'POLICY'
		[pawl]
		roots = src
		[facade mono.ghost]
	POLICY
	put_line src/mono/new.py 'from mono.ghost import Boo'
	commit 'Boo'
	push_rejected 1 main
	finds src/mono/new.py:1:24 mono.ghost.Boo
	never_says '+ from'
	put_line src/mono/new.py "$USE"
	commit 'Something else'
	push_ok main
}

@test "texts: a blob over max-blob-size is a finding where it is new, and none where it stays" {
	server_policy <<-'POLICY'
		[pawl]
		max-blob-size = 4096
	POLICY
	seq -f '# %.0f' 2000 | put src/mono/big.py
	commit 'Big'
	push_rejected 1 main
	says src/mono/big.py max-blob-size
	push_unchecked main
	put_line src/mono/tasks.py 'x = 1'
	seq -f '# %.0f' 2000 | put src/mono/big.txt
	commit 'Other work, and a big text of no interest'
	push_ok main
}

@test "texts: a blob that is small itself is read, however large what its pack stores it against" {
	local base small
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		max-blob-size = 2097152
		[facade mono.models]
	POLICY
	python3 -c 'import random; random.seed(1)
for _ in range(40000): print("#", random.getrandbits(500))' | put src/mono/large.txt
	commit 'A text of no interest'
	{ head -n 3000 "$WORK/src/mono/large.txt" && echo "$USE"; } | put src/mono/small.py
	rm "$WORK/src/mono/large.txt"
	commit 'Its beginning'
	base=$(work rev-parse HEAD^:src/mono/large.txt)
	small=$(work rev-parse HEAD:src/mono/small.py)
	push_unchecked main^:main
	printf '%s\n' "$base large.txt" "$small large.txt" |
		work pack-objects -q --window=2 "$SERVER/objects/pack/pack" >/dev/null
	git verify-pack -v "$SERVER"/objects/pack/*.idx | grep -q "^$small .* $base\$"
	push_rejected 1 main
	finds src/mono/small.py:3001:25 mono.models.User
}

@test "texts: a blob over the default size is a finding" {
	head -c 9000000 /dev/zero | tr '\0' '#' | put src/mono/big.py
	commit 'Big'
	push_rejected 1 main
	says src/mono/big.py
}

@test "texts: 100,000 imports in a file" {
	seq -f 'from mono.models import N%.0f' 100000 | put src/mono/new.py
	commit 'Many'
	push_rejected 1 main
	says src/mono/new.py
	# The report does not drown the pusher.
	[ "${#output}" -lt 100000 ]
}

@test "texts: 100,000 innocent imports in a file are no new use" {
	seq -f 'import models%.0f' 100000 | put src/mono/new.py
	commit 'Many'
	push main
	case $hook_status in
	0) ;;
	1) says src/mono/new.py && never_says 'new use' ;;
	*) fail 'neither accepted nor unreadable' ;;
	esac
}

@test "texts: brackets nested 100,000 deep hide no use, and choose no other exit status" {
	deep() { printf 'x = '; head -c 100000 /dev/zero | tr '\0' "$1"; head -c 100000 /dev/zero | tr '\0' "$2"; echo; }
	for pair in '( )' '[ ]' '{ }'; do
		read -r open close <<<"$pair"
		{ deep "$open" "$close"; echo "$USE"; } | put src/mono/new.py
		commit 'Deep'
		push_rejected 1 main
		says src/mono/new.py
		work reset -q --hard HEAD^
	done
	{ echo "$USE"; head -c 100000 /dev/zero | tr '\0' '('; } | put src/mono/new.py
	commit 'Never closed'
	push_rejected 1 main
	says src/mono/new.py
}

@test "texts: other depths hide no use, and choose no other exit status" {
	local name
	blocks() {
		local i indent=
		for ((i = 0; i < 400; i++)); do
			printf '%sif x:\n' "$indent"
			indent+=' '
		done
		printf '%s%s\n' "$indent" "$USE"
	}
	for name in blocks attributes unary strings; do
		case $name in
		blocks) blocks ;;
		attributes) echo "$USE"; printf 'x = a'; printf '.b%.0s' {1..50000}; echo ;;
		unary) echo "$USE"; printf 'x = '; head -c 100000 /dev/zero | tr '\0' '-'; echo 1 ;;
		strings) echo "$USE"; printf 'x = '; printf "f'{%.0s" {1..50000}; echo ;;
		esac | put src/mono/new.py
		commit "$name"
		push_rejected 1 main
		says src/mono/new.py
		work reset -q --hard HEAD^
	done
}

@test "names: a path with newlines, escape sequences and bytes that are not UTF-8" {
	name=$'src/mono/new\n\e[31m\xff\x9b\u202e \t"\\.py'
	put_line "$name" "$USE  # "$'\e]0;owned\a \xff\u202e'
	commit $'\e[31mRed'
	push_rejected 1 main
	clean_terminal
	never_says $'\u202e'
	says '1 new use of mono.models' 'mono.models.User'
	says 'src/mono/new\n'
	status=0
	output=$("$PAWL_BIN/pawl" check --repo "$WORK" --format json HEAD^..HEAD) || status=$?
	[ "$status" = 1 ]
	clean_terminal
	[ "$(python3 -c 'import json, sys
finding, = json.load(sys.stdin)["findings"]
sys.stdout.buffer.write(finding["path"].encode("utf-8", "surrogateescape"))' <<<"$output")" = "$name" ]
	says '\udcff'
}

@test "names: a symbol that is not ASCII, in UTF-8 and in latin-1" {
	put_line src/mono/new.py 'from mono.models import Übung'
	printf '# coding: latin-1\nfrom mono.models import \334bung\n' | put src/mono/newer.py
	commit 'Names'
	push_rejected 1 main
	clean_terminal
	finds src/mono/new.py:1:25 'mono.models.Übung'
	says src/mono/newer.py:2:25
}

@test "names: a ref with bytes that are not ASCII" {
	put_line src/mono/new.py "$USE"
	commit 'A use'
	push_rejected 1 $'main:refs/heads/\u202e\xff'
	clean_terminal
	says 'refs/heads/\u202e\xff: rejected'
}

@test "store: an SHA-256 repository is judged, or refused by name" {
	rm -rf "$SERVER" "$WORK/.git"
	git init -q --bare --template= --object-format=sha256 -b main "$SERVER"
	git init -q --template= --object-format=sha256 -b main "$WORK"
	commit 'The monolith'
	push_unchecked main
	install_hook "$SERVER"
	put_line src/mono/new.py "$USE"
	commit 'A use'
	push_rejected '[123]' main
	if [ "$hook_status" = 1 ]; then
		finds src/mono/new.py:1:25 mono.models.User
	else
		[[ $output == *[Ss][Hh][Aa]?(-)256* ]]
	fi
}

@test "store: a reftable repository is judged, or refused by name" {
	server config core.repositoryFormatVersion 1
	line="$(old) $(old) refs/heads/main"
	printf '[extensions]\n\trefstorage = reftable\n' >>"$SERVER/config"
	judge '[23]' "$line"
	one_line
	says reftable
}

@test "store: no repository at all is an error" {
	mkdir "$BATS_TEST_TMPDIR/empty"
	SERVER=$BATS_TEST_TMPDIR/empty
	judge '[23]' "$ZERO $NOBODY refs/heads/main"
	one_line
	run -2 "$PAWL_BIN/pawl" uses --repo "$SERVER"
	one_line
	run -2 "$PAWL_BIN/pawl" check --repo "$BATS_TEST_TMPDIR/nowhere"
	one_line
}

@test "process: a closed or full stderr changes no verdict" {
	put_line src/mono/new.py "$USE"
	line=$(brought)
	cd "$SERVER"
	for redirection in '2>&-' '2>/dev/full' '>&- 2>&-' '2>&1 | true'; do
		run -1 env GIT_DIR=. bash -c "set -o pipefail; \"$PAWL_BIN/pawl-pre-receive\" $redirection" <<<"$line"
	done
	run -0 env GIT_DIR=. bash -c "\"$PAWL_BIN/pawl-pre-receive\" >&- 2>&-" <<<"${line%% *} ${line%% *} refs/heads/main"
	server fsck
}

@test "process: no memory is exit 3 with one line, never a crash, never an acceptance" {
	! grep -q -a __asan_init "$PAWL_BIN/pawl-pre-receive" || skip 'ASan needs more than ulimit -v gives'
	{ echo "$USE"; seq -f 'import models%.0f' 20000; } | put src/mono/new.py
	line=$(brought)
	cd "$SERVER"
	refused=0
	for kilobytes in {2500..6000..250} {7000..20000..1000} 1000000; do
		# Below some size not even an empty program of that kind starts.
		(ulimit -c 0 -v "$kilobytes" && exec "$PAWL_BIN/pawl-pre-receive" --version) >/dev/null 2>&1 || continue
		status=0
		output=$(ulimit -c 0 -v "$kilobytes"
			GIT_DIR=. exec "$PAWL_BIN/pawl-pre-receive" 2>&1 <<<"$line") || status=$?
		case $status in
		1) ;;
		3)
			one_line
			refused=$((refused + 1))
			;;
		*) fail "at $kilobytes kB" ;;
		esac
	done
	[ "$status" = 1 ]
	[ "$refused" -gt 0 ]
}

@test "process: the time limit is exit 3 with one line, and rejects" {
	server_policy <<-'POLICY'
		[pawl]
		time-limit = 1ms
		max-blob-size = 16777216
	POLICY
	for name in {a..j}; do
		seq -f "def $name%.0f(x): return f'{x}' # models" 20000 | put "src/mono/$name.py"
		echo 'from mono import models' >>"$WORK/src/mono/$name.py"
	done
	commit 'A lot'
	push_rejected 3 main
	says pawl time-limit
}

@test "call: unknown options, subcommands and revisions are exit 2" {
	for call in 'pawl-pre-receive --nonsense' 'pawl-pre-commit --nonsense' 'pawl --nonsense' 'pawl nonsense' \
		'pawl check --nonsense' 'pawl check --format xml' 'pawl check nobody..HEAD' 'pawl check nobody' \
		'pawl uses nobody' 'pawl uses --format' 'pawl'; do
		status=0
		# shellcheck disable=SC2086 # words
		output=$("$PAWL_BIN"/$call 2>&1 </dev/null) || status=$?
		[ "$status" = 2 ] || fail "$call"
		[ -n "$output" ]
	done
	status=0
	output=$("$PAWL_BIN/pawl" check --repo "$BATS_TEST_TMPDIR/nowhere" 2>&1) || status=$?
	[[ $status == [23] ]]
	one_line
}

@test "call: each program answers --version and --help" {
	for program in pawl pawl-pre-receive pawl-pre-commit; do
		run -0 "$PAWL_BIN/$program" --version
		says pawl
		run -0 "$PAWL_BIN/$program" --help
		says "$program"
	done
}

@test "policy: pawl names a facade that the tree does not have" {
	put_line .pawl/config.ini '[pawl]' 'roots = src' '[facade mono.modls]'
	commit 'Misspell'
	run -0 --separate-stderr "$PAWL_BIN/pawl" uses --repo "$WORK"
	# shellcheck disable=SC2154 # set by run
	[[ $stderr == *'the policy freezes mono.modls, but there is no such module under its roots'* ]]
	[ -z "$output" ]
}
