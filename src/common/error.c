#include "pawl/common.h"

#include <stdio.h>

int pawl_error_set(struct pawl_error *error, enum pawl_error_kind kind, const char *format, ...)
{
	va_list arguments;

	error->kind = kind;
	va_start(arguments, format);
	vsnprintf(error->message, sizeof error->message, format, arguments);
	va_end(arguments);
	return -1;
}

int pawl_error_exit_status(const struct pawl_error *error)
{
	switch (error->kind) {
	case PAWL_ERROR_NONE:
		return 0;
	case PAWL_ERROR_CALL:
	case PAWL_ERROR_POLICY:
		return 2;
	case PAWL_ERROR_SERVER:
	case PAWL_ERROR_LIMIT:
		return 3;
	}
	return 3;
}
