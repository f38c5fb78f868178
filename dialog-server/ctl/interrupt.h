/**
 * @file interrupt.h  Ctrl-C stops the loop instead of the process
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_INTERRUPT_H
#define CTL_INTERRUPT_H

struct loop;

/** From now on SIGINT and SIGTERM stop this loop; a second one ends the
 *  process. @thread main */
void interrupt_watch(struct loop *l);

/** Back to what signals usually do. */
void interrupt_done(void);

/** @return nonzero when a signal came */
int interrupt_came(void);

#endif /* CTL_INTERRUPT_H */
