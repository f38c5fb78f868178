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
	struct playout_item *final = NULL;
	uint32_t heard = 0;
	int closed = 0, whole = 1;

	for (uint32_t seq = p->oldest; seq < p->newest; seq++) {
		struct playout_item *it = playout_at(p, seq);

		if (it->utt != utt || it->reported)
			continue;
		it->text_heard = (uint32_t)bytes_heard(p, it, pos);
		heard += heard_of(p, it, pos);
		closed |= it->last;
		whole &= it->sent && pos >= it->end;
		it->reported = it->ready = 1;
		p->live--;
		final = it;
	}
	if (p->current == utt)
		p->current = 0;
	p->closed_utt = utt > p->closed_utt ? utt : p->closed_utt;
	if (!final)
		return;
	final->tells = 1;
	final->interrupted = !closed || !whole;
	final->utt_heard = heard;
	p->untold++;
}

/** @return what was heard of the texts of an utterance; caller frees */
static char *text_of(struct playout *p, uint32_t utt)
{
	char *said = mem_alloc(p->text_bytes + 1);
	size_t n = 0;

	if (!said)
		return NULL;
	for (uint32_t seq = p->oldest; seq < p->newest; seq++) {
		const struct playout_item *it = playout_at(p, seq);

		if (it->utt == utt)
			n = add_text(said, n, it->text, it->text_heard);
	}
	while (n && said[n - 1] == ' ')
		n--;
	said[n] = '\0';
	return said;
}

int playout_said(struct playout *p, struct playout_said *ret)
{
	for (uint32_t seq = p->oldest; p->untold && seq < p->newest; seq++) {
		struct playout_item *it = playout_at(p, seq);

		if (!it->tells)
			continue;
		*ret = (struct playout_said){
			.utt = it->utt,
			.text = text_of(p, it->utt),
			.interrupted = it->interrupted,
			.spoken_us = (int64_t)it->utt_heard * US_PER_S / p->hz,
		};
		it->tells = 0;
		p->told_utt = it->utt;
		p->untold--;
		playout_sweep(p);
		return 1;
	}
	return 0;
}

/* ---- marks and time -------------------------------------------------- */

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
		if (it->last && !it->reported)
			playout_report(p, it->utt, p->confirmed);
	}
}

void playout_marked(struct playout *p, uint32_t id, int64_t now_us)
{
	const struct playout_sent_mark *m = &p->ring[id % PLAYOUT_MARKS];

	if (id < p->mark_floor || id >= p->next_mark || m->id != id ||
	    m->at < p->confirmed)
		return;
	p->confirmed = m->at;
	far_marked(&p->far, m->frame, now_us);
	p->play_end_us =
		now_us + (int64_t)((p->sent - m->at) * US_PER_S / p->hz);
	playout_settle(p, now_us);
	playout_sweep(p);
}
