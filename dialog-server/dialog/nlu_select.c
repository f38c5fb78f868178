/**
 * @file nlu_select.c  Several of the choices in one sentence
 *
 *   "cheese and ham please"      "everything except the onions"
 *   "the first two"              "none of them"
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "dialog/nlu_parts.h"

static const char *const all_words[] = {"all|every of? them|these|those|the?",
					"everything",
					"anything but|except",
					"all",
					"the? whole lot",
					"every|each one",
					NULL};

static const char *const none_words[] = {
	"none|neither|nothing|nope|no of? them|these|those|it?",
	"not any|one",
	"not a|one single? one|thing",
	"no? thanks|thank you?",
	"nothing else|at? all?",
	NULL};

/** @return nonzero when no content is left but fillers */
static int only(const struct words *ws, uint32_t i, uint32_t n)
{
	static const char more[] = "thanks|thank|you|please|really|for|me|at|"
				   "all|of|them|those|these|no|i|want|need|"
				   "do|not|would|like|just";

	for (i += n; i < ws->n; i++) {
		if (!words_in(ws, i, more) && words_fillers(ws, i) == 0)
			return 0;
	}
	return 1;
}

static int says_none(const struct words *ws)
{
	uint32_t f = words_fillers(ws, 0);

	if (words_match(ws, f,
			"i|we do|would not want|need|like any|"
			"anything|one|them|it") > 0)
		return 1;
	if (words_in(ws, f, "i") &&
	    words_match(ws, f + 1, "want|need|have") > 0)
		f += 2;

	const uint32_t n = words_match_any(ws, f, none_words);

	return n > 0 && only(ws, f, n);
}

/** "the first two", "the last three". @return how many it is, 0: none */
static uint32_t first_few(const struct words *ws, uint32_t n, int *ret_last)
{
	for (uint32_t i = 0; i < ws->n; i++) {
		struct num num;

		if (!words_in(ws, i, "first|last") ||
		    num_at(ws, i + 1, NUM_NO_SCALE, &num) < 0 || num.ordinal ||
		    num.value < 2 || num.value > n)
			continue;
		*ret_last = words_in(ws, i, "last");
		return (uint32_t)num.value;
	}
	return 0;
}

/** "the first and the third". @return how many */
static uint32_t by_order(const struct words *ws, uint32_t n, uint8_t *taken)
{
	uint32_t count = 0;
	int last = 0;
	const uint32_t few = first_few(ws, n, &last);

	for (uint32_t i = 0; i < few; i++)
		taken[last ? n - 1 - i : i] = 1;
	if (few > 0)
		return few;
	for (uint32_t i = 0; i < ws->n; i++) {
		struct num num;
		uint32_t at;

		if (words_in(ws, i, "last") && i > 0 &&
		    words_in(ws, i - 1, "the"))
			at = n - 1;
		else if (num_at(ws, i, NUM_NO_SCALE, &num) == 0 &&
			 num.ordinal && num.value >= 1 && num.value <= n)
			at = (uint32_t)num.value - 1;
		else
			continue;
		count += taken[at] == 0;
		taken[at] = 1;
	}
	return count;
}

static uint32_t count_of(const uint8_t *taken, uint32_t n, uint8_t what)
{
	uint32_t c = 0;

	for (uint32_t i = 0; i < n; i++)
		c += taken[i] == what;
	return c;
}

/** @return 0 and taken[], -ENOENT */
static int find(const struct ask *ask, const struct words *ws, uint32_t n,
		uint8_t *taken, int *ret_strong)
{
	uint32_t said;
	int all = words_match_any(ws, words_fillers(ws, 0), all_words) > 0;

	choices_said(ask, ws, taken);
	said = count_of(taken, n, 1);
	for (uint32_t i = 1; i < ws->n && !all; i++)
		all = words_match(ws, i, "all|everything of? them?") > 0 &&
		      said == 0;
	if (words_find(ws, 0, "both") >= 0 && n == 2 && said < 2)
		all = 1;
	*ret_strong = said > 0;
	if (all && said == 0) {
		for (uint32_t i = 0; i < n; i++)
			taken[i] = taken[i] != 2;
		return 0;
	}
	if (said > 0)
		return 0;
	memset(taken, 0, n);
	if (by_order(ws, n, taken) > 0)
		return 0;
	return says_none(ws) ? 0 : -ENOENT;
}

int value_selection(struct nlu_value *ret, const struct ask *ask,
		    const struct words *ws)
{
	uint8_t taken[ASK_CHOICES_MAX] = {0};
	const uint32_t n = ask->n_choices < ASK_CHOICES_MAX ? ask->n_choices
							    : ASK_CHOICES_MAX;
	uint32_t from = words_after_correction(ws);
	struct words part;
	struct strbuf b;
	int first = 1;

	if (n == 0)
		return -ENOENT;
	/* "Ham, but no onions" takes nothing back. */
	if (from > 0 && words_in(ws, from - 1, "no|not"))
		from = 0;
	words_slice(&part, ws, from, ws->n);
	if (find(ask, &part, n, taken, &ret->strong) < 0)
		return -ENOENT;
	strbuf_over(&b, ret->json, sizeof(ret->json));
	strbuf_addc(&b, '[');
	for (uint32_t i = 0; i < n; i++) {
		char one[NLU_TEXT_MAX];

		if (taken[i] != 1)
			continue;
		if (json_quote(one, sizeof(one), ask->choices[i]) < 0)
			return -ENOENT;
		strbuf_addf(&b, "%s%s", first ? "" : ",", one);
		first = 0;
	}
	strbuf_addc(&b, ']');
	ret->partial = 0;
	if (!strbuf_ok(&b))
		return -ENOENT;
	return nlu_speak(ret->spoken, sizeof(ret->spoken), "multi_select",
			 ASK_CHOICE, ret->json);
}

int speak_selection(struct strbuf *b, const char *json)
{
	char last[NLU_TEXT_MAX] = "", one[NLU_TEXT_MAX];
	struct json_member m;
	uint32_t n = 0;
	int rc;

	/* One behind, so that the last one gets its "and". */
	while ((rc = json_next(&json, '[', &m)) == 1) {
		if (json_unquote(one, sizeof(one), m.value) < 0)
			return -EBADMSG;
		if (n > 0)
			strbuf_addf(b, "%s%s", n > 1 ? ", " : "", last);
		(void)text_copy(last, sizeof(last), one);
		n++;
	}
	if (rc < 0)
		return -EBADMSG;
	strbuf_addf(b, "%s%s", n > 1 ? " and " : "",
		    n > 0 ? last : "none of them");
	return 0;
}
