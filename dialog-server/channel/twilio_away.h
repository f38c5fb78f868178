/**
 * @file twilio_away.h  Callers who are with somebody else, and come back
 *
 *   [ line ] --transfer--> <Dial> --what becomes of it--> webhooks, any shard
 *      ▲  ▲                                                   │ messages
 *      │  └───────────────────────────────────────────────────┘
 *      └─── texts both ways, as messages --- [ pipe ], a socket on any shard
 *
 * The carrier ends the media stream for the transfer, and opens another one
 * for a caller who comes back: on any connection, so on any shard. The call
 * stays where it is: the new socket is a pipe, which hands on what it hears
 * and says what it is given. A table of the process, under a lock that is
 * never taken on the tick, tells who is whose.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TWILIO_AWAY_H
#define CHANNEL_TWILIO_AWAY_H

#include <stddef.h>
#include <stdint.h>

#include "channel/twilio_transfer.h"
#include "media/channel.h"

struct line;
struct loop;
struct strbuf;

/** What is told to the line, on its loop; line_news() of twilio_line.h. */
enum away_news {
	AWAY_ASKED, /**< the carrier has fetched what to dial           */
	AWAY_RINGING,
	AWAY_ANSWERED,
	AWAY_LEG_OVER, /**< the other side's part of it has ended          */
	AWAY_DIALED,   /**< it is over: cause when it failed; comes: the
			    caller is on its way to us                     */
	AWAY_HUNG_UP,  /**< the caller                                     */
	AWAY_HERE,     /**< a socket for it: text is its streamSid, code
			    the number of the pipe                         */
	AWAY_TEXT,     /**< said by the carrier                            */
	AWAY_CLOSED,   /**< the socket is gone: code, text                 */
};

struct away_told {
	enum away_news what;
	int code;          /**< of AWAY_CLOSED */
	int answered;      /**< AWAY_DIALED: the two have talked */
	int comes;         /**< AWAY_DIALED */
	const char *cause; /**< static: XP_CAUSE_..., or NULL */
	const char *text;
	size_t len;
};

/** A transfer begins. @param l  its `away` is set, or renewed
 *  @return 0, -EAGAIN (LIMIT_TRANSFERS) */
int away_begin(struct line *l, const struct channel_transfer *t);

/** The line is gone: whatever is told of it goes nowhere. */
void away_end(struct line *l);

/** Append the <Response> that dials, and says where to tell the outcome.
 *  @param base  "https://host" @return 0, -ENOENT */
int away_twiml(struct strbuf *b, const char *base, const char *call_sid);

/* ---- webhooks, any thread ------------------------------------------------
 */

/** The stream has ended: the same, once, for a line that waits for it. */
int away_asked(struct strbuf *b, const char *base, const char *call_sid);

/** @param token  of the address that the carrier was given
 *  @param status  CallStatus of the other side's part */
void away_leg(const char *call_sid, const char *token, const char *status);

/** The <Dial> is over.
 *  @param status  DialCallStatus  @param gone  the caller has hung up
 *  @return nonzero: the caller is to come back to us; 0: hang up */
int away_dialed(const char *call_sid, const char *token, const char *status,
		int gone);

/** A status callback of the caller's own part: it is over. */
void away_hung_up(const char *call_sid);

/* ---- the new socket ------------------------------------------------------
 */

/** The stream of a caller who comes back has started.
 *  @param pipe  serves the call's line from now on
 *  @return 0, -ENOENT (the call is over), -EAGAIN */
int away_attach(struct line *pipe, const char *call_sid,
		const char *stream_sid);

/** Pipe to line: AWAY_TEXT, AWAY_CLOSED. @return 0, -EAGAIN, -ENOMEM */
int away_up(struct line *pipe, enum away_news what, int code, const char *text,
	    size_t len);

/** The pipe's socket is gone. */
void away_detach(struct line *pipe);

/** Line to pipe: send these texts, each ended by NUL; before, forget what is
 *  queued. @return 0, -EAGAIN, -ENOMEM, -EPIPE (no pipe) */
int away_down(struct line *l, const char *texts, size_t len, int forget);

/** Line to pipe: close the socket. */
void away_close(struct line *l, int code, const char *why);

/** @return nonzero while the line has a pipe */
int away_has_pipe(const struct line *l);

#endif /* CHANNEL_TWILIO_AWAY_H */
