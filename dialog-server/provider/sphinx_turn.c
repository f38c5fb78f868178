/**
 * @file sphinx_turn.c  One turn of a caller for the embedded recognizer
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/sphinx_turn.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"

static struct {
	struct turn **turn;
	unsigned n;
	uint64_t serial; /**< atomic: of the newest */
} pool;

/* ---- the pool ---------------------------------------------------------- */

static int claim(int *taken)
{
	int no = 0;

	return __atomic_compare_exchange_n(taken, &no, 1, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static void release(int *taken)
{
	__atomic_store_n(taken, 0, __ATOMIC_RELEASE);
}

struct turn *turn_take(uint32_t hz)
{
	for (unsigned i = 0; i < pool.n; i++) {
		struct turn *t = pool.turn[i];

		if (!claim(&t->taken))
			continue;
		t->serial =
			__atomic_add_fetch(&pool.serial, 1, __ATOMIC_RELAXED);
		t->hz = hz;
		t->lease = NULL;
		t->running = t->ended = t->last = 0;
		t->hush = t->hushed = 0;
		t->started = t->finished = t->revoked = 0;
		t->seen = t->used = 0;
		t->have = 0;
		t->ended_us = t->compute_us = 0;
		t->shown[0] = t->partial[0] = '\0';
		t->result.n = 0;
		return t;
	}
	return NULL;
}

void turn_release(struct turn *t)
{
	if (t->orphan) { /* engine and leases are gone */
		mem_free(t);
		return;
	}
	if (t->lease)
		lease_release(t->lease, t->serial);
	t->lease = NULL;
	release(&t->taken);
}

void turn_end(struct turn *t)
{
	__atomic_store_n(&t->ended, 1, __ATOMIC_SEQ_CST);
	lease_keep(t->serial);
}

void turn_ask(struct turn *t, const struct ask *ask)
{
	size_t at = 0;

	t->ask = *ask;
	t->ask.field_key = t->ask.description = "";
	t->ask.choices = t->choice;
	t->ask.n_choices = 0;
	for (uint32_t i = 0; i < ask->n_choices && i < ASK_CHOICES_MAX; i++) {
		const size_t len = strlen(ask->choices[i]) + 1;

		if (len > sizeof(t->choice_text) - at)
			continue;
		memcpy(t->choice_text + at, ask->choices[i], len);
		t->choice[t->ask.n_choices++] = t->choice_text + at;
		at += len;
	}
}

int turns_open(unsigned decoders)
{
	const unsigned n = decoders * TURNS_PER_DECODER;

	pool.turn = mem_zalloc(n * sizeof(struct turn *));
	if (!pool.turn)
		return -ENOMEM;
	for (; pool.n < n; pool.n++) {
		pool.turn[pool.n] = mem_zalloc(sizeof(struct turn));
		if (!pool.turn[pool.n])
			return -ENOMEM;
	}
	return 0;
}

void turns_close(void)
{
	/* A turn may still lie in the mailbox of a loop. */
	for (unsigned i = 0; i < pool.n; i++) {
		if (claim(&pool.turn[i]->taken))
			mem_free(pool.turn[i]);
		else
			pool.turn[i]->orphan = 1;
	}
	mem_free(pool.turn);
	pool.turn = NULL;
	pool.n = 0;
}

/* ---- on a worker ------------------------------------------------------- */

/** A turn that lost its decoder gets none until it ends: to decode all of it
 *  again just to show words early would take it from those who wait. */
static int lease_for(struct turn *t)
{
	if (t->lease && !lease_resume(t->lease, t->serial))
		return 0;
	if (t->lease) {
		t->lease = NULL;
		t->revoked = 1;
		t->used = 0;
	}
	if (t->revoked && !t->last)
		return -EAGAIN;
	if (lease_take(&t->lease, t->serial, t->last, clock_now_us()))
		return -EAGAIN;
	t->lease->frames = t->lease->decoded = 0;
	memset(t->lease->live_mean, 0, sizeof(t->lease->live_mean));
	(void)mel_init(&t->lease->mel, t->hz, voice_warp(&t->voice));
	return 0;
}

/** Done for now. The caller may have stopped meanwhile. */
static void hold(struct turn *t)
{
	lease_hold(t->lease, t->serial);
	if (__atomic_load_n(&t->ended, __ATOMIC_SEQ_CST))
		lease_keep(t->serial);
}

static void analyse(struct turn *t)
{
	struct lease *l = t->lease;
	const size_t have = __atomic_load_n(&t->have, __ATOMIC_ACQUIRE);
	size_t used;

	l->frames +=
		mel_run(&l->mel, t->audio + t->used, have - t->used, &used,
			l->spectra + l->frames, LEASE_FRAMES_MAX - l->frames);
	t->used += used;
}

/** Take the running mean away; it starts at nil with the weight of half a
 *  second, since the front end has taken the line's own mean away. */
static void live_norm(struct lease *l, float *cep)
{
	const float n = (float)l->decoded + MEL_HZ / 2.0F;

	for (int c = 0; c < ACOUSTIC_CEPS; c++) {
		l->live_mean[c] += (cep[c] - l->live_mean[c]) / (n + 1);
		cep[c] -= l->live_mean[c];
	}
}

/** Decode what came since the last time. */
static void run_live(struct turn *t)
{
	struct lease *l = t->lease;
	const size_t from = l->decoded;

	if (!t->started) {
		if (sphinx_start(l->sphinx, &t->ask))
			return;
		t->started = 1;
	}
	acoustic_live_prepare(l->acoustic,
			      (const float(*)[MEL_BANDS])l->spectra, l->frames,
			      l->mel.bands, &t->line);
	for (; l->decoded < l->frames; l->decoded++) {
		acoustic_live_frame(l->acoustic, l->spectra[l->decoded],
				    l->ceps[l->decoded]);
		live_norm(l, l->ceps[l->decoded]);
	}
	sphinx_feed(l->sphinx, (const float(*)[ACOUSTIC_CEPS])l->ceps + from,
		    l->decoded - from, 0);
	(void)sphinx_partial(l->sphinx, t->partial, sizeof(t->partial));
}

/** Who it is may only be known now: look again, with other filters. */
static void hear_voice(struct turn *t)
{
	struct lease *l = t->lease;

	voice_hear(&t->voice, t->audio, t->used, t->hz);

	const float warp = voice_warp(&t->voice);

	if (!(fabsf(warp - l->mel.warp) > 0))
		return;
	(void)mel_init(&l->mel, t->hz, warp);
	t->line = (struct acoustic_line){0};
	t->used = l->frames = 0;
	analyse(t);
}

static void run_final(struct turn *t)
{
	struct lease *l = t->lease;

	hear_voice(t);

	const size_t n = acoustic_turn(l->acoustic, l->spectra, l->frames,
				       l->mel.bands, &t->line, l->ceps);

	t->result.n = 0;
	if (n && !sphinx_start(l->sphinx, &t->ask)) {
		sphinx_feed(l->sphinx, (const float(*)[ACOUSTIC_CEPS])l->ceps,
			    n, 1);
		sphinx_finish(l->sphinx, &t->result);
	}
	t->finished = 1;
}

void turn_run(struct job *j)
{
	struct turn *t = (struct turn *)(void *)j;
	const int64_t began_us = clock_now_us();

	if (lease_for(t))
		return;
	analyse(t);
	if (t->last)
		run_final(t);
	else if (t->lease->frames > t->lease->decoded)
		run_live(t);
	if (t->finished) {
		lease_release(t->lease, t->serial);
		t->lease = NULL;
	} else {
		hold(t);
	}
	t->compute_us += clock_now_us() - began_us;
}
