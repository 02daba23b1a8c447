#include "grammar.h"

#include <string.h>
#include <threads.h>
#include <tree_sitter/parser.h>

const TSLanguage *tree_sitter_python(void);

#define TOKENS_MAX 32

static once_flag unhurried_once = ONCE_FLAG_INIT;
static TSLanguage unhurried;
static struct {
	bool ends;   /* a line or a block */
	bool closes; /* a bracket */
} roles[TOKENS_MAX];

const TSLanguage *grammar_python(void)
{
	return tree_sitter_python();
}

/* Where neither a line nor a block can end, the scanner is told that a bracket is open. */
static bool scan(void *payload, TSLexer *lexer, const bool *valid)
{
	const TSLanguage *language = grammar_python();
	bool told[TOKENS_MAX], within = true;

	for (size_t i = 0; i < language->external_token_count; i++)
		within &= !(roles[i].ends && valid[i]);
	for (size_t i = 0; i < language->external_token_count; i++)
		told[i] = valid[i] || (within && roles[i].closes);
	return language->external_scanner.scan(payload, lexer, told);
}

static bool is_one_of(const char *name, const char *a, const char *b, const char *c)
{
	return strcmp(name, a) == 0 || strcmp(name, b) == 0 || strcmp(name, c) == 0;
}

static void unhurried_make(void)
{
	unhurried = *grammar_python();
	if (unhurried.external_token_count > TOKENS_MAX)
		return;
	for (size_t i = 0; i < unhurried.external_token_count; i++) {
		TSSymbol symbol = unhurried.external_scanner.symbol_map[i];
		const char *name = unhurried.symbol_names[symbol];

		roles[i].ends = is_one_of(name, "_newline", "_dedent", "_indent");
		roles[i].closes = is_one_of(name, ")", "]", "}");
	}
	unhurried.external_scanner.scan = scan;
}

const TSLanguage *grammar_python_unhurried(void)
{
	call_once(&unhurried_once, unhurried_make);
	return &unhurried;
}
