/**
 * @file fuzz_language.c  A caller's words in each language
 *
 * The first byte picks the language, the rest is what was said.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dialog/language.h"
#include "dialog/nlu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"de", "fr", "es", "it"};
	static const struct ask ask = {
		.kind = ASK_DATETIME, .field_key = "when", .description = ""};
	const struct language *l = language_find(names[size ? *data % 4 : 0]);
	const struct nlu_today today = {
		.year = 2026, .month = 11, .day = 21, .language = l};
	char english[1024], text[4096];
	struct nlu_acts acts;
	struct nlu_value v;

	if (!size || --size >= sizeof(text))
		return 0;
	memcpy(text, data + 1, size);
	text[size] = '\0';
	language_hear(l, english, sizeof(english), text);
	if (strlen(english) >= sizeof(english))
		abort();
	nlu_acts(&acts, english, &ask);
	(void)nlu_value(&v, "datetime", &ask, english, &today);
	(void)nlu_value(&v, "integer", &ask, english, &today);
	return 0;
}
