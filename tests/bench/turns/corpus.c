/**
 * @file corpus.c  Callers with labels to the sample
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/level.h"
#include "audio/wav.h"
#include "base/alloc.h"
#include "tests/bench/turns/corpus_internal.h"

enum {
	SCENES_MAX = 2000,
	LINE_BYTES = 4096,
	PAUSE_MS = 100,
	SCENE_SAMPLES_MAX = 16000 * 60,
};

#define LEVEL_LOW_DB  (-40.0f)
#define LEVEL_SPAN_DB 28.0f

static const struct {
	const char *name;
	enum ask_kind ask;
} kinds[] = {
	{"yes_no", ASK_YES_NO}, {"number", ASK_INTEGER},
	{"digits", ASK_DIGITS}, {"spelled", ASK_NAME},
	{"name", ASK_NAME},     {"date", ASK_DATETIME},
	{"address", ASK_TEXT},  {"choice", ASK_CHOICE},
};

size_t corpus_n(const struct corpus *c)
{
	return c->n;
}

/* ---- reading ------------------------------------------------------------ */

int corpus_open(struct corpus **ret, const char *folder, enum corpus_set set)
{
	const char *const name = set == CORPUS_TUNE ? "tune\t" : "test\t";
	struct corpus *c = mem_zalloc(sizeof(*c));
	char path[600], line[LINE_BYTES];
	FILE *f = NULL;
	int err = -ENOMEM;

	if (!c)
		return err;
	(void)snprintf(c->folder, sizeof(c->folder), "%s", folder);
	c->set = set;
	c->lines = mem_zalloc(SCENES_MAX * sizeof(*c->lines));
	if (!c->lines)
		goto out;
	(void)snprintf(path, sizeof(path), "%s/scenes.tsv", folder);
	f = fopen(path, "r");
	err = f ? 0 : -errno;
	while (!err && c->n < SCENES_MAX && fgets(line, sizeof(line), f)) {
		if (strncmp(line, name, strlen(name)) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		c->lines[c->n] = mem_strdup(line);
		if (!c->lines[c->n])
			err = -ENOMEM;
		else
			c->n++;
	}
	if (!err && !c->n)
		err = -ENOENT;
out:
	if (f)
		(void)fclose(f);
	if (err) {
		corpus_close(c);
		return err;
	}
	*ret = c;
	return 0;
}

struct corpus *corpus_close(struct corpus *c)
{
	if (!c)
		return NULL;
	for (size_t i = 0; i < c->n; i++)
		mem_free(c->lines[i]);
	mem_free(c->lines);
	for (int i = 0; i < 2 * CORPUS_NOISES; i++)
		mem_free(c->noise[i % 2][i / 2].s);
	mem_free(c);
	return NULL;
}

/* ---- scenes ------------------------------------------------------------- */

/** A clip of the scene and where it has come to lie. */
struct part {
	char *path, *text;
	uint32_t gap_ms;
	int16_t *s;
	size_t n;
	uint32_t at; /* [samples] */
	struct corpus_span voice;
};

static char *cut(char **at, char sign)
{
	char *begin = *at, *end = begin ? strchr(begin, sign) : NULL;

	if (end)
		*end++ = '\0';
	*at = end;
	return begin;
}

/** @return nonzero when the line is whole */
static int parse(struct corpus_scene *s, char *line, uint32_t *lead_ms,
		 struct part *parts, size_t *n_parts)
{
	char *head[6];

	for (int i = 0; i < 6; i++)
		if (!(head[i] = cut(&line, '\t')))
			return 0;
	(void)snprintf(s->kind, sizeof(s->kind), "%s", head[1]);
	(void)snprintf(s->voice, sizeof(s->voice), "%s", head[2]);
	s->human = head[3][0] == '1';
	*lead_ms = (uint32_t)strtoul(head[4], NULL, 10);
	s->seed = strtoull(head[5], NULL, 10);
	s->ask = ASK_OPEN;
	s->backchannel = !strcmp(s->kind, "backchannel");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, s->kind))
			s->ask = kinds[i].ask;
	while (line && *n_parts < CORPUS_PARTS) {
		struct part *p = &parts[*n_parts];
		char *one = cut(&line, '\t');

		p->path = cut(&one, '|');
		p->gap_ms =
			one ? (uint32_t)strtoul(cut(&one, '|'), NULL, 10) : 0;
		p->text = one;
		if (!p->text)
			return 0;
		(*n_parts)++;
	}
	return !line && *n_parts;
}

/** Gaps count between voices, not between the silences that programs put at
 *  the ends of their files. */
static int load_part(const struct corpus *c, struct part *p, uint32_t hz)
{
	struct corpus_span spans[CORPUS_SPANS];
	char path[700], why[WAV_WHY_BYTES];
	uint32_t n;
	int err;

	(void)snprintf(path, sizeof(path), "%s/%s", c->folder, p->path);
	err = wav_load(&p->s, &p->n, path, hz, why);
	if (err) {
		fprintf(stderr, "corpus: %s: %s\n", path, why);
		return err;
	}
	n = corpus_voice(spans, CORPUS_SPANS, p->s, p->n, hz);
	if (!n)
		return -ENODATA;
	p->voice = (struct corpus_span){spans[0].from, spans[n - 1].to};
	/* one loudness for the whole turn, however the clips were recorded */
	level_gain(p->s, p->n, -20 - level_speech_dbfs(p->s, p->n, hz));
	return 0;
}

static size_t lay_out(struct part *parts, size_t n, uint32_t hz,
		      uint32_t lead_ms, uint32_t tail_ms)
{
	/* the first voiced sample, then what follows it */
	size_t at = (size_t)lead_ms * hz / 1000;

	for (size_t i = 0; i < n; i++) {
		struct part *p = &parts[i];

		p->at = (uint32_t)at;
		at += p->voice.to - p->voice.from + p->gap_ms * hz / 1000;
	}
	at += (size_t)tail_ms * hz / 1000;
	return (at + hz / 50 - 1) / (hz / 50) * (hz / 50);
}

/** Add a clip, also the soft sound before and after its voice. */
static void add_part(struct corpus_scene *s, const struct part *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const int64_t to = (int64_t)p->at + (int64_t)i - p->voice.from;

		if (to >= 0 && to < (int64_t)s->n)
			s->s[to] = level_add(s->s[to], p->s[i]);
	}
}

static void add_word(struct corpus_scene *s, const char *text, size_t len,
		     uint32_t from, uint32_t to)
{
	struct corpus_word *w;

	if (s->n_words == CORPUS_WORDS)
		return;
	w = &s->words[s->n_words++];
	(void)snprintf(w->text, sizeof(w->text), "%.*s", (int)len, text);
	w->from = from;
	w->to = to;
}

/** @return nonzero when the synthesizer has told the ends of the words */
static int told_words(struct corpus_scene *s, const struct corpus *c,
		      const struct part *p)
{
	char path[720], line[128];
	uint32_t from = p->at;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s.words", c->folder, p->path);
	f = fopen(path, "r");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		char *word;
		const uint32_t end =
			(uint32_t)strtoul(line, &word, 10) * (s->hz / 1000);
		const uint32_t in = end > p->voice.to ? p->voice.to : end;
		const uint32_t to =
			p->at + (in > p->voice.from ? in - p->voice.from : 0);

		word += *word == ' ';
		add_word(s, word, strcspn(word, "\n"), from, to);
		from = to;
	}
	(void)fclose(f);
	return 1;
}

static void share_out_words(struct corpus_scene *s, const struct part *p)
{
	const uint32_t len = p->voice.to - p->voice.from;
	size_t all = 0, done = 0;

	for (const char *t = p->text; *t; t++)
		all += *t != ' ';
	for (const char *t = p->text; *t;) {
		const size_t n = strcspn(t, " ");
		const uint32_t from = (uint32_t)(len * done / all);

		done += n;
		add_word(s, t, n, p->at + from,
			 p->at + (uint32_t)(len * done / all));
		t += n + strspn(t + n, " ");
	}
	if (strchr(p->text, ' '))
		s->words_exact = 0;
}

static void find_words(struct corpus_scene *s, const struct corpus *c,
		       const struct part *parts, size_t n)
{
	size_t len = 0;

	s->words_exact = 1;
	for (size_t i = 0; i < n; i++) {
		if (!told_words(s, c, &parts[i]))
			share_out_words(s, &parts[i]);
		if (parts[i].text[0] && len < sizeof(s->text))
			len += (size_t)snprintf(s->text + len,
						sizeof(s->text) - len, "%s%s",
						len ? " " : "", parts[i].text);
	}
	s->words_exact = s->n_words ? s->words_exact : 0;
}

static void find_voice(struct corpus_scene *s)
{
	s->n_spans = corpus_voice(s->spans, CORPUS_SPANS, s->s, s->n, s->hz);
	s->n_pauses = 0;
	for (uint32_t i = 1; i < s->n_spans; i++) {
		const struct corpus_span gap = {s->spans[i - 1].to,
						s->spans[i].from};

		if (gap.to - gap.from >= s->hz * PAUSE_MS / 1000)
			s->pauses[s->n_pauses++] = gap;
	}
	s->from = s->n_spans ? s->spans[0].from : 0;
	s->to = s->n_spans ? s->spans[s->n_spans - 1].to : 0;
}

int corpus_scene(struct corpus_scene *ret, const struct corpus *c,
		 size_t index, uint32_t hz, float level_dbfs, uint32_t tail_ms)
{
	struct part parts[CORPUS_PARTS] = {{0}};
	struct corpus_scene *s = mem_zalloc(sizeof(*s));
	char *line = mem_strdup(c->lines[index]);
	uint32_t lead_ms = 0;
	size_t n_parts = 0;
	int err = s && line ? 0 : -ENOMEM;

	if (err)
		goto out;
	s->index = index;
	s->hz = hz;
	if (!parse(s, line, &lead_ms, parts, &n_parts))
		err = -EBADMSG;
	for (size_t i = 0; !err && i < n_parts; i++)
		err = load_part(c, &parts[i], hz);
	if (err)
		goto out;
	s->n = lay_out(parts, n_parts, hz, lead_ms, tail_ms);
	s->s = s->n > SCENE_SAMPLES_MAX ? NULL : mem_zalloc(s->n * 2);
	if (!s->s) {
		err = -ENOMEM;
		goto out;
	}
	for (size_t i = 0; i < n_parts; i++)
		add_part(s, &parts[i]);
	find_voice(s);
	find_words(s, c, parts, n_parts);

	struct level_noise z;

	level_noise_init(&z, s->seed);
	s->level_dbfs =
		level_dbfs <= 0
			? level_dbfs
			: LEVEL_LOW_DB + LEVEL_SPAN_DB *
						 (float)(level_noise_bits(&z) %
							 1001) /
						 1000;
	level_gain(s->s, s->n,
		   s->level_dbfs - level_speech_dbfs(s->s, s->n, hz));
	*ret = *s;
out:
	for (size_t i = 0; i < n_parts; i++)
		mem_free(parts[i].s);
	mem_free(line);
	mem_free(s);
	return err;
}

void corpus_scene_done(struct corpus_scene *s)
{
	s->s = mem_free(s->s);
}
