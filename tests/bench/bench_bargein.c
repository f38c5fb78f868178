/**
 * @file bench_bargein.c  Does the agent stop for the caller, and only for
 * them?
 *
 *   caller ─┐
 *   echo   ─┼─> mu-law ─> VAD, echo ─> barge-in ─> hold, cut, go on
 *   noise  ─┘                              ^
 *                      recognizer ─words───┘
 *
 * Each line is a call in which the agent talks all the time. JSON lines:
 *
 *   interrupting  sentences of the caller: from the first voiced sample to the
 *                 first silent one that is sent, and to the cut
 *   nodding       "uh-huh", "okay": how many cut the agent
 *   echo          the agent's own voice comes back through a room: false cuts
 *                 and holds in ten minutes, a new line every minute
 *   noise         coughs, hiss that comes and goes, keys
 *
 *   bench_bargein [--only WHAT] [--no-recognizer] [--seed N] [--verbose]
 *
 * SPDX-License-Identifier: MIT
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/codec.h"
#include "audio/level.h"
#include "provider/flite.h"
#include "provider/sphinx_models.h"
#include "provider/sphinx_turn.h"
#include "speech/bargein.h"
#include "speech/echo.h"
#include "speech/endpoint.h"
#include "speech/vad.h"

enum {
	HZ = 8000,
	FRAME = HZ / 50,
	MINUTE = 60 * HZ,
	MINUTES = 10,
	PREROLL = 20, /* [frames] as call/internal.h has it   */
	JOB_FRAMES = 10,
	JOB_DELAY = 3,
	LINES_MAX = 400,
	FADE_MS = 5, /* of a hold, media/playout_parts.h     */
};

#define AGENT_DB  (-18.0f)
#define CALLER_DB (-22.0f)
#define FLOOR_DB  (-62.0f)

static const struct bargein_config bargein_conf = {
	.cut_us = 700000, .deadline_us = 1200000, .words = 1, .enabled = 1};
static const struct endpoint_config endpoint_conf = {
	.start_us = 60000,
	.min_silence_us = 180000,
	.silence_us = 600000,
	.max_silence_us = 2500000,
	.max_turn_us = 30000000,
};

static const char agent_says[] =
	"Thank you for calling Thai Palace. I can put you on the waiting list "
	"for tonight. Could you tell me your name, how many people are in "
	"your party, and a phone number where we can reach you when the table "
	"is ready? We are open from Tuesday to Sunday, from five in the "
	"evening until eleven at night. There is parking behind the house, "
	"and the bus number six stops right in front of the door.";
static const char *const interruptions[] = {
	"Stop.",
	"Wait a moment.",
	"No, that is wrong.",
	"Excuse me.",
	"I have a question about parking.",
	"Can I speak to somebody?",
	"Hold on, I said seven.",
	"Yes, four people.",
	"Sorry?",
	"Never mind, goodbye.",
	"How much is it?",
	"That's not my name.",
};
/* Flite spells "mm-hm", letter by letter: not among them. */
static const char *const nods[] = {
	"Uh-huh.", "Okay.", "Yeah.",      "Right.",  "I see.",
	"Sure.",   "Fine.", "All right.", "Got it.", "Oh, okay.",
};
static const char *const voices[] = {"rms", "slt", "awb", "kal16"};
enum { VOICES = sizeof(voices) / sizeof(voices[0]) };
#define COUNT(x) (sizeof(x) / sizeof((x)[0]))

static struct {
	int recognizer, verbose, once;
	uint64_t seed;
	const char *only;
} conf = {.recognizer = 1, .once = 1, .seed = 1};

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_bargein: %s\n", what);
	exit(2);
}

static void *must(void *p)
{
	if (!p)
		die("no memory");
	return p;
}

static double draw(struct level_noise *z)
{
	return (double)(level_noise_bits(z) >> 11 & 0xffffff) / 0x1000000;
}

/* ---- sound ------------------------------------------------------------- */

/** Both directions of a line. */
struct line {
	int16_t *played, *heard;
	size_t n;
};

static struct line line_new(size_t n)
{
	n = n / FRAME * FRAME;
	return (struct line){must(calloc(n, 2)), must(calloc(n, 2)), n};
}

static void line_free(struct line *l)
{
	free(l->played);
	free(l->heard);
}

/** Add a text at a place, at a level. @return samples */
static size_t say(int16_t *s, size_t at, size_t n, const char *voice,
		  const char *text, float db)
{
	struct pcm *p;
	size_t i;

	if (flite_render(voice, HZ, text, &p))
		die("cannot synthesize");
	int16_t *t = must(malloc(p->samples * 2));

	memcpy(t, p->s, p->samples * 2);
	level_gain(t, p->samples, db - level_speech_dbfs(t, p->samples, HZ));
	for (i = 0; i < p->samples && at + i < n; i++)
		s[at + i] = level_add(s[at + i], t[i]);
	free(t);
	i = p->samples;
	pcm_unref(p);
	return i;
}

static void agent_talks(struct line *l)
{
	size_t at = 0;

	while (at < l->n)
		at += say(l->played, at, l->n, "slt", agent_says, AGENT_DB) +
		      HZ / 5;
}

/** A loudspeaker in a room: a few walls, then a tail of 60 ms. */
static void add_echo(struct line *l, double delay_ms, double gain_db,
		     uint64_t seed)
{
	enum { TAPS = HZ * 6 / 100 };
	const size_t delay = (size_t)(delay_ms * HZ / 1000);
	static double h[TAPS]; /* most are nil */
	struct level_noise z;
	double power = 0;

	level_noise_init(&z, seed);
	for (int k = 0; k < TAPS; k++) {
		const double tail = exp(-k / (0.015 * HZ)) * 0.15;

		h[k] = k == 0 ? 1 : k % 16 ? 0 : (draw(&z) - 0.5) * 8 * tail;
		power += h[k] * h[k];
	}
	const double gain = pow(10, gain_db / 20) / sqrt(power);

	for (size_t i = delay; i < l->n; i++) {
		double v = 0;

		for (size_t k = 0; k < TAPS && k <= i - delay; k += 16)
			v += h[k] * l->played[i - delay - k];
		l->heard[i] = level_add(l->heard[i], (int32_t)lrint(v * gain));
	}
}

static void to_telephone(struct line *l, uint64_t seed)
{
	const struct codec_ops *pcmu = codec_find("pcmu");
	struct level_noise z;
	uint8_t code[FRAME];

	level_noise_init(&z, seed);
	level_noise_add(&z, l->heard, l->n, FLOOR_DB);
	for (size_t at = 0; at < l->n; at += FRAME) {
		(void)pcmu->encode(NULL, l->heard + at, FRAME, code, FRAME);
		(void)pcmu->decode(NULL, code, FRAME, l->heard + at, FRAME);
	}
}

/**
 * First sample with a voice in the phonetic sense: 30 ms within 25 dB of the
 * loudest 30 ms and alike to themselves one period earlier, better than 0.6.
 */
static size_t first_voiced(const int16_t *s, size_t n)
{
	enum { W = HZ * 30 / 1000, STEP = HZ / 200 };
	double most = 1;

	for (size_t at = 0; at + 2 * W < n; at += STEP) {
		double e = 0;

		for (size_t i = 0; i < W; i++)
			e += (double)s[at + i] * s[at + i];
		most = fmax(most, e);
	}
	for (size_t at = 0; at + 2 * W < n; at += STEP) {
		double e = 0;

		for (size_t i = 0; i < W; i++)
			e += (double)s[at + i] * s[at + i];
		if (e < most * pow(10, -2.5))
			continue;
		for (size_t lag = HZ / 350; lag <= HZ / 70; lag++) {
			double xy = 0, yy = 1;

			for (size_t i = 0; i < W; i++) {
				const double y = s[at + i + lag];

				xy += s[at + i] * y;
				yy += y * y;
			}
			if (xy > 0.6 * sqrt(e * yy))
				return at;
		}
	}
	return n;
}

/* ---- a call ------------------------------------------------------------ */

struct outcome {
	int holds, cuts, resumes;
	int first_hold, first_cut; /* [frames], -1: none */
	const char *why;           /* of the first cut */
};

/** What the embedded recognizer has shown when; as uplink.c feeds it. */
struct ears {
	struct turn *turn;
	int seen, due; /* [frames] */
};

static void ears_begin(struct ears *e, const struct line *l, int i)
{
	const struct ask ask = {
		.kind = ASK_OPEN, .field_key = "", .description = ""};
	const int from = i > PREROLL ? i - PREROLL : 0;

	if (!conf.recognizer || e->turn)
		return;
	e->turn = turn_take(HZ);
	if (!e->turn)
		die("no decoder");
	turn_ask(e->turn, &ask);
	memcpy(e->turn->audio, l->heard + (size_t)from * FRAME,
	       (size_t)(i - from) * FRAME * 2);
	e->turn->have = (size_t)(i - from) * FRAME;
	e->seen = 0;
	e->due = -1;
}

static void ears_close(struct ears *e)
{
	if (e->turn)
		turn_release(e->turn);
	e->turn = NULL;
}

/** The turn is over: the final result. */
static enum bargein_verdict ears_end(struct ears *e, struct bargein *b)
{
	const struct sphinx_result *r = &e->turn->result;
	enum bargein_verdict v = BARGEIN_NOTHING;

	e->turn->last = 1;
	turn_end(e->turn);
	turn_run(&e->turn->job);
	if (r->n)
		v = bargein_final(b, r->alt[0].text, r->alt[0].confidence);
	if (conf.verbose && r->n)
		printf("# final %d %s\n", r->alt[0].confidence,
		       r->alt[0].text);
	ears_close(e);
	return v;
}

/** @return text that became known with this frame, or NULL */
static const char *ears_hear(struct ears *e, const struct line *l, int i,
			     int hush)
{
	struct turn *t = e->turn;
	const char *known = NULL;

	if (!t)
		return NULL;
	if (e->due == i && t->partial[0])
		known = t->partial;
	if (t->have + FRAME > sizeof(t->audio) / 2)
		return known;
	memcpy(t->audio + t->have, l->heard + (size_t)i * FRAME, FRAME * 2);
	t->have += FRAME;
	if (++e->seen >= JOB_FRAMES || hush) {
		e->seen = 0;
		turn_run(&t->job);
		e->due = i + JOB_DELAY;
	}
	return known;
}

static struct outcome run(const struct line *l)
{
	struct outcome o = {.first_hold = -1, .first_cut = -1, .why = ""};
	struct ears ears = {.turn = NULL};
	struct endpoint e;
	struct bargein b;
	struct echo echo;
	struct vad v;

	vad_init(&v, HZ);
	echo_init(&echo, HZ);
	endpoint_init(&e, &endpoint_conf);
	bargein_init(&b, &bargein_conf);
	for (int i = 0; (size_t)i < l->n / FRAME; i++) {
		struct aframe heard = {.hz = HZ, .samples = FRAME};
		struct aframe played = heard;
		const int64_t now_us = (int64_t)(i + 1) * FRAME_US;
		enum bargein_verdict d = BARGEIN_NOTHING;
		enum endpoint_verdict turn;
		const char *text;
		float speech, like;

		memcpy(heard.s, l->heard + (size_t)i * FRAME, FRAME * 2);
		if (i) /* as call.c has it: what was sent the period before */
			memcpy(played.s, l->played + (size_t)(i - 1) * FRAME,
			       FRAME * 2);
		speech = vad_frame(&v, &heard);
		like = echo_frame(&echo, &played, &heard);
		turn = endpoint_frame(&e, speech * (1 - like), now_us);
		if (turn == ENDPOINT_BEGAN)
			ears_begin(&ears, l, i);
		text = ears_hear(&ears, l, i,
				 endpoint_wants_words(&e, now_us));
		d = bargein_frame(&b, speech, like, now_us);
		if (turn == ENDPOINT_ENDED && ears.turn && !o.cuts) {
			const enum bargein_verdict w = ears_end(&ears, &b);

			d = w == BARGEIN_NOTHING ? d : w;
		}
		if (turn == ENDPOINT_ENDED)
			ears_close(&ears);
		if (text) {
			const enum bargein_verdict w =
				bargein_partial(&b, text);

			endpoint_partial(&e, text, now_us);
			d = w == BARGEIN_NOTHING ? d : w;
		}
		o.holds += d == BARGEIN_PAUSE;
		o.resumes += d == BARGEIN_RESUME;
		if (d == BARGEIN_PAUSE && o.first_hold < 0)
			o.first_hold = i;
		if (d != BARGEIN_CUT)
			continue;
		o.why = b.why;
		if (o.first_cut < 0)
			o.first_cut = i;
		o.cuts++;
		bargein_reset(&b);
		if (conf.once)
			i = (int)(l->n / FRAME); /* the agent is silent now */
		if (conf.verbose)
			printf("# cut at %d ms, %s%s%s\n", i * FRAME_MS, o.why,
			       text ? ": " : "", text ? text : "");
	}
	ears_close(&ears);
	return o;
}

/* ---- tallies ----------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int quantile(int *ms, int n, double q)
{
	if (!n)
		return 0;
	qsort(ms, (size_t)n, sizeof(*ms), by_value);
	return ms[(int)((n - 1) * q + 0.5)];
}

static void bench_interruptions(float snr_db)
{
	int hold[LINES_MAX], cut[LINES_MAX], n = 0, n_cut = 0;
	const size_t at = 3 * HZ;

	for (size_t t = 0; t < COUNT(interruptions); t++) {
		for (int v = 0; v < VOICES; v++) {
			struct line l = line_new(8 * HZ);
			struct level_noise z;
			struct outcome o;
			size_t voiced;

			agent_talks(&l);
			(void)say(l.heard, at + t * 37, l.n, voices[v],
				  interruptions[t], CALLER_DB);
			voiced = first_voiced(l.heard, l.n);
			level_noise_init(&z, conf.seed + t);
			level_noise_add(&z, l.heard, l.n, CALLER_DB - snr_db);
			to_telephone(&l, conf.seed * 1000 + t);
			o = run(&l);
			/* the frame is whole; then it dies away */
			if (o.first_hold >= 0)
				hold[n++] = (int)(((size_t)o.first_hold + 1) *
							  FRAME * 1000 / HZ -
						  voiced * 1000 / HZ) +
					    FADE_MS;
			if (o.cuts)
				cut[n_cut++] = (o.first_cut + 1) * FRAME_MS -
					       (int)(voiced * 1000 / HZ);
			line_free(&l);
		}
	}
	printf("{\"bench\":\"bargein\",\"what\":\"interrupting\","
	       "\"snr_db\":%.0f,\"sentences\":%d,\"held\":%d,\"cut\":%d,"
	       "\"silent_p50_ms\":%d,\"silent_p90_ms\":%d,"
	       "\"silent_p99_ms\":%d,\"cut_p50_ms\":%d,"
	       "\"cut_p90_ms\":%d}\n",
	       (double)snr_db, (int)COUNT(interruptions) * VOICES, n, n_cut,
	       quantile(hold, n, 0.5), quantile(hold, n, 0.9),
	       quantile(hold, n, 0.99), quantile(cut, n_cut, 0.5),
	       quantile(cut, n_cut, 0.9));
	(void)fflush(stdout);
}

static void bench_nods(void)
{
	int n = 0, cuts = 0, holds = 0;

	for (size_t t = 0; t < COUNT(nods); t++) {
		for (int v = 0; v < VOICES; v++) {
			struct line l = line_new(7 * HZ);
			struct outcome o;

			agent_talks(&l);
			(void)say(l.heard, 3 * HZ + t * 37, l.n, voices[v],
				  nods[t], CALLER_DB - 4);
			to_telephone(&l, conf.seed * 1000 + t);
			o = run(&l);
			n++;
			cuts += o.cuts > 0;
			holds += o.holds > 0;
			if (conf.verbose && o.cuts)
				printf("# nod \"%s\" of %s cut\n", nods[t],
				       voices[v]);
			line_free(&l);
		}
	}
	printf("{\"bench\":\"bargein\",\"what\":\"nodding\",\"nods\":%d,"
	       "\"held\":%d,\"cut\":%d,\"not_cut_percent\":%.1f}\n",
	       n, holds, cuts, 100.0 * (n - cuts) / n);
	(void)fflush(stdout);
}

static void bench_echo(double gain_db)
{
	struct level_noise z;
	int cuts = 0, holds = 0;

	level_noise_init(&z, conf.seed);
	for (int m = 0; m < MINUTES; m++) {
		struct line l = line_new(MINUTE);
		struct outcome o;

		agent_talks(&l);
		add_echo(&l, 20 + 230 * draw(&z), gain_db,
			 conf.seed * 100 + (uint64_t)m);
		to_telephone(&l, conf.seed * 1000 + (uint64_t)m);
		o = run(&l);
		cuts += o.cuts;
		holds += o.holds;
		line_free(&l);
	}
	printf("{\"bench\":\"bargein\",\"what\":\"echo\",\"gain_db\":%.0f,"
	       "\"minutes\":%d,\"lines\":%d,\"cuts\":%d,\"holds\":%d}\n",
	       gain_db, MINUTES, MINUTES, cuts, holds);
	(void)fflush(stdout);
}

/** Two bursts of hiss, 120 and 160 ms, shaped like a breath let go. */
static void cough(int16_t *s, size_t n, float db, uint64_t seed)
{
	struct level_noise z;

	level_noise_init(&z, seed);
	for (size_t i = 0; i < n && i < HZ * 3 / 10; i++) {
		const int second = i >= HZ * 14 / 100;
		const double t = (double)(second ? i - HZ * 14 / 100 : i) / HZ;
		const double a = pow(10, (double)db / 20) * 32768 *
				 exp(-t / 0.05) * fmin(1, t / 0.005);

		s[i] = level_add(s[i],
				 (int32_t)lrint((draw(&z) - 0.5) * 3.4 * a));
	}
}

static void bench_noise(void)
{
	struct level_noise z;
	int cuts = 0, holds = 0;

	level_noise_init(&z, conf.seed);
	for (int m = 0; m < MINUTES; m++) {
		struct line l = line_new(MINUTE);
		struct level_noise hiss;
		struct outcome o;

		agent_talks(&l);
		for (size_t at = HZ; at + 2 * HZ < l.n; at += 2 * HZ)
			cough(l.heard + at + (size_t)(draw(&z) * HZ), HZ,
			      (float)(-30 + 15 * draw(&z)),
			      conf.seed * 7 + at);
		level_noise_init(&hiss, conf.seed + (uint64_t)m);
		for (size_t at = 0; at + 10 * HZ <= l.n; at += 20 * HZ)
			level_noise_add(&hiss, l.heard + at, 10 * HZ,
					(float)(-50 + 20 * draw(&z)));
		to_telephone(&l, conf.seed * 1000 + (uint64_t)m);
		o = run(&l);
		cuts += o.cuts;
		holds += o.holds;
		line_free(&l);
	}
	printf("{\"bench\":\"bargein\",\"what\":\"coughs and hiss\","
	       "\"minutes\":%d,\"coughs\":%d,\"cuts\":%d,\"holds\":%d}\n",
	       MINUTES, MINUTES * 29, cuts, holds);
	(void)fflush(stdout);
}

/* ---- main -------------------------------------------------------------- */

static void open_recognizer(void)
{
	struct sphinx_models *models;
	struct acoustic_prior *prior;
	char dir[SPHINX_PATH_BYTES + 16];
	const char *why;

	if (sphinx_models_open(&models, "", &why))
		die(why);
	(void)snprintf(dir, sizeof(dir), "%s/en-us", models->dir);
	if (acoustic_prior_open(&prior, dir) ||
	    leases_open(1, models, prior) || turns_open(1))
		die("cannot make a decoder");
}

static int wanted(const char *what)
{
	return !conf.only || !strcmp(conf.only, what);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"no-recognizer", 0, NULL, 'r'},
		{"seed", 1, NULL, 's'},
		{"only", 1, NULL, 'o'},
		{"verbose", 0, NULL, 'V'},
		{NULL, 0, NULL, 0}};
	static const double gains_db[] = {-10, -15, -20, -30};
	static const float snrs_db[] = {60, 20, 10};

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'r')
			conf.recognizer = 0;
		else if (c == 's')
			conf.seed = strtoull(optarg, NULL, 10);
		else if (c == 'o')
			conf.only = optarg;
		else if (c == 'V')
			conf.verbose++;
		else
			die("see the head of bench_bargein.c for its options");
	}
	if (conf.recognizer)
		open_recognizer();
	for (size_t i = 0; wanted("interrupting") && i < COUNT(snrs_db); i++)
		bench_interruptions(snrs_db[i]);
	if (wanted("nodding"))
		bench_nods();
	conf.once = 0;
	if (wanted("noise"))
		bench_noise();
	for (size_t i = 0; wanted("echo") && i < COUNT(gains_db); i++)
		bench_echo(gains_db[i]);
	return 0;
}
