/**
 * @file internal.h  Wires, sessions, listeners: for the files of this folder
 *
 *     socket's loop                          home loop of the session
 *   ws == [ wire ] --relay UP (text, gone)--> [ session: xp_link ]
 *             ^                                     │      listener or seat
 *             └──────relay DOWN (text, close)───────┘
 *
 * Sockets land on any loop; what they belong to lives on one. Both ends are
 * named by ids in tables under one mutex, and everything between them is a
 * message, also when both are on the same loop: one order of things.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXPERT_INTERNAL_H
#define EXPERT_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/list.h"
#include "base/slots.h"
#include "base/strbuf.h"
#include "expert/callinfo.h"
#include "expert/gateway.h"
#include "net/loop.h"

struct xp_link;
struct settings;

enum {
	GATEWAY_WIRES = 8192,    /* sockets of Experts in all         */
	GATEWAY_SESSIONS = 8192, /* listeners and seats in all        */
	GATEWAY_TURNS = 8192,    /* addresses whose turn is kept      */
	ADDRESS_BYTES = 96,
	CONNECTION_ID_BYTES = 129, /* 128, as the protocol allows */
	LISTENER_OFFERS = 64,      /* calls offered and not yet taken */
	WIRE_AHEAD = 32, /* messages of a socket that wait for its session */
};

/** Where something lives, across threads. */
struct place {
	struct loop *loop;
	struct slot_id id;
};

enum relay_kind {
	RELAY_ATTACH,    /* wire -> session: socket and its first text   */
	RELAY_TEXT_UP,   /* wire -> session                              */
	RELAY_GONE,      /* wire -> session: code, text                  */
	RELAY_REVOKED,   /* wire -> session: its key                     */
	RELAY_TEXT_DOWN, /* session -> wire                              */
	RELAY_CLOSE,     /* session -> wire: code, text                  */
	RELAY_TOOK,      /* session -> wire: code messages are done with */
	RELAY_OFFER,     /* seat -> listener: text is incoming-call      */
	RELAY_WITHDRAW,  /* seat -> listener: no longer wanted, code     */
	RELAY_ASSIGN,    /* seat -> listener: text is assign-call        */
	RELAY_CLAIMED,   /* listener -> seat                             */
	RELAY_ANSWERED,  /* listener -> seat                             */
	RELAY_DECLINED,  /* listener -> seat                             */
	RELAY_ROOM,      /* listener -> waiting seat: code is its serial,
			    text the address                            */
	RELAY_COMMAND,   /* from outside -> seat: text: commands, NULs    */
	RELAY_DRAINING,  /* gateway -> all: code is how long [ms]        */
};

/** A message between loops; freed by the receiver. */
struct relay {
	struct loop_msg msg;
	struct gateway *g;
	enum relay_kind kind;
	struct place from;
	struct slot_id to;
	struct loop *at; /* where it was sent to */
	int64_t code;    /* CLOSE: of the frame; DECLINED: 0 by the Expert,
			 -EAGAIN no room, -ETIMEDOUT nothing is
			 heard of it, above 0 its socket is gone, and [us]
			 that its other one may yet take to come;
			 ATTACH, CLAIMED: id of its API key;
			 ASSIGN: 1 when it had an Expert before;
			 WITHDRAW: 1 when it is to be told */
	char call_id[32];
	size_t len;
	char text[];
};

/** A socket of an Expert. On its loop only. */
struct wire {
	struct gateway *g;
	struct ws *ws;
	struct place self, session;
	int is_listen, bound, held;
	int64_t ahead;       /* messages that its session has yet to take */
	struct timer *timer; /* for its first message */
	char address[ADDRESS_BYTES]; /* listen: what for; call: its id */
};

/* In `key` of a seat that no Expert has claimed. */
#define KEY_NOBODY INT64_C(-1)

struct session;

struct session_ops {
	void (*opened)(struct session *s, int again);
	void (*payload)(struct session *s, const char *text, size_t len);
	/** Something came from it, whatever it was; may be NULL. */
	void (*heard)(struct session *s);
	/** The socket is gone; it may come back until expired(). why:
	 *  borrowed, for people */
	void (*detached)(struct session *s, const char *why);
	/** Gone for good: the owner frees it, now or later. */
	void (*expired)(struct session *s);
	/** The loop ends: the owner goes now. */
	void (*leave)(struct session *s);
	/** OFFER, WITHDRAW, ASSIGN, CLAIMED, ANSWERED, DECLINED, ROOM. */
	void (*relayed)(struct session *s, const struct relay *r);
};

/** The numbered layer of one peer, over any number of sockets in turn.
 *  First member of struct listener and struct seat. */
struct session {
	struct gateway *g;
	const struct session_ops *ops;
	struct place self, wire;
	struct xp_link *link;
	struct timer *timer;
	int attached, dead, state_lost;
	int left;            /* its socket was closed by the peer itself */
	int moving;          /* on the way to another loop; see seat_early.c */
	int64_t took;        /* messages that its wire has yet to hear of */
	uint32_t extensions; /* XP_EXT_* that the server knows of them here */
	_Atomic int64_t key; /* whose key opens it; 0: of who comes first */
	/* Whose link may take the place of the present one; 0: nobody's. */
	_Atomic int64_t next_key;
	int64_t detached_us;
	char farewell[64]; /* what the peer closed the link with  */
	char connection_id[CONNECTION_ID_BYTES]; /**< under mutex */
};

struct offer {
	char call_id[32];
	struct place seat;
};

/** Somebody who takes calls of an address. On its home loop, but for what
 *  the directory reads under the gateway's mutex. */
struct listener {
	struct session session;
	struct list link; /* in gateway->listeners, under mutex  */
	char address[ADDRESS_BYTES];
	uint64_t serial; /* order of arrival                    */
	int ready;       /* attached and opened; under mutex    */
	uint64_t taken;  /* calls assigned; under mutex         */
	/* Under mutex; what it said of itself, max_calls -1: no bound. */
	int64_t max_calls, active;
	int draining;
	int64_t undecided; /* calls offered; under mutex         */
	int silent;        /* did not answer in its usual time; under mutex */
	char *labels;      /* JSON object, or NULL                */
	struct timer *probe; /* while a call waits for a word of it  */
	int probing, overdue;
	int64_t asked_us;  /* since when an answer is due; 0: it is not */
	int64_t answer_us; /* that it takes, smoothed; 0: not known     */
	struct offer offers[LISTENER_OFFERS];
};

enum { SEAT_TRIED_MAX = 64 };

enum seat_state {
	SEAT_IDLE,
	SEAT_OFFERING,
	SEAT_ASSIGNED,
	SEAT_ANSWERED,
	SEAT_TAKEN,
};

/** A call that is being given away. */
struct hand_over {
	char address[ADDRESS_BYTES];
	char *note; /* for the next Expert */
};

/** The Expert's place in a call. On its home loop. */
struct seat {
	struct session session;
	struct list link; /* in gateway->seats, under mutex */
	struct list wait; /* in gateway->waiting, under mutex */
	int waiting;      /* for room; tried[] stays as it is then */
	int offer_again;  /* seat_offer() has said so              */
	uint32_t dropped; /* [events] that this link had no room for */
	char call_id[32];
	char address[ADDRESS_BYTES];
	char *incoming, *assign; /* JSON of the two messages       */
	enum seat_state state;
	struct place listener; /* that is asked now             */
	struct place holder;   /* of the Expert that has it     */
	uint64_t holder_serial;
	struct hand_over *hand; /* under way, or NULL            */
	/* Listeners that were asked; those that declined come first. */
	uint64_t tried[SEAT_TRIED_MAX];
	size_t n_tried, n_declined;
	int had_expert;      /* one has begun to steer the call */
	int declined;        /* by an Expert, not for want of room */
	int reserved;        /* for one key; offered to nobody     */
	int early;           /* the call has yet to be answered    */
	int came;            /* early: an Expert has been here     */
	struct strbuf kept;  /* early: commands, NULs; else unused */
	struct timer *timer; /* deadlines, next offer, linger      */
	int64_t closed_us;
	const struct seat_events *ev; /* NULL when the call is over */
	void *arg;
};

/** Whose turn it is at an address. In the order of their last offers; under
 *  mutex. */
struct turn {
	struct list link;
	char address[ADDRESS_BYTES];
	uint64_t last; /* serial that had the last offer      */
};

struct gateway {
	const struct settings *conf;
	pthread_mutex_t lock;
	struct slots wires, sessions;
	struct list listeners, turns;
	uint64_t serials;
	uint32_t n_turns;
	int draining;
	struct list seats;   /* of struct seat, by call id          */
	struct list waiting; /* of struct seat, in their order      */
};

/* gateway.c */
/** @return 0, -EAGAIN (mailbox full), -ENOMEM */
int relay_post(struct gateway *g, enum relay_kind kind, struct place from,
	       struct place to, const char *call_id, int64_t code,
	       const char *text, size_t len);

/** Close frame for who asks for what is not, or no longer, its own. */
#define STATE_LOST                                               \
	"{\"message_type\":\"close\",\"reason\":\"state-lost\"," \
	"\"description\":\"no such call or session\"}"
#define STATE_LOST_WHY "no such call or session"

/* session.c */
int session_init(struct session *s, struct gateway *g, struct loop *home,
		 const struct session_ops *ops, uint32_t extensions);
void session_done(struct session *s);
void session_on_relay(struct session *s, const struct relay *r);
/** A call and a link are of one key, and of the next one's once they are being
 *  given away: knowing their ids is not enough. @thread any */
int session_is_of(const struct session *s, int64_t key);
/** @return XP_EXT_* that are agreed with the present peer */
uint32_t session_extensions(const struct session *s);
/** Leave the present loop; nothing fires any more. */
void session_pack(struct session *s);
/** Be on the loop that self has now. @return 0, -ENOMEM */
int session_unpack(struct session *s);
/** @return 0, -EAGAIN (too much unacknowledged), -ENOMEM */
int session_send(struct session *s, const char *payload);

/* listener.c */
int listener_new(struct listener **ret, struct gateway *g, struct loop *home,
		 const char *address);

/* directory.c */
/** A listener of that connection which waits to be resumed.
 *  @param key  of who asks: another key's is as good as none
 *  @return 0 and its place, -ENOENT @thread any */
int listener_find(struct gateway *g, const char *connection_id,
		  const char *address, int64_t key, struct place *ret);
/** The next in turn at the address that has room and is not in tried[n]. It
 *  has one call more, until listener_release().
 *  @param waits  when there is none, this seat waits for room from now on, in
 *                its old place if it does already; NULL: nobody waits
 *  @return 0, -ENOENT @thread any */
int listener_next(struct gateway *g, const char *address,
		  const uint64_t *tried, size_t n, struct seat *waits,
		  struct place *ret, uint64_t *ret_serial);
/** It does not have the call that it was offered. A cleared place is fine, and
 *  so it is in the next two.
 *  @param p    cleared
 *  @param ask  calls that wait may have its place: not when it could not take
 *              one just now @thread any */
void listener_release(struct gateway *g, struct place *p, int ask);
/** It has the call that it was offered. @thread any */
void listener_settled(struct gateway *g, const struct place *p);
/** The call that it had is over, or another's. @param p  cleared
 *  @thread any */
void listener_left(struct gateway *g, struct place *p);
/** Somebody there may have room again: calls that wait are offered it, the
 *  first one first, and no more of them than it has room for. @thread any */
void listener_has_room(struct gateway *g, const char *address);
/** Is there another one with room that is heard of? @thread any */
int listener_others(struct gateway *g, const struct listener *self);
/** It waits for room no more. @thread the seat's */
void seat_wait_no_more(struct seat *s);

/** What is to be done for a seat when it and its session are on a new loop.
 *  @return 0, -ENOMEM */
int seat_timer_new(struct seat *s);
/** Nobody needs it any more. @thread its loop */
void seat_free(struct seat *s);

/* seat_early.c */
/** A command that comes before the call does. @return nonzero when it was
 *  taken */
int seat_keep(struct seat *s, const char *text, size_t len);

/* hand_over.c */
/** Offer the call of an Expert to others, while it keeps it.
 *  @return 0, -EPROTO (one is under way), -EACCES (a call of one key alone),
 *          -EMSGSIZE (no address is that long), -ENOMEM */
int hand_over_begin(struct seat *s, const struct xp_command *c);
/** Nobody took it. */
void hand_over_failed(struct seat *s);
/** NULL is fine. @return NULL */
struct hand_over *hand_over_free(struct hand_over *h);

/* seat_talk.c */
/** A command of the Expert; of session_ops. */
void seat_payload(struct session *session, const char *text, size_t len);
/** Something came from its Expert; of session_ops. */
void seat_heard(struct session *session);
/** Of gateway_commands(). @param text  text[len] and a NUL */
void seat_commands(struct seat *s, const char *text, size_t len);

/* seat.c */
/** A call of another key is found as little as one that is not: the same
 *  answer from the same thread after the same work.
 *  @return 0 and the place of the call's seat, -ENOENT @thread any */
int seat_find(struct gateway *g, const char *call_id, int64_t key,
	      struct place *ret);

#endif /* EXPERT_INTERNAL_H */
