/**
 * @file routes.c  Every path that the server knows, in one table
 *
 *   server --> route --> api/ (people, operators), channel/ (callers),
 *                        expert/ (Experts)
 *
 * SPDX-License-Identifier: MIT
 */
#include "api/routes.h"

#include "api/api.h"
#include "call/shard.h"
#include "channel/browser.h"
#include "channel/phone.h"
#include "channel/test_agent.h"
#include "channel/text.h"
#include "channel/twilio.h"
#include "expert/gateway.h"
#include "store/store.h"

/* ---- from the shard to what a module below it asks for --------------- */

static int accept_browser(struct http_req *r, void *arg, void **ret_arg)
{
	struct shard *sh = arg;

	return browser_accept(r, &sh->host, ret_arg);
}

static int accept_text(struct http_req *r, void *arg, void **ret_arg)
{
	struct shard *sh = arg;

	return text_accept(r, &sh->host, ret_arg);
}

static int accept_phone(struct http_req *r, void *arg, void **ret_arg)
{
	struct shard *sh = arg;

	return phone_accept(r, &sh->host, ret_arg);
}

static int accept_test(struct http_req *r, void *arg, void **ret_arg)
{
	struct shard *sh = arg;

	return test_agent_accept(r, &sh->host, ret_arg);
}

static int accept_twilio(struct http_req *r, void *arg, void **ret_arg)
{
	struct shard *sh = arg;

	return twilio_accept_media(r, &sh->host, ret_arg);
}

static void twilio_voice_hook(struct http_req *r, void *arg)
{
	struct shard *sh = arg;

	twilio_voice(r, &sh->host);
}

static void twilio_after_hook(struct http_req *r, void *arg)
{
	struct shard *sh = arg;

	twilio_after(r, &sh->host);
}

static void twilio_dialed_hook(struct http_req *r, void *arg)
{
	struct shard *sh = arg;

	twilio_dialed(r, &sh->host);
}

static void twilio_leg_hook(struct http_req *r, void *arg)
{
	struct shard *sh = arg;

	twilio_leg(r, &sh->host);
}

static void twilio_status_hook(struct http_req *r, void *arg)
{
	struct shard *sh = arg;

	twilio_status(r, &sh->host);
}

static int accept_listen(struct http_req *r, void *arg, void **ret_arg)
{
	struct shard *sh = arg;

	return gateway_accept_listen(sh->gateway, sh->loop, r, ret_arg);
}

static int accept_call(struct http_req *r, void *arg, void **ret_arg)
{
	struct shard *sh = arg;

	return gateway_accept_call(sh->gateway, sh->loop, r, ret_arg);
}

int64_t routes_check_key(void *arg, const char *key)
{
	const struct shard *sh = arg;

	return store_key_check(sh->store, key);
}

int routes_key_holds(void *arg, int64_t id)
{
	const struct shard *sh = arg;

	return store_key_holds(sh->store, id);
}

/* ---- the table ------------------------------------------------------- */

#define PAGE(path)                                             \
	{                                                      \
		"GET", path, AUTH_PUBLIC, api_page, NULL, NULL \
	}
#define KEYED(method, path, handle)                        \
	{                                                  \
		method, path, AUTH_KEY, handle, NULL, NULL \
	}
#define HOOK(method, path, handle)                          \
	{                                                   \
		method, path, AUTH_SELF, handle, NULL, NULL \
	}
#define SOCKET(path, auth, accept, handlers)             \
	{                                                \
		"WS", path, auth, NULL, accept, handlers \
	}

static const struct route table[] = {
	/* the page */
	PAGE("/"),
	PAGE("/app.js"),
	PAGE("/worklet.js"),
	PAGE("/style.css"),
	{"GET", "/debug-webrtc", AUTH_PUBLIC, api_debug_webrtc, NULL, NULL},

	/* for machines that watch over this one */
	{"GET", "/healthz", AUTH_PUBLIC, api_healthz, NULL, NULL},
	{"GET", "/readyz", AUTH_PUBLIC, api_readyz, NULL, NULL},
	{"GET", "/metrics", AUTH_PUBLIC, api_metrics, NULL, NULL},

	/* for people and programs with a key */
	KEYED("GET", "/v1/calls", api_calls),
	KEYED("GET", "/v1/calls/*", api_call),
	KEYED("GET", "/v1/experts", api_experts),
	KEYED("GET", "/v1/keys", api_keys_list),
	KEYED("POST", "/v1/keys", api_keys_create),
	KEYED("DELETE", "/v1/keys/*", api_keys_revoke),
	SOCKET("/v1/events", AUTH_KEY, api_events_accept,
	       &api_events_handlers),

	/* for Experts */
	KEYED("POST", "/v1/check-sdk-deprecation", api_sdk_deprecation),
	{"GET", "/v1/deprecation-status", AUTH_PUBLIC, api_sdk_deprecation,
	 NULL, NULL},
	KEYED("POST", "/v1/upload-telemetry", api_telemetry),
	KEYED("POST", "/v1/webrtc-agents", api_webrtc_agents),
	KEYED("POST", "/v1/sip-agents", api_sip_agents),
	KEYED("POST", "/v2/create-outbound", api_create_outbound),
	KEYED("POST", "/v1/call/*", api_send_commands),
	KEYED("GET", "/v1/phone-numbers", api_numbers),
	KEYED("GET", "/v1/messages", api_messages),
	KEYED("POST", "/v1/sms/send", api_sms_send),
	KEYED("POST", "/v1/send-sms", api_sms_send),
	KEYED("GET", "/v1/conversations", api_conversations),
	KEYED("GET", "/v1/conversations/*", api_conversation),
	KEYED("DELETE", "/v1/conversations/*", api_conversation_delete),
	KEYED("POST", "/v1/llm/generate", api_generate),
	KEYED("GET", "/v1/rag/documents", api_documents),
	KEYED("POST", "/v1/rag/documents", api_document_put),
	KEYED("DELETE", "/v1/rag/documents/*", api_document_delete),
	KEYED("POST", "/v1/rag/ask", api_documents_ask),
	SOCKET("/v2/listen-inbound", AUTH_KEY, accept_listen,
	       &gateway_listen_handlers),
	SOCKET("/v2/connect-call/*", AUTH_KEY, accept_call,
	       &gateway_call_handlers),

	/* callers at the page: a web code, and our own Origin */
	SOCKET("/browser", AUTH_SELF, accept_browser, &browser_handlers),
	SOCKET("/text", AUTH_KEY, accept_text, &text_handlers),
	SOCKET("/phone", AUTH_KEY, accept_phone, &phone_handlers),

	/* callers of a program's own test */
	SOCKET("/v1/test-agent", AUTH_KEY, accept_test, &test_agent_handlers),

	/* the carrier: its signature; its media socket: a token used once */
	HOOK("GET", "/twilio/voice", twilio_voice_hook),
	HOOK("POST", "/twilio/voice", twilio_voice_hook),
	HOOK("GET", "/twilio/after", twilio_after_hook),
	HOOK("POST", "/twilio/after", twilio_after_hook),
	HOOK("POST", "/twilio/dialed", twilio_dialed_hook),
	HOOK("POST", "/twilio/leg", twilio_leg_hook),
	HOOK("POST", "/twilio/status", twilio_status_hook),
	SOCKET("/twilio/media", AUTH_SELF, accept_twilio,
	       &twilio_media_handlers),

	{NULL, NULL, AUTH_PUBLIC, NULL, NULL, NULL},
};

const struct route *routes_table(void)
{
	return table;
}
