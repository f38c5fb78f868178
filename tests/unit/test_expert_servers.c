/**
 * @file test_expert_servers.c  libexpert: proxies, silent servers, two servers
 *
 *   expert_run() --CONNECT--> [ proxy: threads that relay ] --> kit_expert.h
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kit_expert.h"
#include "unit.h"

/* ---- a small proxy --------------------------------------------------------
 */

enum { TUNNELS = 8, REQUEST = 1024 };

static struct {
	int fd, port, to_port;
	const char *refusal; /* status line; NULL: let through */
	pthread_t thread, tunnels[TUNNELS];
	atomic_int n;
	char requests[TUNNELS][REQUEST];
} proxy;

static int tcp_to(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((uint16_t)port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

/* @return 0 at the end of the stream */
static int pass(int from, int to)
{
	char data[4096];
	ssize_t n = read(from, data, sizeof(data));

	return n > 0 && send(to, data, (size_t)n, MSG_NOSIGNAL) == n;
}

static void relay(int a, int b)
{
	struct pollfd p[2] = {{.fd = a, .events = POLLIN},
			      {.fd = b, .events = POLLIN}};

	while (poll(p, 2, -1) > 0)
		if ((p[0].revents && !pass(a, b)) ||
		    (p[1].revents && !pass(b, a)))
			return;
}

/* Up to the empty line; byte by byte, since what follows is the tunnel's. */
static void read_request(int fd, char text[REQUEST])
{
	size_t n = 0;

	while (n < REQUEST - 1 && read(fd, text + n, 1) == 1) {
		text[++n] = 0;
		if (n >= 4 && !strcmp(text + n - 4, "\r\n\r\n"))
			return;
	}
}

struct tunnel {
	int fd, number;
};

static void *tunnel(void *arg)
{
	static const char yes[] =
		"HTTP/1.1 200 Connection established\r\n\r\n";
	struct tunnel *t = arg;
	const char *reply = proxy.refusal ? proxy.refusal : yes;
	int to = tcp_to(proxy.to_port);

	read_request(t->fd, proxy.requests[t->number]);
	if (to >= 0 && send(t->fd, reply, strlen(reply), MSG_NOSIGNAL) > 0 &&
	    !proxy.refusal)
		relay(t->fd, to);
	(void)close(to);
	(void)close(t->fd);
	free(t);
	return NULL;
}

static void *proxy_thread(void *arg)
{
	(void)arg;
	while (proxy.n < TUNNELS) {
		struct tunnel *t = malloc(sizeof(*t));
		int fd = accept(proxy.fd, NULL, NULL);

		if (fd < 0) {
			free(t);
			break;
		}
		*t = (struct tunnel){.fd = fd, .number = proxy.n};
		(void)pthread_create(&proxy.tunnels[proxy.n], NULL, tunnel, t);
		proxy.n++;
	}
	return NULL;
}

/* Whatever is asked for, it leads to the scripted server. */
static void proxy_start(const char *variable, const char *user)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	char text[128];

	proxy.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(proxy.fd, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(proxy.fd, 8), 0);
	ck_assert_int_eq(getsockname(proxy.fd, (struct sockaddr *)&a, &len),
			 0);
	proxy.port = ntohs(a.sin_port);
	proxy.to_port = server_port(kit.server);
	ck_assert_int_eq(
		pthread_create(&proxy.thread, NULL, proxy_thread, NULL), 0);
	(void)snprintf(text, sizeof(text), "http://%s127.0.0.1:%d", user,
		       proxy.port);
	ck_assert_int_eq(setenv(variable, text, 1), 0);
}

static void proxy_stop(void)
{
	(void)shutdown(proxy.fd, SHUT_RDWR);
	ck_assert_int_eq(pthread_join(proxy.thread, NULL), 0);
	for (int i = 0; i < proxy.n; i++)
		ck_assert_int_eq(pthread_join(proxy.tunnels[i], NULL), 0);
	(void)close(proxy.fd);
}

/* ---- proxies --------------------------------------------------------------
 */

static void end_at_once(struct kit_peer *p, int again)
{
	(void)again;
	kit_end(p, "user-hangup");
}

static const struct kit_script ends = {.opened = end_at_once};
static const struct expert_handlers handlers = {
	.size = sizeof(handlers),
	.on_session_end = kit_on_end,
};

static int run_at(const char *url, int retries)
{
	struct expert_options *o = expert_options_new();

	ck_assert_int_eq(expert_options_url(o, url), EXPERT_OK);
	expert_options_api_key(o, "k-1");
	expert_options_signals(o, 0);
	expert_options_retries(o, retries);
	kit_expert = expert_new(o);
	expert_options_free(o);
	expert_listen_phone(kit_expert, KIT_NUMBER, &handlers, NULL);
	return expert_run(kit_expert);
}

static const char *const variables[] = {"http_proxy", "all_proxy",
					"ALL_PROXY"};

START_TEST(goes_through_the_proxy_of_the_environment)
{
	kit_start(&ends);
	proxy_start(variables[_i], "");
	ck_assert_int_eq(run_at("ws://expert.test:4711", 0), EXPERT_OK);
	proxy_stop();
	kit_stop();
	/* The listener's and the call's. */
	ck_assert_int_eq(proxy.n, 2);
	for (int i = 0; i < proxy.n; i++)
		ck_assert_msg(!strncmp(proxy.requests[i],
				       "CONNECT expert.test:4711 HTTP/1.", 32),
			      "%s", proxy.requests[i]);
	ck_assert_str_eq(kit.authorization, "Bearer k-1");
	kit_done();
}
END_TEST

START_TEST(tells_the_proxy_who_it_is)
{
	kit_start(&ends);
	proxy_start("http_proxy", "me:p%40ss@");
	ck_assert_int_eq(run_at("ws://expert.test", 0), EXPERT_OK);
	proxy_stop();
	kit_stop();
	/* me:p@ss */
	ck_assert_msg(strstr(proxy.requests[0], "asic bWU6cEBzcw==\r\n") !=
			      NULL,
		      "%s", proxy.requests[0]);
	ck_assert_ptr_null(strstr(expert_error(kit_expert), "p@ss"));
	kit_done();
}
END_TEST

START_TEST(a_proxy_that_refuses_is_named)
{
	char name[64];

	kit_start(&ends);
	proxy.refusal = "HTTP/1.1 403 Forbidden\r\n\r\n";
	proxy_start("http_proxy", "me:secret@");
	ck_assert_int_eq(run_at("ws://expert.test", 0), EXPERT_ECONNECT);
	proxy_stop();
	kit_stop();
	(void)snprintf(name, sizeof(name), "through the proxy 127.0.0.1:%d",
		       proxy.port);
	ck_assert_msg(strstr(expert_error(kit_expert), name) != NULL, "%s",
		      expert_error(kit_expert));
	ck_assert_ptr_null(strstr(expert_error(kit_expert), "secret"));
	kit_done();
}
END_TEST

/* What must be reached without the proxy, which is dead. 0.0.0.0 is this
 * machine, but does not look like it. */
static const struct {
	const char *host, *no_proxy;
} direct[] = {
	{"127.0.0.1", NULL},
	{"localhost", NULL},
	{"0.0.0.0", "0.0.0.0"},
	{"0.0.0.0", "*"},
	{"0.0.0.0", "example.com, .0.0.0"},
	{"0.0.0.0", "a,*.0.0"},
};

START_TEST(some_servers_need_no_proxy)
{
	char url[64];

	kit_start(&ends);
	(void)setenv("http_proxy", "http://127.0.0.1:1", 1);
	if (direct[_i].no_proxy)
		(void)setenv("no_proxy", direct[_i].no_proxy, 1);
	(void)snprintf(url, sizeof(url), "ws://%s:%d", direct[_i].host,
		       server_port(kit.server));
	ck_assert_int_eq(run_at(url, 0), EXPERT_OK);
	kit_stop();
	kit_done();
}
END_TEST

static const struct {
	const char *host, *no_proxy;
} indirect[] = {
	{"0.0.0.0", NULL},        {"0.0.0.0", "10.0.0.0"},
	{"0.0.0.0", "0.0.0.0:1"}, {"0.0.0.0", "0.0.0.0.example.com"},
	{"0.0.0.0", ",,"},
};

START_TEST(the_others_need_it)
{
	char url[64];

	kit_start(&ends);
	(void)setenv("http_proxy", "http://127.0.0.1:1", 1);
	if (indirect[_i].no_proxy)
		(void)setenv("no_proxy", indirect[_i].no_proxy, 1);
	(void)snprintf(url, sizeof(url), "ws://%s:%d", indirect[_i].host,
		       server_port(kit.server));
	ck_assert_int_eq(run_at(url, 0), EXPERT_ECONNECT);
	kit_stop();
	kit_done();
}
END_TEST

static const char *const bad_proxies[] = {
	"socks5://127.0.0.1:1080", "https://127.0.0.1:3128", "http://",
	"127.0.0.1:port",          "http://secret:secret@",
};

START_TEST(a_proxy_that_it_cannot_use_is_said_so)
{
	(void)setenv("https_proxy", bad_proxies[_i], 1);
	ck_assert_int_eq(run_at("wss://expert.test", 0), EXPERT_EINVAL);
	ck_assert_ptr_nonnull(strstr(expert_error(kit_expert), "proxy"));
	ck_assert_ptr_null(strstr(expert_error(kit_expert), "secret"));
	expert_free(kit_expert);
}
END_TEST

/* ---- a server that freezes -------------------------------------------------
 */

static sem_t thaw;
static int64_t frozen_us, found_us;
static atomic_int connects;

/* As by SIGSTOP: nothing is read or sent, the connections stay. */
static void freeze(struct kit_peer *p, const char *call)
{
	(void)p;
	(void)call;
	frozen_us = clock_now_us();
	while (sem_wait(&thaw) < 0 && errno == EINTR)
		;
}

static int decline(struct expert_call *call, void *arg)
{
	(void)call;
	(void)arg;
	return EXPERT_DECLINE;
}

static void on_state(int state, const char *address, const char *text,
		     void *arg)
{
	(void)address;
	(void)arg;
	if (state == EXPERT_RETRYING && !found_us) {
		ck_assert_str_eq(text, "the peer is silent");
		found_us = clock_now_us();
		(void)sem_post(&thaw);
	}
	if (state == EXPERT_CONNECTED && ++connects == 2)
		expert_stop(kit_expert);
}

START_TEST(a_server_that_freezes_is_found_and_dialled_again)
{
	static const struct kit_script script = {.declined = freeze};
	static const struct expert_handlers decliner = {
		.size = sizeof(decliner), .on_call_received = decline};
	struct expert_options *o = expert_options_new();

	(void)sem_init(&thaw, 0, 0);
	kit_start(&script);
	expert_options_url(o, kit.url);
	expert_options_signals(o, 0);
	expert_options_keepalive_ms(o, 600);
	expert_options_state(o, on_state, NULL);
	kit_expert = expert_new(o);
	expert_options_free(o);
	expert_listen_phone(kit_expert, KIT_NUMBER, &decliner, NULL);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_int_eq(connects, 2);
	/* Not before its time, and not much later on a busy machine. */
	ck_assert_int_ge(found_us - frozen_us, 590000);
	ck_assert_int_lt(found_us - frozen_us, 5000000);
	kit_done();
}
END_TEST

START_TEST(a_keepalive_that_makes_no_sense_is_refused)
{
	struct expert_options *o = expert_options_new();

	ck_assert_int_eq(expert_options_keepalive_ms(o, 299), EXPERT_EINVAL);
	ck_assert_int_eq(expert_options_keepalive_ms(o, 3600001),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_options_keepalive_ms(NULL, 1000),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_options_keepalive_ms(o, 300), EXPERT_OK);
	expert_options_free(o);
}
END_TEST

/* ---- two servers -----------------------------------------------------------
 */

static char states[4][64];
static int n_states;

static void keep_state(int state, const char *address, const char *text,
		       void *arg)
{
	(void)text;
	(void)arg;
	if (n_states < 4)
		(void)snprintf(states[n_states++], sizeof(states[0]), "%d %s",
			       state, address);
}

START_TEST(one_client_serves_addresses_of_two_servers)
{
	struct expert_options *o = expert_options_new();

	/* The first of them is not there; the other serves on. */
	kit_start(&ends);
	expert_options_url(o, "ws://127.0.0.1:1");
	expert_options_api_key(o, "k-1");
	expert_options_signals(o, 0);
	expert_options_retries(o, 0);
	expert_options_state(o, keep_state, NULL);
	kit_expert = expert_new(o);
	expert_options_free(o);
	expert_listen_phone(kit_expert, "+1", &handlers, NULL);
	ck_assert_int_eq(expert_add_server(kit_expert, kit.url, "k-2"),
			 EXPERT_OK);
	expert_listen_phone(kit_expert, KIT_NUMBER, &handlers, NULL);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(kit.authorization, "Bearer k-2");
	ck_assert_str_eq(states[0], "2 +1");
	ck_assert_str_eq(states[1], "0 " KIT_NUMBER);
	kit_done();
}
END_TEST

START_TEST(the_second_server_has_the_first_ones_key_when_none_is_given)
{
	struct expert_options *o = expert_options_new();

	kit_start(&ends);
	/* A server that no address is listened on at may be unusable. */
	expert_options_url(o, "nonsense");
	expert_options_api_key(o, "k-1");
	expert_options_signals(o, 0);
	kit_expert = expert_new(o);
	expert_options_free(o);
	ck_assert_int_eq(expert_add_server(kit_expert, kit.url, NULL),
			 EXPERT_OK);
	expert_listen_phone(kit_expert, KIT_NUMBER, &handlers, NULL);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(kit.authorization, "Bearer k-1");
	kit_done();
}
END_TEST

START_TEST(refuses_a_second_server_that_it_cannot_use)
{
	struct expert *e = expert_new(NULL);

	ck_assert_int_eq(expert_add_server(e, NULL, "k"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_add_server(e, "ws://a", ""), EXPERT_EINVAL);
	ck_assert_int_eq(expert_add_server(NULL, "ws://a", "k"),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_add_server(e, "ftp://a", "k"), EXPERT_EINVAL);
	ck_assert_str_eq(expert_error(e), "cannot use the URL ftp://a");
	ck_assert_int_eq(expert_add_server(e, "ws://a", "a b"), EXPERT_EINVAL);
	ck_assert_str_eq(expert_error(e), "the API key has white space in it");
	expert_free(e);
}
END_TEST

#define N(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	static const char *const clean[] = {
		"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
		"ALL_PROXY",  "no_proxy",    "NO_PROXY"};
	Suite *s = suite_create("expert_servers");
	TCase *t = tcase_create("expert_servers");
	SRunner *r;
	int failed;

	for (int i = 0; i < N(clean); i++)
		(void)unsetenv(clean[i]);
	tcase_set_timeout(t, UNIT_TIMEOUT_S);
	tcase_add_loop_test(t, goes_through_the_proxy_of_the_environment, 0,
			    N(variables));
	tcase_add_test(t, tells_the_proxy_who_it_is);
	tcase_add_test(t, a_proxy_that_refuses_is_named);
	tcase_add_loop_test(t, some_servers_need_no_proxy, 0, N(direct));
	tcase_add_loop_test(t, the_others_need_it, 0, N(indirect));
	tcase_add_loop_test(t, a_proxy_that_it_cannot_use_is_said_so, 0,
			    N(bad_proxies));
	tcase_add_test(t, a_server_that_freezes_is_found_and_dialled_again);
	tcase_add_test(t, a_keepalive_that_makes_no_sense_is_refused);
	tcase_add_test(t, one_client_serves_addresses_of_two_servers);
	tcase_add_test(
		t,
		the_second_server_has_the_first_ones_key_when_none_is_given);
	tcase_add_test(t, refuses_a_second_server_that_it_cannot_use);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
