/**
 * @file test_nlu_table.c  Every row of tests/data/nlu_values.txt and _acts.txt
 *
 * The files say how they are read. A row that fails is printed; all rows are
 * tried before the test fails.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "dialog/nlu.h"
#include "unit/unit.h"

enum { LINE_MAX_BYTES = 2048, CHOICES = 16, ROWS_AT_LEAST = 150 };

/* Saturday. */
static const struct nlu_today today = {2026, 11, 21, 10, 0, NULL};

static char section[LINE_MAX_BYTES];
static const char *choices[CHOICES];
static const char *type;
static struct ask ask;
static unsigned rows, wrong;

static char *next_part(char **at, const char *separator)
{
	char *part = *at != NULL ? *at : section + strlen(section);
	char *end = strstr(part, separator);

	*at = NULL;
	if (end != NULL) {
		*end = '\0';
		*at = end + strlen(separator);
	}
	return part;
}

static void read_choices(char *list)
{
	while (list != NULL && *list != '\0' && ask.n_choices < CHOICES)
		choices[ask.n_choices++] = next_part(&list, ";");
	ask.choices = choices;
}

/** [type|key|description|choice;choice] */
static void value_section(char *line)
{
	char *at = section;

	(void)snprintf(section, sizeof(section), "%s", line + 1);
	section[strcspn(section, "]")] = '\0';
	memset(&ask, 0, sizeof(ask));
	type = next_part(&at, "|");
	ask.field_key = next_part(&at, "|");
	ask.description = next_part(&at, "|");
	read_choices(at);
	ask.kind = nlu_ask_kind(type, ask.field_key, ask.description);
	if (ask.kind == ASK_DIGITS)
		nlu_digit_bounds(type, ask.field_key, ask.description,
				 &ask.min_digits, &ask.max_digits);
}

/** [acts|what was asked] */
static void acts_section(char *line)
{
	static const char *const kinds[] = {"open",     "yes_no", "name",
					    "integer",  "digits", "date",
					    "datetime", "choice", "text"};
	char *at = section;

	(void)snprintf(section, sizeof(section), "%s", line + 1);
	section[strcspn(section, "]")] = '\0';
	memset(&ask, 0, sizeof(ask));
	(void)next_part(&at, "|");
	ask.field_key = next_part(&at, "|");
	ask.description = "";
	for (int i = 0; i <= ASK_TEXT; i++) {
		if (strcmp(ask.field_key, kinds[i]) == 0)
			ask.kind = (enum ask_kind)i;
	}
}

static void check_value(char *line)
{
	char *want = strstr(line, " = "), got[NLU_TEXT_MAX + 16] = "-";
	struct nlu_value v;

	ck_assert_msg(want != NULL, "no \" = \" in \"%s\"", line);
	*want = '\0';
	want += 3;
	if (nlu_value(&v, type, &ask, line, &today) == 0)
		(void)snprintf(got, sizeof(got), "%s %s", v.json,
			       v.partial  ? "partial"
			       : v.strong ? "strong"
					  : "weak");
	rows++;
	if (strcmp(got, want) == 0)
		return;
	wrong++;
	printf("[%s] \"%s\" gave %s, not %s\n", type, line, got, want);
}

static void letters(const struct nlu_acts *a, char *ret)
{
	const int on[] = {a->yes,        a->no,     a->correction,
			  a->repeat,     a->wait,   a->question,
			  a->request,    a->human,  a->goodbye,
			  a->dont_know,  a->thanks, a->greeting,
			  a->backchannel};

	for (size_t i = 0; i < sizeof(on) / sizeof(*on); i++) {
		if (on[i])
			*ret++ = "yncrwqahbdtgk"[i];
	}
	*ret = '\0';
}

static void check_acts(char *line)
{
	char got[3 * NLU_TEXT_MAX], did[16], *want = strstr(line, " -> ");
	struct nlu_acts a;

	ck_assert_msg(want != NULL, "no \" -> \" in \"%s\"", line);
	*want = '\0';
	want += 4;
	nlu_acts(&a, line, &ask);
	letters(&a, did);
	(void)snprintf(got, sizeof(got), "%s | %s | %s", did, a.query, a.rest);
	while (got[0] != '\0' && got[strlen(got) - 1] == ' ')
		got[strlen(got) - 1] = '\0';
	rows++;
	if (strcmp(got, want) == 0)
		return;
	wrong++;
	printf("[%s] \"%s\" gave\n\t%s, not\n\t%s\n", ask.field_key, line, got,
	       want);
}

static void check_file(const char *path, void (*begin)(char *line),
		       void (*check)(char *line))
{
	FILE *f = fopen(path, "r");
	char line[LINE_MAX_BYTES];

	ck_assert_msg(f != NULL, "cannot open %s", path);
	rows = wrong = 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '[')
			begin(line);
		else if (line[0] != '#' && line[0] != '\0')
			check(line);
	}
	(void)fclose(f);
	ck_assert_uint_ge(rows, ROWS_AT_LEAST);
	ck_assert_msg(wrong == 0, "%u of %u rows are wrong", wrong, rows);
}

START_TEST(every_value_is_as_the_table_says)
{
	check_file("tests/data/nlu_values.txt", value_section, check_value);
}
END_TEST

START_TEST(every_act_is_as_the_table_says)
{
	check_file("tests/data/nlu_acts.txt", acts_section, check_acts);
}
END_TEST

UNIT_MAIN("nlu_table", every_value_is_as_the_table_says,
	  every_act_is_as_the_table_says)
