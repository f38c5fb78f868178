/**
 * @file directory.c  Who listens where, whose turn it is, and who has room
 *
 * One list under the gateway's mutex. An offer takes a place of a listener
 * from the moment of its choice, so that two calls at once never come to more
 * than it has room for.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "expert/internal.h"

int listener_find(struct gateway *g, const char *connection_id,
		  const char *address, int64_t key, struct place *ret)
{
	int err = -ENOENT;

	pthread_mutex_lock(&g->lock);
	LIST_FOREACH (it, &g->listeners) {
		const struct listener *l =
			LIST_ENTRY(it, struct listener, link);

		if (strcmp(l->address, address) == 0 &&
		    strcmp(l->session.connection_id, connection_id) == 0 &&
		    l->session.key == key) {
			*ret = l->session.self;
			err = 0;
		}
	}
	pthread_mutex_unlock(&g->lock);
	return err;
}

/** Under the mutex. @return NULL when there are too many addresses */
static struct turn *find_turn(struct gateway *g, const char *address)
{
	struct turn *t;

	LIST_FOREACH (it, &g->turns) {
		t = LIST_ENTRY(it, struct turn, link);
		if (strcmp(t->address, address) == 0)
			return t;
	}
	if (g->n_turns == GATEWAY_SESSIONS)
		return NULL;
	t = mem_zalloc(sizeof(*t));
	if (!t)
		return NULL;
	(void)text_copy(t->address, sizeof(t->address), address);
	list_append(&g->turns, &t->link);
	g->n_turns++;
	return t;
}

static int was_tried(const uint64_t *tried, size_t n, uint64_t serial)
{
	for (size_t i = 0; i < n; i++) {
		if (tried[i] == serial)
			return 1;
	}
	return 0;
}

static int has_room(const struct listener *l)
{
	return l->ready && !l->draining &&
	       (l->max_calls < 0 || l->active < l->max_calls);
}

int listener_next(struct gateway *g, const char *address,
		  const uint64_t *tried, size_t n, struct place *ret,
		  uint64_t *ret_serial)
{
	struct listener *first = NULL, *after = NULL, *l;
	struct turn *t;

	pthread_mutex_lock(&g->lock);
	t = find_turn(g, address);
	/* The list is in order of arrival: the first one behind the last
	 * that had an offer, else from the start. */
	LIST_FOREACH (it, &g->listeners) {
		l = LIST_ENTRY(it, struct listener, link);
		if (!has_room(l) || strcmp(l->address, address) != 0 ||
		    was_tried(tried, n, l->serial))
			continue;
		if (!first)
			first = l;
		if (!after && t && l->serial > t->last)
			after = l;
	}
	l = after ? after : first;
	if (l) {
		*ret = l->session.self;
		*ret_serial = l->serial;
		l->active++;
		if (t)
			t->last = l->serial;
	}
	pthread_mutex_unlock(&g->lock);
	return l ? 0 : -ENOENT;
}

void listener_release(struct gateway *g, struct place *p)
{
	struct listener *l;

	if (!p->loop)
		return;
	pthread_mutex_lock(&g->lock);
	/* It leaves the table before it is freed. */
	l = slots_find(&g->sessions, p->id);
	if (l)
		l->active--;
	pthread_mutex_unlock(&g->lock);
	*p = (struct place){0};
}

int gateway_has_listener(struct gateway *g, const char *address)
{
	int found = 0;

	pthread_mutex_lock(&g->lock);
	LIST_FOREACH (it, &g->listeners) {
		const struct listener *l =
			LIST_ENTRY(it, struct listener, link);

		/* One that is full is there: the call waits for its place. */
		found = found || (l->ready && !l->draining &&
				  strcmp(l->address, address) == 0);
	}
	pthread_mutex_unlock(&g->lock);
	return found;
}

static json_t *labels_of(const struct listener *l)
{
	return l->labels ? json_loads(l->labels, 0, NULL) : json_object();
}

char *gateway_list(struct gateway *g)
{
	json_t *all = json_array();
	char *text, *ret;

	pthread_mutex_lock(&g->lock);
	LIST_FOREACH (it, &g->listeners) {
		const struct listener *l =
			LIST_ENTRY(it, struct listener, link);

		(void)json_array_append_new(
			all,
			json_pack("{s:s,s:I,s:b,s:I,s:I,s:o,s:b,s:o}",
				  "address", l->address, "listener",
				  (json_int_t)l->serial, "ready", l->ready,
				  "calls", (json_int_t)l->taken, "active",
				  (json_int_t)l->active, "max_calls",
				  l->max_calls < 0
					  ? json_null()
					  : json_integer(l->max_calls),
				  "draining", l->draining, "labels",
				  labels_of(l)));
	}
	pthread_mutex_unlock(&g->lock);
	text = all ? json_dumps(all, JSON_COMPACT) : NULL;
	json_decref(all);
	ret = mem_strdup(text);
	free(text);
	return ret;
}
