/**
 * @file twiml.h  What a carrier is told to do with a call
 *
 * Reads the few verbs that a voice agent answers with. Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_TWIML_H
#define CTL_TWIML_H

#include <stddef.h>

enum {
	TWIML_BYTES_MAX = 64 * 1024,
	TWIML_PARAMS_MAX = 16,
	TWIML_TEXT_MAX = 512,
};

struct twiml {
	int rejected;                    /**< <Reject/>               */
	int hung_up;                     /**< <Hangup/>               */
	char stream_url[TWIML_TEXT_MAX]; /**< <Stream url>, or ""     */
	char dial[TWIML_TEXT_MAX];       /**< <Dial>, its number      */
	char dialed_url[TWIML_TEXT_MAX]; /**< <Dial action>: asked when
					      the other side's part is
					      over                    */
	char leg_url[TWIML_TEXT_MAX];    /**< <Number statusCallback>:
					      told how that goes      */
	char after_url[TWIML_TEXT_MAX];  /**< <Connect action>, else
					      <Redirect>: asked when
					      the stream has ended    */
	unsigned n_params;
	struct {
		char name[TWIML_TEXT_MAX], value[TWIML_TEXT_MAX];
	} params[TWIML_PARAMS_MAX]; /**< of <Stream>             */
};

/** @return 0, -EBADMSG (no <Response>, broken XML), -EMSGSIZE (a limit) */
int twiml_parse(struct twiml *ret, const char *xml, size_t len);

#endif /* CTL_TWIML_H */
