/**
 * @file bench_endpoint.c  Is the caller cut off, and how long do they wait?
 *
 *   turns.txt --Flite, pauses--> mu-law --> VAD ─────────┐
 *                                   └─> recognizer ─text─┴─> endpoint
 *
 * Each line of tests/data/speech/turns.txt is said by every voice of its set,
 * with pauses drawn where people make them: often at a comma or after "um",
 * seldom between any two words. A pause of 200 ms or more in which the turn is
 * ended is a false cut-off. The delay is from the last audible sample.
 *
 * The same sound is judged by plain silence and by endpoint.c: without text,
 * with the partials of the embedded recognizer (as the daemon runs it, 200 ms
 * of sound a job) and with the words as they were said, each 100 ms after its
 * end, which is the most that text can give.
 *
 * The settings are swept; the setting for a budget of delay is chosen on the
 * tune set and then measured on the test set, which has other voices and
 * other texts.
 *
 *   bench_endpoint [--seeds N] [--noise DB] [--set tune|test] [--verbose]
 *                  [--no-recognizer]
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
#include "speech/endpoint.h"
#include "speech/vad.h"

enum {
	HZ = 8000,
	FRAME = HZ / 50,
	TURNS_MAX = 2000,
	TEXT_BYTES = 200,
	WORDS = 40,
	PARTIALS = 160,
	LEAD = HZ / 2,
	TAIL = 4 * HZ,
	PREROLL = 20,    /* [frames] as call/internal.h has it      */
	JOB_FRAMES = 10, /* sound that is worth a job: 200 ms       */
	HUSH_FRAMES = 3, /* of silence: words are wanted at once    */
	HUSH_AGAIN = 8,
	HEAR_ON = 100,   /* after the end                           */
	JOB_DELAY = 3,   /* [frames] till its words are there       */
	KNOWN_DELAY = 5, /* [frames] after a word's end             */
	KINDS = ASK_TEXT + 1,
	SWEEP = 13,
	CHOICES = 8,
	PAUSE_FRAMES = 10, /* shorter ones are no pauses              */
};

#define LEVEL_DB   (-20.0f)
#define AUDIBLE_DB 25.0f /* below the speech: its end */

static const char *const kind_names[KINDS] = {"open",     "yes_no", "name",
					      "integer",  "digits", "date",
					      "datetime", "choice", "text"};

enum set { TUNE, TEST, SETS };
static const char *const set_names[SETS] = {"tune", "test"};
static const char *const voices[SETS][3] = {{"rms", "kal16", NULL},
					    {"slt", "awb", NULL}};

enum text { TEXT_NONE, TEXT_HEARD, TEXT_KNOWN, TEXTS };
static const char *const text_names[TEXTS] = {"none", "recognizer", "known"};

struct partial {
	int at; /* [frames] when it is known */
	char text[TEXT_BYTES];
};

/** One turn, as far as it does not depend on how it is judged. */
struct turn_sound {
	enum set set;
	struct ask ask;
	char text[TEXT_BYTES];
	const char *voice;
	int frames, first, last; /* audible frames */
	float *speech;           /* speech[frames] */
	struct partial *partials[TEXTS];
	int n_partials[TEXTS];
};

static struct {
	int seeds, verbose, recognizer, only_set;
	float snr_db;
} conf = {.seeds = 2, .recognizer = 1, .only_set = -1, .snr_db = 30};

static struct turn_sound turns[TURNS_MAX];
static int n_turns;

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_endpoint: %s\n", what);
	exit(2);
}

static void *must(void *p)
{
	if (!p)
		die("no memory");
	return p;
}

/* ---- sound ------------------------------------------------------------- */

static float draw(struct level_noise *z)
{
	return (float)(level_noise_bits(z) >> 11 & 0xffffff) / 0x1000000;
}

/**
 * [ms] as people pause: log-normal, its middle at 60 ms and wide, and only
 * what is long enough to be taken for an end. Groups of digits are 200 to
 * 900 ms apart.
 */
static float draw_pause_ms(struct level_noise *z, enum ask_kind kind)
{
	if (kind == ASK_DIGITS)
		return 200 + 700 * draw(z);
	for (;;) {
		const float u = fmaxf(draw(z), 1e-6f), v = draw(z);
		const float normal =
			sqrtf(-2 * logf(u)) * cosf(6.2831853f * v);
		const float ms = 60 * expf(1.3f * normal);

		if (ms >= 150 && ms <= 3000)
			return ms;
	}
}

static int is_filler(const char *text, size_t end)
{
	while (end && (text[end - 1] == ',' || text[end - 1] == ' '))
		end--;
	return end >= 2 && (end == 2 || text[end - 3] == ' ') &&
	       (text[end - 2] == 'u') &&
	       (text[end - 1] == 'm' || text[end - 1] == 'h');
}

/** How often is a pause made behind the word that ends here? */
static float pause_chance(const char *text, size_t end)
{
	if (is_filler(text, end))
		return 0.6f;
	if (end && text[end - 1] == ',')
		return 0.6f;
	return 0.05f;
}

struct saying {
	int16_t *s;
	size_t n;
	int n_words;
	size_t word_end[WORDS]; /* [samples] */
	size_t word_byte[WORDS];
};

static void say(struct saying *y, const char *voice, const char *text,
		enum ask_kind kind, struct level_noise *z)
{
	struct pcm *p;
	size_t from = 0;

	if (flite_render(voice, HZ, text, &p))
		die("cannot synthesize");
	*y = (struct saying){0};
	y->s = must(calloc(LEAD + p->samples + TAIL + 30 * HZ, 2));
	y->n = LEAD;
	for (uint32_t i = 0; i < p->n_words && y->n_words < WORDS; i++) {
		const size_t end = p->words[i].end_sample;
		const size_t byte = p->words[i].end_byte;

		memcpy(y->s + y->n, p->s + from, (end - from) * 2);
		y->n += end - from;
		from = end;
		y->word_end[y->n_words] = y->n;
		y->word_byte[y->n_words++] = byte;
		if (i + 1 < p->n_words && draw(z) < pause_chance(text, byte)) {
			const float ms = draw_pause_ms(z, kind);

			y->n += (size_t)(ms * HZ / 1000);
		}
	}
	memcpy(y->s + y->n, p->s + from, (p->samples - from) * 2);
	y->n += p->samples - from + TAIL;
	y->n = y->n / FRAME * FRAME;
	pcm_unref(p);
}

static void to_telephone(struct saying *y, uint64_t seed, int *ret_first,
			 int *ret_last)
{
	const struct codec_ops *pcmu = codec_find("pcmu");
	struct level_noise z;
	uint8_t code[FRAME];

	level_gain(y->s, y->n, LEVEL_DB - level_speech_dbfs(y->s, y->n, HZ));
	*ret_first = -1;
	for (size_t at = 0; at < y->n; at += FRAME) {
		if (level_dbfs(y->s + at, FRAME) <= LEVEL_DB - AUDIBLE_DB)
			continue;
		*ret_last = (int)(at / FRAME);
		if (*ret_first < 0)
			*ret_first = *ret_last;
	}
	level_noise_init(&z, seed);
	level_noise_add(&z, y->s, y->n, LEVEL_DB - conf.snr_db);
	for (size_t at = 0; at < y->n; at += FRAME) {
		(void)pcmu->encode(NULL, y->s + at, FRAME, code, FRAME);
		(void)pcmu->decode(NULL, code, FRAME, y->s + at, FRAME);
	}
}

/* ---- text -------------------------------------------------------------- */

static void add_partial(struct turn_sound *t, enum text kind, int at,
			const char *text, size_t len)
{
	struct partial *p;

	if (t->n_partials[kind] == PARTIALS || len >= TEXT_BYTES)
		return;
	if (!t->partials[kind])
		t->partials[kind] =
			must(calloc(PARTIALS, sizeof(struct partial)));
	p = &t->partials[kind][t->n_partials[kind]];
	memcpy(p->text, text, len);
	p->text[len] = '\0';
	for (char *c = p->text; *c; c++)
		if (*c == ',')
			memmove(c, c + 1, strlen(c));
	p->at = at;
	t->n_partials[kind]++;
}

/** The recognizer as the daemon runs it: a job for every 200 ms of sound, and
 *  one whenever the caller has fallen silent. */
static void hear(struct turn_sound *t, const struct saying *y)
{
	struct turn *r;
	int began = 0, seen = 0, quiet = 0;

	while (began < t->frames && t->speech[began] < 0.5f)
		began++;
	began = began > PREROLL ? began - PREROLL : 0;
	r = turn_take(HZ);
	if (!r)
		die("no decoder");
	turn_ask(r, &t->ask);
	for (int i = began; i < t->frames && i < t->last + HEAR_ON; i++) {
		memcpy(r->audio + r->have, y->s + (size_t)i * FRAME,
		       FRAME * 2);
		r->have += FRAME;
		seen++;
		quiet = t->speech[i] < 0.4f ? quiet + 1 : 0;
		if (seen < JOB_FRAMES && quiet != HUSH_FRAMES &&
		    quiet != HUSH_AGAIN) /* endpoint_wants_words() */
			continue;
		seen = 0;
		turn_run(&r->job);
		add_partial(t, TEXT_HEARD, i + JOB_DELAY, r->partial,
			    strlen(r->partial));
	}
	turn_release(r);
}

static void make(enum set set, const struct ask *ask, const char *text,
		 const char *voice, uint64_t seed)
{
	struct turn_sound *t = &turns[n_turns];
	struct level_noise z;
	struct saying y;
	struct vad v;

	if (n_turns == TURNS_MAX)
		die("too many turns");
	level_noise_init(&z, seed);
	t->set = set;
	t->ask = *ask;
	t->voice = voice;
	(void)snprintf(t->text, sizeof(t->text), "%s", text);
	say(&y, voice, text, ask->kind, &z);
	to_telephone(&y, seed, &t->first, &t->last);
	t->frames = (int)(y.n / FRAME);
	t->speech = must(calloc((size_t)t->frames, sizeof(float)));
	vad_init(&v, HZ);
	for (int i = 0; i < t->frames; i++) {
		struct aframe f = {.hz = HZ, .samples = FRAME};

		memcpy(f.s, y.s + (size_t)i * FRAME, FRAME * 2);
		t->speech[i] = vad_frame(&v, &f);
	}
	for (int w = 0; w < y.n_words; w++)
		add_partial(t, TEXT_KNOWN,
			    (int)(y.word_end[w] / FRAME) + KNOWN_DELAY, text,
			    y.word_byte[w]);
	if (conf.recognizer)
		hear(t, &y);
	free(y.s);
	n_turns++;
}

static int kind_of(const char *name)
{
	for (int k = 0; k < KINDS; k++)
		if (!strcmp(kind_names[k], name))
			return k;
	die("unknown kind of question");
	return 0;
}

static void read_line(char *line, uint64_t number)
{
	char *part[4] = {line};
	struct ask ask = {.field_key = "", .description = ""};

	for (int i = 1; i < 4; i++) {
		part[i] = strchr(part[i - 1], '|');
		if (!part[i])
			die("a line has too few parts");
		*part[i]++ = '\0';
	}
	const enum set set = strcmp(part[0], "tune") ? TEST : TUNE;
	char *most = strchr(part[2], '-'), *save = NULL;
	const char **choices = must(calloc(CHOICES, sizeof(*choices)));
	char *list = must(strdup(part[2]));

	ask.kind = (enum ask_kind)kind_of(part[1]);
	ask.choices = choices; /* both live as long as the program */
	for (char *c = strtok_r(list, ";", &save);
	     c && ask.kind == ASK_CHOICE && ask.n_choices < CHOICES;
	     c = strtok_r(NULL, ";", &save))
		choices[ask.n_choices++] = c;
	ask.min_digits = (uint32_t)strtoul(part[2], NULL, 10);
	ask.max_digits = most ? (uint32_t)strtoul(most + 1, NULL, 10) : 0;
	if (conf.only_set >= 0 && conf.only_set != (int)set)
		return;
	for (int v = 0; voices[set][v]; v++)
		for (int k = 0; k < conf.seeds; k++)
			make(set, &ask, part[3], voices[set][v],
			     number * 100 + (uint64_t)(v * 10 + k));
}

static void read_turns(const char *path)
{
	char line[TEXT_BYTES];
	FILE *f = fopen(path, "re");
	uint64_t number = 0;

	if (!f)
		die("cannot read the turns");
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] && line[0] != '#')
			read_line(line, ++number);
	}
	(void)fclose(f);
}

/* ---- judging ----------------------------------------------------------- */

struct verdict {
	int pauses, cut;        /* of 200 ms and more, inside the turn */
	int delay_ms, eager_ms; /* after the true end */
	int eager_false; /* pauses that an eager end was taken back in */
	const char *why; /* of the first cut, else of the end */
	int cut_at;      /* [frames] the first; 0: none */
};

/** What decides: silence alone, or the rule. */
struct judge {
	const struct turn_sound *t;
	int wait_ms; /* silence alone; 0: the rule */
	enum text text;
	struct endpoint e;
	int next;            /* partial */
	int speaking, quiet; /* of silence alone */
};

static enum endpoint_verdict judge_frame(struct judge *j, int i)
{
	const struct turn_sound *t = j->t;
	const float p = t->speech[i];
	const int64_t now_us = (int64_t)(i + 1) * FRAME_US;

	if (j->wait_ms) {
		j->quiet = p < (j->speaking ? 0.4f : 0.5f) ? j->quiet + 1 : 0;
		j->speaking |= !j->quiet;
		return j->speaking && j->quiet * FRAME_MS >= j->wait_ms
			       ? ENDPOINT_ENDED
			       : ENDPOINT_NOTHING;
	}
	return endpoint_frame(&j->e, p, now_us);
}

/**
 * Each pause is judged on its own: where the turn was ended in one, that is
 * counted, and the caller is listened to as if it had not been.
 */
static struct verdict judge(const struct turn_sound *t, enum text text,
			    const struct endpoint_config *c, int wait_ms)
{
	struct judge j = {.t = t, .wait_ms = wait_ms, .text = text};
	struct verdict r = {.why = ""};
	int i, quiet = 0, held = 0, resumed = 0, eager = 0;

	endpoint_init(&j.e, c);
	endpoint_ask(&j.e, &t->ask);
	for (i = 0; i < t->frames; i++) {
		const struct endpoint before = j.e;
		enum endpoint_verdict v;

		while (j.next < t->n_partials[text] &&
		       t->partials[text][j.next].at <= i)
			endpoint_partial(&j.e,
					 t->partials[text][j.next++].text,
					 (int64_t)(i + 1) * FRAME_US);
		if (t->speech[i] >= 0.4f) {
			r.pauses += i > t->first && quiet >= PAUSE_FRAMES;
			r.cut += held;
			r.eager_false += resumed;
			quiet = held = resumed = 0;
		} else {
			quiet++;
		}
		if (held)
			continue;
		v = judge_frame(&j, i);
		resumed |= v == ENDPOINT_EAGER;
		if (v == ENDPOINT_EAGER)
			eager = i;
		if (v != ENDPOINT_ENDED)
			continue;
		if (!r.cut_at)
			r.why = wait_ms ? "silence" : j.e.why;
		if (i >= t->last)
			break;
		if (!r.cut_at)
			r.cut_at = i;
		held = 1;
		j.e = before;
	}
	r.delay_ms = (i - t->last) * FRAME_MS;
	r.eager_ms = (eager - t->last) * FRAME_MS;
	return r;
}

struct score {
	int turns, turns_cut, pauses, cut, false_eager;
	double delay_ms;
	int ms[TURNS_MAX], eager_ms[TURNS_MAX];
};

static void add(struct score *s, const struct verdict *v)
{
	s->pauses += v->pauses;
	s->cut += v->cut;
	s->false_eager += v->eager_false;
	s->turns_cut += v->cut_at > 0;
	s->delay_ms += v->delay_ms;
	s->eager_ms[s->turns] = v->eager_ms;
	s->ms[s->turns++] = v->delay_ms;
}

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int quantile(int *ms, int n, double q)
{
	if (!n)
		return 0;
	qsort(ms, (size_t)n, sizeof(*ms), by_value);
	return ms[(int)((n - 1) * q)];
}

static double cut_percent(const struct score *s)
{
	return s->pauses ? 100.0 * s->cut / s->pauses : 0;
}

static double mean_ms(const struct score *s)
{
	return s->turns ? s->delay_ms / s->turns : 0;
}

static struct endpoint_config config(int silence_ms)
{
	return (struct endpoint_config){
		.start_us = 60000,
		.min_silence_us = silence_ms * 300,
		.silence_us = silence_ms * 1000,
		.max_silence_us = 2500000,
		.max_turn_us = 30000000,
	};
}

/** @param kind  of question, -1: all @param wait_ms  silence alone; 0: the
 *  rule */
static void run(struct score *s, enum set set, int kind, enum text text,
		int silence_ms, int wait_ms)
{
	const struct endpoint_config c = config(silence_ms);

	memset(s, 0, sizeof(*s));
	for (int i = 0; i < n_turns; i++) {
		if (turns[i].set != set ||
		    (kind >= 0 && (int)turns[i].ask.kind != kind))
			continue;
		const struct verdict v = judge(&turns[i], text, &c, wait_ms);

		add(s, &v);
	}
}

/* ---- printing ---------------------------------------------------------- */

static void print(const char *what, enum set set, const char *text,
		  const char *kind, int silence_ms, struct score *s)
{
	printf("{\"bench\":\"endpoint\",\"what\":\"%s\",\"set\":\"%s\","
	       "\"text\":\"%s\",\"asked\":\"%s\",\"silence_ms\":%d,"
	       "\"turns\":%d,\"pauses\":%d,\"cut_off\":%.1f,"
	       "\"turns_cut\":%.1f,\"delay_mean_ms\":%.0f,"
	       "\"delay_p50_ms\":%d,\"delay_p90_ms\":%d,"
	       "\"eager_p50_ms\":%d,\"eager_taken_back\":%.1f}\n",
	       what, set_names[set], text, kind, silence_ms, s->turns,
	       s->pauses, cut_percent(s),
	       s->turns ? 100.0 * s->turns_cut / s->turns : 0, mean_ms(s),
	       quantile(s->ms, s->turns, 0.5), quantile(s->ms, s->turns, 0.9),
	       quantile(s->eager_ms, s->turns, 0.5),
	       s->pauses ? 100.0 * s->false_eager / s->pauses : 0);
	(void)fflush(stdout);
}

static void show(const struct turn_sound *t, enum text text, int silence_ms)
{
	const struct endpoint_config c = config(silence_ms);
	const struct verdict v = judge(t, text, &c, 0);
	const int at = v.cut_at ? v.cut_at : t->last + v.delay_ms / FRAME_MS;
	int i = t->n_partials[text];

	if (!v.cut_at && v.delay_ms < 600 && conf.verbose < 2)
		return;
	while (i > 0 && t->partials[text][i - 1].at > at)
		i--;
	printf("# %s %s %s %s \"%s\": %s %d ms, %s [%s]\n", set_names[t->set],
	       text_names[text], t->voice, kind_names[t->ask.kind], t->text,
	       v.cut_at ? "CUT" : "ok", (at - t->last) * FRAME_MS, v.why,
	       i ? t->partials[text][i - 1].text : "");
}

static const int sweep_ms[SWEEP] = {150, 200, 250, 300,  350,  400, 500,
				    600, 700, 850, 1000, 1300, 1800};

/** The setting of the tune set that holds the budget, on the test set. */
static void at_budget(enum text text, int delay_ms, double cut)
{
	static struct score tune, test;
	int best = sweep_ms[0];
	char what[40];

	for (int i = 0; i < SWEEP; i++) {
		run(&tune, TUNE, -1, text, sweep_ms[i], 0);
		if (delay_ms && mean_ms(&tune) <= delay_ms)
			best = sweep_ms[i];
		if (!delay_ms && cut_percent(&tune) > cut)
			best = sweep_ms[i < SWEEP - 1 ? i + 1 : i];
	}
	run(&test, TEST, -1, text, best, 0);
	if (delay_ms)
		(void)snprintf(what, sizeof(what), "budget %d ms", delay_ms);
	else
		(void)snprintf(what, sizeof(what), "budget %.0f %% cut off",
			       cut);
	print(what, TEST, text_names[text], "all", best, &test);
}

static void report(enum set set)
{
	static const int silences[] = {300, 500, 600, 700, 1000, 1600};
	static struct score s;

	for (size_t i = 0; i < sizeof(silences) / sizeof(*silences); i++) {
		run(&s, set, -1, TEXT_NONE, 600, silences[i]);
		print("silence alone", set, "none", "all", silences[i], &s);
	}
	for (int text = 0; text < TEXTS; text++) {
		if (text == TEXT_HEARD && !conf.recognizer)
			continue;
		for (int i = 0; i < SWEEP; i++) {
			run(&s, set, -1, (enum text)text, sweep_ms[i], 0);
			print("sweep", set, text_names[text], "all",
			      sweep_ms[i], &s);
		}
		for (int k = 0; k < KINDS; k++) {
			run(&s, set, k, (enum text)text, 600, 0);
			print("as shipped", set, text_names[text],
			      kind_names[k], 600, &s);
		}
		for (int i = 0; conf.verbose && i < n_turns; i++)
			if (turns[i].set == set && text != TEXT_NONE)
				show(&turns[i], (enum text)text, 600);
	}
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

static void read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"seeds", 1, NULL, 's'},         {"noise", 1, NULL, 'n'},
		{"set", 1, NULL, 'S'},           {"verbose", 0, NULL, 'V'},
		{"no-recognizer", 0, NULL, 'r'}, {NULL, 0, NULL, 0}};

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 's')
			conf.seeds = (int)strtol(optarg, NULL, 10);
		else if (c == 'n')
			conf.snr_db = strtof(optarg, NULL);
		else if (c == 'S')
			conf.only_set = strcmp(optarg, "tune") ? TEST : TUNE;
		else if (c == 'V')
			conf.verbose++;
		else if (c == 'r')
			conf.recognizer = 0;
		else
			die("see the head of bench_endpoint.c for its "
			    "options");
	}
}

int main(int argc, char **argv)
{
	read_options(argc, argv);
	if (conf.recognizer)
		open_recognizer();
	read_turns("tests/data/speech/turns.txt");
	for (int set = 0; set < SETS; set++)
		if (conf.only_set < 0 || conf.only_set == set)
			report((enum set)set);
	for (int text = 0; conf.only_set < 0 && text < TEXTS; text++) {
		if (text == TEXT_HEARD && !conf.recognizer)
			continue;
		at_budget((enum text)text, 300, 0);
		at_budget((enum text)text, 600, 0);
		at_budget((enum text)text, 0, 5);
	}
	return 0;
}
