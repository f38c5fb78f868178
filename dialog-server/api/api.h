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

struct shard;

/* health.c */
void api_healthz(struct http_req *r, void *arg);
void api_readyz(struct http_req *r, void *arg);
void api_metrics(struct http_req *r, void *arg);

/* calls.c */
void api_calls(struct http_req *r, void *arg);
void api_call(struct http_req *r, void *arg);
void api_experts(struct http_req *r, void *arg);

/* send_commands.c */
void api_send_commands(struct http_req *r, void *arg);

/* keys.c */
void api_keys_list(struct http_req *r, void *arg);
void api_keys_create(struct http_req *r, void *arg);
void api_keys_revoke(struct http_req *r, void *arg);

/* sdk.c: what clients written against the published protocol ask by HTTP */
void api_sdk_deprecation(struct http_req *r, void *arg);
void api_telemetry(struct http_req *r, void *arg);
void api_webrtc_agents(struct http_req *r, void *arg);
void api_sip_agents(struct http_req *r, void *arg);
void api_numbers(struct http_req *r, void *arg);
void api_create_outbound(struct http_req *r, void *arg);

/* texts.c: the language model, asked by HTTP */
void api_generate(struct http_req *r, void *arg);
/** The loop ends: what still waits for the model is given up.
 *  @thread  the shard's */
void api_end(struct shard *sh);

/* documents.c */
void api_documents(struct http_req *r, void *arg);
void api_document_put(struct http_req *r, void *arg);
void api_document_delete(struct http_req *r, void *arg);
/** A place for work on documents, which its end gives back, or 429.
 *  @return 0, -EAGAIN (r is answered) */
int api_document_work(struct http_req *r, struct shard *sh);

/* questions.c */
void api_documents_ask(struct http_req *r, void *arg);

/* messages.c */
void api_sms_send(struct http_req *r, void *arg);
void api_messages(struct http_req *r, void *arg);

/* conversations.c */
void api_conversations(struct http_req *r, void *arg);
void api_conversation(struct http_req *r, void *arg);
void api_conversation_delete(struct http_req *r, void *arg);

/* events.c: the live feed */
int api_events_accept(struct http_req *r, void *arg, void **ret_arg);
extern const struct ws_handlers api_events_handlers;

/* pages.c: the files of api/web */
void api_page(struct http_req *r, void *arg);
void api_debug_webrtc(struct http_req *r, void *arg);

#endif /* API_API_H */
