#include "judge.h"

bool changed_path_in_any_base(const struct changed_path *path)
{
	for (size_t i = 0; i < path->base_count; i++)
		if (path->bases[i].mode)
			return true;
	return false;
}

bool changed_path_vanished(const struct judgement *judgement, const struct changed_path *path)
{
	if (path->tip.mode || path->base_count == 0)
		return false;
	if (judgement->request->first_is_old_tip)
		return path->bases[0].mode != 0;
	for (size_t i = 0; i < path->base_count; i++)
		if (!path->bases[i].mode)
			return false;
	return true;
}

static int read_blob_text(struct snapshot *snapshot, struct slice path, const struct entry *entry,
			  struct arena *arena, struct slice *bytes, const char **why,
			  struct pawl_error *error)
{
	enum blob_state state;

	if (snapshot_read(snapshot, path, entry, arena, bytes, &state, error) < 0)
		return -1;
	if (state == BLOB_TOO_LARGE)
		*why = "larger than max-blob-size";
	else if (state != BLOB_READ)
		*why = "a tree or a commit under the name of a file";
	return 0;
}

int text_of_entry(struct snapshot *snapshot, struct slice path, const struct entry *entry,
		  struct arena *arena, struct slice *bytes, const char **why,
		  struct pawl_error *error)
{
	struct slice target_path;
	struct entry target;

	*why = NULL;
	*bytes = (struct slice){"", 0};
	if (entry_is_blob(entry))
		return read_blob_text(snapshot, path, entry, arena, bytes, why, error);
	if (!entry_is_link(entry))
		return 1;
	if (snapshot_follow_link(snapshot, path, entry, arena, &target_path, &target, error) < 0)
		return -1;
	if (!entry_is_blob(&target))
		return 1;
	return read_blob_text(snapshot, target_path, &target, arena, bytes, why, error);
}

bool use_counts(const struct policy *policy, struct slice path, const struct raw_use *use)
{
	const struct facade_policy *facade = &policy->items[use->facade];

	if (use->escape)
		return false;
	if (use->type_checking && facade->type_checking == TYPE_CHECKING_FREE)
		return false;
	return use->itself ? policy_bars(facade, path) : !policy_allows(facade, path);
}

/* The key of a name's count: the facade's number, then the name. */
static struct slice count_key(char *buffer, struct arena *arena, uint32_t facade, struct slice name)
{
	struct slice facade_bytes = {(const char *)&facade, sizeof facade};

	if (!buffer)
		return slice_join(arena, facade_bytes, SLICE(""), name);
	memcpy(buffer, &facade, sizeof facade);
	if (name.len)
		memcpy(buffer + sizeof facade, name.ptr, name.len);
	return (struct slice){buffer, sizeof facade + name.len};
}

/* Names are looked up far more often than they are new: a short key is made without the arena. */
#define SHORT_KEY 256

struct name_count *tally_find(const struct changed_path *path, uint32_t facade, struct slice name)
{
	char buffer[SHORT_KEY];

	if (name.len <= sizeof buffer - sizeof facade)
		return map_get(&path->counts, count_key(buffer, NULL, facade, name));
	return map_get(&path->counts, count_key(NULL, path->counts.arena, facade, name));
}

static struct name_count *count_of(struct judgement *judgement, struct changed_path *path,
				   uint32_t facade, struct slice name)
{
	struct arena *arena = judgement->arena;
	struct name_count *count;
	struct slice key;

	path->counts.arena = arena;
	count = tally_find(path, facade, name);
	if (count)
		return count;
	key = count_key(NULL, arena, facade, name);
	count = arena_alloc(arena, sizeof *count);
	count->facade = facade;
	count->name = (struct slice){key.ptr + sizeof facade, name.len};
	count->least = UINT64_MAX;
	count->barred = policy_bars(&judgement->request->policy->items[facade], path->path);
	map_put(&path->counts, key)->value = count;
	return count;
}

bool use_counts_in_tip(const struct judgement *judgement, const struct changed_path *path,
		       const struct raw_use *use)
{
	const struct policy *policy = judgement->request->policy;

	return use_counts(policy, path->path, use) &&
	       !policy_allows_line(policy, &path->text, use->at);
}

static void count_tip(struct judgement *judgement, struct changed_path *path)
{
	const struct policy *policy = judgement->request->policy;

	for (size_t i = 0; i < path->uses.count; i++) {
		const struct raw_use *use = &path->uses.items[i];
		struct name_count *count;

		if (!use_counts(policy, path->path, use))
			continue;
		count = count_of(judgement, path, use->facade, use->name);
		if (policy_allows_line(policy, &path->text, use->at))
			count->excused++;
		else
			count->tip++;
	}
}

/*
 * Whether what is new on the path may be none there, because it moved (P7) or another base has it,
 * and yet be new for a link that was there before.
 */
static bool may_be_excused(const struct judgement *judgement, const struct changed_path *path)
{
	if (!path->uses.count && !path->unreadable)
		return false;
	return judgement->request->base_count > 1 ||
	       (judgement->vanished && !changed_path_in_any_base(path));
}

/* A look into the facade's folder costs less than to ask whether it is needed. */
static void tell_links(struct judgement *judgement, struct changed_path *path)
{
	enum reach reach = path->uses.reaching.reach;
	bool excused = may_be_excused(judgement, path);

	if (excused || (reach == REACH_ANYWHERE && !path->looked_at))
		*ARENA_PUSH(judgement->arena, &judgement->hidden) = (struct hidden_path){
			path->path, path->tip, excused ? HIDDEN_EVERYWHERE : HIDDEN_NOWHERE};
	else if (reach != REACH_ANYWHERE && reach > judgement->reach)
		judgement->reach = reach;
	path->looked_at |= excused || reach == REACH_ANYWHERE;
}

/* What links would say of a text that is to be looked at, told by the same reading. */
static void keep_elsewhere(struct judgement *judgement, const struct changed_path *path,
			   const struct entry *entry, struct slice bytes,
			   const struct raw_uses *uses)
{
	if (path->looked_at && judgement->request->base_count && entry_is_blob(entry))
		elsewhere_keep(judgement, &entry->id, bytes, uses);
}

bool changed_path_rises(const struct changed_path *path)
{
	for (const struct map_entry *entry = path->counts.head; entry; entry = entry->next) {
		const struct name_count *count = entry->value;

		if (count->tip > count->most)
			return true;
	}
	return false;
}

int tally_tip(struct judgement *judgement, struct changed_path *path, struct path_reading *reading,
	      struct pawl_error *error)
{
	struct text_reading *tip = &reading->tip;

	if (!tip->done &&
	    path_text_read(judgement, judgement->request->tip, path, &path->tip, tip, error) < 0)
		return -1;
	path->unreadable = tip->unreadable;
	if (tip->there) {
		path->text = tip->text;
		path->uses = tip->uses;
	}
	tell_links(judgement, path);
	if (!tip->there)
		return 0;
	judgement->verdict->texts_read++;
	judgement->verdict->texts_parsed_whole += path->uses.parsed_whole;
	keep_elsewhere(judgement, path, &path->tip, tip->bytes, &path->uses);
	count_tip(judgement, path);
	if (path->counts.count && tally_bases(judgement, path, reading, error) < 0)
		return -1;
	/* Only a text with findings is needed again, for its lines; the others go at once. */
	if (changed_path_rises(path) || (path->counts.count && deadlines_reject(judgement))) {
		arena_adopt(judgement->arena, &tip->arena);
	} else {
		path->text = (struct text){0};
		path->uses = (struct raw_uses){0};
	}
	return 0;
}

static void count_base(struct judgement *judgement, struct changed_path *path, size_t base,
		       const struct text_reading *reading)
{
	const struct policy *policy = judgement->request->policy;

	judgement->verdict->texts_read++;
	judgement->verdict->texts_parsed_whole += reading->uses.parsed_whole;
	keep_elsewhere(judgement, path, &path->bases[base], reading->bytes, &reading->uses);
	for (size_t i = 0; i < reading->uses.count; i++) {
		const struct raw_use *use = &reading->uses.items[i];

		/* An exception is none of the frozen uses: its comment could go, and the use stay.
		 */
		if (use_counts(policy, path->path, use) &&
		    !policy_allows_line(policy, &reading->text, use->at))
			count_of(judgement, path, use->facade, use->name)->here++;
	}
}

static void fold_base(struct changed_path *path, size_t base)
{
	for (struct map_entry *entry = path->counts.head; entry; entry = entry->next) {
		struct name_count *count = entry->value;

		if (base == 0)
			count->first = count->here;
		if (count->here > count->most)
			count->most = count->here;
		if (count->here < count->least)
			count->least = count->here;
		count->here = 0;
	}
}

int tally_bases(struct judgement *judgement, struct changed_path *path,
		struct path_reading *reading, struct pawl_error *error)
{
	if (path->bases_read)
		return 0;
	path->bases_read = true;
	for (size_t base = 0; base < path->base_count; base++) {
		struct text_reading own = {0};
		struct text_reading *text = base < BASES_AHEAD ? &reading->bases[base] : &own;
		int result = 0;

		if (path->bases[base].mode && !text->done)
			result = path_text_read(judgement, judgement->request->bases[base], path,
						&path->bases[base], text, error);
		if (text->there)
			count_base(judgement, path, base, text);
		arena_free(&text->arena);
		if (result < 0)
			return -1;
		fold_base(path, base);
	}
	return 0;
}
