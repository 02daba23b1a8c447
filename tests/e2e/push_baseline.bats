#!/usr/bin/env bats
# The server guards the baseline: it may only become shorter (B2, S2, S5).
# shellcheck disable=SC2154,SC2030,SC2031,SC2086 # frozen.bash and run set the rest
load frozen

push_ok() {
	run -0 git push "$SERVER" "${1-main}"
}

push_rejected() {
	local before
	before=$(git -C "$SERVER" for-each-ref)
	run -1 git push "$SERVER" "${1-main}"
	says 'pre-receive hook declined'
	[ "$before" = "$(git -C "$SERVER" for-each-ref)" ]
}

served() {
	frozen
	serve
}

# line N TEXT: puts a line into the baseline, spaces as tabs, at its place.
line() {
	sed -i "$1i$(tr ' ' '\t' <<<"$2")" "$BASELINE"
}

@test "a shorter baseline is taken" {
	served
	fix a
	pawl ratchet
	commit 'Fix a'
	push_ok
}

@test "a baseline that stays while uses go is taken" {
	served
	fix a
	commit 'Fix a'
	push_ok
}

@test "an entry more is rejected, by its line" {
	served
	line 2 'src/mono/a.py mono.models.Else 1'
	commit 'Lengthen it'
	push_rejected
	says "$BASELINE:2:1" 'the baseline grows' 'src/mono/a.py'
	run -1 pawl check HEAD
	says "$BASELINE:2:1"
}

@test "a larger count is rejected, by its line" {
	served
	sed -i '4s/1$/2/' "$BASELINE"
	commit 'Lengthen it'
	push_rejected
	says "$BASELINE:4:1" 'this entry says 2, accepted are 1'
}

@test "S5: the entry of a new use lets nothing in, and is rejected itself" {
	served
	echo 'from mono.models import User' >src/mono/e.py
	git add -A
	pawl freeze --grow
	commit 'Use and list it'
	push_rejected
	says "$BASELINE:10:1" 'src/mono/e.py:1:25'
}

@test "a move takes its entries along" {
	served
	git mv src/mono/a.py src/mono/z.py
	pawl ratchet
	commit 'Move a'
	push_ok
	entries | grep -q src/mono/z.py
}

@test "a move pays for no more than it had" {
	served
	git mv src/mono/a.py src/mono/z.py
	pawl ratchet
	sed -i '/z.py.*User/s/1$/2/' "$BASELINE"
	commit 'Move a'
	push_rejected
	says 'this entry says 2, accepted are 1'
}

@test "a move in one push, its entries in the next" {
	served
	git mv src/mono/a.py src/mono/z.py
	commit 'Move a'
	push_ok
	pawl ratchet
	commit 'Ratchet'
	push_ok
}

# A web page and a commit without the hook leave entries behind.
unhooked() {
	commit "$1"
	push_ok
}

@test "B2: a path that is deleted, and made again by a move, is covered, and ratchet mends the baseline" {
	frozen
	echo 'from mono.models import User' >src/mono/e.py
	git add -A
	pawl freeze --grow >/dev/null
	commit 'A file with one use'
	serve
	git rm -q src/mono/e.py
	unhooked 'Delete e'
	git mv src/mono/a.py src/mono/e.py
	unhooked 'Move a to e'
	run -0 pawl check --all HEAD
	run -0 pawl check --all
	run -0 pawl ratchet
	[ "$(fresh_freeze)" = "$(cat $BASELINE)" ]
	unhooked 'Ratchet'
	run -0 pawl check --all --exact HEAD
}

@test "B2: a moved file stays covered where another one comes in its place" {
	served
	git mv src/mono/a.py src/mono/z.py
	unhooked 'Move a'
	echo 'from mono.z import *' >src/mono/a.py
	unhooked 'Leave a note where it was'
	run -0 pawl check --all HEAD
	run -0 pawl freeze HEAD
	git checkout -q $BASELINE
	run -0 pawl ratchet
	[ "$output" = '0 uses removed, 8 left' ]
	entries | grep -qx 'src/mono/z.py mono.models.User 1'
	unhooked 'Ratchet'
	run -0 pawl check --all --exact HEAD
}

@test "an entry that goes to a path whose text does not need it is rejected" {
	served
	fix a
	pawl ratchet
	sed -i '/c.py.*User/s/1$/2/' "$BASELINE"
	commit 'Fix a, and list what is not there'
	push_rejected
	says 'this entry says 2, accepted are 1'
}

@test "an entry that goes where a new use is lets nothing in" {
	served
	fix a
	echo 'from mono.models import User as Again' >>src/mono/c.py
	pawl ratchet
	sed -i '/c.py.*User/s/1$/2/' "$BASELINE"
	commit 'Fix a, and use it in c'
	push_rejected
	says 'src/mono/c.py:23:25'
}

@test "what is not sorted, doubled, conflicted or malformed is rejected by its line" {
	served
	local edit expected
	while IFS='|' read -r edit expected; do
		git reset -q --hard main~0
		git checkout -q -B broken main
		sed -i "$edit" "$BASELINE"
		commit "Break it: $edit"
		push_rejected broken
		says "$BASELINE:${expected%% *}" "${expected#* }"
	done <<-'CASES'
		2{h;d};3G|3 not sorted
		3p|4 twice
		4i<<<<<<< HEAD|4 conflict marker
		4i=======|4 conflict marker
		5s/1$/01/|5 count
		5s/1$/0/|5 count
		5s/1$/x/|5 count
		5s/\t/ /g|5 no entry
		6s/$/\r/|6 count
		1d|1 no header
		1s/1:/2:/|1 another version
		7s/mono/\\x/|7 path
	CASES
}

@test "an empty baseline file is rejected, one without entries is not" {
	served
	: >"$BASELINE"
	commit 'Empty it'
	push_rejected
	says "$BASELINE:1"
	git reset -q --hard HEAD~
	sed -i '2,$d' "$BASELINE"
	commit 'Shorten it to nothing'
	push_ok
}

@test "a baseline that is a link or a folder is rejected" {
	served
	ln -sf config.ini "$BASELINE"
	commit 'A link'
	push_rejected
	says 'no file'
	git reset -q --hard HEAD~
	rm "$BASELINE"
	echo x | put "$BASELINE/x"
	commit 'A folder'
	push_rejected
	says 'no file'
}

@test "a baseline that is deleted permits nothing, and what comes back is held against the tree" {
	served
	git rm -q "$BASELINE"
	commit 'Delete it'
	push_ok
	pawl freeze
	echo 'src/mono/x.py mono.models.User 1' | tr ' ' '\t' >>"$BASELINE"
	commit 'Bring it back, longer'
	push_rejected
	says "$BASELINE:10:1" 'the accepted tree has 0'
	sed -i '$d' "$BASELINE"
	commit 'Bring it back'
	push_ok
}

@test "the first baseline may list what the accepted tree has" {
	serve
	frozen
	push_ok
}

@test "the first baseline may list nothing else" {
	serve
	pawl freeze
	sed -i '3s/1$/2/' "$BASELINE"
	commit 'Freeze too much'
	push_rejected
	says "$BASELINE:3:1" 'this entry says 2, the accepted tree has 1'
}

# A second facade beside the first, with a use in src/mono/a.py.
second_facade() {
	echo 'from mono.models.group import Group as grouped' >src/mono/app.py
	echo 'from mono.app import grouped' >>src/mono/a.py
	commit 'A second facade'
}

@test "a facade that is frozen with its baseline in the same push" {
	second_facade
	served
	printf '\n[facade mono.app]\n' >>.pawl/config.ini
	pawl freeze --grow
	commit 'Freeze mono.app'
	push_ok
	entries | grep -qx 'src/mono/a.py mono.app.grouped 1'
}

@test "a facade that is frozen with more than the accepted tree has" {
	second_facade
	served
	printf '\n[facade mono.app]\n' >>.pawl/config.ini
	echo 'from mono.app import grouped' >src/mono/e.py
	git add -A
	pawl freeze --grow
	commit 'Freeze mono.app, with a new use'
	push_rejected
	says "$BASELINE:11:1" 'src/mono/e.py' 'the accepted tree has 0'
	never_says 'src/mono/a.py'
}

@test "a policy and its baseline in the same first push" {
	pawl freeze
	mv .pawl "$BATS_TEST_TMPDIR/"
	commit 'Without'
	serve
	mv "$BATS_TEST_TMPDIR/.pawl" .
	commit 'Freeze'
	push_ok
	printf 'src/mono/y.py\tmono.models.User\t1\n' >>"$BASELINE"
	commit 'Lengthen'
	push_rejected
}

@test "a first policy with a baseline that says too much" {
	pawl freeze
	mv .pawl "$BATS_TEST_TMPDIR/"
	commit 'Without'
	serve
	mv "$BATS_TEST_TMPDIR/.pawl" .
	sed -i '2s/1$/5/' "$BASELINE"
	commit 'Freeze'
	push_rejected
	says "$BASELINE:2:1"
}

@test "a new branch is held against what it starts from" {
	served
	git checkout -q -b topic
	fix a
	pawl ratchet
	commit 'Fix a'
	push_ok topic
	line 2 'src/mono/a.py mono.models.Group 1'
	commit 'List it again'
	push_rejected topic
}

@test "a maintainer may lengthen it" {
	served
	mkdir -p "$SERVER/pawl"
	printf '[pawl]\nmaintainers = alice\npusher = GL_USERNAME\n' >"$SERVER/pawl/config.ini"
	line 2 'src/mono/a.py mono.models.Else 1'
	commit 'Lengthen it'
	push_rejected
	export GL_USERNAME=alice
	push_ok
}

@test "pre-commit says what the server would" {
	frozen
	cp "$PAWL_BIN/pawl-pre-commit" .git/pre-commit
	mkdir -p .git/hooks
	mv .git/pre-commit .git/hooks/
	sed -i '4s/1$/2/' "$BASELINE"
	run -1 git commit -qam 'Lengthen it'
	says "$BASELINE:4:1" 'this entry says 2, accepted are 1'
}

@test "the baseline named elsewhere is guarded there" {
	sed -i 's|roots = src|&\nbaseline = build/frozen.tsv|' .pawl/config.ini
	pawl freeze
	commit 'Freeze'
	serve
	sed -i '4s/1$/2/' build/frozen.tsv
	commit 'Lengthen it'
	push_rejected
	says 'build/frozen.tsv:4:1'
}
