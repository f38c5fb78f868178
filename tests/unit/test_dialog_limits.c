/**
 * @file test_dialog_limits.c  What callers and Experts can make larger
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/limits.h"
#include "dialog/dialog.h"
#include "dialog/state.h"
#include "tests/unit/unit.h"

static struct arena arena;
static struct dialog *d;
static struct dialog_actions acts;
static int64_t now_us;

static void step(const struct dialog_event *e)
{
	now_us += 1000;
	(void)dialog_step(d, e, now_us, &acts);
	ck_assert_uint_lt(acts.n, DIALOG_ACTIONS_MAX);
}

static void command(const struct xp_command *c)
{
	const struct dialog_event e = {.kind = DIALOG_EXPERT_COMMAND,
				       .command = c};

	step(&e);
}

static const struct dialog_action *act(enum dialog_action_kind kind)
{
	for (uint32_t i = 0; i < acts.n; i++)
		if (acts.v[i].kind == kind)
			return &acts.v[i];
	return NULL;
}

static void begin(void)
{
	const struct dialog_config conf = {
		.silence_us = 60 * 1000000LL,
		.goodbye_us = 15 * 1000000LL,
		.grace_us = 15 * 1000000LL,
		.answer_us = 15 * 1000000LL,
		.hold_us = 3 * 1000000LL,
		.hold_again_us = 8 * 1000000LL,
		.expert_lost = "continue",
		.fallback_name = "Nova",
	};

	arena_init(&arena, 1024, LIMIT_CALL_ARENA_BYTES);
	ck_assert_int_eq(dialog_new(&d, &arena, &conf, "c1"), 0);
	step(&(struct dialog_event){.kind = DIALOG_EXPERT_ATTACHED});
	step(&(struct dialog_event){.kind = DIALOG_STARTED});
}

static void set_items(uint32_t from, uint32_t n)
{
	static struct xp_item items[LIMIT_TASK_ITEMS];
	static char keys[LIMIT_TASK_ITEMS][8];
	const struct xp_command c = {.kind = XP_SET_TASK,
				     .key = "t",
				     .objective = "x",
				     .n_items = n,
				     .items = items};

	for (uint32_t i = 0; i < n; i++) {
		(void)snprintf(keys[i], sizeof(keys[i]), "k%u", from + i);
		items[i] = (struct xp_item){.kind = XP_ITEM_FIELD,
					    .key = keys[i],
					    .field_type = "integer",
					    .required = 1};
	}
	command(&c);
}

/** The number of the thought under way; the caller's words begin one. */
static uint32_t think(void)
{
	static uint32_t turn;
	const struct dialog_action *a = act(DIALOG_THINK);
	struct dialog_event e = {.kind = DIALOG_CALLER_TURN, .n_heard = 1};

	if (!a) {
		e.turn = ++turn;
		e.heard[0].text = "well let me see";
		e.heard[0].confidence = 95;
		step(&e);
		a = act(DIALOG_THINK);
	}
	ck_assert_ptr_nonnull(a);
	return a->brain_turn;
}

START_TEST(the_newest_sixty_four_keys_are_told)
{
	char want[LIMIT_DTMF_BUFFER + 1];
	size_t seen = 0;

	begin();
	for (int i = 0; i < LIMIT_DTMF_BUFFER + 2; i++) {
		const struct dialog_event e = {.kind = DIALOG_DTMF,
					       .digit = "0123456789"[i % 10]};

		step(&e);
		for (uint32_t k = 0; k < acts.n; k++) {
			if (acts.v[k].kind != DIALOG_EXPERT_EVENT ||
			    acts.v[k].event->kind != XP_DTMF)
				continue;
			(void)snprintf(want, sizeof(want), "%s",
				       acts.v[k].event->recent);
			seen++;
			ck_assert_uint_eq(strlen(want),
					  i < LIMIT_DTMF_BUFFER
						  ? (size_t)i + 1
						  : LIMIT_DTMF_BUFFER);
			ck_assert_int_eq(want[strlen(want) - 1], e.digit);
		}
	}
	ck_assert_uint_eq(seen, LIMIT_DTMF_BUFFER + 2);
	arena_done(&arena);
}
END_TEST

START_TEST(an_expert_keys_sixty_four_digits_and_no_more)
{
	char digits[LIMIT_DTMF_BUFFER + 2];
	const char *const one[] = {digits};
	const struct xp_command c = {
		.kind = XP_SEND_AGENT_DTMF, .choices = one, .n_choices = 1};

	begin();
	for (size_t n = LIMIT_DTMF_BUFFER; n <= LIMIT_DTMF_BUFFER + 1; n++) {
		memset(digits, '7', sizeof(digits));
		digits[n] = '\0';
		command(&c);
		ck_assert_ptr_nonnull(act(DIALOG_SEND_DTMF));
		ck_assert_uint_eq(strlen(act(DIALOG_SEND_DTMF)->text),
				  LIMIT_DTMF_BUFFER);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(the_newest_instructions_are_kept_by_number_and_by_size)
{
	static char text[LIMIT_TEXT_BYTES];
	struct xp_command c = {.kind = XP_SEND_INSTRUCTION, .text = text};
	size_t bytes = 0;

	begin();
	for (int i = 0; i <= INSTRUCTIONS_MAX; i++) {
		(void)snprintf(text, sizeof(text), "Remember number %d.", i);
		command(&c);
	}
	ck_assert_uint_eq(d->n_instructions, INSTRUCTIONS_MAX);
	ck_assert_str_eq(d->instructions[0], "Remember number 1.");
	ck_assert_str_eq(d->instructions[INSTRUCTIONS_MAX - 1],
			 "Remember number 24.");
	for (int i = 0; i < 5; i++) {
		memset(text, 'a' + i, sizeof(text) - 1);
		command(&c);
	}
	for (uint32_t i = 0; i < d->n_instructions; i++)
		bytes += strlen(d->instructions[i]);
	ck_assert_uint_le(bytes, INSTRUCTIONS_BYTES_MAX);
	ck_assert_uint_gt(bytes, INSTRUCTIONS_BYTES_MAX / 2);
	ck_assert_int_eq(d->instructions[d->n_instructions - 1][0], 'e');
	arena_done(&arena);
}
END_TEST

START_TEST(a_call_keeps_so_many_values_and_lets_the_oldest_go)
{
	const char *all;
	uint32_t kept = 0;

	begin();
	for (uint32_t at = 0; at < LIMIT_VARIABLES + 8; at += 8) {
		set_items(at, 8);
		for (uint32_t i = 0; i < 8; i++) {
			char key[8];
			const struct brain_output o = {.kind = BRAIN_RECORD,
						       .key = key,
						       .value_json = "1"};
			const struct dialog_event e = {
				.kind = DIALOG_BRAIN_OUTPUT,
				.brain_turn = i ? d->brain_turn : think(),
				.output = &o};

			(void)snprintf(key, sizeof(key), "k%u", at + i);
			step(&e);
		}
	}
	all = dialog_fields_json(d);
	ck_assert_ptr_null(strstr(all, "\"k7\""));
	ck_assert_ptr_nonnull(strstr(all, "\"k8\""));
	ck_assert_ptr_nonnull(strstr(all, "\"k263\""));
	for (; (all = strstr(all, "\"k")) != NULL; all++)
		kept++;
	ck_assert_uint_eq(kept, LIMIT_VARIABLES);
	arena_done(&arena);
}
END_TEST

/* Set k to what id says, unless the server knows the id. */
static const char *set_once(uint32_t id, const char *json)
{
	char text[16];
	const struct xp_command c = {.kind = XP_SET_VARIABLE,
				     .key = "k",
				     .value_json = json,
				     .command_id = text};

	(void)snprintf(text, sizeof(text), "id%u", id);
	command(&c);
	return named_get(&d->variables, "k");
}

START_TEST(the_newest_ids_of_commands_are_remembered)
{
	begin();
	for (uint32_t i = 0; i <= RESULTS_MAX; i++)
		ck_assert_str_eq(set_once(i, i % 2 ? "1" : "0"),
				 i % 2 ? "1" : "0");
	ck_assert_str_eq(set_once(RESULTS_MAX, "7"), "0");
	ck_assert_str_eq(set_once(1, "7"), "0");
	ck_assert_str_eq(set_once(0, "7"), "7");
	arena_done(&arena);
}
END_TEST

static uint32_t say_once(uint32_t id)
{
	char text[16];
	const struct xp_command c = {
		.kind = XP_SAY, .text = "Hello.", .id = text};

	(void)snprintf(text, sizeof(text), "say%u", id);
	command(&c);
	return d->n_says;
}

START_TEST(the_newest_ids_of_words_are_remembered)
{
	begin();
	for (uint32_t i = 0; i <= SAYS_MAX; i++)
		ck_assert_uint_eq(say_once(i), i + 1);
	ck_assert_uint_eq(say_once(SAYS_MAX), SAYS_MAX + 1);
	ck_assert_uint_eq(say_once(1), SAYS_MAX + 1);
	ck_assert_uint_eq(say_once(0), SAYS_MAX + 2);
	arena_done(&arena);
}
END_TEST

UNIT_MAIN("dialog_limits", the_newest_sixty_four_keys_are_told,
	  an_expert_keys_sixty_four_digits_and_no_more,
	  the_newest_instructions_are_kept_by_number_and_by_size,
	  a_call_keeps_so_many_values_and_lets_the_oldest_go,
	  the_newest_ids_of_commands_are_remembered,
	  the_newest_ids_of_words_are_remembered)
