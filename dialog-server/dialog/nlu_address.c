/**
 * @file nlu_address.c  Postal addresses, as far as their parts are plain
 *
 *   "fourteen main street apartment two springfield illinois six two seven oh
 *    four"
 *   [------- street -------------------] [- city --] [region] [postal code]
 *
 * A street is a number and words up to "street", "avenue", ...; the region is
 * a state by its name; the postal code five digits at the end. What stands
 * between the street and them is the city. Without a street only the text is
 * kept: parts are told only where they are told apart.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_parts.h"

enum { PART = 160, POSTAL = 12, RUN = 24 };

static const char suffixes[] =
	"street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|court|"
	"ct|place|pl|way|terrace|circle|square|parkway|highway|hwy|alley|"
	"crescent|row|close|trail|plaza";

static const char directions[] =
	"north|south|east|west|northeast|northwest|southeast|southwest|n|s|e|"
	"w|ne|nw|se|sw";

static const struct {
	const char *name, *code;
} regions[] = {
	{"alabama", "al"},
	{"alaska", "ak"},
	{"arizona", "az"},
	{"arkansas", "ar"},
	{"california", "ca"},
	{"colorado", "co"},
	{"connecticut", "ct"},
	{"delaware", "de"},
	{"district of columbia", "dc"},
	{"florida", "fl"},
	{"georgia", "ga"},
	{"hawaii", "hi"},
	{"idaho", "id"},
	{"illinois", "il"},
	{"indiana", "in"},
	{"iowa", "ia"},
	{"kansas", "ks"},
	{"kentucky", "ky"},
	{"louisiana", "la"},
	{"maine", "me"},
	{"maryland", "md"},
	{"massachusetts", "ma"},
	{"michigan", "mi"},
	{"minnesota", "mn"},
	{"mississippi", "ms"},
	{"missouri", "mo"},
	{"montana", "mt"},
	{"nebraska", "ne"},
	{"nevada", "nv"},
	{"new hampshire", "nh"},
	{"new jersey", "nj"},
	{"new mexico", "nm"},
	{"new york", "ny"},
	{"north carolina", "nc"},
	{"north dakota", "nd"},
	{"ohio", "oh"},
	{"oklahoma", "ok"},
	{"oregon", "or"},
	{"pennsylvania", "pa"},
	{"rhode island", "ri"},
	{"south carolina", "sc"},
	{"south dakota", "sd"},
	{"tennessee", "tn"},
	{"texas", "tx"},
	{"utah", "ut"},
	{"vermont", "vt"},
	{"virginia", "va"},
	{"washington", "wa"},
	{"west virginia", "wv"},
	{"wisconsin", "wi"},
	{"wyoming", "wy"},
	{"alberta", "ab"},
	{"british columbia", "bc"},
	{"manitoba", "mb"},
	{"ontario", "on"},
	{"quebec", "qc"},
	{"nova scotia", "ns"},
	{"saskatchewan", "sk"},
};

static const char *const countries[] = {
	"usa",    "us", "united states of? america?", "u s a?", "canada",
	"mexico", NULL};

static const char *const leads[] = {
	"my|the|our home|mailing|billing|shipping|delivery|street? address is",
	"my|the|our address",
	"i|we live|stay|reside at|on|in?",
	"i|we am|are at",
	"you can send|ship|deliver it? to",
	"send|ship|deliver it? to",
	"it|that is",
	"is",
	"at",
	"to",
	NULL};

struct parts {
	char street[PART], city[PART], region[PART], postal[POSTAL];
	char country[PART];
	int numbered; /* the street has its number */
};

/* ---- digits ------------------------------------------------------------- */

/** Digits said in any grouping: "one twenty three", "62704".
 *  @return words, 0 for none */
static uint32_t digits_at(const struct words *ws, uint32_t i, char *ret,
			  size_t cap)
{
	struct strbuf b;
	uint32_t n = 0;

	strbuf_over(&b, ret, cap);
	while (i + n < ws->n) {
		struct num num;
		const int scaled =
			num_at(ws, i + n, 0, &num) == 0 && num.value >= 100;

		if (n > 0 && ws->w[i + n].brk)
			break;
		if (ws->w[i + n].digits) {
			strbuf_add(&b, ws->w[i + n].s);
			n++;
		} else if (words_in(ws, i + n, "oh|o") && n > 0) {
			strbuf_addc(&b, '0');
			n++;
		} else if (!num_at(ws, i + n, scaled ? 0 : NUM_NO_SCALE,
				   &num) &&
			   !num.ordinal && !num.typed) {
			strbuf_addf(&b, "%lld", (long long)num.value);
			n += num.words;
		} else {
			break;
		}
	}
	return strbuf_ok(&b) ? n : 0;
}

/* ---- from the end ------------------------------------------------------- */

static void copy_words(const struct words *ws, uint32_t from, uint32_t to,
		       char *ret, size_t cap)
{
	struct strbuf b;

	strbuf_over(&b, ret, cap);
	for (uint32_t i = from; i < to; i++) {
		char word[64];
		const struct word *w = &ws->w[i];

		if (words_text(ws, i, i + 1, word, sizeof(word)) < 0)
			break;
		if (!w->upper && word[0] >= 'a' && word[0] <= 'z')
			word[0] = (char)(word[0] - 32);
		strbuf_addf(&b, "%s%s",
			    i == from       ? ""
			    : w->sep == '-' ? "-"
					    : " ",
			    word);
	}
	if (!strbuf_ok(&b))
		ret[0] = '\0';
}

/** @return where the country begins, or to */
static uint32_t cut_country(const struct words *ws, uint32_t from, uint32_t to,
			    struct parts *p)
{
	for (uint32_t i = from + 1; i < to; i++) {
		if (words_match_any(ws, i, countries) != to - i)
			continue;
		copy_words(ws, i, to, p->country, sizeof(p->country));
		return i;
	}
	return to;
}

/** @return where the postal code begins, or to */
static uint32_t cut_postal(const struct words *ws, uint32_t from, uint32_t to,
			   struct parts *p)
{
	for (uint32_t i = from + 1; i < to; i++) {
		char digits[RUN];
		size_t len;

		if (digits_at(ws, i, digits, sizeof(digits)) != to - i)
			continue;
		len = strlen(digits);
		if (len != 5 && len != 9)
			continue;
		(void)text_copy(p->postal, sizeof(p->postal), digits);
		if (len == 9) {
			memmove(p->postal + 6, p->postal + 5, 5);
			p->postal[5] = '-';
		}
		if (words_match(ws, i - 1, "zip|zipcode|code|postcode") > 0)
			i--;
		if (words_match(ws, i - 1, "zip|postal") > 0)
			i--;
		return i;
	}
	return to;
}

static uint32_t count_words(const char *s)
{
	uint32_t n = 1;

	for (; *s != '\0'; s++)
		n += *s == ' ';
	return n;
}

/** @return where the region begins, or to */
static uint32_t cut_region(const struct words *ws, uint32_t from, uint32_t to,
			   struct parts *p)
{
	uint32_t best = to;

	for (size_t k = 0; k < sizeof(regions) / sizeof(*regions); k++) {
		const uint32_t n = count_words(regions[k].name);
		uint32_t i;

		if (to < from + n + 1)
			continue;
		i = to - n;
		/* The longest: "west virginia". */
		if (words_match(ws, i, regions[k].name) == n && i < best) {
			best = i;
			copy_words(ws, i, to, p->region, sizeof(p->region));
		}
		if (best == to && to > from + 1 &&
		    words_in(ws, to - 1, regions[k].code) &&
		    (ws->w[to - 1].upper || *p->postal)) {
			char code[3];

			(void)text_copy(code, sizeof(code), regions[k].code);
			code[0] = (char)(code[0] - 32);
			code[1] = (char)(code[1] - 32);
			(void)text_copy(p->region, sizeof(p->region), code);
			return to - 1;
		}
	}
	return best;
}

/* ---- from the beginning ------------------------------------------------- */

/** "apartment four b", "unit 12", "suite two hundred". @return words */
static uint32_t unit_at(const struct words *ws, uint32_t i, uint32_t to,
			struct strbuf *b)
{
	char name[64], digits[RUN];
	uint32_t n;

	if (!words_in(ws, i, "apartment|apt|unit|suite|floor|room|number"))
		return 0;
	n = digits_at(ws, i + 1, digits, sizeof(digits));
	if (n == 0 && (i + 1 >= to || ws->w[i + 1].s[1] != '\0'))
		return 0;
	copy_words(ws, i, i + 1, name, sizeof(name));
	strbuf_addf(b, " %s ", name);
	if (n > 0)
		strbuf_add(b, digits);
	/* "four b" */
	if (i + 1 + n < to && ws->w[i + 1 + n].s[1] == '\0' &&
	    !ws->w[i + 1 + n].digits) {
		copy_words(ws, i + 1 + n, i + 2 + n, name, sizeof(name));
		strbuf_add(b, name);
		n++;
	}
	return 1 + n;
}

/** @return where the street ends, or from: there is none */
static uint32_t cut_street(const struct words *ws, uint32_t from, uint32_t to,
			   struct parts *p)
{
	enum { FAR = 6 }; /* words of a street's name */
	char digits[RUN], name[PART];
	uint32_t n = digits_at(ws, from, digits, sizeof(digits)), end;
	struct strbuf b;

	/* "1600 pennsylvania", "221 b baker street" */
	for (end = from + n; end < to && end < from + n + FAR; end++) {
		if (end > from + n && words_in(ws, end, suffixes) &&
		    !words_in(ws, end + 1, suffixes))
			break;
		if (n > 0 && end > from + n && ws->w[end].brk)
			break;
	}
	if (end >= to || end == from + n + FAR)
		return from;
	if (words_in(ws, end, suffixes))
		end++;
	else if (n == 0)
		return from;
	if (words_in(ws, end, directions) && end < to)
		end++;
	copy_words(ws, from + n, end, name, sizeof(name));
	strbuf_over(&b, p->street, sizeof(p->street));
	strbuf_addf(&b, "%s%s%s", n > 0 ? digits : "", n > 0 ? " " : "", name);
	end += unit_at(ws, end, to, &b);
	p->numbered = n > 0;
	if (!strbuf_ok(&b)) {
		p->street[0] = '\0';
		return from;
	}
	return end;
}

/* ---- together ----------------------------------------------------------- */

static void put(struct strbuf *b, const char *name, const char *text)
{
	char quoted[2 * PART];

	strbuf_addf(b, ",\"%s\":", name);
	if (*text && json_quote(quoted, sizeof(quoted), text) == 0)
		strbuf_add(b, quoted);
	else
		strbuf_add(b, "null");
}

/** As one writes it, or as it was said. */
static void whole_text(const struct words *ws, uint32_t from, uint32_t to,
		       const struct parts *p, char *ret, size_t cap)
{
	struct strbuf b;

	if (!*p->street) {
		(void)words_text(ws, from, to, ret, cap);
		return;
	}
	strbuf_over(&b, ret, cap);
	strbuf_add(&b, p->street);
	if (*p->city)
		strbuf_addf(&b, ", %s", p->city);
	if (*p->region)
		strbuf_addf(&b, ", %s", p->region);
	if (*p->postal)
		strbuf_addf(&b, " %s", p->postal);
	if (*p->country)
		strbuf_addf(&b, ", %s", p->country);
}

static uint32_t skip_leads(const struct words *ws)
{
	uint32_t i = words_fillers(ws, 0);

	for (int k = 0; k < 4; k++) {
		uint32_t n = words_match_any(ws, i, leads);

		if (n == 0 || i + n >= ws->n)
			break;
		i += n;
		i += words_fillers(ws, i);
	}
	return i;
}

int value_address(struct nlu_value *ret, const struct words *ws)
{
	uint32_t from = skip_leads(ws), to = ws->n, end;
	const uint32_t first = from;
	char text[NLU_TEXT_MAX - 8], quoted[NLU_TEXT_MAX];
	struct parts p = {.street = ""};
	struct strbuf b;

	while (to > from && words_in(ws, to - 1, "please|thanks|um|uh|okay"))
		to--;
	if (to < from + 2)
		return -ENOENT;
	end = cut_country(ws, from, to, &p);
	end = cut_postal(ws, from, end, &p);
	end = cut_region(ws, from, end, &p);
	from = cut_street(ws, from, end, &p);
	if (*p.street && words_in(ws, from, "in"))
		from++;
	if (*p.street && from < end && end - from <= 4)
		copy_words(ws, from, end, p.city, sizeof(p.city));
	else if (*p.street && from < end)
		p = (struct parts){.street = ""}; /* not so plain after all */
	/* A word or two may be anything. */
	if (!*p.street && !*p.region && !*p.postal && to - first < 3)
		return -ENOENT;
	whole_text(ws, first, to, &p, text, sizeof(text));
	if (json_quote(quoted, sizeof(quoted), text) < 0)
		return -ENOENT;
	strbuf_over(&b, ret->json, sizeof(ret->json));
	strbuf_addf(&b, "{\"text\":%s", quoted);
	put(&b, "street", p.street);
	put(&b, "city", p.city);
	put(&b, "region", p.region);
	put(&b, "postal_code", p.postal);
	put(&b, "country", p.country);
	strbuf_addc(&b, '}');
	if (!strbuf_ok(&b))
		return -ENOENT;
	ret->strong = *p.street && p.numbered;
	ret->partial = 0;
	return nlu_speak(ret->spoken, sizeof(ret->spoken), "address", ASK_TEXT,
			 ret->json);
}
