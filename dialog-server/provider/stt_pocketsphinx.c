/**
 * @file stt_pocketsphinx.c  The embedded recognizer as a driver
 *
 *   feed --20 ms--> [ turn: audio so far ]           on the tick: a copy
 *   timer, 100 ms --job--> worker (sphinx_turn.c) ─▶ partial
 *   end --job--> worker ─▶ final
 *
 * A turn is taken at begin() without a lock. Its first job leases a decoder
 * for it (sphinx_lease.h); decoders are few, so a turn may have to wait for
 * one while its audio piles up, and is given up when that takes too long.
 *
 * A turn knows its session only on the loop; a worker sees no more than the
 * turn. So a session may close at any time: the turn comes home, finds nobody
 * and goes back to the pool.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log_limit.h"
#include "base/text.h"
#include "conf/settings.h"
#include "journal/metrics.h"
#include "provider/engines.h"
#include "provider/sphinx_turn.h"

enum {
	TURNS_PER_SESSION = 4, /* one speaking, others still computed    */
	PERIOD_US = 100 * 1000,
	STEP_MS = 200, /* audio that is worth a job              */
	LEASE_DEADLINE_US = 4 * 1000 * 1000, /* after the end of a turn     */
};

static struct {
	struct sphinx_models *models;
	struct acoustic_prior *prior;
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
			 leases_count());
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
	if (t->ended || t->hush)
		timer_start(t->s->timer, 1000);
	/* without a lease nothing new was decoded */
	if (t->partial[0] &&
	    ((t->hushed && t->lease) || strcmp(t->partial, t->shown) != 0)) {
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

	if (t->running)
		return;
	if (!t->ended && (t->revoked || (!t->hush && have - t->seen < step)))
		return;
	t->last = t->ended;
	t->job.urgent = t->ended;
	if (workers_submit(t->s->env->workers, &t->job))
		return; /* the timer comes again */
	t->running = 1;
	t->hushed = t->hush;
	t->hush = 0;
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
	if (!leases_count())
		return -EAGAIN;
	*s = (struct session){.env = env, .ev = ev, .arg = arg, .hz = hz};
	return timer_new(&s->timer, env->loop, on_timer, s);
}

static int sphinx_begin(void *state, uint32_t turn, const struct ask *ask)
{
	struct session *s = state;
	int place = 0;

	while (place < TURNS_PER_SESSION && s->turn[place])
		place++;
	if (place == TURNS_PER_SESSION)
		return -EAGAIN;

	struct turn *t = turn_take(s->hz);

	if (!t) {
		metric_add(METRIC_STT_LAGGED, 1);
		return -EAGAIN;
	}
	t->job = (struct job){.home = s->env->loop,
			      .run = turn_run,
			      .done = turn_done,
			      .drop = turn_drop};
	t->s = s;
	t->turn = turn;
	t->line = s->line;
	t->voice = s->voice;
	turn_ask(t, ask);
	s->turn[place] = t;
	timer_start(s->timer, PERIOD_US);
	return 0;
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
	if (t->have + f->samples > (size_t)LEASE_TURN_SECONDS * t->hz) {
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
	turn_end(t);
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

static void sphinx_hush(void *state)
{
	struct session *s = state;
	struct turn *t = speaking(s);

	if (!t)
		return;
	t->hush = 1;
	timer_start(s->timer, 0);
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
	.hush = sphinx_hush,
	.close = sphinx_close,
};

/* ---- the process ------------------------------------------------------- */

static unsigned decoder_count(const struct settings *conf)
{
	const long n = conf->stt_decoders > 0 ? (long)conf->stt_decoders
					      : sysconf(_SC_NPROCESSORS_ONLN);

	return (unsigned)(n < 1 ? 1 : n > LEASES_MAX ? LEASES_MAX : n);
}

int stt_pocketsphinx_engine_open(const struct settings *conf,
				 const char **ret_why)
{
	const unsigned n = decoder_count(conf);
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
		err = leases_open(n, engine.models, engine.prior);
		if (!err)
			err = turns_open(n);
	}
	if (err)
		stt_pocketsphinx_engine_close();
	return err;
}

void stt_pocketsphinx_engine_close(void)
{
	leases_close();
	turns_close();
	acoustic_prior_close(engine.prior);
	sphinx_models_close(engine.models);
	engine.models = NULL;
	engine.prior = NULL;
}
