/**
 * @file check_server.c  What every Expert does when all goes well
 *
 * We are the server. The sentences are those of proto/PROTOCOL.md.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ctl/check.h"

static int listens(struct check *c)
{
	struct check_peer *p = check_listener(c);

	/* It has been waited for: that it is here is half of it. */
	if (!p)
		return check_fail(c,
				  "an Expert that listens was expected, "
				  "nobody did%s",
				  c->wrong_keys ? ": one came with another key"
						: "");
	EXPECT(c, CHECK_PROMPT_US, p->acked >= 1,
	       "an acknowledgement of listen-started was expected, none came");

	return check_lives(c, p, "while it listens");
}

static int claims(struct check *c)
{
	struct check_call *call = check_offer(c);
	int err = call ? check_follow(c, call) : -1;

	if (err == 1)
		(void)text_copy(c->note, sizeof(c->note), "it declined");

	return err < 0 ? err : 0;
}

/* Another Expert was quicker: nothing follows the claim. */
static int unassigned(struct check *c)
{
	struct check_call *call = check_offer(c), *next;

	if (!call)
		return -1;
	call->never_assign = 1;
	EXPECT(c, CHECK_CLAIM_US, call->claimed || call->declined,
	       "claim-call or decline-call was expected within 2 s of "
	       "incoming-call, neither came");

	return check_take(c, NULL, &next);
}

static int answers(struct check *c)
{
	struct check_call *call;

	if (check_take(c, NULL, &call) < 0)
		return -1;
	EXPECT(c, CHECK_PROMPT_US, call->hooks,
	       "registered-hooks was expected at the beginning of a call, it "
	       "did not come");

	return check_lives(c, call->peer, "on the call's socket");
}

static int extensions(struct check *c)
{
	const struct check_call like = {.extensions = XP_EXT_ALL};
	struct check_call *call;
	uint32_t agreed;

	if (check_take(c, &like, &call) < 0)
		return -1;
	agreed = xp_link_extensions(call->peer->link);
	(void)snprintf(c->note, sizeof(c->note), "%d agreed",
		       __builtin_popcount(agreed));
	if (agreed & XP_EXT_HANGUP) {
		const struct xp_event e = {.kind = XP_CALL_ENDING,
					   .by = XP_BY_CALLER,
					   .text = "user-hangup"};

		check_event(call, &e);
	}
	if (check_lives(c, call->peer, "after all extensions were confirmed"))
		return -1;

	return check_end(c, call);
}

static int two_calls(struct check *c)
{
	struct check_call *one = check_offer(c), *two = check_offer(c);
	int first, second;

	if (!one || !two)
		return -1;
	first = check_follow(c, one);
	second = first < 0 ? first : check_follow(c, two);
	if (first < 0 || second < 0)
		return -1;
	if (first || second) {
		(void)text_copy(c->note, sizeof(c->note), "it declined one");
		return 0;
	}
	if (strcmp(one->peer->connection_id, two->peer->connection_id) == 0)
		return check_fail(c,
				  "another connection_id for each link was "
				  "expected, both calls have \"%s\"",
				  one->peer->connection_id);
	if (check_end(c, one) < 0)
		return -1;

	return check_lives(c, two->peer, "after the other call has ended");
}

static void ask(struct check_call *call)
{
	char id[CHECK_ASK_ID_BYTES];
	const struct xp_event e = {
		.kind = XP_AGENT_QUESTION,
		.id = check_ask_id(call, CHECK_QUESTION, id),
		.text = "Do you have parking?"};

	check_event(call, &e);
}

/* A call that is there for questions. @return 1: it registered no hook */
static int take_asked(struct check *c, struct check_call **ret)
{
	if (check_take(c, NULL, ret) < 0)
		return -1;
	EXPECT(c, CHECK_PROMPT_US, (*ret)->hooks,
	       "registered-hooks was expected, it did not come");
	if ((*ret)->has_question)
		return 0;
	(void)text_copy(c->note, sizeof(c->note), "it takes no questions");

	return 1;
}

static int question(struct check *c)
{
	struct check_call *call;
	int err = take_asked(c, &call);

	if (err)
		return err < 0 ? err : 0;
	ask(call);
	EXPECT(c, CHECK_REPLY_US, call->answers[CHECK_QUESTION],
	       "answer-question was expected within 30 s of agent-question, "
	       "it did not come");

	return 0;
}

/* The same frame twice; then the same question under another number. */
static int duplicates(struct check *c)
{
	struct check_call *call;
	struct check_peer *p;
	unsigned acks, answered;
	int err = take_asked(c, &call);

	if (err < 0)
		return err;
	p = call->peer;
	ask(call);
	EXPECT(c, CHECK_PROMPT_US, xp_link_unacked(p->link) == 0,
	       "an acknowledgement of an event was expected, none came");
	if (!err)
		EXPECT(c, CHECK_REPLY_US, call->answers[CHECK_QUESTION],
		       "answer-question was expected, it did not come");
	acks = p->frames[XP_ACK];
	answered = call->answers[CHECK_QUESTION];
	check_peer_raw(p, p->last_message);
	EXPECT(c, CHECK_PROMPT_US, p->frames[XP_ACK] > acks,
	       "another acknowledgement of a message that came twice was "
	       "expected, none came");
	/* An answer would be a fault. */
	if (check_lives(c, p, "after a message that came twice") ||
	    check_pause(c, CHECK_QUIET_US))
		return -1;

	return call->answers[CHECK_QUESTION] == answered
		       ? 0
		       : check_fail(c,
				    "a message that came twice was expected "
				    "to be taken once, it was answered "
				    "twice");
}

/* The server is slow, and then the call is over. */
static int late_answer(struct check *c)
{
	struct check_call *call, *next;
	int err = take_asked(c, &call);

	if (err)
		return err < 0 ? err : 0;
	call->peer->holding = 1;
	ask(call);
	if (check_pause(c, CHECK_QUIET_US))
		return -1;
	check_peer_release(call->peer);
	EXPECT(c, CHECK_REPLY_US, call->answers[CHECK_QUESTION],
	       "the answer was expected although it was read late, it did not "
	       "come");
	ask(call);
	if (check_end(c, call) < 0)
		return -1;

	/* What it says now is said to nobody; it goes on all the same. */
	return check_take(c, NULL, &next);
}

static int ends(struct check *c)
{
	struct check_call *call;
	int opens;

	if (check_take(c, NULL, &call) < 0 || check_end(c, call) < 0)
		return -1;
	opens = call->peer->late_opens;
	if (check_pause(c, CHECK_QUIET_US))
		return -1;
	if (call->peer->late_opens != opens)
		return check_fail(c, "the link of a call that is over was "
				     "expected not to be opened again, it "
				     "was");

	return check_lives(c,
			   check_listener(c) ? check_listener(c) : call->peer,
			   "while it listens, after a call");
}

const struct check_scenario check_server_scenarios[] = {
	{"listen", "it listens, acknowledges, and answers a ping", listens},
	{"claim", "it claims or declines an offer in time, and follows it up",
	 claims},
	{"unassigned", "a call that it claimed goes to another", unassigned},
	{"answer", "it answers a call and opens its socket", answers},
	{"question", "it answers a question under its id", question},
	{"duplicates", "a message that comes twice is taken once", duplicates},
	{"late-answer",
	 "the server reads late, and a call ends in mid-question",
	 late_answer},
	{"extensions", "all that it asked for is confirmed", extensions},
	{"two-calls", "two calls at a time, each on a link of its own",
	 two_calls},
	{"end", "a call that is over is left alone", ends},
	{NULL, NULL, NULL},
};
