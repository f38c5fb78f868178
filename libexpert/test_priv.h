/**
 * @file test_priv.h  A test of an Expert: what its files share
 *
 *   test.c         steps of a test; without a server it plays one
 *   test_more.c    those of servers that do more
 *   test_live.c    the same steps with a server: what a caller would say
 *   test_caller.c  the caller of such a call, in text
 *
 * Everything belongs to the thread of the test but what says otherwise.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_TEST_PRIV_H
#define LIBEXPERT_TEST_PRIV_H

#include "priv.h"

enum { QUERIES_MAX = TICKETS_MAX, DIGITS_MAX = 128, NOTES_MAX = 256 };

/* How long the server's agent bridges. */
#define DEADLINE_MS 30000

/* ---- the caller of a call with a server --------------------------------- */

struct caller {
	const struct server *server;
	struct lws_context *context; /* NULL: not open */
	struct lws_vhost *vhost;
	lws_sorted_usec_list_t sul;
	struct lws *wsi; /* NULL: no call */
	int established, hanging_up;
	char *rx, *path;
	size_t rx_len;
	struct text_node *tx, *tx_end;
	char session[XP_KEY_BYTES_MAX + 1]; /* "": not begun */
	unsigned int asked, turn;           /* numbers of requests */
	char why[ERROR_BYTES];              /* the socket is no more */
};

/** @param wake_fd  ends caller_service() when it is readable
 *  @return EXPERT_OK, EXPERT_ENOMEM */
int caller_open(struct caller *k, const struct server *s, const char *ca_file,
		int wake_fd);
void caller_close(struct caller *k);

/** Place a call; its session is set, or wsi is NULL and why says it. */
void caller_dial(struct caller *k);

/** @return EXPERT_OK, EXPERT_EGONE, EXPERT_ENOMEM */
int caller_say(struct caller *k, const char *text);

/** Ask for the caller's turn: then turn becomes asked. */
int caller_ask_turn(struct caller *k);
void caller_hang_up(struct caller *k);

/** Whatever is due, within so long. */
void caller_service(struct caller *k, int64_t us);

/* ---- the test ----------------------------------------------------------- */

/* What was asked and has no outcome yet. */
struct query {
	char id[XP_KEY_BYTES_MAX + 1];
	int64_t due_ms;
};

/* What happened and no step of the test has asked for. */
enum note_kind {
	NOTE_QUESTION,
	NOTE_REQUEST,
	NOTE_SEARCH,
	NOTE_ACTION,
	NOTE_TASK,
	NOTE_ESCALATE,
	NOTE_SAID,
};

struct note {
	struct note *next;
	enum note_kind kind;
	char text[];
};

struct expert_test {
	struct expert *e;
	struct listener *listener;
	struct call *call;            /* NULL: none is going on */
	struct text_node *sent, *end; /* commands since the last event */
	struct text_node *texts;      /* what was returned since then */
	int64_t now_ms;
	uint32_t extensions;
	uint32_t n_queries, n_calls, n_events;
	struct query queries[QUERIES_MAX];
	int missed;
	char asked[XP_KEY_BYTES_MAX + 1]; /* the newest query */
	char *answer;                     /* of it, when there is one */
	char *choices;                    /* JSON array of texts */
	char *meanings;                   /* the same: what suggestions do */
	char *task;
	/* Of the last transfer; "": none, or without an id. */
	char transfer_to[XP_KEY_BYTES_MAX + 1];
	char transfer_id[XP_KEY_BYTES_MAX + 1];
	char recent[DIGITS_MAX + 1];

	int is_live;
	struct caller caller;
	struct note *notes;
	uint32_t n_notes;
	char reason[64];                       /* of the end of the call */
	struct text_node *tapped, *tapped_end; /* LOCKED: what was sent */
	struct xp_listen *adopt; /* LOCKED: the I/O thread takes it */
	struct call *adopted;    /* LOCKED: what it made of it */
	char why[ERROR_BYTES];
};

/** Before each event: what was sent so far is history. */
void test_begin_event(struct expert_test *t);

/** Take what was sent. */
void test_collect(struct expert_test *t);

/** Without a server: give an event to the handlers. @return as the steps */
int test_give(struct expert_test *t, const struct xp_event *e);

/** Without a server: a call comes in. @return NULL: declined, no memory */
struct expert_call *test_begin_call(struct expert_test *t, const char *from,
				    int taken_over);
int test_is_going_on(const struct expert_test *t);

/** The call is history. */
void test_forget_call(struct expert_test *t);

/** What the server would say of it. @return NULL when out of memory */
struct xp_listen *test_offer(struct expert_test *t, const char *id,
			     const char *from, int taken_over);

/** @return EXPERT_OK; what keeps it from running: in t->why */
int live_start(struct expert_test *t);
void live_stop(struct expert_test *t);

/* The steps; as the functions of expert/test.h. */
struct expert_call *live_call(struct expert_test *t, const char *from);
int live_say(struct expert_test *t, const char *text);
int live_ask(struct expert_test *t, enum note_kind kind, const char *text);
int live_action(struct expert_test *t, const char *key);
int live_field(struct expert_test *t, const char *key, const char *json);
int live_complete(struct expert_test *t);
int live_escalate(struct expert_test *t);
int live_said(struct expert_test *t, const char *id);
int live_end(struct expert_test *t, const char *reason);
int live_advance_ms(struct expert_test *t, int64_t ms);
int live_wait_ms(struct expert_test *t, int ms);

#endif /* LIBEXPERT_TEST_PRIV_H */
