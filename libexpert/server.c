/**
 * @file server.c  A server that a client dials: its address, key and proxy
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

static int has_white_space(const char *key)
{
	return key[strcspn(key, "\r\n\t ")] != 0;
}

/* @return EXPERT_OK, EXPERT_ENOMEM; what cannot be used is kept in err */
static int fill(struct server *s, const char *url, const char *key)
{
	int rc;

	s->text = strdup(url);
	s->key = key ? strdup(key) : NULL;
	if (!s->text || (key && !s->key))
		return EXPERT_ENOMEM;

	rc = url_parse(&s->url, url);
	if (rc == EXPERT_EINVAL)
		(void)snprintf(s->why, sizeof(s->why),
			       "cannot use the URL %.160s", url);
	if (rc == EXPERT_OK && !s->key)
		s->key = options_local_key(s->url.host);
	if (rc == EXPERT_OK && s->key && has_white_space(s->key)) {
		(void)snprintf(s->why, sizeof(s->why),
			       "the API key has white space in it");
		rc = EXPERT_EINVAL;
	}
	if (rc == EXPERT_OK)
		rc = proxy_find(&s->proxy, &s->url, s->why);
	s->err = rc;
	return rc == EXPERT_ENOMEM ? rc : EXPERT_OK;
}

struct server *server_new(const char *url, const char *key)
{
	struct server *s = calloc(1, sizeof(*s));

	if (s && fill(s, url, key) < 0) {
		server_free_all(s);
		s = NULL;
	}
	return s;
}

void server_free_all(struct server *list)
{
	while (list) {
		struct server *s = list;

		list = s->next;
		free(s->text);
		if (s->key)
			memset(s->key, 0, strlen(s->key));
		free(s->key);
		url_done(&s->url);
		proxy_done(&s->proxy);
		free(s);
	}
}
