/**
 * @file http.h  HTTP client on the loop (libcurl multi), whole or streamed
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "net/ws.h"

struct loop;
struct http_call;

struct http_call_handlers {
	/** Status line and headers are in. */
	void (*on_status)(void *arg, int status, const char *content_type);
	/** A piece of the body, borrowed. */
	void (*on_data)(void *arg, const char *data, size_t len);
	/** Last call. @param err  0, -ETIMEDOUT, -EHOSTUNREACH, -EPIPE,
	 *  -EMSGSIZE, -EKEYREJECTED (its certificate is not trusted);
	 *  status is 0 when no answer came */
	void (*on_done)(void *arg, int err, int status, const char *why);
};

struct http_call_options {
	const char *method; /**< NULL: GET, or POST with body */
	const char *url;
	const struct ws_header *headers; /**< ended by a NULL name         */
	const char *body;                /**< copied                       */
	size_t body_len;
	int64_t connect_us; /**< [us] deadline to connect     */
	int64_t idle_us;    /**< [us] longest silence         */
	int64_t total_us;   /**< [us] 0: none                 */
	size_t max_bytes;   /**< [bytes] of body, 0: 1 MiB    */
};

/** Begin; never calls back before returning.
 *  @return 0, -EINVAL, -ENOMEM @thread the loop's */
int http_call_open(struct http_call **ret, struct loop *l,
		   const struct http_call_options *o,
		   const struct http_call_handlers *h, void *arg);

/** Cancel: the connection goes, no further callback. NULL is fine.
 *  Not needed after on_done. @return NULL */
struct http_call *http_call_close(struct http_call *c);

/** A header of the answer, from on_status on.
 *  @return borrowed until the next call, or NULL @thread the loop's */
const char *http_call_header(const struct http_call *c, const char *name);

/* ---- server-sent events (WHATWG HTML 9.2.6) -------------------------- */

struct sse;
typedef void(sse_event_fn)(void *arg, const char *event, const char *data,
			   size_t len);

/** @return 0, -ENOMEM */
int sse_new(struct sse **ret, size_t max_event_bytes, sse_event_fn *fn,
	    void *arg);
/** Feed any split of the stream. @return 0, -EMSGSIZE (event over the limit)
 */
int sse_feed(struct sse *s, const char *data, size_t len);
/** The stream has ended: an event that only lacks its empty line is given
 *  out, as several servers end right behind the last one. */
void sse_finish(struct sse *s);
struct sse *sse_free(struct sse *s);

#endif /* NET_HTTP_H */
