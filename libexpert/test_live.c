/**
 * @file test_live.c  The steps of a test, with a server
 *
 *   step --> what a caller would say --> server --> events --> handlers
 *
 * A step is over when it is the caller's turn again: the agent has nothing to
 * say, to think about, or to ask the program. What happened and was not asked
 * for is noted, as the agent may be ahead of the test: the last field also
 * completes the task.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "test_priv.h"

/* The agent bridges 30 s while the program thinks, and then speaks. */
enum { DIAL_MS = 20000, TURN_MS = 60000, END_MS = 30000, LATE_MS = 10000 };

/* ---- what is heard of the call ------------------------------------------ */

static void note(struct expert_test *t, enum note_kind kind, const char *text)
{
	struct note **at = &t->notes;
	size_t n = strlen(text) + 1;
	struct note *one;

	if (t->n_notes == NOTES_MAX)
		return;
	one = malloc(sizeof(*one) + n);
	if (!one)
		return;
	one->next = NULL;
	one->kind = kind;
	memcpy(one->text, text, n);
	while (*at)
		at = &(*at)->next;
	*at = one;
	t->n_notes++;
}

/* @param text  NULL: any @return nonzero when there was one */
static int take_note(struct expert_test *t, enum note_kind kind,
		     const char *text)
{
	for (struct note **at = &t->notes; *at; at = &(*at)->next) {
		struct note *one = *at;

		if (one->kind != kind || (text && strcmp(one->text, text)))
			continue;
		*at = one->next;
		t->n_notes--;
		free(one);
		return 1;
	}
	return 0;
}

static void forget_notes(struct expert_test *t)
{
	while (t->notes) {
		struct note *one = t->notes;

		t->notes = one->next;
		free(one);
	}
	t->n_notes = 0;
}

static void note_query(struct expert_test *t, enum note_kind kind,
		       const struct xp_event *e)
{
	struct query *q;

	note(t, kind, e->text);
	(void)snprintf(t->asked, sizeof(t->asked), "%s", e->id);
	free(t->answer);
	free(t->choices);
	free(t->meanings);
	t->answer = t->choices = t->meanings = NULL;
	if (t->n_queries == QUERIES_MAX)
		return;
	q = &t->queries[t->n_queries++];
	(void)snprintf(q->id, sizeof(q->id), "%s", e->id);
	q->due_ms = now_us() / 1000 + DEADLINE_MS;
}

void test_on_event(struct expert_test *t, const struct xp_event *e)
{
	switch (e->kind) {
	case XP_AGENT_QUESTION:
		note_query(t, NOTE_QUESTION, e);
		break;
	case XP_ACTION_REQUEST:
		note_query(t, NOTE_REQUEST, e);
		break;
	case XP_CHOICE_QUERY:
		note_query(t, NOTE_SEARCH, e);
		break;
	case XP_EXECUTE_ACTION:
		note(t, NOTE_ACTION, e->key);
		break;
	case XP_TASK_DONE:
		note(t, NOTE_TASK, e->id);
		break;
	case XP_ESCALATE:
		note(t, NOTE_ESCALATE, e->text);
		break;
	case XP_SAID:
		note(t, NOTE_SAID, e->id);
		break;
	case XP_SESSION_ENDED:
		(void)snprintf(t->reason, sizeof(t->reason), "%s", e->text);
		break;
	default:
		break;
	}
}

void test_on_command(struct expert_test *t, const char *text, size_t len)
{
	struct text_node *n = malloc(sizeof(*n) + len + 1);

	if (!n)
		return;
	n->next = NULL;
	n->len = len;
	memcpy(n->text, text, len + 1);
	if (t->tapped_end)
		t->tapped_end->next = n;
	else
		t->tapped = n;
	t->tapped_end = n;
	exec_signal(&t->e->exec);
}

/* ---- waiting ------------------------------------------------------------ */

static int is_over(const struct expert_test *t)
{
	return !t->call || atomic_load(&t->call->over);
}

/* Run handlers until it is so. @return EXPERT_OK; EXPERT_EAGAIN: not within
 * ms; EXPERT_ECLOSED: the client has ended, EXPERT_EALREADY: from a handler */
static int wait_until(struct expert_test *t,
		      int (*is_so)(struct expert_test *), int64_t ms)
{
	int64_t by = now_us() + ms * 1000;

	for (;;) {
		int rc = expert_dispatch(t->e);

		test_collect(t);
		if (is_so(t))
			return EXPERT_OK;
		if (rc != EXPERT_RUNNING)
			return rc == EXPERT_EALREADY ? rc : EXPERT_ECLOSED;
		if (now_us() >= by)
			return EXPERT_EAGAIN;
		caller_service(&t->caller, by - now_us());
	}
}

/* The socket may close before the program hears of the end. */
static int is_callers_turn(struct expert_test *t)
{
	const struct caller *k = &t->caller;

	return is_over(t) || (k->wsi && k->turn == k->asked);
}

static int has_session(struct expert_test *t)
{
	return t->caller.session[0] || !t->caller.wsi;
}

/* The call was declined, or its handlers have begun. */
static int has_begun(struct expert_test *t)
{
	handle_lock_only();
	if (t->adopted)
		t->call = t->adopted;
	t->adopted = NULL;
	handle_unlock();
	return t->call && (is_over(t) || t->call->started);
}

static int has_ended(struct expert_test *t)
{
	return is_over(t);
}

/* ---- steps -------------------------------------------------------------- */

int live_start(struct expert_test *t)
{
	int rc;

	if (t->caller.context)
		return EXPERT_OK;
	rc = expert_start(t->e);
	if (rc == EXPERT_OK)
		rc = caller_open(&t->caller, t->e->servers, t->e->opt.ca_file,
				 expert_fd(t->e));
	if (rc < 0)
		(void)snprintf(t->why, sizeof(t->why), "%s",
			       t->e->error[0] ? t->e->error
					      : expert_strerror(rc));
	return rc;
}

void live_stop(struct expert_test *t)
{
	if (t->caller.context)
		caller_close(&t->caller);
	forget_notes(t);
}

static void adopt(struct expert_test *t, struct xp_listen *offer)
{
	handle_lock_only();
	t->adopt = offer;
	handle_unlock();
	expert_wake(t->e);
}

void test_adopt(struct expert *e)
{
	struct expert_test *t = e->test;
	struct xp_listen *offer;
	struct call *c;

	handle_lock_only();
	offer = t->adopt;
	t->adopt = NULL;
	handle_unlock();
	if (!offer)
		return;
	c = call_new(t->listener, offer);
	if (!c) {
		xp_listen_done(offer);
		free(offer);
		return;
	}
	atomic_store(&c->held, 1);
	handle_lock_only();
	t->adopted = c;
	handle_unlock();
	call_ask(c);
}

struct expert_call *live_call(struct expert_test *t, const char *from)
{
	struct xp_listen *offer;

	t->why[0] = t->reason[0] = 0;
	if (live_start(t) < 0)
		return NULL;
	test_begin_event(t);
	test_forget_call(t);
	forget_notes(t);
	caller_dial(&t->caller);
	if (wait_until(t, has_session, DIAL_MS) < 0 || !t->caller.session[0]) {
		(void)snprintf(t->why, sizeof(t->why), "%s",
			       t->caller.why[0] ? t->caller.why
						: "no answer in time");
		return NULL;
	}
	offer = test_offer(t, t->caller.session, from, 0);
	if (!offer)
		return NULL;
	adopt(t, offer);
	if (wait_until(t, has_begun, DIAL_MS) < 0) {
		(void)snprintf(t->why, sizeof(t->why),
			       "the server does not connect the call");
		return NULL;
	}
	if (is_over(t)) {
		caller_hang_up(&t->caller);
		return NULL;
	}
	(void)caller_ask_turn(&t->caller);
	(void)wait_until(t, is_callers_turn, TURN_MS);
	return t->call->handle;
}

/* Words of the caller, and what comes of them. */
static int say(struct expert_test *t, const char *text)
{
	int rc;

	if (is_over(t))
		return EXPERT_EGONE;
	rc = caller_say(&t->caller, text);
	if (rc == EXPERT_OK)
		rc = caller_ask_turn(&t->caller);
	return rc == EXPERT_OK ? wait_until(t, is_callers_turn, TURN_MS) : rc;
}

int live_say(struct expert_test *t, const char *text)
{
	test_begin_event(t);
	return say(t, text);
}

/* Something that the server decides to ask the program for. */
int live_ask(struct expert_test *t, enum note_kind kind, const char *text)
{
	int rc;

	if (is_over(t))
		return EXPERT_EGONE;
	while (take_note(t, kind, NULL))
		;
	t->asked[0] = 0;
	free(t->answer);
	free(t->choices);
	t->answer = t->choices = NULL;
	rc = live_say(t, text);
	return rc < 0 || take_note(t, kind, NULL) ? rc : EXPERT_EAGAIN;
}

/* What the suggestion under this key does, in words; NULL: not suggested. */
static char *meaning_of(const struct expert_test *t, const char *key)
{
	json_t *keys = json_loads(t->choices ? t->choices : "[]", 0, NULL);
	json_t *all = json_loads(t->meanings ? t->meanings : "[]", 0, NULL);
	char *found = NULL;
	const json_t *one;
	size_t i;

	json_array_foreach (keys, i, one) {
		const char *text = json_string_value(json_array_get(all, i));

		if (!found && !strcmp(json_string_value(one), key))
			found = strdup(text && text[0] ? text : key);
	}
	json_decref(keys);
	json_decref(all);
	return found;
}

/* The agent does what is suggested, or has asked which, or whether. */
int live_action(struct expert_test *t, const char *key)
{
	char *meaning;
	int rc = EXPERT_OK;

	if (take_note(t, NOTE_ACTION, key))
		return EXPERT_OK;
	meaning = meaning_of(t, key);
	if (meaning)
		rc = live_say(t, meaning);
	free(meaning);
	if (rc == EXPERT_OK && !take_note(t, NOTE_ACTION, key)) {
		rc = live_say(t, "Yes, please.");
		if (rc == EXPERT_OK && !take_note(t, NOTE_ACTION, key))
			rc = EXPERT_EAGAIN;
	}
	return rc;
}

/* ---- values ------------------------------------------------------------- */

static void add_words(char *text, size_t cap, const json_t *v)
{
	size_t n = strlen(text), i;
	const json_t *one;
	const char *key;
	char *dump;

	if (json_is_string(v)) {
		(void)snprintf(text + n, cap - n, "%s%s", n ? " " : "",
			       json_string_value(v));
	} else if (json_is_array(v)) {
		json_array_foreach (v, i, one)
			add_words(text, cap, one);
	} else if (json_is_object(v)) {
		json_object_foreach ((json_t *)v, key, one)
			add_words(text, cap, one);
	} else if (json_is_boolean(v)) {
		(void)snprintf(text + n, cap - n, "%s%s", n ? " " : "",
			       json_is_true(v) ? "yes" : "no");
	} else {
		dump = json_dumps(v, JSON_ENCODE_ANY);
		(void)snprintf(text + n, cap - n, "%s%s", n ? " " : "",
			       dump ? dump : "");
		free(dump);
	}
}

static int has_value(struct expert_test *t, const char *key, const json_t *v)
{
	const char *json = expert_field_json(t->call->handle, key);
	json_t *there = json ? json_loads(json, JSON_DECODE_ANY, NULL) : NULL;
	int same = there && json_equal(there, v);

	json_decref(there);
	return same;
}

/* The caller says it, and, if the agent asks back, that it is so. */
int live_field(struct expert_test *t, const char *key, const char *json)
{
	json_t *v = json_loads(json, JSON_DECODE_ANY, NULL);
	char words[XP_TEXT_BYTES_MAX] = "";
	int rc = EXPERT_OK;

	if (!v)
		return EXPERT_EINVAL;
	if (!t->call) {
		rc = EXPERT_EGONE;
	} else if (!has_value(t, key, v)) {
		add_words(words, sizeof(words), v);
		rc = live_say(t, words);
		if (rc == EXPERT_OK && !is_over(t) &&
		    !expert_has_field(t->call->handle, key))
			rc = live_say(t, "Yes, that is right.");
		if (rc == EXPERT_OK && !expert_has_field(t->call->handle, key))
			rc = EXPERT_EAGAIN;
	}
	json_decref(v);
	return rc;
}

static int has_task_note(struct expert_test *t)
{
	return take_note(t, NOTE_TASK, NULL);
}

int live_complete(struct expert_test *t)
{
	if (!t->task)
		return EXPERT_EGONE;
	return wait_until(t, has_task_note, is_over(t) ? 0 : LATE_MS);
}

int live_escalate(struct expert_test *t)
{
	int rc;

	if (take_note(t, NOTE_ESCALATE, NULL))
		return EXPERT_OK;
	rc = live_say(t, "I want to speak to a person, please.");
	return rc < 0 || take_note(t, NOTE_ESCALATE, NULL) ? rc
							   : EXPERT_EAGAIN;
}

int live_said(struct expert_test *t, const char *id)
{
	return take_note(t, NOTE_SAID, id) ? EXPERT_OK
	       : is_over(t)                ? EXPERT_EGONE
					   : EXPERT_EAGAIN;
}

/* ---- the end ------------------------------------------------------------ */

int live_end(struct expert_test *t, const char *reason)
{
	int rc = EXPERT_OK;

	if (!t->call)
		return EXPERT_EGONE;
	test_begin_event(t);
	if (!is_over(t)) {
		if (!strcmp(reason, "user-hangup"))
			caller_hang_up(&t->caller);
		rc = wait_until(t, has_ended, END_MS);
	}
	if (rc < 0)
		return rc;
	return strcmp(t->reason, reason) ? EXPERT_EGONE : EXPERT_OK;
}

/* ---- time --------------------------------------------------------------- */

static int has_no_query(struct expert_test *t)
{
	return !t->n_queries || is_over(t);
}

int live_advance_ms(struct expert_test *t, int64_t ms)
{
	int64_t now;

	(void)wait_until(t, has_no_query, ms);
	now = now_us() / 1000;
	for (uint32_t i = 0; i < t->n_queries;) {
		if (t->queries[i].due_ms > now) {
			i++;
			continue;
		}
		t->missed++;
		t->queries[i] = t->queries[--t->n_queries];
	}
	return t->missed;
}

static int has_sent(struct expert_test *t)
{
	return t->end != NULL && has_no_query(t);
}

/* The step before has waited already for what it asked for. */
int live_wait_ms(struct expert_test *t, int ms)
{
	return wait_until(t, has_sent, ms);
}
