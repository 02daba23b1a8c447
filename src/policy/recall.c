/* The uses of a tree, by way of facts. A file of its own, so that the hooks have no part of it. */
#include "facts.h"

static int read_and_keep(struct snapshot *snapshot, const struct policy *policy,
			 struct facts *facts, struct arena *arena, struct tree_uses *out,
			 struct pawl_error *error)
{
	struct facade_set facades = policy_facade_set(policy, arena);
	struct tree_texts texts;

	*out = (struct tree_uses){0};
	if (tree_texts_list(snapshot, policy, arena, &texts, error) < 0)
		return -1;
	facts_fill(facts, &texts);
	if (tree_texts_judge(&texts, snapshot, policy, &facades, arena, out, error) < 0)
		return -1;
	facts_keep(facts, &texts, out);
	return 0;
}

int tree_uses_recall(struct snapshot *snapshot, const struct policy *policy, struct arena *arena,
		     struct tree_uses *out, struct pawl_error *error)
{
	struct facts *facts = facts_open(snapshot, policy, arena);
	int result = 0;

	if (!facts)
		return tree_uses_read(snapshot, policy, arena, out, error);
	if (!facts_uses(facts, out))
		result = read_and_keep(snapshot, policy, facts, arena, out, error);
	facts_close(facts);
	return result;
}
