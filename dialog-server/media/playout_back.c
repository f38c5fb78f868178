/**
 * @file playout_back.c  What went out and was not heard is taken back
 *
 *        heard      pos          play
 *          ▼         ▼            ▼
 *   [ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ]
 *                    └─ far side ─┘ forgets: to be sent again
 *
 * Nothing here allocates, frees or locks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "media/playout_parts.h"

void playout_went(struct playout *p, uint32_t sound, int64_t now_us)
{
	p->far_sound[p->far.sent % PLAYOUT_FAR] = (uint16_t)sound;
	far_sent(&p->far, now_us);
}

int playout_knows_far(const struct playout *p, int64_t now_us)
{
	return far_is_sure(&p->far, now_us);
}

/** @return [samples] of the queue in the last n frames */
static uint32_t sound_of(const struct playout *p, uint32_t n)
{
	uint32_t samples = 0;

	for (uint32_t i = 1; i <= n; i++)
		samples += p->far_sound[(p->far.sent - i) % PLAYOUT_FAR];
	return samples;
}

/** @return samples of the item in the pieces before where it is to go on */
static void go_to(struct playout *p, struct playout_item *it, uint64_t skip)
{
	p->piece = it->first;
	while (p->piece && skip >= p->piece->pcm->samples && p->piece->next) {
		skip -= p->piece->pcm->samples;
		p->piece = p->piece->next;
	}
	p->piece_at = (uint32_t)skip;
}

/** Sent from pos on: not any more. */
static void unsend(struct playout *p, uint64_t pos)
{
	uint32_t from = p->play;
	struct playout_item *it;

	while (from > p->heard && playout_at(p, from - 1)->end > pos)
		from--;
	for (uint32_t seq = from; seq <= p->play && seq < p->newest; seq++) {
		it = playout_at(p, seq);
		it->sent = 0;
		if (it->begun && it->begin >= pos)
			it->begun = 0;
	}
	p->play = from;
	p->piece = NULL;
	p->piece_at = 0;
	if (from == p->newest)
		return;
	it = playout_at(p, from);
	if (it->begun)
		go_to(p, it, pos - it->begin);
}

uint32_t playout_take_back(struct playout *p, int64_t now_us)
{
	const uint32_t waiting = far_waiting(&p->far, now_us);
	const uint32_t n = waiting < PLAYOUT_FAR ? waiting : PLAYOUT_FAR;
	const uint64_t back = sound_of(p, n);
	uint64_t pos = p->sent > back ? p->sent - back : 0;

	if (!n)
		return 0;
	if (pos < p->confirmed)
		pos = p->confirmed;
	unsend(p, pos);
	p->sent = p->confirmed = p->last_mark = pos;
	p->play_end_us = p->frame_end_us = now_us;
	p->mark_floor = p->next_mark;
	p->mark_due = p->clause_done = p->begins = 0;
	p->sounding = p->pause_fade = p->starving = 0;
	p->tail_samples = 0;
	p->waiting_us = 0;
	p->fade_at = 0;
	far_forget(&p->far, now_us);
	playout_went(p, 0, now_us); /* the fade */
	return n;
}
