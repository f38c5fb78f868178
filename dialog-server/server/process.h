/**
 * @file process.h  What the files of this folder know of the process
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SERVER_PROCESS_H
#define SERVER_PROCESS_H

#include <pthread.h>

#include "call/shard.h"
#include "server/server.h"

enum { RELOADS_MAX = 1024 };

struct shard_thread {
	struct shard shard;
	pthread_t thread;
	int running;
};

struct process {
	struct settings *conf;             /* in force                   */
	struct settings *old[RELOADS_MAX]; /* calls may still read these */
	size_t n_old;
	struct store *store;
	struct writer *writer;
	struct feed *feed;
	struct gateway *gateway;
	struct workers *workers;
	struct shard_thread *shards;
	unsigned n_shards;
	int port;
};

#endif /* SERVER_PROCESS_H */
