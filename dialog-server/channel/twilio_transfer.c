/**
 * @file twilio_transfer.c  Changing a call that runs, by REST
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/twilio_transfer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log_limit.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "conf/settings.h"
#include "net/http.h"

enum {
	CONNECT_US = 2 * 1000 * 1000,
	TOTAL_US = 5 * 1000 * 1000, /* the caller hears silence meanwhile */
	BODY_BYTES_MAX = 32 * 1024,
	ANSWER_BYTES_MAX = 64 * 1024,
	URL_BYTES = SETTING_TEXT_MAX * 2 + 256,
	CALL_OVER = 21220, /* "call is not in-progress" */
};

/* ---- TwiML -------------------------------------------------------------- */

void twilio_xml(struct strbuf *b, const char *text)
{
	for (const char *p = text; *p; p++) {
		switch (*p) {
		case '&':
			strbuf_add(b, "&amp;");
			break;
		case '<':
			strbuf_add(b, "&lt;");
			break;
		case '>':
			strbuf_add(b, "&gt;");
			break;
		case '"':
			strbuf_add(b, "&quot;");
			break;
		case '\'':
			strbuf_add(b, "&apos;");
			break;
		default:
			/* Controls are not allowed in XML 1.0 at all. */
			strbuf_addc(b, (unsigned char)*p < 0x20 ? ' ' : *p);
		}
	}
}

static int is_phone_number(const char *to)
{
	const char *digits = to + (*to == '+');
	size_t n = strlen(digits);

	return n >= 3 && n <= 20 && strspn(digits, "0123456789") == n;
}

const char *twilio_dial_element(const char **to)
{
	static const char client[] = "client:";

	if (strlen(*to) >= TWILIO_TO_BYTES)
		return NULL;
	if (is_phone_number(*to))
		return "Number";
	if (strncmp(*to, "sip:", 4) == 0 && (*to)[4])
		return "Sip";
	if (strncmp(*to, client, strlen(client)) != 0 ||
	    !(*to)[strlen(client)])
		return NULL;
	*to += strlen(client);
	return "Client";
}

/* ---- REST --------------------------------------------------------------- */

struct twilio_rest {
	struct http_call *http;
	twilio_rest_fn *fn;
	void *arg;
	char call_sid[LIMIT_KEY_BYTES + 1];
	struct strbuf answer;
};

const char *twilio_auth_token(const struct settings *conf)
{
	return conf->twilio_auth_token;
}

int twilio_has_rest(const struct settings *conf)
{
	return conf->twilio_account_sid[0] && twilio_auth_token(conf)[0] &&
	       conf->twilio_api_url[0];
}

static void on_data(void *arg, const char *data, size_t len)
{
	struct twilio_rest *r = arg;

	strbuf_addn(&r->answer, data, len);
}

/* A call that is over needs no change any more. */
static int is_over(int status, const char *answer)
{
	char code[24];

	(void)snprintf(code, sizeof(code), "\"code\": %d", CALL_OVER);
	if (status == 404)
		return 1;
	if (status != 400)
		return 0;
	if (strstr(answer, code))
		return 1;
	(void)snprintf(code, sizeof(code), "\"code\":%d", CALL_OVER);
	return strstr(answer, code) != NULL;
}

static void on_done(void *arg, int err, int status, const char *why)
{
	struct twilio_rest *r = arg;
	twilio_rest_fn *fn = r->fn;
	void *fn_arg = r->arg;
	enum twilio_rest_end end = TWILIO_REST_FAILED;

	if (err == 0 && status >= 200 && status < 300)
		end = TWILIO_REST_DONE;
	else if (err == 0 && is_over(status, r->answer.s))
		end = TWILIO_REST_OVER;
	if (end == TWILIO_REST_FAILED)
		log_warn_limited(
			"twilio",
			"rest request failed call=%s status=%d error=\"%s\"",
			r->call_sid, status, why ? why : "");
	r->http = NULL;
	twilio_rest_cancel(r);
	fn(fn_arg, end);
}

void twilio_form_text(struct strbuf *b, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || strchr("-._~", c))
			strbuf_addc(b, (char)c);
		else
			strbuf_addf(b, "%%%02X", c);
	}
}

int twilio_basic_auth(char *out, size_t cap, const struct settings *conf)
{
	char plain[2 * SETTING_TEXT_MAX], base64[3 * SETTING_TEXT_MAX];
	int n = snprintf(plain, sizeof(plain), "%s:%s",
			 conf->twilio_account_sid, twilio_auth_token(conf));

	if (n < 0 || (size_t)n >= sizeof(plain))
		return -EINVAL;
	n = text_base64_encode(base64, sizeof(base64), plain, (size_t)n);
	if (n < 0)
		return n;
	n = snprintf(out, cap, "Basic %s", base64);
	return n < 0 || (size_t)n >= cap ? -EINVAL : 0;
}

static int post(struct twilio_rest *r, struct loop *l,
		const struct settings *conf, const char *call_sid,
		const struct strbuf *body)
{
	static const struct http_call_handlers handlers = {
		.on_data = on_data,
		.on_done = on_done,
	};
	char url[URL_BYTES], auth[3 * SETTING_TEXT_MAX + 8];
	const struct ws_header headers[] = {
		{"Authorization", auth},
		{"Content-Type", "application/x-www-form-urlencoded"},
		{NULL, NULL},
	};
	const struct http_call_options o = {
		.method = "POST",
		.url = url,
		.headers = headers,
		.body = body->s,
		.body_len = body->len,
		.connect_us = CONNECT_US,
		.idle_us = TOTAL_US,
		.total_us = TOTAL_US,
		.max_bytes = ANSWER_BYTES_MAX,
	};
	int n = snprintf(
		url, sizeof(url), "%s/2010-04-01/Accounts/%s/Calls/%s.json",
		conf->twilio_api_url, conf->twilio_account_sid, call_sid);

	if (n < 0 || (size_t)n >= sizeof(url) ||
	    twilio_basic_auth(auth, sizeof(auth), conf) < 0)
		return -EINVAL;
	return http_call_open(&r->http, l, &o, &handlers, r);
}

struct twilio_rest *twilio_rest_cancel(struct twilio_rest *r)
{
	if (!r)
		return NULL;
	http_call_close(r->http);
	strbuf_done(&r->answer);
	return mem_free(r);
}

int twilio_rest_open(struct twilio_rest **ret, struct loop *l,
		     const struct settings *conf, const char *call_sid,
		     const char *name, const char *value, twilio_rest_fn *fn,
		     void *arg)
{
	struct twilio_rest *r = mem_zalloc(sizeof(*r));
	struct strbuf body;
	int err = -ENOMEM;

	if (!r)
		return -ENOMEM;
	r->fn = fn;
	r->arg = arg;
	strbuf_init(&r->answer, ANSWER_BYTES_MAX + 1);
	(void)text_copy(r->call_sid, sizeof(r->call_sid), call_sid);
	strbuf_init(&body, BODY_BYTES_MAX);
	strbuf_addf(&body, "%s=", name);
	twilio_form_text(&body, value);
	if (strbuf_ok(&body))
		err = post(r, l, conf, call_sid, &body);
	strbuf_done(&body);
	if (err < 0) {
		twilio_rest_cancel(r);
		return err;
	}
	*ret = r;
	return 0;
}
