/**
 * @file test_expert_outbound.c  libexpert: calls that the program places
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>
#include <poll.h>
#include <unistd.h>

#include "kit_expert.h"
#include "unit.h"

#define LEO "+15555550123"

/* What happened, a word each. */
static char course[512];
static int last_code, to_place;
static char last_reason[256];

static void note(const char *word)
{
	(void)snprintf(course + strlen(course),
		       sizeof(course) - strlen(course), "%s ", word);
}

/* ---- the program ---------------------------------------------------------
 */

static void begins(struct expert_call *call, void *arg)
{
	ck_assert_str_eq(arg, "leo");
	ck_assert_str_eq(expert_call_to(call), LEO);
	ck_assert_str_eq(expert_call_from(call), KIT_NUMBER);
	ck_assert_str_eq(expert_call_id(call), "c9");
	note("start");
}

static void connects(struct expert_call *call, void *arg)
{
	(void)arg;
	ck_assert_str_eq(expert_variable(call, "table"), "7");
	note("connected");
}

static void ends(struct expert_call *call, const struct expert_end *end,
		 void *arg)
{
	(void)call;
	(void)arg;
	note(expert_end_reason(end));
}

static void order(void);

static void fails(struct expert_call *call, int code, const char *reason,
		  void *arg)
{
	ck_assert_str_eq(arg, "leo");
	ck_assert_str_eq(expert_call_to(call), LEO);
	last_code = code;
	(void)snprintf(last_reason, sizeof(last_reason), "%s", reason);
	note("failed");
	if (to_place-- > 0)
		order();
}

static const struct expert_handlers handlers = {
	.size = sizeof(handlers),
	.on_call_start = begins,
	.on_outbound_connected = connects,
	.on_outbound_failed = fails,
	.on_session_end = ends,
};

static void order(void)
{
	static char leo[] = "leo";

	ck_assert_int_eq(
		expert_call_out(kit_expert,
				EXPERT_OUTBOUND(.to = LEO, .from = KIT_NUMBER,
						.handlers = &handlers,
						.arg = leo,
						.variables = "{\"table\":7}")),
		EXPERT_OK);
}

/* ---- the server ----------------------------------------------------------
 */

static void gives_id(struct http_req *req)
{
	static const char answer[] = "{\"call_id\":\"c9\"}";

	http_reply(req, 200, "application/json", NULL, answer,
		   sizeof(answer) - 1);
}

static void answers(struct kit_peer *p, int again)
{
	const struct xp_event connected = {.kind = XP_OUTBOUND_CONNECTED};

	(void)again;
	if (!p->is_call)
		return;
	ck_assert_str_eq(p->id, "c9");
	kit_event(p, &connected);
	kit_end(p, "user-hangup");
}

static void is_busy(struct kit_peer *p, int again)
{
	const struct xp_event busy = {
		.kind = XP_OUTBOUND_FAILED, .code = 486, .text = "busy"};

	(void)again;
	if (p->is_call)
		kit_event(p, &busy);
}

static void place(const struct kit_script *script)
{
	kit_start(script);
	kit_expert = kit_client();
	order();
}

/* ---- how it is run -------------------------------------------------------
 */

static int run_inline(void)
{
	return expert_run(kit_expert);
}

static int run_workers(void)
{
	return expert_run_workers(kit_expert, 2);
}

static int run_dispatched(void)
{
	int rc = expert_start(kit_expert);

	while (rc == EXPERT_OK || rc == EXPERT_RUNNING) {
		struct pollfd p = {.fd = expert_fd(kit_expert),
				   .events = POLLIN};

		ck_assert_int_ge(poll(&p, 1, 10000), 1);
		rc = expert_dispatch(kit_expert);
		if (rc == EXPERT_OK)
			break;
	}
	return rc;
}

static int (*const ways[])(void) = {run_inline, run_workers, run_dispatched};

START_TEST(calls_talks_and_ends_when_the_last_call_is_over)
{
	static const struct kit_script script = {.place = gives_id,
						 .opened = answers};

	place(&script);
	ck_assert_int_eq(ways[_i](), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(course, "start connected user-hangup ");
	ck_assert_str_eq(kit.authorization, "Bearer k-1");
	kit_done();
}
END_TEST

START_TEST(asks_with_both_numbers_and_sets_the_variables_first)
{
	static const struct kit_script script = {.place = gives_id,
						 .opened = is_busy};
	char *uri;

	place(&script);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	uri = kit.uri;
	ck_assert_ptr_nonnull(strstr(uri, "/v2/connect-call/c9"));
	ck_assert_int_ge(kit.n_commands, 2);
	ck_assert_ptr_nonnull(strstr(kit.commands[0], "set-persona"));
	ck_assert_ptr_nonnull(strstr(kit.commands[1], "registered-hooks"));
	kit_done();
}
END_TEST

START_TEST(one_that_is_busy_is_told_last)
{
	static const struct kit_script script = {.place = gives_id,
						 .opened = is_busy};

	place(&script);
	ck_assert_int_eq(ways[_i](), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(course, "start failed ");
	ck_assert_int_eq(last_code, 486);
	ck_assert_str_eq(last_reason, "busy");
	kit_done();
}
END_TEST

/* ---- what is not placed --------------------------------------------------
 */

static char asked[KIT_TEXT * 2];

static void refuses(struct http_req *req)
{
	(void)snprintf(asked, sizeof(asked), "%s", http_uri(req));
	http_error(req, 403, "not from this number");
}

START_TEST(one_that_is_refused_is_told_with_the_server_s_words)
{
	static const struct kit_script script = {.place = refuses};

	place(&script);
	ck_assert_int_eq(ways[_i](), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(course, "failed ");
	ck_assert_int_eq(last_code, 403);
	ck_assert_str_eq(last_reason, "not from this number");
	ck_assert_ptr_nonnull(strstr(asked, "15555550123"));
	ck_assert_ptr_nonnull(strstr(asked, "from_number="));
	ck_assert_int_eq(kit.n_peers, 0);
	kit_done();
}
END_TEST

static void talks_nonsense(struct http_req *req)
{
	http_reply(req, 200, "text/plain", NULL, "yes", 3);
}

static void sends_elsewhere(struct http_req *req)
{
	http_reply(req, 302, "text/plain", "Location: http://127.0.0.1:1/\r\n",
		   "", 0);
}

static const struct {
	struct kit_script script;
	int code;
	const char *reason;
} odd[] = {
	{{.place = talks_nonsense}, 0, "the server's answer has no call_id"},
	{{.place = sends_elsewhere}, 302, "the server refused"},
};

START_TEST(an_odd_answer_is_told_and_followed_nowhere)
{
	place(&odd[_i].script);
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(course, "failed ");
	ck_assert_int_eq(last_code, odd[_i].code);
	ck_assert_str_eq(last_reason, odd[_i].reason);
	kit_done();
}
END_TEST

START_TEST(a_server_that_is_not_there_is_told)
{
	static const struct kit_script script = {.place = refuses};

	place(&script);
	kit_stop();
	server_close(kit.server);
	kit.server = NULL;
	ck_assert_int_eq(expert_run(kit_expert), EXPERT_OK);
	ck_assert_str_eq(course, "failed ");
	ck_assert_int_eq(last_code, 0);
	ck_assert_ptr_nonnull(strstr(last_reason, "cannot be reached"));
	expert_free(kit_expert);
	loop_free(kit.loop);
}
END_TEST

START_TEST(a_handler_orders_the_next_call)
{
	static const struct kit_script script = {.place = refuses};

	to_place = 3;
	place(&script);
	ck_assert_int_eq(ways[_i](), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(course, "failed failed failed failed ");
	kit_done();
}
END_TEST

static struct http_req *unanswered[2];
static int n_unanswered;

static void stops_the_client(struct http_req *req)
{
	ck_assert_int_lt(n_unanswered, 2);
	unanswered[n_unanswered++] = req;
	expert_stop(kit_expert);
	expert_stop(kit_expert);
}

START_TEST(an_order_that_a_stop_cuts_off_is_told)
{
	static const struct kit_script script = {.place = stops_the_client};

	place(&script);
	order(); /* this one may still wait */
	ck_assert_int_eq(ways[_i](), EXPERT_OK);
	kit_stop();
	ck_assert_str_eq(course, "failed failed ");
	ck_assert_int_eq(last_code, 0);
	for (int i = 0; i < n_unanswered; i++)
		http_error(unanswered[i], 503, "too late");
	kit_done();
}
END_TEST

START_TEST(refuses_orders_that_make_no_sense)
{
	static const struct expert_handlers unsized = {.on_call_start =
							       begins};
	static const char *const numbers[] = {
		"",         "5550123",       "+",
		"+0123456", "+15555550123x", "+1234567890123456"};
	struct expert *e = expert_new(NULL);
	struct expert_outbound old = {.size = 4, .to = LEO};

	ck_assert_int_eq(expert_call_out(e, NULL), EXPERT_EINVAL);
	ck_assert_int_eq(expert_call_out(NULL, EXPERT_OUTBOUND(.to = LEO)),
			 EXPERT_EINVAL);
	ck_assert_int_eq(expert_call_out(e, &old), EXPERT_EINVAL);
	ck_assert_int_eq(expert_call_out(e, EXPERT_OUTBOUND(.to = LEO)),
			 EXPERT_EINVAL);
	ck_assert_int_eq(
		expert_call_out(
			e, EXPERT_OUTBOUND(.to = LEO, .handlers = &unsized)),
		EXPERT_EINVAL);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		ck_assert_int_eq(
			expert_call_out(
				e, EXPERT_OUTBOUND(.to = numbers[i],
						   .handlers = &handlers)),
			EXPERT_EINVAL);
	ck_assert_int_eq(
		expert_call_out(e, EXPERT_OUTBOUND(.to = LEO,
						   .handlers = &handlers,
						   .variables = "[1]")),
		EXPERT_EINVAL);
	expert_free(e);
}
END_TEST

START_TEST(keeps_a_thousand_orders_and_no_more)
{
	struct expert *e = expert_new(NULL);

	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(
			expert_call_out(
				e, EXPERT_OUTBOUND(.to = LEO,
						   .handlers = &handlers)),
			EXPERT_OK);
	ck_assert_int_eq(
		expert_call_out(
			e, EXPERT_OUTBOUND(.to = LEO, .handlers = &handlers)),
		EXPERT_EAGAIN);
	expert_free(e);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("expert_outbound");
	TCase *t = tcase_create("expert_outbound");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, UNIT_TIMEOUT_S);
	tcase_add_loop_test(t, calls_talks_and_ends_when_the_last_call_is_over,
			    0, 3);
	tcase_add_test(t, asks_with_both_numbers_and_sets_the_variables_first);
	tcase_add_loop_test(t, one_that_is_busy_is_told_last, 0, 3);
	tcase_add_loop_test(
		t, one_that_is_refused_is_told_with_the_server_s_words, 0, 3);
	tcase_add_loop_test(t, an_odd_answer_is_told_and_followed_nowhere, 0,
			    2);
	tcase_add_test(t, a_server_that_is_not_there_is_told);
	tcase_add_loop_test(t, a_handler_orders_the_next_call, 0, 3);
	tcase_add_loop_test(t, an_order_that_a_stop_cuts_off_is_told, 0, 3);
	tcase_add_test(t, refuses_orders_that_make_no_sense);
	tcase_add_test(t, keeps_a_thousand_orders_and_no_more);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
