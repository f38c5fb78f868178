/**
 * @file helpdesk.c  A help desk that answers from documents
 *
 * Reads the text files of a folder when it starts. What callers ask is looked
 * up there; what is not there is put on a list, and a person calls back.
 *
 *   EXPERT_URL=ws://127.0.0.1:8800 EXPERT_API_KEY=... ./helpdesk helpdesk/
 *
 * EXPERT_NUMBER is the number that it listens on, HELPDESK_DOCS the folder
 * when none is named.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <expert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_call_start(struct expert_call *call, void *arg)
{
	struct expert_task *task = expert_task_new("help");

	(void)arg;
	printf("call from %s\n", expert_call_from(call));
	expert_task_objective(task, "Help callers with their lamps and "
				    "orders.");
	expert_set_task(call, task);
}

static void on_question(struct expert_call *call, struct expert_question *q,
			void *arg)
{
	const char *text = expert_question_text(q);
	const char *passage = expert_docs_ask(arg, text, 0);

	if (passage) {
		printf("asked: %s (%s)\n", text,
		       expert_docs_source(arg, text, 0));
		expert_answer(q, passage);
		return;
	}
	printf("to be called back: %s, %s\n", expert_call_from(call), text);
	expert_decline(q);
}

/* Some questions are requests: "can you send me a new bulb?" */
static void on_action_request(struct expert_call *call,
			      struct expert_request *r, void *arg)
{
	(void)call;
	(void)arg;
	printf("wants: %s\n", expert_request_text(r));
	if (expert_text_has(expert_request_text(r), "person") ||
	    expert_text_has(expert_request_text(r), "human"))
		expert_suggest(r, "person", "talk to a person");
}

static void on_action(struct expert_call *call, const char *key, void *arg)
{
	(void)arg;
	printf("transfer to a %s\n", key);
	expert_transfer(call, "+15555550112", NULL);
}

/* @return how many passages there are now, 0 when there are no files */
static size_t read_folder(struct expert_docs *docs, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[1024];

	while (dir && (entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');

		if (!dot || strcmp(dot, ".txt") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (expert_docs_add_file(docs, path) != EXPERT_OK)
			fprintf(stderr, "helpdesk: cannot use %s\n", path);
	}
	if (dir)
		closedir(dir);
	return expert_docs_count(docs);
}

int main(int argc, char **argv)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_start = on_call_start,
		.on_question = on_question,
		.on_action_request = on_action_request,
		.on_action = on_action,
	};
	const char *number = getenv("EXPERT_NUMBER");
	const char *folder = argc > 1 ? argv[1] : getenv("HELPDESK_DOCS");
	struct expert_docs *docs = expert_docs_new();
	struct expert *expert = expert_new(NULL);
	int rc = EXPERT_EINVAL;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("%zu passages\n", read_folder(docs, folder ? folder : "."));
	if (expert_docs_count(docs)) {
		expert_persona(expert, "Paula", "Bright Lamps",
			       "help with lamps and orders");
		expert_listen_phone(expert, number ? number : "+15555550100",
				    &handlers, docs);
		rc = expert_run(expert);
		if (rc < 0)
			fprintf(stderr, "helpdesk: %s\n",
				expert_error(expert));
	} else {
		fprintf(stderr, "helpdesk: there is no .txt file in %s\n",
			folder ? folder : "this folder");
	}
	expert_free(expert);
	expert_docs_free(docs);
	return rc < 0;
}
