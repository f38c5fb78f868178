/**
 * @file waitlist_test.c  Tests the waiting list, without a telephone
 *
 * The program under test is included as it is, only its main() has another
 * name here. Prints what was wrong; exit status 0 says that nothing was.
 *
 *   ./waitlist_test
 *
 * The same test with a server, whose agent then talks with a caller that says
 * what the steps are:
 *
 *   EXPERT_TEST_URL=ws://127.0.0.1:8800 EXPERT_API_KEY=... ./waitlist_test
 *
 * SPDX-License-Identifier: MIT
 */
int waitlist_main(void);
#define main waitlist_main
#include "waitlist.c"
#undef main

#include <string.h>

static int n_wrong;

static void check(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "waitlist_test: %s\n", what);
	n_wrong++;
}

static int same(const char *a, const char *b)
{
	return a && !strcmp(a, b);
}

static void test_questions(struct expert_test *t)
{
	expert_test_question(t, "Is there parking?");
	check(expert_text_has(expert_test_answer(t), "behind the house"),
	      "parking is not answered");
	expert_test_question(t, "When do you close?");
	check(expert_text_has(expert_test_answer(t), "ten at night"),
	      "opening hours are not answered");
	expert_test_question(t, "Do you like music?");
	check(same(expert_test_answer(t), ""), "made something up");
}

static void test_list(struct expert_test *t, struct expert_call *call)
{
	check(same(expert_test_task(t), "waitlist"), "no task was set");
	expert_test_field(t, "caller_name", "\"Robert\"");
	expert_test_field(t, "party_size", "4");
	expert_test_field(t, "phone_number", "\"5550142\"");
	check(expert_field_integer(call, "party_size", 0) == 4,
	      "the party size is lost");
	expert_test_complete(t);
	check(expert_test_hung_up(t), "the call does not end");
	check(expert_test_advance_ms(t, 60000) == 0, "a question is open");
}

int main(void)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = on_call_start,
		.on_question = on_question,
		.on_field = on_field,
		.on_task_complete = on_task_complete,
		.on_session_end = on_session_end,
	};
	struct expert_test *t = expert_test_new(&handlers, NULL);
	struct expert_call *call = expert_test_call(t, "+15555550123");

	(void)waitlist_main; /* not run here */
	check(call != NULL, "the call is declined");
	if (!call)
		fprintf(stderr, "%s\n", expert_test_error(t));
	test_questions(t);
	test_list(t, call);
	expert_test_end(t, "bot-hangup");
	expert_test_free(t);
	return n_wrong != 0;
}
