/**
 * @file twilio.h  Calls from Twilio: webhooks and Media Streams
 *
 *   POST /twilio/voice --TwiML with a token--> Twilio
 *   WS /twilio/media <--token, audio, keys, marks--> Twilio
 *   POST /twilio/after --what follows the stream: dial on, or hang up
 *   POST /twilio/leg, /twilio/dialed --what became of that: hang up, or a
 *                                      stream again
 *
 *   twilio.c           webhooks, TwiML
 *   twilio_media.c     the media socket: events in, channel_ops out
 *   twilio_parse.c     its messages            twilio_sign.c  signatures
 *   twilio_transfer.c  REST                    twilio_moved.c  transfers
 *   twilio_away.c      who is away, and comes back on another socket
 *   twilio_dial.c      calls that we place
 *   tickets.c          single-use tokens
 *
 * Who may come in: a webhook with a valid X-Twilio-Signature when
 * twilio.auth_token is set, else only a peer on loopback that no proxy stands
 * before; a media socket only with an unused token of a webhook, and without a
 * wrong X-Twilio-Signature.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TWILIO_H
#define CHANNEL_TWILIO_H

#include "conf/settings.h"
#include "media/channel.h"
#include "media/channel_host.h"
#include "net/server.h"

/* Handlers for routes of class AUTH_SELF. @param host  must stay until the
 * loop is freed @thread shard */

/** GET, POST /twilio/voice: a call has come; answers TwiML. */
void twilio_voice(struct http_req *req, const struct channel_host *host);

/** GET, POST /twilio/after: the stream has ended; answers TwiML. */
void twilio_after(struct http_req *req, const struct channel_host *host);

/** POST /twilio/status: progress of calls and streams, for the log. */
void twilio_status(struct http_req *req, const struct channel_host *host);

/** Append what connects a call to a media socket that knows the token, and
 *  asks /twilio/after when that has closed.
 *  @param base  "https://host[:port]", as the carrier reaches us */
struct strbuf;
struct ticket;
void twilio_stream_twiml(struct strbuf *b, const char *base,
			 const struct ticket *t, const char *token);

/** A media socket wants to open: is the carrier's signature of the upgrade
 *  right, or absent, or no auth token set? Logs and counts when it is not. */
int twilio_may_stream(const struct http_req *req, const struct settings *conf);

enum { TWILIO_BASE_BYTES = SETTING_TEXT_MAX + 16 };

/** "https://host[:port]" as the carrier knows us. @return 0, -EINVAL */
int twilio_base(char *out, size_t cap, const struct http_req *req,
		const struct settings *conf);

/** POST /twilio/dialed: a <Dial> is over; answers TwiML. */
void twilio_dialed(struct http_req *req, const struct channel_host *host);

/** POST /twilio/leg: how it goes with the one who was dialled. */
void twilio_leg(struct http_req *req, const struct channel_host *host);

/** WS /twilio/media. @return 0 or the HTTP status to refuse with */
int twilio_accept_media(struct http_req *req, const struct channel_host *host,
			void **ret_arg);
extern const struct ws_handlers twilio_media_handlers;

extern const struct channel_ops twilio_channel_ops;

#endif /* CHANNEL_TWILIO_H */
