/**
 * @file stt_pocketsphinx.c  The embedded recognizer as a driver
 *
 *   feed --20 ms--> [ turn: audio so far ]           on the tick: a copy
 *   timer, 100 ms --job--> worker: mel ─▶ acoustic ─▶ decoder ─▶ partial
 *   end --job--> worker: all of it again, line, noise and voice known ─▶ final
 *
 * A turn is a block of memory out of a pool of the process, taken at begin()
 * without a lock. The first job of a turn leases a decoder for it; decoders
 * are few, so a turn may have to wait for one while its audio piles up, and
 * is given up when that takes too long.
 *
 * A turn knows its session only on the loop; a worker sees no more than the
 * turn. So a session may close at any time: the turn comes home, finds nobody
 * and goes back to the pool.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "conf/settings.h"
#include "journal/metrics.h"
#include "provider/acoustic.h"
#include "provider/engines.h"
#include "provider/sphinx.h"
#include "provider/voice.h"
#include "provider/workers.h"

enum {
	TURN_SECONDS = 35, /* over turn.max_ms with its pre-roll     */
	TURNS_PER_DECODER = 8,
	TURNS_PER_SESSION = 4, /* one speaking, others still computed    */
	DECODERS_MAX = 256,
	PERIOD_US = 100 * 1000,
	STEP_MS = 200, /* audio that is worth a job              */
	LEASE_DEADLINE_US = 4 * 1000 * 1000, /* after the end of a turn     */
	FRAMES_MAX = TURN_SECONDS * MEL_HZ,
	CHOICES_BYTES = 8 * 1024,
};

/** A decoder and what it works with. */
struct lease {
	int taken; /**< atomic */
	struct sphinx *sphinx;
	struct acoustic *acoustic;
	struct mel mel;
	size_t frames;                  /**< in spectra                     */
	size_t decoded;                 /**< of them, fed live              */
	float live_mean[ACOUSTIC_CEPS]; /**< of frames fed live             */
	float spectra[FRAMES_MAX][MEL_BANDS];
	float ceps[FRAMES_MAX][ACOUSTIC_CEPS];
};

struct session;

struct turn {
	struct job job; /* first */
	int taken;      /**< atomic                         */
	int orphan;     /**< the engine ended before it */
	/* Loop only. */
	struct session *s; /**< NULL: nobody waits             */
	uint32_t turn;
	int running, ended;
	size_t seen; /**< [samples] when last submitted  */
	int64_t ended_us;
	char shown[SPHINX_TEXT_BYTES]; /**< last partial                  */
	/* Written by the loop before a job. */
	int last; /**< this job is the final one      */
	struct ask ask;
	const char *choice[ASK_CHOICES_MAX];
	char choice_text[CHOICES_BYTES];
	uint32_t hz;
	/* Written by the worker, read by the loop after it. */
	struct lease *lease;
	struct acoustic_line line;
	struct voice voice; /**< the line is seen with its warp */
	int started, finished;
	size_t used; /**< [samples] analysed             */
	int64_t compute_us;
	char partial[SPHINX_TEXT_BYTES];
	struct sphinx_result result;
	/* Written by feed(), read by the worker. */
	size_t have; /**< [samples] atomic               */
	int16_t audio[TURN_SECONDS * 16000];
};

static struct engine {
	struct sphinx_models *models;
	struct acoustic_prior *prior;
	struct lease **lease;
	struct turn **turn;
	unsigned leases, turns;
} engine;

struct session {
	const struct provider_env *env;
	const struct stt_events *ev;
	void *arg;
	uint32_t hz;
	struct timer *timer;
	struct turn *turn[TURNS_PER_SESSION];
	struct acoustic_line line;
	struct voice voice;
};

/* ---- pools ------------------------------------------------------------- */

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

static void turn_release(struct turn *t)
{
	if (t->orphan) { /* engine and leases are gone */
		mem_free(t);
		return;
	}
	if (t->lease)
		release(&t->lease->taken);
	t->lease = NULL;
	release(&t->taken);
}

/* ---- on a worker ------------------------------------------------------- */

static int lease_for(struct turn *t)
{
	for (unsigned i = 0; i < engine.leases && !t->lease; i++) {
		struct lease *l = engine.lease[i];

		if (!claim(&l->taken))
			continue;
		t->lease = l;
		l->frames = l->decoded = 0;
		memset(l->live_mean, 0, sizeof(l->live_mean));
		(void)mel_init(&l->mel, t->hz, voice_warp(&t->voice));
	}
	return t->lease ? 0 : -EAGAIN;
}

static void analyse(struct turn *t)
{
	struct lease *l = t->lease;
	const size_t have = __atomic_load_n(&t->have, __ATOMIC_ACQUIRE);
	size_t used;

	l->frames +=
		mel_run(&l->mel, t->audio + t->used, have - t->used, &used,
			l->spectra + l->frames, FRAMES_MAX - l->frames);
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

static void turn_run(struct job *j)
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
		release(&t->lease->taken);
		t->lease = NULL;
	}
	t->compute_us += clock_now_us() - began_us;
}

/* ---- on the loop ------------------------------------------------------- */

static void detach(struct turn *t)
{
	for (int i = 0; i < TURNS_PER_SESSION; i++)
		if (t->s->turn[i] == t)
			t->s->turn[i] = NULL;
	t->s = NULL;
}

static void forget(struct turn *t)
{
	detach(t);
	if (!t->running)
		turn_release(t);
}

static void deliver(struct turn *t)
{
	struct session *s = t->s;
	struct stt_result r = {.turn = t->turn,
			       .n = t->result.n,
			       .audio_us = (int64_t)t->have * 1000000 / t->hz,
			       .compute_us = t->compute_us};

	_Static_assert((int)STT_ALTERNATIVES_MAX <= (int)SPHINX_ALTERNATIVES,
		       "room");
	if (r.n > STT_ALTERNATIVES_MAX)
		r.n = STT_ALTERNATIVES_MAX;
	for (uint32_t i = 0; i < r.n; i++) {
		r.alt[i].text = t->result.alt[i].text;
		r.alt[i].confidence = t->result.alt[i].confidence;
	}
	if (t->finished) {
		s->line = t->line;
		s->voice = t->voice;
	}
	detach(t); /* who hears it may close the session or begin a turn */
	s->ev->final(s->arg, &r);
	turn_release(t);
}

static void give_up(struct turn *t)
{
	metric_add(METRIC_STT_FAILED, 1);
	log_warn_limited("stt",
			 "no decoder was free in time, turn is lost "
			 "decoders=%u",
			 engine.leases);
	t->result.n = 0;
	deliver(t);
}

static void turn_done(struct job *j)
{
	struct turn *t = (struct turn *)(void *)j;

	t->running = 0;
	if (!t->s) {
		turn_release(t);
		return;
	}
	if (t->finished) {
		deliver(t);
		return;
	}
	if (t->ended)
		timer_start(t->s->timer, 1000);
	if (t->partial[0] && strcmp(t->partial, t->shown) != 0) {
		(void)text_copy(t->shown, sizeof(t->shown), t->partial);
		t->s->ev->partial(t->s->arg, t->turn, t->shown);
	}
}

/* At the end of the process: the session is closed. */
static void turn_drop(struct job *j)
{
	turn_release((struct turn *)(void *)j);
}

static void turn_submit(struct turn *t)
{
	const size_t have = t->have;
	const size_t step = t->hz / 1000 * STEP_MS;

	if (t->running || (!t->ended && have - t->seen < step))
		return;
	t->last = t->ended;
	t->job.urgent = t->ended;
	if (workers_submit(t->s->env->workers, &t->job))
		return; /* the timer comes again */
	t->running = 1;
	t->seen = have;
}

static void on_timer(void *arg)
{
	struct session *s = arg;
	const int64_t now_us = loop_now_us(s->env->loop);
	int busy = 0;

	for (int i = 0; i < TURNS_PER_SESSION; i++) {
		struct turn *t = s->turn[i];

		if (!t)
			continue;
		busy = 1;
		if (t->ended && !t->ended_us)
			t->ended_us = now_us;
		if (t->ended && !t->running &&
		    now_us - t->ended_us > LEASE_DEADLINE_US) {
			give_up(t);
			if (!s->timer)
				return; /* closed by what it heard */
			continue;
		}
		turn_submit(t);
	}
	if (busy)
		timer_start(s->timer, PERIOD_US);
}

/* ---- the driver -------------------------------------------------------- */

static int sphinx_open(void *state, const struct provider_env *env,
		       uint32_t hz, const struct stt_events *ev, void *arg)
{
	struct session *s = state;

	if (hz != 8000 && hz != 16000)
		return -EINVAL;
	if (!engine.leases)
		return -EAGAIN;
	*s = (struct session){.env = env, .ev = ev, .arg = arg, .hz = hz};
	return timer_new(&s->timer, env->loop, on_timer, s);
}

/** Choices that do not fit are left out: they are then recognized less well,
 *  not refused. */
static void copy_ask(struct turn *t, const struct ask *ask)
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

static void turn_reset(struct turn *t, struct session *s, uint32_t turn)
{
	t->job = (struct job){.home = s->env->loop,
			      .run = turn_run,
			      .done = turn_done,
			      .drop = turn_drop};
	t->s = s;
	t->turn = turn;
	t->hz = s->hz;
	t->line = s->line;
	t->voice = s->voice;
	t->lease = NULL;
	t->running = t->ended = t->last = t->started = t->finished = 0;
	t->seen = t->used = 0;
	t->have = 0;
	t->ended_us = t->compute_us = 0;
	t->shown[0] = t->partial[0] = '\0';
	t->result.n = 0;
}

static int sphinx_begin(void *state, uint32_t turn, const struct ask *ask)
{
	struct session *s = state;
	int place = 0;

	while (place < TURNS_PER_SESSION && s->turn[place])
		place++;
	if (place == TURNS_PER_SESSION)
		return -EAGAIN;
	for (unsigned i = 0; i < engine.turns; i++) {
		struct turn *t = engine.turn[i];

		if (!claim(&t->taken))
			continue;
		turn_reset(t, s, turn);
		copy_ask(t, ask);
		s->turn[place] = t;
		timer_start(s->timer, PERIOD_US);
		return 0;
	}
	metric_add(METRIC_STT_LAGGED, 1);
	return -EAGAIN;
}

static struct turn *speaking(const struct session *s)
{
	for (int i = 0; i < TURNS_PER_SESSION; i++)
		if (s->turn[i] && !s->turn[i]->ended)
			return s->turn[i];
	return NULL;
}

static int sphinx_hear(void *state, const struct aframe *f)
{
	struct turn *t = speaking(state);

	if (!t || f->hz != t->hz)
		return -EINVAL;
	if (t->have + f->samples > (size_t)TURN_SECONDS * t->hz) {
		metric_add(METRIC_STT_LAGGED, 1);
		return -EAGAIN;
	}
	memcpy(t->audio + t->have, f->s, f->samples * sizeof(f->s[0]));
	__atomic_store_n(&t->have, t->have + f->samples, __ATOMIC_RELEASE);
	return 0;
}

static int sphinx_end(void *state, uint32_t turn)
{
	struct session *s = state;
	struct turn *t = speaking(s);

	if (!t || t->turn != turn)
		return -EINVAL;
	t->ended = 1;
	timer_start(s->timer, 0); /* off the tick: submitting takes a lock */
	return 0;
}

static void sphinx_cancel(void *state, uint32_t turn)
{
	struct session *s = state;

	for (int i = 0; i < TURNS_PER_SESSION; i++)
		if (s->turn[i] && s->turn[i]->turn == turn)
			forget(s->turn[i]);
}

static void sphinx_close(void *state)
{
	struct session *s = state;

	for (int i = 0; i < TURNS_PER_SESSION; i++)
		if (s->turn[i])
			forget(s->turn[i]);
	s->timer = timer_free(s->timer);
}

const struct stt_ops stt_pocketsphinx = {
	.name = "pocketsphinx",
	.session_size = sizeof(struct session),
	.open = sphinx_open,
	.begin = sphinx_begin,
	.feed = sphinx_hear,
	.end = sphinx_end,
	.cancel = sphinx_cancel,
	.close = sphinx_close,
};

/* ---- the process ------------------------------------------------------- */

static int lease_new(struct lease **ret)
{
	struct lease *l = mem_zalloc(sizeof(*l));
	int err = l ? sphinx_new(&l->sphinx, engine.models) : -ENOMEM;

	if (!err)
		err = acoustic_new(&l->acoustic, engine.prior);
	if (err) {
		if (l)
			sphinx_free(l->sphinx);
		mem_free(l);
		return err;
	}
	*ret = l;
	return 0;
}

static unsigned decoder_count(const struct settings *conf)
{
	const long n = conf->stt_decoders > 0 ? (long)conf->stt_decoders
					      : sysconf(_SC_NPROCESSORS_ONLN);

	return (unsigned)(n < 1 ? 1 : n > DECODERS_MAX ? DECODERS_MAX : n);
}

static int pools_new(unsigned decoders)
{
	const unsigned turns = decoders * TURNS_PER_DECODER;
	int err = 0;

	engine.lease = mem_zalloc(decoders * sizeof(struct lease *));
	engine.turn = mem_zalloc(turns * sizeof(struct turn *));
	if (!engine.lease || !engine.turn)
		return -ENOMEM;
	for (; engine.leases < decoders && !err; engine.leases += !err)
		err = lease_new(&engine.lease[engine.leases]);
	for (; engine.turns < turns && !err; engine.turns += !err) {
		engine.turn[engine.turns] = mem_zalloc(sizeof(struct turn));
		err = engine.turn[engine.turns] ? 0 : -ENOMEM;
	}
	return err;
}

int stt_pocketsphinx_engine_open(const struct settings *conf,
				 const char **ret_why)
{
	char hmm[SPHINX_PATH_BYTES + 16];
	int err = sphinx_models_open(&engine.models, conf->stt_model_dir,
				     ret_why);

	if (!err) {
		(void)snprintf(hmm, sizeof(hmm), "%s/en-us",
			       engine.models->dir);
		*ret_why = "the acoustic model is not of the expected kind";
		err = acoustic_prior_open(&engine.prior, hmm);
	}
	if (!err) {
		*ret_why = "decoders cannot be made";
		err = pools_new(decoder_count(conf));
	}
	if (err)
		stt_pocketsphinx_engine_close();
	return err;
}

void stt_pocketsphinx_engine_close(void)
{
	for (unsigned i = 0; i < engine.leases; i++) {
		sphinx_free(engine.lease[i]->sphinx);
		acoustic_free(engine.lease[i]->acoustic);
		mem_free(engine.lease[i]);
	}
	/* A turn may still lie in the mailbox of a loop. */
	for (unsigned i = 0; i < engine.turns; i++) {
		if (claim(&engine.turn[i]->taken))
			mem_free(engine.turn[i]);
		else
			engine.turn[i]->orphan = 1;
	}
	mem_free(engine.lease);
	mem_free(engine.turn);
	acoustic_prior_close(engine.prior);
	sphinx_models_close(engine.models);
	engine = (struct engine){0};
}
