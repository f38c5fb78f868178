/**
 * @file test_expert_capacity.c  How many calls an Expert takes, and no more
 *
 * SPDX-License-Identifier: MIT
 */
#include <semaphore.h>
#include <stdatomic.h>

#include "unit/kit_expert.h"

#define OTHER_NUMBER "+15555550101"

/* Of the server's thread; read after kit_stop(). */
static char statuses[512];
static struct kit_peer *call_peer;

static void note_status(struct kit_peer *p, const struct xp_listen *m)
{
	size_t n = strlen(statuses);

	(void)snprintf(statuses + n, sizeof(statuses) - n, "%s%lld%s%s;",
		       strstr(p->id, "0101") ? "other " : "",
		       (long long)m->max_calls,
		       m->labels_json ? m->labels_json : "",
		       m->draining ? " draining" : "");
}

static void note_call(struct kit_peer *p, int again)
{
	(void)again;
	call_peer = p;
}

/* ---- what is told -------------------------------------------------------
 */

static void offer_then_end(struct kit_peer *p, const struct xp_listen *m)
{
	note_status(p, m);
	if (m->max_calls == 5)
		kit_offer(p, XP_INCOMING_CALL, "c1");
	else
		kit_end(call_peer, "user-hangup");
}

static void wait_for_status(struct kit_peer *p, int again)
{
	(void)p;
	(void)again;
}

static void take_less(struct expert_call *call, void *arg)
{
	(void)call;
	(void)arg;
	ck_assert_int_eq(expert_label(kit_expert, "region", NULL), EXPERT_OK);
	ck_assert_int_eq(expert_max_calls(kit_expert, KIT_NUMBER, 2),
			 EXPERT_OK);
}

/* A client of the script, with one address; not running yet. */
static void prepare(const struct kit_script *script,
		    const struct expert_handlers *handlers)
{
	kit_start(script);
	kit_expert = kit_client();
	ck_assert_int_eq(
		expert_listen_phone(kit_expert, KIT_NUMBER, handlers, NULL),
		EXPERT_OK);
}

START_TEST(says_how_much_it_takes_and_what_for_also_when_that_changes)
{
	static const struct kit_script script = {.extensions = XP_EXT_ALL,
						 .listening = wait_for_status,
						 .opened = note_call,
						 .says = offer_then_end};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = take_less,
		.on_session_end = kit_on_end,
	};

	prepare(&script, &handlers);
	ck_assert_int_eq(expert_max_calls(kit_expert, NULL, 5), EXPERT_OK);
	ck_assert_int_eq(expert_label(kit_expert, "region", "eu"), EXPERT_OK);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	/* At the end it may say that it drains, and may be gone before. */
	ck_assert_ptr_eq(strstr(statuses, "5{\"region\":\"eu\"};2{};"),
			 statuses);
	kit_done();
}
END_TEST

START_TEST(bounds_and_labels_have_limits)
{
	static const struct expert_handlers none = {.size = sizeof(none)};
	struct expert *e = expert_new(NULL);
	char name[16], big[130];

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = 0;
	ck_assert_int_eq(expert_listen_web(e, "desk", &none, NULL), EXPERT_OK);
	ck_assert_int_eq(expert_max_calls(NULL, NULL, 1), EXPERT_EINVAL);
	ck_assert_int_eq(expert_max_calls(e, NULL, -2), EXPERT_EINVAL);
	ck_assert_int_eq(expert_max_calls(e, NULL, 100001), EXPERT_EINVAL);
	ck_assert_int_eq(expert_max_calls(e, NULL, 100000), EXPERT_OK);
	ck_assert_int_eq(expert_max_calls(e, "other", 1), EXPERT_ENOENT);
	ck_assert_int_eq(expert_max_calls(e, "desk", 0), EXPERT_OK);
	ck_assert_int_eq(expert_label(e, "", "x"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_label(e, NULL, "x"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_label(e, "a", "\xff"), EXPERT_EINVAL);
	ck_assert_int_eq(expert_label(e, big, "x"), EXPERT_ETOOBIG);
	ck_assert_int_eq(expert_label(e, "a", big), EXPERT_ETOOBIG);
	for (int i = 0; i < XP_LABELS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "label%d", i);
		ck_assert_int_eq(expert_label(e, name, "x"), EXPERT_OK);
	}
	ck_assert_int_eq(expert_label(e, "more", "x"), EXPERT_ETOOBIG);
	ck_assert_int_eq(expert_label(e, "label0", NULL), EXPERT_OK);
	ck_assert_int_eq(expert_label(e, "more", "x"), EXPERT_OK);
	expert_free(e);
}
END_TEST

/* ---- what is kept here --------------------------------------------------
 */

static void end_when_all_is_said(struct kit_peer *p, const char *call)
{
	(void)p;
	(void)call;
	if (kit.n_declines == 2 && call_peer)
		kit_end(call_peer, "user-hangup");
}

static void end_if_all_is_said(struct kit_peer *p, int again)
{
	note_call(p, again);
	end_when_all_is_said(p, "");
}

START_TEST(what_is_too_much_is_declined_where_the_bound_is_not_known)
{
	static const struct kit_script script = {.calls = "a b c",
						 .opened = end_if_all_is_said,
						 .declined =
							 end_when_all_is_said};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_session_end = kit_on_end,
	};

	(void)setenv("EXPERT_MAX_CALLS", "1", 1);
	prepare(&script, &handlers);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_int_eq(kit.n_answers, 1);
	ck_assert_int_eq(kit.n_declines, 2);
	kit_done();
}
END_TEST

static void offer_once(struct kit_peer *p, int again)
{
	(void)again;
	if (!strstr(p->id, "0101"))
		kit_offer(p, XP_INCOMING_CALL, "c1");
}

/* The other address may take one less while the call goes on. */
static void follow_other(struct kit_peer *p, const struct xp_listen *m)
{
	if (!strstr(p->id, "0101"))
		return;
	note_status(p, m);
	if (m->max_calls == 1 && call_peer)
		kit_end(call_peer, "user-hangup");
}

static void open_and_end(struct kit_peer *p, int again)
{
	note_call(p, again);
	if (strstr(statuses, "other 1;"))
		kit_end(call_peer, "user-hangup");
}

START_TEST(a_bound_of_all_is_shared_by_the_addresses)
{
	static const struct kit_script script = {.extensions = XP_EXT_ALL,
						 .listening = offer_once,
						 .opened = open_and_end,
						 .says = follow_other};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_session_end = kit_on_end,
	};

	prepare(&script, &handlers);
	ck_assert_int_eq(
		expert_listen_phone(kit_expert, OTHER_NUMBER, &handlers, NULL),
		EXPERT_OK);
	ck_assert_int_eq(expert_max_calls(kit_expert, NULL, 2), EXPERT_OK);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	/* The first may be missing: the call was there before the address. */
	ck_assert_msg(strstr(statuses, "other 1;other 2;") != NULL, "%s",
		      statuses);
	kit_done();
}
END_TEST

/* ---- draining -----------------------------------------------------------
 */

static int listeners_gone;

static void offer_more(struct kit_peer *p, const struct xp_listen *m)
{
	note_status(p, m);
	if (m->draining)
		kit_offer(p, XP_INCOMING_CALL, "c2");
}

static void end_first(struct kit_peer *p, const char *call)
{
	(void)p;
	ck_assert_str_eq(call, "c2");
	ck_assert_int_eq(listeners_gone, 0);
	kit_end(call_peer, "user-hangup");
}

static void note_gone(void)
{
	listeners_gone++;
}

static void drain(struct expert_call *call, void *arg)
{
	(void)call;
	(void)arg;
	expert_drain(kit_expert);
}

START_TEST(a_drain_is_told_and_the_address_stays_until_the_last_call_is_over)
{
	static const struct kit_script script = {.extensions = XP_EXT_ALL,
						 .opened = note_call,
						 .says = offer_more,
						 .declined = end_first,
						 .listen_gone = note_gone};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = drain,
	};

	prepare(&script, &handlers);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(statuses, "-1 draining;");
	ck_assert_int_eq(kit.n_declines, 1);
	kit_done();
}
END_TEST

static int n_told;

static void tell_listener(struct kit_peer *p, int again)
{
	const struct xp_listen m = {.kind = XP_LISTEN_DRAINING,
				    .deadline_ms = 7000};

	(void)again;
	kit_offer(p, XP_INCOMING_CALL, "c1");
	kit_send(p, xp_listen_encode_for(&m, XP_EXT_CAPACITY));
}

static void tell_call(struct kit_peer *p, int again)
{
	const struct xp_event e = {.kind = XP_SERVER_DRAINING,
				   .deadline_ms = 7000};

	(void)again;
	kit_event(p, &e);
	kit_end(p, "bot-hangup");
}

static void on_draining(struct expert_call *call, int64_t deadline_ms,
			void *arg)
{
	(void)call;
	(void)arg;
	ck_assert_int_eq(deadline_ms, 7000);
	n_told++;
}

static void on_state(int state, const char *address, const char *text,
		     void *arg)
{
	(void)text;
	(void)arg;
	if (state != EXPERT_DRAINING)
		return;
	ck_assert_str_eq(address, KIT_NUMBER);
	n_told += 10;
}

START_TEST(a_server_that_drains_says_so_to_the_address_and_to_the_call)
{
	static const struct kit_script script = {.extensions = XP_EXT_ALL,
						 .listening = tell_listener,
						 .opened = tell_call};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_server_draining = on_draining,
		.on_session_end = kit_on_end,
	};
	struct expert_options *o = expert_options_new();

	kit_start(&script);
	ck_assert_int_eq(expert_options_url(o, kit.url), EXPERT_OK);
	ck_assert_int_eq(expert_options_state(o, on_state, NULL), EXPERT_OK);
	kit_expert = expert_new(o);
	expert_options_free(o);
	ck_assert_int_eq(
		expert_listen_phone(kit_expert, KIT_NUMBER, &handlers, NULL),
		EXPERT_OK);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_int_eq(n_told, 11);
	kit_done();
}
END_TEST

/* ---- withdrawn ----------------------------------------------------------
 */

static sem_t withdrawn;

static void withdraw(struct kit_peer *p, const char *call)
{
	kit_offer(p, XP_WITHDRAW_CALL, call);
}

static void on_log(int level, const char *text, void *arg)
{
	(void)level;
	(void)arg;
	if (strstr(text, "the offer is over"))
		(void)sem_post(&withdrawn);
}

static int think_long(struct expert_call *call, void *arg)
{
	(void)call;
	(void)arg;
	(void)sem_wait(&withdrawn);
	expert_drain(kit_expert);
	return EXPERT_ACCEPT;
}

static void never(struct expert_call *call, void *arg)
{
	(void)call;
	(void)arg;
	ck_abort_msg("the call was withdrawn");
}

START_TEST(an_offer_that_is_withdrawn_has_no_answer)
{
	static const struct kit_script script = {.extensions = XP_EXT_ALL,
						 .assigned = withdraw};
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_received = think_long,
		.on_call_start = never,
	};
	struct expert_options *o = expert_options_new();

	ck_assert_int_eq(sem_init(&withdrawn, 0, 0), 0);
	kit_start(&script);
	ck_assert_int_eq(expert_options_url(o, kit.url), EXPERT_OK);
	ck_assert_int_eq(expert_options_log(o, EXPERT_LOG_INFO, on_log, NULL),
			 EXPERT_OK);
	kit_expert = expert_new(o);
	expert_options_free(o);
	ck_assert_int_eq(
		expert_listen_phone(kit_expert, KIT_NUMBER, &handlers, NULL),
		EXPERT_OK);
	ck_assert_int_eq(expert_run_workers(kit_expert, 1), EXPERT_OK);
	kit_stop();
	ck_assert_int_eq(kit.n_answers, 0);
	ck_assert_int_eq(kit.n_declines, 0);
	kit_done();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("expert_capacity");
	TCase *t = tcase_create("capacity");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 20);
	tcase_add_test(
		t, says_how_much_it_takes_and_what_for_also_when_that_changes);
	tcase_add_test(t, bounds_and_labels_have_limits);
	tcase_add_test(
		t, what_is_too_much_is_declined_where_the_bound_is_not_known);
	tcase_add_test(t, a_bound_of_all_is_shared_by_the_addresses);
	tcase_add_test(
		t,
		a_drain_is_told_and_the_address_stays_until_the_last_call_is_over);
	tcase_add_test(
		t,
		a_server_that_drains_says_so_to_the_address_and_to_the_call);
	tcase_add_test(t, an_offer_that_is_withdrawn_has_no_answer);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
