/**
 * @file wire.c  What every connection to a server has: context, headers, proxy
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "priv.h"

/* libwebsockets sets SIGPIPE to be ignored; that choice is the program's. */
struct lws_context *wire_context(int tls, unsigned int fds)
{
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			   (tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0),
		.fd_limit_per_thread = fds, /* it sizes tables by it */
		.max_http_header_data = 8192,
	};
	struct sigaction old;
	struct lws_context *context;

	lws_set_log_level(0, NULL);
	(void)sigaction(SIGPIPE, NULL, &old);
	context = lws_create_context(&info);
	(void)sigaction(SIGPIPE, &old, NULL);
	return context;
}

/* Each server has a proxy of its own, or none. */
struct lws_vhost *wire_vhost(struct lws_context *context,
			     const struct server *s, const char *ca_file,
			     const struct lws_protocols *protocols,
			     unsigned int timeout_s)
{
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.protocols = protocols,
		.vhost_name = s->text,
		.options =
			s->url.tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0,
		.client_ssl_ca_filepath = s->url.tls ? ca_file : NULL,
		.http_proxy_address = s->proxy.address ? s->proxy.address : "",
		.connect_timeout_secs = 10,
		.timeout_secs = timeout_s,
	};

	return lws_create_vhost(context, &info);
}

static int add_header(struct lws *wsi, const char *name, const char *value,
		      unsigned char **p, unsigned char *end)
{
	return lws_add_http_header_by_name(wsi, (const unsigned char *)name,
					   (const unsigned char *)value,
					   (int)strlen(value), p, end);
}

int wire_headers(const struct server *s, struct lws *wsi, unsigned char **p,
		 size_t len)
{
	unsigned char *end = *p + len;
	char bearer[4096 + 16];

	if (s->key) {
		(void)snprintf(bearer, sizeof(bearer), "Bearer %s", s->key);
		if (add_header(wsi, "authorization:", bearer, p, end))
			return -1;
	}
	if (add_header(wsi, "user-agent:", "libexpert/" EXPERT_VERSION, p,
		       end) ||
	    add_header(wsi, "x-guava-platform:", "linux", p, end) ||
	    add_header(wsi, "x-guava-runtime:", "c", p, end) ||
	    add_header(wsi, "x-guava-sdk:", "libexpert", p, end) ||
	    add_header(wsi, "x-guava-sdk-version:", EXPERT_VERSION, p, end))
		return -1;
	return 0;
}

/* ---- SIGPIPE: blocked on a thread while it writes ----------------------- */

void wire_pipe_block(sigset_t *old)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &set, old);
}

void wire_pipe_unblock(const sigset_t *old)
{
	static const struct timespec none = {0};
	sigset_t set;

	if (sigismember(old, SIGPIPE))
		return;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGPIPE);
	while (sigtimedwait(&set, NULL, &none) > 0)
		;
	(void)pthread_sigmask(SIG_SETMASK, old, NULL);
}
