/**
 * @file orders.h  What main tells the shards: messages to their loops
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SERVER_ORDERS_H
#define SERVER_ORDERS_H

#include "net/loop.h"

struct process;
struct settings;

/** Post to every running shard. @thread main */
void orders_post(struct process *p, void (*run)(struct loop_msg *m),
		 const struct settings *conf);

/* To be given to orders_post(); they run on the shards. */
void orders_hangup(struct loop_msg *m); /**< end every call             */
void orders_end(struct loop_msg *m);    /**< close the listener, stop   */

#endif /* SERVER_ORDERS_H */
