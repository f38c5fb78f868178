/**
 * @file actor.c  The mind of a simulated caller: when to do what
 *
 * Steps go first; a rule may answer while the next step waits for its time.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/actor.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static const struct script_act hang_up = {.kind = ACT_HANGUP};

/* xorshift64*: pauses that differ by seed and repeat with it. */
static uint64_t random_next(struct actor *a)
{
	a->random ^= a->random >> 12;
	a->random ^= a->random << 25;
	a->random ^= a->random >> 27;

	return a->random * 2685821657736338717ULL;
}

/* A pause of reply_ms, a third more or less. */
static void draw_reply(struct actor *a)
{
	int64_t us = a->script->reply_ms * US_PER_MS;
	int64_t span = us * 2 / 3;

	a->reply_us = us - us / 3;
	if (span > 0)
		a->reply_us += (int64_t)(random_next(a) % (uint64_t)span);
}

void actor_init(struct actor *a, const struct script *script, uint64_t seed,
		int64_t now_us)
{
	memset(a, 0, sizeof(*a));
	a->script = script;
	a->random = seed * 0x9e3779b97f4a7c15ULL + 1;
	a->quiet_us = a->ready_us = now_us;
	draw_reply(a);
}

void actor_on_voice(struct actor *a, int speaking, int64_t now_us)
{
	if (speaking && !a->agent_speaking) {
		++a->agent_turns;
		a->agent_began_us = now_us;
	}
	a->agent_speaking = speaking;
	a->quiet_us = now_us;
}

void actor_on_words(struct actor *a, const char *text)
{
	size_t len = strlen(a->heard);

	/* When it does not fit, the latest words count. */
	if (len + strlen(text) + 2 > sizeof(a->heard))
		len = 0;
	if (len)
		a->heard[len++] = ' ';
	(void)text_copy(a->heard + len, sizeof(a->heard) - len, text);
}

/* The agent's words so far have been answered, or spoken over. */
static void forget(struct actor *a)
{
	a->heard[0] = '\0';
	a->agent_turns = a->agent_speaking ? 1 : 0;
}

void actor_on_done(struct actor *a, int64_t now_us)
{
	/* What came while we spoke belongs to what was before. */
	forget(a);
	a->busy = 0;
	a->quiet_us = a->ready_us = now_us;
	draw_reply(a);
}

/* Has the agent spoken since our last act, and been quiet for a while? */
static int agent_finished(const struct actor *a, int64_t now_us)
{
	return a->agent_turns && !a->agent_speaking &&
	       now_us - a->quiet_us >= a->reply_us;
}

static int step_is_due(const struct actor *a, const struct script_step *s,
		       int64_t now_us)
{
	if (s->act.kind == ACT_WAIT)
		return 1;

	switch (s->when) {
	case WHEN_AT_ONCE:
		return 1;
	case WHEN_INTO_AGENT:
		return a->agent_speaking && a->agent_began_us >= a->ready_us &&
		       now_us - a->agent_began_us >= s->into_ms * US_PER_MS;
	case WHEN_AFTER_TEXT:
		return agent_finished(a, now_us) &&
		       pattern_in(s->pattern, a->heard);
	case WHEN_AFTER_AGENT:
	default:
		return agent_finished(a, now_us);
	}
}

static const struct script_act *
begin(struct actor *a, const struct script_act *act, int64_t now_us)
{
	if (act->kind == ACT_WAIT || act->kind == ACT_SILENCE) {
		/* Words go on being gathered while we wait. */
		a->wait_until_us = now_us + act->ms * US_PER_MS;
		a->ready_us = now_us;
		return NULL;
	}
	if (act->kind == ACT_HANGUP)
		a->hung_up = 1;
	else
		a->busy = 1;
	forget(a);

	return act;
}

static const struct script_act *next_rule(struct actor *a, int64_t now_us)
{
	if (!a->heard[0] || !agent_finished(a, now_us))
		return NULL;

	for (unsigned i = 0; i < a->script->n_rules; i++) {
		const struct script_rule *r = &a->script->rules[i];

		if (r->times && a->fired[i] >= r->times)
			continue;
		if (pattern_in(r->pattern, a->heard)) {
			++a->fired[i];
			return begin(a, &r->act, now_us);
		}
	}

	return NULL;
}

const struct script_act *actor_next(struct actor *a, int64_t now_us)
{
	const struct script_act *act;

	if (a->busy || a->hung_up || now_us < a->wait_until_us)
		return NULL;

	if (a->wait_until_us) {
		/* The wait is over: its time was not time to think. */
		a->wait_until_us = 0;
		a->ready_us = now_us;
	}
	if (a->step < a->script->n_steps) {
		const struct script_step *s = &a->script->steps[a->step];

		if (step_is_due(a, s, now_us)) {
			++a->step;
			return begin(a, &s->act, now_us);
		}
	}
	act = next_rule(a, now_us);
	if (act)
		return act;

	/* Nobody speaks and nothing is left to say: a person hangs up. */
	if (!a->agent_speaking &&
	    now_us - a->quiet_us >= a->script->patience_ms * US_PER_MS)
		return begin(a, &hang_up, now_us);

	return NULL;
}

int actor_has_more(const struct actor *a)
{
	return a->step < a->script->n_steps;
}
