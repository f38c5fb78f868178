/**
 * @file options.h  How a client connects, and whom it tells
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_OPTIONS_H
#define LIBEXPERT_OPTIONS_H

#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Setters return EXPERT_OK, EXPERT_EINVAL (o is NULL, a text is NULL or empty,
 * a number is out of its range) or EXPERT_ENOMEM; on failure the option stays
 * as it was.
 */

struct expert_options;

/** What on_state reports about a listening address. */
enum {
	EXPERT_CONNECTED = 0,
	EXPERT_RETRYING = 1, /**< the connection is lost, text says why */
	EXPERT_CLOSED = 2,   /**< for good, text says why */
	EXPERT_DRAINING = 3, /**< connected, but the server takes no calls */
};

enum {
	EXPERT_LOG_ERROR = 0,
	EXPERT_LOG_WARN = 1,
	EXPERT_LOG_INFO = 2,
	EXPERT_LOG_DEBUG = 3,
};

/** @param level  EXPERT_LOG_ERROR, ...
 *  @param text   one line without line end, borrowed until return
 *  @param arg    as given to expert_options_log()
 *  @thread that of expert_run(), expert_run_workers(), expert_dispatch() */
typedef void(expert_log_fn)(int level, const char *text, void *arg);

/** @param state    EXPERT_CONNECTED, ...
 *  @param address  as given to expert_listen_phone() and the like
 *  @param text     why, or ""; both borrowed until return
 *  @param arg      as given to expert_options_state()
 *  @thread that of expert_run(), expert_run_workers(), expert_dispatch() */
typedef void(expert_state_fn)(int state, const char *address, const char *text,
			      void *arg);

/** @return all defaults, or NULL: out of memory; expert_options_free() */
EXPERT_API struct expert_options *expert_options_new(void);

/** NULL is fine. */
EXPERT_API void expert_options_free(struct expert_options *o);

/** ws://, wss://, http:// or https://, host, port, path prefix. Unset: the
 *  environment's EXPERT_URL, else ws://127.0.0.1:8800. Reached through the
 *  proxy of the environment (https_proxy, http_proxy, all_proxy, no_proxy),
 *  unless it is on this machine. */
EXPERT_API int expert_options_url(struct expert_options *o, const char *url);

/** Unset: the environment's EXPERT_API_KEY, else the first line of the file
 *  that EXPERT_API_KEY_FILE names, else, for a server on this machine, that of
 *  data/default.key (which a server makes at its first start), else none. */
EXPERT_API int expert_options_api_key(struct expert_options *o,
				      const char *key);

/** PEM file with the authorities to trust. Unset: the system's. */
EXPERT_API int expert_options_ca_file(struct expert_options *o,
				      const char *path);

/** Whether expert_run() stops at SIGINT and SIGTERM (default 1): the first
 *  drains, the second ends. The previous handling comes back on return. */
EXPERT_API int expert_options_signals(struct expert_options *o, int on);

/** How often a lost or refused connection is tried again before expert_run()
 *  gives up, 0 to 1000000; -1: for ever. Unset: the environment's
 *  EXPERT_RETRIES, else 10 (about 75 s: 3 times after 1 s, twice after 5 s,
 *  then every 10 s, all with jitter). A connection that opened starts the
 *  count anew. */
EXPERT_API int expert_options_retries(struct expert_options *o, int n);

/** [ms] How long a drain waits for calls to end, 0 to 86400000 (a day);
 *  default 600000. */
EXPERT_API int expert_options_drain_ms(struct expert_options *o, int64_t ms);

/** [ms] How long a server may be silent before its connection counts as lost
 *  and is made anew, 300 to 3600000; default 30000. It is asked for a sign of
 *  life after a third of that. */
EXPERT_API int expert_options_keepalive_ms(struct expert_options *o,
					   int64_t ms);

/** Where lines for people go; unset: nowhere.
 *  @param level  lines up to this level, EXPERT_LOG_...
 *  @param fn     NULL: nowhere
 *  @param arg    given back to fn; must stay good while the client lives */
EXPERT_API int expert_options_log(struct expert_options *o, int level,
				  expert_log_fn *fn, void *arg);

/** Be told when an address is connected, lost, or given up.
 *  @param fn   NULL: nobody is told
 *  @param arg  given back to fn; must stay good while the client lives */
EXPERT_API int expert_options_state(struct expert_options *o,
				    expert_state_fn *fn, void *arg);

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_OPTIONS_H */
