/**
 * @file call.h  One call: uplink, downlink, dialog and Expert put together
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CALL_CALL_H
#define CALL_CALL_H

#include <stdint.h>

#include "base/slots.h"
#include "media/channel.h"

struct call;
struct shard;

/**
 * A line has opened. The call owns the conversation from here on.
 *
 * @param ret_events  what the driver calls, with *ret_arg, until closed()
 * @return 0, -EAGAIN (at capacity), -ENOMEM
 * @thread shard
 */
int call_open(struct shard *sh, const struct channel_offer *offer,
	      const struct channel_events **ret_events, void **ret_arg);

/** Make an id for a call. @param id  id[CHANNEL_CALL_ID_BYTES] @thread any */
void call_name(char *id);

#endif /* CALL_CALL_H */
