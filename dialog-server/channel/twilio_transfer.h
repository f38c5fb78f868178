/**
 * @file twilio_transfer.h  Changing a call that runs, by REST
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TWILIO_TRANSFER_H
#define CHANNEL_TWILIO_TRANSFER_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "conf/settings.h"

struct loop;
struct strbuf;
struct twilio_rest; /* a request in progress */

enum { TWILIO_TO_BYTES = LIMIT_KEY_BYTES + 1 };

/** What a <Dial> to there has in it. @param to  moved to what stands inside
 *  @return "Number", "Sip", "Client"; NULL: not a phone number, sip: or
 *  client: address */
const char *twilio_dial_element(const char **to);

/** Append text as an attribute value or element content of XML. */
void twilio_xml(struct strbuf *b, const char *text);

/** @return the auth token, "" when there is none; borrowed */
const char *twilio_auth_token(const struct settings *conf);

/** Append the value of a form's parameter, escaped. */
void twilio_form_text(struct strbuf *b, const char *s);

enum { TWILIO_BASIC_BYTES = 3 * SETTING_TEXT_MAX + 8 };

/** "Basic ..." of the account and its token. @return 0, -EINVAL */
int twilio_basic_auth(char *out, size_t cap, const struct settings *conf);

/** @return nonzero when calls can be changed by REST */
int twilio_has_rest(const struct settings *conf);

enum twilio_rest_end {
	TWILIO_REST_FAILED,
	TWILIO_REST_DONE,
	TWILIO_REST_OVER, /**< the call was over already */
};

typedef void(twilio_rest_fn)(void *arg, enum twilio_rest_end end);

/**
 * POST a change to a call: one form parameter.
 *
 * @param ret   in progress until fn is called; twilio_rest_cancel()
 * @param name  "Status", "Twiml"  @param value  copied
 * @return 0, -EINVAL, -ENOMEM; fn is not called when < 0, nor before return
 * @thread the loop's
 */
int twilio_rest_open(struct twilio_rest **ret, struct loop *l,
		     const struct settings *conf, const char *call_sid,
		     const char *name, const char *value, twilio_rest_fn *fn,
		     void *arg);

/** fn is not called any more. NULL is fine. @return NULL */
struct twilio_rest *twilio_rest_cancel(struct twilio_rest *r);

#endif /* CHANNEL_TWILIO_TRANSFER_H */
