/**
 * @file callout.c  Calls that the program places
 *
 *   expert_call_out (any thread) --> orders --callout_flush--> POST
 *   create-outbound --> call id --> a call with a socket, like any other
 *                   `-> no: on_outbound_failed
 *
 * An order is never sent twice: nobody could tell whether it rings already.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "priv.h"

enum {
	ORDERS_MAX = 1000,
	ANSWER_BYTES_MAX = 4096,
	NUMBER_DIGITS_MIN = 2,
	NUMBER_DIGITS_MAX = 15, /* E.164 */
};

/* What is to be placed, until there is a call. */
struct order {
	struct order *next; /* of expert.orders; LOCKED */
	struct expert *e;
	struct listener *listener; /* its handlers; taken by the call */
	char *to, *from;           /* from NULL: the server's choice */
	char *variables;           /* JSON object, or NULL */
	/* The request. */
	struct lws *wsi;
	int in_call, destroyed, answered, status;
	char answer[ANSWER_BYTES_MAX + 1];
	size_t len;
};

static void order_free(struct order *o)
{
	listener_free(o->listener);
	free(o->to);
	free(o->from);
	free(o->variables);
	free(o);
}

/* ---- the call ------------------------------------------------------------
 */

/* @return NULL when out of memory */
static struct xp_listen *make_offer(const struct order *o, const char *id)
{
	const struct xp_listen m = {
		.kind = XP_ASSIGN_CALL,
		.call_id = id,
		.info = {.type = XP_CALL_PSTN,
			 .from_number = o->from,
			 .to_number = o->to},
	};
	struct xp_listen *offer = malloc(sizeof(*offer));
	char *text = xp_listen_encode(&m);

	if (!text || !offer ||
	    xp_listen_decode(offer, text, strlen(text), NULL) < 0) {
		free(offer);
		offer = NULL;
	}
	free(text);
	return offer;
}

/* @return NULL when out of memory */
static struct call *make_call(struct order *o, const char *id)
{
	struct xp_listen *offer = make_offer(o, id);
	struct call *c = offer ? call_new(o->listener, offer) : NULL;

	if (!c) {
		if (offer)
			xp_listen_done(offer);
		free(offer);
		return NULL;
	}
	c->own_listener = o->listener;
	o->listener = NULL;
	atomic_store(&c->verdict, VERDICT_DONE);
	return c;
}

/* The end of an order that leads to no call. Taken. */
static void fail(struct order *o, int code, const char *why)
{
	struct call *c = make_call(o, "none");
	struct job *j = c ? call_failed_job(code, why) : NULL;

	expert_log(o->e, EXPERT_LOG_WARN, "call to %s not placed: %s", o->to,
		   why);
	if (j) {
		c->id[0] = 0;
		strand_post(&o->e->exec, &c->strand, j);
	} else if (c) {
		call_drop(c);
	}
	order_free(o);
}

static void set_variables(struct call *c, const char *text)
{
	json_t *all = text ? json_loads(text, 0, NULL) : NULL, *value;
	const char *key;

	json_object_foreach (all, key, value) {
		char *json = json_dumps(value, JSON_ENCODE_ANY);

		(void)expert_set_variable(c->handle, key, json);
		free(json);
	}
	json_decref(all);
}

static void placed(struct order *o, const char *id)
{
	struct call *c = make_call(o, id);

	if (!c) {
		fail(o, 0, "out of memory");
		return;
	}
	expert_log(o->e, EXPERT_LOG_INFO, "call %s: rings at %s", id, o->to);
	set_variables(c, o->variables);
	order_free(o);
	call_start(c);
}

/* ---- the answer ----------------------------------------------------------
 */

/* Once; taken. */
static void judge(struct order *o)
{
	json_t *answer = json_loadb(o->answer, o->len, 0, NULL);
	const char *id = json_string_value(json_object_get(answer, "call_id"));
	const char *why = json_string_value(
		json_object_get(json_object_get(answer, "error"), "message"));
	char text[ERROR_BYTES];

	if (o->status == 200 && id && id[0] &&
	    strlen(id) <= XP_KEY_BYTES_MAX) {
		placed(o, id);
	} else {
		(void)snprintf(text, sizeof(text), "%.200s",
			       why ? why
			       : o->status == 200
				       ? "the server's answer has no call_id"
				       : "the server refused");
		fail(o, o->status == 200 ? 0 : o->status, text);
	}
	json_decref(answer);
}

/* The request is over. @param why  NULL: answered */
static void finish(struct order *o, const char *why)
{
	if (o->wsi)
		lws_set_opaque_user_data(o->wsi, NULL);
	o->wsi = NULL;
	o->e->n_posting--;
	if (why)
		fail(o, 0, why);
	else
		judge(o);
}

static int read_some(struct lws *wsi)
{
	char buffer[LWS_PRE + 1024];
	char *at = buffer + LWS_PRE;
	int n = sizeof(buffer) - LWS_PRE;

	return lws_http_client_read(wsi, &at, &n) < 0 ? -1 : 0;
}

static void on_error(struct order *o, const char *in, size_t len)
{
	char text[200];

	(void)snprintf(text, sizeof(text),
		       "the server cannot be reached%s%.*s", len ? ": " : "",
		       (int)(len < 80 ? len : 80), in ? in : "");
	finish(o, text);
}

static int add_headers(struct order *o, struct lws *wsi, unsigned char **p,
		       size_t len)
{
	unsigned char *end = *p + len;

	if (wire_headers(o->listener->server, wsi, p, len))
		return -1;
	return lws_add_http_header_by_name(
		wsi, (const unsigned char *)"content-length:",
		(const unsigned char *)"0", 1, p, end);
}

int callout_callback(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	struct order *o = wsi ? lws_get_opaque_user_data(wsi) : NULL;

	(void)user;
	if (!o)
		return 0;
	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return add_headers(o, wsi, in, len);
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
		o->wsi = wsi;
		o->status = (int)lws_http_client_http_response(wsi);
		return 0;
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
		return read_some(wsi);
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
		if (len > ANSWER_BYTES_MAX - o->len)
			len = ANSWER_BYTES_MAX - o->len;
		memcpy(o->answer + o->len, in, len);
		o->len += len;
		return 0;
	case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
		finish(o, NULL);
		return -1;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
	case LWS_CALLBACK_WSI_DESTROY:
		/* Whoever began to connect finds it out itself. */
		if (o->in_call)
			o->destroyed = 1;
		else if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR)
			on_error(o, in, len);
		else
			finish(o, "the connection was lost");
		return 0;
	default:
		return 0;
	}
}

/* ---- the request ---------------------------------------------------------
 */

/* @return the path with its query, or NULL: out of memory; free() */
static char *make_path(const struct order *o)
{
	char *to = url_escape(o->to);
	char *from = url_escape(o->from ? o->from : "");
	char *path = NULL;

	if (!to || !from ||
	    asprintf(&path, "%s/v2/create-outbound?to_number=%s%s%s",
		     o->listener->server->url.prefix, to,
		     o->from ? "&from_number=" : "", from) < 0)
		path = NULL;
	free(to);
	free(from);
	return path;
}

/* Taken. */
static void post(struct order *o)
{
	struct server *server = o->listener->server;
	char *path = make_path(o);
	struct lws_client_connect_info info = {
		.context = o->e->context,
		.vhost = server->vhost,
		.address = server->url.host,
		.port = server->url.port,
		.path = path,
		.host = server->url.authority,
		.method = "POST",
		.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT |
				  (server->url.tls ? LCCSCF_USE_SSL : 0),
		.alpn = "http/1.1",
		.local_protocol_name = "expert-call-out",
		.pwsi = &o->wsi,
		.opaque_user_data = o,
	};

	o->e->n_posting++;
	if (!path) {
		finish(o, "out of memory");
		return;
	}
	o->in_call = 1;
	if (!lws_client_connect_via_info(&info))
		o->destroyed = 1;
	o->in_call = 0;
	free(path);
	if (o->destroyed) {
		o->wsi = NULL;
		finish(o, "the server cannot be reached");
	}
}

/* ---- orders --------------------------------------------------------------
 */

/* The oldest, or NULL; taken by the caller. */
static struct order *take(struct expert *e)
{
	struct order *o;

	handle_lock_only();
	o = e->orders;
	if (o) {
		e->orders = o->next;
		e->n_orders--;
	}
	handle_unlock();
	return o;
}

void callout_flush(struct expert *e)
{
	struct order *o;

	while (e->n_calls + e->n_posting < CALLS_MAX && (o = take(e))) {
		if (e->draining)
			fail(o, 0, "the Expert drains");
		else
			post(o);
	}
}

void callout_fail_all(struct expert *e)
{
	struct order *o;

	while ((o = take(e)))
		fail(o, 0, "the Expert was stopped");
}

void callout_free_all(struct expert *e)
{
	struct order *o;

	while ((o = take(e)))
		order_free(o);
}

int callout_waits(const struct expert *e)
{
	int waits;

	handle_lock_only();
	waits = e->orders != NULL;
	handle_unlock();
	return waits || e->n_posting;
}

static int is_number(const char *s)
{
	size_t n = *s == '+' ? strspn(s + 1, "0123456789") : 0;

	return n >= NUMBER_DIGITS_MIN && n <= NUMBER_DIGITS_MAX && !s[1 + n] &&
	       s[1] != '0';
}

static int is_object(const char *json)
{
	json_t *o = json_loads(json, 0, NULL);
	int is = json_is_object(o);

	json_decref(o);
	return is;
}

/* A copy of what is there in a struct of any age. */
static int take_options(struct expert_outbound *ret,
			const struct expert_outbound *o)
{
	*ret = (struct expert_outbound){0};
	if (!o || o->size < sizeof(o->size))
		return EXPERT_EINVAL;
	memcpy(ret, o, o->size < sizeof(*ret) ? o->size : sizeof(*ret));
	if (!ret->to || !is_number(ret->to) || !ret->handlers ||
	    (ret->from && !is_number(ret->from)) ||
	    (ret->variables && !is_object(ret->variables)))
		return EXPERT_EINVAL;
	return EXPERT_OK;
}

/* At the end: they are placed in their order. */
static int append(struct expert *e, struct order *o)
{
	struct order **at;
	int rc = EXPERT_OK;

	handle_lock_only();
	if (e->n_orders >= ORDERS_MAX) {
		rc = EXPERT_EAGAIN;
	} else {
		for (at = &e->orders; *at; at = &(*at)->next)
			;
		*at = o;
		e->n_orders++;
	}
	handle_unlock();
	return rc;
}

int expert_call_out(struct expert *e, const struct expert_outbound *options)
{
	struct expert_outbound with;
	struct order *o;
	int rc = e ? take_options(&with, options) : EXPERT_EINVAL;

	if (rc < 0)
		return rc;
	o = calloc(1, sizeof(*o));
	if (!o)
		return EXPERT_ENOMEM;
	o->e = e;
	o->to = strdup(with.to);
	o->from = with.from ? strdup(with.from) : NULL;
	o->variables = with.variables ? strdup(with.variables) : NULL;
	rc = listener_new(&o->listener, e, with.handlers, with.arg);
	if (rc == EXPERT_OK && (!o->to || (with.from && !o->from) ||
				(with.variables && !o->variables)))
		rc = EXPERT_ENOMEM;
	if (rc == EXPERT_OK)
		rc = append(e, o);
	if (rc < 0) {
		order_free(o);
		return rc;
	}
	expert_wake(e);
	return EXPERT_OK;
}
