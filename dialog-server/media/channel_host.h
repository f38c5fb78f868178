/**
 * @file channel_host.h  What a channel driver is given by the layers above it
 *
 *   driver --can_accept(), open()--> host (call, gateway) --events--> driver
 *
 * Drivers stand below the call module and must not know it: one host a shard
 * carries the two questions that a driver has to ask upwards. The shard fills
 * it in before its routes are served, and keeps it until its loop is freed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEDIA_CHANNEL_HOST_H
#define MEDIA_CHANNEL_HOST_H

#include "media/channel.h"
#include "media/dialler.h"

struct loop;
struct settings;

struct channel_host {
	struct loop *loop;           /**< of the shard                     */
	const struct settings *conf; /**< borrowed until process exit      */

	/**
	 * A line has opened; the conversation is the host's from here on.
	 *
	 * @param offer       borrowed until return; offer->ch and its ops must
	 *                    stay usable until the driver has called closed()
	 * @param ret_events  set on success: what the driver calls, always
	 * with *ret_arg, until and including closed()
	 * @return 0, -EAGAIN (at capacity or draining), -ENOMEM; on failure
	 * the driver closes the line itself and calls nothing
	 * @thread shard
	 */
	int (*open)(void *arg, const struct channel_offer *offer,
		    const struct channel_events **ret_events, void **ret_arg);

	/**
	 * Would open() for this address lead to a conversation now? Lets a
	 * carrier be told "busy" before it has opened a line.
	 *
	 * @param address  as in channel_offer; NULL: its Expert comes by
	 *                 itself
	 * @return nonzero when yes; 0 when at capacity, draining, or when
	 *         nobody listens there and the policy is to be busy
	 * @thread shard
	 */
	int (*can_accept)(void *arg, const char *address);

	/**
	 * What has become of a call that a dialler (dialler.h) was told to
	 * place. Whoever answers it is offered by open().
	 *
	 * @param call_id  of the order; one that is over has no effect
	 * @param why      for people, or ""; copied
	 * @thread any loop's
	 */
	void (*dialled)(void *arg, const char *call_id, enum dial_news news,
			const char *why);

	void *arg; /**< for all: the shard               */
};

#endif /* MEDIA_CHANNEL_HOST_H */
