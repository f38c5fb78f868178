/**
 * @file call.c  dialogctl call: a simulated caller over real audio
 *
 *   script --> [ actor: when ] --> [ phone: sound, carrier's messages ]
 *                  ▲ words             │ voice on, off
 *              [ oracle ] <-- events -- server
 *
 * Order: render all speech, open the oracle, place the call, run it, wait for
 * the record, report.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "audio/wav.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "conf/flat.h"
#include "ctl/actor.h"
#include "ctl/commands.h"
#include "ctl/ear.h"
#include "ctl/interrupt.h"
#include "ctl/listeners.h"
#include "ctl/oracle.h"
#include "ctl/phone.h"
#include "ctl/remote.h"
#include "ctl/report.h"
#include "ctl/script.h"
#include "ctl/twiml.h"
#include "ctl/view.h"
#include "ctl/voice.h"
#include "net/loop.h"

enum {
	LAST_EVENTS_US = 2000000, /* for call-ended after the line closed */
	RECORD_US = 8000000,      /* for the record to be complete */
	RECORD_POLL_US = 100000,
	ONE_LINE_PATIENCE_MS = 6000,
	EAR_LAG_MS = 40, /* by which the ear reports a voice late */
};

struct call_options {
	struct remote_options remote;
	const char *say, *wav, *to, *from, *voice, *token_file, *keys, *hear;
	const char *twiml_file, *call_sid;
	enum phone_keys how_keys;
	int64_t noise_db, seed, max_s;
	int json, quiet;
};

struct run {
	struct remote remote;
	const struct script *script;
	struct voices *voices;
	struct phone *phone;
	struct oracle *oracle;
	struct timer *timer;
	struct actor actor;
	struct view view;
	struct report_call report;
	int answered, ended, status;
	int64_t spoke_until_us; /* end of what the caller said last */
	int waits_for_reply;
};

/* ---- the phone -------------------------------------------------------------
 */

static void stop_when_all_closed(struct run *c)
{
	if (c->ended && !c->oracle)
		loop_stop(c->remote.loop);
}

static void note_said(struct run *c, const char *text, int64_t now_us)
{
	struct report_call *r = &c->report;

	if (r->n_said >= REPORT_SAID_MAX)
		return;
	r->said[r->n_said++] = (struct report_said){
		.text = text, .at_ms = now_us / US_PER_MS, .reply_ms = -1};
}

static void begin_act(struct run *c, const struct script_act *act,
		      int64_t now_us)
{
	const int16_t *s;
	size_t n = 0;

	switch (act->kind) {
	case ACT_SAY:
	case ACT_WAV:
		s = voices_find(c->voices, act, &n);
		note_said(c, act->text, now_us);
		view_line(&c->view, now_us / US_PER_MS, "caller", "%s",
			  act->text);
		phone_say(c->phone, s, n);
		break;
	case ACT_PRESS:
		note_said(c, act->text, now_us);
		view_line(&c->view, now_us / US_PER_MS, "caller",
			  "[presses %s]", act->text);
		phone_press(c->phone, act->text);
		break;
	case ACT_HANGUP:
		view_line(&c->view, now_us / US_PER_MS, "caller",
			  "[hangs up]");
		phone_hangup(c->phone);
		break;
	case ACT_NONE:
	case ACT_WAIT:
	case ACT_SILENCE:
	default:
		break;
	}
}

static void on_answered(void *arg)
{
	struct run *c = arg;

	c->answered = 1;
	actor_init(&c->actor, c->script, (uint64_t)c->script->seed, 0);
}

static void on_tick(void *arg, int64_t at_us)
{
	struct run *c = arg;
	const struct script_act *act = actor_next(&c->actor, at_us);

	c->report.duration_ms = at_us / US_PER_MS;
	if (act) {
		begin_act(c, act, at_us);
	} else if (at_us >= c->script->max_ms * US_PER_MS &&
		   !c->report.timed_out) {
		c->report.timed_out = 1;
		view_line(&c->view, at_us / US_PER_MS, "warning",
			  "the script's time is over");
		phone_hangup(c->phone);
	}
}

static void on_voice(void *arg, int speaking, int64_t at_us)
{
	struct run *c = arg;
	struct report_call *r = &c->report;

	actor_on_voice(&c->actor, speaking, at_us);
	if (speaking && c->waits_for_reply && r->n_said) {
		int64_t ms =
			(at_us - c->spoke_until_us) / US_PER_MS - EAR_LAG_MS;

		r->said[r->n_said - 1].reply_ms = ms > 0 ? ms : 0;
		c->waits_for_reply = 0;
	}
}

static void on_said(void *arg, int64_t at_us)
{
	struct run *c = arg;

	actor_on_done(&c->actor, at_us);
	c->spoke_until_us = at_us;
	c->waits_for_reply = 1;
}

static void on_ended(void *arg, enum phone_end how, const char *detail)
{
	struct run *c = arg;

	c->report.end = how;
	c->report.detail = detail;
	c->ended = 1;
	if (how == PHONE_END_FAILED)
		view_line(&c->view, c->report.duration_ms, "warning", "%s",
			  detail);
	/* The server's last words are still on their way. */
	timer_start(c->timer, c->answered ? LAST_EVENTS_US : 0);
	stop_when_all_closed(c);
}

static void on_timer(void *arg)
{
	struct run *c = arg;

	if (c->oracle)
		oracle_close(c->oracle);
	stop_when_all_closed(c);
}

/* ---- the oracle
 * -------------------------------------------------------------- */

static void on_ready(void *arg)
{
	struct run *c = arg;

	if (phone_dial(c->phone) < 0) {
		(void)fprintf(stderr, "dialogctl: cannot call %s\n",
			      c->remote.url);
		c->status = CTL_FAILED;
		c->ended = 1;
		oracle_close(c->oracle);
	}
}

static void on_event(void *arg, const json_t *event)
{
	struct run *c = arg;
	const char *type = json_string_value(json_object_get(event, "type"));
	const char *text = json_string_value(json_object_get(event, "text"));

	view_event(&c->view, event);
	if (!type)
		return;
	/* What was cut off needs no answer: the caller has just given one. */
	if (strcmp(type, "agent-speech") == 0 && text && c->answered &&
	    !json_is_true(json_object_get(event, "interrupted")))
		actor_on_words(&c->actor, text);
	if (strcmp(type, "call-ended") == 0 && c->ended)
		oracle_close(c->oracle);
}

static void on_closed(void *arg, const char *why)
{
	struct run *c = arg;

	c->oracle = NULL;
	if (why && !c->ended) {
		(void)fprintf(stderr,
			      "dialogctl: the event stream of %s: %s\n",
			      c->remote.url, why);
		c->status = CTL_NO_SERVER;
		phone_hangup(c->phone);
	}
	stop_when_all_closed(c);
}

/* ---- the record
 * ---------------------------------------------------------------- */

static void wait_us(struct run *c, int64_t us)
{
	/* on_timer() stops the loop: the call has ended, the oracle is gone.
	 */
	timer_start(c->timer, us);
	loop_run(c->remote.loop);
}

/* The call as the server knows it by its carrier's id, without details. */
static int find_call(struct run *c, json_t **ret_list, const json_t **ret)
{
	char path[128];
	int status;

	(void)snprintf(path, sizeof(path), "/v1/calls?external_id=%s",
		       c->report.external_id);
	status = remote_call(&c->remote, "GET", path, NULL, ret_list);
	if (status)
		return status;
	*ret = json_array_get(json_object_get(*ret_list, "calls"), 0);

	return 0;
}

/* The record, once the call has ended in it; NULL when there is none. */
static json_t *fetch_record(struct run *c)
{
	int64_t deadline_us = clock_now_us() + RECORD_US;
	json_t *record = NULL;
	char path[128] = "";

	while (!path[0] && clock_now_us() < deadline_us) {
		const json_t *call = NULL, *id;
		json_t *list = NULL;

		if (find_call(c, &list, &call))
			return NULL;
		id = json_object_get(call, "id");
		if (json_is_string(id) &&
		    json_is_string(json_object_get(call, "ended")))
			(void)snprintf(path, sizeof(path), "/v1/calls/%s",
				       json_string_value(id));
		json_decref(list);
		if (!path[0])
			wait_us(c, RECORD_POLL_US);
	}
	if (!path[0] || remote_call(&c->remote, "GET", path, NULL, &record))
		return NULL;

	return record;
}

/* ---- a whole call
 * ------------------------------------------------------------------ */

static int read_token(char *dst, size_t cap, const char *path)
{
	char *text = NULL, why[128];
	size_t len = 0;
	int err;

	dst[0] = '\0';
	if (!path)
		return 0;
	err = flat_slurp(&text, &len, path, cap - 1);
	if (err) {
		(void)fprintf(stderr, "dialogctl: %s: %s\n", path,
			      strerror_r(-err, why, sizeof(why)));
		return CTL_USAGE;
	}
	text[strcspn(text, " \t\r\n")] = '\0';
	(void)text_copy(dst, cap, text);
	mem_free(text);

	return 0;
}

/* What the carrier was told to do with a call that was placed. */
static int read_twiml(char **ret, const char *path)
{
	char why[128];
	size_t len = 0;
	int err = path ? flat_slurp(ret, &len, path, TWIML_BYTES_MAX) : 0;

	if (!err)
		return 0;
	(void)fprintf(stderr, "dialogctl: %s: %s\n", path,
		      strerror_r(-err, why, sizeof(why)));

	return CTL_USAGE;
}

static int make_phone(struct run *c, const struct call_options *o)
{
	static const struct phone_events ev = {.answered = on_answered,
					       .tick = on_tick,
					       .voice = on_voice,
					       .said = on_said,
					       .ended = on_ended};
	const struct script *s = c->script;
	char token[128], *twiml = NULL;
	struct phone_options phone = {
		.base_url = c->remote.url,
		.from = s->from,
		.to = s->to,
		.auth_token = token,
		.dialled = s->dialled,
		.has_noise = s->has_noise,
		.noise_dbfs = (float)(VOICE_DBFS - s->noise_db),
		.seed = (uint64_t)s->seed,
		.keys = o->how_keys,
		.call_sid = o->call_sid};
	int status = read_token(token, sizeof(token), o->token_file);

	if (!status)
		status = read_twiml(&twiml, o->twiml_file);
	phone.twiml = twiml;
	if (!status && (phone_new(&c->phone, c->remote.loop, &phone, &ev, c) ||
			timer_new(&c->timer, c->remote.loop, on_timer, c))) {
		(void)fprintf(stderr, "dialogctl: no memory for a phone\n");
		status = CTL_FAILED;
	}
	if (!status && o->hear &&
	    phone_keep(c->phone, (size_t)(s->max_ms / 1000 + 1) * EAR_HZ)) {
		(void)fprintf(stderr, "dialogctl: no memory for %s\n",
			      o->hear);
		status = CTL_FAILED;
	}
	if (!status)
		c->report.external_id = phone_call_sid(c->phone);
	mem_free(twiml);

	return status;
}

static void run_loop(struct run *c)
{
	interrupt_watch(c->remote.loop);
	loop_run(c->remote.loop);
	if (interrupt_came() && !(c->ended && !c->oracle)) {
		phone_hangup(c->phone);
		loop_run(c->remote.loop);
	}
	interrupt_done();
}

static int run_call(struct run *c, const struct call_options *o)
{
	static const struct oracle_events ev = {
		.ready = on_ready, .event = on_event, .closed = on_closed};
	const struct script *s = c->script;
	json_t *experts = NULL;
	unsigned n_ready;
	int status;

	/* Whether the server is there and knows the key, too. */
	status = listeners_fetch(&c->remote, &experts);
	n_ready = o->twiml_file || listeners_ready(experts, s->to);
	json_decref(experts);
	if (!status)
		status = make_phone(c, o);
	if (!status && oracle_open(&c->oracle, &c->remote,
				   c->report.external_id, &ev, c) < 0) {
		(void)fprintf(stderr, "dialogctl: cannot open the events\n");
		status = CTL_FAILED;
	}
	if (status)
		return status;

	view_line(&c->view, 0, "call",
		  o->twiml_file ? "%s has called %s by %s"
				: "%s calls %s at %s",
		  s->from, s->to, c->remote.url);
	if (!n_ready)
		view_line(&c->view, 0, "warning",
			  "no Expert listens on %s yet", s->to);
	run_loop(c);
	phone_stats(c->phone, &c->report.stats);

	return c->status;
}

static int save_heard(const struct run *c, const char *path)
{
	char why[128];
	size_t n = 0;
	const int16_t *s = phone_kept(c->phone, &n);
	int err = wav_save(path, s, n, EAR_HZ);

	if (err)
		(void)fprintf(stderr, "dialogctl: %s: %s\n", path,
			      strerror_r(-err, why, sizeof(why)));

	return err;
}

static int finish(struct run *c, const struct call_options *o)
{
	json_t *record = c->report.end == PHONE_END_DECLINED || !c->answered
				 ? NULL
				 : fetch_record(c);
	json_t *result = report_make(&c->report, c->script, record);
	const char *nobody = report_not_taken(&c->report, record);
	int ok = json_is_true(json_object_get(result, "ok"));

	view_summary(&c->view, result);
	if (o->json && result) {
		(void)json_dumpf(result, stdout,
				 JSON_INDENT(2) | JSON_ENSURE_ASCII);
		(void)fputc('\n', stdout);
	}
	(void)fflush(stdout);
	if (o->hear && save_heard(c, o->hear))
		ok = 0;
	if (!ok && nobody && !o->quiet)
		listeners_tell(&c->remote, c->script->to, nobody);
	json_decref(result);
	json_decref(record);

	return ok && !interrupt_came() ? CTL_OK : CTL_FAILED;
}

/* ---- the command
 * -------------------------------------------------------------------- */

/* Without a file: say one thing, hear the answer, hang up. */
static int one_line_script(struct script *s, const struct call_options *o)
{
	struct script_step *step = &s->steps[0];
	const char *text = o->say ? o->say : o->wav;

	s->n_steps = 1;
	s->patience_ms = ONE_LINE_PATIENCE_MS;
	step->act.kind = o->say ? ACT_SAY : ACT_WAV;

	return text_copy(step->act.text, sizeof(step->act.text), text);
}

static int override(struct script *s, const struct call_options *o)
{
	int err = 0;

	if (o->to)
		err |= text_copy(s->to, sizeof(s->to), o->to);
	if (o->from)
		err |= text_copy(s->from, sizeof(s->from), o->from);
	if (o->voice)
		err |= text_copy(s->voice, sizeof(s->voice), o->voice);
	if (o->seed >= 0)
		s->seed = o->seed;
	if (o->max_s > 0)
		s->max_ms = o->max_s * 1000;
	if (o->noise_db > INT64_MIN) {
		s->has_noise = 1;
		s->noise_db = o->noise_db;
	}

	return err;
}

static int make_script(struct script *s, const struct call_options *o,
		       const char *path, char *why)
{
	int err;

	script_init(s);
	err = path ? script_load(s, path, why) : one_line_script(s, o);
	if (!err)
		err = override(s, o);
	if (err == -EMSGSIZE && !path)
		(void)snprintf(why, SCRIPT_WHY_BYTES, "the text is too long");

	return err;
}

static int call_with(const struct script *s, const struct call_options *o)
{
	struct run *c = mem_zalloc(sizeof(*c));
	char why[SCRIPT_WHY_BYTES] = "";
	int status = CTL_FAILED;

	if (!c)
		return CTL_FAILED;
	c->script = s;
	c->report.end = PHONE_END_NONE;
	c->report.detail = "";
	c->report.wants_reply = o->say || o->wav;
	view_init(&c->view, o->json || o->quiet ? NULL : stdout);
	if (voices_new(&c->voices, s, why)) {
		(void)fprintf(stderr, "dialogctl: %s\n", why);
		status = CTL_USAGE;
		goto out;
	}
	status = remote_open(&c->remote, &o->remote);
	if (!status)
		status = run_call(c, o);
	if (!status)
		status = finish(c, o);

out:
	c->phone = phone_free(c->phone);
	c->timer = timer_free(c->timer);
	if (c->remote.loop)
		remote_close(&c->remote);
	voices_free(c->voices);
	mem_free(c);

	return status;
}

static int read_keys(struct call_options *o)
{
	static const char *const ways[] = {"events", "tones", "both"};

	for (int i = 0; o->keys && i < 3; i++) {
		if (strcmp(o->keys, ways[i]) == 0) {
			o->how_keys = (enum phone_keys)i;
			return 0;
		}
	}

	return o->keys ? -EINVAL : 0;
}

static int run(int argc, char **argv)
{
	struct call_options o = {.noise_db = INT64_MIN, .seed = -1};
	const struct option table[] = {
		{"--say", "TEXT", OPTION_TEXT, &o.say, 0, 0,
		 "say this, hear the answer, hang up"},
		{"--wav", "FILE", OPTION_TEXT, &o.wav, 0, 0,
		 "the same with a recording"},
		{"--to", "NUMBER", OPTION_TEXT, &o.to, 0, 0,
		 "the agent that is called (+15555550100)"},
		{"--from", "NUMBER", OPTION_TEXT, &o.from, 0, 0,
		 "the caller's number (+15555550123)"},
		{"--voice", "NAME", OPTION_TEXT, &o.voice, 0, 0,
		 "the caller's voice: rms, awb, kal16, kal, slt (rms)"},
		{"--noise", "DB", OPTION_INT, &o.noise_db, -20, 60,
		 "white noise on the line, so many dB below the speech"},
		{"--seed", "N", OPTION_INT, &o.seed, 0, INT64_MAX,
		 "another noise and other pauses of the caller (1)"},
		{"--hear", "FILE", OPTION_TEXT, &o.hear, 0, 0,
		 "save what the caller hears, as WAV"},
		{"--keys", "HOW", OPTION_TEXT, &o.keys, 0, 0,
		 "what carries pressed keys: events, tones or both (events)"},
		{"--max-s", "N", OPTION_INT, &o.max_s, 1, 3600,
		 "hang up after N seconds: the call has failed (120)"},
		{"--twilio-token-file", "FILE", OPTION_TEXT, &o.token_file, 0,
		 0, "sign as the carrier does, with the auth token in it"},
		{"--twiml", "FILE", OPTION_TEXT, &o.twiml_file, 0, 0,
		 "answer a call that was placed with this TwiML"},
		{"--call-sid", "SID", OPTION_TEXT, &o.call_sid, 0, 0,
		 "the carrier's id of the call"},
		{"--json", NULL, OPTION_FLAG, &o.json, 0, 0,
		 "print the result as JSON and nothing else"},
		{"--quiet", NULL, OPTION_FLAG, &o.quiet, 0, 0,
		 "print nothing: only the exit status tells"},
		REMOTE_OPTIONS(o.remote),
		{NULL, NULL, OPTION_FLAG, NULL, 0, 0, NULL}};
	int words = options_take(&call_command, table, argc, argv);
	char why[SCRIPT_WHY_BYTES] = "";
	struct script *s;
	int status;

	if (words < 0)
		return options_exit(words);
	if (words > 1 || words + (o.say != NULL) + (o.wav != NULL) != 1)
		return options_usage(&call_command,
				     "expected a script, --say or --wav");

	if (read_keys(&o))
		return options_usage(&call_command,
				     "--keys is events, tones or both");

	s = mem_alloc(sizeof(*s));
	if (!s)
		return CTL_FAILED;
	if (make_script(s, &o, words ? argv[0] : NULL, why)) {
		(void)fprintf(stderr, "dialogctl: %s\n", why);
		status = CTL_USAGE;
	} else {
		status = call_with(s, &o);
	}
	mem_free(s);

	return status;
}

const struct command call_command = {
	.name = "call",
	.words = "[options] SCRIPT.yaml | --say TEXT | --wav FILE",
	.help = "Call an agent as a simulated telephone, over real audio.",
	.more = "It speaks, hears, and presses keys as a telephone behind a "
		"carrier does (8 kHz\nmu-law, Twilio Media Streams). What the "
		"agent says is read from the server's\nevents.\n\n"
		"  dialogctl call --say \"Do you have parking?\"\n"
		"  dialogctl call --json --noise 15 waitlist.yaml\n\n"
		"A script (all of it: docs/call-scripts.md, installed in "
		"share/doc/dialog-server):\n\n"
		"  rules:\n"
		"    - {when: did you say | is that right, say: Yes.}\n"
		"    - {when: your name | what name, say: My name is "
		"Robert.}\n"
		"    - {when: how many, say: Four people.}\n"
		"    - {when: phone, press: \"5550142#\"}\n"
		"  expect:\n"
		"    - field: {caller_name: Robert}\n"
		"    - ended_by: bot-hangup\n\n"
		"exit status: 0 an Expert took the call and every "
		"expectation held, 1 not,\n2 wrong words or script, 3 no "
		"server, not trusted, or it refused the key\n",
	.run = run,
};
