/**
 * @file bench_nlu.c  Microseconds that understanding an utterance costs
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "dialog/nlu.h"

enum { ROUNDS = 9, REPEAT = 200 };

static const struct nlu_today today = {2026, 11, 21, 10, 0, NULL};
static const char *const choices[] = {"Swedish massage", "Deep tissue massage",
				      "Hot stone massage", "Sports massage",
				      "Prenatal massage"};

static const struct {
	const char *type;
	struct ask ask;
	const char *text;
} jobs[] = {
	{"integer",
	 {.kind = ASK_INTEGER,
	  .field_key = "party_size",
	  .description = "Number of people"},
	 "it's for five people and do you have parking"},
	{"digit_sequence",
	 {.kind = ASK_DIGITS,
	  .field_key = "phone",
	  .description = "Phone number",
	  .min_digits = 7,
	  .max_digits = 10},
	 "my number is five five five oh one four three no two"},
	{"datetime",
	 {.kind = ASK_DATETIME, .field_key = "when", .description = "Time"},
	 "november twenty seventh at half past six in the evening"},
	{"multiple_choice",
	 {.kind = ASK_CHOICE,
	  .field_key = "service",
	  .description = "",
	  .n_choices = 5,
	  .choices = choices},
	 "i think the deep tissue one would be best please"},
	{"text",
	 {.kind = ASK_NAME, .field_key = "name", .description = "Name"},
	 "um yeah it's robert smith that's s m y t h"},
	{"text",
	 {.kind = ASK_TEXT, .field_key = "reason", .description = ""},
	 "well you see i was driving home last night when my car broke down "
	 "and i called the service but nobody came for two hours so i had to "
	 "walk and now i would like to know what you can do about it because "
	 "i pay every month and this is not the first time that it happened"},
};

static int64_t once(size_t i)
{
	static volatile int sink;
	int64_t from = clock_now_us();

	for (int k = 0; k < REPEAT; k++) {
		struct nlu_acts a;
		struct nlu_value v;

		nlu_acts(&a, jobs[i].text, &jobs[i].ask);
		sink += nlu_value(&v, jobs[i].type, &jobs[i].ask, a.rest,
				  &today);
	}
	(void)sink; /* written so that the work is not left out */
	return clock_now_us() - from;
}

int main(void)
{
	for (size_t i = 0; i < sizeof(jobs) / sizeof(*jobs); i++) {
		int64_t best = INT64_MAX;

		for (int r = 0; r < ROUNDS; r++) {
			int64_t us = once(i);

			best = us < best ? us : best;
		}
		printf("{\"bench\":\"nlu\",\"type\":\"%s\",\"bytes\":%zu,"
		       "\"best_us\":%.1f}\n",
		       jobs[i].type, strlen(jobs[i].text),
		       (double)best / REPEAT);
	}
	return 0;
}
