/**
 * @file stt.h  Speech-to-text: frames in, text out
 *
 *   uplink --begin/feed/end--> [ driver ] --partial/final--> dialog
 *
 * The core decides when a turn of the caller begins and ends; a driver
 * recognizes what lies between. All calls and all events are on the loop's
 * thread of the session; a driver that computes uses the workers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROVIDER_STT_H
#define PROVIDER_STT_H

#include <stddef.h>
#include <stdint.h>

#include "audio/pcm.h"
#include "dialog/ask.h"

struct provider_env;

/** One hypothesis for a turn. */
struct stt_alternative {
	const char *text; /**< lower case words, no punctuation  */
	int confidence;   /**< 0..100                            */
};

enum { STT_ALTERNATIVES_MAX = 5 };

/** Borrowed until the event returns. */
struct stt_result {
	uint32_t turn;
	uint32_t n; /**< 0: nothing intelligible           */
	struct stt_alternative alt[STT_ALTERNATIVES_MAX]; /**< best first */
	int64_t audio_us;   /**< [us] of speech heard              */
	int64_t compute_us; /**< [us] spent computing              */
};

struct stt_events {
	/** What it looks like so far; may change. */
	void (*partial)(void *arg, uint32_t turn, const char *text);
	/** Exactly one for every end() that was not cancelled. */
	void (*final)(void *arg, const struct stt_result *r);
	/** The session is of no more use; its owner closes it. */
	void (*failed)(void *arg, int err, const char *why);
};

struct stt_ops {
	const char *name;
	size_t session_size;
	/** @param hz  8000 or 16000 @return 0, -ENOMEM, -EAGAIN (no capacity)
	 */
	int (*open)(void *s, const struct provider_env *env, uint32_t hz,
		    const struct stt_events *ev, void *arg);
	/** A turn begins. @param ask  what was asked, copied; frames fed next
	 *  include the pre-roll. @return 0, -EAGAIN */
	int (*begin)(void *s, uint32_t turn, const struct ask *ask);
	/** @realtime: copies into memory taken at begin; no heap, no lock.
	 *  @return 0, -EAGAIN (dropped: the recognizer lags by its bound) */
	int (*feed)(void *s, const struct aframe *f);
	/** The turn is over: final follows. */
	int (*end)(void *s, uint32_t turn);
	/** Forget the turn; late results are dropped. */
	void (*cancel)(void *s, uint32_t turn);
	/** The caller has fallen silent, if only for a moment: a partial of
	 *  all that was fed follows soon, also when it has not changed. NULL:
	 *  words come when they come. */
	void (*hush)(void *s);
	void (*close)(void *s);
};

#endif /* PROVIDER_STT_H */
