/**
 * @file api.h  Handlers of the server's own paths
 *
 * Each is a `handle`, `accept` or table of handlers for a line of
 * api/routes.c; `arg` is the shard. docs/api.md has what they answer.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef API_API_H
#define API_API_H

#include "net/server.h"

struct strbuf;

/* health.c */
void api_healthz(struct http_req *r, void *arg);
void api_readyz(struct http_req *r, void *arg);
void api_metrics(struct http_req *r, void *arg);

/* calls.c */
void api_calls(struct http_req *r, void *arg);
void api_call(struct http_req *r, void *arg);
void api_experts(struct http_req *r, void *arg);

/* keys.c */
void api_keys_list(struct http_req *r, void *arg);
void api_keys_create(struct http_req *r, void *arg);
void api_keys_revoke(struct http_req *r, void *arg);

/* sdk.c: what clients written against the published protocol ask by HTTP */
void api_sdk_deprecation(struct http_req *r, void *arg);
void api_webrtc_agents(struct http_req *r, void *arg);
void api_sip_agents(struct http_req *r, void *arg);
void api_create_outbound(struct http_req *r, void *arg);

/* events.c: the live feed */
int api_events_accept(struct http_req *r, void *arg, void **ret_arg);
extern const struct ws_handlers api_events_handlers;

/* pages.c: the files of api/web */
void api_page(struct http_req *r, void *arg);

#endif /* API_API_H */
