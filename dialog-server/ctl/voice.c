/**
 * @file voice.c  What a simulated caller says, as sound of the telephone
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/voice.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audio/level.h"
#include "audio/pcm.h"
#include "audio/wav.h"
#include "base/alloc.h"
#include "provider/flite.h"

enum { CLIPS_MAX = SCRIPT_STEPS_MAX + SCRIPT_RULES_MAX, WHERE_BYTES = 32 };

struct clip {
	const struct script_act *act;
	int16_t *s;
	size_t n;
};

struct voices {
	unsigned n;
	struct clip clips[CLIPS_MAX];
};

/* "line 7: ", or nothing for what stands in no file. */
static const char *where(const struct clip *c, char text[WHERE_BYTES])
{
	text[0] = '\0';
	if (c->act->line)
		(void)snprintf(text, WHERE_BYTES, "line %u: ", c->act->line);

	return text;
}

static int render(struct clip *c, const char *voice, char *why)
{
	const char *text = c->act->text;
	struct pcm *pcm = NULL;
	char at[WHERE_BYTES];
	int err = flite_render(voice, VOICE_HZ, text, &pcm);

	if (err) {
		(void)snprintf(why, SCRIPT_WHY_BYTES,
			       "%s\"%.60s\" cannot be said: error %d",
			       where(c, at), text, err);
		return err;
	}
	c->s = mem_alloc(pcm->samples * sizeof(*c->s));
	if (c->s) {
		memcpy(c->s, pcm->s, pcm->samples * sizeof(*c->s));
		c->n = pcm->samples;
		level_gain(c->s, c->n,
			   (float)VOICE_DBFS -
				   level_speech_dbfs(c->s, c->n, VOICE_HZ));
	}
	pcm_unref(pcm);

	return c->s ? 0 : -ENOMEM;
}

static int load(struct clip *c, char *why)
{
	char wrong[WAV_WHY_BYTES] = "", at[WHERE_BYTES];
	int err = wav_load(&c->s, &c->n, c->act->text, VOICE_HZ, wrong);

	if (err)
		(void)snprintf(why, SCRIPT_WHY_BYTES, "%s%.300s: %s",
			       where(c, at), c->act->text, wrong);

	return err;
}

static int add(struct voices *v, const struct script *s,
	       const struct script_act *act, char *why)
{
	struct clip *c = &v->clips[v->n];
	int err = 0;

	if (act->kind != ACT_SAY && act->kind != ACT_WAV)
		return 0;
	c->act = act;
	err = act->kind == ACT_SAY ? render(c, s->voice, why) : load(c, why);
	if (!err)
		++v->n;

	return err;
}

static int check_voice(const struct script *s, char *why)
{
	size_t len;

	if (flite_voice_name(s->voice))
		return 0;

	len = (size_t)snprintf(
		why, SCRIPT_WHY_BYTES,
		"there is no voice \"%.60s\"; there are:", s->voice);
	for (unsigned i = 0; flite_voice_at(i); i++)
		len += (size_t)snprintf(why + len, SCRIPT_WHY_BYTES - len,
					" %s", flite_voice_at(i));

	return -EINVAL;
}

int voices_new(struct voices **ret, const struct script *s, char *why)
{
	struct voices *v;
	int err = check_voice(s, why);

	if (err)
		return err;
	v = mem_zalloc(sizeof(*v));
	if (!v) {
		(void)snprintf(why, SCRIPT_WHY_BYTES, "out of memory");
		return -ENOMEM;
	}

	for (unsigned i = 0; !err && i < s->n_steps; i++)
		err = add(v, s, &s->steps[i].act, why);
	for (unsigned i = 0; !err && i < s->n_rules; i++)
		err = add(v, s, &s->rules[i].act, why);
	if (err) {
		voices_free(v);
		return err;
	}
	*ret = v;

	return 0;
}

const int16_t *voices_find(const struct voices *v,
			   const struct script_act *act, size_t *ret_n)
{
	for (unsigned i = 0; i < v->n; i++)
		if (v->clips[i].act == act) {
			*ret_n = v->clips[i].n;
			return v->clips[i].s;
		}

	return NULL;
}

struct voices *voices_free(struct voices *v)
{
	if (v)
		for (unsigned i = 0; i < CLIPS_MAX; i++)
			mem_free(v->clips[i].s);

	return mem_free(v);
}
