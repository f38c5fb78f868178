/**
 * @file loop_epoll.c  Calls in a program that has an event loop of its own
 *
 * One thread waits for calls, for signals and for a timer. The callers of a
 * taxi company are told where their taxi is; the positions change by the
 * timer, and no lock is needed.
 *
 *   EXPERT_URL=ws://127.0.0.1:8800 EXPERT_API_KEY=... ./loop_epoll
 *
 * EXPERT_NUMBER is the number that it listens on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

static int minutes = 12; /* until the taxi is there */

static void on_call_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("taxi");

	(void)arg;
	printf("call from %s\n", expert_call_from(call));
	expert_task_objective(task, "Tell callers when their taxi comes.");
	expert_set_task(call, task);
}

static void on_question(struct expert_call *call, struct expert_question *q,
			void *arg)
{
	const char *text = expert_question_text(q);
	char answer[64];

	(void)call;
	(void)arg;
	printf("asked: %s\n", text);
	if (!expert_text_has(text, "taxi") && !expert_text_has(text, "long") &&
	    !expert_text_has(text, "when")) {
		expert_decline(q);
		return;
	}
	snprintf(answer, sizeof(answer), "Your taxi is there in %d minutes.",
		 minutes);
	expert_answer(q, answer);
}

static void watch(int epoll, int fd)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.fd = fd};

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ev);
}

/* @return what ended the client, as expert_run() has it */
static int serve(struct expert *expert, int epoll, int signals, int timer)
{
	struct epoll_event ev;
	struct signalfd_siginfo info;
	uint64_t ticks;
	int rc = EXPERT_RUNNING;

	while (rc == EXPERT_RUNNING) {
		if (epoll_wait(epoll, &ev, 1, -1) < 1)
			continue;
		if (ev.data.fd == signals) {
			if (read(signals, &info, sizeof(info)) > 0)
				expert_stop(expert);
		} else if (ev.data.fd == timer) {
			if (read(timer, &ticks, sizeof(ticks)) > 0)
				minutes = minutes > 1 ? minutes - 1 : 12;
		} else {
			rc = expert_dispatch(expert);
		}
	}
	return rc;
}

int main(void)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = on_call_start,
		.on_question = on_question,
	};
	const struct itimerspec minute = {{60, 0}, {60, 0}};
	const char *number = getenv("EXPERT_NUMBER");
	struct expert *expert = expert_new(NULL);
	int epoll = epoll_create1(EPOLL_CLOEXEC), signals, timer, rc;
	sigset_t set;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	timerfd_settime(timer, 0, &minute, NULL);

	expert_persona(expert, "Tom", "City Taxi", "say when a taxi comes");
	expert_listen_phone(expert, number ? number : "+15555550100",
			    &handlers, NULL);
	rc = expert_start(expert);
	if (rc == EXPERT_OK) {
		watch(epoll, expert_fd(expert));
		watch(epoll, signals);
		watch(epoll, timer);
		rc = serve(expert, epoll, signals, timer);
	}
	if (rc < 0)
		fprintf(stderr, "loop_epoll: %s\n", expert_error(expert));
	expert_free(expert);
	close(epoll);
	close(signals);
	close(timer);
	return rc < 0;
}
