#include "pawl/policy.h"

int staged_read(struct repository *repository, struct arena *arena, struct staged *out,
		struct pawl_error *error)
{
	struct ids heads = {0};
	bool branch;

	*out = (struct staged){0};
	if (index_snapshot(repository, arena, &out->tip, &heads, error) < 0 ||
	    any_branch(repository, &branch, error) < 0)
		return -1;
	out->bases = arena_alloc(arena, (heads.count + 1) * sizeof *out->bases);
	/* P5: where no branch is, the commit is the freeze, and so its own base. */
	if (!heads.count && !branch)
		out->bases[out->base_count++] = out->tip;
	for (size_t i = 0; i < heads.count; i++)
		if (snapshot_of_commit(&out->bases[out->base_count++], repository, arena,
				       &heads.items[i], error) < 0)
			return -1;
	return 0;
}

int policy_of_staged(const struct staged *staged, struct arena *arena, struct policy *out,
		     struct pawl_error *error)
{
	int result = 1;

	if (staged->base_count)
		result = policy_of_snapshot(staged->bases[0], "HEAD", arena, out, error);
	if (result == 1)
		result = policy_of_snapshot(staged->tip, "index", arena, out, error);
	return result;
}
