/**
 * @file flite.c  Flite's voices: text in, one stretch of sound out
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/flite.h"

#include <ctype.h>
#include <errno.h>
#include <flite/flite.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "audio/level.h"
#include "audio/resample.h"
#include "base/alloc.h"
#include "base/limits.h"

#define LEVEL_DBFS  (-20.0f) /* what telephone networks carry speech at */
#define GAIN_MAX_DB 18.0f    /* kal16 needs 8; more is rubbish or noise */

enum {
	/* Silence that is kept around the words: clauses are said one after
	 * the other, so their edges are the pauses between them. */
	LEAD_MS = 30,
	TAIL_MS = 100,
	TAIL_END_MS = 220, /* after . ! ? */
	WORDS_MAX = LIMIT_TEXT_BYTES / 2 + 1,
};

cst_voice *register_cmu_us_slt(const char *voxdir);
cst_voice *register_cmu_us_rms(const char *voxdir);
cst_voice *register_cmu_us_awb(const char *voxdir);
cst_voice *register_cmu_us_kal16(const char *voxdir);
cst_voice *register_cmu_us_kal(const char *voxdir);
cst_lexicon *cmu_lex_init(void);

struct voice {
	const char *name;
	cst_voice *(*make)(const char *voxdir);
	cst_voice *v;
	pthread_mutex_t lock;
};

/* The first is the default. */
static struct voice voices[] = {
	{"slt", register_cmu_us_slt, NULL, PTHREAD_MUTEX_INITIALIZER},
	{"rms", register_cmu_us_rms, NULL, PTHREAD_MUTEX_INITIALIZER},
	{"awb", register_cmu_us_awb, NULL, PTHREAD_MUTEX_INITIALIZER},
	{"kal16", register_cmu_us_kal16, NULL, PTHREAD_MUTEX_INITIALIZER},
	{"kal", register_cmu_us_kal, NULL, PTHREAD_MUTEX_INITIALIZER},
};
enum { VOICES = sizeof(voices) / sizeof(voices[0]) };

static pthread_once_t started = PTHREAD_ONCE_INIT;
static cst_lexicon *lexicon;

static void start(void)
{
	flite_init();
	lexicon = cmu_lex_init();
	for (unsigned i = 0; i < VOICES; i++)
		voices[i].v = voices[i].make(NULL);
}

static struct voice *voice_find(const char *name)
{
	if (!name[0])
		return &voices[0];
	for (unsigned i = 0; i < VOICES; i++)
		if (!strcmp(voices[i].name, name))
			return &voices[i];
	return NULL;
}

const char *flite_voice_name(const char *name)
{
	const struct voice *v = voice_find(name);

	return v ? v->name : NULL;
}

const char *flite_voice_at(unsigned i)
{
	return i < VOICES ? voices[i].name : NULL;
}

/* ---- text -------------------------------------------------------------- */

/** ASCII for the synthesizer, and where each byte of it came from. */
struct plain {
	size_t len;
	char s[LIMIT_TEXT_BYTES + 1];
	uint32_t from[LIMIT_TEXT_BYTES + 1];
};

/* Latin letters with marks (U+00C0..U+017F) to the letter alone. */
static const char latin[] =
	"AAAAAAACEEEEIIIIDNOOOOO OUUUUYTsaaaaaaaceeeeiiiidnooooo ouuuuyty"
	"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLl?"
	"?LlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

static char plain_char(uint32_t c)
{
	if (c < 0x20)
		return ' ';
	if (c < 0x7f)
		return (char)c;
	if (c >= 0xc0 && c - 0xc0 < sizeof(latin) - 1)
		return latin[c - 0xc0];
	if (c == 0x2018 || c == 0x2019)
		return '\'';
	if (c == 0x201c || c == 0x201d)
		return '"';
	if (c == 0x2013 || c == 0x2014 || c == 0x2026)
		return ','; /* a dash or dots between words: a pause */
	return ' ';
}

/** One code point; rubbish counts as one byte. @return bytes */
static size_t next_char(const unsigned char *s, uint32_t *ret)
{
	const size_t n = s[0] < 0x80   ? 1
			 : s[0] < 0xc0 ? 0
			 : s[0] < 0xe0 ? 2
			 : s[0] < 0xf0 ? 3
			 : s[0] < 0xf8 ? 4
				       : 0;
	uint32_t c = n == 1 ? s[0] : s[0] & (0xffu >> (n + 1));

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			*ret = ' ';
			return 1;
		}
		c = c << 6 | (s[i] & 0x3fu);
	}
	*ret = n ? c : ' ';
	return n ? n : 1;
}

static int plain_make(struct plain *p, const char *text)
{
	const size_t len = strlen(text);

	if (len > LIMIT_TEXT_BYTES)
		return -EMSGSIZE;
	p->len = 0;
	for (size_t i = 0; i < len;) {
		uint32_t c;
		const size_t n =
			next_char((const unsigned char *)text + i, &c);

		p->s[p->len] = plain_char(c);
		p->from[p->len++] = (uint32_t)(i + n);
		i += n;
	}
	p->s[p->len] = '\0';
	return 0;
}

/* ---- sound ------------------------------------------------------------- */

static float word_end_s(const cst_item *token)
{
	float end = -1.0f;

	for (cst_item *d = item_daughter(token); d; d = item_next(d)) {
		const cst_item *w = item_as(d, "Word");
		const cst_item *seg =
			w ? path_to_item(w, "R:SylStructure.daughtern."
					    "daughtern.R:Segment")
			  : NULL;

		if (seg)
			end = item_feat_float(seg, "end");
	}
	return end;
}

/** Tokens with the end of their sound and of their bytes. @return count */
static uint32_t word_marks(cst_utterance *u, const struct plain *t,
			   uint32_t hz, struct pcm_word *w, uint32_t cap)
{
	size_t at = 0;
	uint32_t n = 0, last = 0;

	for (const cst_item *k = relation_head(utt_relation(u, "Token"));
	     k && n < cap; k = item_next(k)) {
		const char *name = item_feat_string(k, "name");
		const char *found = strstr(t->s + at, name);
		const float end_s = word_end_s(k);

		if (!found)
			continue;
		at = (size_t)(found - t->s) + strlen(name);
		while (at < t->len && ispunct((unsigned char)t->s[at]))
			at++;
		if (end_s < 0 || at == 0)
			continue;
		const uint32_t end = (uint32_t)(end_s * (float)hz);
		if (n && end <= last)
			continue;
		w[n].end_sample = last = end;
		w[n++].end_byte = t->from[at - 1];
	}
	return n;
}

/** Where sound begins and ends, by the loudest sample of 5 ms. */
static void bounds(const int16_t *s, size_t n, uint32_t hz, size_t *ret_from,
		   size_t *ret_to)
{
	const size_t step = hz / 200;
	const int gate = 150; /* -47 dBFS; Flite's silence is below 20 */
	size_t from = n, to = 0;

	for (size_t i = 0; i < n; i++) {
		if (abs(s[i]) < gate)
			continue;
		if (from == n)
			from = i / step * step;
		to = i + 1;
	}
	*ret_from = from == n ? 0 : from;
	*ret_to = from == n ? 0 : to;
}

static size_t tail_samples(const struct plain *t, uint32_t hz)
{
	size_t i = t->len;

	while (i && (isspace((unsigned char)t->s[i - 1]) ||
		     strchr("\"')", t->s[i - 1])))
		i--;
	const int end = i && strchr(".!?", t->s[i - 1]) != NULL;
	return hz / 1000 * (end ? TAIL_END_MS : TAIL_MS);
}

static void set_level(struct pcm *p)
{
	const float now = level_speech_dbfs(p->s, p->samples, p->hz);
	float gain = LEVEL_DBFS - now;

	if (now <= LEVEL_SILENCE_DBFS)
		return;
	level_gain(p->s, p->samples, gain > GAIN_MAX_DB ? GAIN_MAX_DB : gain);
}

/** Cut out of the wave what is kept. @param w  w[n_words], moved along */
static int trim(struct pcm **ret, const cst_wave *wave, const struct plain *t,
		struct pcm_word *w, uint32_t n_words)
{
	const uint32_t hz = (uint32_t)wave->sample_rate;
	const size_t n = (size_t)wave->num_samples;
	const size_t lead = hz / 1000 * LEAD_MS;
	size_t from, to;
	struct pcm *p;

	bounds(wave->samples, n, hz, &from, &to);
	from = from > lead ? from - lead : 0;
	to += tail_samples(t, hz);
	to = to > n ? n : to;

	const int err = pcm_new(&p, hz, (uint32_t)(to - from), n_words);
	if (err)
		return err;
	memcpy(p->s, wave->samples + from, (to - from) * sizeof(p->s[0]));
	for (uint32_t i = 0; i < n_words; i++) {
		const uint32_t e = w[i].end_sample;

		p->words[i].end_byte = w[i].end_byte;
		p->words[i].end_sample = e < from ? 0
					 : e > to ? (uint32_t)(to - from)
						  : e - (uint32_t)from;
	}
	set_level(p);
	*ret = p;
	return 0;
}

static int synthesize(struct pcm **ret, struct voice *v, const struct plain *t)
{
	struct pcm_word *w = mem_alloc(WORDS_MAX * sizeof(*w));
	int err = -EIO;

	if (!w)
		return -ENOMEM;
	pthread_mutex_lock(&v->lock);
	cst_utterance *u = flite_synth_text(t->s, v->v);
	const cst_wave *wave = u ? utt_wave(u) : NULL;
	if (wave && wave->num_samples > 0) {
		const uint32_t n = word_marks(
			u, t, (uint32_t)wave->sample_rate, w, WORDS_MAX);

		err = trim(ret, wave, t, w, n);
	}
	if (u)
		delete_utterance(u);
	pthread_mutex_unlock(&v->lock);
	mem_free(w);
	return err;
}

int flite_render(const char *voice, uint32_t hz, const char *text,
		 struct pcm **ret)
{
	struct voice *v = voice_find(voice);
	struct plain *t;
	struct pcm *raw = NULL;
	int err;

	if (!v || (hz != 8000 && hz != 16000))
		return -EINVAL;
	t = mem_alloc(sizeof(*t));
	if (!t)
		return -ENOMEM;
	err = plain_make(t, text);
	if (!err && t->s[strspn(t->s, " .,!?;:'\"()-")] == '\0')
		err = pcm_new(&raw, hz, hz / 1000 * TAIL_MS, 0); /* a pause */
	else if (!err) {
		(void)pthread_once(&started, start);
		err = v->v ? synthesize(&raw, v, t) : -EIO;
	}
	if (!err)
		err = resample_pcm(ret, raw, hz);
	pcm_unref(raw);
	mem_free(t);
	return err;
}

/* ---- pronunciation ----------------------------------------------------- */

int flite_pronounce(char *ret, size_t cap, const char *word)
{
	size_t n = 0;
	int err = -ENOENT;

	(void)pthread_once(&started, start);
	cst_val *phones = lex_lookup(lexicon, word, NULL, NULL);
	for (const cst_val *p = phones; p; p = val_cdr(p)) {
		const char *s = val_string(val_car(p));
		const size_t len = strcspn(s, "012");

		if (n + len + 2 > cap) {
			err = -EMSGSIZE;
			break;
		}
		if (n)
			ret[n++] = ' ';
		if (!strncmp(s, "ax", len)) { /* Flite's name of the schwa */
			ret[n++] = 'A';
			ret[n++] = 'H';
		} else {
			for (size_t i = 0; i < len; i++)
				ret[n++] = (char)toupper((unsigned char)s[i]);
		}
		err = 0;
	}
	if (cap)
		ret[err ? 0 : n] = '\0';
	delete_val(phones);
	return err;
}
