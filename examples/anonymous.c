/**
 * @file anonymous.c  Declines callers who hide their number
 *
 * Everybody else hears a message and is hung up on.
 *
 *   EXPERT_URL=ws://127.0.0.1:8800 EXPERT_API_KEY=... ./anonymous
 *
 * EXPERT_NUMBER is the number that it listens on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <expert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What carriers send instead of a number that is withheld; the last two spell
 * "anonymous" and "restricted" on a telephone's keys. */
static const char *const hidden[] = {"",        "anonymous",  "restricted",
				     "private", "+266696687", "+7378742833"};

static int on_call_received(struct expert_call *call, void *arg)
{
	const char *from = expert_call_from(call);

	(void)arg;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		if (strcmp(from, hidden[i]) == 0) {
			printf("declined a call from \"%s\"\n", from);
			return EXPERT_DECLINE;
		}
	}
	return EXPERT_ACCEPT;
}

static void on_call_start(struct expert_call *call, void *arg)
{
	(void)arg;
	printf("call from %s\n", expert_call_from(call));
	expert_read_script(call, "The office is closed today. Please call "
				 "again tomorrow.");
	expert_hangup(call, "Say goodbye.");
}

int main(void)
{
	static const struct expert_handlers handlers = {
		.size = sizeof(handlers),
		.on_call_received = on_call_received,
		.on_call_start = on_call_start,
	};
	const char *number = getenv("EXPERT_NUMBER");
	struct expert *expert = expert_new(NULL);
	int rc;

	setvbuf(stdout, NULL, _IOLBF, 0);
	expert_persona(expert, "Ann", "Example Tools", "say when we are open");
	expert_listen_phone(expert, number ? number : "+15555550100",
			    &handlers, NULL);
	rc = expert_run(expert);
	if (rc < 0)
		fprintf(stderr, "anonymous: %s\n", expert_error(expert));
	expert_free(expert);
	return rc < 0;
}
