/**
 * @file xp_task.h  The checklist of set-task, for the codec only
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROTO_XP_TASK_H
#define PROTO_XP_TASK_H

#include "proto/xp_json.h"

/** Read action_items into c. */
void xp_get_items(struct xp_reader *r, struct xp_command *c,
		  uint32_t extensions);

/** Write action_items of c. */
void xp_put_items(struct xp_writer *w, const struct xp_command *c,
		  uint32_t extensions);

/** What the extensions add to a field: read from and written to its object. */
void xp_get_field_more(struct xp_reader *r, struct xp_item *item,
		       uint32_t extensions);
void xp_put_field_more(struct xp_writer *w, const struct xp_item *item,
		       uint32_t extensions);

/** @return the type as a peer with these extensions knows it */
const char *xp_field_type_for(const char *type, uint32_t extensions);

#endif /* PROTO_XP_TASK_H */
