/**
 * @file channel.h  How a caller is reached: one table a kind of line
 *
 *   carrier / browser / text  <--ops--  call  <--events--  driver
 *
 * A channel never knows what a dialog is. It decodes what arrives to frames of
 * the call's rate and encodes what it is given. All on the loop of the call.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEDIA_CHANNEL_H
#define MEDIA_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#include "audio/pcm.h"
#include "proto/xp.h"

/** Why the line ended, as channel_events.closed gets it. */
enum channel_end {
	CHANNEL_END_CALLER,   /**< the caller hung up                */
	CHANNEL_END_US,       /**< we asked for it                   */
	CHANNEL_END_BROKEN,   /**< the connection died               */
	CHANNEL_END_PROTOCOL, /**< the peer broke the protocol       */
};

/** What a conversation waits for. */
enum channel_turn {
	CHANNEL_TURN_AGENT,  /**< it thinks, speaks, or has asked the Expert */
	CHANNEL_TURN_EXPERT, /**< a task or an action is done: what comes next
				  is the Expert's to say, if anything does */
	CHANNEL_TURN_CALLER,
};

enum { CHANNEL_CALL_ID_BYTES = 24 }; /* with its NUL */

/** Where the caller is to go. */
struct channel_transfer {
	const char *to;   /**< borrowed until return */
	uint32_t ring_ms; /**< [ms] to let it ring   */
	int may_fail;     /**< who cannot be put through comes back; else the
			       line is hung up */
	int may_return;   /**< so does who was, when the other side hangs up
			       first */
};

/** Into the call. */
struct channel_events {
	/** Caller's audio, 20 ms; gaps of the wire are filled with silence. */
	void (*frame)(void *arg, const struct aframe *f);
	/** A typed line (text channel, chat panel). Borrowed. */
	void (*text)(void *arg, const char *text);
	void (*dtmf)(void *arg, char digit);
	/** Everything sent before mark(id) has been played or discarded. */
	void (*marked)(void *arg, uint32_t id);
	/**
	 * After transfer(), from a line that learns it: ringing, answered;
	 * failed or returned once the caller can hear us again, or right
	 * before closed(). May be NULL.
	 *
	 * @param cause  static: XP_CAUSE_... of failed, else NULL
	 * @param detail  for people, borrowed, or NULL
	 */
	void (*moved)(void *arg, enum xp_transfer status, const char *cause,
		      const char *detail);
	/** Last event. */
	void (*closed)(void *arg, enum channel_end how, const char *why);
};

struct channel_ops {
	const char *name; /**< "twilio", "browser", "text"        */
	int has_audio;
	int has_marks;     /**< the far side buffers and reports   */
	int keys_in_band;  /**< dtmf() is NULL: keys go as tones   */
	uint32_t ahead_ms; /**< [ms] to send ahead of playout      */
	/** Queue audio; never blocks. @return 0, -EAGAIN, -EPIPE @realtime */
	int (*send)(void *ch, const struct aframe *f);
	int (*mark)(void *ch, uint32_t id); /**< @realtime           */
	int (*clear)(void *ch); /**< forget what is queued far away      */
	/** A line for the caller's screen; NULL: no screen.
	 *  @param who  "agent", "caller" or "note" */
	int (*text)(void *ch, const char *who, const char *text, int final);
	/** After everything that happens: whose turn it is now. NULL: the
	 *  far side can hear it. */
	void (*turn)(void *ch, enum channel_turn whose);
	int (*dtmf)(void *ch,
		    const char *digits); /**< NULL: see keys_in_band */
	/**
	 * NULL: this line cannot. From here on nobody hears us, until moved()
	 * says so; the end of the transfer by closed(): CHANNEL_END_US when
	 * the caller is put through, CHANNEL_END_CALLER when it hung up.
	 *
	 * @return 0, -EINVAL (no such destination), -EPIPE, -EBUSY (one is
	 *         being tried), -EAGAIN (too many), -ENOMEM; then nothing has
	 *         changed
	 */
	int (*transfer)(void *ch, const struct channel_transfer *t);
	/** The call is gone, without hangup(): no event any more. NULL: the
	 *  line's socket is closed before. */
	void (*forget)(void *ch);
	/** closed(CHANNEL_END_US) follows. */
	void (*hangup)(void *ch);
};

/** What a driver hands to the call module for each new line. */
struct channel_offer {
	const struct channel_ops *ops;
	void *ch;                 /**< for ops                            */
	uint32_t hz;              /**< 8000, 16000; 0: text only           */
	struct xp_call_info info; /**< strings borrowed until return       */
	const char *address;      /**< which agent: "+1555...", "web:CODE" */
	const char *external_id;  /**< the carrier's id for it, or ""      */
	/** Not 0: its Expert comes by itself, with the API key of this id, and
	 *  the call is offered to nobody. */
	int64_t expert_key;
	/** The call was placed (dialler.h) under this id and is now answered;
	 *  NULL: it came in. Its Expert is there already. */
	const char *placed;
	char *ret_id; /**< ret_id[CHANNEL_CALL_ID_BYTES]: the call's id; or
		       * NULL
		       */
};

#endif /* MEDIA_CHANNEL_H */
