/**
 * @file playout_pull.c  The sound of the queue, 20 ms at a time
 *
 * Nothing here allocates, frees or locks.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "media/playout_parts.h"

enum {
	STARVED_US = 10 * 1000 * 1000, /* a clause without audio is given up */
	MARKS_A_SECOND = 5,
};

/** @return the piece that has the next sample of the item, NULL: none yet */
static struct playout_piece *next_piece(struct playout *p,
					struct playout_item *it)
{
	if (!p->piece) {
		p->piece = it->first;
		p->piece_at = 0;
	}
	while (p->piece && p->piece_at >= p->piece->pcm->samples) {
		if (!p->piece->next)
			return NULL;
		p->piece = p->piece->next;
		p->piece_at = 0;
	}
	return p->piece;
}

struct playout_item *playout_skip_done(struct playout *p)
{
	for (; p->play < p->newest; p->play++) {
		struct playout_item *it = playout_at(p, p->play);

		if (!it->reported && (next_piece(p, it) || !it->ready))
			return it;
		it->sent = 1;
		it->end = p->sent;
		it->due_us = p->frame_end_us;
		if (it->begun && !it->reported)
			p->clause_done = 1;
		p->piece = NULL;
		p->waiting_us = 0;
	}
	return NULL;
}

uint32_t playout_peek(struct playout *p, int16_t *out, uint32_t n)
{
	struct playout_item *it = playout_skip_done(p);
	const struct playout_piece *piece = it ? next_piece(p, it) : NULL;
	uint32_t at = p->piece_at, done = 0;

	for (; piece && done < n; piece = piece->next, at = 0) {
		const uint32_t left = piece->pcm->samples - at;
		const uint32_t take = left < n - done ? left : n - done;

		memcpy(out + done, piece->pcm->s + at, take * sizeof(*out));
		done += take;
	}
	return done;
}

static void begin(struct playout *p, struct playout_item *it)
{
	const uint32_t utt = it->utt;

	it->begun = 1;
	it->begin = p->sent;
	if (p->current == utt)
		return;
	p->current = utt;
	if (p->ev->first)
		p->ev->first(p->arg, utt);
}

/** No audio for an item whose turn it is. */
static void starve(struct playout *p, struct playout_item *it, int64_t now_us)
{
	if (!p->waiting_us)
		p->waiting_us = now_us;
	if (it->utt == p->current && !p->starving) {
		p->starving = 1;
		p->stats.underruns++;
	}
	if (now_us - p->waiting_us < STARVED_US)
		return;
	it->failed = it->ready = 1;
	p->stats.starved++;
}

static void take(struct playout *p, struct playout_piece *piece, int16_t *out,
		 uint32_t n)
{
	memcpy(out, piece->pcm->s + p->piece_at, n * sizeof(*out));
	for (uint32_t i = 0; i < n && p->fade_at < p->fade; i++, p->fade_at++)
		out[i] = (int16_t)(out[i] * (int32_t)p->fade_at /
				   (int32_t)p->fade);
	p->piece_at += n;
	p->sent += n;
}

/** Audio ends in mid-clause: let it die away, and come back softly. */
static void fade_out(struct playout *p, int16_t *s, uint32_t n)
{
	const uint32_t fade = n < p->fade ? n : p->fade;

	for (uint32_t i = 0; i < fade; i++)
		s[n - fade + i] =
			(int16_t)(s[n - fade + i] * (int32_t)(fade - 1 - i) /
				  (int32_t)fade);
	p->fade_at = 0;
}

/** @return samples of sound written */
static uint32_t fill(struct playout *p, struct aframe *f, int64_t now_us)
{
	struct playout_item *it;
	uint32_t n = 0;

	while (n < p->frame && (it = playout_skip_done(p))) {
		struct playout_piece *piece = next_piece(p, it);

		if (!piece) {
			starve(p, it, now_us);
			if (n && it->begun)
				fade_out(p, f->s, n);
			break;
		}
		if (!it->begun) {
			begin(p, it);
			continue; /* the event may have changed everything */
		}

		const uint32_t left = piece->pcm->samples - p->piece_at;
		const uint32_t room = p->frame - n;
		const uint32_t some = left < room ? left : room;

		if (!n)
			p->frame_end_us += FRAME_US;
		take(p, piece, f->s + n, some);
		p->starving = 0;
		p->waiting_us = 0;
		n += some;
	}
	p->sounding = n == p->frame;
	return n;
}

/** The first frame of a pause: what comes next, dying away, not used up. */
static uint32_t fade_into_pause(struct playout *p, struct aframe *f)
{
	uint32_t n;

	if (!p->pause_fade)
		return 0;
	p->pause_fade = 0;
	n = playout_peek(p, f->s, p->fade);
	for (uint32_t i = 0; i < n; i++)
		f->s[i] =
			(int16_t)(f->s[i] * (int32_t)(n - 1 - i) / (int32_t)n);
	p->frame_end_us += n ? FRAME_US : 0;
	p->sounding = 0;
	return n;
}

static uint32_t play_tail(struct playout *p, struct aframe *f)
{
	const uint32_t n = p->tail_samples;

	memcpy(f->s, p->tail, n * sizeof(*f->s));
	p->tail_samples = 0;
	p->frame_end_us += FRAME_US;
	return n;
}

/** A mark where sound begins (so that it is known when the far side hands its
 *  frames out), every 200 ms, at the end of a clause, where sound runs dry. */
static void want_mark(struct playout *p, int begins)
{
	struct playout_item *it;

	if (!p->marks || p->sent <= p->last_mark)
		return;
	it = playout_skip_done(p);
	p->mark_due = p->clause_done || !it || !next_piece(p, it) ||
		      p->sent - p->last_mark >= p->hz / MARKS_A_SECOND;
	p->begins = begins;
}

int playout_pull(struct playout *p, int64_t now_us, struct aframe *f)
{
	const uint64_t was = p->sent;
	uint32_t n;

	f->at_us = now_us;
	f->hz = p->hz;
	f->samples = p->frame;
	memset(f->s, 0, sizeof(f->s));

	playout_settle(p, now_us);
	p->frame_end_us = p->play_end_us;
	if (p->frame_end_us < now_us)
		p->frame_end_us = now_us;
	if (p->tail_samples)
		n = play_tail(p, f);
	else if (p->paused)
		n = fade_into_pause(p, f);
	else
		n = fill(p, f, now_us);
	if (n) {
		const int begins = p->play_end_us < now_us;

		p->play_end_us = p->frame_end_us;
		p->stats.frames++;
		playout_went(p, (uint32_t)(p->sent - was), now_us);
		want_mark(p, begins);
	}
	return n > 0;
}

uint32_t playout_mark(struct playout *p)
{
	const uint32_t id = p->next_mark;

	if (!p->mark_due && !p->begins)
		return 0;
	p->ring[id % PLAYOUT_MARKS] = (struct playout_sent_mark){
		.id = id,
		.at = p->sent,
		.frame = p->far.sent,
	};
	p->next_mark++;
	if (p->mark_due)
		p->last_mark = p->sent;
	p->mark_due = p->clause_done = p->begins = 0;
	return id;
}

void playout_pause(struct playout *p)
{
	if (p->paused)
		return;
	p->paused = 1;
	p->pause_fade = p->sounding;
}

void playout_resume(struct playout *p)
{
	if (!p->paused)
		return;
	/* Not yet pulled: nobody heard of the pause. */
	if (!p->pause_fade)
		p->fade_at = 0;
	p->paused = p->pause_fade = 0;
	p->waiting_us = 0;
}
