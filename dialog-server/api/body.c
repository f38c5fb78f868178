/**
 * @file body.c  JSON bodies of requests, and answers made of JSON
 *
 *   small: read here ----------------------------> fn
 *   large: worker thread reads --> back here ----> fn
 *
 * SPDX-License-Identifier: MIT
 */
#include "api/body.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "call/shard.h"
#include "net/loop.h"

enum { SMALL_BYTES = 16 * 1024 }; /* read in less than 0.2 ms */

/* ---- in -------------------------------------------------------------- */

json_t *api_body_read(const char *s, size_t len, const char **ret_why)
{
	json_error_t e;
	json_t *o = json_loadb(s, len, JSON_REJECT_DUPLICATES, &e);

	if (json_is_object(o))
		return o;
	*ret_why = !o && json_error_code(&e) == json_error_duplicate_key
			   ? "the body has a member twice"
			   : "the body must be a JSON object";
	json_decref(o);
	return NULL;
}

/* "application/json", also with parameters; what says nothing is taken for
 * it. */
static int is_json(const struct http_req *r)
{
	static const char json[] = "application/json";
	const char *type = http_header(r, "content-type");
	size_t n = sizeof(json) - 1;

	return !type || (!strncasecmp(type, json, n) &&
			 (!type[n] || strchr("; \t", type[n])));
}

/** A body on its way to the worker and back. */
struct reading {
	struct http_req *req;
	void *arg;
	api_body_fn *fn;
	json_t *body;
	const char *why;
};

static void go_on(struct http_req *r, void *arg, api_body_fn *fn, json_t *body,
		  const char *why)
{
	if (body)
		fn(r, arg, body);
	else
		http_error(r, 400, why);
	json_decref(body);
}

/* The bytes stay while the request is unanswered. */
static void work(void *arg)
{
	struct reading *g = arg;
	size_t len;
	const char *s = http_body(g->req, &len);

	g->body = api_body_read(s, len, &g->why);
}

static void done(void *arg)
{
	struct reading *g = arg;

	go_on(g->req, g->arg, g->fn, g->body, g->why);
	mem_free(g);
}

void api_body(struct http_req *r, void *arg, api_body_fn *fn)
{
	const struct shard *sh = arg;
	const char *why = NULL;
	struct reading *g;
	size_t len;
	const char *s = http_body(r, &len);

	if (!is_json(r)) {
		http_error(r, 415, "the body must be application/json");
		return;
	}
	if (len <= SMALL_BYTES) {
		json_t *body = api_body_read(s, len, &why);

		go_on(r, arg, fn, body, why);
		return;
	}
	g = mem_zalloc(sizeof(*g));
	if (g)
		*g = (struct reading){.req = r, .arg = arg, .fn = fn};
	if (!g || loop_work(sh->loop, work, done, g)) {
		mem_free(g);
		http_error(r, 503, NULL);
	}
}

int api_string(const json_t *o, const char *name, size_t max, const char **ret)
{
	const json_t *v = json_object_get(o, name);
	size_t len = json_string_length(v);

	if (!v || json_is_null(v)) {
		*ret = "";
		return -ENOENT;
	}
	if (!json_is_string(v) || strlen(json_string_value(v)) != len)
		return -EINVAL;
	if (len > max)
		return -EMSGSIZE;
	*ret = json_string_value(v);
	return 0;
}

/* ---- out ------------------------------------------------------------- */

void api_reply(struct http_req *r, int status, json_t *o)
{
	char *s = o ? json_dumps(o, JSON_COMPACT) : NULL;

	if (s)
		http_reply(r, status, "application/json", NULL, s, strlen(s));
	else
		http_error(r, 500, "out of memory");
	free(s);
	json_decref(o);
}

void api_reply_text(struct http_req *r, int err, char *json,
		    const char *missing)
{
	if (!err)
		http_reply(r, 200, "application/json", NULL, json,
			   strlen(json));
	else if (err == -ENOENT)
		http_error(r, 404, missing);
	else if (err == -EAGAIN)
		http_error(r, 503, "the store is busy, try again");
	else
		http_error(r, 500, "the store could not be read");
	mem_free(json);
}

void api_not_now(struct http_req *r, int err)
{
	if (err == -EAGAIN)
		http_error(r, 503, "the store is busy, try again");
	else if (err == -EINVAL)
		http_error(r, 400, "a parameter is out of range");
	else
		http_error(r, 500, "the store could not be asked");
}
