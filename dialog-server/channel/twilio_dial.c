/**
 * @file twilio_dial.c  Calls that we place by Twilio
 *
 *   ASKED --201, sid--> RINGS --drop(): was answered--> gone
 *     │                   └──drop(): stop--> STOPS --POST Status=completed-->
 * gone └──refused: told, waits for drop()
 *
 * The TwiML goes with the order, so that nothing has to be asked for when
 * somebody answers. An order that is dropped before its answer has come waits
 * for it: without the sid there is nothing to hang up.
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/twilio_dial.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/list.h"
#include "base/log_limit.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "channel/tickets.h"
#include "channel/twilio.h"
#include "channel/twilio_parse.h"
#include "channel/twilio_transfer.h"
#include "conf/settings.h"
#include "media/channel_host.h"
#include "net/http.h"
#include "net/loop.h"

enum {
	CONNECT_US = 5 * 1000 * 1000,
	TOTAL_US = 15 * 1000 * 1000,
	BODY_BYTES_MAX = 32 * 1024,
	ANSWER_BYTES_MAX = 64 * 1024,
	URL_BYTES = SETTING_TEXT_MAX * 2 + 256,
	TWIML_BYTES_MAX = 4000, /* the carrier takes no more in a request */
	/* "no-answer" of the carrier comes up to 5 s after its Timeout. */
	SLACK_US = 10 * 1000 * 1000,
	/* From the answer to the media socket, beyond the ringing. */
	TOKEN_US = 60 * 1000 * 1000,
	WHY_BYTES = 128,
};

struct order {
	struct list link; /* in `all`, under its lock */
	const struct channel_host *host;
	struct loop *loop;
	struct http_call *http; /* under way, or NULL */
	struct strbuf answer;
	char call_id[CHANNEL_CALL_ID_BYTES];
	char sid[LIMIT_KEY_BYTES + 1]; /* "" until it is known */
	int dropped, stops;
};

/* So that a loop that ends finds its own. */
static struct {
	pthread_mutex_t lock;
	struct list list;
} all = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.list = {&all.list, &all.list},
};

static void order_free(struct order *o)
{
	pthread_mutex_lock(&all.lock);
	list_unlink(&o->link);
	pthread_mutex_unlock(&all.lock);
	http_call_close(o->http);
	strbuf_done(&o->answer);
	mem_free(o);
}

/* ---- asking --------------------------------------------------------------
 */

static void on_data(void *arg, const char *data, size_t len)
{
	struct order *o = arg;

	strbuf_addn(&o->answer, data, len);
}

static void on_done(void *arg, int err, int status, const char *why);

/** @param resource  behind the account: "Calls.json" */
static int post(struct order *o, const char *resource,
		const struct strbuf *form)
{
	static const struct http_call_handlers handlers = {
		.on_data = on_data,
		.on_done = on_done,
	};
	const struct settings *conf = o->host->conf;
	char url[URL_BYTES], auth[TWILIO_BASIC_BYTES];
	const struct ws_header headers[] = {
		{"Authorization", auth},
		{"Content-Type", "application/x-www-form-urlencoded"},
		{NULL, NULL},
	};
	const struct http_call_options options = {
		.method = "POST",
		.url = url,
		.headers = headers,
		.body = form->s,
		.body_len = form->len,
		.connect_us = CONNECT_US,
		.idle_us = TOTAL_US,
		.total_us = TOTAL_US,
		.max_bytes = ANSWER_BYTES_MAX,
	};
	int n = snprintf(url, sizeof(url), "%s/2010-04-01/Accounts/%s/%s",
			 conf->twilio_api_url, conf->twilio_account_sid,
			 resource);

	if (n < 0 || (size_t)n >= sizeof(url) || !strbuf_ok(form) ||
	    twilio_basic_auth(auth, sizeof(auth), conf) < 0)
		return -EINVAL;
	strbuf_clear(&o->answer);
	return http_call_open(&o->http, o->loop, &options, &handlers, o);
}

/** Whatever comes of it, this is the last of the order. */
static void stop(struct order *o)
{
	char resource[LIMIT_KEY_BYTES + 16];
	struct strbuf form;
	int err;

	(void)snprintf(resource, sizeof(resource), "Calls/%s.json", o->sid);
	strbuf_init(&form, BODY_BYTES_MAX);
	strbuf_add(&form, "Status=completed");
	o->stops = 1;
	err = post(o, resource, &form);
	strbuf_done(&form);
	if (err)
		order_free(o);
}

/* ---- what the carrier says to it -----------------------------------------
 */

/** @source Twilio, error and warning dictionary */
static const struct {
	int code;
	enum dial_news news;
} refusals[] = {
	{13223, DIAL_INVALID}, /* "invalid phone number format" */
	{13224, DIAL_INVALID}, /* "invalid phone number"        */
	{21211, DIAL_INVALID}, /* invalid 'To'                  */
	{21214, DIAL_INVALID}, /* 'To' cannot be reached        */
	{21217, DIAL_INVALID}, /* does not appear to be valid   */
	{21401, DIAL_INVALID}, /* invalid phone number          */
};

static enum dial_news news_of(int code)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].code == code)
			return refusals[i].news;
	return DIAL_ERROR;
}

static void tell(const struct order *o, enum dial_news news, const char *why)
{
	o->host->dialled(o->host->arg, o->call_id, news, why);
}

static void refused(const struct order *o, int status, const json_t *answer)
{
	int code = (int)json_integer_value(json_object_get(answer, "code"));
	enum dial_news news = news_of(code);
	char why[WHY_BYTES];

	(void)snprintf(why, sizeof(why), "Twilio answered %d, error %d",
		       status, code);
	log_warn_limited("twilio",
			 "call not placed call=%s status=%d code=%d: see "
			 "https://www.twilio.com/docs/api/errors/%d",
			 o->call_id, status, code, code);
	tell(o, news, news == DIAL_ERROR ? why : "");
}

static void accepted(struct order *o, const json_t *answer)
{
	const char *sid = json_string_value(json_object_get(answer, "sid"));

	if (!sid || !twilio_is_sid((struct twilio_text){sid, strlen(sid)}) ||
	    text_copy(o->sid, sizeof(o->sid), sid) < 0) {
		log_warn_limited("twilio", "call has no sid call=%s",
				 o->call_id);
		tell(o, DIAL_ERROR, "Twilio's answer has no sid");
		return;
	}
	log_info_limited("twilio", "call placed call=%s sid=%s", o->call_id,
			 o->sid);
}

static void on_done(void *arg, int err, int status, const char *why)
{
	struct order *o = arg;
	json_t *answer;

	o->http = NULL;
	if (o->stops) {
		order_free(o);
		return;
	}
	answer = json_loadb(o->answer.s, o->answer.len, 0, NULL);
	if (err) {
		log_warn_limited("twilio",
				 "call not placed call=%s error=\"%s\"",
				 o->call_id, why ? why : "");
		tell(o, DIAL_ERROR, "Twilio cannot be reached");
	} else if (status >= 200 && status < 300) {
		accepted(o, answer);
	} else {
		refused(o, status, answer);
	}
	json_decref(answer);
	if (o->dropped && o->sid[0])
		stop(o);
	else if (o->dropped)
		order_free(o);
}

static enum dial_news failed_how(const char *sip)
{
	int64_t code = 0;

	(void)text_to_int(sip, 0, 999, &code);
	switch (code) {
	case 404:
	case 410:
	case 484:
	case 604:
		return DIAL_INVALID;
	case 486:
	case 600:
		return DIAL_BUSY;
	case 408:
	case 480:
		return DIAL_NO_ANSWER;
	case 403:
	case 603:
	case 607:
	case 608:
		return DIAL_REJECTED;
	default:
		return DIAL_ERROR;
	}
}

void twilio_dial_status(const struct channel_host *host, const char *call_id,
			const char *status, const char *sip)
{
	static const struct {
		const char *status;
		enum dial_news news;
		const char *why;
	} table[] = {
		{"ringing", DIAL_RINGING, ""},
		{"busy", DIAL_BUSY, ""},
		{"no-answer", DIAL_NO_ANSWER, ""},
		{"canceled", DIAL_CANCELED, "by the carrier"},
		/* A call with its line waits for no news any more. */
		{"completed", DIAL_ERROR,
		 "it was answered, but no media socket came: is "
		 "listen.public_url what the carrier dials?"},
	};
	enum dial_news news;
	char why[WHY_BYTES];

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(status, table[i].status) == 0)
			host->dialled(host->arg, call_id, table[i].news,
				      table[i].why);
	if (strcmp(status, "failed") != 0)
		return;
	if (sip[strspn(sip, "0123456789")])
		sip = "";
	news = failed_how(sip);
	(void)snprintf(why, sizeof(why), "the carrier's call failed%s%.8s",
		       *sip ? ", SIP " : "", sip);
	host->dialled(host->arg, call_id, news, news == DIAL_ERROR ? why : "");
}

/* ---- the order -----------------------------------------------------------
 */

static int reaches(const struct channel_host *host, const struct dial_order *o)
{
	(void)o;
	return twilio_has_rest(host->conf) && host->conf->public_url[0] &&
	       strncmp(host->conf->public_url, "http", 4) == 0;
}

static void add(struct strbuf *form, const char *name, const char *value)
{
	strbuf_addf(form, "%s%s=", form->len ? "&" : "", name);
	twilio_form_text(form, value);
}

/** "https://bot.example", without a slash at its end. */
static void public_base(char *out, size_t cap, const char *url)
{
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	(void)snprintf(out, cap, "%.*s", (int)n, url);
}

static int write_form(struct strbuf *form, const struct settings *conf,
		      const struct dial_order *o)
{
	char base[SETTING_TEXT_MAX + 1], url[SETTING_TEXT_MAX + 64];
	char token[TICKET_TOKEN_CHARS + 1], timeout[24];
	struct strbuf twiml;
	struct ticket t = {.call = ""};
	int err = text_copy(t.from, sizeof(t.from), o->from) < 0 ||
				  text_copy(t.to, sizeof(t.to), o->to) < 0 ||
				  text_copy(t.placed, sizeof(t.placed),
					    o->call_id) < 0
			  ? -EINVAL
			  : tickets_issue(&t, clock_now_us(),
					  o->ring_us + SLACK_US + TOKEN_US,
					  token);

	if (err < 0)
		return err;
	public_base(base, sizeof(base), conf->public_url);
	strbuf_init(&twiml, TWIML_BYTES_MAX);
	twilio_stream_twiml(&twiml, base, &t, token);
	(void)snprintf(url, sizeof(url), "%s/twilio/status?call=%s", base,
		       o->call_id);
	(void)snprintf(timeout, sizeof(timeout), "%lld",
		       (long long)((o->ring_us + US_PER_S - 1) / US_PER_S));
	add(form, "To", o->to);
	add(form, "From", o->from);
	add(form, "Twiml", twiml.s);
	add(form, "Timeout", timeout);
	add(form, "StatusCallback", url);
	add(form, "StatusCallbackMethod", "POST");
	add(form, "StatusCallbackEvent", "ringing");
	add(form, "StatusCallbackEvent", "completed");
	err = strbuf_ok(&twiml) && strbuf_ok(form) ? 0 : -EMSGSIZE;
	strbuf_done(&twiml);
	return err;
}

static int dial(void **ret, const struct channel_host *host,
		const struct dial_order *what)
{
	struct order *o = mem_zalloc(sizeof(*o));
	struct strbuf form;
	int err;

	if (!o)
		return -ENOMEM;
	list_init(&o->link);
	o->host = host;
	o->loop = host->loop;
	strbuf_init(&o->answer, ANSWER_BYTES_MAX + 1);
	(void)text_copy(o->call_id, sizeof(o->call_id), what->call_id);
	strbuf_init(&form, BODY_BYTES_MAX);
	err = write_form(&form, host->conf, what);
	if (!err)
		err = post(o, "Calls.json", &form);
	strbuf_done(&form);
	if (err) {
		order_free(o);
		return err;
	}
	pthread_mutex_lock(&all.lock);
	list_append(&all.list, &o->link);
	pthread_mutex_unlock(&all.lock);
	*ret = o;
	return 0;
}

static void drop(void *order, int answered)
{
	struct order *o = order;

	o->dropped = 1;
	if (answered || (!o->http && !o->sid[0]))
		order_free(o);
	else if (!o->http)
		stop(o);
}

static struct order *any_of(const struct loop *l)
{
	struct order *found = NULL;

	pthread_mutex_lock(&all.lock);
	LIST_FOREACH (it, &all.list) {
		struct order *o = LIST_ENTRY(it, struct order, link);

		if (o->loop == l)
			found = o;
	}
	pthread_mutex_unlock(&all.lock);
	return found;
}

/** The carrier stops by itself, by the Timeout that it was told. */
static void leave(struct loop *l)
{
	struct order *o;

	while ((o = any_of(l)))
		order_free(o);
}

const struct dialler_ops twilio_dialler = {
	.name = "twilio",
	.slack_us = SLACK_US,
	.reaches = reaches,
	.dial = dial,
	.drop = drop,
	.leave = leave,
};
