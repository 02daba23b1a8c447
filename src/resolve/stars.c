/*
 * Star imports: what they give, and which of them need no parsing to say so (D5, K6).
 */
#include "lookup.h"

/* ---- what is known without a parse ---- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\f' || c == '\\' || c == '\r' || c == '\n';
}

/* An asterisk right behind the word `import`. */
static bool holds_star(struct slice code)
{
	const char *end = code.ptr + code.len;

	for (const char *star = code.ptr; (star = memchr(star, '*', (size_t)(end - star)));
	     star++) {
		const char *p = star;
		while (p > code.ptr && is_space(p[-1]))
			p--;
		if (p - code.ptr >= 6 && memcmp(p - 6, "import", 6) == 0)
			return true;
	}
	return false;
}

static bool holds_high_bytes(struct slice code)
{
	for (size_t i = 0; i < code.len; i++) {
		if ((unsigned char)code.ptr[i] >= 0x80)
			return true;
	}
	return false;
}

static bool any_span(const struct outline *outline, bool (*holds)(struct slice code))
{
	if (outline->doubtful)
		return true;
	for (size_t i = 0; i < outline->count; i++) {
		if (holds(outline->items[i]))
			return true;
	}
	return false;
}

/* `= ("a", 'b',)` from `at` on: string literals and nothing else. */
static bool is_plain_list(struct slice bytes, size_t at)
{
	while (at < bytes.len && bytes.ptr[at] == ' ')
		at++;
	if (at == bytes.len || bytes.ptr[at++] != '=')
		return false;
	while (at < bytes.len && bytes.ptr[at] == ' ')
		at++;
	if (at == bytes.len || (bytes.ptr[at] != '(' && bytes.ptr[at] != '['))
		return false;
	for (at++; at < bytes.len; at++) {
		char c = bytes.ptr[at];
		const char *close;

		if (c == ')' || c == ']')
			break;
		if (c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r')
			continue;
		if (c != '"' && c != '\'')
			return false;
		close = memchr(bytes.ptr + at + 1, c, bytes.len - at - 1);
		if (!close || memchr(bytes.ptr + at, '\n', (size_t)(close - bytes.ptr) - at))
			return false;
		at = (size_t)(close - bytes.ptr);
	}
	while (++at < bytes.len && (bytes.ptr[at] == ' ' || bytes.ptr[at] == '\r'))
		continue;
	return at >= bytes.len || bytes.ptr[at] == '\n';
}

/* One __all__, at a line's start, and of literals: not dynamic, whatever they are. */
static bool has_plain_list(struct slice bytes)
{
	struct slice word = SLICE("__all__");
	const char *first = slice_find(bytes, word);
	size_t at, behind;

	if (!first)
		return true;
	at = (size_t)(first - bytes.ptr);
	behind = at + word.len;
	if (at > 0 && bytes.ptr[at - 1] != '\n')
		return false;
	return is_plain_list(bytes, behind) &&
	       !slice_find((struct slice){bytes.ptr + behind, bytes.len - behind}, word);
}

static bool holds_decorator(struct slice code)
{
	const char *at = slice_find(code, SLICE("@"));
	struct slice rest = at ? (struct slice){at, code.len - (size_t)(at - code.ptr)} : SLICE("");

	return slice_find(rest, SLICE("public")) || slice_find(rest, SLICE("export")) ||
	       slice_find(rest, SLICE("all"));
}

static const struct star_hints *hints_read(struct source *source)
{
	struct star_hints *hints = &source->hints;

	if (hints->known)
		return hints;
	*hints = (struct star_hints){
		.known = true,
		.star = any_span(&source->outline, holds_star),
		.high_bytes = any_span(&source->outline, holds_high_bytes),
		.list = slice_find(source->text.bytes, SLICE("__all__")),
	};
	hints->plain_list = !hints->list || has_plain_list(source->text.bytes);
	return hints;
}

/* Without any of these a star of the module gives what can be read. */
static bool may_be_dynamic(struct source *source)
{
	static const char *const words[] = {"globals", "locals", "vars", "exec", "setattr"};
	const struct star_hints *hints = hints_read(source);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (outline_holds(&source->outline, slice_of(words[i])))
			return true;
	}
	return hints->star || !hints->plain_list || any_span(&source->outline, holds_decorator);
}

/*
 * K6: false where the module's text shows that a star of it cannot give the name. A name that only
 * __all__ has may be a submodule, which the star imports.
 */
static bool may_bind(struct source *source, struct slice name)
{
	const struct star_hints *hints = hints_read(source);

	return outline_holds(&source->outline, name) || hints->star || hints->high_bytes ||
	       !hints->plain_list || (hints->list && slice_find(source->text.bytes, name));
}

/* ---- dynamic stars ---- */

struct sources {
	struct source **items;
	size_t count, capacity;
};

/* What one module by itself says; else the modules that its own stars take from are queued. */
static int dynamic_here(struct modules *modules, struct source *source, struct sources *queue,
			bool *dynamic, struct pawl_error *error)
{
	*dynamic = false;
	if (source_read(modules, source, error))
		return -1;
	if (!source->parsed && !source->unreadable && !may_be_dynamic(source))
		return 0;
	if (source_parse(modules, source, error) || public_names_read(modules, source, error))
		return -1;
	*dynamic = source->unreadable || source->public_names.dynamic;
	if (*dynamic || source->public_names.present)
		return 0;
	*dynamic = source->bindings.dynamic;
	for (size_t i = 0; i < source->stars.count && !*dynamic; i++) {
		const struct binding *star = &source->bindings.items[source->stars.items[i]];
		struct source *other;
		struct slice name;

		if (star->type_checking)
			continue;
		*dynamic = true;
		if (!source_absolute(modules, source, star->level, star->module, &name))
			return 0;
		if (source_find(modules, name, &other, error))
			return -1;
		*dynamic = other->module.kind == MODULE_NONE || other->star_dynamic;
		if (source_has_text(other) && other->star == LIST_NOT_YET) {
			other->star = LIST_BEGUN;
			*ARENA_PUSH(modules->arena, queue) = other;
		}
	}
	return 0;
}

/* Over all that stars lead to: of a circle, each is dynamic where one is. */
int star_is_dynamic(struct modules *modules, struct source *source, bool *dynamic,
		    struct pawl_error *error)
{
	struct sources queue = {0};
	int result = 0;

	*dynamic = source->star_dynamic;
	if (source->star == LIST_DONE || !source_has_text(source))
		return 0;
	source->star = LIST_BEGUN;
	*ARENA_PUSH(modules->arena, &queue) = source;
	for (size_t i = 0; i < queue.count && !*dynamic && result == 0; i++) {
		result = lookup_step(modules, error) || dynamic_here(modules, queue.items[i],
								     &queue, dynamic, error)
				 ? -1
				 : 0;
	}
	for (size_t i = 0; i < queue.count; i++)
		queue.items[i]->star = LIST_NOT_YET;
	/* Where nothing in reach is dynamic, nothing in reach of those is. */
	for (size_t i = 0; i < queue.count && result == 0 && !*dynamic; i++)
		queue.items[i]->star = LIST_DONE;
	source->star = result == 0 ? LIST_DONE : LIST_NOT_YET;
	source->star_dynamic = *dynamic;
	return result;
}

/* ---- what a star gives ---- */

static bool is_private(struct slice name)
{
	return name.len > 0 && name.ptr[0] == '_';
}

static int lookup_in(struct modules *modules, struct source *source, struct slice name,
		     enum mode mode, struct answer *out, struct pawl_error *error)
{
	struct place place = {source, END};

	return mode == MODE_RUN ? lookup_name(modules, place, name, mode, out, error)
				: lookup_any(modules, place, name, out, error);
}

/* A name in __all__: also where it is only a submodule, which the star then imports. */
static int listed_find(struct modules *modules, struct source *source, struct slice name,
		       enum mode mode, struct answer *out, struct pawl_error *error)
{
	struct source *child;

	if (lookup_in(modules, source, name, mode, out, error))
		return -1;
	if (out->found || out->back)
		return 0;
	if (source_child(modules, source, name, &child, error))
		return -1;
	if (child->module.kind != MODULE_NONE)
		out->found = found_module(modules, child->module.name, child);
	else if (out->low == INDEPENDENT && !source->module.stub)
		out->found = found_unknown(modules, source->bindings.dynamic);
	return 0;
}

static int unlisted_find(struct modules *modules, struct source *source, struct slice name,
			 enum mode mode, struct answer *out, struct pawl_error *error)
{
	bool listed = source->public_names.present;

	if ((listed && !source->public_names.dynamic) || (!listed && is_private(name)))
		return 0;
	if (lookup_in(modules, source, name, mode, out, error))
		return -1;
	if (listed ? out->found != NULL || source->bindings.dynamic
		   : !out->found && source->bindings.dynamic)
		out->found = found_unknown(modules, true);
	return 0;
}

static bool is_within(struct slice module, struct slice package)
{
	return package.len > 0 && slice_starts_with(module, package) &&
	       (module.len == package.len || module.ptr[package.len] == '.');
}

/* An import of another package, dragged along by a star: nobody meant to export it. */
static bool is_accident(const struct source *facade, const struct source *given,
			const struct found *inner)
{
	struct slice package = given->module.name;
	const char *dot = memrchr(package.ptr, '.', package.len);

	if (given->module.kind != MODULE_PACKAGE)
		package.len = dot ? (size_t)(dot - package.ptr) : package.len;
	return inner->reexport && !given->public_names.present &&
	       !is_within(inner->module, facade->module.name) && !is_within(inner->module, package);
}

static int star_give(struct modules *modules, struct source *given, struct slice name,
		     enum mode mode, struct answer *out, struct pawl_error *error)
{
	if (source_read(modules, given, error))
		return -1;
	if (!given->parsed && !given->unreadable && !may_bind(given, name))
		return 0;
	if (source_parse(modules, given, error) || public_names_read(modules, given, error))
		return -1;
	if (given->unreadable) {
		out->found = found_unknown(modules, true);
		return 0;
	}
	return map_get(&given->public_names.names, name)
		       ? listed_find(modules, given, name, mode, out, error)
		       : unlisted_find(modules, given, name, mode, out, error);
}

int star_follow(struct modules *modules, struct source *source, uint32_t index, struct slice name,
		enum mode mode, struct answer *out, bool *dynamic, struct pawl_error *error)
{
	const struct binding *binding = &source->bindings.items[index];
	struct source *given = NULL;
	struct found *found;
	struct slice module;

	*out = (struct answer){.low = INDEPENDENT};
	if (source_absolute(modules, source, binding->level, binding->module, &module) &&
	    source_find(modules, module, &given, error))
		return -1;
	if (!given || given->module.kind == MODULE_NONE) {
		*dynamic = true;
		if (!is_private(name))
			out->found = found_unknown(modules, true);
		return 0;
	}
	if (given == source || !source_has_text(given))
		return 0;
	if (star_is_dynamic(modules, given, dynamic, error) ||
	    star_give(modules, given, name, mode, out, error))
		return -1;
	if (!out->found || out->found->maybe)
		return 0;
	found = found_handed_on(modules, source, name, binding, out->found);
	found->star = true;
	found->partial = out->found->partial;
	found->accident = is_accident(source, given, out->found);
	out->found = found;
	return 0;
}
