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

#include "test_priv.h"

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

/* What the suggestions do, in the same order. */
static char *meanings_of(const struct xp_command *c)
{
	json_t *list = json_array();
	char *text;

	for (uint32_t i = 0; i < c->n_actions; i++) {
		const char *does = c->actions[i].description;

		(void)json_array_append_new(list,
					    json_string(does ? does : ""));
	}
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
		free(t->meanings);
		t->choices = choices_of(c);
		t->meanings = meanings_of(c);
	}
}

static void on_transfer(struct expert_test *t, const struct xp_command *c)
{
	(void)snprintf(t->transfer_to, sizeof(t->transfer_to), "%s", c->to);
	(void)snprintf(t->transfer_id, sizeof(t->transfer_id), "%s",
		       c->id ? c->id : "");
}

static void on_command(struct expert_test *t, const struct xp_command *c)
{
	if (c->kind == XP_ANSWER_QUESTION || c->kind == XP_ACTION_SUGGESTION ||
	    c->kind == XP_CHOICE_QUERY_RESULT)
		on_outcome(t, c);
	else if (c->kind == XP_SET_TASK)
		take_text(&t->task, c->key);
	else if (c->kind == XP_TRANSFER_CALL)
		on_transfer(t, c);
}

/* The next command, taken: with a server, of those that were noted on their
 * way. */
static struct text_node *take_sent(struct expert_test *t)
{
	struct text_node *n;

	if (!t->is_live)
		return t->call ? call_take(t->call) : NULL;

	handle_lock_only();
	n = t->tapped;
	if (n)
		t->tapped = n->next;
	if (!t->tapped)
		t->tapped_end = NULL;
	handle_unlock();
	return n;
}

/* Also what other threads have sent meanwhile. */
void test_collect(struct expert_test *t)
{
	struct text_node *n;
	struct xp_command c;

	while ((n = take_sent(t))) {
		if (xp_command_decode_for(&c, n->text, n->len, XP_EXT_ALL,
					  NULL) == 0) {
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

/* @param o  taken */
static struct expert_test *make(const struct expert_handlers *handlers,
				void *arg, struct expert_options *o)
{
	struct expert_test *t = o ? calloc(1, sizeof(*t)) : NULL;

	if (t)
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

struct expert_test *expert_test_new(const struct expert_handlers *handlers,
				    void *arg)
{
	const char *url = secure_getenv("EXPERT_TEST_URL");
	struct expert_options *o = expert_options_new();
	struct expert_test *t;
	int rc = o ? EXPERT_OK : EXPERT_ENOMEM;
	const int is_live = url && url[0];

	/* Without a server nothing of the environment may change what a test
	 * does. */
	if (rc == EXPERT_OK)
		rc = expert_options_url(o, is_live ? url : "ws://127.0.0.1");
	if (rc == EXPERT_OK && !is_live)
		rc = expert_options_api_key(o, "test");
	if (rc < 0) {
		expert_options_free(o);
		return NULL;
	}
	if (is_live) {
		t = expert_test_connect(handlers, arg, o);
		expert_options_free(o);
		return t;
	}
	t = make(handlers, arg, o);
	if (t)
		atomic_store(&t->e->max_calls, -1);
	return t;
}

struct expert_test *expert_test_connect(const struct expert_handlers *handlers,
					void *arg,
					const struct expert_options *o)
{
	struct expert_options *copy = expert_options_new();
	struct expert_test *t;

	if (copy && o && options_copy(copy, o) < 0) {
		expert_options_free(copy);
		return NULL;
	}
	t = make(handlers, arg, copy);
	if (!t)
		return NULL;

	t->is_live = 1;
	t->e->test = t;
	return t;
}

struct expert *expert_test_client(struct expert_test *t)
{
	return t ? t->e : NULL;
}

const char *expert_test_error(const struct expert_test *t)
{
	return t ? t->why : "out of memory";
}

void test_forget_call(struct expert_test *t)
{
	if (t->call && t->is_live) {
		atomic_store(&t->call->held, 0);
		expert_wake(t->e);
	}
	t->call = NULL;
	if (!t->is_live)
		call_reap(t->e);
	t->n_queries = 0;
	t->recent[0] = t->asked[0] = 0;
	take_text(&t->answer, NULL);
	take_text(&t->choices, NULL);
	take_text(&t->meanings, NULL);
	take_text(&t->task, NULL);
}

void expert_test_free(struct expert_test *t)
{
	if (!t)
		return;

	(void)expert_test_end(t, "user-hangup");
	if (t->e)
		test_forget_call(t);
	/* Its last handlers run in here, and may send. */
	expert_free(t->e);
	live_stop(t);
	nodes_free(&t->tapped);
	nodes_free(&t->sent);
	nodes_free(&t->texts);
	free(t);
}

/* ---- the call and its events ----------------------------------------------
 */

struct xp_listen *test_offer(struct expert_test *t, const char *id,
			     const char *from, int taken_over)
{
	const struct xp_listen m = {
		.kind = XP_ASSIGN_CALL,
		.call_id = id,
		.info = {.type = XP_CALL_PSTN,
			 .from_number = from,
			 .to_number = t->listener->address},
		.taken_over = taken_over,
	};
	struct xp_listen *offer = malloc(sizeof(*offer));
	char *text = xp_listen_encode_for(&m, XP_EXT_RESUME);

	if (!text || !offer ||
	    xp_listen_decode_for(offer, text, strlen(text), XP_EXT_RESUME,
				 NULL) < 0) {
		free(offer);
		offer = NULL;
	}
	free(text);
	return offer;
}

/* Before each event: what was sent so far is history. */
void test_begin_event(struct expert_test *t)
{
	test_collect(t);
	nodes_free(&t->sent);
	nodes_free(&t->texts);
	t->end = NULL;
}

struct expert_call *test_begin_call(struct expert_test *t, const char *from,
				    int taken_over)
{
	struct xp_listen *offer;
	struct call *c;
	char id[32];

	test_begin_event(t);
	test_forget_call(t);
	(void)snprintf(id, sizeof(id), "test-%u", ++t->n_calls);
	offer = test_offer(t, id, from, taken_over);
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
	atomic_store(&c->extensions, t->extensions);
	call_begin(c);
	return c->handle;
}

int test_is_going_on(const struct expert_test *t)
{
	return t->call && !atomic_load(&t->call->over);
}

struct expert_call *expert_test_call(struct expert_test *t, const char *from)
{
	if (!t || test_is_going_on(t))
		return NULL;
	return t->is_live ? live_call(t, from) : test_begin_call(t, from, 0);
}

int test_give(struct expert_test *t, const struct xp_event *e)
{
	char *text = t ? xp_event_encode_for(e, t->extensions) : NULL;
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
	if (t->is_live)
		return EXPERT_EPROTO;
	if (!test_is_going_on(t))
		return EXPERT_EGONE;
	if (xp_event_decode_for(&e, json, strlen(json), t->extensions, NULL) <
	    0)
		return EXPERT_EINVAL;

	xp_event_done(&e);
	test_begin_event(t);
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
	test_collect(t);
	if (t->n_queries == QUERIES_MAX)
		return EXPERT_EAGAIN;

	(void)snprintf(t->asked, sizeof(t->asked), "q%u", ++t->n_events);
	e->id = t->asked;
	take_text(&t->answer, NULL);
	take_text(&t->choices, NULL);
	q = &t->queries[t->n_queries++];
	(void)snprintf(q->id, sizeof(q->id), "%s", t->asked);
	q->due_ms = t->now_ms + DEADLINE_MS;
	rc = test_give(t, e);
	if (rc < 0)
		t->n_queries--;
	return rc;
}

int expert_test_speech(struct expert_test *t, const char *text)
{
	const struct xp_event e = {
		.kind = XP_CALLER_SPEECH, .text = text, .final = 1};

	if (!t || !text)
		return EXPERT_EINVAL;
	return t->is_live ? live_say(t, text) : test_give(t, &e);
}

int expert_test_question(struct expert_test *t, const char *text)
{
	struct xp_event e = {.kind = XP_AGENT_QUESTION, .text = text};

	if (t && text && t->is_live)
		return live_ask(t, NOTE_QUESTION, text);
	return ask(t, &e);
}

int expert_test_request(struct expert_test *t, const char *text)
{
	struct xp_event e = {.kind = XP_ACTION_REQUEST, .text = text};

	if (t && text && t->is_live)
		return live_ask(t, NOTE_REQUEST, text);
	return ask(t, &e);
}

int expert_test_search(struct expert_test *t, const char *field,
		       const char *text)
{
	struct xp_event e = {
		.kind = XP_CHOICE_QUERY, .key = field, .text = text};

	if (t && field && text && t->is_live)
		return live_ask(t, NOTE_SEARCH, text);
	return field ? ask(t, &e) : EXPERT_EINVAL;
}

int expert_test_action(struct expert_test *t, const char *key)
{
	char id[16];
	const struct xp_event e = {
		.kind = XP_EXECUTE_ACTION, .key = key, .id = id};

	if (!t || !key)
		return EXPERT_EINVAL;
	if (t->is_live)
		return live_action(t, key);
	(void)snprintf(id, sizeof(id), "x%u", ++t->n_events);
	return test_give(t, &e);
}

int expert_test_field(struct expert_test *t, const char *key, const char *json)
{
	const struct xp_event e = {
		.kind = XP_ACTION_ITEM_DONE, .key = key, .value_json = json};

	if (!t || !key || !json)
		return EXPERT_EINVAL;
	return t->is_live ? live_field(t, key, json) : test_give(t, &e);
}

int expert_test_complete(struct expert_test *t)
{
	struct xp_event e = {.kind = XP_TASK_DONE};

	if (!t)
		return EXPERT_EINVAL;
	test_collect(t);
	if (t->is_live)
		return live_complete(t);
	e.id = t->task;
	return e.id ? test_give(t, &e) : EXPERT_EGONE;
}

int expert_test_dtmf(struct expert_test *t, const char *digits)
{
	int rc = t && digits && digits[0] &&
				 !digits[strspn(digits, "0123456789*#ABCD")]
			 ? EXPERT_OK
			 : EXPERT_EINVAL;

	if (rc == EXPERT_OK && t->is_live)
		rc = EXPERT_EPROTO;
	for (; rc == EXPERT_OK && *digits; digits++) {
		const char digit[2] = {*digits, 0};
		const struct xp_event e = {
			.kind = XP_DTMF, .text = digit, .recent = t->recent};
		size_t n = strlen(t->recent);

		rc = test_give(t, &e);
		if (rc == EXPERT_OK && n < DIGITS_MAX)
			memcpy(t->recent + n, digit, 2);
	}
	return rc;
}

int expert_test_escalate(struct expert_test *t)
{
	const struct xp_event e = {.kind = XP_ESCALATE, .text = "human"};

	if (!t)
		return EXPERT_EINVAL;
	return t->is_live ? live_escalate(t) : test_give(t, &e);
}

int expert_test_end(struct expert_test *t, const char *reason)
{
	const struct xp_event e = {.kind = XP_SESSION_ENDED, .text = reason};

	if (!t || !reason)
		return EXPERT_EINVAL;
	return t->is_live ? live_end(t, reason) : test_give(t, &e);
}

/* ---- time -----------------------------------------------------------------
 */

int expert_test_advance_ms(struct expert_test *t, int64_t ms)
{
	if (!t || ms < 0)
		return EXPERT_EINVAL;

	test_collect(t);
	if (t->is_live)
		return live_advance_ms(t, ms);
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

	if (t->is_live)
		return live_wait_ms(t, ms);
	last = t->end;
	p.fd = t->e->wake_fd[0];
	for (;;) {
		while (read(p.fd, rest, sizeof(rest)) > 0)
			;
		test_collect(t);
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

	test_collect(t);
	return t->answer;
}

const char *expert_test_choice(struct expert_test *t, size_t i)
{
	const char *text;
	json_t *list;

	if (!t)
		return NULL;

	test_collect(t);
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

	test_collect(t);
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

	test_collect(t);
	return t->task ? t->task : "";
}

int expert_test_hung_up(struct expert_test *t)
{
	const char *text =
		expert_test_sent(t, "send-instruction", "instruction");

	return expert_test_sent(t, "hang-up", NULL) ||
	       (text && strstr(text, "ay goodbye and hang up."));
}
