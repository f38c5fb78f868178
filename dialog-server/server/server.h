/**
 * @file server.h  The process: everything shared, and its shards
 *
 *   main ── signals, reload
 *     ├── shard 0..n-1   loop, listener, calls
 *     ├── workers        recognizer, synthesizer
 *     ├── writer         journals, recordings
 *     ├── store          SQLite
 *     └── log
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "conf/settings.h"

struct process;

/** How the daemon was started. */
struct process_options {
	const char *file;        /**< --config, or NULL   */
	const char *const *sets; /**< --set, sets[n_sets] */
	size_t n_sets;
};

/** Make server.data_dir absolute: what the server tells of its files is good
 *  in any folder. @return 0, -errno (there is no such folder to stand in),
 *  -EMSGSIZE @thread main */
int process_place(struct settings *s);

/**
 * Bring everything up; the shards run when this returns. What fails is
 * logged with what to do about it.
 *
 * @param conf  in force; copied
 * @return 0, negative errno @thread main
 */
int process_open(struct process **ret, const struct settings *conf);

/** @return the settings in force; good until the next reload */
const struct settings *process_settings(const struct process *p);

/** @return the port of the listener */
int process_port(const struct process *p);

/** Take over what may change, and the certificate as it lies there now; a bad
 *  file is refused whole and logged. */
void process_reload(struct process *p, const struct process_options *o);

/** No new calls. */
void process_drain(struct process *p);

/** Say goodbye on the calls that are left; each ends when it was heard. */
void process_goodbye(struct process *p);

/** @return [calls] open now */
int process_calls(const struct process *p);

/** End what is left and free everything. @return NULL */
struct process *process_close(struct process *p);

#endif /* SERVER_SERVER_H */
