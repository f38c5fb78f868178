/**
 * @file proxy.c  Which proxy the environment has for a server
 *
 * As other programs read it: https_proxy for TLS, http_proxy else, all_proxy
 * for both; no_proxy lists who is reached without. Upper case works, too, but
 * for HTTP_PROXY, which a web server sets from a request's header. This
 * machine is always reached without.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "priv.h"

/* Bounds of libwebsockets for who we are, and for where. */
enum { USER_BYTES_MAX = 95, HOST_BYTES_MAX = 127 };

static const char *get(const char *lower, const char *upper)
{
	const char *value = secure_getenv(lower);

	if ((!value || !value[0]) && upper)
		value = secure_getenv(upper);
	return value && value[0] ? value : NULL;
}

static int is_this_machine(const char *host)
{
	return !strcasecmp(host, "localhost") || !strcmp(host, "::1") ||
	       !strncmp(host, "127.", 4);
}

/* One entry of no_proxy: "example.com" is also a.example.com. */
static int entry_has(const char *entry, size_t n, const struct url *u)
{
	const char *port = memchr(entry, ':', n);
	size_t host = strlen(u->host);

	if (n == 1 && entry[0] == '*')
		return 1;
	if (n && entry[0] == '*') {
		entry++;
		n--;
	}
	if (n && entry[0] == '.') {
		entry++;
		n--;
	}
	/* A second colon: an IPv6 address, which has no port here. */
	if (port && !memchr(port + 1, ':', (size_t)(entry + n - (port + 1)))) {
		if (strtol(port + 1, NULL, 10) != u->port)
			return 0;
		n = (size_t)(port - entry);
	}

	return n && n <= host && !strncasecmp(u->host + host - n, entry, n) &&
	       (n == host || u->host[host - n - 1] == '.');
}

static int is_excepted(const struct url *u)
{
	static const char gap[] = ", \t";
	const char *at = get("no_proxy", "NO_PROXY");

	while (at && *at) {
		size_t n = strcspn(at, gap);

		if (entry_has(at, n, u))
			return 1;
		at += n;
		at += strspn(at, gap);
	}
	return 0;
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | (c >= 'A' ? 0x20 : 0)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* "user:password", with %40 for an @ and the like. @return 0, EXPERT_EINVAL */
static int unescape(char ret[USER_BYTES_MAX + 1], const char *s, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (c == '%' && i + 2 < n && hex(s[i + 1]) >= 0 &&
		    hex(s[i + 2]) >= 0) {
			c = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
			i += 2;
		}
		if (out == USER_BYTES_MAX || !c)
			return EXPERT_EINVAL;
		ret[out++] = c;
	}
	ret[out] = 0;
	return EXPERT_OK;
}

/* @return EXPERT_OK, EXPERT_EINVAL, EXPERT_ENOMEM */
static int parse(struct proxy *ret, const char *value)
{
	char user[USER_BYTES_MAX + 1] = "", *text = NULL;
	const char *at = strstr(value, "://"), *user_end;
	struct url u;
	int rc;

	if (at && strncasecmp(value, "http://", 7) != 0)
		return EXPERT_EINVAL;
	at = at ? at + 3 : value;
	user_end = strrchr(at, '@');
	if (user_end) {
		if (unescape(user, at, (size_t)(user_end - at)) < 0)
			return EXPERT_EINVAL;
		at = user_end + 1;
	}
	if (asprintf(&text, "http://%s", at) < 0)
		return EXPERT_ENOMEM;

	rc = url_parse(&u, text);
	free(text);
	if (rc < 0)
		return rc;
	if (strlen(u.host) > HOST_BYTES_MAX)
		rc = EXPERT_EINVAL;
	else if (asprintf(&ret->address, "%s%s%s%s%s:%d", user,
			  user_end ? "@" : "", strchr(u.host, ':') ? "[" : "",
			  u.host, strchr(u.host, ':') ? "]" : "", u.port) < 0)
		rc = EXPERT_ENOMEM;
	else
		(void)snprintf(ret->name, sizeof(ret->name), "%.60s:%d",
			       u.host, u.port);
	url_done(&u);
	return rc;
}

int proxy_find(struct proxy *ret, const struct url *u, char why[ERROR_BYTES])
{
	const char *value = u->tls ? get("https_proxy", "HTTPS_PROXY")
				   : get("http_proxy", NULL);
	struct proxy p = {0};
	int rc;

	if (!value)
		value = get("all_proxy", "ALL_PROXY");
	if (!value || is_this_machine(u->host) || is_excepted(u))
		return EXPERT_OK;

	rc = parse(&p, value);
	if (rc == EXPERT_EINVAL)
		/* Not the value: there may be a password in it. */
		(void)snprintf(why, ERROR_BYTES,
			       "cannot use the proxy of the environment for "
			       "%.100s: it must be like "
			       "http://user:password@host:3128",
			       u->authority);
	if (rc == EXPERT_OK)
		*ret = p;
	return rc;
}

void proxy_done(struct proxy *p)
{
	free(p->address);
	*p = (struct proxy){0};
}
