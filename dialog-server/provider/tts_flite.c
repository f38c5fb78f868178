/**
 * @file tts_flite.c  The embedded synthesizer as a driver
 *
 *   say --> cache? --hit--------------------------┐
 *              └--miss--> worker: flite --> cache --> queue --> audio()
 *
 * Clauses come back in the order in which they were said, whatever order the
 * workers finish in: a clause is handed over when it heads the queue.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/list.h"
#include "conf/settings.h"
#include "journal/metrics.h"
#include "provider/engines.h"
#include "provider/flite.h"
#include "provider/tts_cache.h"
#include "provider/workers.h"

enum { CLAUSES_MAX = LIMIT_PLAYOUT_ITEMS };

static struct tts_cache *cache; /* of the process */

struct session {
	const struct provider_env *env;
	const struct tts_events *ev;
	void *arg;
	const char *voice;
	uint32_t hz;
	uint32_t n;          /**< clauses in the queue */
	int delivering;      /**< audio() may say() or cancel() */
	struct list clauses; /**< struct clause, in order of say() */
};

/** Lives from say() to done(); outlives its session when that closes. */
struct clause {
	struct job job; /* first */
	struct list link;
	struct session *s; /**< NULL: cancelled, nobody waits */
	uint32_t utt, clause;
	int ready, err;
	struct pcm *pcm;
	const char *voice;
	uint32_t hz;
	char text[];
};

static int flite_open(void *state, const struct provider_env *env,
		      const char *voice, uint32_t hz,
		      const struct tts_events *ev, void *arg)
{
	struct session *s = state;
	const char *name = flite_voice_name(
		voice[0] || !env->conf ? voice : env->conf->tts_voice);

	if (!name || (hz != 8000 && hz != 16000))
		return -EINVAL;
	*s = (struct session){.env = env, .ev = ev, .arg = arg, .hz = hz};
	s->voice = name;
	list_init(&s->clauses);
	return 0;
}

static void clause_free(struct clause *c)
{
	pcm_unref(c->pcm);
	mem_free(c);
}

/* On a worker. */
static void clause_run(struct job *j)
{
	struct clause *c = (struct clause *)(void *)j;

	if (__atomic_load_n(&c->s, __ATOMIC_RELAXED) == NULL)
		return; /* cancelled while it waited */
	c->err = flite_render(c->voice, c->hz, c->text, &c->pcm);
	if (!c->err && cache)
		tts_cache_put(cache, c->voice, c->hz, c->text, c->pcm);
}

static void detach(struct clause *c)
{
	list_unlink(&c->link);
	c->s->n--;
	__atomic_store_n(&c->s, NULL, __ATOMIC_RELAXED);
}

static void deliver(struct session *s)
{
	if (s->delivering)
		return;
	s->delivering = 1;
	while (!list_empty(&s->clauses)) {
		struct clause *c =
			LIST_ENTRY(s->clauses.next, struct clause, link);

		if (!c->ready)
			break;
		detach(c);
		if (c->err) {
			metric_add(METRIC_TTS_FAILED, 1);
			s->ev->failed(s->arg, c->utt, c->clause, c->err,
				      "flite cannot say this");
		} else {
			struct pcm *p = c->pcm;

			c->pcm = NULL;
			s->ev->audio(s->arg, c->utt, c->clause, p, 1);
		}
		clause_free(c);
	}
	s->delivering = 0;
}

/* On the loop. */
static void clause_done(struct job *j)
{
	struct clause *c = (struct clause *)(void *)j;

	if (!c->s) {
		clause_free(c);
		return;
	}
	c->ready = 1;
	deliver(c->s);
}

static void clause_drop(struct job *j)
{
	clause_free((struct clause *)(void *)j);
}

static void clause_hit(struct loop_msg *m)
{
	clause_done((struct job *)(void *)m);
}

static int flite_say(void *state, uint32_t utt, uint32_t n, const char *text)
{
	struct session *s = state;
	const size_t len = strlen(text);
	int hit = 0;
	int err;

	if (s->n >= CLAUSES_MAX)
		return -EAGAIN;
	if (len > LIMIT_TEXT_BYTES)
		return -EMSGSIZE;
	struct clause *c = mem_zalloc(sizeof(*c) + len + 1);
	if (!c)
		return -ENOMEM;
	memcpy(c->text, text, len);
	c->utt = utt;
	c->clause = n;
	c->voice = s->voice;
	c->hz = s->hz;
	c->s = s;
	c->job = (struct job){.home = s->env->loop,
			      .urgent = 1,
			      .run = clause_run,
			      .done = clause_done,
			      .drop = clause_drop};
	c->job.msg.run = clause_hit;
	if (cache)
		c->pcm = tts_cache_get(cache, c->voice, c->hz, text);
	/* A hit comes back by the loop as well: no event inside say(). From
	 * here on a clause that is no hit belongs to the worker. */
	hit = c->pcm != NULL;
	err = hit ? loop_post(s->env->loop, &c->job.msg)
		  : workers_submit(s->env->workers, &c->job);
	if (err) {
		clause_free(c);
		return -EAGAIN;
	}
	metric_add(METRIC_TTS_CLAUSES, 1);
	if (hit)
		metric_add(METRIC_TTS_CACHE_HITS, 1);
	s->n++;
	list_append(&s->clauses, &c->link);
	return 0;
}

static void flite_cancel(void *state, uint32_t utt)
{
	struct session *s = state;

	LIST_FOREACH_SAFE (it, tmp, &s->clauses) {
		struct clause *c = LIST_ENTRY(it, struct clause, link);

		if ((int32_t)(c->utt - utt) > 0)
			continue;
		const int ready = c->ready;

		detach(c);
		if (ready)
			clause_free(c); /* done() has been here */
	}
}

static void flite_close(void *state)
{
	struct session *s = state;

	LIST_FOREACH_SAFE (it, tmp, &s->clauses) {
		struct clause *c = LIST_ENTRY(it, struct clause, link);
		const int ready = c->ready;

		detach(c);
		if (ready)
			clause_free(c);
	}
}

const struct tts_ops tts_flite = {
	.name = "flite",
	.session_size = sizeof(struct session),
	.open = flite_open,
	.say = flite_say,
	.cancel = flite_cancel,
	.close = flite_close,
};

int tts_flite_engine_open(const struct settings *conf, const char **ret_why)
{
	if (!flite_voice_name(conf->tts_voice)) {
		*ret_why = "tts.voice is none of slt, rms, awb, kal16, kal";
		return -EINVAL;
	}
	return tts_cache_new(&cache, (size_t)conf->tts_cache_kb * 1024);
}

void tts_flite_engine_close(void)
{
	cache = tts_cache_free(cache);
}
