/**
 * @file webhook.h  A request as a carrier makes it
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_WEBHOOK_H
#define CTL_WEBHOOK_H

#include <stddef.h>

#include "channel/twilio_sign.h"
#include "net/http.h"

/**
 * POST a form, signed when there is a token.
 *
 * @param ret    in progress until a handler says otherwise
 * @param token  "": unsigned
 * @param p      p[n]; reordered in a copy
 * @return 0, -EINVAL, -EMSGSIZE, -ENOMEM @thread the loop's
 */
int webhook_post(struct http_call **ret, struct loop *l, const char *url,
		 const char *token, const struct twilio_param *p, size_t n,
		 const struct http_call_handlers *h, void *arg);

#endif /* CTL_WEBHOOK_H */
