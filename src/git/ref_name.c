#include "ref_name.h"

#include "path.h"

static bool component_is_valid(struct slice component)
{
	if (!component.len || component.ptr[0] == '.' || slice_ends_with(component, SLICE(".lock")))
		return false;
	for (size_t i = 0; i < component.len; i++) {
		unsigned char c = (unsigned char)component.ptr[i];

		if (c <= ' ' || c == 0x7f || strchr("~^:?*[\\", c))
			return false;
		if (i && ((c == '.' && component.ptr[i - 1] == '.') ||
			  (c == '{' && component.ptr[i - 1] == '@')))
			return false;
	}
	return true;
}

bool ref_name_is_valid(struct slice name)
{
	if (!slice_starts_with(name, SLICE("refs/")) || name.ptr[name.len - 1] == '/' ||
	    name.ptr[name.len - 1] == '.')
		return false;
	while (name.len)
		if (!component_is_valid(path_take(&name)))
			return false;
	return true;
}
