/**
 * @file request.c  One HTTP request: what handlers ask of it
 *
 * lws has decoded the path and the query when it shows them, so http_uri() is
 * put together again, with escapes where they are due.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "net/server_priv.h"

enum { FIELD_NAME_BYTES = 64 };

/* ---- path and query -------------------------------------------------- */

/* In the order of lws_http_get_uri_and_method(). */
static const char *const methods[] = {"GET",   "POST",   "OPTIONS", "PUT",
				      "PATCH", "DELETE", "CONNECT", "HEAD"};

/* What may stand for itself, RFC 3986 3.3 and 3.4, less what a query takes
 * for its own. */
static int stands_for_itself(unsigned char c, const char *also)
{
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z'))
		return 1;
	return c && (strchr("-._~", c) || strchr(also, c));
}

static void escape(struct strbuf *b, const char *s, const char *also)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (stands_for_itself(c, also))
			strbuf_addc(b, *s);
		else
			strbuf_addf(b, "%%%02X", c);
	}
}

static int compose_uri(struct http_req *r)
{
	struct strbuf b;

	strbuf_init(&b, 3 * LIMIT_HTTP_PATH_BYTES);
	escape(&b, r->path, "/!$&'()*+,;=:@");
	for (size_t i = 0; i < r->n_params; i++) {
		strbuf_addc(&b, i ? '&' : '?');
		escape(&b, r->param[i].name, "!$'()*,:@");
		if (!r->param[i].value)
			continue;
		strbuf_addc(&b, '=');
		escape(&b, r->param[i].value, "!$'()*,:@");
	}
	r->uri = strbuf_take(&b);
	if (!r->uri)
		strbuf_done(&b);
	return r->uri ? 0 : 414;
}

static int take_path(struct http_req *r, const char *uri, size_t len)
{
	if (len > LIMIT_HTTP_PATH_BYTES)
		return 414;
	r->path = mem_strndup(uri, len);
	if (!r->path)
		return 503;
	return *r->path == '/' && text_is_utf8(r->path, strlen(r->path)) ? 0
									 : 400;
}

static int take_query(struct http_req *r)
{
	char s[LIMIT_HTTP_PATH_BYTES + 1];

	if (lws_hdr_total_length(r->wsi, WSI_TOKEN_HTTP_URI_ARGS) >
	    LIMIT_HTTP_PATH_BYTES)
		return 414;
	for (int i = 0;; i++) {
		int n = lws_hdr_copy_fragment(r->wsi, s, sizeof(s),
					      WSI_TOKEN_HTTP_URI_ARGS, i);

		if (n < 0)
			return 0;
		if (!n)
			continue;
		if (r->n_params == HTTP_QUERY_MAX)
			return 400;

		char *name = mem_strndup(s, (size_t)n);

		if (!name)
			return 503;

		char *equals = strchr(name, '=');

		if (equals)
			*equals++ = '\0';
		r->param[r->n_params].name = name;
		r->param[r->n_params++].value = equals;
	}
}

/* ---- fields ---------------------------------------------------------- */

static int known_token(const char *with_colon)
{
	for (int i = 0; i < WSI_TOKEN_COUNT; i++) {
		const unsigned char *s =
			lws_token_to_string((enum lws_token_indexes)i);

		if (s && !strcmp((const char *)s, with_colon))
			return i;
	}
	return -1;
}

static char *copy_known(struct lws *wsi, enum lws_token_indexes t)
{
	int n = lws_hdr_total_length(wsi, t);
	char *s = n > 0 ? mem_zalloc((size_t)n + 2) : NULL;

	if (s && lws_hdr_copy(wsi, s, n + 2, t) < 0)
		s = mem_free(s);
	return s;
}

static char *copy_custom(struct lws *wsi, const char *with_colon)
{
	int name_len = (int)strlen(with_colon);
	int n = lws_hdr_custom_length(wsi, with_colon, name_len);
	char *s = n >= 0 ? mem_zalloc((size_t)n + 2) : NULL;

	if (s && lws_hdr_custom_copy(wsi, s, n + 2, with_colon, name_len) < 0)
		s = mem_free(s);
	return s;
}

static void trim_end(char *s)
{
	size_t n = strlen(s);

	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		s[--n] = '\0';
}

static char *copy_field(struct lws *wsi, const char *name)
{
	char with_colon[FIELD_NAME_BYTES];

	if (snprintf(with_colon, sizeof(with_colon), "%s:", name) >=
	    (int)sizeof(with_colon))
		return NULL;

	int t = known_token(with_colon);
	char *s = t >= 0 ? copy_known(wsi, (enum lws_token_indexes)t)
			 : copy_custom(wsi, with_colon);

	if (s)
		trim_end(s);
	return s;
}

/* Looked up once and kept: borrowed values stay as long as the request. */
static const char *field(struct http_req *r, const char *name)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (!strcmp(r->field[i].name, name))
			return r->field[i].value;
	if (!r->wsi || r->n_fields == HTTP_FIELDS_MAX)
		return NULL;

	char *copy = mem_strdup(name);

	if (!copy)
		return NULL;
	r->field[r->n_fields].name = copy;
	r->field[r->n_fields].value = copy_field(r->wsi, name);
	return r->field[r->n_fields++].value;
}

static int list_has(const char *list, const char *token)
{
	size_t want = strlen(token);

	while (*list) {
		list += strspn(list, " \t,");

		size_t n = strcspn(list, ",");
		size_t bare = n;

		while (bare &&
		       (list[bare - 1] == ' ' || list[bare - 1] == '\t'))
			bare--;
		if (bare == want && !strncasecmp(list, token, want))
			return 1;
		list += n;
	}
	return 0;
}

int request_has_token(struct http_req *r, const char *name, const char *token)
{
	const char *list = field(r, name);

	return list && list_has(list, token);
}

/* ---- life
 * -------------------------------------------------------------------- */

/* HTTP/1.1 with one Host, or HTTP/1.0. */
static int check_version(struct http_req *r)
{
	char version[16];
	int n = lws_hdr_copy(r->wsi, version, sizeof(version), WSI_TOKEN_HTTP);
	const char *host = field(r, "host");

	if (n <= 0 || strncmp(version, "HTTP/1.", 7) ||
	    (host && strchr(host, ',')))
		return 400;
	if (!strcmp(version, "HTTP/1.0"))
		return 0;
	return host ? 0 : 400;
}

int request_make(struct http_req **ret, struct server *s, struct lws *wsi)
{
	struct http_req *r = mem_zalloc(sizeof(*r));
	char *uri = NULL;
	int len = 0, status;
	int m = lws_http_get_uri_and_method(wsi, &uri, &len);

	if (!r)
		return 503;
	list_init(&r->node);
	r->server = s;
	r->wsi = wsi;
	if (m < 0 || m >= (int)(sizeof(methods) / sizeof(methods[0]))) {
		request_free(r);
		return 400;
	}
	r->name = methods[m];
	r->is_head = !strcmp(r->name, "HEAD");
	r->method = r->is_head ? "GET" : r->name;
	status = take_path(r, uri, (size_t)len);
	if (!status)
		status = take_query(r);
	if (!status)
		status = compose_uri(r);
	if (!status)
		status = check_version(r);
	if (status) {
		request_free(r);
		return status;
	}
	*ret = r;
	return 0;
}

void request_orphan(struct http_req *r)
{
	r->conn = NULL;
	r->wsi = NULL;
}

void request_free(struct http_req *r)
{
	if (!r)
		return;
	list_unlink(&r->node);
	for (size_t i = 0; i < r->n_params; i++)
		mem_free(r->param[i].name);
	for (size_t i = 0; i < r->n_fields; i++) {
		mem_free(r->field[i].name);
		mem_free(r->field[i].value);
	}
	mem_free(r->uri);
	mem_free(r->path);
	mem_free(r->body);
	mem_free(r);
}

int request_body_length(struct http_req *r, size_t max, size_t *ret)
{
	const char *s = field(r, "content-length");
	int64_t n = 0;

	if (field(r, "transfer-encoding"))
		return 411;
	if (s && (!*s || strspn(s, "0123456789") != strlen(s)))
		return 400;
	if (s && text_to_int(s, 0, INT64_MAX, &n))
		return 413;
	if ((uint64_t)n > max)
		return 413;
	*ret = (size_t)n;
	return 0;
}

/* ---- for handlers
 * --------------------------------------------------------------- */

const char *http_method(const struct http_req *r)
{
	return r->name;
}

const char *http_path(const struct http_req *r)
{
	return r->path;
}

const char *http_uri(const struct http_req *r)
{
	return r->uri;
}

const char *http_tail(const struct http_req *r)
{
	return r->tail ? r->tail : "";
}

const char *http_peer(const struct http_req *r)
{
	return r->peer;
}

const char *http_body(const struct http_req *r, size_t *ret_len)
{
	if (ret_len)
		*ret_len = r->body_len;
	return r->body ? (const char *)r->body : "";
}

/* The copies that a look-up makes are the request's own business. */
const char *http_header(const struct http_req *r, const char *name)
{
	return field((struct http_req *)r, name);
}

const char *http_query(const struct http_req *r, const char *name)
{
	for (size_t i = 0; i < r->n_params; i++)
		if (!strcmp(r->param[i].name, name))
			return r->param[i].value ? r->param[i].value : "";
	return NULL;
}

int64_t http_key_id(const struct http_req *r)
{
	return r->key_id;
}

void http_wait(struct http_req *r, int64_t us)
{
	if (r->conn)
		conn_wait(r->conn, us);
}

struct loop *http_loop(const struct http_req *r)
{
	return r->server ? r->server->loop : NULL;
}
