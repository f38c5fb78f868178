/**
 * @file fields_expert.c  An Expert that checks an order while the caller waits
 *
 * Prints what it is asked and what it gets, a line each.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <stdio.h>
#include <string.h>

static void on_call_start(struct expert_call *call, void *arg)
{
	static const char *const items[] = {"lamp", "shade", "bulb", NULL};
	struct expert_task *task = expert_task_new("return");

	(void)arg;
	expert_task_field(
		task, EXPERT_FIELD(.key = "order", .type = "digit_sequence",
				   .description = "Order number",
				   .pattern = "[0-9]{4}", .validate = 1));
	expert_task_field(task,
			  EXPERT_FIELD(.key = "items", .type = "multi_select",
				       .description = "Items to return",
				       .choices = items, .minimum = 1));
	expert_task_field(task, EXPERT_FIELD(.key = "email", .type = "email",
					     .description = "Email address"));
	expert_set_task(call, task);
}

static const char *on_validate(struct expert_call *call, const char *task,
			       const char *key, void *arg)
{
	const char *text = expert_field_text(call, key);

	(void)task;
	(void)arg;
	if (strcmp(key, "order") != 0)
		return NULL;
	printf("check %s%s\n", text,
	       *expert_validation_id(call) ? " now" : "");
	return strcmp(text, "4711") ? "There is no such order." : NULL;
}

static void on_invalid(struct expert_call *call, const char *key,
		       const char *json, const char *problem, void *arg)
{
	(void)call;
	(void)arg;
	printf("invalid %s %s %s\n", key, json, problem);
}

static void on_task_complete(struct expert_call *call, const char *task,
			     void *arg)
{
	(void)task;
	(void)arg;
	printf("return of order %s:", expert_field_text(call, "order"));
	for (size_t i = 0; expert_field_choice(call, "items", i); i++)
		printf(" %s", expert_field_choice(call, "items", i));
	printf(" to %s\n", expert_field_text(call, "email"));
	expert_hangup(call, "Thank the caller, say goodbye and hang up.");
}

int main(void)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = on_call_start,
		.on_validate = on_validate,
		.on_invalid = on_invalid,
		.on_task_complete = on_task_complete,
	};
	struct expert *expert = expert_new(NULL);

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	expert_persona(expert, "Nova", "Lamp Shop", "take back what is sent");
	expert_listen_phone(expert, "+15555550100", &handlers, NULL);
	return expert_run(expert) < 0;
}
