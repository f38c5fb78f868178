/**
 * @file phone.h  A simulated telephone behind Twilio Media Streams
 *
 *   POST /twilio/voice --TwiML--> dial its <Stream> --> 20 ms mu-law frames
 *   both ways, marks, clear, keys --> hang up, or ask what comes next
 *
 * It knows what a carrier knows and nothing of the inside: webhook, TwiML and
 * the messages of the media socket. All on the loop's thread.
 *
 * @source Twilio, Media Streams: WebSocket messages
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_PHONE_H
#define CTL_PHONE_H

#include <stddef.h>
#include <stdint.h>

#include "ctl/flow.h"

struct loop;
struct phone;

enum phone_end {
	PHONE_END_NONE,
	PHONE_END_CALLER,   /**< we hung up                              */
	PHONE_END_AGENT,    /**< the server ended the stream and the call */
	PHONE_END_TRANSFER, /**< ... and had the carrier dial a number   */
	PHONE_END_DECLINED, /**< the webhook said <Reject/>              */
	PHONE_END_FAILED,   /**< no call came about, or the line broke   */
};

/** How keys that are pressed reach the server. */
enum phone_keys {
	PHONE_KEYS_EVENTS, /**< the carrier tells                 */
	PHONE_KEYS_TONES,  /**< it lets their sound through       */
	PHONE_KEYS_BOTH,
};

struct phone_options {
	const char *base_url;   /**< "http://127.0.0.1:8800"               */
	const char *from, *to;  /**< numbers                               */
	const char *auth_token; /**< signs as the carrier; "": unsigned    */
	/** Answers a call that was placed, as the carrier then does: this is
	 *  what it was told to do, and no webhook is asked. NULL: calls */
	const char *twiml;
	const char *call_sid; /**< NULL: made up                        */
	/** What becomes of a transfer: "answers", "returns" (and rings off:
	 *  the caller goes on here), or "busy", "no-answer", "failed"; NULL:
	 *  answers */
	const char *dialled;
	int has_noise;
	float noise_dbfs; /**< of the line, all the time             */
	uint64_t seed;    /**< of the noise                          */
	enum phone_keys keys;
};

struct phone_events {
	/** The stream runs: at 0 of its clock. */
	void (*answered)(void *arg);
	/** 20 ms have passed. @param at_us  [us] of the stream */
	void (*tick)(void *arg, int64_t at_us);
	/** The agent's voice, by ear. */
	void (*voice)(void *arg, int speaking, int64_t at_us);
	/** What phone_say() or phone_press() began is over. */
	void (*said)(void *arg, int64_t at_us);
	/** Last event. @param detail  the number, or what failed; "" */
	void (*ended)(void *arg, enum phone_end how, const char *detail);
};

/** Counted since the start of the call. */
struct phone_stats {
	uint64_t frames_out, frames_in; /**< media messages                 */
	uint64_t marks, clears;
	uint64_t bad;        /**< messages a carrier would warn about    */
	uint64_t late;       /**< [frames] sent over 20 ms after their time */
	char bad_first[160]; /**< what was wrong with the first, or ""   */
	struct flow_stats flow; /**< of the sound that was heard            */
	int64_t first_sound_us; /**< [us] after the socket opened; -1: none */
};

/** A telephone at rest. @param o  copied @return 0, -EINVAL, -ENOMEM, -EIO */
int phone_new(struct phone **ret, struct loop *l,
	      const struct phone_options *o, const struct phone_events *ev,
	      void *arg);

/** Place the call, or answer. @return 0, -EINVAL (URL), -ENOMEM; never calls
 * back before returning */
int phone_dial(struct phone *p);

/** @return "CA...", known before the call is placed */
const char *phone_call_sid(const struct phone *p);

/** Speak. @param s  s[n] at 8 kHz, borrowed until said() or the end */
void phone_say(struct phone *p, const int16_t *s, size_t n);

/** Press keys, one each 250 ms. @param keys  borrowed until said() */
void phone_press(struct phone *p, const char *keys);

/** Keep what is heard from now on, up to n samples.
 *  @return 0, -ENOMEM */
int phone_keep(struct phone *p, size_t n);

/** @param ret_n  [samples] kept so far @return them, borrowed; at 8 kHz */
const int16_t *phone_kept(const struct phone *p, size_t *ret_n);

/** Hang up; ended() follows. */
void phone_hangup(struct phone *p);

/** @param ret  as it stands now */
void phone_stats(const struct phone *p, struct phone_stats *ret);

/** After ended(), or before the loop has run. Not inside of an event.
 *  @return NULL */
struct phone *phone_free(struct phone *p);

#endif /* CTL_PHONE_H */
