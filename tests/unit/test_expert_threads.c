/**
 * @file test_expert_threads.c  libexpert: workers, the program's own loop
 *
 * Handlers run on many threads here, so they count what is wrong instead of
 * asserting it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "kit_expert.h"
#include "unit.h"

static atomic_int wrong, n_starts, n_ends, n_digits;

static int wait_s(sem_t *sem, int seconds)
{
	struct timespec until;
	int rc;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	do
		rc = sem_timedwait(sem, &until);
	while (rc < 0 && errno == EINTR);
	return rc;
}

static void send_digits(struct kit_peer *p, int n)
{
	for (int i = 0; i < n; i++) {
		char recent[16];
		const struct xp_event e = {
			.kind = XP_DTMF, .text = "1", .recent = recent};

		(void)snprintf(recent, sizeof(recent), "%d", i);
		kit_event(p, &e);
	}
}

static void count_start(struct expert_call *call, void *arg)
{
	(void)call;
	(void)arg;
	atomic_fetch_add(&n_starts, 1);
}

static void run_workers(const struct kit_script *script,
			const struct expert_handlers *handlers, int n)
{
	kit_start(script);
	kit_expert = kit_client();
	ck_assert_int_eq(
		expert_listen_phone(kit_expert, KIT_NUMBER, handlers, NULL),
		EXPERT_OK);
	ck_assert_int_eq(expert_run_workers(kit_expert, n), EXPERT_OK);
	kit_stop();
}

/* ---- workers ------------------------------------------------------------ */

static sem_t other_ran;
static atomic_int n_over;

static void stop_after_both(struct expert_call *call,
			    const struct expert_end *end, void *arg)
{
	(void)call;
	(void)end;
	(void)arg;
	if (atomic_fetch_add(&n_over, 1) == 1)
		expert_stop(kit_expert);
}

/* The slow call waits for what only the other call's handler does. */
static void wait_for_the_other(struct expert_call *call, const char *digit,
			       const char *recent, void *arg)
{
	(void)digit;
	(void)recent;
	(void)arg;
	if (strcmp(expert_call_id(call), "slow") != 0)
		(void)sem_post(&other_ran);
	else if (wait_s(&other_ran, 30) < 0)
		atomic_fetch_add(&wrong, 1);
	(void)expert_instruct(call, "done");
}

static struct kit_peer *slow_peer;

static void slow_first(struct kit_peer *p, int again)
{
	(void)again;
	if (strcmp(p->id, "slow") != 0) {
		send_digits(p, 1);
		return;
	}
	slow_peer = p;
	send_digits(p, 1);
}

static void end_call(struct kit_peer *p, const struct xp_command *c)
{
	if (c->kind == XP_SEND_INSTRUCTION)
		kit_end(p, "user-hangup");
}

START_TEST(a_slow_handler_delays_only_its_own_call)
{
	static const struct kit_script script = {.calls = "slow quick",
						 .opened = slow_first,
						 .command = end_call};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_dtmf = wait_for_the_other,
		.on_session_end = stop_after_both,
	};

	(void)sem_init(&other_ran, 0, 0);
	run_workers(&script, &handlers, 2);
	ck_assert_ptr_nonnull(slow_peer);
	ck_assert_int_eq(wrong, 0);
	ck_assert_int_eq(n_over, 2);
	kit_done();
}
END_TEST

enum { CALLS = 6, DIGITS = 300 };

struct order {
	atomic_int busy;
	int next;
};

/* Each digit has its place; nobody else is in this call meanwhile. */
static void check_order(struct expert_call *call, const char *digit,
			const char *recent, void *arg)
{
	struct order *o = expert_call_data(call);

	(void)digit;
	(void)arg;
	if (!o || atomic_exchange(&o->busy, 1) ||
	    strtol(recent, NULL, 10) != o->next++) {
		atomic_fetch_add(&wrong, 1);
		return;
	}
	atomic_fetch_add(&n_digits, 1);
	if (o->next == DIGITS && expert_instruct(call, "done") != EXPERT_OK)
		atomic_fetch_add(&wrong, 1);
	atomic_store(&o->busy, 0);
}

static void give_order(struct expert_call *call, void *arg)
{
	struct order *o = calloc(1, sizeof(*o));

	(void)arg;
	if (expert_call_set_data(call, o) != EXPERT_OK)
		atomic_fetch_add(&wrong, 1);
	atomic_fetch_add(&n_starts, 1);
}

static void end_order(struct expert_call *call, const struct expert_end *end,
		      void *arg)
{
	struct order *o = expert_call_data(call);

	(void)arg;
	if (!o || o->next != DIGITS ||
	    strcmp(expert_end_reason(end), "user-hangup") != 0)
		atomic_fetch_add(&wrong, 1);
	free(o);
	if (atomic_fetch_add(&n_ends, 1) == CALLS - 1)
		expert_stop(kit_expert);
}

static void send_all(struct kit_peer *p, int again)
{
	if (!again)
		send_digits(p, DIGITS);
}

START_TEST(events_of_a_call_come_in_order_and_one_at_a_time)
{
	static const struct kit_script script = {.calls = "a b c d e f",
						 .opened = send_all,
						 .command = end_call};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = give_order,
		.on_dtmf = check_order,
		.on_session_end = end_order,
	};

	run_workers(&script, &handlers, 4);
	ck_assert_int_eq(wrong, 0);
	ck_assert_int_eq(n_starts, CALLS);
	ck_assert_int_eq(n_digits, CALLS * DIGITS);
	ck_assert_int_eq(n_ends, CALLS);
	kit_done();
}
END_TEST

enum { FLOOD = 1000, SAME = 20 };

static sem_t probed;
static atomic_int unacked;

/* Blocks until the server's count of what we did not take stands still. */
static void fall_behind(struct expert_call *call, const char *digit,
			const char *recent, void *arg)
{
	int same = 0, last = -1;

	(void)digit;
	(void)arg;
	if (strtol(recent, NULL, 10) != atomic_fetch_add(&n_digits, 1))
		atomic_fetch_add(&wrong, 1);
	if (atomic_load(&n_digits) == FLOOD)
		(void)expert_instruct(call, "done");
	if (atomic_load(&n_digits) != 1)
		return;

	while (same < SAME) {
		(void)expert_caller_text(call, "probe");
		if (wait_s(&probed, 30) < 0)
			break;
		same = atomic_load(&unacked) == last ? same + 1 : 0;
		last = atomic_load(&unacked);
	}
	/* 256 wait here at most, and some were read with the last of them. */
	if (last < FLOOD / 2)
		atomic_fetch_add(&wrong, 1);
}

static void count_unacked(struct kit_peer *p, const struct xp_command *c)
{
	end_call(p, c);
	if (c->kind != XP_SEND_CALLER_TEXT)
		return;
	atomic_store(&unacked, (int)xp_link_unacked(p->link));
	(void)sem_post(&probed);
}

static void flood(struct kit_peer *p, int again)
{
	if (!again)
		send_digits(p, FLOOD);
}

START_TEST(what_slow_handlers_do_not_take_waits_at_the_server)
{
	static const struct kit_script script = {.opened = flood,
						 .command = count_unacked};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_dtmf = fall_behind,
		.on_session_end = kit_on_end,
	};

	(void)sem_init(&probed, 0, 0);
	run_workers(&script, &handlers, 2);
	ck_assert_int_eq(wrong, 0);
	ck_assert_int_eq(n_digits, FLOOD);
	kit_done();
}
END_TEST

static int decline_odd(struct expert_call *call, void *arg)
{
	(void)arg;
	return expert_call_id(call)[0] == 'o' ? EXPERT_DECLINE : EXPERT_ACCEPT;
}

static void end_at_once(struct kit_peer *p, int again)
{
	(void)again;
	kit_end(p, "user-hangup");
}

START_TEST(workers_may_decline_a_call)
{
	static const struct kit_script script = {.calls = "odd1 x odd2 y",
						 .opened = end_at_once};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_received = decline_odd,
		.on_call_start = count_start,
		.on_session_end = stop_after_both,
	};

	run_workers(&script, &handlers, 3);
	ck_assert_int_eq(kit.n_declines, 2);
	ck_assert_int_eq(kit.n_answers, 2);
	ck_assert_int_eq(n_starts, 2);
	ck_assert_int_eq(n_over, 2);
	kit_done();
}
END_TEST

static sem_t stopped;

static void stop_twice(struct expert_call *call, void *arg)
{
	count_start(call, arg);
	expert_stop(kit_expert);
	expert_stop(kit_expert);
	(void)sem_post(&stopped);
}

static void count_end(struct expert_call *call, const struct expert_end *end,
		      void *arg)
{
	(void)call;
	(void)arg;
	if (strcmp(expert_end_reason(end), "expert-stopped") != 0)
		atomic_fetch_add(&wrong, 1);
	atomic_fetch_add(&n_ends, 1);
}

START_TEST(a_stop_tells_every_started_call_its_end)
{
	static const struct kit_script script = {.calls = "a b c d"};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = stop_twice,
		.on_session_end = count_end,
	};

	run_workers(&script, &handlers, 2);
	ck_assert_int_ge(n_starts, 1);
	ck_assert_int_eq(n_ends, n_starts);
	ck_assert_int_eq(wrong, 0);
	kit_done();
}
END_TEST

START_TEST(refuses_a_number_of_workers_that_is_none)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers)};
	struct expert *e = expert_new(NULL);

	ck_assert_int_eq(expert_run_workers(e, 0), EXPERT_EINVAL);
	ck_assert_int_eq(expert_run_workers(e, 257), EXPERT_EINVAL);
	ck_assert_int_eq(expert_run_workers(NULL, 1), EXPERT_EINVAL);
	ck_assert_int_eq(expert_run_workers(e, 1), EXPERT_EINVAL);
	ck_assert_str_eq(expert_error(e), "there is no address to listen on");
	expert_listen_phone(e, KIT_NUMBER, &handlers, NULL);
	ck_assert_int_eq(expert_fd(e), EXPERT_EINVAL);
	ck_assert_int_eq(expert_dispatch(e), EXPERT_EINVAL);
	expert_free(e);
}
END_TEST

static pthread_t user;
static int n_news, again_rc;

static void check_news(int level, const char *text, void *arg)
{
	(void)level;
	(void)arg;
	n_news++;
	if (!text[0] || !pthread_equal(user, pthread_self()))
		atomic_fetch_add(&wrong, 1);
}

static void check_state(int state, const char *address, const char *text,
			void *arg)
{
	(void)state;
	(void)text;
	check_news(0, address, arg);
}

/* A client that logs. */
static void make_talkative(const struct kit_script *script,
			   const struct expert_handlers *handlers)
{
	struct expert_options *o = expert_options_new();

	user = pthread_self();
	kit_start(script);
	expert_options_url(o, kit.url);
	expert_options_signals(o, 0);
	expert_options_log(o, EXPERT_LOG_DEBUG, check_news, NULL);
	expert_options_state(o, check_state, NULL);
	kit_expert = expert_new(o);
	expert_options_free(o);
	expert_listen_phone(kit_expert, KIT_NUMBER, handlers, NULL);
}

START_TEST(workers_leave_log_and_state_to_the_callers_thread)
{
	static const struct kit_script script = {.calls = "a b",
						 .opened = end_at_once};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_session_end = stop_after_both,
	};

	make_talkative(&script, &handlers);
	ck_assert_int_eq(expert_run_workers(kit_expert, 2), EXPERT_OK);
	kit_stop();
	ck_assert_int_eq(wrong, 0);
	ck_assert_int_ge(n_news, 6);
	kit_done();
}
END_TEST

/* ---- the program's own loop ----------------------------------------------
 */

static void on_this_thread(struct expert_call *call, const char *digit,
			   const char *recent, void *arg)
{
	(void)digit;
	(void)arg;
	if (!pthread_equal(user, pthread_self()) ||
	    strtol(recent, NULL, 10) != atomic_fetch_add(&n_digits, 1))
		atomic_fetch_add(&wrong, 1);
	if (atomic_load(&n_digits) == DIGITS)
		(void)expert_instruct(call, "done");
	again_rc = expert_dispatch(kit_expert);
	expert_free(kit_expert); /* nothing, from here */
}

/* Waits as a program would; level or edge is no difference. */
static int loop(unsigned int how)
{
	struct epoll_event ev = {.events = EPOLLIN | how};
	int ep = epoll_create1(EPOLL_CLOEXEC), rc;

	ck_assert_int_ge(ep, 0);
	ck_assert_int_eq(
		epoll_ctl(ep, EPOLL_CTL_ADD, expert_fd(kit_expert), &ev), 0);
	do {
		ck_assert_int_eq(epoll_wait(ep, &ev, 1, 30000), 1);
		rc = expert_dispatch(kit_expert);
	} while (rc == EXPERT_RUNNING);
	(void)close(ep);
	return rc;
}

START_TEST(a_loop_of_the_programs_own_serves_calls)
{
	static const struct kit_script script = {.opened = send_all,
						 .command = end_call};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_dtmf = on_this_thread,
		.on_session_end = kit_on_end,
	};

	make_talkative(&script, &handlers);
	ck_assert_int_eq(expert_start(kit_expert), EXPERT_OK);
	ck_assert_int_eq(expert_start(kit_expert), EXPERT_EALREADY);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_EALREADY);
	ck_assert_int_eq(loop(_i ? EPOLLET : 0), EXPERT_OK);
	ck_assert_int_eq(expert_dispatch(kit_expert), EXPERT_EINVAL);
	kit_stop();
	ck_assert_int_eq(wrong, 0);
	ck_assert_int_eq(n_digits, DIGITS);
	ck_assert_int_eq(again_rc, EXPERT_EALREADY);
	ck_assert_int_ge(n_news, 4);
	kit_done();
}
END_TEST

START_TEST(a_loop_is_told_why_the_client_gave_up)
{
	static const struct kit_script script = {.status = 401};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers)};

	make_talkative(&script, &handlers);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(expert_start(kit_expert), EXPERT_OK);
		ck_assert_int_eq(loop(0), EXPERT_EAUTH);
		ck_assert_ptr_nonnull(
			strstr(expert_error(kit_expert), "API key"));
	}
	kit_stop();
	ck_assert_int_eq(wrong, 0);
	kit_done();
}
END_TEST

START_TEST(freeing_a_started_client_ends_its_calls)
{
	static const struct kit_script script = {.calls = "a b"};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = count_start,
		.on_session_end = count_end,
	};

	make_talkative(&script, &handlers);
	ck_assert_int_eq(expert_start(kit_expert), EXPERT_OK);
	while (atomic_load(&n_starts) < 2) {
		struct pollfd p = {.fd = expert_fd(kit_expert),
				   .events = POLLIN};

		ck_assert_int_eq(poll(&p, 1, 30000), 1);
		ck_assert_int_eq(expert_dispatch(kit_expert), EXPERT_RUNNING);
	}
	expert_free(kit_expert);
	ck_assert_int_eq(n_ends, 2);
	ck_assert_int_eq(wrong, 0);
	kit_stop();
	kit_free();
}
END_TEST

START_TEST(freeing_a_client_that_was_just_started_is_fine)
{
	static const struct kit_script script = {0};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = count_start,
		.on_session_end = count_end,
	};

	make_talkative(&script, &handlers);
	ck_assert_int_eq(expert_start(kit_expert), EXPERT_OK);
	expert_free(kit_expert);
	ck_assert_int_eq(n_ends, n_starts);
	kit_stop();
	kit_free();
}
END_TEST

/* ---- draining ------------------------------------------------------------
 */

static struct kit_peer *open_peer;
static int n_gone;

static void note_peer(struct kit_peer *p, int again)
{
	(void)again;
	open_peer = p;
	if (n_gone)
		kit_end(p, "user-hangup");
}

static void end_when_listener_left(void)
{
	n_gone++;
	if (open_peer)
		kit_end(open_peer, "user-hangup");
}

static void drain_often(struct expert_call *call, void *arg)
{
	count_start(call, arg);
	for (int i = 0; i < 5; i++)
		expert_drain(kit_expert);
}

static void check_reason(struct expert_call *call,
			 const struct expert_end *end, void *arg)
{
	(void)call;
	(void)arg;
	atomic_fetch_add(&n_ends, 1);
	if (strcmp(expert_end_reason(end), "user-hangup") != 0)
		atomic_fetch_add(&wrong, 1);
}

START_TEST(draining_twice_is_still_a_drain)
{
	static const struct kit_script script = {
		.opened = note_peer, .listen_gone = end_when_listener_left};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = drain_often,
		.on_session_end = check_reason,
	};

	expert_drain(NULL);
	run_workers(&script, &handlers, 1);
	ck_assert_int_eq(n_ends, 1);
	ck_assert_int_eq(wrong, 0);
	kit_done();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("expert_threads");
	TCase *t = tcase_create("expert_threads");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, UNIT_TIMEOUT_S);
	tcase_add_test(t, a_slow_handler_delays_only_its_own_call);
	tcase_add_test(t, events_of_a_call_come_in_order_and_one_at_a_time);
	tcase_add_test(t, what_slow_handlers_do_not_take_waits_at_the_server);
	tcase_add_test(t, workers_may_decline_a_call);
	tcase_add_test(t, a_stop_tells_every_started_call_its_end);
	tcase_add_test(t, refuses_a_number_of_workers_that_is_none);
	tcase_add_test(t, workers_leave_log_and_state_to_the_callers_thread);
	tcase_add_loop_test(t, a_loop_of_the_programs_own_serves_calls, 0, 2);
	tcase_add_test(t, a_loop_is_told_why_the_client_gave_up);
	tcase_add_test(t, freeing_a_started_client_ends_its_calls);
	tcase_add_test(t, freeing_a_client_that_was_just_started_is_fine);
	tcase_add_test(t, draining_twice_is_still_a_drain);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
