/**
 * @file remote.c  The server that a subcommand talks to
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/remote.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "conf/flat.h"
#include "ctl/trust.h"
#include "net/http.h"
#include "net/loop.h"

enum {
	CONNECT_US = 5000000,
	IDLE_US = 30000000,
	ANSWER_BYTES = 8 * 1024 * 1024, /* a long call with all its events */
};

static const char default_url[] = "http://127.0.0.1:8800";
static const char default_key_file[] = "data/default.key";

/* ---- where and who --------------------------------------------------------
 */

const char *remote_env(const char *name)
{
	const char *value = getenv(name); /* NOLINT(concurrency-mt-unsafe) */

	return value && value[0] ? value : NULL;
}

static int set_url(struct remote *r, const char *given)
{
	const char *env = remote_env("DIALOG_URL");
	const char *url = given ? given : env ? env : default_url;
	size_t len;

	if (text_copy(r->url, sizeof(r->url) - 8, url) < 0 ||
	    (strncmp(url, "http://", 7) != 0 &&
	     strncmp(url, "https://", 8) != 0)) {
		(void)fprintf(stderr,
			      "dialogctl: \"%s\" is not a URL that begins "
			      "with http:// or https://\n",
			      url);
		return CTL_USAGE;
	}
	for (len = strlen(r->url); len && r->url[len - 1] == '/';)
		r->url[--len] = '\0';
	(void)snprintf(r->ws_url, sizeof(r->ws_url), "ws%s", r->url + 4);

	return 0;
}

static int read_key_file(struct remote *r, const char *path, int wanted)
{
	char *text = NULL, why[128];
	size_t len = 0;
	int err = flat_slurp(&text, &len, path, sizeof(r->key) - 1);

	if (err) {
		if (!wanted)
			return 0;
		(void)fprintf(stderr,
			      "dialogctl: cannot read the key in %s: "
			      "%s\n",
			      path, strerror_r(-err, why, sizeof(why)));
		return CTL_USAGE;
	}
	len = strcspn(text, " \t\r\n");
	text[len] = '\0';
	(void)text_copy(r->key, sizeof(r->key), text);
	memset(text, 0, len);
	mem_free(text);

	return 0;
}

/* The key that a server made at its start is for that server only: it goes to
 * no other machine unasked. */
static int is_local(const char *url)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "[::1]"};
	const char *host = strstr(url, "://") + 3;
	size_t len =
		host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strlen(hosts[i]) == len &&
		    strncmp(hosts[i], host, len) == 0)
			return 1;

	return 0;
}

static int set_key(struct remote *r, const struct remote_options *o)
{
	static const char *const names[] = {"DIALOG_API_KEY",
					    "EXPERT_API_KEY"};
	const char *key = o->key;
	int err = 0;

	for (size_t i = 0; !key && !o->key_file && i < 2; i++)
		key = remote_env(names[i]);
	if (key && text_copy(r->key, sizeof(r->key), key) < 0) {
		(void)fprintf(stderr, "dialogctl: the key is too long\n");
		return CTL_USAGE;
	}
	if (!key && o->key_file)
		err = read_key_file(r, o->key_file, 1);
	else if (!key && is_local(r->url))
		err = read_key_file(r, default_key_file, 0);
	(void)snprintf(r->bearer, sizeof(r->bearer), "Bearer %s", r->key);
	if (r->key[0])
		r->headers[0] = (struct ws_header){"Authorization", r->bearer};

	return err;
}

int remote_open(struct remote *r, const struct remote_options *o)
{
	int err;

	memset(r, 0, sizeof(*r));
	err = set_url(r, o->url);
	if (!err)
		err = trust_ca_file(o->ca_file);
	if (!err)
		err = set_key(r, o);
	if (!err && loop_new(&r->loop, "ctl") < 0) {
		(void)fprintf(stderr, "dialogctl: cannot make a loop\n");
		err = CTL_FAILED;
	}

	return err;
}

void remote_close(struct remote *r)
{
	r->loop = loop_free(r->loop);
	memset(r->key, 0, sizeof(r->key));
	memset(r->bearer, 0, sizeof(r->bearer));
}

void remote_escape(struct strbuf *b, const char *value)
{
	for (const char *c = value; *c; c++)
		if (isalnum((unsigned char)*c) || strchr("-_.~", *c))
			strbuf_addc(b, *c);
		else
			strbuf_addf(b, "%%%02X", (unsigned char)*c);
}

/* ---- requests --------------------------------------------------------------
 */

struct answer {
	struct loop *loop;
	struct strbuf body;
	int err, status;
	char why[160];
};

static void on_data(void *arg, const char *data, size_t len)
{
	struct answer *a = arg;

	strbuf_addn(&a->body, data, len);
}

static void on_done(void *arg, int err, int status, const char *why)
{
	struct answer *a = arg;

	a->err = err;
	a->status = status;
	(void)text_copy(a->why, sizeof(a->why), why ? why : "");
	loop_stop(a->loop);
}

/* Something answers, but with or without TLS as the URL does not have it. */
static const char *other_scheme(const struct remote *r, const char *why)
{
	static const char *const closed[] = {"Failed sending data",
					     "Server returned nothing",
					     "Failure when receiving data"};

	if (strncmp(r->url, "https:", 6) == 0)
		return strstr(why, "wrong version number") ? "http" : NULL;
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
		if (strncmp(why, closed[i], strlen(closed[i])) == 0)
			return "https";

	return NULL;
}

int remote_unreachable(const struct remote *r, const char *why)
{
	const char *scheme = other_scheme(r, why);

	(void)fprintf(stderr, "dialogctl: no server at %s (%s)\n", r->url,
		      why);
	if (scheme)
		(void)fprintf(stderr,
			      "Something is there. A server %s TLS has the "
			      "URL %s%s\n",
			      scheme[4] ? "with" : "without", scheme,
			      strstr(r->url, "://"));
	else
		(void)fprintf(stderr,
			      "Start one with: dialog-server\n"
			      "or name yours with --url or DIALOG_URL.\n");

	return CTL_NO_SERVER;
}

static int untrusted(const struct remote *r, const char *why)
{
	struct strbuf b;

	strbuf_init(&b, 4096);
	trust_advise(&b, r->url, why);
	(void)fputs(b.s, stderr);
	strbuf_done(&b);

	return CTL_NO_SERVER;
}

static int refused(const struct remote *r, int status)
{
	if (r->key[0])
		(void)fprintf(stderr,
			      "dialogctl: %s refused the key (%d)\n"
			      "Name the file of a valid one with --key-file, "
			      "or set DIALOG_API_KEY.\n",
			      r->url, status);
	else
		(void)fprintf(stderr,
			      "dialogctl: %s wants a key (%d)\n"
			      "Name its file with --key-file (the first run "
			      "of a server writes default.key into its data "
			      "folder), or set DIALOG_API_KEY.\n",
			      r->url, status);

	return CTL_NO_SERVER;
}

/* What the server says in {"error":{"message":...}}, or the text. */
static int failed(const struct answer *a, const char *path)
{
	json_t *json = json_loadb(a->body.s, a->body.len, 0, NULL);
	const char *message = json_string_value(
		json_object_get(json_object_get(json, "error"), "message"));

	(void)fprintf(stderr, "dialogctl: %s: %d %s\n", path, a->status,
		      message ? message : a->body.s);
	json_decref(json);

	return CTL_FAILED;
}

static int send_request(struct answer *a, struct remote *r, const char *method,
			const char *path, const char *body)
{
	static const struct http_call_handlers h = {.on_data = on_data,
						    .on_done = on_done};
	struct ws_header headers[3] = {{"Content-Type", "application/json"},
				       r->headers[0]};
	char url[REMOTE_FULL_URL_BYTES];
	struct http_call_options o = {.method = method,
				      .url = url,
				      .headers = headers,
				      .body = body,
				      .body_len = body ? strlen(body) : 0,
				      .connect_us = CONNECT_US,
				      .idle_us = IDLE_US,
				      .max_bytes = ANSWER_BYTES};
	struct http_call *call;
	int err;

	(void)snprintf(url, sizeof(url), "%s%s", r->url, path);
	a->loop = r->loop;
	err = http_call_open(&call, r->loop, &o, &h, a);
	if (!err)
		loop_run(r->loop);

	return err;
}

int remote_call(struct remote *r, const char *method, const char *path,
		const char *body, json_t **ret)
{
	struct answer a = {.err = 0};
	json_t *json = NULL;
	int status;

	strbuf_init(&a.body, ANSWER_BYTES);
	if (send_request(&a, r, method, path, body) < 0) {
		(void)fprintf(stderr, "dialogctl: cannot ask %s%s\n", r->url,
			      path);
		status = CTL_FAILED;
	} else if (a.err == -EKEYREJECTED) {
		status = untrusted(r, a.why);
	} else if (a.err) {
		status = remote_unreachable(r, a.why);
	} else if (a.status == 401 || a.status == 403) {
		status = refused(r, a.status);
	} else if (a.status >= 300) {
		status = failed(&a, path);
	} else {
		status = CTL_OK;
		if (a.body.len)
			json = json_loadb(a.body.s, a.body.len, 0, NULL);
		if (a.body.len && !json) {
			(void)fprintf(stderr,
				      "dialogctl: %s did not answer with "
				      "JSON: is %s a dialog-server?\n",
				      path, r->url);
			status = CTL_FAILED;
		}
	}
	strbuf_done(&a.body);
	if (status == CTL_OK)
		*ret = json;

	return status;
}
