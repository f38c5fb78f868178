/**
 * @file check_asked.c  What an Expert is asked for: actions, choices, values
 *
 * We are the server. The sentences are those of proto/PROTOCOL.md.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ctl/check.h"

/* A call whose Expert has said what it can, and what it wants.
 * @return 0, negative with c->why set */
static int take_begun(struct check *c, uint32_t extensions,
		      struct check_call **ret)
{
	const struct check_call like = {.extensions = extensions};

	if (check_take(c, &like, ret) < 0)
		return -1;
	EXPECT(c, CHECK_PROMPT_US, (*ret)->hooks,
	       "registered-hooks was expected, it did not come");

	/* The task follows it, if there is one. */
	return check_pause(c, CHECK_QUIET_US / 5);
}

static int settles(struct check *c, struct check_call *call, const char *what)
{
	EXPECT(c, CHECK_PROMPT_US,
	       call->peer->over || xp_link_unacked(call->peer->link) == 0,
	       "%s was expected to be acknowledged, it was not", what);

	return 0;
}

/* @return 1: it takes no requests, or has nothing to suggest */
static int suggested(struct check *c, struct check_call *call)
{
	char id[CHECK_ASK_ID_BYTES];
	const struct xp_event e = {.kind = XP_ACTION_REQUEST,
				   .id = check_ask_id(call, CHECK_REQUEST, id),
				   .text = "Book a table for tomorrow."};

	check_event(call, &e);
	if (!call->has_action) {
		(void)text_copy(c->note, sizeof(c->note),
				"it takes no requests");
		return settles(c, call, "an action-request") ? -1 : 1;
	}
	EXPECT(c, CHECK_REPLY_US, call->answers[CHECK_REQUEST],
	       "action-suggestion was expected within 30 s of action-request, "
	       "with its id; it did not come");
	if (call->action[0])
		return 0;
	(void)text_copy(c->note, sizeof(c->note), "it suggests no action");

	return 1;
}

static void execute(struct check_call *call, const char *id, int again)
{
	const struct xp_event e = {.kind = XP_EXECUTE_ACTION,
				   .id = id,
				   .key = call->action,
				   .again = again};

	check_event(call, &e);
}

static int action(struct check *c)
{
	struct check_call *call;
	int err = take_begun(c, 0, &call);

	if (!err)
		err = suggested(c, call);
	if (err)
		return err < 0 ? err : 0;
	execute(call, NULL, 0);
	if (settles(c, call, "execute-action"))
		return -1;

	/* A second suggestion would be a fault. */
	return check_pause(c, CHECK_QUIET_US / 2);
}

/* It is told again until it has said that it is done, and says so each time;
 * what is done twice only its own books can tell. */
static int executed(struct check *c)
{
	struct check_call *call;
	char id[CHECK_ASK_ID_BYTES];
	int err = take_begun(c, XP_EXT_RESUME, &call);

	if (!err && !(xp_link_extensions(call->peer->link) & XP_EXT_RESUME)) {
		(void)text_copy(c->note, sizeof(c->note),
				"it does not ask for \"resume\"");
		return 0;
	}
	if (!err)
		err = suggested(c, call);
	if (err)
		return err < 0 ? err : 0;
	execute(call, check_ask_id(call, CHECK_EXECUTION, id), 0);
	EXPECT(c, CHECK_REPLY_US, call->answers[CHECK_EXECUTION],
	       "action-done with the execution_id was expected after "
	       "execute-action, it did not come");
	if (check_pause(c, CHECK_QUIET_US / 2))
		return -1;
	call->told_again++;
	execute(call, id, 1);
	EXPECT(c, CHECK_REPLY_US, call->answers[CHECK_EXECUTION] == 2,
	       "action-done was expected for an execution that is told again, "
	       "it did not come");

	return check_pause(c, CHECK_QUIET_US / 2);
}

static int search(struct check *c)
{
	struct check_call *call;
	char id[CHECK_ASK_ID_BYTES];
	struct xp_event e = {.kind = XP_CHOICE_QUERY, .text = "on monday"};

	if (take_begun(c, 0, &call))
		return -1;
	if (!call->search[0]) {
		(void)text_copy(c->note, sizeof(c->note),
				"no field of its task is searched");
		return 0;
	}
	e.key = call->search;
	e.id = check_ask_id(call, CHECK_SEARCH, id);
	check_event(call, &e);
	EXPECT(c, CHECK_REPLY_US, call->answers[CHECK_SEARCH],
	       "choice-query-result was expected within 30 s of choice-query, "
	       "with its id; it did not come");

	/* A second one would be a fault. */
	return check_pause(c, CHECK_QUIET_US / 2);
}

static int validation(struct check *c)
{
	struct check_call *call;
	char id[CHECK_ASK_ID_BYTES];
	struct xp_event e = {.kind = XP_FIELD_COLLECTED,
			     .value_json = "\"4711\"",
			     .validity = XP_CHECKING};

	if (take_begun(c, XP_EXT_FIELDS, &call))
		return -1;
	if (!(xp_link_extensions(call->peer->link) & XP_EXT_FIELDS) ||
	    !call->validated[0]) {
		(void)text_copy(c->note, sizeof(c->note),
				"no field of its task is validated");
		return 0;
	}
	e.key = call->validated;
	e.id = check_ask_id(call, CHECK_VALIDATION, id);
	check_event(call, &e);
	EXPECT(c, CHECK_REPLY_US, call->answers[CHECK_VALIDATION],
	       "validate-result was expected within 30 s of field-collected "
	       "that says checking, with its id; it did not come");

	return check_pause(c, CHECK_QUIET_US / 2);
}

/* Everything is done, says the server; what it says then is its own. */
static int task_done(struct check *c)
{
	struct check_call *call;
	struct xp_event e = {.kind = XP_TASK_DONE};

	if (take_begun(c, 0, &call))
		return -1;
	if (!call->task[0]) {
		(void)text_copy(c->note, sizeof(c->note), "it sets no task");
		return 0;
	}
	e.id = call->task;
	check_event(call, &e);
	if (settles(c, call, "task-done"))
		return -1;

	return call->peer->over
		       ? 0
		       : check_lives(c, call->peer, "after task-done");
}

static int escalation(struct check *c)
{
	const struct xp_event e = {.kind = XP_ESCALATE, .text = "human"};
	struct check_call *call;

	if (take_begun(c, 0, &call))
		return -1;
	check_event(call, &e);
	if (settles(c, call, "escalate"))
		return -1;

	return call->peer->over ? 0
				: check_lives(c, call->peer, "after escalate");
}

const struct check_scenario check_asked_scenarios[] = {
	{"action", "it answers a request, and takes the order to act", action},
	{"executed", "it says that an action is done, once each time",
	 executed},
	{"search", "it answers a search with choices", search},
	{"validation", "it says whether a value holds", validation},
	{"task", "its task is done", task_done},
	{"escalation", "a person is wanted", escalation},
	{NULL, NULL, NULL},
};
