#include "pawl/common.h"

#include <time.h>

struct slice date_today(char out[DATE_SIZE])
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	return (struct slice){out, strftime(out, DATE_SIZE, "%Y-%m-%d", &utc)};
}
