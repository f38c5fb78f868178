/**
 * @file test_lm.c  Templates to a language model
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/lm.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "provider/phrases.h"
#include "tests/unit/unit.h"

static struct lm *model(const char *const *texts, size_t n)
{
	struct lm *lm;

	ck_assert_int_eq(lm_new(&lm), 0);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(lm_add(lm, texts[i], 100), 0);
	return lm;
}

static double p(const struct lm *lm, const char *a, const char *b,
		const char *c)
{
	const char *const w[] = {a, b, c};

	return exp(lm_logprob(lm, w, 3));
}

START_TEST(expands_brackets_bars_and_options)
{
	static const char *const t[] = {"[please] call (me|the boss|my (old "
					"friend|dog)) back"};
	struct lm *lm = model(t, 1);

	ck_assert(fabs(p(lm, "<s>", "<s>", "call") - 0.5) < 0.05);
	ck_assert(p(lm, "please", "call", "me") > 0.2);
	ck_assert(p(lm, "the", "boss", "back") > 0.9);
	ck_assert(p(lm, "my", "old", "friend") > 0.9);
	ck_assert(p(lm, "my", "dog", "back") > 0.9);
	ck_assert(p(lm, "me", "back", "</s>") > 0.9);
	/* never said together, but words of the model */
	ck_assert(p(lm, "my", "dog", "boss") < 0.01);
	ck_assert(p(lm, "my", "dog", "boss") > 0);
	lm_free(lm);
}
END_TEST

START_TEST(odds_after_any_history_sum_to_one)
{
	static const char *const t[] = {"a table for $n [people]",
					"(what|when) do you (open|close)",
					"no (i said|it's) $n"};
	static const char *const histories[][2] = {
		{"table", "for"}, {"i", "said"}, {"you", "table"},
		{"<s>", "no"},    {"do", "you"}, {"$n", "$n"}};
	struct lm *lm = model(t, 3);

	for (size_t h = 0; h < sizeof(histories) / sizeof(histories[0]); h++) {
		double sum = 0;
		const char *w;

		for (uint32_t i = 0; (w = lm_word(lm, i)); i++)
			if (strcmp(w, "<s>") != 0)
				sum += p(lm, histories[h][0], histories[h][1],
					 w);
		ck_assert_msg(fabs(sum - 1) < 1e-6, "%s %s: %f",
			      histories[h][0], histories[h][1], sum);
	}
	lm_free(lm);
}
END_TEST

START_TEST(heavier_templates_are_likelier)
{
	struct lm *lm;

	ck_assert_int_eq(lm_new(&lm), 0);
	ck_assert_int_eq(lm_add(lm, "yes", 90), 0);
	ck_assert_int_eq(lm_add(lm, "no", 10), 0);
	ck_assert(p(lm, "<s>", "<s>", "yes") > 0.8);
	ck_assert(p(lm, "<s>", "<s>", "no") < 0.2);
	lm_free(lm);
}
END_TEST

START_TEST(writes_a_model_with_every_count_it_announces)
{
	static const char *const t[] = {"(yes|no) thanks", "$n people"};
	struct lm *lm = model(t, 2);
	char *text = NULL, line[256];
	size_t len = 0;
	unsigned said[4] = {0}, found[4] = {0}, order = 0;
	FILE *f = open_memstream(&text, &len);

	ck_assert_int_eq(lm_write(lm, f), 0);
	fclose(f);
	f = fmemopen(text, len, "r");
	while (fgets(line, sizeof(line), f)) {
		unsigned k = 0;

		if (!strncmp(line, "ngram ", 6)) {
			k = (unsigned)(line[6] - '0');
			said[k] = (unsigned)strtoul(line + 8, NULL, 10);
		} else if (line[0] == '\\') {
			order = (unsigned)strtoul(line + 1, NULL, 10);
		} else if (order && line[0] != '\n') {
			found[order]++;
		}
	}
	for (unsigned k = 1; k <= 3; k++) {
		ck_assert_uint_gt(said[k], 0);
		ck_assert_uint_eq(said[k], found[k]);
	}
	ck_assert_ptr_nonnull(strstr(text, "\\end\\"));
	fclose(f);
	free(text);
	lm_free(lm);
}
END_TEST

static const struct {
	const char *text;
	int err;
} bad[] = {
	{"(yes|no", -EBADMSG},
	{"yes|no)", -EBADMSG},
	{"[please", -EBADMSG},
	{"yes)", -EBADMSG},
	{"(yes]", -EBADMSG},
	{"(((((((((a)))))))))", -EMSGSIZE},
	{"a b c d e f g h i j k l m n o p q r s t u v w x y z "
	 "a b c d e f g h i j k l m n o p",
	 -EMSGSIZE},
	{"overlongoverlongoverlongoverlongoverlongoverlongoverlong", -EBADMSG},
};

START_TEST(refuses_bad_templates_and_counts_nothing_of_them)
{
	struct lm *lm;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_int_eq(lm_new(&lm), 0);
		ck_assert_int_eq(lm_add(lm, "fine", 1), 0);
		const double before = p(lm, "<s>", "<s>", "fine");
		ck_assert_msg(lm_add(lm, bad[i].text, 5) == bad[i].err, "%s",
			      bad[i].text);
		/* its words are known now, but nothing follows anything */
		ck_assert(p(lm, "<s>", "<s>", "fine") <= before);
		ck_assert(p(lm, "<s>", "<s>", "fine") > before * 0.5);
		lm_free(lm);
	}
}
END_TEST

START_TEST(samples_templates_with_too_many_readings)
{
	static const char *const t[] = {
		"(a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h) "
		"(a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h)"};
	struct lm *lm = model(t, 1);

	/* evenly: each of eight */
	for (const char *c = "abcdefgh"; *c; c++) {
		const char w[2] = {*c, '\0'};

		ck_assert(fabs(p(lm, "<s>", "<s>", w) - 0.125) < 0.03);
	}
	lm_free(lm);
}
END_TEST

START_TEST(limits_the_length_of_a_sentence)
{
	char text[LM_SENTENCE_WORDS * 2 + 4] = "";
	struct lm *lm;

	ck_assert_int_eq(lm_new(&lm), 0);
	for (int i = 0; i < LM_SENTENCE_WORDS; i++)
		memcpy(text + (size_t)i * 2, "a ", 3);
	ck_assert_int_eq(lm_add(lm, text, 1), 0);
	memcpy(text + (size_t)LM_SENTENCE_WORDS * 2, "a ", 3);
	ck_assert_int_eq(lm_add(lm, text, 1), -EMSGSIZE);
	lm_free(lm);
}
END_TEST

START_TEST(every_phrase_of_ours_is_good)
{
	static const struct phrase *const lists[] = {
		phrases_general, phrases_open,    phrases_yes_no,
		phrases_name,    phrases_integer, phrases_digits,
		phrases_date,    phrases_time,    phrases_choice};
	struct lm *lm;

	ck_assert_int_eq(lm_new(&lm), 0);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (const struct phrase *x = lists[i]; x->text; x++) {
			ck_assert_msg(lm_add(lm, x->text, x->weight) == 0,
				      "%s", x->text);
			ck_assert(x->weight > 0);
		}
	/* every class that is used exists */
	const char *w;
	for (uint32_t i = 0; (w = lm_word(lm, i)); i++) {
		const struct phrase_class *c = phrase_classes;

		if (w[0] != '$' || !strcmp(w, "$choice"))
			continue;
		while (c->name && strcmp(c->name, w) != 0)
			c++;
		ck_assert_msg(c->name != NULL, "%s", w);
	}
	lm_free(lm);
}
END_TEST

UNIT_MAIN("lm", expands_brackets_bars_and_options,
	  odds_after_any_history_sum_to_one, heavier_templates_are_likelier,
	  writes_a_model_with_every_count_it_announces,
	  refuses_bad_templates_and_counts_nothing_of_them,
	  samples_templates_with_too_many_readings,
	  limits_the_length_of_a_sentence, every_phrase_of_ours_is_good)
