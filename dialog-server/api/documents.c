/**
 * @file documents.c  Documents that questions are answered from
 *
 * Each API key sees its own and no others.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "api/api.h"
#include "api/body.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "call/shard.h"
#include "store/store.h"

static const char missing[] = "there is no such document";

/* ---- list, delete ------------------------------------------------------ */

static void on_list(void *arg, int err, char *json)
{
	api_reply_text(arg, err, json, missing);
}

void api_documents(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	int err = store_list_documents(sh->store, sh->loop, http_key_id(r),
				       on_list, r);

	if (err)
		api_not_now(r, err);
}

static void on_deleted(void *arg, int err, char *json)
{
	if (err)
		api_reply_text(arg, err, json, missing);
	else
		http_reply(arg, 204, NULL, NULL, NULL, 0);
}

void api_document_delete(struct http_req *r, void *arg)
{
	const struct shard *sh = arg;
	const char *name = http_tail(r);
	int err;

	if (!*name || strlen(name) > LIMIT_KEY_BYTES) {
		http_error(r, 404, missing);
		return;
	}
	err = store_delete_document(sh->store, sh->loop, http_key_id(r), name,
				    on_deleted, r);
	if (err)
		api_not_now(r, err);
}

/* ---- put --------------------------------------------------------------- */

/** A document is with the store. */
struct putting {
	struct http_req *req;
	struct shard *sh;
};

static void on_put(void *arg, int err, char *json)
{
	struct putting *p = arg;

	p->sh->n_document_work--;
	if (err == -EMSGSIZE)
		http_error(p->req, 409,
			   "this key has 1000 documents or 16 MiB of them "
			   "already: delete some");
	else
		api_reply_text(p->req, err, json, missing);
	mem_free(p);
}

/* What is written down of calls waits behind documents: a few at a time. */
int api_document_work(struct http_req *r, struct shard *sh)
{
	if (sh->n_document_work >= LIMIT_DOCUMENT_WORK) {
		http_error(r, 429,
			   "too many documents and questions at "
			   "once, try again");
		return -EAGAIN;
	}
	sh->n_document_work++;
	return 0;
}

static void put_text(struct http_req *r, struct shard *sh, const char *name,
		     const char *text)
{
	struct putting *p;
	int err = -ENOMEM;

	if (api_document_work(r, sh))
		return;
	p = mem_zalloc(sizeof(*p));
	if (p) {
		*p = (struct putting){.req = r, .sh = sh};
		err = store_put_document(sh->store, sh->loop, http_key_id(r),
					 name, text, on_put, p);
	}
	if (err) {
		sh->n_document_work--;
		mem_free(p);
		api_not_now(r, err);
	}
}

static int is_name(const char *s)
{
	if (!*s)
		return 0;
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return 0;
	return 1;
}

static int has_text(const char *s)
{
	return s[strspn(s, " \t\r\n\f")] != '\0';
}

static void put(struct http_req *r, void *arg, const json_t *body)
{
	const char *name = "", *text = "";
	int err = api_string(body, "key", LIMIT_KEY_BYTES, &name);

	if (err || !is_name(name)) {
		http_error(r, 400,
			   "\"key\" must be a string of 1 to 128 bytes "
			   "without control characters");
		return;
	}
	err = api_string(body, "text", LIMIT_DOCUMENT_BYTES, &text);
	if (err == -EMSGSIZE) {
		http_error(r, 413,
			   "\"text\" has more than 240 KiB: put it "
			   "in as several documents");
		return;
	}
	if (err || !has_text(text)) {
		http_error(r, 400, "\"text\" must be a string with text");
		return;
	}
	put_text(r, arg, name, text);
}

void api_document_put(struct http_req *r, void *arg)
{
	api_body(r, arg, put);
}
