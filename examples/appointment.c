/**
 * @file appointment.c  Finds a free appointment that suits the caller
 *
 * A dentist's calendar of the next working days. The caller says when it would
 * suit ("Monday in the afternoon"), and is offered what is free; what was
 * taken is not offered again.
 *
 *   EXPERT_URL=ws://127.0.0.1:8800 EXPERT_API_KEY=... ./appointment
 *
 * EXPERT_NUMBER is the number that it listens on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAYS = 5, EACH = 4, SLOTS = DAYS * EACH, OFFERED = 3 };

static const char *const hours[EACH] = {"09:00", "10:30", "14:00", "15:30"};

static struct slot {
	char when[20]; /* as the protocol has it, 2026-11-23T09:00 */
	int taken;
} slots[SLOTS];

static void make_calendar(void)
{
	time_t at = time(NULL);
	struct tm day;

	for (int n = 0; n < SLOTS;) {
		char date[11];

		at += 24 * 60 * 60;
		localtime_r(&at, &day);
		if (day.tm_wday == 0 || day.tm_wday == 6)
			continue;
		strftime(date, sizeof(date), "%Y-%m-%d", &day);
		for (int i = 0; i < EACH; i++, n++)
			snprintf(slots[n].when, sizeof(slots[n].when), "%sT%s",
				 date, hours[i]);
	}
}

static void on_call_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("appointment");

	(void)arg;
	printf("call from %s\n", expert_call_from(call));
	expert_task_objective(task, "Find an appointment at the dentist's.");
	expert_task_field(task,
			  EXPERT_FIELD(.key = "slot", .type = "calendar_slot",
				       .description = "Appointment",
				       .question = "When would it suit you?",
				       .searchable = 1));
	expert_task_field(task, EXPERT_FIELD(.key = "patient",
					     .description = "Patient's name"));
	expert_set_task(call, task);
}

static void on_search_query(struct expert_call *call, struct expert_search *s,
			    void *arg)
{
	const char *text = expert_search_text(s);
	struct expert_when *when = expert_when_new(text, NULL);
	int matches = 0, others = 0;

	(void)call;
	(void)arg;
	printf("looks for: %s\n", text);
	for (int i = 0; i < SLOTS; i++) {
		if (slots[i].taken)
			continue;
		if (expert_when_has(when, slots[i].when)) {
			if (matches++ < OFFERED)
				expert_search_match(s, slots[i].when);
		} else if (others++ < OFFERED) {
			expert_search_other(s, slots[i].when);
		}
	}
	expert_when_free(when);
}

static void on_task_complete(struct expert_call *call, const char *task,
			     void *arg)
{
	const char *when = expert_field_text(call, "slot");

	(void)task;
	(void)arg;
	for (int i = 0; i < SLOTS; i++)
		if (!strncmp(slots[i].when, when, strlen(slots[i].when)))
			slots[i].taken = 1;
	printf("booked: %s, %s\n", when, expert_field_text(call, "patient"));
	expert_hangup(call, "Thank the caller.");
}

int main(void)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = on_call_start,
		.on_search_query = on_search_query,
		.on_task_complete = on_task_complete,
	};
	const char *number = getenv("EXPERT_NUMBER");
	struct expert *expert = expert_new(NULL);
	int rc;

	setvbuf(stdout, NULL, _IOLBF, 0);
	make_calendar();
	expert_persona(expert, "Ida", "Dr. Jones", "make appointments");
	expert_listen_phone(expert, number ? number : "+15555550100",
			    &handlers, NULL);
	rc = expert_run(expert);
	if (rc < 0)
		fprintf(stderr, "appointment: %s\n", expert_error(expert));
	expert_free(expert);
	return rc < 0;
}
