/**
 * @file xp_command.h  Commands of the extensions, for the codec only
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PROTO_XP_COMMAND_H
#define PROTO_XP_COMMAND_H

#include "proto/xp_json.h"

/** What the extensions add to a command: its id, members, whole commands. */
void xp_get_more(struct xp_reader *r, struct xp_command *c,
		 uint32_t extensions);
void xp_put_more(struct xp_writer *w, const struct xp_command *c,
		 uint32_t extensions);

#endif /* PROTO_XP_COMMAND_H */
