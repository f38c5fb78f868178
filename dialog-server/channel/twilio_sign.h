/**
 * @file twilio_sign.h  X-Twilio-Signature of webhooks
 *
 * base64(HMAC-SHA1(auth token, URL + name1 + value1 + name2 + ...)), the
 * parameters of a form in byte order of their names. Pure.
 *
 * @source Twilio's request_validator.py and webhooks.ts; the vectors in
 *         tests/unit/test_twilio_sign.c were made with them
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TWILIO_SIGN_H
#define CHANNEL_TWILIO_SIGN_H

#include <stddef.h>

enum { TWILIO_SIGNATURE_BYTES = 29 }; /* 28 characters and a NUL */

struct twilio_param {
	const char *name, *value; /**< decoded */
};

/**
 * @param out  out[TWILIO_SIGNATURE_BYTES]
 * @param url  exactly as the carrier requested it
 * @param p    p[n] of a form, none for GET; sorted in place
 * @return 0, -ENOMEM, -EIO (no HMAC)
 */
int twilio_sign(char *out, const char *auth_token, const char *url,
		struct twilio_param *p, size_t n);

/**
 * Is this a signature of the request? The carrier is not consistent about a
 * default port in the URL: with and without are tried. A body that is no form
 * is covered when the URL says bodySHA256 and that is its hash.
 *
 * @param signature  of the header; NULL: none
 * @param body       of a request that is no form; NULL: a form, or none
 * @return nonzero when it is; constant time in the signature
 */
int twilio_signed(const char *signature, const char *auth_token,
		  const char *url, struct twilio_param *p, size_t n,
		  const char *body, size_t body_len);

#endif /* CHANNEL_TWILIO_SIGN_H */
