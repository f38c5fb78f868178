/**
 * @file loop_uv.c  Calls in a program that runs on libuv
 *
 * The descriptor of the client is a poll handle of the loop like any other.
 * Needs libuv: cc loop_uv.c $(pkg-config --cflags --libs libexpert libuv)
 *
 *   EXPERT_URL=ws://127.0.0.1:8800 EXPERT_API_KEY=... ./loop_uv
 *
 * EXPERT_NUMBER is the number that it listens on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

static uv_poll_t calls;
static uv_signal_t term;
static int result;

static void on_call_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("hours");

	(void)arg;
	printf("call from %s\n", expert_call_from(call));
	expert_task_objective(task, "Tell callers when the library is open.");
	expert_set_task(call, task);
}

static void on_question(struct expert_call *call, struct expert_question *q,
			void *arg)
{
	(void)call;
	(void)arg;
	printf("asked: %s\n", expert_question_text(q));
	if (expert_text_has(expert_question_text(q), "open") ||
	    expert_text_has(expert_question_text(q), "hours"))
		expert_answer(q, "We are open from nine to six on weekdays.");
	else
		expert_decline(q);
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
	struct expert *expert = handle->data;
	int rc = expert_dispatch(expert);

	(void)status;
	(void)events;
	if (rc == EXPERT_RUNNING)
		return;

	result = rc;
	uv_poll_stop(&calls);
	uv_signal_stop(&term);
	uv_close((uv_handle_t *)&calls, NULL);
	uv_close((uv_handle_t *)&term, NULL);
}

static void on_term(uv_signal_t *handle, int number)
{
	(void)number;
	expert_stop(handle->data);
}

int main(void)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = on_call_start,
		.on_question = on_question,
	};
	const char *number = getenv("EXPERT_NUMBER");
	struct expert *expert = expert_new(NULL);
	uv_loop_t *loop = uv_default_loop();

	setvbuf(stdout, NULL, _IOLBF, 0);
	expert_persona(expert, "Eva", "City Library", "tell opening hours");
	expert_listen_phone(expert, number ? number : "+15555550100",
			    &handlers, NULL);
	result = expert_start(expert);
	if (result == EXPERT_OK) {
		calls.data = term.data = expert;
		uv_poll_init(loop, &calls, expert_fd(expert));
		uv_poll_start(&calls, UV_READABLE, on_readable);
		uv_signal_init(loop, &term);
		uv_signal_start(&term, on_term, SIGTERM);
		uv_run(loop, UV_RUN_DEFAULT);
	}
	if (result < 0)
		fprintf(stderr, "loop_uv: %s\n", expert_error(expert));
	expert_free(expert);
	uv_loop_close(loop);
	return result < 0;
}
