/**
 * @file test_expert_net.c  libexpert: lost sockets, refusals, stopping
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kit_expert.h"
#include "unit.h"

static int64_t cpu_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void check_texts(const char *kind, int n)
{
	int found = 0;

	for (int i = 0; i < kit.n_commands; i++) {
		json_t *c = json_loads(kit.commands[i], 0, NULL);
		const char *text = json_string_value(json_object_get(c, kind));
		char want[16];

		(void)snprintf(want, sizeof(want), "n%d", found);
		if (text && text[0] == 'n') {
			ck_assert_str_eq(text, want);
			found++;
		}
		json_decref(c);
	}
	ck_assert_int_eq(found, n);
}

/* ---- losing the call's socket
 * ----------------------------------------------- */

enum { SENT = 50 };

static int n_dtmf, n_sent;
static struct expert_call *the_call;

static void begin(struct expert_call *call, void *arg)
{
	(void)arg;
	the_call = call;
}

/* For each digit one instruction; the digits tell their order. */
static void on_dtmf(struct expert_call *call, const char *digit,
		    const char *recent, void *arg)
{
	char text[16];

	(void)arg;
	(void)digit;
	ck_assert_int_eq((int)strtol(recent, NULL, 10), n_dtmf);
	n_dtmf++;
	(void)snprintf(text, sizeof(text), "n%d", n_sent++);
	ck_assert_int_eq(expert_instruct(call, text), EXPERT_OK);
}

static void send_digits(struct kit_peer *p, int from, int n)
{
	for (int i = from; i < from + n; i++) {
		char recent[16];
		const struct xp_event e = {
			.kind = XP_DTMF, .text = "1", .recent = recent};

		(void)snprintf(recent, sizeof(recent), "%d", i);
		kit_event(p, &e);
	}
}

/* Digits, a cut at once, and more while nobody is connected. */
static void cut_twice(struct kit_peer *p, int again)
{
	(void)again;
	if (p->opens == 1) {
		send_digits(p, 0, 20);
		kit_cut(p);
		send_digits(p, 20, 10);
	} else if (p->opens == 2) {
		kit_cut(p);
		send_digits(p, 30, SENT - 30);
	}
}

static void end_on_last(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind == XP_SEND_INSTRUCTION && !strcmp(c->text, "n49"))
		kit_end(p, "user-hangup");
}

START_TEST(nothing_is_lost_or_doubled_when_the_socket_drops_in_mid_call)
{
	static const struct kit_script script = {.opened = cut_twice,
						 .command = end_on_last};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = begin,
		.on_dtmf = on_dtmf,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_dtmf, SENT);
	check_texts("instruction", SENT);
	kit_done();
}
END_TEST

static void repeat_a_message(struct kit_peer *p, int again)
{
	static const char digit[] =
		"{\"message_type\":\"message\",\"sequence\":1,\"payload\":"
		"{\"event_type\":\"dtmf\",\"digit\":\"1\",\"recent_digits\":"
		"\"0\"}}";

	(void)again;
	kit_raw(p, digit);
	kit_raw(p, digit);
	kit_raw(p, digit);
	/* As number 2, since the link knows nothing of the raw ones. */
	kit_raw(p, "{\"message_type\":\"message\",\"sequence\":2,\"payload\":"
		   "{\"event_type\":\"bot-session-ended\","
		   "\"termination_reason\":\"user-hangup\"}}");
}

START_TEST(a_message_that_comes_twice_is_handled_once)
{
	static const struct kit_script script = {.opened = repeat_a_message};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_dtmf = on_dtmf,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_dtmf, 1);
	kit_done();
}
END_TEST

/* ---- what a server must not do
 * ------------------------------------------------ */

static void send_huge(struct kit_peer *p, int again)
{
	(void)again;
	if (p->opens == 1) {
		size_t n = XP_MESSAGE_BYTES_MAX + 1;
		char *text = malloc(n + 1);

		memset(text, 'x', n);
		text[n] = 0;
		kit_raw(p, text);
		free(text);
		return;
	}
	kit_end(p, "user-hangup");
}

START_TEST(an_oversized_message_costs_the_socket_but_not_the_call)
{
	static const struct kit_script script = {.opened = send_huge};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	kit_done();
}
END_TEST

static char reason[64];

static void note_end(struct expert_call *call, const struct expert_end *end,
		     void *arg)
{
	(void)snprintf(reason, sizeof(reason), "%s", expert_end_reason(end));
	kit_on_end(call, end, arg);
}

static void send_rubbish(struct kit_peer *p, int again)
{
	(void)again;
	kit_raw(p, "{\"message_type\":\"message\"}");
}

START_TEST(a_malformed_frame_ends_the_call_with_a_reason)
{
	static const struct kit_script script = {.opened = send_rubbish};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_session_end = note_end,
	};

	kit_run(&script, &handlers);
	ck_assert_str_eq(reason, "connection-lost");
	kit_done();
}
END_TEST

static void lose_state(struct kit_peer *p, int again)
{
	(void)again;
	xp_link_close(p->link, XP_CLOSE_STATE_LOST, "restarted");
}

START_TEST(a_call_that_the_server_forgot_ends_once)
{
	static const struct kit_script script = {.opened = lose_state};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_session_end = note_end,
	};

	kit_run(&script, &handlers);
	ck_assert_str_eq(reason, "connection-lost");
	kit_done();
}
END_TEST

/* ---- listening
 * ------------------------------------------------------------------ */

static int n_listens;

static void forget_first_listener(struct kit_peer *p, int again)
{
	(void)again;
	if (++n_listens == 1)
		xp_link_close(p->link, XP_CLOSE_STATE_LOST, "restarted");
	else
		kit_first_listen(p);
}

static void end_at_once(struct kit_peer *p, int again)
{
	(void)again;
	kit_end(p, "user-hangup");
}

START_TEST(listens_anew_when_the_server_was_restarted)
{
	static const struct kit_script script = {
		.listening = forget_first_listener, .opened = end_at_once};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	ck_assert_int_eq(n_listens, 2);
	ck_assert_str_ne(kit.peers[0].connection_id,
			 kit.peers[1].connection_id);
	kit_done();
}
END_TEST

static char states[256];

static void on_state(int state, const char *address, const char *text,
		     void *arg)
{
	size_t n = strlen(states);

	(void)arg;
	ck_assert_ptr_nonnull(text);
	(void)snprintf(states + n, sizeof(states) - n, "%d:%s ", state,
		       address);
}

static int status_of_run(int status, const char *url, int64_t *ret_us)
{
	const struct kit_script script = {.status = status};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers)};
	struct expert_options *o = expert_options_new();
	int64_t begin_us = clock_now_us();
	struct expert *e;
	int rc;

	ck_assert_int_eq(chdir("/"), 0); /* no data/default.key there */
	kit_start(&script);
	expert_options_url(o, url ? url : kit.url);
	expert_options_signals(o, 0);
	expert_options_retries(o, 1);
	expert_options_state(o, on_state, NULL);
	e = expert_new(o);
	expert_options_free(o);
	ck_assert_int_eq(expert_listen_sip(e, "desk 7/a", &handlers, NULL),
			 EXPERT_OK);
	rc = expert_run(e);
	*ret_us = clock_now_us() - begin_us;
	kit_stop();
	(void)snprintf(reason, sizeof(reason), "%s", expert_error(e));
	expert_free(e);
	return rc;
}

START_TEST(a_refused_key_fails_at_once)
{
	static const int statuses[] = {401, 403};
	int64_t us;

	ck_assert_int_eq(status_of_run(statuses[_i], NULL, &us), EXPERT_EAUTH);
	ck_assert_int_lt(us, 400000);
	ck_assert_str_eq(kit.uri, "/v2/listen-inbound?sip_code=desk%207%2Fa");
	ck_assert_str_eq(kit.authorization, "");
	ck_assert_ptr_nonnull(strstr(reason, "refused the API key"));
	ck_assert_str_eq(states, "2:desk 7/a ");
	kit_free();
}
END_TEST

START_TEST(a_server_without_the_endpoint_fails_at_once)
{
	int64_t us;

	ck_assert_int_eq(status_of_run(404, NULL, &us), EXPERT_EPROTO);
	ck_assert_int_lt(us, 400000);
	kit_free();
}
END_TEST

START_TEST(a_server_that_is_busy_is_tried_again)
{
	int64_t us;

	ck_assert_int_eq(status_of_run(503, NULL, &us), EXPERT_ECONNECT);
	ck_assert_int_ge(us, 500000);
	ck_assert_str_eq(states, "1:desk 7/a 2:desk 7/a ");
	ck_assert_ptr_nonnull(strstr(reason, "503"));
	kit_free();
}
END_TEST

START_TEST(nobody_at_the_address_is_said_so)
{
	int64_t us;

	/* Port 1 is never listened on here. */
	ck_assert_int_eq(status_of_run(0, "ws://127.0.0.1:1", &us),
			 EXPERT_ECONNECT);
	ck_assert_ptr_nonnull(strstr(reason, "cannot connect"));
	kit_free();
}
END_TEST

START_TEST(finds_the_key_of_a_server_on_this_machine)
{
	static const struct kit_script script = {.opened = end_at_once};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_session_end = kit_on_end,
	};
	char dir[] = "/tmp/expert.XXXXXX";
	struct expert_options *o = expert_options_new();
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert_int_eq(mkdir("data", 0700), 0);
	f = fopen("data/default.key", "w");
	(void)fputs(" local-key \n", f);
	(void)fclose(f);
	kit_start(&script);
	expert_options_url(o, kit.url);
	kit_expert = expert_new(o);
	expert_options_free(o);
	(void)remove("data/default.key");
	(void)remove("data");
	(void)remove(dir);
	expert_listen_phone(kit_expert, KIT_NUMBER, &handlers, NULL);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(kit.authorization, "Bearer local-key");
	kit_done();
}
END_TEST

/* ---- stopping
 * --------------------------------------------------------------------- */

static int n_gone;
static struct kit_peer *call_peer;

static void stop_in_call(struct expert_call *call, void *arg)
{
	(void)call;
	(void)arg;
	expert_stop(kit_expert);
}

static void note_peer(struct kit_peer *p, int again)
{
	(void)again;
	call_peer = p;
	if (n_gone)
		kit_end(p, "user-hangup");
}

static void end_when_listener_left(void)
{
	n_gone++;
	if (call_peer)
		kit_end(call_peer, "user-hangup");
}

START_TEST(a_stop_lets_the_present_call_end)
{
	static const struct kit_script script = {
		.opened = note_peer, .listen_gone = end_when_listener_left};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = stop_in_call,
		.on_session_end = note_end,
	};

	kit_start(&script);
	kit_expert = kit_client();
	ck_assert_int_eq(
		expert_listen_phone(kit_expert, KIT_NUMBER, &handlers, NULL),
		EXPERT_OK);
	/* note_end() stops a second time, after the end of the call. */
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(reason, "user-hangup");
	ck_assert_int_ge(n_gone, 1);
	kit_done();
}
END_TEST

static void stop_twice(struct expert_call *call, void *arg)
{
	stop_in_call(call, arg);
	stop_in_call(call, arg);
}

START_TEST(a_second_stop_ends_the_call_here)
{
	static const struct kit_script script = {0};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = stop_twice,
		.on_session_end = note_end,
	};

	kit_run(&script, &handlers);
	ck_assert_str_eq(reason, "expert-stopped");
	kit_done();
}
END_TEST

START_TEST(a_drain_that_takes_too_long_ends)
{
	static const struct kit_script script = {0};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = stop_in_call,
		.on_session_end = note_end,
	};
	struct expert_options *o = expert_options_new();
	int64_t begin_us;

	kit_start(&script);
	expert_options_url(o, kit.url);
	expert_options_drain_ms(o, 300);
	kit_expert = expert_new(o);
	expert_options_free(o);
	expert_listen_phone(kit_expert, KIT_NUMBER, &handlers, NULL);
	begin_us = clock_now_us();
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	ck_assert_int_ge(clock_now_us() - begin_us, 300000);
	ck_assert_int_lt(clock_now_us() - begin_us, 3000000);
	kit_stop();
	ck_assert_str_eq(reason, "expert-stopped");
	kit_done();
}
END_TEST

static volatile sig_atomic_t own_signals;

static void own_handler(int number)
{
	(void)number;
	own_signals = own_signals + 1;
}

static void signal_self(struct expert_call *call, void *arg)
{
	(void)call;
	(void)arg;
	(void)raise(SIGTERM);
}

static void end_quietly(struct expert_call *call, const struct expert_end *end,
			void *arg)
{
	(void)call;
	(void)arg;
	(void)snprintf(reason, sizeof(reason), "%s", expert_end_reason(end));
}

START_TEST(stops_at_sigterm_and_gives_the_handler_back)
{
	static const struct kit_script script = {
		.opened = note_peer, .listen_gone = end_when_listener_left};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = signal_self,
		.on_session_end = end_quietly,
	};
	const struct sigaction sa = {.sa_handler = own_handler};
	struct sigaction pipe_before, pipe_after;
	struct expert_options *o = expert_options_new();

	(void)sigaction(SIGTERM, &sa, NULL);
	kit_start(&script);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigaction(SIGPIPE, NULL, &pipe_before);
	expert_options_url(o, kit.url);
	kit_expert = expert_new(o);
	expert_options_free(o);
	expert_listen_phone(kit_expert, KIT_NUMBER, &handlers, NULL);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(reason, "user-hangup");
	ck_assert_int_eq(own_signals, 0);
	(void)raise(SIGTERM);
	ck_assert_int_eq(own_signals, 1);
	(void)sigaction(SIGPIPE, NULL, &pipe_after);
	ck_assert_ptr_eq((void *)pipe_before.sa_handler,
			 (void *)pipe_after.sa_handler);
	kit_done();
}
END_TEST

/* ---- threads
 * ------------------------------------------------------------------------ */

enum { THREADS = 4, EACH = 200 };

static pthread_t threads[THREADS];
static int n_threads;

static void *chatter(void *arg)
{
	int sent = 0;

	(void)arg;
	while (sent < EACH) {
		int rc = expert_set_variable(the_call, "k", "[1]");

		ck_assert(rc == EXPERT_OK || rc == EXPERT_EAGAIN);
		sent += rc == EXPERT_OK;
		free(expert_variable_dup(the_call, "k"));
		(void)expert_field_integer(the_call, "f", 0);
	}
	return NULL;
}

static void start_threads(struct expert_call *call, void *arg)
{
	(void)arg;
	the_call = call;
	for (; n_threads < THREADS; n_threads++)
		ck_assert_int_eq(pthread_create(&threads[n_threads], NULL,
						chatter, NULL),
				 0);
}

static int n_variables;

static void end_after_all(struct kit_peer *p, const struct xp_command *c)
{
	n_variables += c->kind == XP_SET_VARIABLE;
	if (n_variables == THREADS * EACH)
		kit_end(p, "user-hangup");
	else
		kit_send(p, strdup("{\"event_type\":\"action-item-done\","
				   "\"key\":\"f\",\"payload\":7}"));
}

START_TEST(commands_may_come_from_any_thread)
{
	static const struct kit_script script = {.command = end_after_all};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = start_threads,
		.on_session_end = kit_on_end,
	};

	kit_run(&script, &handlers);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
	ck_assert_int_eq(n_variables, THREADS * EACH);
	kit_done();
}
END_TEST

static void *stop_soon(void *arg)
{
	const struct timespec half = {.tv_nsec = 500000000};

	(void)nanosleep(&half, NULL);
	expert_stop(arg);
	return NULL;
}

START_TEST(costs_nothing_while_nothing_happens)
{
	static const struct kit_script script = {.calls = ""};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers)};
	int64_t cpu;

	kit_start(&script);
	kit_expert = kit_client();
	expert_listen_phone(kit_expert, KIT_NUMBER, &handlers, NULL);
	ck_assert_int_eq(
		pthread_create(&threads[0], NULL, stop_soon, kit_expert), 0);
	cpu = cpu_us();
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	ck_assert_int_lt(cpu_us() - cpu, 100000);
	ck_assert_int_eq(pthread_join(threads[0], NULL), 0);
	kit_stop();
	kit_done();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("expert_net");
	TCase *t = tcase_create("expert_net");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, UNIT_TIMEOUT_S);
	tcase_add_test(
		t,
		nothing_is_lost_or_doubled_when_the_socket_drops_in_mid_call);
	tcase_add_test(t, a_message_that_comes_twice_is_handled_once);
	tcase_add_test(t,
		       an_oversized_message_costs_the_socket_but_not_the_call);
	tcase_add_test(t, a_malformed_frame_ends_the_call_with_a_reason);
	tcase_add_test(t, a_call_that_the_server_forgot_ends_once);
	tcase_add_test(t, listens_anew_when_the_server_was_restarted);
	tcase_add_loop_test(t, a_refused_key_fails_at_once, 0, 2);
	tcase_add_test(t, a_server_without_the_endpoint_fails_at_once);
	tcase_add_test(t, a_server_that_is_busy_is_tried_again);
	tcase_add_test(t, nobody_at_the_address_is_said_so);
	tcase_add_test(t, finds_the_key_of_a_server_on_this_machine);
	tcase_add_test(t, a_stop_lets_the_present_call_end);
	tcase_add_test(t, a_second_stop_ends_the_call_here);
	tcase_add_test(t, a_drain_that_takes_too_long_ends);
	tcase_add_test(t, stops_at_sigterm_and_gives_the_handler_back);
	tcase_add_test(t, commands_may_come_from_any_thread);
	tcase_add_test(t, costs_nothing_while_nothing_happens);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
