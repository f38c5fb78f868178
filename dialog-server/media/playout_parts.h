/**
 * @file playout_parts.h  Insides of the playout, shared by its four files
 *
 *   playout.c        the queue: what goes in, cuts, memory
 *   playout_pull.c   sound: frames, fades, gaps         (no heap, no lock)
 *   playout_back.c   what went out and is taken back    (neither)
 *   playout_heard.c  what the caller heard: marks, time, words
 *
 *   oldest        heard         play        newest
 *     │ reported? │ on its way  │ not sent    │
 *     ▼           ▼             ▼             ▼
 *   [ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ]
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEDIA_PLAYOUT_PARTS_H
#define MEDIA_PLAYOUT_PARTS_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "media/far.h"
#include "media/playout.h"

enum {
	PLAYOUT_FADE_MS = 5,
	PLAYOUT_FADE_MAX = PLAYOUT_FADE_MS * 16, /* [samples] at 16 kHz */
	PLAYOUT_MARKS = 64,
	PLAYOUT_FAR = 32,        /* [frames] that may be taken back */
	PLAYOUT_ITEMS_FIRST = 4, /* doubles up to LIMIT_PLAYOUT_ITEMS */
};

struct playout_piece {
	struct pcm *pcm; /* one reference */
	struct playout_piece *next;
};

struct playout_item {
	uint32_t utt, clause;
	char *text;
	struct playout_piece *first, *final;
	uint32_t samples;    /* [samples] received */
	uint64_t begin, end; /* [samples] place in what was sent */
	int64_t due_us;      /* [us] when its last sound is heard */
	uint32_t text_heard; /* [bytes] of the text, once reported */
	uint32_t utt_heard;  /* [samples] of its utterance, where `tells` */
	unsigned ready : 1;  /* no more audio comes */
	unsigned failed : 1; /* cannot be rendered, or not whole */
	unsigned last : 1;   /* closes its utterance */
	unsigned begun : 1;
	unsigned sent : 1;
	unsigned reported : 1; /* over */
	unsigned tells : 1;    /* last of an utterance that is over */
	unsigned interrupted : 1;
};

struct playout_sent_mark {
	uint32_t id;
	uint64_t at;    /* [samples] sent before it */
	uint32_t frame; /* sent before it, counted from 1 */
};

struct playout {
	uint32_t hz, frame, fade; /* fade [samples] */
	int marks;
	const struct playout_events *ev;
	void *arg;

	struct playout_item *items; /* items[items_cap], a power of two */
	uint32_t items_cap;
	uint32_t oldest, heard, play, newest; /* count up, never wrap around */
	uint32_t live;                        /* items not reported */
	uint32_t untold;   /* utterances that are over and not told */
	uint32_t told_utt; /* the last one that was told */
	uint32_t newest_utt, closed_utt, cut_utt, current;
	uint32_t orphan;       /* utterance closed after all of it was heard */
	uint64_t held_samples; /* [samples] of audio in the queue */
	uint32_t pieces;
	size_t text_bytes; /* of texts in the queue */

	struct playout_piece *piece; /* of items[play]: sounding */
	uint32_t piece_at;           /* [samples] into it */
	uint64_t sent, confirmed;    /* [samples] */
	int64_t play_end_us; /* [us] when all that was sent is played */
	int64_t frame_end_us;
	int64_t waiting_us; /* [us] since when audio is waited for, 0: not */
	int paused, pause_fade, starving, sounding;
	uint32_t fade_at; /* [samples] of fade-in done; fade: none to do */
	int16_t tail[PLAYOUT_FADE_MAX];
	uint32_t tail_samples; /* of a cut, to be sent */

	struct far far;
	uint16_t far_sound[PLAYOUT_FAR]; /* [samples] of each frame sent */
	struct playout_sent_mark ring[PLAYOUT_MARKS];
	uint32_t next_mark, mark_floor;
	uint64_t last_mark; /* [samples] */
	int mark_due, clause_done, begins;
	struct playout_stats stats;
};

static inline struct playout_item *playout_at(struct playout *p, uint32_t seq)
{
	assert(p->items_cap);
	return &p->items[seq % p->items_cap];
}

/** Move over what is sent whole. @return the next with sound to come, NULL */
struct playout_item *playout_skip_done(struct playout *p);

/** Up to n samples that are next, without taking them. @return samples */
uint32_t playout_peek(struct playout *p, int16_t *out, uint32_t n);

/** Report what has been heard by now. */
void playout_settle(struct playout *p, int64_t now_us);

/** @return [samples] of what was sent that have been heard by now */
uint64_t playout_heard_at(const struct playout *p, int64_t now_us);

/** Give the memory of what is over and told back. */
void playout_sweep(struct playout *p);

/** Note a frame that goes out, with so many samples of the queue. */
void playout_went(struct playout *p, uint32_t sound, int64_t now_us);

/** An utterance is over; what was heard of it is what was sent up to pos. */
void playout_report(struct playout *p, uint32_t utt, uint64_t pos);

#endif /* MEDIA_PLAYOUT_PARTS_H */
