#include "pawl/git.h"

int revision_parse(struct repository *repository, const char *spec, git_oid *out,
		   struct pawl_error *error)
{
	git_object *object = NULL;
	git_object_t type;
	git_oid id;
	int result;

	if (git_revparse_single(&object, repository_git(repository), spec))
		return pawl_error_set(error, PAWL_ERROR_CALL, "there is no revision %s", spec);
	id = *git_object_id(object);
	git_object_free(object);
	result = object_peel(repository, &id, out, &type, error);
	if (result < 0)
		return -1;
	if (result || type != GIT_OBJECT_COMMIT)
		return pawl_error_set(error, PAWL_ERROR_CALL, "%s is no commit", spec);
	return 0;
}
