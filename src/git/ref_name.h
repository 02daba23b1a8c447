#ifndef PAWL_GIT_REF_NAME_H
#define PAWL_GIT_REF_NAME_H

#include "pawl/common.h"

/* Whether git would make a ref of that name: refs/ and then git-check-ref-format(1). */
bool ref_name_is_valid(struct slice name);

#endif
