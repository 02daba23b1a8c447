#include "type_checking.h"

#include "parse.h"

#define FLAG "TYPE_CHECKING"

/* Beyond these a text is not believed: each place is looked at by itself, and around it. */
#define MAX_GUARDS 16
#define MAX_PLACES 1000
#define MAX_LOOK   1024

static bool is_typing(const struct import *import)
{
	return import->level == 0 && (slice_equal_string(import->module, "typing") ||
				      slice_equal_string(import->module, "typing_extensions"));
}

/* What an import binds; `import a.b` binds a. */
static struct slice bound_name(const struct import *import)
{
	if (import->alias.len > 0)
		return import->alias;
	if (import->from)
		return import->name;
	const char *dot = memchr(import->module.ptr, '.', import->module.len);
	return (struct slice){import->module.ptr,
			      dot ? (size_t)(dot - import->module.ptr) : import->module.len};
}

/* Bound at least once, and to nothing but typing or its TYPE_CHECKING. */
static bool bound_by_typing_alone(const struct imports *imports, struct slice guard)
{
	struct slice flag = SLICE(FLAG);
	bool module = guard.len > 0, bound = false;

	for (size_t i = 0; i < imports->count; i++) {
		const struct import *import = &imports->items[i];
		if (import->star && !is_typing(import))
			return false;
		if (import->star || !slice_equal(bound_name(import), module ? guard : flag))
			continue;
		if (!is_typing(import) || import->from == module ||
		    (!module && !slice_equal(import->name, flag)))
			return false;
		bound = true;
	}
	return bound;
}

/* ---- places of a name, by the bytes around them ---- */

static bool is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_' || c >= 0x80;
}

static bool ends_with_word(struct slice text, const char *word)
{
	struct slice suffix = slice_of(word);

	return slice_ends_with(text, suffix) &&
	       (text.len == suffix.len ||
		!is_word((unsigned char)text.ptr[text.len - suffix.len - 1]));
}

static bool is_among(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

static struct slice trim_end(struct slice text)
{
	for (size_t i = 0; i < MAX_LOOK && text.len > 0 && is_among(text.ptr[text.len - 1], " \t(");
	     i++)
		text.len--;
	return text;
}

static bool colon_follows(struct slice bytes, size_t end)
{
	for (size_t i = 0; i < MAX_LOOK && end < bytes.len && is_among(bytes.ptr[end], " \t)"); i++)
		end++;
	return end < bytes.len && bytes.ptr[end] == ':';
}

/* Between one of these and a colon a name is tested, not bound. */
static bool ends_with_test(struct slice before)
{
	before = trim_end(before);
	return ends_with_word(before, "if") || ends_with_word(before, "elif") ||
	       ends_with_word(before, "not");
}

/* In a comment, or in a string that spans the line: a # stands before, and no quote could end a
 * string. */
static bool is_remark(struct slice before)
{
	bool hash = false;

	for (size_t i = before.len; i-- > 0;) {
		char c = before.ptr[i];
		if (before.len - i > MAX_LOOK)
			return false;
		if (c == '\n' || c == '\r')
			break;
		if (c == '"' || c == '\'')
			return false;
		hash |= c == '#';
	}
	return hash;
}

static bool is_imported_at(const struct imports *imports, size_t start, size_t end)
{
	for (size_t i = 0; i < imports->count; i++) {
		const struct import *import = &imports->items[i];
		if (import->name_at.offset == start || import->name_end == end)
			return true;
	}
	return false;
}

/* Whether what stands around the name can bind nothing, in code or outside of it. */
static bool is_harmless(struct slice bytes, size_t start, size_t end, bool module,
			const struct imports *imports)
{
	struct slice before = {bytes.ptr, start};

	if (is_imported_at(imports, start, end) || is_remark(before))
		return true;
	if (module)
		return (end < bytes.len && bytes.ptr[end] == '.') ||
		       ends_with_word(trim_end(before), "from");
	if (!colon_follows(bytes, end))
		return false;
	if (slice_ends_with(before, SLICE("."))) {
		before.len--;
		for (size_t i = 0; i < MAX_LOOK && before.len > 0 &&
				   is_word((unsigned char)before.ptr[before.len - 1]);
		     i++)
			before.len--;
	}
	return ends_with_test(before);
}

static bool places_are_harmless(const struct text *text, struct slice name, bool module,
				const struct imports *imports)
{
	struct slice bytes = text->bytes;
	struct slice rest = bytes;
	const char *found;

	for (size_t places = 0; (found = slice_find(rest, name)); places++) {
		size_t start = (size_t)(found - bytes.ptr), end = start + name.len;
		rest = (struct slice){bytes.ptr + end, bytes.len - end};
		if ((start > 0 && is_word((unsigned char)bytes.ptr[start - 1])) ||
		    (end < bytes.len && is_word((unsigned char)bytes.ptr[end])))
			continue;
		if (places > MAX_PLACES || !is_harmless(bytes, start, end, module, imports))
			return false;
	}
	return true;
}

/* ---- places of a name, in a tree ---- */

/* Reads of the flag that are common enough to be told from its being set. */
static bool is_read(TSNode node, bool module)
{
	TSNode parent = ts_node_parent(node);

	if (node_is(parent, "attribute")) {
		if (module && ts_node_eq(node_field(parent, "object"), node))
			return true;
		node = parent;
		parent = ts_node_parent(node);
	}
	if (module)
		return node_is(parent, "dotted_name");
	return node_is(parent, "if_statement") || node_is(parent, "elif_clause") ||
	       node_is(parent, "not_operator") || node_is(parent, "boolean_operator") ||
	       node_is(parent, "conditional_expression") || node_is(parent, "dotted_name") ||
	       (node_is(parent, "parenthesized_expression") && is_read(parent, false));
}

static bool tree_only_reads(const struct parse *parse, struct slice name, bool module)
{
	struct arena scratch = {0};
	struct walk walk;
	size_t places = 0;
	bool reads = true;

	walk_open(&walk, parse->root);
	for (bool enter = true; reads && walk_next(&walk, enter);) {
		struct slice text = node_slice(parse, walk.node);
		if (node_is(walk.node, "identifier")) {
			if (slice_equal(identifier_normalize(&scratch, text), name))
				reads = ++places <= MAX_PLACES && is_read(walk.node, module);
		} else if (node_is(walk.node, "string_content")) { /* globals()["TYPE_CHECKING"] */
			reads = !slice_equal(text, name);
		}
	}
	walk_close(&walk);
	arena_free(&scratch);
	return reads;
}

static bool name_is_only_read(const struct type_checking *check, struct slice name, bool module)
{
	struct parse parse;

	if (!check->non_ascii && places_are_harmless(check->text, name, module, check->imports))
		return true;
	check->imports->parsed_whole = true;
	bool reads = parse_whole(&parse, check->text, check->limits) &&
		     !ts_node_has_error(parse.root) && tree_only_reads(&parse, name, module);
	parse_close(&parse);
	return reads;
}

static bool guards_are_trusted(const struct type_checking *check)
{
	const struct slices *guards = check->guards;

	if (guards->count > MAX_GUARDS)
		return false;
	for (size_t i = 0; i < guards->count; i++) {
		struct slice guard = guards->items[i];
		if (!bound_by_typing_alone(check->imports, guard) ||
		    (guard.len > 0 && !name_is_only_read(check, guard, true)))
			return false;
	}
	return name_is_only_read(check, SLICE(FLAG), false);
}

void type_checking_verify(const struct type_checking *check)
{
	struct imports *imports = check->imports;
	bool any = false;

	for (size_t i = 0; i < imports->count; i++)
		any |= imports->items[i].type_checking;
	if (!any || guards_are_trusted(check))
		return;
	for (size_t i = 0; i < imports->count; i++)
		imports->items[i].type_checking = false;
}

bool type_checking_needs(struct slice statement, const struct slices *guards)
{
	if (slice_find(statement, SLICE(FLAG)) || slice_find(statement, SLICE("typing")))
		return true;
	for (size_t i = 0; i < guards->count && i < MAX_GUARDS; i++) {
		if (guards->items[i].len > 0 && slice_find(statement, guards->items[i]))
			return true;
	}
	return false;
}

void type_checking_guard(struct arena *arena, struct slices *guards, struct slice module)
{
	for (size_t i = 0; i < guards->count; i++) {
		if (slice_equal(guards->items[i], module))
			return;
	}
	if (guards->count <= MAX_GUARDS)
		*ARENA_PUSH(arena, guards) = module;
}
