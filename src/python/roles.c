#include "roles.h"

static const struct {
	const char *type;
	enum kind kind;
} kinds[] = {
	{"aliased_import", KIND_ALIASED_IMPORT},
	{"as_pattern", KIND_AS_PATTERN},
	{"as_pattern_target", KIND_GROUP},
	{"assignment", KIND_ASSIGNMENT},
	{"attribute", KIND_ATTRIBUTE},
	{"augmented_assignment", KIND_ASSIGNMENT},
	{"case_clause", KIND_CASE},
	{"case_pattern", KIND_PATTERN},
	{"class_definition", KIND_CLASS},
	{"class_pattern", KIND_CLASS_PATTERN},
	{"constrained_type", KIND_CONSTRAINED_TYPE},
	{"default_parameter", KIND_PARAMETER},
	{"delete_statement", KIND_DELETE},
	{"dict_pattern", KIND_DICT_PATTERN},
	{"dictionary_comprehension", KIND_COMPREHENSION},
	{"dictionary_splat_pattern", KIND_GROUP},
	{"dotted_name", KIND_DOTTED_NAME},
	{"except_clause", KIND_EXCEPT},
	{"expression_list", KIND_GROUP},
	{"for_in_clause", KIND_FOR_IN},
	{"for_statement", KIND_FOR},
	{"function_definition", KIND_FUNCTION},
	{"future_import_statement", KIND_IMPORT},
	{"generator_expression", KIND_COMPREHENSION},
	{"if_statement", KIND_BRANCH},
	{"match_statement", KIND_BRANCH},
	{"try_statement", KIND_BRANCH},
	{"while_statement", KIND_BRANCH},
	{"with_statement", KIND_BRANCH},
	{"generic_type", KIND_GENERIC_TYPE},
	{"global_statement", KIND_GLOBAL},
	{"identifier", KIND_IDENTIFIER},
	{"import_from_statement", KIND_IMPORT},
	{"import_statement", KIND_IMPORT},
	{"keyword_argument", KIND_KEYWORD_ARGUMENT},
	{"keyword_pattern", KIND_KEYWORD_PATTERN},
	{"lambda", KIND_LAMBDA},
	{"lambda_parameters", KIND_PARAMETER},
	{"list", KIND_GROUP},
	{"list_comprehension", KIND_COMPREHENSION},
	{"list_pattern", KIND_GROUP},
	{"list_splat", KIND_WRAPPER},
	{"list_splat_pattern", KIND_WRAPPER},
	{"member_type", KIND_MEMBER_TYPE},
	{"named_expression", KIND_WALRUS},
	{"nonlocal_statement", KIND_NONLOCAL},
	{"parameters", KIND_PARAMETER},
	{"parenthesized_expression", KIND_WRAPPER},
	{"pattern_list", KIND_GROUP},
	{"set_comprehension", KIND_COMPREHENSION},
	{"splat_pattern", KIND_PATTERN},
	{"splat_type", KIND_GROUP},
	{"tuple", KIND_GROUP},
	{"tuple_pattern", KIND_GROUP},
	{"type", KIND_TYPE},
	{"type_alias_statement", KIND_ALIAS_STATEMENT},
	{"type_parameter", KIND_TYPE_PARAMETERS},
	{"typed_default_parameter", KIND_PARAMETER},
	{"typed_parameter", KIND_PARAMETER},
	{"union_pattern", KIND_PATTERN},
};

enum kind node_kind(const char *type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].type, type) == 0)
			return kinds[i].kind;
	return KIND_OTHER;
}

static bool is_field(const char *field, const char *name)
{
	return field && strcmp(field, name) == 0;
}

static void place_in_definition(const struct frame *parent, const char *field, struct frame *frame)
{
	if (is_field(field, "name")) {
		frame->role = ROLE_NONE;
	} else if (is_field(field, "type_parameters")) {
		frame->role = ROLE_TYPE_PARAMETER;
		frame->scope = parent->types;
	} else if (is_field(field, "parameters")) {
		frame->role = ROLE_PARAMETER;
	} else if (is_field(field, "return_type") || is_field(field, "superclasses")) {
		frame->scope = parent->types;
	} else if (is_field(field, "body")) {
		frame->scope = parent->inner;
	}
}

/* Defaults are evaluated outside of the function, annotations where the type parameters are seen.
 */
static void place_in_parameter(const struct frame *parent, const char *field, struct frame *frame)
{
	if (is_field(field, "type"))
		frame->scope = parent->types;
	else if (!is_field(field, "value"))
		frame->role = ROLE_PARAMETER;
}

/* The first iterable is evaluated outside of the comprehension. */
static void place_in_comprehension(struct frame *parent, struct frame *frame)
{
	if (parent->kind == KIND_COMPREHENSION) {
		frame->scope = parent->inner;
		if (frame->kind == KIND_FOR_IN) {
			frame->first = !parent->seen;
			parent->seen = true;
		}
	}
}

static void place_in_for(const struct frame *parent, const char *field, struct frame *frame)
{
	if (is_field(field, "left"))
		frame->role = ROLE_STORE;
	else if (is_field(field, "right") && parent->kind == KIND_FOR_IN && parent->first)
		frame->scope = parent->scope->parent;
}

static void place_in_as_pattern(const struct frame *parent, const char *field, struct frame *frame)
{
	if (parent->role == ROLE_CAPTURE)
		frame->role = ROLE_CAPTURE;
	else if (is_field(field, "alias"))
		frame->role = parent->role == ROLE_BIND ? ROLE_BIND : ROLE_STORE;
}

static void place_in_except(const char *field, struct frame *frame)
{
	if (is_field(field, "alias") ||
	    (is_field(field, "value") && frame->kind == KIND_AS_PATTERN))
		frame->role = ROLE_BIND;
}

static void place_in_pattern(const struct frame *parent, const char *field, struct frame *frame)
{
	bool looked_up = (parent->kind == KIND_CLASS_PATTERN && frame->kind == KIND_DOTTED_NAME) ||
			 (parent->kind == KIND_DICT_PATTERN && is_field(field, "key"));

	if (parent->kind == KIND_KEYWORD_PATTERN && frame->kind == KIND_IDENTIFIER)
		frame->role = ROLE_NONE;
	else if (!looked_up)
		frame->role = ROLE_CAPTURE;
}

/* Type parameters, `X[T]` in an annotation, and `type X[T] = …`. */
static void place_in_type(struct frame *parent, const char *field, struct frame *frame)
{
	if (parent->kind == KIND_ALIAS_STATEMENT) {
		if (is_field(field, "left"))
			frame->role = ROLE_ALIAS;
		else
			frame->scope = parent->types;
	} else if (parent->role == ROLE_ALIAS && frame->kind == KIND_TYPE_PARAMETERS) {
		frame->role = ROLE_TYPE_PARAMETER;
		frame->scope = parent->types;
	} else if (parent->kind == KIND_CONSTRAINED_TYPE) {
		/* `T: bound` */
		frame->role = parent->seen ? ROLE_LOAD : parent->role;
		parent->seen = true;
	} else if (parent->role == ROLE_ALIAS || parent->role == ROLE_TYPE_PARAMETER) {
		frame->role = parent->role;
	}
}

static void place_in_group(const struct frame *parent, struct frame *frame)
{
	if (parent->role != ROLE_LOAD_REST || parent->kind == KIND_WRAPPER)
		frame->role = parent->role;
}

void frame_place(struct frame *frame, struct frame *parent, const char *field)
{
	switch (parent->kind) {
	case KIND_FUNCTION:
	case KIND_CLASS:
	case KIND_LAMBDA:
		place_in_definition(parent, field, frame);
		break;
	case KIND_PARAMETER:
		place_in_parameter(parent, field, frame);
		break;
	case KIND_COMPREHENSION:
		place_in_comprehension(parent, frame);
		break;
	case KIND_FOR:
	case KIND_FOR_IN:
		place_in_for(parent, field, frame);
		break;
	case KIND_ASSIGNMENT:
		frame->role = is_field(field, "left") ? ROLE_STORE : ROLE_LOAD;
		break;
	case KIND_WALRUS:
		frame->role = is_field(field, "name") ? ROLE_WALRUS : ROLE_LOAD;
		break;
	case KIND_AS_PATTERN:
		place_in_as_pattern(parent, field, frame);
		break;
	case KIND_EXCEPT:
		place_in_except(field, frame);
		break;
	case KIND_DELETE:
		frame->role = ROLE_DELETE;
		break;
	case KIND_GLOBAL:
		frame->role = ROLE_GLOBAL;
		break;
	case KIND_NONLOCAL:
		frame->role = ROLE_NONLOCAL;
		break;
	case KIND_IMPORT:
		frame->role = is_field(field, "name") ? ROLE_IMPORT : ROLE_NONE;
		break;
	case KIND_ALIASED_IMPORT:
		frame->role = is_field(field, "alias") ? ROLE_IMPORT : ROLE_NONE;
		break;
	case KIND_KEYWORD_ARGUMENT:
		frame->role = is_field(field, "name") ? ROLE_NONE : ROLE_LOAD;
		break;
	case KIND_CASE:
		frame->role = frame->kind == KIND_PATTERN ? ROLE_CAPTURE : ROLE_LOAD;
		break;
	case KIND_PATTERN:
	case KIND_CLASS_PATTERN:
	case KIND_DICT_PATTERN:
	case KIND_KEYWORD_PATTERN:
		place_in_pattern(parent, field, frame);
		break;
	case KIND_ATTRIBUTE:
		frame->role = is_field(field, "object") ? ROLE_LOAD_REST : ROLE_NONE;
		break;
	case KIND_MEMBER_TYPE:
		frame->role = frame->kind == KIND_TYPE ? ROLE_LOAD_REST : ROLE_NONE;
		break;
	case KIND_ALIAS_STATEMENT:
	case KIND_CONSTRAINED_TYPE:
	case KIND_GENERIC_TYPE:
	case KIND_TYPE_PARAMETERS:
		place_in_type(parent, field, frame);
		break;
	case KIND_TYPE:
		if (parent->role == ROLE_LOAD_REST)
			frame->role = ROLE_LOAD_REST;
		else
			place_in_type(parent, field, frame);
		break;
	case KIND_GROUP:
	case KIND_WRAPPER:
		place_in_group(parent, frame);
		break;
	default:
		break;
	}
}
