#!/usr/bin/env bats
# The baseline in people's hands: freeze, ratchet, check --all (B1, B2, B4).
# shellcheck disable=SC2154,SC2086,SC2016,SC2030,SC2031 # frozen.bash and run set the rest
load frozen

# ---- freeze ----

@test "freeze writes path, symbol and count, sorted, under one header line" {
	run -0 pawl freeze
	[ "$output" = '8 uses frozen in .pawl/baseline' ]
	[ "$(head -1 $BASELINE)" = '# pawl baseline 1: path TAB symbol TAB count. Shrink it by `pawl ratchet`, never by hand.' ]
	[ "$(entries | head -2)" = $'src/mono/a.py mono.models.Group 1\nsrc/mono/a.py mono.models.User 1' ]
	[ "$(tail -n +2 $BASELINE | wc -l)" = 8 ]
	tail -n +2 "$BASELINE" | LC_ALL=C sort -c
}

@test "freeze counts a symbol that a text gets more than once" {
	printf '%s\ndef f():\n    from mono.models import User\n' "$USES" >src/mono/a.py
	pawl freeze
	entries | grep -qx 'src/mono/a.py mono.models.User 2'
}

@test "freeze refuses what the baseline does not have, says which, and leaves the file" {
	frozen
	cp "$BASELINE" "$BATS_TEST_TMPDIR/old"
	echo 'from mono.models import User' >src/mono/e.py
	git add -A
	run -1 pawl freeze
	says 'not frozen: 1 use ' 'src/mono/e.py' 'mono.models.User' 'pawl freeze --grow'
	cmp "$BASELINE" "$BATS_TEST_TMPDIR/old"
}

@test "freeze --grow takes it in and says what it added" {
	frozen
	echo 'from mono.models import User' >src/mono/e.py
	git add -A
	run -0 pawl freeze --grow
	says '9 uses frozen' '1 of them new' 'src/mono/e.py'
	entries | grep -qx 'src/mono/e.py mono.models.User 1'
}

@test "freeze takes a move along" {
	frozen
	git mv src/mono/a.py src/mono/z.py
	run -0 pawl freeze
	entries | grep -qx 'src/mono/z.py mono.models.User 1'
	run -1 grep -c src/mono/a.py "$BASELINE"
}

@test "freeze REV freezes that tree, and not what stands in the working tree" {
	fix a b c
	run -0 pawl freeze HEAD
	says '8 uses frozen'
	rm "$BASELINE"
	run -0 pawl freeze
	says '2 uses frozen'
}

@test "freeze in a folder below the top writes the one baseline" {
	cd src/mono
	run -0 pawl freeze
	[ -f ../../"$BASELINE" ] && [ ! -e .pawl ]
}

@test "freeze and ratchet write nothing a second time" {
	frozen
	touch -d '2001-02-03' "$BASELINE"
	pawl freeze
	pawl ratchet
	[ "$(date -r $BASELINE +%Y)" = 2001 ]
}

@test "freeze --grow and an unknown option are told apart: exit 2" {
	run -2 pawl ratchet --grow
	run -2 pawl freeze --shrink
	run -2 pawl ratchet HEAD
	run -2 pawl freeze nowhere
}

@test "freeze without a policy is exit 2, and in a bare repository too" {
	git clone -q --bare . "$BATS_TEST_TMPDIR/bare.git"
	run -2 pawl freeze --repo "$BATS_TEST_TMPDIR/bare.git"
	says 'bare'
	rm -r .pawl
	git add -A
	run -2 pawl freeze
	says 'no policy' 'pawl init writes one'
}

# ---- ratchet ----

@test "ratchet removes what is gone, keeps what is there, and says how many" {
	frozen
	fix b
	run -0 pawl ratchet
	[ "$output" = '2 uses removed, 6 left' ]
	run -1 grep -c src/mono/b.py "$BASELINE"
	[ "$(fresh_freeze)" = "$(cat $BASELINE)" ]
}

@test "ratchet adds nothing" {
	frozen
	echo 'from mono.models import User' >src/mono/e.py
	printf '%s\nfrom mono.models import User as Again\n' "$USES" >src/mono/a.py
	git add -A
	run -0 pawl ratchet
	[ "$output" = '0 uses removed, 8 left' ]
	git diff --quiet HEAD -- "$BASELINE"
}

@test "ratchet takes a move along, and no more than the moved file had" {
	frozen
	git mv src/mono/a.py src/mono/z.py
	echo 'from mono.models import User' >>src/mono/z.py
	run -0 pawl ratchet
	[ "$output" = '0 uses removed, 8 left' ]
	entries | grep -qx 'src/mono/z.py mono.models.User 1'
}

@test "ratchet keeps the entries of a text that cannot be read, and names it" {
	frozen
	printf '# coding: utf-7\nx = 1\n' >src/mono/a.py
	fix b
	run -0 --separate-stderr pawl ratchet
	[ "$output" = '2 uses removed, 6 left' ]
	[[ $stderr == *src/mono/a.py* ]]
	entries | grep -qx 'src/mono/a.py mono.models.User 1'
	run -0 pawl freeze
	entries | grep -qx 'src/mono/a.py mono.models.User 1'
}

@test "ratchet without a baseline writes none" {
	run -0 pawl ratchet
	says 'pawl freeze'
	[ ! -e "$BASELINE" ]
}

@test "ratchet refuses a malformed baseline by its line: exit 2, the file intact" {
	frozen
	echo 'src/mono/z.py mono.models.User 1' >>"$BASELINE"
	cp "$BASELINE" "$BATS_TEST_TMPDIR/old"
	run -2 pawl ratchet
	says "$BASELINE:10:"
	cmp "$BASELINE" "$BATS_TEST_TMPDIR/old"
}

@test "ratchet sorts, joins doubled entries, and reads CRLF" {
	frozen
	cp "$BASELINE" "$BATS_TEST_TMPDIR/old"
	{
		head -1 "$BASELINE"
		tail -n +2 "$BASELINE" | LC_ALL=C sort -r
		tail -1 "$BASELINE"
	} | sed 's/$/\r/' >"$BATS_TEST_TMPDIR/new"
	cp "$BATS_TEST_TMPDIR/new" "$BASELINE"
	run -0 pawl ratchet
	cmp "$BASELINE" "$BATS_TEST_TMPDIR/old"
}

# conflicting STYLE: a merge of two fixes on adjacent lines, without the merge driver.
conflicting() {
	frozen
	git config merge.conflictStyle "$1"
	git checkout -q -b topic
	fix b
	pawl ratchet
	commit 'Fix b'
	git checkout -q main
	fix c
	pawl ratchet
	commit 'Fix c'
	run -1 git merge -q topic
	grep -q '^<<<<<<<' "$BASELINE"
}

@test "B4: ratchet takes a file with conflict markers, resolves it, and says so" {
	for style in merge diff3 zdiff3; do
		cd "$WORK"
		conflicting "$style"
		run -0 pawl ratchet
		says 'conflict markers resolved' '4 left'
		[ "$(fresh_freeze)" = "$(cat $BASELINE)" ]
		git add -A
		git commit -q -m 'Merge topic'
		run -0 pawl check --all --exact
		WORK=$BATS_TEST_TMPDIR/$style
		git init -q --template= "$WORK"
		cd "$WORK"
		write_tree
		commit 'Again'
	done
}

@test "B4: check --all takes a file with conflict markers too" {
	conflicting merge
	run -0 pawl check --all
	says 'conflict markers resolved'
	commit 'Merge without looking'
	run -0 pawl check --all HEAD
	says 'conflict markers resolved'
}

@test "a conflict marker without its end is an error by its line" {
	frozen
	sed -i '3i<<<<<<< HEAD' "$BASELINE"
	run -2 pawl ratchet
	says "$BASELINE:3:"
	run -2 pawl check --all
	says "$BASELINE:3:"
}

# ---- check --all ----

@test "check --all finds what the baseline lacks, in the working tree and in a commit" {
	frozen
	run -0 pawl check --all
	echo 'from mono.models import User' >src/mono/e.py
	git add -A
	run -1 pawl check --all
	says 'src/mono/e.py:1:25' 'mono.models.User'
	run -0 pawl check --all HEAD
	commit 'A new use'
	run -1 pawl check --all HEAD
}

@test "check --all counts by path and symbol" {
	frozen
	printf '%s\nfrom mono.models import User as Again\n' "$USES" >src/mono/a.py
	run -1 pawl check --all --format json
	python3 -c '
import json, sys
verdict = json.load(sys.stdin)
[finding] = verdict["findings"]
assert verdict["new"] == 1 and verdict["frozen"] == 8, verdict
assert (finding["line"], finding["base_count"], finding["count"]) == (2, 1, 2), finding
assert finding["canonical"] == "from mono.models.user import User", finding
' <<<"$output"
}

@test "check --all right after freeze has nothing to find" {
	pawl freeze
	run -0 pawl check --all
	[ -z "$output" ]
}

@test "check --all counts entries that are no longer needed; --exact makes them fail" {
	frozen
	fix a
	run -0 pawl check --all --format json
	says '"new":0' '"frozen":6' '"removed":2'
	run -1 pawl check --all --exact
	says 'found 2 entries of the baseline that are no longer needed' "$BASELINE:2" 'pawl ratchet'
	run -1 grep -e loosen -e maintainer <<<"$output"
	pawl ratchet
	run -0 pawl check --all --exact
}

@test "check --all credits a move" {
	frozen
	git mv src/mono/a.py src/mono/z.py
	run -0 pawl check --all
	echo 'from mono.models import User' >>src/mono/z.py
	run -1 pawl check --all
	says 'src/mono/z.py'
}

@test "check --all credits what was moved away, though another file came in its place" {
	frozen
	git mv src/mono/a.py src/mono/z.py
	commit 'Move a'
	echo 'x = 1' >src/mono/a.py
	run -0 pawl check --all
	commit 'Another a'
	run -0 pawl check --all
	echo 'from mono.models import User' >>src/mono/a.py
	run -1 pawl check --all
	says '1 new use'
}

@test "check --all credits no fix, wherever in history its line came and went" {
	frozen
	fix a
	commit 'Fix a'
	echo 'from mono.models import User' >src/mono/z.py
	git add -A
	run -1 pawl check --all
	says 'src/mono/z.py:1:25'
	git rm -q src/mono/b.py
	pawl ratchet
	commit 'Delete b, with its entries'
	git checkout -q HEAD~ -- src/mono/b.py
	run -1 pawl check --all
	says 'src/mono/b.py'
}

@test "check --all in a shallow clone credits what its history shows" {
	frozen
	git mv src/mono/a.py src/mono/z.py
	commit 'Move a'
	echo 'x = 1' >src/mono/a.py
	commit 'Another a'
	for depth in 1 2; do
		git clone -q --depth "$depth" "file://$WORK" "$BATS_TEST_TMPDIR/$depth"
		run pawl check --all --repo "$BATS_TEST_TMPDIR/$depth"
		[ "$status" = $((2 - depth)) ]
	done
}

@test "two fixes that land at the same time do not break the main branch" {
	frozen
	git checkout -q -b topic
	fix a
	commit 'Fix a, the baseline forgotten'
	git checkout -q main
	fix b
	pawl ratchet
	commit 'Fix b'
	git merge -q topic -m 'Merge'
	run -0 pawl check --all
}

@test "--exact needs --all: exit 2" {
	run -2 pawl check --exact
}

@test "check --all in a bare repository is about HEAD" {
	frozen
	git clone -q --bare . "$BATS_TEST_TMPDIR/bare.git"
	run -0 pawl check --all --repo "$BATS_TEST_TMPDIR/bare.git"
}

# ---- files ----

@test "a folder that cannot be written: exit 3, the old file intact" {
	frozen
	fix a
	chmod a-w .pawl
	if [ "$(id -u)" = 0 ]; then # root writes anywhere, but for this
		run -3 setpriv --bounding-set=-dac_override,-dac_read_search pawl ratchet
	else
		run -3 pawl ratchet
	fi
	says 'cannot write'
	chmod u+w .pawl
	git diff --quiet HEAD -- "$BASELINE"
}

@test "no room to write: exit 3, the old file intact, nothing left behind" {
	frozen
	fix a
	(
		ulimit -f 0
		run -3 pawl ratchet
		[[ $output == *'cannot write'* ]]
	)
	git diff --quiet HEAD -- "$BASELINE"
	[ "$(ls .pawl)" = $'baseline\nconfig.ini' ]
}

@test "the baseline keeps its mode" {
	frozen
	chmod 640 "$BASELINE"
	fix a
	pawl ratchet
	[ "$(stat -c %a $BASELINE)" = 640 ]
}

# ---- the merge driver ----

@test "install.sh --repo installs the merge driver, and a merge of adjacent fixes never stops" {
	frozen
	run -0 "$PAWL_ROOT/install.sh" --repo "$WORK"
	grep -qx '.pawl/baseline merge=pawl-baseline' .gitattributes
	[[ $(git config merge.pawl-baseline.driver) == *'pawl merge-baseline %O %A %B' ]]
	commit 'The merge driver'
	git checkout -q -b topic
	fix b
	commit 'Fix b'
	git checkout -q main
	fix c
	commit 'Fix c'
	git merge -q --no-edit topic
	[ "$(entries | wc -l)" = 4 ]
	run -0 pawl check --all --exact
}

@test "merge-baseline: a missing side is exit 2, a malformed one too, and OURS stays" {
	frozen
	cp $BASELINE base
	cp $BASELINE ours
	echo nonsense >theirs
	run -2 pawl merge-baseline base ours theirs
	says 'theirs:1'
	cmp ours $BASELINE
	run -2 pawl merge-baseline base ours nowhere
	run -2 pawl merge-baseline base ours
	: >base
	cp $BASELINE theirs
	run -0 pawl merge-baseline base ours theirs
	cmp ours $BASELINE
}
