/*
 * What a text would use from any other place (T8). Mostly what it uses where it stands: then the
 * one reading tells both, and the blob is neither read nor parsed again.
 */
#include "judge.h"

static const struct module_name nowhere = {0};

static struct slice key_of(const git_oid *blob)
{
	return (struct slice){(const char *)blob->id, GIT_OID_SHA1_SIZE};
}

/* Copies of what uses_risen() compares, and of what means the same anywhere: the text goes. */
static struct raw_uses *uses_copy(const struct raw_uses *uses, struct arena *arena)
{
	struct raw_uses *copy = arena_alloc(arena, sizeof *copy);

	copy->unreadable = uses->unreadable;
	copy->reaching.reach = uses->reaching.reach;
	for (size_t i = 0; i < uses->count; i++) {
		const struct raw_use *use = &uses->items[i];

		if (!use->relative)
			*ARENA_PUSH(arena, copy) = (struct raw_use){
				.facade = use->facade,
				.name = slice_copy(arena, use->name),
				.escape = use->escape,
				.itself = use->itself,
			};
	}
	for (size_t i = 0; i < uses->reaching.count; i++) {
		struct reaching_import *import = ARENA_PUSH(arena, &copy->reaching);

		*import = uses->reaching.items[i];
		import->key = slice_copy(arena, import->key);
	}
	return copy;
}

void elsewhere_keep(struct judgement *judgement, const git_oid *blob, struct slice bytes,
		    const struct raw_uses *here)
{
	struct arena scratch = {0};
	struct raw_uses uses = *here;
	struct map_entry *entry;

	judgement->elsewhere.arena = judgement->arena;
	entry = map_put(&judgement->elsewhere, slice_copy(judgement->arena, key_of(blob)));
	if (entry->value)
		return;
	if (!here->anywhere) {
		struct text text;

		uses_read(bytes, &nowhere, &judgement->facades, &judgement->request->policy->limits,
			  &scratch, &text, &uses);
	}
	entry->value = uses_copy(&uses, judgement->arena);
	arena_free(&scratch);
}

int elsewhere_read(struct judgement *judgement, struct snapshot *snapshot, struct slice path,
		   const struct entry *entry, struct arena *scratch, struct raw_uses *out,
		   struct pawl_error *error)
{
	const struct raw_uses *known = map_get(&judgement->elsewhere, key_of(&entry->id));
	struct slice bytes;
	struct text text;
	const char *why;
	int result;

	*out = known ? *known : (struct raw_uses){0};
	if (known)
		return 0;
	result = text_of_entry(snapshot, path, entry, scratch, &bytes, &why, error);
	if (result != 0)
		return result < 0 ? -1 : 0;
	if (why) {
		out->unreadable = why;
		return 0;
	}
	/* Most of what is none of Python's ends here; to parse it as Python would cost. */
	text_open(&text, scratch, bytes);
	if (text.state == TEXT_UNREADABLE || text_may_use(text.bytes, &judgement->facades))
		uses_read(bytes, &nowhere, &judgement->facades, &judgement->request->policy->limits,
			  scratch, &text, out);
	return 0;
}
