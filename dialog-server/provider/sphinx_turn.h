/**
 * @file sphinx_turn.h  One turn of a caller for the embedded recognizer
 *
 *   first jobs, live:  audio ─▶ mel ─▶ acoustic ─▶ decoder ─▶ partial
 *   last job:          all of it again, line, noise and voice known ─▶ result
 *
 * A turn is a block of memory out of a pool of the process, with room for all
 * of its audio, so that taking one needs no heap and no lock. The loop hands
 * it to a worker as a job and does not touch what the worker writes until the
 * job is done; the worker sees no more than the turn.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_SPHINX_TURN_H
#define PROVIDER_SPHINX_TURN_H

#include "dialog/ask.h"
#include "provider/sphinx_lease.h"
#include "provider/voice.h"
#include "provider/workers.h"

enum {
	TURNS_PER_DECODER = 8,
	TURN_CHOICES_BYTES = 8 * 1024,
};

struct session;

struct turn {
	struct job job;  /* first */
	int taken;       /**< atomic                         */
	int orphan;      /**< the engine ended before it     */
	int ended;       /**< atomic: the caller has stopped */
	uint64_t serial; /**< of the process, from 1         */
	/* Loop only. */
	struct session *s; /**< NULL: nobody waits             */
	uint32_t turn;
	int running;
	int hush;    /**< words are wanted at once      */
	int hushed;  /**< ... of the job that is running */
	size_t seen; /**< [samples] when last submitted  */
	int64_t ended_us;
	char shown[SPHINX_TEXT_BYTES]; /**< last partial                  */
	/* Written by the loop before a job. */
	int last; /**< this job is the final one      */
	struct ask ask;
	const char *choice[ASK_CHOICES_MAX];
	char choice_text[TURN_CHOICES_BYTES];
	uint32_t hz;
	/* Written by the worker, read by the loop after it. */
	struct lease *lease;
	struct acoustic_line line;
	struct voice voice; /**< the line is seen with its warp */
	int started, finished;
	int revoked; /**< lost its decoder while the caller spoke */
	size_t used; /**< [samples] analysed             */
	int64_t compute_us;
	char partial[SPHINX_TEXT_BYTES];
	struct sphinx_result result;
	/* Written by feed(), read by the worker. */
	size_t have; /**< [samples] atomic               */
	int16_t audio[LEASE_TURN_SECONDS * 16000];
};

/** Make the turns for n decoders. @return 0, -ENOMEM @thread main */
int turns_open(unsigned decoders);

/** Turns still on their way are freed by turn_release(). @thread main */
void turns_close(void);

/** Take one and make it new but for its audio and what was asked.
 *  @return NULL: all are taken @thread any @realtime */
struct turn *turn_take(uint32_t hz);

/** Back to the pool, its decoder too; not while a job is running. */
void turn_release(struct turn *t);

/** The caller has stopped: the next job is the last. @realtime */
void turn_end(struct turn *t);

/** Choices that do not fit are left out: they are then recognized less well,
 *  not refused. */
void turn_ask(struct turn *t, const struct ask *ask);

/** The job: decode what there is, if a decoder is to be had. Sets finished
 *  when the result is there. @thread worker */
void turn_run(struct job *j);

#endif /* PROVIDER_SPHINX_TURN_H */
