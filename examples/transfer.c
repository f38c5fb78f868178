/**
 * @file transfer.c  Finds out what the caller wants and puts through
 *
 * Three things can be asked for: sales, support, billing. Each is an action;
 * carrying it out transfers the call. Who reaches nobody there is asked for a
 * number to be called back on.
 *
 *   EXPERT_URL=ws://127.0.0.1:8800 EXPERT_API_KEY=... ./transfer
 *
 * EXPERT_NUMBER is the number that it listens on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct desk {
	const char *key, *description, *number;
	const char *words[8];
} desks[] = {
	{"sales",
	 "buy something or ask for an offer",
	 "+15555550111",
	 {"buy", "sales", "order", "price", "offer", "quote", "new contract"}},
	{"support",
	 "get help with something that does not work",
	 "+15555550112",
	 {"support", "broken", "not work", "doesn't work", "help with",
	  "problem", "repair"}},
	{"billing",
	 "talk about a bill or a payment",
	 "+15555550113",
	 {"bill", "invoice", "payment", "pay", "refund", "charge"}},
};

enum { DESKS = sizeof(desks) / sizeof(desks[0]) };

static void on_call_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("reception");

	(void)arg;
	printf("call from %s\n", expert_call_from(call));
	expert_task_objective(task, "Find out what the caller wants: to buy "
				    "something, to get help with a product, "
				    "or to talk about a bill.");
	expert_set_task(call, task);
}

static void on_action_request(struct expert_call *call,
			      struct expert_request *r, void *arg)
{
	const char *text = expert_request_text(r);

	(void)call;
	(void)arg;
	printf("wants: %s\n", text);
	for (int i = 0; i < DESKS; i++) {
		for (const char *const *w = desks[i].words; *w; w++) {
			if (!expert_text_has(text, *w))
				continue;
			expert_suggest(r, desks[i].key, desks[i].description);
			break;
		}
	}
}

static void on_action(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	for (int i = 0; i < DESKS; i++) {
		if (strcmp(desks[i].key, key) != 0)
			continue;
		printf("transfer to %s, %s\n", key, desks[i].number);
		expert_transfer_with(
			call, EXPERT_TRANSFER(.to = desks[i].number, .id = key,
					      .ring_ms = 20000));
	}
}

static void on_transfer_status(struct expert_call *call, const char *status,
			       const char *id, const char *cause, void *arg)
{
	struct expert_task *task;

	(void)arg;
	printf("transfer to %s: %s %s\n", id, status, cause);
	if (strcmp(status, "failed") != 0 || strcmp(cause, "cancelled") == 0)
		return;
	task = expert_task_new("callback");
	expert_task_objective(task, "Promise a call back.");
	expert_task_field(task,
			  EXPERT_FIELD(.key = "phone_number", .type = "phone",
				       .description = "Number that we "
						      "call back"));
	expert_set_task(call, task);
}

static void on_task_complete(struct expert_call *call, const char *task,
			     void *arg)
{
	(void)arg;
	if (strcmp(task, "callback") != 0)
		return;
	printf("call back: %s\n", expert_field_text(call, "phone_number"));
	expert_hangup(call, "Say that somebody calls back.");
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
		.on_action_request = on_action_request,
		.on_action = on_action,
		.on_transfer_status = on_transfer_status,
		.on_task_complete = on_task_complete,
		.on_session_end = on_session_end,
	};
	const char *number = getenv("EXPERT_NUMBER");
	struct expert *expert = expert_new(NULL);
	int rc;

	setvbuf(stdout, NULL, _IOLBF, 0);
	expert_persona(expert, "Max", "Example Tools",
		       "find out whom the caller needs");
	expert_listen_phone(expert, number ? number : "+15555550100",
			    &handlers, NULL);
	rc = expert_run(expert);
	if (rc < 0)
		fprintf(stderr, "transfer: %s\n", expert_error(expert));
	expert_free(expert);
	return rc < 0;
}
