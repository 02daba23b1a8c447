#!/usr/bin/env bats
# Trees as nobody's git would write them (P6), links, submodules and modes (T8).
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

USE='from mono.models import User'

# commit_tree TREE: a commit of that tree on the trunk's tip; prints its id.
commit_tree() {
	work commit-tree -p main -m 'A tree made by hand' "$1"
}

# tree_with FOLDER TREE: the trunk's tree with one folder's tree replaced; the folders above are written anew.
tree_with() {
	local folder=$1 tree=$2 parent name
	while [ -n "$folder" ]; do
		parent=${folder%/*} name=${folder##*/}
		[ "$parent" != "$folder" ] || parent=
		tree=$(work ls-tree "main:$parent" | sed "s/ [0-9a-f]*	$name\$/ $tree	$name/" | work mktree --missing)
		folder=$parent
	done
	echo "$tree"
}

entries() {
	work ls-tree "main:$1" | sed 's/^\([0-9]*\) [a-z]* \([0-9a-f]*\)	/\1 \2 /; s/^040000/40000/'
}

@test "P6: a tree with a name twice is unreadable" {
	clean=$(echo 'x = 1' | blob)
	dirty=$(echo "$USE" | blob)
	for order in "$clean $dirty" "$dirty $clean"; do
		read -r first second <<<"$order"
		tree=$({ entries src/mono | sed "/ web.py\$/,\$d"
			echo "100644 $first web.py"
			echo "100644 $second web.py"; } | raw_tree)
		push_rejected 1 "$(commit_tree "$(tree_with src/mono "$tree")"):main"
		says src/mono
	done
}

@test "P6: an unsorted tree is unreadable" {
	tree=$(entries src/mono | sort -r -k3 | raw_tree)
	push_rejected 1 "$(commit_tree "$(tree_with src/mono "$tree")"):main"
	says src/mono
}

@test "P6: a tree that hides a file behind a folder of the same name is unreadable" {
	dirty=$(echo "$USE" | blob)
	sub=$(printf '100644 %s __init__.py\n' "$dirty" | raw_tree)
	# git sorts the folder `web` as `web/`, so the two are not neighbours: a check of neighbours alone is blind.
	between=$(echo 'x = 1' | blob)
	tree=$({ echo "100644 $dirty web"
		echo "100644 $between web.py"
		echo "40000 $sub web"; } | raw_tree)
	push_rejected 1 "$(commit_tree "$(tree_with src/mono "$tree")"):main"
	says src/mono
}

@test "P6: names that git would not write are unreadable" {
	dirty=$(echo "$USE" | blob)
	for name in .. . .git a/b.py; do
		tree=$(printf '100644 %s %s\n' "$dirty" "$name" | raw_tree)
		push_rejected 1 "$(commit_tree "$(tree_with src/mono "$tree")"):main"
		says src/mono
	done
}

@test "P6: a broken tree is unreadable on a new branch, too" {
	tree=$(entries src/mono | sort -r -k3 | raw_tree)
	push_rejected 1 "$(commit_tree "$(tree_with src/mono "$tree")"):topic"
	says src/mono
}

@test "P6: a broken tree outside the roots is unreadable, too" {
	blob=$(echo 'x = 1' | blob)
	sub=$(printf '100644 %s b.txt\n100644 %s a.txt\n' "$blob" "$blob" | raw_tree)
	tree=$({ entries '' | sed "/ src\$/,\$d"
		echo "40000 $sub data"
		entries '' | grep ' src$'; } | sort -k3 | raw_tree)
	push_rejected 1 "$(commit_tree "$tree"):main"
	says data
}

@test "P6: a broken tree that the old tip has already does not reject others' work" {
	blob=$(echo 'x = 1' | blob)
	sub=$(printf '100644 %s b.txt\n100644 %s a.txt\n' "$blob" "$blob" | raw_tree)
	tree=$({ entries '' | sed "/ src\$/,\$d"
		echo "40000 $sub data"
		entries '' | grep ' src$'; } | sort -k3 | raw_tree)
	broken=$(commit_tree "$tree")
	push_unchecked "$broken:main"
	next=$({ work ls-tree "$broken" | grep -v '	README$'; } | work mktree --missing)
	push_ok "$(work commit-tree -p "$broken" -m 'Without README' "$next"):main"
}

@test "P6: a folder deep below others is entered" {
	put_line "$(printf 'd/%.0s' {1..60})x.py" "$USE"
	commit 'Deep'
	push_rejected 1 main
	says "d/x.py:1:25"
}

@test "P6: a file that turns into a folder, and a folder into a file" {
	work rm -q src/mono/tasks.py
	put_line src/mono/tasks.py/x.py "$USE"
	commit 'A folder named as a text'
	push_rejected 1 main
	finds src/mono/tasks.py/x.py:1:25 mono.models.User
}

@test "T8: a link to a text is judged as that text, at the link's path" {
	put_line data/text.txt 'import os' "$USE"
	ln -s ../../data/text.txt "$WORK/src/mono/link.py"
	commit 'A link'
	push_rejected 1 main
	finds src/mono/link.py:2:25 mono.models.User
	never_says data/text.txt:
}

@test "T8: a push that changes only what a link leads to is judged at the link" {
	put_line data/text.txt 'import os'
	ln -s ../../data/text.txt "$WORK/src/mono/link.py"
	commit 'A link to an innocent text'
	push_ok main
	put_line data/text.txt 'import os' "$USE"
	commit 'Only the target'
	push_rejected 1 main
	finds src/mono/link.py:2:25 mono.models.User
}

@test "T8: a link through a link, and through a linked folder, is followed" {
	put_line data/text.txt "$USE"
	ln -s text.txt "$WORK/data/second"
	ln -s ../data "$WORK/src/folder"
	ln -s ../folder/second "$WORK/src/mono/link.py"
	commit 'Links'
	push_rejected 1 main
	finds src/mono/link.py:1:25 mono.models.User
}

@test "T8: a link out of the tree, into nothing, to a folder or in circles is no text" {
	ln -s ../../../../etc/passwd "$WORK/src/mono/out.py"
	ln -s /etc/passwd "$WORK/src/mono/root.py"
	ln -s nothing "$WORK/src/mono/nothing.py"
	ln -s models "$WORK/src/mono/folder.py"
	ln -s b.py "$WORK/src/mono/a.py"
	ln -s a.py "$WORK/src/mono/b.py"
	commit 'Links'
	push_ok main
}

@test "T8: a link whose own bytes say an import is no text" {
	link=$(printf '%s' "$USE" | blob)
	work update-index --add --cacheinfo "120000,$link,src/mono/link.py"
	work commit -q -m 'A link to nowhere, worded as an import'
	push_ok main
}

@test "T8: a link that becomes a file is a new text" {
	text=$(printf '%s' "$USE" | blob)
	work update-index --add --cacheinfo "120000,$text,src/mono/link.py"
	work commit -q -m 'A link'
	push_ok main
	work update-index --cacheinfo "100644,$text,src/mono/link.py"
	work commit -q -m 'The same bytes as a file'
	push_rejected 1 main
	finds src/mono/link.py:1:25 mono.models.User
}

@test "T8: a file with a use that becomes a link to the same text keeps its use" {
	work mv src/mono/web.py data.txt
	ln -s ../../data.txt "$WORK/src/mono/web.py"
	commit 'A link now'
	push_ok main
}

@test "T8: a submodule named as a text is never entered" {
	work update-index --add --cacheinfo "160000,$(work rev-parse main),src/mono/sub.py"
	work commit -q -m 'A submodule'
	push_ok main
	work update-index --cacheinfo "160000,1234567890123456789012345678901234567890,src/mono/sub.py"
	work commit -q -m 'A submodule that nobody has'
	push_ok main
}

@test "T8: a submodule that becomes a folder is entered" {
	work update-index --add --cacheinfo "160000,$(work rev-parse main),src/mono/sub"
	work commit -q -m 'A submodule'
	push_ok main
	work rm -q --cached src/mono/sub
	put_line src/mono/sub/x.py "$USE"
	commit 'A folder'
	push_rejected 1 main
	finds src/mono/sub/x.py:1:25 mono.models.User
}

@test "T8, P7: a link that led nowhere says what a text says that moves to its target" {
	ln -s there.py "$WORK/src/mono/link.py"
	put_line src/mono/here.py 'x = 1' "$USE"
	commit 'A link that leads nowhere'
	push_unchecked main
	work mv src/mono/here.py src/mono/there.py
	commit 'Move it'
	push_rejected 1 main
	finds src/mono/link.py:2:25 mono.models.User
}

@test "T8, T7: a link that led nowhere is unreadable as is a text that moves to its target" {
	ln -s there.py "$WORK/src/mono/link.py"
	put_line src/mono/here.py '# coding: utf-7' "$USE"
	commit 'A link that leads nowhere'
	push_unchecked main
	work mv src/mono/here.py src/mono/there.py
	commit 'Move it'
	push_rejected 1 main
	says 'src/mono/link.py'
}

@test "T8, P4: a link of one base says what its target says in another" {
	put_line src/mono/there.py 'x = 1'
	commit 'A text'
	push_unchecked main main:topic
	work checkout -q -b topic
	ln -s there.py "$WORK/src/mono/link.py"
	commit 'A link to it'
	push_ok topic
	work checkout -q main
	put_line src/mono/there.py 'x = 1' "$USE"
	commit 'A use that a maintainer lets in'
	push_unchecked main
	work checkout -q topic
	work merge -q --no-edit main
	push_rejected 1 topic
	finds src/mono/link.py:2:25 mono.models.User
}
