/**
 * @file http.c  HTTP client: libcurl's multi interface on the loop
 *
 *   libcurl --wants fd, time--> uv_poll, uv_timer --ready--> libcurl
 *
 * SPDX-License-Identifier: MIT
 */
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "net/http.h"
#include "net/loop_priv.h"

enum {
	DEFAULT_BODY_BYTES = 1024 * 1024,
	HEADER_BYTES = 8 * 1024,
};

/* One a loop. */
struct http_client {
	struct loop *loop;
	CURLM *multi;
	struct timer *timer;
	struct list calls;
};

struct http_call {
	struct list node;
	struct loop_job job; /* ends the call, outside of libcurl */
	struct http_client *client;
	struct http_call_handlers h;
	void *arg;
	CURL *easy;
	struct curl_slist *headers;
	char *body;
	struct timer *idle;
	int64_t idle_us;
	size_t got_bytes, max_bytes;
	CURLcode result;
	char detail[CURL_ERROR_SIZE];
	int err; /* overrides result */
	int told_status;
	int closed; /* by its owner: no more callbacks */
};

struct watch {
	uv_poll_t poll;
	struct http_client *client;
	curl_socket_t fd;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void curl_start(void)
{
	(void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* ---- the end of a call ----------------------------------------------- */

static void call_free(struct http_call *c)
{
	list_unlink(&c->node);
	loop_job_cancel(&c->job);
	if (c->easy) {
		(void)curl_multi_remove_handle(c->client->multi, c->easy);
		curl_easy_cleanup(c->easy);
	}
	curl_slist_free_all(c->headers);
	timer_free(c->idle);
	mem_free(c->body);
	mem_free(c);
}

static int result_errno(CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return 0;
	case CURLE_OPERATION_TIMEDOUT:
		return -ETIMEDOUT;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
		return -EHOSTUNREACH;
	case CURLE_PEER_FAILED_VERIFICATION:
		return -EKEYREJECTED;
	default:
		return -EPIPE;
	}
}

static int call_status(struct http_call *c)
{
	long status = 0;

	(void)curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

static void tell_status(struct http_call *c)
{
	char *type = NULL;

	if (c->told_status || c->closed)
		return;
	c->told_status = 1;
	(void)curl_easy_getinfo(c->easy, CURLINFO_CONTENT_TYPE, &type);
	if (c->h.on_status)
		c->h.on_status(c->arg, call_status(c), type ? type : "");
}

static const char *why_failed(const struct http_call *c)
{
	switch (c->err) {
	case -EMSGSIZE:
		return "the answer is too long";
	case -ETIMEDOUT:
		return "no data came in time";
	default:
		break;
	}
	switch (c->result) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
		return c->detail[0] ? c->detail
				    : curl_easy_strerror(c->result);
	default:
		return curl_easy_strerror(c->result);
	}
}

static void on_job(struct loop_job *j)
{
	struct http_call *c = LIST_ENTRY(j, struct http_call, job);

	if (!c->closed) {
		int err = c->err ? c->err : result_errno(c->result);
		int status = call_status(c);

		if (!err)
			tell_status(c);
		if (!c->closed && c->h.on_done)
			c->h.on_done(c->arg, err, status,
				     err ? why_failed(c) : "");
	}
	call_free(c);
}

static void end_later(struct http_call *c, int err)
{
	timer_stop(c->idle);
	if (err && !c->err)
		c->err = err;
	loop_later(c->client->loop, &c->job);
}

struct http_call *http_call_close(struct http_call *c)
{
	if (!c)
		return NULL;
	c->closed = 1;
	end_later(c, 0);
	return NULL;
}

/* ---- between libcurl and the loop ------------------------------------ */

static void check_done(struct http_client *hc)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(hc->multi, &left)) != NULL) {
		struct http_call *c = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
		c->result = m->data.result;
		end_later(c, 0);
	}
}

static void act(struct http_client *hc, curl_socket_t fd, int flags)
{
	int64_t begin_us = loop_span_begin();
	int running;

	(void)curl_multi_socket_action(hc->multi, fd, flags, &running);
	check_done(hc);
	loop_span_end(hc->loop, begin_us, "http client");
}

static void on_poll(uv_poll_t *h, int status, int events)
{
	struct watch *w = h->data;
	int flags = status < 0 ? CURL_CSELECT_ERR : 0;

	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	act(w->client, w->fd, flags);
}

static void on_time(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int want_time(CURLM *multi, long timeout_ms, void *arg)
{
	struct http_client *hc = arg;

	(void)multi;
	if (timeout_ms < 0)
		timer_stop(hc->timer);
	else
		timer_start(hc->timer, timeout_ms * US_PER_MS);
	return 0;
}

static void free_watch(uv_handle_t *h)
{
	mem_free(h->data);
}

static int want_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
		       void *sockp)
{
	struct http_client *hc = arg;
	struct watch *w = sockp;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w) {
			(void)uv_poll_stop(&w->poll);
			uv_close((uv_handle_t *)&w->poll, free_watch);
		}
		return 0;
	}
	if (!w) {
		w = mem_zalloc(sizeof(*w));
		if (!w)
			return -1;
		if (uv_poll_init_socket(&hc->loop->uv, &w->poll, fd)) {
			mem_free(w);
			return -1;
		}
		w->poll.data = w;
		w->client = hc;
		w->fd = fd;
		(void)curl_multi_assign(hc->multi, fd, w);
	}
	if (what & CURL_POLL_IN)
		events |= UV_READABLE;
	if (what & CURL_POLL_OUT)
		events |= UV_WRITABLE;
	return uv_poll_start(&w->poll, events, on_poll) ? -1 : 0;
}

static int client_new(struct http_client **ret, struct loop *l)
{
	struct http_client *hc = mem_zalloc(sizeof(*hc));

	if (!hc)
		return -ENOMEM;
	(void)pthread_once(&curl_once, curl_start);
	list_init(&hc->calls);
	hc->loop = l;
	hc->multi = curl_multi_init();
	if (!hc->multi || timer_new(&hc->timer, l, on_time, hc)) {
		(void)curl_multi_cleanup(hc->multi);
		mem_free(hc);
		return -ENOMEM;
	}
	(void)curl_multi_setopt(hc->multi, CURLMOPT_SOCKETFUNCTION,
				want_socket);
	(void)curl_multi_setopt(hc->multi, CURLMOPT_SOCKETDATA, hc);
	(void)curl_multi_setopt(hc->multi, CURLMOPT_TIMERFUNCTION, want_time);
	(void)curl_multi_setopt(hc->multi, CURLMOPT_TIMERDATA, hc);
	*ret = hc;
	return 0;
}

void http_client_free(struct http_client *hc)
{
	if (!hc)
		return;
	while (!list_empty(&hc->calls))
		call_free(LIST_ENTRY(hc->calls.next, struct http_call, node));
	(void)curl_multi_cleanup(hc->multi);
	timer_free(hc->timer);
	mem_free(hc);
}

/* ---- what arrives ---------------------------------------------------- */

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;
	size_t len = size * n;

	if (c->closed)
		return 0;
	if (len > c->max_bytes - c->got_bytes) {
		c->err = -EMSGSIZE;
		return 0;
	}
	c->got_bytes += len;
	if (c->idle_us)
		timer_start(c->idle, c->idle_us);
	tell_status(c);
	if (!c->closed && c->h.on_data)
		c->h.on_data(c->arg, data, len);
	return c->closed ? 0 : len;
}

static size_t on_header(char *data, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;
	size_t len = size * n;

	if (c->idle_us)
		timer_start(c->idle, c->idle_us);
	/* The empty line ends the head; interim answers have one too. */
	if (len == 2 && !memcmp(data, "\r\n", 2) && call_status(c) >= 200)
		tell_status(c);
	return c->closed ? 0 : len;
}

static void on_idle(void *arg)
{
	end_later(arg, -ETIMEDOUT);
}

/* ---- asking ---------------------------------------------------------- */

static int add_header(struct http_call *c, const char *name, const char *value)
{
	struct strbuf b;

	strbuf_init(&b, HEADER_BYTES);
	if (value)
		strbuf_addf(&b, "%s: %s", name, value);
	else
		strbuf_addf(&b, "%s:", name);

	int bad = strpbrk(b.s, "\r\n") || !strbuf_ok(&b);
	struct curl_slist *l = bad ? NULL : curl_slist_append(c->headers, b.s);

	strbuf_done(&b);
	if (l)
		c->headers = l;
	return bad ? -EINVAL : l ? 0 : -ENOMEM;
}

static void set_options(struct http_call *c, const struct http_call_options *o)
{
	CURL *e = c->easy;

	(void)curl_easy_setopt(e, CURLOPT_PRIVATE, c);
	(void)curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->detail);
	(void)curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	(void)curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
	(void)curl_easy_setopt(e, CURLOPT_HTTPHEADER, c->headers);
	(void)curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
	/* Answers of providers are small and latency counts; no redirects:
	 * the key goes where it was sent and nowhere else. */
	(void)curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	/* As OpenSSL does for the WebSockets of the same program. */
	const char *ca = getenv("SSL_CERT_FILE"); /* NOLINT(concurrency-*) */

	if (ca && *ca)
		(void)curl_easy_setopt(e, CURLOPT_CAINFO, ca);
	if (o->connect_us)
		(void)curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
				       (long)(o->connect_us / US_PER_MS));
	if (o->total_us)
		(void)curl_easy_setopt(e, CURLOPT_TIMEOUT_MS,
				       (long)(o->total_us / US_PER_MS));
	if (c->body) {
		(void)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
				       (curl_off_t)o->body_len);
		(void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, c->body);
	}
	if (o->method && !strcmp(o->method, "HEAD"))
		(void)curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	else if (o->method)
		(void)curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, o->method);
}

static int prepare(struct http_call *c, const struct http_call_options *o)
{
	int err = timer_new(&c->idle, c->client->loop, on_idle, c);

	for (const struct ws_header *h = o->headers; !err && h && h->name; h++)
		err = add_header(c, h->name, h->value);
	/* No waiting for 100-continue before the body. */
	if (!err)
		err = add_header(c, "Expect", NULL);
	if (!err && o->body) {
		c->body = mem_strndup(o->body, o->body_len);
		err = c->body ? 0 : -ENOMEM;
	}
	if (err)
		return err;
	c->easy = curl_easy_init();
	if (!c->easy)
		return -ENOMEM;
	set_options(c, o);
	if (curl_easy_setopt(c->easy, CURLOPT_URL, o->url))
		return -ENOMEM;
	return 0;
}

int http_call_open(struct http_call **ret, struct loop *l,
		   const struct http_call_options *o,
		   const struct http_call_handlers *h, void *arg)
{
	struct http_call *c;
	int err;

	if (!o->url ||
	    (strncmp(o->url, "http://", 7) && strncmp(o->url, "https://", 8)))
		return -EINVAL;
	if (!l->http) {
		err = client_new(&l->http, l);
		if (err)
			return err;
	}
	c = mem_zalloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	list_init(&c->node);
	loop_job_init(&c->job, on_job);
	c->client = l->http;
	c->h = *h;
	c->arg = arg;
	c->idle_us = o->idle_us;
	c->max_bytes = o->max_bytes ? o->max_bytes : DEFAULT_BODY_BYTES;
	err = prepare(c, o);
	if (!err && curl_multi_add_handle(l->http->multi, c->easy))
		err = -ENOMEM;
	if (err) {
		call_free(c);
		return err;
	}
	list_append(&l->http->calls, &c->node);
	if (c->idle_us)
		timer_start(c->idle, c->idle_us);
	*ret = c;
	return 0;
}

const char *http_call_header(const struct http_call *c, const char *name)
{
	struct curl_header *h = NULL;

	/* -1: of the last answer, behind any interim ones. */
	if (curl_easy_header(c->easy, name, 0, CURLH_HEADER, -1, &h))
		return NULL;
	return h->value;
}
