/**
 * @file twilio_line.h  One line of Twilio: what its two directions share
 *
 *   twilio_media.c  the socket, messages in     twilio_line.c  messages out
 *   twilio_moved.c  the caller is put through, is away, comes back
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TWILIO_LINE_H
#define CHANNEL_TWILIO_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "audio/pcm.h"
#include "base/limits.h"
#include "channel/twilio_away.h"
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
	LINE_AWAY,  /* the caller is: no stream, but a call */
	LINE_PIPE,  /* a socket that serves the line of another one */
	LINE_ENDED, /* nothing of the peer counts any more */
};

struct line {
	enum line_state state;
	struct ws *ws;
	int socket; /* ws is there, or comes */
	int over;   /* freed as soon as it is not */
	const struct channel_host *host;
	struct timer *deadline; /* for start; for a stop after REST; for
				   what becomes of a transfer           */
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
	int by_us;       /* hangup() was asked                  */
	const char *why; /* for closed(), static text           */
	struct twilio_rest *rest;

	/* transfer */
	uint64_t away;     /* place in the table of twilio_away.c, or 0   */
	uint32_t attached; /* number of the pipe                          */
	char *base;        /* "https://host", as the carrier reaches us   */
	uint32_t ring_ms;
	int moving;   /* transfer() was asked, and goes on          */
	int known;    /* the carrier has taken it                   */
	int answered; /* the two talk                               */
	int may_return;
	int coming;         /* a stream is to open for the caller         */
	const char *failed; /* XP_CAUSE_..., told when the caller is here */

	/* out, through a pipe; texts, each ended by NUL */
	int piped;
	struct timer *pipe_timer;
	char *pipe_text;
	size_t pipe_len;
	int pipe_forget;
};

/** The part of a media message before its payload; once, after start. */
void line_make_prefix(struct line *l);

/** A mark came back. @return nonzero and *ret when it was waited for */
int line_take_mark(struct line *l, const char *name, size_t len,
		   uint32_t *ret);

/** Timer: send what is gathered. @param arg  struct line * */
void line_on_flush(void *arg);

/** Send a message, through the socket or a pipe. @return as ws_send_text()
 *  @realtime */
int line_say(struct line *l, const char *text, size_t len);

/** Close the socket, or have the pipe closed; line_gone() follows. */
void line_shut(struct line *l, int code, const char *why);

/** Tell the call, once. */
void line_report(struct line *l, enum channel_end how, const char *why);

/** A message of the carrier. */
void line_hear(struct line *l, const char *s, size_t len);

/** Socket or pipe is closed. */
void line_gone(struct line *l, int code, const char *why);

/** Nothing more comes of it: free it now, or with its socket. */
void line_done(struct line *l);

/* twilio_moved.c */

/** channel_ops.transfer */
int line_transfer(void *ch, const struct channel_transfer *t);

/** The stream has ended, for the transfer. */
void line_leave(struct line *l);

/** hangup() while the caller is away. */
void line_let_go(struct line *l);

/** The deadline, while the caller is away. */
void line_late(struct line *l);

/** A message from elsewhere. @param n  borrowed */
void line_news(struct line *l, const struct away_told *n);

/** line_say() through a pipe. */
int line_pipe(struct line *l, const char *text, size_t len);

/** What a pipe is told by its line. @param texts  each ended by NUL */
void pipe_send(struct line *pipe, const char *texts, size_t len, int forget);
void pipe_close(struct line *pipe, int code, const char *why);

#endif /* CHANNEL_TWILIO_LINE_H */
