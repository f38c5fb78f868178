/**
 * @file keys.c  Keyed digits: every one is an event, some are an answer
 *
 *   digit --> dtmf event
 *         --> when a number is being asked and the Expert accepts keys, or
 *             says so of the very field:
 *             collected until '#', the last possible digit, or a pause
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "dialog/state.h"

enum {
	KEY_PAUSE_US = 3000000, /* finding the next key takes a while  */
	KEY_ENOUGH_PAUSE_US = 2000000,
};

static int wants_keys(struct dialog *d)
{
	static const char *const types[] = {"integer", "digit_sequence", "cvv",
					    "credit_card_number", "phone"};

	if (d->phase != PHASE_TALKING)
		return 0;

	const struct brain_item *item = task_item(d, d->ask.field_key);
	const struct xp_listening *l = think_listening(d);

	if (l && l->keypad != XP_YES_DEFAULT)
		return l->keypad == XP_YES;
	if (!d->accept_dtmf)
		return 0;

	if (!item || item->item->kind != XP_ITEM_FIELD)
		return 0;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!strcmp(item->item->field_type, types[i]))
			return 1;
	}
	return 0;
}

static void entry_over(struct dialog *d)
{
	d->keying = 0;
	d->n_recent = 0;
	step_disarm(d, DIALOG_TIMER_DTMF);
	if (!d->n_keyed)
		return;
	d->keyed[d->n_keyed] = '\0';
	d->n_keyed = 0;
	d->ask.have_digits = 0;
	d->task.dones = 0;
	history_add(d, BRAIN_CALLER, d->keyed, 0);
	turn_put_heard(d, d->keyed, 100);
	think_want(d, BRAIN_CUE_DTMF);
}

static void entry_digit(struct dialog *d, char digit)
{
	/* Only a number of known length is over by its length: a phone number
	 * may come from abroad. */
	int fixed =
		d->ask.max_digits && d->ask.min_digits == d->ask.max_digits;
	uint32_t most = fixed ? d->ask.max_digits : LIMIT_DTMF_BUFFER;

	if (!d->keying) {
		d->keying = 1;
		d->n_keyed = 0;
		speak_stop(d, 0);
		think_cancel(d);
	}
	if (digit == '*')
		d->n_keyed = 0;
	else if (isdigit((unsigned char)digit) &&
		 d->n_keyed < LIMIT_DTMF_BUFFER)
		d->keyed[d->n_keyed++] = digit;
	if (digit == '#' || d->n_keyed >= most) {
		entry_over(d);
		return;
	}
	d->ask.have_digits = d->n_keyed;
	think_listen(d);
	step_arm(d, DIALOG_TIMER_DTMF,
		 d->ask.min_digits && d->n_keyed >= d->ask.min_digits
			 ? KEY_ENOUGH_PAUSE_US
			 : KEY_PAUSE_US);
}

int keys_digit(struct dialog *d, char digit)
{
	if (!d->opened || !digit || !strchr("0123456789*#ABCD", digit))
		return -EINVAL;
	silence_broken(d);
	d->silence_count = 0;
	if (d->n_recent == LIMIT_DTMF_BUFFER) {
		memmove(d->recent, d->recent + 1, LIMIT_DTMF_BUFFER - 1);
		d->n_recent--;
	}
	d->recent[d->n_recent++] = digit;
	d->recent[d->n_recent] = '\0';

	struct xp_event *e = step_tell(d, XP_DTMF);

	e->text = scratch_printf(&d->keep, "%c", digit);
	e->recent = scratch_str(&d->keep, d->recent);
	if (d->keying || wants_keys(d))
		entry_digit(d, digit);
	else
		step_arm(d, DIALOG_TIMER_DTMF, KEY_PAUSE_US);
	return 0;
}

void keys_timer(struct dialog *d)
{
	if (d->keying)
		entry_over(d);
	d->n_recent = 0;
}

int keys_pressed(struct dialog *d, const char *digits)
{
	const char *list = "";
	struct xp_event *e;

	if (!digits || !*digits)
		return -EINVAL;
	if (!d->has_agent_dtmf)
		return 0;
	for (; *digits; digits++)
		list = scratch_printf(&d->keep, "%s%s\"%c\"", list,
				      *list ? "," : "", *digits);
	e = step_tell(d, XP_AGENT_DTMF);
	e->value_json = scratch_printf(&d->keep, "[%s]", list);
	e->text = "developer";
	return 0;
}
