/**
 * @file llm_builtin.c  The built-in engine behind the interface of a model
 *
 *   think --engine_think()--> outputs, copied --zero timer--> output, done
 *
 * The engine answers at once; its outputs are handed over after think() has
 * returned, as a service's would be, so that nothing above has two cases.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "dialog/engine.h"
#include "net/loop.h"
#include "provider/llm_drivers.h"
#include "provider/provider.h"

enum {
	OUTPUTS_MAX = 256,  /* of one thought */
	CHUNK_BYTES = 1024, /* most thoughts fit; a call keeps it */
};

struct item {
	struct item *next;
	struct brain_output o;
	struct ask ask;
};

/** Outputs of one thought. */
struct batch {
	struct arena arena;
	uint32_t turn;
	uint32_t n;
	int err;
	struct item *first, *last; /* first: the next to deliver */
};

struct session {
	const struct llm_events *ev;
	void *arg;
	struct timer *timer;
	/* Two: output() may think() again while its strings are in use. */
	struct batch batch[2];
	struct batch *now; /* waiting or being delivered, or NULL */
};

static const char *copy(struct batch *b, const char *s)
{
	const char *c = arena_strdup(&b->arena, s);

	if (s != NULL && c == NULL)
		b->err = -ENOMEM;
	return c;
}

static int copy_ask(struct batch *b, struct ask *ret, const struct ask *ask)
{
	const char **choices;

	*ret = *ask;
	ret->field_key = copy(b, ask->field_key);
	ret->description = copy(b, ask->description);
	if (ask->n_choices == 0)
		return b->err;
	choices = arena_alloc(&b->arena, ask->n_choices * sizeof(*choices));
	if (choices == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < ask->n_choices; i++)
		choices[i] = copy(b, ask->choices[i]);
	ret->choices = choices;
	return b->err;
}

static void collect(void *arg, const struct brain_output *o)
{
	struct batch *b = arg;
	struct item *it;

	if (b->err < 0)
		return;
	if (b->n == OUTPUTS_MAX) {
		b->err = -EMSGSIZE;
		return;
	}
	it = arena_alloc(&b->arena, sizeof(*it));
	if (it == NULL) {
		b->err = -ENOMEM;
		return;
	}
	it->o = *o;
	it->o.text = copy(b, o->text);
	it->o.key = copy(b, o->key);
	it->o.value_json = copy(b, o->value_json);
	it->o.id = copy(b, o->id);
	if (o->ask != NULL) {
		b->err = copy_ask(b, &it->ask, o->ask);
		it->o.ask = &it->ask;
	}
	if (b->err < 0)
		return;
	if (b->last)
		b->last->next = it;
	else
		b->first = it;
	b->last = it;
	b->n++;
}

/* On the loop, after think() returned. Every callback may cancel, think anew
 * or close: go on only while this batch is still the one. */
static void deliver(void *arg)
{
	struct session *s = arg;
	struct batch *b = s->now;

	if (b == NULL)
		return;
	while (b->first) {
		const struct item *it = b->first;

		b->first = it->next;
		s->ev->output(s->arg, b->turn, &it->o);
		if (s->now != b)
			return;
	}
	s->now = NULL;
	/* A call may now be silent for long: it need not keep this. */
	arena_done(&b->arena);
	if (b->err < 0)
		s->ev->failed(s->arg, b->turn, b->err,
			      "the answer is too large");
	else
		s->ev->done(s->arg, b->turn);
}

static int builtin_open(void *state, const struct provider_env *env,
			const struct llm_events *ev, void *arg)
{
	struct session *s = state;

	memset(s, 0, sizeof(*s));
	s->ev = ev;
	s->arg = arg;
	for (int i = 0; i < 2; i++)
		arena_init(&s->batch[i].arena, CHUNK_BYTES,
			   LIMIT_TURN_ARENA_BYTES / 2);
	return timer_new(&s->timer, env->loop, deliver, s);
}

static int builtin_think(void *state, uint32_t turn,
			 const struct brain_view *v)
{
	struct session *s = state;
	struct batch *b = s->now == &s->batch[0] ? &s->batch[1] : &s->batch[0];

	arena_reset(&b->arena);
	b->turn = turn;
	b->n = 0;
	b->first = b->last = NULL;
	b->err = 0;
	engine_think(v, collect, b);
	s->now = b;
	timer_start(s->timer, 0);
	return 0;
}

static void builtin_cancel(void *state, uint32_t turn)
{
	struct session *s = state;

	if (s->now != NULL && s->now->turn == turn) {
		s->now = NULL;
		timer_stop(s->timer);
	}
}

static void builtin_close(void *state)
{
	struct session *s = state;

	s->now = NULL;
	s->timer = timer_free(s->timer);
	for (int i = 0; i < 2; i++)
		arena_done(&s->batch[i].arena);
}

const struct llm_ops llm_builtin = {
	.name = "builtin",
	.session_size = sizeof(struct session),
	.open = builtin_open,
	.think = builtin_think,
	.cancel = builtin_cancel,
	.close = builtin_close,
};
