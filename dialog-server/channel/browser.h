/**
 * @file browser.h  A person at the page that the server itself serves
 *
 *   page: AudioWorklet --16 kHz s16 frames, JSON--> WS /browser?code=CODE
 *
 * docs/browser.md has the messages of both sides.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CHANNEL_BROWSER_H
#define CHANNEL_BROWSER_H

#include "net/server.h"

struct channel_host;

/** Before the upgrade: the page must be ours and know a code.
 *  @return 0, 403 (foreign Origin, unknown code), 503 (full) */
int browser_accept(struct http_req *r, struct channel_host *host,
		   void **ret_arg);

extern const struct ws_handlers browser_handlers;

#endif /* CHANNEL_BROWSER_H */
