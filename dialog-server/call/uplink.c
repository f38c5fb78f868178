/**
 * @file uplink.c  The caller's sound becomes turns of text
 *
 *   channel --frame--> [ in ] --tick, one a period--> VAD, echo --> endpoint
 *                                  │        │            │      │ began,
 *                                  ▼        ▼            ▼      ▼ ended
 *                              recorder  pre-roll     barge-in  recognizer
 *                                                        │          │
 *                                       pause, cut, resume          ▼
 *                                                                dialog
 *
 * The media pass only looks and remembers; uplink_decide() acts on it after
 * the pass, where the heap is allowed.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "call/internal.h"
#include "conf/settings.h"
#include "journal/journal.h"
#include "journal/metrics.h"

#define ECHO_IS_OURS 0.6F /* above it a key is one that we sent */

enum {
	IN_BACKLOG = 4,     /* frames: beyond, quiet ones are skipped    */
	SILENT_PERIODS = 3, /* without a frame: the line itself is quiet */
	JOINED_BYTES = 1024,
	CARRY_CONFIDENCE = 60, /* words without the ones they ended in    */
};

static void on_partial(void *arg, uint32_t turn, const char *text);
static void on_final(void *arg, const struct stt_result *r);
static void on_failed(void *arg, int err, const char *why);

static const struct stt_events stt_handlers = {
	.partial = on_partial,
	.final = on_final,
	.failed = on_failed,
};

static int open_recognizer(struct call *c)
{
	const struct stt_ops *ops = stt_find(c->sh->conf->stt_provider);
	void *s;
	int err;

	if (!ops)
		return -ENOENT;
	s = arena_alloc(&c->arena, ops->session_size);
	if (!s)
		return -ENOMEM;
	err = ops->open(s, &c->sh->env, c->hz, &stt_handlers, c);
	if (err)
		return err;
	c->stt = ops;
	c->stt_s = s;
	return 0;
}

int uplink_open(struct call *c)
{
	const struct settings *s = c->sh->conf;
	const struct endpoint_config turn = {
		.start_us = s->turn_start_ms * 1000,
		.min_silence_us = s->turn_min_silence_ms * 1000,
		.silence_us = s->turn_silence_ms * 1000,
		.max_silence_us = s->turn_max_silence_ms * 1000,
		.max_turn_us = s->turn_max_ms * 1000,
	};
	const struct bargein_config barge = {
		.cut_us = s->bargein_cut_ms * 1000,
		.deadline_us = s->bargein_deadline_ms * 1000,
		.words = (uint32_t)s->bargein_words,
		.enabled = s->bargein_enabled != 0,
	};
	int err;

	if (!c->hz)
		return 0;
	err = ring_init(&c->in, CALL_IN_FRAMES, c->hz / 50);
	if (err)
		return err;
	vad_init(&c->vad, c->hz);
	echo_init(&c->echo, c->hz);
	endpoint_init(&c->endpoint, &turn);
	bargein_init(&c->bargein, &barge);
	return open_recognizer(c);
}

int uplink_meets(struct call *c)
{
	if (!c->hz)
		return 0;
	c->amd = arena_alloc(&c->arena, sizeof(*c->amd));
	if (!c->amd)
		return -ENOMEM;
	amd_init(c->amd, &amd_usual, c->hz);
	return 0;
}

void uplink_close(struct call *c)
{
	if (c->stt)
		c->stt->close(c->stt_s);
	c->stt = NULL;
	ring_done(&c->in);
}

void uplink_frame(struct call *c, const struct aframe *f)
{
	if (!c->hz || f->samples != c->in.samples)
		return;
	(void)ring_push(&c->in, f->s);
}

/* ---- media pass ------------------------------------------------------- */

static void note_turn(struct call *c, enum endpoint_verdict v)
{
	struct call_pending *p = &c->pending;

	switch (v) {
	case ENDPOINT_NOTHING:
		break;
	case ENDPOINT_EAGER: /* nothing is begun that may be thrown away */
		p->eager = 1;
		p->reason = c->endpoint.reason;
		break;
	case ENDPOINT_RESUMED:
		p->spoke_on = 1;
		break;
	case ENDPOINT_BEGAN:
		p->began = 1;
		break;
	case ENDPOINT_ENDED:
		p->ended = 1;
		p->voice_us = c->endpoint.voice_us;
		p->reason = c->endpoint.reason;
		break;
	}
}

static void note_bargein(struct call *c, enum bargein_verdict v)
{
	switch (v) {
	case BARGEIN_NOTHING:
		break;
	case BARGEIN_PAUSE:
		downlink_hold(c);
		break;
	case BARGEIN_CUT:
		c->pending.cut = 1;
		break;
	case BARGEIN_RESUME:
		c->pending.resume = 1;
		break;
	}
}

/** Words that are heard to their end, and what stands before them. */
static int is_firm(const struct call *c)
{
	return playout_current(c->playout) <= c->firm_utt;
}

/** A frame of the caller while the agent speaks. */
static void weigh(struct call *c, float speech, float echo)
{
	if (!is_firm(c)) {
		note_bargein(c, bargein_frame(&c->bargein, speech, echo,
					      c->media_us));
	} else if (c->bargein.paused) {
		bargein_reset(&c->bargein);
		note_bargein(c, BARGEIN_RESUME);
	}
}

/** A key in the caller's sound, unless it is ours coming back. */
static void note_key(struct call *c, float echo)
{
	char *keys = c->pending.keys;
	const size_t n = strlen(keys);

	if (!c->vad.key || echo > ECHO_IS_OURS ||
	    !c->sh->conf->turn_heard_keys || n + 1 >= sizeof(c->pending.keys))
		return;
	keys[n] = c->vad.key;
	keys[n + 1] = '\0';
}

/** Who has answered? */
static void note_amd(struct call *c, enum amd_event e)
{
	switch (e) {
	case AMD_NOTHING:
		break;
	case AMD_DECIDED:
		c->pending.answered = 1;
		break;
	case AMD_SPEAK:
		c->pending.records = 1;
		break;
	}
}

static int next_frame(struct call *c, struct aframe *f)
{
	const int16_t *s = ring_pull(&c->in);

	f->hz = c->hz;
	f->samples = c->in.samples;
	f->at_us = c->media_us;
	if (s) {
		memcpy(f->s, s, sizeof(*s) * f->samples);
		c->silent_ticks = 0;
		return 1;
	}
	memset(f->s, 0, sizeof(f->s[0]) * f->samples);
	c->silent_ticks++;
	return c->silent_ticks > SILENT_PERIODS;
}

int uplink_period(struct call *c, const struct aframe *played,
		  struct aframe *f)
{
	static const int16_t silence[FRAME_SAMPLES_MAX];
	float speech, echo;

	if (!next_frame(c, f))
		return 0;
	c->media_us += FRAME_US;
	speech = vad_frame(&c->vad, f);
	/* The line's clock may run ahead of ours: give time back where
	 * nobody hears it. */
	if (c->in.n > IN_BACKLOG && speech < 0.2F && !c->vad.keys.candidate)
		(void)ring_pull(&c->in);
	if (c->listening) {
		(void)c->stt->feed(c->stt_s, f);
		c->in.behind = 0; /* nothing to look back for */
	}
	/* Our own voice coming back begins no turn. */
	echo = echo_frame(&c->echo, played, f);
	note_turn(c, endpoint_frame(&c->endpoint, speech * (1.0F - echo),
				    c->media_us));
	c->pending.hush |= endpoint_wants_words(&c->endpoint, c->media_us);
	note_key(c, echo);
	if (c->amd)
		note_amd(c, amd_frame(c->amd, f, speech * (1.0F - echo)));
	if (downlink_speaking(c))
		weigh(c, speech, echo);
	if (c->sh->conf->journal_audio)
		journal_put(c->journal, JOURNAL_AUDIO_IN, c->media_us,
			    record_keeps(c) ? f->s : silence,
			    sizeof(f->s[0]) * f->samples);
	return 1;
}

/* ---- decisions -------------------------------------------------------- */

static void begin_turn(struct call *c)
{
	struct aframe f = {.hz = c->hz, .samples = c->in.samples};
	const struct dialog_event e = {
		.kind = DIALOG_CALLER_SPEAKING,
		.turn = ++c->turn,
	};
	const int16_t *s;
	int err;

	c->cut_in_turn = 0;
	err = c->stt->begin(c->stt_s, c->turn, &c->ask);
	if (err) {
		metric_add(METRIC_STT_LAGGED, 1);
		log_warn_limited(c->tag,
				 "recognizer refused a turn turn=%u err=%d",
				 c->turn, err);
	}
	c->listening = !err;
	while (c->listening &&
	       (s = ring_behind(&c->in, CALL_PREROLL_FRAMES))) {
		memcpy(f.s, s, sizeof(*s) * f.samples);
		(void)c->stt->feed(c->stt_s, &f);
	}
	talk_event(c, &e);
}

/** Which decision, and all that it was made of. The last word only when it
 *  is one that leads on: any other may be what nobody should write down. */
static void record_decision(struct call *c, const char *what, int64_t now_us)
{
	const struct endpoint_reason *r = &c->pending.reason;
	const int leads = words_leads_on(r->said.tail);

	journal_putf(c->journal, JOURNAL_DECISION, now_us,
		     "{\"%s\":%u,\"why\":\"%s\",\"silence_ms\":%d,"
		     "\"wait_ms\":%d,\"said\":\"%s\",\"words\":%u,"
		     "\"digits\":%u,\"longest_pause_ms\":%d,"
		     "\"tail\":\"%s\"}",
		     what, c->turn, r->why ? r->why : "",
		     (int)(r->silence_us / 1000), (int)(r->wait_us / 1000),
		     complete_name(r->said.level), r->said.words,
		     r->said.digits, (int)(r->longest_us / 1000),
		     leads ? r->said.tail : "");
}

static void end_turn(struct call *c, int64_t now_us)
{
	const struct call_pending *p = &c->pending;
	const struct stt_result nothing = {.turn = c->turn};

	c->ledger = (struct ledger){
		.turn = c->turn,
		.stopped_us = now_us - (c->media_us - p->voice_us),
		.endpoint_us = now_us,
	};
	record_decision(c, "turn_ended", now_us);
	if (!c->listening) {
		on_final(c, &nothing);
		return;
	}
	c->listening = 0;
	if (c->stt->end(c->stt_s, c->turn))
		on_final(c, &nothing);
}

static void barge_in(struct call *c)
{
	const struct dialog_event e = {
		.kind = DIALOG_BARGE_IN,
		.turn = c->turn,
		.utt = playout_current(c->playout),
	};

	c->cut_in_turn = 1;
	metric_add(METRIC_BARGE_INS, 1);
	bargein_reset(&c->bargein);
	talk_event(c, &e);
	downlink_cut(c, UINT32_MAX);
}

static void not_cut(struct call *c)
{
	const struct dialog_event e = {
		.kind = DIALOG_NOT_CUT,
		.turn = c->turn,
	};

	metric_add(METRIC_FALSE_BARGE_INS, 1);
	downlink_resume(c);
	talk_event(c, &e);
}

static void tell_answered(struct call *c)
{
	const struct amd *a = c->amd;
	const struct dialog_event e = {.kind = DIALOG_MACHINE};

	c->pending.answered = 0;
	log_info_limited(c->tag, "answered by=%s why=\"%s\" after_ms=%lld",
			 amd_class_name(a->class), a->why,
			 (long long)(a->heard_us / 1000));
	record_event(c, "answered-by", NULL, amd_class_name(a->class));
	if (a->class == AMD_MACHINE)
		talk_event(c, &e);
}

static void tell_records(struct call *c)
{
	const struct dialog_event e = {.kind = DIALOG_MACHINE_RECORDS};

	c->pending.records = 0;
	talk_event(c, &e);
}

static void press_keys(struct call *c)
{
	char keys[sizeof(c->pending.keys)];

	memcpy(keys, c->pending.keys, sizeof(keys));
	c->pending.keys[0] = '\0';
	for (const char *k = keys; *k; k++)
		call_key(c, *k, KEYPRESS_SOUND);
}

void uplink_decide(struct call *c, int64_t now_us)
{
	struct call_pending *p = &c->pending;

	if (!c->hz)
		return;
	if (p->keys[0])
		press_keys(c);
	if (p->answered)
		tell_answered(c);
	if (p->records)
		tell_records(c);
	if (p->began) {
		p->began = 0;
		begin_turn(c);
	}
	if (p->hush) {
		p->hush = 0;
		if (c->listening && c->stt->hush)
			c->stt->hush(c->stt_s);
	}
	if (p->spoke_on) {
		p->spoke_on = 0;
		journal_putf(c->journal, JOURNAL_DECISION, now_us,
			     "{\"turn_spoken_on\":%u}", c->turn);
	}
	if (p->eager) {
		p->eager = 0;
		if (!p->ended)
			record_decision(c, "turn_may_end", now_us);
	}
	if (p->cut) {
		p->cut = 0;
		if (downlink_speaking(c))
			barge_in(c);
	}
	if (p->resume) {
		p->resume = 0;
		not_cut(c);
	}
	if (p->ended) {
		end_turn(c, now_us);
		p->ended = 0;
	}
}

void uplink_ask(struct call *c, const struct ask *ask)
{
	const char **choices;

	arena_reset(&c->ask_arena);
	c->ask = *ask;
	c->ask.field_key = arena_strdup(&c->ask_arena, ask->field_key);
	c->ask.description = arena_strdup(&c->ask_arena, ask->description);
	choices = arena_alloc(&c->ask_arena,
			      sizeof(*choices) * (ask->n_choices + 1));
	if (!choices)
		c->ask.n_choices = 0;
	for (uint32_t i = 0; i < c->ask.n_choices; i++) {
		choices[i] = arena_strdup(&c->ask_arena, ask->choices[i]);
		if (!choices[i])
			c->ask.n_choices = i;
	}
	c->ask.choices = choices;
	if (!c->ask.field_key)
		c->ask.field_key = "";
	if (!c->ask.description)
		c->ask.description = "";
	if (!c->hz)
		return;
	endpoint_ask(&c->endpoint, &c->ask);
	note_bargein(c, bargein_ask(&c->bargein, &c->ask));
}

/* ---- from the recognizer ---------------------------------------------- */

static void on_partial(void *arg, uint32_t turn, const char *text)
{
	struct call *c = arg;
	struct dialog_event e = {
		.kind = DIALOG_CALLER_PARTIAL,
		.turn = turn,
		.n_heard = 1,
	};
	const uint64_t before = c->endpoint.text_sum;

	if (turn != c->turn || c->closing)
		return;
	endpoint_partial(&c->endpoint, text, c->media_us);
	if (c->amd)
		note_amd(c, amd_words(c->amd, text));
	if (downlink_speaking(c) && !is_firm(c)) {
		note_bargein(c, bargein_partial(&c->bargein, text));
		uplink_decide(c, loop_now_us(c->sh->loop));
	}
	if (c->endpoint.speaking && c->endpoint.text_sum == before)
		return; /* nothing new, but that this is all */
	e.heard[0].text = text;
	record_partial(c, text);
	talk_event(c, &e);
}

/** Spoke while the agent did, and was not taken for an interruption: either
 *  only a nod, or words that came to light with the final result. */
static int only_nodded(struct call *c, const struct stt_result *r)
{
	if (!downlink_speaking(c) || c->cut_in_turn || c->carry[0])
		return 0;
	if (r->n && !is_firm(c)) {
		note_bargein(c, bargein_final(&c->bargein, r->alt[0].text,
					      r->alt[0].confidence));
		if (c->pending.cut) {
			c->pending.cut = 0;
			barge_in(c);
			return 0;
		}
	}
	metric_add(METRIC_FALSE_BARGE_INS, 1);
	bargein_reset(&c->bargein);
	downlink_resume(c);
	return 1;
}

/** The result of an earlier turn: the caller spoke on before it was there.
 *  Its words wait and stand in front of what comes. */
static int spoke_on(struct call *c, const struct stt_result *r)
{
	size_t len = strlen(c->carry);

	if (r->turn == c->turn)
		return 0;
	if (r->n && len + 1 < sizeof(c->carry)) {
		if (len)
			c->carry[len++] = ' ';
		(void)text_copy(c->carry + len, sizeof(c->carry) - len,
				r->alt[0].text);
	}
	return 1;
}

static const char *join(const struct call *c, char joined[JOINED_BYTES],
			const char *text)
{
	if (!c->carry[0])
		return text;
	(void)snprintf(joined, JOINED_BYTES, "%s%s%s", c->carry,
		       *text ? " " : "", text);
	return joined;
}

static void on_final(void *arg, const struct stt_result *r)
{
	struct call *c = arg;
	struct dialog_event e = {
		.kind = DIALOG_CALLER_TURN,
		.turn = r->turn,
		.n_heard = r->n,
		.stopped_us = c->ledger.stopped_us,
	};
	char joined[STT_ALTERNATIVES_MAX][JOINED_BYTES];

	if (c->amd && r->n && !c->closing)
		note_amd(c, amd_words(c->amd, r->alt[0].text));
	if (c->closing || spoke_on(c, r))
		return;
	c->ledger.stt_us = loop_now_us(c->sh->loop);
	metric_add(METRIC_STT_TURNS, 1);
	if (!r->n)
		metric_add(METRIC_STT_EMPTY, 1);
	record_stt(c, r);
	if (only_nodded(c, r)) {
		e.kind = DIALOG_CALLER_NODDED;
		e.n_heard = r->n > 0;
		if (r->n)
			e.heard[0].text = r->alt[0].text;
		talk_event(c, &e);
		return;
	}
	metric_add(METRIC_TURNS_TOTAL, 1);
	for (uint32_t i = 0; i < r->n; i++) {
		e.heard[i].text = join(c, joined[i], r->alt[i].text);
		e.heard[i].confidence = r->alt[i].confidence;
	}
	if (!r->n && c->carry[0]) {
		e.n_heard = 1;
		e.heard[0].text = join(c, joined[0], "");
		e.heard[0].confidence = CARRY_CONFIDENCE;
	}
	c->carry[0] = '\0';
	if (e.n_heard)
		record_line(c, "caller", e.heard[0].text, 0);
	talk_event(c, &e);
}

static void on_failed(void *arg, int err, const char *why)
{
	struct call *c = arg;

	metric_add(METRIC_STT_FAILED, 1);
	log_limited(LOG_LEVEL_ERROR, c->tag,
		    "recognizer failed err=%d why=\"%s\"", err, why);
	record_event(c, "stt-failed", NULL, why);
	call_hangup(c, "bot-failure", "the recognizer failed");
}
