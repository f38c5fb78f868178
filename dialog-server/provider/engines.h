/**
 * @file engines.h  What embedded engines share in a process
 *
 * Opened once by providers_open() before the shards start, read by every
 * session after that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_ENGINES_H
#define PROVIDER_ENGINES_H

#include "provider/provider.h"

extern const struct tts_ops tts_flite;
extern const struct stt_ops stt_pocketsphinx;

/** Voices and the phrase cache. @return 0, -EINVAL (no such voice),
 *  -ENOMEM */
int tts_flite_engine_open(const struct settings *conf, const char **ret_why);
void tts_flite_engine_close(void);

/** Acoustic model, dictionary, language models, decoders.
 *  @return 0, -ENOENT (the model is not there), -ENOMEM */
int stt_pocketsphinx_engine_open(const struct settings *conf,
				 const char **ret_why);
void stt_pocketsphinx_engine_close(void);

#endif /* PROVIDER_ENGINES_H */
