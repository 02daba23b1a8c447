#include "encoding.h"

#include "codepages.h"

#define MAX_CODEC_NAME 64

/*
 * Python's names (Lib/encodings/aliases.py and the modules beside it). Left out, and so unreadable:
 * what is not a superset of ASCII (EBCDIC, cp864, HZ), what maps other bytes onto ASCII
 * (mac_arabic), johab, and what can spell any text in other letters (utf-7, unicode_escape,
 * punycode). Python's shift_jis leaves the backslash alone, as CP932 does. Some are read by the
 * table of a superset: what that has more of, Python refuses.
 */
static const struct codec codecs[] = {
	{CODEC_UTF8, CHARSET_NONE, "utf_8 cp65001 u8 utf utf8 utf8_ucs2 utf8_ucs4 utf_8_sig"},
	{CODEC_BYTES, CHARSET_NONE,
	 "ascii 646 ansi_x3.4_1968 ansi_x3.4_1986 ansi_x3_4_1968 cp367 csascii ibm367 iso646_us "
	 "iso_646.irv_1991 iso_ir_6 us us_ascii"},
	{CODEC_LATIN1, CHARSET_NONE,
	 "latin_1 iso8859_1 8859 cp819 csisolatin1 ibm819 iso8859 iso8859_1 iso_8859_1 "
	 "iso_8859_1_1987 iso_ir_100 l1 latin latin1"},
	{CODEC_BYTES, CHARSET_NONE, "cp1006"},
	{CODEC_BYTES, CHARSET_NONE, "cp1125 1125 cp866u ibm1125 ruscii"},
	{CODEC_BYTES, CHARSET_NONE, "cp1250 1250 windows_1250"},
	{CODEC_BYTES, CHARSET_NONE, "cp1251 1251 windows_1251"},
	{CODEC_BYTES, CHARSET_NONE, "cp1252 1252 windows_1252"},
	{CODEC_BYTES, CHARSET_NONE, "cp1253 1253 windows_1253"},
	{CODEC_BYTES, CHARSET_NONE, "cp1254 1254 windows_1254"},
	{CODEC_BYTES, CHARSET_NONE, "cp1255 1255 windows_1255"},
	{CODEC_BYTES, CHARSET_NONE, "cp1256 1256 windows_1256"},
	{CODEC_BYTES, CHARSET_NONE, "cp1257 1257 windows_1257"},
	{CODEC_BYTES, CHARSET_NONE, "cp1258 1258 windows_1258"},
	{CODEC_BYTES, CHARSET_NONE, "cp437 437 cspc8codepage437 ibm437"},
	{CODEC_BYTES, CHARSET_NONE, "cp720"},
	{CODEC_BYTES, CHARSET_NONE, "cp737"},
	{CODEC_BYTES, CHARSET_NONE, "cp775 775 cspc775baltic ibm775"},
	{CODEC_BYTES, CHARSET_NONE, "cp850 850 cspc850multilingual ibm850"},
	{CODEC_BYTES, CHARSET_NONE, "cp852 852 cspcp852 ibm852"},
	{CODEC_BYTES, CHARSET_NONE, "cp855 855 csibm855 ibm855"},
	{CODEC_BYTES, CHARSET_NONE, "cp856"},
	{CODEC_BYTES, CHARSET_NONE, "cp857 857 csibm857 ibm857"},
	{CODEC_BYTES, CHARSET_NONE, "cp858 858 csibm858 ibm858"},
	{CODEC_BYTES, CHARSET_NONE, "cp860 860 csibm860 ibm860"},
	{CODEC_BYTES, CHARSET_NONE, "cp861 861 cp_is csibm861 ibm861"},
	{CODEC_BYTES, CHARSET_NONE, "cp862 862 cspc862latinhebrew ibm862"},
	{CODEC_BYTES, CHARSET_NONE, "cp863 863 csibm863 ibm863"},
	{CODEC_BYTES, CHARSET_NONE, "cp865 865 csibm865 ibm865"},
	{CODEC_BYTES, CHARSET_NONE, "cp866 866 csibm866 ibm866"},
	{CODEC_BYTES, CHARSET_NONE, "cp869 869 cp_gr csibm869 ibm869"},
	{CODEC_BYTES, CHARSET_NONE, "cp874"},
	{CODEC_BYTES, CHARSET_NONE, "hp_roman8 cp1051 cshproman8 ibm1051 r8 roman8"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_10 csisolatin6 iso_8859_10 iso_8859_10_1992 iso_ir_157 l6 latin6"},
	{CODEC_BYTES, CHARSET_NONE, "iso8859_11 iso_8859_11 iso_8859_11_2001 thai"},
	{CODEC_BYTES, CHARSET_NONE, "iso8859_13 iso_8859_13 l7 latin7"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_14 iso_8859_14 iso_8859_14_1998 iso_celtic iso_ir_199 l8 latin8"},
	{CODEC_BYTES, CHARSET_NONE, "iso8859_15 iso_8859_15 l9 latin9"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_16 iso_8859_16 iso_8859_16_2001 iso_ir_226 l10 latin10"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_2 csisolatin2 iso_8859_2 iso_8859_2_1987 iso_ir_101 l2 latin2"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_3 csisolatin3 iso_8859_3 iso_8859_3_1988 iso_ir_109 l3 latin3"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_4 csisolatin4 iso_8859_4 iso_8859_4_1988 iso_ir_110 l4 latin4"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_5 csisolatincyrillic cyrillic iso_8859_5 iso_8859_5_1988 iso_ir_144"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_6 arabic asmo_708 csisolatinarabic ecma_114 iso_8859_6 iso_8859_6_1987 "
	 "iso_ir_127"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_7 csisolatingreek ecma_118 elot_928 greek greek8 iso_8859_7 iso_8859_7_1987 "
	 "iso_ir_126"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_8 csisolatinhebrew hebrew iso_8859_8 iso_8859_8_1988 iso_ir_138"},
	{CODEC_BYTES, CHARSET_NONE,
	 "iso8859_9 csisolatin5 iso_8859_9 iso_8859_9_1989 iso_ir_148 l5 latin5"},
	{CODEC_BYTES, CHARSET_NONE, "koi8_r cskoi8r"},
	{CODEC_BYTES, CHARSET_NONE, "koi8_t"},
	{CODEC_BYTES, CHARSET_NONE, "koi8_u"},
	{CODEC_BYTES, CHARSET_NONE, "kz1048 kz_1048 rk1048 strk1048_2002"},
	{CODEC_BYTES, CHARSET_NONE, "mac_croatian"},
	{CODEC_BYTES, CHARSET_NONE, "mac_cyrillic maccyrillic"},
	{CODEC_BYTES, CHARSET_NONE, "mac_greek macgreek"},
	{CODEC_BYTES, CHARSET_NONE, "mac_iceland maciceland"},
	{CODEC_BYTES, CHARSET_NONE, "mac_latin2 mac_centeuro maccentraleurope maclatin2"},
	{CODEC_BYTES, CHARSET_NONE, "mac_roman macintosh macroman"},
	{CODEC_BYTES, CHARSET_NONE, "mac_romanian"},
	{CODEC_BYTES, CHARSET_NONE, "mac_turkish macturkish"},
	{CODEC_BYTES, CHARSET_NONE, "palmos"},
	{CODEC_BYTES, CHARSET_NONE, "ptcp154 cp154 csptcp154 cyrillic_asian pt154"},
	{CODEC_BYTES, CHARSET_NONE,
	 "tis_620 iso_ir_166 tis620 tis_620_0 tis_620_2529_0 tis_620_2529_1"},
	{CODEC_MULTIBYTE, CHARSET_CP950, "big5 big5_tw csbig5 x_mac_trad_chinese"},
	{CODEC_MULTIBYTE, CHARSET_NONE, "big5hkscs big5_hkscs hkscs"},
	{CODEC_MULTIBYTE, CHARSET_CP932, "cp932 932 ms932 ms_kanji mskanji"},
	{CODEC_MULTIBYTE, CHARSET_CP949, "cp949 949 ms949 uhc"},
	{CODEC_MULTIBYTE, CHARSET_CP950, "cp950 950 ms950"},
	{CODEC_MULTIBYTE, CHARSET_NONE, "euc_jis_2004 euc_jis2004 eucjis2004 jisx0213"},
	{CODEC_MULTIBYTE, CHARSET_NONE, "euc_jisx0213 eucjisx0213"},
	{CODEC_MULTIBYTE, CHARSET_EUC_JP, "euc_jp eucjp u_jis ujis"},
	{CODEC_MULTIBYTE, CHARSET_CP949,
	 "euc_kr euckr korean ks_c_5601 ks_c_5601_1987 ks_x_1001 ksc5601 ksx1001 x_mac_korean"},
	{CODEC_MULTIBYTE, CHARSET_GB18030, "gb18030 gb18030_2000"},
	{CODEC_MULTIBYTE, CHARSET_GB18030,
	 "gb2312 chinese csiso58gb231280 euc_cn euccn eucgb2312_cn gb2312_1980 gb2312_80 iso_ir_58 "
	 "x_mac_simp_chinese"},
	{CODEC_MULTIBYTE, CHARSET_GB18030, "gbk 936 cp936 ms936"},
	{CODEC_MULTIBYTE, CHARSET_NONE, "iso2022_jp csiso2022jp iso2022jp iso_2022_jp"},
	{CODEC_MULTIBYTE, CHARSET_NONE, "iso2022_jp_2 iso2022jp_2 iso_2022_jp_2"},
	{CODEC_MULTIBYTE, CHARSET_NONE, "iso2022_jp_3 iso2022jp_3 iso_2022_jp_3"},
	{CODEC_MULTIBYTE, CHARSET_NONE, "iso2022_kr csiso2022kr iso2022kr iso_2022_kr"},
	{CODEC_MULTIBYTE, CHARSET_CP932, "shift_jis csshiftjis s_jis shiftjis sjis x_mac_japanese"},
	{CODEC_MULTIBYTE, CHARSET_NONE, "shift_jis_2004 s_jis_2004 shiftjis2004 sjis_2004"},
	{CODEC_MULTIBYTE, CHARSET_NONE, "shift_jisx0213 s_jisx0213 shiftjisx0213 sjisx0213"},
};

static const struct codec unknown = {CODEC_UNKNOWN, CHARSET_NONE, ""};

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\f';
}

/* ---- the cookie ---- */

/* The first line without its end; *rest is what follows it. */
static struct slice line_split(struct slice text, struct slice *rest)
{
	size_t len = 0;

	while (len < text.len && text.ptr[len] != '\n' && text.ptr[len] != '\r')
		len++;
	size_t next = len;
	if (next < text.len)
		next += text.ptr[next] == '\r' && next + 1 < text.len && text.ptr[next + 1] == '\n'
				? 2
				: 1;
	*rest = (struct slice){text.ptr + next, text.len - next};
	return (struct slice){text.ptr, len};
}

/* A comment, or nothing at all: only behind such a first line does the second one count. */
static bool line_is_bare(struct slice line)
{
	for (size_t i = 0; i < line.len && line.ptr[i] != '#'; i++) {
		if (!is_blank(line.ptr[i]))
			return false;
	}
	return true;
}

static struct slice line_cookie(struct slice line)
{
	struct slice key = SLICE("coding");

	if (!line_is_bare(line))
		return (struct slice){0};
	for (size_t i = 0; i + key.len < line.len; i++) {
		if (memcmp(line.ptr + i, key.ptr, key.len) != 0)
			continue;
		size_t at = i + key.len;
		if (line.ptr[at] != ':' && line.ptr[at] != '=')
			continue;
		at++;
		while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
			at++;
		size_t end = at;
		while (end < line.len &&
		       (is_alphanumeric(line.ptr[end]) || strchr("-_.", line.ptr[end])) &&
		       line.ptr[end] != '\0')
			end++;
		if (end > at)
			return (struct slice){line.ptr + at, end - at};
	}
	return (struct slice){0};
}

struct slice encoding_cookie(struct slice bytes)
{
	struct slice rest;
	struct slice first = line_split(bytes, &rest);
	struct slice cookie = line_cookie(first);

	if (cookie.len == 0 && line_is_bare(first))
		cookie = line_cookie(line_split(rest, &rest));
	return cookie;
}

/* ---- names ---- */

/* The tokenizer's own shortcut (get_normal_name): "utf-8-unix" is utf-8, "latin-1-dos" is latin-1.
 */
static bool has_prefix_of(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);
	return strncmp(name, prefix, len) == 0 && (name[len] == '\0' || name[len] == '-');
}

static const char *tokenizer_name(struct slice name)
{
	char normal[13];
	size_t len = name.len < sizeof normal - 1 ? name.len : sizeof normal - 1;

	for (size_t i = 0; i < len; i++)
		normal[i] = name.ptr[i] == '_' ? '-' : lower(name.ptr[i]);
	normal[len] = '\0';
	if (has_prefix_of(normal, "utf-8"))
		return "utf_8";
	if (has_prefix_of(normal, "latin-1") || has_prefix_of(normal, "iso-8859-1") ||
	    has_prefix_of(normal, "iso-latin-1"))
		return "latin_1";
	return NULL;
}

/* encodings.normalize_encoding(): runs of other than letters, digits and dots become one
 * underscore. */
static bool name_normalize(struct slice name, char normal[MAX_CODEC_NAME])
{
	size_t len = 0;
	bool gap = false;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		if (!is_alphanumeric(c) && c != '.') {
			gap = true;
			continue;
		}
		if (len + 2 >= MAX_CODEC_NAME)
			return false;
		if (gap && len > 0)
			normal[len++] = '_';
		gap = false;
		normal[len++] = lower(c);
	}
	normal[len] = '\0';
	return len > 0;
}

static bool has_alias(const struct codec *codec, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = codec->aliases; (at = strstr(at, name)); at++) {
		if ((at == codec->aliases || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	}
	return false;
}

const struct codec *codec_find(struct slice name)
{
	char buffer[MAX_CODEC_NAME];
	const char *normal = tokenizer_name(name);

	if (!normal) {
		if (!name_normalize(name, buffer))
			return &unknown;
		normal = buffer;
	}
	for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++) {
		if (has_alias(&codecs[i], normal))
			return &codecs[i];
	}
	return &unknown;
}

/* ---- decoding ---- */

/* Latin-1's bytes are the points themselves. */
static bool bytes_decode(const struct codepage *page, struct arena *arena, struct slice bytes,
			 struct slice *out)
{
	char *text = arena_alloc(arena, bytes.len * 3 + 1);
	size_t len = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.ptr[i];
		uint16_t point = c >= 0x80 && page ? page->points[c - 0x80] : c;

		if (c >= 0x80 && !point)
			return false;
		len += point_write(text + len, point);
	}
	*out = (struct slice){text, len};
	return true;
}

/* By the first of its names. */
static const struct codepage *codepage_of(const struct codec *codec)
{
	for (const struct codepage *page = codepages; page->name; page++) {
		size_t len = strlen(page->name);

		if (strncmp(codec->aliases, page->name, len) == 0 &&
		    (codec->aliases[len] == ' ' || codec->aliases[len] == '\0'))
			return page;
	}
	return NULL;
}

bool codec_decode(const struct codec *codec, struct arena *arena, struct slice bytes,
		  struct slice *out)
{
	const struct codepage *page = codepage_of(codec);

	if (codec->kind == CODEC_LATIN1 || page)
		return bytes_decode(page, arena, bytes, out);
	return codec->charset != CHARSET_NONE && charset_decode(codec->charset, arena, bytes, out);
}
