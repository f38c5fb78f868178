/**
 * @file client.h  Make a client, say where it listens, run it
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_CLIENT_H
#define LIBEXPERT_CLIENT_H

#include <stdint.h>

#include "base.h"
#include "handlers.h"
#include "options.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Make a client; nothing is connected before expert_run().
 *
 * A URL or key that cannot be used is reported by expert_run().
 *
 * @param o  copied; NULL: defaults and environment
 * @return NULL when out of memory; expert_free() releases
 */
EXPERT_API struct expert *expert_new(const struct expert_options *o);

/** Free the client; NULL is fine. One that was started is stopped at once,
 *  with its last handlers called from here. While expert_run() runs, and from
 *  a handler, it does nothing. */
EXPERT_API void expert_free(struct expert *e);

/** Who the agent is on every call; before expert_run(). NULL: unsaid.
 *  @return EXPERT_OK, EXPERT_EINVAL, EXPERT_ETOOBIG, EXPERT_ENOMEM,
 *          EXPERT_EALREADY (running) */
EXPERT_API int expert_persona(struct expert *e, const char *name,
			      const char *organization, const char *purpose);

/** The agent's voice, by a name that the server knows; before expert_run().
 *  NULL: the server's own. @return as expert_persona(); at most 128 bytes */
EXPERT_API int expert_voice(struct expert *e, const char *voice);

/** Whether callers may key in numbers (default 1); before expert_run().
 *  @return EXPERT_OK, EXPERT_EINVAL, EXPERT_EALREADY (running) */
EXPERT_API int expert_accept_dtmf(struct expert *e, int on);

/**
 * Take the calls of an address; before expert_run(), as many as you like.
 *
 * @param number    "+15555550100"; of the others, the code; 1..128 bytes
 * @param handlers  copied
 * @param arg       given back to each handler; must stay good while the
 *                  client lives
 * @return EXPERT_OK, EXPERT_EINVAL (also: size of the table is not set),
 *         EXPERT_ETOOBIG, EXPERT_ENOMEM, EXPERT_EALREADY (running)
 */
EXPERT_API int expert_listen_phone(struct expert *e, const char *number,
				   const struct expert_handlers *handlers,
				   void *arg);
EXPERT_API int expert_listen_web(struct expert *e, const char *code,
				 const struct expert_handlers *handlers,
				 void *arg);
EXPERT_API int expert_listen_sip(struct expert *e, const char *code,
				 const struct expert_handlers *handlers,
				 void *arg);

/**
 * Take calls of another server, too; before expert_run(). Addresses that are
 * listened on from here on are those of this server; listen on one again to
 * have it from both. What was listened on before stays where it is.
 *
 * @param url  as of expert_options_url()
 * @param key  its API key; NULL: that of the options or the environment
 * @return EXPERT_OK, EXPERT_EINVAL (a URL, key or proxy that cannot be used;
 *         expert_error() says which), EXPERT_ENOMEM, EXPERT_EALREADY (running)
 */
EXPERT_API int expert_add_server(struct expert *e, const char *url,
				 const char *key);

/**
 * How many calls at most, of all addresses together or of one. A server that
 * knows "capacity" then offers no more; what another offers is declined, and
 * goes to the next Expert. May change at any time: calls that are going on
 * stay.
 *
 * @param address  one that is listened on, of every kind and server; NULL: of
 *                 all together
 * @param n        0 (none, for now) to 100000; -1: no bound. Of all together
 *                 unset: the environment's EXPERT_MAX_CALLS, else none. The
 *                 library's is 1000 in any case
 * @return EXPERT_OK, EXPERT_EINVAL, EXPERT_ENOENT (not listened on). Any
 *         thread.
 */
EXPERT_API int expert_max_calls(struct expert *e, const char *address, int n);

/**
 * Tell the server about this program, for people who look after it:
 * "region", "eu". 16 labels at most, of 128 bytes each.
 *
 * @param value  NULL: take the label away
 * @return EXPERT_OK, EXPERT_EINVAL, EXPERT_ETOOBIG, EXPERT_ENOMEM. Any thread.
 */
EXPERT_API int expert_label(struct expert *e, const char *name,
			    const char *value);

/**
 * Connect, serve calls, reconnect; return after expert_stop() or a signal.
 *
 * @return EXPERT_OK after a stop; else why it gave up, expert_error() has the
 *         words: EXPERT_EAUTH (at once), EXPERT_ECONNECT, EXPERT_EPROTO,
 *         EXPERT_ECLOSED, EXPERT_EINVAL (bad URL, no address to listen on),
 *         EXPERT_ENOMEM, EXPERT_EALREADY (running)
 */
EXPERT_API int expert_run(struct expert *e);

/**
 * The same with threads for the handlers: those of one call run one at a time
 * and in order, those of different calls beside each other, so that one that
 * waits delays only its own call. The caller's thread keeps the connections
 * and is the one of on_log and on_state.
 *
 * A call whose handlers fall behind by more than 256 events is not read from
 * until they catch up; the server keeps what comes meanwhile. Returns when the
 * handlers that run have returned.
 *
 * @param n  threads, 1..256
 * @return as expert_run()
 */
EXPERT_API int expert_run_workers(struct expert *e, int n);

/** What expert_dispatch() returns while the client goes on. */
enum { EXPERT_RUNNING = 1 };

/**
 * Begin to serve calls for a program with an event loop of its own. The
 * connections are kept by a thread of the library; nothing of yours runs
 * there. Wait until expert_fd() is readable (poll, epoll, libuv), then call
 * expert_dispatch(). Signals are the program's own.
 *
 * @return EXPERT_OK, EXPERT_EINVAL (bad URL, no address to listen on),
 *         EXPERT_ENOMEM, EXPERT_EALREADY (running)
 */
EXPERT_API int expert_start(struct expert *e);

/** The descriptor to wait for, level- or edge-triggered; neither read nor
 *  close it. The same from the first expert_start() to expert_free().
 *  @return EXPERT_EINVAL when the client was never started */
EXPERT_API int expert_fd(const struct expert *e);

/**
 * Call the handlers that are due, 64 at most; never waits.
 *
 * @return EXPERT_RUNNING: call it again when expert_fd() is readable; else the
 *         client has ended, and the result is that of expert_run().
 * EXPERT_EALREADY: called from a handler, or from two threads at a time;
 * EXPERT_EINVAL also: not started
 */
EXPERT_API int expert_dispatch(struct expert *e);

/** First call: no new calls, return when the present ones are over. Second:
 *  return now. Any thread; signal handlers too. */
EXPERT_API void expert_stop(struct expert *e);

/** No new calls, return when the present ones are over, however often it is
 *  called. The server is told, and offers no more. expert_options_drain_ms()
 * says how long at most. Any thread; signal handlers too. */
EXPERT_API void expert_drain(struct expert *e);

/** @return what went wrong last, one sentence, or ""; after expert_run() and
 *          the like have returned, or expert_dispatch() has said the end */
EXPERT_API const char *expert_error(const struct expert *e);

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_CLIENT_H */
