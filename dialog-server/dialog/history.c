/**
 * @file history.c  The conversation as it was really heard, for the brain
 *
 * The whole transcript is in the store; here stays what a brain can use: the
 * newest lines up to a count and a size. The oldest leave first.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dialog/state.h"

static void drop_oldest_line(struct dialog *d)
{
	struct kept_line *l = d->line_first;

	d->line_bytes -= strlen(l->line.text);
	keep_free(&d->keep, l->line.text);
	d->line_first = l->next;
	keep_free(&d->keep, l);
	d->n_lines--;
}

void history_add(struct dialog *d, enum brain_role role, const char *text,
		 int interrupted)
{
	if (!text || !*text)
		return;

	size_t len = strlen(text);

	while (d->n_lines && (d->n_lines == LINES_MAX ||
			      d->line_bytes + len > LINES_BYTES_MAX))
		drop_oldest_line(d);

	struct kept_line *l = keep_alloc(&d->keep, sizeof(*l));
	char *copy = keep_str(&d->keep, text);

	if (!l || !copy) {
		keep_free(&d->keep, copy);
		keep_free(&d->keep, l);
		return;
	}
	l->line = (struct brain_line){.role = role,
				      .text = copy,
				      .at_us = d->now_us,
				      .interrupted = interrupted};
	if (d->n_lines++)
		d->line_last->next = l;
	else
		d->line_first = l;
	d->line_last = l;
	d->line_bytes += len;
}

const struct brain_line *history_view(struct dialog *d)
{
	struct brain_line *v =
		scratch_alloc(&d->keep, d->n_lines * sizeof(*v));
	const struct kept_line *l = d->line_first;

	for (uint32_t i = 0; v && i < d->n_lines; i++, l = l->next)
		v[i] = l->line;
	return v;
}

void instruction_add(struct dialog *d, const char *text)
{
	size_t len = strlen(text);

	while (d->n_instructions &&
	       (d->n_instructions == INSTRUCTIONS_MAX ||
		d->instruction_bytes + len > INSTRUCTIONS_BYTES_MAX)) {
		d->instruction_bytes -= strlen(d->instructions[0]);
		keep_free(&d->keep, d->instructions[0]);
		memmove(d->instructions, d->instructions + 1,
			(INSTRUCTIONS_MAX - 1) * sizeof(d->instructions[0]));
		d->n_instructions--;
		if (d->n_new_instructions > d->n_instructions)
			d->n_new_instructions = d->n_instructions;
	}

	char *copy = keep_str(&d->keep, text);

	if (!copy)
		return;
	d->instructions[d->n_instructions++] = copy;
	d->n_new_instructions++;
	d->instruction_bytes += len;
}
