/**
 * @file gateway.h  The server's side of the Expert protocol
 *
 *   Experts ==listen sockets==> [ directory: who listens where, whose turn ]
 *                                   │ offer, claim, assign, answer
 *   call --seat_open()-------------▶ seat <==call socket== the Expert
 *
 * A `seat` is the Expert's place in one call. It lives on the call's loop;
 * sockets may be on any loop and relay text frames by loop_post().
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXPERT_GATEWAY_H
#define EXPERT_GATEWAY_H

#include <stddef.h>
#include <stdint.h>

#include "net/server.h"
#include "proto/xp.h"

struct gateway;
struct loop;
struct seat;
struct settings;

/** Shared by all shards. @return 0, -ENOMEM */
int gateway_new(struct gateway **ret, const struct settings *conf);
struct gateway *gateway_free(struct gateway *g);

/** Route helpers for the server's table: WS v2/listen-inbound and
 *  v2/connect-call/ *. `arg` of the routes must lead to the shard:
 *  see api/routes.c. */
int gateway_accept_listen(struct gateway *g, struct loop *l,
			  struct http_req *req, void **ret_arg);
int gateway_accept_call(struct gateway *g, struct loop *l,
			struct http_req *req, void **ret_arg);
extern const struct ws_handlers gateway_listen_handlers;
extern const struct ws_handlers gateway_call_handlers;

/** Is anybody listening there (not draining, answering pings)? @thread any */
int gateway_has_listener(struct gateway *g, const char *address);

/** @return JSON array of listeners, for `dialogctl experts`: caller frees
 *  with mem_free(); NULL: out of memory @thread any */
char *gateway_list(struct gateway *g);

/**
 * Commands for a call as if its Expert had sent them: all of them, or none.
 *
 * @param text  text[len]: each one ended by a NUL; copied
 * @return 0 (on their way), -ENOENT (no such call of this key), -EAGAIN (its
 *         mailbox is full), -ENOMEM @thread any
 */
int gateway_commands(struct gateway *g, const char *call_id, int64_t key,
		     const char *text, size_t len);

/** Free what lives on this loop, before it ends. @thread that loop's */
void gateway_leave(struct gateway *g, struct loop *l);

/** Refuse new listen sockets; who listens already still gets the calls that
 *  have lost their Expert. @thread any */
void gateway_drain(struct gateway *g);

struct seat_events {
	/** An Expert answered: its call socket may come. */
	void (*answered)(void *arg);
	/** Every listener declined, none listens, or none claimed in time.
	 *  Offer again with seat_offer(), or never. */
	void (*nobody)(void *arg, int declined);
	/** The call socket is open (first time or again).
	 *  @param extensions  XP_EXT_* that are agreed
	 *  @param note        of the Expert before, which has handed the call
	 *                     over; borrowed; NULL: it did not */
	void (*attached)(void *arg, int again, uint32_t extensions,
			 const char *note);
	/** A command, borrowed until return. */
	void (*command)(void *arg, const struct xp_command *c);
	/** The call socket is gone. It may come back for expert.resume_ms,
	 *  unless another Expert was sooner. why: borrowed, for people */
	void (*lost)(void *arg, const char *why);
};

/** Offer the call to the listeners of `address`, strictly in turn.
 *  @param info  copied @return 0, -ENOMEM, -EAGAIN @thread the call's */
int seat_open(struct seat **ret, struct gateway *g, struct loop *home,
	      const char *call_id, const char *address,
	      const struct xp_call_info *info, const struct seat_events *ev,
	      void *arg);

/** A call whose Expert comes by itself: offered to nobody, and open to the API
 *  key of this id alone. `nobody` when it has not come within 10 s.
 *  @return 0, -ENOMEM, -EAGAIN @thread the call's */
int seat_open_for(struct seat **ret, struct gateway *g, struct loop *home,
		  const char *call_id, int64_t key,
		  const struct seat_events *ev, void *arg);

/**
 * A place in a call that is being placed, and may never be answered: as with
 * seat_open_for(), but what its Expert commands is kept, in order, until
 * seat_begin().
 *
 * @return 0, -ENOMEM, -EAGAIN @thread that of `home`
 */
int seat_open_early(struct seat **ret, struct gateway *g, struct loop *home,
		    const char *call_id, int64_t key,
		    const struct seat_events *ev, void *arg);

/** @return nonzero when the Expert closed its socket itself, and has not lost
 *          it */
int seat_was_left(const struct seat *s);

/** @param s  the caller's from now on; on the loop where fn runs */
typedef void(seat_moved_fn)(void *arg, struct seat *s);

/**
 * Take an early seat, with its socket, to the loop on which the call was
 * answered. From here on it is that loop's; nothing is lost on the way.
 *
 * @param fn  called there; with NULL when there was no memory, and the
 *            place is given up
 * @return 0, -EAGAIN (try again; nothing was done), -ENOMEM @thread its loop
 */
int seat_move(struct seat *s, struct loop *to, seat_moved_fn *fn, void *arg);

/** The call was answered: the seat tells `ev` from now on, first what it has
 *  kept. @thread its loop */
void seat_begin(struct seat *s, const struct seat_events *ev, void *arg);

/**
 * Offer the call to the next in turn: after `nobody`, or when grace ended.
 *
 * Whoever declined is not asked again for this call. An offer that is already
 * going round goes on.
 *
 * @param in_us  [us] from now
 * @return 0, -EPROTO (an Expert has the call)
 */
int seat_offer(struct seat *s, int64_t in_us);

/** Number, keep until acknowledged, send. Queued while nobody is attached.
 *  @return 0, -EAGAIN (LIMIT: queue full; counted), -ENOMEM */
int seat_send(struct seat *s, const struct xp_event *e);

/** The call is over: close sockets after what is queued was acknowledged or
 *  2 s. An early one waits 10 s for an Expert that has not come yet.
 *  @return NULL */
struct seat *seat_close(struct seat *s);

#endif /* EXPERT_GATEWAY_H */
