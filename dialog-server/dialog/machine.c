/**
 * @file machine.c  A machine has answered a call that was placed
 *
 *   it greets --> nothing is said, nothing is heard --> it records
 *                                                          │
 *               its Expert's message, verbatim, then hang up ◀┘
 *
 * What to do stands in the words of the Expert: an instruction, or a rule of
 * the task, about an "answering machine" or "voicemail". Without one the
 * conversation goes on as with a person.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "dialog/lines.h"
#include "dialog/state.h"

enum { MACHINE_US = 45 * 1000 * 1000 }; /* longest greeting waited for */

/** @return where the first of the two stands in the text, or NULL */
static const char *rule_in(const char *text)
{
	static const char *const names[] = {"answering machine", "voicemail"};

	for (const char *s = text ? text : ""; *s; s++) {
		for (size_t i = 0; i < 2; i++) {
			if (!strncasecmp(s, names[i], strlen(names[i])))
				return s;
		}
	}
	return NULL;
}

/** What the Expert wants done. @return NULL: nothing is said of it */
static const char *rule(const struct dialog *d)
{
	const char *found = NULL;

	for (uint32_t i = d->n_instructions; i > 0 && !found; i--)
		found = rule_in(d->instructions[i - 1]);
	return found || !d->task.set ? found : rule_in(d->task.objective);
}

/** The words in quotes, else some of our own when one is to be left.
 *  @return NULL: hang up without a word */
static const char *message(struct dialog *d, const char *text)
{
	const char *open = strchr(text, '"');
	const char *end = open ? strstr(open + 1, "\" Then") : NULL;

	if (open && !end)
		end = strchr(open + 1, '"');
	if (open && end > open + 1)
		return scratch_printf(&d->keep, "%.*s", (int)(end - open - 1),
				      open + 1);
	if (!strcasestr(text, "leave") || strcasestr(text, "not leave"))
		return NULL;
	if (!d->agent_name || !d->organization)
		return step_line(d, LINE_VOICEMAIL);
	return scratch_printf(&d->keep, step_line(d, LINE_VOICEMAIL_FROM),
			      d->agent_name, d->organization);
}

/** A field may ask who was reached. */
static void note_outcome(struct dialog *d)
{
	for (uint32_t i = 0; d->task.set && i < d->task.n_items; i++) {
		const struct xp_item *f = d->task.items[i].item;

		for (uint32_t k = 0;
		     f->kind == XP_ITEM_FIELD && k < f->n_choices; k++) {
			if (strcmp(f->choices[k], "voicemail"))
				continue;
			(void)task_record(d, f->key, "\"voicemail\"");
			return;
		}
	}
}

int machine_answered(struct dialog *d)
{
	const char *what = rule(d);

	if (d->phase != PHASE_TALKING && d->phase != PHASE_OPENING)
		return -EINVAL;
	if (!what) {
		step_note(d, "a machine has answered; nothing is said of "
			     "what to do then");
		return 0;
	}
	step_note(d, "a machine has answered");
	note_outcome(d);
	speak_stop(d, 1);
	end_machine(d, MACHINE_US);
	if (!message(d, what))
		end_machine_spoken(d, NULL);
	return 0;
}

int machine_records(struct dialog *d)
{
	const char *what = rule(d);

	if (!d->machine)
		(void)machine_answered(d);
	if (d->machine && what)
		end_machine_spoken(d, message(d, what));
	return 0;
}
