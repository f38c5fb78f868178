/**
 * @file options.c  What a client may be told, and the environment
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "priv.h"

enum { UNSET = -2, KEY_BYTES_MAX = 4096, RETRIES_MAX = 1000000 };

struct expert_options *expert_options_new(void)
{
	struct expert_options *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;

	o->signals = 1;
	o->retries = UNSET;
	o->max_calls = -1;
	o->drain_ms = DRAIN_MS_DEFAULT;
	o->keepalive_ms = ALIVE_MS_DEFAULT;
	return o;
}

void options_done(struct expert_options *o)
{
	free(o->url);
	if (o->key)
		memset(o->key, 0, strlen(o->key));
	free(o->key);
	free(o->ca_file);
	o->url = o->key = o->ca_file = NULL;
}

void expert_options_free(struct expert_options *o)
{
	if (!o)
		return;

	options_done(o);
	free(o);
}

static int set_text(char **to, const char *text)
{
	char *copy;

	if (!text || !text[0])
		return EXPERT_EINVAL;
	copy = strdup(text);
	if (!copy)
		return EXPERT_ENOMEM;

	free(*to);
	*to = copy;
	return EXPERT_OK;
}

int expert_options_url(struct expert_options *o, const char *url)
{
	return o ? set_text(&o->url, url) : EXPERT_EINVAL;
}

int expert_options_api_key(struct expert_options *o, const char *key)
{
	return o ? set_text(&o->key, key) : EXPERT_EINVAL;
}

int expert_options_ca_file(struct expert_options *o, const char *path)
{
	return o ? set_text(&o->ca_file, path) : EXPERT_EINVAL;
}

int expert_options_signals(struct expert_options *o, int on)
{
	if (!o)
		return EXPERT_EINVAL;

	o->signals = on != 0;
	return EXPERT_OK;
}

int expert_options_retries(struct expert_options *o, int n)
{
	if (!o || n < -1 || n > RETRIES_MAX)
		return EXPERT_EINVAL;

	o->retries = n;
	return EXPERT_OK;
}

int expert_options_drain_ms(struct expert_options *o, int64_t ms)
{
	if (!o || ms < 0 || ms > INT64_C(86400000))
		return EXPERT_EINVAL;

	o->drain_ms = ms;
	return EXPERT_OK;
}

int expert_options_keepalive_ms(struct expert_options *o, int64_t ms)
{
	if (!o || ms < 300 || ms > INT64_C(3600000))
		return EXPERT_EINVAL;

	o->keepalive_ms = ms;
	return EXPERT_OK;
}

int expert_options_log(struct expert_options *o, int level, expert_log_fn *fn,
		       void *arg)
{
	if (!o || level < EXPERT_LOG_ERROR || level > EXPERT_LOG_DEBUG)
		return EXPERT_EINVAL;

	o->log_level = level;
	o->log = fn;
	o->log_arg = arg;
	return EXPERT_OK;
}

int expert_options_state(struct expert_options *o, expert_state_fn *fn,
			 void *arg)
{
	if (!o)
		return EXPERT_EINVAL;

	o->state = fn;
	o->state_arg = arg;
	return EXPERT_OK;
}

int options_copy(struct expert_options *to, const struct expert_options *from)
{
	struct expert_options o = *from;

	o.url = o.key = o.ca_file = NULL;
	if ((from->url && set_text(&o.url, from->url) < 0) ||
	    (from->key && set_text(&o.key, from->key) < 0) ||
	    (from->ca_file && set_text(&o.ca_file, from->ca_file) < 0)) {
		options_done(&o);
		return EXPERT_ENOMEM;
	}

	*to = o;
	return EXPERT_OK;
}

/* The first line, without white space around it. */
static int read_key(char **to, const char *path, char why[ERROR_BYTES])
{
	char line[KEY_BYTES_MAX], reason[64], *at = line;
	FILE *f = fopen(path, "re");
	int rc = EXPERT_EINVAL;

	if (!f) {
		(void)snprintf(why, ERROR_BYTES,
			       "cannot read EXPERT_API_KEY_FILE %.120s: %s",
			       path,
			       strerror_r(errno, reason, sizeof(reason)));
		return EXPERT_EINVAL;
	}

	if (fgets(line, sizeof(line), f)) {
		at += strspn(at, " \t\r\n");
		at[strcspn(at, " \t\r\n")] = 0;
		rc = set_text(to, at);
	}
	if (rc == EXPERT_EINVAL)
		(void)snprintf(why, ERROR_BYTES,
			       "EXPERT_API_KEY_FILE %.120s holds no key",
			       path);
	memset(line, 0, sizeof(line));
	(void)fclose(f);
	return rc;
}

static int resolve_key(struct expert_options *o, char why[ERROR_BYTES])
{
	const char *key = secure_getenv("EXPERT_API_KEY");
	const char *path = secure_getenv("EXPERT_API_KEY_FILE");

	if (o->key)
		return EXPERT_OK;
	if (key && key[0])
		return set_text(&o->key, key);
	if (path && path[0])
		return read_key(&o->key, path, why);
	return EXPERT_OK;
}

char *options_local_key(const char *host)
{
	static const char *const local[] = {"127.0.0.1", "::1", "localhost"};
	char why[ERROR_BYTES], *key = NULL;

	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		if (!key && !strcmp(host, local[i]))
			(void)read_key(&key, "data/default.key", why);
	return key;
}

/* A number of the environment; unset, ret stays as it is. */
static int resolve_number(int *ret, const char *name, long max,
			  char why[ERROR_BYTES])
{
	const char *text = secure_getenv(name);
	char *end;
	long n;

	if (!text || !text[0])
		return EXPERT_OK;

	n = strtol(text, &end, 10);
	if (*end || n < -1 || n > max) {
		(void)snprintf(why, ERROR_BYTES,
			       "%s must be a number from -1 to %ld", name,
			       max);
		return EXPERT_EINVAL;
	}

	*ret = (int)n;
	return EXPERT_OK;
}

static int resolve_numbers(struct expert_options *o, char why[ERROR_BYTES])
{
	int rc = EXPERT_OK;

	if (o->retries == UNSET) {
		o->retries = RETRIES_DEFAULT;
		rc = resolve_number(&o->retries, "EXPERT_RETRIES", RETRIES_MAX,
				    why);
	}
	if (rc == EXPERT_OK)
		rc = resolve_number(&o->max_calls, "EXPERT_MAX_CALLS",
				    XP_MAX_CALLS_MAX, why);
	return rc;
}

int options_resolve(struct expert_options *o, char why[ERROR_BYTES])
{
	const char *url = secure_getenv("EXPERT_URL");
	int rc;

	if (!o->url) {
		rc = set_text(&o->url,
			      url && url[0] ? url : "ws://127.0.0.1:8800");
		if (rc < 0)
			return rc;
	}

	rc = resolve_numbers(o, why);
	return rc < 0 ? rc : resolve_key(o, why);
}
