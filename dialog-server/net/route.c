/**
 * @file route.c  Which handler, and may this one ask?
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "net/server_priv.h"

/* @return length of what matched, 0: no match; exact beats every prefix */
static size_t match(const struct route *route, const char *path,
		    const char **ret_tail)
{
	size_t n = strlen(route->path);

	if (n && route->path[n - 1] == '*') {
		if (strncmp(route->path, path, n - 1))
			return 0;
		*ret_tail = path + n - 1;
		return n;
	}
	if (strcmp(route->path, path))
		return 0;
	*ret_tail = path + n;
	return SIZE_MAX;
}

static int may_use(struct server *s, struct http_req *r, enum auth_class auth)
{
	static const char scheme[] = "Bearer ";
	const char *given = http_header(r, "authorization");

	if (auth != AUTH_KEY)
		return auth == AUTH_PUBLIC || auth == AUTH_SELF;
	if (!given || strncasecmp(given, scheme, sizeof(scheme) - 1))
		return 0;
	given += sizeof(scheme) - 1;
	given += strspn(given, " ");
	r->key_id = s->o.check_key ? s->o.check_key(s->o.arg, given) : 0;
	return r->key_id != 0;
}

int route_find(struct server *s, struct http_req *r, const char *method,
	       const struct route **ret)
{
	const struct route *best = NULL;
	size_t best_len = 0;
	int other_method = 0, needs_upgrade = 0;

	for (const struct route *t = s->o.routes; t->method; t++) {
		const char *tail;
		size_t n = match(t, r->path, &tail);

		if (!n)
			continue;
		if (strcmp(t->method, method)) {
			other_method = 1;
			needs_upgrade |= !strcmp(t->method, "WS") &&
					 !strcmp(method, "GET");
		} else if (n > best_len) {
			best = t;
			best_len = n;
			r->tail = tail;
		}
	}
	if (!best)
		return needs_upgrade ? 426 : other_method ? 405 : 404;
	if (!may_use(s, r, best->auth)) {
		s->stats.unauthorized++;
		return 401;
	}
	*ret = best;
	return 0;
}

void route_methods(const struct server *s, const struct http_req *r,
		   struct strbuf *b)
{
	int n = 0;

	for (const struct route *t = s->o.routes; t->method; t++) {
		const char *tail;

		if (!match(t, r->path, &tail))
			continue;
		strbuf_addf(b, "%s%s", n++ ? ", " : "",
			    strcmp(t->method, "WS") ? t->method : "GET");
	}
}
