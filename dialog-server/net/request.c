/**
 * @file request.c  One HTTP request: what handlers ask of it
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"
#include "net/server_priv.h"

static int split_target(struct http_req *r)
{
	const char *target = r->head.part[1];
	const char *mark = strchr(target, '?');
	size_t n = mark ? (size_t)(mark - target) : strlen(target);

	if (*target != '/')
		return 400; /* no proxy requests, no OPTIONS * */
	if (strlen(target) > LIMIT_HTTP_PATH_BYTES)
		return 414;
	r->uri = mem_strdup(target);
	r->path = mem_strndup(target, n);
	r->query = mem_strdup(mark ? mark + 1 : "");
	if (!r->uri || !r->path || !r->query)
		return 503;
	return percent_decode(r->path) ||
			       !text_is_utf8(r->path, strlen(r->path))
		       ? 400
		       : 0;
}

static int split_query(struct http_req *r)
{
	char *cursor = r->query;
	char *name, *value;
	int err;

	while ((err = form_next(&cursor, &name, &value)) == 0) {
		if (r->n_params == HTTP_QUERY_MAX)
			return 400;
		r->param[r->n_params].name = name;
		r->param[r->n_params++].value = value;
	}
	return err == -ENOENT ? 0 : 400;
}

int request_make(struct http_req **ret, struct server *s, char *text,
		 size_t len)
{
	struct http_req *r = mem_zalloc(sizeof(*r));
	int status;

	if (!r) {
		mem_free(text);
		return 503;
	}
	list_init(&r->node);
	r->server = s;
	r->text = text;

	int err = head_parse_request(&r->head, text, len);

	if (err) {
		status = err == -EMSGSIZE ? 431 : 400;
		goto out;
	}
	r->is_head = !strcmp(r->head.part[0], "HEAD");
	r->method = r->is_head ? "GET" : r->head.part[0];
	r->keep_alive = strcmp(r->head.part[2], "HTTP/1.0") &&
			!head_has_token(&r->head, "connection", "close");
	status = split_target(r);
	if (!status)
		status = split_query(r);
	if (!status && !strcmp(r->head.part[2], "HTTP/1.1") &&
	    !head_get(&r->head, "host"))
		status = 400;
out:
	if (status) {
		request_free(r);
		return status;
	}
	*ret = r;
	return 0;
}

void request_free(struct http_req *r)
{
	if (!r)
		return;
	list_unlink(&r->node);
	mem_free(r->text);
	mem_free(r->uri);
	mem_free(r->path);
	mem_free(r->query);
	mem_free(r->body);
	mem_free(r);
}

int request_body_length(const struct http_req *r, size_t max, size_t *ret)
{
	const char *s = head_get(&r->head, "content-length");
	int64_t n = 0;

	if (head_get(&r->head, "transfer-encoding"))
		return 411;
	if (s && (strspn(s, "0123456789") != strlen(s) ||
		  text_to_int(s, 0, INT64_MAX, &n)))
		return strspn(s, "0123456789") == strlen(s) && *s ? 413 : 400;
	if ((uint64_t)n > max)
		return 413;
	*ret = (size_t)n;
	return 0;
}

int request_is_upgrade(const struct http_req *r)
{
	return head_has_token(&r->head, "upgrade", "websocket") &&
	       head_has_token(&r->head, "connection", "upgrade");
}

const char *http_method(const struct http_req *r)
{
	return r->head.part[0];
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

const char *http_header(const struct http_req *r, const char *name)
{
	return head_get(&r->head, name);
}

const char *http_query(const struct http_req *r, const char *name)
{
	for (size_t i = 0; i < r->n_params; i++)
		if (!strcmp(r->param[i].name, name))
			return r->param[i].value;
	return NULL;
}

struct loop *http_loop(const struct http_req *r)
{
	return r->server ? r->server->loop : NULL;
}
