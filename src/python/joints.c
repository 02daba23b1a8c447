#include "joints.h"

#include "skimmer.h"

/* A simple statement, as far as it is read: what of it stands outside brackets. */
struct simple {
	at start;  /* its first byte, or NULL */
	at assign; /* the last `=` that assigns */
	at comma;  /* the last one behind that */
	size_t commas;
	at star;	/* where that comma's item begins with one */
	at last;	/* the first byte of the last token, or of a bracket */
	at end;		/* the comment or line end behind it */
	bool binary;	/* the item behind the comma could be an operand of `<` */
	bool lambda;	/* something behind the `=` holds one: then it is no list of targets */
	size_t lambdas; /* whose colon is still to come */
	bool defined;	/* the line begins with `def` or `class` */
};

struct finder {
	struct skimmer skimmer;
	struct arena *arena;
	struct joints *out;
	struct simple statement;
	struct simple above; /* the last one of the line above, until this line's first byte */
	bool defined;	     /* this line begins with `def` or `class` */
	struct simple tuple; /* that one where it ends with a comma, in the lines below it */
};

/* What is shown of the line above may come last. */
static void joint_add(struct finder *finder, at p, char read_as)
{
	struct joint joint = {.at = (uint32_t)(p - finder->skimmer.begin), .read_as = read_as};
	struct joint *last = ARENA_PUSH(finder->arena, finder->out);

	for (; last > finder->out->items && last[-1].at > joint.at; last--)
		*last = last[-1];
	*last = joint;
}

static bool begins_with_any(const struct finder *finder, at p, const char *const *words)
{
	for (; *words; words++) {
		if (word_match_len(&finder->skimmer, p, *words, strlen(*words)))
			return true;
	}
	return false;
}

/* These hold no targets, or commas that are no operators. */
static bool is_list_of_names(const struct finder *finder, at p)
{
	static const char *const words[] = {
		"global", "nonlocal", "import", "from", "lazy", "del", NULL,
	};

	return begins_with_any(finder, p, words);
}

/* Reserved words before which no line above goes on. */
static bool begins_statement(const struct finder *finder, at p)
{
	static const char *const words[] = {
		"def", "class", "async", "if", "for", "while", "with", "try", NULL,
	};

	return begins_with_any(finder, p, words);
}

static bool takes_no_sign(const struct finder *finder, at p)
{
	static const char *const words[] = {"not", "lambda", "yield", NULL};

	return *p == '*' || begins_with_any(finder, p, words);
}

/* Shows a `;` behind the statement, where there is a byte for it that nothing else needs. */
static bool is_ended(struct finder *finder, const struct simple *statement)
{
	at end = statement->end;
	at line_end = line_end_find(end, finder->skimmer.end);

	if (is_blank(end[-1])) {
		joint_add(finder, end - 1, ';');
		return true;
	}
	if (newline_skip(&finder->skimmer, end) - end == 2) {
		joint_add(finder, end, ';');
		return true;
	}
	if (*end != '#')
		return false;
	for (at p = end; p < line_end; p++)
		joint_add(finder, p, p == end ? ';' : ' ');
	return true;
}

/* `x = a,` stays no alias of a: it is read as `x =-a;`, where there is room for that. */
static void tuple_end(struct finder *finder)
{
	struct simple *tuple = &finder->tuple;

	if (!is_ended(finder, tuple)) {
		if (tuple->assign && tuple->commas == 1 && tuple->assign[1] == ' ' &&
		    !takes_no_sign(finder, blanks_skip(&finder->skimmer, tuple->assign + 1)))
			joint_add(finder, tuple->assign + 1, '-');
		joint_add(finder, tuple->comma, ';');
	}
	tuple->start = NULL;
}

/*
 * Before a line that begins with a bracket. Else the list becomes a comparison, where it is no list
 * of values that names are bound to, or where a function or a class in one line would take the next
 * line in, too. (One line of `if` does: its names are the same.)
 */
static void list_end(struct finder *finder, const struct simple *list)
{
	if (is_ended(finder, list))
		return;
	if (list->assign && !list->defined) {
		joint_add(finder, list->end, ';');
		finder->out->items[finder->out->count - 1].line_end = true; /* the last of all */
	} else if (list->star) {
		joint_add(finder, list->star, '-');
	} else if (list->binary) {
		joint_add(finder, list->comma, '<');
	}
}

static bool is_call_of_type(const struct finder *finder, const struct simple *statement)
{
	at behind = word_match(&finder->skimmer, statement->start, "type");

	if (!behind)
		return false;
	behind = blanks_skip(&finder->skimmer, behind);
	return behind < finder->skimmer.end && !is_word[*behind];
}

/* Between a line's last statement and the first byte of the next line. */
static void line_join(struct finder *finder, const struct simple *above, at p)
{
	bool trailing = above->comma && above->last == above->comma;

	/* Else the line above is read as a call or an item that the tuple goes on with. */
	if (*p != '(' && *p != '[')
		finder->tuple.start = NULL;
	if (is_call_of_type(finder, above))
		joint_add(finder, above->start, '_');
	if (trailing) {
		if (!begins_statement(finder, p))
			finder->tuple = *above;
	} else if ((*p == '(' || *p == '[') && above->comma && !above->lambda &&
		   !is_list_of_names(finder, above->start)) {
		list_end(finder, above);
	}
}

/* Is this `=` outside brackets one that assigns? */
static bool is_assignment(const struct finder *finder, at p)
{
	if (p + 1 < finder->skimmer.end && p[1] == '=')
		return false;
	if (p == finder->skimmer.begin)
		return true;
	switch (p[-1]) {
	case '=':
	case '!':
	case ':':
		return false;
	case '<':
	case '>':
		return p - finder->skimmer.begin > 1 && p[-2] == p[-1];
	}
	return true;
}

/* Does an item of a list begin at p? `last` is the byte before it, less white space. */
static bool begins_item(const struct finder *finder, at p)
{
	static const char *const words[] = {"return", "yield", "in", NULL};
	const struct simple *statement = &finder->statement;
	at word = statement->last;

	if (statement->start == p || *word == ',' || *word == '=')
		return true;
	while (word > statement->start && is_word[word[-1]])
		word--;
	return begins_with_any(finder, word, words);
}

/* The grammar has `*a` in a list outside brackets, and no literal, sign or bracket behind the star.
 */
static bool is_odd_star(const struct finder *finder, at p)
{
	static const char *const words[] = {"True", "False", "None", "await", NULL};
	at operand = blanks_skip(&finder->skimmer, p + 1);

	if (operand >= finder->skimmer.end || *operand == '*' || !begins_item(finder, p))
		return false;
	if (!is_word[*operand] || (*operand >= '0' && *operand <= '9') ||
	    begins_with_any(finder, operand, words))
		return true;
	at behind = word_skip(&finder->skimmer, operand);
	return behind < finder->skimmer.end && (*behind == '"' || *behind == '\'');
}

static bool is_word_start(const struct finder *finder, at p)
{
	return p == finder->skimmer.begin || !is_word[p[-1]];
}

static void token_byte(struct finder *finder, at p)
{
	struct simple *statement = &finder->statement;
	static const char *const not [] = {"not", NULL};

	if (!statement->start) {
		if (finder->above.start)
			line_join(finder, &finder->above, p);
		finder->above.start = NULL;
		statement->start = p;
	}
	if (*p == '*' && is_odd_star(finder, p)) /* a blank in front would be an indentation */
		joint_add(finder, p, p == statement->start ? '-' : ' ');
	if (statement->comma && statement->last == statement->comma) {
		statement->star = *p == '*' ? p : NULL;
		statement->binary = !begins_with_any(finder, p, not );
	}
	statement->last = p;
	if (*p == ',') {
		statement->comma = p;
		statement->commas++;
	} else if (*p == 'l' && is_word_start(finder, p) &&
		   word_match(&finder->skimmer, p, "lambda")) {
		statement->lambda = true;
		statement->lambdas++;
	} else if (*p == '=' && statement->lambdas == 0 && is_assignment(finder, p)) {
		if (finder->tuple.start)
			tuple_end(finder);
		*statement = (struct simple){.start = statement->start, .assign = p, .last = p};
	}
}

static void statement_close(struct finder *finder)
{
	finder->statement = (struct simple){0};
}

static void header_close(struct finder *finder)
{
	static const char *const words[] = {"def", "class", "async", NULL};
	at start = finder->statement.start;

	finder->defined = finder->defined || (start && begins_with_any(finder, start, words));
	statement_close(finder);
}

/* A byte outside of strings and brackets, or the first of these. */
static void byte_read(struct finder *finder, at p)
{
	struct simple *statement = &finder->statement;

	if (*p == '#') {
		statement->end = p;
	} else if (*p == '\n' || *p == '\r') {
		if (statement->start) {
			statement->end = statement->end ? statement->end : p;
			statement->defined = finder->defined;
			finder->above = *statement;
		}
		finder->defined = false;
		statement_close(finder);
	} else if (*p == ';') {
		statement_close(finder);
		finder->tuple.start = NULL;
	} else if (*p == ':' && !(p + 1 < finder->skimmer.end && p[1] == '=')) {
		if (finder->tuple.start)
			tuple_end(finder);
		if (statement->lambdas > 0)
			statement->lambdas--;
		else /* of a header, or of an annotation */
			header_close(finder);
	} else if (!is_blank(*p) && *p != '\\') {
		token_byte(finder, p);
	}
}

void joints_find(const struct text *text, const struct text_limits *limits, struct arena *arena,
		 struct joints *out)
{
	struct finder finder = {.arena = arena, .out = out};
	struct skimmer *skimmer = &finder.skimmer;
	struct skim skim;

	*out = (struct joints){0};
	if (text->bytes.len == 0)
		return;
	skimmer_open(skimmer, text->bytes, limits, arena, &skim);
	at p = skimmer->begin + text->start;
	while (p < skimmer->end && !skim.unreadable) {
		uint64_t stops = stops_from(skimmer, p, false);
		at stop = skimmer->block + (stops ? __builtin_ctzll(stops) : STOPS_BYTES);

		if (stop > skimmer->end)
			stop = skimmer->end;
		bool outside = is_top_level(skimmer);
		for (; outside && p < stop; p++)
			byte_read(&finder, p);
		p = stop;
		if (p < skimmer->end && stops) {
			if (outside)
				byte_read(&finder, p);
			p = special_skip(skimmer, p);
		}
	}
}

void joints_show(const struct joints *joints, char *bytes, size_t offset, size_t len)
{
	size_t low = 0, high = joints->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (joints->items[middle].at < offset)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < joints->count && joints->items[low].at < offset + len; low++)
		bytes[joints->items[low].at - offset] = joints->items[low].read_as;
}
