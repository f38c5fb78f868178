/**
 * @file turns_expert.c  An Expert that prints who speaks when
 *
 *   EXPERT_URL=... EXPERT_API_KEY=... turns_expert [whole|keys]
 *
 * It says a long sentence, one that may be interrupted or, with "whole", one
 * that may not, and prints what it is told of the caller's turns. With "keys"
 * it asks for a number instead and prints that.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <stdio.h>
#include <string.h>

enum { KEYS = -1 };

static void ask_number(struct expert_call *call)
{
	struct expert_task *task = expert_task_new("number");

	(void)expert_task_field(
		task, EXPERT_FIELD(.key = "account", .type = "digit_sequence",
				   .description = "Account number"));
	(void)expert_set_task(call, task);
}

static void on_complete(struct expert_call *call, const char *task, void *arg)
{
	(void)arg;
	(void)printf("%s: account %s\n", task,
		     expert_field_text(call, "account"));
	(void)expert_hangup(call, "Say goodbye.");
}

static void on_start(struct expert_call *call, void *arg)
{
	const int *how = arg;

	if (*how == KEYS) {
		ask_number(call);
		return;
	}
	(void)expert_say(call, "hours",
			 "Our office is open from nine in the morning until "
			 "five in the afternoon, from Monday to Friday, but "
			 "not on holidays.",
			 *how);
}

static void on_said(struct expert_call *call, const char *id,
		    const char *heard, int interrupted, void *arg)
{
	(void)call;
	(void)arg;
	(void)printf("said %s %s: %s\n", id,
		     interrupted ? "interrupted" : "whole", heard);
}

static void on_turn_ended(struct expert_call *call, const char *id,
			  int64_t start_ms, int64_t end_ms, void *arg)
{
	(void)call;
	(void)arg;
	(void)printf("turn ended %s %s\n", *id ? id : "-",
		     start_ms < end_ms ? "later" : "at once");
}

static void on_barge_in(struct expert_call *call, int64_t at_ms, int cut,
			void *arg)
{
	(void)call;
	(void)arg;
	(void)printf("barge-in %s%s\n", cut ? "cut" : "resumed",
		     at_ms ? "" : ", at no time");
}

int main(int argc, char *argv[])
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = on_start,
		.on_task_complete = on_complete,
		.on_said = on_said,
		.on_turn_ended = on_turn_ended,
		.on_barge_in = on_barge_in,
	};
	const char *word = argc > 1 ? argv[1] : "";
	int how = !strcmp(word, "whole")  ? EXPERT_SAY_WHOLE
		  : !strcmp(word, "keys") ? KEYS
					  : 0;
	struct expert *e = expert_new(NULL);
	int err;

	if (how == KEYS)
		(void)expert_accept_dtmf(e, 1);

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	err = expert_listen_phone(e, "+15555550100", &handlers, &how);
	if (!err)
		err = expert_run(e);
	if (err)
		(void)fprintf(stderr, "%s\n", expert_error(e));
	expert_free(e);
	return err != EXPERT_OK;
}
