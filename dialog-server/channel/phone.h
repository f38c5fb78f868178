/**
 * @file phone.h  A telephone at a terminal: waits to be called, then is typed
 *
 *   terminal == WS /phone?number=+1555... ==> [ phone ] <--dial()-- placing
 *            <-- ringing --                      │
 *            --- answer, reject --->             └──> the call, as on /text
 *
 * So that a call can be placed on a machine that has no carrier. It is called
 * by Experts with the API key that it was opened with, and by nobody else.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_PHONE_H
#define CHANNEL_PHONE_H

#include "media/dialler.h"
#include "net/server.h"

struct channel_host;

/** Before the upgrade; the route has checked the API key.
 *  @return 0, 400 (?number= is none), 409 (one waits there), 503 */
int phone_accept(struct http_req *r, struct channel_host *host,
		 void **ret_arg);

extern const struct ws_handlers phone_handlers;
extern const struct dialler_ops phone_dialler;

#endif /* CHANNEL_PHONE_H */
