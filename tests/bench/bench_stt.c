/**
 * @file bench_stt.c  How well the embedded recognizer hears a telephone
 *
 *   sentence --flite voice--> 8 kHz --noise--> mu-law --> recognizer --> text
 *
 * One "call" a voice, noise and seed: the sentences of a file in an order
 * drawn from the seed, recognized one after the other as turns of one call.
 * An answer is right when the engine reads the same values and intentions
 * from what was heard as from what was said. JSON lines: one a voice and
 * noise, then one a kind of question.
 *
 *   bench_stt [--seeds N] [--first SEED] [--noise DB|none|both] [--hz HZ]
 *             [--voices a,b,c] [--kind name] [--sentences FILE]
 *             [--verbose]
 *
 * A voice with a / in it is a folder of recorded words (recorded.h); it says
 * the sentences that it has words for.
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
#include "audio/resample.h"
#include "base/clock.h"
#include "dialog/engine_state.h"
#include "dialog/nlu.h"
#include "provider/acoustic.h"
#include "provider/flite.h"
#include "provider/phrases.h"
#include "provider/sphinx.h"
#include "provider/voice.h"
#include "recorded.h"

enum {
	SENTENCES_MAX = 512,
	TEXT_BYTES = 256,
	KINDS = ASK_TEXT + 1,
	VOICES_MAX = 8,
	FRAMES_MAX = 3000,
	LEAD_MS = 300,
	TAIL_MS = 600,
};

#define CLEAN 99.0f

static const char *const kind_names[KINDS] = {"open",     "yes_no", "name",
					      "integer",  "digits", "date",
					      "datetime", "choice", "text"};
static const char *const field_types[KINDS] = {"text",
					       "text",
					       "text",
					       "integer",
					       "digit_sequence",
					       "date",
					       "datetime",
					       "multiple_choice",
					       "text"};

struct sentence {
	enum ask_kind kind;
	char text[TEXT_BYTES];
};

struct score {
	unsigned n, right, in_best, exact, words, errors;
	unsigned sure, sure_right; /* which the engine does not ask back */
	double conf_right, conf_wrong;
	float pitch_hz; /* of the last call */
	double audio_s, compute_s;
	int64_t slowest_us;
};

static struct {
	int seeds, first, only_kind, verbose;
	uint32_t hz;
	const char *file;
	float noise[2];
	int n_noise;
	char *voice[VOICES_MAX];
	int n_voices;
} conf = {.seeds = 1,
	  .first = 1,
	  .only_kind = -1,
	  .hz = 8000,
	  .file = "tests/data/speech/sentences.txt",
	  .noise = {CLEAN, 20.0f},
	  .n_noise = 2};

static struct sentence sentences[SENTENCES_MAX];
static unsigned n_sentences;
static struct acoustic *ears;
static struct sphinx *decoder;
static float spectra[FRAMES_MAX][MEL_BANDS];
static float ceps[FRAMES_MAX][ACOUSTIC_CEPS];
static struct score by_kind[KINDS];

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_stt: %s\n", what);
	exit(2);
}

/* ---- sentences --------------------------------------------------------- */

static void read_sentences(void)
{
	char line[TEXT_BYTES];
	FILE *f = fopen(conf.file, "re");

	if (!f)
		die("cannot read the sentences");
	while (fgets(line, sizeof(line), f) && n_sentences < SENTENCES_MAX) {
		char *bar = strchr(line, '|');
		struct sentence *s = &sentences[n_sentences];
		int kind = 0;

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || !bar)
			continue;
		*bar = '\0';
		while (kind < KINDS && strcmp(kind_names[kind], line) != 0)
			kind++;
		if (kind == KINDS)
			die("unknown kind of question");
		s->kind = (enum ask_kind)kind;
		(void)snprintf(s->text, sizeof(s->text), "%s", bar + 1);
		n_sentences++;
	}
	(void)fclose(f);
}

static uint32_t draw(struct level_noise *z, uint32_t n)
{
	return (uint32_t)(level_noise_bits(z) >> 11) % n;
}

/** A name by its frequency: the front of the list is common. */
static void draw_name(struct level_noise *z, char *out, size_t cap,
		      const char *list)
{
	uint32_t rank = 1;

	/* 1 / rank, cut off: steps of a factor of e^(1/4) */
	while (rank < 300 && draw(z, 100) < 78)
		rank = rank + rank / 4 + 1;
	rank = draw(z, rank < 400 ? rank : 400);
	while (rank-- && strchr(list, ' '))
		list = strchr(list, ' ') + 1;
	(void)snprintf(out, cap, "%.*s", (int)strcspn(list, " "), list);
}

static void draw_digits(struct level_noise *z, char *out, size_t cap, int n)
{
	static const char *const names[] = {"zero",  "one",  "two", "three",
					    "four",  "five", "six", "seven",
					    "eight", "nine", "oh"};
	const int oh = (int)draw(z, 2);

	out[0] = '\0';
	for (int i = 0; i < n; i++) {
		const uint32_t d = draw(z, 10);
		const size_t at = strlen(out);

		(void)snprintf(out + at, cap - at, "%s%s", i ? " " : "",
			       names[d == 0 && oh ? 10 : d]);
	}
}

static void fill_in(struct level_noise *z, char *out, size_t cap,
		    const char *text)
{
	static const char *const numbers[] = {
		"one",     "two",       "three",    "four",     "five",
		"six",     "seven",     "eight",    "nine",     "ten",
		"eleven",  "twelve",    "thirteen", "fourteen", "fifteen",
		"sixteen", "seventeen", "eighteen", "nineteen", "twenty"};
	size_t n = 0;

	out[0] = '\0';
	while (*text && n + 1 < cap) {
		const size_t len = strcspn(text + 1, " ") + 1;
		char word[TEXT_BYTES] = "", last[64];

		if (text[0] != '$') {
			out[n++] = *text++;
			out[n] = '\0';
			continue;
		}
		if (!strncmp(text, "$name", len)) {
			draw_name(z, word, sizeof(word), names_first);
			draw_name(z, last, sizeof(last), names_last);
			const size_t at = strlen(word);
			(void)snprintf(word + at, sizeof(word) - at, " %s",
				       last);
		} else if (!strncmp(text, "$first", len)) {
			draw_name(z, word, sizeof(word), names_first);
		} else if (!strncmp(text, "$last", len)) {
			draw_name(z, word, sizeof(word), names_last);
		} else if (!strncmp(text, "$number", len)) {
			(void)snprintf(word, sizeof(word), "%s",
				       numbers[draw(z, 20)]);
		} else if (!strncmp(text, "$pin", len)) {
			draw_digits(z, word, sizeof(word), 4);
		} else if (!strncmp(text, "$phone7", len)) {
			draw_digits(z, word, sizeof(word), 7);
		} else if (!strncmp(text, "$phone10", len)) {
			draw_digits(z, word, sizeof(word), 10);
		} else {
			die("unknown thing to draw");
		}
		n += (size_t)snprintf(out + n, cap - n, "%s", word);
		text += len;
	}
}

/* ---- sound ------------------------------------------------------------- */

/** "five five five zero one" is spoken in groups, as people do. */
static void phrase_digits(char *out, size_t cap, const char *text)
{
	int run = 0;
	size_t n = 0;

	while (*text && n + 3 < cap) {
		const size_t len = strcspn(text, " ");
		static const char *const digits[] = {
			"zero", "one",   "two",   "three", "four", "five",
			"six",  "seven", "eight", "nine",  "oh"};
		int is_digit = 0;

		for (int i = 0; i < 11; i++)
			is_digit |= strlen(digits[i]) == len &&
				    !strncmp(text, digits[i], len);
		run = is_digit ? run + 1 : 0;
		memcpy(out + n, text, len);
		n += len;
		text += len;
		if ((run == 3 || run == 6) && *text)
			out[n++] = ',';
		if (*text)
			out[n++] = *text++;
	}
	out[n] = '\0';
}

/** @param ret  free() @return samples, 0: this voice cannot say that */
static size_t speak(int16_t **ret, const char *voice, const char *text,
		    uint64_t seed)
{
	char spoken[TEXT_BYTES * 2];
	struct pcm *p;
	size_t n;

	phrase_digits(spoken, sizeof(spoken), text);
	if (strchr(voice, '/')) {
		*ret = malloc(RECORDED_SAMPLES * sizeof(**ret));
		if (!*ret)
			die("no memory");
		return recorded_render(*ret, voice, conf.hz, spoken, seed);
	}
	if (flite_render(voice, conf.hz, spoken, &p))
		die("cannot synthesize");
	n = p->samples;
	*ret = malloc(n * sizeof(**ret));
	if (!*ret)
		die("no memory");
	memcpy(*ret, p->s, n * sizeof(**ret));
	pcm_unref(p);
	return n;
}

/** As it comes out of a telephone. @return NULL: cannot be said */
static int16_t *telephone(const char *voice, const char *text, float snr_db,
			  uint64_t seed, size_t *ret_n)
{
	const struct codec_ops *pcmu = codec_find("pcmu");
	const size_t lead = conf.hz / 1000 * LEAD_MS,
		     tail = conf.hz / 1000 * TAIL_MS;
	struct level_noise z;
	int16_t *voiced;
	const size_t len = speak(&voiced, voice, text, seed);
	const size_t n = lead + len + tail;

	if (!len) {
		free(voiced);
		return NULL;
	}
	int16_t *s = calloc(n, sizeof(*s));
	uint8_t *wire = malloc(n);
	if (!s || !wire)
		die("no memory");
	memcpy(s + lead, voiced, len * sizeof(*s));
	free(voiced);
	if (snr_db < CLEAN) {
		level_noise_init(&z, seed);
		level_noise_at_snr(&z, s, n, conf.hz, snr_db);
	}
	if (pcmu->encode(NULL, s, n, wire, n) < 0 ||
	    pcmu->decode(NULL, wire, n, s, n) < 0)
		die("cannot encode");
	free(wire);
	*ret_n = n;
	return s;
}

/* ---- recognizing ------------------------------------------------------- */

/** What is kept from turn to turn. */
struct caller {
	struct voice voice;
	struct acoustic_line line;
};

static void recognize(const struct sentence *s, const int16_t *sound, size_t n,
		      struct caller *c, struct sphinx_result *ret)
{
	static struct mel mel;
	const struct ask ask = {
		.kind = s->kind, .field_key = "", .description = ""};
	const float warp = voice_warp(&c->voice);
	size_t used, frames;

	voice_hear(&c->voice, sound, n, conf.hz);
	if (fabsf(voice_warp(&c->voice) - warp) > 0)
		c->line = (struct acoustic_line){0};
	(void)mel_init(&mel, conf.hz, voice_warp(&c->voice));
	frames = mel_run(&mel, sound, n, &used, spectra, FRAMES_MAX);
	frames = acoustic_turn(ears, spectra, frames, mel.bands, &c->line,
			       ceps);
	ret->n = 0;
	if (!frames || sphinx_start(decoder, &ask))
		return;
	sphinx_feed(decoder, (const float(*)[ACOUSTIC_CEPS])ceps, frames, 1);
	sphinx_finish(decoder, ret);
}

/* ---- scoring ----------------------------------------------------------- */

static unsigned word_errors(const char *ref, const char *hyp, unsigned *words)
{
	enum { WORDS = 64 };
	const char *a[WORDS], *b[WORDS];
	char x[TEXT_BYTES * 2], y[TEXT_BYTES * 2], *save;
	unsigned na = 0, nb = 0, d[WORDS + 1], diag;

	(void)snprintf(x, sizeof(x), "%s", ref);
	(void)snprintf(y, sizeof(y), "%s", hyp);
	for (char *w = strtok_r(x, " ", &save); w && na < WORDS;
	     w = strtok_r(NULL, " ", &save))
		a[na++] = w;
	for (char *w = strtok_r(y, " ", &save); w && nb < WORDS;
	     w = strtok_r(NULL, " ", &save))
		b[nb++] = w;
	for (unsigned j = 0; j <= nb; j++)
		d[j] = j;
	for (unsigned i = 1; i <= na; i++) {
		diag = d[0];
		d[0] = i;
		for (unsigned j = 1; j <= nb; j++) {
			unsigned c = diag + (strcmp(a[i - 1], b[j - 1]) != 0);

			if (d[j] + 1 < c)
				c = d[j] + 1;
			if (d[j - 1] + 1 < c)
				c = d[j - 1] + 1;
			diag = d[j];
			d[j] = c;
		}
	}
	*words = na;
	return d[nb];
}

/** Everything the engine reads from a text, as one comparable line. */
static void meaning(char *ret, size_t cap, enum ask_kind kind,
		    const char *text)
{
	static const struct nlu_today today = {2026, 11, 21, 12, 0, NULL};
	const struct ask ask = {
		.kind = kind, .field_key = "", .description = ""};
	struct nlu_acts a;
	struct nlu_value v;
	const int has =
		kind != ASK_OPEN && kind != ASK_YES_NO &&
		nlu_value(&v, field_types[kind], &ask, text, &today) == 0;

	nlu_acts(&a, text, &ask);
	(void)snprintf(ret, cap, "%d%d%d%d%d%d %s %s", a.yes, a.no, a.repeat,
		       a.wait, a.human, a.goodbye,
		       a.question || a.request ? a.query : "",
		       has ? v.json : "");
}

static int same_meaning(enum ask_kind kind, const char *said,
			const char *heard)
{
	char a[NLU_TEXT_MAX * 3], b[NLU_TEXT_MAX * 3];

	meaning(a, sizeof(a), kind, said);
	meaning(b, sizeof(b), kind, heard);
	return !strcmp(a, b);
}

static void add_score(struct score *sc, const struct sentence *s,
		      const struct sphinx_result *r, double audio_s,
		      int64_t compute_us)
{
	const char *heard = r->n ? r->alt[0].text : "";
	const int conf1 = r->n ? r->alt[0].confidence : 0;
	const int right = same_meaning(s->kind, s->text, heard);
	int in_best = right;
	unsigned words;

	for (uint32_t i = 1; i < r->n; i++)
		in_best |= same_meaning(s->kind, s->text, r->alt[i].text);
	sc->n++;
	sc->right += right;
	sc->in_best += in_best;
	sc->exact += !strcmp(s->text, heard);
	sc->errors += word_errors(s->text, heard, &words);
	sc->words += words;
	*(right ? &sc->conf_right : &sc->conf_wrong) += conf1;
	sc->sure += conf1 >= ENGINE_SURE;
	sc->sure_right += conf1 >= ENGINE_SURE && right;
	sc->audio_s += audio_s;
	sc->compute_s += (double)compute_us / 1e6;
	if (compute_us > sc->slowest_us)
		sc->slowest_us = compute_us;
}

static void print_score(const char *key, const char *name, float snr_db,
			const struct score *s)
{
	char noise[16] = "\"both\"";
	const unsigned wrong = s->n - s->right;

	if (!s->n)
		return;
	if (snr_db >= CLEAN)
		(void)snprintf(noise, sizeof(noise), "null");
	else if (snr_db >= 0)
		(void)snprintf(noise, sizeof(noise), "%.0f", (double)snr_db);
	printf("{\"bench\":\"stt\",\"%s\":\"%s\",\"snr_db\":%s,\"n\":%u,"
	       "\"pitch_hz\":%.0f,\"right\":%.1f,\"in_5_best\":%.1f,\"word_"
	       "error\":%.1f,"
	       "\"confidence_right\":%.0f,\"confidence_wrong\":%.0f,"
	       "\"sure\":%.1f,\"sure_right\":%.1f,"
	       "\"real_time\":%.3f,\"slowest_ms\":%.0f}\n",
	       key, name, noise, s->n, (double)s->pitch_hz,
	       100.0 * s->right / s->n, 100.0 * s->in_best / s->n,
	       100.0 * s->errors / (s->words ? s->words : 1),
	       s->right ? s->conf_right / s->right : 0,
	       wrong ? s->conf_wrong / wrong : 0, 100.0 * s->sure / s->n,
	       100.0 * s->sure_right / (s->sure ? s->sure : 1),
	       s->compute_s / s->audio_s, (double)s->slowest_us / 1000);
	(void)fflush(stdout);
}

static void show(const struct sentence *s, const char *voice, float snr_db,
		 const struct sphinx_result *r)
{
	const char *heard = r->n ? r->alt[0].text : "";
	const int right = same_meaning(s->kind, s->text, heard);

	if (conf.verbose < 2 && right)
		return;
	printf("# %s %s %.0f %s said \"%s\"", right ? "ok " : "BAD", voice,
	       (double)snr_db, kind_names[s->kind], s->text);
	for (uint32_t i = 0; i < r->n && i < 3; i++)
		printf(" [%d %s]", r->alt[i].confidence, r->alt[i].text);
	printf("\n");
}

/* ---- calls ------------------------------------------------------------- */

static void run_call(const char *voice, float snr_db, int seed,
		     struct score *sc)
{
	unsigned order[SENTENCES_MAX];
	struct caller caller = {0};
	struct level_noise z;

	level_noise_init(&z, (uint64_t)seed);
	for (unsigned i = 0; i < n_sentences; i++)
		order[i] = i;
	for (unsigned i = n_sentences; i > 1; i--) {
		const unsigned k = draw(&z, i), t = order[k];

		order[k] = order[i - 1];
		order[i - 1] = t;
	}
	for (unsigned i = 0; i < n_sentences; i++) {
		struct sentence s = sentences[order[i]];
		struct sphinx_result r;
		size_t n;

		fill_in(&z, s.text, sizeof(s.text), sentences[order[i]].text);
		if (conf.only_kind >= 0 && (int)s.kind != conf.only_kind)
			continue;
		int16_t *sound = telephone(voice, s.text, snr_db,
					   (uint64_t)seed * 1000 + i, &n);
		if (!sound)
			continue;
		const int64_t began_us = clock_now_us();
		recognize(&s, sound, n, &caller, &r);
		const int64_t took_us = clock_now_us() - began_us;
		add_score(sc, &s, &r, (double)n / conf.hz, took_us);
		add_score(&by_kind[s.kind], &s, &r, (double)n / conf.hz,
			  took_us);
		if (conf.verbose)
			show(&s, voice, snr_db, &r);
		free(sound);
	}
	sc->pitch_hz = voice_pitch_hz(&caller.voice);
}

static void set_voices(char *list)
{
	char *save;

	conf.n_voices = 0;
	for (char *v = strtok_r(list, ",", &save);
	     v && conf.n_voices < VOICES_MAX; v = strtok_r(NULL, ",", &save))
		conf.voice[conf.n_voices++] = v;
}

static void set_noise(const char *s)
{
	if (!strcmp(s, "both"))
		return;
	conf.n_noise = 1;
	conf.noise[0] = !strcmp(s, "none") ? CLEAN : strtof(s, NULL);
}

static void read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"seeds", 1, NULL, 's'},     {"first", 1, NULL, 'f'},
		{"noise", 1, NULL, 'n'},     {"hz", 1, NULL, 'h'},
		{"voices", 1, NULL, 'v'},    {"kind", 1, NULL, 'k'},
		{"sentences", 1, NULL, 'i'}, {"verbose", 0, NULL, 'V'},
		{NULL, 0, NULL, 0}};

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (c) {
		case 's':
			conf.seeds = (int)strtol(optarg, NULL, 10);
			break;
		case 'f':
			conf.first = (int)strtol(optarg, NULL, 10);
			break;
		case 'n':
			set_noise(optarg);
			break;
		case 'h':
			conf.hz = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'v':
			set_voices(optarg);
			break;
		case 'k':
			for (int k = 0; k < KINDS; k++)
				if (!strcmp(kind_names[k], optarg))
					conf.only_kind = k;
			break;
		case 'i':
			conf.file = optarg;
			break;
		case 'V':
			conf.verbose++;
			break;
		default:
			die("see the head of bench_stt.c for its options");
		}
	}
}

int main(int argc, char **argv)
{
	static char usual[] = "rms,awb,kal16";
	struct sphinx_models *models;
	struct acoustic_prior *prior;
	char dir[SPHINX_PATH_BYTES + 16];
	const char *why;
	struct score all = {0};

	set_voices(usual);
	read_options(argc, argv);
	read_sentences();
	if (sphinx_models_open(&models, "", &why))
		die(why);
	(void)snprintf(dir, sizeof(dir), "%s/en-us", models->dir);
	if (acoustic_prior_open(&prior, dir) || acoustic_new(&ears, prior) ||
	    sphinx_new(&decoder, models))
		die("cannot make a decoder");
	for (int v = 0; v < conf.n_voices; v++) {
		for (int k = 0; k < conf.n_noise; k++) {
			struct score sc = {0};

			for (int i = 0; i < conf.seeds; i++)
				run_call(conf.voice[v], conf.noise[k],
					 conf.first + i, &sc);
			print_score("voice", conf.voice[v], conf.noise[k],
				    &sc);
		}
	}
	for (int k = 0; k < KINDS; k++) {
		const struct score *s = &by_kind[k];

		print_score("ask", kind_names[k], -1, s);
		all.n += s->n;
		all.right += s->right;
		all.in_best += s->in_best;
		all.sure += s->sure;
		all.sure_right += s->sure_right;
		all.words += s->words;
		all.errors += s->errors;
		all.conf_right += s->conf_right;
		all.conf_wrong += s->conf_wrong;
		all.audio_s += s->audio_s;
		all.compute_s += s->compute_s;
		if (s->slowest_us > all.slowest_us)
			all.slowest_us = s->slowest_us;
	}
	print_score("ask", "all", -1, &all);
	sphinx_free(decoder);
	acoustic_free(ears);
	acoustic_prior_close(prior);
	sphinx_models_close(models);
	return 0;
}
