/**
 * @file playout.c  The queue of what is to be said: in, cut, out
 *
 * SPDX-License-Identifier: MIT
 */
#include "media/playout.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "media/playout_parts.h"

enum { TEXT_BYTES_MAX = 2 * LIMIT_TEXT_BYTES };

int playout_new(struct playout **ret, uint32_t hz, int marks,
		const struct playout_events *ev, void *arg)
{
	if (hz != 8000 && hz != 16000)
		return -EINVAL;

	struct playout *p = mem_zalloc(sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->hz = hz;
	p->frame = hz / 50;
	p->fade = hz / 1000 * PLAYOUT_FADE_MS;
	p->fade_at = p->fade;
	p->marks = marks;
	p->ev = ev;
	p->arg = arg;
	p->next_mark = p->mark_floor = 1;
	*ret = p;
	return 0;
}

/** Give sound and text of an item back. */
static void empty(struct playout *p, struct playout_item *it)
{
	if (it->text)
		p->text_bytes -= strlen(it->text) + 1;
	it->text = mem_free(it->text);
	while (it->first) {
		struct playout_piece *next = it->first->next;

		p->held_samples -= it->first->pcm->samples;
		p->pieces--;
		pcm_unref(it->first->pcm);
		mem_free(it->first);
		it->first = next;
	}
	it->final = NULL;
}

void playout_sweep(struct playout *p)
{
	while (p->oldest < p->heard && playout_at(p, p->oldest)->reported &&
	       playout_at(p, p->oldest)->utt <= p->told_utt)
		empty(p, playout_at(p, p->oldest++));
}

struct playout *playout_free(struct playout *p)
{
	if (!p)
		return NULL;
	for (; p->oldest < p->newest; p->oldest++)
		empty(p, playout_at(p, p->oldest));
	mem_free(p->items);
	return mem_free(p);
}

/* ---- in ------------------------------------------------------------------
 */

/** Most calls say a clause or two at a time; few ever need all the room. */
static int make_room(struct playout *p)
{
	const uint32_t cap =
		p->items_cap ? 2 * p->items_cap : PLAYOUT_ITEMS_FIRST;
	struct playout_item *grown;

	if (p->newest - p->oldest < p->items_cap)
		return 0;
	grown = mem_alloc(cap * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	for (uint32_t seq = p->oldest; seq < p->newest; seq++)
		grown[seq % cap] = *playout_at(p, seq);
	mem_free(p->items);
	p->items = grown;
	p->items_cap = cap;
	return 0;
}

static struct playout_item *append(struct playout *p)
{
	struct playout_item *it = playout_at(p, p->newest++);

	memset(it, 0, sizeof(*it));
	p->live++;
	return it;
}

/** Another utterance begins: the one before gets no more clauses. */
static void close_before(struct playout *p, uint32_t utt)
{
	struct playout_item *before;

	if (p->newest == p->oldest)
		return;
	before = playout_at(p, p->newest - 1);
	if (before->reported || before->last || before->utt == utt)
		return;
	if (p->newest - 1 < p->heard)
		p->orphan = before->utt;
	before->last = 1;
}

int playout_clause(struct playout *p, uint32_t utt, uint32_t clause,
		   const char *text, int last)
{
	const size_t bytes = strlen(text) + 1;
	char *copy;
	int err;

	if (utt && utt <= p->cut_utt)
		return -ECANCELED;
	if (!utt || utt < p->newest_utt || utt <= p->closed_utt)
		return -EINVAL;
	playout_sweep(p);
	if (p->newest - p->oldest >= LIMIT_PLAYOUT_ITEMS ||
	    p->text_bytes + bytes > TEXT_BYTES_MAX)
		return -EAGAIN;
	copy = mem_strdup(text);
	if (!copy)
		return -ENOMEM;
	err = make_room(p);
	if (err) {
		mem_free(copy);
		return err;
	}
	close_before(p, utt);

	struct playout_item *it = append(p);

	it->utt = utt;
	it->clause = clause;
	it->text = copy;
	it->last = last ? 1 : 0;
	p->text_bytes += bytes;
	p->newest_utt = utt;
	p->closed_utt = last ? utt : p->closed_utt;
	return 0;
}

static struct playout_item *find(struct playout *p, uint32_t utt,
				 uint32_t clause)
{
	for (uint32_t seq = p->oldest; seq < p->newest; seq++) {
		struct playout_item *it = playout_at(p, seq);

		if (it->utt == utt && it->clause == clause && !it->ready &&
		    !it->reported)
			return it;
	}
	return NULL;
}

/** @param pcm  reference taken on success only */
static int add_piece(struct playout *p, struct playout_item *it,
		     struct pcm *pcm)
{
	const uint64_t most = (uint64_t)p->hz * (LIMIT_PLAYOUT_MS / 1000);

	if (pcm->hz != p->hz)
		return -EINVAL;
	if (p->held_samples + pcm->samples > most ||
	    p->pieces >= LIMIT_PLAYOUT_PIECES)
		return -ENOSPC;

	struct playout_piece *piece = mem_zalloc(sizeof(*piece));

	if (!piece)
		return -ENOMEM;
	piece->pcm = pcm;
	if (it->final)
		it->final->next = piece;
	else
		it->first = piece;
	it->final = piece;
	it->samples += pcm->samples;
	p->held_samples += pcm->samples;
	p->pieces++;
	return 0;
}

int playout_audio(struct playout *p, uint32_t utt, uint32_t clause,
		  struct pcm *pcm, int last)
{
	struct playout_item *it;
	int err = 0;

	playout_sweep(p);
	it = utt ? find(p, utt, clause) : NULL;
	if (!it) {
		pcm_unref(pcm);
		return utt && utt <= p->cut_utt ? -ECANCELED : -ENOENT;
	}
	if (pcm)
		err = add_piece(p, it, pcm);
	if (err) {
		p->stats.refused++;
		it->failed = 1;
		pcm_unref(pcm);
	}
	if (last)
		it->ready = 1;
	return err;
}

void playout_fail(struct playout *p, uint32_t utt, uint32_t clause)
{
	struct playout_item *it = utt ? find(p, utt, clause) : NULL;

	if (it)
		it->failed = it->ready = 1;
}

/* ---- cut ------------------------------------------------------------------
 */

/** Keep 5 ms of what would have come, dying away. Not when much is buffered
 *  far away: the end of that is where it would have to be. */
static void keep_tail(struct playout *p, int64_t now_us)
{
	if (p->paused || !p->sounding ||
	    p->play_end_us - now_us > FRAME_US + FRAME_US / 2)
		return;
	p->tail_samples = playout_peek(p, p->tail, p->fade);
	for (uint32_t i = 0; i < p->tail_samples; i++)
		p->tail[i] = (int16_t)(p->tail[i] *
				       (int32_t)(p->tail_samples - 1 - i) /
				       (int32_t)p->tail_samples);
}

static uint32_t first_unreported(struct playout *p, uint32_t up_to)
{
	for (uint32_t seq = p->oldest; seq < p->newest; seq++) {
		const struct playout_item *it = playout_at(p, seq);

		if (!it->reported)
			return it->utt <= up_to ? it->utt : 0;
	}
	return 0;
}

void playout_cut(struct playout *p, uint32_t utt, int64_t now_us)
{
	const uint32_t up_to = utt < p->newest_utt ? utt : p->newest_utt;
	const uint64_t pos = playout_heard_at(p, now_us);
	const int sounding = p->current && p->current <= up_to;
	uint32_t next;

	if (up_to > p->cut_utt)
		p->cut_utt = up_to;
	if (sounding) {
		keep_tail(p, now_us);
		/* what is on its way is discarded, and its marks with it */
		p->confirmed = p->last_mark = p->sent;
		p->play_end_us =
			p->play_end_us < now_us ? p->play_end_us : now_us;
		p->mark_floor = p->next_mark;
		p->mark_due = p->begins = 0;
		far_forget(&p->far, now_us);
		p->starving = p->sounding = 0;
		p->fade_at = p->fade;
	}
	if (sounding || !p->current)
		p->paused = p->pause_fade = 0;
	if (p->orphan && p->orphan <= up_to)
		p->orphan = 0;
	while ((next = first_unreported(p, up_to)))
		playout_report(p, next, pos);

	(void)playout_skip_done(p);
	while (p->heard < p->play && playout_at(p, p->heard)->reported)
		p->heard++;
	playout_sweep(p);
}

/* ---- asked ---------------------------------------------------------------
 */

int playout_busy(const struct playout *p)
{
	return p->live || p->tail_samples;
}

uint32_t playout_current(const struct playout *p)
{
	return p->current;
}

void playout_stats(const struct playout *p, struct playout_stats *ret)
{
	*ret = p->stats;
}
