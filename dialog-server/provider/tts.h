/**
 * @file tts.h  Text-to-speech: a clause in, rendered audio out
 *
 * One utterance (numbered) is said as several clauses; audio of clauses comes
 * back in order. All calls and events on the loop's thread of the session.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_TTS_H
#define PROVIDER_TTS_H

#include <stddef.h>
#include <stdint.h>

#include "audio/pcm.h"

struct provider_env;

struct tts_events {
	/** Audio of a clause; streaming drivers send several pieces.
	 *  @param p  taken by the receiver: it calls pcm_unref()
	 *  @param last  nonzero with the clause's last piece */
	void (*audio)(void *arg, uint32_t utt, uint32_t clause, struct pcm *p,
		      int last);
	/** This clause cannot be rendered. */
	void (*failed)(void *arg, uint32_t utt, uint32_t clause, int err,
		       const char *why);
};

struct tts_ops {
	const char *name;
	size_t session_size;
	/** @param voice  driver's own name for it; "" for its default
	 *  @return 0, -EINVAL (no such voice), -ENOMEM */
	int (*open)(void *s, const struct provider_env *env, const char *voice,
		    uint32_t hz, const struct tts_events *ev, void *arg);
	/** Render. @param text  copied @return 0, -EAGAIN (queue full) */
	int (*say)(void *s, uint32_t utt, uint32_t clause, const char *text);
	/** Forget everything of utterances up to and including utt. */
	void (*cancel)(void *s, uint32_t utt);
	void (*close)(void *s);
};

#endif /* PROVIDER_TTS_H */
