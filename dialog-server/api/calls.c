/**
 * @file calls.c  Calls as the store has them, listeners as the gateway has
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "api/api.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"
#include "call/shard.h"
#include "expert/gateway.h"
#include "store/store.h"

enum { LIMIT_DEFAULT = 50, LIMIT_MOST = 500 };

/* The store's answer is the body as it stands. */
static void on_answer(void *arg, int err, char *json)
{
	struct http_req *r = arg;

	if (!err)
		http_reply(r, 200, "application/json", NULL, json,
			   strlen(json));
	else if (err == -ENOENT)
		http_error(r, 404, "there is no such call");
	else
		http_error(r, 500, "the store could not be read");
	mem_free(json);
}

static void not_now(struct http_req *r, int err)
{
	if (err == -EAGAIN)
		http_error(r, 503, "the store is busy, try again");
	else if (err == -EINVAL)
		http_error(r, 400, "a parameter is out of range");
	else
		http_error(r, 500, "the store could not be asked");
}

void api_calls(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	const char *id = http_query(r, "external_id");
	const char *text = http_query(r, "limit");
	int64_t limit = LIMIT_DEFAULT;

	if (text && text_to_int(text, 1, LIMIT_MOST, &limit)) {
		http_error(r, 400, "limit must be a number from 1 to 500");
		return;
	}
	if (id && strlen(id) > LIMIT_KEY_BYTES) {
		http_error(r, 400, "external_id is too long");
		return;
	}

	int err = store_list_calls(sh->store, sh->loop, id ? id : "",
				   (int)limit, on_answer, r);

	if (err)
		not_now(r, err);
}

void api_call(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	const char *id = http_tail(r);

	if (!*id || strlen(id) > LIMIT_KEY_BYTES) {
		http_error(r, 404, "there is no such call");
		return;
	}

	int err = store_get_call(sh->store, sh->loop, id, on_answer, r);

	if (err)
		not_now(r, err);
}

void api_experts(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	char *json = gateway_list(sh->gateway);

	if (json)
		http_reply(r, 200, "application/json", NULL, json,
			   strlen(json));
	else
		http_error(r, 500, "out of memory");
	mem_free(json);
}
