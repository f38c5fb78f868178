/**
 * @file provider.c  The tables of recognizers and synthesizers
 *
 * A driver more is one line here; language models have theirs in llm.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "provider/provider.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "conf/settings.h"
#include "provider/engines.h"
#include "provider/workers.h"

enum {
	JOBS_MAX = 1024, /* waiting for workers: 8 s of work at 8 ms a job */
	WORKERS_MIN = 2, /* so that a long job never holds up everything */
	WORKERS_MAX = 64,
};

static const struct stt_ops *const stts[] = {
	&stt_pocketsphinx,
};

static const struct tts_ops *const ttses[] = {
	&tts_flite,
};

const struct stt_ops *stt_find(const char *name)
{
	for (size_t i = 0; i < sizeof(stts) / sizeof(stts[0]); i++)
		if (!strcmp(stts[i]->name, name))
			return stts[i];
	return NULL;
}

const struct tts_ops *tts_find(const char *name)
{
	for (size_t i = 0; i < sizeof(ttses) / sizeof(ttses[0]); i++)
		if (!strcmp(ttses[i]->name, name))
			return ttses[i];
	return NULL;
}

static unsigned worker_count(const struct settings *conf)
{
	long n = conf->workers > 0 ? (long)conf->workers
				   : sysconf(_SC_NPROCESSORS_ONLN);

	if (n < WORKERS_MIN)
		n = WORKERS_MIN;
	return (unsigned)(n > WORKERS_MAX ? WORKERS_MAX : n);
}

int providers_open(const struct settings *conf, struct workers **ret,
		   const char **ret_why)
{
	int err = 0;

	*ret_why = "out of memory";
	if (!strcmp(conf->tts_provider, tts_flite.name))
		err = tts_flite_engine_open(conf, ret_why);
	if (!err && !strcmp(conf->stt_provider, stt_pocketsphinx.name))
		err = stt_pocketsphinx_engine_open(conf, ret_why);
	if (!err)
		err = workers_new(ret, worker_count(conf), JOBS_MAX);
	if (err)
		providers_close(NULL);
	return err;
}

void providers_close(struct workers *w)
{
	workers_free(w);
	stt_pocketsphinx_engine_close();
	tts_flite_engine_close();
}
