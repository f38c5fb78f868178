/**
 * @file test.c  A call without a server, for tests of Experts
 *
 *   test --expert_test_question()--> handlers --command--> outbox
 *     ^------------- expert_test_answer(), expert_test_sent() ---'
 *
 * The client and the call are real ones, only nobody is connected: events go
 * in as a server would word them, commands come out as it would get them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "priv.h"

enum { QUERIES_MAX = TICKETS_MAX, DIGITS_MAX = 128 };

/* How long the server's agent bridges. */
#define DEADLINE_MS 30000

/* What was asked and has no outcome yet. */
struct query {
	char id[16];
	int64_t due_ms;
};

struct expert_test {
	struct expert *e;
	struct listener *listener;
	struct call *call;            /* NULL: none is going on */
	struct text_node *sent, *end; /* commands since the last event */
	struct text_node *texts;      /* what was returned since then */
	int64_t now_ms;
	uint32_t n_queries, n_calls, n_events;
	struct query queries[QUERIES_MAX];
	int missed;
	char asked[16]; /* the newest query */
	char *answer;   /* of it, when there is one */
	char *choices;  /* JSON array of texts */
	char *task;
	char recent[DIGITS_MAX + 1];
};

/* ---- what the handlers sent ----------------------------------------------
 */

static void nodes_free(struct text_node **list)
{
	while (*list) {
		struct text_node *t = *list;

		*list = t->next;
		free(t);
	}
}

static void take_text(char **to, const char *text)
{
	char *copy = text ? strdup(text) : NULL;

	free(*to);
	*to = copy;
}

/* Keys of suggestions, or choices that match, as a JSON array. */
static char *choices_of(const struct xp_command *c)
{
	json_t *list = json_array();
	char *text;

	for (uint32_t i = 0; i < c->n_actions; i++)
		(void)json_array_append_new(list,
					    json_string(c->actions[i].key));
	if (c->kind == XP_CHOICE_QUERY_RESULT)
		for (uint32_t i = 0; i < c->n_choices; i++)
			(void)json_array_append_new(
				list, json_string(c->choices[i]));
	text = json_dumps(list, 0);
	json_decref(list);
	return text;
}

static void on_outcome(struct expert_test *t, const struct xp_command *c)
{
	for (uint32_t i = 0; i < t->n_queries; i++) {
		if (strcmp(t->queries[i].id, c->id) != 0)
			continue;
		t->queries[i] = t->queries[--t->n_queries];
		break;
	}
	if (strcmp(t->asked, c->id) != 0)
		return;

	if (c->kind == XP_ANSWER_QUESTION) {
		take_text(&t->answer,
			  strcmp(c->text, ticket_no_answer) ? c->text : "");
	} else {
		free(t->choices);
		t->choices = choices_of(c);
	}
}

static void on_command(struct expert_test *t, const struct xp_command *c)
{
	if (c->kind == XP_ANSWER_QUESTION || c->kind == XP_ACTION_SUGGESTION ||
	    c->kind == XP_CHOICE_QUERY_RESULT)
		on_outcome(t, c);
	else if (c->kind == XP_SET_TASK)
		take_text(&t->task, c->key);
}

/* Also what other threads have sent meanwhile. */
static void collect(struct expert_test *t)
{
	struct text_node *n;
	struct xp_command c;

	while (t->call && (n = call_take(t->call))) {
		if (xp_command_decode(&c, n->text, n->len, NULL) == 0) {
			on_command(t, &c);
			xp_command_done(&c);
		}
		n->next = NULL;
		if (t->end)
			t->end->next = n;
		else
			t->sent = n;
		t->end = n;
	}
}

/* A text that stays until the next event. */
static const char *keep(struct expert_test *t, const char *text)
{
	size_t len = strlen(text);
	struct text_node *n = malloc(sizeof(*n) + len + 1);

	if (!n)
		return NULL;
	memcpy(n->text, text, len + 1);
	n->next = t->texts;
	t->texts = n;
	return n->text;
}

/* ---- life -----------------------------------------------------------------
 */

struct expert_test *expert_test_new(const struct expert_handlers *handlers,
				    void *arg)
{
	struct expert_options *o = expert_options_new();
	struct expert_test *t = calloc(1, sizeof(*t));
	int rc = o && t ? EXPERT_OK : EXPERT_ENOMEM;

	/* Nothing of the environment may change what a test does. */
	if (rc == EXPERT_OK)
		rc = expert_options_url(o, "ws://127.0.0.1");
	if (rc == EXPERT_OK)
		rc = expert_options_api_key(o, "test");
	if (rc == EXPERT_OK)
		t->e = expert_new(o);
	expert_options_free(o);
	if (!t || !t->e ||
	    expert_listen_phone(t->e, "+15555550100", handlers, arg) < 0) {
		expert_test_free(t);
		return NULL;
	}

	t->listener = t->e->listeners;
	return t;
}

static void forget_call(struct expert_test *t)
{
	t->call = NULL;
	call_reap(t->e);
	t->n_queries = 0;
	t->recent[0] = t->asked[0] = 0;
	take_text(&t->answer, NULL);
	take_text(&t->choices, NULL);
	take_text(&t->task, NULL);
}

void expert_test_free(struct expert_test *t)
{
	if (!t)
		return;

	(void)expert_test_end(t, "user-hangup");
	if (t->e)
		forget_call(t);
	nodes_free(&t->sent);
	nodes_free(&t->texts);
	expert_free(t->e);
	free(t);
}

/* ---- the call and its events ----------------------------------------------
 */

/* What the server would say of it. @return NULL when out of memory */
static struct xp_listen *make_offer(struct expert_test *t, const char *from)
{
	char id[32];
	const struct xp_listen m = {
		.kind = XP_ASSIGN_CALL,
		.call_id = id,
		.info = {.type = XP_CALL_PSTN,
			 .from_number = from,
			 .to_number = t->listener->address},
	};
	struct xp_listen *offer = malloc(sizeof(*offer));
	char *text;

	(void)snprintf(id, sizeof(id), "test-%u", ++t->n_calls);
	text = xp_listen_encode(&m);
	if (!text || !offer ||
	    xp_listen_decode(offer, text, strlen(text), NULL) < 0) {
		free(offer);
		offer = NULL;
	}
	free(text);
	return offer;
}

/* Before each event: what was sent so far is history. */
static void begin_event(struct expert_test *t)
{
	collect(t);
	nodes_free(&t->sent);
	nodes_free(&t->texts);
	t->end = NULL;
}

struct expert_call *expert_test_call(struct expert_test *t, const char *from)
{
	struct xp_listen *offer;
	struct call *c;

	if (!t || (t->call && !atomic_load(&t->call->over)))
		return NULL;

	begin_event(t);
	forget_call(t);
	offer = make_offer(t, from);
	c = offer ? call_new(t->listener, offer) : NULL;
	if (!c) {
		if (offer)
			xp_listen_done(offer);
		free(offer);
		return NULL;
	}

	call_ask(c);
	if (atomic_exchange(&c->verdict, VERDICT_DONE) != VERDICT_ACCEPT) {
		call_drop(c);
		call_reap(t->e);
		return NULL;
	}
	t->call = c;
	call_begin(c);
	return c->handle;
}

static int give(struct expert_test *t, const struct xp_event *e)
{
	char *text = xp_event_encode(e);
	int rc;

	if (!text)
		return EXPERT_EINVAL;

	rc = expert_test_event(t, text);
	free(text);
	return rc;
}

int expert_test_event(struct expert_test *t, const char *json)
{
	struct xp_event e;

	if (!t || !json)
		return EXPERT_EINVAL;
	if (!t->call || atomic_load(&t->call->over))
		return EXPERT_EGONE;
	if (xp_event_decode(&e, json, strlen(json), NULL) < 0)
		return EXPERT_EINVAL;

	xp_event_done(&e);
	begin_event(t);
	call_receive(t->call, json, strlen(json));
	return EXPERT_OK;
}

/* An event that wants an outcome. */
static int ask(struct expert_test *t, struct xp_event *e)
{
	struct query *q;
	int rc;

	if (!t || !e->text)
		return EXPERT_EINVAL;
	collect(t);
	if (t->n_queries == QUERIES_MAX)
		return EXPERT_EAGAIN;

	(void)snprintf(t->asked, sizeof(t->asked), "q%u", ++t->n_events);
	e->id = t->asked;
	take_text(&t->answer, NULL);
	take_text(&t->choices, NULL);
	q = &t->queries[t->n_queries++];
	(void)snprintf(q->id, sizeof(q->id), "%s", t->asked);
	q->due_ms = t->now_ms + DEADLINE_MS;
	rc = give(t, e);
	if (rc < 0)
		t->n_queries--;
	return rc;
}

int expert_test_speech(struct expert_test *t, const char *text)
{
	const struct xp_event e = {.kind = XP_CALLER_SPEECH, .text = text};

	return text ? give(t, &e) : EXPERT_EINVAL;
}

int expert_test_question(struct expert_test *t, const char *text)
{
	struct xp_event e = {.kind = XP_AGENT_QUESTION, .text = text};

	return ask(t, &e);
}

int expert_test_request(struct expert_test *t, const char *text)
{
	struct xp_event e = {.kind = XP_ACTION_REQUEST, .text = text};

	return ask(t, &e);
}

int expert_test_search(struct expert_test *t, const char *field,
		       const char *text)
{
	struct xp_event e = {
		.kind = XP_CHOICE_QUERY, .key = field, .text = text};

	return field ? ask(t, &e) : EXPERT_EINVAL;
}

int expert_test_action(struct expert_test *t, const char *key)
{
	const struct xp_event e = {.kind = XP_EXECUTE_ACTION, .key = key};

	return key ? give(t, &e) : EXPERT_EINVAL;
}

int expert_test_field(struct expert_test *t, const char *key, const char *json)
{
	const struct xp_event e = {
		.kind = XP_ACTION_ITEM_DONE, .key = key, .value_json = json};

	return key && json ? give(t, &e) : EXPERT_EINVAL;
}

int expert_test_complete(struct expert_test *t)
{
	struct xp_event e = {.kind = XP_TASK_DONE};

	if (!t)
		return EXPERT_EINVAL;
	collect(t);
	e.id = t->task;
	return e.id ? give(t, &e) : EXPERT_EGONE;
}

int expert_test_dtmf(struct expert_test *t, const char *digits)
{
	int rc = t && digits && digits[0] &&
				 !digits[strspn(digits, "0123456789*#ABCD")]
			 ? EXPERT_OK
			 : EXPERT_EINVAL;

	for (; rc == EXPERT_OK && *digits; digits++) {
		const char digit[2] = {*digits, 0};
		const struct xp_event e = {
			.kind = XP_DTMF, .text = digit, .recent = t->recent};
		size_t n = strlen(t->recent);

		rc = give(t, &e);
		if (rc == EXPERT_OK && n < DIGITS_MAX)
			memcpy(t->recent + n, digit, 2);
	}
	return rc;
}

int expert_test_escalate(struct expert_test *t)
{
	const struct xp_event e = {.kind = XP_ESCALATE, .text = "human"};

	return give(t, &e);
}

int expert_test_end(struct expert_test *t, const char *reason)
{
	const struct xp_event e = {.kind = XP_SESSION_ENDED, .text = reason};

	return reason ? give(t, &e) : EXPERT_EINVAL;
}

/* ---- time -----------------------------------------------------------------
 */

int expert_test_advance_ms(struct expert_test *t, int64_t ms)
{
	if (!t || ms < 0)
		return EXPERT_EINVAL;

	collect(t);
	t->now_ms += ms;
	for (uint32_t i = 0; i < t->n_queries;) {
		if (t->queries[i].due_ms > t->now_ms) {
			i++;
			continue;
		}
		t->missed++;
		t->queries[i] = t->queries[--t->n_queries];
	}
	return t->missed;
}

int expert_test_wait_ms(struct expert_test *t, int ms)
{
	struct pollfd p = {.events = POLLIN};
	const struct text_node *last;
	char rest[64];

	if (!t || ms < 0)
		return EXPERT_EINVAL;

	last = t->end;
	p.fd = t->e->wake_fd[0];
	for (;;) {
		while (read(p.fd, rest, sizeof(rest)) > 0)
			;
		collect(t);
		if (t->end != last)
			return EXPERT_OK;
		if (poll(&p, 1, ms) <= 0)
			return EXPERT_EAGAIN;
	}
}

/* ---- what came of it ------------------------------------------------------
 */

const char *expert_test_answer(struct expert_test *t)
{
	if (!t)
		return NULL;

	collect(t);
	return t->answer;
}

const char *expert_test_choice(struct expert_test *t, size_t i)
{
	const char *text;
	json_t *list;

	if (!t)
		return NULL;

	collect(t);
	list = t->choices ? json_loads(t->choices, 0, NULL) : NULL;
	text = json_string_value(json_array_get(list, i));
	text = text ? keep(t, text) : NULL;
	json_decref(list);
	return text;
}

/* A text as it is, anything else as JSON; NULL when there is no such. */
static const char *member_of(struct expert_test *t, const json_t *command,
			     const char *member)
{
	json_t *value = json_object_get(command, member);
	const char *text = json_string_value(value);
	char *dump;

	if (!value || text)
		return text ? keep(t, text) : NULL;

	dump = json_dumps(value, JSON_ENCODE_ANY);
	text = dump ? keep(t, dump) : NULL;
	free(dump);
	return text;
}

const char *expert_test_sent(struct expert_test *t, const char *type,
			     const char *member)
{
	const char *found = NULL;

	if (!t || !type)
		return NULL;

	collect(t);
	for (const struct text_node *n = t->sent; n; n = n->next) {
		json_t *c = json_loads(n->text, 0, NULL);
		const char *name =
			json_string_value(json_object_get(c, "command_type"));

		if (name && !strcmp(name, type))
			found = member ? member_of(t, c, member) : n->text;
		json_decref(c);
	}
	return found;
}

const char *expert_test_task(struct expert_test *t)
{
	if (!t)
		return "";

	collect(t);
	return t->task ? t->task : "";
}

int expert_test_hung_up(struct expert_test *t)
{
	const char *text =
		expert_test_sent(t, "send-instruction", "instruction");

	return expert_test_sent(t, "hang-up", NULL) ||
	       (text && strstr(text, "ay goodbye and hang up."));
}
