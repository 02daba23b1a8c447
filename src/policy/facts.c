/*
 * K3: what was read of a tree, kept between runs. A flat file rather than a data base that is
 * mapped: a page that is cut off or changed behind such a map ends the process, while bytes that
 * were read can be checked before one of them is believed.
 */
#include "facts.h"

/* The extractor's identity, of its sources: set by the Makefile. Without one nothing is kept. */
#ifndef PAWL_EXTRACTOR
#define PAWL_EXTRACTOR ""
#endif

/* zlib's, as zlib-ng has it: not included, since nothing else of it is called here. */
unsigned long crc32(unsigned long crc, const unsigned char *bytes, unsigned len);

/* A CRC sees what a disk does to a file; the head, which says whose facts these are, has a hash. */
struct part {
	uint64_t len, crc;
};

struct head {
	char format[16]; /* FACTS_FORMAT */
	git_oid key;	 /* program, extractor, policy */
	git_oid tree;
	struct part uses, texts; /* of `tree`; .uses.len 0: not kept */
	git_oid checksum;	 /* of all of the head before it */
};

struct facts {
	struct arena *arena;
	struct facts_file *file;
	const struct policy *policy;
	struct head head;  /* of the file; all zero where it is not to be believed */
	git_oid key, tree; /* of this run */
	bool whole;	   /* the uses depend on nothing but the policy and the tree */
	bool complete;	   /* every text was known */
	struct map texts;  /* blob id and module to struct tree_text */
	struct tree_texts kept;
};

static bool checksum(struct slice bytes, git_oid *out)
{
	memset(out, 0, sizeof *out);
	return git_odb_hash(out, bytes.len ? bytes.ptr : "", bytes.len, GIT_OBJECT_BLOB) == 0;
}

/* No part is longer than MAX_FACTS_BYTES. */
static uint64_t part_crc(struct slice bytes)
{
	return crc32(crc32(0, NULL, 0), (const unsigned char *)bytes.ptr, (unsigned)bytes.len);
}

static struct slice head_checked(const struct head *head)
{
	return (struct slice){(const char *)head, offsetof(struct head, checksum)};
}

static bool key_make(struct facts *facts)
{
	struct buf key = {.arena = facts->arena};

	buf_add_string(&key, FACTS_FORMAT PAWL_VERSION "\n" PAWL_EXTRACTOR "\n");
	record_policy(&key, facts->policy);
	return checksum(buf_slice(&key), &facts->key);
}

static void head_read(struct facts *facts)
{
	struct slice bytes = facts_file_read(facts->file, 0, sizeof facts->head, facts->arena);
	struct head head;
	git_oid found;

	if (bytes.len != sizeof head)
		return;
	memcpy(&head, bytes.ptr, sizeof head);
	if (checksum(head_checked(&head), &found) && git_oid_equal(&found, &head.checksum) &&
	    git_oid_equal(&head.key, &facts->key) && head.uses.len <= MAX_FACTS_BYTES &&
	    head.texts.len <= MAX_FACTS_BYTES &&
	    facts_file_size(facts->file) == sizeof head + head.uses.len + head.texts.len)
		facts->head = head;
}

/* Another repository's facade changes while the tree does not. */
static bool depends_on_tree_alone(const struct policy *policy)
{
	for (size_t i = 0; i < policy->count; i++)
		if (policy->items[i].source_repository.len)
			return false;
	return true;
}

/*
 * Only below pawl/facts may a policy of the repository's own put a file: anywhere else it could put
 * one that git or the hook would read as theirs.
 */
static bool may_lie_at(const struct policy *policy, struct slice path)
{
	return policy->server || slice_starts_with(path, SLICE("pawl/facts"));
}

struct facts *facts_open(struct snapshot *snapshot, const struct policy *policy,
			 struct arena *arena)
{
	struct facts *facts = arena_alloc(arena, sizeof *facts);
	struct slice path = policy->facts.len ? policy->facts : SLICE("pawl/facts");

	if (policy->facts_off || !*PAWL_EXTRACTOR || !snapshot_is_plain(snapshot) ||
	    !may_lie_at(policy, path))
		return NULL;
	facts->arena = arena;
	facts->policy = policy;
	facts->tree = *snapshot_tree(snapshot);
	facts->whole = depends_on_tree_alone(policy);
	if (!key_make(facts))
		return NULL;
	facts->file =
		facts_file_open(repository_common_dir(snapshot_repository(snapshot)), path, arena);
	if (!facts->file)
		return NULL;
	head_read(facts);
	return facts;
}

void facts_close(struct facts *facts)
{
	if (facts)
		facts_file_close(facts->file);
}

static bool part_read(const struct facts *facts, const struct part *part, size_t offset,
		      struct slice *out)
{
	if (!part->len)
		return false;
	*out = facts_file_read(facts->file, offset, part->len, facts->arena);
	return out->len == part->len && part_crc(*out) == part->crc;
}

bool facts_uses(struct facts *facts, struct tree_uses *out)
{
	const struct head *head = &facts->head;
	struct slice bytes;

	return facts->whole && git_oid_equal(&head->tree, &facts->tree) &&
	       part_read(facts, &head->uses, sizeof *head, &bytes) &&
	       recorded_uses(bytes, facts->policy->count, facts->arena, out);
}

/* K3: what a text says depends on the module that it is, too. */
static struct slice text_key(const struct tree_text *text, struct arena *arena)
{
	const struct module_name *module = &text->module;
	struct buf key = {.arena = arena};

	buf_add(&key, (struct slice){(const char *)&text->entry.id, sizeof(git_oid)});
	buf_add_format(&key, "%d%d%d", module->known, module->package, module->stub);
	buf_add(&key, module->name);
	return buf_slice(&key);
}

static void texts_load(struct facts *facts)
{
	const struct head *head = &facts->head;
	struct slice bytes;

	facts->texts.arena = facts->arena;
	if (!part_read(facts, &head->texts, sizeof *head + head->uses.len, &bytes) ||
	    !recorded_texts(bytes, facts->policy->count, facts->arena, &facts->kept))
		return;
	for (size_t i = 0; i < facts->kept.count; i++) {
		struct tree_text *text = &facts->kept.items[i];

		map_put(&facts->texts, text_key(text, facts->arena))->value = text;
	}
}

void facts_fill(struct facts *facts, struct tree_texts *texts)
{
	texts_load(facts);
	facts->complete = texts->count == facts->kept.count;
	for (size_t i = 0; i < texts->count; i++) {
		struct tree_text *text = &texts->items[i];
		const struct tree_text *known = NULL;

		if (!text->broken && entry_is_blob(&text->entry))
			known = map_get(&facts->texts, text_key(text, facts->arena));
		facts->complete &= known != NULL;
		if (!known)
			continue;
		text->items = known->items;
		text->count = known->count;
		text->state = TREE_TEXT_DONE;
	}
}

static struct part part_of(const struct buf *bytes)
{
	return (struct part){.len = bytes->len, .crc = part_crc(buf_slice(bytes))};
}

void facts_keep(struct facts *facts, const struct tree_texts *texts, const struct tree_uses *uses)
{
	struct buf kept_uses = {.arena = facts->arena}, kept_texts = kept_uses, all = kept_uses;
	bool whole = facts->whole && !uses->unreadable.count;
	struct head head;

	/* Nothing was learnt that is not there. */
	if (facts->complete && !whole)
		return;
	memset(&head, 0, sizeof head);
	memcpy(head.format, FACTS_FORMAT, sizeof FACTS_FORMAT - 1);
	head.key = facts->key;
	head.tree = facts->tree;
	if (whole)
		record_uses(&kept_uses, uses);
	record_texts(&kept_texts, texts);
	if (kept_uses.len > MAX_FACTS_BYTES / 2 - sizeof head ||
	    kept_texts.len > MAX_FACTS_BYTES / 2)
		return;
	head.uses = part_of(&kept_uses);
	head.texts = part_of(&kept_texts);
	if (!checksum(head_checked(&head), &head.checksum))
		return;
	buf_add(&all, (struct slice){(const char *)&head, sizeof head});
	buf_add(&all, buf_slice(&kept_uses));
	buf_add(&all, buf_slice(&kept_texts));
	facts_file_replace(facts->file, buf_slice(&all));
}
