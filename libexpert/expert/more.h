/**
 * @file more.h  What servers can that speak more than the published protocol
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_MORE_H
#define LIBEXPERT_MORE_H

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A server may speak more than the published protocol; dialog-server does.
 * What it can is known from on_call_start on. Commands: any thread, and what
 * they return is what all commands do.
 */

/** @param extension  "results", "hangup", "say", "heard", "resume", "state",
 *                   "transfer", "capacity", "turns", "fields",
 *                   "recording"
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

/** How to put a caller through; what is 0 or NULL is as usual. */
struct expert_transfer_how {
	size_t size;      /**< EXPERT_TRANSFER() sets it */
	const char *to;   /**< phone number or SIP address */
	const char *text; /**< what to tell the caller before, in the agent's
			       words; with now: said word for word */
	int now;          /**< nonzero: not in a good moment, but at once */
	const char *id;   /**< 1..128 bytes: on_transfer_status has it */
	int ring_ms;      /**< 5000 to 120000; 0: 30000 */
	int hang_up;      /**< nonzero: on who cannot be put through; else the
			       agent goes on with the caller */
	int come_back;    /**< nonzero: when the other side hangs up first, the
			       caller is with the agent again */
};

#ifdef __cplusplus
#define EXPERT_TRANSFER(...)                                        \
	(&static_cast<const struct expert_transfer_how &>(          \
		expert_transfer_how{                                \
			.size = sizeof(struct expert_transfer_how), \
			__VA_ARGS__}))
#else
#define EXPERT_TRANSFER(...)                  \
	(&(const struct expert_transfer_how){ \
		.size = sizeof(struct expert_transfer_how), __VA_ARGS__})
#endif

/** Put the caller through, and hear how that goes: on_transfer_status. Without
 *  "transfer": expert_transfer(), expert_transfer_now().
 *  @param how  EXPERT_TRANSFER(.to = "+15555550111", ...); copied
 *  @return also EXPERT_EINVAL: no destination, ring_ms */
EXPERT_API int expert_transfer_with(struct expert_call *call,
				    const struct expert_transfer_how *how);

/** Keep what is said from now on out of the recording: sound and words.
 *  @return also EXPERT_EPROTO: without "recording" it cannot be done */
EXPERT_API int expert_recording_pause(struct expert_call *call);

/** Record again. @return as expert_recording_pause() */
EXPERT_API int expert_recording_resume(struct expert_call *call);

/** The caller wants to be recorded, or not.
 *  @param given  0: what there is is deleted, and nothing is recorded any
 *                more, whatever is said later
 *  @return as expert_recording_pause() */
EXPERT_API int expert_recording_consent(struct expert_call *call, int given);

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

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_MORE_H */
