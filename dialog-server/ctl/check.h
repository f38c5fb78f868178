/**
 * @file check.h  The conformance kit: one side of the Expert protocol
 *
 *   check.c        the verb: options, the list of scenarios, what came of it
 *   check_peer.c   one numbered link, with a tap on its frames
 *   check_stage.c  the server that an Expert dials
 *   check_calls.c  what the Expert says there
 *   check_play.c   what scenarios are made of
 *   check_server.c, check_asked.c, check_faults.c   scenarios of that server
 *   check_child.c  the Expert as a child of ours
 *   check_expert.c the other way round: sockets and scenarios of an Expert
 *
 * A scenario is a function that reads from top to bottom: it does something
 * and waits by EXPECT() until the other side has done its part. What breaks
 * the protocol at any time (a frame that cannot be read, an answer to what was
 * not asked) is a fault, and fails the scenario that is running.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_CHECK_H
#define CTL_CHECK_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "ctl/remote.h"
#include "proto/xp.h"
#include "proto/xp_link.h"

struct loop;
struct server;
struct ws;

enum {
	CHECK_PEERS_MAX = 256,
	CHECK_CALLS_MAX = 128,
	CHECK_FRAMES_MAX = 8192, /* of one link */
	CHECK_HELD_MAX = 256,
	CHECK_ID_BYTES = XP_KEY_BYTES_MAX + 1,
	CHECK_WHY_BYTES = 400,
	CHECK_TEXT_BYTES = 160,
	CHECK_FRAME_KINDS = XP_CLOSE + 1,
};

/* How long the protocol gives an Expert; PROTOCOL.md 3 and 5. */
#define CHECK_CLAIM_US  INT64_C(2000000)
#define CHECK_ANSWER_US INT64_C(10000000)
#define CHECK_REPLY_US  INT64_C(30000000)
/* For a pong, an acknowledgement, a close: it is a matter of a moment. */
#define CHECK_PROMPT_US INT64_C(5000000)
/* For another socket: the longest pause of PROTOCOL.md 2, and the handshake.
 */
#define CHECK_REDIAL_US INT64_C(20000000)
/* Who comes back although it may not does so within this. */
#define CHECK_QUIET_US INT64_C(2500000)

struct check;

/** One numbered link, over one socket after another. */
struct check_peer {
	struct check *check;
	struct xp_link *link;
	struct ws *ws;  /**< NULL: there is none now                      */
	int is_call;    /**< else it is one of listening                  */
	int elsewhere;  /**< listens on another address                   */
	int over;       /**< whoever comes back is told state-lost        */
	int forgotten;  /**< the next that comes back is told state-lost  */
	int late_opens; /**< came back although it was over               */
	int opens;      /**< handshakes done                              */
	/** For a payload, after it is in the inbox. */
	void (*payload)(struct check_peer *p, const char *text, size_t len);
	char id[CHECK_ID_BYTES]; /**< of the call                  */
	char connection_id[CHECK_ID_BYTES];
	/* The tap. */
	unsigned frames[CHECK_FRAME_KINDS]; /**< that came, by kind        */
	int64_t pong_ms; /**< ping_timestamp of the last pong            */
	int64_t acked;   /**< the highest acknowledgement                */
	uint32_t agreed; /**< of the last open-ack                       */
	char reason[64]; /**< of the last close frame                    */
	int close_code;  /**< of the last socket that went; 0: none yet  */
	char close_why[CHECK_TEXT_BYTES];
	int deaf;    /**< messages are thrown away as if they were
			  lost on the way                            */
	int holding; /**< what comes waits in held                   */
	char *held[CHECK_HELD_MAX];
	unsigned n_held;
	json_t *taken;      /**< frames of messages that were heard         */
	json_t *lost;       /**< the same, thrown away                      */
	json_t *inbox;      /**< payloads, once and in order                */
	char *last_message; /**< the last message that we sent, as it was  */
};

/** What an Expert is asked, and answers once. */
enum check_ask {
	CHECK_QUESTION,
	CHECK_REQUEST,    /**< of an action                          */
	CHECK_SEARCH,     /**< among the choices of a field          */
	CHECK_VALIDATION, /**< of a value                            */
	CHECK_EXECUTION,  /**< of an action; the answer: it is done  */
	CHECK_ASKS,
};
enum { CHECK_ASK_ID_BYTES = 16 };

/** One call, as the server that we play has it. */
struct check_call {
	char id[CHECK_ID_BYTES];
	int offered, claimed, assigned, answered, declined;
	int never_assign; /**< the scenario wants it so                  */
	int deaf;         /**< its link begins deaf                      */
	uint32_t extensions;
	struct check_peer *peer; /**< NULL: no socket yet           */
	unsigned asked[CHECK_ASKS], answers[CHECK_ASKS];
	unsigned told_again; /**< executions: one answer more each      */
	char action[CHECK_ID_BYTES]; /**< suggested last                 */
	/* Of the task that was set last. */
	char task[CHECK_ID_BYTES], search[CHECK_ID_BYTES];
	char validated[CHECK_ID_BYTES];
	int has_question, has_action; /**< of registered-hooks           */
	int hooks;                    /**< registered-hooks came         */
};

struct check {
	struct loop *loop;
	const char *address;
	char key[REMOTE_KEY_BYTES];
	int64_t slow;     /**< times the time that the protocol gives      */
	int64_t until_us; /**< of what is waited for                       */
	char fault[CHECK_WHY_BYTES]; /**< the first; "" when none          */
	char why[CHECK_WHY_BYTES];   /**< why the scenario failed          */
	char note[CHECK_TEXT_BYTES]; /**< beside an ok                     */
	struct check_peer *peers[CHECK_PEERS_MAX];
	unsigned n_peers;
	/* As a server. */
	struct server *server;
	char url[REMOTE_URL_BYTES];
	const char *tls_cert, *tls_key; /**< PEM files; NULL: no TLS        */
	int listen_status; /**< refuse listening with it; 0: do not     */
	unsigned wrong_keys, refused;
	struct check_call calls[CHECK_CALLS_MAX];
	unsigned n_calls;
	char prefix[16]; /**< of the ids of this run                  */
	pid_t child;     /**< 0: not ours to run                      */
	int child_gone, child_status;
};

/** A scenario; the tables end with a NULL name. */
struct check_scenario {
	const char *name;
	const char *what; /**< one line for --list */
	/** @return 0, or negative with c->why set */
	int (*run)(struct check *c);
};
extern const struct check_scenario check_server_scenarios[];
extern const struct check_scenario check_asked_scenarios[];
extern const struct check_scenario check_fault_scenarios[];
extern const struct check_scenario check_expert_scenarios[];

/* ---- for scenarios -------------------------------------------------------
 */

/** Say why the scenario fails. @return -EPROTO */
int check_fail(struct check *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** What the other side may never do; only the first is kept. */
void check_fault(struct check *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** Wait from now on for at most so long (times --slow). */
void check_begin(struct check *c, int64_t us);

/** Let something happen. @return 0 when the time is over, there was a fault,
 *  or the Expert that we run has ended */
int check_turn(struct check *c);

/** Let so much time pass, unhurried by --slow. */
int check_pause(struct check *c, int64_t us);

/** Until the condition holds, or the scenario fails with the sentence. */
#define EXPECT(c, us, condition, ...)                           \
	do {                                                    \
		int expect_holds;                               \
                                                                \
		check_begin((c), (us));                         \
		while (!(expect_holds = (condition) ? 1 : 0) && \
		       check_turn(c))                           \
			;                                       \
		if (!expect_holds)                              \
			return check_fail((c), __VA_ARGS__);    \
	} while (0)

/* ---- check_peer.c --------------------------------------------------------
 */

/** @param server  nonzero: we play the server of this link
 *  @return NULL when there is no room (a fault) */
struct check_peer *check_peer_new(struct check *c, int server,
				  const char *connection_id,
				  uint32_t extensions);
struct check_peer *check_peer_free(struct check_peer *p);

/** A text message of its socket. */
void check_peer_input(struct check_peer *p, const char *text, size_t len);

/** Its socket is gone. */
void check_peer_gone(struct check_peer *p, int code, const char *why);

/** Number a payload and send it. @param text  taken, freed with free() */
void check_peer_tell(struct check_peer *p, char *text);
void check_peer_tell_text(struct check_peer *p, const char *text);

/** Past the numbered layer. */
void check_peer_raw(struct check_peer *p, const char *text);

/** Send a ping with this time. */
void check_peer_ping(struct check_peer *p, int64_t ping_ms);

/** Close the socket; the link stays. */
void check_peer_cut(struct check_peer *p, int code, const char *why);

/** Deliver what was held, and hold no more. */
void check_peer_release(struct check_peer *p);

/** @return the first payload from *at on whose type is this, borrowed, *at
 *  behind it; or NULL */
const json_t *check_peer_find(const struct check_peer *p, const char *type,
			      size_t *at);

/** Every lost message came again as it was. @return nonzero when so */
int check_peer_made_up(const struct check_peer *p);

int check_peer_is_open(const struct check_peer *p);

/* ---- check_stage.c -------------------------------------------------------
 */

/** Listen, with TLS where there is a certificate.
 *  @param where  HOST:PORT, or NULL: 127.0.0.1, any free port
 *  @return 0, or what to exit with: told on standard error */
int check_stage_open(struct check *c, const char *where);
void check_stage_close(struct check *c);

/** Show our own certificate again, or one that nobody can trust.
 *  @return 0, negative with c->why set */
int check_stage_cert(struct check *c, int trusted);

/* ---- check_calls.c -------------------------------------------------------
 */

/** @return the call of this id, or NULL */
struct check_call *check_call_of(struct check *c, const char *id);

/** What came on a listen socket, on a call's socket. */
void check_listen_message(struct check_peer *p, const char *text, size_t len);
void check_call_message(struct check_peer *p, const char *text, size_t len);

/** A message about a call, on the listen socket. */
void check_listen_tell(struct check_peer *p, enum xp_listen_kind kind,
		       const char *call_id);

/** The id of one more thing that is asked. @return ret */
const char *check_ask_id(struct check_call *call, enum check_ask kind,
			 char ret[CHECK_ASK_ID_BYTES]);

/* ---- check_play.c --------------------------------------------------------
 */

/** The link that listens on our address now, or NULL. */
struct check_peer *check_listener(const struct check *c);

/** A new call, offered. NULL: no room, or nobody listens (c->why is set). */
struct check_call *check_offer(struct check *c);

/** Offer calls until one is taken, and its socket is open.
 *  @param like  flags for it, or NULL @return 0, negative with c->why set */
int check_take(struct check *c, const struct check_call *like,
	       struct check_call **ret);

/** What follows an offer. @return 0, 1: declined, negative with c->why set */
int check_follow(struct check *c, struct check_call *call);

/** End a call by bot-session-ended, as a server does.
 *  @return 0, negative with c->why set */
int check_end(struct check *c, struct check_call *call);

/** End what a scenario left. */
void check_stage_clear(struct check *c);

/** An event for a call. */
void check_event(struct check_call *call, const struct xp_event *e);

/** The Expert still answers, on this link. @return 0, negative, c->why set */
int check_lives(struct check *c, struct check_peer *p, const char *after);

/** Run it as a child of ours, with address and key in its environment.
 *  @param argv  ended by NULL @return 0, negative errno */
int check_child_start(struct check *c, char *const *argv);
void check_child_poll(struct check *c);
void check_child_stop(struct check *c);

/* ---- check_expert.c ------------------------------------------------------
 */

/** End what a scenario left. */
void check_expert_clear(struct check *c);

#endif /* CTL_CHECK_H */
