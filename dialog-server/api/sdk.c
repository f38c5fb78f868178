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
#include "expert/callinfo.h"
#include "net/loop.h"

enum {
	TTL_DEFAULT_S = 3600,
	TTL_MOST_S = 30 * 24 * 3600,
	SIP_CODE_RANDOM_BYTES = 12
};

/* Every client that speaks the protocol is welcome. */
void api_sdk_deprecation(struct http_req *r, void *arg)
{
	static const char yes[] = "{\"deprecation_status\":\"supported\","
				  "\"status\":\"supported\"}";

	(void)arg;
	http_reply(r, 200, "application/json", NULL, yes, sizeof(yes) - 1);
}

/** "3600", and "3600.0" as clients write it that keep times as fractions.
 *  @return 0, -EINVAL */
static int ttl_from(int64_t *ret_s, const char *text)
{
	char whole[24];
	size_t n = strcspn(text, ".");

	if (n >= sizeof(whole) ||
	    (text[n] &&
	     strspn(text + n + 1, "0123456789") != strlen(text + n + 1)))
		return -EINVAL;
	memcpy(whole, text, n);
	whole[n] = '\0';
	return text_to_int(whole, 1, TTL_MOST_S, ret_s);
}

void api_webrtc_agents(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	const char *text = http_query(r, "ttl_sec");
	char code[WEB_CODE_BYTES], body[128];
	int64_t ttl_s = TTL_DEFAULT_S;

	if (text && ttl_from(&ttl_s, text)) {
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

/* A code leads to whoever listens on it with a key of this server; there is
 * nothing to remember. */
void api_sip_agents(struct http_req *r, void *arg)
{
	char random[2 * SIP_CODE_RANDOM_BYTES + 1], body[128];

	(void)arg;
	if (text_random_hex(random, sizeof(random), SIP_CODE_RANDOM_BYTES)) {
		http_error(r, 503, "no randomness");
		return;
	}
	(void)snprintf(body, sizeof(body), "{\"sip_code\":\"sip-%s\"}",
		       random);
	http_reply(r, 200, "application/json", NULL, body, strlen(body));
}

void api_create_outbound(struct http_req *r, void *arg)
{
	const char *from = http_query(r, "from_number");
	const char *to = http_query(r, "to_number");

	(void)arg;
	if (!callinfo_is_e164(to))
		http_error(r, 400,
			   "to_number must be a telephone number with + "
			   "and country code, like +15555550100");
	else if (from && *from && !callinfo_is_e164(from))
		http_error(r, 400,
			   "from_number must be a telephone number with + "
			   "and country code, like +15555550100");
	else
		http_error(r, 501,
			   "this server places no calls: it has no carrier "
			   "that dials; it takes calls that come in");
}
