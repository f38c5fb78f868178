/**
 * @file reminder.c  Calls people about their appointments tomorrow
 *
 *   ./reminder people.txt        lines of a number, a name, and when:
 *                                +15555550123, Leo Ruiz, nine thirty
 *
 * Two are called at a time, the next when one is over; who is busy or does not
 * answer is called once more, behind the others. Then a table tells what came
 * of it. Where there is no carrier somebody has to wait: dialogctl phone.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <stdio.h>
#include <string.h>

enum { PEOPLE_MAX = 1000, AT_A_TIME = 2, TRIES = 2, BUSY = 486, SILENT = 480 };

static struct person {
	char number[24], name[64], when[64];
	int tries;
	char result[80];
} people[PEOPLE_MAX];
static int n_people;
static struct expert *expert;

static void call_next(void);

static void on_call_start(struct expert_call *call, void *arg)
{
	static const char *const answers[] = {"yes", "no", "another day",
					      NULL};
	struct expert_task *task = expert_task_new("remind");
	const struct person *p = arg;
	char text[256];

	snprintf(text, sizeof(text),
		 "A reminder for %s: your appointment is tomorrow at %s.",
		 p->name, p->when);
	expert_task_objective(task, "Find out whether they will come.");
	expert_task_say(task, text);
	expert_task_field(
		task, EXPERT_FIELD(.key = "coming", .type = "multiple_choice",
				   .description = "Whether they will come",
				   .question = "Will you come? Please say "
					       "yes, no, or another day.",
				   .choices = answers));
	expert_set_task(call, task);
}

static void on_outbound_connected(struct expert_call *call, void *arg)
{
	struct person *p = arg;

	(void)call;
	printf("%s answers\n", p->name);
	snprintf(p->result, sizeof(p->result), "did not say");
}

static void on_task_complete(struct expert_call *call, const char *task,
			     void *arg)
{
	struct person *p = arg;

	(void)task;
	snprintf(p->result, sizeof(p->result), "says %s",
		 expert_field_text(call, "coming"));
	expert_hangup(call, "Thank them, and say goodbye.");
}

/* A call ends with this one ... */
static void on_session_end(struct expert_call *call,
			   const struct expert_end *end, void *arg)
{
	(void)call;
	(void)end;
	(void)arg;
	call_next();
}

/* ... or with this one. */
static void on_outbound_failed(struct expert_call *call, int code,
			       const char *reason, void *arg)
{
	struct person *p = arg;

	(void)call;
	printf("%s: %s\n", p->name, reason);
	snprintf(p->result, sizeof(p->result), "not reached: %s", reason);
	if (code != BUSY && code != SILENT)
		p->tries = TRIES;
	call_next();
}

/* Whoever was called least, and may be called yet. */
static void call_next(void)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = on_call_start,
		.on_task_complete = on_task_complete,
		.on_session_end = on_session_end,
		.on_outbound_connected = on_outbound_connected,
		.on_outbound_failed = on_outbound_failed,
	};
	struct person *next = NULL;

	for (struct person *p = people; p < people + n_people; p++)
		if (p->tries < TRIES &&
		    (!p->tries || !strncmp(p->result, "not", 3)) &&
		    (!next || p->tries < next->tries))
			next = p;
	if (!next)
		return;
	next->tries++;
	next->result[0] = 0;
	if (expert_call_out(expert, EXPERT_OUTBOUND(.to = next->number,
						    .handlers = &handlers,
						    .arg = next)) < 0) {
		snprintf(next->result, sizeof(next->result), "no number");
		call_next();
	}
}

int main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
	int rc;

	if (!file)
		return perror(argc == 2 ? argv[1] : "reminder FILE"), 2;
	for (struct person *p = people;
	     n_people < PEOPLE_MAX &&
	     fscanf(file, " %23[^,], %63[^,], %63[^\n]", p->number, p->name,
		    p->when) == 3;
	     p++)
		n_people++;
	fclose(file);
	setvbuf(stdout, NULL, _IOLBF, 0);
	expert = expert_new(NULL);
	expert_persona(expert, "Nova", "Doctor Miller's practice", NULL);
	for (int i = 0; i < AT_A_TIME; i++)
		call_next();
	rc = expert_run(expert); /* until the last call is over */
	fprintf(stderr, "%s%s", expert_error(expert), rc < 0 ? "\n" : "");
	expert_free(expert);
	for (const struct person *p = people; p < people + n_people; p++)
		printf("%-15s %-20s %s\n", p->number, p->name, p->result);
	return rc < 0;
}
