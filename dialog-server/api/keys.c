/**
 * @file keys.c  API keys over HTTP; each waits for the disk on a worker
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"
#include "call/shard.h"
#include "net/loop.h"
#include "store/store.h"

enum { KEY_BYTES = 64 };

/* One request on its way to the worker and back. */
struct errand {
	struct http_req *req;
	struct store *store;
	int err;
	char name[LIMIT_KEY_BYTES + 1];
	char key[KEY_BYTES];
	char *json;
};

static void errand_free(struct errand *e)
{
	OPENSSL_cleanse(e->key, sizeof(e->key));
	mem_free(e->json);
	mem_free(e);
}

static void run(struct http_req *r, const struct shard *sh, const char *name,
		loop_fn *work, loop_fn *done)
{
	struct errand *e;

	e = mem_zalloc(sizeof(*e));
	if (!e) {
		http_error(r, 503, NULL);
		return;
	}
	e->req = r;
	e->store = sh->store;
	/* A name that is too long has no key, and cannot have one. */
	if (text_copy(e->name, sizeof(e->name), name ? name : ""))
		e->name[0] = '\0';
	if (loop_work(sh->loop, work, done, e)) {
		errand_free(e);
		http_error(r, 503, NULL);
	}
}

static void answer_error(struct http_req *r, int err)
{
	switch (err) {
	case -EEXIST:
		http_error(r, 409, "this name is taken");
		break;
	case -ENOENT:
		http_error(r, 404, "there is no key of this name");
		break;
	case -EINVAL:
		http_error(r, 400, "a name has " STORE_KEY_NAME);
		break;
	case -EMSGSIZE:
		http_error(r, 409, "there are too many keys");
		break;
	case -EAGAIN:
		http_error(r, 503, "the store is busy, try again");
		break;
	default:
		http_error(r, 500, "the store could not be written");
	}
}

/* ---- list ------------------------------------------------------------ */

static void list_work(void *arg)
{
	struct errand *e = arg;

	e->json = store_key_list(e->store);
	e->err = e->json ? 0 : -EIO;
}

static void list_done(void *arg)
{
	struct errand *e = arg;

	if (e->err)
		answer_error(e->req, e->err);
	else
		http_reply(e->req, 200, "application/json", NULL, e->json,
			   strlen(e->json));
	errand_free(e);
}

void api_keys_list(struct http_req *r, void *arg)
{
	run(r, arg, NULL, list_work, list_done);
}

/* ---- create ---------------------------------------------------------- */

static void create_work(void *arg)
{
	struct errand *e = arg;

	e->err = store_key_create(e->store, e->name, e->key, sizeof(e->key));
}

static void create_done(void *arg)
{
	struct errand *e = arg;
	json_t *o = NULL;
	char *s = NULL;

	if (!e->err) {
		o = json_pack("{s:s, s:s}", "name", e->name, "key", e->key);
		s = json_dumps(o, JSON_COMPACT);
	}
	if (e->err)
		answer_error(e->req, e->err);
	else if (s)
		http_reply(e->req, 201, "application/json", NULL, s,
			   strlen(s));
	else
		http_error(e->req, 500, "out of memory; revoke this key");
	if (s)
		OPENSSL_cleanse(s, strlen(s));
	free(s);
	json_decref(o);
	errand_free(e);
}

void api_keys_create(struct http_req *r, void *arg)
{
	size_t len;
	const char *body = http_body(r, &len);
	json_t *o = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	const char *name = json_string_value(json_object_get(o, "name"));

	if (!o)
		http_error(r, 400, "the body must be a JSON object");
	else if (!name)
		http_error(r, 400, "\"name\" must be a string");
	else
		run(r, arg, name, create_work, create_done);
	json_decref(o);
}

/* ---- revoke ---------------------------------------------------------- */

static void revoke_work(void *arg)
{
	struct errand *e = arg;

	e->err = store_key_revoke(e->store, e->name);
}

static void revoke_done(void *arg)
{
	struct errand *e = arg;

	if (e->err)
		answer_error(e->req, e->err);
	else
		http_reply(e->req, 204, NULL, NULL, NULL, 0);
	errand_free(e);
}

void api_keys_revoke(struct http_req *r, void *arg)
{
	run(r, arg, http_tail(r), revoke_work, revoke_done);
}
