/**
 * @file fuzz_wording.c  English from any text that an Expert may send
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "dialog/values.h"
#include "dialog/wording.h"
#include "proto/xp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small rooms too: everything is cut, nothing overrun. */
static void in_room(const char *s, const struct xp_item *f, size_t cap)
{
	char *to = mem_must(mem_alloc(cap), "room");

	for (int kind = ASK_OPEN; kind <= ASK_TEXT; kind++)
		wording_question(to, cap, f, (enum ask_kind)kind, 2, 1);
	wording_thing(to, cap, f);
	wording_address(to, cap, s, 0);
	wording_address(to, cap, s, 1);
	(void)wording_objective(to, cap, s, "Thai Palace");
	(void)wording_transfer(to, cap, s);
	mem_free(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {
		"text",     "integer",        "date",
		"datetime", "digit_sequence", "multiple_choice"};
	char *s = mem_must(mem_alloc(size + 1), "text");
	struct xp_item f = {.kind = XP_ITEM_FIELD, .key = s, .question = ""};
	static struct wording_plan plan;

	if (size)
		memcpy(s, data, size);
	s[size] = '\0';
	f.description = s;
	f.field_type = "text";
	in_room(s, &f, 1);
	in_room(s, &f, 40);
	in_room(s, &f, 512);
	f.description = "";
	in_room(s, &f, 300);
	wording_instruction(&plan, s);
	(void)wording_related(s, "talk about a bill");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		f.field_type = types[i];
		(void)value_fits(&f, s);
	}
	mem_free(s);
	return 0;
}
