/**
 * @file sdk.c  What clients of the published protocol ask by HTTP
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/body.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "call/outbound.h"
#include "call/shard.h"
#include "channel/codes.h"
#include "conf/settings.h"
#include "expert/callinfo.h"
#include "expert/gateway.h"
#include "journal/metrics.h"
#include "net/loop.h"
#include "store/store.h"

enum {
	TTL_DEFAULT_S = 3600,
	TTL_MOST_S = 30 * 24 * 3600,
	SIP_RANDOM_BYTES = 12,
	NUMBER_DIGITS_MAX = 15, /* E.164 */
};

/* ---- what is thrown away, and what is always fine -------------------- */

/* Every client that speaks the protocol is welcome. */
void api_sdk_deprecation(struct http_req *r, void *arg)
{
	static const char yes[] = "{\"deprecation_status\":\"supported\","
				  "\"status\":\"supported\"}";

	(void)arg;
	http_reply(r, 200, "application/json", NULL, yes, sizeof(yes) - 1);
}

/* Who runs the server did not ask for it: nobody reads it, not even we. */
void api_telemetry(struct http_req *r, void *arg)
{
	static const char gone[] = "{\"status\":\"dropped\"}";

	(void)arg;
	metric_add(METRIC_TELEMETRY_DROPPED, 1);
	http_reply(r, 200, "application/json", NULL, gone, sizeof(gone) - 1);
}

/* ---- codes ----------------------------------------------------------- */

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
	char code[WEB_CODE_BYTES];
	int64_t ttl_s = TTL_DEFAULT_S;

	if (text && ttl_from(&ttl_s, text)) {
		http_error(r, 400, "ttl_sec must be 1 to 2592000");
		return;
	}

	int err = web_code_mint(code, sizeof(code), ttl_s * US_PER_S,
				loop_now_us(sh->loop));

	if (err)
		http_error(r, 503, "too many codes are in use");
	else
		api_reply(r, 200, json_pack("{s:s}", "webrtc_code", code));
}

/* An address is whatever an Expert listens on; a code is one that nobody
 * guesses. So there is nothing to keep. */
void api_sip_agents(struct http_req *r, void *arg)
{
	char hex[2 * SIP_RANDOM_BYTES + 1], code[sizeof(hex) + 4];

	(void)arg;
	if (text_random_hex(hex, sizeof(hex), SIP_RANDOM_BYTES)) {
		http_error(r, 503, NULL);
		return;
	}
	(void)snprintf(code, sizeof(code), "sip-%s", hex);
	api_reply(r, 200, json_pack("{s:s}", "sip_code", code));
}

/* ---- numbers --------------------------------------------------------- */

/* Members of a set are its keys. */
static void add_number(json_t *set, const char *s, size_t len)
{
	char number[NUMBER_DIGITS_MAX + 2];

	if (len >= sizeof(number) ||
	    json_object_size(set) >= LIMIT_NUMBERS_LISTED)
		return;
	memcpy(number, s, len);
	number[len] = '\0';
	if (callinfo_is_e164(number))
		(void)json_object_set_new(set, number, json_true());
}

/* "demo=+15555550100,shop=+15555550101" */
static void add_configured(json_t *set, const char *codes)
{
	while (*codes) {
		size_t n = strcspn(codes, ", ");
		size_t name = strcspn(codes, "=, ");

		if (name < n)
			add_number(set, codes + name + 1, n - name - 1);
		codes += n;
		codes += strspn(codes, ", ");
	}
}

/* "+15555550100,+15555550101=shop" */
static void add_outbound(json_t *set, const char *numbers)
{
	while (*numbers) {
		size_t n = strcspn(numbers, ",");

		add_number(set, numbers, strcspn(numbers, "=,"));
		numbers += n + (numbers[n] == ',');
	}
}

/* An array of strings, or of objects with an "address". */
static void add_listed(json_t *set, const char *text)
{
	json_t *list = text ? json_loads(text, 0, NULL) : NULL;
	const json_t *v;
	size_t i;

	json_array_foreach (list, i, v) {
		const char *s = json_string_value(
			json_is_object(v) ? json_object_get(v, "address") : v);

		if (s)
			add_number(set, s, strlen(s));
	}
	json_decref(list);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static json_t *numbers_of(json_t *set)
{
	size_t n = json_object_size(set), i = 0;
	const char **keys = mem_alloc((n + 1) * sizeof(*keys));
	json_t *list = json_array(), *v;
	const char *key;

	if (!keys || !set)
		goto fail;
	json_object_foreach (set, key, v)
		keys[i++] = key;
	qsort(keys, n, sizeof(*keys), by_text);
	for (i = 0; i < n; i++)
		if (json_array_append_new(
			    list, json_pack("{s:s}", "phone_number", keys[i])))
			goto fail;
	mem_free(keys);
	return list;
fail:
	mem_free(keys);
	json_decref(list);
	return NULL;
}

/** The question is with the store. */
struct asking {
	struct http_req *req;
	const struct shard *sh;
};

static void on_numbers(void *arg, int err, char *json)
{
	struct asking *a = arg;
	struct http_req *r = a->req;
	char *listeners = gateway_list(a->sh->gateway);
	json_t *set = json_object();

	add_configured(set, a->sh->conf->web_codes);
	add_outbound(set, a->sh->conf->outbound_numbers);
	add_listed(set, listeners);
	add_listed(set, json);
	if (err)
		http_error(r, 500, "the store could not be read");
	else
		api_reply(r, 200, numbers_of(set));
	json_decref(set);
	mem_free(listeners);
	mem_free(json);
	mem_free(a);
}

/* Those that the settings name, those on which Experts listen, and those that
 * a carrier has brought calls for. */
void api_numbers(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	struct asking *a = mem_zalloc(sizeof(*a));
	int err = -ENOMEM;

	if (a) {
		*a = (struct asking){.req = r, .sh = sh};
		err = store_list_numbers(sh->store, sh->loop, on_numbers, a);
	}
	if (err) {
		mem_free(a);
		api_not_now(r, err);
	}
}

/* ---- calls ----------------------------------------------------------- */

static int status_of(int err)
{
	switch (err) {
	case -EACCES:
		return 403;
	case -EAGAIN:
		return 429;
	case -ENOENT:
		return 501;
	default:
		return 503;
	}
}

void api_create_outbound(struct http_req *r, void *arg)
{
	const struct outbound_ask ask = {
		.from = http_query(r, "from_number"),
		.to = http_query(r, "to_number"),
		.key = http_key_id(r),
	};
	char id[CHANNEL_CALL_ID_BYTES];
	const char *why = NULL;
	int err;

	if (!callinfo_is_e164(ask.to)) {
		http_error(r, 400,
			   "to_number must be a telephone number with + "
			   "and country code, like +15555550100");
		return;
	}
	if (ask.from && *ask.from && !callinfo_is_e164(ask.from)) {
		http_error(r, 400,
			   "from_number must be a telephone number with + "
			   "and country code, like +15555550100");
		return;
	}
	err = outbound_place(arg, &ask, id, &why);
	if (err)
		http_error(r, status_of(err), why);
	else
		api_reply(r, 200, json_pack("{s:s}", "call_id", id));
}
