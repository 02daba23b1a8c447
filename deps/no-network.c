/*
 * What libgit2's start-up and settings ask of its network transports, which deps/compile takes out
 * of the library: pawl reads repositories on this machine alone, and a hook that cannot open a
 * connection needs no proof that it does not. Signatures and types are those of libgit2's own
 * headers.
 */
#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>

/* src/libgit2/streams, src/libgit2/transports */
int git_socket_stream__connect_timeout, git_socket_stream__timeout;
bool git_smart__ofs_delta_enabled, git_http__expect_continue;

int git_socket_stream_global_init(void);
int git_socket_stream_global_init(void)
{
	return 0;
}

int git_openssl_stream_global_init(void);
int git_openssl_stream_global_init(void)
{
	return 0;
}

int git_mbedtls_stream_global_init(void);
int git_mbedtls_stream_global_init(void)
{
	return 0;
}

int git_stream_registry_global_init(void);
int git_stream_registry_global_init(void)
{
	return 0;
}

int git_transport_ssh_libssh2_global_init(void);
int git_transport_ssh_libssh2_global_init(void)
{
	return 0;
}

/*
 * libgit2 looks up a home directory where the effective user is not the real one
 * (src/util/sysdir.c). In a static program glibc's own lookup brings NSS, and with it DNS and
 * nscd's socket. Nobody is found.
 */
int getpwuid_r(uid_t user, struct passwd *entry, char *buf, size_t size, struct passwd **result)
{
	(void)user;
	(void)entry;
	(void)buf;
	(void)size;
	*result = NULL;
	return 0;
}
