/**
 * @file test.h  Tests: calls without a server and a telephone
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_TEST_H
#define LIBEXPERT_TEST_H

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "handlers.h"
#include "options.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A test plays the server: it gives events to the handlers and looks at what
 * they sent. Everything happens on the calling thread, inside the functions;
 * time passes only by expert_test_advance_ms(). Nothing is connected.
 *
 * The same test runs against a server when EXPERT_TEST_URL names one: then
 * each step is what a caller would say, the server's agent decides what comes
 * of it, and the step is over when it is the caller's turn again. So a caller
 * tells the fields in the order in which the agent asks for them.
 *
 * Functions that give an event return EXPERT_OK, EXPERT_EINVAL (an argument is
 * NULL or no such event can be), EXPERT_EGONE (no call is going on) or
 * EXPERT_ENOMEM; with a server also EXPERT_EAGAIN (it did not come to that:
 * the agent did not ask, has no such value) and EXPERT_EPROTO (no such step
 * can be made there). Texts that come out stay until the next event.
 */

struct expert_test;

/** @param handlers  as of expert_listen_phone()
 *  @return NULL when out of memory or the table is wrong; expert_test_free()
 */
EXPERT_API struct expert_test *
expert_test_new(const struct expert_handlers *handlers, void *arg);

/** A test with a server, whatever the environment says: EXPERT_TEST_URL makes
 *  expert_test_new() do this. Its calls are its own: no address is listened
 *  on, and nobody else's calls come to it.
 *  @param o  as of expert_new() */
EXPERT_API struct expert_test *
expert_test_connect(const struct expert_handlers *handlers, void *arg,
		    const struct expert_options *o);

/** @return the client of the test, for expert_persona() and the like */
EXPERT_API struct expert *expert_test_client(struct expert_test *t);

/** @return why there is no call with the server, one sentence, or "" */
EXPERT_API const char *expert_test_error(const struct expert_test *t);

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

/* Of servers that do more, see expert/more.h. A server of EXPERT_TEST_URL
 * speaks what it speaks; without one, the published protocol and what is
 * named here. */

/** From the next call on, the server speaks it. @param name  "say", ...;
 *  NULL: everything that this library does
 *  @return EXPERT_EINVAL, EXPERT_EALREADY (a call is going on) */
EXPERT_API int expert_test_extension(struct expert_test *t, const char *name);

/** on_said, of "say". With a server: whether it was said. */
EXPERT_API int expert_test_said(struct expert_test *t, const char *id,
				const char *heard, int interrupted);

/** on_refused, of "results": the last command of this type since the last
 *  event has no effect. @return also EXPERT_ENOENT: none was sent */
EXPERT_API int expert_test_refuse(struct expert_test *t, const char *type,
				  const char *reason);

/** on_transfer_status, of "transfer": of the transfer that was sent last.
 *  @param status  "trying", ..., as the handler gets it
 *  @param cause   of "failed"; else NULL
 *  @return also EXPERT_ENOENT: none was sent; EXPERT_EPROTO: with a server */
EXPERT_API int expert_test_transfer(struct expert_test *t, const char *status,
				    const char *cause);

/** A call comes in that had an Expert before: on_call_received, on_takeover.
 *  @param snapshot  what is known of it, members of call-snapshot as JSON:
 *                   "fields", "variables", "state", "task", "cause", "note",
 *                   ...; NULL: nothing
 *  @return as expert_test_call(); NULL also: snapshot is wrong, or with a
 *          server */
EXPERT_API struct expert_call *expert_test_takeover(struct expert_test *t,
						    const char *from,
						    const char *snapshot);

/** Any event, as JSON of the protocol and what expert_test_extension() has
 *  named. */
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

#endif /* LIBEXPERT_TEST_H */
