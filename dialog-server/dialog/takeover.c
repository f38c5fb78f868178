/**
 * @file takeover.c  What the next Expert says again, and the caller does not
 *
 * An Expert that takes a call over with the published protocol does not know
 * that it is one: it sets its task and reads its script as for a new call.
 *
 *   its task is the present one         it goes on where it was
 *   its task was done in this call      reported done, nothing is said
 *   its script, its instruction: known  nothing
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "dialog/state.h"

/* What it sends without having been told anything comes at once. */
#define TAKEOVER_US (5 * INT64_C(1000000))

void takeover_begin(struct dialog *d)
{
	d->takeover_us = d->now_us;
}

int takeover_is(const struct dialog *d)
{
	return d->takeover_us && d->now_us - d->takeover_us < TAKEOVER_US;
}

/* One that was told (by `resume`) means what it says. */
static int is_unaware(const struct dialog *d)
{
	return takeover_is(d) && !(d->extensions & XP_EXT_RESUME);
}

int takeover_knows_script(const struct dialog *d, const char *text)
{
	if (!is_unaware(d))
		return 0;
	for (const struct kept_line *l = d->line_first; l; l = l->next) {
		if (l->line.role == BRAIN_AGENT && strstr(l->line.text, text))
			return 1;
	}
	return 0;
}

int takeover_knows_instruction(const struct dialog *d, const char *text)
{
	if (!is_unaware(d))
		return 0;
	for (uint32_t i = 0; i < d->n_instructions; i++) {
		if (!strcmp(d->instructions[i], text))
			return 1;
	}
	return 0;
}

static uint64_t mix_listening(uint64_t sum, const struct xp_listening *l)
{
	const uint64_t values[] = {
		(uint64_t)l->end_silence_ms,
		(uint64_t)l->patience_ms,
		(uint64_t)l->barge_in,
		(uint64_t)l->keypad,
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		sum = (sum ^ values[i]) * UINT64_C(1099511628211);
	return sum;
}

static uint64_t mix_bounds(uint64_t sum, const struct xp_item *x)
{
	char numbers[80];

	if (x->pattern)
		sum = text_sum(sum, x->pattern);
	if (x->earliest)
		sum = text_sum(sum, x->earliest);
	if (x->latest)
		sum = text_sum(sum, x->latest);
	(void)snprintf(numbers, sizeof(numbers), "%d %lld %d %lld %d",
		       x->has_minimum, (long long)x->minimum, x->has_maximum,
		       (long long)x->maximum, x->validate);
	return text_sum(sum, numbers);
}

uint64_t takeover_task_sum(const struct xp_command *c)
{
	uint64_t sum = text_sum(TEXT_SUM, c->key);

	for (uint32_t i = 0; i < c->n_items; i++) {
		const struct xp_item *x = &c->items[i];

		sum = text_sum(sum, x->kind == XP_ITEM_FIELD ? "field" : "");
		sum = text_sum(sum, x->key);
		sum = text_sum(sum, x->kind == XP_ITEM_FIELD ? x->field_type
							     : x->statement);
		sum = text_sum(sum, x->description);
		sum = mix_listening(sum, &x->listening);
		sum = mix_bounds(sum, x);
	}
	return sum;
}

void takeover_note_done(struct dialog *d)
{
	d->done_sums[d->n_done_sums++ % DONE_SUMS_MAX] = d->task.sum;
}

int takeover_was_done(const struct dialog *d, uint64_t sum)
{
	for (uint32_t i = 0; i < d->n_done_sums && i < DONE_SUMS_MAX; i++) {
		if (d->done_sums[i] == sum)
			return 1;
	}
	return 0;
}
