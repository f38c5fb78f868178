/**
 * @file sphinx_models.c  What all decoders of the process are made from
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/sphinx_models.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "provider/lm.h"
#include "provider/phrases.h"

/* As if each list were so many sentences that somebody had noted: enough
 * that what the templates allow is hardly thinned for what they do not. */
#define LIST_WEIGHT 100000

#define DEBIAN_DIR "/usr/share/pocketsphinx/model/en-us"

/** What a kind of question is answered with; shares of a sum. */
static const struct {
	const struct phrase *list;
	double share;
} mixes[SPHINX_KINDS][4] = {
	[ASK_OPEN] = {{phrases_general, .5}, {phrases_open, .5}},
	[ASK_YES_NO] = {{phrases_general, .35}, {phrases_yes_no, .65}},
	[ASK_NAME] = {{phrases_general, .25}, {phrases_name, .75}},
	[ASK_INTEGER] = {{phrases_general, .25}, {phrases_integer, .75}},
	[ASK_DIGITS] = {{phrases_general, .25}, {phrases_digits, .75}},
	[ASK_DATE] = {{phrases_general, .25}, {phrases_date, .75}},
	[ASK_DATETIME] = {{phrases_general, .25},
			  {phrases_date, .3},
			  {phrases_time, .45}},
	[ASK_CHOICE] = {{phrases_general, .6}, {phrases_open, .4}},
	[ASK_TEXT] = {{phrases_general, .6}, {phrases_open, .4}},
};

static int add_list(struct lm *lm, const struct phrase *list, double share)
{
	double sum = 0;
	size_t n = 0;
	int err = 0;

	for (; list[n].text; n++)
		sum += list[n].weight;
	for (size_t i = 0; i < n && !err; i++) {
		err = lm_add(lm, list[i].text,
			     list[i].weight / sum * share * LIST_WEIGHT);
		if (err)
			log_error("stt", "phrase is not good text=\"%s\"",
				  list[i].text);
	}
	return err;
}

/** An anonymous file with what `fill` writes. @return descriptor, -errno */
static int text_file(const char *name, int (*fill)(FILE *f, void *arg),
		     void *arg)
{
	const int fd = memfd_create(name, MFD_CLOEXEC);
	int err = fd < 0 ? -errno : 0;
	FILE *f = NULL;

	if (!err) {
		const int copy = dup(fd);

		f = copy < 0 ? NULL : fdopen(copy, "w");
		err = f ? 0 : -errno;
		if (!f && copy >= 0)
			close(copy);
	}
	if (!err)
		err = fill(f, arg);
	if (f && fclose(f) && !err)
		err = -EIO;
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

static int fill_lm(FILE *f, void *arg)
{
	return lm_write(arg, f);
}

void sphinx_class_word(char *ret, size_t cap, const char *class_name,
		       const char *word, size_t len)
{
	(void)snprintf(ret, cap, "%.*s:%s", (int)len, word, class_name + 1);
}

static int write_class(const struct lexicon *x, const struct phrase_class *c,
		       FILE *f)
{
	int err = 0;

	for (const char *s = c->words; *s && !err;) {
		const size_t n = strcspn(s, " ");
		char word[LM_WORD_BYTES], alias[LM_WORD_BYTES * 2];

		(void)snprintf(word, sizeof(word), "%.*s", (int)n, s);
		sphinx_class_word(alias, sizeof(alias), c->name, s, n);
		err = lexicon_write(x, word, alias, f);
		s += n;
		s += strspn(s, " ");
	}
	return err;
}

struct dict_job {
	const struct lexicon *lexicon;
	const struct lm *all; /**< a model that has every word */
};

static int fill_dict(FILE *f, void *arg)
{
	const struct dict_job *j = arg;
	const char *w;
	int err = 0;

	for (uint32_t i = 0; !err && (w = lm_word(j->all, i)); i++)
		if (w[0] != '<' && w[0] != '$')
			err = lexicon_write(j->lexicon, w, w, f);
	for (const struct phrase_class *c = phrase_classes; !err && c->name;
	     c++)
		err = write_class(j->lexicon, c, f);
	return err;
}

static int make_dict(struct sphinx_models *m)
{
	static const struct phrase *const lists[] = {
		phrases_general, phrases_open,   phrases_yes_no, phrases_name,
		phrases_integer, phrases_digits, phrases_date,   phrases_time};
	struct dict_job j = {.lexicon = m->lexicon};
	struct lm *lm = NULL;
	int err = lm_new(&lm);

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && !err; i++)
		err = add_list(lm, lists[i], 1);
	if (!err) {
		j.all = lm;
		m->dict_fd = text_file("dictionary", fill_dict, &j);
		err = m->dict_fd < 0 ? m->dict_fd : 0;
	}
	lm_free(lm);
	return err;
}

static int make_lm(struct sphinx_models *m, int kind)
{
	struct lm *lm = NULL;
	int err = lm_new(&lm);

	for (size_t i = 0; i < 4 && mixes[kind][i].list && !err; i++)
		err = add_list(lm, mixes[kind][i].list, mixes[kind][i].share);
	if (!err) {
		m->lm_fd[kind] = text_file("language-model", fill_lm, lm);
		err = m->lm_fd[kind] < 0 ? m->lm_fd[kind] : 0;
	}
	lm_free(lm);
	return err;
}

/* ---- choices ----------------------------------------------------------- */

enum {
	CHOICE_BYTES = 256,
	CHOICES_BYTES = 16 * 1024,
};

/** Letters, apostrophes and blanks; what else is there parts words. */
static void plain_choice(char *ret, size_t cap, const char *s)
{
	size_t n = 0;

	for (; *s && n + 1 < cap; s++) {
		const unsigned char c = (unsigned char)*s;

		if (isalpha(c) || (c == '\'' && n))
			ret[n++] = (char)tolower(c);
		else if (n && ret[n - 1] != ' ')
			ret[n++] = ' ';
	}
	while (n && ret[n - 1] == ' ')
		n--;
	ret[n] = '\0';
}

/** "(pad thai|green curry)", and each choice's last word alone with less
 *  weight would invite mistakes: only whole choices. */
static int choice_group(char *ret, size_t cap, const char *const *choices,
			uint32_t n)
{
	struct strbuf b;
	uint32_t kept = 0;

	strbuf_over(&b, ret, cap);
	strbuf_addc(&b, '(');
	for (uint32_t i = 0; i < n && i < ASK_CHOICES_MAX; i++) {
		char plain[CHOICE_BYTES];

		plain_choice(plain, sizeof(plain), choices[i]);
		if (!plain[0])
			continue;
		if (kept++)
			strbuf_addc(&b, '|');
		strbuf_add(&b, plain);
	}
	strbuf_addc(&b, ')');
	return !strbuf_ok(&b) ? -EMSGSIZE : kept ? 0 : -ENOENT;
}

/** The frames of phrases_choice with the group in place of $choice. */
static int add_choices(struct lm *lm, const char *group)
{
	char *text = mem_alloc(CHOICES_BYTES + CHOICE_BYTES * 4);
	double sum = 0;
	int err = text ? 0 : -ENOMEM;

	for (const struct phrase *p = phrases_choice; p->text; p++)
		sum += p->weight;
	for (const struct phrase *p = phrases_choice; !err && p->text; p++) {
		const char *at = strstr(p->text, "$choice");
		const double weight = p->weight / sum * LIST_WEIGHT * .6;

		if (!at) {
			err = lm_add(lm, p->text, weight);
			continue;
		}
		(void)snprintf(text, CHOICES_BYTES + CHOICE_BYTES * 4,
			       "%.*s%s%s", (int)(at - p->text), p->text, group,
			       at + strlen("$choice"));
		err = lm_add(lm, text, weight);
	}
	mem_free(text);
	return err;
}

int sphinx_models_choices(const struct sphinx_models *m,
			  const char *const *choices, uint32_t n,
			  int *ret_dict_fd, int *ret_lm_fd)
{
	char *group = mem_alloc(CHOICES_BYTES);
	struct dict_job j = {.lexicon = m->lexicon};
	struct lm *lm = NULL;
	int dict_fd = -1, lm_fd = -1;
	int err = group ? lm_new(&lm) : -ENOMEM;

	if (!err)
		err = choice_group(group, CHOICES_BYTES, choices, n);
	if (!err)
		err = add_list(lm, phrases_general, .4);
	if (!err)
		err = add_choices(lm, group);
	if (!err) {
		j.all = lm;
		dict_fd = text_file("dictionary", fill_dict, &j);
		lm_fd = text_file("language-model", fill_lm, lm);
		err = dict_fd < 0 ? dict_fd : lm_fd < 0 ? lm_fd : 0;
	}
	if (err) {
		sphinx_models_choices_close(dict_fd, lm_fd);
	} else {
		*ret_dict_fd = dict_fd;
		*ret_lm_fd = lm_fd;
	}
	lm_free(lm);
	mem_free(group);
	return err;
}

void sphinx_models_choices_close(int dict_fd, int lm_fd)
{
	if (dict_fd >= 0)
		close(dict_fd);
	if (lm_fd >= 0)
		close(lm_fd);
}

/* ---- all --------------------------------------------------------------- */

int sphinx_models_open(struct sphinx_models **ret, const char *dir,
		       const char **ret_why)
{
	struct sphinx_models *m = mem_zalloc(sizeof(*m));
	char path[SPHINX_PATH_BYTES + 32];
	int err;

	*ret_why = "out of memory";
	if (!m)
		return -ENOMEM;
	m->dict_fd = -1;
	for (int i = 0; i < SPHINX_KINDS; i++)
		m->lm_fd[i] = -1;
	err = text_copy(m->dir, sizeof(m->dir), dir[0] ? dir : DEBIAN_DIR);
	(void)snprintf(path, sizeof(path), "%s/en-us/mdef", m->dir);
	if (!err && access(path, R_OK))
		err = -ENOENT;
	(void)snprintf(path, sizeof(path), "%s/cmudict-en-us.dict", m->dir);
	if (!err)
		err = lexicon_open(&m->lexicon, path);
	if (err) {
		*ret_why = "no acoustic model: install pocketsphinx-en-us, "
			   "or set stt.model_dir";
		goto out;
	}
	*ret_why = "language models cannot be built";
	err = make_dict(m);
	for (int i = 0; i < SPHINX_KINDS && !err; i++)
		err = make_lm(m, i);
	if (!err) {
		*ret = m;
		m = NULL;
	}
out:
	sphinx_models_close(m);
	return err;
}

struct sphinx_models *sphinx_models_close(struct sphinx_models *m)
{
	if (!m)
		return NULL;
	if (m->dict_fd >= 0)
		close(m->dict_fd);
	for (int i = 0; i < SPHINX_KINDS; i++)
		if (m->lm_fd[i] >= 0)
			close(m->lm_fd[i]);
	lexicon_close(m->lexicon);
	mem_free(m);
	return NULL;
}
