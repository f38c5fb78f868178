/**
 * @file twilio.c  Webhooks of Twilio, answered in TwiML
 *
 *   a call comes:     <Connect><Stream/></Connect><Redirect>after</Redirect>
 *   the stream ended: <Dial/> when the call was transferred, else <Hangup/>
 *
 * SPDX-License-Identifier: MIT
 */
#include "channel/twilio.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "channel/tickets.h"
#include "channel/twilio_away.h"
#include "channel/twilio_dial.h"
#include "channel/twilio_parse.h"
#include "channel/twilio_sign.h"
#include "channel/twilio_transfer.h"
#include "conf/settings.h"
#include "journal/metrics.h"

enum {
	PARAMS_MAX = 256, /* the carrier sends about 30, growing */
	BASE_BYTES = TWILIO_BASE_BYTES,
	HOST_BYTES_MAX = 255,
	TWIML_BYTES_MAX = 16 * 1024,
};

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/* ---- the request -------------------------------------------------------- */

/* What a webhook says: a form, or the query of a GET. */
struct form {
	char *text; /* owner of the strings */
	struct twilio_param p[PARAMS_MAX];
	size_t n;
	const char *raw; /* a body that is no form, or NULL */
	size_t raw_len;
};

static int is_form(const struct http_req *req)
{
	const char *type = http_header(req, "content-type");
	static const char form[] = "application/x-www-form-urlencoded";

	return type && strncasecmp(type, form, sizeof(form) - 1) == 0;
}

static int form_read(struct form *f, const struct http_req *req)
{
	size_t len = 0;
	const char *body = http_body(req, &len);
	const char *query = strchr(http_uri(req), '?');
	int post = strcmp(http_method(req), "POST") == 0;
	char *cursor, *name, *value;
	int err;

	f->text = NULL;
	f->n = 0;
	f->raw = NULL;
	f->raw_len = 0;
	if (post && len > 0 && !is_form(req)) {
		f->raw = body;
		f->raw_len = len;
		return 0;
	}
	f->text = post ? mem_strndup(body, len)
		       : mem_strdup(query ? query + 1 : "");
	if (!f->text)
		return -ENOMEM;
	cursor = f->text;
	while ((err = form_next(&cursor, &name, &value)) == 0) {
		if (f->n == PARAMS_MAX)
			return -EMSGSIZE;
		f->p[f->n++] = (struct twilio_param){name, value};
	}
	return err == -ENOENT ? 0 : err;
}

static void form_done(struct form *f)
{
	f->text = mem_free(f->text);
}

/* @return the value, "" when absent */
static const char *form_get(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->p[i].name, name) == 0)
			return f->p[i].value;
	return "";
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static int is_host(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	return n > 0 && n <= HOST_BYTES_MAX &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789.-_:[]") == n;
}

int twilio_base(char *out, size_t cap, const struct http_req *req,
		const struct settings *conf)
{
	const char *host = http_header(req, "host");
	size_t n = strlen(conf->public_url);
	int len;

	while (n > 0 && conf->public_url[n - 1] == '/')
		n--;
	if (n > 0)
		len = snprintf(out, cap, "%.*s", (int)n, conf->public_url);
	else if (is_host(host))
		len = snprintf(out, cap, "http%s://%s",
			       conf->tls_cert[0] ? "s" : "", host);
	else
		return -EINVAL;
	return len > 0 && (size_t)len < cap ? 0 : -EINVAL;
}

/* ---- who may ask -------------------------------------------------------- */

static int from_this_machine(const struct http_req *req)
{
	const char *peer = http_peer(req);

	/* A proxy on this machine speaks for anybody. */
	if (http_header(req, "x-forwarded-for") ||
	    http_header(req, "forwarded"))
		return 0;
	return strncmp(peer, "127.", 4) == 0 || strcmp(peer, "::1") == 0 ||
	       strncmp(peer, "::ffff:127.", 11) == 0;
}

/* @param f  NULL: an upgrade, signed over "wss://..." */
static int signature_is_good(const struct http_req *req, struct form *f,
			     const struct settings *conf, const char *base)
{
	const char *signature = http_header(req, "x-twilio-signature");
	const char *token = twilio_auth_token(conf);
	struct strbuf url;
	int good;

	strbuf_init(&url, BASE_BYTES + LIMIT_HTTP_PATH_BYTES + 1);
	strbuf_addf(&url, "%s%s%s", f ? "" : "ws",
		    f ? base : base + strlen("http"), http_uri(req));
	if (!strbuf_ok(&url))
		good = 0;
	else if (!f)
		good = twilio_signed(signature, token, url.s, NULL, 0, NULL,
				     0);
	else
		good = twilio_signed(
			signature, token, url.s, f->p,
			strcmp(http_method(req), "POST") == 0 ? f->n : 0,
			f->raw, f->raw_len);
	strbuf_done(&url);
	return good;
}

int twilio_may_stream(const struct http_req *req, const struct settings *conf)
{
	char base[BASE_BYTES];

	if (!twilio_auth_token(conf)[0] ||
	    !http_header(req, "x-twilio-signature"))
		return 1;
	if (twilio_base(base, sizeof(base), req, conf) == 0 &&
	    strncmp(base, "http", 4) == 0 &&
	    signature_is_good(req, NULL, conf, base))
		return 1;
	metric_add(METRIC_MEDIA_BAD_SIGNATURE, 1);
	log_warn_limited("twilio",
			 "media socket refused peer=%s reason=signature: is "
			 "listen.public_url what the carrier dials?",
			 http_peer(req));
	return 0;
}

/*
 * Read a webhook that may be believed; answers it itself when it may not.
 *
 * @param base  base[BASE_BYTES]: how the carrier reaches us
 * @return 0, then form_done(); or < 0 and the request is gone
 */
static int admit(struct http_req *req, const struct settings *conf,
		 struct form *f, char *base)
{
	int err = form_read(f, req);

	if (err == 0)
		err = twilio_base(base, BASE_BYTES, req, conf);
	if (err < 0) {
		form_done(f);
		http_error(req, 400, "not a webhook of Twilio");
		return err;
	}
	if (twilio_auth_token(conf)[0] ? signature_is_good(req, f, conf, base)
				       : from_this_machine(req))
		return 0;
	form_done(f);
	metric_add(METRIC_AUTH_REFUSED, 1);
	log_warn_limited("twilio", "webhook refused path=%s peer=%s reason=%s",
			 http_path(req), http_peer(req),
			 twilio_auth_token(conf)[0] ? "signature"
						    : "no_auth_token");
	http_error(req, 403,
		   twilio_auth_token(conf)[0]
			   ? "X-Twilio-Signature does not match"
			   : "set twilio.auth_token to accept "
			     "webhooks from other machines");
	return -EACCES;
}

/* ---- TwiML -------------------------------------------------------------- */

static void reply(struct http_req *req, const struct strbuf *b)
{
	if (strbuf_ok(b))
		http_reply(req, 200, "text/xml", "Cache-Control: no-store\r\n",
			   b->s, b->len);
	else
		http_error(req, 503, "out of memory");
}

static void reply_text(struct http_req *req, const char *twiml)
{
	http_reply(req, 200, "text/xml", "Cache-Control: no-store\r\n", twiml,
		   strlen(twiml));
}

static void add_parameter(struct strbuf *b, const char *name,
			  const char *value)
{
	strbuf_addf(b, "<Parameter name=\"%s\" value=\"", name);
	twilio_xml(b, value);
	strbuf_add(b, "\"/>");
}

void twilio_stream_twiml(struct strbuf *b, const char *base,
			 const struct ticket *t, const char *token)
{
	strbuf_add(b, XML "<Response><Connect><Stream url=\"ws");
	twilio_xml(b, base + strlen("http")); /* "s://..." or "://..." */
	strbuf_add(b, "/twilio/media\">");
	add_parameter(b, "tok", token);
	add_parameter(b, "from", t->from);
	add_parameter(b, "to", t->to);
	strbuf_add(b, "</Stream></Connect>"
		      "<Redirect method=\"POST\">");
	twilio_xml(b, base);
	strbuf_add(b, "/twilio/after");
	if (t->call[0]) {
		strbuf_add(b, "?sid=");
		twilio_xml(b, t->call);
	}
	strbuf_add(b, "</Redirect></Response>");
}

static void reply_stream(struct http_req *req, const char *base,
			 const struct ticket *t, const char *token)
{
	struct strbuf b;

	strbuf_init(&b, TWIML_BYTES_MAX);
	twilio_stream_twiml(&b, base, t, token);
	reply(req, &b);
	strbuf_done(&b);
}

static int read_ticket(struct ticket *t, const struct form *f)
{
	const char *call = form_get(f, "CallSid");
	const char *from = form_get(f, "From"), *to = form_get(f, "To");

	if (!twilio_is_sid((struct twilio_text){call, strlen(call)}) ||
	    !to[0] || !text_is_utf8(from, strlen(from)) ||
	    !text_is_utf8(to, strlen(to)))
		return -EBADMSG;
	t->placed[0] = '\0';
	if (text_copy(t->call, sizeof(t->call), call) < 0 ||
	    text_copy(t->from, sizeof(t->from), from) < 0 ||
	    text_copy(t->to, sizeof(t->to), to) < 0)
		return -EMSGSIZE;
	return 0;
}

void twilio_voice(struct http_req *req, const struct channel_host *host)
{
	const struct settings *conf = host->conf;
	char base[BASE_BYTES], token[TICKET_TOKEN_CHARS + 1];
	struct ticket t = {.returns = 0};
	struct form f;
	int err = admit(req, conf, &f, base);

	if (err < 0)
		return;
	err = read_ticket(&t, &f);
	form_done(&f);
	if (err < 0) {
		http_error(req, 400,
			   "CallSid, From or To is missing or "
			   "not well-formed");
		return;
	}
	if (strncmp(base, "http", 4) != 0) {
		http_error(req, 500, "public_url is not http or https");
		return;
	}
	if (!host->can_accept(host->arg, t.to) ||
	    tickets_issue(&t, clock_now_us(),
			  conf->twilio_token_ms * US_PER_MS, token) < 0) {
		metric_add(METRIC_CALLS_REFUSED, 1);
		log_info_limited("twilio", "call refused call=%s reason=busy",
				 t.call);
		reply_text(req, XML "<Response><Reject reason=\"busy\"/>"
				    "</Response>");
		return;
	}
	log_info("twilio", "call comes in call=%s", t.call);
	reply_stream(req, base, &t, token);
}

void twilio_after(struct http_req *req, const struct channel_host *host)
{
	char base[BASE_BYTES];
	const char *sid;
	struct strbuf b;
	struct form f;
	int transferred;

	if (admit(req, host->conf, &f, base) < 0)
		return;
	sid = http_query(req, "sid");
	if (!sid)
		sid = form_get(&f, "CallSid");
	strbuf_init(&b, TWIML_BYTES_MAX);
	strbuf_add(&b, XML);
	transferred = away_asked(&b, base, sid) == 0;
	form_done(&f);
	if (!transferred)
		strbuf_add(&b, "<Response><Hangup/></Response>");
	reply(req, &b);
	strbuf_done(&b);
}

/* The caller has hung up: what we answer is not read. */
static int is_gone(const struct form *f)
{
	const char *status = form_get(f, "CallStatus");

	return strcmp(status, "completed") == 0 ||
	       strcmp(status, "canceled") == 0 ||
	       strcmp(status, "failed") == 0;
}

void twilio_dialed(struct http_req *req, const struct channel_host *host)
{
	const struct settings *conf = host->conf;
	char base[BASE_BYTES], token[TICKET_TOKEN_CHARS + 1];
	struct ticket t = {.returns = 1};
	struct form f;
	int comes;

	if (admit(req, conf, &f, base) < 0)
		return;
	comes = read_ticket(&t, &f) == 0 && strncmp(base, "http", 4) == 0 &&
		away_dialed(t.call, or_empty(http_query(req, "t")),
			    form_get(&f, "DialCallStatus"), is_gone(&f)) &&
		tickets_issue(&t, clock_now_us(),
			      conf->twilio_token_ms * US_PER_MS, token) == 0;
	form_done(&f);
	if (comes)
		reply_stream(req, base, &t, token);
	else
		reply_text(req, XML "<Response><Hangup/></Response>");
}

void twilio_leg(struct http_req *req, const struct channel_host *host)
{
	char base[BASE_BYTES];
	struct form f;

	if (admit(req, host->conf, &f, base) < 0)
		return;
	away_leg(or_empty(http_query(req, "sid")),
		 or_empty(http_query(req, "t")), form_get(&f, "CallStatus"));
	form_done(&f);
	http_reply(req, 204, "text/plain", NULL, "", 0);
}

/* A value from outside for one line of the log. */
static const char *loggable(const char *s)
{
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == '"' || *p == 0x7f)
			return "(unprintable)";
	return s;
}

void twilio_status(struct http_req *req, const struct channel_host *host)
{
	char base[BASE_BYTES];
	const char *error;
	struct form f;

	if (admit(req, host->conf, &f, base) < 0)
		return;
	error = form_get(&f, "StreamError");
	log_line(
		error[0] ? LOG_LEVEL_WARN : LOG_LEVEL_INFO, "twilio",
		"status call=%.64s status=%.32s stream=%.32s error=\"%.200s\"",
		loggable(form_get(&f, "CallSid")),
		loggable(form_get(&f, "CallStatus")),
		loggable(form_get(&f, "StreamEvent")), loggable(error));
	if (http_query(req, "call"))
		twilio_dial_status(host, http_query(req, "call"),
				   form_get(&f, "CallStatus"),
				   form_get(&f, "SipResponseCode"));
	if (is_gone(&f))
		away_hung_up(form_get(&f, "CallSid"));
	form_done(&f);
	http_reply(req, 204, "text/plain", NULL, "", 0);
}
