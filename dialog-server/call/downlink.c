/**
 * @file downlink.c  What the agent says, from clause to line
 *
 *   dialog --clause--> synthesizer --pcm--> playout --pull--> channel
 *                                              │                │
 *                                              │     [ ahead: what the far
 *                                              ▼       side has yet to play ]
 *                                      said, due                │
 *                                                               ▼ recorder
 *
 * A carrier buffers, so sound is sent up to ahead_ms early, and a local copy
 * of that buffer tells what is audible now. To be silent at once the carrier
 * is told to forget it, and gets 5 ms of what would have come, dying away; it
 * goes on from there when the caller was not interrupting.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log_limit.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "call/internal.h"
#include "conf/settings.h"
#include "journal/journal.h"
#include "journal/metrics.h"

enum {
	HOLD_TICKS = 2, /* of 10 ms, to find a good moment */
	KEY_ON_MS = 100,
	KEY_OFF_MS = 100,
};

static void on_audio(void *arg, uint32_t utt, uint32_t clause, struct pcm *p,
		     int last);
static void on_tts_failed(void *arg, uint32_t utt, uint32_t clause, int err,
			  const char *why);
static void on_first(void *arg, uint32_t utt);

static const struct tts_events tts_handlers = {
	.audio = on_audio,
	.failed = on_tts_failed,
};

static const struct playout_events playout_handlers = {
	.first = on_first,
};

static int open_voice(struct call *c, const char *voice)
{
	const struct tts_ops *ops = tts_find(c->sh->conf->tts_provider);
	int err;

	if (!ops)
		return -ENOENT;
	if (!c->tts_s)
		c->tts_s = arena_alloc(&c->arena, ops->session_size);
	if (!c->tts_s)
		return -ENOMEM;
	memset(c->tts_s, 0, ops->session_size);
	err = ops->open(c->tts_s, &c->sh->env, voice, c->hz, &tts_handlers, c);
	if (err)
		return err;
	c->tts = ops;
	(void)text_copy(c->voice, sizeof(c->voice), voice);
	return 0;
}

/** What a line may be ahead by: less than its ring holds. */
static uint32_t ahead_frames(const struct call *c)
{
	const uint32_t n = c->line->ahead_ms / FRAME_MS;

	return n < CALL_AHEAD_FRAMES ? n : CALL_AHEAD_FRAMES;
}

int downlink_open(struct call *c)
{
	int err;

	/* Clauses of a text without spaces are joined with some. */
	strbuf_init(&c->shown, 2 * LIMIT_TEXT_BYTES);
	if (!c->hz)
		return 0;
	err = playout_new(&c->playout, c->hz, c->line->has_marks,
			  &playout_handlers, c);
	if (!err)
		err = open_voice(c, c->sh->conf->tts_voice);
	return err;
}

void downlink_close(struct call *c)
{
	if (c->tts)
		c->tts->close(c->tts_s);
	c->tts = NULL;
	c->playout = playout_free(c->playout);
	strbuf_done(&c->shown);
	ring_done(&c->ahead);
}

void downlink_voice(struct call *c, const char *voice)
{
	char before[sizeof(c->voice)];

	if (!c->hz || !*voice || strcmp(voice, c->voice) == 0)
		return;
	memcpy(before, c->voice, sizeof(before));
	c->tts->close(c->tts_s);
	c->tts = NULL;
	if (open_voice(c, voice) == 0)
		return;
	log_warn_limited(c->tag,
			 "no such voice, keeping the old one voice=\"%s\"",
			 voice);
	if (open_voice(c, before) != 0)
		call_hangup(c, "bot-failure", "no voice is left");
}

int downlink_speaking(const struct call *c)
{
	return c->playout && playout_current(c->playout) != 0;
}

/* ---- media pass ------------------------------------------------------- */

/** Keys are sound, too; speech waits for them. */
static int send_tone(struct call *c, int64_t now_us)
{
	struct aframe f = {
		.at_us = now_us,
		.hz = c->hz,
		.samples = c->ahead.samples,
	};

	if (!tone_dtmf_run(&c->tones, f.s, f.samples)) {
		c->tone_keys[0] = '\0';
		return 0;
	}
	c->tone_frames = ahead_frames(c) + 2;
	(void)ring_push(&c->ahead, f.s);
	(void)c->line->send(c->ch, &f);
	return 1;
}

static int send_one(struct call *c, int64_t now_us)
{
	struct aframe f;
	uint32_t mark;

	if (c->tone_keys[0])
		return send_tone(c, now_us);
	if (!playout_pull(c->playout, now_us, &f))
		return 0;
	(void)ring_push(&c->ahead, f.s);
	(void)c->line->send(c->ch, &f); /* the driver counts what it drops */
	mark = playout_mark(c->playout);
	if (mark)
		(void)c->line->mark(c->ch, mark);
	return 1;
}

int downlink_period(struct call *c, int64_t now_us, struct aframe *f)
{
	const uint32_t ahead = ahead_frames(c);
	const int16_t *s;

	if (!c->ahead.s)
		return 0;
	if (c->tone_frames)
		c->tone_frames--;
	while (c->line_open && c->ahead.n <= ahead && send_one(c, now_us))
		;
	s = ring_pull(&c->ahead);
	if (!s)
		return 0;
	f->at_us = now_us;
	f->hz = c->hz;
	f->samples = c->ahead.samples;
	memcpy(f->s, s, sizeof(*s) * f->samples);
	return 1;
}

static void on_first(void *arg, uint32_t utt)
{
	struct call *c = arg;

	c->pending.first_utt = utt;
}

/* ---- silence at once --------------------------------------------------- */

/** What would have been heard next, for 5 ms. @param n  frames from the end */
static void send_fade(struct call *c, uint32_t n, int64_t now_us)
{
	const int16_t *s = ring_newest(&c->ahead, n);
	struct aframe f = {
		.at_us = now_us,
		.hz = c->hz,
		.samples = c->ahead.samples,
	};
	const int32_t fade = (int32_t)c->hz / 200;

	for (int32_t i = 0; s && i < fade; i++)
		f.s[i] = (int16_t)(s[i] * (fade - 1 - i) / fade);
	ring_forget(&c->ahead);
	(void)ring_push(&c->ahead, f.s);
	(void)c->line->send(c->ch, &f);
}

/** Have the far side forget what it has not played. @return nonzero when
 *  there was something */
static int take_back(struct call *c, int64_t now_us)
{
	uint32_t n;

	if (!c->line_open || !c->line->clear || !c->ahead.s || c->tone_frames)
		return 0;
	n = playout_take_back(c->playout, now_us);
	if (!n)
		return 0;
	(void)c->line->clear(c->ch);
	send_fade(c, n, now_us);
	return 1;
}

void downlink_hold(struct call *c)
{
	if (c->pending.hold)
		return;
	playout_pause(c->playout);
	c->pending.hold = HOLD_TICKS;
}

void downlink_resume(struct call *c)
{
	c->pending.hold = 0;
	playout_resume(c->playout);
}

/** Best where it is certain at which frame the far side stands; soon it must
 *  be anyway. */
static void hold(struct call *c, int64_t now_us)
{
	if (--c->pending.hold && !playout_knows_far(c->playout, now_us))
		return;
	c->pending.hold = 0;
	(void)take_back(c, now_us);
}

/* ---- decisions -------------------------------------------------------- */

static void tell_said(struct call *c, const struct playout_said *said)
{
	const struct dialog_event e = {
		.kind = DIALOG_SAID,
		.utt = said->utt,
		.text = said->text ? said->text : "",
		.interrupted = said->interrupted,
		.spoken_us = said->spoken_us,
	};

	c->said_utt = said->utt;
	if (e.text[0]) {
		record_line(c, "agent", e.text, e.interrupted);
		if (c->hz)
			show_text(c, "agent", e.text, 1);
	}
	talk_event(c, &e);
}

static void put_through(struct call *c)
{
	const struct channel_transfer t = {
		.to = c->transfer_to,
		.ring_ms = c->ring_ms,
		.may_fail = c->may_fail,
		.may_return = c->may_return,
	};
	struct dialog_event e = {
		.kind = DIALOG_TRANSFER_FAILED,
		.cause = XP_CAUSE_NOT_SUPPORTED,
		.text = "this line cannot be transferred",
	};
	int err = -ENOSYS;

	if (c->line->transfer)
		err = c->line->transfer(c->ch, &t);
	if (!err)
		return;
	c->transfer_to[0] = '\0';
	if (err == -EINVAL) {
		e.cause = XP_CAUSE_INVALID;
		e.text = "this line knows no such destination";
	} else if (err != -ENOSYS) {
		e.cause = XP_CAUSE_ERROR;
		e.text = "the line did not take it";
	}
	talk_event(c, &e);
}

static void do_due(struct call *c)
{
	uint32_t due = c->pending.due;

	c->pending.due = 0;
	if (due & CALL_DUE_TRANSFER && !(due & CALL_DUE_HANGUP)) {
		put_through(c);
		return;
	}
	if (due & CALL_DUE_HANGUP)
		c->line->hangup(c->ch);
}

void downlink_decide(struct call *c, int64_t now_us)
{
	struct call_pending *p = &c->pending;
	struct playout_said said;

	if (p->hold)
		hold(c, now_us);
	if (p->first_utt) {
		p->first_utt = 0;
		if (c->ledger.turn && !c->ledger.out_us) {
			c->ledger.out_us = now_us;
			record_turn(c);
		}
	}
	while (c->playout && playout_said(c->playout, &said)) {
		tell_said(c, &said);
		mem_free(said.text);
	}
	if (c->ahead.s && !c->ahead.n && !c->tone_keys[0] &&
	    !playout_busy(c->playout))
		ring_done(&c->ahead);
	if (p->due && c->line_open)
		do_due(c);
}

/* ---- from the dialog ------------------------------------------------------
 */

/** A line on a screen is heard at once. */
static void say_text(struct call *c, const struct dialog_action *a)
{
	struct playout_said said = {.utt = a->utt};

	if (c->say_utt != a->utt) {
		c->say_utt = a->utt;
		strbuf_clear(&c->shown);
		if (c->ledger.turn && !c->ledger.out_us) {
			c->ledger.tts_us = c->ledger.out_us =
				loop_now_us(c->sh->loop);
			record_turn(c);
		}
	}
	if (a->text[0])
		show_text(c, "agent", a->text, 1);
	if (c->shown.len)
		strbuf_addc(&c->shown, ' ');
	strbuf_add(&c->shown, a->text);
	if (!a->last)
		return;
	said.text = c->shown.s;
	tell_said(c, &said);
}

static int open_ahead(struct call *c)
{
	if (c->ahead.s)
		return 0;
	return ring_init_brief(&c->ahead, ahead_frames(c) + 2, c->hz / 50);
}

void downlink_say(struct call *c, const struct dialog_action *a)
{
	int err;

	if (!c->hz) {
		say_text(c, a);
		return;
	}
	if (!a->interruptible)
		c->firm_utt = a->utt;
	if (c->say_utt != a->utt) {
		c->say_utt = a->utt;
		c->say_clause = 0;
	}
	err = open_ahead(c);
	if (!err)
		err = playout_clause(c->playout, a->utt, c->say_clause,
				     a->text, a->last);
	if (err) {
		log_warn_limited(c->tag, "clause refused utt=%u err=%d",
				 a->utt, err);
		return;
	}
	if (a->text[0])
		err = c->tts->say(c->tts_s, a->utt, c->say_clause, a->text);
	if (!a->text[0] || err)
		playout_fail(c->playout, a->utt, c->say_clause);
	c->say_clause++;
}

void downlink_cut(struct call *c, uint32_t utt)
{
	const int64_t now_us = loop_now_us(c->sh->loop);

	if (!c->hz)
		return;
	if (utt == UINT32_MAX)
		utt = c->say_utt;
	c->pending.hold = 0;
	c->tts->cancel(c->tts_s, utt);
	/* Who talks at the other end, a machine mostly, cuts no keys. */
	if (!c->tone_frames && playout_current(c->playout) <= utt &&
	    !take_back(c, now_us)) {
		ring_forget(&c->ahead);
		if (c->line_open && c->line->clear)
			(void)c->line->clear(c->ch);
	}
	playout_cut(c->playout, utt, now_us);
	downlink_decide(c, now_us);
}

int downlink_press(struct call *c, const char *keys)
{
	int err;

	if (!c->hz || !c->line->keys_in_band)
		return -ENOSYS;
	if (c->tone_keys[0])
		return -EAGAIN;
	err = open_ahead(c);
	if (!err)
		err = text_copy(c->tone_keys, sizeof(c->tone_keys), keys);
	if (!err)
		err = tone_dtmf_init(&c->tones, c->tone_keys, c->hz, KEY_ON_MS,
				     KEY_OFF_MS);
	if (err)
		c->tone_keys[0] = '\0';
	else
		c->tone_frames = ahead_frames(c) + 2;
	return err;
}

void downlink_then(struct call *c, enum call_due what)
{
	c->pending.due |= what;
	timer_start(c->close_timer, 0);
}

/* ---- from the synthesizer -------------------------------------------------
 */

static void on_audio(void *arg, uint32_t utt, uint32_t clause, struct pcm *p,
		     int last)
{
	struct call *c = arg;

	if (c->ledger.turn && !c->ledger.tts_us)
		c->ledger.tts_us = loop_now_us(c->sh->loop);
	journal_putf(c->journal, JOURNAL_TTS, loop_now_us(c->sh->loop),
		     "{\"utt\":%u,\"clause\":%u,\"samples\":%u}", utt, clause,
		     p->samples);
	(void)playout_audio(c->playout, utt, clause, p, last);
}

static void on_tts_failed(void *arg, uint32_t utt, uint32_t clause, int err,
			  const char *why)
{
	struct call *c = arg;

	metric_add(METRIC_TTS_FAILED, 1);
	log_warn_limited(c->tag,
			 "clause not rendered utt=%u err=%d why=\"%s\"", utt,
			 err, why);
	playout_fail(c->playout, utt, clause);
}
