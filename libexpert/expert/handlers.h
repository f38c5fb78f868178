/**
 * @file handlers.h  What your program does when something happens
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_HANDLERS_H
#define LIBEXPERT_HANDLERS_H

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

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

	/** The task is about to complete, or a field with .validate has just
	 *  been given (fields.h): check the value of one field.
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
	 *  for it, once for each on_call_start, but for calls that end with
	 *  on_outbound_failed. */
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

	/** The server is about to stop: the call ends within deadline_ms, if
	 *  it is not over before. */
	void (*on_server_draining)(struct expert_call *call,
				   int64_t deadline_ms, void *arg);

	/** The caller gave a value that is outside of the field's bounds; the
	 *  agent asks again by itself. @param json  the value; problem:
	 *  "pattern", "range", "choice" */
	void (*on_invalid)(struct expert_call *call, const char *key,
			   const char *json, const char *problem, void *arg);

	/* Of calls that expert_call_out() has placed. */

	/** Somebody has answered: what was commanded is carried out now. */
	void (*on_outbound_connected)(struct expert_call *call, void *arg);

	/** Nobody has, or the call was not placed: the last handler for it,
	 *  in place of on_session_end, whether on_call_start came or not.
	 *  @param code  SIP's: 486 busy, 480 no answer, 603 rejected, 404 no
	 *  such number, 487 canceled, 500 an error; of a call that the server
	 *  did not place, HTTP's: 400, 401, 403, 429, 501, 503; 0: it was not
	 *  asked, or did not answer
	 *  @param reason  begins with a word: "busy", "no-answer",
	 *  "rejected", "invalid-number", "canceled", "error"; or a sentence */
	void (*on_outbound_failed)(struct expert_call *call, int code,
				   const char *reason, void *arg);

	/** How a transfer goes. @param status  "trying", "ringing",
	 *  "answered", "failed", or "returned": the caller is with the agent
	 *  again
	 *  @param id  of expert_transfer_with(), or ""
	 *  @param cause  of "failed": "busy", "no-answer", "rejected",
	 *  "unreachable", "invalid-destination", "not-supported" (the line
	 *  cannot), "cancelled", "error"; else "" */
	void (*on_transfer_status)(struct expert_call *call,
				   const char *status, const char *id,
				   const char *cause, void *arg);

	/** Whether the call is recorded: at its beginning, and when that
	 *  changes. @param state  "on", "paused", "off"; consent: "unknown",
	 *  "given", "refused" */
	void (*on_recording)(struct expert_call *call, const char *state,
			     const char *consent, void *arg);
};

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_HANDLERS_H */
