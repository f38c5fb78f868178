/**
 * @file url.c  The server's address
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "priv.h"

static const struct {
	const char *scheme;
	int tls, port;
} schemes[] = {
	{"ws://", 0, 80},
	{"wss://", 1, 443},
	{"http://", 0, 80},
	{"https://", 1, 443},
};

static int parse_port(const char *s, const char *end)
{
	int port = 0;

	if (s == end || end - s > 5)
		return -1;

	for (; s < end; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		port = port * 10 + (*s - '0');
	}
	return port >= 1 && port <= 65535 ? port : -1;
}

/* "host", "host:80", "[::1]:80". Sets port when there is one. */
static int parse_authority(struct url *u, const char *s, const char *end)
{
	const char *host = s, *host_end, *colon;

	if (*s == '[') {
		host = s + 1;
		host_end = memchr(s, ']', (size_t)(end - s));
		if (!host_end)
			return EXPERT_EINVAL;
		colon = host_end + 1;
	} else {
		colon = memchr(s, ':', (size_t)(end - s));
		colon = colon ? colon : end;
		host_end = colon;
	}

	if (host == host_end || (colon < end && *colon != ':'))
		return EXPERT_EINVAL;
	if (colon < end) {
		u->port = parse_port(colon + 1, end);
		if (u->port < 0)
			return EXPERT_EINVAL;
	}
	for (const char *c = s; c < end; c++)
		if (*c <= ' ' || *c > '~' || *c == '@')
			return EXPERT_EINVAL;

	u->host = strndup(host, (size_t)(host_end - host));
	u->authority = strndup(s, (size_t)(end - s));
	return u->host && u->authority ? EXPERT_OK : EXPERT_ENOMEM;
}

/* The path in front of ours; a query would not survive. */
static int parse_prefix(struct url *u, const char *s)
{
	size_t n = strlen(s);

	while (n && s[n - 1] == '/')
		n--;
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~' || s[i] == '?' || s[i] == '#')
			return EXPERT_EINVAL;

	u->prefix = strndup(s, n);
	return u->prefix ? EXPERT_OK : EXPERT_ENOMEM;
}

int url_parse(struct url *ret, const char *text)
{
	struct url u = {0};
	const char *at = NULL, *path;
	int rc;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t n = strlen(schemes[i].scheme);

		if (strncmp(text, schemes[i].scheme, n) != 0)
			continue;
		at = text + n;
		u.tls = schemes[i].tls;
		u.port = schemes[i].port;
	}
	if (!at || strlen(text) > 1024)
		return EXPERT_EINVAL;

	path = at + strcspn(at, "/?#");
	rc = parse_authority(&u, at, path);
	if (rc == EXPERT_OK)
		rc = parse_prefix(&u, path);
	if (rc != EXPERT_OK) {
		url_done(&u);
		return rc;
	}

	*ret = u;
	return EXPERT_OK;
}

void url_done(struct url *u)
{
	free(u->host);
	free(u->authority);
	free(u->prefix);
	*u = (struct url){0};
}

char *url_escape(const char *s)
{
	static const char hex[] = "0123456789ABCDEF";
	char *text = malloc(3 * strlen(s) + 1), *at = text;

	if (!text)
		return NULL;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || strchr("-._~", c)) {
			*at++ = *s;
			continue;
		}
		*at++ = '%';
		*at++ = hex[c >> 4];
		*at++ = hex[c & 15];
	}
	*at = 0;
	return text;
}
