/**
 * @file sphinx.c  One decoder: cepstra in, weighed hypotheses out
 *
 * SPDX-License-Identifier: MIT
 */

#include <errno.h>
#include <math.h>
#include <pocketsphinx.h>
#include <pthread.h>
#include <sphinxbase/err.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "provider/lm.h"
#include "provider/phrases.h"
#include "provider/sphinx.h"
#include "provider/sphinx_rank.h"

enum {
	CLASS_WORDS_MAX = 4096,
	FRAMES_A_STEP = 64, /* the engine's buffer of live features is 256 */
};

#define RANK_OFFSET 10.0 /* odds of the r-th name: 1 / (r + offset) */
#define LM_SCALE    6.5  /* the engine's -lw: power of every probability */

struct sphinx {
	const struct sphinx_models *models;
	ps_decoder_t *ps;
	/* For choices: a decoder of its own, since words cannot be taken
	 * out of one again. Made anew when the choices change. */
	ps_decoder_t *choice_ps;
	uint64_t choice_hash;
	ps_decoder_t *now; /**< the one in use between start and finish */
};

/* ---- making ------------------------------------------------------------ */

static pthread_once_t quiet_once = PTHREAD_ONCE_INIT;

static void quiet(void)
{
	err_set_logfp(NULL);
}

static ps_decoder_t *decoder_new(const struct sphinx_models *m, int dict_fd)
{
	char hmm[SPHINX_PATH_BYTES + 16], dict[64];
	ps_decoder_t *ps = NULL;

	(void)pthread_once(&quiet_once, quiet);
	(void)snprintf(hmm, sizeof(hmm), "%s/en-us", m->dir);
	(void)snprintf(dict, sizeof(dict), "/proc/self/fd/%d", dict_fd);
	/* People pause between the groups of a number more than in the
	 * texts that 0.005 was made for. */
	cmd_ln_t *conf = cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", hmm,
				     "-dict", dict, "-silprob", "0.05", "-lw",
				     "6.5", "-topn", "8", NULL);
	if (conf) {
		ps = ps_init(conf);
		cmd_ln_free_r(conf);
	}
	/* Our frames come with their mean taken away. */
	if (ps)
		ps_get_feat(ps)->cmn = CMN_NONE;
	return ps;
}

/** Scratch for handing a class over. */
struct class_words {
	char text[CLASS_WORDS_MAX][LM_WORD_BYTES + 8];
	char *word[CLASS_WORDS_MAX];
	float odds[CLASS_WORDS_MAX];
};

static int add_class(ngram_model_t *lm, const struct phrase_class *c,
		     struct class_words *w)
{
	double sum = 0, rest = 1;
	int n = 0;

	if (ngram_wid(lm, c->name) == ngram_unknown_wid(lm))
		return 0; /* this model has no place for it */
	for (const char *s = c->words; *s && n + 1 < CLASS_WORDS_MAX; n++) {
		const size_t len = strcspn(s, " ");

		sphinx_class_word(w->text[n], sizeof(w->text[n]), c->name, s,
				  len);
		w->word[n] = w->text[n];
		w->odds[n] = c->ranked ? (float)(1 / (n + RANK_OFFSET)) : 1;
		sum += w->odds[n];
		s += len;
		s += strspn(s, " ");
	}
	/* The engine scales what it knows of the class, but not what it knows
	 * inside it: without the power a name out of two thousand would cost
	 * no more than a common word. It also wants odds that sum to one: the
	 * rest goes to a word that nobody can say. */
	for (int i = 0; i < n; i++) {
		w->odds[i] = (float)pow(w->odds[i] / sum, LM_SCALE);
		rest -= (double)w->odds[i];
	}
	(void)snprintf(w->text[n], sizeof(w->text[n]), "rest%s", c->name);
	w->word[n] = w->text[n];
	w->odds[n++] = (float)rest;
	return ngram_model_add_class(lm, c->name, 1, w->word, w->odds, n) < 0
		       ? -EIO
		       : 0;
}

static int add_search(ps_decoder_t *ps, const char *name, int lm_fd)
{
	struct class_words *w = mem_alloc(sizeof(*w));
	char path[64];
	int err = w ? 0 : -ENOMEM;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", lm_fd);
	ngram_model_t *lm =
		err ? NULL
		    : ngram_model_read(ps_get_config(ps), path, NGRAM_ARPA,
				       ps_get_logmath(ps));
	if (!err && !lm)
		err = -EIO;
	for (const struct phrase_class *c = phrase_classes; !err && c->name;
	     c++)
		err = add_class(lm, c, w);
	if (!err && ps_set_lm(ps, name, lm) < 0)
		err = -EIO;
	if (lm)
		ngram_model_free(lm);
	mem_free(w);
	return err;
}

static void search_name(char ret[16], int kind)
{
	(void)snprintf(ret, 16, "kind%d", kind);
}

int sphinx_new(struct sphinx **ret, const struct sphinx_models *m)
{
	struct sphinx *s = mem_zalloc(sizeof(*s));
	int err = s ? 0 : -ENOMEM;

	if (err)
		return err;
	s->models = m;
	s->ps = decoder_new(m, m->dict_fd);
	err = s->ps ? 0 : -ENOMEM;
	for (int kind = 0; kind < SPHINX_KINDS && !err; kind++) {
		char name[16];

		search_name(name, kind);
		err = add_search(s->ps, name, m->lm_fd[kind]);
	}
	if (err) {
		sphinx_free(s);
		return err;
	}
	*ret = s;
	return 0;
}

struct sphinx *sphinx_free(struct sphinx *s)
{
	if (!s)
		return NULL;
	if (s->ps)
		ps_free(s->ps);
	if (s->choice_ps)
		ps_free(s->choice_ps);
	mem_free(s);
	return NULL;
}

/* ---- choices ----------------------------------------------------------- */

static uint64_t hash_choices(const struct ask *ask)
{
	uint64_t h = TEXT_SUM;

	for (uint32_t i = 0; i < ask->n_choices; i++)
		h = text_sum(h, ask->choices[i]);
	return h;
}

static ps_decoder_t *choice_decoder(const struct sphinx_models *m,
				    const struct ask *ask)
{
	int dict_fd = -1, lm_fd = -1;
	ps_decoder_t *ps = NULL;
	char name[16];

	search_name(name, ASK_CHOICE);
	if (sphinx_models_choices(m, ask->choices, ask->n_choices, &dict_fd,
				  &lm_fd))
		return NULL;
	ps = decoder_new(m, dict_fd);
	if (ps && add_search(ps, name, lm_fd)) {
		ps_free(ps);
		ps = NULL;
	}
	sphinx_models_choices_close(dict_fd, lm_fd);
	return ps;
}

/** @return the decoder that knows these words */
static ps_decoder_t *decoder_for(struct sphinx *s, const struct ask *ask)
{
	if (ask->kind != ASK_CHOICE || ask->n_choices == 0)
		return s->ps;

	const uint64_t hash = hash_choices(ask);

	if (!s->choice_ps || s->choice_hash != hash) {
		if (s->choice_ps)
			ps_free(s->choice_ps);
		s->choice_ps = choice_decoder(s->models, ask);
		s->choice_hash = hash;
	}
	return s->choice_ps ? s->choice_ps : s->ps;
}

/* ---- decoding ---------------------------------------------------------- */

int sphinx_start(struct sphinx *s, const struct ask *ask)
{
	char name[16];

	if (s->now)
		(void)ps_end_utt(s->now); /* left behind by a cancelled turn */
	s->now = decoder_for(s, ask);
	search_name(name,
		    (int)ask->kind < SPHINX_KINDS ? (int)ask->kind : ASK_OPEN);
	if (ps_set_search(s->now, name) < 0 || ps_start_utt(s->now) < 0) {
		s->now = NULL;
		return -EIO;
	}
	return 0;
}

void sphinx_feed(struct sphinx *s, const float (*cep)[ACOUSTIC_CEPS], size_t n,
		 int whole)
{
	/* The engine takes rows, and changes them. */
	enum { ROWS = 4096 };
	mfcc_t *row[ROWS];

	if (!s->now || n == 0)
		return;
	for (size_t at = 0; at < n;) {
		const size_t most = whole ? ROWS : FRAMES_A_STEP;
		const size_t k = n - at < most ? n - at : most;

		for (size_t i = 0; i < k; i++)
			row[i] = (mfcc_t *)(uintptr_t)cep[at + i];
		if (ps_process_cep(s->now, row, (int)k, FALSE,
				   whole && k == n) < 0)
			return;
		at += k;
	}
}

int sphinx_partial(struct sphinx *s, char *ret, size_t cap)
{
	int32 score;

	ret[0] = '\0';
	if (s->now)
		sphinx_text(ret, cap, ps_get_hyp(s->now, &score));
	return ret[0] ? 0 : -ENOENT;
}

void sphinx_finish(struct sphinx *s, struct sphinx_result *ret)
{
	if (!s->now)
		return;
	(void)ps_end_utt(s->now);
	if (ret)
		sphinx_rank(s->now, ret);
	s->now = NULL;
}
