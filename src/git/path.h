#ifndef PAWL_GIT_PATH_H
#define PAWL_GIT_PATH_H

#include "pawl/common.h"

/* Takes the first component off *rest, and the slash behind it. */
struct slice path_take(struct slice *rest);

#endif
