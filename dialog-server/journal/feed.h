/**
 * @file feed.h  What happens in calls, live, to whoever listens on any loop
 *
 *   call --publish--> [ feed ] --message--> loop of each subscriber --> fn
 *
 * One for the process. Costs nothing while nobody listens. Bounded: a loop
 * whose mailbox is full misses the event, which is counted.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef JOURNAL_FEED_H
#define JOURNAL_FEED_H

#include <stddef.h>
#include <stdint.h>

struct feed;
struct feed_subscriber;
struct loop;

enum { FEED_LOOPS_MAX = 128 };

/** @param json  borrowed until return, NUL behind it @thread the subscriber's
 *  loop */
typedef void(feed_fn)(void *arg, const char *json, size_t len);

/** @return 0, -ENOMEM */
int feed_new(struct feed **ret);

/** Let subscribers live on this loop; before any thread publishes.
 *  @return 0, -EAGAIN (FEED_LOOPS_MAX) @thread main, at start */
int feed_attach(struct feed *f, struct loop *l);

/**
 * Hear of events from now on.
 *
 * @param call_id      only of this call; NULL or "": of all. Copied
 * @param external_id  only of calls with this id of the carrier; the same
 * @return 0, -EINVAL (loop not attached, a filter too long), -ENOMEM
 * @thread the loop's
 */
int feed_subscribe(struct feed_subscriber **ret, struct feed *f,
		   struct loop *l, const char *call_id,
		   const char *external_id, feed_fn *fn, void *arg);

/** From now on fn is not called; fine inside fn. NULL is fine.
 *  @return NULL @thread the loop's */
struct feed_subscriber *feed_unsubscribe(struct feed_subscriber *s);

/** Tell every subscriber that wants it. Never waits; allocates only when
 *  somebody listens, so not on the media tick.
 *  @param external_id  NULL: none @param json  one object; all copied
 *  @thread any loop's */
void feed_publish(struct feed *f, const char *call_id, const char *external_id,
		  const char *json);

/** @return events that did not reach a loop @thread any */
uint64_t feed_dropped(const struct feed *f);

/** After every attached loop has been freed. @return NULL */
struct feed *feed_free(struct feed *f);

#endif /* JOURNAL_FEED_H */
