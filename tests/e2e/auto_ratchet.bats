#!/usr/bin/env bats
# pre-commit shrinks the staged baseline by what the commit fixes and moves.
# shellcheck disable=SC2154,SC2086 # frozen.bash and run set the rest
load frozen

hooked() {
	frozen
	mkdir -p .git/hooks
	cp "$PAWL_BIN/pawl-pre-commit" .git/hooks/pre-commit
}

committed() {
	git show HEAD:$BASELINE | tail -n +2 | tr '\t' ' '
}

# Index and working tree are what was committed.
clean() {
	[ -z "$(git status --porcelain)" ] || {
		git status --porcelain >&2
		git diff HEAD >&2
		return 1
	}
}

@test "a commit that fixes uses commits the shorter baseline" {
	hooked
	fix a
	git add -A
	run -0 git commit -qm 'Fix a'
	says '.pawl/baseline: staged with 2 uses removed'
	run -1 grep -c src/mono/a.py <<<"$(committed)"
	[ "$(committed | wc -l)" = 6 ]
	clean
	run -0 pawl check --all --exact HEAD
}

@test "with git commit -a" {
	hooked
	fix a
	git commit -qam 'Fix a'
	[ "$(committed | wc -l)" = 6 ]
	clean
}

@test "with git commit PATH, beside something else that is staged" {
	hooked
	fix a b
	echo x >README
	git add README src/mono/b.py
	git commit -qm 'Fix a' src/mono/a.py
	[ "$(committed | wc -l)" = 6 ]
	run -1 grep -c src/mono/a.py $BASELINE
	[ "$(git status --porcelain)" = $'A  README\nM  src/mono/b.py' ]
	git commit -qm 'Fix b'
	[ "$(committed | wc -l)" = 4 ]
	clean
}

@test "with git commit PATH from a folder below the top, and --only" {
	hooked
	fix a
	cd src/mono
	git commit -qm 'Fix a' --only a.py
	cd ../..
	[ "$(committed | wc -l)" = 6 ]
	clean
}

@test "a move takes its entries along" {
	hooked
	git mv src/mono/a.py src/mono/z.py
	git commit -qm 'Move a'
	committed | grep -qx 'src/mono/z.py mono.models.User 1'
	[ "$(committed | wc -l)" = 8 ]
	clean
}

@test "only what is staged counts, and only lines about the commit's paths are touched" {
	hooked
	fix a b
	git add src/mono/a.py
	git commit -qm 'Fix a'
	run -1 grep -c src/mono/a.py <<<"$(committed)"
	committed | grep -q src/mono/b.py
	[ "$(git status --porcelain)" = ' M src/mono/b.py' ]
}

@test "an entry that other commits left behind is not touched" {
	hooked
	fix a
	git commit -qam 'Fix a' --no-verify
	fix b
	git commit -qam 'Fix b'
	committed | grep -q src/mono/a.py
	run -1 grep -c src/mono/b.py <<<"$(committed)"
}

@test "a path that an earlier commit moved takes nothing from one that moves now" {
	hooked
	git mv src/mono/d.py src/mono/m.py
	git commit -qm 'Move d' --no-verify
	sed -i "s/^from mono.models import.*/from mono.models import Group/" src/mono/m.py
	git mv src/mono/a.py src/mono/z.py
	git commit -qam 'Move a, fix half of m'
	committed | grep -qx 'src/mono/z.py mono.models.Group 1'
	committed | grep -qx 'src/mono/z.py mono.models.User 1'
	run -1 grep -c 'src/mono/[am].py' <<<"$(committed)"
	run -0 pawl check --all HEAD
	pawl ratchet
	committed | grep -q src/mono/d.py
	run -1 grep -c src/mono/d.py $BASELINE
}

@test "a new path that would get only some of its entries is left to pawl ratchet" {
	hooked
	git mv src/mono/d.py src/mono/m.py
	git commit -qm 'Move d' --no-verify
	sed -i "s/^from mono.models import.*/from mono.models import Group/" src/mono/a.py
	git commit -qam 'Fix half of a'
	git mv src/mono/a.py src/mono/z.py
	git mv src/mono/m.py src/mono/k.py
	git commit -qm 'Move both'
	committed | grep -qx 'src/mono/a.py mono.models.Group 1'
	run -1 grep -c 'src/mono/[kz].py' <<<"$(committed)"
	run -0 pawl check --all HEAD
	run -0 pawl ratchet
	run -0 pawl check --all --exact
	grep -q src/mono/k.py $BASELINE
}

@test "a file in the place of one that is gone leaves its entries to pawl ratchet" {
	hooked
	git mv src/mono/a.py src/mono/z.py
	git commit -qm 'Move a' --no-verify
	git mv src/mono/b.py src/mono/a.py
	git commit -qm 'Move b to a'
	[ "$(committed | wc -l)" = 8 ]
	run -0 pawl check --all HEAD
	sed -i "s/^from mono.models import.*/from mono.models import Group/" src/mono/a.py
	git commit -qam 'Fix half of it'
	run -0 pawl check --all HEAD
	pawl ratchet
	entries | grep -qx 'src/mono/a.py mono.models.Group 1'
	run -1 grep -c 'src/mono/b.py' $BASELINE
	[ "$(fresh_freeze)" = "$(cat $BASELINE)" ]
	git commit -qam 'Ratchet'
	run -0 pawl check --all --exact HEAD
}

@test "entries that a file has left behind stay where an edit of the new one is committed" {
	hooked
	git mv src/mono/a.py src/mono/z.py
	git commit -qm 'Move a' --no-verify
	echo 'x = 1' >src/mono/a.py
	git add -A
	git commit -qm 'Another a' --no-verify
	echo 'x = 2' >src/mono/a.py
	git commit -qam 'Edit it'
	committed | grep -qx 'src/mono/a.py mono.models.User 1'
	run -0 pawl check --all HEAD
}

@test "the working tree's own edits of the baseline stay" {
	hooked
	fix a b
	git add src/mono
	sed -i '/b.py/d' $BASELINE
	cp $BASELINE "$BATS_TEST_TMPDIR/mine"
	git reset -q src/mono/b.py
	git commit -qm 'Fix a'
	cmp $BASELINE "$BATS_TEST_TMPDIR/mine"
	committed | grep -q src/mono/b.py
	run -1 grep -c src/mono/a.py <<<"$(committed)"
}

@test "an unsorted staged baseline of one's own is judged before it is shrunk" {
	hooked
	sed -i '2{h;d};3G' $BASELINE
	fix a
	git add -A
	run -1 git commit -qm 'Fix a'
	says "$BASELINE:3" 'not sorted'
}

@test "auto-ratchet = no leaves it alone" {
	sed -i 's/^roots.*/&\nauto-ratchet = no/' .pawl/config.ini
	hooked
	fix a
	git commit -qam 'Fix a'
	[ "$(committed | wc -l)" = 8 ]
	clean
}

@test "no baseline, none is made" {
	mkdir -p .git/hooks
	cp "$PAWL_BIN/pawl-pre-commit" .git/hooks/pre-commit
	fix a
	git commit -qam 'Fix a'
	[ ! -e $BASELINE ]
	clean
}

@test "a merge commit keeps what the tree needs" {
	hooked
	git config merge.pawl-baseline.driver "pawl merge-baseline %O %A %B"
	echo "$BASELINE merge=pawl-baseline" >.gitattributes
	commit 'The merge driver'
	git checkout -q -b topic
	fix a
	git commit -qam 'Fix a'
	git checkout -q main
	fix b
	git commit -qam 'Fix b'
	git merge -q --no-ff -m 'Merge' topic
	[ "$(committed | wc -l)" = 4 ]
	clean
	run -0 pawl check --all --exact HEAD
}

@test "a sparse and a split index" {
	hooked
	git update-index --split-index
	fix a
	git commit -qam 'Fix a'
	[ "$(committed | wc -l)" = 6 ]
	clean
	git update-index --no-split-index
	mkdir other
	touch other/x
	commit 'Other'
	git sparse-checkout set --cone --sparse-index src .pawl
	fix b
	git commit -qam 'Fix b'
	[ "$(committed | wc -l)" = 4 ]
	clean
}

@test "a linked work tree" {
	hooked
	git worktree add -q "$BATS_TEST_TMPDIR/linked"
	cd "$BATS_TEST_TMPDIR/linked"
	fix a
	git commit -qam 'Fix a'
	[ "$(committed | wc -l)" = 6 ]
	clean
}

@test "amending" {
	hooked
	fix a
	git commit -qam 'Fix a'
	fix b
	git commit -qa --amend -m 'Fix a and b'
	[ "$(committed | wc -l)" = 4 ]
	clean
}

@test "what the hook shrinks, the server takes" {
	hooked
	serve
	fix a
	git mv src/mono/b.py src/mono/y.py
	git commit -qam 'Fix and move'
	run -0 git push -q "$SERVER" main
	run -0 pawl check --all --exact HEAD
}
