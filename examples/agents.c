/**
 * @file agents.c  Several agents in one process
 *
 * A town hall with two numbers: one takes reports of broken street lamps, the
 * other says when offices are open. Each has a name and handlers of its own;
 * four threads serve the calls of both.
 *
 *   EXPERT_URL=ws://127.0.0.1:8800 EXPERT_API_KEY=... ./agents
 *
 * EXPERT_NUMBER is the number of the first, EXPERT_NUMBER_2 of the second.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct agent {
	const char *name, *purpose;
	pthread_mutex_t lock; /* handlers of several calls may run at a time */
	int calls;
};

/* Both begin a call like this, each with its own agent. */
static void greet(struct expert_call *call, struct agent *agent)
{
	int n;

	pthread_mutex_lock(&agent->lock);
	n = ++agent->calls;
	pthread_mutex_unlock(&agent->lock);
	printf("%s: call %d\n", agent->name, n);
	expert_set_persona(call, agent->name, "Town Hall", agent->purpose,
			   NULL);
}

/* ---- street lamps --------------------------------------------------------
 */

static void lamps_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("lamp");

	greet(call, arg);
	expert_task_objective(task, "Take reports of broken street lamps.");
	expert_task_field(task,
			  EXPERT_FIELD(.key = "lamp", .type = "integer",
				       .description = "Number of the lamp",
				       .question = "What number stands on the "
						   "lamp post?"));
	expert_set_task(call, task);
}

static const char *lamps_validate(struct expert_call *call, const char *task,
				  const char *key, void *arg)
{
	(void)task;
	(void)arg;
	return expert_field_integer(call, key, 0) > 900
		       ? "The numbers of lamps end at nine hundred."
		       : NULL;
}

static void lamps_complete(struct expert_call *call, const char *task,
			   void *arg)
{
	(void)task;
	(void)arg;
	printf("broken lamp: %lld\n",
	       (long long)expert_field_integer(call, "lamp", 0));
	expert_hangup(call, "Thank the caller. It is mended within a week.");
}

/* ---- opening hours -------------------------------------------------------
 */

static void hours_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("hours");

	greet(call, arg);
	expert_task_objective(task, "Tell when offices are open.");
	expert_set_task(call, task);
}

static void hours_question(struct expert_call *call, struct expert_question *q,
			   void *arg)
{
	const char *text = expert_question_text(q);

	(void)call;
	(void)arg;
	printf("asked: %s\n", text);
	if (expert_text_has(text, "passport"))
		expert_answer(q, "The passport office is open on Mondays.");
	else if (expert_text_has(text, "open") ||
		 expert_text_has(text, "when"))
		expert_answer(q, "Most offices are open from eight to noon.");
	else
		expert_decline(q);
}

static const char *number(const char *variable, const char *fallback)
{
	const char *value = getenv(variable);

	return value ? value : fallback;
}

int main(void)
{
	static const struct expert_handlers lamps = {
		.size = sizeof(lamps),
		.on_call_start = lamps_start,
		.on_validate = lamps_validate,
		.on_task_complete = lamps_complete,
	};
	static const struct expert_handlers hours = {
		.size = sizeof(hours),
		.on_call_start = hours_start,
		.on_question = hours_question,
	};
	static struct agent lucy = {"Lucy", "take reports of broken lamps",
				    PTHREAD_MUTEX_INITIALIZER, 0};
	static struct agent hugo = {"Hugo", "say when offices are open",
				    PTHREAD_MUTEX_INITIALIZER, 0};
	struct expert *expert = expert_new(NULL);
	int rc;

	setvbuf(stdout, NULL, _IOLBF, 0);
	expert_listen_phone(expert, number("EXPERT_NUMBER", "+15555550100"),
			    &lamps, &lucy);
	expert_listen_phone(expert, number("EXPERT_NUMBER_2", "+15555550101"),
			    &hours, &hugo);
	rc = expert_run_workers(expert, 4);
	if (rc < 0)
		fprintf(stderr, "agents: %s\n", expert_error(expert));
	expert_free(expert);
	return rc < 0;
}
