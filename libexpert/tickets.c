/**
 * @file tickets.c  Questions, requests and searches: one outcome each
 *
 *   event --ticket_new--> handler --+-- answered ---------------> command
 *                                   +-- later: any thread, once -> command
 *                                   '-- left open: default ------> command
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "priv.h"

const char ticket_no_answer[] = "There is no answer to that question.";

static void ticket_free(struct ticket *t)
{
	for (uint32_t i = 0; i < t->n_actions; i++) {
		free((char *)t->actions[i].key);
		free((char *)t->actions[i].description);
	}
	for (uint32_t i = 0; i < t->n_matched; i++)
		free(t->matched[i]);
	for (uint32_t i = 0; i < t->n_other; i++)
		free(t->other[i]);
	free(t->id);
	free(t->text);
	free(t->field);
	free(t);
}

/* An answered one is kept so that a second answer is told apart from a late
 * one, but only while there is room. @return nonzero when there is */
static int make_room(struct call *c)
{
	struct ticket **at = &c->tickets, **oldest = NULL, *t;
	uint32_t n = 0;

	handle_lock_only();
	for (; *at; at = &(*at)->next) {
		n++;
		if ((*at)->state == TICKET_DONE)
			oldest = at; /* the list begins with the newest */
	}
	t = n >= TICKETS_MAX && oldest ? *oldest : NULL;
	if (t)
		*oldest = t->next;
	handle_unlock();

	if (t) {
		handle_free(t->handle);
		ticket_free(t);
	}
	return n < TICKETS_MAX || t;
}

struct ticket *ticket_new(struct call *c, enum handle_kind kind,
			  const struct xp_event *e)
{
	struct ticket *t = make_room(c) ? calloc(1, sizeof(*t)) : NULL;

	if (!t)
		return NULL;

	t->call = c;
	t->kind = kind;
	t->id = strdup(e->id);
	t->text = strdup(e->text);
	t->field = strdup(e->key ? e->key : "");
	t->handle = t->id && t->text && t->field ? handle_new(kind, t) : NULL;
	if (!t->handle) {
		ticket_free(t);
		return NULL;
	}

	handle_lock_only();
	t->next = c->tickets;
	c->tickets = t;
	handle_unlock();
	return t;
}

void ticket_free_all(struct call *c)
{
	while (c->tickets) {
		struct ticket *t = c->tickets;

		handle_free(t->handle);
		c->tickets = t->next;
		ticket_free(t);
	}
}

/* Send the outcome. Lock held. */
static int finish(struct ticket *t, const char *answer)
{
	struct xp_command cmd = {.id = t->id};
	int rc;

	if (t->state == TICKET_DONE)
		return EXPERT_EALREADY;

	switch (t->kind) {
	case HANDLE_QUESTION:
		cmd.kind = XP_ANSWER_QUESTION;
		cmd.text = answer;
		break;
	case HANDLE_REQUEST:
		cmd.kind = XP_ACTION_SUGGESTION;
		cmd.actions = t->actions;
		cmd.n_actions = t->n_actions;
		break;
	case HANDLE_SEARCH:
		cmd.kind = XP_CHOICE_QUERY_RESULT;
		cmd.key = t->field;
		cmd.choices = (const char *const *)t->matched;
		cmd.n_choices = t->n_matched;
		cmd.others = (const char *const *)t->other;
		cmd.n_others = t->n_other;
		break;
	case HANDLE_CALL:
		return EXPERT_EINVAL;
	}

	rc = call_command(t->call, &cmd);
	if (rc == EXPERT_OK)
		t->state = TICKET_DONE;
	return rc;
}

static int later(const void *handle, enum handle_kind kind)
{
	struct ticket *t = handle_lock(handle, kind);
	int rc = EXPERT_OK;

	if (!t)
		return handle ? EXPERT_EGONE : EXPERT_EINVAL;

	if (t->state == TICKET_DONE)
		rc = EXPERT_EALREADY;
	else
		t->state = TICKET_LATER;
	handle_unlock();
	return rc;
}

static int outcome(const void *handle, enum handle_kind kind,
		   const char *answer)
{
	struct ticket *t = handle_lock(handle, kind);
	int rc;

	if (!t)
		return handle ? EXPERT_EGONE : EXPERT_EINVAL;

	rc = finish(t, answer);
	handle_unlock();
	return rc;
}

void ticket_settle(struct call *c, void *handle, enum handle_kind kind)
{
	struct ticket *t = handle_lock(handle, kind);
	int rc = EXPERT_OK;

	if (!t)
		return;

	if (t->state == TICKET_NEW)
		rc = finish(t, ticket_no_answer);
	handle_unlock();
	if (rc < 0 && rc != EXPERT_EGONE)
		expert_log(c->e, EXPERT_LOG_ERROR,
			   "call %s: a question stays open: %s", c->id,
			   expert_strerror(rc));
}

void ticket_refuse(struct call *c, enum handle_kind kind,
		   const struct xp_event *e)
{
	struct ticket t = {.call = c,
			   .kind = kind,
			   .id = (char *)e->id,
			   .field = (char *)e->key};

	expert_log(c->e, EXPERT_LOG_ERROR, "call %s: too many open questions",
		   c->id);
	handle_lock_only();
	(void)finish(&t, ticket_no_answer);
	handle_unlock();
}

/* A text of a ticket, for its handler. */
static const char *text_of(const void *handle, enum handle_kind kind,
			   int field)
{
	const struct ticket *t = handle_peek(handle, kind);

	if (!t)
		return "";
	return field ? t->field : t->text;
}

/* ---- questions ---------------------------------------------------------- */

const char *expert_question_text(struct expert_question *q)
{
	return text_of(q, HANDLE_QUESTION, 0);
}

int expert_answer(struct expert_question *q, const char *text)
{
	return text ? outcome(q, HANDLE_QUESTION, text) : EXPERT_EINVAL;
}

int expert_decline(struct expert_question *q)
{
	return outcome(q, HANDLE_QUESTION, ticket_no_answer);
}

int expert_answer_later(struct expert_question *q)
{
	return later(q, HANDLE_QUESTION);
}

/* ---- requests ----------------------------------------------------------- */

const char *expert_request_text(struct expert_request *r)
{
	return text_of(r, HANDLE_REQUEST, 0);
}

static int add_action(struct ticket *t, const char *key,
		      const char *description)
{
	struct xp_action a;

	if (t->state == TICKET_DONE)
		return EXPERT_EALREADY;
	if (t->n_actions == XP_ACTIONS_MAX || strlen(key) > XP_KEY_BYTES_MAX ||
	    strlen(description) > XP_TEXT_BYTES_MAX)
		return EXPERT_ETOOBIG;

	a.key = strdup(key);
	a.description = strdup(description);
	if (!a.key || !a.description) {
		free((char *)a.key);
		free((char *)a.description);
		return EXPERT_ENOMEM;
	}

	t->actions[t->n_actions++] = a;
	return EXPERT_OK;
}

int expert_suggest(struct expert_request *r, const char *key,
		   const char *description)
{
	struct ticket *t;
	int rc;

	if (!r || !key || !key[0])
		return EXPERT_EINVAL;

	t = handle_lock(r, HANDLE_REQUEST);
	if (!t)
		return EXPERT_EGONE;
	rc = add_action(t, key, description ? description : "");
	handle_unlock();
	return rc;
}

int expert_suggest_later(struct expert_request *r)
{
	return later(r, HANDLE_REQUEST);
}

int expert_suggest_done(struct expert_request *r)
{
	return outcome(r, HANDLE_REQUEST, NULL);
}

/* ---- searches ----------------------------------------------------------- */

const char *expert_search_field(struct expert_search *s)
{
	return text_of(s, HANDLE_SEARCH, 1);
}

const char *expert_search_text(struct expert_search *s)
{
	return text_of(s, HANDLE_SEARCH, 0);
}

static int add_choice(struct expert_search *s, const char *choice, int other)
{
	struct ticket *t;
	uint32_t *n;
	char **list, *copy;
	int rc = EXPERT_OK;

	if (!s || !choice || !choice[0])
		return EXPERT_EINVAL;

	copy = strdup(choice);
	t = handle_lock(s, HANDLE_SEARCH);
	if (!t) {
		free(copy);
		return EXPERT_EGONE;
	}

	n = other ? &t->n_other : &t->n_matched;
	list = other ? t->other : t->matched;
	if (!copy)
		rc = EXPERT_ENOMEM;
	else if (t->state == TICKET_DONE)
		rc = EXPERT_EALREADY;
	else if (*n == XP_CHOICES_MAX || strlen(copy) > XP_TEXT_BYTES_MAX)
		rc = EXPERT_ETOOBIG;
	else
		list[(*n)++] = copy;
	handle_unlock();

	if (rc < 0)
		free(copy);
	return rc;
}

int expert_search_match(struct expert_search *s, const char *choice)
{
	return add_choice(s, choice, 0);
}

int expert_search_other(struct expert_search *s, const char *choice)
{
	return add_choice(s, choice, 1);
}

int expert_search_later(struct expert_search *s)
{
	return later(s, HANDLE_SEARCH);
}

int expert_search_done(struct expert_search *s)
{
	return outcome(s, HANDLE_SEARCH, NULL);
}
