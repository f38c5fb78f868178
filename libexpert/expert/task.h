/**
 * @file task.h  Tasks: what the agent is to collect, to say and to do
 *
 * Included by expert.h; programs include that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LIBEXPERT_TASK_H
#define LIBEXPERT_TASK_H

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A value to collect. Fill it with EXPERT_FIELD(.key = "name", ...). */
struct expert_field {
	size_t size;                /**< EXPERT_FIELD() sets it */
	const char *key;            /**< 1..128 bytes, once in a task */
	const char *type;           /**< NULL: "text"; "integer", "date",
					 "datetime", "multiple_choice",
					 "calendar_slot", "digit_sequence";
					 where the server knows "fields" also
					 "phone", "email", "name", "address",
					 "currency", "duration" (seconds),
					 "multi_select"; else these are text */
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

	/* What a value has to be, where the server knows "fields"; NULL and 0:
	 * no such bound. Outside of it the agent asks again by itself. */
	const char *pattern; /**< POSIX extended regular expression of all of a
				  text, e-mail address or number; 256 bytes */
	int64_t minimum, maximum; /**< of integer, duration, currency (whole
				       units), number of choices;
				       EXPERT_ZERO for 0 */
	const char *earliest, *latest; /**< "YYYY-MM-DD": of a day */
	int validate; /**< on_validate says so at once, see fields.h */
};

/** A minimum or maximum of zero, as 0 is none. */
#define EXPERT_ZERO INT64_MIN

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
 * These return EXPERT_OK, EXPERT_EINVAL (no text, no key, a key twice, a
 * pattern or a day that is none),
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

#ifdef __cplusplus
}
#endif

#endif /* LIBEXPERT_TASK_H */
