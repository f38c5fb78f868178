/**
 * @file test_caller.c  The caller in a test with a server: typed words
 *
 *   test --inject-asr, wait-for-caller-turn--> WS /v1/test-agent
 *     ^-------- session-started, caller-turn-started --'
 *
 * On the thread of the test, in a context of its own: the program's handlers
 * run on that thread, too.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "test_priv.h"

enum { FDS = 8, RX_BYTES_MAX = 256 * 1024 };

static void drop(struct caller *k, const char *why)
{
	if (!k->why[0])
		(void)snprintf(k->why, sizeof(k->why), "%s", why);
	k->wsi = NULL;
	k->established = 0;
	k->rx_len = 0;
	while (k->tx) {
		struct text_node *n = k->tx;

		k->tx = n->next;
		free(n);
	}
	k->tx_end = NULL;
}

/* ---- what the server says ----------------------------------------------- */

static void take(struct caller *k, const char *text, size_t len)
{
	json_t *m = json_loadb(text, len, 0, NULL);
	const char *type =
		json_string_value(json_object_get(m, "message_type"));
	const char *s;

	if (type && !strcmp(type, "session-started")) {
		s = json_string_value(json_object_get(m, "session_id"));
		(void)snprintf(k->session, sizeof(k->session), "%s",
			       s ? s : "");
	} else if (type && !strcmp(type, "caller-turn-started")) {
		s = json_string_value(json_object_get(m, "request_id"));
		k->turn = s ? (unsigned int)strtoul(s, NULL, 10) : 0;
	}
	json_decref(m);
}

static int receive(struct caller *k, struct lws *wsi, const char *in,
		   size_t len)
{
	char *grown = k->rx_len + len > RX_BYTES_MAX
			      ? NULL
			      : realloc(k->rx, k->rx_len + len + 1);

	if (!grown)
		return -1;
	k->rx = grown;
	memcpy(k->rx + k->rx_len, in, len);
	k->rx_len += len;
	if (lws_remaining_packet_payload(wsi) || !lws_is_final_fragment(wsi))
		return 0;

	take(k, k->rx, k->rx_len);
	k->rx_len = 0;
	return 0;
}

/* ---- the socket --------------------------------------------------------- */

/* One message a turn. @return nonzero: close */
static int write_one(struct caller *k, struct lws *wsi)
{
	struct text_node *n = k->tx;
	unsigned char *data;
	int rc = 0;

	if (!n) {
		if (!k->hanging_up)
			return 0;
		lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
		return -1;
	}
	data = malloc(LWS_PRE + n->len);
	if (!data)
		return -1;
	memcpy(data + LWS_PRE, n->text, n->len);
	if (lws_write(wsi, data + LWS_PRE, n->len, LWS_WRITE_TEXT) < 0)
		rc = -1;
	free(data);
	k->tx = n->next;
	if (!k->tx)
		k->tx_end = NULL;
	free(n);
	(void)lws_callback_on_writable(wsi);
	return rc;
}

static void on_error(struct caller *k, struct lws *wsi, const char *in,
		     size_t len)
{
	int status = (int)lws_http_client_http_response(wsi);
	char why[ERROR_BYTES];

	if (status == 401 || status == 403)
		(void)snprintf(why, sizeof(why),
			       "%.160s refused the API key (%d)",
			       k->server->text, status);
	else if (status >= 200)
		(void)snprintf(why, sizeof(why),
			       "%.160s has no calls for tests (%d)",
			       k->server->text, status);
	else
		(void)snprintf(why, sizeof(why),
			       "cannot connect to %.120s: %.*s",
			       k->server->text, (int)(len < 80 ? len : 80),
			       in ? in : "");
	drop(k, why);
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct caller *k = wsi ? lws_get_opaque_user_data(wsi) : NULL;

	(void)user;
	if (!k)
		return 0;
	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return wire_headers(k->server, wsi, in, len);
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		on_error(k, wsi, in, len);
		break;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		k->established = 1;
		(void)lws_callback_on_writable(wsi);
		break;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return receive(k, wsi, in, len);
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return write_one(k, wsi);
	case LWS_CALLBACK_CLIENT_CLOSED:
	case LWS_CALLBACK_WSI_DESTROY:
		if (k->wsi == wsi)
			drop(k, "the call is over");
		break;
	default:
		break;
	}
	return 0;
}

static const struct lws_protocols protocols[] = {
	{.name = "caller", .callback = callback, .rx_buffer_size = 4096},
	{0},
};

/* ---- life --------------------------------------------------------------- */

/* What makes the program's handlers due ends the wait. */
static int adopt_wake(struct caller *k, int wake_fd)
{
	/* It closes what it adopts. */
	lws_sock_file_fd_type wake = {
		.filefd = fcntl(wake_fd, F_DUPFD_CLOEXEC, 0)};

	if (wake.filefd < 0)
		return -1;
	return lws_adopt_descriptor_vhost(k->vhost, LWS_ADOPT_RAW_FILE_DESC,
					  wake, "caller", NULL)
		       ? 0
		       : -1;
}

int caller_open(struct caller *k, const struct server *s, const char *ca_file,
		int wake_fd)
{
	static const char path[] = "/v1/test-agent";
	size_t n = strlen(s->url.prefix) + sizeof(path);

	k->server = s;
	k->path = malloc(n);
	k->context = k->path ? wire_context(s->url.tls, FDS) : NULL;
	if (k->context)
		k->vhost = wire_vhost(k->context, s, ca_file, protocols, 10);
	if (!k->vhost || adopt_wake(k, wake_fd) < 0) {
		caller_close(k);
		return EXPERT_ENOMEM;
	}
	(void)snprintf(k->path, n, "%s%s", s->url.prefix, path);
	return EXPERT_OK;
}

void caller_close(struct caller *k)
{
	if (k->wsi)
		lws_set_opaque_user_data(k->wsi, NULL);
	drop(k, "");
	if (k->context)
		lws_context_destroy(k->context);
	free(k->rx);
	free(k->path);
	*k = (struct caller){0};
}

void caller_dial(struct caller *k)
{
	const struct url *u = &k->server->url;
	struct lws_client_connect_info info = {
		.context = k->context,
		.vhost = k->vhost,
		.address = u->host,
		.port = u->port,
		.path = k->path,
		.host = u->authority,
		.ssl_connection = u->tls ? LCCSCF_USE_SSL : 0,
		.alpn = "http/1.1",
		.local_protocol_name = "caller",
		.opaque_user_data = k,
		.pwsi = &k->wsi,
	};

	if (k->wsi)
		lws_set_opaque_user_data(k->wsi, NULL);
	drop(k, "");
	k->hanging_up = 0;
	k->asked = k->turn = 0;
	k->session[0] = k->why[0] = 0;
	if (!lws_client_connect_via_info(&info))
		drop(k, "cannot connect");
}

static int queue(struct caller *k, json_t *m)
{
	char *text = m ? json_dumps(m, JSON_COMPACT) : NULL;
	size_t len = text ? strlen(text) : 0;
	struct text_node *n = text ? malloc(sizeof(*n) + len + 1) : NULL;

	json_decref(m);
	if (n) {
		n->next = NULL;
		n->len = len;
		memcpy(n->text, text, len + 1);
		if (k->tx_end)
			k->tx_end->next = n;
		else
			k->tx = n;
		k->tx_end = n;
		if (k->wsi && k->established)
			(void)lws_callback_on_writable(k->wsi);
	}
	free(text);
	return n ? EXPERT_OK : EXPERT_ENOMEM;
}

int caller_say(struct caller *k, const char *text)
{
	if (!k->wsi)
		return EXPERT_EGONE;
	return queue(k, json_pack("{s:s, s:s}", "message_type", "inject-asr",
				  "utterance", text));
}

int caller_ask_turn(struct caller *k)
{
	char id[16];

	if (!k->wsi)
		return EXPERT_EGONE;
	(void)snprintf(id, sizeof(id), "%u", ++k->asked);
	return queue(k, json_pack("{s:s, s:s}", "message_type",
				  "wait-for-caller-turn", "request_id", id));
}

void caller_hang_up(struct caller *k)
{
	k->hanging_up = 1;
	if (k->wsi && k->established)
		(void)lws_callback_on_writable(k->wsi);
}

static void on_time(lws_sorted_usec_list_t *sul)
{
	(void)sul; /* the wait is over, that is all */
}

void caller_service(struct caller *k, int64_t us)
{
	sigset_t old;

	wire_pipe_block(&old);
	lws_sul_schedule(k->context, 0, &k->sul, on_time, us > 0 ? us : 1);
	(void)lws_service(k->context, 0);
	wire_pipe_unblock(&old);
}
