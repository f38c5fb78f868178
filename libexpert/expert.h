/**
 * @file expert.h  Steer the calls of a voice agent from a C program
 *
 *   dialog-server <==WebSockets== [ libexpert ] --handlers--> your program
 *
 * The server talks to the caller; your program, the Expert, says what the talk
 * is about: it sets tasks with fields to collect, answers questions, carries
 * out actions, transfers and ends calls.
 *
 * Threads: nothing of yours runs on a thread that you did not ask for. Choose:
 *
 *   expert_run()          one thread, yours: handlers one at a time; one that
 *                         waits keeps all other calls of this client waiting
 *   expert_run_workers()  n threads: handlers of a call one at a time and in
 *                         order, those of different calls beside each other
 *   expert_start(),       your own event loop: handlers run when it calls
 *   expert_dispatch()     expert_dispatch()
 *
 * Functions marked "any thread" may be called from anywhere at any time: a
 * call or a question that is over answers EXPERT_EGONE, never a crash. "From
 * handlers": from a handler of that call. A function without a mark belongs to
 * the thread that runs the client.
 *
 * Strings: in, UTF-8 and copied, 8 KiB at most where nothing else is said,
 * keys and ids 128 bytes; out, borrowed until the handler returns and never
 * NULL where nothing else is said. Results are EXPERT_OK or one of the
 * negative codes below; where NULL makes no sense it is EXPERT_EINVAL. No
 * function but expert_stop() and expert_drain() may be called from a signal
 * handler. The library never prints, exits or forks.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXPERT_H
#define EXPERT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EXPERT_VERSION "0.1.0"

#if defined(__GNUC__)
#define EXPERT_API __attribute__((visibility("default")))
#else
#define EXPERT_API
#endif

/** @return the version of the library that is linked, "0.1.0" */
EXPERT_API const char *expert_version(void);

/* ---- results ------------------------------------------------------------ */

/** What functions return; negative means that nothing was done. */
enum {
	EXPERT_OK = 0,
	EXPERT_EINVAL = -1,   /**< an argument is wrong; see each function */
	EXPERT_ENOMEM = -2,   /**< out of memory */
	EXPERT_EAGAIN = -3,   /**< too much is waiting to be sent; try later */
	EXPERT_ETOOBIG = -4,  /**< over a limit of the protocol */
	EXPERT_EALREADY = -5, /**< answered before, or running already */
	EXPERT_EGONE = -6,    /**< the call or the question is over */
	EXPERT_EAUTH = -7,    /**< the server refused the API key */
	EXPERT_ECONNECT = -8, /**< the server cannot be reached */
	EXPERT_EPROTO = -9,   /**< the server does not speak the protocol */
	EXPERT_ENOENT = -10,  /**< there is no such thing */
	EXPERT_ECLOSED = -11, /**< the server ended the service */
};

/** @return text for a result, static; every int gives one. Any thread. */
EXPERT_API const char *expert_strerror(int err);

/* ---- options ------------------------------------------------------------ */

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

/* ---- the client --------------------------------------------------------- */

struct expert;
struct expert_call;
struct expert_question;
struct expert_request;
struct expert_search;
struct expert_speech;
struct expert_end;
struct expert_takeover;

enum { EXPERT_ACCEPT = 0, EXPERT_DECLINE = 1 };

/**
 * What your program does when something happens. All but size may be NULL.
 *
 * Set size to sizeof(struct expert_handlers): later versions append members.
 * arg is what the address was registered with. Pointers that a handler gets
 * are borrowed until it returns, but for handles (call, q, r, s of a search),
 * which may be kept: used too late they give EXPERT_EGONE or "".
 */
struct expert_handlers {
	size_t size;

	/** A call is offered; expert_call_from() and the like tell which. It
	 *  may be one that is going on and whose own Expert was lost. Commands
	 *  from here wait for on_call_start.
	 *  @return EXPERT_ACCEPT or EXPERT_DECLINE. NULL: accept */
	int (*on_call_received)(struct expert_call *call, void *arg);

	/** The call is yours: set a task, read a script, set variables. Of a
	 *  call that is going on, fields of your task whose keys the Expert
	 *  before used, too, come by on_field at once. */
	void (*on_call_start)(struct expert_call *call, void *arg);

	/** What the caller says, as far as it is understood. A text with an id
	 *  that came before replaces the earlier text. */
	void (*on_caller_speech)(struct expert_call *call,
				 const struct expert_speech *s, void *arg);

	/** What the agent said. */
	void (*on_agent_speech)(struct expert_call *call,
				const struct expert_speech *s, void *arg);

	/** The caller asks what the agent does not know. Call exactly one of
	 *  expert_answer(), expert_decline(), expert_answer_later(); with none
	 *  it is declined. May come before the caller has finished. */
	void (*on_question)(struct expert_call *call,
			    struct expert_question *q, void *arg);

	/** The caller wants something done. Call expert_suggest() for each
	 *  action of yours that fits: none, one, or several (then the agent
	 *  asks the caller which). */
	void (*on_action_request)(struct expert_call *call,
				  struct expert_request *r, void *arg);

	/** Do what was suggested under this key. */
	void (*on_action)(struct expert_call *call, const char *key,
			  void *arg);

	/** A field of the task has its value: expert_field_text(). */
	void (*on_field)(struct expert_call *call, const char *key, void *arg);

	/** The task is about to complete: check the value of one field.
	 *  @return NULL when it is fine, else what is wrong with it, in words
	 *  for the agent (copied); the task then goes on */
	const char *(*on_validate)(struct expert_call *call, const char *task,
				   const char *key, void *arg);

	/** Everything of the task is done. */
	void (*on_task_complete)(struct expert_call *call, const char *task,
				 void *arg);

	/** A searchable field needs choices: expert_search_match(),
	 *  expert_search_other(). May come again as the caller refines. */
	void (*on_search_query)(struct expert_call *call,
				struct expert_search *s, void *arg);

	/** The caller pressed a key. @param digit  one of 0-9 * # A-D
	 *  @param recent  the keys before it, oldest first */
	void (*on_dtmf)(struct expert_call *call, const char *digit,
			const char *recent, void *arg);

	/** A person is wanted. @param by  "human": the caller asked; "agent":
	 *  the agent gives up */
	void (*on_escalate)(struct expert_call *call, const char *by,
			    void *arg);

	/** The call is over, for you: expert_end_reason(). The last handler
	 *  for it, once for each on_call_start. */
	void (*on_session_end)(struct expert_call *call,
			       const struct expert_end *end, void *arg);

	/** The server complains about something of this call. */
	void (*on_error)(struct expert_call *call, const char *text,
			 void *arg);
	void (*on_warning)(struct expert_call *call, const char *text,
			   void *arg);

	/* From here on: of servers that do more, see expert_call_can(). */

	/** The call is yours and had another Expert before, which is gone: in
	 *  place of on_call_start, where the server can "resume" and this is
	 *  set. Fields and variables are there, the task goes on where it
	 *  was; set one only if you want another. What is open is asked
	 *  next. */
	void (*on_takeover)(struct expert_call *call,
			    const struct expert_takeover *t, void *arg);

	/** Words of expert_say() are over. @param heard  as far as the caller
	 *  heard them, maybe ""; interrupted: not to the end */
	void (*on_said)(struct expert_call *call, const char *id,
			const char *heard, int interrupted, void *arg);

	/** The call is about to end, whoever decided that.
	 *  @param decided  0: not any more, the caller went on */
	void (*on_call_ending)(struct expert_call *call, int decided,
			       void *arg);

	/** A command had no effect. @param command  as the protocol has it,
	 *  "retry-task"; reason: a word, "not-now" */
	void (*on_refused)(struct expert_call *call, const char *command,
			   const char *reason, void *arg);

	/** The caller has finished, the agent takes its turn.
	 *  @param id  as expert_speech_id() of what was said; "": nothing was
	 *  understood; start_ms, end_ms: since the call began */
	void (*on_turn_ended)(struct expert_call *call, const char *id,
			      int64_t start_ms, int64_t end_ms, void *arg);

	/** Nobody has spoken for so long. @param prompts  how often the agent
	 *  has reminded the caller before */
	void (*on_caller_silent)(struct expert_call *call, int64_t silence_ms,
				 int prompts, void *arg);

	/** The caller spoke into the agent's words. @param at_ms  since the
	 *  call began; cut: the agent has stopped; 0: it goes on, it was a nod
	 *  or a noise */
	void (*on_barge_in)(struct expert_call *call, int64_t at_ms, int cut,
			    void *arg);
};

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
 *  called; expert_options_drain_ms() says how long at most. Any thread; signal
 *  handlers too. */
EXPERT_API void expert_drain(struct expert *e);

/** @return what went wrong last, one sentence, or ""; after expert_run() and
 *          the like have returned, or expert_dispatch() has said the end */
EXPERT_API const char *expert_error(const struct expert *e);

/* ---- about a call ------------------------------------------------------- */

/* From handlers; "" for what is unknown, and after the end of the call. */

/** @return the call's id, as in the server's records and its API */
EXPERT_API const char *expert_call_id(struct expert_call *call);

/** @return "pstn", "webrtc" or "sip" */
EXPERT_API const char *expert_call_type(struct expert_call *call);

/** @return the caller's number or SIP address; "" when withheld */
EXPERT_API const char *expert_call_from(struct expert_call *call);

/** @return the number, web code or SIP code that was called */
EXPERT_API const char *expert_call_to(struct expert_call *call);

/** @return the name that the caller's line shows */
EXPERT_API const char *expert_call_name(struct expert_call *call);

/** @return a SIP header's value; names compare without case */
EXPERT_API const char *expert_call_header(struct expert_call *call,
					  const char *name);

/** A pointer of yours; the library only keeps it. Free it in on_session_end.
 *  @return EXPERT_OK, EXPERT_EGONE. Any thread. */
EXPERT_API int expert_call_set_data(struct expert_call *call, void *data);

/** @return what was set, or NULL. Any thread. */
EXPERT_API void *expert_call_data(struct expert_call *call);

/* ---- tasks -------------------------------------------------------------- */

struct expert_task;

/** A value to collect. Fill it with EXPERT_FIELD(.key = "name", ...). */
struct expert_field {
	size_t size;                /**< EXPERT_FIELD() sets it */
	const char *key;            /**< 1..128 bytes, once in a task */
	const char *type;           /**< NULL: "text"; "integer", "date",
					 "datetime", "multiple_choice",
					 "calendar_slot", "digit_sequence" */
	const char *description;    /**< what it is, for the agent */
	const char *question;       /**< NULL, or how to ask for it */
	const char *const *choices; /**< ended by NULL; of multiple_choice and
				      calendar_slot (ISO 8601) */
	int optional;               /**< the caller may leave it out */
	int searchable;             /**< choices come from on_search_query */
	int sensitive; /**< the agent does not say it aloud; what the caller
			    said stays in transcript and recording */

	/* How to listen while it is asked, where the server knows "turns"; 0:
	 * as the server does. */
	int64_t end_silence_ms; /**< so much silence ends the answer, 200 to
				     5000 */
	int64_t patience_ms;    /**< so much, and the caller is reminded, 1000
				     to 60000 */
	int barge_in;           /**< EXPERT_BARGE_IN_... */
	int keypad;             /**< EXPERT_KEYPAD_...: are keys the answer? */
};

/** What may interrupt the question for a field. */
enum {
	EXPERT_BARGE_IN_ANY = 1,   /**< a sound */
	EXPERT_BARGE_IN_WORDS = 2, /**< words   */
	EXPERT_BARGE_IN_OFF = 3,   /**< nothing */
};

/** Whether the keys that a caller presses answer the question for a field. */
enum { EXPERT_KEYPAD_NO = 1, EXPERT_KEYPAD_YES = 2 };

#ifdef __cplusplus
/* Good until the end of the statement. Designators are C++20; before that an
 * extension of GCC and Clang. */
#define EXPERT_FIELD(...)                                        \
	(&static_cast<const struct expert_field &>(expert_field{ \
		.size = sizeof(struct expert_field), __VA_ARGS__}))
#else
#define EXPERT_FIELD(...)                                                  \
	(&(const struct expert_field){.size = sizeof(struct expert_field), \
				      __VA_ARGS__})
#endif

/** @param id  1..128 bytes; on_task_complete gets it
 *  @return NULL when out of memory; expert_set_task() takes it, or
 *          expert_task_free() */
EXPERT_API struct expert_task *expert_task_new(const char *id);

/** NULL is fine. */
EXPERT_API void expert_task_free(struct expert_task *task);

/*
 * These return EXPERT_OK, EXPERT_EINVAL (no text, no key, a key twice),
 * EXPERT_ETOOBIG (over 64 items, 128 choices, a text too long) or
 * EXPERT_ENOMEM. What goes wrong first is kept and returned by
 * expert_set_task() too, so a program may look at that alone. A task belongs
 * to one thread at a time.
 */

/** What the agent is to achieve. */
EXPERT_API int expert_task_objective(struct expert_task *task,
				     const char *text);

/** When the task counts as complete; default: when every item is done. */
EXPERT_API int expert_task_criteria(struct expert_task *task,
				    const char *text);

/** A value to collect. @param field  EXPERT_FIELD(...); copied */
EXPERT_API int expert_task_field(struct expert_task *task,
				 const struct expert_field *field);

/** A sentence to say word for word. */
EXPERT_API int expert_task_say(struct expert_task *task, const char *text);

/** Something to do, in free words. */
EXPERT_API int expert_task_todo(struct expert_task *task, const char *text);

/**
 * Make this the call's task, in place of the one before. Any thread.
 *
 * @param task  taken, also on failure
 * @return EXPERT_OK, EXPERT_EINVAL (neither objective nor items, a key twice),
 *         EXPERT_ETOOBIG, EXPERT_EAGAIN, EXPERT_EGONE, EXPERT_ENOMEM
 */
EXPERT_API int expert_set_task(struct expert_call *call,
			       struct expert_task *task);

/** Go on with the present task, for this reason. Any thread. */
EXPERT_API int expert_retry_task(struct expert_call *call, const char *reason);

/* ---- commands: any thread ----------------------------------------------- */

/*
 * All return EXPERT_OK when the command is on its way, EXPERT_EINVAL,
 * EXPERT_ETOOBIG, EXPERT_EAGAIN, EXPERT_EGONE, EXPERT_ENOMEM. They keep their
 * order and survive a lost connection.
 */

/** Tell the agent something; it decides how to follow. Up to 32 KiB. */
EXPERT_API int expert_instruct(struct expert_call *call, const char *text);

/** Give the agent knowledge under a label, so that it need not ask. */
EXPERT_API int expert_add_info(struct expert_call *call, const char *label,
			       const char *info);

/** Say this word for word before anything else. */
EXPERT_API int expert_read_script(struct expert_call *call, const char *text);

/** Change who the agent is. NULL: unchanged. */
EXPERT_API int expert_set_persona(struct expert_call *call, const char *name,
				  const char *organization,
				  const char *purpose, const char *voice);

/** @param primary    "english", "spanish", "french", "german", "italian"
 *  @param secondary  the others that the caller may use; ended by NULL; or
 *                    NULL: none */
EXPERT_API int expert_set_language(struct expert_call *call,
				   const char *primary,
				   const char *const *secondary);

/** Keep a value with the call: expert_variable(). @param json  any JSON value
 *  as text, "\"new\"" or "7" */
EXPERT_API int expert_set_variable(struct expert_call *call, const char *key,
				   const char *json);

/** The agent announces the transfer in a good moment, then puts through.
 *  @param to            phone number or SIP address
 *  @param instructions  what to tell the caller; NULL: that it puts through */
EXPERT_API int expert_transfer(struct expert_call *call, const char *to,
			       const char *instructions);

/** Put through at once. @param script  said word for word before; or NULL */
EXPERT_API int expert_transfer_now(struct expert_call *call, const char *to,
				   const char *script);

/** Say goodbye and end the call. @param instructions  what to do before; or
 *  NULL */
EXPERT_API int expert_hangup(struct expert_call *call,
			     const char *instructions);

/** Whether the agent may press keys by itself: nonzero, it may. */
EXPERT_API int expert_agent_dtmf(struct expert_call *call, int enabled);

/** Press keys now. @param digits  1..128 of 0-9 * # A-D */
EXPERT_API int expert_send_dtmf(struct expert_call *call, const char *digits);

/** Show text to the caller, where the channel can. */
EXPERT_API int expert_caller_text(struct expert_call *call, const char *text);

/** Tell the agent that something of yours failed. */
EXPERT_API int expert_report_error(struct expert_call *call, const char *text);

/* ---- what was collected ------------------------------------------------- */

/** @return nonzero when the field has a value. Any thread. */
EXPERT_API int expert_has_field(struct expert_call *call, const char *key);

/** @return the value; what is not a string as JSON; "" when there is none.
 *          From handlers. */
EXPERT_API const char *expert_field_text(struct expert_call *call,
					 const char *key);

/** @return the value as JSON, or NULL. From handlers. */
EXPERT_API const char *expert_field_json(struct expert_call *call,
					 const char *key);

/** @return the value when it is a whole number (or a text that is one), else
 *          fallback. Any thread. */
EXPERT_API int64_t expert_field_integer(struct expert_call *call,
					const char *key, int64_t fallback);

/** @return a copy of what expert_field_text() gives, or NULL (no value, no
 *          memory); free(). Any thread. */
EXPERT_API char *expert_field_dup(struct expert_call *call, const char *key);

/** @return the variable as JSON, or NULL. From handlers. */
EXPERT_API const char *expert_variable(struct expert_call *call,
				       const char *key);

/** @return a copy, or NULL; free(). Any thread. */
EXPERT_API char *expert_variable_dup(struct expert_call *call,
				     const char *key);

/* ---- questions, requests, searches -------------------------------------- */

/*
 * Each has exactly one outcome. A second one is EXPERT_EALREADY, one after the
 * end of the call EXPERT_EGONE; both are harmless. What else they return is
 * what commands do; then the outcome is still to be given. Outcomes: any
 * thread. A handle stays good until the end of its call.
 */

/** From on_question: what the caller asks, in one sentence. */
EXPERT_API const char *expert_question_text(struct expert_question *q);

/** Answer, in words for the caller. */
EXPERT_API int expert_answer(struct expert_question *q, const char *text);

/** There is no answer. */
EXPERT_API int expert_decline(struct expert_question *q);

/** The answer comes later; keep q. The agent bridges 30 s, then tells the
 *  caller that there is none; one that comes after that is still said. */
EXPERT_API int expert_answer_later(struct expert_question *q);

/** From on_action_request: what the caller wants, in one sentence. */
EXPERT_API const char *expert_request_text(struct expert_request *r);

/** One that fits; at most 32. @param key  on_action gets it, 1..128 bytes
 *  @param description  what it does, for the agent: "cancel the order"; NULL:
 *                      none */
EXPERT_API int expert_suggest(struct expert_request *r, const char *key,
			      const char *description);

/** Suggestions come later; keep r and end with expert_suggest_done(). */
EXPERT_API int expert_suggest_later(struct expert_request *r);
EXPERT_API int expert_suggest_done(struct expert_request *r);

/** From on_search_query: the field, and what the caller said about it. */
EXPERT_API const char *expert_search_field(struct expert_search *s);
EXPERT_API const char *expert_search_text(struct expert_search *s);

/** A choice that fits; at most 128. */
EXPERT_API int expert_search_match(struct expert_search *s,
				   const char *choice);

/** A choice to offer when none fits; at most 128. */
EXPERT_API int expert_search_other(struct expert_search *s,
				   const char *choice);

/** Choices come later; keep s and end with expert_search_done(). */
EXPERT_API int expert_search_later(struct expert_search *s);
EXPERT_API int expert_search_done(struct expert_search *s);

/* ---- contents of events: until the handler returns ---------------------- */

/** @return what was said */
EXPERT_API const char *expert_speech_text(const struct expert_speech *s);

/** @return the id of the utterance; "" when it has none, as the agent's */
EXPERT_API const char *expert_speech_id(const struct expert_speech *s);

/** @return nonzero when the caller cut the agent short */
EXPERT_API int expert_speech_interrupted(const struct expert_speech *s);

/** @return "user-hangup", "bot-hangup", "bot-failure", "bot-transfer",
 *          "voicemail"; of this library: "connection-lost" (the server knows
 *          no such call of ours: it was restarted, or gave the call to
 *          another Expert), "handed-over" (by expert_hand_over()),
 *          "expert-stopped" */
EXPERT_API const char *expert_end_reason(const struct expert_end *end);

/** @return nonzero when the caller asked not to be called again */
EXPERT_API int expert_end_dnc(const struct expert_end *end);

/* ---- servers that do more ----------------------------------------------- */

/*
 * A server may speak more than the published protocol; dialog-server does.
 * What it can is known from on_call_start on. Commands: any thread, and what
 * they return is what all commands do.
 */

/** @param extension  "results", "hangup", "say", "heard", "resume", "state",
 *                   "capacity", "turns"
 *  @return nonzero when the server of this call speaks it. Any thread. */
EXPERT_API int expert_call_can(struct expert_call *call,
			       const char *extension);

enum {
	EXPERT_SAY_NOW = 1,   /**< over what is being said, not after it */
	EXPERT_SAY_WHOLE = 2, /**< the caller cannot interrupt it */
};

/** Say these words, word for word; on_said tells what was heard. Without
 *  "say" they are a script, and on_said does not come.
 *  @param id   1..128 bytes, once in a call: a second time it is not said
 *  @param how  0, EXPERT_SAY_... */
EXPERT_API int expert_say(struct expert_call *call, const char *id,
			  const char *text, int how);

/** Hang up when these words were heard; nobody talks the agent out of it.
 *  @param text  NULL: when what is being said was heard. Without "hangup":
 *  expert_hangup() with them as instructions */
EXPERT_API int expert_hangup_with(struct expert_call *call, const char *text);

/** Hang up at once. Without "hangup": expert_hangup() */
EXPERT_API int expert_hangup_now(struct expert_call *call);

/** Give the call to another Expert. You have it until that one is there; then
 *  it is over for you, as "handed-over". Nobody takes it: on_refused, with
 *  "hand-over", and all is as it was.
 *  @param to    NULL: the next of the same address; else "+15555550120",
 *               "web:CODE", "sip:CODE"
 *  @param note  for the next Expert, up to 8 KiB; or NULL
 *  @return also EXPERT_EPROTO: without "capacity" it cannot be done */
EXPERT_API int expert_hand_over(struct expert_call *call, const char *to,
				const char *note);

/** Keep notes with the call, for yourself and for whichever Expert has it
 *  next. @param json  any JSON value, up to 16 KiB, in place of the last;
 *  "null": none. Without "state" they stay in this process */
EXPERT_API int expert_save(struct expert_call *call, const char *json);

/** @return what was saved last, by whichever Expert, or NULL. From handlers.
 */
EXPERT_API const char *expert_saved(struct expert_call *call);

/** From on_action: which execution this is, the same when it is told again;
 *  "" without "resume". Whoever keeps the ids of what was done where the next
 *  Expert finds them does each once, even if one dies in between. */
EXPERT_API const char *expert_action_id(struct expert_call *call);

/** From on_action. @return nonzero when it was told to another Expert before,
 *  which may or may not have done it */
EXPERT_API int expert_action_again(struct expert_call *call);

/** From on_action: it is not done yet when the handler returns, else it counts
 *  as done then. End with expert_action_done(). @return EXPERT_OK,
 *  EXPERT_EINVAL (not in on_action, or without "resume") */
EXPERT_API int expert_action_later(struct expert_call *call);

/** @param id  what expert_action_id() gave; copied. Any thread. */
EXPERT_API int expert_action_done(struct expert_call *call, const char *id);

/* From on_takeover, until it returns. */

/** @return "lost", or "hand-over" when the Expert before gave the call */
EXPERT_API const char *expert_takeover_cause(const struct expert_takeover *t);

/** @return what the Expert before says about a hand-over, or "" */
EXPERT_API const char *expert_takeover_note(const struct expert_takeover *t);

/** @return the id of the task that goes on, or "" */
EXPERT_API const char *expert_takeover_task(const struct expert_takeover *t);

/** @return [ms] since the call began */
EXPERT_API int64_t expert_takeover_elapsed_ms(const struct expert_takeover *t);

/** A line of what was said, the last 64, oldest first.
 *  @param i     0 is the first
 *  @param who   "caller", "agent" or "system"; may be NULL
 *  @param text  may be NULL
 *  @return nonzero when there is one */
EXPERT_API int expert_takeover_line(const struct expert_takeover *t, int i,
				    const char **who, const char **text);

/* Of speech, where the server can tell what was "heard". */

/** @return of the agent's words as far as the caller heard them; else the
 *          text */
EXPERT_API const char *expert_speech_heard(const struct expert_speech *s);

/** @return [ms] how long the caller heard the agent's words */
EXPERT_API int64_t expert_speech_heard_ms(const struct expert_speech *s);

/** @return nonzero when the caller's text does not change any more */
EXPERT_API int expert_speech_final(const struct expert_speech *s);

/** @return [ms] since the call began: when the caller began, and stopped (0:
 *          not yet) */
EXPERT_API int64_t expert_speech_start_ms(const struct expert_speech *s);
EXPERT_API int64_t expert_speech_end_ms(const struct expert_speech *s);

/** @return 1 to 100, chance that the caller was understood; 0: not known */
EXPERT_API int expert_speech_confidence(const struct expert_speech *s);

/* ---- text --------------------------------------------------------------- */

/**
 * Whether text has this word or phrase: "park" is in "is there parking?", but
 * not in "spark". Case, spaces and punctuation do not count.
 *
 * @return nonzero when it has; 0 also when either is NULL or empty
 */
EXPERT_API int expert_text_has(const char *text, const char *words);

/* ---- documents and choices -----------------------------------------------
 */

/*
 * Answers from texts, and what somebody means of several things: by words
 * alone, on this machine. A question fits a passage that has the rarer of its
 * words, in any form ("delivered", "deliveries"); "the", "how" and the like do
 * not count. Made for English.
 */

struct expert_docs;

/** @return no documents yet, or NULL: out of memory; expert_docs_free() */
EXPERT_API struct expert_docs *expert_docs_new(void);

/** NULL is fine. */
EXPERT_API void expert_docs_free(struct expert_docs *d);

/**
 * Add a text. Its passages are its paragraphs, with empty lines in between;
 * one of more than 600 bytes is divided after sentences. A short line of its
 * own that is no sentence is a heading: it helps to find what follows.
 *
 * @param source  what expert_docs_source() is to say; copied
 * @return EXPERT_OK, EXPERT_EINVAL, EXPERT_ENOMEM, EXPERT_ETOOBIG (more than
 *         10000 passages; those before are kept)
 */
EXPERT_API int expert_docs_add(struct expert_docs *d, const char *source,
			       const char *text);

/** The same with a file of up to 4 MiB; its source is its name without
 *  folders. @return also EXPERT_ENOENT: it cannot be read */
EXPERT_API int expert_docs_add_file(struct expert_docs *d, const char *path);

/** @return how many passages there are */
EXPERT_API size_t expert_docs_count(const struct expert_docs *d);

/** @param rank  0: the passage that fits best, 1: the next, ...
 *  @return it, in one line, good as long as d; NULL when none fits. Any
 *          thread, once everything is added. */
EXPERT_API const char *expert_docs_ask(const struct expert_docs *d,
				       const char *question, size_t rank);

/** @return where that passage is from; NULL when none fits. As
 *          expert_docs_ask(). */
EXPERT_API const char *expert_docs_source(const struct expert_docs *d,
					  const char *question, size_t rank);

/**
 * Which of several things somebody means.
 *
 * @param choices  each described in a few words, with those that people use
 *                 for it; ended by NULL
 * @param rank     0: the one that fits best, 1: the next, ...
 * @return its index in choices; EXPERT_ENOENT when none fits, EXPERT_EINVAL,
 *         EXPERT_ENOMEM, EXPERT_ETOOBIG (more than 10000). Any thread.
 */
EXPERT_API int expert_choose(const char *text, const char *const *choices,
			     size_t rank);

/* ---- days and hours ------------------------------------------------------
 */

/*
 * What people say about time, as a filter of dates: "tomorrow after three",
 * "next week, but not Monday", "between the 24th and the 26th", "Tuesday or
 * Thursday in the morning", "in two weeks", "before November 24". English.
 */

struct expert_when;

/** @param text   what was said; what is no time in it does not count
 *  @param today  "2026-11-21"; NULL: of this machine's clock
 *  @return expert_when_free(); NULL when out of memory, text is NULL, or today
 *          is no date */
EXPERT_API struct expert_when *expert_when_new(const char *text,
					       const char *today);

/** NULL is fine. */
EXPERT_API void expert_when_free(struct expert_when *w);

/** @return nonzero when nothing was said about time: every date suits */
EXPERT_API int expert_when_is_any(const struct expert_when *w);

/** @param iso  "2026-11-24T15:30", or a day alone; what follows the minutes
 *              does not count
 *  @return nonzero when it suits */
EXPERT_API int expert_when_has(const struct expert_when *w, const char *iso);

/** @return the first and the last day of the range, "2026-11-24"; "" where it
 *          is open, as with weekdays alone; good as long as w */
EXPERT_API const char *expert_when_first(const struct expert_when *w);
EXPERT_API const char *expert_when_last(const struct expert_when *w);

/* ---- telephone numbers ---------------------------------------------------
 */

/** Room for a number, with its end. */
enum { EXPERT_PHONE_BYTES = 32 };

/**
 * The number as networks have it: "(212) 555-0142" becomes "+12125550142".
 *
 * @param text     digits with spaces, dots, dashes, slashes and brackets;
 *                 with "+", "00" or, from North America, "011" from abroad
 * @param country  code of the country that text is of, "1", "49"
 * @param ret      untouched on failure
 * @return EXPERT_OK; EXPERT_EINVAL: that is no number. Any thread.
 */
EXPERT_API int expert_phone_e164(const char *text, const char *country,
				 char ret[EXPERT_PHONE_BYTES]);

/** For people to read: "+12125550142" becomes "+1 212 555 0142".
 *  @param ret  untouched on failure
 *  @return EXPERT_OK; EXPERT_EINVAL: not a number with a "+". Any thread. */
EXPERT_API int expert_phone_format(const char *e164,
				   char ret[EXPERT_PHONE_BYTES]);

/* ---- tests: calls without a server and a telephone -----------------------
 */

/*
 * A test plays the server: it gives events to the handlers and looks at what
 * they sent. Everything happens on the calling thread, inside the functions;
 * time passes only by expert_test_advance_ms(). Nothing is connected, and the
 * environment has no influence.
 *
 * Functions that give an event return EXPERT_OK, EXPERT_EINVAL (an argument is
 * NULL or no such event can be), EXPERT_EGONE (no call is going on) or
 * EXPERT_ENOMEM. Texts that come out stay until the next event.
 */

struct expert_test;

/** @param handlers  as of expert_listen_phone()
 *  @return NULL when out of memory or the table is wrong; expert_test_free()
 */
EXPERT_API struct expert_test *
expert_test_new(const struct expert_handlers *handlers, void *arg);

/** Ends the call with "user-hangup"; NULL is fine. */
EXPERT_API void expert_test_free(struct expert_test *t);

/** A call comes in: on_call_received, on_call_start.
 *  @param from  the caller's number; NULL: withheld
 *  @return the call until it is over; NULL: declined, or one is going on */
EXPERT_API struct expert_call *expert_test_call(struct expert_test *t,
						const char *from);

/** on_caller_speech */
EXPERT_API int expert_test_speech(struct expert_test *t, const char *text);

/** on_question; expert_test_answer() has the outcome. EXPERT_EAGAIN: 64 are
 *  open. */
EXPERT_API int expert_test_question(struct expert_test *t, const char *text);

/** on_action_request; expert_test_choice() has the outcome. */
EXPERT_API int expert_test_request(struct expert_test *t, const char *text);

/** on_action */
EXPERT_API int expert_test_action(struct expert_test *t, const char *key);

/** on_search_query; expert_test_choice() has the outcome. */
EXPERT_API int expert_test_search(struct expert_test *t, const char *field,
				  const char *text);

/** A field gets a value: on_field. @param json  "4", "\"Robert\"" */
EXPERT_API int expert_test_field(struct expert_test *t, const char *key,
				 const char *json);

/** The present task is done: on_validate for each of its fields that has a
 *  value, then on_task_complete. EXPERT_EGONE also: there is no task. */
EXPERT_API int expert_test_complete(struct expert_test *t);

/** on_dtmf, once for each digit. */
EXPERT_API int expert_test_dtmf(struct expert_test *t, const char *digits);

/** on_escalate, as when the caller asks for a person. */
EXPERT_API int expert_test_escalate(struct expert_test *t);

/** on_session_end. @param reason  "user-hangup", ... */
EXPERT_API int expert_test_end(struct expert_test *t, const char *reason);

/** Any event, as JSON of the protocol. */
EXPERT_API int expert_test_event(struct expert_test *t, const char *json);

/** Let time pass for what is to be answered later.
 *  @return how many questions, requests and searches have had no outcome
 *          within 30 s, since expert_test_new() */
EXPERT_API int expert_test_advance_ms(struct expert_test *t, int64_t ms);

/** Wait, in real time, for what threads of the program send.
 *  @return EXPERT_OK when something came; EXPERT_EAGAIN: not within ms */
EXPERT_API int expert_test_wait_ms(struct expert_test *t, int ms);

/** @return the answer to the last question; "" when it was declined; NULL
 *          while it is open */
EXPERT_API const char *expert_test_answer(struct expert_test *t);

/** @return the i-th suggestion to the last request (its key), or match of the
 *          last search, from 0; NULL: there are no more */
EXPERT_API const char *expert_test_choice(struct expert_test *t, size_t i);

/** @return the id of the task that was set last; "" without */
EXPERT_API const char *expert_test_task(struct expert_test *t);

/** @return nonzero when expert_hangup() was called since the last event */
EXPERT_API int expert_test_hung_up(struct expert_test *t);

/** What was sent since the last event was given.
 *  @param type    of the protocol: "transfer-call", "read-script", ...
 *  @param member  of the command; NULL: all of it, as JSON
 *  @return that of the last such command; NULL when there is none */
EXPERT_API const char *expert_test_sent(struct expert_test *t,
					const char *type, const char *member);

#ifdef __cplusplus
}
#endif

#endif /* EXPERT_H */
