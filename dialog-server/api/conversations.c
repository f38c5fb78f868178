/**
 * @file conversations.c  Calls as the published API has them
 *
 *   GET    /v1/conversations              a page, newest first
 *   GET    /v1/conversations/ID           one
 *   GET    /v1/conversations/ID/transcript, /recording
 *   DELETE /v1/conversations/ID           rows and files
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "api/api.h"
#include "api/body.h"
#include "api/params.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"
#include "call/shard.h"
#include "store/store.h"

enum { PAGE_DEFAULT = 50, PAGE_MOST = 100 };

static const char missing[] = "there is no such conversation";

static void on_answer(void *arg, int err, char *json)
{
	api_reply_text(arg, err, json, missing);
}

/* ---- a page ------------------------------------------------------------ */

/* @return NULL, or what is wrong */
static const char *read_page(const struct http_req *r, struct store_page *q)
{
	const char *from = http_query(r, "date_from");
	const char *to = http_query(r, "date_to");
	const char *after = http_query(r, "after");
	const char *limit = http_query(r, "limit");
	int64_t n = PAGE_DEFAULT;

	*q = (struct store_page){
		.from_number = param_text(r, "from_number"),
		.to_number = param_text(r, "to_number"),
		.direction = param_text(r, "direction"),
		.from_us = 0,
		.to_us = INT64_MAX,
		.before_us = INT64_MAX,
		.before_id = "",
	};
	if ((from && param_time(from, 0, &q->from_us)) ||
	    (to && param_time(to, 1, &q->to_us)))
		return "date_from and date_to must be times such as "
		       "2026-01-31 or 2026-01-31T09:30:00Z";
	if (*q->direction && strcmp(q->direction, "inbound") &&
	    strcmp(q->direction, "outbound"))
		return "direction must be inbound or outbound";
	if (after && *after &&
	    param_cursor(after, &q->before_us, &q->before_id))
		return "after must be a next_cursor";
	if (limit && text_to_int(limit, 1, PAGE_MOST, &n))
		return "limit must be a number from 1 to 100";
	q->limit = (int)n;
	return NULL;
}

void api_conversations(struct http_req *r, void *arg)
{
	static const char none[] = "{\"conversations\":[],\"next_cursor\":null"
				   ",\"has_more\":false}";
	const struct shard *sh = arg;
	struct store_page q;
	const char *why = read_page(r, &q);
	int err;

	if (why) {
		http_error(r, 400, why);
		return;
	}
	/* There are no campaigns, so no call is part of one. */
	if (*param_text(r, "campaign_id")) {
		http_reply(r, 200, "application/json", NULL, none,
			   sizeof(none) - 1);
		return;
	}
	err = store_list_conversations(sh->store, sh->loop, &q, on_answer, r);
	if (err)
		api_not_now(r, err);
}

/* ---- one ---------------------------------------------------------------- */

static void on_recording(void *arg, int err, char *path)
{
	struct http_req *r = arg;

	if (err)
		api_reply_text(r, err, NULL, "there is no such recording");
	else
		http_reply_file(r, "audio/wav", path);
	mem_free(path);
}

/* "ID" or "ID/part". @return the part, "" for the whole; NULL: none such */
static const char *split_path(const char *tail, char *id, size_t cap)
{
	size_t n = strcspn(tail, "/");

	if (!n || n >= cap)
		return NULL;
	memcpy(id, tail, n);
	id[n] = '\0';
	return tail + n + (tail[n] == '/');
}

void api_conversation(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	char id[LIMIT_KEY_BYTES + 1];
	const char *part = split_path(http_tail(r), id, sizeof(id));
	int err;

	if (!part) {
		http_error(r, 404, missing);
		return;
	}
	if (!*part)
		err = store_get_conversation(sh->store, sh->loop, id,
					     on_answer, r);
	else if (!strcmp(part, "transcript"))
		err = store_get_transcript(sh->store, sh->loop, id, on_answer,
					   r);
	else if (!strcmp(part, "recording"))
		err = store_get_recording(sh->store, sh->loop, id,
					  on_recording, r);
	else
		err = -ENOENT;
	if (err == -ENOENT)
		http_error(r, 404, NULL);
	else if (err)
		api_not_now(r, err);
}

/* ---- delete ------------------------------------------------------------- */

static void on_deleted(void *arg, int err, char *json)
{
	if (!err)
		http_reply(arg, 204, NULL, NULL, NULL, 0);
	else if (err == -EPROTO)
		http_error(arg, 409, "the call goes on");
	else
		api_reply_text(arg, err, json, missing);
}

void api_conversation_delete(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	char id[LIMIT_KEY_BYTES + 1];
	const char *part = split_path(http_tail(r), id, sizeof(id));
	int err;

	if (!part || *part) {
		http_error(r, 404, missing);
		return;
	}
	err = store_delete_conversation(sh->store, sh->loop, id, on_deleted,
					r);
	if (err)
		api_not_now(r, err);
}
