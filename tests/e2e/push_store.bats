#!/usr/bin/env bats
# How the server keeps its objects and refs, and how a push gets there: alternates, odd paths, packs,
# namespaces, shallow clones, HTTP.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; helpers.bash sets the rest
load helpers

# ratchet_holds: in this server a new use is rejected by name, also on a new branch; plain work is accepted.
ratchet_holds() {
	new_use
	push_rejected 1 HEAD:refs/heads/main
	finds src/mono/new.py:1:25 mono.models.User
	says '+ from mono.models.user import User'
	push_rejected 1 HEAD:refs/heads/topic
	finds src/mono/new.py:1:25 mono.models.User
	work reset -q --hard HEAD^
	plain_work
	push_ok HEAD:refs/heads/main
	plain_work
	push_ok HEAD:refs/heads/topic
}

move_server() {
	mv "$SERVER" "$BATS_TEST_TMPDIR/$1"
	SERVER=$BATS_TEST_TMPDIR/$1 URL=file://$BATS_TEST_TMPDIR/$1
}

@test "P6: a repository path with colons, spaces and quotes" {
	for name in 'we:ird re:po.git' 'a "quoted: one" \ back.git' $'tab\tand\nline: feed.git'; do
		move_server "$name"
		ratchet_holds
		work reset -q --hard "$(server rev-parse main)"
		server update-ref -d refs/heads/topic
	done
}

@test "P6: a fork that borrows its objects" {
	server clone -q --bare --shared --template= "$SERVER" "$BATS_TEST_TMPDIR/fork.git"
	rm -rf "$WORK/.git/objects/pack"
	SERVER=$BATS_TEST_TMPDIR/fork.git URL=file://$SERVER
	install_hook "$SERVER"
	[ -s "$SERVER/objects/info/alternates" ]
	ratchet_holds
}

@test "P6: a fork that borrows from a path with colons and spaces, in one itself" {
	move_server 'or:igin al.git'
	git clone -q --bare --shared --template= "$SERVER" "$BATS_TEST_TMPDIR/fo:rk ed.git"
	SERVER="$BATS_TEST_TMPDIR/fo:rk ed.git" URL="file://$BATS_TEST_TMPDIR/fo:rk ed.git"
	install_hook "$SERVER"
	ratchet_holds
}

@test "P11: packed objects and packed refs" {
	server repack -q -a -d
	server pack-refs --all --prune
	ratchet_holds
}

@test "P11: a commit-graph and a multi-pack-index" {
	plain_work
	push_ok main
	server repack -q -a -d
	server commit-graph write --reachable --split
	plain_work
	push_ok main
	server repack -q -d
	server commit-graph write --reachable --split
	server multi-pack-index write
	ratchet_holds
}

@test "P11: a push as a pack that is kept" {
	server config receive.unpackLimit 1
	ratchet_holds
}

@test "P11: objects that hang about change no verdict" {
	work checkout -q -b away
	new_use
	work push -q --receive-pack='git -c core.hooksPath=/dev/null receive-pack' "$URL" away
	server update-ref -d refs/heads/away
	work checkout -q main
	ratchet_holds
}

# in_namespace: pushes go to the namespace `ns` of the server, which holds the monolith.
in_namespace() {
	server update-ref refs/namespaces/ns/refs/heads/main refs/heads/main
	server symbolic-ref refs/namespaces/ns/HEAD refs/namespaces/ns/refs/heads/main
	server_policy <<-'POLICY'
		[pawl]
		roots = src
		trunk = refs/heads/main
		[facade mono.models]
	POLICY
	NAMESPACE='--receive-pack=env GIT_NAMESPACE=ns git receive-pack'
}

@test "P5: packed refs in a GIT_NAMESPACE are never taken for none" {
	in_namespace
	server pack-refs --all --prune
	new_use
	push_rejected '[13]' "$NAMESPACE" main
	says pawl
	push_rejected '[13]' "$NAMESPACE" main:topic
	says pawl
	work reset -q --hard HEAD^
	plain_work
	# Judged or refused by name: where it is accepted, the ref within the namespace moved, no other.
	push "$NAMESPACE" main
	case $hook_status in
	0) [ "$(server rev-parse refs/namespaces/ns/refs/heads/main)" = "$(work rev-parse main)" ] ;;
	3) says pawl ;;
	*) fail 'neither judged nor refused' ;;
	esac
	[ "$(server rev-parse refs/heads/main)" = "$(work rev-parse main~1)" ]
}

@test "P5: packed refs in a GIT_NAMESPACE without a server's file are never taken for none" {
	in_namespace
	rm "$SERVER/pawl/config.ini"
	server pack-refs --all --prune
	new_use
	push_rejected '[123]' "$NAMESPACE" main
	push_rejected '[123]' "$NAMESPACE" main:topic
	says pawl
}

@test "P5: loose refs in a GIT_NAMESPACE" {
	in_namespace
	new_use
	push_rejected '[13]' "$NAMESPACE" main
	push_rejected '[13]' "$NAMESPACE" main:topic
	says pawl
}

@test "P8: a push from a shallow clone" {
	plain_work
	push_ok main
	git clone -q --depth 1 "$URL" "$BATS_TEST_TMPDIR/shallow"
	WORK=$BATS_TEST_TMPDIR/shallow
	[ "$(work rev-parse --is-shallow-repository)" = true ]
	ratchet_holds
}

@test "P8: a shallow server judges by the commits that it has" {
	plain_work
	push_ok main
	git clone -q --bare --depth 1 --template= "$URL" "$BATS_TEST_TMPDIR/shallow.git"
	SERVER=$BATS_TEST_TMPDIR/shallow.git URL=file://$SERVER
	install_hook "$SERVER"
	[ "$(server rev-parse --is-shallow-repository)" = true ]
	new_use
	push_rejected 1 main
	finds src/mono/new.py:1:25 mono.models.User
	work reset -q --hard HEAD^
	plain_work
	push_ok main
}

@test "P8: a pushed history with a missing parent is exit 3" {
	server config receive.shallowUpdate true
	work checkout -q --orphan island
	work rm -q -r --cached .
	work clean -q -d -f
	put_line a.py 'x = 1'
	commit 'First'
	put_line a.py 'x = 2'
	commit 'Second'
	git clone -q --depth 1 --branch island "file://$WORK" "$BATS_TEST_TMPDIR/shallow"
	WORK=$BATS_TEST_TMPDIR/shallow
	push_rejected 3 island
	says pawl
}

# Apache with git http-backend, accounts alice and mallory, on a free port of the loopback interface.
serve_http() {
	local apache=/usr/sbin/apache2 modules=/usr/lib/apache2/modules account
	[ -x "$apache" ] || skip 'apache2 is not installed'
	WEB=$(mktemp -d "${TMPDIR:-/tmp}/pawl-web.XXXXXX")
	PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	account=$(id -un)
	[ "$(id -u)" != 0 ] || account=www-data
	cp -a "$SERVER" "$WEB/server.git"
	SERVER=$WEB/server.git
	cp "$PAWL_BIN/pawl-pre-receive" "$WEB/"
	PAWL_BIN=$WEB install_hook "$SERVER"
	cp "$GIT_CONFIG_GLOBAL" "$WEB/gitconfig"
	python3 -c '
import base64, hashlib
for name in ("alice", "mallory"):
    print(name + ":{SHA}" + base64.b64encode(hashlib.sha1(b"secret").digest()).decode())' >"$WEB/accounts"
	cat >"$WEB/httpd.conf" <<-CONFIG
		ServerRoot $WEB
		ServerName localhost
		Listen 127.0.0.1:$PORT
		PidFile $WEB/httpd.pid
		ErrorLog $WEB/error.log
		DefaultRuntimeDir $WEB
		Mutex file:$WEB default
		LoadModule mpm_prefork_module $modules/mod_mpm_prefork.so
		LoadModule authn_core_module $modules/mod_authn_core.so
		LoadModule authn_file_module $modules/mod_authn_file.so
		LoadModule authz_core_module $modules/mod_authz_core.so
		LoadModule authz_user_module $modules/mod_authz_user.so
		LoadModule auth_basic_module $modules/mod_auth_basic.so
		LoadModule alias_module $modules/mod_alias.so
		LoadModule cgi_module $modules/mod_cgi.so
		LoadModule env_module $modules/mod_env.so
		StartServers 1
		User $account
		Group $(id -gn "$account")
		SetEnv GIT_PROJECT_ROOT $WEB
		SetEnv GIT_HTTP_EXPORT_ALL
		SetEnv GIT_CONFIG_NOSYSTEM 1
		SetEnv GIT_CONFIG_GLOBAL $WEB/gitconfig
		ScriptAlias /git/ $(git --exec-path)/git-http-backend/
		<Location />
			AuthType Basic
			AuthName pawl
			AuthUserFile $WEB/accounts
			Require valid-user
		</Location>
	CONFIG
	chmod 755 "$WEB"
	[ "$(id -u)" != 0 ] || chown -R "$account" "$WEB"
	git config --global --add safe.directory "$SERVER"
	"$apache" -f "$WEB/httpd.conf" -k start
}

teardown() {
	if [ -n "${WEB-}" ] && [ -f "$WEB/httpd.pid" ]; then
		kill "$(cat "$WEB/httpd.pid")" || true
		while [ -f "$WEB/httpd.pid" ]; do sleep 0.05; done
	fi
	[ -z "${WEB-}" ] || rm -rf "$WEB"
}

@test "P1: over HTTP, with git http-backend behind Apache" {
	server_policy <<-'POLICY'
		[pawl]
		maintainers = alice
		pusher = REMOTE_USER
	POLICY
	serve_http
	URL=http://mallory:secret@127.0.0.1:$PORT/git/server.git
	ratchet_holds
	new_use
	push_rejected 1 --push-option=pawl.allow='me' HEAD:refs/heads/main
	REMOTE_USER=alice push_rejected 1 --push-option=pawl.allow='me' HEAD:refs/heads/main
	URL=http://alice:secret@127.0.0.1:$PORT/git/server.git
	push_rejected 1 HEAD:refs/heads/main
	push_ok --push-option=pawl.allow='The release cannot wait' HEAD:refs/heads/main
	says 'The release cannot wait'
}
