/**
 * @file playout.h  What the agent says, paced by the wire
 *
 *   tts --pcm--> [ utterances of clauses ] --20 ms a pull--> channel
 *                       │
 *                       └─▶ what was really heard, to the word
 *
 * Pulled once per frame due. Cut and pause act between two pulls. Heard =
 * taken by the wire, minus what is still buffered far away.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEDIA_PLAYOUT_H
#define MEDIA_PLAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "audio/pcm.h"

struct playout;

struct playout_events {
	/** First sound of an utterance goes out now: called on the tick. */
	void (*first)(void *arg, uint32_t utt);
};

/** An utterance is over: everything of it was heard, or it was cut. */
struct playout_said {
	uint32_t utt;
	char *text;        /**< the words heard; NULL: no memory for them */
	int interrupted;   /**< not all of it was heard                   */
	int64_t spoken_us; /**< [us] of it that were heard                */
};

/** Counters since playout_new(). */
struct playout_stats {
	uint64_t frames;      /**< [frames] with sound                     */
	uint64_t underruns;   /**< gaps in an utterance, audio came late   */
	uint64_t starved;     /**< clauses given up: no audio for 10 s     */
	uint64_t unconfirmed; /**< items taken for heard without a mark    */
	uint64_t refused;     /**< pieces of audio refused: too much       */
};

/** @param marks  the channel confirms by marks; else heard = sent and played
 *                in real time
 *  @return 0, -ENOMEM, -EINVAL */
int playout_new(struct playout **ret, uint32_t hz, int marks,
		const struct playout_events *ev, void *arg);

/** A clause is announced; its audio follows. Clauses play in this order.
 *  @param text  copied  @param last  no more clauses of this utterance
 *  @return 0, -EAGAIN (LIMIT_PLAYOUT_ITEMS or too much text; what is over
 *          counts until playout_said() has told it), -ECANCELED (an
 *          utterance that was cut), -EINVAL (utt 0, older than the last one,
 *          or closed already), -ENOMEM */
int playout_clause(struct playout *p, uint32_t utt, uint32_t clause,
		   const char *text, int last);

/** Audio of a clause, in order. @param pcm  taken, also on failure
 *  @param last  last piece of the clause
 *  @return 0, -ECANCELED (cut meanwhile), -ENOENT, -EINVAL (another rate),
 *          -ENOSPC (LIMIT_PLAYOUT_MS, LIMIT_PLAYOUT_PIECES), -ENOMEM */
int playout_audio(struct playout *p, uint32_t utt, uint32_t clause,
		  struct pcm *pcm, int last);

/** A clause that cannot be rendered: skipped as if not said. */
void playout_fail(struct playout *p, uint32_t utt, uint32_t clause);

/** Next 20 ms to send. @return 1 (speech in *f), 0 (nothing to say: silence
 *  in *f) @realtime */
int playout_pull(struct playout *p, int64_t now_us, struct aframe *f);

/** @return id to send as a mark right after the last pull, 0: none due
 *  @realtime */
uint32_t playout_mark(struct playout *p);

/** The far side confirmed a mark. */
void playout_marked(struct playout *p, uint32_t id, int64_t now_us);

/** Hold sound back from the next pull on; at once reversible. @realtime */
void playout_pause(struct playout *p);
void playout_resume(struct playout *p);

/** @return nonzero when it is certain where the far side would stop if it
 *  were told to forget what it has; so in 14 of 20 ms @realtime */
int playout_knows_far(const struct playout *p, int64_t now_us);

/**
 * The far side is being told to forget what waits there: it is to be sent
 * again, softly. The caller sends one frame, for the fade.
 *
 * Marks that went out come to nothing.
 *
 * @return [frames] that are taken back: the first of them is what would have
 *         been heard next; 0: nothing waits there, nothing was done @realtime
 */
uint32_t playout_take_back(struct playout *p, int64_t now_us);

/** Cut utterances up to utt: 5 ms fade, and they are over. Late clauses and
 *  audio of them are refused from then on. */
void playout_cut(struct playout *p, uint32_t utt, int64_t now_us);

/** The next utterance that is over since the last time, in their order. A
 * pull, a mark and a cut may each end several. A mark that never comes back
 * holds one up by 1 s at most.
 *  @param ret  ret->text: caller frees with mem_free()
 *  @return 1 with it in *ret, 0: none */
int playout_said(struct playout *p, struct playout_said *ret);

/** @return nonzero while something is queued, playing or unconfirmed */
int playout_busy(const struct playout *p);

/** @return the utterance sounding now, 0: none */
uint32_t playout_current(const struct playout *p);

/** @param ret  counters since playout_new() */
void playout_stats(const struct playout *p, struct playout_stats *ret);

/** What was not heard is forgotten. @return NULL */
struct playout *playout_free(struct playout *p);

#endif /* MEDIA_PLAYOUT_H */
