#include "path.h"

struct slice path_take(struct slice *rest)
{
	const char *slash = rest->len ? memchr(rest->ptr, '/', rest->len) : NULL;
	size_t len = slash ? (size_t)(slash - rest->ptr) : rest->len;
	struct slice component = {rest->ptr, len};

	if (slash)
		len++;
	*rest = (struct slice){rest->ptr + len, rest->len - len};
	return component;
}
