/**
 * @file sphinx_lease.h  The decoders of the process, leased to turns
 *
 *            take                  hold                    keep
 *   [ free ] ────▶ [ at work for a turn ] ─▶ [ held by it ] ───▶ [ kept ]
 *      ▲                 ▲    ▲                  │   │              │
 *      │                 │    └──── resume ──────┘   │              │
 *      │                 │    ▲──── resume ──────────┼──────────────┘
 *      └──── release     └─── take, by another ──────┘
 *
 * A turn whose caller still speaks holds its decoder between two pieces of
 * work. It is then that another turn may take it: the one of the caller who
 * has been speaking longest goes first. A turn that has ended keeps its own.
 * Nothing is lost with it but words shown early: a turn has all of its audio,
 * and its result comes from decoding the whole at its end.
 *
 * Every change is one compare-and-swap of who has it and how; there is no
 * lock, and a worker and the loop may both try.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_SPHINX_LEASE_H
#define PROVIDER_SPHINX_LEASE_H

#include <stddef.h>
#include <stdint.h>

#include "provider/acoustic.h"
#include "provider/sphinx.h"

enum {
	LEASE_TURN_SECONDS = 35, /* over turn.max_ms with its pre-roll */
	LEASE_FRAMES_MAX = LEASE_TURN_SECONDS * MEL_HZ,
	LEASES_MAX = 256,
};

/** A decoder and what it works with; belongs to the turn at work. */
struct lease {
	uint64_t state;   /**< atomic: number of the turn, how     */
	int64_t since_us; /**< atomic: when it was taken           */
	struct sphinx *sphinx;
	struct acoustic *acoustic;
	struct mel mel;
	size_t frames;                  /**< in spectra                     */
	size_t decoded;                 /**< of them, fed live              */
	float live_mean[ACOUSTIC_CEPS]; /**< of frames fed live             */
	float spectra[LEASE_FRAMES_MAX][MEL_BANDS];
	float ceps[LEASE_FRAMES_MAX][ACOUSTIC_CEPS];
};

/** Make n decoders. @return 0, -ENOMEM @thread main */
int leases_open(unsigned n, const struct sphinx_models *m,
		const struct acoustic_prior *p);
void leases_close(void);
unsigned leases_count(void);

/**
 * A free decoder, or one that a caller who speaks on has held for long.
 *
 * @param turn   number of the turn, from 1, higher for a later one
 * @param ended  its caller waits for an answer: takes from anybody who still
 *               speaks; else only from who has had it for seconds
 * @return 0, -EAGAIN (none to be had now) @thread any
 */
int lease_take(struct lease **ret, uint64_t turn, int ended, int64_t now_us);

/** Go on with one that was held or kept.
 *  @return 0, -ENOENT (another turn took it) @thread any */
int lease_resume(struct lease *l, uint64_t turn);

/** Work is over for now; others may take it. @thread who works */
void lease_hold(struct lease *l, uint64_t turn);

/** The turn has ended: nobody takes its decoder, if it holds one.
 *  @thread any @realtime */
void lease_keep(uint64_t turn);

/** Give back what was taken; nothing when another turn has it by now.
 *  @thread any */
void lease_release(struct lease *l, uint64_t turn);

#endif /* PROVIDER_SPHINX_LEASE_H */
