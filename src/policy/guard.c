#include "judge.h"

/* One side's policy file: its bytes, read as a policy. */
struct policy_side {
	struct entry entry;
	struct slice bytes;
	struct policy policy;
	bool there, readable;
	struct pawl_error why; /* where it is not readable */
};

#define POLICY_FILE_LIMIT ((size_t)64 << 10)

static int side_find(struct snapshot *snapshot, struct policy_side *out, struct pawl_error *error)
{
	*out = (struct policy_side){0};
	if (snapshot_lookup(snapshot, slice_of(PAWL_POLICY_PATH), &out->entry, error) < 0)
		return -1;
	out->there = out->entry.mode != 0;
	return 0;
}

static int side_read(struct snapshot *snapshot, struct arena *arena, struct policy_side *out,
		     struct pawl_error *error)
{
	struct slice path = slice_of(PAWL_POLICY_PATH);
	enum blob_state state;

	if (!out->there)
		return 0;
	if (!entry_is_blob(&out->entry)) {
		pawl_error_set(&out->why, PAWL_ERROR_POLICY, "%s is no file", PAWL_POLICY_PATH);
		return 0;
	}
	if (snapshot_read(snapshot, path, &out->entry, arena, &out->bytes, &state, error) < 0)
		return -1;
	if (state != BLOB_READ || out->bytes.len > POLICY_FILE_LIMIT) {
		pawl_error_set(&out->why, PAWL_ERROR_POLICY, "%s is too large", PAWL_POLICY_PATH);
		return 0;
	}
	out->readable = policy_parse(arena, out->bytes, path, false, &out->policy, &out->why) == 0;
	return 0;
}

static struct finding *add(struct judgement *judgement, struct slice note)
{
	struct finding *finding =
		finding_add(judgement, FINDING_POLICY, slice_of(PAWL_POLICY_PATH));

	finding->note = note;
	return finding;
}

/* One that cannot be read: "FILE:LINE: what" becomes the finding's place and note. */
static void say_broken(struct arena *arena, const struct policy_side *side, struct finding *finding)
{
	struct slice why = slice_copy(arena, slice_of(side->why.message));
	struct slice place = SLICE(PAWL_POLICY_PATH ":");
	size_t at = place.len;
	unsigned line = 0;

	finding->broken = true;
	finding->note = why;
	if (!slice_starts_with(why, place))
		return;
	while (at < why.len && why.ptr[at] >= '0' && why.ptr[at] <= '9' && line < 1000000)
		line = line * 10 + (unsigned)(why.ptr[at++] - '0');
	if (!line || at + 2 > why.len || why.ptr[at] != ':')
		return;
	finding->note = (struct slice){why.ptr + at + 2, why.len - at - 2};
	finding->at.line = line;
	finding->at.column = 1;
	finding->statement = slice_line(side->bytes, line);
}

static void add_loosenings(struct judgement *judgement, const struct policy_side *old_side,
			   const struct policy_side *new_side)
{
	struct loosenings loosenings = {0};

	policy_compare(&old_side->policy, &new_side->policy, judgement->arena, &loosenings);
	for (size_t i = 0; i < loosenings.count; i++) {
		const struct loosening *loosening = &loosenings.items[i];
		struct finding *finding = add(judgement, loosening->what);

		finding->facade = loosening->facade;
		finding->symbol = loosening->key;
		finding->at.line = loosening->line;
		finding->at.column = loosening->line ? 1 : 0;
		if (loosening->line)
			finding->statement = slice_line(new_side->bytes, loosening->line);
	}
}

/*
 * S2: a policy that the push brings is compared with the one that it replaces. One that cannot be
 * read would stop every later push, so it is a finding too, never an error.
 */
int judge_policy_file(struct judgement *judgement, struct pawl_error *error)
{
	const struct judge_request *request = judgement->request;
	struct arena *arena = judgement->arena;
	struct policy_side tip = {0}, base = {0};

	if (side_find(request->tip, &tip, error) < 0)
		return -1;
	for (size_t i = request->base_count; i-- > 0;) {
		if (side_find(request->bases[i], &base, error) < 0)
			return -1;
		if (base.there == tip.there && (!tip.there || entry_equal(&base.entry, &tip.entry)))
			return 0;
	}
	if (side_read(request->tip, arena, &tip, error) < 0 ||
	    (base.there && side_read(request->bases[0], arena, &base, error) < 0))
		return -1;
	/* `base` is bases[0] now: the old tip, where there is one. */
	if (!tip.there) {
		if (base.there)
			add(judgement, SLICE("the policy is deleted"));
		return 0;
	}
	if (!tip.readable) {
		say_broken(arena, &tip, add(judgement, (struct slice){0}));
		return 0;
	}
	/* Where nothing readable was there before, anything is tighter. */
	if (base.there && base.readable)
		add_loosenings(judgement, &base, &tip);
	return 0;
}

/* P5: what was never pushed before is the freeze, but for a policy that nothing could be judged by.
 */
int judge_first_policy(struct snapshot *snapshot, struct arena *arena, struct verdict *verdict,
		       struct pawl_error *error)
{
	struct policy_side side;
	struct finding *finding;

	if (side_find(snapshot, &side, error) < 0 || side_read(snapshot, arena, &side, error) < 0)
		return -1;
	if (!side.there || side.readable)
		return 0;
	finding = ARENA_PUSH(arena, verdict);
	*finding = (struct finding){.kind = FINDING_POLICY, .path = slice_of(PAWL_POLICY_PATH)};
	say_broken(arena, &side, finding);
	return 0;
}
