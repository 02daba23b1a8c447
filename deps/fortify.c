/*
 * Debian's archives are built against glibc, with its checked variants of some functions. musl has
 * none: in the hooks these stand for them, and check as much.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__memcpy_chk(void *to, const void *from, size_t len, size_t room);
void *__memcpy_chk(void *to, const void *from, size_t len, size_t room)
{
	if (len > room)
		abort();
	return memcpy(to, from, len);
}

int __sprintf_chk(char *to, int flag, size_t room, const char *format, ...);
int __sprintf_chk(char *to, int flag, size_t room, const char *format, ...)
{
	va_list arguments;

	(void)flag;
	va_start(arguments, format);
	int len = vsnprintf(to, room, format, arguments);
	va_end(arguments);
	if (len >= 0 && (size_t)len >= room)
		abort();
	return len;
}
