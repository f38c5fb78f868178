/**
 * @file sdk.c  What clients of the published protocol ask by HTTP
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "base/clock.h"
#include "base/text.h"
#include "call/shard.h"
#include "channel/codes.h"
#include "net/loop.h"

enum { TTL_DEFAULT_S = 3600, TTL_MOST_S = 30 * 24 * 3600 };

/* Every client that speaks the protocol is welcome. */
void api_sdk_deprecation(struct http_req *r, void *arg)
{
	static const char yes[] = "{\"deprecation_status\":\"supported\","
				  "\"status\":\"supported\"}";

	(void)arg;
	http_reply(r, 200, "application/json", NULL, yes, sizeof(yes) - 1);
}

void api_webrtc_agents(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	const char *text = http_query(r, "ttl_sec");
	char code[WEB_CODE_BYTES], body[128];
	int64_t ttl_s = TTL_DEFAULT_S;

	if (text && text_to_int(text, 1, TTL_MOST_S, &ttl_s)) {
		http_error(r, 400, "ttl_sec must be 1 to 2592000");
		return;
	}

	int err = web_code_mint(code, sizeof(code), ttl_s * US_PER_S,
				loop_now_us(sh->loop));

	if (err) {
		http_error(r, 503, "too many codes are in use");
		return;
	}
	(void)snprintf(body, sizeof(body), "{\"webrtc_code\":\"%s\"}", code);
	http_reply(r, 200, "application/json", NULL, body, strlen(body));
}
