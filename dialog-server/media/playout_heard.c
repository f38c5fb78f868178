/**
 * @file playout_heard.c  What the caller has heard, by marks, time and words
 *
 * Sent is not heard: a carrier buffers. Its marks say what has been played;
 * between two marks sound is taken to be played in real time, and a mark puts
 * that right. A mark that never comes is made up for by time.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "media/playout_parts.h"

enum {
	MARK_LATE_US = 1000000, /* then it is taken for heard anyway */
	SAMPLES_A_LETTER_HZ =
		15, /* letters a second, while length is unknown */
};

uint64_t playout_heard_at(const struct playout *p, int64_t now_us)
{
	const int64_t ahead_us = p->play_end_us - now_us;
	uint64_t ahead;

	if (ahead_us <= 0)
		return p->sent;
	ahead = (uint64_t)ahead_us * p->hz / US_PER_S;
	if (ahead > p->sent - p->confirmed)
		return p->confirmed;
	return p->sent - ahead;
}

/* ---- to the word -----------------------------------------------------------
 */

/** @return [samples] of the item among the first pos sent */
static uint32_t heard_of(const struct playout *p,
			 const struct playout_item *it, uint64_t pos)
{
	const uint64_t end = it->sent ? it->end : p->sent;

	if (!it->begun || pos <= it->begin)
		return 0;
	return (uint32_t)((pos < end ? pos : end) - it->begin);
}

static int is_whole(const struct playout_item *it, uint64_t pos)
{
	return it->sent && !it->failed && it->ready && pos >= it->end;
}

/** @return bytes of the text up to the last word that ended in time, or -1:
 *          words are unknown */
static int64_t bytes_by_words(const struct playout_item *it, uint32_t heard)
{
	uint32_t before = 0;
	int64_t bytes = 0;
	int known = 0;

	for (const struct playout_piece *q = it->first; q; q = q->next) {
		for (uint32_t i = 0; i < q->pcm->n_words; i++) {
			const struct pcm_word *w = &q->pcm->words[i];

			known = 1;
			if (before + w->end_sample <= heard)
				bytes = w->end_byte;
		}
		before += q->pcm->samples;
	}
	return known ? bytes : -1;
}

/** In proportion to the length, back to the end of a word. */
static size_t bytes_by_length(const struct playout *p,
			      const struct playout_item *it, uint32_t heard)
{
	const size_t len = strlen(it->text);
	uint64_t total = it->samples;
	size_t n;

	/* more is to come: guess by the usual pace of speech */
	if (!it->ready || it->failed) {
		const uint64_t guess = len * p->hz / SAMPLES_A_LETTER_HZ;

		total = guess > total ? guess : total;
	}
	if (!total)
		return 0;
	n = (size_t)(len * (uint64_t)heard / total);
	if (n >= len)
		return len;
	/* a word is heard when the gap behind it is reached */
	while (n && it->text[n] != ' ')
		n--;
	return n;
}

static size_t bytes_heard(const struct playout *p,
			  const struct playout_item *it, uint64_t pos)
{
	const size_t len = strlen(it->text);
	const uint32_t heard = heard_of(p, it, pos);
	int64_t bytes;

	if (is_whole(it, pos))
		return len;
	if (!heard)
		return 0;
	bytes = bytes_by_words(it, heard);
	if (bytes < 0)
		return bytes_by_length(p, it, heard);
	return (size_t)bytes < len ? (size_t)bytes : len;
}

static size_t add_text(char *dst, size_t n, const char *text, size_t bytes)
{
	if (!bytes)
		return n;
	if (n && dst[n - 1] != ' ' && text[0] != ' ')
		dst[n++] = ' ';
	memcpy(dst + n, text, bytes);
	return n + bytes;
}

void playout_report(struct playout *p, uint32_t utt, uint64_t pos)
{
	char *said = p->said;
	size_t n = 0;
	uint64_t heard = 0;
	const int lent = !said;
	int closed = 0, whole = 1;

	/* Lent to the event, which may queue more; an event that cuts finds
	 * it lent and gets room of its own. */
	p->said = NULL;
	if (!said)
		said = mem_alloc(p->text_bytes + LIMIT_PLAYOUT_ITEMS);
	for (uint32_t seq = p->oldest; seq < p->newest; seq++) {
		struct playout_item *it = playout_at(p, seq);

		if (it->utt != utt || it->reported)
			continue;
		if (said)
			n = add_text(said, n, it->text,
				     bytes_heard(p, it, pos));
		heard += heard_of(p, it, pos);
		closed |= it->last;
		whole &= it->sent && pos >= it->end;
		it->reported = it->ready = 1;
		p->live--;
	}
	while (n && said[n - 1] == ' ')
		n--;
	if (said)
		said[n] = '\0';
	if (p->current == utt)
		p->current = 0;
	p->closed_utt = utt > p->closed_utt ? utt : p->closed_utt;
	if (p->ev->said)
		p->ev->said(p->arg, utt, said ? said : "", !closed || !whole,
			    (int64_t)(heard * US_PER_S / p->hz));
	if (p->said || lent)
		mem_free(said);
	else
		p->said = said;
}

/* ---- marks and time
 * --------------------------------------------------------- */

static int is_heard(struct playout *p, const struct playout_item *it,
		    int64_t now_us)
{
	if (it->reported || p->confirmed >= it->end)
		return 1;
	if (now_us < it->due_us + (p->marks ? MARK_LATE_US : 0))
		return 0;
	if (p->marks)
		p->stats.unconfirmed++;
	p->confirmed = it->end;
	return 1;
}

static void fire(struct playout *p, struct playout_item *it)
{
	const uint32_t id = it->clause;

	if (it->reported)
		return;
	if (it->utt) {
		if (it->last)
			playout_report(p, it->utt, p->confirmed);
		return;
	}
	it->reported = 1;
	p->live--;
	if (p->ev->due)
		p->ev->due(p->arg, id);
}

void playout_settle(struct playout *p, int64_t now_us)
{
	p->frame_end_us = p->play_end_us;
	for (;;) {
		const uint32_t orphan = p->orphan;

		if (orphan) {
			p->orphan = 0;
			playout_report(p, orphan, p->confirmed);
			continue;
		}
		(void)playout_skip_done(p);
		if (p->heard == p->play)
			return;

		struct playout_item *it = playout_at(p, p->heard);

		if (!is_heard(p, it, now_us))
			return;
		p->heard++;
		fire(p, it);
	}
}

void playout_marked(struct playout *p, uint32_t id, int64_t now_us)
{
	const struct playout_sent_mark *m = &p->ring[id % PLAYOUT_MARKS];

	if (id < p->mark_floor || id >= p->next_mark || m->id != id ||
	    m->at < p->confirmed)
		return;
	p->confirmed = m->at;
	p->play_end_us =
		now_us + (int64_t)((p->sent - m->at) * US_PER_S / p->hz);
	playout_settle(p, now_us);
	playout_sweep(p);
}
