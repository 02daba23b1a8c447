/*
 * Names that are not code where they stand: in annotations that are written as strings, in type
 * comments (PEP 484), and in strings that look like either.
 */
#include "parse.h"

#include <ctype.h>

/* What a string at a place is. */
enum place {
	PLACE_CODE,
	PLACE_BASES, /* the bases of a class: what is subscripted there is a type */
	PLACE_TYPE,
	PLACE_DATA, /* within a type, and none: what Literal or Annotated take */
};

/* What a node makes of the places of its children. */
enum kind {
	KIND_OTHER, /* they have its own */
	KIND_SUBSCRIPT,
	KIND_BASES,
	KIND_ALIAS,   /* `X: TypeAlias = …` */
	KIND_KEYWORD, /* `bound=…` of a TypeVar */
	/* calls of typing's that take types, and their arguments */
	KIND_CAST,
	KIND_TYPE_VAR,
	KIND_NEW_TYPE,
};

struct frame {
	enum place place;
	enum place inside; /* what a subscript holds */
	enum kind kind;
	bool call;	    /* the call itself, around its arguments */
	unsigned arguments; /* positional ones seen */
};

struct reader {
	const struct parse *parse;
	const struct imports *imports;
	struct arena *arena;
	struct quoted_names *out;
	struct frame *frames;
	size_t capacity;
};

static bool is_word(char c)
{
	return c == '_' || isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool is_one_of(struct slice name, const char *const *words)
{
	for (; *words; words++)
		if (slice_equal_string(name, *words))
			return true;
	return false;
}

static struct slice last_component(struct slice dotted)
{
	const char *dot = dotted.len ? memrchr(dotted.ptr, '.', dotted.len) : NULL;

	if (!dot)
		return dotted;
	return (struct slice){dot + 1, dotted.len - (size_t)(dot + 1 - dotted.ptr)};
}

/* ---- what typing gives ---- */

/* `cast` of `from typing import cast`, of `import typing as t` and `t.cast`; else empty. */
static struct slice typing_name(const struct reader *reader, TSNode node)
{
	static const char *const modules[] = {"typing", "typing_extensions", "collections",
					      "collections.abc", NULL};
	struct slice written = node_slice(reader->parse, node), last = last_component(written);
	struct slice root = {written.ptr, written.len - last.len - (last.len < written.len)};

	if (!node_is(node, "identifier") && !node_is(node, "attribute"))
		return (struct slice){0};
	for (size_t i = 0; i < reader->imports->count; i++) {
		const struct import *import = &reader->imports->items[i];

		if (import->star || import->level || !is_one_of(import->module, modules))
			continue;
		if (import->from && !root.len && slice_equal(import_bound_name(import), last))
			return import->name;
		if (!import->from && root.len &&
		    slice_equal(import->alias.len ? import->alias : import->module, root))
			return last;
	}
	return (struct slice){0};
}

static enum kind kind_of_call(const struct reader *reader, TSNode call)
{
	struct slice name = typing_name(reader, node_field(call, "function"));

	if (slice_equal_string(name, "cast"))
		return KIND_CAST;
	if (slice_equal_string(name, "TypeVar"))
		return KIND_TYPE_VAR;
	return slice_equal_string(name, "NewType") ? KIND_NEW_TYPE : KIND_OTHER;
}

static const char *const takes_data[] = {"Literal", "Annotated", NULL};

/* What `base[…]` holds. */
static enum place place_in_subscript(const struct reader *reader, enum place place, TSNode base)
{
	struct slice name = typing_name(reader, base);

	if (place == PLACE_DATA || is_one_of(name, takes_data) ||
	    is_one_of(last_component(node_slice(reader->parse, base)), takes_data))
		return PLACE_DATA;
	return place == PLACE_CODE && !name.len ? PLACE_CODE : PLACE_TYPE;
}

/* ---- places ---- */

static bool is_field(const char *field, const char *name)
{
	return field && strcmp(field, name) == 0;
}

static enum place place_of_argument(struct frame *call, TSNode node)
{
	unsigned index;

	if (node_is(node, "comment") || node_is(node, "keyword_argument"))
		return PLACE_CODE;
	index = call->arguments++;
	if ((call->kind == KIND_CAST && index == 0) || (call->kind == KIND_TYPE_VAR && index > 0) ||
	    (call->kind == KIND_NEW_TYPE && index == 1))
		return PLACE_TYPE;
	return PLACE_CODE;
}

/* Of a type: whether a node in it is one too. */
static bool hands_on(TSNode node)
{
	static const char *const types[] = {
		"type",	      "string",		 "list",
		"tuple",      "type_parameter",	 "generic_type",
		"subscript",  "binary_operator", "union_type",
		"splat_type", "expression_list", "parenthesized_expression",
		NULL};

	return is_one_of(slice_of(ts_node_type(node)), types);
}

static enum place place_of_child(struct frame *parent, const char *field, TSNode node)
{
	bool type = parent->place == PLACE_TYPE || parent->place == PLACE_DATA;

	switch (parent->kind) {
	case KIND_SUBSCRIPT:
		return is_field(field, "subscript") || node_is(node, "type_parameter")
			       ? parent->inside
			       : PLACE_CODE;
	case KIND_BASES:
		return node_is(node, "subscript") ? PLACE_BASES : PLACE_CODE;
	case KIND_ALIAS:
		return is_field(field, "left") ? PLACE_CODE : PLACE_TYPE;
	case KIND_KEYWORD:
		return is_field(field, "value") ? PLACE_TYPE : PLACE_CODE;
	case KIND_CAST:
	case KIND_TYPE_VAR:
	case KIND_NEW_TYPE:
		return parent->call ? PLACE_CODE : place_of_argument(parent, node);
	case KIND_OTHER:
		break;
	}
	if (type && !hands_on(node))
		return PLACE_DATA;
	if (type)
		return parent->place;
	return node_is(node, "type") ? PLACE_TYPE : PLACE_CODE;
}

static void frame_enter(const struct reader *reader, const struct walk *walk, struct frame *frame,
			struct frame *parent)
{
	static const char *const bounds[] = {"bound", "default", NULL};
	const char *field = ts_tree_cursor_current_field_name(&walk->cursor);
	TSNode node = walk->node;

	*frame = (struct frame){.place = place_of_child(parent, field, node)};
	if (node_is(node, "subscript") || node_is(node, "generic_type")) {
		frame->kind = KIND_SUBSCRIPT;
		frame->inside =
			place_in_subscript(reader, frame->place, ts_node_named_child(node, 0));
	} else if (node_is(node, "call")) {
		frame->kind = kind_of_call(reader, node);
		frame->call = true;
	} else if (node_is(node, "argument_list")) {
		frame->kind = is_field(field, "superclasses") ? KIND_BASES
			      : parent->call		      ? parent->kind
							      : KIND_OTHER;
	} else if (node_is(node, "keyword_argument") && parent->kind == KIND_TYPE_VAR &&
		   is_one_of(node_slice(reader->parse, node_field(node, "name")), bounds)) {
		frame->kind = KIND_KEYWORD;
	} else if (node_is(node, "assignment") &&
		   slice_equal_string(
			   last_component(node_slice(reader->parse, node_field(node, "type"))),
			   "TypeAlias")) {
		frame->kind = KIND_ALIAS;
	}
}

/* ---- what a string says ---- */

/* No prose, no path: nothing but names, dots, and what stands between types. */
static bool is_like_a_type(struct slice text)
{
	bool word = false, space = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (is_word(c) || c == '.') {
			if (space && word)
				return false; /* two words side by side */
			word = true;
			space = false;
		} else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			space = true;
		} else if (strchr("[](),|'\"", c) && c) {
			word = space = false;
		} else {
			return false;
		}
	}
	return true;
}

static bool has_word(struct slice text, const char *const *words)
{
	for (; *words; words++)
		if (slice_find(text, slice_of(*words)))
			return true;
	return false;
}

static void take(struct reader *reader, struct slice word)
{
	map_put(&reader->out->words, identifier_normalize(reader->arena, word))->value =
		reader->out;
}

/* Each dotted name of a text. */
static void names_add(struct reader *reader, struct slice text, bool type)
{
	const char *bytes = reader->parse->text->bytes.ptr;

	for (size_t i = 0; i < text.len; i++) {
		size_t start = i;
		const char *dot;
		struct slice name;

		while (i < text.len && (is_word(text.ptr[i]) || text.ptr[i] == '.'))
			i++;
		name = (struct slice){text.ptr + start, i - start};
		if (!name.len || *name.ptr == '.' || isdigit((unsigned char)*name.ptr))
			continue;
		dot = memchr(name.ptr, '.', name.len);
		take(reader, (struct slice){name.ptr, dot ? (size_t)(dot - name.ptr) : name.len});
		if (type || dot)
			*ARENA_PUSH(reader->arena, reader->out) = (struct quoted_name){
				.written = name,
				.at = (uint32_t)(name.ptr - bytes),
				.type = type,
			};
	}
}

static void read_string(struct reader *reader, enum place place, TSNode string)
{
	TSNode start = ts_node_named_child(string, 0), content = ts_node_named_child(string, 1);
	struct slice prefix = node_slice(reader->parse, start), text;
	bool type;

	if (ts_node_named_child_count(string) != 3 || !node_is(content, "string_content") ||
	    memchr(prefix.ptr, 'b', prefix.len) || memchr(prefix.ptr, 'B', prefix.len))
		return;
	text = node_slice(reader->parse, content);
	type = place == PLACE_TYPE && !ts_node_named_child_count(content) &&
	       !has_word(text, takes_data);
	if (type || is_like_a_type(text))
		names_add(reader, text, type);
}

/* `# type: List[models.User]`, PEP 484. */
static void read_comment(struct reader *reader, TSNode comment)
{
	struct slice text = node_slice(reader->parse, comment);
	const char *end;
	size_t i = 1;

	while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\t'))
		i++;
	text.ptr += i;
	text.len -= i;
	if (!slice_starts_with(text, SLICE("type:")))
		return;
	text.ptr += strlen("type:");
	text.len -= strlen("type:");
	while (text.len && (*text.ptr == ' ' || *text.ptr == '\t')) {
		text.ptr++;
		text.len--;
	}
	if (slice_starts_with(text, SLICE("ignore")))
		return;
	end = memchr(text.ptr, '#', text.len);
	if (end)
		text.len = (size_t)(end - text.ptr);
	names_add(reader, text, !has_word(text, takes_data));
}

/* ---- the walk ---- */

/* Attributes, keywords and the later parts of a dotted name bind nothing and look nothing up. */
static bool is_name(const struct walk *walk, TSNode parent)
{
	const char *field = ts_tree_cursor_current_field_name(&walk->cursor);

	if (node_is(parent, "attribute"))
		return !is_field(field, "attribute");
	if (node_is(parent, "keyword_argument"))
		return !is_field(field, "name");
	if (node_is(parent, "dotted_name") || node_is(parent, "member_type"))
		return ts_node_start_byte(walk->node) == ts_node_start_byte(parent);
	return true;
}

static void read_node(struct reader *reader, const struct walk *walk, TSNode *nodes)
{
	struct frame *frame = &reader->frames[walk->depth];

	nodes[walk->depth] = walk->node;
	frame_enter(reader, walk, frame, frame - 1);
	if (node_is(walk->node, "identifier")) {
		if (is_name(walk, nodes[walk->depth - 1]))
			take(reader, node_slice(reader->parse, walk->node));
	} else if (node_is(walk->node, "string")) {
		read_string(reader, frame->place, walk->node);
	} else if (node_is(walk->node, "comment")) {
		read_comment(reader, walk->node);
	}
}

void quoted_names_read(const struct text *text, const struct imports *imports,
		       const struct text_limits *limits, struct arena *arena,
		       struct quoted_names *out)
{
	struct parse parse;
	struct reader reader = {.parse = &parse, .imports = imports, .arena = arena, .out = out};
	struct {
		TSNode *items;
		size_t capacity;
	} nodes = {0};
	struct walk walk;

	*out = (struct quoted_names){.words.arena = arena};
	if (!parse_whole(&parse, text, limits)) {
		out->unreadable = parse.unreadable;
		parse_close(&parse);
		return;
	}
	out->broken = ts_node_has_error(parse.root);
	walk_open(&walk, parse.root);
	for (bool enter = true; walk_next(&walk, enter);) {
		reader.frames = arena_grow(arena, reader.frames, walk.depth, &reader.capacity,
					   sizeof *reader.frames);
		nodes.items = arena_grow(arena, nodes.items, walk.depth, &nodes.capacity,
					 sizeof *nodes.items);
		enter = ts_node_is_named(walk.node);
		if (!walk.depth) {
			reader.frames[0] = (struct frame){.place = PLACE_CODE};
			nodes.items[0] = walk.node;
		} else if (enter) {
			read_node(&reader, &walk, nodes.items);
		}
	}
	walk_close(&walk);
	parse_close(&parse);
}
