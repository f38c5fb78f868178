/**
 * @file directory.c  Who listens where, whose turn it is, and who has room
 *
 *   listener_next() --> a listener with room: its place is taken
 *                 `--> none: the call waits [ first ] [ second ] ...
 *                                               ^ listener_has_room()
 *
 * One list under the gateway's mutex. An offer takes a place of a listener
 * from the moment of its choice, so that two calls at once never come to more
 * than it has room for. So does a call that waits: it is woken with a place
 * that is its own already, one call a place.
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
#include "journal/metrics.h"

enum { ROOM_BATCH = 32 };

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

/** Under the mutex: whose turn it is there, as of the last offer.
 *  @return NULL: nobody had one */
static struct turn *find_turn(struct gateway *g, const char *address)
{
	LIST_FOREACH (it, &g->turns) {
		struct turn *t = LIST_ENTRY(it, struct turn, link);

		if (strcmp(t->address, address) == 0)
			return t;
	}
	return NULL;
}

/** Under the mutex. An address too many takes the place of the one that had
 *  no offer for longest, whose round begins at its start again. */
static void had_turn(struct gateway *g, struct turn *t, const char *address,
		     uint64_t serial)
{
	if (!t && g->n_turns == GATEWAY_TURNS) {
		t = LIST_ENTRY(g->turns.next, struct turn, link);
	} else if (!t) {
		t = mem_zalloc(sizeof(*t));
		if (!t)
			return;
		list_init(&t->link);
		g->n_turns++;
	}
	list_unlink(&t->link);
	list_append(&g->turns, &t->link);
	(void)text_copy(t->address, sizeof(t->address), address);
	t->last = serial;
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
	return l->ready && !l->draining && l->undecided < LISTENER_OFFERS &&
	       (l->max_calls < 0 || l->active < l->max_calls);
}

/** Of two that could, the one to ask: one that is heard of before one that is
 *  silent, then the first behind the last that had an offer. */
static struct listener *better(struct listener *a, struct listener *b,
			       uint64_t last)
{
	if (!a || (a->silent && !b->silent))
		return b;
	if (b->silent && !a->silent)
		return a;
	/* The list is in order of arrival: a was there before b. */
	return a->serial <= last && b->serial > last ? b : a;
}

/** Under the mutex: it has one call more. @return NULL: none has room */
static struct listener *take_room(struct gateway *g, const char *address,
				  const uint64_t *tried, size_t n)
{
	struct turn *t = find_turn(g, address);
	struct listener *best = NULL;

	LIST_FOREACH (it, &g->listeners) {
		struct listener *l = LIST_ENTRY(it, struct listener, link);

		if (has_room(l) && strcmp(l->address, address) == 0 &&
		    !was_tried(tried, n, l->serial))
			best = better(best, l, t ? t->last : 0);
	}
	if (best) {
		best->active++;
		best->undecided++;
		had_turn(g, t, address, best->serial);
	}
	return best;
}

int listener_next(struct gateway *g, const char *address,
		  const uint64_t *tried, size_t n, struct seat *waits,
		  struct place *ret, uint64_t *ret_serial)
{
	struct listener *l;

	pthread_mutex_lock(&g->lock);
	l = take_room(g, address, tried, n);
	if (l) {
		*ret = l->session.self;
		*ret_serial = l->serial;
	} else if (waits) {
		/* Under the same lock: no room comes in between. */
		if (list_empty(&waits->wait))
			list_append(&g->waiting, &waits->wait);
		waits->waiting = 1;
	}
	pthread_mutex_unlock(&g->lock);
	return l ? 0 : -ENOENT;
}

void seat_wait_no_more(struct seat *s)
{
	struct gateway *g = s->session.g;

	if (!s->waiting)
		return;
	s->waiting = 0;
	pthread_mutex_lock(&g->lock);
	list_unlink(&s->wait);
	pthread_mutex_unlock(&g->lock);
}

/* ---- room ---------------------------------------------------------------
 */

/** A call that waits, and the place that it has. */
struct roomed {
	struct place seat, listener;
	uint64_t serial;
};

static int any_room(struct gateway *g, const char *address)
{
	LIST_FOREACH (it, &g->listeners) {
		const struct listener *l =
			LIST_ENTRY(it, struct listener, link);

		if (has_room(l) && strcmp(l->address, address) == 0)
			return 1;
	}
	return 0;
}

/** @return how many have got a place */
static size_t give_room(struct gateway *g, const char *address,
			struct roomed ret[ROOM_BATCH])
{
	size_t n = 0;

	pthread_mutex_lock(&g->lock);
	LIST_FOREACH_SAFE (it, tmp, &g->waiting) {
		struct seat *s = LIST_ENTRY(it, struct seat, wait);
		const struct listener *l;

		if (n == ROOM_BATCH)
			break;
		if (strcmp(s->address, address) != 0 ||
		    s->n_declined == SEAT_TRIED_MAX)
			continue;
		/* Whoever did not answer may be asked again. */
		l = take_room(g, address, s->tried, s->n_declined);
		if (!l && !any_room(g, address))
			break;
		if (!l)
			continue;
		list_unlink(&s->wait);
		ret[n++] = (struct roomed){s->session.self, l->session.self,
					   l->serial};
	}
	pthread_mutex_unlock(&g->lock);
	return n;
}

void listener_has_room(struct gateway *g, const char *address)
{
	struct roomed v[ROOM_BATCH];
	size_t n;

	do {
		n = give_room(g, address, v);
		for (size_t i = 0; i < n; i++) {
			metric_add(METRIC_EXPERT_ROOM, 1);
			/* One that is not woken asks by itself in a while. */
			if (relay_post(g, RELAY_ROOM, v[i].listener, v[i].seat,
				       "", (int64_t)v[i].serial, address,
				       strlen(address)))
				listener_release(g, &v[i].listener, 0);
		}
	} while (n == ROOM_BATCH);
}

/** So many calls and undecided offers less. When it has room now, and is to
 *  be asked again, calls that wait have it. */
static void less(struct gateway *g, const struct place *p, int calls,
		 int offers, int ask)
{
	char address[ADDRESS_BYTES];
	struct listener *l;
	int room = 0;

	if (!p->loop)
		return;
	pthread_mutex_lock(&g->lock);
	/* It leaves the table before it is freed. */
	l = slots_find(&g->sessions, p->id);
	if (l) {
		l->active -= calls;
		l->undecided -= offers;
		room = ask && !list_empty(&g->waiting) && has_room(l);
		(void)text_copy(address, sizeof(address), l->address);
	}
	pthread_mutex_unlock(&g->lock);
	if (room)
		listener_has_room(g, address);
}

void listener_release(struct gateway *g, struct place *p, int ask)
{
	less(g, p, 1, 1, ask);
	*p = (struct place){0};
}

void listener_settled(struct gateway *g, const struct place *p)
{
	less(g, p, 0, 1, 1);
}

void listener_left(struct gateway *g, struct place *p)
{
	less(g, p, 1, 0, 1);
	*p = (struct place){0};
}

int listener_others(struct gateway *g, const struct listener *self)
{
	int found = 0;

	pthread_mutex_lock(&g->lock);
	LIST_FOREACH (it, &g->listeners) {
		const struct listener *l =
			LIST_ENTRY(it, struct listener, link);

		found = found || (l != self && has_room(l) && !l->silent &&
				  strcmp(l->address, self->address) == 0);
	}
	pthread_mutex_unlock(&g->lock);
	return found;
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
