/**
 * @file call.h  A call: who it is, commands, what was collected, outcomes
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_CALL_H
#define LIBEXPERT_CALL_H

#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_CALL_H */
