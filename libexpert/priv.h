/**
 * @file priv.h  What the files of libexpert share
 *
 *   expert ──┬─ listener ── sock ── xp_link      one per address
 *            └─ call ────── sock ── xp_link      one per call
 *                  ├─ strand: events on their way to the handlers
 *                  └─ tickets: questions, requests, searches
 *
 * Two kinds of threads. The I/O thread (that of expert_run(), or one of ours
 * under expert_start()) owns everything but what says otherwise. STRAND is
 * touched by the handlers of one call, one at a time, on whatever thread they
 * run. LOCKED is shared with any thread under the lock of handle.c. Nothing
 * calls the user's code or libwebsockets with that lock held.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_PRIV_H
#define LIBEXPERT_PRIV_H

#include <libwebsockets.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "expert.h"
#include "proto/xp.h"
#include "proto/xp_link.h"

enum {
	CALLS_MAX = 1000,
	VALUES_MAX = 256, /* fields, and variables, of a call */
	TICKETS_MAX = 64, /* open at once in a call */
	OUTBOX_MAX = 256, /* commands waiting in a call */
	OUTBOX_BYTES_MAX = 1024 * 1024,
	TX_BYTES_MAX = 512 * 1024, /* waiting for one socket */
	INBOX_HIGH = 256, /* events waiting for the handlers of a call */
	INBOX_LOW = 64,
	INBOX_BYTES_MAX = 1024 * 1024,
	WORKERS_MAX = 256,
	NEWS_MAX = 256, /* lines of log and states waiting */
	ERROR_BYTES = 256,
	RETRIES_DEFAULT = 10,
};

#define SECOND_US        INT64_C(1000000)
#define DRAIN_MS_DEFAULT INT64_C(600000)
#define ALIVE_MS_DEFAULT INT64_C(30000)

/* ---- handles: what users hold instead of pointers ----------------------- */

enum handle_kind {
	HANDLE_CALL = 1,
	HANDLE_QUESTION,
	HANDLE_REQUEST,
	HANDLE_SEARCH,
};

/** @return a handle that names obj until handle_free(), or NULL when full */
void *handle_new(enum handle_kind kind, void *obj);

/** @return the object with the lock held, or NULL (stale, NULL, or of another
 *          kind) without it. @thread any */
void *handle_lock(const void *handle, enum handle_kind kind);

/** Without a lookup, for the thread of expert_run(). */
void handle_lock_only(void);
void handle_unlock(void);

/** The same without the lock held on return: thread of expert_run() only. */
void *handle_peek(const void *handle, enum handle_kind kind);

/** After this nobody gets at the object. NULL is fine. */
void handle_free(void *handle);

/* ---- strands: what calls the user's handlers ---------------------------- */

struct job {
	struct job *next;
	int kind, number, heap; /* heap: job_free() frees it */
	const char *about;      /* lives longer than the job */
	size_t len;
	char *text;
};

/** @return a copy of the text, or NULL: out of memory */
struct job *job_new(int kind, const char *text, size_t len);

/** Frees what job_new() made; NULL is fine. */
void job_free(struct job *j);

/** Jobs that run in order, one at a time. Under the lock of struct exec. */
struct strand {
	struct strand *next; /* of the ready list */
	struct job *job_head, *job_tail;
	uint32_t n;
	size_t bytes;
	int is_ready, is_running;
	/** @return nonzero when the I/O thread has to look at it */
	int (*run)(void *arg, struct job *j);
	void *arg;
};

enum exec_mode {
	EXEC_INLINE,   /* expert_run() */
	EXEC_WORKERS,  /* expert_run_workers() */
	EXEC_DISPATCH, /* expert_start() */
	EXEC_HELD,     /* whoever calls exec_run() */
};

struct exec {
	enum exec_mode mode;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct strand *head, *tail; /* ready */
	int stopping, n_threads;
	int fd; /* readable when a strand is ready; -1: none */
	pthread_t threads[WORKERS_MAX];
};

/** @param fd  eventfd that says that a strand is ready, borrowed until
 *             exec_close(); -1: none */
void exec_open(struct exec *x, enum exec_mode mode, int fd);
void exec_close(struct exec *x);

/** Threads for EXEC_WORKERS. @return EXPERT_OK, EXPERT_ENOMEM */
int exec_start(struct expert *e, int n);

/** Let them finish every job, then end. */
void exec_join(struct exec *x);

/** Run at most max jobs here. @return nonzero when more are waiting */
int exec_run(struct expert *e, struct exec *x, int max);

/** Make the descriptor readable. @thread any */
void exec_signal(struct exec *x);

/** Append a job; taken. With EXEC_INLINE it runs before this returns.
 *  @thread any */
void strand_post(struct exec *x, struct strand *s, struct job *j);

/** How many jobs wait or run. 0: nobody touches the strand. @thread any */
void strand_load(struct exec *x, struct strand *s, uint32_t *ret_n,
		 size_t *ret_bytes);

/* ---- options ------------------------------------------------------------ */

struct expert_options {
	char *url, *key, *ca_file;
	int signals, retries; /* retries -2: unset */
	int max_calls;        /* of the environment; -1: no bound */
	int64_t drain_ms, keepalive_ms;
	int log_level;
	expert_log_fn *log;
	void *log_arg;
	expert_state_fn *state;
	void *state_arg;
};

/** Fill what is unset from the environment and the defaults.
 *  @param why  filled on failure @return EXPERT_OK, EXPERT_EINVAL, ..ENOMEM */
int options_resolve(struct expert_options *o, char why[ERROR_BYTES]);

/** The key that a server made at its first start, where it runs here. Sent to
 *  this machine only. @return NULL when there is none; free() */
char *options_local_key(const char *host);
int options_copy(struct expert_options *to, const struct expert_options *from);
void options_done(struct expert_options *o);

/* ---- url ---------------------------------------------------------------- */

struct url {
	int tls, port;
	char *host;      /* without brackets */
	char *authority; /* as the Host header has it */
	char *prefix;    /* "" or "/path", no slash at the end */
};

/** @return EXPERT_OK, EXPERT_EINVAL, EXPERT_ENOMEM */
int url_parse(struct url *ret, const char *text);
void url_done(struct url *u);

/** @return s with everything but letters, digits, - . _ ~ escaped; free() */
char *url_escape(const char *s);

/* ---- proxies ------------------------------------------------------------ */

struct proxy {
	char *address; /* "user:password@host:port"; NULL: none */
	char name[72]; /* "host:port", for people */
};

/** What the environment has for this server; none is fine.
 *  @param why  filled when @return EXPERT_EINVAL; or EXPERT_ENOMEM */
int proxy_find(struct proxy *ret, const struct url *u, char why[ERROR_BYTES]);
void proxy_done(struct proxy *p);

/* ---- servers ------------------------------------------------------------ */

/** Where addresses are listened on. */
struct server {
	struct server *next;
	char *text; /* the URL as given */
	char *key;  /* NULL: none */
	struct url url;
	struct proxy proxy;
	struct lws_vhost *vhost; /* while the client runs, when it is used */
	int used;                /* an address listens there */
	int err;                 /* EXPERT_OK, or why it cannot be used */
	char why[ERROR_BYTES];
};

/** @param key  NULL: that of this machine's server, or none
 *  @return NULL when out of memory */
struct server *server_new(const char *url, const char *key);
void server_free_all(struct server *list);

/* ---- what every connection has ------------------------------------------ */

/** @param fds  most descriptors @return NULL: it cannot be had */
struct lws_context *wire_context(int tls, unsigned int fds);

/** @param ca_file  NULL: the system's @param protocols  borrowed for as long
 *  as the context @return NULL: it cannot be had */
struct lws_vhost *wire_vhost(struct lws_context *context,
			     const struct server *s, const char *ca_file,
			     const struct lws_protocols *protocols,
			     unsigned int timeout_s);

/** Wait for the answer to a request of JSON. @thread any
 *  @param ret  the answer's body; free()
 *  @return EXPERT_OK (whatever the status), EXPERT_EAGAIN (late),
 *  EXPERT_ECONNECT, EXPERT_ENOMEM */
int http_post(const struct server *s, const char *ca_file, const char *path,
	      const char *body, int64_t timeout_ms, int *ret_status,
	      char **ret);

/* ---- documents ---------------------------------------------------------- */

/** The next word of text that says something, moved behind it.
 *  @return 0 at the end */
int docs_next_stem(const char **text, uint64_t *ret);

/** As expert_rank(), by words. */
int docs_rank(const char *text, const char *const *choices, int *ret_index,
	      int *ret_score, size_t max);

/** @return [bytes] of all passages */
size_t docs_bytes(const struct expert_docs *d);

/** @param question  NULL: in their order; else by how well they fit, those
 *  that have only some of its words as well @return NULL: there is none */
const char *docs_passage(const struct expert_docs *d, const char *question,
			 size_t rank, const char **ret_source);

/** Of a request: the key, and who we are. @return 0; -1: no room */
int wire_headers(const struct server *s, struct lws *wsi, unsigned char **p,
		 size_t len);

/** SIGPIPE does not reach the program while this thread writes. */
void wire_pipe_block(sigset_t *old);
void wire_pipe_unblock(const sigset_t *old);

/* ---- sockets ------------------------------------------------------------ */

struct sock_events {
	uint32_t extensions; /* XP_EXT_* that we know of there */
	void (*payload)(void *arg, const char *text, size_t len);
	void (*opened)(void *arg, int reopen);
	/** The connection is lost; it will be tried again. */
	void (*lost)(void *arg, const char *why);
	/** Over. @param reason  of the peer's close: sock_restart() or
	 *  sock_finish() it; NULL: given up, it is dead already */
	void (*failed)(void *arg, int err, const char *reason,
		       const char *why);
};

struct conn;
struct out;

/** A socket that lives through reconnects. */
struct sock {
	struct sock *next; /* of expert.socks */
	struct expert *e;
	struct server *server;
	char *path; /* with query */
	char *name;
	struct xp_link *link, *old_link; /* old: to be freed later */
	struct conn *conn;               /* NULL between connections */
	struct out *tx_head, *tx_tail;
	size_t tx_bytes;
	int attempts; /* failed in a row */
	int finishing, dead, paused;
	lws_sorted_usec_list_t retry_sul, tick_sul;
	const struct sock_events *ev;
	void *arg;
};

/** Begin to connect. @param path  taken from the URL's prefix on; copied
 *  @return 0, EXPERT_ENOMEM */
int sock_open(struct sock **ret, struct expert *e, struct server *server,
	      const char *path, const char *name, const struct sock_events *ev,
	      void *arg);

/** Number and send; kept over reconnects. @return as xp_link_send() */
int sock_send(struct sock *s, const char *payload, size_t len);

/** @return XP_EXT_* that are agreed; 0 before it was first open */
uint32_t sock_extensions(const struct sock *s);

/** Forget the link and open a fresh one after the usual delay. */
void sock_restart(struct sock *s, const char *why);

/** Whether to leave what comes in with the peer. NULL is fine. */
void sock_pause(struct sock *s, int on);

/** Send what is queued, close; no more events. Freed later. NULL is fine. */
void sock_finish(struct sock *s);

/** Free the dead ones. @param all  everything, the context is gone */
void sock_reap(struct expert *e, int all);

/** No more events from any; the context goes away. */
void sock_abandon_all(struct expert *e);

/** @return how many are not dead */
int sock_count(const struct expert *e);

/** The callback of libwebsockets for all of ours. */
int sock_callback(struct lws *wsi, enum lws_callback_reasons reason,
		  void *user, void *in, size_t len);

struct call;

/* ---- listeners ---------------------------------------------------------- */

struct listener {
	struct listener *next;
	struct expert *e;
	struct server *server;
	char *address; /* as the user gave it */
	char *path;
	struct expert_handlers handlers;
	void *arg;
	struct sock *sock;    /* NULL: not connected or given up */
	atomic_int max_calls; /* -1: no bound of its own */
	unsigned int n_live;  /* calls that are not over */
	/* What the server was told of it. */
	int told_max, told_draining;
	unsigned int told_labels;
};

/** Tell the server what on_call_received said. */
void listener_verdict(struct listener *l, struct call *c);

/** With the handlers of a program of any age; for no address yet.
 *  @return EXPERT_OK, EXPERT_EINVAL, EXPERT_ENOMEM */
int listener_new(struct listener **ret, struct expert *e,
		 const struct expert_handlers *handlers, void *arg);

/** Connect. @return 0, EXPERT_ENOMEM */
int listener_start(struct listener *l);
void listener_stop(struct listener *l);
void listener_free(struct listener *l);

/* ---- how many calls: I/O thread ----------------------------------------- */

/** Count the calls that are not over. */
void capacity_count(struct expert *e);

/** @return nonzero when the listener may take one more */
int capacity_has_room(const struct listener *l);

/** Tell each server what it does not know yet. */
void capacity_tell(struct expert *e);

/** A fresh link: the server knows nothing. */
void capacity_forget(struct listener *l);

/** No more calls: say so, or stop to listen. */
void capacity_drain(struct expert *e);

/** server-draining, withdraw-call. */
void capacity_on_message(struct listener *l, const struct xp_listen *m);

/* ---- contents of events: on the stack of the dispatcher ----------------- */

struct expert_speech {
	const char *text, *id, *heard;
	int interrupted, final;
	int64_t heard_ms, start_ms, end_ms, confidence;
};

struct expert_takeover {
	const struct xp_snapshot *snapshot;
};

struct expert_end {
	const char *reason;
	int dnc;
};

/* ---- calls -------------------------------------------------------------- */

/** A field or variable. LOCKED */
struct value {
	struct value *next;
	char *key;
	char *json;
	char *text;            /* of a JSON string; else the JSON */
	struct json_t *parsed; /* of an object or an array; else NULL */
};

struct text_node {
	struct text_node *next;
	size_t len;
	char text[];
};

/** Commands on their way to the run thread. LOCKED */
struct outbox {
	struct text_node *head, *tail;
	uint32_t n;
	size_t bytes;
};

enum ticket_state { TICKET_NEW, TICKET_LATER, TICKET_DONE };

/** A question, request or search; its handle is what the user gets. LOCKED */
struct ticket {
	struct ticket *next;
	struct call *call;
	void *handle;
	enum handle_kind kind;
	enum ticket_state state;
	char *id, *text, *field;
	uint32_t n_actions;
	struct xp_action actions[XP_ACTIONS_MAX];
	uint32_t n_matched, n_other;
	char *matched[XP_CHOICES_MAX], *other[XP_CHOICES_MAX];
};

/* What on_call_received said. */
enum { VERDICT_NONE, VERDICT_ACCEPT, VERDICT_DECLINE, VERDICT_DONE };

struct call {
	struct call *next;
	struct expert *e;
	struct listener *listener;
	struct listener *own_listener; /* of a call that was placed */
	void *handle;
	struct sock *sock;
	char *id;
	struct xp_listen *offer; /* owns the strings of the call's info */
	struct strand strand;
	struct job received_job, start_job, end_job;
	int end_posted, withdrawn;
	atomic_int held; /* of a test, which looks at it after its end */
	atomic_int verdict, paused;
	char *header; /* STRAND: last one asked for */
	char *task;   /* LOCKED: id and fields of the task */
	char *task_keys[XP_ITEMS_MAX];
	uint32_t n_task_keys;
	struct value *fields, *variables; /* LOCKED */
	struct outbox outbox;             /* LOCKED */
	struct ticket *tickets;           /* LOCKED */
	void *data;                       /* LOCKED */
	int started;                      /* STRAND */
	const char *action_id;            /* STRAND: in on_action */
	int action_again, action_later;   /* STRAND */
	const char *validation_id;        /* STRAND: in on_validate */
	int validate_later;               /* STRAND */
	char *saved;                      /* LOCKED: JSON, or NULL */
	atomic_uint extensions;           /* XP_EXT_*, once it is open */
	unsigned int n_commands;          /* LOCKED: numbers their ids */
	uint32_t salt;                    /* tells them from other Experts' */
	atomic_int over;                  /* set with the lock held */
};

/** XP_EXT_* that we speak. */
extern const uint32_t call_extensions;

/** An offer was assigned to us. @param offer  taken on success
 *  @return NULL when out of memory */
struct call *call_new(struct listener *l, struct xp_listen *offer);

/** Ask on_call_received; later, its verdict is set. */
void call_ask(struct call *c);

/** Open its socket, tell who the agent is, on_call_start. */
void call_start(struct call *c);

/** The last of it: on_call_start. */
void call_begin(struct call *c);

/** An event, as the server words it. */
void call_receive(struct call *c, const char *text, size_t len);

/** Forget a call that was not started. */
void call_drop(struct call *c);

/** The call is over, by our own doing: the last job of its strand.
 *  @param reason  a literal */
void call_fail(struct call *c, const char *reason);

/** Read its socket again when the handlers have caught up. */
void call_resume(struct call *c);

struct call *call_find(struct expert *e, const char *id);

/** on_session_end once, handles become stale; freed by call_reap().
 *  @thread strand */
void call_end(struct call *c, const char *reason, int dnc);

/** Close and free what is over and idle. */
void call_reap(struct expert *e);

/** A command by the user's handle. @return as the commands of expert.h */
int call_send(struct expert_call *call, const struct xp_command *cmd);

/** What tells on_outbound_failed, of a call without a server.
 *  @return NULL: out of memory */
struct job *call_failed_job(int code, const char *why);

/* ---- calls that are placed ---------------------------------------------- */

struct order;

/** Send the orders that wait, as far as there is room. */
void callout_flush(struct expert *e);

/** @return nonzero while an order waits, or for its answer */
int callout_waits(const struct expert *e);

/** Those that wait will not be sent: on_outbound_failed. */
void callout_fail_all(struct expert *e);
void callout_free_all(struct expert *e);

/** Of libwebsockets, for the requests. */
int callout_callback(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len);

/* ---- extensions: more.c, on the strand ---------------------------------- */

/** Do an action, and report it done. */
void more_action(struct call *c, const struct xp_event *e);
/** @return 0 when the event is none of an extension's */
int more_event(struct call *c, const struct xp_event *e);
/** The same for transfer-status, recording-state. */
int moves_event(struct call *c, const struct xp_event *e);

/** field-collected: on_validate, on_invalid. */
void fields_collected(struct call *c, const struct xp_event *e);
/** The state of a call that had an Expert. */
void more_snapshot(struct call *c, const struct xp_event *e);

/** Give waiting commands to the link. */
void call_flush(struct call *c);

/** The first waiting command, or NULL; taken by the caller: free() */
struct text_node *call_take(struct call *c);

/** Queue text for the server. Lock held. @return EXPERT_OK, EXPERT_EAGAIN,
 *  EXPERT_EGONE, EXPERT_ENOMEM */
int call_push(struct call *c, const char *text);

/** The same for a command; checks it against the limits of the protocol.
 *  Lock held. @return also EXPERT_EINVAL, EXPERT_ETOOBIG */
int call_command(struct call *c, const struct xp_command *cmd);

/** Handlers of the call. */
const struct expert_handlers *call_handlers(const struct call *c);
void *call_arg(const struct call *c);

/** One event of the call. */
void call_event(struct call *c, const struct xp_event *e);

/** Set or replace; lock held. @return EXPERT_OK, EXPERT_ENOMEM, EXPERT_EAGAIN
 *  (too many) */
int value_set(struct value **list, const char *key, const char *json);
/** The same; json NULL: none. Lock held.
 *  @param ret_old  NULL, or what it was: to be freed, NULL when there was none
 *  @return as value_set() */
int value_swap(struct value **list, const char *key, const char *json,
	       char **ret_old);
/** A field, with the lock held. @return NULL without it: no such call, or no
 *  value */
const struct value *value_lock(struct expert_call *call, const char *key);
void value_free_all(struct value **list);

/* ---- tickets ------------------------------------------------------------ */

/** What a declined question is answered. */
extern const char ticket_no_answer[];

/** Keep a query of the server. @return NULL when there is no room or memory */
struct ticket *ticket_new(struct call *c, enum handle_kind kind,
			  const struct xp_event *e);

/** Whatever its handler left open gets its default outcome. */
void ticket_settle(struct call *c, void *handle, enum handle_kind kind);

/** The default outcome for a query that was not kept. */
void ticket_refuse(struct call *c, enum handle_kind kind,
		   const struct xp_event *e);
void ticket_free_all(struct call *c);

/* ---- tasks -------------------------------------------------------------- */

struct expert_task {
	int err; /* first thing that went wrong */
	char *id, *objective, *criteria;
	uint32_t n_items;
	struct xp_item items[XP_ITEMS_MAX];
};

/* ---- tests with a server ------------------------------------------------ */

/** The call that the test waits for. @thread I/O */
void test_adopt(struct expert *e);

/** What happens in its call. @thread strand */
void test_on_event(struct expert_test *t, const struct xp_event *e);

/** What it sends. Lock held. */
void test_on_command(struct expert_test *t, const char *text, size_t len);

/* ---- the client --------------------------------------------------------- */

struct expert {
	struct expert *next; /* of all clients; handle.c's lock */
	struct expert_options opt;
	struct server *servers; /* the last is that of the options */
	char *name, *organization, *purpose, *voice;
	int accept_dtmf;
	struct listener *listeners;
	struct call *calls;
	struct sock *socks;
	uint32_t n_calls;
	struct order *orders;       /* LOCKED: calls to place */
	uint32_t n_orders;          /* LOCKED */
	uint32_t n_posting;         /* sent and not answered */
	unsigned int n_live;        /* calls that are not over */
	atomic_int max_calls;       /* of all addresses; -1: no bound */
	char *labels;               /* LOCKED: JSON object, or NULL */
	unsigned int labels_number; /* LOCKED: grows with each change */

	struct exec exec;
	struct exec told;   /* EXEC_WORKERS: what the workers log */
	struct strand news; /* lines of log and states on their way */
	pthread_t io_thread;
	pthread_t thread; /* of expert_start() */
	int event_fd;     /* -1: never started */
	atomic_int started, io_done, io_rc, dispatching;
	atomic_int hurry; /* nothing but the ends of calls is told */

	struct lws_context *context;
	int wake_fd[2];   /* read, write */
	atomic_int stops; /* calls of expert_stop(); STOP_... */
	atomic_int running;
	int draining;
	int64_t drain_by_us;
	uint64_t random;
	int failed;               /* why the last listener gave up */
	struct expert_test *test; /* with a server; NULL: none */
	char error[ERROR_BYTES];
};

/* Of expert.stops. */
enum { STOP_DRAIN = 1, STOP_NOW = 2 };

/** Take the client for a run. @return EXPERT_OK, EXPERT_EALREADY, what is
 *  wrong with it; then nothing is to be undone */
int run_begin(struct expert *e, enum exec_mode mode);

/** Connect and serve until the end. @return as expert_run() */
int run_io(struct expert *e);

/** No handler runs any more: free the calls, give the client back. */
void run_end(struct expert *e);

/** Stop what expert_start() began. @return EXPERT_OK when nothing runs,
 *  EXPERT_EALREADY */
int expert_end(struct expert *e);

/** Monotonic. @return [us] */
int64_t now_us(void);

/** Make expert_run() look at the queues. @thread any; signal safe */
void expert_wake(struct expert *e);

/** @return 0..n-1 */
uint32_t expert_random(struct expert *e, uint32_t n);

/** Keep the sentence for expert_error(). @return err */
int expert_fail(struct expert *e, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** @thread any of ours */
void expert_log(struct expert *e, int level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Tell on_state. @param address  of a listener @param text  copied */
void expert_news(struct expert *e, int state, const char *address,
		 const char *text);

/** Both for the strand of news, from the thread that may call the user's code
 *  when the I/O thread does. */
int news_run(void *arg, struct job *j);

/** Stop at SIGINT and SIGTERM until signals_restore(). @return 0, -errno */
int signals_take(struct expert *e);
void signals_restore(struct expert *e);

#endif /* LIBEXPERT_PRIV_H */
