/**
 * @file http.c  One request to the server, waited for
 *
 * In a context of its own, on the thread of whoever asks: nothing of a running
 * client is touched, and any thread may.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

enum { FDS = 8, ANSWER_BYTES_MAX = 4 * 1024 * 1024, PIECE_BYTES = 16384 };

struct request {
	const struct server *server;
	const char *body;
	size_t len, sent;
	int is_over, is_whole, is_late, status;
	char *answer;
	size_t answer_len;
	lws_sorted_usec_list_t sul;
};

/* ---- what libwebsockets reports ----------------------------------------- */

static int add_header(struct lws *wsi, const char *name, const char *value,
		      unsigned char **p, unsigned char *end)
{
	return lws_add_http_header_by_name(wsi, (const unsigned char *)name,
					   (const unsigned char *)value,
					   (int)strlen(value), p, end);
}

static int add_headers(struct request *r, struct lws *wsi, unsigned char **p,
		       size_t len)
{
	unsigned char *end = *p + len;
	char length[24];

	(void)snprintf(length, sizeof(length), "%zu", r->len);
	if (wire_headers(r->server, wsi, p, len) ||
	    add_header(wsi, "content-type:", "application/json", p, end) ||
	    add_header(wsi, "content-length:", length, p, end))
		return -1;
	lws_client_http_body_pending(wsi, 1);
	(void)lws_callback_on_writable(wsi);
	return 0;
}

static int write_piece(struct request *r, struct lws *wsi)
{
	size_t left = r->len - r->sent;
	size_t n = left < PIECE_BYTES ? left : PIECE_BYTES;
	unsigned char *data = malloc(LWS_PRE + n);
	int rc;

	if (!data)
		return -1;
	memcpy(data + LWS_PRE, r->body + r->sent, n);
	rc = lws_write(wsi, data + LWS_PRE, n,
		       n == left ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP);
	free(data);
	if (rc < 0)
		return -1;
	r->sent += n;
	if (n < left)
		(void)lws_callback_on_writable(wsi);
	else
		lws_client_http_body_pending(wsi, 0);
	return 0;
}

static int take(struct request *r, const char *in, size_t len)
{
	char *grown = r->answer_len + len > ANSWER_BYTES_MAX
			      ? NULL
			      : realloc(r->answer, r->answer_len + len + 1);

	if (!grown)
		return -1;
	r->answer = grown;
	memcpy(r->answer + r->answer_len, in, len);
	r->answer_len += len;
	r->answer[r->answer_len] = 0;
	return 0;
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct request *r = wsi ? lws_get_opaque_user_data(wsi) : NULL;
	char room[LWS_PRE + 4096], *at = room + LWS_PRE;
	int n = sizeof(room) - LWS_PRE;

	(void)user;
	if (!r)
		return 0;
	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return add_headers(r, wsi, in, len);
	case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE:
		return r->sent < r->len ? write_piece(r, wsi) : 0;
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
		r->status = (int)lws_http_client_http_response(wsi);
		return 0;
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
		return lws_http_client_read(wsi, &at, &n) < 0 ? -1 : 0;
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
		return take(r, in, len);
	case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
		r->is_whole = r->is_over = 1;
		return -1;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
	case LWS_CALLBACK_WSI_DESTROY:
		r->is_over = 1;
		return 0;
	default:
		return 0;
	}
}

static const struct lws_protocols protocols[] = {
	{.name = "request", .callback = callback, .rx_buffer_size = 4096},
	{0},
};

/* ---- asking ------------------------------------------------------------- */

static void on_late(lws_sorted_usec_list_t *sul)
{
	struct request *r =
		(void *)((char *)sul - offsetof(struct request, sul));

	r->is_late = 1;
}

static void serve(struct request *r, struct lws_context *context,
		  struct lws_vhost *vhost, const char *path,
		  int64_t timeout_ms)
{
	const struct url *u = &r->server->url;
	const struct lws_client_connect_info info = {
		.context = context,
		.vhost = vhost,
		.address = u->host,
		.port = u->port,
		.path = path,
		.host = u->authority,
		.method = "POST",
		.ssl_connection = u->tls ? LCCSCF_USE_SSL : 0,
		.alpn = "http/1.1",
		.local_protocol_name = "request",
		.opaque_user_data = r,
	};

	lws_sul_schedule(context, 0, &r->sul, on_late, timeout_ms * 1000);
	if (!lws_client_connect_via_info(&info))
		return;
	while (!r->is_over && !r->is_late)
		if (lws_service(context, 0) < 0)
			break;
}

int http_post(const struct server *s, const char *ca_file, const char *path,
	      const char *body, int64_t timeout_ms, int *ret_status,
	      char **ret)
{
	struct request r = {.server = s, .body = body, .len = strlen(body)};
	struct lws_context *context = wire_context(s->url.tls, FDS);
	struct lws_vhost *vhost = NULL;
	char *whole = NULL;
	sigset_t old;

	if (context)
		vhost = wire_vhost(context, s, ca_file, protocols,
				   (unsigned int)(timeout_ms / 1000 + 10));
	if (!vhost || asprintf(&whole, "%s%s", s->url.prefix, path) < 0) {
		if (context)
			lws_context_destroy(context);
		return EXPERT_ENOMEM;
	}

	wire_pipe_block(&old);
	serve(&r, context, vhost, whole, timeout_ms);
	lws_context_destroy(context);
	wire_pipe_unblock(&old);
	free(whole);
	if (!r.is_whole || !r.answer) {
		free(r.answer);
		return r.is_late ? EXPERT_EAGAIN : EXPERT_ECONNECT;
	}

	*ret_status = r.status;
	*ret = r.answer;
	return EXPERT_OK;
}
