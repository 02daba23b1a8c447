#include "statement.h"
#include "tree.h"
#include "type_checking.h"

static const char too_many[] = "imports more names than max-imports";

/* One reading of one text. */
struct job {
	const struct text *text;
	const struct text_limits *limits;
	struct arena *arena;
	size_t max;
	struct skim skim;
	struct imports *out;
};

static void job_open(struct job *job)
{
	job->max = job->limits && job->limits->max_imports ? job->limits->max_imports
							   : PAWL_MAX_IMPORTS;
	*job->out = (struct imports){0};
	skim_read(job->text, job->limits, job->arena, &job->skim);
	job->out->unreadable = job->skim.unreadable;
}

static void job_close(struct job *job)
{
	struct type_checking check = {
		.text = job->text,
		.limits = job->limits,
		.guards = &job->skim.guards,
		.non_ascii = job->skim.non_ascii,
		.imports = job->out,
	};

	type_checking_verify(&check);
}

static struct slice statement_slice(const struct job *job, const struct skim_statement *statement)
{
	return (struct slice){job->text->bytes.ptr + statement->start,
			      statement->end - statement->start};
}

/* ---- what may be skipped ---- */

static bool holds_one_of(struct slice text, const struct slice *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_find(text, words[i]))
			return true;
	}
	return false;
}

static bool may_name_facade(const struct text *text, const struct import_filter *filter)
{
	return !filter || filter->inside ||
	       holds_one_of(text->bytes, filter->last, filter->last_count);
}

/* K1, once it is skimmed. In doubt the skim cannot say what stands in a string. */
static bool holds_odd_names(const struct job *job)
{
	return job->skim.doubt ? !slice_is_ascii(job->text->bytes) : job->skim.non_ascii;
}

/* `from . import x`, `from ..\⏎import (x)`: nothing but dots before the import, as far as one can
 * see. */
static bool module_is_empty(struct slice statement)
{
	const char *dot = memchr(statement.ptr, '.', statement.len);
	size_t i = dot ? (size_t)(dot - statement.ptr) : statement.len;

	while (i < statement.len && memchr(". \t\f\\\r\n", statement.ptr[i], 8))
		i++;
	return i < statement.len && statement.ptr[i] == 'i';
}

/* K2: the statement need not be parsed. */
static bool statement_is_skipped(const struct job *job, const struct skim_statement *statement,
				 const struct import_filter *filter, bool guarded)
{
	struct slice text = statement_slice(job, statement);

	if (!filter || !slice_is_ascii(text) || memchr(text.ptr, '*', text.len) ||
	    module_is_empty(text) ||
	    holds_one_of(text, filter->components, filter->component_count))
		return false;
	return !guarded || !type_checking_needs(text, &job->skim.guards);
}

static void statements_select(struct job *job, const struct import_filter *filter)
{
	struct skim *skim = &job->skim;
	bool guarded = false;
	size_t kept = 0;

	for (size_t i = 0; i < skim->count; i++)
		guarded |= skim->items[i].type_checking;
	for (size_t i = 0; i < skim->count; i++) {
		if (!statement_is_skipped(job, &skim->items[i], filter, guarded))
			skim->items[kept++] = skim->items[i];
	}
	skim->count = kept;
}

/* ---- statements by themselves ---- */

static TSPoint point_of(struct position position)
{
	return (TSPoint){.row = position.line - 1, .column = position.column - 1};
}

static TSRange *ranges_of(const struct job *job)
{
	struct line_cursor cursor = line_cursor_of(job->text);
	TSRange *ranges = arena_alloc(job->arena, job->skim.count * sizeof *ranges);

	for (size_t i = 0; i < job->skim.count; i++) {
		const struct skim_statement *statement = &job->skim.items[i];
		ranges[i] = (TSRange){
			.start_point = point_of(line_cursor_move(&cursor, statement->start)),
			.start_byte = statement->start,
			.end_byte = statement->end,
		};
		ranges[i].end_point = point_of(line_cursor_move(&cursor, statement->end));
	}
	return ranges;
}

/* Every statement that the skim found, without a tree. */
static void statements_scan(struct job *job)
{
	struct line_cursor cursor = line_cursor_of(job->text);

	for (size_t i = 0; i < job->skim.count; i++) {
		if (!statement_scan(&job->skim.items[i], &cursor, job->max, job->arena, job->out)) {
			job->out->unreadable = too_many;
			return;
		}
	}
}

/* Every statement that the skim found, from a tree of just those. */
static void ranges_read(struct job *job, const struct parse *parse)
{
	struct line_cursor cursor = line_cursor_of(job->text);
	struct children children;

	children_open(&children, parse->root);
	for (size_t i = 0; i < job->skim.count && !job->out->unreadable;) {
		const struct skim_statement *statement = &job->skim.items[i];
		if (!children_next(&children))
			break;
		if (!statement_is_import(children.node))
			continue;
		struct import base = {
			.scope = statement->scope,
			.type_checking = statement->type_checking,
			.statement = line_cursor_move(&cursor, statement->at),
		};
		if (!statement_read(parse, children.node, &base, job->max, job->arena, job->out))
			job->out->unreadable = too_many;
		i++;
	}
	children_close(&children);
}

/* Without errors, and a statement for each that the skim found: then they are the same. */
static bool ranges_agree(const struct job *job, const struct parse *parse)
{
	struct children children;
	size_t found = 0;

	if (ts_node_has_error(parse->root))
		return false;
	children_open(&children, parse->root);
	while (children_next(&children)) {
		if (statement_is_import(children.node) && found < job->skim.count &&
		    ts_node_start_byte(children.node) == job->skim.items[found].start &&
		    statement_is_sound(parse, children.node))
			found++;
	}
	children_close(&children);
	return found == job->skim.count;
}

/*
 * Nearly all imports are a few words that the grammar leaves one way to read, and tree-sitter
 * takes ten times as long for them. False where a statement is something else: a tree decides.
 */
static bool all_scanned(struct job *job)
{
	struct line_cursor cursor = line_cursor_of(job->text);

	for (size_t i = 0; i < job->skim.count; i++) {
		size_t before = job->out->count;

		if (!statement_scan(&job->skim.items[i], &cursor, job->max, job->arena, job->out) ||
		    job->out->count == before) {
			job->out->count = 0;
			return false;
		}
	}
	return true;
}

static void statements_read(struct job *job)
{
	struct parse parse;

	if (job->skim.count == 0 || all_scanned(job))
		return;
	if (!parse_ranges(&parse, job->text, ranges_of(job), job->skim.count))
		job->out->unreadable = parse.unreadable;
	else if (ranges_agree(job, &parse))
		ranges_read(job, &parse);
	else
		statements_scan(job);
	parse_close(&parse);
}

/* ---- whole texts ---- */

/* Puts the imports of both in the text's order; of a statement in both, those of the first. */
static void imports_merge(struct arena *arena, const struct imports *first,
			  const struct imports *second, struct imports *out)
{
	size_t i = 0, j = 0;

	while (i < first->count || j < second->count) {
		const struct import *a = i < first->count ? &first->items[i] : NULL;
		const struct import *b = j < second->count ? &second->items[j] : NULL;
		if (a && b && a->name_at.offset == b->name_at.offset) {
			j++;
			continue;
		}
		bool take_first = a && (!b || a->name_at.offset < b->name_at.offset);
		*ARENA_PUSH(arena, out) = take_first ? *a : *b;
		if (take_first)
			i++;
		else
			j++;
	}
}

/*
 * A tree without errors says what the text says, where the skim had no doubt. In a text with
 * errors, tree-sitter's recovery can take any number of statements into an error; but where a
 * statement begins is a matter of lines, brackets and strings, and the skim sees it (T6). Where
 * both may be wrong, neither may lose one.
 */
static void whole_read(struct job *job)
{
	struct imports tree = {0};
	struct parse parse;
	bool errors;

	job->out->parsed_whole = true;
	if (!parse_whole(&parse, job->text, job->limits)) {
		job->out->unreadable = parse.unreadable;
		parse_close(&parse);
		return;
	}
	errors = ts_node_has_error(parse.root);
	if (!errors || job->skim.doubt)
		errors |=
			!tree_imports_read(&parse, job->max, job->arena, &tree, &job->skim.guards);
	parse_close(&parse);
	if (!errors && !job->skim.doubt) {
		tree.parsed_whole = true;
		*job->out = tree;
		return;
	}
	if (!job->skim.doubt)
		tree.count = 0;
	struct imports scanned = {0};
	struct imports *out = job->out;
	job->out = &scanned;
	statements_scan(job);
	job->out = out;
	imports_merge(job->arena, &scanned, &tree, out);
	out->unreadable = scanned.unreadable ? scanned.unreadable : tree.unreadable;
}

void imports_read_whole(const struct text *text, const struct text_limits *limits,
			struct arena *arena, struct imports *out)
{
	struct job job = {.text = text, .limits = limits, .arena = arena, .out = out};

	job_open(&job);
	if (!out->unreadable)
		whole_read(&job);
	job_close(&job);
}

void imports_read(const struct text *text, const struct import_filter *filter,
		  const struct text_limits *limits, struct arena *arena, struct imports *out)
{
	struct job job = {.text = text, .limits = limits, .arena = arena, .out = out};
	bool named = may_name_facade(text, filter);

	*out = (struct imports){0};
	if (!named && skim_is_plain(text->bytes, limits))
		return;
	job_open(&job);
	if (out->unreadable || (!named && !holds_odd_names(&job)))
		return;
	if (job.skim.doubt) {
		whole_read(&job);
	} else {
		statements_select(&job, filter);
		statements_read(&job);
	}
	job_close(&job);
}
