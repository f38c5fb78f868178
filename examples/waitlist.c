/**
 * @file waitlist.c  The waiting list of a restaurant
 *
 * Takes name, party size and phone number of who calls, and answers questions
 * about opening hours and parking meanwhile.
 *
 *   EXPERT_URL=ws://127.0.0.1:8800 EXPERT_API_KEY=... ./waitlist
 *
 * EXPERT_NUMBER is the number that it listens on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <stdio.h>
#include <stdlib.h>

static void on_call_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("waitlist");

	(void)arg;
	printf("call from %s\n", expert_call_from(call));
	expert_task_objective(
		task, "Add callers to the waiting list of Thai Palace.");
	expert_task_field(task,
			  EXPERT_FIELD(.key = "caller_name",
				       .description = "Name for the list"));
	expert_task_field(task,
			  EXPERT_FIELD(.key = "party_size", .type = "integer",
				       .description = "Number of people"));
	expert_task_field(
		task,
		EXPERT_FIELD(.key = "phone_number", .type = "digit_sequence",
			     .description = "Phone number to text when "
					    "the table is ready"));
	expert_set_task(call, task);
}

static void on_question(struct expert_call *call, struct expert_question *q,
			void *arg)
{
	const char *text = expert_question_text(q);

	(void)call;
	(void)arg;
	printf("asked: %s\n", text);
	if (expert_text_has(text, "park"))
		expert_answer(q, "Yes, there is free parking behind the "
				 "house.");
	else if (expert_text_has(text, "open") ||
		 expert_text_has(text, "hour") ||
		 expert_text_has(text, "close"))
		expert_answer(q, "We are open every day from eleven in the "
				 "morning to ten at night.");
	else
		expert_decline(q);
}

static void on_field(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	printf("field %s: %s\n", key, expert_field_text(call, key));
}

static void on_task_complete(struct expert_call *call, const char *task,
			     void *arg)
{
	(void)task;
	(void)arg;
	printf("on the list: %s, party of %lld, %s\n",
	       expert_field_text(call, "caller_name"),
	       (long long)expert_field_integer(call, "party_size", 0),
	       expert_field_text(call, "phone_number"));
	expert_hangup(call, "Thank the caller. Tell the caller that we text "
			    "when the table is ready.");
}

static void on_session_end(struct expert_call *call,
			   const struct expert_end *end, void *arg)
{
	(void)call;
	(void)arg;
	printf("call over: %s\n", expert_end_reason(end));
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
	const char *number = getenv("EXPERT_NUMBER");
	struct expert *expert = expert_new(NULL);
	int rc;

	setvbuf(stdout, NULL, _IOLBF, 0);
	expert_persona(expert, "Nova", "Thai Palace",
		       "take names for the waiting list");
	expert_listen_phone(expert, number ? number : "+15555550100",
			    &handlers, NULL);
	rc = expert_run(expert);
	if (rc < 0)
		fprintf(stderr, "waitlist: %s\n", expert_error(expert));
	expert_free(expert);
	return rc < 0;
}
