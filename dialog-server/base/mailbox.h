/**
 * @file mailbox.h  Bounded queue of pointers from any thread to one thread
 *
 * Lock-free, many producers, one consumer. Full is -EAGAIN and a counter,
 * never a wait.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_MAILBOX_H
#define BASE_MAILBOX_H

#include <stddef.h>
#include <stdint.h>

struct mailbox;

/** @param cap  messages, rounded up to a power of two, 2..65536
 *  @return 0, -EINVAL, -ENOMEM */
int mailbox_new(struct mailbox **ret, size_t cap);

/** @param msg  not NULL; stays the sender's when -EAGAIN
 *  @return 0, -EAGAIN (full) @thread any @realtime */
int mailbox_push(struct mailbox *m, void *msg);

/** @return the oldest message or NULL @thread the consumer @realtime */
void *mailbox_pull(struct mailbox *m);

/** @return pushes refused so far @thread any */
uint64_t mailbox_refused(const struct mailbox *m);

/** Messages still inside are not freed: drain first. @return NULL */
struct mailbox *mailbox_free(struct mailbox *m);

#endif /* BASE_MAILBOX_H */
