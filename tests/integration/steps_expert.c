/**
 * @file steps_expert.c  Every step that a test of an Expert can make
 *
 *   steps_expert              plays the server itself
 *   EXPERT_TEST_URL=ws://...  the same steps in calls with that server
 *
 * Prints what was wrong; exit status 0 says that nothing was.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int n_wrong, n_starts, n_ends, n_actions, n_escalations, n_said;
static pthread_t thread;

static void check(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "steps_expert: %s\n", what);
	n_wrong++;
}

/* ---- the Expert --------------------------------------------------------- */

static int on_call_received(struct expert_call *call, void *arg)
{
	(void)arg;
	return strcmp(expert_call_from(call), "+15555550666") ? EXPERT_ACCEPT
							      : EXPERT_DECLINE;
}

static void on_call_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("visit");

	(void)arg;
	n_starts++;
	expert_task_objective(task, "Book a visit.");
	expert_task_field(task,
			  EXPERT_FIELD(.key = "guests", .type = "integer",
				       .description = "Number of guests"));
	expert_task_field(task,
			  EXPERT_FIELD(.key = "slot", .type = "calendar_slot",
				       .description = "When to come",
				       .searchable = 1));
	expert_set_task(call, task);
}

static void *answer(void *arg)
{
	expert_answer(arg, "The garden opens at nine.");
	return NULL;
}

static void on_question(struct expert_call *call, struct expert_question *q,
			void *arg)
{
	(void)call;
	(void)arg;
	if (!expert_text_has(expert_question_text(q), "garden")) {
		expert_decline(q);
		return;
	}
	expert_answer_later(q);
	if (pthread_create(&thread, NULL, answer, q))
		exit(2);
}

static void on_action_request(struct expert_call *call,
			      struct expert_request *r, void *arg)
{
	const char *text = expert_request_text(r);

	(void)call;
	(void)arg;
	if (expert_text_has(text, "menu"))
		expert_suggest(r, "menu", "hear the menu");
	if (expert_text_has(text, "order")) {
		expert_suggest(r, "change", "change the order");
		expert_suggest(r, "cancel", "cancel the order");
	}
}

static void on_action(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	n_actions++;
	if (!strcmp(key, "menu"))
		expert_say(call, "m1", "Today there is soup.", 0);
	else
		expert_read_script(call, "That is done.");
}

static void on_search_query(struct expert_call *call, struct expert_search *s,
			    void *arg)
{
	struct expert_when *when =
		expert_when_new(expert_search_text(s), "2031-03-02");

	(void)call;
	(void)arg;
	if (expert_when_has(when, "2031-03-03T09:00"))
		expert_search_match(s, "2031-03-03T09:00");
	if (expert_when_has(when, "2031-03-04T15:00"))
		expert_search_match(s, "2031-03-04T15:00");
	expert_when_free(when);
}

static void on_escalate(struct expert_call *call, const char *by, void *arg)
{
	(void)by;
	(void)arg;
	n_escalations++;
	expert_read_script(call, "Somebody will call you back.");
}

static void on_said(struct expert_call *call, const char *id,
		    const char *heard, int interrupted, void *arg)
{
	(void)call;
	(void)arg;
	n_said += !strcmp(id, "m1") && heard[0] && !interrupted;
}

static void on_session_end(struct expert_call *call,
			   const struct expert_end *end, void *arg)
{
	(void)call;
	(void)end;
	(void)arg;
	n_ends++;
}

/* ---- the steps ---------------------------------------------------------- */

static void ask(struct expert_test *t)
{
	const char *text;

	check(!expert_test_question(t, "When does the garden open?"),
	      "no question");
	check(!expert_test_wait_ms(t, 5000), "no answer of the thread");
	text = expert_test_answer(t);
	check(text && expert_text_has(text, "opens at nine"), "no answer");
	pthread_join(thread, NULL);
	check(!expert_test_question(t, "Do you have llamas?"),
	      "no second question");
	text = expert_test_answer(t);
	check(text && !text[0], "an answer about llamas");
	check(expert_test_advance_ms(t, 10000) == 0, "a question is open");
}

static void act(struct expert_test *t)
{
	const char *first;

	check(!expert_test_request(t, "I want to hear the menu"),
	      "no request for the menu");
	first = expert_test_choice(t, 0);
	check(first && !strcmp(first, "menu"), "the menu is not suggested");
	check(!expert_test_action(t, "menu"), "no menu");
	check(n_actions == 1, "the menu's handler did not run once");
	check(!expert_test_said(t, "m1", "Today there is soup.", 0),
	      "the menu was not said");
	check(n_said == 1, "on_said did not come");

	check(!expert_test_request(t, "I have a problem with my order"),
	      "no request about the order");
	check(expert_test_choice(t, 1) && !expert_test_choice(t, 2),
	      "not two suggestions");
	check(!expert_test_action(t, "cancel"), "nothing is cancelled");
	check(n_actions == 2, "the order's handler did not run once");
}

static void book(struct expert_test *t, struct expert_call *call)
{
	const char *slot;

	check(!strcmp(expert_test_task(t), "visit"), "no task");
	check(!expert_test_field(t, "guests", "3"), "no number of guests");
	check(expert_field_integer(call, "guests", 0) == 3, "not 3 guests");
	check(!expert_test_search(t, "slot", "on Tuesday"), "no search");
	slot = expert_test_choice(t, 0);
	check(slot && !strcmp(slot, "2031-03-04T15:00"), "Tuesday not found");
	check(!expert_test_field(t, "slot", "\"2031-03-04T15:00\""),
	      "no slot");
	check(!expert_test_complete(t), "the task is not complete");
}

/* The embedded engine writes no texts; then words alone decide. */
static void ask_model(struct expert *e)
{
	static const char *const desks[] = {"sales: buy, price",
					    "support: broken, repair", NULL};
	char *text;
	int desk = -1;

	check(expert_generate(e, "Write a letter.", NULL, 20000, &text) ==
		      EXPERT_ENOENT,
	      "a model where there is none");
	check(expert_rank(e, "it is broken", desks, 20000, &desk, NULL, 1) ==
			      1 &&
		      desk == 1,
	      "the wrong desk");
}

int main(void)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_received = on_call_received,
		.on_call_start = on_call_start,
		.on_question = on_question,
		.on_action_request = on_action_request,
		.on_action = on_action,
		.on_search_query = on_search_query,
		.on_escalate = on_escalate,
		.on_said = on_said,
		.on_session_end = on_session_end,
	};
	struct expert_test *t = expert_test_new(&handlers, NULL);
	struct expert_call *call;

	expert_persona(expert_test_client(t), "Nova", "the garden",
		       "book visits");
	expert_test_extension(t, NULL);
	check(!expert_test_call(t, "+15555550666"), "not declined");
	check(n_starts == 0 && n_ends == 0, "a declined call started");

	call = expert_test_call(t, "+15555550123");
	check(call != NULL, "the first call is declined");
	if (!call)
		fprintf(stderr, "%s\n", expert_test_error(t));
	if (call) {
		ask(t);
		book(t, call);
		act(t);
		check(!expert_test_escalate(t), "nobody is called");
		check(n_escalations == 1, "not one escalation");
		check(!expert_test_end(t, "user-hangup"), "no end");
	}
	if (getenv("EXPERT_TEST_URL"))
		ask_model(expert_test_client(t));
	call = expert_test_call(t, NULL);
	check(call && !expert_call_from(call)[0], "no second call");
	expert_test_free(t);
	check(n_starts == 2 && n_ends == 2, "not two calls");
	return n_wrong != 0;
}
