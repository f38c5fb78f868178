/**
 * @file xp_task.h  The checklist of set-task, for the codec only
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROTO_XP_TASK_H
#define PROTO_XP_TASK_H

#include "proto/xp_json.h"

/** Read action_items into c. */
void xp_get_items(struct xp_reader *r, struct xp_command *c);

/** Write action_items of c. */
void xp_put_items(struct xp_writer *w, const struct xp_command *c);

#endif /* PROTO_XP_TASK_H */
