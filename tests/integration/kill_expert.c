/**
 * @file kill_expert.c  An Expert that keeps a log which outlives it
 *
 *   EXPERT_URL=... EXPERT_API_KEY=... kill_expert FOLDER
 *
 * Each line is "MS PID CALL_ID WHAT DETAIL" (MS: CLOCK_MONOTONIC), written
 * with one write() to FOLDER/log, which several of these append to: whoever
 * kills one knows how far it came. The task has three fields, the question has
 * an answer, the request has one action. What it does is a file named after
 * the execution, which can be made once: an Expert that is told again, or that
 * slept while another one was told, finds out whether that one came so far.
 *
 * SIGUSR1 resets its connections and ends it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int log_fd, folder_fd;

/* As a machine does that loses its memory: every connection is reset. */
static void reset_all(int signal_number)
{
	const struct linger hard = {.l_onoff = 1};

	(void)signal_number;
	for (int fd = 3; fd < 1024; fd++) {
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard,
				 sizeof(hard));
		(void)close(fd);
	}
	_exit(0);
}

static void note(struct expert_call *call, const char *what,
		 const char *detail)
{
	char line[512];
	struct timespec t;
	int n;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	n = snprintf(line, sizeof(line), "%lld %d %s %s %s\n",
		     t.tv_sec * 1000LL + t.tv_nsec / 1000000, (int)getpid(),
		     expert_call_id(call), what, detail);

	if (n > 0 && write(log_fd, line, (size_t)n) != n)
		abort();
}

static void on_call_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("order");

	(void)arg;
	note(call, "start", "-");
	expert_task_objective(task, "Take the order.");
	expert_task_field(task, EXPERT_FIELD(.key = "caller_name",
					     .description = "Name"));
	expert_task_field(task,
			  EXPERT_FIELD(.key = "party_size", .type = "integer",
				       .description = "Number of people"));
	expert_task_field(task, EXPERT_FIELD(.key = "phone_number",
					     .type = "digit_sequence",
					     .description = "Phone number"));
	expert_set_task(call, task);
}

/* Its task goes on, and what is open comes next. */
static void on_takeover(struct expert_call *call,
			const struct expert_takeover *t, void *arg)
{
	(void)arg;
	note(call, "takeover", expert_takeover_task(t));
}

static void on_question(struct expert_call *call, struct expert_question *q,
			void *arg)
{
	(void)arg;
	note(call, "question", expert_question_text(q));
	expert_answer(q, "Yes, there is parking behind the house.");
}

static void on_action_request(struct expert_call *call,
			      struct expert_request *r, void *arg)
{
	(void)arg;
	note(call, "request", expert_request_text(r));
	expert_suggest(r, "newsletter", "send the newsletter");
}

static void do_once(struct expert_call *call)
{
	int fd;

	if (!expert_action_again(call))
		note(call, "new", expert_action_id(call));
	fd = openat(folder_fd, expert_action_id(call),
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)close(fd);
}

static void on_action(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	note(call, "action", key);
	do_once(call);
	expert_instruct(call,
			"Tell the caller: the newsletter is on its way.");
}

static void on_field(struct expert_call *call, const char *key, void *arg)
{
	char text[256];

	(void)arg;
	(void)snprintf(text, sizeof(text), "%s=%s", key,
		       expert_field_text(call, key));
	note(call, "field", text);
}

static void on_task_complete(struct expert_call *call, const char *task,
			     void *arg)
{
	(void)arg;
	note(call, "complete", task);
	expert_hangup_with(call, "Thank you. Goodbye.");
}

static void on_session_end(struct expert_call *call,
			   const struct expert_end *end, void *arg)
{
	(void)arg;
	note(call, "end", expert_end_reason(end));
}

int main(int argc, char **argv)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = on_call_start,
		.on_takeover = on_takeover,
		.on_question = on_question,
		.on_action_request = on_action_request,
		.on_action = on_action,
		.on_field = on_field,
		.on_task_complete = on_task_complete,
		.on_session_end = on_session_end,
	};
	const struct sigaction reset = {.sa_handler = reset_all};
	struct expert *expert = expert_new(NULL);
	int rc;

	(void)sigaction(SIGUSR1, &reset, NULL);
	if (argc != 2)
		return 2;
	folder_fd = open(argv[1], O_DIRECTORY | O_CLOEXEC);
	log_fd = openat(folder_fd, "log",
			O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (log_fd < 0)
		return 2;
	expert_persona(expert, "Nova", "Thai Palace", "take orders");
	expert_listen_phone(expert, "+15555550100", &handlers, NULL);
	rc = expert_run(expert);
	if (rc < 0)
		fprintf(stderr, "kill_expert: %s\n", expert_error(expert));
	expert_free(expert);
	return rc < 0;
}
