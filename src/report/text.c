/*
 * A verdict for people: what, where, the line as written, the line to write instead, what was
 * removed, and the command that fixes it.
 */
#include "layout.h"

#include <inttypes.h>
#include <stdio.h>

struct report {
	struct arena *arena;
	const struct verdict *verdict;
	const struct report_context *context;
	size_t width;
	size_t shown; /* of the findings */
	struct buf out;
};

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static struct slice clean(const struct report *report, struct slice raw)
{
	return escaped(report->arena, raw);
}

static bool is_star(const struct finding *finding)
{
	return slice_ends_with(finding->symbol, SLICE(".*"));
}

/* The name without its facade, for the sentence that says who declares it. */
static struct slice symbol_leaf(const struct finding *finding)
{
	struct slice leaf = finding->symbol;

	if (finding->facade.len && slice_starts_with(leaf, finding->facade) &&
	    leaf.len > finding->facade.len + 1) {
		leaf.ptr += finding->facade.len + 1;
		leaf.len -= finding->facade.len + 1;
	}
	return leaf;
}

/* ---- the headline ---- */

#define FACADES_NAMED 3 /* more than that are counted */

static void add_clause(struct buf *out, const char *format, ...) PAWL_PRINTF(2, 3);
static void add_clause(struct buf *out, const char *format, ...)
{
	char clause[200];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(clause, sizeof clause, format, arguments);
	va_end(arguments);
	buf_add_string(out, out->len ? ", " : "");
	buf_add_string(out, clause);
}

/* Findings of one kind, counted by facade, in the order in which the facades come. */
struct tally {
	struct map facades; /* to size_t */
	size_t total;
};

static void tally_fill(struct report *report, enum finding_kind kind, struct tally *tally)
{
	tally->facades.arena = report->arena;
	for (size_t i = 0; i < report->verdict->count; i++) {
		const struct finding *finding = &report->verdict->items[i];
		struct map_entry *entry;

		if (finding->kind != kind)
			continue;
		tally->total++;
		entry = map_put(&tally->facades, finding->facade);
		if (!entry->value)
			entry->value = arena_alloc(report->arena, sizeof(size_t));
		++*(size_t *)entry->value;
	}
}

static void tally_say(struct buf *out, const struct tally *tally, const char *noun,
		      const char *preposition)
{
	const struct map_entry *entry = tally->facades.head;

	if (!tally->total)
		return;
	if (tally->facades.count > FACADES_NAMED) {
		add_clause(out, "%zu new %ss %s %zu facades", tally->total, noun, preposition,
			   tally->facades.count);
		return;
	}
	for (; entry; entry = entry->next) {
		size_t count = *(size_t *)entry->value;

		if (entry == tally->facades.head)
			add_clause(out, "%zu new %s%s %s ", count, noun, plural(count),
				   preposition);
		else
			add_clause(out, "%zu %s ", count, preposition);
		escape_text(out, entry->key);
	}
}

static struct slice headline_counts(struct report *report)
{
	struct tally uses = {0}, reexports = {0}, unreadable = {0}, policy = {0};
	struct buf out = {.arena = report->arena};
	size_t broken = 0, slack = 0;

	tally_fill(report, FINDING_USE, &uses);
	tally_fill(report, FINDING_REEXPORT, &reexports);
	tally_fill(report, FINDING_UNREADABLE, &unreadable);
	tally_fill(report, FINDING_POLICY, &policy);
	tally_say(&out, &uses, "use", "of");
	tally_say(&out, &reexports, "re-export", "in");
	if (unreadable.total)
		add_clause(&out, "%zu text%s that cannot be read", unreadable.total,
			   plural(unreadable.total));
	for (size_t i = 0; i < report->verdict->count; i++) {
		broken += report->verdict->items[i].broken;
		slack += report->verdict->items[i].slack;
	}
	policy.total -= broken + slack;
	if (slack)
		add_clause(&out, "%zu entr%s of the baseline that %s no longer needed", slack,
			   slack == 1 ? "y" : "ies", slack == 1 ? "is" : "are");
	if (broken)
		add_clause(&out, "%zu mistake%s in the policy", broken, plural(broken));
	if (policy.total)
		add_clause(&out, "%zu change%s that loosen%s the policy", policy.total,
			   plural(policy.total), policy.total == 1 ? "s" : "");
	return buf_slice(&out);
}

static void say_headline(struct report *report)
{
	const char *verb = report->context->verb;
	struct buf line = {.arena = report->arena};

	buf_add_string(&line, "pawl: ");
	escape_text(&line, slice_of(report->context->subject));
	if (report->verdict->excused.len)
		buf_add_string(&line, ": let in by a maintainer, ");
	else
		buf_add_format(&line, ": %s%s", verb, strcmp(verb, "found") ? ", " : " ");
	buf_add(&line, headline_counts(report));
	layout_paragraph(&report->out, buf_slice(&line), 0, 2, report->width);
	buf_add_char(&report->out, '\n');
}

/* ---- one finding ---- */

#define SHORT_NOTE 32 /* columns; a longer one gets lines of its own */

static void say_where(struct report *report, const struct finding *finding, struct slice what)
{
	struct buf where = {.arena = report->arena};
	size_t columns;

	escape_text(&where, finding->path);
	if (finding->at.line && finding->at.column)
		buf_add_format(&where, ":%" PRIu32 ":%" PRIu32, finding->at.line,
			       finding->at.column);
	else if (finding->at.line)
		buf_add_format(&where, ":%" PRIu32, finding->at.line);
	if (!where.len) {
		layout_paragraph(&report->out, what, 2, 4, report->width);
		return;
	}
	columns = text_columns(buf_slice(&where)) + 2;
	buf_add_format(&report->out, "  %s", where.ptr);
	/* A use's place and symbol stay on one line, to be searched for, even where they are wide.
	 */
	if (finding->kind != FINDING_USE && columns + 2 + text_columns(what) > report->width) {
		buf_add_char(&report->out, '\n');
		layout_paragraph(&report->out, what, 6, 6, report->width);
		return;
	}
	buf_add_format(&report->out, "  %.*s\n", (int)what.len, what.ptr);
}

/* What is found: the symbol, and what there is to say about it in half a line. */
static struct slice describe(struct report *report, const struct finding *finding)
{
	struct buf what = {.arena = report->arena};
	struct slice symbol = clean(report, finding->symbol), note = clean(report, finding->note);

	switch (finding->kind) {
	case FINDING_REEXPORT:
		buf_add_format(&what,
			       "adds a re-export to %s: ", clean(report, finding->facade).ptr);
		buf_add(&what, clean(report, symbol_leaf(finding)));
		break;
	case FINDING_UNREADABLE:
		buf_add_string(&what, "cannot be read");
		break;
	case FINDING_POLICY:
		if (finding->slack)
			return note;
		buf_add_string(&what, finding->broken ? "cannot be read" : "loosens the policy");
		break;
	default:
		buf_add(&what, symbol);
		if (is_star(finding))
			buf_add_string(&what, ", every name at once, later ones too");
		if (finding->base_count)
			buf_add_format(&what, ", %" PRIu64 " here where %" PRIu64 " %s frozen",
				       finding->count, finding->base_count,
				       finding->base_count == 1 ? "was" : "were");
		break;
	}
	if (finding->commit.len)
		buf_add_format(&what, ", in commit %s", clean(report, finding->commit).ptr);
	if (finding->kind >= FINDING_UNREADABLE && note.len)
		buf_add_format(&what, ": %s", note.ptr);
	else if (note.len && text_columns(note) <= SHORT_NOTE)
		buf_add_format(&what, ", %s", note.ptr);
	return buf_slice(&what);
}

/* The lines to write instead: one, or several that the giver separated by line ends. */
static void say_rewrite(struct report *report, struct slice rewrite)
{
	while (rewrite.len) {
		const char *end = memchr(rewrite.ptr, '\n', rewrite.len);
		struct slice line = {rewrite.ptr, end ? (size_t)(end - rewrite.ptr) : rewrite.len};

		layout_source(&report->out, "    + ", line, report->width);
		rewrite.ptr += line.len + (end != NULL);
		rewrite.len -= line.len + (end != NULL);
	}
}

static void say_no_canonical(struct report *report, const struct finding *finding)
{
	struct slice advice;

	if (finding->barred)
		return; /* wherever it is from, the note says why it may not be */
	if (is_star(finding))
		advice = slice_of(
			"Import the names that are used, each from the module that declares it.");
	else
		advice = slice_format(
			report->arena,
			"No module declares %s for certain: import it from where it is defined.",
			clean(report, symbol_leaf(finding)).ptr);
	layout_paragraph(&report->out, advice, 4, 4, report->width);
}

static void say_long_note(struct report *report, const struct finding *finding)
{
	struct slice note = clean(report, finding->note);

	if (finding->kind < FINDING_UNREADABLE && text_columns(note) > SHORT_NOTE)
		layout_paragraph(&report->out, note, 4, 4, report->width);
}

static void say_advice(struct report *report, const struct finding *finding)
{
	struct slice facade = clean(report, finding->facade), advice;

	switch (finding->kind) {
	case FINDING_REEXPORT:
		advice = slice_format(
			report->arena,
			"%s must not hand on more names: let whoever needs this one import it from "
			"the module that declares it.",
			facade.ptr);
		break;
	case FINDING_UNREADABLE:
		if (finding->at.line) {
			advice = slice_of("Give working-tree-encoding to names alone that the "
					  "policy does not read, or leave it out.");
			break;
		}
		advice = slice_of("It could hide uses, so it is not let in. Save it as plain "
				  "UTF-8, or smaller; "
				  "or ask a maintainer to exclude it in .pawl/config.ini.");
		break;
	case FINDING_POLICY:
		if (finding->slack)
			return;
		if (finding->broken) {
			advice = slice_of("It is not let in, since nothing could be judged by it. "
					  "Set it right, and push again.");
			break;
		}
		advice = slice_of("Only a maintainer, whom the server's own file names, may loosen "
				  "the policy: "
				  "ask one to push this change, or take it back.");
		break;
	default:
		return;
	}
	layout_paragraph(&report->out, advice, 4, 4, report->width);
}

static bool same_statement(const struct finding *a, const struct finding *b)
{
	return a->kind == b->kind && a->at.line && a->at.line == b->at.line &&
	       slice_equal(a->path, b->path) && slice_equal(a->statement, b->statement) &&
	       slice_equal(a->commit, b->commit);
}

static struct slice finding_rewrite(const struct finding *finding)
{
	return finding->rewrite.len ? finding->rewrite : finding->canonical;
}

/* Findings from `first` up to `end` stand on one line: their places, the line once, what to write.
 */
static void say_group(struct report *report, size_t first, size_t end)
{
	const struct finding *items = report->verdict->items;
	struct map said = {.arena = report->arena};

	for (size_t i = first; i < end; i++)
		say_where(report, &items[i], describe(report, &items[i]));
	if (items[first].statement.len)
		layout_source(&report->out, "    - ", items[first].statement, report->width);
	for (size_t i = first; i < end && items[first].kind == FINDING_USE; i++) {
		struct slice rewrite = finding_rewrite(&items[i]);

		if (!rewrite.len) {
			say_no_canonical(report, &items[i]);
		} else if (!map_get(&said, rewrite)) {
			map_put(&said, rewrite)->value = report;
			say_rewrite(report, rewrite);
		}
	}
	say_long_note(report, &items[first]);
	say_advice(report, &items[first]);
}

/* ---- what follows the findings ---- */

static void say_messages(struct report *report)
{
	struct map said = {.arena = report->arena};

	for (size_t i = 0; i < report->verdict->count; i++) {
		const struct finding *finding = &report->verdict->items[i];
		struct slice line;

		if (!finding->message.len || map_get(&said, finding->facade))
			continue;
		map_put(&said, finding->facade)->value = report;
		line = slice_format(report->arena, "%s: %s", clean(report, finding->facade).ptr,
				    clean(report, finding->message).ptr);
		layout_paragraph(&report->out, line, 2, 4, report->width);
	}
}

static bool any_commit(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->items[i].commit.len)
			return true;
	return false;
}

static bool can_be_fixed(const struct finding *finding)
{
	return finding->kind == FINDING_USE && finding_rewrite(finding).len;
}

/* F5: what is got as an attribute is rewritten by this option alone. */
static bool needs_attributes(const struct report *report)
{
	for (size_t i = 0; i < report->shown; i++)
		if (can_be_fixed(&report->verdict->items[i]) &&
		    report->verdict->items[i].via == VIA_ATTRIBUTE)
			return true;
	return false;
}

/* The command for just the files shown: those in which something can be rewritten. */
static void say_fix(struct report *report)
{
	struct slice previous = {0};
	struct buf command = {.arena = report->arena};
	size_t column = 0;

	for (size_t i = 0; i < report->shown; i++) {
		const struct finding *finding = &report->verdict->items[i];
		struct slice word;
		size_t wide;

		if (!can_be_fixed(finding) || slice_equal(finding->path, previous))
			continue;
		if (!command.len) {
			buf_add_format(&command, "  To fix: %s%s", report->context->fix,
				       needs_attributes(report) ? " --attributes" : "");
			column = text_columns(buf_slice(&command));
		}
		previous = finding->path; /* sorted by path: enough to see each once */
		word = shell_word(report->arena, finding->path);
		wide = text_columns(word);
		if (column + 1 + wide + 2 > report->width && column > 10) {
			buf_add_string(&command, " \\\n         ");
			column = 9;
		}
		buf_add_char(&command, ' ');
		buf_add(&command, word);
		column += 1 + wide;
	}
	if (command.len) {
		buf_add(&report->out, buf_slice(&command));
		buf_add_char(&report->out, '\n');
	}
}

static void say_rest(struct report *report)
{
	const struct verdict *verdict = report->verdict;
	struct slice text;

	if (report->shown < verdict->count)
		buf_add_format(&report->out,
			       "  … and %zu more; to see all of them: pawl check OLD..NEW\n",
			       verdict->count - report->shown);
	buf_add_char(&report->out, '\n');
	say_messages(report);
	if (any_commit(verdict) && !verdict->excused.len)
		layout_paragraph(&report->out,
				 slice_of("Each commit is judged: a commit on top is not enough, "
					  "amend or squash."),
				 2, 2, report->width);
	if (verdict->removed)
		buf_add_format(&report->out, "  %" PRIu64 " frozen use%s removed, thank you.\n",
			       verdict->removed, plural(verdict->removed));
	if (verdict->excused.len) {
		text = slice_format(report->arena, "Let in by a maintainer: %s",
				    clean(report, verdict->excused).ptr);
		layout_paragraph(&report->out, text, 2, 4, report->width);
	} else if (report->context->fix) {
		say_fix(report);
	}
}

struct slice report_text(struct arena *arena, const struct verdict *verdict,
			 const struct report_context *context)
{
	struct report report = {
		.arena = arena, .verdict = verdict, .context = context, .out = {.arena = arena}};
	size_t limit = context->max_findings ? context->max_findings : PAWL_MAX_SHOWN;

	report.width = context->width ? context->width : 80;
	if (!verdict->count && !verdict->removed)
		return SLICE("");
	if (!verdict->count)
		return slice_format(arena,
				    "pawl: %s: %" PRIu64 " frozen use%s removed, thank you.\n",
				    escaped(arena, slice_of(context->subject)).ptr,
				    verdict->removed, plural(verdict->removed));
	say_headline(&report);
	while (report.shown < verdict->count && report.shown < limit) {
		size_t end = report.shown + 1;

		while (end < verdict->count && end < limit &&
		       same_statement(&verdict->items[report.shown], &verdict->items[end]))
			end++;
		say_group(&report, report.shown, end);
		report.shown = end;
	}
	say_rest(&report);
	if (report.out.len > 1 && report.out.ptr[report.out.len - 2] == '\n')
		report.out.len--; /* nothing followed the blank line */
	return buf_slice(&report.out);
}

struct slice report_unjudged(struct arena *arena, const char *program,
			     const struct pawl_error *error, const struct report_advice *advice)
{
	const char *which = "could not be judged", *what_to_do = NULL;

	switch (error->kind) {
	case PAWL_ERROR_CALL:
		which = "the call is wrong";
		break;
	case PAWL_ERROR_POLICY:
		which = "the policy is wrong";
		what_to_do = advice->policy;
		break;
	case PAWL_ERROR_SERVER:
		what_to_do = advice->server;
		break;
	default:
		what_to_do = advice->limit;
		break;
	}
	return slice_format(arena, "%s: %s: %s%s%s%s\n", program, which,
			    escaped(arena, slice_of(error->message)).ptr, what_to_do ? " (" : "",
			    what_to_do ? what_to_do : "", what_to_do ? ")" : "");
}

struct slice report_error(struct arena *arena, const char *program, const struct pawl_error *error)
{
	return slice_format(arena, "%s: %s\n", program,
			    escaped(arena, slice_of(error->message)).ptr);
}
