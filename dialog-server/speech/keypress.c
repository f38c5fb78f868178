/**
 * @file keypress.c  One key, though the line tells of it twice
 *
 * SPDX-License-Identifier: MIT
 */
#include "speech/keypress.h"

#include <string.h>

/* A carrier tells of a key when it is released; sound is heard after 40 ms,
 * and waits in our own queue for at most 360. */
enum { TOGETHER_US = 1000000 };

static void leave_out(struct keypress *k, uint32_t i)
{
	k->n--;
	memmove(k->waiting + i, k->waiting + i + 1,
		(k->n - i) * sizeof(k->waiting[0]));
}

int keypress_heard(struct keypress *k, char key, enum keypress_way way,
		   int64_t now_us)
{
	while (k->n && now_us - k->waiting[0].at_us > TOGETHER_US)
		leave_out(k, 0);
	for (uint32_t i = 0; i < k->n; i++) {
		if (k->waiting[i].key != key || k->waiting[i].way == way)
			continue;
		leave_out(k, i);
		return 0;
	}
	if (k->n == KEYPRESS_WAITING)
		leave_out(k, 0);
	k->waiting[k->n].key = key;
	k->waiting[k->n].way = way;
	k->waiting[k->n].at_us = now_us;
	k->n++;
	return 1;
}
