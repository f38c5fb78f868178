/**
 * @file fuzz_nlu.c  Any utterance, for any type of field
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "dialog/nlu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {
		"text", "integer",       "date",           "datetime",
		"cvv",  "calendar_slot", "digit_sequence", "multiple_choice"};
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

		(void)nlu_value(&v, types[i], &ask, text, &today);
		(void)nlu_speak(out, sizeof(out), types[i], ask.kind, text);
		(void)nlu_ask_kind(types[i], text, text);
		nlu_digit_bounds(types[i], text, text, &min, &max);
	}
	free(text);
	return 0;
}
