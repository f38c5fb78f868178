/**
 * @file twilio_line.h  One line of Twilio: what its two directions share
 *
 *   twilio_media.c  the socket, messages in     twilio_line.c  messages out
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TWILIO_LINE_H
#define CHANNEL_TWILIO_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "audio/pcm.h"
#include "base/limits.h"
#include "channel/twilio_transfer.h"
#include "media/channel_host.h"
#include "net/loop.h"
#include "net/ws.h"

struct codec_ops;

enum {
	LINE_SID_BYTES = 65,
	LINE_GATHER_FRAMES = 2, /* frames a message, see twilio_line.c */
	LINE_FRAME_BYTES = 160, /* 20 ms of mu-law                     */
	LINE_MARKS = 32,        /* not yet confirmed                   */
	LINE_PREFIX_BYTES = 128,
};

enum line_state {
	LINE_WAITS, /* for start                           */
	LINE_OPEN,
	LINE_ENDED, /* nothing of the peer counts any more */
};

struct line {
	enum line_state state;
	struct ws *ws;
	const struct channel_host *host;
	struct timer *deadline; /* for start; for a stop after REST    */
	struct timer *flush;    /* half a message waits no longer      */
	const struct codec_ops *codec;
	const struct channel_events *ev; /* NULL: not open, or closed     */
	void *ev_arg;
	char stream_sid[LINE_SID_BYTES];
	char call_sid[LIMIT_KEY_BYTES + 1];

	/* in */
	struct aframe frame; /* being filled                        */
	uint32_t filled;     /* [samples] of it                     */
	int64_t start_us;    /* [us] when sample 0 was due          */
	int64_t samples_in;  /* [samples] given to the call         */
	int clock_known;
	int64_t clock_offset; /* [samples] carrier's clock to ours   */

	/* out */
	char prefix[LINE_PREFIX_BYTES]; /* of a media message            */
	size_t prefix_len;
	unsigned char out[LINE_GATHER_FRAMES * LINE_FRAME_BYTES];
	size_t out_len;             /* [bytes] gathered                    */
	int64_t sent_us;            /* [us] last send(), 0: none           */
	uint32_t epoch;             /* raised by clear                     */
	uint32_t marks[LINE_MARKS]; /* marks[n_marks], oldest first        */
	uint32_t n_marks;

	/* end */
	int by_us;       /* hangup() or transfer() was asked    */
	const char *why; /* for closed(), static text           */
	struct twilio_rest *rest;
	char to[TWILIO_TO_BYTES]; /* of transfer()                       */
};

/** The part of a media message before its payload; once, after start. */
void line_make_prefix(struct line *l);

/** A mark came back. @return nonzero and *ret when it was waited for */
int line_take_mark(struct line *l, const char *name, size_t len,
		   uint32_t *ret);

/** Timer: send what is gathered. @param arg  struct line * */
void line_on_flush(void *arg);

#endif /* CHANNEL_TWILIO_LINE_H */
