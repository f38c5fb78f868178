/**
 * @file shard.h  One thread with its loop, its listener and its calls
 *
 *   main ── shard 0 ── loop ── server, channels ── calls
 *        └─ shard n     │
 *                       └─ media tick, 10 ms: all calls in one pass
 *
 * What is shared by all shards (store, gateway, writer, feed, workers) is
 * borrowed here for the life of the process.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CALL_SHARD_H
#define CALL_SHARD_H

#include <stdint.h>

#include "base/list.h"
#include "base/slots.h"
#include "media/channel_host.h"
#include "net/server.h"
#include "provider/provider.h"

struct dialog_actions;
struct feed;
struct gateway;
struct loop;
struct settings;
struct store;
struct writer;

struct shard {
	unsigned index;
	struct loop *loop;
	const struct settings *conf; /**< this shard's view, see reload   */
	struct store *store;
	struct gateway *gateway;
	struct writer *writer;
	struct feed *feed;
	struct provider_env env;
	struct channel_host host; /**< how channel drivers open calls  */
	struct server *server;    /**< set by server/main.c            */
	struct server_stats told; /**< what /metrics has of its numbers */
	uint64_t key_changes;     /**< of the store, when last looked at */
	struct slots calls;
	struct list live;  /**< of struct call, by link         */
	struct list texts; /**< of requests that wait for the model, api/ */
	unsigned n_texts;
	unsigned n_document_work; /**< with the store, see LIMIT_DOCUMENT_WORK
				   */
	struct dialog_actions *actions; /**< of the step under way; one at a
					     time, whichever call       */
	int64_t ticked_us;              /**< [us] when the last tick began   */
	int draining;
};

/** Shared things to be filled in by the caller beforehand: loop, conf, store,
 *  gateway, writer, feed, env. @return 0, -ENOMEM, -errno of the timer */
int shard_init(struct shard *sh, unsigned index);

/** No new calls, and none placed any more; those that run go on.
 *  @thread shard */
void shard_drain(struct shard *sh);

/** Say goodbye on every call, then hang up. @thread shard */
void shard_goodbye_all(struct shard *sh);

/** End every call with a goodbye-less hang-up. @thread shard */
void shard_hangup_all(struct shard *sh);

/** End at once what is left when the sockets are closed: a line may be slow
 *  to say goodbye, the loop does not wait for it. @thread shard */
void shard_end_calls(struct shard *sh);

/** The loop has been freed: free the tables. @thread main */
void shard_done(struct shard *sh);

#endif /* CALL_SHARD_H */
