/**
 * @file fuzz_nlu.c  Any utterance, for any type of field
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "dialog/bounds.h"
#include "dialog/nlu.h"
#include "dialog/shapes.h"
#include "dialog/values.h"
#include "proto/xp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is understood as one of the further types is a value of it. */
static void is_one(const char *type, const struct ask *ask,
		   const struct nlu_value *v)
{
	const struct xp_item field = {.field_type = type,
				      .has_minimum = 1,
				      .minimum = 2,
				      .pattern = "[a-z]+",
				      .earliest = "2026-12-01",
				      .n_choices = ask->n_choices,
				      .choices = ask->choices};
	const int fits = shape_fits(&field, v->json);

	(void)bounds_problem(&field, v->json);
	if (!v->partial && !fits)
		abort();
}

/* Any text is looked at as a value of any type. */
static void is_any(const char *type, const char *text)
{
	const struct xp_item field = {.field_type = type};

	if (value_fits(&field, text))
		(void)bounds_problem(&field, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {"text",
					    "integer",
					    "date",
					    "datetime",
					    "cvv",
					    "calendar_slot",
					    "digit_sequence",
					    "multiple_choice",
					    "phone",
					    "email",
					    "name",
					    "currency",
					    "duration",
					    "multi_select",
					    "address"};
	static const char *const choices[] = {"2026-11-27T15:00", "pickup",
					      "deep tissue massage", "no"};
	static const struct nlu_today today = {2026, 11, 21, 10, 0, NULL};
	struct ask ask = {.field_key = "party_size",
			  .description = "name, phone",
			  .n_choices = 4,
			  .choices = choices};
	struct nlu_acts acts;
	char *text;

	if (size < 2)
		return 0;
	text = malloc(size);
	if (text == NULL)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	ask.kind = (enum ask_kind)(data[0] % (ASK_TEXT + 1));
	if (data[0] & 0x40)
		ask.description = "email, date of birth";
	ask.max_digits = data[0] & 0x80 ? 10 : 0;
	ask.min_digits = data[0] & 0x80 ? 7 : 0;
	nlu_acts(&acts, text, &ask);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct nlu_value v;
		char out[NLU_TEXT_MAX];
		uint32_t min, max;

		if (nlu_value(&v, types[i], &ask, text, &today) == 0)
			is_one(types[i], &ask, &v);
		is_any(types[i], text);
		(void)nlu_code(out, sizeof(out), text);
		(void)nlu_speak(out, sizeof(out), types[i], ask.kind, text);
		(void)nlu_ask_kind(types[i], text, text);
		nlu_digit_bounds(types[i], text, text, &min, &max);
	}
	free(text);
	return 0;
}
