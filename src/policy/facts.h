/*
 * What was read of a tree, kept between runs in one file below the git directory (K3). Never
 * depended on: without facts, or with facts that are not whole, everything is read anew.
 */
#ifndef PAWL_POLICY_FACTS_H
#define PAWL_POLICY_FACTS_H

#include "texts.h"

/*
 * The file: a head, the uses of one tree under one policy, and what each of the tree's texts says,
 * by blob id and module name. Both parts are believed only where the head's key is that of this
 * program, this policy and this facade set, and their checksums hold.
 */
#define FACTS_FORMAT	"pawl facts 1\n"
#define MAX_FACTS_BYTES ((size_t)64 << 20)

struct facts;

/* NULL where none are kept: `facts = off`, a folder that cannot be opened, a path that the policy
 * may not name. */
struct facts *facts_open(struct snapshot *snapshot, const struct policy *policy,
			 struct arena *arena);
void facts_close(struct facts *facts);

/* The uses of the snapshot's tree: false where they are not kept. */
bool facts_uses(struct facts *facts, struct tree_uses *out);
/* Fills in the texts whose blobs are known. */
void facts_fill(struct facts *facts, struct tree_texts *texts);
/* Keeps all that is known now, in the place of what was kept. Failures are silent. */
void facts_keep(struct facts *facts, const struct tree_texts *texts, const struct tree_uses *uses);

/* ---- the file's bytes (facts_file.c) ---- */

struct facts_file;

/* The file at `path` below the folder; NULL where no file may lie there. Links are not followed. */
struct facts_file *facts_file_open(const char *folder, struct slice path, struct arena *arena);
void facts_file_close(struct facts_file *file);
/* Up to `len` bytes from `offset`; fewer where the file ends. */
struct slice facts_file_read(const struct facts_file *file, size_t offset, size_t len,
			     struct arena *arena);
/* 0 where there is none. */
size_t facts_file_size(const struct facts_file *file);
/* Puts `bytes` in the file's place, unless something that is no file of facts is there. */
void facts_file_replace(struct facts_file *file, struct slice bytes);

/* ---- records (facts_records.c) ---- */

void record_uses(struct buf *out, const struct tree_uses *uses);
void record_texts(struct buf *out, const struct tree_texts *texts);
/* False where the bytes are no such record, or name a facade beyond `facades`. */
bool recorded_uses(struct slice bytes, size_t facades, struct arena *arena, struct tree_uses *out);
bool recorded_texts(struct slice bytes, size_t facades, struct arena *arena,
		    struct tree_texts *out);

/* Everything that a policy says, but for where facts are kept. */
void record_policy(struct buf *out, const struct policy *policy);

#endif
