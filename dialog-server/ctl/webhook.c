/**
 * @file webhook.c  A request as a carrier makes it
 *
 * SPDX-License-Identifier: MIT
 */
#include "ctl/webhook.h"

#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "ctl/twiml.h"
#include "net/ws.h"

enum {
	PARAMS_MAX = 16,
	FORM_BYTES = 16384,
	HTTP_US = 15000000, /* Twilio's budget for a webhook */
};

static void form_add(struct strbuf *b, const struct twilio_param *param)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789-_.";

	strbuf_addf(b, "%s%s=", b->len ? "&" : "", param->name);
	for (const char *c = param->value; *c; c++)
		if (strchr(plain, *c))
			strbuf_addc(b, *c);
		else
			strbuf_addf(b, "%%%02X", (unsigned char)*c);
}

int webhook_post(struct http_call **ret, struct loop *l, const char *url,
		 const char *token, const struct twilio_param *p, size_t n,
		 const struct http_call_handlers *h, void *arg)
{
	char signature[TWILIO_SIGNATURE_BYTES] = "";
	struct twilio_param sorted[PARAMS_MAX];
	const struct ws_header headers[] = {
		{"Content-Type", "application/x-www-form-urlencoded"},
		{token[0] ? "X-Twilio-Signature" : NULL, signature},
		{NULL, NULL}};
	struct http_call_options o = {.url = url,
				      .headers = headers,
				      .connect_us = HTTP_US,
				      .idle_us = HTTP_US,
				      .total_us = HTTP_US,
				      .max_bytes = TWIML_BYTES_MAX};
	struct strbuf form;
	int err = 0;

	if (n > PARAMS_MAX)
		return -EMSGSIZE;
	memcpy(sorted, p, n * sizeof(*p));
	if (token[0])
		err = twilio_sign(signature, token, url, sorted, n);
	if (err)
		return err;

	strbuf_init(&form, FORM_BYTES);
	for (size_t i = 0; i < n; i++)
		form_add(&form, &sorted[i]);
	o.body = form.s;
	o.body_len = form.len;
	err = strbuf_ok(&form) ? http_call_open(ret, l, &o, h, arg) : -ENOMEM;
	strbuf_done(&form);

	return err;
}
