/**
 * @file lws.c  libwebsockets on a loop of ours
 *
 * 4.1.6, as Debian 12 has it. HTTP/2 is never negotiated (ALPN says http/1.1,
 * an upgrade to h2c is refused), compression and its own keep-alive are off.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/lws_priv.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "net/cert.h"
#include "net/loop_priv.h"

enum {
	TX_BYTES = 64 * 1024, /* at once: no message of ours is cut    */
	HEADS_AT_ONCE = 1024, /* requests whose head is being read     */
	DESCRIPTORS_MAX = 64 * 1024,
	LWS_TIMEOUT_S = 60, /* our own timers are all shorter        */
};

static int on_event(struct lws *wsi, enum lws_callback_reasons why, void *user,
		    void *in, size_t len);

/* A client that offers subprotocols is only accepted when one is known. None
 * means anything to us; these are what callers' media servers offer. */
#define PROTOCOL(name)                                             \
	{                                                          \
		name, on_event, 0, LWS_RX_BYTES, 0, NULL, TX_BYTES \
	}
static const struct lws_protocols protocols[] = {
	PROTOCOL("dialog"),
	PROTOCOL("audio.jambonz.org"),
	PROTOCOL("audio.drachtio.org"),
	{NULL, NULL, 0, 0, 0, NULL, 0},
};

/* Keep-alive by the library is off: ws.c has its own, on the loop's timers. */
static const lws_retry_bo_t no_pings;

int lws_knows_protocol(const char *name, size_t len)
{
	for (const struct lws_protocols *p = protocols; p->name; p++)
		if (strlen(p->name) == len && !memcmp(p->name, name, len))
			return 1;
	return 0;
}

/* ---- events ---------------------------------------------------------- */

/* Buffers go back between records: an idle connection must be cheap. */
static int prepare_tls(SSL_CTX *ctx, struct lws_vhost *vhost)
{
	struct ssl_ctx_st **now = vhost ? lws_get_vhost_user(vhost) : NULL;

	if (now)
		cert_follow(ctx, now);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_options(ctx,
			    SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	return 0;
}

/* The vhost of nobody's connection is still asked what to do with it. */
static int nobody(enum lws_callback_reasons why)
{
	switch (why) {
	case LWS_CALLBACK_HTTP:
	case LWS_CALLBACK_HTTP_BODY:
	case LWS_CALLBACK_HTTP_WRITEABLE:
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
	case LWS_CALLBACK_RECEIVE:
	case LWS_CALLBACK_SERVER_WRITEABLE:
	case LWS_CALLBACK_CLIENT_RECEIVE:
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return -1;
	default:
		return 0;
	}
}

static int on_event(struct lws *wsi, enum lws_callback_reasons why, void *user,
		    void *in, size_t len)
{
	struct peer *p;

	if (why == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS)
		return prepare_tls(user, in);
	p = wsi ? lws_get_opaque_user_data(wsi) : NULL;
	if (!p)
		return nobody(why);

	struct loop *l = p->loop;
	int64_t begin_us = loop_span_begin();
	int r = p->on(p, wsi, why, in, len); /* may free p */

	loop_span_end(l, begin_us, "connection");
	return r;
}

void peer_cut(struct peer *p)
{
	struct lws *wsi = p->wsi;

	if (!wsi)
		return;
	p->wsi = NULL;
	lws_set_opaque_user_data(wsi, NULL);
	lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE,
			LWS_TO_KILL_SYNC);
}

/* ---- context and vhosts
 * ----------------------------------------------------- */

static void to_log(int level, const char *line)
{
	(void)level;
	log_debug("lws", "%.*s", (int)strcspn(line, "\n"), line);
}

/* lws makes tables for as many descriptors as the process may have, on every
 * loop, and clears them: a million, as containers often allow, is 16 MiB. */
static void lower_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) || r.rlim_cur <= DESCRIPTORS_MAX)
		return;
	r.rlim_cur = DESCRIPTORS_MAX;
	(void)setrlimit(RLIMIT_NOFILE, &r);
}

static void prepare_process(void)
{
	lws_set_log_level(LLL_ERR | LLL_WARN, to_log);
	lower_descriptors();
}

struct lws_context *lws_of_loop(struct loop *l)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	void *loops[] = {&l->uv};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.options = LWS_SERVER_OPTION_LIBUV |
			   LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
		.foreign_loops = loops,
		.gid = -1,
		.uid = -1,
		.max_http_header_data2 = LWS_HEAD_BYTES,
		.max_http_header_pool2 = HEADS_AT_ONCE,
		.pt_serv_buf_size = LWS_HEAD_BYTES,
		.timeout_secs = LWS_TIMEOUT_S,
		.retry_and_idle_policy = &no_pings,
	};

	if (!l->lws) {
		(void)pthread_once(&once, prepare_process);
		l->lws = lws_create_context(&info);
	}
	return l->lws;
}

/* lws gives every TLS vhost a context for dialling too, reads the system's
 * certificates into it, and forgets to free it: here is one, for all. */
static SSL_CTX *no_dialling;

static void make_no_dialling(void)
{
	no_dialling = SSL_CTX_new(TLS_client_method());
}

/* lws says only that something failed: look first. */
static int check_pair(const char *cert, const char *key)
{
	struct ssl_ctx_st *pair;
	struct cert_error why;
	int err = cert_read(&pair, cert, key, &why);

	if (!err)
		cert_unref(pair);
	else if (err == -EBADMSG)
		log_error("tls",
			  "certificate refused cert=%s key=%s why=\"%s\"",
			  cert, key, why.text);
	return err;
}

int lws_server_vhost(struct lws_vhost **ret, struct loop *l, const char *cert,
		     const char *key, struct ssl_ctx_st **newer)
{
	struct lws_context_creation_info info = {
		.user = newer,
		.port = cert ? CONTEXT_PORT_NO_LISTEN_SERVER
			     : CONTEXT_PORT_NO_LISTEN,
		.vhost_name = "server",
		.protocols = protocols,
		.ssl_cert_filepath = cert,
		.ssl_private_key_filepath = key,
		.alpn = "http/1.1",
		.options =
			cert ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
					LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS
			     : 0,
		.keepalive_timeout = LWS_TIMEOUT_S,
		.timeout_secs_ah_idle = LWS_TIMEOUT_S,
		.retry_and_idle_policy = &no_pings,
	};
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	int err = cert ? check_pair(cert, key) : 0;
	struct lws_context *ctx;

	if (err)
		return err;
	if (cert) {
		(void)pthread_once(&once, make_no_dialling);
		info.provided_client_ssl_ctx = no_dialling;
	}
	ctx = lws_of_loop(l);
	*ret = ctx ? lws_create_vhost(ctx, &info) : NULL;
	return *ret ? 0 : -ENOMEM;
}

struct lws_vhost *lws_client_vhost(struct loop *l, struct ssl_ctx_st *trust)
{
	struct lws_vhost **vh = trust ? &l->tls_client : &l->client;
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.vhost_name = trust ? "tls client" : "client",
		.protocols = protocols,
		.provided_client_ssl_ctx = trust,
		.options = trust ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0,
		.retry_and_idle_policy = &no_pings,
		.connect_timeout_secs = LWS_TIMEOUT_S,
	};

	if (!*vh && lws_of_loop(l))
		*vh = lws_create_vhost(l->lws, &info);
	return *vh;
}

void lws_close_loop(struct loop *l)
{
	/* On a foreign loop this only begins: libuv closes handles later. */
	if (l->lws)
		lws_context_destroy(l->lws);
}

void lws_free_loop(struct loop *l)
{
	if (l->lws)
		lws_context_destroy(l->lws);
	l->lws = NULL;
}
