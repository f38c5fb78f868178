/**
 * @file provider.h  What drivers are given, and the tables of drivers
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include "provider/llm.h"
#include "provider/stt.h"
#include "provider/tts.h"

struct loop;
struct settings;
struct workers;

/** Lent to every session for its life. */
struct provider_env {
	struct loop *loop;           /**< of the shard                 */
	const struct settings *conf; /**< borrowed until process exit  */
	struct workers *workers;     /**< shared by all shards         */
};

/** @return the driver of that name, or NULL; borrowed for ever */
const struct stt_ops *stt_find(const char *name);
const struct tts_ops *tts_find(const char *name);
const struct llm_ops *llm_find(const char *name);

/**
 * Load what embedded engines share (acoustic model, voices, phrase corpus),
 * once, before the shards start. Only what the settings name is loaded.
 * @return 0, -ENOENT (a model is not installed; *ret_why says which package),
 *         -ENOMEM
 */
int providers_open(const struct settings *conf, struct workers **ret,
		   const char **ret_why);

/** End workers, free models. NULL is fine. */
void providers_close(struct workers *w);

#endif /* PROVIDER_PROVIDER_H */
