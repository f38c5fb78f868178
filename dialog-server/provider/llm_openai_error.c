/**
 * @file llm_openai_error.c  What a refusal means, and whether to try again
 *
 * @source reference of the service's own clients: retry on 408, 409, 429 and
 * from 500 on, delays by header; a caller who waits allows one quick try.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "provider/llm_openai.h"

enum {
	RETRY_US = 400 * 1000,      /* without a header */
	RETRY_MAX_US = 1000 * 1000, /* a caller hears the silence */
};

/** {"error":{...}}, [{"error":{...}}], {"object":"error",...} */
static const json_t *error_of(const json_t *root)
{
	const json_t *e;

	if (json_is_array(root))
		root = json_array_get(root, 0);
	e = json_object_get(root, "error");
	if (json_is_object(e) || json_is_string(e))
		return e;
	return json_is_string(json_object_get(root, "message")) ? root : NULL;
}

/** A code may be a string or a number. */
static void code_of(const json_t *e, char *ret, size_t cap)
{
	const json_t *c = json_object_get(e, "code");
	const char *type = json_string_value(json_object_get(e, "type"));

	if (json_is_string(c))
		(void)snprintf(ret, cap, "%.60s", json_string_value(c));
	else
		(void)snprintf(ret, cap, "%.60s", type != NULL ? type : "");
}

static int errno_of(int status)
{
	switch (status) {
	case 401:
	case 403:
		return -EACCES;
	case 404:
		return -ENOENT;
	case 408:
	case 504:
		return -ETIMEDOUT;
	case 413:
		return -EMSGSIZE;
	case 429:
		return -EAGAIN;
	default:
		return status >= 500 ? -EHOSTUNREACH : -EPROTO;
	}
}

int openai_error(int status, const char *body, size_t len, char *why,
		 size_t cap, int *ret_final)
{
	json_t *root = json_loadb(body, len, 0, NULL);
	const json_t *e = error_of(root);
	const char *message =
		json_is_string(e)
			? json_string_value(e)
			: json_string_value(json_object_get(e, "message"));
	char code[64] = "";

	if (json_is_object(e))
		code_of(e, code, sizeof(code));
	/* No money is not a matter of waiting. */
	*ret_final = strstr(code, "quota") != NULL ||
		     strstr(code, "balance") != NULL ||
		     strstr(code, "billing") != NULL ||
		     strstr(code, "spend") != NULL;
	(void)snprintf(why, cap, "%d%s%s%s%.120s", status,
		       code[0] != '\0' ? " " : "", code,
		       message != NULL ? ": " : "",
		       message != NULL ? message : "");
	for (char *p = why; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	}
	json_decref(root);
	return errno_of(status);
}

static int may_retry(int status)
{
	return status == 0 || status == 408 || status == 409 ||
	       status == 429 || status == 498 || status >= 500;
}

/** A number of a header in units of so many microseconds, or -1. */
static int64_t header_us(const char *s, double unit_us)
{
	char *end;
	double v;

	if (s == NULL)
		return -1;
	v = strtod(s, &end);
	if (end == s || *end != '\0' || !isfinite(v) || v <= 0 || v > 1e9)
		return -1;
	return (int64_t)(v * unit_us);
}

int64_t openai_retry_us(int status, int final, const char *should,
			const char *after_ms, const char *after, unsigned dice)
{
	int64_t us;

	if (final || (should != NULL && strcasecmp(should, "false") == 0))
		return -1;
	if (!may_retry(status) &&
	    !(should != NULL && strcasecmp(should, "true") == 0))
		return -1;
	us = header_us(after_ms, 1000.0);
	if (us < 0)
		us = header_us(after, 1e6);
	/* A date, or nothing: not now, or our own delay. */
	if (us < 0 && after != NULL)
		return -1;
	if (us < 0)
		us = RETRY_US * (int64_t)(768 + (dice & 0xff)) / 1024;
	return us <= RETRY_MAX_US ? us : -1;
}
