/**
 * @file messages.c  Text messages
 *
 * No carrier for them is connected: one that is to be sent is kept as failed,
 * and who wants to send it is told.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "api/api.h"
#include "api/body.h"
#include "api/params.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"
#include "call/shard.h"
#include "expert/callinfo.h"
#include "journal/metrics.h"
#include "store/store.h"

enum { PAGE_DEFAULT = 50, PAGE_MOST = 100 };

/* ---- send ------------------------------------------------------------ */

static void on_kept(void *arg, int err, char *json)
{
	if (err)
		http_error(arg, 500, "the store could not be written");
	else
		http_error(arg, 501,
			   "no carrier for text messages is connected: the "
			   "message was not sent, and is kept as failed");
	mem_free(json);
}

/* Does the member say a number? Else that is answered. */
static int read_number(struct http_req *r, const json_t *body,
		       const char *name, const char **ret)
{
	char why[80] = "\"";

	if (!api_string(body, name, LIMIT_KEY_BYTES, ret) &&
	    callinfo_is_e164(*ret))
		return 1;
	(void)text_copy(why + 1, sizeof(why) - 1, name);
	(void)text_copy(why + strlen(why), sizeof(why) - strlen(why),
			"\" must be a number such as +15555550100");
	http_error(r, 400, why);
	return 0;
}

static void send_message(struct http_req *r, void *arg, const json_t *body)
{
	const struct shard *sh = arg;
	struct store_message m = {
		.key_id = http_key_id(r),
		.modality = "sms",
		.direction = "outbound",
		.status = "failed",
	};
	int err;

	if (!read_number(r, body, "from_number", &m.from_number) ||
	    !read_number(r, body, "to_number", &m.to_number))
		return;
	err = api_string(body, "message", LIMIT_MESSAGE_BYTES, &m.content);
	if (err || !*m.content) {
		http_error(r, 400,
			   "\"message\" must be a string of 1 to 1600 "
			   "bytes");
		return;
	}
	metric_add(METRIC_SMS_FAILED, 1);
	err = store_add_message(sh->store, sh->loop, &m, on_kept, r);
	if (err)
		api_not_now(r, err);
}

void api_sms_send(struct http_req *r, void *arg)
{
	api_body(r, arg, send_message);
}

/* ---- list ------------------------------------------------------------ */

static void on_list(void *arg, int err, char *json)
{
	api_reply_text(arg, err, json, NULL);
}

void api_messages(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	const char *limit = http_query(r, "limit");
	const char *start = http_query(r, "start");
	int64_t n = PAGE_DEFAULT;
	struct store_inbox q = {
		.key_id = http_key_id(r),
		.to_number = param_text(r, "to_number"),
		.from_number = param_text(r, "from_number"),
		.modality = param_text(r, "modality"),
	};
	int err;

	if (!callinfo_is_e164(q.to_number) ||
	    (*q.from_number && !callinfo_is_e164(q.from_number))) {
		http_error(r, 400,
			   "to_number, and from_number if it is there,"
			   " must be numbers such as +15555550100");
		return;
	}
	if (start && param_time(start, 0, &q.from_us)) {
		http_error(r, 400,
			   "start must be a time such as "
			   "2026-01-31T09:30:00Z");
		return;
	}
	if (limit && text_to_int(limit, 1, PAGE_MOST, &n)) {
		http_error(r, 400, "limit must be a number from 1 to 100");
		return;
	}
	q.limit = (int)n;
	err = store_list_messages(sh->store, sh->loop, &q, on_list, r);
	if (err)
		api_not_now(r, err);
}
