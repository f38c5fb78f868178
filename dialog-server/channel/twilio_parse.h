/**
 * @file twilio_parse.h  Messages of Twilio Media Streams to structs
 *
 *   text --twilio_scan_media--> plain media message (50 a second, no heap)
 *        \--twilio_parse------> everything else, by jansson
 *
 * Both accept numbers as strings or as numbers and ignore what they do not
 * know. What the scanner takes, the parser takes with the same result: the
 * fuzz target holds them to it. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TWILIO_PARSE_H
#define CHANNEL_TWILIO_PARSE_H

#include <stddef.h>
#include <stdint.h>

enum twilio_event {
	TWILIO_UNKNOWN, /**< some other event: ignore it            */
	TWILIO_CONNECTED,
	TWILIO_START,
	TWILIO_MEDIA,
	TWILIO_DTMF,
	TWILIO_MARK,
	TWILIO_STOP,
};

/** Not terminated; s is never NULL, empty when absent. */
struct twilio_text {
	const char *s;
	size_t len;
};

struct twilio_msg {
	enum twilio_event event;
	struct twilio_text stream_sid;
	struct twilio_text payload; /**< media: base64                  */
	int64_t timestamp_ms;       /**< media: [ms], -1 when absent    */
	int other_track;            /**< media: not the caller's voice  */
	struct twilio_text name;    /**< mark                           */
	char digit;                 /**< dtmf: 0-9 A-D * #              */
	struct twilio_text call_sid, account_sid, token,
		encoding;              /**< start */
	int64_t sample_rate, channels; /**< start: -1 when absent          */
	void *root;                    /**< owner of the texts, or NULL    */
};

/**
 * Take a media message of the usual form. Texts point into s.
 *
 * @return 1 taken, 0 not of that form: ask twilio_parse(); *ret untouched
 * @realtime one pass over the bytes
 */
int twilio_scan_media(struct twilio_msg *ret, const char *s, size_t len);

/**
 * Any message.
 *
 * @param ret  on success twilio_msg_done() releases
 * @return 0, -EBADMSG (not JSON, or lacks what its event needs)
 */
int twilio_parse(struct twilio_msg *ret, const char *s, size_t len);

void twilio_msg_done(struct twilio_msg *m);

/** @return nonzero for text of 1..64 letters, digits, '-' and '_': what may
 *  go into an URL or JSON as it stands */
int twilio_is_sid(struct twilio_text t);

#endif /* CHANNEL_TWILIO_PARSE_H */
