/**
 * @file text.h  A line without sound: typed words, the same dialog
 *
 *   terminal, test --JSON--> WS /text?to=ADDRESS or ?code=CODE
 *
 * docs/browser.md has the messages of both sides.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_TEXT_H
#define CHANNEL_TEXT_H

#include "net/server.h"

struct channel_host;

/** Before the upgrade; the route has checked the API key.
 *  @return 0, 400 (neither or both of to and code), 403 (unknown code),
 *  503 (full) */
int text_accept(struct http_req *r, struct channel_host *host, void **ret_arg);

extern const struct ws_handlers text_handlers;

#endif /* CHANNEL_TEXT_H */
