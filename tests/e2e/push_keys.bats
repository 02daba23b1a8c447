#!/usr/bin/env bats
# S2: for each key that a pushed policy can have, the push that loosens it is rejected with the key and its line.
# shellcheck disable=SC2154,SC2086 # frozen.bash and run set the rest
load frozen

write_policy() {
	put .pawl/config.ini <<-'POLICY'
		[pawl]
		roots = src
		include = *.py
		exclude = src/mono/gen/*
		refs = refs/heads/*
		trunk = refs/heads/main
		baseline = .pawl/baseline
		granularity = tip
		on-commit = check
		auto-ratchet = yes
		inline-allow = no
		strings = mock.patch
		side-effects = mono.models.User
		facts = pawl/facts

		[facade mono.models]
		allow = src/mono/shell.py
		only = src/mono/*
		surface = frozen
		type-checking = frozen
		state = frozen
		message = see docs
		deadline = 2999-06-01
		after-deadline = reject
		keep-import = yes
	POLICY
}

# changed KEY VALUE: a commit that says so in the pushed policy, or leaves the key out where VALUE is `-`.
changed() {
	git reset -q --hard start
	if [ "$2" = - ]; then
		sed -i "/^$1 =/d" .pawl/config.ini
	else
		sed -i "s|^$1 =.*|$1 = $2|" .pawl/config.ini
	fi
	! git diff --quiet || {
		echo "$1 = $2 changes nothing" >&2
		return 1
	}
	git commit -qam "$1 = $2"
}

@test "each key: a change that is no proven tightening" {
	git tag start
	serve
	local key value line
	while read -r key value; do
		changed "$key" "$value"
		line=$(grep -n "^$key =" .pawl/config.ini | cut -d: -f1)
		run -1 git push "$SERVER" main
		says 'loosens the policy' "$key" ".pawl/config.ini${line:+:$line:1}"
		run -1 pawl check HEAD
		says 'loosens the policy' "$key"
	done <<-'CHANGES'
		roots src lib
		roots .
		include *.pyi
		include -
		exclude src/mono/gen/* src/mono/a.py
		refs refs/heads/other
		trunk refs/heads/other
		trunk -
		baseline elsewhere
		granularity commit
		on-commit fix
		auto-ratchet no
		inline-allow yes
		strings mock.patch mock.other
		strings -
		side-effects -
		facts off
		allow src/mono/shell.py src/mono/*
		only src/*
		only -
		surface open
		surface -
		type-checking free
		deadline 2999-06-02
		deadline -
		after-deadline say
		after-deadline -
		keep-import no
	CHANGES
}

@test "each key: a proven tightening" {
	git tag start
	serve
	local key value
	while read -r key value; do
		git push -q --force --receive-pack='git -c core.hooksPath=/dev/null receive-pack' "$SERVER" start:refs/heads/main
		changed "$key" "$value"
		run -0 git push "$SERVER" main
	done <<-'CHANGES'
		exclude -
		allow -
		state removed
		message see the other page
		message -
		deadline 2999-05-31
	CHANGES
}

@test "exports and source added to a facade need a maintainer" {
	serve
	local key
	for key in 'exports = .pawl/exports.tsv' 'source = ../other.git refs/heads/main'; do
		git reset -q --hard
		sed -i "\$a$key" .pawl/config.ini
		git commit -qam "$key"
		run -1 git push "$SERVER" main
		says 'loosens the policy' "${key%% *}" .pawl/config.ini:26:1
		git reset -q --hard HEAD~
	done
}
