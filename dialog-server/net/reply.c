/**
 * @file reply.c  Answers: status line, fields, body
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "net/server_priv.h"

enum { HEAD_MAX_BYTES = 8 * 1024 };

static const char *status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} v[] = {
		{101, "Switching Protocols"},
		{200, "OK"},
		{201, "Created"},
		{202, "Accepted"},
		{204, "No Content"},
		{301, "Moved"},
		{302, "Found"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{408, "Request Timeout"},
		{409, "Conflict"},
		{410, "Gone"},
		{411, "Length Required"},
		{413, "Content Too Large"},
		{414, "URI Too Long"},
		{415, "Unsupported Media Type"},
		{422, "Unprocessable Content"},
		{426, "Upgrade Required"},
		{429, "Too Many Requests"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{502, "Bad Gateway"},
		{503, "Service Unavailable"},
		{504, "Gateway Timeout"},
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		if (v[i].status == status)
			return v[i].text;
	return "Status";
}

/* What the peer did wrong, in words that help. */
static const char *status_help(int status)
{
	switch (status) {
	case 400:
		return "the request is not well-formed HTTP/1.1";
	case 401:
		return "a valid API key is needed: Authorization: Bearer KEY";
	case 403:
		return "these credentials, or this signature, are not good "
		       "here";
	case 404:
		return "there is nothing at this path";
	case 405:
		return "this path does not know this method";
	case 408:
		return "the request took too long to arrive";
	case 411:
		return "the body needs a Content-Length";
	case 413:
		return "the body is too large";
	case 414:
		return "the path is too long";
	case 426:
		return "this path speaks WebSocket, version 13";
	case 431:
		return "the header is too large";
	case 503:
		return "the server cannot answer now";
	default:
		return status_text(status);
	}
}

static void add_date(struct strbuf *b)
{
	time_t now = (time_t)(clock_wall_us() / US_PER_S);
	struct tm tm;
	char text[48];

	if (gmtime_r(&now, &tm) &&
	    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm))
		strbuf_addf(b, "Date: %s\r\n", text);
}

struct answer {
	int status;
	const char *type, *extra;
	const void *body;
	size_t len;
	int is_head;
};

/* @return the bytes to send, mem_free(); NULL without memory */
static char *compose(const struct answer *a, size_t *ret_len)
{
	struct strbuf b;

	strbuf_init(&b, HEAD_MAX_BYTES + a->len);
	strbuf_addf(&b, "HTTP/1.1 %d %s\r\n", a->status,
		    status_text(a->status));
	add_date(&b);
	if (a->type)
		strbuf_addf(&b, "Content-Type: %s\r\n", a->type);
	if (a->status != 204 && a->status != 304)
		strbuf_addf(&b, "Content-Length: %zu\r\n", a->len);
	if (!a->extra || !strstr(a->extra, "Cache-Control:"))
		strbuf_add(&b, "Cache-Control: no-store\r\n");
	strbuf_add(&b, "X-Content-Type-Options: nosniff\r\n");
	strbuf_add(&b, "Connection: close\r\n");
	if (a->extra)
		strbuf_add(&b, a->extra);
	strbuf_add(&b, "\r\n");
	if (!a->is_head && a->len)
		strbuf_addn(&b, a->body, a->len);

	size_t len = b.len;
	char *s = strbuf_take(&b);

	if (!s)
		strbuf_done(&b);
	else
		*ret_len = len;
	return s;
}

char *reply_head(int status, const char *type, size_t body_len,
		 size_t *ret_len)
{
	struct answer a = {
		.status = status,
		.type = type,
		.len = body_len,
		.is_head = 1,
	};

	return compose(&a, ret_len);
}

static void error_body(struct strbuf *b, int status, const char *message)
{
	strbuf_addf(b, "{\"error\":{\"code\":%d,\"message\":\"", status);
	for (; *message; message++) {
		unsigned char c = (unsigned char)*message;

		if (c == '"' || c == '\\')
			strbuf_addf(b, "\\%c", c);
		else if (c < ' ')
			strbuf_addf(b, "\\u%04x", c);
		else
			strbuf_addc(b, (char)c);
	}
	strbuf_add(b, "\"}}\n");
}

char *reply_refusal(int status, const char *extra, int is_head,
		    size_t *ret_len)
{
	char memory[512];
	struct strbuf b;

	strbuf_over(&b, memory, sizeof(memory));
	error_body(&b, status, status_help(status));

	struct answer a = {
		.status = status,
		.type = "application/json",
		.extra = extra,
		.body = b.s,
		.len = b.len,
		.is_head = is_head,
	};

	return compose(&a, ret_len);
}

void http_reply(struct http_req *r, int status, const char *type,
		const char *extra, const void *body, size_t len)
{
	struct answer a = {
		.status = status,
		.type = type,
		.extra = extra,
		.body = body,
		.len = len,
		.is_head = r->is_head,
	};
	struct conn *c = r->conn;
	size_t n = 0;
	char *s = c ? compose(&a, &n) : NULL;

	request_free(r);
	if (!c)
		return; /* too late, or nobody there: said so already */
	c->req = NULL;
	conn_send(c, s, n);
}

void http_error(struct http_req *r, int status, const char *message)
{
	struct strbuf b;

	strbuf_init(&b, HEAD_MAX_BYTES);
	error_body(&b, status, message ? message : status_help(status));
	http_reply(r, status, "application/json",
		   status == 401 ? "WWW-Authenticate: Bearer\r\n" : NULL, b.s,
		   b.len);
	strbuf_done(&b);
}
