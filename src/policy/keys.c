/* The keys of a policy, and the nearest of them to a word that is none. */
#include "keys.h"

#define PAWL(field)   SECTION_PAWL, .offset = offsetof(struct policy, field)
#define FACADE(field) SECTION_FACADE, .offset = offsetof(struct facade_policy, field)

const struct key policy_keys[] = {
	{"roots", PAWL(roots), .type = KEY_FOLDERS, .required = true, .fallback = ".",
	 .doc = "folders that modules are named from"},
	{"include", PAWL(include), .type = KEY_PATH_PATTERNS, .required = true,
	 .fallback = "*.py *.pyi", .doc = "texts that are read"},
	{"exclude", PAWL(exclude), .type = KEY_PATH_PATTERNS, .tightening = TIGHTER_SHORTER,
	 .doc = "texts that are not read after all"},
	{"refs", PAWL(refs), .type = KEY_REF_PATTERNS, .required = true, .fallback = "refs/heads/*",
	 .doc = "refs that the policy governs"},
	{"trunk", PAWL(trunk), .type = KEY_REF_PATTERNS,
	 .doc = "refs whose count never rises; none: the policy ref"},
	{"baseline", PAWL(baseline), .type = KEY_PATH, .required = true,
	 .fallback = ".pawl/baseline", .doc = "the file that lists the frozen uses"},
	{"granularity", PAWL(granularity), .type = KEY_CHOICE, .choices = {"tip", "commit"},
	 .fallback = "tip", .doc = "judge the tip of a push, or each of its commits"},
	{"on-commit", PAWL(on_commit), .type = KEY_CHOICE, .choices = {"check", "fix"},
	 .fallback = "check", .doc = "what pre-commit does with new uses"},
	{"auto-ratchet", PAWL(auto_ratchet), .type = KEY_YES_NO, .fallback = "yes",
	 .doc = "pre-commit shrinks the staged baseline"},
	{"inline-allow", PAWL(inline_allow), .type = KEY_YES_NO, .tightening = TIGHTER_LOWER,
	 .fallback = "no", .doc = "obey `# pawl: allow (reason)`"},
	{"strings", PAWL(strings), .type = KEY_DOTTED,
	 .doc = "callables whose string arguments name what they patch"},
	{"side-effects", PAWL(side_effects), .type = KEY_DOTTED,
	 .doc = "names whose import does more than bind"},
	{"facts", PAWL(facts), .type = KEY_FACTS, .fallback = "pawl/facts",
	 .doc = "where facts are kept between runs, below the git directory; or off"},

	{"policy-ref", PAWL(policy_ref), .type = KEY_REF, .server_only = true, .required = true,
	 .doc = "the ref that the policy is read from; none: HEAD's branch"},
	{"on-error", PAWL(on_error), .type = KEY_CHOICE, .server_only = true,
	 .choices = {"reject", "accept"}, .fallback = "reject",
	 .doc = "what becomes of a push that the server could not judge"},
	{"maintainers", PAWL(maintainers), .type = KEY_WORDS, .server_only = true,
	 .doc = "who may loosen the policy and let uses in"},
	{"pusher", PAWL(pusher), .type = KEY_VARIABLE, .server_only = true, .required = true,
	 .doc = "the one environment variable that holds the pusher"},
	{"audit", PAWL(audit), .type = KEY_CHOICE, .server_only = true,
	 .choices = {"file", "syslog", "off"}, .fallback = "file",
	 .doc = "where verdicts are logged"},
	{"time-limit", PAWL(time_limit), .type = KEY_TIME, .server_only = true, .max = 3600000,
	 .fallback = "4s", .doc = "how long a push may take to judge; 0: no limit"},
	{"max-blob-size", PAWL(max_blob_size), .type = KEY_SIZE, .server_only = true, .min = 1,
	 .max = (size_t)1 << 30, .fallback = "8m", .doc = "bytes of one text"},
	{"max-imports", PAWL(limits.max_imports), .type = KEY_COUNT, .server_only = true, .min = 1,
	 .max = 10000000, .fallback = "50000", .doc = "imported names of one text"},
	{"max-depth", PAWL(limits.max_depth), .type = KEY_COUNT, .server_only = true, .min = 1,
	 .max = 10000, .fallback = "1000", .doc = "open brackets and nested blocks of one text"},
	{"max-commits", PAWL(max_commits), .type = KEY_COUNT, .server_only = true, .min = 1,
	 .max = 100000000, .fallback = "1000000", .doc = "new commits of one push"},

	{"allow", FACADE(allow), .type = KEY_PATH_PATTERNS, .tightening = TIGHTER_SHORTER,
	 .doc = "texts that may use the facade freely"},
	{"only", FACADE(only), .type = KEY_PATH_PATTERNS, .required = true,
	 .tightening = TIGHTER_RESTRICTED,
	 .doc = "the texts that alone may import the facade; none: all may"},
	{"surface", FACADE(surface), .type = KEY_CHOICE, .tightening = TIGHTER_HIGHER,
	 .choices = {"open", "frozen"}, .fallback = "open",
	 .doc = "whether new re-exports are findings"},
	{"type-checking", FACADE(type_checking), .type = KEY_CHOICE, .tightening = TIGHTER_LOWER,
	 .choices = {"frozen", "free"}, .fallback = "frozen",
	 .doc = "whether imports under TYPE_CHECKING are uses"},
	{"state", FACADE(state), .type = KEY_CHOICE, .tightening = TIGHTER_HIGHER,
	 .choices = {"frozen", "removed"}, .fallback = "frozen",
	 .doc = "removed: every re-export is a finding, for good"},
	{"message", FACADE(message), .type = KEY_TEXT, .required = true,
	 .tightening = TIGHTER_ALWAYS, .doc = "said with each rejection"},
	{"deadline", FACADE(deadline), .type = KEY_DATE, .required = true,
	 .tightening = TIGHTER_EARLIER, .doc = "the day by which no use should be left"},
	{"after-deadline", FACADE(after_deadline), .type = KEY_CHOICE, .tightening = TIGHTER_HIGHER,
	 .choices = {"say", "reject"}, .fallback = "say", .doc = "what happens from that day on"},
	{"exports", FACADE(exports), .type = KEY_PATHS,
	 .doc = "export maps of a facade that another repository holds"},
	{"source", FACADE(source_repository), .type = KEY_SOURCE, .required = true,
	 .doc = "the repository and ref that hold the facade"},
	{"keep-import", FACADE(keep_import), .type = KEY_YES_NO, .fallback = "yes",
	 .doc = "prune keeps an import for its side effects"},
};
const size_t policy_key_count = sizeof policy_keys / sizeof *policy_keys;
_Static_assert(sizeof policy_keys / sizeof *policy_keys <= PAWL_MAX_KEYS, "one line number a key");

const struct key *key_find(enum key_section section, struct slice name)
{
	for (size_t i = 0; i < policy_key_count; i++)
		if (policy_keys[i].section == section &&
		    slice_equal_string(name, policy_keys[i].name))
			return &policy_keys[i];
	return NULL;
}

bool key_is_list(const struct key *key)
{
	return key->type <= KEY_DOTTED;
}

#define WORD_MAX 32 /* longer words are near none */

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static bool is_letter(char written, char known)
{
	return written == known ||
	       (written >= 'A' && written <= 'Z' && written - 'A' + 'a' == known);
}

/* How many letters of `a` must be put in, taken out, changed or swapped with their neighbour to get
 * the known word. */
static size_t distance(struct slice a, struct slice b)
{
	size_t rows[WORD_MAX + 1][WORD_MAX + 1];

	if (a.len > WORD_MAX || b.len > WORD_MAX)
		return SIZE_MAX;
	for (size_t i = 0; i <= a.len; i++) {
		for (size_t j = 0; j <= b.len; j++) {
			if (!i || !j) {
				rows[i][j] = i + j;
				continue;
			}
			rows[i][j] =
				least(rows[i - 1][j] + 1, rows[i][j - 1] + 1,
				      rows[i - 1][j - 1] + !is_letter(a.ptr[i - 1], b.ptr[j - 1]));
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
			    a.ptr[i - 2] == b.ptr[j - 1])
				rows[i][j] = least(rows[i][j], rows[i - 2][j - 2] + 1, SIZE_MAX);
		}
	}
	return rows[a.len][b.len];
}

struct slice nearest_word(struct arena *arena, struct slice word, const struct slices *known)
{
	struct buf buf = {.arena = arena};
	size_t best = SIZE_MAX, at = 0;

	for (size_t i = 0; i < known->count; i++) {
		size_t steps = distance(word, known->items[i]);

		if (steps < best) {
			best = steps;
			at = i;
		}
	}
	if (best <= 1 + word.len / 2)
		return slice_format(arena, ": did you mean '%s'?", known->items[at].ptr);
	buf_add_string(&buf, ": known are ");
	for (size_t i = 0; i < known->count; i++) {
		buf_add_string(&buf, i ? ", " : "");
		buf_add(&buf, known->items[i]);
	}
	return buf_slice(&buf);
}
