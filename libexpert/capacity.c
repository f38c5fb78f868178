/**
 * @file capacity.c  How many calls, what for, and no more
 *
 *   limits, labels, drain --> listener-status --> the server offers no more
 *   server-draining, withdraw-call <-------------
 *
 * A server that does not know "capacity" is told nothing: what is offered and
 * too much is declined here.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "priv.h"

/* ---- what the program says: any thread ---------------------------------- */

int expert_max_calls(struct expert *e, const char *address, int n)
{
	int found = 0;

	if (!e || n < -1 || n > XP_MAX_CALLS_MAX)
		return EXPERT_EINVAL;
	if (!address) {
		atomic_store(&e->max_calls, n);
		expert_wake(e);
		return EXPERT_OK;
	}
	for (struct listener *l = e->listeners; l; l = l->next) {
		if (strcmp(l->address, address) != 0)
			continue;
		atomic_store(&l->max_calls, n);
		found = 1;
	}
	if (found)
		expert_wake(e);
	return found ? EXPERT_OK : EXPERT_ENOENT;
}

/* @return the labels with this one; EXPERT_ETOOBIG: one too many */
static int with_label(const char *labels, const char *name, const char *value,
		      char **ret)
{
	json_t *all = json_loads(labels ? labels : "{}", 0, NULL);
	int rc = all ? EXPERT_OK : EXPERT_ENOMEM;

	if (rc == EXPERT_OK && !value)
		(void)json_object_del(all, name);
	else if (rc == EXPERT_OK &&
		 json_object_set_new(all, name, json_string(value)) < 0)
		rc = EXPERT_EINVAL; /* not UTF-8 */
	if (rc == EXPERT_OK && json_object_size(all) > XP_LABELS_MAX)
		rc = EXPERT_ETOOBIG;
	if (rc == EXPERT_OK) {
		*ret = json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS);
		rc = *ret ? EXPERT_OK : EXPERT_ENOMEM;
	}
	json_decref(all);
	return rc;
}

int expert_label(struct expert *e, const char *name, const char *value)
{
	char *labels;
	int rc;

	if (!e || !name || !name[0])
		return EXPERT_EINVAL;
	if (strlen(name) > XP_KEY_BYTES_MAX ||
	    (value && strlen(value) > XP_KEY_BYTES_MAX))
		return EXPERT_ETOOBIG;

	handle_lock_only();
	rc = with_label(e->labels, name, value, &labels);
	if (rc == EXPERT_OK) {
		free(e->labels);
		e->labels = labels;
		e->labels_number++;
	}
	handle_unlock();
	if (rc == EXPERT_OK)
		expert_wake(e);
	return rc;
}

/* ---- what is free ------------------------------------------------------- */

void capacity_count(struct expert *e)
{
	e->n_live = 0;
	for (struct listener *l = e->listeners; l; l = l->next)
		l->n_live = 0;
	for (struct call *c = e->calls; c; c = c->next) {
		if (atomic_load(&c->over))
			continue;
		e->n_live++;
		c->listener->n_live++;
	}
}

static int is_told(const struct listener *l)
{
	return l->sock && sock_extensions(l->sock) & XP_EXT_CAPACITY;
}

int capacity_has_room(const struct listener *l)
{
	const struct expert *e = l->e;
	int all = atomic_load(&e->max_calls), own = atomic_load(&l->max_calls);

	if (e->draining || e->n_calls >= CALLS_MAX)
		return 0;
	/* A server that knows the bound keeps it, and may know sooner than we
	 * that a call is over. Only of what other addresses have meanwhile,
	 * it does not know. */
	if (is_told(l) && !e->listeners->next)
		return 1;
	return (all < 0 || e->n_live < (unsigned int)all) &&
	       (is_told(l) || own < 0 || l->n_live < (unsigned int)own);
}

/* The bound of one address: its own, or what the others leave of all. */
static int bound_of(const struct listener *l)
{
	const struct expert *e = l->e;
	int all = atomic_load(&e->max_calls), own = atomic_load(&l->max_calls);
	int others = (int)(e->n_live - l->n_live);

	if (all < 0)
		return own;
	all = all > others ? all - others : 0;
	return own >= 0 && own < all ? own : all;
}

void capacity_forget(struct listener *l)
{
	l->told_max = -1;
	l->told_draining = 0;
	l->told_labels = 0;
}

static void tell_status(struct listener *l, int max)
{
	struct expert *e = l->e;
	struct xp_listen m = {.kind = XP_LISTENER_STATUS,
			      .max_calls = max,
			      .draining = e->draining};
	unsigned int number;
	char *text;

	handle_lock_only();
	number = e->labels_number;
	m.labels_json = e->labels;
	text = xp_listen_encode_for(&m, XP_EXT_CAPACITY);
	handle_unlock();
	if (text && sock_send(l->sock, text, strlen(text)) == 0) {
		l->told_max = max;
		l->told_draining = e->draining;
		l->told_labels = number;
	}
	free(text);
}

void capacity_tell(struct expert *e)
{
	unsigned int number;

	handle_lock_only();
	number = e->labels_number;
	handle_unlock();
	for (struct listener *l = e->listeners; l; l = l->next) {
		int max = bound_of(l);

		if (is_told(l) &&
		    (max != l->told_max || e->draining != l->told_draining ||
		     number != l->told_labels))
			tell_status(l, max);
	}
}

/* ---- draining ----------------------------------------------------------- */

/* Where it is understood, the address stays: who looks after the server sees
 * that it drains, and how many calls it still has. */
void capacity_drain(struct expert *e)
{
	for (struct listener *l = e->listeners; l; l = l->next)
		if (!is_told(l))
			listener_stop(l);
	capacity_tell(e);
}

void capacity_on_message(struct listener *l, const struct xp_listen *m)
{
	struct call *c;

	if (m->kind == XP_LISTEN_DRAINING) {
		expert_log(l->e, EXPERT_LOG_INFO,
			   "%s: the server drains, deadline_ms=%lld",
			   l->address, (long long)m->deadline_ms);
		expert_news(l->e, EXPERT_DRAINING, l->address,
			    "the server takes no new calls");
		return;
	}
	/* One that we have not answered yet. */
	c = call_find(l->e, m->call_id);
	if (c && atomic_load(&c->verdict) != VERDICT_DONE)
		c->withdrawn = 1;
	expert_log(l->e, EXPERT_LOG_INFO, "call %s: the offer is over",
		   m->call_id);
}
